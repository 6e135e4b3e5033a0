//! What everybody in a world shares: time, chance, network, letters and the history.

use std::collections::BTreeMap;

use inbox_room::{DeskCommand, RoomReport};
use inbox_types::{ClientId, Millis, Timestamp};
use serde::{Deserialize, Serialize};

use super::reports::Waits;
use crate::{
    History, Observation, Planted, Violation,
    network::{Network, WireId},
    random::Random,
};

/// The browser's end of a socket.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct BrowserEnd {
    pub(crate) client: Address,
    /// The number under which the client dialed it.
    pub(crate) socket: u32,
}

/// Whose browser, and which part of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Address {
    /// A visitor's tab.
    Tab(usize),
    /// An agent's socket to one conversation.
    Chat { agent: usize, conversation: usize },
    /// An agent's socket to the desk.
    Desk(usize),
}

/// The relay's end of a socket.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum RelayEnd {
    /// A visitor at a conversation.
    Visitor { conversation: usize, token: Token },
    /// An agent at a conversation.
    Agent { conversation: usize, agent: usize },
    /// An agent at the desk.
    Desk { agent: usize },
}

/// A visitor's token, as the door reads it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Token {
    /// The number of the key that signed it: this one and the one before are taken.
    pub(crate) key: u32,
    /// Which tokens of the contact count.
    pub(crate) generation: u32,
    /// Until when it is good; for as long again it is renewed.
    pub(crate) expires: Timestamp,
}

/// What conversations and desk send to each other.
#[derive(Clone, Debug)]
pub(crate) enum Letter {
    ToRoom {
        conversation: usize,
        command: DeskCommand,
    },
    /// With who waits for the answer; nobody does for that to a copy.
    ToDesk {
        conversation: usize,
        report: RoomReport,
        waits: Option<Waits>,
    },
}

/// How likely faults are, of a thousand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FaultPlan {
    /// That a turn of a room or the desk ends in a crash.
    pub(crate) crash: u64,
    /// That a write fails.
    pub(crate) full_disk: u64,
    /// That a browser's storage throws.
    pub(crate) full_browser: u64,
    /// That a letter is lost, and that it comes twice.
    pub(crate) mail: u64,
    /// That a dial fails.
    pub(crate) dial: u64,
    /// That a receiver fails, and that its answer is lost; the same of what it says by itself.
    pub(crate) receiver: u64,
}

impl FaultPlan {
    pub(crate) const STORM: Self =
        Self { crash: 12, full_disk: 6, full_browser: 15, mail: 60, dial: 60, receiver: 120 };
    pub(crate) const CALM: Self =
        Self { crash: 0, full_disk: 0, full_browser: 0, mail: 0, dial: 0, receiver: 0 };
}

/// How far a clock is wrong, in milliseconds; ahead if positive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Skew(i64);

/// Clocks are wrong by at most so much.
pub(crate) const MOST_SKEW: Millis = Millis::days(3);

impl Skew {
    /// A clock that is wrong, somehow.
    pub(crate) fn any(random: &mut Random) -> Self {
        let span = i64::try_from(random.below(2 * MOST_SKEW.0)).expect("a few days");
        Self(span - i64::try_from(MOST_SKEW.0).expect("a few days"))
    }

    /// What the clock shows.
    pub(crate) fn shows(self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.as_millis().saturating_add_signed(self.0))
    }

    /// When the clock will show this.
    pub(crate) fn when(self, shown: Timestamp) -> Timestamp {
        Timestamp::from_millis(shown.as_millis().saturating_add_signed(-self.0))
    }

    /// The same clock, further ahead.
    pub(crate) fn ahead(self, span: Millis) -> Self {
        Self(self.0 + i64::try_from(span.0).expect("a few days"))
    }
}

/// How long the relay's end of a silent socket stays.
const SILENCE: Millis = Millis::seconds(90);

#[derive(Debug)]
pub(crate) struct Env {
    pub(crate) now: Timestamp,
    pub(crate) random: Random,
    pub(crate) network: Network<BrowserEnd, RelayEnd>,
    pub(crate) letters: BTreeMap<(Timestamp, u64), Letter>,
    pub(crate) history: History,
    /// What browsers keep, by person and conversation.
    pub(crate) storage: BTreeMap<(usize, usize), BTreeMap<ClientId, String>>,
    /// The generation of each conversation's tokens.
    pub(crate) generations: Vec<u32>,
    /// The key that signs tokens now.
    pub(crate) key: u32,
    /// How long a token is good.
    pub(crate) token_life: Millis,
    /// Whose browser keeps nothing, by person.
    pub(crate) forgetful: Vec<usize>,
    /// Whose browser does nothing: no timers, no frames.
    pub(crate) frozen: Vec<Address>,
    /// Whose lines may be elsewhere than before, by conversation and person.
    pub(crate) touched: Vec<(usize, usize)>,
    pub(crate) planted: Option<Planted>,
    pub(crate) fault_plan: FaultPlan,
    /// No letter reaches the desk.
    pub(crate) desk_is_away: bool,
    pub(crate) violation: Option<Violation>,
    pub(crate) trace: Option<Vec<String>>,
    pub(crate) silent: Vec<(Timestamp, WireId)>,
    pub(crate) n_minted: u64,
    pub(crate) n_events: u64,
    pub(crate) n_delivered: u64,
    pub(crate) n_answered: u64,
}

impl Env {
    pub(crate) fn observe(&mut self, observation: Observation) {
        if let Err(violation) = self.history.observe(observation) {
            self.broke(violation);
        }
    }

    /// Only the first violation counts: what follows is its consequence.
    pub(crate) fn broke(&mut self, violation: Violation) {
        self.tell(|| format!("BROKEN {violation}"));
        self.violation.get_or_insert(violation);
    }

    pub(crate) fn tell(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9} {}", self.now.as_millis() % 1_000_000_000, line()));
        }
    }

    pub(crate) fn is(&self, planted: Planted) -> bool {
        self.planted == Some(planted)
    }

    pub(crate) fn generate_id(&mut self, prefix: &str) -> ClientId {
        self.n_minted += 1;
        format!("{prefix}-{}", self.n_minted).parse().expect("a name of letters and digits")
    }

    /// Somebody's lines may be elsewhere now: they are looked for after this event.
    pub(crate) fn touch(&mut self, conversation: usize, person: usize) {
        if !self.touched.contains(&(conversation, person)) {
            self.touched.push((conversation, person));
        }
    }

    /// A new token, as the relay hands it out.
    pub(crate) fn token(&self, conversation: usize) -> Token {
        Token {
            key: self.key,
            generation: self.generations[conversation],
            expires: self.now.after(self.token_life),
        }
    }

    /// A letter is under way; it may come late and twice.
    pub(crate) fn post(&mut self, letter: Letter) {
        let arrival = self.arrival();
        if self.random.permille(self.fault_plan.mail) {
            let copy = match &letter {
                Letter::ToDesk { conversation, report, .. } => Letter::ToDesk {
                    conversation: *conversation,
                    report: report.clone(),
                    waits: None,
                },
                Letter::ToRoom { .. } => letter.clone(),
            };
            let later = self.arrival();
            self.letters.insert(later, copy);
        }
        self.letters.insert(arrival, letter);
    }

    /// When a letter arrives, and its number.
    fn arrival(&mut self) -> (Timestamp, u64) {
        self.n_minted += 1;
        (self.now.after(Millis(1 + self.random.below(200))), self.n_minted)
    }

    pub(crate) fn silence(&mut self, wire: WireId, to: crate::network::End) {
        self.network.silence(&mut self.random, wire, to);
        self.silent.push((self.now.after(SILENCE), wire));
    }
}
