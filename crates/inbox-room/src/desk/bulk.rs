//! The same to several conversations. Each decides for itself; the desk counts.

use std::collections::{BTreeSet, VecDeque};

use inbox_core::limit;
use inbox_protocol::{BulkFailure, BulkOperation, Refusal, ToDesk};
use inbox_types::{ConversationId, MemberId, Millis, Presence, Timestamp};

use super::{Desk, turn::DeskTurn};
use crate::{Conn, DeskCommand, wire};

/// How long conversations may take; what has not answered then has failed as far as anybody knows.
const PATIENCE: Millis = Millis::seconds(30);

/// A running operation. It is not kept over a sleep: the results are in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bulk {
    conn: Conn,
    by: MemberId,
    to: Option<MemberId>,
    operation: BulkOperation,
    /// Those that were not asked yet.
    later: VecDeque<ConversationId>,
    /// Those that were asked and have not answered.
    waiting: BTreeSet<ConversationId>,
    succeeded: u32,
    failed: Vec<BulkFailure>,
    pub(super) until: Timestamp,
}

impl Bulk {
    fn takes(&self) -> bool {
        match self.operation {
            BulkOperation::Take => true,
            BulkOperation::Transfer { .. }
            | BulkOperation::End { .. }
            | BulkOperation::Erase
            | BulkOperation::Block => false,
        }
    }
}

impl Desk {
    // DK12
    pub(super) fn start_bulk(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        member: &MemberId,
        operation: BulkOperation,
        conversations: Vec<ConversationId>,
    ) {
        let conversations: BTreeSet<ConversationId> = conversations.into_iter().collect();
        let (to, fits) = match &operation {
            BulkOperation::Transfer { agent } => {
                (Some(agent.clone()), limit::bulk_transfer(conversations.len()))
            }
            BulkOperation::Take
            | BulkOperation::End { .. }
            | BulkOperation::Erase
            | BulkOperation::Block => (None, limit::bulk(conversations.len())),
        };
        if let Err(rejection) = fits {
            return turn.refuse(conn, wire::refusal(rejection));
        }
        if to.as_ref().is_some_and(|it| self.presence_of(it) == Presence::Offline) {
            return turn.refuse(conn, Refusal::Offline);
        }
        // The longest wait comes first.
        let mut known: BTreeSet<(Timestamp, ConversationId)> = BTreeSet::new();
        let mut unknown = Vec::new();
        for id in conversations {
            match self.known(turn, &id).filter(|it| self.may_view(member, it)) {
                Some(summary) => drop(known.insert((summary.session.queued_since, id))),
                None => unknown.push(id),
            }
        }
        let failed = unknown
            .into_iter()
            .map(|conversation| BulkFailure { conversation, reason: Refusal::NotFound });
        let ticket = self.ticket(turn.now, conn);
        let bulk = Bulk {
            conn,
            by: member.clone(),
            to,
            operation,
            later: known.into_iter().map(|it| it.1).collect(),
            waiting: BTreeSet::new(),
            succeeded: 0,
            failed: failed.collect(),
            until: turn.now.after(PATIENCE),
        };
        self.forgettable.bulks.insert(ticket.clone(), bulk);
        self.go_on_with_bulk(turn, &ticket);
        self.end_bulks(turn);
    }

    /// What was asked and has not answered: it may be its agent's in a moment.
    pub(super) fn taken_in_bulk(&self) -> impl Iterator<Item = (&MemberId, &ConversationId)> {
        let running = self.forgettable.bulks.values().filter(|it| it.takes());
        running.flat_map(|it| it.waiting.iter().map(|conversation| (&it.by, conversation)))
    }

    /// Asks as many of the conversations as there is room for; the next one when one has refused.
    fn go_on_with_bulk(&mut self, turn: &mut DeskTurn<'_>, ticket: &str) {
        let Some(bulk) = self.forgettable.bulks.get(ticket) else { return };
        let Some(grant) = self.grant(turn.now, &bulk.by) else { return };
        // DK28
        let room = if bulk.takes() { self.room_for(&bulk.by, None) } else { usize::MAX };
        let Some(bulk) = self.forgettable.bulks.get_mut(ticket) else { return };
        for _ in 0..room.min(bulk.later.len()) {
            let Some(conversation) = bulk.later.pop_front() else { return };
            bulk.waiting.insert(conversation.clone());
            let (grant, operation) = (grant.clone(), bulk.operation.clone());
            let ticket = ticket.to_owned();
            turn.command(conversation, DeskCommand::Bulk { grant, ticket, operation });
        }
    }

    /// A name that no running operation has.
    fn ticket(&self, now: Timestamp, conn: Conn) -> String {
        let n_running = self.forgettable.bulks.len();
        format!("{}-{}-{n_running}", conn.0, now.as_millis())
    }

    pub(super) fn end_bulk_item(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conversation: &ConversationId,
        ticket: &str,
        refused: Option<Refusal>,
    ) {
        let to = self.forgettable.bulks.get(ticket).and_then(|it| it.to.as_ref());
        let is_missed = to.is_some_and(|it| self.presence_of(it) == Presence::Offline);
        // Whoever has gone meanwhile has got nothing: the conversation goes on to the next.
        let refused = refused.or(is_missed.then_some(Refusal::Offline));
        let Some(bulk) = self.forgettable.bulks.get_mut(ticket) else { return };
        if !bulk.waiting.remove(conversation) {
            return;
        }
        match refused {
            None => bulk.succeeded += 1,
            Some(reason) => {
                bulk.failed.push(BulkFailure { conversation: conversation.clone(), reason });
            }
        }
        self.go_on_with_bulk(turn, ticket);
        self.end_bulks(turn);
    }

    /// Says what came of operations of which all have answered, or which took too long.
    pub(super) fn end_bulks(&mut self, turn: &mut DeskTurn<'_>) {
        let done: Vec<String> = self
            .forgettable
            .bulks
            .iter()
            .filter(|(_, it)| it.waiting.is_empty() || it.until <= turn.now)
            .map(|(ticket, _)| ticket.clone())
            .collect();
        for ticket in done {
            let Some(mut bulk) = self.forgettable.bulks.remove(&ticket) else { continue };
            let fail = |reason| move |conversation| BulkFailure { conversation, reason };
            bulk.failed.extend(bulk.waiting.into_iter().map(fail(Refusal::Unavailable)));
            // For what was not even asked there was no room.
            bulk.failed.extend(bulk.later.into_iter().map(fail(Refusal::NoCapacity)));
            let (succeeded, failed) = (bulk.succeeded, bulk.failed);
            if self.readers.contains_key(&bulk.conn) {
                turn.tell(bulk.conn, ToDesk::BulkDone { succeeded, failed });
            }
            if let (Some(to), Some(from)) = (bulk.to, self.card(&bulk.by))
                && 0 < succeeded
                && to != bulk.by
            {
                self.tell_member(turn, &to, &ToDesk::Received { from, count: succeeded });
            }
        }
    }

    /// Whether what an agent got from another is told once for all of it.
    // DK27
    pub(super) fn is_bulk_transfer(&self, by: &MemberId, to: &MemberId) -> bool {
        self.forgettable.bulks.values().any(|it| it.by == *by && it.to.as_ref() == Some(to))
    }
}
