//! The API: keys that admins make, and what whoever has one is told.

use inbox_types::{
    ApiKeyId, ConversationId, DepartmentId, Label, Language, MemberCard, MemberId, Name, SessionNo,
    SessionState, SiteId, Timestamp,
};
use serde::{Deserialize, Serialize};

/// What a key of the API is good for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiScope {
    /// Lists conversations, and reads them.
    Read,
    /// Answers visitors and leaves notes.
    Write,
    /// Ends and reopens sessions, assigns them, and changes the contact.
    Manage,
}

impl ApiScope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Manage];
}

/// A key, as admins see it: without what lets somebody in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ApiKey {
    /// Which one.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: Name,
    /// What it is good for.
    pub scopes: Vec<ApiScope>,
    /// When it was made.
    pub made: Timestamp,
    /// Who made it.
    pub by: MemberId,
    /// Who answers for it: who made it, or took it over.
    pub owner: MemberId,
    /// It is refused, because its owner may not administer any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// When it was used last, to the minute; none if never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Timestamp>,
}

/// `POST /v1/api-keys`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyForm {
    /// What it is for.
    pub name: Name,
    /// What it is to be good for; something.
    pub scopes: Vec<ApiScope>,
}

/// The answer to that, and the only one that has the secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewApiKey {
    /// Which key it is.
    pub id: ApiKeyId,
    /// What lets whoever has it in.
    pub secret: String,
}

/// `GET /v1/api/conversations`: those with the newest message first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ApiConversations {
    /// At most [`LIST_ROWS`](inbox_types::limits::LIST_ROWS).
    pub conversations: Vec<ApiConversation>,
    /// What to ask for the next page with, as `?before=`; none if this is the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What the conversations must be that are asked for: all that is said here.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ApiFilter {
    /// Their current or last session is in one of these states; empty is every state.
    pub states: Vec<SessionState>,
    /// Of this site.
    pub site: Option<SiteId>,
    /// Of this department.
    pub department: Option<DepartmentId>,
    /// Of a contact with this tag.
    pub tag: Option<Label>,
    /// The last message is not older than this.
    pub since: Option<Timestamp>,
}

/// How a conversation stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ApiConversation {
    /// Which one.
    pub conversation_id: ConversationId,
    /// On which site.
    pub site_id: SiteId,
    /// The number of its current or last session.
    pub session: SessionNo,
    /// How that stands.
    pub state: SessionState,
    /// What the contact is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// In which language they write.
    pub lang: Language,
    /// Where it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<MemberCard>,
    /// The contact's tags.
    pub tags: Vec<Label>,
    /// When the last message was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message_at: Option<Timestamp>,
    /// Since when the visitor waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
}
