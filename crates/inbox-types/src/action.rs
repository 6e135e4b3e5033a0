//! What members of the team do, as permissions name it.

use serde::{Deserialize, Serialize};

/// What a member may be allowed to do. The console shows nothing else, and the relay checks each again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Read the conversation.
    View,
    /// Write to the visitor.
    Reply,
    /// Write a note.
    Note,
    /// Write and read whispers.
    Whisper,
    /// Follow up or reply to dialog.
    Take,
    /// Hand over one's own session.
    Transfer,
    /// Change somebody else's owner, and take over.
    ChangeOwner,
    /// Add an agent.
    Invite,
    /// Join in silence.
    Supervise,
    /// Leave.
    Leave,
    /// End.
    End,
    /// Ask "Do you still have questions?".
    Ask,
    /// Wrap up.
    Wrapup,
    /// Put aside or take up again.
    Snooze,
    /// Reopen.
    Reopen,
    /// Block or unblock.
    Block,
    /// Erase the conversation.
    Erase,
    /// Edit one's own message.
    EditOwn,
    /// Delete one's own message.
    DeleteOwn,
    /// Change fields, tags, topics and language, and the department of what nobody else owns.
    EditContact,
    /// See unmasked data.
    SeeUnmasked,
    /// Change settings, sites, departments and members.
    Administer,
    /// Change canned replies of departments.
    EditCanned,
    /// Set up campaigns.
    EditCampaigns,
    /// Read the audit log, export, erase contacts.
    Audit,
    /// An action of a later version, which nobody has.
    #[serde(other)]
    Later,
}

impl Action {
    /// All that this version knows.
    pub const ALL: [Self; 25] = [
        Self::View,
        Self::Reply,
        Self::Note,
        Self::Whisper,
        Self::Take,
        Self::Transfer,
        Self::ChangeOwner,
        Self::Invite,
        Self::Supervise,
        Self::Leave,
        Self::End,
        Self::Ask,
        Self::Wrapup,
        Self::Snooze,
        Self::Reopen,
        Self::Block,
        Self::Erase,
        Self::EditOwn,
        Self::DeleteOwn,
        Self::EditContact,
        Self::SeeUnmasked,
        Self::Administer,
        Self::EditCanned,
        Self::EditCampaigns,
        Self::Audit,
    ];
}
