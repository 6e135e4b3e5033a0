//! HO25 and after: what is kept beside the events.

use inbox_core::Speaker;
use inbox_host::{
    HeardBefore, Sql as _,
    forward::{Cursor, cursor_name},
    sql::{LARGEST_NUMBER, number},
};
use inbox_protocol::{BridgeDone, FromBridge, http::Webhook};
use inbox_room::{
    Audited, AuditedDeed, Batch, ConversationRecord, Log as _, OwnerSaid, RoomReport, SeenBy,
    Written,
};
use inbox_types::{
    ClientId, Presence, Seq, Visit,
    limits::{SIGNATURE_TOLERANCE, VISITS},
};

use crate::log::{
    at, checkpoint, event, events, long_log, mark, open, posted, tables_with, visit, write,
};

#[test]
fn ho25_what_is_kept_beside_the_events_is_read_as_it_was_written() {
    let log = open();
    assert_eq!(log.standing().unwrap(), ConversationRecord::default());
    assert_eq!((log.owner().unwrap(), log.checkpoint().unwrap()), (None, None));
    let ana = || SeenBy::Agent("ana".parse().unwrap());
    let owner = OwnerSaid { agent: "ana".parse().unwrap(), presence: Presence::Available };
    let standing = ConversationRecord { epoch: 1, generation: 4, blocked: true, erased_at: None };
    let batch = Batch {
        seen: vec![mark(SeenBy::Visitor, 1), mark(SeenBy::Team, 1), mark(ana(), 1)],
        owner: Some(owner.clone()),
        standing: Some(standing),
        checkpoint: Some(checkpoint()),
        ..Batch::default()
    };
    write(&log, &batch).unwrap();
    // A reader has one mark, and what is not said again stays.
    write(&log, &Batch { seen: vec![mark(ana(), 2)], ..Batch::default() }).unwrap();
    let mut marks = log.marks().unwrap();
    marks.sort_by(|a, b| a.by.cmp(&b.by));
    assert_eq!(marks, [mark(SeenBy::Visitor, 1), mark(SeenBy::Team, 1), mark(ana(), 2)]);
    assert_eq!(log.owner().unwrap(), Some(owner));
    assert_eq!(log.standing().unwrap(), standing);
    assert_eq!(log.checkpoint().unwrap(), Some(*checkpoint()));
    log.forget_meta("owner").unwrap();
    assert_eq!(log.owner().unwrap(), None);
}

#[test]
fn ho25_the_last_visits_are_kept_and_one_of_an_instant_replaces_the_one_before() {
    let log = open();
    let n_visits = VISITS as u64;
    for n in 1..=n_visits + 3 {
        write(&log, &Batch { visits: vec![visit(n)], ..Batch::default() }).unwrap();
    }
    let kept: Vec<Visit> = (4..=n_visits + 3).map(visit).collect();
    assert_eq!(log.visits(), kept);
    let mut renamed = visit(n_visits + 3);
    renamed.title = Some("Basket".to_owned().try_into().unwrap());
    write(&log, &Batch { visits: vec![renamed.clone()], ..Batch::default() }).unwrap();
    assert_eq!(log.visits().last(), Some(&renamed));
    assert!(log.visits().len() <= VISITS);
}

#[test]
fn ho25_the_visitors_last_texts_come_newest_first() {
    let (log, _) = long_log(7);
    assert_eq!(log.visitor_texts(2).unwrap(), ["line 6", "line 4"]);
    let rewritten = vec![(Seq(6), Written { deleted_at: Some(at(9)), ..Written::default() })];
    write(&log, &Batch { rewritten, ..Batch::default() }).unwrap();
    assert_eq!(log.visitor_texts(30).unwrap(), ["line 4", "line 2"]);
}

#[test]
fn ho9_a_cursor_begins_where_the_webhook_did_and_others_go() {
    let (log, all) = long_log(5);
    assert_eq!(open().last().unwrap(), Seq(0));
    assert_eq!(log.last().unwrap(), Seq(5));
    for (time, seq) in [(0, 0), (1_000, 0), (1_001, 1), (3_000, 2), (LARGEST_NUMBER, 5)] {
        assert_eq!(log.last_before(at(time)).unwrap(), Seq(seq), "{time}");
    }
    assert_eq!(log.following(Seq(1), 2).unwrap(), all[1..3]);
    assert_eq!(log.cursor("a").unwrap(), None);
    for (name, seq) in [("a", 1), ("b", 2), ("a", 3)] {
        log.put_cursor(name, Cursor { seq: Seq(seq), tries: 1 }).unwrap();
    }
    log.forget_cursors_but("a").unwrap();
    assert_eq!(log.cursor("a").unwrap(), Some(Cursor { seq: Seq(3), tries: 1 }));
    assert_eq!(log.cursor("b").unwrap(), None);
}

#[test]
fn ho150_the_last_block_says_whether_everything_is_to_be_erased() {
    let by = r#""by":{"id":"sue","name":"Sue"}"#;
    let block = |purge_at: &str| {
        format!(r#"{{"type":"blocked",{by},"unsubscribed":false,"purge_at":{purge_at}}}"#)
    };
    let unblock = format!(r#"{{"type":"unblocked",{by}}}"#);
    let log = open();
    assert!(!log.is_to_be_erased().unwrap());
    let deeds =
        [(block("9000"), true), (unblock.clone(), false), (block("null"), false), (unblock, false)];
    for (no, (kind, expected)) in deeds.into_iter().enumerate() {
        let seq = 2 * no as u64 + 1;
        let deed = event(seq, None, serde_json::from_str(&kind).unwrap());
        let line = posted(seq + 1, None, Speaker::Bridge, &format!("n{seq}"), "a note after it");
        write(&log, &events(vec![deed, line])).unwrap();
        assert_eq!(log.is_to_be_erased().unwrap(), expected, "{kind}");
    }
    let again = event(9, None, serde_json::from_str(&block("9000")).unwrap());
    write(&log, &events(vec![again])).unwrap();
    assert!(log.is_to_be_erased().unwrap());
    log.clear().unwrap();
    assert!(!log.is_to_be_erased().unwrap(), "nothing is left of it");
}

#[test]
fn ho14_an_answer_that_comes_late_deletes_no_later_row_of_the_same_number() {
    let log = open();
    let (first, second) = (RoomReport::Erased { epoch: 2 }, RoomReport::Erased { epoch: 3 });
    log.put_report(&first).unwrap();
    assert_eq!(log.first_report().unwrap(), Some((1, first.clone())));
    log.forget_report(1, &first).unwrap();
    log.put_report(&second).unwrap();
    assert_eq!(log.first_report().unwrap(), Some((1, second.clone())), "the number is free again");
    log.forget_report(1, &first).unwrap();
    assert_eq!(log.first_report().unwrap(), Some((1, second.clone())));
    log.forget_report(1, &second).unwrap();
    assert_eq!(log.first_report().unwrap(), None);
}

#[test]
fn ho25_what_the_workspace_is_to_write_down_waits_in_its_order() {
    let log = open();
    let block = Audited { at: at(1), by: None, deed: AuditedDeed::Block };
    let unblock = Audited { at: at(2), by: None, deed: AuditedDeed::Unblock };
    write(&log, &Batch { audited: vec![block.clone(), unblock.clone()], ..Batch::default() })
        .unwrap();
    assert_eq!(log.audited().unwrap(), [(1, block), (2, unblock.clone())]);
    log.forget_audited(1).unwrap();
    assert_eq!(log.audited().unwrap(), [(2, unblock)]);
}

#[test]
fn ho26_a_number_that_somebody_made_up_can_be_read_again() {
    #[derive(serde::Deserialize)]
    struct Row {
        n: u64,
    }
    let log = open();
    for n in [0, 1, LARGEST_NUMBER, LARGEST_NUMBER + 1, u64::MAX] {
        let row: Vec<Row> = log.sql().query("SELECT ? AS n", vec![number(n)]).unwrap();
        assert_eq!(row[0].n, n.min(LARGEST_NUMBER));
    }
}

#[test]
fn ho32_what_the_bridge_said_is_known_as_long_as_it_can_come_again() {
    let log = open();
    let done = |seq| BridgeDone { seq: Some(Seq(seq)) };
    let id = |raw: &str| raw.parse().unwrap();
    // It was signed five minutes ahead of the relay's clock, and holds for five minutes after that.
    let (said, last) = (at(1_000_000), at(1_000_000 + 2 * SIGNATURE_TOLERANCE.0));
    assert_eq!(log.bridged(&id("b1")).unwrap(), None);
    log.put_bridged(&id("b1"), &done(7), said).unwrap();
    log.put_bridged(&id("b2"), &BridgeDone::default(), last).unwrap();
    assert_eq!(log.bridged(&id("b1")).unwrap(), Some(done(7)));
    assert_eq!(log.bridged(&id("b2")).unwrap(), Some(BridgeDone::default()));
    log.put_bridged(&id("b3"), &done(8), at(last.as_millis() + 1)).unwrap();
    assert_eq!(log.bridged(&id("b1")).unwrap(), None, "it does not grow for ever");
    assert_eq!(log.bridged(&id("b2")).unwrap(), Some(BridgeDone::default()));
    log.clear().unwrap();
    assert_eq!(log.bridged(&id("b2")).unwrap(), None);
}

fn webhook(since: u64) -> Webhook {
    let webhook = serde_json::json!({
        "url": "https://hooks.example/a", "secret": "whsec_a", "disabled": false, "since": since,
        "answers": true,
    });
    serde_json::from_value(webhook).unwrap()
}

#[test]
fn ho202_an_inbox_asks_for_nothing_of_before_its_webhook() {
    // Since when there is one; the cursor that there was already; after which event it is owed all.
    let cases = [
        (3_000, None, 2),
        (1, None, 0),
        // Nobody noted since when: where it begins now, or where an earlier release had come.
        (0, None, 5),
        (0, Some(4), 4),
    ];
    for (since, cursor, expected) in cases {
        for begins in [true, false] {
            let (log, _) = long_log(5);
            let webhook = webhook(since);
            let name = cursor_name(&webhook);
            if let Some(seq) = cursor {
                log.put_cursor(&name, Cursor { seq: Seq(seq), tries: 0 }).unwrap();
            }
            if begins {
                log.begin_webhook(&webhook).unwrap();
                assert_eq!(log.cursor(&name).unwrap().map(|it| it.seq), Some(Seq(expected)));
            }
            let story = format!("{since} {cursor:?} {begins}");
            assert_eq!(log.owed_after(&webhook).unwrap(), Seq(expected), "{story}");
            // What is delivered meanwhile is owed to whoever asks all the same.
            let later = posted(6, Some(3), Speaker::Visitor, "c6", "line 6");
            write(&log, &events(vec![later])).unwrap();
            log.put_cursor(&name, Cursor { seq: Seq(6), tries: 0 }).unwrap();
            assert_eq!(log.owed_after(&webhook).unwrap(), Seq(expected), "{story}, later");
        }
    }
}

#[test]
fn ho203_what_was_said_once_is_not_said_once_more_after_an_erasure() {
    let id = |raw: &str| -> ClientId { raw.parse().unwrap() };
    let message = |own: Option<&str>| -> FromBridge {
        let data = serde_json::json!({ "conversation_id": "main-c", "id": own, "text": "Hello" });
        serde_json::from_value(serde_json::json!({ "type": "agent.message", "data": data }))
            .unwrap()
    };
    let log = open();
    let said = |name: &str, own: Option<&str>, now| log.heard_before(&id(name), &message(own), now);
    let now = at(1_000_000);
    let last = at(1_000_000 + 2 * SIGNATURE_TOLERANCE.0);
    let done = BridgeDone { seq: Some(Seq(1)) };
    let by = Speaker::Bridge;
    let old = posted(1, Some(1), by.clone(), "old-message", "long ago");
    let mut new = posted(2, Some(2), by, "own-name", "just now");
    new.body.event.at = now;
    write(&log, &events(vec![old, new])).unwrap();
    assert_eq!(said("b1", None, now).unwrap(), HeardBefore::No);
    log.put_bridged(&id("b1"), &done, now).unwrap();
    assert_eq!(said("b1", None, now).unwrap(), HeardBefore::Yes(done));

    log.sql().transaction(|| log.clear()).unwrap();
    log.forget();
    // By the request's name or by the message's own, as long as it can come again.
    for (name, own) in [("b1", None), ("b2", Some("own-name"))] {
        assert_eq!(said(name, own, now).unwrap(), HeardBefore::ButErased, "{name}");
        assert_eq!(said(name, own, last).unwrap(), HeardBefore::ButErased, "{name}");
        let over = at(last.as_millis() + 1);
        assert_eq!(said(name, own, over).unwrap(), HeardBefore::No, "{name}");
    }
    for (name, own) in [("b2", None), ("b2", Some("another")), ("b2", Some("old-message"))] {
        assert_eq!(said(name, own, now).unwrap(), HeardBefore::No, "{name} {own:?}");
    }
    // The database is deleted as well; no name that anybody gave is left.
    let gone = log.gone().unwrap();
    assert!(tables_with(&log, "own-name").is_empty() && tables_with(&log, "b1").is_empty());
    let log = open();
    log.put_gone(&gone).unwrap();
    let said = log.heard_before(&id("b1"), &message(None), now).unwrap();
    assert_eq!(said, HeardBefore::ButErased);
    // What is said now is remembered, and what is over goes.
    log.put_bridged(&id("b9"), &done, at(last.as_millis() + 1)).unwrap();
    assert_eq!(log.gone().unwrap(), []);
}
