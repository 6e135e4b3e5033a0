//! Who a browser is to the relay of a site: one token for all of its tabs, whoever asks first.
//!
//! A tab that needs a token takes what is stored. If nothing is, it waits for its turn, which only
//! one tab has at a time (a Web Lock), looks again, and only then asks the relay for a new visitor.
//! Within a tab whoever needs a token meanwhile waits for the same answer.
//!
//! Where there are no locks, a tab looks once more before it stores what the relay gave it, and
//! again a moment later: of two that were stored the later one counts, and the tab that lost takes
//! it over. What it has said by then is said again (`Input::Joined`).
//!
//! Nothing in here stores, waits or asks: each call says what the shell does next.

use inbox_types::{Millis, Timestamp};

/// How long after a tab learned who it is another token may turn out to be the one that counts.
/// Later, another token in storage is that of another person, whose conversation is nobody else's
/// business.
const RACE: Millis = Millis::seconds(10);

/// What the shell does next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Nothing: what is under way will answer.
    Wait,
    /// Wait for this tab's turn, then call [`Identity::turn`].
    Queue,
    /// Ask the relay for a new visitor, then call [`Identity::made`].
    Ask,
    /// Store this token and call [`Identity::settled`]: at once if the turn is this tab's alone,
    /// else after a moment, with what is stored then.
    Store(String),
    /// Whoever waits goes on with this token; the turn is over.
    Known(String),
    /// Whoever waits has no token, for this close code; the turn is over.
    Failed(u16),
    /// Another tab was quicker: everything is said again under this token.
    Joined(String),
}

/// What one tab knows of who it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Whether tabs can run into each other: there are no locks.
    races: bool,
    state: State,
    /// What was given out last.
    known: Option<String>,
    /// Since when something is known, if it may turn out to have lost.
    since: Option<Timestamp>,
    /// What the relay did not take.
    refused: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum State {
    Rest,
    Queued,
    Asking,
    Storing(String),
}

impl Identity {
    /// A tab that knows nothing yet, in a browser that has locks or not.
    #[must_use]
    pub fn new(has_locks: bool) -> Self {
        Self { races: !has_locks, state: State::Rest, known: None, since: None, refused: None }
    }

    /// Somebody in this tab needs a token, perhaps because the relay refused this one.
    // CL34
    pub fn wanted(
        &mut self,
        now: Timestamp,
        refused: Option<String>,
        stored: Option<String>,
    ) -> Step {
        if refused.is_some() {
            self.refused = refused;
        }
        if self.state != State::Rest {
            return Step::Wait;
        }
        if let Some(token) = self.usable(stored) {
            return self.knows(now, token);
        }
        self.state = State::Queued;
        Step::Queue
    }

    /// It is this tab's turn, and this is stored, or held by the tab that had the turn before.
    pub fn turn(&mut self, now: Timestamp, stored: Option<String>) -> Step {
        if let Some(token) = self.usable(stored) {
            return self.knows(now, token);
        }
        self.state = State::Asking;
        Step::Ask
    }

    /// The relay has answered, and this is stored by now.
    pub fn made(
        &mut self,
        now: Timestamp,
        answer: Result<String, u16>,
        stored: Option<String>,
    ) -> Step {
        match (self.usable(stored), answer) {
            (Some(token), _) => self.knows(now, token),
            (None, Ok(token)) => {
                self.state = State::Storing(token.clone());
                Step::Store(token)
            }
            (None, Err(code)) => {
                self.state = State::Rest;
                Step::Failed(code)
            }
        }
    }

    /// The new token is stored; this is what is stored now, if another tab may have stored too.
    pub fn settled(&mut self, now: Timestamp, stored: Option<String>) -> Step {
        match (&self.state, self.usable(stored)) {
            (State::Storing(own), found) => {
                let token = found.unwrap_or_else(|| own.clone());
                self.knows(now, token)
            }
            (State::Rest | State::Queued | State::Asking, _) => Step::Wait,
        }
    }

    /// Another tab has stored this token, or has taken away what was stored.
    // CL35
    pub fn noticed(&mut self, now: Timestamp, stored: Option<String>) -> Step {
        let Some(stored) = stored else {
            self.since = None;
            return Step::Wait;
        };
        let races = self.since.is_some_and(|it| now.since(it) <= RACE);
        match &self.known {
            Some(own) if races && !same_contact(own, &stored) => {
                self.known = Some(stored.clone());
                Step::Joined(stored)
            }
            Some(_) | None => Step::Wait,
        }
    }

    fn knows(&mut self, now: Timestamp, token: String) -> Step {
        self.state = State::Rest;
        if self.races && self.known.is_none() {
            self.since = Some(now);
        }
        self.known = Some(token.clone());
        Step::Known(token)
    }

    // CL36
    fn usable(&self, stored: Option<String>) -> Option<String> {
        stored.filter(|it| self.refused.as_ref() != Some(it))
    }
}

/// Whether both are the same visitor's.
fn same_contact(one: &str, other: &str) -> bool {
    contact(one).is_some() && contact(one) == contact(other)
}

/// The contact is a token's third part. A renewed token may be of a newer version.
fn contact(token: &str) -> Option<&str> {
    token.split('.').nth(2)
}
