//! One turn of a room: what is to be stored, and what is told afterwards.

mod finish;

use std::collections::{BTreeMap, BTreeSet};

use inbox_core::{
    Actor, Change, Command, Content, Context, Department, EventKind, OwnerPresence, Rejection,
    Request, Served, Session, apply, timers,
};
use inbox_protocol::{CloseCode, Refusal, ToAgent, ToVisitor};
use inbox_types::{
    Author, FileId, Language, MemberCard, MemberId, Millis, Place, Presence, Seq, Timestamp,
    Visibility,
};

use super::{Room, visible::VisibleState};
use crate::{
    AgentSocket, Audited, AuditedDeed, Batch, Conn, Connection, EventBody, Frame, Log, Numbering,
    Output, Principal, RoomReport, Stored, UpTo, View, Written,
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
    /// The desk is told how the conversation stands, though nothing may be stored of what has changed.
    pub(crate) tells_desk: bool,
    /// Those who could read before and may not any more, and the first event that is not for them.
    blind: BTreeMap<Conn, Seq>,
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
            tells_desk: false,
            blind: BTreeMap::new(),
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
            // Whoever is given something is told of it, and it was not their own doing (AP3).
            Actor::Bridge(_) if matches!(command, Command::Assign { .. }) => {
                Some(MemberCard::external_id())
            }
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
        let owner_presence =
            self.said_of_owner().map_or(OwnerPresence::Unknown, OwnerPresence::Known);
        Context {
            site: self.facts.site_rules(),
            workspace: self.facts.workspace.clone(),
            served: self.served(),
            inbox_away: self.facts.is_given_back(),
            bot: None,
            department: self.facts.department.as_ref().and_then(|id| self.department(id)),
            browser: browser.to_vec(),
            owner_presence,
            load,
            lost_topics: self.lost_topics(),
        }
    }

    /// How the owner is, as the desk said last.
    fn said_of_owner(&self) -> Option<Presence> {
        let owner = self.conversation.owner()?;
        self.owner.as_ref().filter(|said| said.agent == *owner).map(|said| said.presence)
    }

    /// How the owner is taken to be, if not available.
    // DK160
    pub(super) fn known_absence(&self) -> Option<Presence> {
        self.said_of_owner().filter(|it| *it != Presence::Available)
    }

    /// Who answers. What somebody of the desk owns is theirs until it is over, whatever is set meanwhile.
    // RM82
    pub(super) fn served(&self) -> Served {
        if self.facts.site_deleted {
            Served::Deleted
        } else if self.facts.is_elsewhere() && self.conversation.owner().is_none() {
            Served::Elsewhere
        } else {
            Served::Yes
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
        // What begins a session is of that session: whoever has no part in it is not told of it either.
        let opens = matches!(event.kind, EventKind::Opened { .. });
        let stored = Stored { seq, shown, body: EventBody { event, by, audience }, written };
        if !opens {
            self.note_the_blind(turn, seq);
        }
        self.conversation.fold(&stored.body.event);
        if opens {
            self.note_the_blind(turn, seq);
        }
        self.transcript.fold(&stored);
        turn.batch.events.push(stored);
    }

    /// Notes who cannot read any more what happens from this event on.
    // RM141
    fn note_the_blind(&self, turn: &mut Turn<'_>, from: Seq) {
        let agents = turn.before.views.iter().filter(|(_, it)| matches!(it, View::Agent(_)));
        let agents: Vec<Conn> = agents.map(|(conn, _)| *conn).collect();
        if agents.is_empty() {
            return;
        }
        let views = self.views();
        for conn in agents {
            if !views.iter().any(|(it, _)| *it == conn) {
                turn.blind.entry(conn).or_insert(from);
            }
        }
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

    pub(super) fn tell_conversation(&mut self, turn: &mut Turn<'_>) {
        for (conn, agent) in self.greeted_agents() {
            if let Some(conversation) = self.conversation_view(turn, &agent) {
                let conversation = Box::new(conversation);
                turn.answer(conn, Frame::Agent(ToAgent::Conversation { conversation }));
            }
        }
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
