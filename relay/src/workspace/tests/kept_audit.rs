//! How much of the audit log is kept, and of whom.

use inbox_room::{Audited, AuditedDeed};
use inbox_types::{ConversationId, Millis, limits::AUDIT_KEPT};
use serde::Deserialize;
use serde_json::Value as Json;

use super::{NOW, Office, PASSWORD, Workspace, WorkspaceRequest, ask, config, id};

fn rows(office: &Office, query: &str) -> usize {
    let rows: Vec<Json> = office.store.rows(query, Vec::new()).expect("rows");
    rows.len()
}

fn block(office: &Office, by: &str, no: u64) {
    let conversation: ConversationId = id("main-c");
    let audited = Audited { by: Some(id(by)), deed: AuditedDeed::Block, at: NOW.after(Millis(no)) };
    ask(&office.workspace, WorkspaceRequest::Audit { conversation, no, audited }).expect("noted");
}

/// As if a log had been written that holds so many rows of a member, before rows were counted.
fn fill(office: &mut Office, member: &str, n: u64) {
    let much = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n})
         INSERT INTO audit (at, member, deed, what) SELECT 1, '{member}', 'sign_in', '' FROM n"
    );
    office.store.run(&much, Vec::new()).expect("rows");
    office.store.run("DELETE FROM audit_counts", Vec::new()).expect("no counts");
    office.workspace = Workspace::new(office.store.clone(), Ok(config()));
}

#[derive(Deserialize)]
struct Held {
    member: String,
    n: u64,
}

/// How many rows each of some members has, and that this is what is counted.
fn held<const N: usize>(office: &Office, members: [&str; N]) -> [u64; N] {
    let read = |query| -> Vec<Held> { office.store.rows(query, Vec::new()).expect("rows") };
    let of =
        |rows: &[Held], member| rows.iter().find(|it| it.member == member).map_or(0, |it| it.n);
    let rows = read("SELECT member, COUNT(*) AS n FROM audit GROUP BY member");
    let counts = read("SELECT member, n FROM audit_counts");
    members.map(|member| {
        assert_eq!(of(&rows, member), of(&counts, member), "{member}");
        of(&rows, member)
    })
}

#[test]
fn the_oldest_rows_of_who_has_most_make_room_and_so_does_what_conversations_said_of_them() {
    let mut office = Office::new();
    for no in [1, 1, 2] {
        block(&office, "ana", no);
    }
    let said = "SELECT key FROM audited";
    // With hers that is one short of all.
    let others = u64::try_from(rows(&office, "SELECT no FROM audit")).expect("few") - 2;
    fill(&mut office, "ana", AUDIT_KEPT - others - 3);
    let all = AUDIT_KEPT - others;
    assert_eq!(held(&office, ["ana"]), [all - 1]);
    block(&office, "ana", 3);
    assert_eq!((held(&office, ["ana"]), rows(&office, said)), ([all], 3), "all have room");
    block(&office, "ana", 4);
    assert_eq!((held(&office, ["ana"]), rows(&office, said)), ([all], 3), "the first is gone");
    office.sign_in("olga", PASSWORD).expect("signed in");
    assert_eq!((held(&office, ["ana"]), rows(&office, said)), ([all - 1], 2), "and the second");
}

#[test]
fn a_loop_of_one_member_pushes_out_nobody_who_has_fewer_rows() {
    let mut office = Office::new();
    for no in 1..=30 {
        block(&office, "ana", no);
    }
    fill(&mut office, "ben", AUDIT_KEPT / 2);
    fill(&mut office, "eve", AUDIT_KEPT / 2 - 100);
    for no in 1_000..1_200 {
        block(&office, "eve", no);
    }
    assert_eq!(rows(&office, "SELECT no FROM audit"), usize::try_from(AUDIT_KEPT).expect("many"));
    let [ana, ben, eve] = held(&office, ["ana", "ben", "eve"]);
    assert_eq!(ana, 30);
    assert!(eve <= ben, "{eve} of who loops, {ben} of who has most");
}
