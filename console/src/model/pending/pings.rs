//! How far something is that was said on a socket, as far as pings tell. The answer to a ping says that what
//! was said before it is out of this browser. That the relay has done it, it does not say: the platform
//! answers while the object that will do it still sleeps.

use inbox_types::{Millis, Timestamp};

/// How long after the answer to a ping what was said before that may still be refused, fail, or not show yet.
const SETTLES: Millis = Millis::seconds(5);

/// The pings of one socket. They are answered in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::model) struct Pings {
    said: u32,
    answered: u32,
}

impl Pings {
    /// The number of the ping that follows what is said now. The answer to an earlier one tells nothing of it.
    pub(in crate::model) fn next(self) -> u32 {
        self.said + 1
    }

    /// A ping is said.
    pub(in crate::model) fn say(&mut self) {
        self.said += 1;
    }

    /// The number of the last one that was said.
    pub(in crate::model) fn last(self) -> u32 {
        self.said
    }

    /// One is answered: its number.
    pub(in crate::model) fn answered(&mut self) -> u32 {
        self.answered += 1;
        self.answered
    }
}

/// How far something is that is said on a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) enum Said {
    /// It waits for the connection.
    No,
    /// It is on its way, and the ping of this number behind it.
    Yes(u32),
    /// That ping was answered.
    Arrived(Timestamp),
}

impl Said {
    /// The ping of this number was answered.
    pub(in crate::model) fn answered(&mut self, ping: u32, now: Timestamp) {
        if matches!(self, Self::Yes(it) if *it <= ping) {
            *self = Self::Arrived(now);
        }
    }

    /// Whether it arrived so long ago that nothing speaks against it any more.
    pub(in crate::model) fn has_settled(self, now: Timestamp) -> bool {
        matches!(self, Self::Arrived(at) if SETTLES < now.since(at))
    }
}
