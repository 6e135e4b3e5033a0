//! What an agent may do now: permission and state together.

use std::collections::BTreeSet;

use inbox_types::{CloseCause, LegState, SessionState, Timestamp};

use crate::{
    Agent, Context, Conversation, Phase, Question, Served, Session,
    permission::{Action, SessionFacts, may, may_exceed_capacity},
};

/// What a console shows of a conversation, and nothing else. A request for one of these
/// can still be refused for what it says: a text too long, a reason that is missing.
#[must_use]
// P5, V12
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

fn fits(
    agent: &Agent,
    conversation: &Conversation,
    facts: &SessionFacts,
    context: &Context,
    action: Action,
) -> bool {
    let Some(session) = conversation.session() else { return needs_no_session(action) };
    let takes_over = may(agent, facts, &context.workspace, Action::ChangeOwner);
    let is_served = match context.served {
        Served::Yes => true,
        Served::Deleted => false,
    };
    let state = session.state();
    let is_joined = session.joined().any(|leg| leg.agent.id == agent.id);
    let owns = session.owner() == Some(&agent.id);
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
            is_served && session.has_participant(&agent.id) && !conversation.is_signed_out()
        }
        Action::Take => is_served && can_take(agent, session, takes_over),
        Action::Transfer | Action::Invite => is_served && state == SessionState::Active,
        Action::ChangeOwner => is_served && state == SessionState::Active && !owns,
        Action::Supervise => session.is_open() && !is_joined,
        Action::Leave => session.is_open() && is_joined,
        Action::End => can_end(agent, session, takes_over),
        Action::Ask => {
            is_served && can_ask(agent, session, context) && !conversation.is_signed_out()
        }
        Action::Wrapup => wrapup_due(agent, conversation),
        Action::Snooze => match state {
            SessionState::Active | SessionState::Snoozed => owns || takes_over,
            SessionState::Bot
            | SessionState::Queued
            | SessionState::Offered
            | SessionState::Closed => false,
        },
        Action::Reopen => {
            is_served
                && !conversation.is_blocked()
                && session.closed().is_some_and(|(cause, _)| reopens(cause))
        }
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

fn can_take(agent: &Agent, session: &Session, takes_over: bool) -> bool {
    match session.state() {
        SessionState::Bot | SessionState::Queued | SessionState::Offered => true,
        SessionState::Active => takes_over && session.owner() != Some(&agent.id),
        SessionState::Snoozed | SessionState::Closed => false,
    }
}

fn can_end(agent: &Agent, session: &Session, takes_over: bool) -> bool {
    match session.state() {
        SessionState::Bot | SessionState::Queued => true,
        SessionState::Active | SessionState::Snoozed => {
            takes_over || session.has_participant(&agent.id)
        }
        SessionState::Offered => false,
        // What a deleted site interrupted is ended by saying how it went.
        SessionState::Closed => {
            let owes = session.leg(&agent.id).is_some_and(|leg| leg.state == LegState::Wrapup);
            owes && session.closed().is_some_and(|(cause, _)| cause == CloseCause::AssetDeleted)
        }
    }
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
