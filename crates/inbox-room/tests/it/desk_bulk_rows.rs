//! DK150 and DK151: what a bulk operation of many conversations costs.

use inbox_protocol::{BulkOperation, FromDesk, Refusal, ToDesk};
use inbox_room::{DeskCommand, DeskOutput, RoomReport};
use inbox_types::limits;

use crate::{desk_bulk::with_ended, desk_stage::DeskStage, stage::id};

fn reopen(first: usize, n: usize) -> FromDesk {
    let conversations = (first..first + n).map(|it| id(&format!("main-c{it:04}"))).collect();
    FromDesk::Bulk { operation: BulkOperation::Reopen, conversations, sessions: [].into() }
}

/// The bytes that an operation of so many conversations stores from its beginning to its result.
fn bytes_stored(n: usize) -> usize {
    let mut stage = with_ended(n);
    let stored = |outputs: &[DeskOutput]| -> usize {
        let batches = outputs.iter().filter_map(|it| match it {
            DeskOutput::Store(batch) => Some(serde_json::to_string(batch).unwrap().len()),
            _ => None,
        });
        batches.sum()
    };
    let mut bytes = stored(&stage.says(1, reopen(0, n)));
    for no in 0..n {
        let ticket = stage.commands.iter().find_map(|(_, it)| match it {
            DeskCommand::Bulk { ticket, .. } => Some(ticket.clone()),
            _ => None,
        });
        let refused = (no % 3 == 0).then_some(Refusal::State);
        let report = RoomReport::Bulk { ticket: ticket.unwrap(), refused, summary: None };
        bytes += stored(&stage.reports(&format!("main-c{no:04}"), report));
    }
    let told = stage.heard_by(1).into_iter().rev().find_map(|it| match it {
        ToDesk::Bulk(view) => view.outcome,
        _ => None,
    });
    let outcome = told.expect("it is over");
    assert_eq!(outcome.succeeded.len() + outcome.failed.len(), n);
    bytes
}

#[test]
fn dk150_so_many_answers_store_so_many_times_what_one_does() {
    let (few, many) = (bytes_stored(50), bytes_stored(400));
    assert!(many <= 9 * few, "{few} bytes for 50 conversations, {many} for eight times as many");
}

#[test]
fn dk151_a_member_has_one_large_operation_at_a_time() {
    let large = limits::BULK + 1;
    let mut stage = with_ended(2 * large);
    stage.arrives(2, "sue");
    let refusals = |stage: &DeskStage, conn: u64| {
        let refused = |it: &ToDesk| matches!(it, ToDesk::Refused { reason: Refusal::Rate });
        stage.heard_by(conn).iter().filter(|it| refused(it)).count()
    };
    stage.says(1, reopen(0, large));
    stage.says(1, reopen(large, large));
    assert_eq!(refusals(&stage, 1), 1, "a second large one");
    stage.says(1, reopen(large, limits::BULK));
    stage.says(2, reopen(large, large));
    assert_eq!((refusals(&stage, 1), refusals(&stage, 2)), (1, 0), "a small one, and another's");
}
