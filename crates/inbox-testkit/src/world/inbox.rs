//! The inbox that a company already has, at the other end of a room's webhook: it takes what it is sent,
//! and answers over the bridge.
//!
//! It is a machine of its own, so nothing of it is lost when the relay's process dies. What it says is
//! lost on the way, comes twice, or is answered and the answer is lost; it says it again under the same
//! name until it has an answer, and says the next thing only then.

use std::collections::{BTreeSet, VecDeque};

use inbox_host::forward::Delivery;
use inbox_protocol::{BridgeAgent, BridgeDone, BridgeMessage, FromBridge, Refusal};
use inbox_room::Input;
use inbox_types::{Author, ClientId, Millis, Place, Seq, Timestamp};
use serde_json::Value as Json;

use super::{env::Env, room_host::RoomHost};
use crate::{Invariant, LineName, Observation, Planted, Violation};

/// Answers are in no tab; this number stands for where they are written, one after the other.
const TAB: u32 = u32::MAX - 1;
/// Of so many messages of the visitor one is answered.
const ANSWERED: u64 = 3;

/// What the inbox has written down.
#[derive(Clone, Debug, Default)]
pub(super) struct Inbox {
    /// The deliveries that it has taken, by their names.
    heard: BTreeSet<String>,
    /// The answers that the relay does not have yet, by their names, oldest first.
    outbox: VecDeque<ClientId>,
    /// When it says the first of them, for the first time or again.
    say_at: Option<Timestamp>,
}

impl Inbox {
    /// When it says something.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.say_at
    }

    /// Whether the relay has everything that was answered.
    pub(super) fn is_done(&self) -> bool {
        self.outbox.is_empty()
    }
}

impl RoomHost {
    /// The inbox takes a delivery. One that it has taken before means nothing more.
    pub(super) fn inbox_takes(&mut self, env: &mut Env, delivery: &Delivery) {
        if !self.inbox.heard.insert(delivery.id.clone()) {
            return;
        }
        let body: Json = serde_json::from_str(&delivery.body).expect("a delivery is JSON");
        let is_visitors = body["data"]["message"]["author"]["type"] == "visitor";
        let seq = body["data"]["seq"].as_u64().unwrap_or_default();
        if delivery.kind != "message.created" || !is_visitors || !seq.is_multiple_of(ANSWERED) {
            return;
        }
        let name = env.generate_id("b");
        let text = Some(name.as_str().to_owned());
        env.observe(Observation::Wrote { line: self.line(&name), tab: TAB, text });
        self.inbox.outbox.push_back(name);
        self.inbox.say_at.get_or_insert(env.now.after(Millis(1 + env.random.below(2_000))));
    }

    /// The inbox says what it has to say next, and keeps it if there is no answer.
    pub(super) fn inbox_says(&mut self, env: &mut Env) {
        self.inbox.say_at = None;
        let Some(name) = self.inbox.outbox.front().cloned() else { return };
        let is_lost = env.random.permille(env.fault_plan.receiver);
        let mut answer = if is_lost { None } else { self.hear_bridge(env, &name) };
        if env.random.permille(env.fault_plan.mail) {
            // Somebody sends the same once more, and only that answer comes.
            answer = self.hear_bridge(env, &name);
        }
        if env.random.permille(env.fault_plan.receiver) {
            answer = None;
        }
        env.tell(|| format!("{} answers {answer:?} to the inbox's {name}", self.id));
        match answer {
            Some(Ok(done)) => self.inbox_has_said(env, &name, done),
            // It will never be taken.
            Some(Err(refusal)) if refusal != Refusal::Rate && refusal != Refusal::Unavailable => {
                env.observe(Observation::Discarded { line: self.line(&name) });
                self.inbox.outbox.pop_front();
            }
            Some(Err(_)) | None => (),
        }
        if !self.inbox.outbox.is_empty() {
            self.inbox.say_at = Some(env.now.after(Millis(200 + env.random.below(3_000))));
        }
    }

    /// What the relay says to a message of the inbox; nothing if its process dies, or cannot write.
    // RM57, RM58, HO32
    fn hear_bridge(
        &mut self,
        env: &mut Env,
        name: &ClientId,
    ) -> Option<Result<BridgeDone, Refusal>> {
        if let Some(done) = self.disk.bridged(name) {
            return Some(Ok(done));
        }
        self.bridge_answer = None;
        let said = FromBridge::Message(BridgeMessage {
            conversation_id: self.id.clone(),
            id: None,
            agent: Some(BridgeAgent { name: "Kim".to_owned().try_into().expect("a name") }),
            text: Some(String::from(name.clone()).try_into().expect("a text")),
            files: Vec::new(),
        });
        if env.is(Planted::BridgeNotedBeforeStored) {
            let seq = Some(Seq(self.disk.events.len() as u64 + 1));
            self.disk.put_bridged(name, BridgeDone { seq }, self.skew.shows(env.now));
        }
        let is_over = self.drive(env, Input::Bridge { id: name.clone(), said });
        let answer = self.bridge_answer.take().filter(|_| is_over)?;
        // Between the turn and this row the process may die.
        if env.random.permille(env.fault_plan.crash) {
            self.crash(env);
            return None;
        }
        if let Ok(done) = answer {
            self.disk.put_bridged(name, done, self.skew.shows(env.now));
        }
        Some(answer)
    }

    /// A message that was taken has a place, and stands there.
    fn inbox_has_said(&mut self, env: &mut Env, name: &ClientId, done: BridgeDone) {
        self.inbox.outbox.pop_front();
        let Some(seq) = done.seq else {
            let story = format!("{name} of the inbox is taken, and stands nowhere");
            return env.broke(Violation { invariant: Invariant::I1, story });
        };
        env.n_answered += 1;
        env.observe(Observation::Acknowledged {
            line: self.line(name),
            epoch: self.disk.standing.epoch,
            count: crate::Numbering::Team,
            place: Place(seq.0),
        });
    }

    fn line(&self, name: &ClientId) -> LineName {
        LineName { client_id: name.clone(), conversation: self.id.clone(), author: Author::Bridge }
    }
}
