//! A small world in which everything goes wrong that can.
//!
//! Two visitors with four tabs, three agents with consoles, three conversations
//! and a desk: the real client, the real rooms and rules, the real wire. The
//! network drops, half-opens and delays; rooms and desk sleep, crash between any
//! two steps, and cannot always write; tabs freeze, reload and close. One seed is
//! one world, and the same seed is the same world.

mod cast;
mod console;
mod env;
mod people;
mod quiet;
mod relay;
mod seat;

use std::collections::BTreeMap;

use inbox_client::Input;
use inbox_protocol::VisitorBody;
use inbox_room::{DeskInput, Input as RoomInput};
use inbox_types::{Author, ClientId, MemberId, Millis, Timestamp};

use self::{
    cast::{CONVERSATIONS, TABS, desk_facts, facts, identity},
    console::Console,
    env::{Address, BrowserEnd, Env, Letter, RelayEnd, Weather},
    relay::{DeskHost, RoomHost},
    seat::{Seat, Side},
};
use crate::{
    LineName, Planted, Violation, Whereabouts,
    disk::Disk,
    network::{Delivery, End, Network},
    random::Random,
};

/// How long everything may take to come to rest once the faults have stopped.
const QUIET: Millis = Millis::minutes(5);

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
}

/// A world.
#[derive(Debug)]
pub struct World {
    env: Env,
    rooms: Vec<RoomHost>,
    desk: DeskHost,
    tabs: Vec<Option<Seat<VisitorBody>>>,
    consoles: Vec<Console>,
    members: Vec<MemberId>,
    n_steps: u64,
    n_loads: u32,
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

    /// Faults stop, everybody wakes up, and after a while everybody must show what
    /// is stored.
    ///
    /// # Errors
    ///
    /// The invariant that broke.
    pub fn settle(&mut self) -> Result<(), Violation> {
        self.heal();
        self.pass(QUIET)?;
        // A timer may have fired just now.
        let mut n_stored = None;
        while n_stored != Some(self.report().n_stored) {
            n_stored = Some(self.report().n_stored);
            self.pass(Millis::seconds(5))?;
        }
        self.check_quiet()
    }

    fn build(seed: u64, planted: Option<Planted>, traced: bool) -> Self {
        let mut random = Random::new(seed);
        let facts = facts(&mut random);
        let latency = Millis(*random.pick(&[5, 40, 200, 1_500]));
        let mut env = Env {
            now: Timestamp::from_millis(1_700_000_000_000),
            random,
            network: Network::new(latency),
            letters: BTreeMap::new(),
            history: crate::History::default(),
            storage: BTreeMap::new(),
            generations: vec![0; CONVERSATIONS.len()],
            planted,
            weather: Weather::STORM,
            violation: None,
            trace: traced.then(Vec::new),
            silent: Vec::new(),
            n_minted: 0,
            n_events: 0,
        };
        let rooms: Vec<_> = CONVERSATIONS
            .iter()
            .enumerate()
            .map(|(index, it)| {
                let mut disk = Disk::new(identity(it));
                disk.forgets_names = env.is(Planted::NoDedupe);
                RoomHost::new(index, disk, facts.clone())
            })
            .collect();
        let ids = rooms.iter().map(|it| it.id.clone()).collect();
        let members: Vec<MemberId> = facts.members.keys().cloned().collect();
        let consoles = members
            .iter()
            .enumerate()
            .map(|(agent, member)| Console::new(&mut env, agent, member.clone()))
            .collect();
        let mut world = Self {
            desk: DeskHost::new(desk_facts(&mut env.random, &facts), ids),
            env,
            rooms,
            tabs: TABS.iter().map(|_| None).collect(),
            consoles,
            members,
            n_steps: 0,
            n_loads: 0,
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
        let mut seat = Seat::new(
            env,
            Address::Tab(tab),
            (person, Author::Visitor),
            (conversation, id),
            number,
        );
        let mut living = living(&self.tabs);
        living.push(number);
        seat.load(env, &living);
        self.tabs[tab] = Some(seat);
    }

    fn network_fails(&mut self) {
        let wires = self.env.network.wires();
        if wires.is_empty() {
            return;
        }
        let wire = *self.env.random.pick(&wires);
        let env = &mut self.env;
        match env.random.below(12) {
            0..5 => {
                env.tell(|| format!("socket {wire} breaks"));
                env.network.reset(env.now, &mut env.random, wire);
            }
            5..7 => {
                env.tell(|| format!("socket {wire} goes silent"));
                env.silence(wire, End::Browser);
                env.silence(wire, End::Relay);
            }
            7..=8 => {
                env.tell(|| format!("socket {wire} loses what the relay says"));
                env.silence(wire, End::Browser);
            }
            9 => {
                env.tell(|| format!("socket {wire} loses what the browser says"));
                env.silence(wire, End::Relay);
            }
            _ => {
                let to = *env.random.pick(&[End::Browser, End::Relay]);
                let until = env.now.after(Millis(env.random.below(90_000)));
                env.tell(|| format!("socket {wire} stalls towards {to:?}"));
                env.network.stall(wire, to, until);
            }
        }
    }

    fn relay_fails(&mut self) {
        let env = &mut self.env;
        let room = env.random.index(self.rooms.len());
        match env.random.below(10) {
            0..5 => self.rooms[room].sleep(env),
            5 => self.rooms[room].crash(env),
            6..8 => self.desk.sleep(env),
            8 => self.desk.crash(env),
            _ => self.rights_change(room),
        }
    }

    /// Older grants, or a visitor's older tokens, are worth nothing from now on.
    fn rights_change(&mut self, room: usize) {
        let env = &mut self.env;
        if env.random.permille(300) {
            env.tell(|| format!("the tokens of room {room} are revoked"));
            self.rooms[room].drive(env, RoomInput::Revoked);
            return;
        }
        let member = env.random.pick(&self.members).clone();
        env.tell(|| format!("{member}'s rights change"));
        for facts in self.rooms.iter_mut().map(|it| &mut it.facts.members) {
            facts.entry(member.clone()).and_modify(|it| it.version += 1);
        }
        self.desk.facts.members.entry(member).and_modify(|it| it.version += 1);
        let facts = Box::new(self.desk.facts.clone());
        self.desk.drive(env, DeskInput::Facts(facts));
        for room in &mut self.rooms {
            let facts = Box::new(room.facts.clone());
            room.drive(env, RoomInput::Facts(facts));
        }
    }

    fn browser_fails(&mut self) {
        let tab = self.env.random.index(self.tabs.len());
        match self.env.random.below(12) {
            0..3 => self.reload(tab),
            3..5 => {
                if let Some(mut seat) = self.tabs[tab].take() {
                    self.env.tell(|| format!("tab {tab} is closed"));
                    seat.end(&mut self.env);
                } else {
                    self.open_tab(tab, None);
                }
            }
            5..7 => {
                if let Some(seat) = &mut self.tabs[tab] {
                    seat.frozen = !seat.frozen;
                }
            }
            7..9 => self.show_tab(tab),
            9..10 => self.reload_console(),
            10..11 => {
                let console = self.env.random.index(self.consoles.len());
                let frozen = !self.consoles[console].frozen;
                freeze(&mut self.consoles[console], frozen);
            }
            _ => {
                let console = self.env.random.index(self.consoles.len());
                self.consoles[console].wake(&mut self.env);
            }
        }
    }

    /// Whoever froze, or closed a tab, comes back after a while.
    fn come_back(&mut self) {
        for tab in 0..self.tabs.len() {
            let away = self.tabs[tab].as_ref().is_none_or(|it| it.frozen);
            if away && self.env.random.permille(80) {
                match self.tabs[tab] {
                    Some(_) => self.show_tab(tab),
                    None => self.open_tab(tab, None),
                }
            }
        }
        for console in &mut self.consoles {
            if console.frozen && self.env.random.permille(80) {
                freeze(console, false);
                console.wake(&mut self.env);
            }
        }
    }

    fn reload(&mut self, tab: usize) {
        if let Some(mut seat) = self.tabs[tab].take() {
            self.env.tell(|| format!("tab {tab} is reloaded"));
            seat.end(&mut self.env);
            self.open_tab(tab, Some(seat.number));
        } else {
            self.open_tab(tab, None);
        }
    }

    /// A tab comes to the front: it adopts what closed tabs have left.
    fn show_tab(&mut self, tab: usize) {
        let living = living(&self.tabs);
        if let Some(seat) = &mut self.tabs[tab] {
            seat.frozen = false;
            seat.adopt(&mut self.env, &living);
            seat.input(&mut self.env, Input::Woken);
        }
    }

    fn reload_console(&mut self) {
        let agent = self.env.random.index(self.consoles.len());
        self.consoles[agent].end(&mut self.env);
        let member = self.consoles[agent].member.clone();
        self.consoles[agent] = Console::new(&mut self.env, agent, member);
        self.consoles[agent].connect(&mut self.env);
    }

    /// Lets time pass; everything that is due happens in its order.
    fn pass(&mut self, span: Millis) -> Result<(), Violation> {
        let end = self.env.now.after(span);
        while let Some(at) = self.next_at().filter(|it| *it <= end) {
            self.env.now = self.env.now.max(at);
            self.happen();
            self.check()?;
        }
        self.env.now = end;
        self.check()
    }

    fn next_at(&self) -> Option<Timestamp> {
        let awake = self.awake();
        let letters = self.env.letters.keys().next().map(|it| it.0);
        let tabs = self.tabs.iter().flatten().filter(|it| !it.frozen).filter_map(Seat::due);
        let consoles = self.consoles.iter().filter(|it| !it.frozen);
        let chats =
            consoles.clone().flat_map(|it| it.chats.values()).filter_map(|it| it.seat.due());
        let desks = consoles.filter_map(Console::due);
        let rooms = self.rooms.iter().filter_map(RoomHost::due);
        let silent = self.env.silent.iter().map(|it| it.0);
        tabs.chain(chats)
            .chain(desks)
            .chain(rooms)
            .chain(silent)
            .chain(self.desk.due())
            .chain(letters)
            .chain(self.env.network.next_at(awake))
            .min()
    }

    /// What is due now happens: a packet, a letter, or everybody's timers.
    fn happen(&mut self) {
        let now = self.env.now;
        let frozen = self.frozen();
        let awake = |end: BrowserEnd| !frozen.contains(&end.seat);
        if let Some(delivery) = self.env.network.arrive(now, awake) {
            self.deliver(delivery);
            return;
        }
        if let Some(entry) = self.env.letters.first_entry().filter(|it| it.key().0 <= now) {
            let letter = entry.remove();
            self.open_letter(letter);
            return;
        }
        let (over, waiting) =
            std::mem::take(&mut self.env.silent).into_iter().partition(|it| it.0 <= now);
        self.env.silent = waiting;
        let over: Vec<(Timestamp, u64)> = over;
        for (_, wire) in over {
            self.env.network.give_up(now, wire);
        }
        self.ring(now);
    }

    fn ring(&mut self, now: Timestamp) {
        let due = |at: Option<Timestamp>| at.is_some_and(|it| it <= now);
        let env = &mut self.env;
        for seat in self.tabs.iter_mut().flatten() {
            if !seat.frozen && due(seat.due()) {
                seat.input(env, Input::Tick);
            }
        }
        for console in self.consoles.iter_mut().filter(|it| !it.frozen) {
            if due(console.due()) {
                console.tick(env);
            }
            for chat in console.chats.values_mut() {
                if due(chat.seat.due()) {
                    chat.seat.input(env, Input::Tick);
                }
            }
        }
        for room in &mut self.rooms {
            if due(room.due()) {
                room.act(env);
            }
        }
        if due(self.desk.due()) {
            self.desk.act(env);
        }
    }

    fn deliver(&mut self, delivery: Delivery<BrowserEnd, RelayEnd>) {
        let Delivery { wire, at, browser, relay, packet } = delivery;
        let env = &mut self.env;
        match (at, relay, browser.seat) {
            (
                End::Relay,
                RelayEnd::Visitor { conversation, .. } | RelayEnd::Agent { conversation, .. },
                _,
            ) => self.rooms[conversation].hear(env, wire, relay, packet),
            (End::Relay, RelayEnd::Desk { .. }, _) => self.desk.hear(env, wire, relay, packet),
            (End::Browser, _, Address::Tab(tab)) => {
                if let Some(seat) = &mut self.tabs[tab] {
                    // What is left is shown by a view, and there is none here.
                    let _rest = seat.hear(env, browser.socket, packet);
                }
            }
            (End::Browser, _, Address::Chat { agent, conversation }) => {
                if let Some(chat) = self.consoles[agent].chats.get_mut(&conversation) {
                    chat.hear(env, browser.socket, packet);
                }
            }
            (End::Browser, _, Address::Desk(agent)) => {
                self.consoles[agent].hear(env, browser.socket, packet);
            }
        }
    }

    fn open_letter(&mut self, letter: Letter) {
        match letter {
            Letter::ToRoom { conversation, command } => {
                self.env.tell(|| format!("desk asks room {conversation}: {command:?}"));
                let input = RoomInput::Desk(command.clone());
                if !self.rooms[conversation].drive(&mut self.env, input) {
                    self.desk.undelivered(&self.env, conversation, command);
                }
            }
            Letter::ToDesk { conversation, report } => {
                let id = self.rooms[conversation].id.clone();
                let input = DeskInput::Report { conversation: id, report: report.clone() };
                if !self.desk.drive(&mut self.env, input) {
                    self.rooms[conversation].undelivered(&self.env, report);
                }
            }
        }
    }

    fn frozen(&self) -> Vec<Address> {
        let tabs = self.tabs.iter().flatten().filter(|it| it.frozen).map(|it| it.address);
        let consoles = self.consoles.iter().filter(|it| it.frozen).flat_map(|console| {
            let chats = console.chats.values().map(|it| it.seat.address);
            chats.chain([Address::Desk(console.agent)])
        });
        tabs.chain(consoles).collect()
    }

    fn awake(&self) -> impl Fn(BrowserEnd) -> bool + use<> {
        let frozen = self.frozen();
        move |end| !frozen.contains(&end.seat)
    }

    /// What must hold after every single event.
    fn check(&mut self) -> Result<(), Violation> {
        if let Some(violation) = self.env.violation.take() {
            return Err(violation);
        }
        let mut history = std::mem::take(&mut self.env.history);
        let silence = history.check_no_silence(|line, history| self.whereabouts(line, history));
        self.env.history = history;
        silence
    }

    fn whereabouts(&self, line: &LineName, history: &crate::History) -> Whereabouts {
        let tab = history.tab_of(line);
        let visitors = self.tabs.iter().flatten();
        let visitors = visitors.filter(|it| it.me == line.author && it.id == line.conversation);
        let mut seats: Vec<Sight> = visitors.map(|it| sight(it, &line.client_id)).collect();
        let chats = self.consoles.iter().flat_map(|it| it.chats.values());
        let chats = chats.filter(|it| it.seat.id == line.conversation && it.seat.me == line.author);
        seats.extend(chats.map(|it| sight(&it.seat, &line.client_id)));
        if let Some(owner) = seats.iter().find(|it| Some(it.number) == tab) {
            return owner.whereabouts;
        }
        if seats.iter().any(|it| it.whereabouts == Whereabouts::Settled) || history.is_stored(line)
        {
            return Whereabouts::Settled;
        }
        let kept = self.env.storage.values().any(|it| it.contains_key(&line.client_id));
        if kept { Whereabouts::Held } else { Whereabouts::Nowhere }
    }

    /// The faults stop and everybody comes back.
    fn heal(&mut self) {
        self.env.tell(|| "the weather clears".to_owned());
        self.env.weather = Weather::CALM;
        self.env.network.latency = Millis(20);
        for wire in self.env.network.silent() {
            self.env.network.give_up(self.env.now, wire);
        }
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].is_none() {
                self.open_tab(tab, None);
            }
            self.show_tab(tab);
        }
        for agent in 0..self.consoles.len() {
            freeze(&mut self.consoles[agent], false);
            for conversation in 0..self.rooms.len() {
                let console = &mut self.consoles[agent];
                if !console.chats.contains_key(&conversation) {
                    people::open(&mut self.env, console, conversation, &self.rooms[conversation]);
                }
            }
        }
    }
}

/// What one tab can say of a line.
struct Sight {
    number: u32,
    whereabouts: Whereabouts,
}

fn sight<S: Side>(seat: &Seat<S>, client_id: &ClientId) -> Sight {
    let whereabouts = if seat.told.contains(client_id) {
        Whereabouts::Settled
    } else if seat.holds(client_id) {
        Whereabouts::Held
    } else if seat.shows(client_id) {
        Whereabouts::Settled
    } else {
        Whereabouts::Nowhere
    };
    Sight { number: seat.number, whereabouts }
}

fn freeze(console: &mut Console, frozen: bool) {
    console.frozen = frozen;
    for chat in console.chats.values_mut() {
        chat.seat.frozen = frozen;
    }
}

fn living(tabs: &[Option<Seat<VisitorBody>>]) -> Vec<u32> {
    tabs.iter().flatten().map(|it| it.number).collect()
}
