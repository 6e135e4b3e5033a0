//! What was seen from outside: what each person typed, was told and saw, and what the store
//! holds at the end. Recorded while it happens; judged by [`check`](crate::check::check).

use std::collections::{BTreeMap, BTreeSet};

use inbox_client::Status;
use inbox_types::{Author, ClientId, Place};

pub(crate) type Conversation = String;

/// A line of somebody.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct LineName {
    pub(crate) conversation: Conversation,
    pub(crate) author: Author,
    pub(crate) client_id: ClientId,
}

/// In whose count a place is meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Count {
    Visitor,
    Team,
}

#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) line: LineName,
    pub(crate) tab: u32,
    pub(crate) text: String,
}

/// What stands at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub(crate) place: Place,
    /// If it is a message: whose, its name, its text.
    pub(crate) message: Option<(Author, ClientId, Option<String>)>,
}

/// A row that reached somebody's browser.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) reader: String,
    pub(crate) conversation: Conversation,
    pub(crate) count: Count,
    pub(crate) row: Row,
}

/// An acknowledgement that reached its author.
#[derive(Clone, Debug)]
pub(crate) struct Acknowledged {
    pub(crate) line: LineName,
    pub(crate) count: Count,
    pub(crate) place: Place,
    /// Milliseconds since the run began.
    pub(crate) at: u64,
}

/// What somebody's browser shows once all is quiet.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    pub(crate) reader: String,
    pub(crate) conversation: Conversation,
    pub(crate) count: Count,
    pub(crate) rows: Vec<Row>,
    /// Below the rows: what is on its way, and what visibly failed.
    pub(crate) sending: Vec<LineName>,
    pub(crate) failed: Vec<LineName>,
    /// Where its connection stands: whoever reads of a line that is still on its way wants to know.
    pub(crate) link: Status,
}

/// A delivery of the webhook.
#[derive(Clone, Debug)]
pub(crate) struct Delivered {
    pub(crate) id: String,
    pub(crate) conversation: Conversation,
    pub(crate) seq: Place,
}

/// All of it, in the order in which it happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) typed: Vec<Typed>,
    /// Milliseconds at which a socket opened.
    pub(crate) opened_at: Vec<u64>,
    pub(crate) acknowledged: Vec<Acknowledged>,
    pub(crate) seen: Vec<Seen>,
    /// Lines that failed in sight of their author at least once: sent again, their order is free.
    pub(crate) failed: BTreeSet<LineName>,
    /// What the store holds at the end, as somebody reads it who knows nothing.
    pub(crate) stored: BTreeMap<(Conversation, Count), Vec<Row>>,
    pub(crate) screens: Vec<Screen>,
    pub(crate) delivered: Vec<Delivered>,
    /// The conversations whose messages the webhook is told of.
    pub(crate) hooked: BTreeSet<Conversation>,
}
