//! The same done to several conversations at once.

use inbox_types::{Action, ConversationId, Label, MemberId, Name};
use serde::{Deserialize, Serialize};

use super::{is_yes, yes};
use crate::Refusal;

/// What can be done to several conversations.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BulkOperation {
    /// Follow up.
    Take,
    /// Hand over, at once; at most [`BULK_TRANSFER`](inbox_types::limits::BULK_TRANSFER).
    Transfer {
        /// To whom.
        agent: MemberId,
    },
    /// End.
    End {
        /// Why.
        reason: Option<Label>,
    },
    /// Reopen.
    Reopen,
    /// Put tags on the contacts, and take others off.
    Tag {
        /// Which ones they get.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        add: Vec<Label>,
        /// Which ones they lose.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<Label>,
    },
    /// Erase.
    Erase,
    /// Block the contacts (D-block-and-erase).
    Block {
        /// No campaign reaches them either.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        unsubscribe: bool,
        /// Their conversations are erased after the grace.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        purge: bool,
    },
    /// Unblock the contacts; what was to be erased is kept.
    Unblock,
}

impl BulkOperation {
    /// What one must be allowed in a conversation for it to be there at all: what may not be viewed does
    /// not exist, and what is to be erased is there for whoever can keep it.
    #[must_use]
    pub fn finds_by(&self) -> Action {
        match self {
            Self::Unblock => Action::Block,
            Self::Take
            | Self::Transfer { .. }
            | Self::End { .. }
            | Self::Reopen
            | Self::Tag { .. }
            | Self::Erase
            | Self::Block { .. } => Action::View,
        }
    }
}

/// A bulk operation, as the member sees it who asked for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BulkView {
    /// Which operation.
    pub id: String,
    /// What is done.
    pub operation: BulkOperation,
    /// How many conversations it is about.
    pub total: u32,
    /// How many have answered.
    pub answered: u32,
    /// What came of it, once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<BulkOutcome>,
}

/// What came of a bulk operation.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct BulkOutcome {
    /// Which ones succeeded.
    pub succeeded: Vec<ConversationId>,
    /// Which ones did not, and why.
    pub failed: Vec<BulkFailure>,
}

/// A conversation for which a bulk operation failed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BulkFailure {
    /// Which one.
    pub conversation: ConversationId,
    /// What to call the contact, masked; none of one that the reader may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Why.
    pub reason: Refusal,
}
