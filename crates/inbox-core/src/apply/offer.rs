//! Offers: one agent is asked, and each question has exactly one outcome.

use inbox_types::{Label, LegState, OfferId, OfferKind, OfferOutcome, Timestamp};

use crate::{
    Agent, Content, EventKind, Offer, Phase, Rejection,
    apply::{draft::Draft, ownership},
    permission::{Action, can_answer},
};

/// The desk's router asks one agent. The conversation may refuse.
// L1, L30
pub(super) fn by_desk(draft: &mut Draft<'_>, offer: OfferId, to: &Agent) -> Result<(), Rejection> {
    let session = draft.open_session()?;
    draft.must_be_of_desk()?;
    match &session.phase {
        Phase::Queued if !session.elsewhere || draft.context.inbox_away => (),
        Phase::Queued
        | Phase::Bot { .. }
        | Phase::Offered { .. }
        | Phase::Active { .. }
        | Phase::Snoozed { .. }
        | Phase::Closed { .. } => return Err(Rejection::State),
    }
    let in_department = session.department.as_ref().is_none_or(|it| to.serves(&it.id));
    if !can_answer(to) || !in_department || session.declined.contains(&to.id) {
        return Err(Rejection::Forbidden);
    }
    make(draft, offer, to, OfferKind::Assign, None, None);
    Ok(())
}

/// Nobody of the desk may have it any more, so that a yes would be refused: whoever is asked by the
/// desk is asked no longer, instead of missing what they have said yes to.
// L31
pub(super) fn withdraw_by_desk(draft: &mut Draft<'_>) {
    let is_asked = draft.offer().is_some_and(|it| it.kind == OfferKind::Assign);
    if is_asked && draft.must_be_of_desk().is_err() {
        draft.withdraw_offer();
    }
}

/// Asks. A wrap-up reason that comes with the question lies beside it until the yes.
// T4
pub(super) fn make(
    draft: &mut Draft<'_>,
    offer: OfferId,
    to: &Agent,
    offer_kind: OfferKind,
    from: Option<&Agent>,
    reason: Option<Label>,
) {
    let deadline = draft.now.after(draft.context.workspace.offer_deadline);
    let event = EventKind::Offered {
        offer,
        agent: to.card(),
        offer_kind,
        deadline,
        from: from.map(Agent::card),
        held_reason: reason.is_some(),
    };
    match reason {
        Some(reason) => {
            draft.record_with(event, Content::Wrapup { reason: Some(reason), remark: None });
        }
        None => draft.record(event),
    }
}

/// Another offer of the same agent is shown first, so this one's time begins when that is over (L17).
/// Hearing it twice is harmless.
pub(super) fn postpone(
    draft: &mut Draft<'_>,
    id: &OfferId,
    until: Timestamp,
) -> Result<(), Rejection> {
    let offer = draft.offer().filter(|offer| offer.id == *id).ok_or(Rejection::NotFound)?;
    if offer.deadline < until {
        draft.record(EventKind::OfferPostponed { offer: id.clone(), deadline: until });
    }
    Ok(())
}

/// Yes, before the deadline.
// L2, L13
pub(super) fn accept(draft: &mut Draft<'_>, agent: &Agent, id: &OfferId) -> Result<(), Rejection> {
    let offer = asked(draft, agent, id)?;
    if offer.deadline <= draft.now {
        return Err(Rejection::NotFound);
    }
    draft.must_be_of_desk()?;
    if !can_answer(agent) {
        return Err(Rejection::Forbidden);
    }
    let old = draft.owner();
    draft.end_offer(&offer, OfferOutcome::Accepted);
    let shown = draft.shows_joins();
    match offer.kind {
        OfferKind::Assign => draft.record(EventKind::Taken { agent: agent.card(), shown }),
        OfferKind::Conference => {
            draft.record(EventKind::Joined { agent: agent.card(), silent: false, shown });
        }
        OfferKind::Transfer => {
            // A reason that was given when asking counts from now on.
            let said = offer.held_reason.is_some() && old == offer.from;
            let leg = if said { LegState::Left } else { ownership::unsaid(draft) };
            ownership::change(draft, &agent.card(), leg);
            if let (Some(held), Some(agent)) = (offer.held_reason, offer.from) {
                let of = draft.state.session_no();
                let held = Some(held);
                draft.record(EventKind::WrappedUp { agent, of, held, handed_over: true });
            }
        }
    }
    Ok(())
}

/// No. The owner of a session stays owner; a queued one waits for the next agent.
// L4, T3
pub(super) fn decline(draft: &mut Draft<'_>, agent: &Agent, id: &OfferId) -> Result<(), Rejection> {
    let offer = asked(draft, agent, id)?;
    draft.end_offer(&offer, OfferOutcome::Declined);
    Ok(())
}

/// Whoever asked takes the question back, or whoever may say whose session it is.
// T10
pub(super) fn cancel(draft: &mut Draft<'_>, agent: &Agent) -> Result<(), Rejection> {
    let offer = draft.offer().cloned().ok_or(Rejection::NotFound)?;
    match offer.kind {
        OfferKind::Transfer | OfferKind::Conference => (),
        OfferKind::Assign => return Err(Rejection::State),
    }
    let asker = offer.from.as_ref().is_some_and(|from| from.id == agent.id);
    let owner = draft.state.owner() == Some(&agent.id);
    if !asker && !owner {
        draft.must(agent, Action::ChangeOwner)?;
    }
    draft.end_offer(&offer, OfferOutcome::Cancelled);
    Ok(())
}

/// The deadline has passed: redirection on no answer.
// L3
pub(super) fn expire(draft: &mut Draft<'_>) {
    if let Some(offer) = draft.offer().cloned() {
        draft.end_offer(&offer, OfferOutcome::Rona);
    }
}

fn asked(draft: &Draft<'_>, agent: &Agent, id: &OfferId) -> Result<Offer, Rejection> {
    let offer = draft.offer().filter(|offer| offer.id == *id).ok_or(Rejection::NotFound)?;
    if offer.agent.id == agent.id { Ok(offer.clone()) } else { Err(Rejection::Forbidden) }
}
