//! What is compared after each turn, to tell readers what has changed beside the transcript.

use inbox_core::{EarlierSession, Session};
use inbox_protocol::VisitorSession;
use inbox_types::{
    Comment, ContactDetails, Label, Language, LanguageSource, PageUrl, Seq, Timestamp,
};

use crate::Version;

/// What changes a frame beside the transcript when it changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct VisibleState {
    pub(super) session: Option<VisitorSession>,
    pub(super) team: Team,
    pub(super) version: Version,
}

/// What changes the team's view: all that [`Room::conversation_view`](super::Room::conversation_view) reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Team {
    pub(super) session: Option<Session>,
    pub(super) waiting_since: Option<Timestamp>,
    pub(super) language: Option<(Language, LanguageSource)>,
    pub(super) blocked: bool,
    pub(super) purge_at: Option<Timestamp>,
    pub(super) signed_out: bool,
    pub(super) earlier: Vec<EarlierSession>,
    pub(super) texts: [Option<Seq>; 4],
}

/// The texts that views and lists show, read again from the log when they changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct CachedTexts {
    pub(super) at: [Option<Seq>; 4],
    pub(super) details: ContactDetails,
    pub(super) tags: Vec<Label>,
    pub(super) page: Option<PageUrl>,
    pub(super) comment: Option<Comment>,
}
