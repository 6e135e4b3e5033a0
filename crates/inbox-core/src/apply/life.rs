//! The life of a session: it opens, ends, goes on.

use inbox_types::{CloseCause, Millis};

use crate::{
    Content, EventKind, Phase, Post, QueueCause, RatingCard, Rejection, Reopening, Served,
    apply::{draft::Draft, language},
};

/// A visitor's message finds its session, or opens one.
pub(super) fn receive(draft: &mut Draft<'_>, post: &Post) -> Result<(), Rejection> {
    if draft.state.is_blocked() {
        return Err(Rejection::Blocked);
    }
    match draft.context.served {
        Served::Yes => (),
        Served::Deleted => return Err(Rejection::Closed),
    }
    let Some(session) = draft.state.session() else {
        open(draft, post);
        return Ok(());
    };
    match &session.phase {
        Phase::Bot { .. } | Phase::Queued | Phase::Offered { .. } | Phase::Active { .. } => Ok(()),
        Phase::Snoozed { .. } => {
            wake(draft);
            Ok(())
        }
        Phase::Closed { cause, at, .. } => {
            if goes_on(*cause, draft.at.since(*at), draft.context.site.reopen_window) {
                let to = match &draft.context.bot {
                    Some(bot) => Reopening::Bot(bot.clone()),
                    None => Reopening::Queue,
                };
                draft.record(EventKind::Reopened { to });
                return Ok(());
            }
            match session.rating.card() {
                RatingCard::Mandatory => return Err(Rejection::RatingRequired),
                RatingCard::None | RatingCard::Optional => (),
            }
            open(draft, post);
            Ok(())
        }
    }
}

/// Whether a visitor's message continues an ended session (#69, C1).
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

fn open(draft: &mut Draft<'_>, post: &Post) {
    let content = post.page.clone().map(|page| Content::Page { page });
    draft.record_with(
        EventKind::Opened {
            bot: draft.context.bot.clone(),
            department: draft.context.department.clone(),
            campaign: post.campaign.clone(),
        },
        content,
    );
    language::start(draft);
}

/// A snoozed session goes back to its owner, or to the queue.
pub(super) fn wake(draft: &mut Draft<'_>) {
    draft.record(EventKind::Woken);
    if !draft.context.owner_presence.is_available() {
        super::owner::requeue(draft, QueueCause::Woken);
    }
}
