//! Handing a session over and adding agents to it (D-direct-or-asked).

use inbox_types::{Label, LegState, OfferId, OfferKind, TransferMode, limits};

use crate::{
    Agent, Department, EventKind, Phase, QueueCause, Rejection,
    apply::{draft::Draft, end, offer, ownership},
    permission::{Action, can_answer},
};

/// To an agent: at once, or when the other accepts.
// T1, T2, T8, T12
pub(super) fn to_agent(
    draft: &mut Draft<'_>,
    agent: &Agent,
    to: &Agent,
    mode: Option<TransferMode>,
    offer: OfferId,
    reason: Option<Label>,
) -> Result<(), Rejection> {
    must_be_active(draft)?;
    draft.must_as_owner(agent, Action::Transfer)?;
    if !can_answer(to) {
        return Err(Rejection::Forbidden);
    }
    if draft.state.owner() == Some(&to.id) || draft.offer().is_some() {
        return Err(Rejection::State);
    }
    match mode_for(draft, mode, agent, to) {
        TransferMode::Request => {
            offer::make(draft, offer, to, OfferKind::Transfer, Some(agent), reason);
        }
        TransferMode::Direct => {
            let leg = leg_after(draft, agent, reason.as_ref(), ownership::unsaid(draft));
            ownership::change(draft, &to.card(), leg);
            end::say_how_it_went(draft, agent, reason);
        }
    }
    Ok(())
}

/// To a queue, always at once. Everybody who took part openly leaves.
// T5
pub(super) fn to_queue(
    draft: &mut Draft<'_>,
    agent: &Agent,
    department: Department,
    reason: Option<Label>,
) -> Result<(), Rejection> {
    must_be_active(draft)?;
    draft.must_as_owner(agent, Action::Transfer)?;
    let owner_leg = leg_after(draft, agent, reason.as_ref(), LegState::Wrapup);
    leave_to_queue(draft, owner_leg, Some(department))?;
    end::say_how_it_went(draft, agent, reason);
    Ok(())
}

/// The bridge says whose an open session is: a member's, as if an admin had handed it over, or
/// nobody's. What is put aside stays with whoever did that.
// AP1, AP2, AP10
pub(super) fn assign(draft: &mut Draft<'_>, to: Option<&Agent>) -> Result<(), Rejection> {
    let is_owned = match draft.open_session()?.phase {
        Phase::Active { .. } => true,
        Phase::Bot { .. } | Phase::Queued | Phase::Offered { .. } => false,
        Phase::Snoozed { .. } | Phase::Closed { .. } => return Err(Rejection::State),
    };
    let is_so_already = match to {
        Some(to) => draft.state.owner() == Some(&to.id),
        None => !is_owned,
    };
    if is_so_already {
        return Ok(());
    }
    draft.must_be_of_desk()?;
    let leg = ownership::unsaid(draft);
    match to {
        Some(to) if !can_answer(to) => Err(Rejection::Forbidden),
        Some(to) => {
            ownership::change(draft, &to.card(), leg);
            Ok(())
        }
        None => leave_to_queue(draft, leg, None),
    }
}

/// Everybody who took part openly leaves, and the session waits in a queue; in its own if none is named.
fn leave_to_queue(
    draft: &mut Draft<'_>,
    owner_leg: LegState,
    department: Option<Department>,
) -> Result<(), Rejection> {
    draft.withdraw_offer();
    let owner = draft.state.owner().cloned();
    let leaving: Vec<_> = draft.session()?.participants().map(|leg| leg.agent.clone()).collect();
    let shown = draft.shows_joins();
    for card in leaving {
        let leg = if Some(&card.id) == owner.as_ref() { owner_leg } else { LegState::Left };
        draft.record(EventKind::Left { agent: card, leg, shown });
    }
    draft.record(EventKind::Queued { cause: QueueCause::Transfer, department });
    Ok(())
}

/// Adds an agent. A supervisor who names themselves joins at once.
// T6, T13
pub(super) fn invite(
    draft: &mut Draft<'_>,
    agent: &Agent,
    whom: &Agent,
    mode: Option<TransferMode>,
    offer: OfferId,
) -> Result<(), Rejection> {
    must_be_active(draft)?;
    draft.must(agent, Action::Invite)?;
    if !can_answer(whom) {
        return Err(Rejection::Forbidden);
    }
    let session = draft.open_session()?;
    if session.has_participant(&whom.id) || session.offer().is_some() {
        return Err(Rejection::State);
    }
    if limits::LEGS <= session.participants().count() {
        return Err(Rejection::TooMany { max: limits::LEGS });
    }
    match mode_for(draft, mode, agent, whom) {
        TransferMode::Request => {
            offer::make(draft, offer, whom, OfferKind::Conference, Some(agent), None);
        }
        TransferMode::Direct => {
            let shown = draft.shows_joins();
            draft.record(EventKind::Joined { agent: whom.card(), silent: false, shown });
        }
    }
    Ok(())
}

/// Nobody need ask themselves.
// T11
fn mode_for(
    draft: &Draft<'_>,
    mode: Option<TransferMode>,
    agent: &Agent,
    whom: &Agent,
) -> TransferMode {
    if agent.id == whom.id {
        return TransferMode::Direct;
    }
    mode.unwrap_or(draft.context.workspace.transfer_mode)
}

/// What becomes of the owner's leg: who says why has wrapped up.
fn leg_after(
    draft: &Draft<'_>,
    agent: &Agent,
    reason: Option<&Label>,
    unsaid: LegState,
) -> LegState {
    let said = reason.is_some() && draft.state.owner() == Some(&agent.id);
    if said { LegState::Left } else { unsaid }
}

fn must_be_active(draft: &Draft<'_>) -> Result<(), Rejection> {
    draft.must_be_of_desk()?;
    match draft.open_session()?.phase {
        Phase::Active { .. } => Ok(()),
        Phase::Bot { .. }
        | Phase::Queued
        | Phase::Offered { .. }
        | Phase::Snoozed { .. }
        | Phase::Closed { .. } => Err(Rejection::State),
    }
}
