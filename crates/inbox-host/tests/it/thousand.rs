//! A thousand messages each way, between a conversation and the inbox of a company, over a network that
//! drops, repeats and delays, with a receiver that asks for patience and a process that is killed.

use std::collections::BTreeSet;

use inbox_host::{
    ConversationRunner, LocalConversation, Timer,
    forward::{self, Answer, Attempt, Step},
};
use inbox_protocol::{
    BridgeAgent, BridgeDone, BridgeMessage, FromBridge, FromVisitor, Refusal, ToVisitor,
    VisitorBody, http::DeliveryFailure,
};
use inbox_room::{Frame, Input};
use inbox_types::{Author, ClientId, Millis, Seq};
use serde_json::Value;

use crate::run::{Stage, said};

/// Messages each way.
const N: usize = 1_000;
/// How far the clock goes from one look to the next: slow enough for what one socket may say.
const TICK: Millis = Millis(120);

/// Numbers that are the same at every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn in_hundred(&mut self, n: u64) -> bool {
        self.below(100) < n
    }
}

/// What went wrong how often: a run in which nothing did shows nothing.
#[derive(Default, Debug)]
struct Faults {
    dropped: u32,
    repeated: u32,
    unanswered: u32,
    told_to_wait: u32,
    killed: u32,
}

/// The inbox of the company. What it has written down survives it.
#[derive(Default)]
struct Receiver {
    ids: BTreeSet<String>,
    /// What came, each once, in the order in which it came first.
    events: Vec<Value>,
}

impl Receiver {
    fn takes(&mut self, attempt: &Attempt) {
        if self.ids.insert(attempt.delivery.id.clone()) {
            self.events.push(serde_json::from_str(&attempt.delivery.body).unwrap());
        }
    }

    /// The texts of what an author wrote.
    fn texts(&self, author: &str) -> Vec<String> {
        let messages = self.events.iter().map(|it| &it["data"]["message"]);
        let of_author = messages.filter(|it| it["author"]["type"] == author);
        of_author.map(|it| it["text"].as_str().unwrap().to_owned()).collect()
    }
}

struct World {
    object: LocalConversation,
    runner: ConversationRunner,
    receiver: Receiver,
    chance: Chance,
    faults: Faults,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut stage = Stage::new();
        stage.arrives();
        let Stage { object, runner } = stage;
        let (receiver, faults) = (Receiver::default(), Faults::default());
        Self { object, runner, receiver, chance: Chance(seed), faults }
    }

    /// The process dies. What it knew is gone, what it has stored is not.
    fn dies(&mut self) {
        self.faults.killed += 1;
        self.object.n_outputs_left = usize::MAX;
        self.runner.sleep();
    }

    /// Now and then the process dies before it has carried out all that follows from an input.
    fn drives(&mut self, input: Input) -> bool {
        if self.chance.in_hundred(3) {
            self.object.n_outputs_left = usize::try_from(self.chance.below(4)).unwrap();
        }
        let done = self.runner.drive(&mut self.object, input).is_ok();
        if done {
            self.object.n_outputs_left = usize::MAX;
        } else {
            self.dies();
        }
        done
    }

    /// A message of the visitor, sent until it is stored.
    fn visitor_says(&mut self, n: usize) {
        let post = FromVisitor::Post {
            client_id: format!("v{n}").parse().unwrap(),
            text: Some(format!("visitor {n}").try_into().unwrap()),
            files: Vec::new(),
            context: inbox_types::StartContext::default(),
        };
        while !self.drives(said(post.clone())) {}
    }

    /// One attempt of the company's inbox to say something; none if it has no answer.
    fn inbox_says(&mut self, n: usize) -> Option<Result<BridgeDone, Refusal>> {
        if self.chance.in_hundred(10) {
            self.faults.dropped += 1;
            return None;
        }
        let twice = self.chance.in_hundred(10);
        let mut answer = self.relay_hears(n)?;
        if twice {
            self.faults.repeated += 1;
            let again = self.relay_hears(n)?;
            assert!(answer.is_err() || again == answer, "said again it is answered as before");
            answer = again;
        }
        if self.chance.in_hundred(10) {
            self.faults.unanswered += 1;
            return None;
        }
        Some(answer)
    }

    /// What the object of a conversation does with what its signature has proved to be the inbox's.
    fn relay_hears(&mut self, n: usize) -> Option<Result<BridgeDone, Refusal>> {
        let id: ClientId = format!("k{n}").parse().unwrap();
        if let Some(done) = self.object.log.bridged(&id).unwrap() {
            return Some(Ok(done));
        }
        let said = FromBridge::Message(BridgeMessage {
            conversation_id: self.object.identity.conversation.clone(),
            id: None,
            agent: Some(BridgeAgent { name: "Kim".to_owned().try_into().unwrap() }),
            text: Some(format!("inbox {n}").try_into().unwrap()),
            files: Vec::new(),
        });
        self.object.answers.clear();
        if !self.drives(Input::Bridge { id: id.clone(), said }) {
            return None;
        }
        let answer = self.object.answers.pop().expect("an answer");
        if let Ok(done) = &answer {
            self.object.log.put_bridged(&id, done, self.object.now).unwrap();
        }
        Some(answer)
    }

    /// Sends what is owed, until something has to wait.
    fn forwards(&mut self) {
        loop {
            let step = forward::next_step(&mut self.object, false).unwrap();
            match step {
                Step::Rest => return,
                Step::Continue | Step::Notify(_) => (),
                Step::GiveUp | Step::SwitchOff(_) => panic!("nothing was refused for good"),
                Step::Send(attempt) => {
                    let answer = self.posts(&attempt);
                    if self.chance.in_hundred(3) {
                        // What came of it is not known.
                        self.dies();
                        continue;
                    }
                    forward::settle(&mut self.object, &attempt, answer).unwrap();
                }
            }
        }
    }

    fn posts(&mut self, attempt: &Attempt) -> Answer {
        let unanswered = |failure| Answer::None(failure);
        match self.chance.below(100) {
            0..10 => {
                self.faults.dropped += 1;
                unanswered(DeliveryFailure::Unreachable)
            }
            10..20 => {
                self.receiver.takes(attempt);
                self.faults.unanswered += 1;
                self.object.now = self.object.now.after(Millis::seconds(6));
                unanswered(DeliveryFailure::TooSlow)
            }
            20..27 => {
                self.faults.told_to_wait += 1;
                let retry_after = Some(Millis::seconds(3));
                Answer::Status { status: 429, retry_after }
            }
            27..35 => {
                self.faults.repeated += 1;
                self.receiver.takes(attempt);
                self.receiver.takes(attempt);
                Answer::Status { status: 204, retry_after: None }
            }
            _ => {
                self.receiver.takes(attempt);
                Answer::Status { status: 204, retry_after: None }
            }
        }
    }

    fn is_forward_due(&self) -> bool {
        let at = self.object.timers.get(&Timer::Forward);
        at.is_some_and(|it| *it <= self.object.now)
    }

    /// What the visitor's browser was told that the inbox said.
    fn told(&self) -> Vec<String> {
        let told = self.object.told.iter().filter_map(|(_, frame)| {
            let Frame::Visitor(ToVisitor::Entry { entry }) = frame else { return None };
            let VisitorBody::Message(message) = &entry.body else { return None };
            message.text.clone().filter(|_| message.author == Author::Bridge)
        });
        told.map(|it| it.as_str().to_owned()).collect()
    }

    /// The names of what the inbox said, as they are stored.
    fn stored(&self) -> Vec<String> {
        let log = self.object.log.following(Seq(0), 10 * N as u64).unwrap();
        let names = log.iter().filter_map(|it| {
            let (author, name) = it.idempotency_key()?;
            (author == Author::Bridge).then(|| name.as_str().to_owned())
        });
        names.collect()
    }
}

fn numbered(word: &str) -> Vec<String> {
    (0..N).map(|n| format!("{word}{n}")).collect()
}

fn check(seed: u64) {
    let mut world = World::new(seed);
    let (mut n_visitor, mut n_inbox) = (0, 0);
    for _ in 0..100_000 {
        world.object.now = world.object.now.after(TICK);
        if n_visitor < N && (n_visitor == 0 || world.chance.in_hundred(70)) {
            world.visitor_says(n_visitor);
            n_visitor += 1;
        }
        if n_inbox < N && world.chance.in_hundred(70) {
            match world.inbox_says(n_inbox) {
                Some(Ok(_)) => n_inbox += 1,
                Some(Err(Refusal::Rate)) => world.faults.told_to_wait += 1,
                Some(Err(refusal)) => panic!("it is refused: {refusal:?}"),
                None => (),
            }
        }
        if world.is_forward_due() {
            world.forwards();
        }
        if (n_visitor, n_inbox) == (N, N) && !world.object.timers.contains_key(&Timer::Forward) {
            break;
        }
    }
    let World { receiver, faults, .. } = &world;
    assert_eq!(receiver.texts("visitor"), numbered("visitor "), "seed {seed}");
    assert_eq!(receiver.texts("bridge"), numbered("inbox "), "seed {seed}");
    let places: Vec<u64> =
        receiver.events.iter().map(|it| it["data"]["seq"].as_u64().unwrap()).collect();
    assert!(places.is_sorted_by(|a, b| a < b), "seed {seed}: the order of the log");
    assert_eq!(world.stored(), numbered("k"), "seed {seed}");
    let told = world.told();
    assert!(told.is_sorted_by_key(|it| it[6..].parse::<usize>().unwrap()), "seed {seed}");
    let once: BTreeSet<&String> = told.iter().collect();
    assert_eq!(once.len(), told.len(), "seed {seed}: nothing is told twice");
    for n in [faults.dropped, faults.repeated, faults.unanswered, faults.told_to_wait] {
        assert!(50 < n, "seed {seed}: {faults:?}");
    }
    assert!(50 < faults.killed, "seed {seed}: {faults:?}");
}

#[test]
fn ho1_ho3_ho4_ho32_a_thousand_messages_each_way_are_neither_lost_nor_doubled_nor_out_of_order() {
    for seed in [1, 20_261_130, 0x5eed] {
        check(seed);
    }
}
