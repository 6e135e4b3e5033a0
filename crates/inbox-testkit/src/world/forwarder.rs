//! A forwarder: a cursor into a conversation's log, and one delivery under way.
//!
//! Its receiver is a stranger: it fails, does not answer in time, or takes a delivery in
//! and its answer is lost. What the visitor may see is delivered, in order, until it was
//! answered; a process that dies forgets what was under way.

use inbox_types::{Millis, Place, Timestamp};

use super::{env::Env, room_host::RoomHost};
use crate::{Observation, Planted, disk::Cursor};

/// When a delivery is looked for that a process may have forgotten.
pub(super) const FORWARD_AGAIN: Millis = Millis::seconds(30);
/// How long a receiver may take.
const PATIENCE: Millis = Millis::seconds(15);
/// The rests after each failed attempt; the last is repeated.
const RESTS: [Millis; 6] = [
    Millis::seconds(1),
    Millis::seconds(2),
    Millis::seconds(5),
    Millis::seconds(10),
    Millis::seconds(30),
    Millis::minutes(5),
];

/// A delivery under way.
#[derive(Clone, Copy, Debug)]
struct Flight {
    seq: u64,
    epoch: u32,
    answer_at: Timestamp,
    is_taken: bool,
}

/// What the process knows of deliveries.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Forwarder(Option<Flight>);

impl Forwarder {
    /// When the delivery under way is answered, or given up.
    pub(super) fn answer_at(self) -> Option<Timestamp> {
        self.0.map(|it| it.answer_at)
    }

    pub(super) fn forget(&mut self) {
        self.0 = None;
    }
}

impl RoomHost {
    /// Sends what follows the cursor, unless something is under way or has to wait.
    pub(super) fn forward(&mut self, env: &mut Env) {
        let now = self.skew.shows(env.now);
        if self.forwarder.0.is_some() {
            if self.disk.forward_at.is_some_and(|it| it <= now) {
                // A timer that stays due would wake the object again at once, and for ever.
                self.disk.forward_at = Some(now.after(FORWARD_AGAIN));
            }
            return;
        }
        let cursor = self.disk.cursor;
        if 0 < cursor.n_tries && self.disk.forward_at.is_some_and(|it| now < it) {
            return;
        }
        let from = usize::try_from(cursor.seq).expect("a short log");
        let next = self.disk.events.get(from..).unwrap_or_default();
        let Some(stored) = next.iter().find(|it| it.shown.is_some()) else {
            let seq = cursor.seq.max(self.disk.events.len() as u64);
            self.disk.cursor = Cursor { seq, n_tries: 0 };
            self.disk.forward_at = None;
            return;
        };
        let (seq, epoch) = (stored.seq.0, self.disk.standing.epoch);
        if env.is(Planted::CursorBeforeDelivery) {
            self.disk.cursor = Cursor { seq, n_tries: 0 };
        }
        let fails = env.random.permille(env.weather.receiver);
        let answers = !env.random.permille(env.weather.receiver);
        if !fails {
            let mut id = format!("evt_{}_{epoch}_{seq}", self.id);
            if env.is(Planted::NewNameEachTry) {
                id = format!("{id}_{}", cursor.n_tries);
            }
            env.n_delivered += 1;
            let conversation = self.id.clone();
            env.observe(Observation::Delivered { conversation, epoch, seq: Place(seq), id });
        }
        let span = if answers { 1 + env.random.below(2_000) } else { PATIENCE.0 };
        let answer_at = env.now.after(Millis(span));
        self.forwarder.0 = Some(Flight { seq, epoch, answer_at, is_taken: !fails && answers });
    }

    /// The receiver has answered, or will not.
    pub(super) fn hear_receiver(&mut self, env: &mut Env) {
        let Some(flight) = self.forwarder.0.take() else { return };
        if env.random.permille(env.weather.full_disk) {
            // What came of it is not known: its timer finds it again.
            return;
        }
        let is_outdated = flight.epoch != self.disk.standing.epoch;
        if is_outdated && !env.is(Planted::CursorOutlivesErasure) {
            // The log that it was of is gone, and the cursor is of another.
            self.forward(env);
            return;
        }
        if flight.is_taken {
            self.disk.cursor = Cursor { seq: flight.seq, n_tries: 0 };
            self.forward(env);
        } else if !env.is(Planted::CursorBeforeDelivery) {
            let n_tries = self.disk.cursor.n_tries + 1;
            let step = usize::try_from(n_tries).expect("few tries").min(RESTS.len()) - 1;
            self.disk.cursor.n_tries = n_tries;
            self.disk.forward_at = Some(self.skew.shows(env.now).after(RESTS[step]));
        }
        self.arm();
    }
}
