//! What an agent may do now: permission and state together.

use std::collections::BTreeSet;

use inbox_types::{CloseCause, LegState, SessionState};

use crate::{
    Agent, Context, Conversation, Question, Session,
    permission::{Action, SessionFacts, may},
};

/// What a console shows of a conversation, and nothing else. A request for one of these
/// can still be refused for what it says: a text too long, a reason that is missing.
#[must_use]
pub fn possible(agent: &Agent, conversation: &Conversation, context: &Context) -> BTreeSet<Action> {
    let facts = SessionFacts::of(conversation);
    Action::ALL
        .into_iter()
        .filter(|action| may(agent, &facts, &context.workspace, *action))
        .filter(|action| fits(agent, conversation, context, *action))
        .collect()
}

fn fits(agent: &Agent, conversation: &Conversation, context: &Context, action: Action) -> bool {
    let session = conversation.session();
    let in_session = |holds: &dyn Fn(&Session) -> bool| session.is_some_and(holds);
    let joined = |it: &Session| it.leg(&agent.id).is_some_and(|leg| leg.state == LegState::Joined);
    let is_state = |state: SessionState| conversation.state() == Some(state);
    match action {
        Action::View
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
        Action::Reply => in_session(&|it| it.is_open() && it.has_participant(&agent.id)),
        Action::Note | Action::Whisper => session.is_some(),
        Action::Take => {
            let facts = SessionFacts::of(conversation);
            let takes_over = may(agent, &facts, &context.workspace, Action::ChangeOwner);
            in_session(&|it| can_take(agent, it, takes_over))
        }
        Action::ChangeOwner => {
            is_state(SessionState::Active) && conversation.owner() != Some(&agent.id)
        }
        Action::Transfer | Action::Invite => is_state(SessionState::Active),
        Action::Supervise => in_session(&|it| it.is_open() && !joined(it)),
        Action::Leave => in_session(&|it| it.is_open() && joined(it)),
        Action::End => in_session(&Session::is_open),
        Action::Ask => {
            is_state(SessionState::Active)
                && in_session(&|it| {
                    it.has_participant(&agent.id) && it.question == Question::NotAsked
                })
        }
        Action::Wrapup => wrapup_due(agent, conversation),
        Action::Snooze => in_session(&|it| match it.state() {
            SessionState::Active | SessionState::Snoozed => joined(it),
            SessionState::Bot
            | SessionState::Queued
            | SessionState::Offered
            | SessionState::Closed => false,
        }),
        Action::Reopen => in_session(&|it| it.closed().is_some_and(|(cause, _)| reopens(cause))),
    }
}

fn can_take(agent: &Agent, session: &Session, takes_over: bool) -> bool {
    match session.state() {
        SessionState::Bot | SessionState::Queued | SessionState::Offered => true,
        SessionState::Active => takes_over && session.owner() != Some(&agent.id),
        SessionState::Snoozed | SessionState::Closed => false,
    }
}

fn wrapup_due(agent: &Agent, conversation: &Conversation) -> bool {
    let now = conversation
        .session()
        .and_then(|session| session.leg(&agent.id))
        .is_some_and(|leg| leg.state == LegState::Wrapup);
    let before = conversation
        .earlier()
        .iter()
        .any(|earlier| earlier.wrapups.iter().any(|due| due.id == agent.id));
    now || before
}

/// Whether an agent can reopen a session that ended so (C1).
pub(crate) fn reopens(cause: CloseCause) -> bool {
    match cause {
        CloseCause::Agent | CloseCause::Inactivity | CloseCause::Solved => true,
        CloseCause::Customer | CloseCause::Blocked | CloseCause::AssetDeleted => false,
    }
}
