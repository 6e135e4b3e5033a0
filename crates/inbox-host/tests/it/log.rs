//! The log's queries, on a real database.

use inbox_core::{Content, Event, EventKind, Speaker};
use inbox_host::{
    ConversationLog, Sql as _, Sqlite, SqliteError,
    forward::Cursor,
    sql::{LARGEST_NUMBER, number, text},
};
use inbox_room::{
    Audited, AuditedDeed, Batch, Checkpoint, ConversationRecord, EventBody, Identity, Log as _,
    Numbering, OwnerSaid, Placed, RoomReport, SeenBy, SeenMark, Stored, Transcript, UpTo, Written,
};
use inbox_types::{
    Author, File, MediaType, Place, Presence, Seq, SessionNo, Timestamp, Visibility, Visit,
};
use serde_json::Value as Json;

type Log = ConversationLog<Sqlite>;

pub(crate) fn open() -> Log {
    ConversationLog::open(Sqlite::in_memory()).unwrap()
}

pub(crate) fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// Writes a turn as whoever runs a room does.
pub(crate) fn write(log: &Log, batch: &Batch) -> Result<(), SqliteError> {
    let written = log.sql().transaction(|| log.write(batch));
    if written.is_err() {
        log.forget();
    }
    written
}

pub(crate) fn event(seq: u64, shown: Option<u64>, kind: EventKind) -> Stored {
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

pub(crate) fn said(words: &str, files: Vec<File>) -> Written {
    let text = Some(words.to_owned().try_into().unwrap());
    Written { content: Some(Content::Message { text, files }), ..Written::default() }
}

pub(crate) fn posted(seq: u64, shown: Option<u64>, by: Speaker, name: &str, words: &str) -> Stored {
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

pub(crate) fn events(events: Vec<Stored>) -> Batch {
    Batch { events, ..Batch::default() }
}

/// A log in which every second event is the visitor's, and the others are notes.
pub(crate) fn long_log(n_events: u64) -> (Log, Vec<Stored>) {
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

pub(crate) fn file(id: &str) -> File {
    File {
        id: id.parse().unwrap(),
        name: "passport.png".to_owned().try_into().unwrap(),
        bytes: 3,
        media: MediaType::Other,
    }
}

pub(crate) fn visit(n: u64) -> Visit {
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
pub(crate) fn tables_with(log: &Log, words: &str) -> Vec<String> {
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

pub(crate) fn mark(by: SeenBy, seq: u64) -> SeenMark {
    SeenMark { by, seq: Seq(seq), up_to: UpTo::default() }
}

pub(crate) fn checkpoint() -> Box<Checkpoint> {
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
