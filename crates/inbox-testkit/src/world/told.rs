//! What a conversation's object says, and to whom: nobody is told what is not for them.

use inbox_protocol::{ToAgent, ToVisitor, VisitorBody, VisitorWelcome};
use inbox_room::Frame;
use inbox_types::{Role, limits};

use super::{
    env::{Env, RelayEnd},
    room_host::{RoomHost, Socket},
};
use crate::{
    Invariant, Observation, Planted, Violation,
    disk::text,
    network::{End, Packet, WireId},
};

/// What a note and a whisper begin with, so that they can be found among bytes.
pub(crate) const NOTE: &str = "canary-note";
pub(crate) const WHISPER: &str = "canary-whisper";

impl RoomHost {
    pub(super) fn tell(&self, env: &mut Env, wire: WireId, frame: &Frame) {
        if let Frame::Visitor(ToVisitor::Welcome(VisitorWelcome { epoch, .. })) = frame {
            env.observe(Observation::Greeted { conversation: self.id.clone(), epoch: *epoch });
        }
        if let Frame::Agent(ToAgent::Welcome(welcome)) = frame {
            let epoch = welcome.epoch;
            env.observe(Observation::Greeted { conversation: self.id.clone(), epoch });
        }
        let untold = env.is(Planted::EditUntold).then(|| without_edit(frame)).flatten();
        let frame = untold.as_ref().unwrap_or(frame);
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
                // A whisper whose row is not stored yet is judged when it is read back.
                let hidden = |name: String| {
                    self.whispers.get(&name).is_some_and(|audience| !audience.contains(id))
                };
                let reads_all = member.role == Role::Supervisor;
                (!reads_all && whispers(bytes).any(hidden)).then_some(WHISPER)
            }
            RelayEnd::Desk { .. } => None,
        }
    }
}

/// A planted bug: the edit without its text.
fn without_edit(frame: &Frame) -> Option<Frame> {
    let Frame::Visitor(ToVisitor::Entry { entry }) = frame else { return None };
    let VisitorBody::Edited { of, .. } = entry.body else { return None };
    let mut entry = entry.clone();
    entry.body = VisitorBody::Edited { of, text: None };
    Some(Frame::Visitor(ToVisitor::Entry { entry }))
}

/// The names of the whispers among some bytes.
pub(super) fn whispers(bytes: &str) -> impl Iterator<Item = String> {
    bytes.match_indices(WHISPER).map(|(at, _)| {
        bytes[at..].chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '-').collect()
    })
}

pub(super) fn tell(env: &mut Env, wire: WireId, bytes: String) {
    env.network.send(env.now, &mut env.random, wire, End::Browser, Packet::Text(bytes));
}
