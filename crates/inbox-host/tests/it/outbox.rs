//! What the desk is owed, as the account of it says.

use inbox_host::{Outgoing, Receipt, ReportOutbox, RoutingKey, TimerChange};
use inbox_protocol::Refusal;
use inbox_room::{RoomReport, Summary};
use inbox_types::{Millis, SessionNo, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

/// How a conversation stands, in a version of the log.
fn summary(seq: u64) -> Summary {
    let json = serde_json::json!({
        "conversation": "main-abc", "version": { "epoch": 1, "seq": seq, "seen": 0 },
        "site": "main-shop", "contact": "v1", "details": {}, "tags": [], "blocked": false,
        "hidden": false, "language": "en", "last": null, "recent": [],
        "n_visitor_messages": seq, "n_before_session": 0, "seen": {},
        "session": {
            "no": 1, "state": "queued", "closed_by": null, "opened_at": 1, "queued_at": 1,
            "department": "sales", "owner": null, "others": [], "silent": [], "ever_joined": [],
            "added": [], "wrapup": [], "excluded": [], "offer": null, "outcomes": [],
            "customer_waiting_since": null, "queued_since": 1, "followed_up_at": 1, "page": null,
            "proactive": false,
        },
    });
    serde_json::from_value(json).unwrap()
}

fn stands(seq: u64) -> RoomReport {
    RoomReport::Summary(Box::new(summary(seq)))
}

fn refused(agent: &str) -> RoomReport {
    let agent = agent.parse().unwrap();
    RoomReport::OfferRefused {
        session: SessionNo(1),
        queued_at: None,
        agent,
        reason: Refusal::State,
    }
}

/// Adds a report, and says in how long it is to be sent.
fn add(outbox: &mut ReportOutbox, report: RoomReport, now: Timestamp) -> Option<Millis> {
    outbox.owe(None, now, || 0);
    outbox.add(report, now, || 0).wait
}

/// Sends how the conversation stands.
fn sent(outbox: &mut ReportOutbox, now: Timestamp) -> (RoomReport, Receipt) {
    let Outgoing { report, receipt } = outbox.send(None, now).unwrap();
    (report, receipt)
}

#[test]
fn ho13_of_two_reports_that_were_lost_the_older_one_is_not_sent_again() {
    let mut outbox = ReportOutbox::default();
    assert!(outbox.lacks_report(), "the desk may know nothing");
    add(&mut outbox, stands(1), NOW);
    let (_, first) = sent(&mut outbox, NOW);
    add(&mut outbox, stands(2), NOW);
    let (_, second) = sent(&mut outbox, NOW);
    // Neither is answered, and the older one is not there to be sent again.
    assert!(outbox.lacks_report() && outbox.send(None, NOW).is_none());
    outbox.stands(Some(stands(2)));
    let (report, third) = sent(&mut outbox, NOW);
    assert_eq!((report, third), (stands(2), second));
    // An answer that comes late does not count for what came after.
    outbox.delivered(first);
    assert!(outbox.next_attempt(false, NOW).is_some());
    outbox.delivered(third);
    outbox.delivered(first);
    assert_eq!((outbox.next_attempt(false, NOW), outbox.lacks_report()), (None, false));
}

#[test]
fn ho13_where_nothing_is_to_be_told_nothing_is_owed() {
    let mut outbox = ReportOutbox::default();
    outbox.owe(None, NOW, || 0);
    outbox.stands(None);
    assert!(outbox.next_attempt(false, NOW).is_none() && outbox.send(None, NOW).is_none());
}

#[test]
fn ho13_the_timer_is_set_once_and_goes_only_when_nothing_is_owed() {
    let mut outbox = ReportOutbox::default();
    let TimerChange::Set(at) = outbox.owe(None, NOW, || 0) else { panic!("it is set") };
    let TimerChange::Set(latest) = outbox.owe(None, NOW, || u32::MAX) else { panic!("it is set") };
    assert!(NOW < at && at <= latest && latest <= NOW.after(Millis::seconds(40)));
    assert_eq!(outbox.owe(Some(at), NOW, || 0), TimerChange::Keep);
    outbox.stands(None);
    let again = Some(ReportOutbox::try_again(NOW));
    assert_eq!((outbox.next_attempt(true, NOW), outbox.next_attempt(false, NOW)), (again, None));
    outbox.owe(Some(at), NOW, || 0);
    assert_eq!(outbox.next_attempt(false, NOW), again);
}

#[test]
fn ho14_only_what_can_be_made_again_of_the_log_has_no_row() {
    let sockets = RoomReport::Sockets { up_to: inbox_room::Conn(1), agents: Vec::new() };
    let bulk = RoomReport::Bulk { ticket: "t".to_owned(), refused: None, summary: None };
    let mut outbox = ReportOutbox::default();
    for report in [refused("ana"), sockets, bulk, RoomReport::Erased { epoch: 2 }] {
        assert_eq!(outbox.add(report.clone(), NOW, || 0).row, Some(report));
        assert!(outbox.lacks_report());
    }
    assert_eq!(outbox.add(stands(1), NOW, || 0).row, None);
}

#[test]
fn ho15_messages_are_reported_together_and_what_matters_for_routing_at_once() {
    let soon = Some(Millis(40));
    let mut outbox = ReportOutbox::default();
    assert_eq!(add(&mut outbox, stands(1), NOW), soon);
    outbox.wake();
    sent(&mut outbox, NOW);
    // Three messages in a row are one report, two to three seconds after the last one.
    let now = NOW.after(Millis(500));
    let wait = add(&mut outbox, stands(2), now).unwrap();
    assert_eq!(now.after(wait), NOW.after(Millis::seconds(2)));
    assert_eq!(add(&mut outbox, stands(3), now), None);
    // Something else comes between, and does not wait.
    assert_eq!(add(&mut outbox, refused("ana"), now), soon);
    let mut taken = summary(4);
    taken.session.owner = Some("ana".parse().unwrap());
    assert_eq!(add(&mut outbox, RoomReport::Summary(Box::new(taken.clone())), now), soon);
    outbox.wake();
    assert_eq!(sent(&mut outbox, now).0, RoomReport::Summary(Box::new(taken)));
    // Long after, one message does not wait either.
    let later = now.after(Millis::minutes(1));
    outbox.add(stands(5), later, || 0);
    outbox.wake();
    sent(&mut outbox, later);
    assert_eq!(add(&mut outbox, stands(6), later.after(Millis::minutes(1))), soon);
}

#[test]
fn ho15_a_routing_key_is_of_what_lists_and_routing_depend_on() {
    let before = summary(1);
    let mut message = summary(2);
    message.session.customer_waiting_since = Some(NOW);
    message.seen.insert("ana".parse().unwrap(), 3);
    assert_eq!(RoutingKey::of(&before), RoutingKey::of(&message));
    let changes: [fn(&mut Summary); 6] = [
        |it| it.blocked = true,
        |it| it.session.no = SessionNo(2),
        |it| it.session.owner = Some("ana".parse().unwrap()),
        |it| it.session.department = None,
        |it| it.session.others.push("ben".parse().unwrap()),
        |it| it.session.wrapup.push("ben".parse().unwrap()),
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut after = before.clone();
        change(&mut after);
        assert_ne!(RoutingKey::of(&before), RoutingKey::of(&after), "{index}");
    }
}

#[test]
fn ho16_rows_go_first_and_how_the_conversation_stands_goes_last() {
    let mut outbox = ReportOutbox::default();
    add(&mut outbox, stands(1), NOW);
    let first = outbox.send(Some((7, refused("ana"))), NOW).unwrap();
    assert_eq!((first.report, first.receipt), (refused("ana"), Receipt::Row(7)));
    outbox.delivered(first.receipt);
    assert_eq!(sent(&mut outbox, NOW).0, stands(1));
}
