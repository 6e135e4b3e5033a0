//! What becomes of one of a conversation's timers.

use inbox_types::Timestamp;

/// What becomes of a timer's row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TimerChange {
    /// It stays as it is, set or not.
    #[default]
    Keep,
    /// It is set to this instant.
    Set(Timestamp),
    /// It is removed.
    Clear,
}

impl TimerChange {
    /// When the timer is due after the change, given when it was due before.
    #[must_use]
    pub fn after(self, before: Option<Timestamp>) -> Option<Timestamp> {
        match self {
            Self::Keep => before,
            Self::Set(at) => Some(at),
            Self::Clear => None,
        }
    }
}
