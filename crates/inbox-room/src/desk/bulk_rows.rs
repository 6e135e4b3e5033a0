//! How a bulk operation is stored: a row for itself, and one for each of its conversations. So an answer
//! costs one row, of however many conversations the operation is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use inbox_protocol::{BulkFailure, BulkOperation, Refusal};
use inbox_types::{ConversationId, MemberId, SessionNo, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Desk, DeskBatch, PresenceRow, turn::DeskTurn};

/// A bulk operation of the member who asked for it: what runs goes on after a sleep, and what came of it
/// stays until they have put it away.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BulkRow {
    /// Its name, which no other one has.
    pub id: String,
    /// What is done.
    pub operation: BulkOperation,
    /// Those that were not asked yet.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub later: VecDeque<ConversationId>,
    /// Of those the sessions that are meant, where it is done to a session.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sessions: BTreeMap<ConversationId, SessionNo>,
    /// Those that were asked and have not answered.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub waiting: BTreeSet<ConversationId>,
    /// Those that did it.
    pub succeeded: Vec<ConversationId>,
    /// Those that did not, and why.
    pub failed: Vec<BulkFailure>,
    /// When patience ends; none once it is over.
    pub until: Option<Timestamp>,
}

/// What is stored otherwise of a bulk operation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum BulkChange {
    /// It begins.
    Begun {
        /// Who asked for it.
        member: MemberId,
        /// Its name.
        bulk: String,
        /// What is done.
        operation: BulkOperation,
        /// When patience ends; none once it is over.
        until: Option<Timestamp>,
    },
    /// Patience ends at another time, or it is over.
    Until {
        /// Its name.
        bulk: String,
        /// When; none once it is over.
        until: Option<Timestamp>,
    },
    /// One of its conversations stands otherwise.
    Item {
        /// Its name.
        bulk: String,
        /// Which conversation.
        conversation: ConversationId,
        /// How that stands.
        item: BulkItem,
    },
    /// It was put away.
    Gone {
        /// Its name.
        bulk: String,
    },
}

impl BulkChange {
    /// The name of the operation.
    #[must_use]
    pub fn bulk(&self) -> &str {
        match self {
            Self::Begun { bulk, .. }
            | Self::Until { bulk, .. }
            | Self::Item { bulk, .. }
            | Self::Gone { bulk } => bulk,
        }
    }

    /// The name of an operation that begins, and what is done.
    #[must_use]
    pub fn begun(&self) -> Option<(String, BulkOperation)> {
        match self {
            Self::Begun { bulk, operation, .. } => Some((bulk.clone(), operation.clone())),
            Self::Until { .. } | Self::Item { .. } | Self::Gone { .. } => None,
        }
    }
}

/// How a conversation of a bulk operation stands. In the order of `n` they were to be asked, or answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BulkItem {
    /// The order.
    pub n: u32,
    /// How it stands.
    pub state: BulkState,
}

/// How far a conversation of a bulk operation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkState {
    /// It was not asked yet.
    Later,
    /// It was not asked yet, and this session of it is meant.
    LaterOf(SessionNo),
    /// It was asked and has not answered.
    Waiting,
    /// It did it.
    Succeeded,
    /// It did not, and why.
    Failed(Refusal),
}

impl BulkState {
    fn is_later(self) -> bool {
        match self {
            Self::Later | Self::LaterOf(_) => true,
            Self::Waiting | Self::Succeeded | Self::Failed(_) => false,
        }
    }
}

impl BulkRow {
    /// What is stored of an operation, so that it is read again as it is.
    #[must_use]
    pub fn changes(&self, member: &MemberId) -> Vec<BulkChange> {
        let bulk = || self.id.clone();
        let (operation, until) = (self.operation.clone(), self.until);
        let mut changes =
            vec![BulkChange::Begun { member: member.clone(), bulk: bulk(), operation, until }];
        let states = [
            self.succeeded.iter().map(|it| (it, BulkState::Succeeded)).collect::<Vec<_>>(),
            self.failed.iter().map(|it| (&it.conversation, BulkState::Failed(it.reason))).collect(),
            self.waiting.iter().map(|it| (it, BulkState::Waiting)).collect(),
            self.later.iter().map(|it| (it, self.later_state(it))).collect(),
        ];
        changes.extend(states.into_iter().flatten().zip(0..).map(|((conversation, state), n)| {
            let item = BulkItem { n, state };
            BulkChange::Item { bulk: bulk(), conversation: conversation.clone(), item }
        }));
        changes
    }

    fn later_state(&self, conversation: &ConversationId) -> BulkState {
        self.sessions.get(conversation).map_or(BulkState::Later, |it| BulkState::LaterOf(*it))
    }

    /// As it stands once one of its conversations stands otherwise.
    pub fn put(&mut self, conversation: &ConversationId, state: BulkState) {
        let was_waiting = self.waiting.remove(conversation);
        if self.later.front() == Some(conversation) {
            self.later.pop_front();
        } else if !was_waiting && !state.is_later() {
            self.later.retain(|it| it != conversation);
        }
        self.sessions.remove(conversation);
        let conversation = conversation.clone();
        match state {
            BulkState::Later => self.later.push_back(conversation),
            BulkState::LaterOf(session) => {
                self.sessions.insert(conversation.clone(), session);
                self.later.push_back(conversation);
            }
            BulkState::Waiting => drop(self.waiting.insert(conversation)),
            BulkState::Succeeded => self.succeeded.push(conversation),
            BulkState::Failed(reason) => {
                self.failed.push(BulkFailure { conversation, name: None, reason });
            }
        }
    }

    /// An operation of which nothing is known yet.
    #[must_use]
    pub fn new(id: String, operation: BulkOperation, until: Option<Timestamp>) -> Self {
        Self {
            id,
            operation,
            later: VecDeque::new(),
            sessions: BTreeMap::new(),
            waiting: BTreeSet::new(),
            succeeded: Vec::new(),
            failed: Vec::new(),
            until,
        }
    }
}

impl DeskBatch {
    /// Keeps what this batch says of members in memory, as a database keeps it in rows.
    pub fn keep_presences(&self, rows: &mut BTreeMap<MemberId, PresenceRow>) {
        for row in &self.presences {
            let bulks = rows.remove(&row.member).map(|it| it.bulks).unwrap_or_default();
            rows.insert(row.member.clone(), PresenceRow { bulks, ..row.clone() });
        }
        for change in &self.bulks {
            keep(rows, change);
        }
    }
}

fn keep(rows: &mut BTreeMap<MemberId, PresenceRow>, change: &BulkChange) {
    let mut all = rows.values_mut();
    match change {
        BulkChange::Begun { member, bulk, operation, until } => {
            let Some(row) = rows.get_mut(member) else { return };
            row.bulks.push(BulkRow::new(bulk.clone(), operation.clone(), *until));
        }
        BulkChange::Until { bulk, until } => {
            let found = all.find_map(|it| it.bulks.iter_mut().find(|it| it.id == *bulk));
            if let Some(found) = found {
                found.until = *until;
            }
        }
        BulkChange::Item { bulk, conversation, item } => {
            let found = all.find_map(|it| it.bulks.iter_mut().find(|it| it.id == *bulk));
            if let Some(found) = found {
                found.put(conversation, item.state);
            }
        }
        BulkChange::Gone { bulk } => all.for_each(|it| it.bulks.retain(|it| it.id != *bulk)),
    }
}

impl Desk {
    /// Changes what is known of a bulk operation, and stores that.
    // DK150
    pub(super) fn put_bulk(&mut self, turn: &mut DeskTurn<'_>, change: BulkChange) {
        keep(&mut self.presences, &change);
        turn.batch.bulks.push(change);
    }

    /// The same of one of its conversations.
    pub(super) fn put_bulk_item(
        &mut self,
        turn: &mut DeskTurn<'_>,
        id: &str,
        conversation: ConversationId,
        state: BulkState,
    ) {
        let Some((_, row)) = self.bulk(id) else { return };
        let n = match state {
            BulkState::Later | BulkState::LaterOf(_) => row.later.len(),
            BulkState::Waiting => row.waiting.len(),
            BulkState::Succeeded | BulkState::Failed(_) => row.succeeded.len() + row.failed.len(),
        };
        let item = BulkItem { n: u32::try_from(n).unwrap_or(u32::MAX), state };
        self.put_bulk(turn, BulkChange::Item { bulk: id.to_owned(), conversation, item });
    }
}
