//! A conversation's object, as a shell would run it: it crashes between any two steps,
//! cannot always write, and sleeps.

use std::collections::BTreeMap;

use inbox_core::Content;
use inbox_host::forward::{self, LOOK_AGAIN};
use inbox_protocol::{
    CloseCode, FromAgent, FromVisitor, PING, PONG, Refusal, ToAgent, ToVisitor, http::Webhook,
};
use inbox_room::{
    Batch, CampaignSaid, Conn, Erasure, Facts, Frame, Grant, Input, Output, Pass, Reader, Room,
    Standing, Stored, Who,
};
use inbox_types::{
    Author, CampaignCard, ClientId, ConversationId, Detection, MemberId, Millis, Place, Text,
    Timestamp, VariantKey, Visibility, limits,
};

use super::{
    alarm::Alarm,
    env::{Env, RelayEnd, Skew, Token},
    forwarder::{Forwarder, webhook},
    reports::Reports,
    told::{tell, whispers},
};
use crate::{
    LineName, Observation, Planted,
    disk::{Disk, parsed, text},
    network::{End, Packet, WireId},
};

/// What a campaign says.
const CAMPAIGN: &str = "Questions about post?";

/// How long until something that could not be delivered is tried again.
pub(super) const AGAIN: Millis = Millis::seconds(2);

/// The relay's end of a socket.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(super) end: RelayEnd,
    /// What the platform keeps with a socket while the object sleeps.
    pub(super) attachment: Option<String>,
    /// Whether a hello has come in on it, whatever the room made of it.
    pub(super) said_hello: bool,
}

impl Socket {
    pub(super) fn new(end: RelayEnd) -> Self {
        Self { end, attachment: None, said_hello: false }
    }
}

/// One conversation's object.
#[derive(Debug)]
pub(crate) struct RoomHost {
    pub(super) index: usize,
    pub(crate) id: ConversationId,
    pub(crate) disk: Disk,
    pub(crate) facts: Facts,
    pub(super) room: Option<Box<Room>>,
    pub(super) sockets: BTreeMap<WireId, Socket>,
    /// For a planted bug: the last socket that was closed from here, and whose number is free.
    closed: Option<WireId>,
    /// For a planted bug: closed sockets, and who has their numbers now.
    heirs: BTreeMap<WireId, WireId>,
    pub(super) reports: Reports,
    pub(super) forwarder: Forwarder,
    /// Where its events are sent on to.
    pub(super) webhook: Webhook,
    /// What the platform has been asked for.
    pub(super) alarm: Alarm,
    /// How far its clock is wrong.
    pub(crate) skew: Skew,
    /// How many more of its alarms are killed half-way.
    pub(crate) n_killed: u32,
    /// Who may read each whisper, as it was stored with it.
    pub(super) whispers: BTreeMap<String, Vec<MemberId>>,
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
            closed: None,
            heirs: BTreeMap::new(),
            reports: Reports::default(),
            forwarder: Forwarder::default(),
            webhook: webhook(),
            alarm: Alarm::default(),
            skew: Skew::default(),
            n_killed: 0,
            whispers: BTreeMap::new(),
        }
    }

    /// The object falls asleep: only storage and attachments stay.
    pub(crate) fn sleep(&mut self, env: &mut Env) {
        env.tell(|| format!("{} sleeps", self.id));
        self.room = None;
    }

    pub(crate) fn hear(&mut self, env: &mut Env, wire: WireId, end: RelayEnd, packet: Packet) {
        if let Some(heir) = self.heirs.get(&wire).copied() {
            return self.mistake(env, heir, packet);
        }
        match packet {
            Packet::Open => self.accept(env, wire, end),
            Packet::Close(_) => {
                if self.sockets.remove(&wire).is_some() {
                    self.drive(env, Input::Closed { conn: Conn(wire) });
                }
            }
            // Whoever was sent away is not heard any more; whoever speaks to a dead process is told so.
            Packet::Text(_) if !self.sockets.contains_key(&wire) => {
                if !env.network.is_closed(wire) {
                    env.network.reset(env.now, &mut env.random, wire);
                }
            }
            Packet::Text(frame) if frame == PING => tell(env, wire, PONG.to_owned()),
            Packet::Text(frame) => self.parse(env, wire, end, &frame),
        }
    }

    /// A planted bug: what a closed socket says is taken for its heir's, and so is its end. The
    /// platform has the heir's socket all the while.
    fn mistake(&mut self, env: &mut Env, heir: WireId, packet: Packet) {
        let Some(socket) = self.sockets.get_mut(&heir) else { return };
        if let Packet::Close(_) = packet {
            socket.attachment = None;
            self.drive(env, Input::Closed { conn: Conn(heir) });
        } else {
            let end = socket.end;
            self.hear(env, heir, end, packet);
        }
    }

    fn close(&mut self, env: &mut Env, wire: WireId, code: CloseCode) {
        self.sockets.remove(&wire);
        self.closed = Some(wire);
        env.network.close(env.now, &mut env.random, wire, End::Relay, code.code());
    }

    pub(crate) fn drive(&mut self, env: &mut Env, input: Input) -> bool {
        env.n_events += 1;
        let now = self.skew.shows(env.now);
        let speaker = speaker(&input);
        let mut room = self.wake();
        let mut outputs = room.handle(now, input, &self.disk);
        let reports = outputs.iter().any(|it| matches!(it, Output::Report(_)));
        if env.is(Planted::AcknowledgeBeforeWrite) {
            outputs.sort_by_key(|it| !is_acknowledgement(it));
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
            if !self.carry_out(env, output, reports) {
                self.give_up(env, speaker);
                return false;
            }
        }
        self.arm();
        if crash_at.is_some() {
            self.crash(env);
        } else if !erased {
            self.room = Some(room);
        }
        true
    }

    /// False if the object must be dropped.
    fn carry_out(&mut self, env: &mut Env, output: Output, reports: bool) -> bool {
        match output {
            Output::Store(batch) => return self.store(env, *batch, reports),
            Output::Remember { conn, reader } => {
                if let Some(socket) = self.sockets.get_mut(&conn.0) {
                    socket.attachment = Some(text(&reader));
                }
            }
            Output::Tell { conn, frame } => self.tell(env, conn.0, &frame),
            Output::Close { conn, code } => {
                env.tell(|| format!("{} closes {} {code:?}", self.id, conn.0));
                self.close(env, conn.0, code);
            }
            Output::SignLink { conn, file, masked: _ } => {
                let url = format!("files/{file}");
                let frame = match self.sockets.get(&conn.0).map(|it| it.end) {
                    Some(RelayEnd::Visitor { .. }) => Frame::Visitor(ToVisitor::Link { file, url }),
                    Some(RelayEnd::Agent { .. }) => Frame::Agent(ToAgent::Link { file, url }),
                    Some(RelayEnd::Desk { .. }) | None => return true,
                };
                self.tell(env, conn.0, &frame);
            }
            Output::RenewToken { conn, generation } => {
                let token = Token { generation, ..env.token(self.index) };
                let frame = Frame::Visitor(ToVisitor::Token { token: text(&token) });
                self.tell(env, conn.0, &frame);
            }
            Output::Report(report) => {
                self.report(env, *report);
            }
            Output::DropFiles(files) => {
                for file in files {
                    self.disk.forget_file(&file);
                }
            }
            Output::Erase(Erasure { standing, audited: _ }) => return self.erase(env, standing),
        }
        true
    }

    fn erase(&mut self, env: &mut Env, standing: Standing) -> bool {
        if env.random.permille(env.weather.full_disk) {
            return false;
        }
        env.tell(|| format!("{} is erased, epoch {}", self.id, standing.epoch));
        let kept = if env.is(Planted::EpochForgotten) {
            Standing { epoch: 1, ..standing }
        } else {
            standing
        };
        self.disk.erase(kept);
        self.reports.drop_report();
        self.owe_report(env);
        env.generations[self.index] = standing.generation;
        let conversation = self.id.clone();
        env.observe(Observation::Erased { conversation, epoch: standing.epoch });
        true
    }

    fn store(&mut self, env: &mut Env, mut batch: Batch, reports: bool) -> bool {
        if env.random.permille(env.weather.full_disk) {
            env.tell(|| format!("{} cannot write", self.id));
            return false;
        }
        if env.is(Planted::TornBatch) {
            batch.events.truncate(1);
        }
        self.disk.write(&batch);
        let now = self.skew.shows(env.now);
        if reports {
            // Written with what is to be reported: whatever happens now, it is not forgotten.
            self.owe_report(env);
        }
        if !batch.events.is_empty() {
            self.disk.forward_at.get_or_insert(now.after(LOOK_AGAIN));
        }
        env.generations[self.index] = self.disk.standing.generation;
        for stored in &batch.events {
            self.note_whispers(stored);
            let message = stored.name().map(|(author, client_id)| (author, client_id.clone()));
            env.tell(|| {
                format!("{} stores {} {:?}", self.id, stored.seq.0, stored.body.event.kind)
            });
            if let Some((author, client_id)) = message.clone().filter(is_of_campaign) {
                // The room itself writes it, in no tab, so nobody waits for it.
                let line = LineName { conversation: self.id.clone(), author, client_id };
                let text = Some(CAMPAIGN.to_owned());
                env.observe(Observation::Wrote { line: line.clone(), tab: u32::MAX, text });
                env.observe(Observation::Discarded { line });
            }
            let identity = &self.disk.identity;
            let owed = forward::delivery(identity, self.disk.standing.epoch, stored, false);
            env.observe(Observation::Stored {
                owed: owed.is_some(),
                conversation: self.id.clone(),
                seq: Place(stored.seq.0),
                shown: stored.shown,
                message,
            });
        }
        if !batch.events.is_empty() {
            self.forward(env);
        }
        true
    }

    fn note_whispers(&mut self, stored: &Stored) {
        let audience = &stored.body.audience;
        let mut note = |words: &str| {
            self.whispers.extend(whispers(words).map(|it| (it, audience.clone())));
        };
        match stored.written.as_ref().and_then(|it| it.content.as_ref()) {
            Some(Content::Message { text, .. }) => note(text.as_ref().map_or("", Text::as_str)),
            Some(Content::Edit { text, .. }) => note(text.as_str()),
            Some(
                Content::Delete { .. }
                | Content::Wrapup { .. }
                | Content::Rating { .. }
                | Content::Page { .. }
                | Content::Contact { .. }
                | Content::Tags { .. },
            ) => note(&text(&stored.written)),
            None => (),
        }
    }

    /// What could not be written is as if it had never been: the next input wakes another room.
    /// Whoever spoke is sent away, or everybody, if the process dies of it.
    fn give_up(&mut self, env: &mut Env, speaker: Option<Conn>) {
        match speaker {
            Some(conn) if env.random.permille(500) => {
                self.room = None;
                self.close(env, conn.0, CloseCode::Restart);
            }
            Some(_) | None => self.crash(env),
        }
    }

    /// The process dies: its memory is gone, and so are its sockets.
    pub(crate) fn crash(&mut self, env: &mut Env) {
        env.tell(|| format!("{} crashes", self.id));
        self.room = None;
        self.reports.forget();
        self.forwarder.forget();
        self.closed = None;
        self.heirs.clear();
        for (wire, _) in std::mem::take(&mut self.sockets) {
            if env.random.permille(800) {
                env.network.reset(env.now, &mut env.random, wire);
            } else {
                env.silence(wire, End::Browser);
                env.silence(wire, End::Relay);
            }
        }
    }

    /// The room, woken from what is stored if it sleeps.
    pub(super) fn wake(&mut self) -> Box<Room> {
        match self.room.take() {
            Some(room) => room,
            None => Box::new(Room::wake(self.disk.snapshot(&self.facts, self.readers()))),
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
            RelayEnd::Visitor { token, .. } => admit(env, token).map(Who::Visitor),
            RelayEnd::Agent { agent, .. } => Some(Who::Agent(grant(env.now, &self.facts, agent))),
            RelayEnd::Desk { .. } => None,
        };
        env.network.send(env.now, &mut env.random, wire, End::Browser, Packet::Open);
        let Some(who) = who else {
            let code = CloseCode::Unauthorized.code();
            env.network.close(env.now, &mut env.random, wire, End::Relay, code);
            return;
        };
        self.sockets.insert(wire, Socket::new(end));
        if let Some(closed) = self.closed.take()
            && env.is(Planted::NumberReused)
        {
            self.heirs.insert(closed, wire);
        }
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
            words: None,
        });
        let said = self.answer_campaign(&mut frame).map(Box::new);
        Input::Visitor { conn, frame, detection, said }
    }

    /// Some messages answer a campaign; which ones is told by their names, so that no other fate
    /// changes.
    fn answer_campaign(&self, frame: &mut FromVisitor) -> Option<CampaignSaid> {
        let FromVisitor::Post { client_id, context, .. } = frame else { return None };
        let last = client_id.as_str().bytes().last().unwrap_or_default();
        if last % 8 != 3 {
            return None;
        }
        let sender = self.facts.members.iter().next().filter(|_| last % 16 == 3);
        let said = CampaignSaid {
            campaign: CampaignCard {
                id: "post".parse().expect("letters are an id"),
                name: "Free post".to_owned().try_into().expect("a name"),
            },
            variant: VariantKey::FIRST,
            by: sender.map(|(id, it)| it.card(id)),
            text: CAMPAIGN.to_owned().try_into().expect("a text"),
        };
        context.campaign = Some(said.campaign.id.clone());
        Some(said)
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

fn resume_too_late(env: &Env, after: &mut Option<Place>) {
    if let Some(place) = after
        && env.is(Planted::ResumeOffByOne)
    {
        *place = place.next();
    }
}

/// The grant that the edge makes when an agent dials.
pub(super) fn grant(now: Timestamp, facts: &Facts, agent: usize) -> Grant {
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

/// What the door makes of a token; none if it does not hold.
fn admit(env: &Env, token: Token) -> Option<Pass> {
    let grace_ends = token.expires.after(env.token_life);
    let holds = env.key <= token.key + 1 && env.now < grace_ends;
    holds.then(|| Pass {
        generation: token.generation,
        renew: token.expires <= env.now,
        since: None,
    })
}

fn is_acknowledgement(output: &Output) -> bool {
    matches!(
        output,
        Output::Tell {
            frame: Frame::Visitor(ToVisitor::Ack { .. }) | Frame::Agent(ToAgent::Ack { .. }),
            ..
        }
    )
}

/// Whether it is what a campaign said.
fn is_of_campaign((author, client_id): &(Author, ClientId)) -> bool {
    *author != Author::Visitor && client_id.as_str().starts_with("campaign-")
}

/// Whose frame it is.
fn speaker(input: &Input) -> Option<Conn> {
    match input {
        Input::Connected { conn, .. }
        | Input::Visitor { conn, .. }
        | Input::Agent { conn, .. }
        | Input::Renewed { conn, .. }
        | Input::Garbled { conn, .. } => Some(*conn),
        Input::Closed { .. } | Input::Fired | Input::Desk(_) | Input::Facts(_) | Input::Revoked => {
            None
        }
    }
}
