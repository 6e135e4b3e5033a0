//! What is kept of an attempt for whoever looks after the receiver.

use inbox_protocol::http::{DeliveryOutcome, DeliveryRow};
use inbox_types::{ConversationId, Millis, Timestamp};

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

impl Made<'_> {
    /// The row of an attempt in the order of the log. `step` is what followed from it, and `next` when
    /// the forwarder goes on.
    // HO73
    #[must_use]
    pub fn row(&self, step: &Step, next: Option<Timestamp>) -> DeliveryRow {
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
    pub fn row_of_replay(&self) -> DeliveryRow {
        self.with(match self.answer {
            Answer::Status { status: status @ 200..=299, .. } => DeliveryOutcome::Taken { status },
            answer @ (Answer::Status { .. } | Answer::None(_)) => {
                DeliveryOutcome::GivenUp { cause: answer.failure() }
            }
        })
    }

    fn with(&self, outcome: DeliveryOutcome) -> DeliveryRow {
        DeliveryRow {
            at: self.at,
            conversation: self.conversation.clone(),
            seq: self.attempt.seq,
            event: self.attempt.delivery.kind.to_owned(),
            tries: self.attempt.n_tries,
            took: self.took,
            outcome,
        }
    }
}
