//! A conversation's object, as a shell would run it: it crashes between any two steps,
//! cannot always write, and sleeps.

use std::collections::BTreeMap;

use inbox_host::ConversationRunner;
use inbox_protocol::{
    BridgeDone, CloseCode, FromAgent, FromVisitor, PING, PONG, Refusal, http::Webhook,
};
use inbox_room::{
    CampaignSnapshot, Conn, Connection, Facts, Grant, Input, Principal, VisitorCredentials,
};
use inbox_types::{
    Author, CampaignCard, ConversationId, Detection, MemberId, Millis, Place, Timestamp,
    VariantKey, Visibility, limits,
};

use super::{
    alarm::Alarm,
    env::{Env, RelayEnd, Skew, Token},
    forwarder::{Forwarder, webhook},
    inbox::Inbox,
    platform::{Fault, Turn},
    reports::Reports,
    told::tell,
};
use crate::{
    Planted,
    disk::{Disk, parsed},
    network::{End, Packet, WireId},
};

/// What a campaign says.
pub(super) const CAMPAIGN: &str = "Questions about post?";

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

#[derive(Debug)]
pub(crate) struct RoomHost {
    pub(super) index: usize,
    pub(crate) id: ConversationId,
    pub(crate) disk: Disk,
    pub(crate) facts: Facts,
    pub(super) runner: ConversationRunner,
    pub(super) sockets: BTreeMap<WireId, Socket>,
    /// For a planted bug: the last socket that was closed from here, and whose number is free.
    closed: Option<WireId>,
    /// For a planted bug: closed sockets, and who has their numbers now.
    heirs: BTreeMap<WireId, WireId>,
    pub(super) reports: Reports,
    pub(super) forwarder: Forwarder,
    /// Where its events are sent on to.
    pub(super) webhook: Webhook,
    /// Who is there, and answers.
    pub(super) inbox: Inbox,
    /// What the room said to what came over the bridge.
    pub(super) bridge_answer: Option<Result<BridgeDone, Refusal>>,
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
            runner: ConversationRunner::default(),
            sockets: BTreeMap::new(),
            closed: None,
            heirs: BTreeMap::new(),
            reports: Reports::default(),
            forwarder: Forwarder::default(),
            webhook: webhook(),
            inbox: Inbox::default(),
            bridge_answer: None,
            alarm: Alarm::default(),
            skew: Skew::default(),
            n_killed: 0,
            whispers: BTreeMap::new(),
        }
    }

    /// The object falls asleep: only storage and attachments stay.
    pub(crate) fn sleep(&mut self, env: &mut Env) {
        env.tell(|| format!("{} sleeps", self.id));
        self.runner.sleep();
    }

    pub(crate) fn receive(&mut self, env: &mut Env, wire: WireId, end: RelayEnd, packet: Packet) {
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
            self.receive(env, heir, end, packet);
        }
    }

    pub(super) fn close(&mut self, env: &mut Env, wire: WireId, code: CloseCode) {
        self.sockets.remove(&wire);
        self.closed = Some(wire);
        env.network.close(env.now, &mut env.random, wire, End::Relay, code.code());
    }

    pub(crate) fn drive(&mut self, env: &mut Env, input: Input) -> bool {
        let speaker = speaker(&input);
        match self.run(env, |runner, on| runner.drive(on, input)) {
            Ok(()) => true,
            Err(fault) => self.fail(env, speaker, fault),
        }
    }

    /// Runs the object's machine.
    pub(super) fn run<T>(
        &mut self,
        env: &mut Env,
        what: impl FnOnce(&mut ConversationRunner, &mut Turn<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut runner = std::mem::take(&mut self.runner);
        let done = what(&mut runner, &mut Turn::new(env, self));
        self.runner = runner;
        done
    }

    /// Whether what was to be done is done all the same.
    pub(super) fn fail(&mut self, env: &mut Env, speaker: Option<Conn>, fault: Fault) -> bool {
        match fault {
            Fault::FullDisk => self.give_up(env, speaker),
            Fault::Crash | Fault::LateCrash => self.crash(env),
        }
        fault == Fault::LateCrash
    }

    /// What could not be written is as if it had never been: the next input wakes another room.
    /// Whoever spoke is sent away, or everybody, if the process dies of it.
    fn give_up(&mut self, env: &mut Env, speaker: Option<Conn>) {
        match speaker {
            Some(conn) if env.random.permille(500) => {
                self.runner.sleep();
                self.close(env, conn.0, CloseCode::Restart);
            }
            Some(_) | None => self.crash(env),
        }
    }

    /// The process dies: its memory is gone, and so are its sockets.
    pub(crate) fn crash(&mut self, env: &mut Env) {
        env.tell(|| format!("{} crashes", self.id));
        self.runner = ConversationRunner::default();
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

    pub(super) fn readers(&self) -> Vec<(Conn, Connection)> {
        let attached = |(wire, socket): (&WireId, &Socket)| {
            Some((Conn(*wire), parsed(socket.attachment.as_deref()?)))
        };
        self.sockets.iter().filter_map(attached).collect()
    }

    fn accept(&mut self, env: &mut Env, wire: WireId, end: RelayEnd) {
        let who = match end {
            RelayEnd::Visitor { token, .. } => admit(env, token).map(Principal::Visitor),
            RelayEnd::Agent { agent, .. } => {
                Some(Principal::Agent(grant(env.now, &self.facts, agent)))
            }
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
    fn answer_campaign(&self, frame: &mut FromVisitor) -> Option<CampaignSnapshot> {
        let FromVisitor::Post { client_id, context, .. } = frame else { return None };
        let last = client_id.as_str().bytes().last().unwrap_or_default();
        if last % 8 != 3 {
            return None;
        }
        let sender = self.facts.members.iter().next().filter(|_| last % 16 == 3);
        let said = CampaignSnapshot {
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
                let (author, client_id) = stored.idempotency_key()?;
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
fn admit(env: &Env, token: Token) -> Option<VisitorCredentials> {
    let grace_ends = token.expires.after(env.token_life);
    let holds = env.key <= token.key + 1 && env.now < grace_ends;
    holds.then(|| VisitorCredentials {
        generation: token.generation,
        renew: token.expires <= env.now,
        since: None,
    })
}

/// Whose frame it is.
fn speaker(input: &Input) -> Option<Conn> {
    match input {
        Input::Connected { conn, .. }
        | Input::Visitor { conn, .. }
        | Input::Agent { conn, .. }
        | Input::Renewed { conn, .. }
        | Input::Garbled { conn, .. } => Some(*conn),
        Input::Closed { .. }
        | Input::Bridge { .. }
        | Input::BridgeAsks
        | Input::Fired
        | Input::Desk(_)
        | Input::Facts(_)
        | Input::Revoked => None,
    }
}
