//! DK170: what is done in bulk is done to the sessions that were meant.

use std::collections::BTreeMap;

use inbox_protocol::{BulkOperation, FromDesk};
use inbox_room::DeskCommand;
use inbox_types::{SessionNo, limits};

use crate::{
    desk_bulk::{BLOCK, answers, begin, query, ticket},
    desk_stage::{DeskStage, Later, queued},
    stage::id,
};

/// The sessions that were asked, by conversation.
fn sessions_asked(stage: &DeskStage) -> BTreeMap<String, Option<SessionNo>> {
    let asked = stage.commands.iter().filter_map(|(conversation, it)| match it {
        DeskCommand::Bulk { session, .. } => Some((conversation.as_str().to_owned(), *session)),
        _ => None,
    });
    asked.collect()
}

#[test]
fn dk170_what_is_done_to_sessions_names_them_and_what_is_done_to_contacts_does_not() {
    let to = BulkOperation::Transfer { agent: id("ben") };
    for (operation, is_of_session) in [
        (BulkOperation::Take, true),
        (to, true),
        (BulkOperation::End { reason: None }, true),
        (BulkOperation::Reopen, true),
        (
            BulkOperation::Tag {
                add: vec!["vip".to_owned().try_into().unwrap()],
                remove: Vec::new(),
            },
            false,
        ),
        (BLOCK, false),
        (BulkOperation::Unblock, false),
        (BulkOperation::Erase, false),
    ] {
        // The desk knows the second session; what was on screen may be the one before it.
        for shown in [None, Some(SessionNo(1)), Some(SessionNo(2))] {
            let mut stage = DeskStage::new();
            let mut talk = queued("main-c1", begin()).active("ana");
            talk.session.no = SessionNo(2);
            stage.hears(&talk);
            stage.arrives(1, "adam");
            stage.arrives(2, "ben");
            stage.forget_heard();
            let conversations = vec![id("main-c1")];
            let sessions = shown.into_iter().map(|it| (id("main-c1"), it)).collect();
            let operation = operation.clone();
            let frame = FromDesk::Bulk { operation: operation.clone(), conversations, sessions };
            stage.says(1, frame);
            let meant = shown.unwrap_or(SessionNo(2));
            let asked = sessions_asked(&stage);
            assert_eq!(asked["main-c1"], is_of_session.then_some(meant), "{operation:?} {shown:?}");
        }
    }
}

/// Of many the last ones are asked long after the first.
#[test]
fn dk170_however_late_a_conversation_is_asked_it_is_for_the_session_that_was_meant() {
    let n = limits::BULK + 10;
    let name = |no: usize| format!("main-c{no:04}");
    for sleeps in [false, true] {
        let mut stage = DeskStage::new();
        let talk = |no: usize| queued(&name(no), begin()).active("ana");
        for no in 0..n {
            stage.hears(&talk(no));
        }
        stage.arrives(1, "adam");
        stage.forget_heard();
        let operation = BulkOperation::End { reason: None };
        stage.says(1, FromDesk::BulkAll { operation, query: query() });
        let ticket = ticket(&stage);
        assert_eq!(stage.commands.len(), limits::BULK, "a hundred at a time");

        // Each of the others ends by itself, and its visitor begins another session.
        let first = sessions_asked(&stage);
        let late: Vec<usize> = (0..n).filter(|no| !first.contains_key(&name(*no))).collect();
        assert_eq!(late.len(), 10);
        for no in &late {
            let mut next = talk(*no).later(1);
            next.session.no = SessionNo(2);
            stage.hears(&next);
        }
        if sleeps {
            stage.sleep();
        }
        stage.forget_heard();
        for conversation in first.keys().take(late.len()) {
            answers(&mut stage, &ticket, conversation, None);
        }
        let meant: BTreeMap<_, _> = late.iter().map(|no| (name(*no), Some(SessionNo(1)))).collect();
        assert_eq!(sessions_asked(&stage), meant, "sleeps: {sleeps}");
    }
}
