//! What a conversation has come to: the state, and nothing that decides.
//!
//! It holds no text, no message and no id of a message, so its size depends on
//! the current session and not on the history. Equal logs make equal conversations,
//! and a stored conversation is the checkpoint of its log.

mod fold;
mod language;
mod session;

use std::collections::BTreeSet;

use inbox_types::{
    ContactField, LegState, MemberCard, MemberId, Seq, SessionNo, SessionState, Timestamp, limits,
};
use serde::{Deserialize, Serialize};

pub use language::LanguageState;
pub use session::{
    EarlierSession, Leg, LegPart, Offer, Phase, Question, Rating, Session, Side, Waiting,
};

use crate::Event;

/// One contact on one site, for ever.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact by itself")]
// S18
pub struct Conversation {
    /// How many events were folded, which is the place of the last.
    pub(crate) head: Seq,
    pub(crate) last_at: Timestamp,
    pub(crate) language: LanguageState,
    /// The fields that an agent typed; a visitor's page does not overwrite them.
    pub(crate) typed_by_agent: BTreeSet<ContactField>,
    pub(crate) blocked: bool,
    pub(crate) unsubscribed: bool,
    pub(crate) purge_at: Option<Timestamp>,
    pub(crate) erased: bool,
    /// The visitor was signed out everywhere, and has not written since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) signed_out: bool,
    /// What the visitor wrote of late.
    #[serde(default)]
    pub(crate) written: Written,
    pub(crate) session: Option<Session>,
    /// The newest ones, and those whose wrap-up is due.
    pub(crate) earlier: Vec<EarlierSession>,
}

/// How much the visitor wrote since a span began: messages, details, choices of a language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Written {
    since: Timestamp,
    n: u32,
}

impl Written {
    /// The count at a time: a span that is over begins anew.
    fn at(self, now: Timestamp) -> Self {
        let is_over = limits::VISITOR_MESSAGES_SPAN <= now.since(self.since);
        if is_over { Self { since: now, n: 0 } } else { self }
    }

    fn and_one(self) -> Self {
        Self { n: self.n.saturating_add(1), ..self }
    }
}

impl Conversation {
    /// The conversation that a stored log describes.
    // V4
    pub fn replay<'log>(log: impl IntoIterator<Item = &'log Event>) -> Self {
        let mut conversation = Self::default();
        for event in log {
            conversation.fold(event);
        }
        conversation
    }

    /// The place of the last event.
    #[must_use]
    pub fn head(&self) -> Seq {
        self.head
    }

    /// When the last event was stored.
    #[must_use]
    pub fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// What is known of its language.
    #[must_use]
    pub fn language(&self) -> &LanguageState {
        &self.language
    }

    /// Whether the contact is blocked.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// When the conversation will be erased, if it will.
    #[must_use]
    pub fn purge_at(&self) -> Option<Timestamp> {
        self.purge_at
    }

    /// Whether the last event asks for the erasure of everything.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.erased
    }

    /// Whether the visitor was signed out everywhere, and has not written since.
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        self.signed_out
    }

    /// The current session, or the last one.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The session, if it is not over.
    #[must_use]
    pub fn open_session(&self) -> Option<&Session> {
        self.session.as_ref().filter(|session| session.is_open())
    }

    /// Whether the visitor wrote as much as anybody may in a day.
    // X17
    pub(crate) fn has_written_enough(&self, now: Timestamp) -> bool {
        limits::VISITOR_MESSAGES <= self.written.at(now).n
    }

    /// Whether the visitor began as many sessions as anybody may in an hour.
    // X18
    pub(crate) fn has_begun_enough(&self, now: Timestamp) -> bool {
        let before = self.earlier.iter().map(|it| it.opened_at);
        let all = before.chain(self.session.iter().map(|it| it.opened_at));
        let late = all.filter(|it| now.since(*it) < limits::VISITOR_SESSIONS_SPAN);
        limits::VISITOR_SESSIONS <= late.count()
    }

    /// The sessions before it, oldest first.
    #[must_use]
    pub fn earlier(&self) -> &[EarlierSession] {
        &self.earlier
    }

    /// Which wrap-ups are due and whose, the oldest session first.
    pub fn wrapups_due(&self) -> impl Iterator<Item = (SessionNo, &MemberCard)> {
        let before = self.earlier.iter().flat_map(|it| it.wrapups.iter().map(|card| (it.no, card)));
        let now = self.session.iter().flat_map(|it| {
            let due = it.legs.iter().filter(|leg| leg.state == LegState::Wrapup);
            due.map(|leg| (it.no, &leg.agent))
        });
        before.chain(now)
    }

    /// Where the session stands; none before the first message.
    #[must_use]
    pub fn state(&self) -> Option<SessionState> {
        self.session.as_ref().map(Session::state)
    }

    /// The owner of the session.
    #[must_use]
    pub fn owner(&self) -> Option<&MemberId> {
        self.session.as_ref().and_then(Session::owner)
    }

    /// The number of the session; 0 before the first.
    #[must_use]
    pub fn session_no(&self) -> SessionNo {
        self.session.as_ref().map_or(SessionNo(0), |session| session.no)
    }
}
