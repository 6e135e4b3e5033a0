//! The same to several conversations (#83-95). Each decides for itself; the desk counts.

use std::collections::BTreeSet;

use inbox_core::limit;
use inbox_protocol::{BulkFailure, BulkOperation, Refusal, ToDesk};
use inbox_types::{ConversationId, MemberId, Millis, Timestamp};

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
    waiting: BTreeSet<ConversationId>,
    succeeded: u32,
    failed: Vec<BulkFailure>,
    pub(super) until: Timestamp,
}

impl Desk {
    pub(super) fn start_bulk(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        member: &MemberId,
        operation: &BulkOperation,
        conversations: Vec<ConversationId>,
    ) {
        let conversations: BTreeSet<ConversationId> = conversations.into_iter().collect();
        let (to, fits) = match operation {
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
        let Some(grant) = self.grant(turn.now, member) else { return };
        let (known, unknown): (Vec<_>, Vec<_>) = conversations
            .into_iter()
            .partition(|id| self.summaries.get(id).is_some_and(|it| self.may_view(member, it)));
        let failed = unknown
            .into_iter()
            .map(|conversation| BulkFailure { conversation, reason: Refusal::NotFound });
        let ticket = self.ticket(turn.now, conn);
        let bulk = Bulk {
            conn,
            by: member.clone(),
            to,
            waiting: known.iter().cloned().collect(),
            succeeded: 0,
            failed: failed.collect(),
            until: turn.now.after(PATIENCE),
        };
        for conversation in known {
            let (grant, ticket, operation) = (grant.clone(), ticket.clone(), operation.clone());
            turn.command(conversation, DeskCommand::Bulk { grant, ticket, operation });
        }
        self.forgettable.bulks.insert(ticket, bulk);
        self.end_bulks(turn);
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
            bulk.failed.extend(
                bulk.waiting
                    .into_iter()
                    .map(|conversation| BulkFailure { conversation, reason: Refusal::Unavailable }),
            );
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

    /// Whether what an agent got from another is told once for all of it (#93).
    pub(super) fn is_bulk_transfer(&self, by: &MemberId, to: &MemberId) -> bool {
        self.forgettable.bulks.values().any(|it| it.by == *by && it.to.as_ref() == Some(to))
    }
}
