//! HO180: bulk operations in the desk's tables.

use inbox_host::{DeskTables, Sql as _, Sqlite, sql::json};
use inbox_protocol::{BulkFailure, BulkOperation, Refusal};
use inbox_room::{BulkChange, BulkItem, BulkRow, BulkState, DeskBatch, PresenceRow};
use inbox_types::{ConversationId, Presence, SessionNo, Timestamp};
use serde::Deserialize;

type Tables = DeskTables<Sqlite>;

#[derive(Deserialize)]
struct Number {
    n: u64,
}

fn id(n: u32) -> ConversationId {
    // Their order is none of their names.
    format!("main-c{}", (n * 7) % 1_000).parse().unwrap()
}

fn presence(bulks: Vec<BulkRow>) -> PresenceRow {
    PresenceRow {
        member: "adam".parse().unwrap(),
        chosen: Presence::Available,
        offline: false,
        lost_at: None,
        idle_since: Timestamp::from_millis(5),
        bulks,
    }
}

/// One of each kind: what runs, and what is over.
fn bulks() -> Vec<BulkRow> {
    let failed = |n| BulkFailure { conversation: id(n), name: None, reason: Refusal::State };
    let running = BulkRow {
        id: "z-1".to_owned(),
        operation: BulkOperation::End { reason: None },
        later: (0..9).map(id).collect(),
        sessions: (0..5).map(|n| (id(n), SessionNo(n + 1))).collect(),
        waiting: (10..15).map(id).collect(),
        succeeded: (20..40).map(id).collect(),
        failed: (50..60).map(failed).collect(),
        until: Some(Timestamp::from_millis(9)),
    };
    let over = BulkRow {
        id: "a-2".to_owned(),
        operation: BulkOperation::Reopen,
        later: [].into(),
        sessions: [].into(),
        waiting: [].into(),
        until: None,
        ..running.clone()
    };
    vec![running, over]
}

fn write(tables: &Tables, batch: &DeskBatch) {
    tables.sql().transaction(|| tables.write(batch)).unwrap();
}

/// Rows that were written so far.
fn n_written(tables: &Tables) -> u64 {
    let rows: Vec<Number> = tables.sql().query("SELECT total_changes() AS n", Vec::new()).unwrap();
    rows[0].n
}

#[test]
fn ho180_an_operation_is_read_as_it_was_written() {
    let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
    let changes = bulks().iter().flat_map(|it| it.changes(&presence(Vec::new()).member)).collect();
    let presences = vec![presence(Vec::new())];
    write(&tables, &DeskBatch { presences, bulks: changes, ..DeskBatch::default() });
    assert_eq!(tables.presences().unwrap(), [presence(bulks())]);
    // How its member is has nothing to do with it.
    let presences = vec![PresenceRow { offline: true, ..presence(Vec::new()) }];
    write(&tables, &DeskBatch { presences, ..DeskBatch::default() });
    assert_eq!(tables.presences().unwrap()[0].bulks, bulks());
    let bulk = "z-1".to_owned();
    write(&tables, &DeskBatch { bulks: vec![BulkChange::Gone { bulk }], ..DeskBatch::default() });
    assert_eq!(tables.presences().unwrap()[0].bulks, bulks()[1..]);
}

#[test]
fn ho180_an_answer_writes_one_row_of_however_many_there_are() {
    let written_by_an_answer = |n: u32| {
        let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
        let row = BulkRow { waiting: (0..n).map(id).collect(), ..bulks().remove(1) };
        let changes = row.changes(&presence(Vec::new()).member);
        let presences = vec![presence(Vec::new())];
        write(&tables, &DeskBatch { presences, bulks: changes, ..DeskBatch::default() });
        let before = n_written(&tables);
        let item = BulkItem { n: 1, state: BulkState::Succeeded };
        let answer = BulkChange::Item { bulk: row.id, conversation: id(0), item };
        write(&tables, &DeskBatch { bulks: vec![answer], ..DeskBatch::default() });
        n_written(&tables) - before
    };
    // In place of the one that was there.
    assert_eq!(written_by_an_answer(10), written_by_an_answer(1_000));
    assert!(written_by_an_answer(1_000) <= 2);
}

#[test]
fn ho36_operations_of_the_release_before_are_taken_over() {
    let old = Sqlite::in_memory();
    let table =
        "CREATE TABLE presences (member TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID";
    old.execute(table, Vec::new()).unwrap();
    let row = vec![inbox_host::sql::text("adam"), json(&presence(bulks())).unwrap()];
    old.execute("INSERT INTO presences VALUES (?, ?)", row).unwrap();
    let tables = DeskTables::open(old).unwrap();
    assert_eq!(tables.presences().unwrap(), [presence(bulks())]);
    // What is stored of the member next does not take them away.
    let presences = vec![presence(Vec::new())];
    write(&tables, &DeskBatch { presences, ..DeskBatch::default() });
    assert_eq!(tables.presences().unwrap(), [presence(bulks())]);
}
