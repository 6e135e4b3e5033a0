//! What the conversation names that is no longer there: its queue, a member who answers, its site.
//!
//! The workspace forgets a thing at once, and a conversation may hear of it late, or have slept
//! through it altogether. So whatever it hears, it looks whether what it names is still there.

use std::collections::BTreeSet;

use inbox_core::{Actor, Command, Served};
use inbox_types::{LegState, MemberId, TopicId};

use super::{Room, turn::Turn};

impl Room {
    /// Leaves what is gone, at the end of every turn.
    // RM39
    pub(super) fn leave_what_is_gone(&mut self, turn: &mut Turn<'_>) {
        if self.conversation.is_erased() {
            return;
        }
        for member in self.who_cannot_answer() {
            self.leave_member(turn, &member);
        }
        self.leave_department(turn);
        // RM151
        if self.served() == Served::Elsewhere {
            let session = self.conversation.open_session();
            if session.is_some_and(|it| it.offer().is_some()) {
                self.tell_rules(turn, Command::AnsweredElsewhere);
            }
        }
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

    /// Somebody takes part no longer, and another goes on: whom the team named, else the next.
    pub(super) fn leave_member(&mut self, turn: &mut Turn<'_>, agent: &MemberId) {
        let to = self.facts.members.get(agent).and_then(|it| it.successor.as_ref());
        let to = to.and_then(|it| self.colleague(it));
        self.tell_rules(turn, Command::MemberRemoved { agent: agent.clone(), to });
    }

    /// Those who are no longer of the team, or whose role does not answer any more, and have a part,
    /// are asked or ask, or owe a wrap-up. The owner comes last, so that none of the others is made
    /// the owner on the way.
    fn who_cannot_answer(&self) -> Vec<MemberId> {
        let is_gone = |id: &MemberId| self.facts.members.get(id).is_some_and(|it| !it.answers(id));
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
        let gone: BTreeSet<&MemberId> = cards.map(|it| &it.id).filter(|it| is_gone(it)).collect();
        let owner = self.conversation.owner();
        let (last, first): (Vec<_>, Vec<_>) = gone.into_iter().partition(|it| Some(*it) == owner);
        first.into_iter().chain(last).cloned().collect()
    }

    /// Topics of the session that are no more.
    pub(super) fn lost_topics(&self) -> Vec<TopicId> {
        let topics = self.conversation.session().into_iter().flat_map(|it| &it.topics);
        topics.filter(|it| !self.facts.topics.contains(it)).cloned().collect()
    }

    fn tell_rules(&mut self, turn: &mut Turn<'_>, command: Command) {
        let context = self.context(&[], 0);
        // Refused is what the session does not name any more.
        let _not_named = self.request(turn, Actor::Desk, command, &context);
    }
}
