//! What can be asked of the desk.

use inbox_protocol::http::ApiFilter;
use inbox_room::RoomReport;
use inbox_types::{ConversationId, MemberId};
use serde::{Deserialize, Serialize};

/// A signed-in member who wants a socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Caller {
    pub(crate) member: MemberId,
    /// The version of their rights when the workspace let them dial.
    #[serde(default)]
    pub(crate) rights: u64,
}

/// A question to the desk. Only the edge and other objects can ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum DeskRequest {
    /// A conversation tells something.
    Report { conversation: ConversationId, report: RoomReport },
    /// Whoever has a key of the API wants a page of the conversations that a filter lets through, after
    /// a place.
    Page { before: Option<String>, filter: ApiFilter },
    /// They want to know how one stands.
    Conversation { conversation: ConversationId },
    /// Settings or people changed, or sign-ins ended.
    FactsChanged {
        /// It was said before, and whoever says it does not know whether the desk heard.
        #[serde(default)]
        again: bool,
    },
    /// Something changed that only the desk shows, and no conversation needs to know.
    DeskAloneChanged {
        /// As above.
        #[serde(default)]
        again: bool,
    },
    /// Ask every conversation how it stands, unless that is being done. The answer is a
    /// [`RebuildProgress`](inbox_protocol::http::RebuildProgress).
    Rebuild,
    /// The same, of the last rebuild, which begins nothing.
    RebuildProgress,
}
