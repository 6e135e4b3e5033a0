//! One turn of a room: what is to be stored, and what is told afterwards.

use std::collections::BTreeSet;

use inbox_core::{
    Actor, Change, Command, Content, Context, Department, EventKind, OwnerPresence, Rejection,
    Request, Served, Session, apply, timers,
};
use inbox_protocol::{CloseCode, Refusal, ToAgent, ToVisitor};
use inbox_types::{
    Author, FileId, Language, MemberId, Millis, Place, Seq, Timestamp, Visibility, limits,
};

use super::{Room, visible::VisibleState};
use crate::{
    AgentSocket, Audited, AuditedDeed, Batch, Conn, Connection, Erasure, EventBody, Frame, Log,
    Numbering, Output, Principal, RoomReport, Stored, Summary, UpTo, View, Written, frame_for,
};

/// How long a timer that fired in vain waits before it fires again.
const TIMER_PATIENCE: Millis = Millis::seconds(1);

/// What one input has come to so far.
pub(crate) struct Turn<'a> {
    pub(crate) now: Timestamp,
    pub(crate) log: &'a dyn Log,
    pub(crate) batch: Batch,
    /// Told after the entries of this turn: answers to whoever spoke, and the like.
    pub(crate) told: Vec<Output>,
    pub(crate) reports: Vec<RoomReport>,
    pub(crate) dropped: Vec<FileId>,
    /// A timer fired in this turn.
    pub(crate) fired: bool,
    before: TurnStart,
}

/// How things stood before a turn, which is how they stood after the one before it.
#[derive(Clone, Debug)]
pub(super) struct TurnStart {
    /// Whoever could read is told what happens.
    views: Vec<(Conn, View)>,
    /// The language of system messages in each tab.
    languages: Vec<(Conn, Language)>,
    visible: VisibleState,
    /// The agents' sockets, whether or not they have greeted.
    agents: Vec<AgentSocket>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(room: &mut Room, now: Timestamp, log: &'a dyn Log) -> Self {
        let before = room.before.take().unwrap_or_else(|| TurnStart {
            views: room.views(),
            languages: room.languages(),
            visible: room.visible(),
            agents: room.agent_sockets(),
        });
        Self {
            now,
            log,
            batch: Batch::default(),
            told: Vec::new(),
            reports: Vec::new(),
            dropped: Vec::new(),
            fired: false,
            before,
        }
    }

    pub(crate) fn answer(&mut self, conn: Conn, frame: Frame) {
        self.told.push(Output::Tell { conn, frame });
    }

    /// Something is written down of this turn, in its own transaction.
    pub(crate) fn audit(&mut self, by: Option<MemberId>, deed: AuditedDeed) {
        self.batch.audited.push(Audited { at: self.now, by, deed });
    }

    /// An event as it stands after what this turn has done so far.
    pub(crate) fn read(&self, seq: Seq) -> Option<Stored> {
        let fresh = self.batch.events.iter().find(|it| it.seq == seq).cloned();
        let mut stored = fresh.or_else(|| self.log.at(Numbering::Team, Place(seq.0)))?;
        for (of, written) in &self.batch.rewritten {
            if *of == seq {
                stored.written = Some(written.clone());
            }
        }
        Some(stored)
    }

    fn has_rows(&self) -> bool {
        let Batch {
            events,
            rewritten,
            seen,
            visits,
            owner,
            standing,
            alarm: _,
            checkpoint,
            audited,
        } = &self.batch;
        !(events.is_empty()
            && rewritten.is_empty()
            && seen.is_empty()
            && visits.is_empty()
            && owner.is_none()
            && standing.is_none()
            && checkpoint.is_none()
            && audited.is_empty())
    }
}

impl Room {
    /// Asks the rules, and records what they decide.
    pub(super) fn request(
        &mut self,
        turn: &mut Turn<'_>,
        by: Actor,
        command: Command,
        context: &Context,
    ) -> Result<(), Rejection> {
        let member = match &by {
            Actor::Agent(agent) => Some(agent.id.clone()),
            Actor::Visitor | Actor::Bot(_) | Actor::Desk | Actor::Timer | Actor::Bridge(_) => None,
        };
        let changes = apply(&self.conversation, context, Request { by, at: turn.now, command })?;
        for change in changes {
            self.record(turn, member.clone(), change);
        }
        Ok(())
    }

    /// What the rules must know beside the conversation.
    pub(super) fn context(&self, browser: &[Language], load: u32) -> Context {
        let owner_presence = match (&self.owner, self.conversation.owner()) {
            (Some(said), Some(owner)) if said.agent == *owner => {
                OwnerPresence::Known(said.presence)
            }
            _ => OwnerPresence::Unknown,
        };
        Context {
            site: self.facts.site_rules(),
            workspace: self.facts.workspace.clone(),
            served: if self.facts.site_deleted { Served::Deleted } else { Served::Yes },
            bot: None,
            department: self.facts.department.as_ref().and_then(|id| self.department(id)),
            browser: browser.to_vec(),
            owner_presence,
            load,
            lost_topics: self.lost_topics(),
        }
    }

    pub(super) fn department(&self, id: &inbox_types::DepartmentId) -> Option<Department> {
        let name = self.facts.departments.get(id)?;
        Some(Department { id: id.clone(), name: name.clone() })
    }

    // RM8
    fn record(&mut self, turn: &mut Turn<'_>, by: Option<MemberId>, change: Change) {
        let Change { event, content } = change;
        let seq = self.transcript.head.next();
        let shown = event.visitor_sees().then(|| self.transcript.shown.next());
        let audience = self.audience(turn, &event.kind);
        // What somebody inherits comes from who had it, whoever has seen to that (RM46).
        let heir = matches!(event.kind, EventKind::OwnerChanged { .. });
        let by = by.or_else(|| self.conversation.owner().filter(|_| heir).cloned());
        if let Some(content) = &content {
            rewrite(turn, event.at, content);
        }
        let content = content.filter(|it| !matches!(it, Content::Delete { .. }));
        let written = content.map(|it| Written { content: Some(it), ..Written::default() });
        let stored = Stored { seq, shown, body: EventBody { event, by, audience }, written };
        self.conversation.fold(&stored.body.event);
        self.transcript.fold(&stored);
        turn.batch.events.push(stored);
    }

    /// Who may read a whisper beside those who oversee: whoever takes part when it is written.
    fn audience(&self, turn: &Turn<'_>, kind: &EventKind) -> Vec<MemberId> {
        if let EventKind::Posted { visibility: Visibility::Whisper, by, .. } = kind {
            let author = match by.author() {
                Author::Agent(author) => Some(author),
                Author::Visitor | Author::Bot(_) | Author::System | Author::Bridge => None,
            };
            let session = self.conversation.session().into_iter();
            let here: BTreeSet<MemberId> =
                session.flat_map(Session::whisper_readers).cloned().chain(author).collect();
            return here.into_iter().collect();
        }
        if let EventKind::Edited { of, visibility: Visibility::Whisper, .. }
        | EventKind::Deleted { of, visibility: Visibility::Whisper, .. } = kind
        {
            return turn.read(*of).map(|it| it.body.audience).unwrap_or_default();
        }
        Vec::new()
    }

    pub(super) fn refuse(&self, turn: &mut Turn<'_>, conn: Conn, reason: Refusal) {
        let Some(reader) = self.readers.get(&conn) else { return };
        let frame = match &reader.who {
            Principal::Visitor(_) => Frame::Visitor(ToVisitor::Refused { client_id: None, reason }),
            Principal::Agent(_) => Frame::Agent(ToAgent::Refused { client_id: None, reason }),
        };
        turn.answer(conn, frame);
    }

    pub(super) fn close(&mut self, turn: &mut Turn<'_>, conn: Conn, code: CloseCode) {
        if self.readers.remove(&conn).is_some() {
            self.rates.forget(conn);
            turn.told.push(Output::Close { conn, code });
        }
    }

    /// Does what is due. A timer that the rules call stale is simply not set any more.
    // RM22
    pub(super) fn fire(&mut self, turn: &mut Turn<'_>) {
        let context = self.context(&[], 0);
        for (kind, at) in timers(&self.conversation, &context) {
            if at <= turn.now {
                let context = self.context(&[], 0);
                turn.fired = true;
                // Only the rules know whether it still holds after the timer before it.
                let _stale = self.request(turn, Actor::Timer, Command::Timer(kind), &context);
            }
        }
    }

    /// Puts the turn into the order of the contract: store, then tell.
    // RM2
    pub(super) fn finish(&mut self, mut turn: Turn<'_>) -> Vec<Output> {
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
        let news = visible.version != turn.before.visible.version;
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

    /// Which agents have a socket here, for a desk that may not know.
    #[must_use]
    pub fn sockets(&self) -> RoomReport {
        let agents = self.agent_sockets();
        let up_to = agents.iter().map(|it| it.conn).max().unwrap_or_default();
        RoomReport::Sockets { up_to, agents }
    }

    /// The agents' sockets, whatever they may hear.
    fn agent_sockets(&self) -> Vec<AgentSocket> {
        let socket = |(conn, reader): (&Conn, &Connection)| match &reader.who {
            Principal::Agent(grant) => Some(AgentSocket {
                conn: *conn,
                agent: grant.agent.clone(),
                version: grant.version,
            }),
            Principal::Visitor(_) => None,
        };
        self.readers.iter().filter_map(socket).collect()
    }

    /// The events of the turn, to everybody who could read before or can now.
    // RM6
    fn entries(&self, turn: &Turn<'_>, views: &[(Conn, View)]) -> Vec<Output> {
        let left = turn.before.views.iter().filter(|(conn, _)| {
            self.readers.contains_key(conn) && !views.iter().any(|(it, _)| it == conn)
        });
        let readers: Vec<&(Conn, View)> = views.iter().chain(left).collect();
        let mut told = Vec::new();
        for stored in &turn.batch.events {
            let stored = resolved(stored.clone(), |seq| turn.read(seq));
            for (conn, view) in &readers {
                told.extend(
                    frame_for(view, &stored).map(|frame| Output::Tell { conn: *conn, frame }),
                );
            }
        }
        told
    }

    /// What else a reader sees changed: the session, the language, the conversation.
    // RM30
    fn tell_changes(
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

    pub(super) fn tell_conversation(&mut self, turn: &mut Turn<'_>) {
        for (conn, agent) in self.greeted_agents() {
            if let Some(conversation) = self.conversation_view(turn, &agent) {
                let conversation = Box::new(conversation);
                turn.answer(conn, Frame::Agent(ToAgent::Conversation { conversation }));
            }
        }
    }

    /// Agents who may not view the conversation any more are told nothing more.
    // RM21
    fn close_the_blind(&mut self, turn: &mut Turn<'_>, views: &[(Conn, View)]) {
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

    fn next_alarm(&self, turn: &Turn<'_>) -> Option<Timestamp> {
        let first = timers(&self.conversation, &self.context(&[], 0)).into_values().min()?;
        // A timer that fired in vain must not fire at once again, for ever.
        let in_vain = turn.fired && first <= turn.now;
        Some(if in_vain { turn.now.after(TIMER_PATIENCE) } else { first })
    }

    // RM23
    fn keep_checkpoint(&self, turn: &mut Turn<'_>) {
        let before = turn.before.visible.version.seq.0 / limits::CHECKPOINT_EVENTS;
        if before < self.transcript.head.0 / limits::CHECKPOINT_EVENTS {
            turn.batch.checkpoint = Some(Box::new(self.checkpoint()));
        }
    }

    /// What was blocked stays so after an erasure; a blocked contact's tabs are closed. Their tokens
    /// are worth nothing while the block lasts, and what they were when it is lifted.
    // RM17
    fn follow_block(&mut self, turn: &mut Turn<'_>) {
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
    fn erase(&mut self, mut turn: Turn<'_>) -> Vec<Output> {
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

    /// What stands up to an event that may be of this turn.
    pub(super) fn up_to(&self, turn: &Turn<'_>, seq: Seq) -> UpTo {
        if seq == self.transcript.head {
            return UpTo {
                shown: self.transcript.shown,
                n_visitor_messages: self.transcript.n_visitor_messages,
            };
        }
        turn.log.up_to(seq)
    }
}

/// The desk knows of every socket of an agent, so that what ends their rights can reach it.
// RM44
fn report_sockets(turn: &mut Turn<'_>, agents: &[AgentSocket]) {
    let before = &turn.before.agents;
    if before != agents {
        let known = before.iter().chain(agents).map(|it| it.conn);
        let up_to = known.max().unwrap_or_default();
        turn.reports.push(RoomReport::Sockets { up_to, agents: agents.to_vec() });
    }
}

/// What of a turn's events must be looked up later is written down with them.
// RM43
fn audit_events(turn: &mut Turn<'_>) {
    let events = turn.batch.events.iter();
    let deeds: Vec<_> = events.filter_map(|it| deed_of(&it.body.event.kind)).collect();
    for (by, deed) in deeds {
        turn.audit(by, deed);
    }
}

fn deed_of(kind: &EventKind) -> Option<(Option<MemberId>, AuditedDeed)> {
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

/// The event with what was written elsewhere about it: a wrap-up's reason may have been given when
/// the transfer was asked for.
// RM32
pub(super) fn resolved(mut stored: Stored, read: impl Fn(Seq) -> Option<Stored>) -> Stored {
    if let EventKind::WrappedUp { held: Some(held), .. } = &stored.body.event.kind
        && stored.written.is_none()
    {
        stored.written = read(*held).and_then(|it| it.written);
    }
    stored
}

/// The desk is told how the conversation stands, and first of all by what answers it.
// RM25
fn add_summary(reports: &mut Vec<RoomReport>, now: Summary) {
    for report in reports.iter_mut() {
        if let RoomReport::Bulk { summary, .. } = report {
            *summary = Some(Box::new(now.clone()));
        }
    }
    reports.insert(0, RoomReport::Summary(Box::new(now)));
}

/// What an edit or a deletion changes beside earlier events.
// RM10
fn rewrite(turn: &mut Turn<'_>, at: Timestamp, content: &Content) {
    match content {
        Content::Edit { of, text } => {
            let Some(written) = turn.read(*of).and_then(|it| it.written) else { return };
            let files = match written.content {
                Some(Content::Message { files, .. }) => files,
                _ => Vec::new(),
            };
            let content = Some(Content::Message { text: Some(text.clone()), files });
            turn.batch
                .rewritten
                .push((*of, Written { content, edited_at: Some(at), deleted_at: None }));
        }
        Content::Delete { of } => {
            let Some(stored) = turn.read(*of) else { return };
            turn.dropped.extend(stored.files().iter().map(|it| it.id.clone()));
            let edited_at = stored.written.and_then(|it| it.edited_at);
            let gone = Written { content: None, edited_at, deleted_at: Some(at) };
            turn.batch.rewritten.push((*of, gone));
            for edit in turn.log.edits(*of) {
                turn.batch.rewritten.push((edit, Written::default()));
            }
        }
        Content::Message { .. }
        | Content::Wrapup { .. }
        | Content::Rating { .. }
        | Content::Page { .. }
        | Content::Contact { .. }
        | Content::Tags { .. } => (),
    }
}
