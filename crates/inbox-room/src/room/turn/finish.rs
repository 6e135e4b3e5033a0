//! The end of a turn: what of it is stored, who is told what, and when the room wakes next.

use inbox_core::{EventKind, timers};
use inbox_protocol::{CloseCode, ToVisitor};
use inbox_types::{Language, MemberId, Seq, Timestamp, limits};

use super::{
    super::{Room, visible::VisibleState},
    TIMER_PATIENCE, Turn, TurnStart, resolved,
};
use crate::{
    AgentSocket, AuditedDeed, Conn, Connection, Erasure, Frame, Output, Principal, RoomReport,
    Summary, View, frame_for,
};

impl Room {
    /// Puts the turn into the order of the contract: store, then tell.
    // RM2
    pub(in crate::room) fn finish(&mut self, mut turn: Turn<'_>) -> Vec<Output> {
        audit_events(&mut turn);
        // A block may erase in its own turn, and outlasts that.
        self.follow_block(&mut turn);
        if self.conversation.is_erased() {
            return self.erase(turn);
        }
        let views = self.views();
        let mut told = self.entries(&turn, &views);
        told.append(&mut turn.told);
        let (visible, languages) = (self.visible(), self.languages());
        self.tell_changes(&mut turn, &visible, &languages);
        self.close_the_blind(&mut turn, &views);
        told.append(&mut turn.told);

        let alarm = self.next_alarm(&turn);
        self.keep_checkpoint(&mut turn);
        let news = turn.tells_desk || visible.version != turn.before.visible.version;
        if news && let Some(summary) = self.summary(&turn) {
            add_summary(&mut turn.reports, summary);
        }
        let agents = self.agent_sockets();
        report_sockets(&mut turn, &agents);
        let mut outputs = Vec::with_capacity(told.len() + turn.reports.len() + 2);
        if turn.has_rows() || alarm != self.alarm {
            self.alarm = alarm;
            turn.batch.alarm = alarm;
            outputs.push(Output::Store(Box::new(turn.batch)));
        }
        outputs.append(&mut told);
        outputs.extend(turn.reports.into_iter().map(|it| Output::Report(Box::new(it))));
        if !turn.dropped.is_empty() {
            outputs.push(Output::DropFiles(turn.dropped));
        }
        self.before = Some(TurnStart { views, languages, visible, agents });
        outputs
    }

    /// The events of the turn, to everybody who can read now, and to whoever could read before up to the
    /// one that ended that.
    // RM6, RM141
    pub(super) fn entries(&self, turn: &Turn<'_>, views: &[(Conn, View)]) -> Vec<Output> {
        let left = turn.before.views.iter().filter(|(conn, _)| {
            self.readers.contains_key(conn) && !views.iter().any(|(it, _)| it == conn)
        });
        let here = views.iter().map(|it| (it, None));
        let left = left.map(|it| (it, turn.blind.get(&it.0).copied()));
        let readers: Vec<(&(Conn, View), Option<Seq>)> = here.chain(left).collect();
        let mut told = Vec::new();
        for stored in &turn.batch.events {
            let stored = resolved(stored.clone(), |seq| turn.read(seq));
            let may_hear = |(_, blind): &&(_, Option<Seq>)| blind.is_none_or(|it| stored.seq < it);
            for ((conn, view), _) in readers.iter().filter(may_hear) {
                told.extend(
                    frame_for(view, &stored).map(|frame| Output::Tell { conn: *conn, frame }),
                );
            }
        }
        told
    }

    /// What else a reader sees changed: the session, the language, the conversation.
    // RM30
    pub(super) fn tell_changes(
        &mut self,
        turn: &mut Turn<'_>,
        after: &VisibleState,
        languages: &[(Conn, Language)],
    ) {
        if after.session != turn.before.visible.session {
            for (conn, _) in languages {
                let session = after.session.clone();
                turn.answer(*conn, Frame::Visitor(ToVisitor::Session { session }));
            }
        }
        for (conn, language) in languages {
            // Whoever came in this turn has the welcome.
            let before = turn.before.languages.iter().find(|(it, _)| it == conn);
            if before.is_some_and(|(_, it)| it != language) {
                let language = language.clone();
                turn.answer(*conn, Frame::Visitor(ToVisitor::Language { language }));
            }
        }
        if after.team != turn.before.visible.team {
            self.tell_conversation(turn);
        }
    }

    /// Agents who may not view the conversation any more are told nothing more.
    // RM21
    pub(super) fn close_the_blind(&mut self, turn: &mut Turn<'_>, views: &[(Conn, View)]) {
        let blind = |(conn, reader): &(&Conn, &Connection)| {
            let keeps = match &reader.who {
                // Whoever came to what is to be erased has been told nothing of it.
                Principal::Agent(_) => !turn.before.views.iter().any(|(it, _)| it == *conn),
                Principal::Visitor(_) => false,
            };
            reader.greeted
                && !views.iter().any(|(it, _)| it == *conn)
                && !(keeps && self.keeps(reader))
        };
        let blind: Vec<Conn> = self.readers.iter().filter(blind).map(|(conn, _)| *conn).collect();
        for conn in blind {
            self.close(turn, conn, CloseCode::Gone);
        }
    }

    pub(super) fn next_alarm(&self, turn: &Turn<'_>) -> Option<Timestamp> {
        let first = timers(&self.conversation, &self.context(&[], 0)).into_values().min()?;
        // A timer that fired in vain must not fire at once again, for ever.
        let in_vain = turn.fired && first <= turn.now;
        Some(if in_vain { turn.now.after(TIMER_PATIENCE) } else { first })
    }

    // RM23
    pub(super) fn keep_checkpoint(&self, turn: &mut Turn<'_>) {
        let before = turn.before.visible.version.seq.0 / limits::CHECKPOINT_EVENTS;
        if before < self.transcript.head.0 / limits::CHECKPOINT_EVENTS {
            turn.batch.checkpoint = Some(Box::new(self.checkpoint()));
        }
    }

    /// What was blocked stays so after an erasure; a blocked contact's tabs are closed. Their tokens
    /// are worth nothing while the block lasts, and what they were when it is lifted.
    // RM17
    pub(super) fn follow_block(&mut self, turn: &mut Turn<'_>) {
        for stored in &turn.batch.events {
            let kind = &stored.body.event.kind;
            let blocked = matches!(kind, EventKind::Blocked { .. });
            if !blocked && !matches!(kind, EventKind::Unblocked { .. }) {
                continue;
            }
            if self.standing.blocked != blocked {
                self.standing.blocked = blocked;
                turn.batch.standing = Some(self.standing);
            }
        }
        if self.is_blocked() {
            for conn in self.visitors() {
                self.close(turn, conn, CloseCode::Gone);
            }
        }
    }

    /// Everything goes, and everybody. Visitors dial again and are told that history was erased.
    // RM26
    pub(super) fn erase(&mut self, mut turn: Turn<'_>) -> Vec<Output> {
        self.standing.epoch += 1;
        self.next_generation();
        self.standing.erased_at = Some(turn.now);
        let (epoch, generation) = (self.standing.epoch, self.standing.generation);
        let audited = std::mem::take(&mut turn.batch.audited);
        let mut outputs = vec![Output::Erase(Erasure { standing: self.standing, audited })];
        outputs.append(&mut turn.told);
        for (conn, reader) in std::mem::take(&mut self.readers) {
            // Tokens of before are worth nothing, but whoever is here is the same visitor.
            if let (Principal::Visitor(_), true, false) =
                (&reader.who, reader.greeted, self.standing.blocked)
            {
                outputs.push(Output::RenewToken { conn, generation });
            }
            let code = match (reader.who, self.standing.blocked) {
                (Principal::Visitor(_), false) => CloseCode::Restart,
                (Principal::Visitor(_), true) | (Principal::Agent(_), _) => CloseCode::Gone,
            };
            outputs.push(Output::Close { conn, code });
        }
        report_sockets(&mut turn, &[]);
        turn.reports.push(RoomReport::Erased { epoch });
        outputs.extend(turn.reports.into_iter().map(|it| Output::Report(Box::new(it))));
        self.conversation = inbox_core::Conversation::default();
        self.transcript = crate::Transcript::default();
        self.owner = None;
        self.alarm = None;
        self.seen.clear();
        self.known = None;
        outputs
    }
}

/// The desk knows of every socket of an agent, so that what ends their rights can reach it.
// RM44
pub(super) fn report_sockets(turn: &mut Turn<'_>, agents: &[AgentSocket]) {
    let before = &turn.before.agents;
    if before != agents {
        let known = before.iter().chain(agents).map(|it| it.conn);
        let up_to = known.max().unwrap_or_default();
        turn.reports.push(RoomReport::Sockets { up_to, agents: agents.to_vec() });
    }
}

/// What of a turn's events must be looked up later is written down with them.
// RM43
pub(super) fn audit_events(turn: &mut Turn<'_>) {
    let events = turn.batch.events.iter();
    let deeds: Vec<_> = events.filter_map(|it| deed_of(&it.body.event.kind)).collect();
    for (by, deed) in deeds {
        turn.audit(by, deed);
    }
}

pub(super) fn deed_of(kind: &EventKind) -> Option<(Option<MemberId>, AuditedDeed)> {
    if let EventKind::Blocked { by, purge_at, .. } = kind {
        let purges = purge_at.is_some();
        let deed = if purges { AuditedDeed::BlockAndPurge } else { AuditedDeed::Block };
        return Some((Some(by.id.clone()), deed));
    }
    if let EventKind::Unblocked { by } = kind {
        return Some((Some(by.id.clone()), AuditedDeed::Unblock));
    }
    let EventKind::Erased { by } = kind else { return None };
    let deed = if by.is_some() { AuditedDeed::Erase } else { AuditedDeed::Purge };
    Some((by.as_ref().map(|it| it.id.clone()), deed))
}

/// The desk is told how the conversation stands, and first of all by what answers it.
// RM25
pub(super) fn add_summary(reports: &mut Vec<RoomReport>, now: Summary) {
    for report in reports.iter_mut() {
        if let RoomReport::Bulk { summary, .. } = report {
            *summary = Some(Box::new(now.clone()));
        }
    }
    reports.insert(0, RoomReport::Summary(Box::new(now)));
}
