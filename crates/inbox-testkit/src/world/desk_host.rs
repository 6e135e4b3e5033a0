//! The desk's object, as a shell would run it: it crashes between any two steps, cannot
//! always write, sleeps, and may lose everything that it has.

use std::collections::BTreeMap;

use inbox_protocol::{FromDesk, PING, PONG, Refusal, ToDesk};
use inbox_room::{
    Conn, Desk, DeskBatch, DeskCommand, DeskConnection, DeskFacts, DeskInput, DeskOutput,
    DeskSnapshot, Grant, RoomReport, Signer, Summary,
};
use inbox_types::{ConversationId, Millis, Timestamp};

use super::{
    desk_rows::DeskStore,
    env::{Env, Letter, RelayEnd, Skew},
    room_host::{AGAIN, Socket},
    told::tell,
};
use crate::{
    Invariant, Observation, Planted, Violation,
    disk::{parsed, text},
    network::{End, Packet, WireId},
};

/// Signs nothing: who could forge it?
#[derive(Debug)]
struct Plain;

impl Signer for Plain {
    fn sign(&self, grant: &Grant) -> String {
        text(grant)
    }
}

#[derive(Debug)]
pub(crate) struct DeskHost {
    pub(crate) facts: DeskFacts,
    desk: Option<Box<Desk>>,
    stored: DeskStore,
    alarm: Option<Timestamp>,
    sockets: BTreeMap<WireId, Socket>,
    conversations: Vec<ConversationId>,
    /// Commands that the shell must deliver, and when to try again.
    retries: Vec<(Timestamp, usize, DeskCommand)>,
    /// When the register must be walked, because the desk was lost.
    pub(crate) rebuild_at: Option<Timestamp>,
    /// The conversation that a rebuild asks next.
    pub(crate) rebuild_from: usize,
    /// How far its clock is wrong.
    pub(crate) skew: Skew,
}

impl DeskHost {
    pub(crate) fn new(
        facts: DeskFacts,
        conversations: Vec<ConversationId>,
        stored: DeskStore,
    ) -> Self {
        Self {
            facts,
            desk: None,
            stored,
            alarm: None,
            sockets: BTreeMap::new(),
            conversations,
            retries: Vec::new(),
            rebuild_at: None,
            rebuild_from: 0,
            skew: Skew::default(),
        }
    }

    pub(crate) fn due(&self) -> Option<Timestamp> {
        let alarm = self.alarm.map(|it| self.skew.when(it));
        self.retries.iter().map(|it| it.0).chain(alarm).chain(self.rebuild_at).min()
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
        if let Some(due) = self.alarm.filter(|it| self.skew.when(*it) <= now) {
            if !self.drive(env, DeskInput::Fired) {
                self.alarm = Some(self.skew.shows(now).after(AGAIN));
            } else if self.alarm == Some(due) {
                // The desk says nothing of an alarm that it wants no more.
                self.alarm = None;
            }
        }
    }

    /// Everything that it had is gone. Only the workspace's register knows the conversations.
    pub(crate) fn lose(&mut self, env: &mut Env) {
        env.tell(|| "the desk is lost".to_owned());
        self.crash(env);
        self.stored.clear();
        self.retries.clear();
        self.alarm = None;
        self.rebuild_at = Some(env.now.after(Millis(1)));
        self.rebuild_from = 0;
        env.observe(Observation::DeskLost);
    }

    pub(crate) fn sleep(&mut self, env: &mut Env) {
        env.tell(|| "desk sleeps".to_owned());
        self.desk = None;
    }

    /// The summary that the desk has of a conversation.
    pub(crate) fn summary(&self, conversation: &ConversationId) -> Option<Summary> {
        self.stored.summary_of(conversation)
    }

    pub(crate) fn receive(&mut self, env: &mut Env, wire: WireId, end: RelayEnd, packet: Packet) {
        let conn = Conn(wire);
        match packet {
            Packet::Open => {
                let RelayEnd::Desk { agent } = end else { return };
                let member = self.facts.members.keys().nth(agent).expect("an agent").clone();
                self.sockets.insert(wire, Socket::new(end));
                env.network.send(env.now, &mut env.random, wire, End::Browser, Packet::Open);
                let rights = self.facts.members[&member].version;
                self.drive(env, DeskInput::Connected { conn, member, rights });
            }
            Packet::Close(_) => {
                if self.sockets.remove(&wire).is_some() {
                    self.drive(env, DeskInput::Closed { conn });
                }
            }
            Packet::Text(_) if !self.sockets.contains_key(&wire) => {
                if !env.network.is_closed(wire) {
                    env.network.reset(env.now, &mut env.random, wire);
                }
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
        if env.is(Planted::SummaryVersionIgnored) {
            self.take_over(env, &input);
        }
        let mut desk = match self.desk.take() {
            Some(desk) => desk,
            None => Box::new(Desk::wake(self.snapshot())),
        };
        let now = self.skew.shows(env.now);
        let outputs = desk.handle(now, input, &Plain, &self.stored);
        let crash = env.random.permille(env.fault_plan.crash);
        let crash_at = crash.then(|| env.random.index(outputs.len() + 1));
        for (index, output) in outputs.into_iter().enumerate() {
            if crash_at == Some(index) || !self.carry_out(env, output) {
                self.crash(env);
                return false;
            }
        }
        for output in desk.lists(now, &self.stored) {
            self.carry_out(env, output);
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
                if env.random.permille(env.fault_plan.full_disk) {
                    return false;
                }
                self.store(env, &batch);
            }
            DeskOutput::Remember { conn, reader } => {
                if let Some(socket) = self.sockets.get_mut(&conn.0) {
                    socket.attachment = Some(text(&reader));
                }
            }
            DeskOutput::Tell { conn, frame } => {
                let Some(socket) = self.sockets.get(&conn.0) else { return true };
                let is_refusal = matches!(frame, ToDesk::Refused { .. });
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
        if env.random.permille(env.fault_plan.mail) {
            self.undelivered(env, conversation, command);
        } else {
            env.post(Letter::ToRoom { conversation, command });
        }
    }

    /// The conversation did not say that it has the command: some are tried again, of the
    /// others the desk notices by itself that nothing came of them.
    pub(crate) fn undelivered(&mut self, env: &Env, conversation: usize, command: DeskCommand) {
        match command {
            DeskCommand::Presence { .. }
            | DeskCommand::Postpone { .. }
            | DeskCommand::RightsChanged { .. }
            | DeskCommand::MemberRemoved { .. }
            | DeskCommand::Look
            | DeskCommand::Report => {
                self.retries.push((env.now.after(AGAIN), conversation, command));
            }
            DeskCommand::Offer { .. }
            | DeskCommand::Take { .. }
            | DeskCommand::Refuse { .. }
            | DeskCommand::Answer { .. }
            | DeskCommand::Bulk { .. } => (),
        }
    }

    /// A planted bug: a summary counts, however old it is.
    fn take_over(&mut self, env: &mut Env, input: &DeskInput) {
        let DeskInput::Report { report: RoomReport::Summary(summary), .. } = input else { return };
        let known = self.summary(&summary.conversation);
        if known.is_some_and(|it| summary.version < it.version) {
            self.desk = None;
            let summaries = vec![summary.as_ref().clone()];
            self.store(env, &DeskBatch { summaries, ..DeskBatch::default() });
        }
    }

    fn store(&mut self, env: &mut Env, batch: &DeskBatch) {
        for summary in &batch.summaries {
            let version = summary.version;
            env.observe(Observation::Summarized {
                conversation: summary.conversation.clone(),
                version: (version.epoch, version.seq.0, version.seen),
            });
        }
        let mut batch = batch.clone();
        if env.is(Planted::ClosedRowUnwritten) {
            batch.summaries.retain(Summary::is_live);
        }
        self.stored.write(&batch);
    }

    fn snapshot(&self) -> DeskSnapshot {
        let readers = self.sockets.iter().filter_map(|(wire, socket)| {
            let reader: DeskConnection = parsed(socket.attachment.as_deref()?);
            Some((Conn(*wire), reader))
        });
        DeskSnapshot {
            facts: self.facts.clone(),
            presences: self.stored.presences(),
            summaries: self.stored.live(),
            sockets: self.stored.sockets(),
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
        self.alarm = Some(self.skew.shows(env.now).after(Millis(1)));
    }
}
