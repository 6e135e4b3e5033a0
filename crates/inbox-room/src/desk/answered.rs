//! How long it took until those who had just come were answered, for what visitors are told of a wait.

use inbox_types::{DepartmentId, Millis, Timestamp, limits::WAITS};
use serde::{Deserialize, Serialize};

use super::{Desk, summary::is_open};
use crate::Summary;

/// The first answer of a session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FirstAnswer {
    /// Whose queue it was in.
    pub department: Option<DepartmentId>,
    /// When it came.
    pub at: Timestamp,
    /// How long its visitor had waited for it.
    pub waited: Millis,
}

impl Desk {
    /// Notes the first answer of a session. Later ones come faster, and say nothing of how long somebody
    /// waits who has just come.
    // RM100
    pub(super) fn note_answer(&mut self, old: &Summary, new: &Summary) {
        let (before, now) = (&old.session, &new.session);
        let Some(since) = before.customer_waiting_since.filter(|it| *it == before.opened_at) else {
            return;
        };
        let Some(last) = new.last.as_ref().filter(|it| !it.by_visitor) else { return };
        if before.no != now.no || now.customer_waiting_since.is_some() || !is_open(new) {
            return;
        }
        let answers = &mut self.forgettable.answers;
        if answers.len() == WAITS {
            answers.remove(0);
        }
        let waited = last.at.since(since);
        answers.push(FirstAnswer { department: now.department.clone(), at: last.at, waited });
    }

    /// The first answers since this was asked last.
    pub fn take_answers(&mut self) -> Vec<FirstAnswer> {
        std::mem::take(&mut self.forgettable.answers)
    }
}
