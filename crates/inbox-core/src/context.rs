//! What the rules must know that a conversation does not say.

use inbox_types::{BotId, Language, Presence, SiteSettings, TopicId, WorkspaceSettings};

use crate::Department;

/// What the rules must know that the conversation does not say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Context {
    pub site: SiteSettings,
    pub workspace: WorkspaceSettings,
    /// Whether there still is such a site.
    pub served: Served,
    /// The inbox core that the customer already has has been away for too long: what it was answering
    /// is the desk's again.
    pub inbox_away: bool,
    /// The bot that serves new sessions, if one does.
    pub bot: Option<BotId>,
    /// The queue of new sessions.
    pub department: Option<Department>,
    /// The browser's languages, on requests of a visitor.
    pub browser: Vec<Language>,
    /// How the session's owner is, as the desk last said.
    pub owner_presence: OwnerPresence,
    /// Open sessions of the agent who asks, as the desk last said.
    pub load: u32,
    /// Topics of the session that are no more.
    pub lost_topics: Vec<TopicId>,
}

/// Whether a site is served.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Served {
    #[default]
    Yes,
    /// It was deleted; it accepts nothing.
    Deleted,
    /// The inbox core that the customer already has answers, and nobody of the desk.
    Elsewhere,
}

/// How the owner of a session is, as far as anybody knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum OwnerPresence {
    /// The desk has not said; the owner is taken to be there.
    #[default]
    Unknown,
    /// The desk has said.
    Known(Presence),
}

impl OwnerPresence {
    /// Whether a woken session can go back to its owner.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Unknown | Self::Known(Presence::Available) => true,
            Self::Known(Presence::Away(_) | Presence::Rona | Presence::Offline) => false,
        }
    }

    /// Whether the owner is not there at all.
    #[must_use]
    pub fn is_gone(self) -> bool {
        match self {
            Self::Known(Presence::Offline) => true,
            Self::Unknown
            | Self::Known(Presence::Available | Presence::Away(_) | Presence::Rona) => false,
        }
    }
}
