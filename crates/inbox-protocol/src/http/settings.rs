//! What admins set up besides sites and people, and what they are shown.

use inbox_types::{
    CannedReplyId, DepartmentId, Label, MemberCard, MessageText, Name, Text, Timestamp, TopicId,
    WorkspaceSettings,
};
use serde::{Deserialize, Serialize};

use super::{
    accounts::{Invitation, Member},
    api::ApiKey,
    sites::{Department, Site},
};

/// `GET /v1/audit`: what was done, newest first. `?before=` the number of the last row that is known
/// gives the page after it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AuditPage {
    /// At most [`AUDIT_ROWS`](inbox_types::limits::AUDIT_ROWS); fewer are the last.
    pub rows: Vec<AuditRow>,
}

/// One thing that was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its number; a later one is higher.
    pub no: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it; none if a time had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberCard>,
    /// What, by a word that never changes.
    pub deed: String,
    /// To what: an id, or a word; empty if there is nothing to say.
    pub what: String,
    /// What that is called now, if it is still known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By whose links whoever did it was signed in: it may have been one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub behind: Vec<MemberCard>,
}

/// A saved reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CannedReply {
    /// Which one.
    pub id: CannedReplyId,
    /// What to type after `/`.
    pub shortcut: Label,
    /// The text; `{{name}}` stands for the contact's name.
    pub text: MessageText,
    /// Whose; none is everybody's.
    pub department: Option<DepartmentId>,
}

/// `POST /v1/canned-replies`, `PUT /v1/canned-replies/{id}`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CannedReplyForm {
    /// What to type after `/`.
    pub shortcut: Label,
    /// The text.
    pub text: MessageText,
    /// Whose; none is everybody's.
    #[serde(default)]
    pub department: Option<DepartmentId>,
}

/// What a session can be about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Topic {
    /// Which one.
    pub id: TopicId,
    /// What it is called.
    pub name: Label,
}

/// `POST /v1/topics`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicForm {
    /// What it is called.
    pub name: Label,
}

/// `GET /v1/settings`: all that the admin page shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Administration {
    /// What the workspace is called.
    pub workspace_name: Name,
    /// How the team works.
    pub settings: WorkspaceSettings,
    /// The sites.
    pub sites: Vec<Site>,
    /// The queues.
    pub departments: Vec<Department>,
    /// The people.
    pub members: Vec<Member>,
    /// Invitations that wait: name, e-mail, role, until when.
    pub invitations: Vec<Invitation>,
    /// Saved replies.
    pub canned: Vec<CannedReply>,
    /// Topics.
    pub topics: Vec<Topic>,
    /// Keys of the API, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub api_keys: Vec<ApiKey>,
    /// How often apps stopped in browsers, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<Stops>,
}

/// `POST /v1/desk/rebuild`, `GET /v1/desk/rebuild`: how far the desk's last rebuild is; all zero if there
/// was none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RebuildProgress {
    /// How many conversations were asked how they stand.
    pub asked: u64,
    /// How many there are.
    pub of: u64,
    /// Whether it goes on.
    pub running: bool,
}

/// How often an app of one build stopped in somebody's browser because of a mistake of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stops {
    /// Which app.
    pub app: App,
    /// Which build, by its hash; none if it is not the one that was served then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Text<10>>,
    /// How often.
    pub n: u64,
    /// When last.
    pub last: Timestamp,
}

/// What runs in browsers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum App {
    /// The visitor's chat.
    Widget,
    /// The desk.
    Console,
}
