//! What an agent may do now: permission and state together.

use std::collections::BTreeSet;

use inbox_types::{CloseCause, LegState, MemberId, SessionState, Timestamp, WorkspaceSettings};

use crate::{
    Agent, Context, Conversation, Phase, Question, Served, Session,
    permission::{Action, SessionFacts, may, may_exceed_capacity},
};

/// What a console shows of a conversation, and nothing else. A request for one of these
/// can still be refused for what it says: a text too long, a reason that is missing.
#[must_use]
// P5, V12, L31
pub fn possible(agent: &Agent, conversation: &Conversation, context: &Context) -> BTreeSet<Action> {
    let facts = SessionFacts::of(conversation);
    Action::ALL
        .into_iter()
        .filter(|action| may(agent, &facts, &context.workspace, *action))
        .filter(|action| fits(agent, conversation, &facts, context, *action))
        .collect()
}

/// Whether following up takes a place of this agent: what nobody owns yet does, unless they are being
/// asked for it and the place is held for them, or may have more than their capacity.
#[must_use]
// S5, L6
pub fn needs_room(conversation: &Conversation, agent: &Agent, now: Timestamp) -> bool {
    let waits = match conversation.session().map(|session| &session.phase) {
        Some(Phase::Queued) => true,
        Some(Phase::Offered { offer }) => offer.agent.id != agent.id || offer.deadline <= now,
        Some(
            Phase::Bot { .. } | Phase::Active { .. } | Phase::Snoozed { .. } | Phase::Closed { .. },
        )
        | None => false,
    };
    waits && !may_exceed_capacity(agent)
}

/// What can be done to several conversations at once.
pub const BULK: [Action; 8] = [
    Action::Take,
    Action::Transfer,
    Action::ChangeOwner,
    Action::End,
    Action::Reopen,
    Action::EditContact,
    Action::Block,
    Action::Erase,
];

/// How a session stands, as far as a list knows it too.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact by itself")]
pub struct SessionOutline<'a> {
    /// Where it is.
    pub state: SessionState,
    /// Who owns it, while it is open.
    pub owner: Option<&'a MemberId>,
    /// Whether the agent takes part openly.
    pub takes_part: bool,
    /// Why it is over, if it is.
    pub closed_by: Option<CloseCause>,
    /// Whether the contact is blocked.
    pub is_blocked: bool,
    /// Whether its site is still served.
    pub is_served: bool,
    /// Whether it is answered elsewhere alone, so that the desk only reads it.
    pub is_read_only: bool,
}

/// What of [`BULK`] an agent may do in a conversation of which only this is known.
#[must_use]
// P8
pub fn possible_in_bulk(
    agent: &Agent,
    facts: &SessionFacts,
    settings: &WorkspaceSettings,
    standing: SessionOutline<'_>,
) -> Vec<Action> {
    let may = |action| may(agent, facts, settings, action);
    let fits = |action| match action {
        Action::Take => can_take(agent, standing, may(Action::ChangeOwner)),
        Action::Transfer => is_handed_on(standing),
        Action::ChangeOwner => is_handed_on(standing) && standing.owner != Some(&agent.id),
        Action::End => can_end(standing, may(Action::ChangeOwner)),
        Action::Reopen => can_reopen(standing),
        Action::Block => !standing.is_blocked,
        Action::EditContact | Action::Erase => true,
        Action::View
        | Action::Reply
        | Action::Note
        | Action::Whisper
        | Action::Invite
        | Action::Supervise
        | Action::Leave
        | Action::Ask
        | Action::Wrapup
        | Action::Snooze
        | Action::EditOwn
        | Action::DeleteOwn
        | Action::SeeUnmasked
        | Action::Administer
        | Action::EditCanned
        | Action::EditCampaigns
        | Action::Audit
        | Action::Later => false,
    };
    BULK.into_iter().filter(|action| may(*action) && fits(*action)).collect()
}

fn fits(
    agent: &Agent,
    conversation: &Conversation,
    facts: &SessionFacts,
    context: &Context,
    action: Action,
) -> bool {
    let Some(session) = conversation.session() else { return needs_no_session(action) };
    let takes_over = may(agent, facts, &context.workspace, Action::ChangeOwner);
    let (is_served, is_read_only) = match context.served {
        Served::Yes => (true, false),
        Served::Deleted => (false, false),
        Served::Elsewhere => (true, true),
    };
    let state = session.state();
    let is_joined = session.joined().any(|leg| leg.agent.id == agent.id);
    let owns = session.owner() == Some(&agent.id);
    let standing = SessionOutline {
        state,
        owner: session.owner(),
        takes_part: session.has_participant(&agent.id),
        closed_by: session.closed().map(|(cause, _)| cause),
        is_blocked: conversation.is_blocked(),
        is_served,
        is_read_only,
    };
    match action {
        Action::View
        | Action::Note
        | Action::Block
        | Action::Erase
        | Action::EditOwn
        | Action::DeleteOwn
        | Action::EditContact
        | Action::SeeUnmasked
        | Action::Administer
        | Action::EditCanned
        | Action::EditCampaigns
        | Action::Audit => true,
        Action::Whisper => session.hears_whispers_of(&agent.id),
        Action::Reply => {
            is_served
                && !is_read_only
                && session.has_participant(&agent.id)
                && !conversation.is_signed_out()
        }
        Action::Take => can_take(agent, standing, takes_over),
        Action::Transfer | Action::Invite => is_handed_on(standing),
        Action::ChangeOwner => is_handed_on(standing) && !owns,
        Action::Supervise => session.is_open() && !is_joined,
        Action::Leave => session.is_open() && is_joined,
        Action::End => can_end(standing, takes_over) || is_to_be_said(agent, session),
        Action::Ask => {
            is_served
                && !is_read_only
                && can_ask(agent, session, context)
                && !conversation.is_signed_out()
        }
        Action::Wrapup => wrapup_due(agent, conversation),
        Action::Snooze => match state {
            SessionState::Active | SessionState::Snoozed => owns || takes_over,
            SessionState::Bot
            | SessionState::Queued
            | SessionState::Offered
            | SessionState::Closed => false,
        },
        Action::Reopen => can_reopen(standing),
        Action::Later => false,
    }
}

fn needs_no_session(action: Action) -> bool {
    match action {
        Action::View
        | Action::Block
        | Action::Erase
        | Action::EditContact
        | Action::SeeUnmasked
        | Action::Administer
        | Action::EditCanned
        | Action::EditCampaigns
        | Action::Audit => true,
        Action::Reply
        | Action::Note
        | Action::Whisper
        | Action::Take
        | Action::Transfer
        | Action::ChangeOwner
        | Action::Invite
        | Action::Supervise
        | Action::Leave
        | Action::End
        | Action::Ask
        | Action::Wrapup
        | Action::Snooze
        | Action::Reopen
        | Action::EditOwn
        | Action::DeleteOwn
        | Action::Later => false,
    }
}

fn can_take(agent: &Agent, standing: SessionOutline<'_>, takes_over: bool) -> bool {
    standing.is_served
        && !standing.is_read_only
        && match standing.state {
            SessionState::Bot | SessionState::Queued | SessionState::Offered => true,
            SessionState::Active => takes_over && standing.owner != Some(&agent.id),
            SessionState::Snoozed | SessionState::Closed => false,
        }
}

fn is_handed_on(standing: SessionOutline<'_>) -> bool {
    standing.is_served && !standing.is_read_only && standing.state == SessionState::Active
}

fn can_end(standing: SessionOutline<'_>, takes_over: bool) -> bool {
    match standing.state {
        SessionState::Bot | SessionState::Queued => !standing.is_read_only,
        SessionState::Active | SessionState::Snoozed => takes_over || standing.takes_part,
        SessionState::Offered | SessionState::Closed => false,
    }
}

/// What a deleted site interrupted is ended by saying how it went.
fn is_to_be_said(agent: &Agent, session: &Session) -> bool {
    let owes = session.leg(&agent.id).is_some_and(|leg| leg.state == LegState::Wrapup);
    owes && session.closed().is_some_and(|(cause, _)| cause == CloseCause::AssetDeleted)
}

fn can_reopen(standing: SessionOutline<'_>) -> bool {
    standing.is_served
        && !standing.is_read_only
        && !standing.is_blocked
        && standing.closed_by.is_some_and(reopens)
}

fn can_ask(agent: &Agent, session: &Session, context: &Context) -> bool {
    context.site.ask_still_questions
        && session.state() == SessionState::Active
        && session.has_participant(&agent.id)
        && session.question == Question::NotAsked
}

fn wrapup_due(agent: &Agent, conversation: &Conversation) -> bool {
    conversation.wrapups_due().any(|(_, card)| card.id == agent.id)
}

/// Whether an agent can reopen a session that ended so (D-ended-by-customer).
pub(crate) fn reopens(cause: CloseCause) -> bool {
    match cause {
        CloseCause::Agent | CloseCause::Inactivity | CloseCause::Solved => true,
        CloseCause::Customer | CloseCause::Blocked | CloseCause::AssetDeleted => false,
    }
}
