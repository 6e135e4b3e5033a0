//! What is stored of a conversation, and how a room reads it back.
//!
//! The shell implements [`Log`] over its database and writes [`Batch`]es; the tests do the
//! same with vectors. Reading is synchronous and sees everything stored so far.

use inbox_core::{Content, Event, EventKind};
use inbox_types::{Author, ClientId, File, FileId, MemberId, Place, Seq, Timestamp, Visit};
use serde::{Deserialize, Serialize};

/// A read-only view of one conversation's log.
pub trait Log {
    /// Where the author's message with this name went, if it ever came.
    fn find_by_key(&self, author: &Author, client_id: &ClientId) -> Option<Placed>;
    /// The first `limit` events of this count after a place, oldest first.
    fn after(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored>;
    /// The last `limit` events of this count before a place, oldest first.
    fn before(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored>;
    /// The event at a place of this count, with what was written as it is now.
    fn at(&self, count: Numbering, place: Place) -> Option<Stored>;
    /// Where the message was edited ([`Stored::of`]), oldest first.
    fn edits(&self, of: Seq) -> Vec<Seq>;
    /// What stands up to an event, that event included.
    fn up_to(&self, seq: Seq) -> UpTo;
    /// An uploaded file, sent or not.
    fn file(&self, file: &FileId) -> Option<StoredFile>;
    /// The visited pages that are kept, oldest first.
    fn visits(&self) -> Vec<Visit>;
}

/// In whose count a place is meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Numbering {
    /// The visitor's gapless count; only events that visitors may see have a place in it.
    Visitor,
    /// The team's count: the event's [`Seq`].
    Team,
}

/// What stands in the log up to some event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct UpTo {
    /// The last place in the visitor's count; 0 if there is none.
    pub shown: Place,
    /// How many messages the visitor wrote.
    pub n_visitor_messages: u64,
}

/// Where a message went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Placed {
    /// Its place in the log.
    pub seq: Seq,
    /// Its place in the visitor's count.
    pub shown: Option<Place>,
    /// When it was stored.
    pub at: Timestamp,
}

/// A stored event. `seq` and `shown` are columns, `body` is the JSON of the event's row, `written`
/// the JSON of its row among the contents, if it has one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stored {
    /// Its place in the log.
    pub seq: Seq,
    /// Its place in the visitor's count (`n`), fixed when it was stored; none if the visitor may
    /// not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Place>,
    /// What never changes.
    pub body: EventBody,
    /// What people wrote, as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
}

/// What never changes of a stored event. No text of people is in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EventBody {
    /// What happened.
    pub event: Event,
    /// The member in whose name it happened, if in one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
    /// Of a whisper, its edits and its deletion: who took part when it was written. Fixed then,
    /// so that whoever joins late is shown what those who stayed were shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<MemberId>,
}

/// A row of the contents: what people wrote beside an event. Edits change it, deletion and
/// erasure remove the text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Written {
    /// The text and files; none once they were deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// When a message's text was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// When a message was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl Stored {
    /// The message's name and author, for the unique index; none if it is no message.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<(Author, &ClientId)> {
        let EventKind::Posted { client_id, by, .. } = &self.body.event.kind else { return None };
        Some((by.author(), client_id))
    }

    /// The message that this edits or withdraws.
    #[must_use]
    pub fn of(&self) -> Option<Seq> {
        let (EventKind::Edited { of, .. } | EventKind::Deleted { of, .. }) = &self.body.event.kind
        else {
            return None;
        };
        Some(*of)
    }

    /// The files of a message; they stop being pending when it is stored.
    #[must_use]
    pub fn files(&self) -> &[File] {
        match self.written.as_ref().and_then(|it| it.content.as_ref()) {
            Some(Content::Message { files, .. }) => files,
            _ => &[],
        }
    }
}

/// An uploaded file. It is pending until a message names it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoredFile {
    /// What it is.
    pub file: File,
    /// Who uploaded it; nobody else can send it.
    pub by: Author,
    /// The message it was sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Seq>,
}
