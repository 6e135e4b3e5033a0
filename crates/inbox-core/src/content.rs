//! What people wrote: it lies beside the event that it came with, and edit, delete,
//! retention and erasure may change it. Folding never needs it.

use inbox_types::{Comment, ContactDetails, File, Label, MessageText, PageUrl, Seq};
use serde::{Deserialize, Serialize};

use crate::Event;

/// An event to store, and the text beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    pub event: Event,
    pub content: Option<Content>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
// S17
pub enum Content {
    /// A message: a text, files, or both.
    Message {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<MessageText>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<File>,
    },
    /// The new text of a message; it replaces the text beside that message too.
    Edit { of: Seq, text: MessageText },
    /// The texts beside a message and beside its edits go away, and so do its files.
    Delete { of: Seq },
    Wrapup {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Label>,
        /// A remark for the team.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Comment>,
    },
    /// The remark with a rating.
    Rating { comment: Comment },
    /// Where a session was opened.
    Page { page: PageUrl },
    /// All fields of the contact.
    Contact { details: ContactDetails },
    /// All tags of the contact.
    Tags { tags: Vec<Label> },
}
