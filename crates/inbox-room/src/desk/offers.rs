//! Who is asked next. The loop runs after every input, so that nothing that could unblock a
//! session is forgotten; a conversation decides, and may refuse.

use std::collections::{BTreeMap, BTreeSet};

use inbox_core::{
    permission::may_exceed_capacity,
    routing::{self, Candidate, Waiting},
};
use inbox_protocol::{OfferPopup, Refusal, ToDesk};
use inbox_types::{
    Assignment, ConversationId, MemberId, Millis, OfferId, OfferKind, Presence, SessionNo,
    SessionState, Timestamp,
};

use super::{Desk, summary::is_open, turn::DeskTurn};
use crate::{Conn, DeskCommand, OfferSummary, Summary, Version, mask};

/// How long the desk waits for a conversation's word on an offer before it asks again.
const PATIENCE: Millis = Millis::seconds(10);

/// How long a conversation is not asked again for an agent whom it refused, or who has left it.
pub(super) const REFUSED_FOR: Millis = Millis::seconds(30);

/// A place that is held while a conversation is asked to make an offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reserved {
    pub(super) agent: MemberId,
    pub(super) session: SessionNo,
    /// Since when that waits.
    pub(super) queued_at: Option<Timestamp>,
    /// How the conversation stood when the place was asked for.
    pub(super) version: Version,
    /// Until when the conversation may take to say so.
    pub(super) until: Timestamp,
}

/// A place that an agent asks for at a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wish {
    /// From which of its connections.
    pub(super) conn: Conn,
    pub(super) session: SessionNo,
    /// Since when that waits.
    pub(super) queued_at: Option<Timestamp>,
    /// How the conversation stood when it was asked for.
    pub(super) version: Version,
    /// Who asks.
    pub(super) agent: MemberId,
}

impl Reserved {
    /// Whether a conversation has said, since the place was asked for, that nobody can have it any
    /// more in that turn of the queue. What it said before and is heard late says nothing of it.
    // DK36
    pub(super) fn is_over(&self, stands: &Summary) -> bool {
        // Whoever wants it may have it while somebody else is asked.
        let can_be_had =
            matches!(stands.session.state, SessionState::Queued | SessionState::Offered);
        let is_its_turn =
            (stands.session.no, stands.session.queued_at) == (self.session, self.queued_at);
        self.version <= stands.version && !(can_be_had && is_its_turn)
    }
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
            let (session, queued_at) = (summary.session.no, summary.session.queued_at);
            let (version, until) = (summary.version, turn.now.after(PATIENCE));
            let reserved = Reserved { agent, session, queued_at, version, until };
            self.forgettable.reserved.insert(conversation.clone(), reserved);
            turn.command(conversation, DeskCommand::Offer { session, queued_at, grant });
        }
    }

    /// An agent wants to follow up what waits. Each conversation knows of itself alone, so the place
    /// is held here until it says what came of it.
    // DK36
    pub(super) fn grant_wish(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conversation: &ConversationId,
        wish: Wish,
    ) {
        let Wish { conn, session, queued_at, version, agent } = wish;
        let until = turn.now.after(PATIENCE);
        let wanted = Reserved { agent: agent.clone(), session, queued_at, version, until };
        let stands = self.known(turn, conversation);
        let is_over = stands.is_some_and(|it| wanted.is_over(&it));
        let held = self.forgettable.wanted.get(conversation);
        let is_taken = held.is_some_and(|it| it.agent != agent);
        let is_late = held.is_some_and(|it| it.agent == agent && version < it.version);
        let command = match self.grant(turn.now, &agent) {
            None => DeskCommand::Refuse { conn, reason: Refusal::Unauthorized },
            // It was said twice, or came late: no place is held for it, and the conversation answers.
            Some(grant) if is_over || is_late => {
                DeskCommand::Take { conn, session, queued_at, grant }
            }
            Some(_) if is_taken => DeskCommand::Refuse { conn, reason: Refusal::Taken },
            Some(_) if self.room_for(&agent, Some(conversation)) == 0 => {
                DeskCommand::Refuse { conn, reason: Refusal::NoCapacity }
            }
            Some(grant) => {
                self.forgettable.wanted.insert(conversation.clone(), wanted);
                DeskCommand::Take { conn, session, queued_at, grant }
            }
        };
        turn.command(conversation.clone(), command);
    }

    /// How many more sessions an agent may follow up. What they are about to own counts, whichever
    /// way it comes to them; `but` does not.
    pub(super) fn room_for(&self, member: &MemberId, but: Option<&ConversationId>) -> usize {
        if self.agent(member).is_some_and(|it| may_exceed_capacity(&it)) {
            return usize::MAX;
        }
        let coming: BTreeSet<&ConversationId> = self
            .coming()
            .filter(|(it, conversation)| *it == member && Some(*conversation) != but)
            .map(|(_, conversation)| conversation)
            .filter(|it| !self.is_owned_by(it, member))
            .collect();
        let room = self.facts.settings.capacity.saturating_sub(self.load(member));
        usize::try_from(room).unwrap_or(usize::MAX).saturating_sub(coming.len())
    }

    /// What agents are about to own: what the desk asks them, what is held for them, and what they
    /// are following up in bulk.
    fn coming(&self) -> impl Iterator<Item = (&MemberId, &ConversationId)> {
        let offers = self.open_summaries().filter_map(|it| {
            let offer = it.session.offer.as_ref()?;
            (offer.kind == OfferKind::Assign).then_some((&offer.agent, &it.conversation))
        });
        offers.chain(self.held()).chain(self.taken_in_bulk())
    }

    /// The places that are held.
    fn held(&self) -> impl Iterator<Item = (&MemberId, &ConversationId)> {
        let held = self.forgettable.reserved.iter().chain(&self.forgettable.wanted);
        held.map(|(id, it)| (&it.agent, id))
    }

    fn is_owned_by(&self, conversation: &ConversationId, member: &MemberId) -> bool {
        let summary = self.summaries.get(conversation);
        summary.is_some_and(|it| is_open(it) && it.session.owner.as_ref() == Some(member))
    }

    pub(super) fn end_reservations(&mut self, now: Timestamp) {
        self.forgettable.reserved.retain(|_, it| now < it.until);
        self.forgettable.wanted.retain(|_, it| now < it.until);
        for refused in self.forgettable.refused.values_mut() {
            refused.retain(|_, until| now < *until);
        }
        self.forgettable.refused.retain(|_, refused| !refused.is_empty());
    }

    /// The sessions that wait, and for which nobody is being asked. What is answered elsewhere waits for
    /// nobody here.
    // RM81
    pub(super) fn waiting(&self) -> impl Iterator<Item = Waiting> {
        self.open_summaries()
            .filter(|it| it.session.state == SessionState::Queued && !it.blocked && !it.hidden)
            .filter(|it| !it.session.elsewhere)
            .filter(|it| !self.forgettable.reserved.contains_key(&it.conversation))
            .filter(|it| !self.forgettable.wanted.contains_key(&it.conversation))
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
        let in_bulk = self.taken_in_bulk().filter(|(it, id)| !self.is_owned_by(id, it));
        let coming = self.held().chain(in_bulk).map(|(member, _)| member);
        for agent in offers.map(|it| &it.agent).chain(coming) {
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
