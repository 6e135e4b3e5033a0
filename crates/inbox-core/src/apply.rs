//! Deciding. Each area of the rules has its file; this one only finds it.

mod blank;
mod contact;
mod draft;
mod end;
mod language;
mod life;
mod message;
mod offer;
mod owner;
mod ownership;
mod post;
mod transfer;

use inbox_types::BotId;

use crate::{Actor, Agent, Change, Command, Context, Conversation, Rejection, Request, TimerKind};

use draft::Draft;

/// What `request` causes, or why it causes nothing. Nothing has changed before the
/// events are folded, in their order.
///
/// # Errors
///
/// A [`Rejection`] if the rules do not allow it.
// V3, V5, B7
pub fn apply(
    conversation: &Conversation,
    context: &Context,
    request: Request,
) -> Result<Vec<Change>, Rejection> {
    let mut draft = Draft::new(conversation, context, request.at);
    if draft.state.is_erased() {
        return Err(Rejection::NotFound);
    }
    let mut command = request.command;
    blank::drop_blanks(&mut command)?;
    decide(&mut draft, request.by, command)?;
    Ok(draft.into_changes())
}

// S12
fn decide(draft: &mut Draft<'_>, by: Actor, command: Command) -> Result<(), Rejection> {
    match command {
        Command::Post(post) => post::post(draft, by, post),
        Command::Edit { target, text } => message::edit(draft, &by, &target, text),
        Command::Delete { target } => message::delete(draft, &by, &target),
        Command::Take => owner::take(draft, &agent(by)?),
        Command::Accept { offer } => offer::accept(draft, &agent(by)?, &offer),
        Command::Decline { offer } => offer::decline(draft, &agent(by)?, &offer),
        Command::Transfer { to, mode, offer, reason } => {
            transfer::to_agent(draft, &agent(by)?, &to, mode, offer, reason)
        }
        Command::Assign { to } => bridge(&by).and_then(|()| transfer::assign(draft, to.as_ref())),
        Command::TransferToQueue { department, reason } => {
            transfer::to_queue(draft, &agent(by)?, department, reason)
        }
        Command::Invite { agent: whom, mode, offer } => {
            transfer::invite(draft, &agent(by)?, &whom, mode, offer)
        }
        Command::CancelOffer => offer::cancel(draft, &agent(by)?),
        Command::Leave => owner::leave(draft, &agent(by)?),
        Command::Supervise => owner::supervise(draft, &agent(by)?),
        Command::End { ask, reason } => end::end(draft, by, ask, reason),
        Command::Ask => end::ask(draft, &agent(by)?),
        Command::Answer { more } => visitor(&by).and_then(|()| end::answer(draft, more)),
        Command::Wrapup { session, reason, remark } => {
            end::wrap_up(draft, &agent(by)?, session, reason, remark)
        }
        Command::Snooze { until } => life::snooze(draft, &agent(by)?, until),
        Command::Wake => life::wake_by(draft, &agent(by)?),
        Command::Reopen => life::reopen(draft, &by),
        Command::Rate { session, stars, comment } => {
            visitor(&by).and_then(|()| end::rate(draft, session, stars, comment))
        }
        Command::Block(block) => contact::block(draft, &agent(by)?, block),
        Command::Unblock => contact::unblock(draft, &agent(by)?),
        Command::SignOut => contact::sign_out(draft, by),
        Command::Erase => contact::erase(draft, &agent(by)?),
        Command::SetLanguage { language } => language::set(draft, &by, language),
        Command::SetContact { details, known } => {
            contact::set_details(draft, &by, *details, *known)
        }
        Command::SetTags { tags } => contact::set_tags(draft, &by, tags),
        Command::SetTopics { topics } => contact::set_topics(draft, &agent(by)?, topics),
        Command::SetDepartment { department } => {
            contact::set_department(draft, &agent(by)?, department)
        }
        Command::BotMatched => life::bot_matched(draft, &bot(by)?),
        Command::HandOff => life::hand_off(draft, &by),
        Command::Offer { offer, to } => desk(&by).and_then(|()| offer::by_desk(draft, offer, &to)),
        Command::PostponeOffer { offer, until } => {
            desk(&by).and_then(|()| offer::postpone(draft, &offer, until))
        }
        Command::PresenceLost { agent, was_there } => {
            desk(&by).map(|()| owner::lose_presence(draft, &agent, was_there))
        }
        Command::MemberRemoved { agent, to } => {
            desk(&by).map(|()| owner::remove(draft, &agent, to.as_ref()))
        }
        Command::DepartmentRemoved { department, to } => {
            desk(&by).and_then(|()| contact::leave_department(draft, &department, to))
        }
        Command::MemberRenamed { agent } => desk(&by).map(|()| owner::rename(draft, agent)),
        Command::SiteDeleted => desk(&by).map(|()| end::delete_site(draft)),
        Command::AnsweredElsewhere => desk(&by).map(|()| offer::withdraw_by_desk(draft)),
        Command::Timer(kind) => timer(&by).and_then(|()| fire(draft, kind)),
    }
}

/// A timer that is not due is refused: it was set for what is no longer so.
// C5
fn fire(draft: &mut Draft<'_>, kind: TimerKind) -> Result<(), Rejection> {
    let due = crate::timers(&draft.state, draft.context).get(&kind).copied();
    match due {
        None => return Err(Rejection::NotDue { wait: None }),
        Some(at) if draft.now < at => {
            return Err(Rejection::NotDue { wait: Some(at.since(draft.now)) });
        }
        Some(_) => (),
    }
    match kind {
        TimerKind::Inactivity => end::by_inactivity(draft),
        TimerKind::Offer => offer::expire(draft),
        TimerKind::Snooze => life::wake(draft),
        TimerKind::StillQuestions => end::unanswered(draft),
        TimerKind::Purge => contact::purge(draft),
    }
    Ok(())
}

/// The agent who asks; nobody else can.
// P7, V11
fn agent(by: Actor) -> Result<Agent, Rejection> {
    match by {
        Actor::Agent(agent) => Ok(agent),
        Actor::Visitor | Actor::Bot(_) | Actor::Desk | Actor::Timer | Actor::Bridge(_) => {
            Err(Rejection::Forbidden)
        }
    }
}

fn bot(by: Actor) -> Result<BotId, Rejection> {
    match by {
        Actor::Bot(bot) => Ok(bot),
        Actor::Visitor | Actor::Agent(_) | Actor::Desk | Actor::Timer | Actor::Bridge(_) => {
            Err(Rejection::Forbidden)
        }
    }
}

fn visitor(by: &Actor) -> Result<(), Rejection> {
    match by {
        Actor::Visitor => Ok(()),
        Actor::Agent(_) | Actor::Bot(_) | Actor::Desk | Actor::Timer | Actor::Bridge(_) => {
            Err(Rejection::Forbidden)
        }
    }
}

fn desk(by: &Actor) -> Result<(), Rejection> {
    match by {
        Actor::Desk => Ok(()),
        Actor::Visitor | Actor::Agent(_) | Actor::Bot(_) | Actor::Timer | Actor::Bridge(_) => {
            Err(Rejection::Forbidden)
        }
    }
}

fn bridge(by: &Actor) -> Result<(), Rejection> {
    match by {
        Actor::Bridge(_) => Ok(()),
        Actor::Visitor | Actor::Agent(_) | Actor::Bot(_) | Actor::Desk | Actor::Timer => {
            Err(Rejection::Forbidden)
        }
    }
}

fn timer(by: &Actor) -> Result<(), Rejection> {
    match by {
        Actor::Timer => Ok(()),
        Actor::Visitor | Actor::Agent(_) | Actor::Bot(_) | Actor::Desk | Actor::Bridge(_) => {
            Err(Rejection::Forbidden)
        }
    }
}
