//! What can be seen from outside: the words in which a history is recorded.

use std::sync::Arc;

use inbox_types::{Author, ClientId, ConversationId, Place};

/// A line of somebody, in one conversation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LineName {
    /// Its name. It stands first, because it is what tells most lines apart.
    pub client_id: ClientId,
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub author: Author,
}

/// In whose count a place is meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Numbering {
    /// What visitors see.
    Visitor,
    /// Everything.
    Team,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Observation {
    /// Somebody wrote a line in a tab, or wants a failed one to be sent after all.
    Wrote {
        /// Which line.
        line: LineName,
        /// In which tab.
        tab: u32,
        /// What; none for files only.
        text: Option<String>,
    },
    /// Somebody asked for a message to say something else.
    Rewrote {
        /// Where.
        conversation: ConversationId,
        /// What it is to say.
        text: String,
    },
    /// A line failed in sight of its author; from now on its order is free.
    Failed {
        /// Which line.
        line: LineName,
    },
    /// The author gave a failed line up, or left a page that had said it would forget the line. From
    /// now on its order is free: an old copy may still be under way.
    Discarded {
        /// Which line.
        line: LineName,
    },
    /// Something was written to the log.
    Stored {
        /// Where.
        conversation: ConversationId,
        /// Its place in the team's count.
        seq: Place,
        /// Its place in the visitor's count.
        shown: Option<Place>,
        /// If it is a message: whose.
        message: Option<(Author, ClientId)>,
        /// Whether a webhook's receiver is to be told.
        owed: bool,
        /// Whether it is a note, and the site lets its receiver have the team's notes.
        sends_note: bool,
    },
    /// The log was erased.
    Erased {
        /// Where.
        conversation: ConversationId,
        /// The epoch that begins.
        epoch: u32,
    },
    /// A browser heard an acknowledgement.
    Acknowledged {
        /// Of which line.
        line: LineName,
        /// In which epoch.
        epoch: u32,
        /// In whose count.
        count: Numbering,
        /// The place.
        place: Place,
    },
    /// A browser heard an entry.
    Read {
        /// Who reads, for the story.
        reader: Arc<str>,
        /// Where.
        conversation: ConversationId,
        /// In which epoch.
        epoch: u32,
        /// In whose count.
        count: Numbering,
        /// The place.
        place: Place,
        /// If it shows a message: whose, and the text.
        message: Option<(Author, ClientId, Option<String>)>,
    },
    /// A receiver got an event of the log: a webhook's, whatever it answered.
    Delivered {
        /// Of which conversation.
        conversation: ConversationId,
        /// In which epoch.
        epoch: u32,
        /// Which event, by its place in the team's count.
        seq: Place,
        /// The name under which it was delivered.
        id: String,
    },
    /// The desk took over how a conversation stands.
    Summarized {
        /// Which conversation.
        conversation: ConversationId,
        /// Its version: epoch, events, and what was seen.
        version: (u32, u64, u64),
    },
    /// The desk lost everything that it had: versions begin again.
    DeskLost,
    /// A browser was greeted.
    Resumed {
        /// Who, for the story.
        reader: Arc<str>,
        /// Where.
        conversation: ConversationId,
        /// The epoch that it was told.
        epoch: u32,
        /// The epoch of what it showed until then, if it showed anything.
        showed: Option<u32>,
        /// Whether it told its reader that the history was erased.
        signalled: bool,
    },
    /// The relay greeted a browser.
    Greeted {
        /// Where.
        conversation: ConversationId,
        /// The epoch that it told.
        epoch: u32,
    },
}
