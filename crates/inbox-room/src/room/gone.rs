//! What the conversation names that is no longer there: its queue, a member, its site.
//!
//! The workspace forgets a thing at once, and a conversation may hear of it late, or have slept
//! through it altogether. So whatever it hears, it looks whether what it names is still there.

use inbox_core::{Actor, Command};
use inbox_types::{LegState, MemberId};

use super::{Room, turn::Turn};

impl Room {
    /// Leaves what is gone, at the end of every turn.
    // RM39
    pub(super) fn leave_what_is_gone(&mut self, turn: &mut Turn<'_>) {
        if self.conversation.is_erased() {
            return;
        }
        for member in self.removed_members() {
            self.remove_member(turn, &member);
        }
        self.leave_department(turn);
        if self.facts.site_deleted && self.conversation.open_session().is_some() {
            self.tell_rules(turn, Command::SiteDeleted);
        }
    }

    /// The session belongs to the successor that the team named, else to where the site's sessions
    /// wait now, else to everybody.
    fn leave_department(&mut self, turn: &mut Turn<'_>) {
        let Some(session) = self.conversation.session() else { return };
        let Some(named) = session.department.as_ref().map(|it| it.id.clone()) else { return };
        if self.facts.departments.contains_key(&named) {
            return;
        }
        let heirs = [self.facts.successors.get(&named), self.facts.department.as_ref()];
        let to = heirs.into_iter().flatten().find_map(|it| self.department(it));
        self.tell_rules(turn, Command::DepartmentRemoved { department: named, to });
    }

    /// Those who are no longer of the team and have a part, are asked or ask, or owe a wrap-up.
    fn removed_members(&self) -> Vec<MemberId> {
        let is_removed = |id: &&MemberId| self.facts.members.get(*id).is_some_and(|it| it.removed);
        let session = self.conversation.session();
        let legs = session.map(|it| it.legs.as_slice()).unwrap_or_default().iter();
        let parts = legs.filter(|leg| match leg.state {
            LegState::Joined | LegState::Offered => true,
            LegState::Wrapup
            | LegState::Left
            | LegState::Declined
            | LegState::Rona
            | LegState::Cancelled => false,
        });
        let offer = session.and_then(inbox_core::Session::offer);
        let asked = offer.into_iter().flat_map(|it| [Some(&it.agent), it.from.as_ref()]).flatten();
        let due = self.conversation.wrapups_due().map(|(_, card)| card);
        let cards = parts.map(|leg| &leg.agent).chain(asked).chain(due);
        cards.map(|it| &it.id).filter(is_removed).cloned().collect()
    }

    fn tell_rules(&mut self, turn: &mut Turn<'_>, command: Command) {
        let context = self.context(&[], 0);
        // Refused is what the session does not name any more.
        let _not_named = self.request(turn, Actor::Desk, command, &context);
    }
}
