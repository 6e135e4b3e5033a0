//! Which conversation a dialog is about.

use inbox_types::ConversationId;

use super::Dialog;

impl Dialog {
    /// The conversation whose relay must hear the answer.
    #[must_use]
    pub fn conversation(&self) -> Option<&ConversationId> {
        match self {
            Self::Transfer(id)
            | Self::Invite(id)
            | Self::End(id)
            | Self::Wrapup(id, _)
            | Self::Snooze(id)
            | Self::Block(id)
            | Self::Revoke(id)
            | Self::Erase(id)
            | Self::Leave(id) => Some(id),
            // A deletion waits for the connection, and of what is here a file is made without one.
            Self::DeleteMessage(..)
            | Self::Download(_)
            | Self::SiteDeleted { .. }
            | Self::Confirm { .. }
            | Self::Archive { .. }
            | Self::Unsaved(_)
            | Self::Role { .. }
            | Self::Bulk(_)
            | Self::SaveView
            | Self::Palette
            | Self::Shortcuts => None,
        }
    }
}
