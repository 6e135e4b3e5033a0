//! HO73, HO131: what is kept of each attempt.

use inbox_host::forward::{Cursor, Made, Step, Tried};
use inbox_protocol::http::{DeliveryFailure, DeliveryOutcome};
use inbox_types::{Millis, Seq};

use crate::forward::{GONE, REFUSED, Stage, TAKEN};

#[test]
fn ho73_an_attempt_is_kept_with_what_came_of_it_and_without_what_anybody_wrote() {
    let mut stage = Stage::new("p");
    let attempt = stage.sends().unwrap();
    let made = |answer| Made {
        conversation: &stage.identity.conversation,
        attempt: &attempt,
        answer,
        at: stage.now,
        took: Millis(12),
    };
    let next = Some(stage.now.after(Millis::seconds(1)));
    let (refused, gone) =
        (DeliveryFailure::Status { status: 400 }, DeliveryFailure::Status { status: 410 });
    let off = Step::SwitchOff(attempt.url.clone());
    let rows = [
        (TAKEN, Step::Continue, DeliveryOutcome::Taken { status: 200 }),
        (REFUSED, Step::Rest, DeliveryOutcome::Failed { cause: refused, next }),
        (REFUSED, Step::Notify(None), DeliveryOutcome::Failed { cause: refused, next }),
        (REFUSED, Step::GiveUp, DeliveryOutcome::GivenUp { cause: refused }),
        (GONE, off, DeliveryOutcome::Failed { cause: gone, next: None }),
    ];
    for (answer, step, expected) in rows {
        let row = made(answer).row(&step, next).row;
        assert_eq!((row.outcome, row.seq, row.tries), (expected, Seq(1), 1));
        assert!(!serde_json::to_string(&row).unwrap().contains("message 1"));
    }
    assert_eq!(made(TAKEN).row_of_replay().row.outcome, DeliveryOutcome::Taken { status: 200 });
    let again = made(REFUSED).row_of_replay().row.outcome;
    assert_eq!(again, DeliveryOutcome::GivenUp { cause: refused });
}

#[test]
fn ho131_no_row_of_an_attempt_outlives_the_erasure_of_what_it_sent() {
    let mut stage = Stage::new("p");
    let attempt = stage.sends().unwrap();
    // While the receiver thinks, the log is erased, and somebody writes again.
    stage.epoch = 2;
    stage.cursor = Cursor::default();
    let later = stage.sends().unwrap();
    let made = |attempt| Made {
        conversation: &stage.identity.conversation,
        attempt,
        answer: TAKEN,
        at: stage.now,
        took: Millis(12),
    };
    for row in [made(&attempt).row(&Step::Continue, None), made(&attempt).row_of_replay()] {
        assert!(row.may_be_kept(None), "nothing was erased");
        assert!(row.may_be_kept(Some(1)));
        assert!(!row.may_be_kept(Some(2)));
    }
    let row = made(&later).row(&Step::Continue, None);
    assert!(row.may_be_kept(Some(2)) && !row.may_be_kept(Some(3)));
    // One that a release before has sent is of no epoch.
    let before = serde_json::json!({ "row": row.row });
    let before: Tried = serde_json::from_value(before).unwrap();
    assert!(before.may_be_kept(None) && !before.may_be_kept(Some(2)));
}
