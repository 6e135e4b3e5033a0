//! What the room itself folds from the log beside the rules' state: the heads of both counts, and
//! where the things stand that views and lists show. No text is in it.

use inbox_core::{EventKind, Speaker};
use inbox_types::{MemberId, Place, Seq, Timestamp, Visibility};
use serde::{Deserialize, Serialize};

use crate::{Added, OfferReport, Stored};

/// Public messages in an offer's pop-up.
const RECENT: usize = 5;
/// Ended offers that a summary carries. The desk is told after every turn, so it needs only those
/// that can end while it cannot be reached.
const OUTCOMES: usize = 20;

/// The room's own fold of the log. Equal logs make equal transcripts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Transcript {
    pub(crate) head: Seq,
    pub(crate) shown: Place,
    pub(crate) last_at: Timestamp,
    /// The last public messages, oldest first.
    pub(crate) recent: Vec<Seq>,
    pub(crate) n_visitor_messages: u64,
    /// Messages of the visitor before the session was opened or reopened.
    pub(crate) n_before_session: u64,
    pub(crate) contact: Option<Seq>,
    pub(crate) tags: Option<Seq>,
    pub(crate) opened: Option<Seq>,
    pub(crate) rated: Option<Seq>,
    pub(crate) queued_at: Option<Timestamp>,
    pub(crate) followed_up_at: Timestamp,
    pub(crate) added: Vec<Added>,
    pub(crate) outcomes: Vec<OfferReport>,
}

impl Transcript {
    /// The place of the last event.
    #[must_use]
    pub fn head(&self) -> Seq {
        self.head
    }

    /// The last place in the visitor's count.
    #[must_use]
    pub fn shown(&self) -> Place {
        self.shown
    }

    pub(crate) fn fold(&mut self, stored: &Stored) {
        self.head = stored.seq;
        if let Some(place) = stored.shown {
            self.shown = place;
        }
        let event = &stored.body.event;
        self.last_at = event.at;
        match &event.kind {
            EventKind::Opened { .. } => {
                self.begin(stored);
                self.opened = Some(stored.seq);
                self.rated = None;
                self.added.clear();
                self.outcomes.clear();
            }
            EventKind::Reopened { .. } => self.begin(stored),
            EventKind::Posted { by, visibility: Visibility::Public, .. } => {
                self.post(stored.seq, by, event.at);
            }
            EventKind::Queued { .. } => {
                self.queued_at = Some(event.at);
            }
            EventKind::OfferEnded { offer, agent, offer_kind, from, outcome } => {
                self.end_offer(OfferReport {
                    id: offer.clone(),
                    seq: stored.seq,
                    agent: agent.id.clone(),
                    kind: *offer_kind,
                    from: from.as_ref().map(|it| it.id.clone()),
                    outcome: *outcome,
                    by: stored.body.by.clone(),
                });
            }
            EventKind::Taken { agent, .. } => {
                self.followed_up_at = event.at;
                self.add(&agent.id, stored);
            }
            EventKind::OwnerChanged { agent, .. }
            | EventKind::Joined { agent, silent: false, .. } => self.add(&agent.id, stored),
            EventKind::ContactSet { .. } => self.contact = Some(stored.seq),
            EventKind::TagsSet { .. } => self.tags = Some(stored.seq),
            EventKind::Rated { .. } => self.rated = Some(stored.seq),
            EventKind::Posted { visibility: Visibility::Note | Visibility::Whisper, .. }
            | EventKind::Edited { .. }
            | EventKind::Deleted { .. }
            | EventKind::BotMatched { .. }
            | EventKind::Offered { .. }
            | EventKind::OfferPostponed { .. }
            | EventKind::Joined { silent: true, .. }
            | EventKind::Left { .. }
            | EventKind::OwnerLost { .. }
            | EventKind::WrappedUp { .. }
            | EventKind::Snoozed { .. }
            | EventKind::Woken
            | EventKind::Asked { .. }
            | EventKind::Answered { .. }
            | EventKind::Closed { .. }
            | EventKind::LanguageSet { .. }
            | EventKind::TopicsSet { .. }
            | EventKind::DepartmentSet { .. }
            | EventKind::DepartmentGone { .. }
            | EventKind::Blocked { .. }
            | EventKind::Unblocked { .. }
            | EventKind::SignedOut { .. }
            | EventKind::Erased { .. }
            | EventKind::MemberRenamed { .. }
            | EventKind::Later => (),
        }
    }

    fn begin(&mut self, stored: &Stored) {
        self.queued_at = Some(stored.body.event.at);
        self.followed_up_at = stored.body.event.at;
        self.n_before_session = self.n_visitor_messages;
    }

    fn post(&mut self, seq: Seq, by: &Speaker, at: Timestamp) {
        match by {
            Speaker::Visitor => self.n_visitor_messages += 1,
            Speaker::Agent(_) => self.followed_up_at = at,
            Speaker::Bot(_) | Speaker::Bridge | Speaker::External(_) | Speaker::Team => (),
        }
        self.recent.push(seq);
        if RECENT < self.recent.len() {
            self.recent.remove(0);
        }
    }

    fn add(&mut self, agent: &MemberId, stored: &Stored) {
        let Some(by) = stored.body.by.clone().filter(|by| by != agent) else { return };
        self.added.push(Added { agent: agent.clone(), by, seq: stored.seq });
        if OUTCOMES < self.added.len() {
            self.added.remove(0);
        }
    }

    fn end_offer(&mut self, report: OfferReport) {
        self.outcomes.push(report);
        if OUTCOMES < self.outcomes.len() {
            self.outcomes.remove(0);
        }
    }
}
