//! What the browser lets the console do, and what it is asked to play.

/// Whether the browser shows notifications.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// Nobody has asked the person.
    NotAsked,
    /// It does.
    Granted,
    /// It does not.
    Refused,
}

/// A sound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sound {
    /// Somebody is asked.
    Offer,
    /// Somebody wrote.
    Message,
}
