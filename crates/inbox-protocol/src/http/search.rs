//! Finding conversations.

use inbox_types::{ConversationId, MemberCard, Place, SessionState, Timestamp};
use serde::{Deserialize, Serialize};

/// `POST /v1/search`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchForm {
    /// Words, quoted phrases and operators. No text is wrong.
    pub text: String,
    /// [`SearchPage::next`] of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// By how much the reader's days begin before those of UTC.
    #[serde(default)]
    pub minutes_east: i32,
}

/// The answer to a search, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SearchPage {
    /// At most [`SEARCH_ROWS`](inbox_types::limits::SEARCH_ROWS).
    pub hits: Vec<SearchHit>,
    /// Where the next page begins; none if there is none. A page need not be full to have a next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Nothing was asked for that could be looked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
    /// More was asked for than is looked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Operators whose value means nothing, as they were typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<String>,
}

/// A find, masked for its reader.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SearchHit {
    /// In which conversation.
    pub conversation: ConversationId,
    /// The message; none if it is what is known of the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// When.
    pub at: Timestamp,
    /// The contact, by name, e-mail address or telephone; none if nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Who of the team wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberCard>,
    /// The visitor wrote it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_visitor: bool,
    /// Only the team reads it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub note: bool,
    /// How the conversation stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<SessionState>,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberCard>,
    /// What was found, and what stands around it.
    pub snippet: Vec<SnippetPart>,
}

/// A part of what was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SnippetPart {
    /// The text.
    pub text: String,
    /// It was looked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub found: bool,
}
