//! What a console asks a list for: whose conversations, in which states, what else they must be, and in
//! which order they come.

use inbox_types::{
    CampaignId, DepartmentId, Label, Language, MemberId, SessionState, SiteId, Text, Timestamp,
    TopicId, ViewId, limits,
};
use serde::{Deserialize, Serialize};

/// Which conversations are listed (D-filters).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ListQuery {
    /// Whose.
    pub tab: ListTab,
    /// In which states; empty is every state.
    pub states: Vec<SessionState>,
    /// Of which department; none is all that the agent may see.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// Opened by this campaign; none is whatever opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignId>,
    /// What else they must be.
    #[serde(default, skip_serializing_if = "ListFilter::is_empty")]
    pub filter: ListFilter,
    /// In which order.
    #[serde(default)]
    pub sort: ListSort,
}

/// What a conversation must be to stand in a list: all that is said here. An empty filter says nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListFilter {
    /// Of this site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// Owned by this member, or owned last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// Of a contact with this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<Label>,
    /// About this topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<TopicId>,
    /// In this language; `pt` is also in `pt-BR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Rated with so many stars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<u8>,
    /// The last message is not older than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The last message is older than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
    /// There are messages that the reader has not seen.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// The visitor waits for a reply.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub waiting: bool,
}

impl ListFilter {
    /// Whether it lets everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How many things it asks for.
    #[must_use]
    pub fn n_asked(&self) -> usize {
        let Self { site, owner, tag, topic, language, stars, from, before, unread, waiting } = self;
        [
            site.is_some(),
            owner.is_some(),
            tag.is_some(),
            topic.is_some(),
            language.is_some(),
            stars.is_some(),
            from.is_some(),
            before.is_some(),
            *unread,
            *waiting,
        ]
        .into_iter()
        .filter(|it| *it)
        .count()
    }
}

/// Whose conversations a list has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListTab {
    /// Those that I own or take part in.
    #[default]
    Mine,
    /// Those that somebody else owns, and in which I take no part.
    Team,
    /// Those without an owner.
    Unassigned,
    /// All that I may see.
    All,
}

/// The order of the list (D-order-of-the-list).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListSort {
    /// Long waiters, then unread, then the rest, newest first.
    #[default]
    Grouped,
    /// Who waits for a reply, the longest first, and then the rest, newest first.
    Waiting,
    /// Last follow-up, newest first.
    Newest,
    /// Last follow-up, oldest first.
    Oldest,
}

/// A list that somebody saved, as consoles show it in their menu.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SavedView {
    /// Which one.
    pub id: ViewId,
    /// What it is called.
    pub name: Label,
    /// The list, as a part of a console's address.
    pub address: ViewAddress,
    /// Who saved it.
    pub by: MemberId,
    /// Everybody has it, and not only who saved it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
}

/// A list as a part of a console's address. Only consoles read it: what one does not understand, it
/// leaves out.
pub type ViewAddress = Text<{ limits::VIEW_CHARS }>;

/// `POST /v1/views`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewForm {
    /// What it is called.
    pub name: Label,
    /// The list.
    pub address: ViewAddress,
    /// Everybody gets it.
    #[serde(default)]
    pub shared: bool,
}
