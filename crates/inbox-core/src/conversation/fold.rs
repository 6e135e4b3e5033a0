//! Recording an event. It cannot fail and decides nothing: what was stored once
//! must load for ever, whatever the rules say today.

mod legs;

use inbox_types::{
    CloseCause, LegState, MemberCard, MemberId, OfferId, OfferKind, OfferOutcome, SessionNo,
    Timestamp, Visibility, limits,
};

use crate::{
    Conversation, EarlierSession, Event, EventKind, LanguageEvidence, Leg, LegPart, Offer, Phase,
    Question, Rating, RatingCard, Reopening, Session, Side, Speaker, Waiting,
};

/// Whether a visitor can make events of this kind as often as they like, but for X17.
fn is_written_by_visitor(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Posted { by: Speaker::Visitor, .. }
            | EventKind::ContactSet { by: None, .. }
            | EventKind::LanguageSet { evidence: LanguageEvidence::Visitor(_), .. }
    )
}

impl Conversation {
    pub fn fold(&mut self, event: &Event) {
        self.head = self.head.next();
        self.last_at = self.last_at.max(event.at);
        // Whoever writes is there.
        self.signed_out &= !matches!(event.kind, EventKind::Posted { by: Speaker::Visitor, .. });
        if is_written_by_visitor(&event.kind) {
            self.written = self.written.at(event.at).and_one();
        }
        match &event.kind {
            EventKind::Opened { .. } => self.open(event),
            EventKind::WrappedUp { agent, of, .. } => self.wrap_up(event.at, *of, agent),
            EventKind::LanguageSet { evidence, .. } => self.language.fold(evidence),
            EventKind::ContactSet { fields, .. } => self.typed_by_agent.extend(fields),
            EventKind::Blocked { unsubscribed, purge_at, .. } => {
                self.blocked = true;
                self.unsubscribed |= *unsubscribed;
                self.purge_at = *purge_at;
            }
            EventKind::Unblocked { .. } => {
                self.blocked = false;
                self.purge_at = None;
            }
            EventKind::SignedOut { .. } => self.signed_out = true,
            EventKind::Erased { .. } => {
                self.erased = true;
                self.purge_at = None;
            }
            EventKind::Posted { .. }
            | EventKind::Edited { .. }
            | EventKind::Deleted { .. }
            | EventKind::BotMatched { .. }
            | EventKind::Queued { .. }
            | EventKind::Offered { .. }
            | EventKind::OfferPostponed { .. }
            | EventKind::OfferEnded { .. }
            | EventKind::Taken { .. }
            | EventKind::Joined { .. }
            | EventKind::OwnerChanged { .. }
            | EventKind::Left { .. }
            | EventKind::OwnerLost { .. }
            | EventKind::Snoozed { .. }
            | EventKind::Woken
            | EventKind::Asked { .. }
            | EventKind::Answered { .. }
            | EventKind::Closed { .. }
            | EventKind::Reopened { .. }
            | EventKind::Rated { .. }
            | EventKind::TagsSet { .. }
            | EventKind::TopicsSet { .. }
            | EventKind::DepartmentSet { .. }
            | EventKind::DepartmentGone { .. }
            | EventKind::MemberRenamed { .. }
            | EventKind::Later => {
                let head = self.head;
                if let Some(session) = &mut self.session {
                    session.fold(head, event);
                }
            }
        }
    }

    // V9
    fn open(&mut self, event: &Event) {
        let EventKind::Opened { bot, department, campaign, campaign_name, variant } = &event.kind
        else {
            return;
        };
        self.earlier.extend(self.session.take().map(Session::into_earlier));
        self.forget_oldest();
        self.session = Some(Session {
            no: event.session,
            opened_at: event.at,
            phase: match bot {
                Some(bot) => Phase::Bot { bot: bot.clone() },
                None => Phase::Queued,
            },
            department: department.clone(),
            campaign: campaign.clone(),
            campaign_name: campaign_name.clone(),
            variant: *variant,
            legs: Vec::new(),
            waiting: None,
            question: Question::NotAsked,
            topics: Vec::new(),
            rating: Rating::Card { card: RatingCard::None },
            declined: std::collections::BTreeSet::new(),
            elsewhere: false,
        });
    }

    /// The state is told with every change and stored in one row, so it keeps few old sessions.
    // S20
    fn forget_oldest(&mut self) {
        let mut superfluous = self.earlier.len().saturating_sub(limits::EARLIER_SESSIONS);
        self.earlier.retain(|it| {
            let goes = 0 < superfluous && it.wrapups.is_empty();
            superfluous -= usize::from(goes);
            !goes
        });
    }

    fn wrap_up(&mut self, at: Timestamp, of: SessionNo, agent: &MemberCard) {
        match &mut self.session {
            Some(session) if session.no == of => session.wrap_up(at, agent),
            Some(_) | None => {
                for earlier in self.earlier.iter_mut().filter(|earlier| earlier.no == of) {
                    earlier.wrapups.retain(|due| due.id != agent.id);
                }
            }
        }
    }
}

impl Session {
    fn fold(&mut self, head: inbox_types::Seq, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::Posted { by, visibility, .. } => self.post(at, by, *visibility),
            EventKind::Queued { department, .. } => {
                self.phase = Phase::Queued;
                self.declined.clear();
                self.elsewhere = false;
                self.question = Question::NotAsked;
                if let Some(department) = department {
                    self.department = Some(department.clone());
                }
            }
            EventKind::Offered { offer, agent, offer_kind, deadline, from, held_reason } => {
                self.set_offer(
                    at,
                    Offer {
                        id: offer.clone(),
                        agent: agent.clone(),
                        kind: *offer_kind,
                        deadline: *deadline,
                        from: from.clone(),
                        held_reason: held_reason.then_some(head),
                    },
                );
            }
            EventKind::OfferPostponed { offer, deadline } => self.postpone(offer, *deadline),
            EventKind::OfferEnded { agent, offer_kind, outcome, .. } => {
                self.end_offer(at, agent, *offer_kind, *outcome);
            }
            EventKind::Taken { agent, .. } => {
                self.join(at, agent, LegPart::Open);
                self.own(&agent.id);
            }
            EventKind::Joined { agent, silent, .. } => {
                self.join(at, agent, if *silent { LegPart::Silent } else { LegPart::Open });
            }
            EventKind::OwnerChanged { agent, .. } => {
                self.join(at, agent, LegPart::Open);
                self.give_to(&agent.id);
                self.question = Question::NotAsked;
            }
            EventKind::Left { agent, leg, .. } => {
                self.set_leg(at, agent, *leg);
                self.let_silence_end_nothing(|asker| asker.id == agent.id);
            }
            EventKind::Snoozed { until, .. } => self.snooze(*until),
            EventKind::Woken => self.wake(at),
            EventKind::Asked { by, closing, held_reason } => {
                self.question = Question::Asked {
                    at,
                    by: by.clone(),
                    closing: *closing,
                    held_reason: held_reason.then_some(head),
                };
            }
            EventKind::Answered { .. } => {
                self.question = Question::Answered;
                self.restart_inactivity(at);
            }
            EventKind::Closed { .. } => self.close(event),
            EventKind::Reopened { to } => self.reopen(at, to),
            EventKind::Rated { stars } => self.rating = Rating::Given { stars: *stars },
            EventKind::TopicsSet { topics, .. } => {
                self.topics.clone_from(topics);
                if !topics.is_empty() {
                    self.legs.iter_mut().for_each(|leg| leg.overdue = false);
                }
            }
            EventKind::DepartmentSet { department, .. } => {
                self.department = Some(department.clone());
                self.declined.clear();
            }
            EventKind::DepartmentGone { to } => {
                self.department.clone_from(to);
                self.declined.clear();
            }
            EventKind::MemberRenamed { agent } => self.rename(agent),
            EventKind::Opened { .. }
            | EventKind::Edited { .. }
            | EventKind::Deleted { .. }
            | EventKind::BotMatched { .. }
            | EventKind::OwnerLost { .. }
            | EventKind::WrappedUp { .. }
            | EventKind::LanguageSet { .. }
            | EventKind::ContactSet { .. }
            | EventKind::TagsSet { .. }
            | EventKind::Blocked { .. }
            | EventKind::Unblocked { .. }
            | EventKind::SignedOut { .. }
            | EventKind::Erased { .. }
            | EventKind::Later => (),
        }
    }

    // C1, C2, Q8, V2, L30
    fn post(&mut self, at: Timestamp, by: &Speaker, visibility: Visibility) {
        match visibility {
            Visibility::Public => (),
            Visibility::Note | Visibility::Whisper => return,
        }
        let side = match by {
            Speaker::Visitor => Side::Customer,
            Speaker::Agent(_)
            | Speaker::Bot(_)
            | Speaker::Bridge
            | Speaker::External(_)
            | Speaker::Team => Side::Team,
        };
        if side == Side::Customer {
            // Whoever writes on has more questions; the next end may ask again.
            self.question = Question::NotAsked;
        } else {
            self.let_silence_end_nothing(|_| true);
        }
        if matches!(by, Speaker::Bridge | Speaker::External(_)) && self.is_nobodys() {
            self.elsewhere = true;
        }
        let since = match &self.waiting {
            // The visitor waits since the first message that nobody answered; the
            // team's wait for the visitor begins anew with each message.
            Some(waiting) if waiting.last == side && side == Side::Customer => waiting.since,
            Some(_) | None => at,
        };
        self.waiting = Some(Waiting { last: side, since, last_message_at: at });
    }

    /// Whether it waits for somebody who will own it.
    fn is_nobodys(&self) -> bool {
        match self.phase {
            Phase::Bot { .. } | Phase::Queued | Phase::Offered { .. } => true,
            Phase::Active { .. } | Phase::Snoozed { .. } | Phase::Closed { .. } => false,
        }
    }

    /// The visitor can still answer, but nobody means to end the session any more.
    // Q10
    fn let_silence_end_nothing(&mut self, concerns: impl Fn(&MemberCard) -> bool) {
        if let Question::Asked { by, closing, .. } = &mut self.question {
            *closing &= !concerns(by);
        }
    }

    // L16
    fn set_offer(&mut self, at: Timestamp, offer: Offer) {
        // Who takes part goes on taking part, and who owes a wrap-up goes on owing it.
        let is_free = |leg: &Leg| leg.state != LegState::Joined && leg.state != LegState::Wrapup;
        if self.leg(&offer.agent.id).is_none_or(is_free) {
            self.set_leg(at, &offer.agent, LegState::Offered);
        }
        match &mut self.phase {
            Phase::Active { pending, .. } => *pending = Some(offer),
            Phase::Bot { .. }
            | Phase::Queued
            | Phase::Offered { .. }
            | Phase::Snoozed { .. }
            | Phase::Closed { .. } => self.phase = Phase::Offered { offer },
        }
    }

    fn postpone(&mut self, id: &OfferId, deadline: Timestamp) {
        if let Some(offer) = self.offer_mut().filter(|it| it.id == *id) {
            offer.deadline = deadline;
        }
    }

    fn offer_mut(&mut self) -> Option<&mut Offer> {
        match &mut self.phase {
            Phase::Offered { offer } => Some(offer),
            Phase::Active { pending, .. } => pending.as_mut(),
            Phase::Bot { .. } | Phase::Queued | Phase::Snoozed { .. } | Phase::Closed { .. } => {
                None
            }
        }
    }

    fn end_offer(
        &mut self,
        at: Timestamp,
        agent: &MemberCard,
        kind: OfferKind,
        outcome: OfferOutcome,
    ) {
        let state = match outcome {
            OfferOutcome::Accepted => None,
            OfferOutcome::Declined => Some(LegState::Declined),
            OfferOutcome::Rona => Some(LegState::Rona),
            OfferOutcome::Cancelled => Some(LegState::Cancelled),
        };
        let asked = self.leg(&agent.id).is_some_and(|leg| leg.state == LegState::Offered);
        if let Some(state) = state.filter(|_| asked) {
            self.set_leg(at, agent, state);
        }
        if kind == OfferKind::Assign && outcome == OfferOutcome::Declined {
            self.declined.insert(agent.id.clone());
        }
        match &mut self.phase {
            Phase::Offered { .. } => self.phase = Phase::Queued,
            Phase::Active { pending, .. } => *pending = None,
            Phase::Bot { .. } | Phase::Queued | Phase::Snoozed { .. } | Phase::Closed { .. } => (),
        }
    }

    fn snooze(&mut self, until: Option<Timestamp>) {
        if let Phase::Active { owner, .. } = &self.phase {
            self.phase = Phase::Snoozed { owner: owner.clone(), until };
            self.question = Question::NotAsked;
        }
    }

    fn wake(&mut self, at: Timestamp) {
        if let Phase::Snoozed { owner, .. } = &self.phase {
            self.phase = Phase::Active { owner: owner.clone(), pending: None };
            self.restart_inactivity(at);
        }
    }

    fn close(&mut self, event: &Event) {
        let EventKind::Closed { cause, legs, rating, .. } = &event.kind else { return };
        for closed in legs {
            if let Some(leg) = self.legs.iter_mut().find(|leg| leg.agent.id == closed.agent) {
                leg.state = closed.leg;
                leg.since = event.at;
                leg.overdue = closed.overdue;
            }
        }
        self.phase =
            Phase::Closed { cause: *cause, at: event.at, last_owner: self.owner().cloned() };
        self.question = Question::NotAsked;
        match self.rating {
            Rating::Card { .. } => self.rating = Rating::Card { card: *rating },
            Rating::Given { .. } => (),
        }
    }

    // R4
    fn reopen(&mut self, at: Timestamp, to: &Reopening) {
        match to {
            Reopening::Bot(bot) => self.phase = Phase::Bot { bot: bot.clone() },
            Reopening::Queue => self.phase = Phase::Queued,
            Reopening::Agent(agent) => {
                self.join(at, agent, LegPart::Open);
                self.phase = Phase::Active { owner: agent.id.clone(), pending: None };
            }
        }
        self.declined.clear();
        match self.rating {
            Rating::Card { .. } => self.rating = Rating::Card { card: RatingCard::None },
            Rating::Given { .. } => (),
        }
        if let Some(waiting) = &mut self.waiting {
            waiting.since = at;
        }
        self.elsewhere = false;
    }

    /// The team waits from now on; a visitor's own wait is never shortened.
    // C3
    fn restart_inactivity(&mut self, at: Timestamp) {
        if let Some(waiting) = self.waiting.as_mut().filter(|it| it.last == Side::Team) {
            waiting.since = at;
        }
    }

    // S14
    fn into_earlier(self) -> EarlierSession {
        let (cause, closed_at, owner) = match self.phase {
            Phase::Closed { cause, at, last_owner } => (cause, at, last_owner),
            // The rules never open a session before the last is over.
            Phase::Bot { .. }
            | Phase::Queued
            | Phase::Offered { .. }
            | Phase::Active { .. }
            | Phase::Snoozed { .. } => (CloseCause::Inactivity, self.opened_at, None::<MemberId>),
        };
        EarlierSession {
            no: self.no,
            opened_at: self.opened_at,
            closed_at,
            cause,
            owner,
            stars: self.rating.stars(),
            wrapups: self
                .legs
                .into_iter()
                .filter(|leg| leg.state == LegState::Wrapup)
                .map(|leg| leg.agent)
                .collect(),
        }
    }
}
