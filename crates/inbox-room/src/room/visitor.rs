//! What a visitor may say, and what comes of it.

use std::collections::BTreeMap;

use inbox_core::{Actor, Answered, Asking, Command, Post, Rejection, Speaker};
use inbox_protocol::{FromVisitor, Refusal, ToAgent, ToVisitor};
use inbox_types::{
    Author, ClientId, ContactDetails, Detection, FileId, MessageText, Place, StartContext,
    Timestamp, Visibility, Visit, limits,
};

use super::{Room, hello::visitor_history, turn::Turn};
use crate::{
    CampaignSnapshot, Conn, Connection, Frame, Numbering, Output, SeenBy, SeenMark, mask, wire,
};

/// What the shell knows of a post beside its frame.
pub(super) struct Beside {
    /// What the detector says.
    pub(super) detection: Option<Detection>,
    /// What the campaign said that it answers.
    pub(super) said: Option<Box<CampaignSnapshot>>,
}

/// A message as it came.
struct IncomingPost {
    client_id: ClientId,
    text: Option<MessageText>,
    files: Vec<FileId>,
    context: StartContext,
    beside: Beside,
}

impl Room {
    // RM45
    pub(super) fn receive_visitor(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        frame: FromVisitor,
        beside: Beside,
    ) {
        let is_hello = matches!(frame, FromVisitor::Hello(_));
        let Some(reader) = self.listen(turn, conn, is_hello, cost(&frame)) else { return };
        match frame {
            FromVisitor::Hello(hello) => self.greet_visitor(turn, conn, reader, hello),
            FromVisitor::Post { client_id, text, files, context } => {
                let said = IncomingPost { client_id, text, files, context, beside };
                self.visitor_posts(turn, conn, &reader, said);
            }
            FromVisitor::Typing { on } => self.visitor_types(turn, on),
            FromVisitor::Seen { place } => self.visitor_saw(turn, conn, place),
            FromVisitor::Visits { visits } => self.visitor_went(turn, visits),
            FromVisitor::End => {
                let end = Command::End { ask: Asking::Never, reason: None };
                self.visitor_asks(turn, conn, &reader, end);
            }
            FromVisitor::Answer { more } => {
                self.visitor_asks(turn, conn, &reader, Command::Answer { more });
            }
            FromVisitor::Rate { session, stars, comment } => {
                self.visitor_asks(turn, conn, &reader, Command::Rate { session, stars, comment });
            }
            FromVisitor::Profile { details } => {
                let known = Box::new(self.known(turn).details);
                let details = Box::new(ContactDetails {
                    name: details.name,
                    email: details.email,
                    phone: details.phone,
                    ..ContactDetails::default()
                });
                self.visitor_asks(turn, conn, &reader, Command::SetContact { details, known });
            }
            FromVisitor::SetLanguage { language } => {
                let language = Some(language);
                self.visitor_asks(turn, conn, &reader, Command::SetLanguage { language });
            }
            FromVisitor::History { before } => visitor_history(turn, conn, before),
            FromVisitor::Link { file } => self.visitor_link(turn, conn, file),
        }
    }

    fn visitor_asks(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        reader: &Connection,
        command: Command,
    ) {
        let context = self.context(&reader.languages, 0);
        if let Err(rejection) = self.request(turn, Actor::Visitor, command, &context) {
            self.refuse(turn, conn, wire::refusal(rejection));
        }
    }

    fn visitor_posts(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        reader: &Connection,
        said: IncomingPost,
    ) {
        if let Some(placed) = turn.log.find_by_key(&Author::Visitor, &said.client_id) {
            // The answer to the first of its kind, even if this one says something else.
            ack_visitor(turn, conn, said.client_id, placed.shown.unwrap_or_default(), placed.at);
            return;
        }
        let client_id = said.client_id.clone();
        let done = if self.is_overtaken(turn, conn, &client_id) {
            Err(Refusal::Unavailable)
        } else {
            self.try_visitor_post(turn, reader, said)
        };
        match done {
            Ok((place, at)) => {
                self.overtake(turn, conn, &client_id);
                ack_visitor(turn, conn, client_id, place, at);
            }
            Err(reason) => {
                self.note_refused(turn, conn, &client_id);
                let client_id = Some(client_id);
                self.rates.refused_post(turn.now);
                turn.answer(conn, Frame::Visitor(ToVisitor::Refused { client_id, reason }));
            }
        }
    }

    // RM7
    fn try_visitor_post(
        &mut self,
        turn: &mut Turn<'_>,
        reader: &Connection,
        said: IncomingPost,
    ) -> Result<(Place, Timestamp), Refusal> {
        let files = pending_files(turn, &Author::Visitor, &said.files)?;
        let written = if self.facts.is_given_back() { said.text.clone() } else { None };
        let post = Post {
            client_id: said.client_id,
            visibility: Visibility::Public,
            text: said.text,
            files,
            detection: said.beside.detection,
            page: said.context.page,
            campaign: said
                .beside
                .said
                .filter(|it| Some(&it.campaign.id) == said.context.campaign.as_ref())
                .map(|it| Box::new(self.answered(turn, *it))),
        };
        let context = self.context(&reader.languages, 0);
        self.request(turn, Actor::Visitor, Command::Post(post), &context).map_err(wire::refusal)?;
        // The message is the last event that the rules made of it and that visitors see.
        let stored = turn.batch.events.iter().rev().find(|it| it.idempotency_key().is_some());
        let place = stored.map(|it| (it.shown.unwrap_or_default(), it.body.event.at));
        if let Some(written) = written {
            self.keep_left_address(turn, &written, &context);
        }
        place.ok_or(Refusal::Unavailable)
    }

    fn visitor_types(&self, turn: &mut Turn<'_>, on: bool) {
        for (conn, _) in self.greeted_agents() {
            turn.answer(conn, Frame::Agent(ToAgent::Typing { agent: None, on }));
        }
    }

    fn visitor_saw(&mut self, turn: &mut Turn<'_>, conn: Conn, place: Place) {
        let place = place.min(self.transcript.shown);
        if place <= self.mark(&SeenBy::Visitor).up_to.shown {
            return;
        }
        let Some(stored) = turn.log.at(Numbering::Visitor, place) else { return };
        let up_to = self.up_to(turn, stored.seq);
        self.set_mark(turn, SeenMark { by: SeenBy::Visitor, seq: stored.seq, up_to });
        for (conn, _) in self.greeted_agents() {
            let place = Place(stored.seq.0);
            turn.answer(conn, Frame::Agent(ToAgent::Seen { place }));
        }
        for (other, _) in self.greeted_visitors() {
            if other != conn {
                turn.answer(other, Frame::Visitor(ToVisitor::SeenByMe { place }));
            }
        }
    }

    // RM13, RM40
    pub(super) fn set_mark(&mut self, turn: &mut Turn<'_>, mark: SeenMark) {
        self.seen.insert(mark.by.clone(), mark.clone());
        turn.batch.seen.push(mark);
    }

    /// Pages are recorded while a session is open, and at no other time.
    // RM14
    fn visitor_went(&self, turn: &mut Turn<'_>, told: Vec<Visit>) {
        if self.conversation.open_session().is_none() || told.is_empty() {
            return;
        }
        // Of one page the browser may tell twice: a page can take one address for another (RM14).
        let mut visits: Vec<Visit> = Vec::new();
        for visit in told {
            visits.retain(|it| it.at != visit.at);
            visits.push(visit);
        }
        visits.drain(..visits.len().saturating_sub(limits::VISITS));
        let mut all = turn.log.visits();
        // RM120
        visits.retain(|it| !all.contains(it));
        if visits.is_empty() {
            return;
        }
        all.retain(|it| visits.iter().all(|new| new.at != it.at));
        all.extend(visits.iter().cloned());
        all.drain(..all.len().saturating_sub(limits::VISITS));
        // Masked once for all of them: it is much work.
        let mut shown: BTreeMap<bool, Vec<Visit>> = BTreeMap::new();
        for (conn, agent) in self.greeted_agents() {
            let Some(masked) = self.agent_view(&agent).map(|it| it.masked) else { continue };
            let visits = shown
                .entry(masked)
                .or_insert_with(|| all.iter().map(|it| mask::visit(masked, it.clone())).collect());
            turn.answer(conn, Frame::Agent(ToAgent::Visits { visits: visits.clone() }));
        }
        turn.batch.visits = visits;
    }

    /// What a campaign said, under a name that its author has not used. The log is longer by now than
    /// when anything was said before, so the first one is free unless somebody has taken it on purpose.
    // RM36, RM122
    fn answered(&self, turn: &Turn<'_>, said: CampaignSnapshot) -> Answered {
        let CampaignSnapshot { campaign, variant, by, text } = said;
        let by = by.map_or(Speaker::Team, Speaker::Agent);
        let author = by.author();
        let client_id = (self.transcript.head.0..=u64::MAX)
            .map(|n| format!("campaign-{n}").parse().expect("letters and digits are a name"))
            .find(|it| turn.log.find_by_key(&author, it).is_none())
            .expect("a log has an end");
        Answered { campaign, variant, client_id, by, text }
    }

    fn visitor_link(&self, turn: &mut Turn<'_>, conn: Conn, file: FileId) {
        let message = turn.log.file(&file).and_then(|it| it.message);
        let seen = message
            .and_then(|seq| turn.read(seq))
            .filter(|it| it.shown.is_some())
            .is_some_and(|it| it.files().iter().any(|known| known.id == file));
        if seen {
            turn.told.push(Output::SignLink { conn, file, masked: false });
        } else {
            self.refuse(turn, conn, Refusal::NotFound);
        }
    }
}

/// As how many frames one counts: more is done for some than for others.
// RM15
fn cost(frame: &FromVisitor) -> u32 {
    match frame {
        FromVisitor::Visits { .. } => limits::RATE_COST_OF_VISITS,
        FromVisitor::History { .. } => limits::RATE_COST_OF_HISTORY,
        FromVisitor::Hello(_)
        | FromVisitor::Post { .. }
        | FromVisitor::Typing { .. }
        | FromVisitor::Seen { .. }
        | FromVisitor::End
        | FromVisitor::Answer { .. }
        | FromVisitor::Rate { .. }
        | FromVisitor::Profile { .. }
        | FromVisitor::SetLanguage { .. }
        | FromVisitor::Link { .. } => 1,
    }
}

fn ack_visitor(turn: &mut Turn<'_>, conn: Conn, client_id: ClientId, place: Place, at: Timestamp) {
    turn.answer(conn, Frame::Visitor(ToVisitor::Ack { client_id, place, at }));
}

/// The files of a message to be: uploaded by its author, and not sent before.
// RM11
pub(super) fn pending_files(
    turn: &Turn<'_>,
    author: &Author,
    ids: &[FileId],
) -> Result<Vec<inbox_types::File>, Refusal> {
    if limits::FILES_PER_MESSAGE < ids.len() {
        return Err(wire::refusal(Rejection::TooManyFiles));
    }
    let mut files: Vec<inbox_types::File> = Vec::new();
    for id in ids {
        let stored = turn.log.file(id).filter(|it| it.by == *author && it.message.is_none());
        let Some(stored) = stored else { return Err(Refusal::NotFound) };
        if files.iter().any(|it| it.id == *id) {
            return Err(Refusal::NotFound);
        }
        files.push(stored.file);
    }
    Ok(files)
}
