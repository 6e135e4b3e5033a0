//! One draft as storage keeps it: what is written in a conversation and not sent.

use std::collections::BTreeMap;

use inbox_types::{ContactField, File, Place, Timestamp, Visibility};
use serde::{Deserialize, Serialize};

use super::{FieldEdit, PendingAction};

/// Which tab wrote a draft, and which of its drafts it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// The tab.
    pub tab: u32,
    /// Its number in that tab.
    pub no: u32,
}

/// What is written in one conversation and not sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptDraft {
    /// Who wrote it down.
    pub stamp: Stamp,
    /// When it was written down.
    pub at: Timestamp,
    /// The conversation's epoch then: what was erased takes its drafts along.
    pub epoch: u32,
    /// Who will be able to read the message.
    pub visibility: Visibility,
    /// The message.
    pub text: String,
    /// What is uploaded for it.
    pub files: Vec<File>,
    /// The names of what was not yet uploaded.
    pub unfinished: Vec<String>,
    /// New texts of sent messages.
    pub edits: Vec<(Place, String)>,
    /// Which of them is in the composer, and who reads that message.
    pub editing: Option<(Place, Visibility)>,
    /// Fields of the contact.
    pub contact: BTreeMap<ContactField, FieldEdit>,
    /// Whether its writer has yet to say if it is a note or the answer.
    pub asks_kind: bool,
    /// A tag.
    pub tag: String,
    /// What was pressed and is not known to be done.
    pub deeds: Vec<PendingAction>,
}

impl KeptDraft {
    /// Whether anything would be lost with it.
    #[must_use]
    pub fn says_something(&self) -> bool {
        !self.text.trim().is_empty()
            || !self.files.is_empty()
            || !self.unfinished.is_empty()
            || !self.edits.is_empty()
            || !self.contact.is_empty()
            || !self.tag.trim().is_empty()
            || !self.deeds.is_empty()
    }

    /// Whether the other one says the same, whoever wrote it down and when.
    #[must_use]
    pub fn says_as(&self, other: &Self) -> bool {
        let bare =
            |it: &Self| Self { stamp: Stamp::default(), at: Timestamp::default(), ..it.clone() };
        bare(self) == bare(other)
    }

    /// Whether a draft may replace what storage has now: only if that is what the tab that wrote
    /// it knew (`after`), or says the same.
    #[must_use]
    pub fn may_replace(&self, stored: Option<&Self>, after: Option<Stamp>) -> bool {
        stored.is_none_or(|it| Some(it.stamp) == after || it.says_as(self))
    }

    pub(super) fn n_bytes(&self) -> usize {
        serde_json::to_string(self).map_or(usize::MAX, |it| it.len())
    }
}
