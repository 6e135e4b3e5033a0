//! What the inbox core that a company already has says to a conversation: signed messages over HTTP.
//!
//! They are named otherwise than what is sent out, so that nothing that was sent can be sent back.

use std::collections::BTreeMap;

use inbox_types::{
    ClientId, ContactField, ConversationId, Email, FileId, Label, MemberId, MessageText, Name, Seq,
};
use serde::{Deserialize, Serialize};

use crate::http::ApiScope;

/// `POST /v1/sites/{site}/bridge`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum FromBridge {
    /// Somebody answers the visitor.
    #[serde(rename = "agent.message")]
    Message(BridgeMessage),
    /// Somebody leaves a note that only the team reads.
    #[serde(rename = "agent.note")]
    Note(BridgeMessage),
    /// What was said says something else from now on.
    #[serde(rename = "agent.edit")]
    Edit(BridgeEdit),
    /// What was said is withdrawn.
    #[serde(rename = "agent.delete")]
    Delete(BridgeDeletion),
    /// Somebody is typing, or stopped.
    #[serde(rename = "agent.typing")]
    Typing(BridgeTyping),
    /// Somebody has read up to an event.
    #[serde(rename = "agent.seen")]
    Seen(BridgeSeen),
    /// The session is to end, or to go on.
    #[serde(rename = "session.status")]
    Status(BridgeStatus),
    /// The session is somebody else's from now on, or nobody's.
    #[serde(rename = "session.assignee")]
    Assignee(BridgeAssignee),
    /// The contact gets tags, or loses them.
    #[serde(rename = "contact.tags")]
    Tags(BridgeTags),
    /// Fields of the contact are something else.
    #[serde(rename = "contact.fields")]
    Fields(BridgeFields),
}

/// Who answers there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeAgent {
    /// The name that visitors and colleagues see.
    pub name: Name,
}

/// A message or a note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeMessage {
    /// To which conversation.
    pub conversation_id: ConversationId,
    /// The caller's name for it, under which it is stored once; `webhook-id` if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClientId>,
    /// Who writes; none is the team. A note has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<BridgeAgent>,
    /// What; a message of files alone has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<MessageText>,
    /// What was uploaded for it before, by the ids that the uploads were answered with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
}

/// One of its own messages or notes gets another text. It is named by one of `id` and `seq`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeEdit {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// The name under which it was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClientId>,
    /// Its place, as the answer to it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// What it says from now on.
    pub text: MessageText,
}

/// One of its own messages or notes is withdrawn. It is named by one of `id` and `seq`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeDeletion {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// The name under which it was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClientId>,
    /// Its place, as the answer to it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
}

/// Somebody is typing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeTyping {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Who.
    pub agent: BridgeAgent,
    /// Whether they are typing.
    pub on: bool,
}

/// Somebody has read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeSeen {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// The last event that was read, by its `seq`.
    pub seq: Seq,
}

/// What becomes of the session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeStatus {
    /// Of which conversation.
    pub conversation_id: ConversationId,
    /// What it is to be.
    pub status: BridgeSession,
}

/// What a session is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BridgeSession {
    /// Over.
    Closed,
    /// Open again.
    Open,
}

/// Whose the session is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeAssignee {
    /// Of which conversation.
    pub conversation_id: ConversationId,
    /// A member of the desk; null is nobody, and has to be said.
    #[serde(deserialize_with = "Option::deserialize")]
    pub assignee: Option<BridgeMember>,
}

/// A member of the desk, named by one of these.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeMember {
    /// Their id, as `assignee.changed` tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MemberId>,
    /// The address that they sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
}

/// Tags come and go.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeTags {
    /// Of which conversation's contact.
    pub conversation_id: ConversationId,
    /// Who says so.
    pub agent: BridgeAgent,
    /// Those that are new.
    #[serde(default)]
    pub add: Vec<Label>,
    /// Those that go.
    #[serde(default)]
    pub remove: Vec<Label>,
}

/// Fields change; those that are not named stay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeFields {
    /// Of which conversation's contact.
    pub conversation_id: ConversationId,
    /// Who says so.
    pub agent: BridgeAgent,
    /// What they are from now on; null empties one.
    pub fields: BTreeMap<ContactField, Option<String>>,
}

/// The answer to what was done, the first time and every time that it is said again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct BridgeDone {
    /// Of a message or a note, its place in the conversation's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
}

impl FromBridge {
    /// What a key of the API must be good for to say this.
    #[must_use]
    pub fn scope(&self) -> ApiScope {
        match self {
            Self::Message(_)
            | Self::Note(_)
            | Self::Edit(_)
            | Self::Delete(_)
            | Self::Typing(_)
            | Self::Seen(_) => ApiScope::Write,
            Self::Status(_) | Self::Assignee(_) | Self::Tags(_) | Self::Fields(_) => {
                ApiScope::Manage
            }
        }
    }

    /// The caller's own name for a message or note that it says, if it gave one.
    #[must_use]
    pub fn message_name(&self) -> Option<&ClientId> {
        match self {
            Self::Message(it) | Self::Note(it) => it.id.as_ref(),
            Self::Edit(_)
            | Self::Delete(_)
            | Self::Typing(_)
            | Self::Seen(_)
            | Self::Status(_)
            | Self::Assignee(_)
            | Self::Tags(_)
            | Self::Fields(_) => None,
        }
    }

    /// Which conversation is meant.
    #[must_use]
    pub fn conversation(&self) -> &ConversationId {
        match self {
            Self::Message(it) | Self::Note(it) => &it.conversation_id,
            Self::Edit(it) => &it.conversation_id,
            Self::Delete(it) => &it.conversation_id,
            Self::Typing(it) => &it.conversation_id,
            Self::Seen(it) => &it.conversation_id,
            Self::Status(it) => &it.conversation_id,
            Self::Assignee(it) => &it.conversation_id,
            Self::Tags(it) => &it.conversation_id,
            Self::Fields(it) => &it.conversation_id,
        }
    }
}
