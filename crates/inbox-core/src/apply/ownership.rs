//! Who owns a session, and how it goes from one owner to the next.

use inbox_types::{LegState, MemberCard};

use crate::{EventKind, QueueCause, apply::draft::Draft};

/// Another agent owns it; the old owner's leg ends as `leg`.
pub(super) fn change(draft: &mut Draft<'_>, to: &MemberCard, leg: LegState) {
    draft.withdraw_offer();
    let old = draft.owner();
    let shown = draft.shows_joins();
    draft.record(EventKind::OwnerChanged { agent: to.clone(), shown });
    if let Some(agent) = old {
        draft.record(EventKind::Left { agent, leg, shown });
    }
}

/// What becomes of the leg of an owner who said nothing: a wrap-up is due if reasons
/// are required.
// E6
pub(super) fn unsaid(draft: &Draft<'_>) -> LegState {
    if draft.context.site.wrapup_reason_required { LegState::Wrapup } else { LegState::Left }
}

/// The owner cannot go on: the oldest other owns, else the session waits for another agent.
pub(super) fn requeue(draft: &mut Draft<'_>, cause: QueueCause) {
    hand_on(draft, LegState::Left, cause);
}

/// The oldest other participant owns, else the session is queued.
pub(super) fn hand_on(draft: &mut Draft<'_>, leg: LegState, cause: QueueCause) {
    draft.withdraw_offer();
    let Some(old) = draft.owner() else { return };
    let heir = draft.state.session().and_then(|session| {
        session.participants().find(|it| it.agent.id != old.id).map(|it| it.agent.clone())
    });
    if let Some(heir) = heir {
        change(draft, &heir, leg);
        return;
    }
    let shown = draft.shows_joins();
    draft.record(EventKind::Left { agent: old, leg, shown });
    draft.record(EventKind::Queued { cause, department: None });
}
