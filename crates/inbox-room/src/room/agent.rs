//! What an agent may say to a conversation, and what comes of it.

use inbox_core::{
    Actor, Agent, Asking, Block, Command, Content, EventKind, Post, Request, Target, apply,
    permission::{Action, SessionFacts, may, needs_room},
};
use inbox_protocol::{CloseCode, FromAgent, Refusal, ToAgent, ToVisitor, TransferTarget};
use inbox_types::{
    Author, ClientId, ContactDetails, FileId, Label, MemberCard, MessageText, OfferId, Place, Seq,
    SessionNo, Timestamp, TopicId, TransferMode, Visibility, limits,
};

use super::{Room, hello::agent_history, turn::Turn, visitor::pending_files};
use crate::{
    AgentView, AuditedDeed, Conn, Frame, Grant, Output, RoomReport, SeenBy, SeenMark, Stored, UpTo,
    mask, project::agent_entry_is_readable, wire,
};

/// A message as it came.
struct IncomingPost {
    client_id: ClientId,
    visibility: Visibility,
    text: Option<MessageText>,
    files: Vec<FileId>,
}

/// Who speaks over which connection.
#[derive(Clone, Debug)]
struct Speaking {
    conn: Conn,
    agent: Agent,
    view: AgentView,
}

impl Room {
    // RM45
    pub(super) fn receive_agent(&mut self, turn: &mut Turn<'_>, conn: Conn, frame: FromAgent) {
        let is_hello = matches!(frame, FromAgent::Hello(_));
        let is_history = matches!(frame, FromAgent::History { .. });
        let cost = if is_history { limits::RATE_COST_OF_HISTORY } else { 1 };
        let Some(reader) = self.listen(turn, conn, is_hello, cost) else { return };
        let Some(agent) = self.speaker(turn, conn, &reader.who) else { return };
        if let FromAgent::Hello(hello) = &frame {
            self.greet_agent(turn, conn, reader, &agent, hello);
            return;
        }
        let Some(view) = self.agent_view(&agent) else {
            return self.receive_keeper(turn, conn, &agent, &frame);
        };
        let by = Speaking { conn, agent, view };
        if self.is_of_another_session(&frame) {
            self.refuse(turn, conn, Refusal::Closed);
            return;
        }
        let command = match frame {
            // The shell verifies grants; one that comes here was not.
            FromAgent::Hello(_) | FromAgent::Renew { .. } => {
                self.refuse(turn, conn, Refusal::Unauthorized);
                return;
            }
            FromAgent::Post { client_id, visibility, text, files } => {
                self.agent_posts(turn, &by, IncomingPost { client_id, visibility, text, files });
                return;
            }
            FromAgent::Typing { on } => return self.agent_types(turn, &by, on),
            FromAgent::Seen { place } => return self.agent_saw(turn, &by, place),
            FromAgent::History { before } => {
                return agent_history(turn, conn, &by.view, before);
            }
            FromAgent::Link { file } => return self.agent_link(turn, &by, file),
            FromAgent::Edit { of, text } => {
                let done = self.agent_edits(turn, &by, of, text);
                return done.unwrap_or_else(|reason| self.refuse(turn, conn, reason));
            }
            FromAgent::Delete { of } => {
                target(turn, &by.view, of).map(|target| Command::Delete { target })
            }
            FromAgent::Take if needs_room(&self.conversation, &by.agent, turn.now) => {
                return self.want(turn, &by);
            }
            FromAgent::Take => Ok(Command::Take),
            FromAgent::Accept { offer } => Ok(Command::Accept { offer }),
            FromAgent::Decline { offer } => Ok(Command::Decline { offer }),
            FromAgent::Transfer { to, mode, reason, .. } => self.transfer(to, mode, reason),
            FromAgent::Invite { agent, mode, .. } => {
                let agent = self.colleague(&agent).ok_or(Refusal::NotFound);
                let offer = self.next_offer();
                agent.map(|agent| Command::Invite { agent, mode, offer })
            }
            FromAgent::CancelOffer => Ok(Command::CancelOffer),
            FromAgent::Leave { .. } => Ok(Command::Leave),
            FromAgent::Supervise => Ok(Command::Supervise),
            FromAgent::End { ask, reason, .. } => {
                let ask = if ask { Asking::First } else { Asking::Never };
                Ok(Command::End { ask, reason })
            }
            FromAgent::Ask => Ok(Command::Ask),
            FromAgent::Wrapup { session, reason, remark } => {
                Ok(Command::Wrapup { session, reason, remark })
            }
            FromAgent::Snooze { until, .. } => Ok(Command::Snooze { until }),
            FromAgent::Wake => Ok(Command::Wake),
            FromAgent::Reopen => Ok(Command::Reopen),
            FromAgent::Block => Ok(Command::Block(Block::SINGLE)),
            FromAgent::Unblock if self.standing.blocked && !self.conversation.is_blocked() => {
                return self.unblock_erased(turn, &by);
            }
            FromAgent::Unblock => Ok(Command::Unblock),
            FromAgent::Revoke => return self.agent_revokes(turn, &by),
            FromAgent::Erase => Ok(Command::Erase),
            FromAgent::SetLanguage { language } => Ok(Command::SetLanguage { language }),
            FromAgent::SetContact { details } => self.contact(turn, &by, details),
            FromAgent::SetTags { tags } => {
                let done = self.agent_tags(turn, &by, tags);
                return done.unwrap_or_else(|reason| self.refuse(turn, conn, reason));
            }
            FromAgent::SetTopics { topics, session } => self.topics(topics, session),
            FromAgent::SetDepartment { department } => self
                .department(&department)
                .map(|department| Command::SetDepartment { department })
                .ok_or(Refusal::NotFound),
        };
        let done = command.and_then(|it| self.agent_asks(turn, &by.agent, it));
        if let Err(reason) = done {
            self.refuse(turn, conn, reason);
        }
    }

    /// Whether what was pressed ends, hands on or leaves a session, or adds somebody to one, that another
    /// one has followed.
    // RM150
    fn is_of_another_session(&self, frame: &FromAgent) -> bool {
        let (FromAgent::End { session, .. }
        | FromAgent::Transfer { session, .. }
        | FromAgent::Invite { session, .. }
        | FromAgent::Snooze { session, .. }
        | FromAgent::Leave { session }) = frame
        else {
            return false;
        };
        session.is_some_and(|it| it != self.conversation.session_no())
    }

    /// Whoever follows up what waits needs a place, and their places in all conversations only the
    /// desk counts: it is asked, unless the rules say no anyway.
    // RM53
    fn want(&self, turn: &mut Turn<'_>, by: &Speaking) {
        let (actor, command) = (Actor::Agent(by.agent.clone()), Command::Take);
        let request = Request { by: actor, at: turn.now, command };
        match apply(&self.conversation, &self.context(&[], 0), request) {
            Ok(_) => turn.reports.push(RoomReport::Wanted {
                conn: by.conn,
                session: self.conversation.session_no(),
                queued_at: self.transcript.queued_at,
                version: self.version(),
                agent: by.agent.id.clone(),
            }),
            Err(rejection) => self.refuse(turn, by.conn, wire::refusal(rejection)),
        }
    }

    fn contact(
        &mut self,
        turn: &Turn<'_>,
        by: &Speaking,
        details: ContactDetails,
    ) -> Result<Command, Refusal> {
        let known = Box::new(self.known(turn).details);
        let details = if by.view.masked {
            mask::edited(&known, details).map_err(|mask::Tampered| Refusal::Masked)?
        } else {
            details
        };
        Ok(Command::SetContact { details: Box::new(details), known })
    }

    // RM120, RM140
    fn agent_tags(
        &mut self,
        turn: &mut Turn<'_>,
        by: &Speaking,
        tags: Vec<Label>,
    ) -> Result<(), Refusal> {
        if limits::TAGS < tags.len() {
            return Err(Refusal::TooMany);
        }
        let tags = if by.view.masked {
            let meant = mask::edited_tags(&self.known(turn).tags, tags);
            meant.map_err(|mask::Tampered| Refusal::Masked)?
        } else {
            tags
        };
        if tags == self.known(turn).tags && self.may(&by.agent, Action::EditContact) {
            return Ok(());
        }
        self.agent_asks(turn, &by.agent, Command::SetTags { tags })
    }

    // RM120
    fn agent_edits(
        &mut self,
        turn: &mut Turn<'_>,
        by: &Speaking,
        of: Place,
        text: MessageText,
    ) -> Result<(), Refusal> {
        let target = target(turn, &by.view, of)?;
        seen_whole(turn, &by.view, target.seq)?;
        let is_own = target.author == Author::Agent(by.agent.id.clone());
        if is_own && says(turn, target.seq, &text) && self.may(&by.agent, Action::EditOwn) {
            return Ok(());
        }
        self.agent_asks(turn, &by.agent, Command::Edit { target, text })
    }

    /// Topics belong to the session for which they were chosen; one that is gone meanwhile is dropped
    /// (RM39).
    // RM54
    fn topics(
        &self,
        mut topics: Vec<TopicId>,
        session: Option<SessionNo>,
    ) -> Result<Command, Refusal> {
        let known = &self.facts.topics;
        let now = self.conversation.session().map(|it| it.topics.as_slice()).unwrap_or_default();
        if session.is_some_and(|it| it != self.conversation.session_no()) {
            Err(Refusal::Closed)
        } else if limits::TOPICS < topics.len() {
            Err(Refusal::TooMany)
        } else if topics.iter().all(|it| known.contains(it) || now.contains(it)) {
            topics.retain(|it| known.contains(it));
            Ok(Command::SetTopics { topics })
        } else {
            Err(Refusal::NotFound)
        }
    }

    /// Asks the rules in an agent's name.
    pub(super) fn agent_asks(
        &mut self,
        turn: &mut Turn<'_>,
        agent: &Agent,
        command: Command,
    ) -> Result<(), Refusal> {
        let context = self.context(&[], 0);
        self.request(turn, Actor::Agent(agent.clone()), command, &context).map_err(wire::refusal)
    }

    pub(super) fn transfer(
        &self,
        to: TransferTarget,
        mode: Option<TransferMode>,
        reason: Option<Label>,
    ) -> Result<Command, Refusal> {
        match to {
            TransferTarget::Agent(id) => {
                let to = self.colleague(&id).ok_or(Refusal::NotFound)?;
                Ok(Command::Transfer { to, mode, offer: self.next_offer(), reason })
            }
            TransferTarget::Department(id) => {
                let department = self.department(&id).ok_or(Refusal::NotFound)?;
                Ok(Command::TransferToQueue { department, reason })
            }
        }
    }

    /// A name for the next offer. Each is stored as an event, so the head never gives it twice.
    pub(super) fn next_offer(&self) -> OfferId {
        let tail = format!("-{}-{}", self.standing.epoch, self.transcript.head.0 + 1);
        let head: String = self
            .identity
            .conversation
            .as_str()
            .chars()
            .take(limits::ID_CHARS.saturating_sub(tail.len()))
            .collect();
        OfferId::try_from(head + &tail).expect("cut to the length of an id, and of its letters")
    }

    /// Whoever may not view has been closed, but for those who can keep what is to be erased: they
    /// undo the block or erase at once, and hear nothing else.
    fn receive_keeper(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        agent: &Agent,
        frame: &FromAgent,
    ) {
        let command = if matches!(frame, FromAgent::Unblock) {
            Some(Command::Unblock)
        } else {
            matches!(frame, FromAgent::Erase).then_some(Command::Erase)
        };
        let done = match command.filter(|_| self.may_keep(agent)) {
            Some(command) => self.agent_asks(turn, agent, command),
            None => Err(Refusal::NotFound),
        };
        match done {
            // What they have of it is nothing, so they dial again and get everything.
            Ok(()) if self.conversation.purge_at().is_none() => {
                self.close(turn, conn, CloseCode::Restart);
            }
            Ok(()) => (),
            Err(reason) => self.refuse(turn, conn, reason),
        }
    }

    /// Ends the visitor's tokens.
    fn agent_revokes(&mut self, turn: &mut Turn<'_>, by: &Speaking) {
        // RM120: nobody has come in since they ended.
        if self.conversation.is_signed_out() && self.may(&by.agent, Action::Block) {
            return;
        }
        match self.agent_asks(turn, &by.agent, Command::SignOut) {
            Ok(()) => {
                self.revoke(turn);
                turn.audit(Some(by.agent.id.clone()), AuditedDeed::RevokeVisitor);
            }
            Err(reason) => self.refuse(turn, by.conn, reason),
        }
    }

    /// The block of an erased history is in no log any more, only in the row that was left.
    fn unblock_erased(&mut self, turn: &mut Turn<'_>, by: &Speaking) {
        if self.may(&by.agent, Action::Block) {
            self.standing.blocked = false;
            turn.batch.standing = Some(self.standing);
            turn.audit(Some(by.agent.id.clone()), AuditedDeed::Unblock);
        } else {
            self.refuse(turn, by.conn, Refusal::Forbidden);
        }
    }

    fn agent_posts(&mut self, turn: &mut Turn<'_>, by: &Speaking, said: IncomingPost) {
        let author = Author::Agent(by.agent.id.clone());
        let client_id = said.client_id.clone();
        let outcome = match turn.log.find_by_key(&author, &client_id) {
            // The answer to the first of its kind, even if this one says something else.
            Some(placed) => Ok((Place(placed.seq.0), placed.at)),
            None if self.is_overtaken(turn, by.conn, &client_id) => Err(Refusal::Unavailable),
            None => {
                let stored = self.try_agent_post(turn, by, &author, said);
                if stored.is_ok() {
                    self.overtake(turn, by.conn, &client_id);
                }
                stored
            }
        };
        if outcome.is_err() {
            self.note_refused(turn, by.conn, &client_id);
        }
        let frame = match outcome {
            Ok((place, at)) => ToAgent::Ack { client_id, place, at },
            Err(reason) => ToAgent::Refused { client_id: Some(client_id), reason },
        };
        turn.answer(by.conn, Frame::Agent(frame));
    }

    // RM7
    fn try_agent_post(
        &mut self,
        turn: &mut Turn<'_>,
        by: &Speaking,
        author: &Author,
        said: IncomingPost,
    ) -> Result<(Place, Timestamp), Refusal> {
        let files = pending_files(turn, author, &said.files)?;
        let post = Post {
            client_id: said.client_id,
            visibility: said.visibility,
            text: said.text,
            files,
            detection: None,
            page: None,
            campaign: None,
        };
        self.agent_asks(turn, &by.agent, Command::Post(post))?;
        let stored = turn.batch.events.iter().rev().find(|it| it.idempotency_key().is_some());
        stored.map(|it| (Place(it.seq.0), it.body.event.at)).ok_or(Refusal::Unavailable)
    }

    // RM12
    fn agent_types(&self, turn: &mut Turn<'_>, by: &Speaking, on: bool) {
        // Whoever only reads has nothing to type.
        if !self.may(&by.agent, Action::Note) {
            return;
        }
        let card = by.agent.card();
        let open = self.conversation.session().is_some_and(|it| it.has_participant(&by.agent.id));
        if open && self.may(&by.agent, Action::Reply) {
            self.tell_visitors_who_types(turn, &card, on);
        }
        for (conn, agent) in self.greeted_agents() {
            if agent.id != by.agent.id && self.may(&agent, Action::View) {
                let agent = Some(card.clone());
                turn.answer(conn, Frame::Agent(ToAgent::Typing { agent, on }));
            }
        }
    }

    fn agent_saw(&mut self, turn: &mut Turn<'_>, by: &Speaking, place: Place) {
        let seq = Seq(place.0).min(self.transcript.head);
        let mine = SeenBy::Agent(by.agent.id.clone());
        if seq <= self.mark(&mine).seq {
            return;
        }
        let up_to = self.up_to(turn, seq);
        self.set_mark(turn, SeenMark { by: mine, seq, up_to });
        for (conn, agent) in self.greeted_agents() {
            if agent.id == by.agent.id && conn != by.conn {
                turn.answer(conn, Frame::Agent(ToAgent::SeenByMe { place: Place(seq.0) }));
            }
        }
        if self.conversation.session().is_some_and(|it| it.has_participant(&by.agent.id)) {
            self.team_saw(turn, seq, up_to);
        }
    }

    pub(super) fn tell_visitors_who_types(&self, turn: &mut Turn<'_>, card: &MemberCard, on: bool) {
        for (conn, _) in self.greeted_visitors() {
            let agent = card.clone();
            turn.answer(conn, Frame::Visitor(ToVisitor::Typing { agent, on }));
        }
    }

    /// Whoever answers the visitor has read up to an event, and the visitor is told.
    pub(super) fn team_saw(&mut self, turn: &mut Turn<'_>, seq: Seq, up_to: UpTo) {
        let before = self.mark(&SeenBy::Team);
        if seq <= before.seq {
            return;
        }
        self.set_mark(turn, SeenMark { by: SeenBy::Team, seq, up_to });
        if before.up_to.shown < up_to.shown {
            for (conn, _) in self.greeted_visitors() {
                let place = up_to.shown;
                turn.answer(conn, Frame::Visitor(ToVisitor::Seen { place }));
            }
        }
    }

    fn agent_link(&self, turn: &mut Turn<'_>, by: &Speaking, file: FileId) {
        let message = turn.log.file(&file).and_then(|it| it.message);
        let readable = message
            .and_then(|seq| turn.read(seq))
            .filter(|it| agent_entry_is_readable(&by.view, it))
            .is_some_and(|it| it.files().iter().any(|known| known.id == file));
        if readable {
            let masked = by.view.masked;
            turn.told.push(Output::SignLink { conn: by.conn, file, masked });
        } else {
            self.refuse(turn, by.conn, Refusal::NotFound);
        }
    }

    /// Whether a grant allows an action here; for what the desk asks in somebody's name.
    pub(super) fn grant_allows(&self, now: Timestamp, grant: &Grant, action: Action) -> bool {
        self.agent(now, grant).is_ok_and(|agent| {
            may(&agent, &SessionFacts::of(&self.conversation), &self.facts.workspace, action)
        })
    }
}

/// The message at a place, if it is one that this agent may read.
fn target(turn: &Turn<'_>, view: &AgentView, of: Place) -> Result<Target, Refusal> {
    let stored = turn.read(Seq(of.0)).filter(|it| agent_entry_is_readable(view, it));
    stored.as_ref().and_then(target_of).ok_or(Refusal::NotFound)
}

/// What a masked reader knows of a message must be all that it says: what they send back would
/// otherwise put asterisks in the place of what they could not see.
// RM41
fn seen_whole(turn: &Turn<'_>, view: &AgentView, seq: Seq) -> Result<(), Refusal> {
    let said = turn.read(seq).and_then(|it| it.written).and_then(|it| it.content);
    let Some(Content::Message { text: Some(text), .. }) = said else { return Ok(()) };
    if mask::text(view.masked, text.clone()) == text { Ok(()) } else { Err(Refusal::Masked) }
}

/// Whether that is what a message says already.
pub(super) fn says(turn: &Turn<'_>, seq: Seq, text: &MessageText) -> bool {
    let said = turn.read(seq).and_then(|it| it.written).and_then(|it| it.content);
    matches!(said, Some(Content::Message { text: Some(said), .. }) if said == *text)
}

pub(super) fn target_of(stored: &Stored) -> Option<Target> {
    let EventKind::Posted { by, visibility, .. } = &stored.body.event.kind else { return None };
    Some(Target {
        seq: stored.seq,
        n: stored.shown,
        author: by.author(),
        visibility: *visibility,
        deleted: stored.written.as_ref().is_some_and(|it| it.deleted_at.is_some()),
        session: stored.body.event.session,
    })
}
