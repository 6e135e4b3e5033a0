//! What is kept of an attempt for whoever looks after the receiver.

use inbox_protocol::http::{DeliveryOutcome, DeliveryRow};
use inbox_types::{ConversationId, Millis, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Answer, Attempt, Step};

/// An attempt that was made.
#[derive(Clone, Copy, Debug)]
pub struct Made<'attempt> {
    /// Of which conversation.
    pub conversation: &'attempt ConversationId,
    /// What was sent.
    pub attempt: &'attempt Attempt,
    /// What came of it.
    pub answer: Answer,
    /// When it was sent.
    pub at: Timestamp,
    /// How long it took.
    pub took: Millis,
}

/// The row of an attempt, and the epoch of the log that it was of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tried {
    /// The epoch; a release before said none.
    #[serde(default)]
    pub epoch: u32,
    /// The row.
    pub row: DeliveryRow,
}

impl Tried {
    /// Whether the row is still of anything: `began` is the epoch with which its conversation began anew
    /// when it was last erased, if it ever was. An answer may come after an erasure, and a row on its way
    /// be overtaken by one.
    // HO131
    #[must_use]
    pub fn may_be_kept(&self, began: Option<u32>) -> bool {
        began.is_none_or(|began| began <= self.epoch)
    }
}

impl Made<'_> {
    /// The row of an attempt in the order of the log. `step` is what followed from it, and `next` when
    /// the forwarder goes on.
    // HO73
    #[must_use]
    pub fn row(&self, step: &Step, next: Option<Timestamp>) -> Tried {
        let outcome = match (self.answer, step) {
            (Answer::Status { status: status @ 200..=299, .. }, _) => {
                DeliveryOutcome::Taken { status }
            }
            (answer, Step::GiveUp) => DeliveryOutcome::GivenUp { cause: answer.failure() },
            (answer, Step::SwitchOff(_)) => {
                DeliveryOutcome::Failed { cause: answer.failure(), next: None }
            }
            (answer, Step::Rest | Step::Continue | Step::Notify(_) | Step::Send(_)) => {
                DeliveryOutcome::Failed { cause: answer.failure(), next }
            }
        };
        self.with(outcome)
    }

    /// The row of an event that was sent again by itself: nothing follows from its answer.
    // HO72, HO73
    #[must_use]
    pub fn row_of_replay(&self) -> Tried {
        self.with(match self.answer {
            Answer::Status { status: status @ 200..=299, .. } => DeliveryOutcome::Taken { status },
            answer @ (Answer::Status { .. } | Answer::None(_)) => {
                DeliveryOutcome::GivenUp { cause: answer.failure() }
            }
        })
    }

    fn with(&self, outcome: DeliveryOutcome) -> Tried {
        let row = DeliveryRow {
            at: self.at,
            conversation: self.conversation.clone(),
            seq: self.attempt.seq,
            event: self.attempt.delivery.kind.to_owned(),
            tries: self.attempt.n_tries,
            took: self.took,
            outcome,
        };
        Tried { epoch: self.attempt.epoch, row }
    }
}
