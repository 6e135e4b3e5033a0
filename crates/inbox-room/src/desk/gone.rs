//! What conversations name and the desk does not know any more: queues, members who
//! answer, sites.
//!
//! The desk may be the one that is behind, so it decides nothing: the conversation asks the workspace
//! and leaves what is gone. It is told when it begins to name such a thing, when the workspace
//! changed, and when the desk wakes, because what was told before may have been lost.

use inbox_types::{DepartmentId, Millis};

use super::{Desk, closed::ClosedPlace, summary::is_open, turn::DeskTurn};
use crate::{DeskCommand, Summary};

/// How many conversations that are over are told to look at a time.
const STRAYS: usize = 100;
/// How long after that the next are.
const STRAYS_STEP: Millis = Millis::seconds(30);

impl Desk {
    // DK23
    pub(super) fn have_all_look(&mut self, turn: &mut DeskTurn<'_>) {
        for summary in self.summaries.values().filter(|it| self.names_what_is_gone(it)) {
            turn.command(summary.conversation.clone(), DeskCommand::Look);
        }
        self.have_strays_look(turn, None);
    }

    /// What is over is told so many at a time: nobody waits for it.
    // DK40
    fn have_strays_look(&mut self, turn: &mut DeskTurn<'_>, after: Option<&ClosedPlace>) {
        let departments: Vec<DepartmentId> =
            self.facts.departments.iter().map(|it| it.id.clone()).collect();
        let strays = turn.rows.strays(&departments, after, STRAYS);
        self.forgettable.strays = strays
            .last()
            .filter(|_| STRAYS <= strays.len())
            .map(|it| (turn.now.after(STRAYS_STEP), it.clone()));
        for place in strays {
            turn.command(place.conversation, DeskCommand::Look);
        }
    }

    // DK40
    pub(super) fn have_next_strays_look(&mut self, turn: &mut DeskTurn<'_>) {
        if let Some((_, after)) = self.forgettable.strays.take_if(|it| it.0 <= turn.now) {
            self.have_strays_look(turn, Some(&after));
        }
    }

    pub(super) fn names_what_is_gone(&self, summary: &Summary) -> bool {
        let session = &summary.session;
        let open = is_open(summary);
        let department = session.department.as_ref();
        let queue_is_gone =
            department.is_some_and(|id| self.facts.departments.iter().all(|it| it.id != *id));
        let site_is_gone = open && self.facts.sites.iter().all(|it| it.summary.id != summary.site);
        // The owner of what is over is told as history.
        let owner = session.owner.iter().filter(|_| open);
        let asked = session.offer.iter().flat_map(|it| it.from.iter().chain([&it.agent]));
        let mut people =
            owner.chain(&session.others).chain(&session.silent).chain(&session.wrapup).chain(asked);
        let is_gone = |id| self.facts.members.get(id).is_none_or(|it| !it.answers(id));
        queue_is_gone || site_is_gone || people.any(is_gone)
    }
}
