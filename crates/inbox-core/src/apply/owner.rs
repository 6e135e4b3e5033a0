//! Owning a session: taking, leaving, losing.

use inbox_types::{LegState, MemberCard};

use crate::{EventKind, QueueCause, apply::draft::Draft};

/// The owner's leg ends and the session waits for another agent.
pub(super) fn requeue(draft: &mut Draft<'_>, cause: QueueCause) {
    if let Some(agent) = owner_card(draft) {
        draft.record(EventKind::Left { agent, leg: LegState::Left, shown: false });
    }
    draft.record(EventKind::Queued { cause, department: None });
}

pub(super) fn owner_card(draft: &Draft<'_>) -> Option<MemberCard> {
    let session = draft.state.session()?;
    session.leg(session.owner()?).map(|leg| leg.agent.clone())
}
