//! Owning a session and taking part in it: taking, leaving, losing.

use inbox_types::{CloseCause, DisconnectedOwner, LegState, MemberCard, MemberId};

use crate::{
    Agent, EventKind, LegPart, Phase, QueueCause, Rejection,
    apply::{draft::Draft, end, offer, ownership},
    permission::{Action, can_answer, needs_room},
};

/// Follow up, reply to dialog, take over.
// S5, L5, L6, T9
pub(super) fn take(draft: &mut Draft<'_>, agent: &Agent) -> Result<(), Rejection> {
    draft.must(agent, Action::Take)?;
    draft.must_be_of_desk()?;
    match &draft.session()?.phase {
        Phase::Bot { .. } => (),
        Phase::Offered { offer } if offer.agent.id == agent.id && draft.now < offer.deadline => {
            let id = offer.id.clone();
            return offer::accept(draft, agent, &id);
        }
        Phase::Queued | Phase::Offered { .. } => {
            let has_room = draft.context.load < draft.context.workspace.capacity;
            if needs_room(&draft.state, agent, draft.now) && !has_room {
                return Err(Rejection::NoCapacity);
            }
        }
        Phase::Active { owner, .. } if *owner == agent.id => return Err(Rejection::State),
        Phase::Active { .. } => {
            if !draft.may(agent, Action::ChangeOwner) {
                return Err(Rejection::Taken);
            }
            ownership::change(draft, &agent.card(), ownership::unsaid(draft));
            return Ok(());
        }
        Phase::Snoozed { .. } => return Err(Rejection::State),
        Phase::Closed { .. } => return Err(Rejection::Closed),
    }
    draft.withdraw_offer();
    let shown = draft.shows_joins();
    draft.record(EventKind::Taken { agent: agent.card(), shown });
    Ok(())
}

/// The agent takes part no longer. If it was the owner, the oldest other owns, else it
/// is queued.
// L10
pub(super) fn leave(draft: &mut Draft<'_>, agent: &Agent) -> Result<(), Rejection> {
    draft.must(agent, Action::Leave)?;
    let session = draft.open_session()?;
    let leg = session.joined().find(|leg| leg.agent.id == agent.id).ok_or(Rejection::State)?;
    let (card, part) = (leg.agent.clone(), leg.part);
    if session.owner() == Some(&agent.id) {
        let leg = ownership::unsaid(draft);
        ownership::hand_on(draft, leg, QueueCause::OwnerLeft);
    } else {
        step_out(draft, card, part);
    }
    Ok(())
}

/// Joins in silence; the visitor is not told.
// L12
pub(super) fn supervise(draft: &mut Draft<'_>, agent: &Agent) -> Result<(), Rejection> {
    draft.must(agent, Action::Supervise)?;
    if draft.open_session()?.joined().any(|leg| leg.agent.id == agent.id) {
        return Err(Rejection::State);
    }
    draft.record(EventKind::Joined { agent: agent.card(), silent: true, shown: false });
    Ok(())
}

/// An agent has been without a connection for too long. Offered legs return to the queue
/// at once; what becomes of an owner's session is a setting, unless it was given to somebody who
/// was not there: it goes on to the next (L18).
// L8, L9
pub(super) fn lose_presence(draft: &mut Draft<'_>, agent: &MemberId, was_there: bool) {
    if draft.offer().is_some_and(|offer| offer.agent.id == *agent) {
        draft.withdraw_offer();
    }
    let owns = match draft.state.session().map(|session| &session.phase) {
        Some(Phase::Active { owner, .. }) => owner == agent,
        Some(
            Phase::Bot { .. }
            | Phase::Queued
            | Phase::Offered { .. }
            | Phase::Snoozed { .. }
            | Phase::Closed { .. },
        )
        | None => false,
    };
    if !owns {
        return;
    }
    if !was_there {
        lose_owner(draft);
        return;
    }
    match draft.context.workspace.disconnected_owner {
        DisconnectedOwner::Keep => (),
        DisconnectedOwner::Requeue => lose_owner(draft),
        DisconnectedOwner::Close => {
            tell_lost(draft);
            end::close(draft, CloseCause::Agent, None, None);
        }
    }
}

/// Somebody is no longer a member: they are asked nothing, own nothing and owe nothing. What they
/// owned goes to whom the team named, if anybody.
// L11
pub(super) fn remove(draft: &mut Draft<'_>, agent: &MemberId, to: Option<&Agent>) {
    let concerned = |offer: &crate::Offer| {
        offer.agent.id == *agent || offer.from.as_ref().is_some_and(|from| from.id == *agent)
    };
    if draft.offer().is_some_and(concerned) {
        draft.withdraw_offer();
    }
    if draft.state.owner() == Some(agent) {
        match to.filter(|to| to.id != *agent && can_answer(to)) {
            Some(to) => {
                tell_lost(draft);
                ownership::change(draft, &to.card(), LegState::Left);
            }
            None => lose_owner(draft),
        }
    }
    let leg = draft.state.session().and_then(|session| session.leg(agent)).cloned();
    match leg.as_ref().map(|leg| leg.state) {
        Some(LegState::Joined) => {
            if let Some(leg) = leg {
                step_out(draft, leg.agent, leg.part);
            }
        }
        Some(LegState::Wrapup) => {
            if let Some(leg) = leg {
                let left = LegState::Left;
                draft.record(EventKind::Left { agent: leg.agent, leg: left, shown: false });
            }
        }
        Some(
            LegState::Offered
            | LegState::Left
            | LegState::Declined
            | LegState::Rona
            | LegState::Cancelled,
        )
        | None => (),
    }
    end::forgive_wrapups(draft, agent);
}

/// Somebody has another name.
// L14
pub(super) fn rename(draft: &mut Draft<'_>, agent: MemberCard) {
    let leg = draft.state.session().and_then(|session| session.leg(&agent.id));
    if leg.is_some_and(|leg| leg.agent != agent) {
        draft.record(EventKind::MemberRenamed { agent });
    }
}

fn lose_owner(draft: &mut Draft<'_>) {
    tell_lost(draft);
    ownership::hand_on(draft, LegState::Left, QueueCause::OwnerLost);
}

fn tell_lost(draft: &mut Draft<'_>) {
    if let Some(agent) = draft.owner() {
        draft.record(EventKind::OwnerLost { agent });
    }
}

fn step_out(draft: &mut Draft<'_>, agent: MemberCard, part: LegPart) {
    let shown = match part {
        LegPart::Open => draft.shows_joins(),
        LegPart::Silent => false,
    };
    draft.record(EventKind::Left { agent, leg: LegState::Left, shown });
}
