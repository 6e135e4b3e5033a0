//! The relay's side: a conversation's object and the desk's, as a shell would run
//! them, with crashes between any two steps, writes that fail, and sleep.

use std::collections::BTreeMap;

use inbox_protocol::{FromAgent, FromDesk, FromVisitor, PING, PONG, Refusal, ToAgent, ToVisitor};
use inbox_room::{
    Batch, Conn, Desk, DeskBatch, DeskCommand, DeskFacts, DeskInput, DeskOutput, DeskReader,
    DeskSnapshot, Facts, Frame, Grant, Input, Output, Pass, PresenceRow, Reader, Room, RoomReport,
    Signer, Summary, Who,
};
use inbox_types::{
    Author, ConversationId, Detection, MemberId, Millis, Place, Role, Timestamp, Visibility, limits,
};

use super::env::{Env, Letter, RelayEnd};
use crate::{
    Invariant, Observation, Planted, Violation,
    disk::{Disk, parsed, text},
    network::{End, Packet, WireId},
};

/// What a note and a whisper begin with, so that they can be found among bytes.
pub(crate) const NOTE: &str = "canary-note";
pub(crate) const WHISPER: &str = "canary-whisper";

/// How long until something that could not be delivered is tried again.
const AGAIN: Millis = Millis::seconds(2);

#[derive(Debug)]
struct Socket {
    end: RelayEnd,
    /// What the platform keeps with a socket while the object sleeps.
    attachment: Option<String>,
    /// Whether a hello has come in on it, whatever the room made of it.
    said_hello: bool,
}

/// One conversation's object.
#[derive(Debug)]
pub(crate) struct RoomHost {
    index: usize,
    pub(crate) id: ConversationId,
    pub(crate) disk: Disk,
    pub(crate) facts: Facts,
    room: Option<Room>,
    sockets: BTreeMap<WireId, Socket>,
    /// What the desk has not heard yet, and when to try again.
    outbox: Vec<RoomReport>,
    post_at: Option<Timestamp>,
    /// Who may read each whisper, as it was stored with it.
    whispers: BTreeMap<String, Vec<MemberId>>,
}

impl RoomHost {
    pub(crate) fn new(index: usize, disk: Disk, facts: Facts) -> Self {
        Self {
            index,
            id: disk.identity.conversation.clone(),
            disk,
            facts,
            room: None,
            sockets: BTreeMap::new(),
            outbox: Vec::new(),
            post_at: None,
            whispers: BTreeMap::new(),
        }
    }

    /// When it must act by itself.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        [self.disk.alarm, self.post_at].into_iter().flatten().min()
    }

    pub(crate) fn act(&mut self, env: &mut Env) {
        if self.post_at.is_some_and(|it| it <= env.now) {
            self.deliver_reports(env);
        }
        if self.disk.alarm.is_some_and(|it| it <= env.now) {
            // The platform tries an alarm again that failed.
            let alarm = self.disk.alarm.take();
            if !self.drive(env, Input::Fired) {
                self.disk.alarm = alarm.map(|_| env.now.after(AGAIN));
            }
        }
    }

    /// The object falls asleep: only storage and attachments stay.
    pub(crate) fn sleep(&mut self, env: &mut Env) {
        env.tell(|| format!("{} sleeps", self.id));
        self.room = None;
    }

    pub(crate) fn hear(&mut self, env: &mut Env, wire: WireId, end: RelayEnd, packet: Packet) {
        match packet {
            Packet::Open => self.accept(env, wire, end),
            Packet::Close(_) => {
                if self.sockets.remove(&wire).is_some() {
                    self.drive(env, Input::Closed { conn: Conn(wire) });
                }
            }
            // Whoever speaks to a dead process is told so.
            Packet::Text(_) if !self.sockets.contains_key(&wire) => {
                env.network.reset(env.now, &mut env.random, wire);
            }
            Packet::Text(frame) if frame == PING => tell(env, wire, PONG.to_owned()),
            Packet::Text(frame) => self.parse(env, wire, end, &frame),
        }
    }

    pub(crate) fn drive(&mut self, env: &mut Env, input: Input) -> bool {
        env.n_events += 1;
        let now = env.now;
        let mut room = match self.room.take() {
            Some(room) => room,
            None => Room::wake(self.disk.snapshot(&self.facts, self.readers())),
        };
        let mut outputs = room.handle(now, input, &self.disk);
        if env.is(Planted::AcknowledgeBeforeWrite) {
            outputs.sort_by_key(|it| !matches!(it, Output::Tell { .. }));
        }
        let crash = env.random.permille(env.weather.crash);
        let crash_at = crash.then(|| env.random.index(outputs.len() + 1));
        let mut erased = false;
        for (index, output) in outputs.into_iter().enumerate() {
            if crash_at == Some(index) {
                self.crash(env);
                return false;
            }
            erased |= matches!(output, Output::Erase(_));
            if !self.carry_out(env, output) {
                self.crash(env);
                return false;
            }
        }
        if crash_at.is_some() {
            self.crash(env);
        } else if !erased {
            self.room = Some(room);
        }
        true
    }

    /// False if the object must be dropped.
    fn carry_out(&mut self, env: &mut Env, output: Output) -> bool {
        match output {
            Output::Store(batch) => return self.store(env, *batch),
            Output::Remember { conn, reader } => {
                if let Some(socket) = self.sockets.get_mut(&conn.0) {
                    socket.attachment = Some(text(&reader));
                }
            }
            Output::Tell { conn, frame } => self.tell(env, conn.0, &frame),
            Output::Close { conn, code } => {
                self.sockets.remove(&conn.0);
                env.tell(|| format!("{} closes {} {code:?}", self.id, conn.0));
                env.network.close(env.now, &mut env.random, conn.0, End::Relay, code.code());
            }
            Output::SignLink { conn, file } => {
                let url = format!("files/{file}");
                let frame = match self.sockets.get(&conn.0).map(|it| it.end) {
                    Some(RelayEnd::Visitor { .. }) => Frame::Visitor(ToVisitor::Link { file, url }),
                    Some(RelayEnd::Agent { .. }) => Frame::Agent(ToAgent::Link { file, url }),
                    Some(RelayEnd::Desk { .. }) | None => return true,
                };
                self.tell(env, conn.0, &frame);
            }
            Output::RenewToken { conn, generation } => {
                let frame = Frame::Visitor(ToVisitor::Token { token: generation.to_string() });
                self.tell(env, conn.0, &frame);
            }
            Output::Report(report) => {
                self.put_out(*report);
                self.deliver_reports(env);
            }
            Output::DropFiles(files) => {
                for file in files {
                    self.disk.files.remove(&file);
                }
            }
            Output::Erase(standing) => {
                env.tell(|| format!("{} is erased, epoch {}", self.id, standing.epoch));
                self.disk.erase(standing);
                env.generations[self.index] = standing.generation;
                let conversation = self.id.clone();
                env.observe(Observation::Erased { conversation, epoch: standing.epoch });
            }
        }
        true
    }

    fn store(&mut self, env: &mut Env, mut batch: Batch) -> bool {
        if env.random.permille(env.weather.full_disk) {
            env.tell(|| format!("{} cannot write", self.id));
            return false;
        }
        if env.is(Planted::TornBatch) {
            batch.events.truncate(1);
        }
        self.disk.write(&batch);
        env.generations[self.index] = self.disk.standing.generation;
        for stored in &batch.events {
            for whisper in whispers(&text(&stored.written)) {
                self.whispers.insert(whisper, stored.body.audience.clone());
            }
            let message = stored.name().map(|(author, client_id)| (author, client_id.clone()));
            env.tell(|| {
                format!("{} stores {} {:?}", self.id, stored.seq.0, stored.body.event.kind)
            });
            env.observe(Observation::Stored {
                conversation: self.id.clone(),
                seq: Place(stored.seq.0),
                shown: stored.shown,
                message,
            });
        }
        true
    }

    /// The process dies: its memory is gone, and so are its sockets.
    pub(crate) fn crash(&mut self, env: &mut Env) {
        env.tell(|| format!("{} crashes", self.id));
        self.room = None;
        for (wire, _) in std::mem::take(&mut self.sockets) {
            if env.random.permille(800) {
                env.network.reset(env.now, &mut env.random, wire);
            } else {
                env.silence(wire, End::Browser);
                env.silence(wire, End::Relay);
            }
        }
        // What the desk may have missed is said again once the object is up.
        self.post_at = Some(env.now.after(AGAIN));
        if let Some(alarm) = &mut self.disk.alarm {
            *alarm = (*alarm).max(env.now.after(Millis(1)));
        }
    }

    fn readers(&self) -> Vec<(Conn, Reader)> {
        let attached = |(wire, socket): (&WireId, &Socket)| {
            Some((Conn(*wire), parsed(socket.attachment.as_deref()?)))
        };
        self.sockets.iter().filter_map(attached).collect()
    }

    fn accept(&mut self, env: &mut Env, wire: WireId, end: RelayEnd) {
        let who = match end {
            RelayEnd::Visitor { generation, .. } => {
                Who::Visitor(Pass { generation, renew: env.random.permille(50) })
            }
            RelayEnd::Agent { agent, .. } => Who::Agent(grant(env.now, &self.facts, agent)),
            RelayEnd::Desk { .. } => return,
        };
        self.sockets.insert(wire, Socket { end, attachment: None, said_hello: false });
        env.network.send(env.now, &mut env.random, wire, End::Browser, Packet::Open);
        self.drive(env, Input::Connected { conn: Conn(wire), who });
    }

    fn parse(&mut self, env: &mut Env, wire: WireId, end: RelayEnd, frame: &str) {
        let conn = Conn(wire);
        let input = match end {
            RelayEnd::Visitor { .. } => match serde_json::from_str(frame) {
                Ok(frame) => self.visitor_says(env, conn, frame),
                Err(_) => Input::Garbled { conn, reason: Refusal::Malformed },
            },
            RelayEnd::Agent { .. } | RelayEnd::Desk { .. } => match serde_json::from_str(frame) {
                Ok(FromAgent::Renew { grant }) => {
                    Input::Renewed { conn, grant: serde_json::from_str(&grant).ok() }
                }
                Ok(frame) => self.agent_says(env, conn, frame),
                Err(_) => Input::Garbled { conn, reason: Refusal::Malformed },
            },
        };
        self.drive(env, input);
    }

    fn visitor_says(&mut self, env: &mut Env, conn: Conn, mut frame: FromVisitor) -> Input {
        if let FromVisitor::Hello(hello) = &mut frame {
            self.greet(conn);
            resume_too_late(env, &mut hello.after);
        }
        let detects = matches!(frame, FromVisitor::Post { .. }) && env.random.permille(500);
        let detection = detects.then(|| Detection {
            language: env.random.pick(&["vi", "en", "uk"]).parse().ok(),
            confidence: 90,
        });
        Input::Visitor { conn, frame, detection }
    }

    fn agent_says(&mut self, env: &mut Env, conn: Conn, mut frame: FromAgent) -> Input {
        if let FromAgent::Hello(hello) = &mut frame {
            self.greet(conn);
            resume_too_late(env, &mut hello.after);
        }
        Input::Agent { conn, frame }
    }

    fn greet(&mut self, conn: Conn) {
        if let Some(socket) = self.sockets.get_mut(&conn.0) {
            socket.said_hello = true;
        }
    }

    fn tell(&self, env: &mut Env, wire: WireId, frame: &Frame) {
        let (bytes, is_entry, is_refusal) = match frame {
            Frame::Visitor(frame) => (
                text(frame),
                matches!(frame, ToVisitor::Entry { .. }),
                matches!(frame, ToVisitor::Refused { .. }),
            ),
            Frame::Agent(frame) => (
                text(frame),
                matches!(frame, ToAgent::Entry { .. }),
                matches!(frame, ToAgent::Refused { .. }),
            ),
        };
        if is_entry && env.is(Planted::LoseEntry) && env.random.permille(50) {
            return;
        }
        if is_entry {
            self.tell_too_many(env, wire, frame, &bytes);
        }
        self.tell_bytes(env, wire, bytes, is_refusal);
    }

    /// The planted bugs of telling somebody who must not be told.
    fn tell_too_many(&self, env: &mut Env, wire: WireId, frame: &Frame, bytes: &str) {
        let other = |socket: &Socket| match frame {
            Frame::Visitor(_) => {
                env.is(Planted::TellBeforeHello)
                    && matches!(socket.end, RelayEnd::Visitor { .. })
                    && !socket.said_hello
            }
            Frame::Agent(_) => {
                env.is(Planted::NoteToVisitor)
                    && matches!(socket.end, RelayEnd::Visitor { .. })
                    && bytes.contains(NOTE)
            }
        };
        let others: Vec<WireId> = self
            .sockets
            .iter()
            .filter(|(id, socket)| **id != wire && other(socket))
            .map(|(id, _)| *id)
            .collect();
        for id in others {
            self.tell_bytes(env, id, bytes.to_owned(), false);
        }
        if env.is(Planted::WrongRoom) && matches!(frame, Frame::Visitor(_)) {
            let here = self.index;
            let elsewhere = env.network.wires_of(|_, relay| match relay {
                RelayEnd::Visitor { conversation, .. } => conversation != here,
                RelayEnd::Agent { .. } | RelayEnd::Desk { .. } => false,
            });
            if let Some(id) = elsewhere.first() {
                tell(env, *id, bytes.to_owned());
            }
        }
    }

    fn tell_bytes(&self, env: &mut Env, wire: WireId, bytes: String, is_refusal: bool) {
        let Some(socket) = self.sockets.get(&wire) else { return };
        if !socket.said_hello && !is_refusal {
            env.broke(Violation {
                invariant: Invariant::A10,
                story: format!("{} tells {:?} before hello: {bytes}", self.id, socket.end),
            });
        }
        if limits::FRAME_BYTES * 16 < bytes.len() {
            env.broke(Violation {
                invariant: Invariant::A5,
                story: format!("{} sends {} bytes in one frame", self.id, bytes.len()),
            });
        }
        if let Some(secret) = self.secret(socket.end, &bytes) {
            env.broke(Violation {
                invariant: Invariant::A5,
                story: format!("{} tells {:?} {secret}: {bytes}", self.id, socket.end),
            });
        }
        tell(env, wire, bytes);
    }

    /// A secret among the bytes that is not for this reader.
    fn secret(&self, end: RelayEnd, bytes: &str) -> Option<&'static str> {
        match end {
            RelayEnd::Visitor { .. } => [NOTE, WHISPER].into_iter().find(|it| bytes.contains(it)),
            RelayEnd::Agent { agent, .. } => {
                let (id, member) = self.facts.members.iter().nth(agent)?;
                // One that is not stored is found when it is read.
                let hidden = |name: String| {
                    self.whispers.get(&name).is_some_and(|audience| !audience.contains(id))
                };
                let reads_all = member.role == Role::Supervisor;
                (!reads_all && whispers(bytes).any(hidden)).then_some(WHISPER)
            }
            RelayEnd::Desk { .. } => None,
        }
    }

    fn put_out(&mut self, report: RoomReport) {
        if let RoomReport::Summary(_) = report {
            self.outbox.retain(|it| !matches!(it, RoomReport::Summary(_)));
        }
        self.outbox.push(report);
    }

    /// The desk did not say that it has the report.
    pub(crate) fn undelivered(&mut self, env: &Env, report: RoomReport) {
        match report {
            // By then there may be a newer one.
            RoomReport::Summary(_) => (),
            RoomReport::OfferRefused { .. }
            | RoomReport::Bulk { .. }
            | RoomReport::Erased { .. } => self.outbox.push(report),
        }
        self.post_at = Some(env.now.after(AGAIN));
    }

    /// At least once, retried by alarm; after a crash the summary is made again.
    fn deliver_reports(&mut self, env: &mut Env) {
        if self.post_at.take().is_some() {
            let room = match self.room.take() {
                Some(room) => room,
                None => Room::wake(self.disk.snapshot(&self.facts, self.readers())),
            };
            if let Some(report) = room.report(&self.disk) {
                self.put_out(report);
            }
            self.room = Some(room);
        }
        let mut waiting = Vec::new();
        for report in std::mem::take(&mut self.outbox) {
            if env.random.permille(env.weather.mail) {
                waiting.push(report);
            } else {
                env.post(&Letter::ToDesk { conversation: self.index, report });
            }
        }
        if !waiting.is_empty() {
            self.outbox = waiting;
            self.post_at = Some(env.now.after(AGAIN));
        }
    }

    /// Everybody's writing, as the log has it: whose, and the text now.
    pub(crate) fn messages(&self) -> Vec<(Author, inbox_types::ClientId, Visibility)> {
        self.disk
            .events
            .iter()
            .filter_map(|stored| {
                let (author, client_id) = stored.name()?;
                let inbox_core::EventKind::Posted { visibility, .. } = &stored.body.event.kind
                else {
                    return None;
                };
                Some((author, client_id.clone(), *visibility))
            })
            .collect()
    }
}

/// The names of the whispers among some bytes.
fn whispers(bytes: &str) -> impl Iterator<Item = String> {
    bytes.match_indices(WHISPER).map(|(at, _)| {
        bytes[at..].chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '-').collect()
    })
}

fn resume_too_late(env: &Env, after: &mut Option<Place>) {
    if let Some(place) = after
        && env.is(Planted::ResumeOffByOne)
    {
        *place = place.next();
    }
}

fn tell(env: &mut Env, wire: WireId, bytes: String) {
    env.network.send(env.now, &mut env.random, wire, End::Browser, Packet::Text(bytes));
}

/// The grant that the edge makes when an agent dials.
fn grant(now: Timestamp, facts: &Facts, agent: usize) -> Grant {
    let (id, member) = facts.members.iter().nth(agent).expect("an agent of the world");
    Grant {
        agent: id.clone(),
        role: member.role,
        departments: member.departments.clone(),
        version: member.version,
        load: 0,
        expires: now.after(limits::GRANT_LIFE),
    }
}

/// Signs nothing: who could forge it?
#[derive(Debug)]
struct Plain;

impl Signer for Plain {
    fn sign(&self, grant: &Grant) -> String {
        text(grant)
    }
}

/// The desk's object.
#[derive(Debug)]
pub(crate) struct DeskHost {
    pub(crate) facts: DeskFacts,
    desk: Option<Desk>,
    presences: BTreeMap<MemberId, String>,
    summaries: BTreeMap<ConversationId, String>,
    erased: BTreeMap<ConversationId, u32>,
    alarm: Option<Timestamp>,
    sockets: BTreeMap<WireId, Socket>,
    conversations: Vec<ConversationId>,
    /// Commands that the shell must deliver, and when to try again.
    retries: Vec<(Timestamp, usize, DeskCommand)>,
}

impl DeskHost {
    pub(crate) fn new(facts: DeskFacts, conversations: Vec<ConversationId>) -> Self {
        Self {
            facts,
            desk: None,
            presences: BTreeMap::new(),
            summaries: BTreeMap::new(),
            erased: BTreeMap::new(),
            alarm: None,
            sockets: BTreeMap::new(),
            conversations,
            retries: Vec::new(),
        }
    }

    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.retries.iter().map(|it| it.0).chain(self.alarm).min()
    }

    pub(crate) fn act(&mut self, env: &mut Env) {
        let now = env.now;
        let (due, later) =
            std::mem::take(&mut self.retries).into_iter().partition(|it| it.0 <= now);
        self.retries = later;
        let due: Vec<(Timestamp, usize, DeskCommand)> = due;
        for (_, conversation, command) in due {
            self.command(env, conversation, command);
        }
        if self.alarm.is_some_and(|it| it <= now) {
            self.alarm = None;
            if !self.drive(env, DeskInput::Fired) {
                self.alarm = Some(now.after(AGAIN));
            }
        }
    }

    pub(crate) fn sleep(&mut self, env: &mut Env) {
        env.tell(|| "desk sleeps".to_owned());
        self.desk = None;
    }

    /// The summary that the desk has of a conversation.
    pub(crate) fn summary(&self, conversation: &ConversationId) -> Option<Summary> {
        self.summaries.get(conversation).map(|it| parsed(it))
    }

    pub(crate) fn hear(&mut self, env: &mut Env, wire: WireId, end: RelayEnd, packet: Packet) {
        let conn = Conn(wire);
        match packet {
            Packet::Open => {
                let RelayEnd::Desk { agent } = end else { return };
                let member = self.facts.members.keys().nth(agent).expect("an agent").clone();
                self.sockets.insert(wire, Socket { end, attachment: None, said_hello: false });
                env.network.send(env.now, &mut env.random, wire, End::Browser, Packet::Open);
                self.drive(env, DeskInput::Connected { conn, member });
            }
            Packet::Close(_) => {
                if self.sockets.remove(&wire).is_some() {
                    self.drive(env, DeskInput::Closed { conn });
                }
            }
            Packet::Text(_) if !self.sockets.contains_key(&wire) => {
                env.network.reset(env.now, &mut env.random, wire);
            }
            Packet::Text(frame) if frame == PING => tell(env, wire, PONG.to_owned()),
            Packet::Text(frame) => {
                let input = match serde_json::from_str::<FromDesk>(&frame) {
                    Ok(frame) => {
                        if let (FromDesk::Hello { .. }, Some(socket)) =
                            (&frame, self.sockets.get_mut(&wire))
                        {
                            socket.said_hello = true;
                        }
                        DeskInput::Said { conn, frame }
                    }
                    Err(_) => DeskInput::Garbled { conn, reason: Refusal::Malformed },
                };
                self.drive(env, input);
            }
        }
    }

    pub(crate) fn drive(&mut self, env: &mut Env, input: DeskInput) -> bool {
        env.n_events += 1;
        let mut desk = match self.desk.take() {
            Some(desk) => desk,
            None => Desk::wake(self.snapshot()),
        };
        let outputs = desk.handle(env.now, input, &Plain);
        let crash = env.random.permille(env.weather.crash);
        let crash_at = crash.then(|| env.random.index(outputs.len() + 1));
        for (index, output) in outputs.into_iter().enumerate() {
            if crash_at == Some(index) || !self.carry_out(env, output) {
                self.crash(env);
                return false;
            }
        }
        if crash_at.is_some() {
            self.crash(env);
        } else {
            self.desk = Some(desk);
        }
        true
    }

    fn carry_out(&mut self, env: &mut Env, output: DeskOutput) -> bool {
        match output {
            DeskOutput::Store(batch) => {
                if env.random.permille(env.weather.full_disk) {
                    return false;
                }
                self.store(&batch);
            }
            DeskOutput::Remember { conn, reader } => {
                if let Some(socket) = self.sockets.get_mut(&conn.0) {
                    socket.attachment = Some(text(&reader));
                }
            }
            DeskOutput::Tell { conn, frame } => {
                let Some(socket) = self.sockets.get(&conn.0) else { return true };
                let is_refusal = matches!(frame, inbox_protocol::ToDesk::Refused { .. });
                if !socket.said_hello && !is_refusal {
                    env.broke(Violation {
                        invariant: Invariant::A10,
                        story: format!("the desk tells {:?} before hello", socket.end),
                    });
                }
                tell(env, conn.0, text(&frame));
            }
            DeskOutput::Close { conn, code } => {
                self.sockets.remove(&conn.0);
                env.network.close(env.now, &mut env.random, conn.0, End::Relay, code.code());
            }
            DeskOutput::Command { conversation, command } => {
                if let Some(index) = self.conversations.iter().position(|it| *it == conversation) {
                    self.command(env, index, command);
                }
            }
            DeskOutput::Alarm(alarm) => self.alarm = alarm,
        }
        true
    }

    fn command(&mut self, env: &mut Env, conversation: usize, command: DeskCommand) {
        if env.random.permille(env.weather.mail) {
            self.undelivered(env, conversation, command);
        } else {
            env.post(&Letter::ToRoom { conversation, command });
        }
    }

    /// The conversation did not say that it has the command: some are tried again, of the
    /// others the desk notices by itself that nothing came of them.
    pub(crate) fn undelivered(&mut self, env: &Env, conversation: usize, command: DeskCommand) {
        match command {
            DeskCommand::Presence { .. }
            | DeskCommand::RightsChanged { .. }
            | DeskCommand::MemberRemoved { .. } => {
                self.retries.push((env.now.after(AGAIN), conversation, command));
            }
            DeskCommand::Offer { .. }
            | DeskCommand::Answer { .. }
            | DeskCommand::Bulk { .. }
            | DeskCommand::Report => (),
        }
    }

    fn store(&mut self, batch: &DeskBatch) {
        for row in &batch.presences {
            self.presences.insert(row.member.clone(), text(row));
        }
        for summary in &batch.summaries {
            self.summaries.insert(summary.conversation.clone(), text(summary));
        }
        for (conversation, epoch) in &batch.erased {
            self.summaries.remove(conversation);
            self.erased.insert(conversation.clone(), *epoch);
        }
    }

    fn snapshot(&self) -> DeskSnapshot {
        let readers = self.sockets.iter().filter_map(|(wire, socket)| {
            let reader: DeskReader = parsed(socket.attachment.as_deref()?);
            Some((Conn(*wire), reader))
        });
        DeskSnapshot {
            facts: self.facts.clone(),
            presences: self.presences.values().map(|it| parsed::<PresenceRow>(it)).collect(),
            summaries: self.summaries.values().map(|it| parsed(it)).collect(),
            erased: self.erased.iter().map(|(id, epoch)| (id.clone(), *epoch)).collect(),
            alarm: self.alarm,
            readers: readers.collect(),
        }
    }

    pub(crate) fn crash(&mut self, env: &mut Env) {
        env.tell(|| "desk crashes".to_owned());
        self.desk = None;
        for (wire, _) in std::mem::take(&mut self.sockets) {
            env.network.reset(env.now, &mut env.random, wire);
        }
        // Whoever was connected is not any more: the shell says so when it starts.
        self.alarm = Some(env.now.after(Millis(1)));
    }
}
