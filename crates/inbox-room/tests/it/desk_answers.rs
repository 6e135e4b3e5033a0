//! How long first answers took, as the desk notes it.

use inbox_room::{LastMessage, Summary};
use inbox_types::{CloseCause, Millis, SessionNo, SessionState, Timestamp, limits::WAITS};

use crate::{
    desk_stage::{DeskStage, Later, queued},
    stage::{START, id},
};

fn begin() -> Timestamp {
    Timestamp::from_millis(START)
}

fn answered(summary: Summary, after: u64) -> Summary {
    let mut summary = summary.active("ana").later(1);
    summary.session.customer_waiting_since = None;
    let at = begin().after(Millis::seconds(after));
    summary.last = Some(LastMessage { text: "Yes".into(), masked: None, by_visitor: false, at });
    summary
}

fn waited(stage: &mut DeskStage) -> Vec<u64> {
    stage.desk.take_answers().into_iter().map(|it| it.waited.0 / 1_000).collect()
}

#[test]
fn rm100_the_first_answer_of_a_session_is_noted_once_and_no_later_one() {
    let mut stage = DeskStage::new();
    let asked = queued("main-c1", begin());
    stage.hears(&asked);
    stage.hears(&asked.clone().active("ana"));
    assert!(waited(&mut stage).is_empty(), "nobody has answered by taking it");
    let first = answered(asked.clone(), 90);
    stage.hears(&first);
    let answers = stage.desk.take_answers();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].department, Some(id("sales")));
    assert_eq!(answers[0].waited, Millis::seconds(90));
    assert!(waited(&mut stage).is_empty(), "it was told");

    // The visitor goes on, and so does Ana.
    let mut more = first.message("and");
    more.session.customer_waiting_since = Some(begin().after(Millis::seconds(100)));
    stage.hears(&more);
    stage.hears(&answered(more, 110));
    assert!(waited(&mut stage).is_empty());
}

#[test]
fn rm100_what_nobody_answered_is_no_answer() {
    let mut stage = DeskStage::new();
    let asked = queued("main-c1", begin());
    stage.hears(&asked);
    // It ended, or another session began meanwhile.
    let mut over = answered(asked.clone(), 10);
    over.session.state = SessionState::Closed;
    over.session.closed_by = Some(CloseCause::Customer);
    stage.hears(&over);
    let other = queued("main-c2", begin());
    stage.hears(&other);
    let mut next = answered(other, 10);
    next.session.no = SessionNo(2);
    stage.hears(&next);
    // Of one that was not heard of while it waited nobody knows.
    stage.hears(&answered(queued("main-c3", begin()), 10));
    assert!(waited(&mut stage).is_empty());
    // Untold they are not kept for ever.
    for no in 0..WAITS + 5 {
        let asked = queued(&format!("main-d{no}"), begin());
        stage.hears(&asked);
        stage.hears(&answered(asked, 10));
    }
    assert_eq!(waited(&mut stage).len(), WAITS);
}
