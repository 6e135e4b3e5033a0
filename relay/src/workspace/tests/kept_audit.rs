//! How much of the audit log is kept.

use inbox_room::{Audited, AuditedDeed};
use inbox_types::{ConversationId, Millis, limits::AUDIT_KEPT};
use serde_json::Value as Json;

use super::{NOW, Office, PASSWORD, WorkspaceRequest, ask, id};

fn rows(office: &Office, query: &str) -> usize {
    let rows: Vec<Json> = office.store.rows(query, Vec::new()).expect("rows");
    rows.len()
}

#[test]
fn the_oldest_rows_make_room_and_so_does_what_conversations_said_of_them() {
    let office = Office::new();
    let conversation: ConversationId = id("main-c");
    let blocked = |no| {
        let audited =
            Audited { by: Some(id("ana")), deed: AuditedDeed::Block, at: NOW.after(Millis(no)) };
        let conversation = conversation.clone();
        ask(&office.workspace, WorkspaceRequest::Audit { conversation, no, audited })
            .expect("noted");
    };
    for _ in 0..2 {
        blocked(1);
    }
    let said = "SELECT key FROM audited";
    let all = "SELECT no FROM audit";
    assert_eq!((rows(&office, all), rows(&office, said)), (2, 1));
    // As if so much had been written down meanwhile.
    let later = format!(
        "INSERT INTO audit (no, at, member, deed, what) VALUES ({AUDIT_KEPT}, 1, '', 'sign_in', '')"
    );
    office.store.run(&later, Vec::new()).expect("a row");
    blocked(2);
    assert_eq!((rows(&office, all), rows(&office, said)), (3, 2), "the first alone is too old");
    office.sign_in("olga", PASSWORD).expect("signed in");
    assert_eq!((rows(&office, all), rows(&office, said)), (3, 1), "and now the second is");
}
