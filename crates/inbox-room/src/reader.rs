//! Who is at the other end of a connection, and what must survive a sleep of it.

use inbox_protocol::ListQuery;
use inbox_types::{ClientId, ConversationId, DepartmentId, Language, MemberId, Role, Timestamp};
use serde::{Deserialize, Serialize};

use crate::facts::is_zero;

/// One connection's number, which no other of its object ever has (RM38).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Conn(pub u64);

impl Conn {
    /// The next number after the newest that is known. Whoever woke knows only of connections that
    /// are still open; what was given before lies longer ago than now, in milliseconds, unless more
    /// than a thousand a second came or the clock went back while nobody was connected.
    #[must_use]
    // RM38
    pub fn after(newest: Self, now: Timestamp) -> Self {
        Self((newest.0 + 1).max(now.as_millis()))
    }
}

/// What the workspace signs for an agent: who it is and what it may do, for a few
/// minutes. It works on every conversation of the workspace and is checked on every frame.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub agent: MemberId,
    /// The role.
    pub role: Role,
    /// The queues they serve.
    pub departments: Vec<DepartmentId>,
    /// The version of the member's rights; an older one than a revocation names is worth nothing.
    pub version: u64,
    /// Their open sessions, as the desk counts them when it asks in their name.
    #[serde(default)]
    pub load: u32,
    /// When it stops working.
    pub expires: Timestamp,
}

/// What the edge found in a visitor's token. Signature, site and expiry are checked by then.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct VisitorCredentials {
    /// The generation that the token was made for.
    pub generation: u32,
    /// Whether the token is old enough to be renewed over this socket.
    pub renew: bool,
    /// When the first of the tokens was made that this one continues; none of one that is too old
    /// to say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// Whose connection it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Principal {
    /// A tab of the visitor.
    Visitor(VisitorCredentials),
    /// A console of an agent.
    Agent(Grant),
}

/// What a room must know of a connection to survive a sleep; attached to the socket.
///
/// The count of its frames is not here: a room sleeps after the span of the rate has passed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Connection {
    /// Whose connection it is.
    pub who: Principal,
    /// Whether it has said hello. Before that it is told nothing: a browser that heard
    /// event 9 before it had caught up on 8 would never ask for 8 again.
    pub greeted: bool,
    /// The version of the wire that both speak; 0 before hello.
    pub version: u16,
    /// A visitor's browser's languages, most wanted first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// Lines that were refused here, the newest last, since one was stored that came over it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<ClientId>,
    /// Lines that were refused on another connection of the same person, over which a later one was
    /// stored since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overtaken: Vec<ClientId>,
}

impl Connection {
    /// One that has said nothing yet.
    #[must_use]
    pub fn of(who: Principal) -> Self {
        Self {
            who,
            greeted: false,
            version: 0,
            languages: Vec::new(),
            refused: Vec::new(),
            overtaken: Vec::new(),
        }
    }
}

/// What the desk must know of a connection to survive a sleep; attached to the socket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskConnection {
    /// Whose console it is.
    pub member: MemberId,
    /// Whether it has said hello.
    pub greeted: bool,
    /// The version of the wire that both speak; 0 before hello.
    pub version: u16,
    /// When it last got a grant.
    pub granted_at: Timestamp,
    /// The list on screen.
    pub watch: Option<ListQuery>,
    /// The conversation on screen and focused.
    pub focus: Option<ConversationId>,
    /// Whether it has asked for more than the first page of that list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub older: bool,
    /// The version of the member's rights with which it was dialled; 0 of one that was open before
    /// that was noted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rights: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rm38_no_number_is_given_twice() {
        let at = Timestamp::from_millis(1_000);
        let first = Conn::after(Conn::default(), at);
        let second = Conn::after(first, at);
        assert!(first < second);
        // The clock went back while others came.
        assert!(second < Conn::after(second, Timestamp::from_millis(0)));
        // Nobody is connected any more, and the object has slept since.
        assert!(second < Conn::after(Conn::default(), Timestamp::from_millis(2_000)));
    }
}
