//! What can be asked of the object that finds conversations.

use inbox_protocol::http::SearchForm;
use inbox_room::Grant;
use inbox_search::Feed;
use inbox_types::ConversationId;
use serde::{Deserialize, Serialize};

/// A question to the object. Only the edge and conversations can ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum SearchRequest {
    /// A conversation tells what can be found of it.
    Take {
        /// What.
        feed: Box<Feed>,
    },
    /// A conversation was erased.
    Erase {
        /// Which one.
        conversation: ConversationId,
        /// Its next epoch.
        epoch: u32,
    },
    /// A signed-in member searches.
    Find {
        /// Who.
        grant: Grant,
        /// For what.
        form: SearchForm,
    },
}
