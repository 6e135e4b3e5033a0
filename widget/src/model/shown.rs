//! What of the model is to be seen.

use inbox_client::{Status, UnsentState};
use inbox_protocol::RatingView;
use inbox_text::{Phrase, widget};
use inbox_types::{CloseCause, Comment, MemberCard, SessionState, is_blank};

use super::{Model, is_open};

/// From how many characters left on the counter shows.
const COUNTER_FROM: i64 = 100;

/// What the connection looks like to somebody who does not know what a connection is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Banner {
    /// All is well, or nothing is needed.
    None,
    /// The first connection is being made.
    Connecting,
    /// There is no network.
    Offline,
    /// The relay does not answer.
    Reconnecting,
    /// The relay will not have this browser back.
    Gone,
    /// This build is too old.
    Outdated,
}

/// Whether one can write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Composer {
    /// Yes.
    Open,
    /// The last chat must be rated first.
    RatingFirst,
    /// Nothing is taken any more.
    Shut,
}

impl Model {
    /// The people in the head: who takes part, else the team; at most three.
    #[must_use]
    pub fn people(&self) -> Vec<MemberCard> {
        let agents =
            self.session.as_ref().filter(|it| is_open(it)).map_or(&[][..], |it| &it.agents);
        let people = if agents.is_empty() { &self.config.team[..] } else { agents };
        people.iter().take(3).cloned().collect()
    }

    /// Whether a session waits for somebody to answer.
    #[must_use]
    pub fn is_queued(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|it| matches!(it.state, SessionState::Queued | SessionState::Offered))
    }

    /// Whether "Do you still have questions?" waits for an answer.
    #[must_use]
    pub fn asks_questions(&self) -> bool {
        self.session.as_ref().is_some_and(|it| it.still_questions && is_open(it))
    }

    /// Whether the rating card shows, and whether it can be put off.
    #[must_use]
    pub fn rating_card(&self) -> Option<RatingView> {
        let session = self.session.as_ref()?;
        match session.rating {
            RatingView::Asked if self.rating.skipped == Some(session.no) => None,
            RatingView::Asked | RatingView::Mandatory => Some(session.rating),
            RatingView::None | RatingView::Given | RatingView::Later => None,
        }
    }

    /// Whether one can write.
    #[must_use]
    pub fn composer(&self) -> Composer {
        if self.client.status() == Status::Gone {
            return Composer::Shut;
        }
        let Some(session) = &self.session else { return Composer::Open };
        match session.closed_by {
            Some(CloseCause::AssetDeleted | CloseCause::Blocked) => Composer::Shut,
            // Only what the visitor ended is sure to be followed by a new session; whether another
            // one goes on instead is for the relay to say.
            Some(CloseCause::Customer) if session.rating == RatingView::Mandatory => {
                Composer::RatingFirst
            }
            Some(
                CloseCause::Customer
                | CloseCause::Agent
                | CloseCause::Inactivity
                | CloseCause::Solved,
            )
            | None => Composer::Open,
        }
    }

    /// Why one cannot write, or what writing will do.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self.composer() {
            Composer::RatingFirst => Some(widget::RATING_REQUIRED),
            Composer::Shut => Some(widget::GONE),
            Composer::Open => self.ended_hint(),
        }
    }

    /// What the next message will do to an ended chat.
    #[must_use]
    pub fn ended_hint(&self) -> Option<Phrase> {
        let session = self.session.as_ref().filter(|it| !is_open(it))?;
        match session.closed_by? {
            CloseCause::Customer => Some(widget::ENDED_HINT),
            CloseCause::Agent | CloseCause::Inactivity | CloseCause::Solved => {
                Some(widget::REOPEN_HINT)
            }
            CloseCause::AssetDeleted | CloseCause::Blocked => None,
        }
    }

    /// Characters that still fit, if it is worth saying; below zero there are too many.
    #[must_use]
    pub fn counter(&self) -> Option<i64> {
        worth_saying(self.characters_left())
    }

    /// The same of the remark on the rating.
    #[must_use]
    pub fn remark_counter(&self) -> Option<i64> {
        worth_saying(self.remark_left())
    }

    /// Whether stars are chosen, and the remark is not too long.
    #[must_use]
    pub fn can_rate(&self) -> bool {
        self.rating.stars.is_some() && 0 <= self.remark_left()
    }

    /// Whether the composer holds a message.
    #[must_use]
    pub fn can_send(&self) -> bool {
        let something = !is_blank(&self.draft) || !self.attachments.tray().is_empty();
        something
            && 0 <= self.characters_left()
            && !self.client.is_full()
            && self.composer() == Composer::Open
    }

    /// What the connection looks like.
    #[must_use]
    pub fn banner(&self) -> Banner {
        match self.client.status() {
            Status::Gone => Banner::Gone,
            Status::Outdated => Banner::Outdated,
            Status::Live { .. } => Banner::None,
            _ if !self.online => Banner::Offline,
            Status::Idle => Banner::None,
            Status::Dialing { .. } | Status::CatchingUp if self.client.entries().is_empty() => {
                Banner::Connecting
            }
            Status::Dialing { .. } | Status::CatchingUp | Status::Resting { .. } => {
                Banner::Reconnecting
            }
        }
    }

    /// How many lines wait for a connection.
    #[must_use]
    pub fn n_unsent(&self) -> usize {
        self.client.lines().iter().filter(|it| it.state == UnsentState::Sending).count()
    }

    /// Whether the newest page has not come yet.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        self.client.entries().is_empty()
            && matches!(self.client.status(), Status::Dialing { .. } | Status::CatchingUp)
            && self.client.lines().is_empty()
    }

    fn characters_left(&self) -> i64 {
        left(&self.draft, self.config.max_chars as usize)
    }

    fn remark_left(&self) -> i64 {
        left(&self.rating.comment, Comment::MAX_CHARS)
    }
}

fn left(text: &str, most: usize) -> i64 {
    let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    number(most) - number(text.trim().chars().count())
}

fn worth_saying(left: i64) -> Option<i64> {
    (left <= COUNTER_FROM).then_some(left)
}
