//! What everybody in a world shares: time, chance, network, letters and the history.

use std::collections::BTreeMap;

use inbox_room::{DeskCommand, RoomReport};
use inbox_types::{ClientId, Millis, Timestamp};

use crate::{
    History, Observation, Planted, Violation,
    network::{Network, WireId},
    random::Random,
};

/// The browser's end of a socket.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct BrowserEnd {
    pub(crate) seat: Address,
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
    /// A visitor at a conversation, with a token of a generation.
    Visitor { conversation: usize, generation: u32 },
    /// An agent at a conversation.
    Agent { conversation: usize, agent: usize },
    /// An agent at the desk.
    Desk { agent: usize },
}

/// What conversations and desk send to each other.
#[derive(Clone, Debug)]
pub(crate) enum Letter {
    ToRoom { conversation: usize, command: DeskCommand },
    ToDesk { conversation: usize, report: RoomReport },
}

/// How likely faults are, of a thousand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    /// That a turn of a room or the desk ends in a crash.
    pub(crate) crash: u64,
    /// That a write fails.
    pub(crate) full_disk: u64,
    /// That a letter is lost, and that it comes twice.
    pub(crate) mail: u64,
    /// That a dial fails.
    pub(crate) dial: u64,
}

impl Weather {
    pub(crate) const STORM: Self = Self { crash: 12, full_disk: 6, mail: 60, dial: 60 };
    pub(crate) const CALM: Self = Self { crash: 0, full_disk: 0, mail: 0, dial: 0 };
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
    pub(crate) planted: Option<Planted>,
    pub(crate) weather: Weather,
    pub(crate) violation: Option<Violation>,
    pub(crate) trace: Option<Vec<String>>,
    pub(crate) silent: Vec<(Timestamp, WireId)>,
    pub(crate) n_minted: u64,
    pub(crate) n_events: u64,
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

    pub(crate) fn mint(&mut self, prefix: &str) -> ClientId {
        self.n_minted += 1;
        format!("{prefix}-{}", self.n_minted).parse().expect("a name of letters and digits")
    }

    /// A letter is under way; it may come late and twice.
    pub(crate) fn post(&mut self, letter: &Letter) {
        let twice = self.random.permille(self.weather.mail);
        for _ in 0..=u8::from(twice) {
            let at = self.now.after(Millis(1 + self.random.below(200)));
            self.n_minted += 1;
            self.letters.insert((at, self.n_minted), letter.clone());
        }
    }

    pub(crate) fn silence(&mut self, wire: WireId, to: crate::network::End) {
        self.network.silence(&mut self.random, wire, to);
        self.silent.push((self.now.after(SILENCE), wire));
    }
}
