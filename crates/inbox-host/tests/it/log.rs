//! The log's queries, on a real database.

use inbox_core::{Content, Event, EventKind, Speaker};
use inbox_host::{
    ConversationLog, Sql as _, Sqlite, SqliteError,
    forward::Cursor,
    sql::{LARGEST_NUMBER, number, text},
};
use inbox_protocol::BridgeDone;
use inbox_room::{
    Audited, AuditedDeed, Batch, Checkpoint, ConversationRecord, EventBody, Identity, Log as _,
    Numbering, OwnerSaid, Placed, RoomReport, SeenBy, SeenMark, Stored, Transcript, UpTo, Written,
};
use inbox_types::{
    Author, File, FileId, MediaType, Place, Presence, Seq, SessionNo, Timestamp, Visibility, Visit,
    limits::{SIGNATURE_TOLERANCE, VISITS},
};
use serde_json::Value as Json;

type Log = ConversationLog<Sqlite>;

fn open() -> Log {
    ConversationLog::open(Sqlite::in_memory()).unwrap()
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// Writes a turn as whoever runs a room does.
fn write(log: &Log, batch: &Batch) -> Result<(), SqliteError> {
    let written = log.sql().transaction(|| log.write(batch));
    if written.is_err() {
        log.forget();
    }
    written
}

fn event(seq: u64, shown: Option<u64>, kind: EventKind) -> Stored {
    Stored {
        seq: Seq(seq),
        shown: shown.map(Place),
        body: EventBody {
            event: Event { at: at(1_000 * seq), session: SessionNo(1), kind },
            by: None,
            audience: Vec::new(),
        },
        written: None,
    }
}

fn said(words: &str, files: Vec<File>) -> Written {
    let text = Some(words.to_owned().try_into().unwrap());
    Written { content: Some(Content::Message { text, files }), ..Written::default() }
}

fn posted(seq: u64, shown: Option<u64>, by: Speaker, name: &str, words: &str) -> Stored {
    let visibility = if shown.is_some() { Visibility::Public } else { Visibility::Note };
    let kind = EventKind::Posted {
        client_id: name.parse().unwrap(),
        by,
        visibility,
        detection: None,
        language_source: None,
    };
    Stored { written: Some(said(words, Vec::new())), ..event(seq, shown, kind) }
}

fn by_ana() -> Speaker {
    serde_json::from_str(r#"{"type":"agent","who":{"id":"ana","name":"Ana"}}"#).unwrap()
}

fn events(events: Vec<Stored>) -> Batch {
    Batch { events, ..Batch::default() }
}

/// A log in which every second event is the visitor's, and the others are notes.
fn long_log(n_events: u64) -> (Log, Vec<Stored>) {
    let all: Vec<Stored> = (1..=n_events)
        .map(|seq| {
            let shown = (seq % 2 == 0).then_some(seq / 2);
            let by = if shown.is_some() { Speaker::Visitor } else { by_ana() };
            posted(seq, shown, by, &format!("c{seq}"), &format!("line {seq}"))
        })
        .collect();
    let log = open();
    write(&log, &events(all.clone())).unwrap();
    (log, all)
}

fn file(id: &str) -> File {
    File {
        id: id.parse().unwrap(),
        name: "passport.png".to_owned().try_into().unwrap(),
        bytes: 3,
        media: MediaType::Other,
    }
}

fn visit(n: u64) -> Visit {
    let json = format!(r#"{{"url":"https://shop.example/secret-{n}","at":{n}}}"#);
    serde_json::from_str(&json).unwrap()
}

/// Everything that is in every table, table by table.
fn dump(log: &Log) -> Vec<(String, String)> {
    #[derive(serde::Deserialize)]
    struct Table {
        name: String,
    }
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let tables: Vec<Table> = log.sql().query(tables, Vec::new()).unwrap();
    let rows = |it: Table| {
        let rows: Vec<Json> =
            log.sql().query(&format!("SELECT * FROM {}", it.name), Vec::new()).unwrap();
        let rows = rows.iter().map(|it| format!("{it}\n"));
        (it.name, rows.collect())
    };
    tables.into_iter().map(rows).collect()
}

/// The tables in which something stands.
fn tables_with(log: &Log, words: &str) -> Vec<String> {
    let holds = dump(log).into_iter().filter(|it| it.1.contains(words));
    holds.map(|it| it.0).collect()
}

#[test]
fn ho17_a_turn_that_fails_leaves_no_row_and_is_not_remembered() {
    let log = open();
    write(&log, &events(vec![posted(1, Some(1), Speaker::Visitor, "a", "one")])).unwrap();
    let before = dump(&log);
    let torn = Batch {
        visits: vec![visit(1)],
        ..events(vec![
            posted(2, Some(2), Speaker::Visitor, "b", "two"),
            posted(3, Some(3), Speaker::Visitor, "a", "the same name again"),
        ])
    };
    assert!(write(&log, &torn).is_err());
    assert_eq!(dump(&log), before);
    // What the next turn counts on is what is stored, and not what was torn.
    write(&log, &events(vec![posted(2, None, by_ana(), "n", "a note")])).unwrap();
    assert_eq!(log.up_to(Seq(2)), UpTo { shown: Place(1), n_visitor_messages: 1 });
}

#[test]
fn ho18_an_authors_name_for_a_message_exists_once() {
    let log = open();
    write(&log, &events(vec![posted(1, Some(1), Speaker::Visitor, "a", "one")])).unwrap();
    let again = posted(2, Some(2), Speaker::Visitor, "a", "another text");
    assert!(write(&log, &events(vec![again])).is_err());
    write(&log, &events(vec![posted(2, None, by_ana(), "a", "of somebody else")])).unwrap();
    let placed = |by: &Author, name: &str| log.find_by_key(by, &name.parse().unwrap());
    let first = Placed { seq: Seq(1), shown: Some(Place(1)), at: at(1_000) };
    assert_eq!(placed(&Author::Visitor, "a"), Some(first));
    let ana = Author::Agent("ana".parse().unwrap());
    assert_eq!(placed(&ana, "a"), Some(Placed { seq: Seq(2), shown: None, at: at(2_000) }));
    assert_eq!(placed(&Author::Visitor, "b"), None);
    assert_eq!(placed(&Author::System, "a"), None);
    // A name stays taken when what it said was deleted.
    let rewritten = vec![(Seq(1), Written { deleted_at: Some(at(9)), ..Written::default() })];
    write(&log, &Batch { rewritten, ..Batch::default() }).unwrap();
    assert_eq!(placed(&Author::Visitor, "a"), Some(first));
}

#[test]
fn ho18_events_without_a_name_do_not_collide() {
    let log = open();
    let woken = |seq| event(seq, None, EventKind::Woken);
    write(&log, &events(vec![woken(1), woken(2), woken(3)])).unwrap();
    assert_eq!(log.tail(Seq(0)).unwrap().len(), 3);
    let same_place = posted(4, Some(1), Speaker::Visitor, "a", "one");
    write(&log, &events(vec![same_place])).unwrap();
    let taken = posted(5, Some(1), Speaker::Visitor, "b", "in the same place");
    assert!(write(&log, &events(vec![taken])).is_err());
}

#[test]
fn ho19_every_page_of_either_count_is_what_a_list_would_give() {
    let (log, all) = long_log(9);
    for count in [Numbering::Visitor, Numbering::Team] {
        let place = |it: &Stored| match count {
            Numbering::Visitor => it.shown.map(|it| it.0),
            Numbering::Team => Some(it.seq.0),
        };
        let counted: Vec<&Stored> = all.iter().filter(|it| place(it).is_some()).collect();
        for n in (0..=11).chain([LARGEST_NUMBER, u64::MAX]) {
            let by_place = |keep: &dyn Fn(u64) -> bool| -> Vec<Stored> {
                let kept = counted.iter().filter(|it| place(it).is_some_and(keep));
                kept.map(|it| (*it).clone()).collect()
            };
            for limit in [0, 1, 2, 50, usize::MAX] {
                let after: Vec<Stored> = by_place(&|it| n < it).into_iter().take(limit).collect();
                assert_eq!(log.after(count, Place(n), limit), after, "after {n}, {limit}");
                let before = by_place(&|it| it < n);
                let before = &before[before.len().saturating_sub(limit)..];
                assert_eq!(log.before(count, Place(n), limit), before, "before {n}, {limit}");
            }
            assert_eq!(log.at(count, Place(n)), by_place(&|it| it == n).pop(), "at {n}");
        }
    }
    assert_eq!(log.take_failure().map(|it| it.to_string()), None);
}

#[test]
fn ho19_what_stands_up_to_an_event_is_counted_as_it_is_stored() {
    let (log, all) = long_log(9);
    let mut counted = UpTo::default();
    assert_eq!(log.up_to(Seq(0)), counted);
    for stored in &all {
        if let Some(place) = stored.shown {
            counted = UpTo { shown: place, n_visitor_messages: counted.n_visitor_messages + 1 };
        }
        assert_eq!(log.up_to(stored.seq), counted);
    }
    assert_eq!(log.up_to(Seq(100)), counted);
    // Another process goes on counting where this one was.
    log.forget();
    write(&log, &events(vec![posted(10, Some(5), Speaker::Visitor, "c10", "line 10")])).unwrap();
    assert_eq!(log.up_to(Seq(10)), UpTo { shown: Place(5), n_visitor_messages: 5 });
}

#[test]
fn ho20_an_edit_replaces_what_was_written_and_a_deletion_removes_it() {
    let log = open();
    let first = posted(1, Some(1), Speaker::Visitor, "a", "my card is 4111");
    write(&log, &events(vec![first])).unwrap();
    assert_eq!(tables_with(&log, "4111"), ["contents"]);
    let of = Seq(1);
    let edited = EventKind::Edited { of, n: Some(Place(1)), visibility: Visibility::Public };
    let edit = Stored {
        written: Some(Written {
            content: Some(Content::Edit {
                of,
                text: "my card is secret".to_owned().try_into().unwrap(),
            }),
            ..Written::default()
        }),
        ..event(2, Some(2), edited)
    };
    let rewritten = vec![(of, said("my card is secret", Vec::new()))];
    write(&log, &Batch { rewritten, ..events(vec![edit]) }).unwrap();
    assert!(tables_with(&log, "4111").is_empty());
    let deleted = EventKind::Deleted { of, n: Some(Place(1)), visibility: Visibility::Public };
    // A deletion is of the message, but is no edit of it.
    let gone = Written { deleted_at: Some(at(9)), ..Written::default() };
    let rewritten = vec![(of, gone.clone()), (Seq(2), gone.clone())];
    write(&log, &Batch { rewritten, ..events(vec![event(3, Some(3), deleted)]) }).unwrap();
    assert_eq!(log.edits(of), [Seq(2)]);
    assert_eq!(log.edits(Seq(2)), []);
    assert!(tables_with(&log, "secret").is_empty());
    assert_eq!(log.at(Numbering::Team, Place(1)).unwrap().written, Some(gone));
}

#[test]
fn ho21_erasure_leaves_no_text_in_any_table() {
    let log = open();
    let identity = Identity {
        conversation: "main-abc".parse().unwrap(),
        site: "main-shop".parse().unwrap(),
        contact: "v1".parse().unwrap(),
    };
    log.put_meta("identity", &identity).unwrap();
    log.put_meta("site", &"the site's settings").unwrap();
    log.put_meta("undelivered", &"secret remark").unwrap();
    log.begin_file(&file("secret-f"), &Author::Visitor, at(1)).unwrap();
    log.put_report(&RoomReport::Bulk { ticket: "secret".to_owned(), refused: None, summary: None })
        .unwrap();
    log.put_cursor("secret", Cursor { seq: Seq(1), tries: 2 }).unwrap();
    log.sql()
        .execute("INSERT INTO timers (kind, at) VALUES (?, ?)", vec![text("secret"), number(1)])
        .unwrap();
    let audited = Audited { at: at(5), by: None, deed: AuditedDeed::Erase };
    let batch = Batch {
        visits: vec![visit(7)],
        seen: vec![mark(SeenBy::Agent("secret".parse().unwrap()), 1)],
        owner: Some(OwnerSaid { agent: "secret".parse().unwrap(), presence: Presence::Available }),
        checkpoint: Some(checkpoint()),
        audited: vec![audited.clone()],
        ..events(vec![posted(1, Some(1), Speaker::Visitor, "secret-name", "secret words")])
    };
    write(&log, &batch).unwrap();
    let secrets = tables_with(&log, "secret");
    let with_words =
        ["contents", "cursors", "events", "files", "meta", "reports", "seen", "timers", "visits"];
    assert_eq!(secrets, with_words, "something is in every table that holds anything");

    let standing = ConversationRecord { epoch: 2, ..ConversationRecord::default() };
    let erased = log.sql().transaction(|| {
        log.clear()?;
        log.put_meta("standing", &standing)
    });
    erased.unwrap();
    log.forget();
    let kept: Vec<_> =
        dump(&log).into_iter().filter(|it| !it.1.is_empty()).map(|it| it.0).collect();
    assert_eq!(kept, ["audited", "meta"]);
    assert!(tables_with(&log, "secret").is_empty());
    assert_eq!(log.meta::<Identity>("identity").unwrap(), Some(identity));
    assert!(log.meta::<String>("site").unwrap().is_some());
    assert_eq!(log.standing().unwrap(), standing);
    assert_eq!(log.audited().unwrap(), [(1, audited)]);
    // The next epoch begins at nothing.
    write(&log, &events(vec![posted(1, Some(1), Speaker::Visitor, "secret-name", "anew")]))
        .unwrap();
    assert_eq!(log.up_to(Seq(1)), UpTo { shown: Place(1), n_visitor_messages: 1 });
}

fn mark(by: SeenBy, seq: u64) -> SeenMark {
    SeenMark { by, seq: Seq(seq), up_to: UpTo::default() }
}

fn checkpoint() -> Box<Checkpoint> {
    let conversation = inbox_core::Conversation::default();
    Box::new(Checkpoint { conversation, transcript: Transcript::default() })
}

/// The tables of the release before, which kept nothing for the workspace to write down.
const BEFORE: &str = "
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY, n INTEGER, at INTEGER NOT NULL, body TEXT NOT NULL,
        kind TEXT GENERATED ALWAYS AS (body ->> '$.event.kind.type') VIRTUAL,
        author TEXT, client_id TEXT, of INTEGER,
        shown_to INTEGER NOT NULL, visitor_to INTEGER NOT NULL);
    CREATE UNIQUE INDEX events_n ON events (n) WHERE n IS NOT NULL;
    CREATE UNIQUE INDEX events_name ON events (author, client_id) WHERE client_id IS NOT NULL;
    CREATE INDEX events_of ON events (of) WHERE of IS NOT NULL;
    CREATE TABLE contents (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE seen (by TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE visits (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE files (
        id TEXT PRIMARY KEY, body TEXT NOT NULL, by TEXT NOT NULL, message INTEGER,
        at INTEGER NOT NULL, complete INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, tries INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE reports (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
    INSERT INTO events (seq, n, at, body, author, client_id, of, shown_to, visitor_to) VALUES
        (1, NULL, 1000, '{\"event\":{\"at\":1000,\"session\":1,\"kind\":{\"type\":\"woken\"}}}', NULL, NULL, NULL, 0, 0),
        (2, 1, 2000, '{\"event\":{\"at\":2000,\"session\":1,\"kind\":{\"type\":\"posted\",\"client_id\":\"a\",\"by\":{\"type\":\"visitor\"},\"visibility\":\"public\"}}}', 'visitor', 'a', NULL, 1, 1);
    INSERT INTO contents (seq, body) VALUES
        (2, '{\"content\":{\"type\":\"message\",\"text\":\"hello\",\"files\":[]}}');
    INSERT INTO meta (key, body) VALUES ('standing', '{\"epoch\":3,\"generation\":1,\"blocked\":false,\"erased_at\":null}');
    INSERT INTO cursors (name, seq, tries) VALUES ('webhook', 1, 4);
    INSERT INTO reports (no, body) VALUES (7, '{\"type\":\"erased\",\"epoch\":3}');
";

#[test]
fn ho22_a_database_of_the_release_before_is_opened_and_loses_nothing() {
    let sqlite = Sqlite::in_memory();
    sqlite.execute(BEFORE, Vec::new()).unwrap();
    let log = ConversationLog::open(sqlite).unwrap();
    let read = log.tail(Seq(0)).unwrap();
    let mut expected = posted(2, Some(1), Speaker::Visitor, "a", "hello");
    expected.body.event.at = at(2_000);
    assert_eq!(read, [event(1, None, EventKind::Woken), expected]);
    assert_eq!(log.standing().unwrap().epoch, 3);
    assert_eq!(log.cursor("webhook").unwrap(), Some(Cursor { seq: Seq(1), tries: 4 }));
    let report = RoomReport::Erased { epoch: 3 };
    assert_eq!(log.first_report().unwrap(), Some((7, report)));
    assert!(log.find_by_key(&Author::Visitor, &"a".parse().unwrap()).is_some());
    // It goes on as any other: what is new has its table, and counts go on.
    let audited = Audited { at: at(5), by: None, deed: AuditedDeed::Block };
    let batch = Batch {
        audited: vec![audited],
        ..events(vec![posted(3, Some(2), Speaker::Visitor, "b", "still here")])
    };
    write(&log, &batch).unwrap();
    assert_eq!(log.up_to(Seq(3)), UpTo { shown: Place(2), n_visitor_messages: 2 });
    assert_eq!(log.audited().unwrap().len(), 1);
}

#[test]
fn ho23_a_read_that_fails_is_noted_once() {
    let (log, _) = long_log(2);
    assert!(log.take_failure().is_none());
    log.sql().execute("UPDATE events SET body = '{}' WHERE seq = 1", Vec::new()).unwrap();
    assert_eq!(log.after(Numbering::Team, Place(0), 10), []);
    assert!(log.take_failure().is_some() && log.take_failure().is_none());
    for table in ["events", "files", "visits"] {
        log.sql().execute(&format!("DROP TABLE {table}"), Vec::new()).unwrap();
    }
    let visitor = &Author::Visitor;
    let reads: [(&str, &dyn Fn()); 7] = [
        ("placed", &|| assert_eq!(log.find_by_key(visitor, &"a".parse().unwrap()), None)),
        ("before", &|| drop(log.before(Numbering::Visitor, Place(9), 9))),
        ("at", &|| drop(log.at(Numbering::Team, Place(1)))),
        ("edits", &|| drop(log.edits(Seq(1)))),
        ("up_to", &|| assert_eq!(log.up_to(Seq(1)), UpTo::default())),
        ("file", &|| drop(log.file(&"f".parse().unwrap()))),
        ("visits", &|| drop(log.visits())),
    ];
    for (name, read) in reads {
        read();
        assert!(log.take_failure().is_some(), "{name}");
    }
}

#[test]
fn ho24_a_file_can_be_sent_once_all_its_bytes_are_there() {
    let log = open();
    let id: FileId = "f1".parse().unwrap();
    assert_eq!(log.finish_file(&id, MediaType::Other).unwrap(), None, "nobody announced it");
    log.begin_file(&file("f1"), &Author::Visitor, at(10)).unwrap();
    assert!(log.begin_file(&file("f1"), &Author::Visitor, at(11)).is_err());
    assert_eq!(log.file(&id), None);
    assert_eq!(log.n_pending_files(&Author::Visitor).unwrap(), 1);
    assert_eq!(log.n_pending_files(&Author::System).unwrap(), 0);
    assert_eq!(log.finish_file(&id, MediaType::Other).unwrap(), Some(file("f1")));
    assert_eq!(log.finish_file(&id, MediaType::Other).unwrap(), None, "it is there already");
    let stored = log.file(&id).unwrap();
    assert_eq!((stored.by, stored.message), (Author::Visitor, None));
    // With its message it waits no longer, and no sweep takes it.
    log.begin_file(&file("f2"), &Author::Visitor, at(20)).unwrap();
    let mut message = posted(1, Some(1), Speaker::Visitor, "a", "look");
    message.written = Some(said("look", vec![file("f1")]));
    write(&log, &events(vec![message])).unwrap();
    assert_eq!(log.file(&id).unwrap().message, Some(Seq(1)));
    assert_eq!(log.n_pending_files(&Author::Visitor).unwrap(), 1);
    assert_eq!(log.oldest_pending_file().unwrap(), Some(at(20)));
    log.forget_pending_files(at(20)).unwrap();
    assert_eq!(log.known_files().unwrap(), ["f1", "f2"]);
    log.forget_pending_files(at(21)).unwrap();
    assert_eq!(log.known_files().unwrap(), ["f1"]);
    assert_eq!(log.oldest_pending_file().unwrap(), None);
    log.forget_files(&[id]).unwrap();
    assert!(log.known_files().unwrap().is_empty());
}

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
