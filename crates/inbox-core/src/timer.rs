//! When a conversation must act by itself.

use std::collections::BTreeMap;

use inbox_types::{Millis, OfferKind, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Context, Conversation, Phase, Question};

/// What a conversation does by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// The visitor did not answer for too long.
    Inactivity,
    /// An agent did not answer an offer.
    Offer,
    /// The session was put aside until now.
    Snooze,
    /// "Do you still have questions?" was not answered (D-closing-question).
    StillQuestions,
    /// The grace of a purge is over (D-block-and-erase).
    Purge,
}

/// When each timer fires, as things stand. The shell keeps a table of them and asks
/// with [`Command::Timer`](crate::Command::Timer) when one is due.
#[must_use]
// C4, V10
pub fn timers(conversation: &Conversation, context: &Context) -> BTreeMap<TimerKind, Timestamp> {
    if conversation.is_erased() {
        return BTreeMap::new();
    }
    [
        (TimerKind::Inactivity, inactivity(conversation, context)),
        (TimerKind::Offer, offer(conversation)),
        (TimerKind::Snooze, snooze(conversation)),
        (TimerKind::StillQuestions, still_questions(conversation, context)),
        (TimerKind::Purge, conversation.purge_at()),
    ]
    .into_iter()
    .filter_map(|(kind, at)| at.map(|at| (kind, at)))
    .collect()
}

fn inactivity(conversation: &Conversation, context: &Context) -> Option<Timestamp> {
    let session = conversation.open_session()?;
    let runs = match session.phase {
        Phase::Bot { .. } | Phase::Active { .. } => context.site.inactivity != Millis(0),
        Phase::Queued | Phase::Offered { .. } | Phase::Snoozed { .. } | Phase::Closed { .. } => {
            false
        }
    };
    session.agent_waiting_since().filter(|_| runs).map(|since| since.after(context.site.inactivity))
}

fn offer(conversation: &Conversation) -> Option<Timestamp> {
    let offer = conversation.open_session()?.offer()?;
    match offer.kind {
        OfferKind::Assign | OfferKind::Transfer | OfferKind::Conference => Some(offer.deadline),
    }
}

fn snooze(conversation: &Conversation) -> Option<Timestamp> {
    conversation.open_session()?.snoozed_until()
}

fn still_questions(conversation: &Conversation, context: &Context) -> Option<Timestamp> {
    let session = conversation.open_session()?;
    match session.question {
        Question::Asked { at, closing: true, .. } => {
            Some(at.after(context.site.still_questions_wait))
        }
        Question::Asked { closing: false, .. } | Question::NotAsked | Question::Answered => None,
    }
}
