//! What conversations say, and what is new in it.

use std::collections::BTreeSet;

use inbox_core::{
    notification::{Kind, Occasion},
    routing,
};
use inbox_protocol::ToDesk;
use inbox_types::{
    CloseCause, ConversationId, MemberId, Millis, OfferKind, OfferOutcome, Presence, Seq,
    SessionState,
};

use super::{
    Desk, PresenceRow,
    offers::{REFUSED_FOR, Reserved, Wish},
    summary::{facts_of, is_open, situation_of, unread},
    turn::DeskTurn,
};
use crate::{DeskCommand, LastMessage, OfferReport, OfferSummary, RoomReport, Summary};

/// How old the last message of an unknown conversation may be to be told as news.
const FRESH: Millis = Millis::minutes(1);

impl Desk {
    pub(super) fn report(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conversation: &ConversationId,
        report: RoomReport,
    ) {
        match report {
            RoomReport::Summary(summary) => {
                // Nobody speaks for another conversation.
                if summary.conversation == *conversation {
                    self.receive_summary(turn, *summary);
                }
            }
            RoomReport::Wanted { conn, session, queued_at, version, agent } => {
                let wish = Wish { conn, session, queued_at, version, agent };
                self.grant_wish(turn, conversation, wish);
            }
            RoomReport::OfferRefused { session, queued_at, agent, reason: _ } => {
                let reserved = &mut self.forgettable.reserved;
                let held = reserved.get(conversation);
                let is_it = |it: &Reserved| {
                    it.agent == agent && (it.session, it.queued_at) == (session, queued_at)
                };
                if held.is_some_and(is_it) {
                    reserved.remove(conversation);
                    let refused = self.forgettable.refused.entry(conversation.clone());
                    refused.or_default().insert(agent, turn.now.after(REFUSED_FOR));
                }
            }
            RoomReport::Bulk { ticket, refused, summary } => {
                // What was done is known before it counts as done, so that whoever got something is
                // told of it once, with all the rest.
                if let Some(summary) = summary.filter(|it| it.conversation == *conversation) {
                    self.receive_summary(turn, *summary);
                }
                self.end_bulk_item(turn, conversation, &ticket, refused);
            }
            RoomReport::Erased { epoch } => self.erase(turn, conversation, epoch),
            RoomReport::Sockets { up_to, agents } => {
                self.note_sockets(turn, conversation, up_to, agents);
            }
        }
    }

    // DK10, DK37
    fn receive_summary(&mut self, turn: &mut DeskTurn<'_>, new: Summary) {
        let id = new.conversation.clone();
        let old = self.known(turn, &id);
        // What is held is not erased.
        let erased = if self.summaries.contains_key(&id) { None } else { turn.rows.erased(&id) };
        if erased.is_some_and(|epoch| new.version.epoch < epoch)
            || old.as_ref().is_some_and(|it| !is_news(it, &new))
        {
            return;
        }
        turn.lists.all = true;
        let closed = !new.is_live() || old.as_ref().is_some_and(|it| !it.is_live());
        turn.lists.closed |= closed;
        turn.batch.urgent |= closed;
        self.written.replace(old.as_ref(), &new);
        if is_open(&new) {
            self.open.insert(id.clone());
        } else {
            self.open.remove(&id);
        }
        if new.is_live() {
            self.summaries.insert(id.clone(), new.clone());
        } else {
            self.summaries.remove(&id);
        }
        self.follow(turn, old.as_ref(), &new);
        let knew = old.as_ref().is_some_and(|it| self.names_what_is_gone(it));
        if !knew && self.names_what_is_gone(&new) {
            turn.command(id.clone(), DeskCommand::Look);
        }
        turn.batch.summaries.retain(|it| it.conversation != id);
        turn.batch.summaries.push(new);
        turn.lists.changed.entry(id).or_insert(old);
    }

    /// What follows from a newer summary.
    fn follow(&mut self, turn: &mut DeskTurn<'_>, old: Option<&Summary>, new: &Summary) {
        self.follow_queue(old, new);
        self.follow_offers(turn, old, new);
        self.follow_owner(turn, old, new);
        // A desk that is being rebuilt hears for the first time of what was told long ago.
        let is_news = |it: &LastMessage| turn.now.since(it.at) < FRESH;
        if old.is_some() || new.last.as_ref().is_some_and(is_news) {
            self.tell_news(turn, old, new);
        }
    }

    /// What was refused or reserved is void once the session is queued anew.
    fn follow_queue(&mut self, old: Option<&Summary>, new: &Summary) {
        let id = &new.conversation;
        let turn_of = |it: &Summary| (it.session.no, it.session.queued_at);
        if old.map(turn_of) != Some(turn_of(new)) {
            self.forgettable.refused.remove(id);
        }
        if self.forgettable.wanted.get(id).is_some_and(|it| it.is_over(new)) {
            self.forgettable.wanted.remove(id);
        }
        let Some(reserved) = self.forgettable.reserved.get(id) else { return };
        let agent = &reserved.agent;
        let after = last_known(old, new);
        let ended = new.session.outcomes.iter().any(|it| after < it.seq && it.agent == *agent);
        let waits = new.session.state == SessionState::Queued
            && new.session.no == reserved.session
            && !ended;
        if !waits {
            self.forgettable.reserved.remove(id);
        }
    }

    fn follow_offers(&mut self, turn: &mut DeskTurn<'_>, old: Option<&Summary>, new: &Summary) {
        let after = last_known(old, new);
        let ended: Vec<OfferReport> =
            new.session.outcomes.iter().filter(|it| after < it.seq).cloned().collect();
        for report in &ended {
            self.end_offer(turn, new, report);
        }
        let before = old.and_then(|it| it.session.offer.as_ref());
        let now = new.session.offer.as_ref();
        if let Some(gone) = before.filter(|it| now.is_none_or(|now| now.id != it.id)) {
            let frame = ToDesk::OfferGone { offer: gone.id.clone() };
            self.tell_member(turn, &gone.agent, &frame);
        }
        self.note_deadline(new);
        let Some(now) = now.filter(|it| before != Some(*it)) else { return };
        let is_fresh = before.is_none_or(|before| before.id != now.id);
        if is_fresh && self.postpone(turn, new, now) {
            // It is told with the time that it then has.
            return;
        }
        if let Some(popup) = self.popup(new, now) {
            self.tell_member(turn, &now.agent, &ToDesk::Offer(Box::new(popup)));
        }
        if is_fresh {
            self.decline_for_absent(turn, new, now);
        } else {
            self.space_offers(turn, &now.agent);
        }
    }

    /// Nobody is kept waiting for the answer of a colleague who is offline.
    // DK25
    fn decline_for_absent(&self, turn: &mut DeskTurn<'_>, new: &Summary, offer: &OfferSummary) {
        let is_absent = self.presence_of(&offer.agent) == Presence::Offline;
        if !is_absent || offer.from.is_none() {
            return;
        }
        if let Some(grant) = self.grant(turn.now, &offer.agent) {
            let answer = DeskCommand::Answer { grant, offer: offer.id.clone(), accept: false };
            turn.command(new.conversation.clone(), answer);
        }
    }

    /// Whoever did not answer is in RONA; whoever asked for it is told.
    // DK5
    fn end_offer(&mut self, turn: &mut DeskTurn<'_>, new: &Summary, report: &OfferReport) {
        if let Some(row) = self.row_of(&report.agent) {
            let chosen = routing::after_offer(row.chosen, report.kind, report.outcome);
            // Whose connection is lost could not answer; after a minute they are offline.
            if chosen != row.chosen && row.lost_at.is_none() {
                self.set_row(turn, PresenceRow { chosen, ..row });
                self.say_presence(turn, &report.agent);
            }
        }
        let unanswered = match report.outcome {
            OfferOutcome::Declined | OfferOutcome::Rona => true,
            // Whoever asked did not take it back, and waits for an answer in what goes on.
            OfferOutcome::Cancelled => report.by != report.from && is_open(new),
            OfferOutcome::Accepted => false,
        };
        let was_asked = match report.kind {
            OfferKind::Transfer | OfferKind::Conference => true,
            OfferKind::Assign => false,
        };
        if let Some(asker) = report.from.clone().filter(|_| unanswered && was_asked) {
            self.notify(turn, new, &Occasion::NotAccepted { asker });
        }
    }

    // DK18, DK160
    fn follow_owner(&mut self, turn: &mut DeskTurn<'_>, old: Option<&Summary>, new: &Summary) {
        let working = |it: &Summary| it.session.owner.clone().filter(|_| is_open(it));
        let (before, now) = (old.and_then(working), working(new));
        let is_new = before != now;
        if is_new {
            for member in before.iter().chain(&now) {
                if let Some(row) = self.row_of(member) {
                    self.set_row(turn, PresenceRow { idle_since: turn.now, ..row });
                }
            }
        }
        let Some(agent) = now else {
            // Of what ended and began anew, of which the desk heard at once, nobody has left anything.
            let is_same = old.is_some_and(|it| it.session.no == new.session.no);
            self.ask_others_first(turn, before.filter(|_| is_same), new);
            return;
        };
        let presence = self.presence_of(&agent);
        // A conversation is told of its owner alone, so what it was told last may be of another time.
        let taken_to_be = new.session.owner_presence.unwrap_or(Presence::Available);
        if presence != taken_to_be || (is_new && presence != Presence::Available) {
            let since = self.offline_since(&agent);
            let command = DeskCommand::Presence { agent: agent.clone(), presence, since };
            turn.command(new.conversation.clone(), command);
        }
        if is_new && presence == Presence::Offline {
            self.say_not_taken(turn, old, new, &agent);
        }
    }

    /// Whoever has just left what waits now is asked for it again only if nobody else takes it.
    // DK161
    fn ask_others_first(&mut self, turn: &DeskTurn<'_>, owned_by: Option<MemberId>, new: &Summary) {
        let Some(agent) = owned_by.filter(|_| new.session.state == SessionState::Queued) else {
            return;
        };
        let not_asked = self.forgettable.refused.entry(new.conversation.clone()).or_default();
        not_asked.insert(agent, turn.now.after(REFUSED_FOR));
    }

    /// Whoever gave a session to somebody who is offline is told that it goes on; of many at once
    /// the sum tells it (DK32).
    fn say_not_taken(
        &mut self,
        turn: &mut DeskTurn<'_>,
        old: Option<&Summary>,
        new: &Summary,
        to: &MemberId,
    ) {
        // A desk that is being rebuilt tells no old news.
        let Some(old) = old else { return };
        let after = last_known(Some(old), new);
        let given = new.session.added.iter().rfind(|it| after < it.seq && it.agent == *to);
        if let Some(asker) =
            given.map(|it| it.by.clone()).filter(|by| !self.is_bulk_transfer(by, to))
        {
            self.notify(turn, new, &Occasion::NotAccepted { asker });
        }
    }

    // DK13
    fn tell_news(&mut self, turn: &mut DeskTurn<'_>, old: Option<&Summary>, new: &Summary) {
        let after = last_known(old, new);
        for added in new.session.added.iter().filter(|it| after < it.seq) {
            if !self.is_bulk_transfer(&added.by, &added.agent) {
                self.notify(turn, new, &Occasion::Added { agent: added.agent.clone() });
            }
        }
        let newly_queued = new.session.state == SessionState::Queued
            && old.is_none_or(|it| {
                it.session.no != new.session.no || it.session.state != SessionState::Queued
            });
        let before = old.map_or(0, |it| it.n_visitor_messages);
        // That a session began to wait is one notice, not two.
        if before < new.n_visitor_messages && !newly_queued {
            self.notify(turn, new, &Occasion::Message);
        }
        if let Some(old) = old.filter(|it| is_open(it) && !is_open(new)) {
            let legs: BTreeSet<MemberId> = facts_of(old).participants.into_iter().collect();
            match new.session.closed_by {
                Some(CloseCause::Customer | CloseCause::Inactivity) => {
                    self.notify(turn, new, &Occasion::Ended { legs });
                }
                Some(CloseCause::AssetDeleted) => {
                    self.notify(turn, new, &Occasion::AssetDeleted { legs });
                }
                Some(CloseCause::Agent | CloseCause::Solved | CloseCause::Blocked) | None => (),
            }
        }
        if let Some(old) = old {
            self.note_answer(old, new);
            self.retract_old(turn, old, new);
        }
    }

    /// What was read elsewhere, answered or is over disappears on every device.
    // DK8
    fn retract_old(&self, turn: &mut DeskTurn<'_>, old: &Summary, new: &Summary) {
        let (before, now) = (situation_of(old), situation_of(new));
        for kind in [Kind::Message, Kind::Added, Kind::Waiting] {
            if kind.still_holds(&before) && !kind.still_holds(&now) {
                self.retract_from_all(turn, kind, old);
            }
        }
        let waited = old.session.customer_waiting_since.is_some();
        if waited && new.session.customer_waiting_since.is_none() {
            self.retract_from_all(turn, Kind::Waiting, old);
        }
        for (conn, member) in self.greeted() {
            if 0 < unread(old, member) && unread(new, member) == 0 {
                turn.tell(conn, ToDesk::Retract { id: Kind::Message.name(&new.conversation) });
            }
        }
    }

    fn retract_from_all(&self, turn: &mut DeskTurn<'_>, kind: Kind, old: &Summary) {
        for (conn, member) in self.greeted() {
            if self.may_view(member, old) {
                turn.tell(conn, ToDesk::Retract { id: kind.name(&old.conversation) });
            }
        }
    }

    // DK17
    fn erase(&mut self, turn: &mut DeskTurn<'_>, id: &ConversationId, epoch: u32) {
        let old = self.known(turn, id);
        // It may be known, and the new epoch may already have said how it stands.
        if turn.rows.erased(id).is_some_and(|known| epoch <= known)
            || old.as_ref().is_some_and(|it| epoch <= it.version.epoch)
        {
            return;
        }
        turn.batch.erased.push((id.clone(), epoch));
        turn.batch.summaries.retain(|it| it.conversation != *id);
        turn.lists.all = true;
        turn.lists.closed |= old.as_ref().is_some_and(|it| !it.is_live());
        turn.lists.changed.entry(id.clone()).or_insert_with(|| old.clone());
        self.open.remove(id);
        if let Some(old) = &old {
            self.written.forget(old);
        }
        self.summaries.remove(id);
        self.forgettable.reserved.remove(id);
        self.forgettable.wanted.remove(id);
        self.forgettable.refused.remove(id);
        self.forgettable.postponed.remove(id);
        let Some(old) = old else { return };
        for kind in [Kind::Message, Kind::Added, Kind::Waiting] {
            self.retract_from_all(turn, kind, &old);
        }
        if let Some(offer) = &old.session.offer {
            self.tell_member(turn, &offer.agent, &ToDesk::OfferGone { offer: offer.id.clone() });
        }
    }
}

/// Whether a conversation says something that it had not said before. Who answers it follows from its
/// site, of which it stores nothing.
// RM152
fn is_news(old: &Summary, new: &Summary) -> bool {
    let answers = |it: &Summary| (it.session.elsewhere, it.session.read_only);
    old.version < new.version || (old.version == new.version && answers(old) != answers(new))
}

/// The last event that the desk had heard of, in the same epoch.
fn last_known(old: Option<&Summary>, new: &Summary) -> Seq {
    old.filter(|it| it.version.epoch == new.version.epoch).map_or(Seq(0), |it| it.version.seq)
}
