//! Who is asked next. The loop runs after every input, so that nothing that could unblock a
//! session is forgotten; a conversation decides, and may refuse.

use std::collections::{BTreeMap, BTreeSet};

use inbox_core::routing::{self, Candidate, Waiting};
use inbox_protocol::{OfferPopup, Refusal, ToDesk};
use inbox_types::{
    Assignment, ConversationId, MemberId, Millis, OfferId, Presence, SessionNo, SessionState,
    Timestamp,
};

use super::{Desk, turn::DeskTurn};
use crate::{Conn, DeskCommand, OfferSummary, Summary, mask};

/// How long the desk waits for a conversation's word on an offer before it asks again.
const PATIENCE: Millis = Millis::seconds(10);

/// How long a conversation is not asked again for an agent whom it refused.
pub(super) const REFUSED_FOR: Millis = Millis::seconds(30);

/// A place that is held while a conversation is asked to make an offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reserved {
    /// For whom.
    pub(super) agent: MemberId,
    /// For which session.
    pub(super) session: SessionNo,
    /// Until when the conversation may take to say so.
    pub(super) until: Timestamp,
}

impl Desk {
    // DK2, DK3, DK26
    pub(super) fn assign(&mut self, turn: &mut DeskTurn<'_>) {
        let waiting: Vec<Waiting> = self.waiting().collect();
        if waiting.is_empty() {
            return;
        }
        let capacity = self.facts.settings.capacity;
        for (conversation, agent) in routing::plan(&waiting, &self.candidates(), capacity) {
            let (Some(summary), Some(grant)) =
                (self.summaries.get(&conversation), self.grant(turn.now, &agent))
            else {
                continue;
            };
            let session = summary.session.no;
            let until = turn.now.after(PATIENCE);
            let reserved = Reserved { agent, session, until };
            self.forgettable.reserved.insert(conversation.clone(), reserved);
            turn.command(conversation, DeskCommand::Offer { session, grant });
        }
    }

    pub(super) fn end_reservations(&mut self, now: Timestamp) {
        self.forgettable.reserved.retain(|_, it| now < it.until);
        for refused in self.forgettable.refused.values_mut() {
            refused.retain(|_, until| now < *until);
        }
        self.forgettable.refused.retain(|_, refused| !refused.is_empty());
    }

    /// The sessions that wait, and for which nobody is being asked.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Waiting> {
        self.open_summaries()
            .filter(|it| it.session.state == SessionState::Queued && !it.blocked && !it.hidden)
            .filter(|it| !self.forgettable.reserved.contains_key(&it.conversation))
            .map(|it| self.waits(it))
    }

    pub(super) fn waits(&self, summary: &Summary) -> Waiting {
        let session = &summary.session;
        let mut declined: BTreeSet<MemberId> = session.excluded.iter().cloned().collect();
        let refused = self.forgettable.refused.get(&summary.conversation);
        declined.extend(refused.into_iter().flat_map(BTreeMap::keys).cloned());
        let department = session.department.as_ref();
        let queue = self.facts.departments.iter().find(|it| Some(&it.id) == department);
        Waiting {
            conversation: summary.conversation.clone(),
            department: session.department.clone(),
            assignment: queue.map_or_else(Assignment::default, |it| it.assignment),
            since: session.queued_since,
            declined,
        }
    }

    /// Everybody with a connection; places that are held for offers count as taken.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        let mut held: BTreeMap<&MemberId, u32> = BTreeMap::new();
        let offers = self.open_summaries().filter_map(|it| it.session.offer.as_ref());
        let reserved = self.forgettable.reserved.values().map(|it| &it.agent);
        for agent in offers.map(|it| &it.agent).chain(reserved) {
            *held.entry(agent).or_default() += 1;
        }
        let states = self.states();
        self.presences
            .values()
            .filter(|row| row.lost_at.is_none())
            .filter_map(|row| {
                let (presence, load) = states.get(&row.member).unwrap_or((Presence::Offline, 0));
                Some(Candidate {
                    agent: self.agent(&row.member)?,
                    presence,
                    load: load + held.get(&row.member).copied().unwrap_or_default(),
                    asked: held.contains_key(&row.member),
                    idle_since: row.idle_since,
                })
            })
            .collect()
    }

    // DK4
    pub(super) fn answer(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        member: &MemberId,
        conversation: ConversationId,
        offer: OfferId,
        accept: bool,
    ) {
        let running = self.summaries.get(&conversation).and_then(|it| it.session.offer.as_ref());
        let mine = running.is_some_and(|it| it.id == offer && it.agent == *member);
        if let Some(grant) = self.grant(turn.now, member).filter(|_| mine) {
            turn.command(conversation, DeskCommand::Answer { grant, offer, accept });
        } else {
            turn.tell(conn, ToDesk::OfferGone { offer });
            turn.refuse(conn, Refusal::State);
        }
    }

    /// The offers that wait for this member's answer.
    pub(super) fn popups(&self, member: &MemberId) -> Vec<OfferPopup> {
        let mine = self.open_summaries().filter_map(|summary| {
            let offer = summary.session.offer.as_ref().filter(|it| it.agent == *member)?;
            self.popup(summary, offer)
        });
        mine.collect()
    }

    // DK29
    pub(super) fn popup(&self, summary: &Summary, offer: &OfferSummary) -> Option<OfferPopup> {
        let masked = self.is_masked(&offer.agent, summary)?;
        let department = summary.session.department.as_ref();
        let queue = self.facts.departments.iter().find(|it| Some(&it.id) == department);
        let shown = |it: &crate::LastMessage| (it.by_visitor, super::list::cut(masked, it));
        Some(OfferPopup {
            id: offer.id.clone(),
            conversation: summary.conversation.clone(),
            kind: offer.kind,
            name: mask::details(masked, summary.details.clone()).name,
            department: queue.map(|it| it.name.clone()),
            from: offer.from.as_ref().and_then(|id| self.card(id)),
            messages: summary.recent.iter().map(shown).collect(),
            proactive: summary.session.proactive,
            campaign: summary.session.campaign.clone(),
            page: summary.session.page.clone().map(|it| mask::text(masked, it)),
            reason: offer.reason.clone().map(|it| mask::text(masked, it)),
            received_at: summary.session.opened_at,
            deadline: offer.deadline,
        })
    }
}
