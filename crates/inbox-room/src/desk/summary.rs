//! What rules and lists need of a conversation's summary.

use inbox_core::{notification::Situation, permission::SessionFacts};
use inbox_types::{MemberId, SessionState};

use crate::Summary;

/// What of a conversation a permission depends on.
pub(super) fn facts_of(summary: &Summary) -> SessionFacts {
    let session = &summary.session;
    let owner = session.owner.iter().filter(|_| is_open(summary));
    SessionFacts {
        department: session.department.clone(),
        owner: session.owner.clone(),
        participants: owner.chain(&session.others).chain(&session.silent).cloned().collect(),
        ever_joined: session.ever_joined.clone(),
        asked: session.offer.as_ref().map(|it| it.agent.clone()),
        owes: session.wrapup.clone(),
        hidden: summary.hidden,
    }
}

/// What of a conversation an audience depends on.
pub(super) fn situation_of(summary: &Summary) -> Situation {
    Situation {
        facts: facts_of(summary),
        state: Some(summary.session.state),
        blocked: summary.blocked,
    }
}

/// The visitor's messages of this session that a member has not seen.
pub(super) fn unread(summary: &Summary, member: &MemberId) -> u32 {
    let seen = summary.seen.get(member).copied().unwrap_or_default();
    let read = seen.max(summary.n_before_session);
    u32::try_from(summary.n_visitor_messages.saturating_sub(read)).unwrap_or(u32::MAX)
}

pub(super) fn is_open(summary: &Summary) -> bool {
    match summary.session.state {
        SessionState::Bot
        | SessionState::Queued
        | SessionState::Offered
        | SessionState::Active
        | SessionState::Snoozed => true,
        SessionState::Closed => false,
    }
}
