//! Which conversation it is.

use inbox_types::{ContactId, ConversationId, SiteId};
use serde::{Deserialize, Serialize};

/// Which conversation a room is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// Its name.
    pub conversation: ConversationId,
    /// The site.
    pub site: SiteId,
    /// The contact.
    pub contact: ContactId,
}
