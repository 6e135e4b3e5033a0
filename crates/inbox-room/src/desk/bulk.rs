//! The same to several conversations. Each decides for itself; the desk counts.

use std::collections::{BTreeMap, BTreeSet};

use inbox_core::{Rejection, limit, permission::may};
use inbox_protocol::{
    BulkFailure, BulkOperation, BulkOutcome, BulkView, ListQuery, Refusal, ToDesk,
};
use inbox_types::{ConversationId, MemberId, Millis, Name, Presence, SessionNo, Timestamp, limits};

use super::{
    Desk,
    bulk_rows::{BulkChange, BulkRow, BulkState},
    summary::facts_of,
    turn::DeskTurn,
};
use crate::{Conn, DeskCommand, Summary, mask, wire};

/// How long conversations may take; what has not answered then has failed as far as anybody knows.
const PATIENCE: Millis = Millis::seconds(30);

impl BulkRow {
    fn takes(&self) -> bool {
        matches!(self.operation, BulkOperation::Take)
    }

    fn to(&self) -> Option<&MemberId> {
        receiver(&self.operation)
    }

    fn total(&self) -> usize {
        self.succeeded.len() + self.failed.len() + self.waiting.len() + self.later.len()
    }
}

fn receiver(operation: &BulkOperation) -> Option<&MemberId> {
    match operation {
        BulkOperation::Transfer { agent } => Some(agent),
        BulkOperation::Take
        | BulkOperation::End { .. }
        | BulkOperation::Reopen
        | BulkOperation::Tag { .. }
        | BulkOperation::Erase
        | BulkOperation::Block { .. }
        | BulkOperation::Unblock => None,
    }
}

/// Whether an operation is done to one session, and never to the one after it. Others are done to a contact.
fn is_of_session(operation: &BulkOperation) -> bool {
    match operation {
        BulkOperation::Take
        | BulkOperation::Transfer { .. }
        | BulkOperation::End { .. }
        | BulkOperation::Reopen => true,
        BulkOperation::Tag { .. }
        | BulkOperation::Erase
        | BulkOperation::Block { .. }
        | BulkOperation::Unblock => false,
    }
}

/// How many an operation of this kind has at most, where `most` is what any other one has.
fn must_fit(
    operation: &BulkOperation,
    n: usize,
    most: fn(usize) -> Result<(), Rejection>,
) -> Result<(), Refusal> {
    let fits = match operation {
        BulkOperation::Transfer { .. } => limit::bulk_transfer(n),
        BulkOperation::Tag { add, remove } if limits::TAGS < add.len().max(remove.len()) => {
            return Err(Refusal::TooMany);
        }
        // DK110
        BulkOperation::Reopen | BulkOperation::Unblock => limit::bulk_of_all(n),
        BulkOperation::Take
        | BulkOperation::End { .. }
        | BulkOperation::Tag { .. }
        | BulkOperation::Erase
        | BulkOperation::Block { .. } => most(n),
    };
    fits.map_err(wire::refusal)
}

impl Desk {
    // DK12
    pub(super) fn start_bulk(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        member: &MemberId,
        operation: &BulkOperation,
        conversations: BTreeMap<ConversationId, Option<SessionNo>>,
    ) {
        match must_fit(operation, conversations.len(), limit::bulk) {
            Ok(()) => self.begin_bulk(turn, conn, member, operation, conversations),
            Err(reason) => turn.refuse(conn, reason),
        }
    }

    /// The list is looked at once, now: what comes to stand in it later is not meant.
    // DK67
    pub(super) fn start_bulk_of_all(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        member: &MemberId,
        operation: &BulkOperation,
        query: &ListQuery,
    ) {
        let conversations = self.all_in(turn, member, query, limits::BULK_ALL + 1);
        let conversations: BTreeMap<_, _> =
            conversations.into_iter().map(|it| (it, None)).collect();
        match must_fit(operation, conversations.len(), limit::bulk_of_all) {
            Ok(()) => self.begin_bulk(turn, conn, member, operation, conversations),
            Err(reason) => turn.refuse(conn, reason),
        }
    }

    fn begin_bulk(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        member: &MemberId,
        operation: &BulkOperation,
        conversations: BTreeMap<ConversationId, Option<SessionNo>>,
    ) {
        if receiver(operation).is_some_and(|it| self.presence_of(it) == Presence::Offline) {
            return turn.refuse(conn, Refusal::Offline);
        }
        // DK45
        if limits::BULKS_RUNNING <= self.running_bulks().filter(|(by, _)| *by == member).count() {
            return turn.refuse(conn, Refusal::Rate);
        }
        // DK151
        let is_large = limits::BULK < conversations.len();
        let has_large = |it: &BulkRow| limits::BULK < it.total();
        if is_large && self.running_bulks().any(|(by, it)| by == member && has_large(it)) {
            return turn.refuse(conn, Refusal::Rate);
        }
        if self.row_of(member).is_none() {
            return turn.refuse(conn, Refusal::Unavailable);
        }
        let (id, until) = (self.new_bulk_id(turn.now, conn), Some(turn.now.after(PATIENCE)));
        let (bulk, by) = (id.clone(), member.clone());
        let begun = BulkChange::Begun { member: by, bulk, operation: operation.clone(), until };
        self.put_bulk(turn, begun);
        // The longest wait comes first.
        let mut known: BTreeSet<(Timestamp, ConversationId, SessionNo)> = BTreeSet::new();
        for (conversation, shown) in conversations {
            let known_one = self.known(turn, &conversation);
            if let Some(it) = known_one.filter(|it| self.may_ask(member, operation, it)) {
                let session = shown.unwrap_or(it.session.no);
                known.insert((it.session.queued_since, conversation, session));
            } else {
                let state = BulkState::Failed(Refusal::NotFound);
                self.put_bulk_item(turn, &id, conversation, state);
            }
        }
        for (_, conversation, session) in known {
            // DK170
            let is_of_one = is_of_session(operation);
            let state = if is_of_one { BulkState::LaterOf(session) } else { BulkState::Later };
            self.put_bulk_item(turn, &id, conversation, state);
        }
        self.go_on_with_bulk(turn, &id);
        self.end_bulks(turn);
        if self.running(&id).is_some() {
            self.tell_bulk(turn, member, &id);
        }
    }

    fn may_ask(&self, member: &MemberId, operation: &BulkOperation, summary: &Summary) -> bool {
        let needed = operation.finds_by();
        self.agent(member)
            .is_some_and(|it| may(&it, &facts_of(summary), &self.facts.settings, needed))
    }

    fn new_bulk_id(&self, now: Timestamp, conn: Conn) -> String {
        let mut id = format!("{}-{}", conn.0, now.as_millis());
        while self.bulks().any(|(_, it)| it.id == id) {
            id.push('+');
        }
        id
    }

    fn bulks(&self) -> impl Iterator<Item = (&MemberId, &BulkRow)> {
        self.presences.values().flat_map(|row| row.bulks.iter().map(|it| (&row.member, it)))
    }

    fn running_bulks(&self) -> impl Iterator<Item = (&MemberId, &BulkRow)> {
        self.bulks().filter(|(_, it)| it.until.is_some())
    }

    pub(super) fn bulk(&self, id: &str) -> Option<(&MemberId, &BulkRow)> {
        self.bulks().find(|(_, it)| it.id == id)
    }

    fn running(&self, id: &str) -> Option<(&MemberId, &BulkRow)> {
        self.running_bulks().find(|(_, it)| it.id == id)
    }

    pub(super) fn patience_ends(&self) -> impl Iterator<Item = Timestamp> {
        self.bulks().filter_map(|(_, it)| it.until)
    }

    /// What was asked and has not answered: it may be its agent's in a moment.
    pub(super) fn taken_in_bulk(&self) -> impl Iterator<Item = (&MemberId, &ConversationId)> {
        let running = self.running_bulks().filter(|(_, it)| it.takes());
        running.flat_map(|(by, it)| it.waiting.iter().map(move |conversation| (by, conversation)))
    }

    /// Asks as many of the conversations as there is room for; the next one when one has refused.
    fn go_on_with_bulk(&mut self, turn: &mut DeskTurn<'_>, id: &str) {
        let Some((by, bulk)) = self.running(id) else { return };
        let Some(grant) = self.grant(turn.now, by) else { return };
        // DK28
        let free = limits::BULK.saturating_sub(bulk.waiting.len());
        let room = if bulk.takes() { self.room_for(by, None) } else { free };
        let is_of_many = !bulk.takes();
        let (operation, until) = (bulk.operation.clone(), turn.now.after(PATIENCE));
        let session = |it: &ConversationId| bulk.sessions.get(it).copied();
        let next: Vec<_> =
            bulk.later.iter().take(room).map(|it| (it.clone(), session(it))).collect();
        if next.is_empty() {
            return;
        }
        for (conversation, _) in &next {
            self.put_bulk_item(turn, id, conversation.clone(), BulkState::Waiting);
        }
        // DK67: each has its time from when it is asked.
        if is_of_many {
            self.put_bulk(turn, BulkChange::Until { bulk: id.to_owned(), until: Some(until) });
        }
        for (conversation, session) in next {
            let (grant, operation, ticket) = (grant.clone(), operation.clone(), id.to_owned());
            turn.command(conversation, DeskCommand::Bulk { grant, ticket, operation, session });
        }
    }

    pub(super) fn end_bulk_item(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conversation: &ConversationId,
        ticket: &str,
        refused: Option<Refusal>,
    ) {
        let Some((by, bulk)) = self.running(ticket) else { return };
        if !bulk.waiting.contains(conversation) {
            return;
        }
        let is_missed = bulk.to().is_some_and(|it| self.presence_of(it) == Presence::Offline);
        // Whoever has gone meanwhile has got nothing: the conversation goes on to the next.
        let refused = refused.or(is_missed.then_some(Refusal::Offline));
        let by = by.clone();
        let state = refused.map_or(BulkState::Succeeded, BulkState::Failed);
        self.put_bulk_item(turn, ticket, conversation.clone(), state);
        self.go_on_with_bulk(turn, ticket);
        self.end_bulks(turn);
        if self.running(ticket).is_some() {
            self.tell_bulk(turn, &by, ticket);
        }
    }

    /// Says what came of operations of which all have answered, or which took too long.
    pub(super) fn end_bulks(&mut self, turn: &mut DeskTurn<'_>) {
        let now = turn.now;
        let done: Vec<(MemberId, String)> = self
            .running_bulks()
            .filter(|(_, it)| it.waiting.is_empty() || it.until.is_some_and(|it| it <= now))
            .map(|(by, it)| (by.clone(), it.id.clone()))
            .collect();
        for (by, id) in done {
            let Some((_, bulk)) = self.running(&id) else { continue };
            let waiting = bulk.waiting.iter().map(|it| (it.clone(), Refusal::Unavailable));
            // For what was not even asked there was no room.
            let later = bulk.later.iter().map(|it| (it.clone(), Refusal::NoCapacity));
            let failed: Vec<(ConversationId, Refusal)> = waiting.chain(later).collect();
            for (conversation, reason) in failed {
                self.put_bulk_item(turn, &id, conversation, BulkState::Failed(reason));
            }
            self.put_bulk(turn, BulkChange::Until { bulk: id.clone(), until: None });
            self.forget_old_results(turn, &by);
            self.tell_bulk(turn, &by, &id);
            self.tell_receiver(turn, &by, &id);
        }
    }

    fn forget_old_results(&mut self, turn: &mut DeskTurn<'_>, member: &MemberId) {
        let Some(row) = self.presences.get(member) else { return };
        let over: Vec<String> =
            row.bulks.iter().filter(|it| it.until.is_none()).map(|it| it.id.clone()).collect();
        let n_old = over.len().saturating_sub(limits::BULK_RESULTS);
        for bulk in over.into_iter().take(n_old) {
            self.put_bulk(turn, BulkChange::Gone { bulk });
        }
    }

    fn tell_receiver(&self, turn: &mut DeskTurn<'_>, by: &MemberId, id: &str) {
        let Some((_, bulk)) = self.bulk(id) else { return };
        let count = u32::try_from(bulk.succeeded.len()).unwrap_or(u32::MAX);
        if let (Some(to), Some(from)) = (bulk.to(), self.card(by))
            && 0 < count
            && to != by
        {
            self.tell_member(turn, to, &ToDesk::Received { from, count });
        }
    }

    // DK43
    fn tell_bulk(&self, turn: &mut DeskTurn<'_>, member: &MemberId, id: &str) {
        let Some((_, bulk)) = self.bulk(id) else { return };
        let view = self.bulk_view(turn, member, bulk);
        self.tell_member(turn, member, &ToDesk::Bulk(Box::new(view)));
    }

    // DK43
    pub(super) fn bulk_views(&self, turn: &DeskTurn<'_>, member: &MemberId) -> Vec<BulkView> {
        let row = self.presences.get(member).into_iter();
        row.flat_map(|it| &it.bulks).map(|it| self.bulk_view(turn, member, it)).collect()
    }

    fn bulk_view(&self, turn: &DeskTurn<'_>, member: &MemberId, bulk: &BulkRow) -> BulkView {
        let n = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let n_answered = bulk.succeeded.len() + bulk.failed.len();
        BulkView {
            id: bulk.id.clone(),
            operation: bulk.operation.clone(),
            total: n(bulk.total()),
            answered: n(n_answered),
            outcome: bulk.until.is_none().then(|| BulkOutcome {
                succeeded: bulk.succeeded.clone(),
                failed: bulk.failed.iter().map(|it| self.named(turn, member, it)).collect(),
            }),
        }
    }

    /// A name is looked up when it is told: nothing of a contact stays in a member's row.
    fn named(&self, turn: &DeskTurn<'_>, member: &MemberId, failure: &BulkFailure) -> BulkFailure {
        let name = || -> Option<Name> {
            let summary = self.known(turn, &failure.conversation)?;
            let masked = self.is_masked(member, &summary)?;
            mask::details(masked, summary.details).name
        };
        BulkFailure { name: name(), ..failure.clone() }
    }

    // DK43
    pub(super) fn put_away_bulk(&mut self, turn: &mut DeskTurn<'_>, member: &MemberId, id: &str) {
        let is_over = self.bulk(id).is_some_and(|(by, it)| by == member && it.until.is_none());
        if !is_over {
            return;
        }
        self.put_bulk(turn, BulkChange::Gone { bulk: id.to_owned() });
        self.tell_member(turn, member, &ToDesk::BulkGone { bulk: id.to_owned() });
    }

    /// Whether what an agent got from another is told once for all of it.
    // DK27
    pub(super) fn is_bulk_transfer(&self, by: &MemberId, to: &MemberId) -> bool {
        self.running_bulks().any(|(it, bulk)| it == by && bulk.to() == Some(to))
    }
}
