//! The life of a session: it opens, is put aside, goes on.

use inbox_types::{
    BotId, CloseCause, Millis, Timestamp, Visibility,
    limits::{self, SNOOZE},
};

use crate::{
    Actor, Agent, Answered, Content, EventKind, Phase, Post, QueueCause, RatingCard, Rejection,
    Reopening,
    apply::{draft::Draft, language, ownership},
    permission::{Action, reopens},
};

/// A visitor's message finds its session, or opens one.
// S7, R3
pub(super) fn receive(draft: &mut Draft<'_>, post: &Post) -> Result<(), Rejection> {
    if draft.state.is_blocked() {
        return Err(Rejection::Blocked);
    }
    draft.must_be_served()?;
    let Some(session) = draft.state.session() else {
        open(draft, post);
        return Ok(());
    };
    match &session.phase {
        Phase::Bot { .. } | Phase::Queued | Phase::Offered { .. } | Phase::Active { .. } => (),
        Phase::Snoozed { .. } => wake(draft),
        Phase::Closed { cause, at, .. } => {
            if goes_on(*cause, draft.at.since(*at), draft.context.site.reopen_window) {
                reopen_for_visitor(draft);
            } else if session.rating.card() == RatingCard::Mandatory {
                return Err(Rejection::RatingRequired);
            } else if draft.state.has_begun_enough(draft.at) {
                return Err(Rejection::TooMany { max: limits::VISITOR_SESSIONS });
            } else {
                open(draft, post);
            }
        }
    }
    Ok(())
}

/// Whether a visitor's message continues an ended session (D-ended-by-customer).
// S6
fn goes_on(cause: CloseCause, age: Millis, window: Millis) -> bool {
    match cause {
        CloseCause::Customer => false,
        CloseCause::Agent
        | CloseCause::Inactivity
        | CloseCause::Solved
        | CloseCause::AssetDeleted
        | CloseCause::Blocked => age < window,
    }
}

fn reopen_for_visitor(draft: &mut Draft<'_>) {
    let to = match &draft.context.bot {
        Some(bot) => Reopening::Bot(bot.clone()),
        None => Reopening::Queue,
    };
    draft.record(EventKind::Reopened { to });
}

// S1, S2
fn open(draft: &mut Draft<'_>, post: &Post) {
    let content = post.page.clone().map(|page| Content::Page { page });
    let opened = EventKind::Opened {
        bot: draft.context.bot.clone(),
        department: draft.context.department.clone(),
        campaign: post.campaign.as_ref().map(|it| it.campaign.id.clone()),
        campaign_name: post.campaign.as_ref().map(|it| it.campaign.name.clone()),
        variant: post.campaign.as_ref().map(|it| it.variant),
    };
    draft.push(draft.state.session_no().next(), opened, content);
    language::start(draft);
    if let Some(answered) = &post.campaign {
        say_first(draft, answered);
    }
}

/// What the campaign said stands before what the visitor answers.
// S19
fn say_first(draft: &mut Draft<'_>, answered: &Answered) {
    let Answered { client_id, by, text, .. } = answered;
    draft.record_with(
        EventKind::Posted {
            client_id: client_id.clone(),
            by: by.clone(),
            visibility: Visibility::Public,
            detection: None,
            language_source: None,
        },
        Content::Message { text: Some(text.clone()), files: Vec::new() },
    );
}

/// The bot found an answer.
// S3
pub(super) fn bot_matched(draft: &mut Draft<'_>, bot: &BotId) -> Result<(), Rejection> {
    must_be_served_by_bot(draft, Some(bot))?;
    draft.record(EventKind::BotMatched { bot: bot.clone() });
    Ok(())
}

/// The bot gives up, or the visitor asks for a person.
// S4
pub(super) fn hand_off(draft: &mut Draft<'_>, by: &Actor) -> Result<(), Rejection> {
    let (bot, cause) = match by {
        Actor::Visitor => (None, QueueCause::AskedForPerson),
        Actor::Bot(bot) => (Some(bot), QueueCause::HandOff),
        Actor::Agent(_) | Actor::Desk | Actor::Timer | Actor::Bridge(_) => {
            return Err(Rejection::Forbidden);
        }
    };
    must_be_served_by_bot(draft, bot)?;
    draft.record(EventKind::Queued { cause, department: None });
    Ok(())
}

fn must_be_served_by_bot(draft: &Draft<'_>, wanted: Option<&BotId>) -> Result<(), Rejection> {
    match &draft.open_session()?.phase {
        Phase::Bot { bot } if wanted.is_none_or(|wanted| wanted == bot) => Ok(()),
        Phase::Bot { .. }
        | Phase::Queued
        | Phase::Offered { .. }
        | Phase::Active { .. }
        | Phase::Snoozed { .. }
        | Phase::Closed { .. } => Err(Rejection::State),
    }
}

/// The session is put aside until a time, or until the visitor writes.
// S9
pub(super) fn snooze(
    draft: &mut Draft<'_>,
    agent: &Agent,
    until: Option<Timestamp>,
) -> Result<(), Rejection> {
    match draft.open_session()?.phase {
        Phase::Active { .. } => (),
        Phase::Bot { .. }
        | Phase::Queued
        | Phase::Offered { .. }
        | Phase::Snoozed { .. }
        | Phase::Closed { .. } => return Err(Rejection::State),
    }
    draft.must_as_owner(agent, Action::Snooze)?;
    if until.is_some_and(|until| until <= draft.now) {
        return Err(Rejection::Malformed);
    }
    if until.is_some_and(|until| SNOOZE < until.since(draft.now)) {
        return Err(Rejection::TooFar);
    }
    draft.withdraw_offer();
    draft.record(EventKind::Snoozed { by: agent.card(), until });
    Ok(())
}

/// A snoozed session goes back to its owner, or to the queue if the owner is not available.
// S10
pub(super) fn wake(draft: &mut Draft<'_>) {
    draft.record(EventKind::Woken);
    if !draft.context.owner_presence.is_available() {
        ownership::requeue(draft, QueueCause::Woken);
    }
}

/// An agent takes it up again; the owner who does so is there.
// S11
pub(super) fn wake_by(draft: &mut Draft<'_>, agent: &Agent) -> Result<(), Rejection> {
    let owns = match &draft.open_session()?.phase {
        Phase::Snoozed { owner, .. } => *owner == agent.id,
        Phase::Bot { .. }
        | Phase::Queued
        | Phase::Offered { .. }
        | Phase::Active { .. }
        | Phase::Closed { .. } => return Err(Rejection::State),
    };
    draft.must_as_owner(agent, Action::Snooze)?;
    if owns {
        draft.record(EventKind::Woken);
    } else {
        wake(draft);
    }
    Ok(())
}

/// An agent reopens an ended session, and owns it. What the bridge reopens waits for an agent.
// S8, S21
pub(super) fn reopen(draft: &mut Draft<'_>, by: &Actor) -> Result<(), Rejection> {
    let to = match by {
        Actor::Agent(agent) => {
            draft.must(agent, Action::Reopen)?;
            draft.must_be_of_desk()?;
            Reopening::Agent(agent.card())
        }
        Actor::Bridge(_) => Reopening::Queue,
        Actor::Visitor | Actor::Bot(_) | Actor::Desk | Actor::Timer => {
            return Err(Rejection::Forbidden);
        }
    };
    let (cause, _) = draft.session()?.closed().ok_or(Rejection::State)?;
    if !reopens(cause) {
        return Err(Rejection::Closed);
    }
    if draft.state.is_blocked() {
        return Err(Rejection::Blocked);
    }
    draft.must_be_served()?;
    draft.record(EventKind::Reopened { to });
    Ok(())
}
