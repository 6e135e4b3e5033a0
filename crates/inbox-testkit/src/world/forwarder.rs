//! A forwarder's shell: it does what `inbox_host::forward` plans, and delays, loses and forgets.
//!
//! Its receiver is a stranger: it fails, does not answer in time, or takes a delivery in
//! and its answer is lost. A process that dies forgets what was under way.

use inbox_host::forward::{self, Answer, Attempt, Cursor, PATIENCE, Step};
use inbox_protocol::http::{DeliveryFailure, Webhook};
use inbox_types::{Millis, Place, Timestamp};

use super::{env::Env, platform::Turn, room_host::RoomHost};
use crate::{Invariant, Observation, Planted, Violation};

/// A delivery under way.
#[derive(Clone, Debug)]
struct Flight {
    attempt: Attempt,
    answer_at: Timestamp,
    is_taken: bool,
}

/// What the process knows of deliveries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forwarder(Option<Box<Flight>>);

impl Forwarder {
    /// When the delivery under way is answered, or given up.
    pub(super) fn answer_at(&self) -> Option<Timestamp> {
        self.0.as_ref().map(|it| it.answer_at)
    }

    pub(super) fn forget(&mut self) {
        self.0 = None;
    }
}

/// The webhook of every site of the world, from its beginning.
pub(super) fn webhook() -> Webhook {
    Webhook {
        url: "https://receiver.example/".to_owned().try_into().expect("a short address"),
        secret: String::new(),
        secret_made: Timestamp::default(),
        disabled: false,
        paused: false,
        since: Timestamp::default(),
        answers: true,
        key: None,
        previous: None,
    }
}

impl RoomHost {
    /// Sends what follows the cursor, unless something is under way or has to wait.
    pub(super) fn forward(&mut self, env: &mut Env) {
        loop {
            let in_flight = self.forwarder.0.is_some();
            let step = forward::next_step(&mut Turn::new(env, self), in_flight);
            if !self.take(env, step.unwrap_or(Step::Rest)) {
                return;
            }
        }
    }

    /// Ends the delivery that is under way, by the receiver's answer or as one that took too long, and goes on
    /// with what follows it.
    pub(super) fn receive_from_receiver(&mut self, env: &mut Env) {
        let Some(mut flight) = self.forwarder.0.take() else { return };
        if env.random.permille(env.fault_plan.full_disk) {
            // What came of it is not known: its timer finds it again.
            return;
        }
        if env.is(Planted::CursorOutlivesErasure) {
            flight.attempt.epoch = self.disk.standing.epoch;
        }
        let answer = if flight.is_taken {
            Answer::Status { status: 200, retry_after: None }
        } else {
            Answer::None(DeliveryFailure::TooSlow)
        };
        if flight.is_taken || !env.is(Planted::CursorBeforeDelivery) {
            let step = forward::settle(&mut Turn::new(env, self), &flight.attempt, answer);
            if self.take(env, step.unwrap_or(Step::Rest)) {
                self.forward(env);
            }
        }
        self.arm();
    }

    /// Whether to plan again.
    fn take(&mut self, env: &mut Env, step: Step) -> bool {
        match step {
            Step::Rest => false,
            Step::Continue => true,
            Step::Notify(event) => {
                self.disk.undelivered = event.map(|it| *it);
                true
            }
            Step::Send(attempt) => {
                self.send_delivery(env, *attempt);
                false
            }
            Step::GiveUp | Step::SwitchOff(_) => {
                env.broke(Violation {
                    invariant: Invariant::I7,
                    story: format!("{} gives up what its receiver never refused", self.id),
                });
                false
            }
        }
    }

    fn send_delivery(&mut self, env: &mut Env, attempt: Attempt) {
        if env.is(Planted::CursorBeforeDelivery) {
            self.disk.cursor = Cursor { seq: attempt.seq, tries: 0 };
        }
        let fails = env.random.permille(env.fault_plan.receiver);
        let answers = !env.random.permille(env.fault_plan.receiver);
        if !fails {
            let mut id = attempt.delivery.id.clone();
            if env.is(Planted::NewNameEachTry) {
                id = format!("{id}_{}", attempt.n_tries);
            }
            env.n_delivered += 1;
            let (epoch, seq) = (attempt.epoch, Place(attempt.seq.0));
            let conversation = self.id.clone();
            env.observe(Observation::Delivered { conversation, epoch, seq, id });
            self.inbox_takes(env, &attempt.delivery);
        }
        let span = if answers { 1 + env.random.below(2_000) } else { PATIENCE.0 };
        let answer_at = env.now.after(Millis(span));
        let is_taken = !fails && answers;
        self.forwarder.0 = Some(Box::new(Flight { attempt, answer_at, is_taken }));
    }
}
