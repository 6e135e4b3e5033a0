//! HO201: what a workspace has set up may be much, and what ends a right is stored all the same.

use inbox_host::{ConversationLog, DeskTables, Sql as _, Sqlite, sql::text};
use inbox_protocol::{FromDesk, ListFilter, ListQuery, ListSort, ListTab, VERSION};
use inbox_room::{Conn, Desk, DeskBatch, DeskFacts, DeskInput, DeskSnapshot, MemberFacts};
use inbox_types::{
    Role, SessionState,
    limits::{FORMER_ITEMS, SHARED_VIEWS, VIEW_CHARS, VIEWS, WORKSPACE_ITEMS},
};
use serde_json::{Value as Json, json};

use crate::desk::{Kind, Stage, summary};

/// The longest text of so many letters.
fn long(n_chars: usize) -> String {
    "😀".repeat(n_chars)
}

fn items(n: usize, item: impl Fn(usize) -> Json) -> Json {
    (0..n).map(item).collect()
}

/// A workspace with as much of everything as it can have, and of the longest.
fn full() -> DeskFacts {
    let queues: Vec<String> = (0..WORKSPACE_ITEMS).map(|n| format!("queue-{n:017}")).collect();
    let members = (0..WORKSPACE_ITEMS + FORMER_ITEMS).map(|n| {
        let departments = if n < WORKSPACE_ITEMS { &queues[..] } else { &[] };
        let is_removed = WORKSPACE_ITEMS <= n;
        let member = json!({
            "name": long(80), "role": "agent", "departments": departments, "version": 1,
            "removed": is_removed,
        });
        (format!("member-{n:04}"), member)
    });
    let campaigns = items(WORKSPACE_ITEMS, |n| json!({"id": format!("c{n}"), "name": long(80)}));
    let n_views = SHARED_VIEWS + VIEWS * 20;
    let facts = json!({
        "settings": {},
        "members": members.collect::<serde_json::Map<String, Json>>(),
        "departments": queues.iter().map(|id| {
            json!({"id": id, "name": long(80), "assignment": "offer"})
        }).collect::<Json>(),
        "sites": items(WORKSPACE_ITEMS, |n| {
            let id = format!("main-s{n}");
            json!({"summary": {"id": id, "name": long(80)}, "mask_sensitive": false})
        }),
        "canned": items(WORKSPACE_ITEMS, |n| {
            let id = format!("c{n}");
            json!({"id": id, "shortcut": long(60), "text": long(10_000), "department": null})
        }),
        "topics": items(WORKSPACE_ITEMS, |n| json!({"id": format!("t{n}"), "name": long(60)})),
        "campaigns": campaigns,
        "views": items(n_views, |n| {
            let (id, address) = (format!("v{n}"), long(VIEW_CHARS));
            json!({"id": id, "name": long(60), "address": address, "by": "member-0001"})
        }),
    });
    let mut facts: DeskFacts = serde_json::from_value(facts).unwrap();
    for who in ["ana", "ben", "cleo", "dan"] {
        let member = json!({
            "name": who, "role": "agent", "departments": ["queue-00000000000000000"], "version": 1,
        });
        let member = serde_json::from_value(member).unwrap();
        facts.members.insert(who.parse().unwrap(), member);
    }
    facts
}

fn tables() -> DeskTables<Sqlite> {
    let kind = Kind {
        department: Some("queue-00000000000000000"),
        owner: None,
        joined: None,
        campaign: false,
        hidden: false,
    };
    let mut waiting = json!(summary(2, "queued", kind));
    waiting["site"] = json!("main-s1");
    waiting["last"]["text"] = json!("my card is 4111 1111 1111 1111");
    let summaries = vec![serde_json::from_value(waiting).unwrap()];
    let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
    let batch = DeskBatch { summaries, ..DeskBatch::default() };
    tables.sql().transaction(|| tables.write(&batch)).unwrap();
    tables
}

/// The members for whom a conversation stands in the list that waits in the queue of all four, on a
/// desk that has just woken, and those who can read the number that was written in it.
fn seen(tables: DeskTables<Sqlite>) -> (DeskTables<Sqlite>, [String; 2]) {
    let facts = tables.facts().unwrap().expect("facts");
    let desk = Desk::wake(DeskSnapshot {
        facts,
        presences: tables.presences().unwrap(),
        summaries: tables.live().unwrap(),
        sockets: tables.sockets().unwrap(),
        alarm: None,
        readers: Vec::new(),
    });
    let mut stage = Stage { tables, desk };
    let mut seen = [String::new(), String::new()];
    for (conn, who) in (1..).map(Conn).zip(["ana", "ben", "cleo", "dan"]) {
        let member = who.parse().unwrap();
        stage.handle(DeskInput::Connected { conn, member, rights: 1 });
        let hello = FromDesk::Hello { version: VERSION };
        stage.handle(DeskInput::Said { conn, frame: hello });
        let query = ListQuery {
            tab: ListTab::All,
            states: vec![SessionState::Queued],
            department: None,
            campaign: None,
            filter: ListFilter::default(),
            sort: ListSort::Newest,
        };
        let frame = FromDesk::Watch { query, before: None };
        let frames = json!(stage.handle(DeskInput::Said { conn, frame })).to_string();
        for (seen, needle) in seen.iter_mut().zip(["main-c2", "4111"]) {
            if frames.contains(needle) {
                seen.push_str(who);
            }
        }
        stage.handle(DeskInput::Closed { conn });
    }
    (stage.tables, seen)
}

fn member<'facts>(facts: &'facts mut DeskFacts, who: &str) -> &'facts mut MemberFacts {
    let member = facts.members.get_mut(&who.parse().unwrap()).unwrap();
    member.version += 1;
    member
}

#[test]
fn ho201_what_ends_a_right_is_stored_however_much_a_workspace_has_set_up() {
    let mut facts = full();
    let tables = tables();
    tables.learn(facts.clone()).unwrap();
    let (tables, before) = seen(tables);
    assert_eq!(before, ["anabencleodan", "anabencleodan"]);

    member(&mut facts, "ana").removed = true;
    member(&mut facts, "ben").role = Role::Marketer;
    member(&mut facts, "cleo").departments.clear();
    tables.learn(facts.clone()).unwrap();
    let (tables, after) = seen(tables);
    assert_eq!(after, ["dan", "dan"]);

    facts.sites.iter_mut().for_each(|it| it.mask_sensitive = true);
    tables.learn(facts.clone()).unwrap();
    assert!(tables.facts().unwrap() == Some(facts));
    let (_, masked) = seen(tables);
    assert_eq!(masked, ["dan", ""]);
}

#[test]
fn ho200_a_value_of_any_size_is_read_as_it_was_written() {
    let log = ConversationLog::open(Sqlite::in_memory()).unwrap();
    let rows = |like: &str| -> Vec<Json> {
        log.sql()
            .query(&format!("SELECT key FROM meta WHERE key GLOB '{like}*'"), Vec::new())
            .unwrap()
    };
    log.put_meta("site_asked", &7).unwrap();
    log.put_meta("sit", &"a shorter name").unwrap();
    // Letters of each length, so that a row can end in the middle of one.
    for (letter, n) in
        [("a", 999_998), ("a", 999_999), ("é", 700_000), ("字", 1_200_000), ("😀", 2_000_000)]
    {
        let value = format!("x{}", letter.repeat(n));
        log.sql().transaction(|| log.put_meta("site", &value)).unwrap();
        assert!(log.meta::<String>("site").unwrap() == Some(value), "{letter} {n}");
    }
    assert!(8 <= rows("site/").len());
    // Erasure keeps all of it.
    log.clear().unwrap();
    assert_eq!(log.meta::<String>("site").unwrap().map(|it| it.len()), Some(8_000_001));
    assert_eq!(log.meta::<u64>("site_asked").unwrap(), None);

    log.put_meta("site_asked", &8).unwrap();
    log.put_meta("site", &"short").unwrap();
    assert_eq!(rows("site/"), [] as [Json; 0], "nothing is left of what was larger");
    assert_eq!(log.meta::<String>("site").unwrap().as_deref(), Some("short"));
    log.sql().transaction(|| log.put_meta("site", &long(1_000_000))).unwrap();
    log.forget_meta("site").unwrap();
    assert_eq!(log.meta::<String>("site").unwrap(), None);
    assert_eq!(log.meta::<u64>("site_asked").unwrap(), Some(8));

    // As an earlier release kept it, in one row, whatever its size.
    let row = vec![text(json!("a".repeat(1_900_000)).to_string())];
    log.sql().execute("INSERT INTO meta (key, body) VALUES ('site', ?)", row).unwrap();
    assert_eq!(log.meta::<String>("site").unwrap().map(|it| it.len()), Some(1_900_000));
}

#[test]
fn ho200_a_row_that_production_refuses_is_refused_here() {
    let sql = Sqlite::in_memory();
    sql.execute("CREATE TABLE texts (body TEXT)", Vec::new()).unwrap();
    let put = |n| sql.execute("INSERT INTO texts VALUES (?)", vec![text("a".repeat(n))]);
    assert!(put(2_000_000).is_ok());
    assert!(put(2_000_001).is_err());
}
