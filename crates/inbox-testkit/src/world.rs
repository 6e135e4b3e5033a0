//! A small world in which everything goes wrong that can.
//!
//! Two visitors with four tabs, three agents with consoles, three conversations
//! and a desk: the real client, the real rooms and rules, the real wire. The
//! network drops, half-opens and delays; rooms and desk sleep, crash between any
//! two steps, and cannot always write; tabs freeze, reload and close. One seed is
//! one world, and the same seed is the same world.

mod alarm;
mod cast;
mod client;
mod clockwork;
mod console;
mod departments;
mod desk_host;
mod desk_rows;
mod env;
mod faults;
mod forwarder;
mod inbox;
mod people;
mod platform;
mod protocol_version;
mod quiet;
mod reports;
mod room_host;
mod told;

use std::collections::BTreeMap;

use inbox_protocol::VisitorBody;
use inbox_room::Facts;
use inbox_types::{Author, MemberId, Millis, Timestamp, limits};

use self::{
    cast::{CONVERSATIONS, TABS, TEAM, desk_facts, facts, identity},
    client::SimulatedClient,
    console::Console,
    desk_host::DeskHost,
    desk_rows::DeskStore,
    env::{Address, Env, FaultPlan},
    room_host::RoomHost,
};
use crate::{Planted, Violation, disk::Disk, network::Network, random::Random};

pub(crate) use self::cast::{facts as first_facts, first_identity};

/// How long everything may take to come to rest once the faults have stopped.
const QUIET: Millis = Millis::minutes(5);

/// One world of so many keeps its logs in a real database too.
const WITH_A_DATABASE: u64 = 10;

/// What happened in a world, in numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Things that people or fate did.
    pub n_steps: u64,
    /// Inputs of rooms and desk.
    pub n_events: u64,
    /// Lines that people wrote.
    pub n_lines: u64,
    /// Events that were stored.
    pub n_stored: u64,
    /// Deliveries that reached the webhook's receiver, repeats included.
    pub n_delivered: u64,
    /// Answers of that receiver that were taken.
    pub n_answered: u64,
}

/// A world.
#[derive(Debug)]
pub struct World {
    env: Env,
    rooms: Vec<RoomHost>,
    desk: DeskHost,
    /// What the workspace says; rooms and desk may know less.
    workspace: Facts,
    tabs: Vec<Option<SimulatedClient<VisitorBody>>>,
    consoles: Vec<Console>,
    members: Vec<MemberId>,
    n_steps: u64,
    n_loads: u32,
    /// A clock of the relay was wrong at some time.
    has_jumped: bool,
}

impl World {
    /// The world of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::build(seed, None, false)
    }

    /// A world with a bug in it.
    #[must_use]
    pub fn with_bug(seed: u64, planted: Planted) -> Self {
        Self::build(seed, Some(planted), false)
    }

    /// A world that remembers what happened, for [`World::trace`].
    #[must_use]
    pub fn traced(seed: u64, planted: Option<Planted>) -> Self {
        Self::build(seed, planted, true)
    }

    /// What happened so far, line by line.
    #[must_use]
    pub fn trace(&self) -> &[String] {
        self.env.trace.as_deref().unwrap_or_default()
    }

    /// Lets `n_steps` things happen, then lets everything come to rest.
    ///
    /// # Errors
    ///
    /// The first invariant that broke.
    pub fn run(&mut self, n_steps: u64) -> Result<Report, Violation> {
        for _ in 0..n_steps {
            self.step()?;
        }
        self.settle()?;
        Ok(self.report())
    }

    /// What happened, in numbers.
    #[must_use]
    pub fn report(&self) -> Report {
        let n_stored: usize = self.rooms.iter().map(|it| it.disk.events.len()).sum();
        Report {
            n_steps: self.n_steps,
            n_events: self.env.n_events,
            n_lines: self.env.history.n_lines() as u64,
            n_stored: n_stored as u64,
            n_delivered: self.env.n_delivered,
            n_answered: self.env.n_answered,
        }
    }

    /// One thing happens, and then some time passes.
    ///
    /// # Errors
    ///
    /// The invariant that broke.
    pub fn step(&mut self) -> Result<(), Violation> {
        self.n_steps += 1;
        match self.env.random.below(100) {
            0..44 => self.visitor_acts(),
            44..82 => self.agent_acts(),
            82..90 => self.network_fails(),
            90..95 => self.relay_fails(),
            _ => self.browser_fails(),
        }
        self.come_back();
        let span = match self.env.random.below(100) {
            0..60 => self.env.random.below(80),
            60..85 => self.env.random.below(800),
            85..97 => self.env.random.below(8_000),
            97..99 => self.env.random.below(60_000),
            _ => self.env.random.below(1_200_000),
        };
        self.pass(Millis(span))
    }

    /// How many events are stored, and how often rooms are still to be killed at their alarms.
    fn what_timers_did(&self) -> (u64, u32) {
        (self.report().n_stored, self.rooms.iter().map(|it| it.n_killed).sum())
    }

    /// Faults stop, everybody wakes up, and after a while everybody must show what
    /// is stored.
    ///
    /// # Errors
    ///
    /// The invariant that broke.
    pub fn settle(&mut self) -> Result<(), Violation> {
        self.heal();
        self.say_last_words()?;
        self.pass(QUIET)?;
        // A receiver that failed often is tried again after a long rest.
        while let Some(at) = self.rooms.iter().filter_map(|it| it.disk.forward_at).min() {
            self.pass(Millis(at.since(self.env.now).0 + 1))?;
            self.pass(Millis::seconds(60))?;
        }
        // A timer may have fired just now, or have found its room killed: a client whose socket went silent with
        // it asks after a while, and dials anew.
        let asks_within = Millis(limits::HEARTBEAT.0 + limits::HEARTBEAT_PATIENCE.0 + 10_000);
        let mut before = None;
        while before != Some(self.what_timers_did()) {
            before = Some(self.what_timers_did());
            self.pass(asks_within)?;
        }
        self.check_quiet()
    }

    fn build(seed: u64, planted: Option<Planted>, traced: bool) -> Self {
        let mut random = Random::new(seed);
        let facts = facts(&mut random);
        let latency = Millis(*random.pick(&[5, 40, 200, 1_500]));
        let token_life =
            *random.pick(&[Millis::minutes(2), Millis::hours(6), limits::VISITOR_TOKEN_LIFE]);
        let n_people = cast::N_VISITORS + TEAM.len();
        let forgetful = (0..n_people).filter(|_| random.permille(60)).collect();
        let mut env = Env {
            now: Timestamp::from_millis(1_700_000_000_000),
            random,
            network: Network::new(latency),
            letters: BTreeMap::new(),
            history: crate::History::default(),
            storage: BTreeMap::new(),
            generations: vec![0; CONVERSATIONS.len()],
            key: 1,
            token_life,
            forgetful,
            frozen: Vec::new(),
            touched: Vec::new(),
            planted,
            fault_plan: FaultPlan::STORM,
            desk_is_away: false,
            violation: None,
            trace: traced.then(Vec::new),
            silent: Vec::new(),
            n_minted: 0,
            n_events: 0,
            n_delivered: 0,
            n_answered: 0,
        };
        let rooms: Vec<_> = CONVERSATIONS
            .iter()
            .enumerate()
            .map(|(index, it)| {
                let mut disk = Disk::new(identity(it));
                if seed.is_multiple_of(WITH_A_DATABASE) && planted.is_none() {
                    disk = disk.with_twin(seed);
                }
                disk.forgets_names = env.is(Planted::NoDedupe);
                RoomHost::new(index, disk, facts.clone())
            })
            .collect();
        let ids = rooms.iter().map(|it| it.id.clone()).collect();
        let mut rows = DeskStore::new(env.is(Planted::PageSkipsRow));
        if seed.is_multiple_of(WITH_A_DATABASE) && planted.is_none() {
            rows = rows.with_twin();
        }
        let members: Vec<MemberId> = facts.members.keys().cloned().collect();
        let consoles = members
            .iter()
            .enumerate()
            .map(|(agent, member)| Console::new(&mut env, agent, member.clone()))
            .collect();
        let mut world = Self {
            desk: DeskHost::new(desk_facts(&mut env.random, &facts), ids, rows),
            workspace: facts,
            env,
            rooms,
            tabs: TABS.iter().map(|_| None).collect(),
            consoles,
            members,
            n_steps: 0,
            n_loads: 0,
            has_jumped: false,
        };
        for tab in 0..TABS.len() {
            world.open_tab(tab, None);
        }
        for agent in 0..world.consoles.len() {
            world.consoles[agent].connect(&mut world.env);
        }
        world
    }

    /// Opens a tab; a reload keeps its number, a new tab gets a new one.
    fn open_tab(&mut self, tab: usize, number: Option<u32>) {
        self.n_loads += 1;
        let number = number.unwrap_or(self.n_loads);
        let (person, conversation) = TABS[tab];
        let id = self.rooms[conversation].id.clone();
        let env = &mut self.env;
        let mut client = SimulatedClient::new(
            env,
            Address::Tab(tab),
            (person, Author::Visitor),
            (conversation, id),
            number,
        );
        let mut living: Vec<u32> = self.tabs.iter().flatten().map(|it| it.number).collect();
        living.push(number);
        client.load(env, &living);
        self.tabs[tab] = Some(client);
    }
}
