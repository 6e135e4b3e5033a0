//! Recording who takes part in a session, and under which name.

use inbox_types::{LegState, MemberCard, MemberId, Timestamp};

use crate::{Leg, LegPart, Phase, Session};

impl Session {
    /// The leg stands last from now on, so that legs are in the order of joining.
    pub(super) fn join(&mut self, at: Timestamp, agent: &MemberCard, part: LegPart) {
        match self.legs.iter().position(|leg| leg.agent.id == agent.id) {
            Some(index) if self.legs[index].state == LegState::Joined => {
                self.legs[index].part = part;
                self.legs[index].agent.clone_from(agent);
            }
            Some(index) => {
                let leg = self.legs.remove(index);
                self.legs.push(Leg {
                    agent: agent.clone(),
                    state: LegState::Joined,
                    part,
                    since: at,
                    ever_joined: true,
                    overdue: leg.overdue,
                });
            }
            None => self.legs.push(Leg {
                agent: agent.clone(),
                state: LegState::Joined,
                part,
                since: at,
                ever_joined: true,
                overdue: false,
            }),
        }
    }

    /// Somebody owns what was given to them, also if nobody had it before.
    // AP1
    pub(super) fn give_to(&mut self, agent: &MemberId) {
        match &mut self.phase {
            Phase::Active { owner, .. } | Phase::Snoozed { owner, .. } => owner.clone_from(agent),
            Phase::Bot { .. } | Phase::Queued | Phase::Offered { .. } => self.own(agent),
            Phase::Closed { .. } => (),
        }
    }

    /// Somebody owns what nobody had.
    pub(super) fn own(&mut self, agent: &MemberId) {
        self.phase = Phase::Active { owner: agent.clone(), pending: None };
        self.declined.clear();
        self.elsewhere = false;
    }

    pub(super) fn set_leg(&mut self, at: Timestamp, agent: &MemberCard, state: LegState) {
        match self.legs.iter_mut().find(|leg| leg.agent.id == agent.id) {
            Some(leg) => {
                leg.state = state;
                leg.since = at;
                leg.overdue = leg.overdue && state == LegState::Wrapup;
            }
            None => self.legs.push(Leg {
                agent: agent.clone(),
                state,
                part: LegPart::Open,
                since: at,
                ever_joined: false,
                overdue: false,
            }),
        }
    }

    /// Whoever says how it went need not have had a part in it.
    pub(super) fn wrap_up(&mut self, at: Timestamp, agent: &MemberCard) {
        if self.leg(&agent.id).is_some_and(|leg| leg.state == LegState::Wrapup) {
            self.set_leg(at, agent, LegState::Left);
        }
    }

    pub(super) fn rename(&mut self, agent: &MemberCard) {
        let cards = self.legs.iter_mut().map(|leg| &mut leg.agent);
        let offer = match &mut self.phase {
            Phase::Offered { offer } => Some(offer),
            Phase::Active { pending, .. } => pending.as_mut(),
            Phase::Bot { .. } | Phase::Queued | Phase::Snoozed { .. } | Phase::Closed { .. } => {
                None
            }
        };
        let offered =
            offer.into_iter().flat_map(|it| std::iter::once(&mut it.agent).chain(it.from.as_mut()));
        for card in cards.chain(offered).filter(|card| card.id == agent.id) {
            card.name.clone_from(&agent.name);
        }
    }
}
