//! What the desk wants of a conversation. Hearing it twice is harmless.

use inbox_core::{Actor, Asking, Block, Command};
use inbox_protocol::{BulkOperation, Refusal, TransferTarget};
use inbox_types::{Action, Label, MemberId, Presence, SessionNo, Timestamp, TransferMode};

use super::{
    Room,
    connections::{note_removal, note_version},
    turn::Turn,
};
use crate::{Conn, DeskCommand, Grant, OwnerSaid, RoomReport, SeenBy, mask, wire};

impl Room {
    pub(super) fn receive_desk(&mut self, turn: &mut Turn<'_>, command: DeskCommand) {
        match command {
            DeskCommand::Offer { session, queued_at, grant } => {
                let agent = grant.agent.clone();
                // An offer that comes late is of an earlier turn in the queue: the desk holds no place
                // for it any more.
                let is_now = queued_at.is_none_or(|it| self.transcript.queued_at == Some(it));
                let refused = if self.conversation.session_no() == session && is_now {
                    self.offer(turn, &grant).err()
                } else {
                    Some(Refusal::State)
                };
                // Whom it was offered to before needs their place.
                if let Some(reason) = refused.filter(|_| !self.is_for(&agent)) {
                    turn.reports.push(RoomReport::OfferRefused {
                        session,
                        queued_at,
                        agent,
                        reason,
                    });
                }
            }
            DeskCommand::Answer { grant, offer, accept } => {
                let command =
                    if accept { Command::Accept { offer } } else { Command::Decline { offer } };
                // What became of the offer is in the summary, also if this came too late.
                let _too_late = self.granted(turn, &grant, command);
            }
            DeskCommand::Take { conn, session, queued_at, grant } => {
                self.take(turn, conn, (session, queued_at), &grant);
            }
            DeskCommand::Refuse { conn, reason } => self.refuse(turn, conn, reason),
            DeskCommand::Bulk { grant, ticket, operation, session } => {
                let refused = self.bulk(turn, &grant, operation, session).err();
                // The summary is added once it is known how the turn ends.
                turn.reports.push(RoomReport::Bulk { ticket, refused, summary: None });
            }
            DeskCommand::Postpone { offer, until } => {
                let context = self.context(&[], 0);
                let postpone = Command::PostponeOffer { offer, until };
                let _is_over = self.request(turn, Actor::Desk, postpone, &context);
            }
            DeskCommand::Presence { agent, presence, since } => {
                self.presence(turn, agent, presence, since);
            }
            DeskCommand::RightsChanged { agent, version } => {
                note_version(&mut self.facts, &agent, version);
                self.end_grants(turn, &agent, version);
            }
            DeskCommand::MemberRemoved { agent, to } => {
                note_removal(&mut self.facts, &agent, to);
                self.remove_member(turn, &agent);
            }
            // Whoever hears anything leaves what is gone.
            DeskCommand::Look => (),
            // RM44
            DeskCommand::Report => {
                turn.reports.extend(self.report(turn.log));
                turn.reports.push(self.sockets());
            }
        }
    }

    /// Whether somebody has the session or is being asked for it.
    fn is_for(&self, agent: &MemberId) -> bool {
        let session = self.conversation.open_session();
        let asked = session.and_then(|it| it.offer()).is_some_and(|it| it.agent.id == *agent);
        asked || session.and_then(|it| it.owner()) == Some(agent)
    }

    fn offer(&mut self, turn: &mut Turn<'_>, grant: &Grant) -> Result<(), Refusal> {
        let to = self.agent(turn.now, grant).map_err(|_| Refusal::Unauthorized)?;
        let offer = self.next_offer();
        let context = self.context(&[], grant.load);
        self.request(turn, Actor::Desk, Command::Offer { offer, to }, &context)
            .map_err(wire::refusal)
    }

    /// The desk has a place for who asked (RM53). Whoever has left meanwhile, or has it already,
    /// wants nothing any more.
    fn take(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        (session, queued_at): (SessionNo, Option<Timestamp>),
        grant: &Grant,
    ) {
        let is_here = self.agents_of(&grant.agent).contains(&conn);
        if !is_here || self.conversation.owner() == Some(&grant.agent) {
            return;
        }
        let stands = (self.conversation.session_no(), self.transcript.queued_at);
        // Whoever wanted what waited does not want to take it from somebody.
        let is_owned = self.conversation.owner().is_some();
        let refused = if is_owned {
            Some(Refusal::Taken)
        } else if stands == (session, queued_at) {
            self.granted(turn, grant, Command::Take).err()
        } else {
            Some(Refusal::State)
        };
        if let Some(reason) = refused {
            self.refuse(turn, conn, reason);
        }
    }

    fn granted(
        &mut self,
        turn: &mut Turn<'_>,
        grant: &Grant,
        command: Command,
    ) -> Result<(), Refusal> {
        let agent = self.agent(turn.now, grant).map_err(|_| Refusal::Unauthorized)?;
        let context = self.context(&[], grant.load);
        self.request(turn, Actor::Agent(agent), command, &context).map_err(wire::refusal)
    }

    // DK44
    fn bulk(
        &mut self,
        turn: &mut Turn<'_>,
        grant: &Grant,
        operation: BulkOperation,
        session: Option<SessionNo>,
    ) -> Result<(), Refusal> {
        if !self.grant_allows(turn.now, grant, operation.finds_by()) {
            return Err(Refusal::NotFound);
        }
        // RM155
        if session.is_some_and(|it| it != self.conversation.session_no()) {
            return Err(Refusal::Closed);
        }
        let command = match operation {
            BulkOperation::Take => Command::Take,
            BulkOperation::Transfer { agent } => {
                let target = TransferTarget::Agent(agent);
                self.transfer(target, Some(TransferMode::Direct), None)?
            }
            BulkOperation::End { reason } => Command::End { ask: Asking::Never, reason },
            BulkOperation::Reopen => Command::Reopen,
            BulkOperation::Tag { add, remove } => {
                let (add, remove) = self.tags_meant(turn, grant, add, remove)?;
                let tags = self.retagged(turn, add, &remove);
                let is_same = tags == self.known(turn).tags;
                // DK66
                if is_same && self.grant_allows(turn.now, grant, Action::EditContact) {
                    return Ok(());
                }
                Command::SetTags { tags }
            }
            BulkOperation::Erase => Command::Erase,
            BulkOperation::Block { unsubscribe, purge } => {
                Command::Block(Block { unsubscribe, purge })
            }
            BulkOperation::Unblock => Command::Unblock,
        };
        self.granted(turn, grant, command)
    }

    /// What somebody names of tags who may see them masked.
    // RM111, RM140
    fn tags_meant(
        &mut self,
        turn: &Turn<'_>,
        grant: &Grant,
        add: Vec<Label>,
        remove: Vec<Label>,
    ) -> Result<(Vec<Label>, Vec<Label>), Refusal> {
        let agent = self.agent(turn.now, grant).ok();
        let view = agent.and_then(|it| self.agent_view(&it));
        if view.is_some_and(|it| it.masked) {
            let meant = mask::named_tags(&self.known(turn).tags, add, &remove);
            meant.map_err(|mask::Tampered| Refusal::Masked)
        } else {
            Ok((add, remove))
        }
    }

    // RM31
    fn presence(
        &mut self,
        turn: &mut Turn<'_>,
        agent: MemberId,
        presence: Presence,
        since: Option<Timestamp>,
    ) {
        if self.conversation.owner() == Some(&agent) {
            let said = OwnerSaid { agent: agent.clone(), presence };
            if self.owner.as_ref() != Some(&said) {
                self.owner = Some(said.clone());
                turn.batch.owner = Some(said);
            }
        }
        match presence {
            Presence::Offline => {
                let context = self.context(&[], 0);
                let was_there = since.is_none_or(|since| !self.is_missed(turn, &agent, since));
                let lost = Command::PresenceLost { agent, was_there };
                let _no_part = self.request(turn, Actor::Desk, lost, &context);
            }
            Presence::Available | Presence::Away(_) | Presence::Rona => (),
        }
    }

    /// Whether somebody who has had no connection since then was put in by another after that, and
    /// has not even looked (RM46).
    fn is_missed(&self, turn: &Turn<'_>, agent: &MemberId, since: Timestamp) -> bool {
        let added = self.transcript.added.iter().rfind(|it| it.agent == *agent);
        added.is_some_and(|it| {
            let at = turn.read(it.seq).map(|it| it.body.event.at);
            let looked = self.mark(&SeenBy::Agent(agent.clone())).seq;
            at.is_some_and(|at| since <= at) && looked < it.seq
        })
    }
}
