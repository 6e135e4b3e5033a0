//! What goes wrong: with the network, the relay, and people's browsers.

use inbox_client::Input;
use inbox_protocol::BulkOperation;
use inbox_room::{DeskCommand, DeskInput, Grant, Input as RoomInput};
use inbox_types::{Millis, Role};

use super::{
    World,
    console::Console,
    env::{Address, Env, MOST_SKEW, Skew},
    people,
    room_host::grant,
};
use crate::{Violation, network::End};

/// So often an alarm's handler is killed: once more than the platform tries.
const KILLS: u32 = 7;
/// So often, at most, while the last things come to rest: fewer than make the platform rest for minutes.
const LAST_KILLS: u64 = 3;

impl World {
    pub(super) fn network_fails(&mut self) {
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

    pub(super) fn relay_fails(&mut self) {
        let env = &mut self.env;
        let room = env.random.index(self.rooms.len());
        match env.random.below(1_000) {
            0..450 => self.rooms[room].sleep(env),
            450..540 => self.rooms[room].crash(env),
            540..700 => self.desk.sleep(env),
            700..780 => self.desk.crash(env),
            780..820 => self.desk.lose(env),
            820..860 => {
                env.tell(|| format!("room {room} is killed at its next alarms"));
                self.rooms[room].n_killed = KILLS;
            }
            860..920 => self.clocks_jump(room),
            920..950 => self.erase(room),
            950..960 => {
                env.tell(|| "the key of tokens changes".to_owned());
                env.key += 1;
            }
            960..980 => self.departments_change(),
            _ => self.rights_change(room),
        }
    }

    /// A clock of the relay is wrong, or right again.
    fn clocks_jump(&mut self, room: usize) {
        let env = &mut self.env;
        let is_right = env.random.permille(500);
        let skew = if is_right { Skew::default() } else { Skew::any(&mut env.random) };
        if env.random.permille(300) {
            env.tell(|| format!("the desk's clock is wrong by {skew:?}"));
            self.desk.skew = skew;
        } else {
            env.tell(|| format!("the clock of room {room} is wrong by {skew:?}"));
            self.rooms[room].skew = skew;
        }
        self.has_jumped = true;
    }

    /// A conversation is erased while everybody goes on writing.
    fn erase(&mut self, room: usize) {
        let env = &mut self.env;
        env.tell(|| format!("room {room} is to be erased"));
        let host = &mut self.rooms[room];
        let agent = grant(host.skew.shows(env.now), &host.facts, 0);
        let grant = Grant { role: Role::Admin, ..agent };
        let ticket = "erasure".to_owned();
        let command =
            DeskCommand::Bulk { grant, ticket, operation: BulkOperation::Erase, session: None };
        host.drive(env, RoomInput::Desk(command));
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
        let workspace = [&mut self.workspace.members].into_iter();
        for facts in self.rooms.iter_mut().map(|it| &mut it.facts.members).chain(workspace) {
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

    pub(super) fn browser_fails(&mut self) {
        let tab = self.env.random.index(self.tabs.len());
        match self.env.random.below(14) {
            0..3 => self.reload(tab),
            3..5 => {
                self.freeze_tab(tab, false);
                if let Some(mut client) = self.tabs[tab].take() {
                    self.env.tell(|| format!("tab {tab} is closed"));
                    client.end(&mut self.env);
                } else {
                    self.open_tab(tab, None);
                }
            }
            5..7 => {
                let frozen = self.tabs[tab].as_ref().is_some_and(|it| !it.frozen);
                self.freeze_tab(tab, frozen);
            }
            7 => self.thaw_tab(tab),
            8 => self.oversleep(tab),
            9..11 => self.show_tab(tab),
            11 => self.reload_console(),
            12 => {
                let console = self.env.random.index(self.consoles.len());
                let frozen = !self.consoles[console].frozen;
                freeze(&mut self.env, &mut self.consoles[console], frozen);
            }
            _ => {
                let console = self.env.random.index(self.consoles.len());
                self.consoles[console].wake(&mut self.env);
            }
        }
    }

    fn freeze_tab(&mut self, tab: usize, frozen: bool) {
        let address = Address::Tab(tab);
        self.env.frozen.retain(|it| *it != address);
        if let Some(client) = &mut self.tabs[tab] {
            client.frozen = frozen;
            if frozen {
                self.env.tell(|| format!("tab {tab} freezes"));
                self.env.frozen.push(address);
            }
        }
    }

    /// A frozen tab goes on with its old timers, and nobody tells it that it slept.
    fn thaw_tab(&mut self, tab: usize) {
        self.freeze_tab(tab, false);
        if let Some(client) = &mut self.tabs[tab] {
            client.input(&mut self.env, Input::Tick);
        }
    }

    /// The computer sleeps: its sockets break without a word, and its clock is ahead of where
    /// the tab left it.
    fn oversleep(&mut self, tab: usize) {
        let span = Millis(self.env.random.below(MOST_SKEW.0));
        if let Some(client) = &mut self.tabs[tab] {
            self.env.tell(|| format!("tab {tab} sleeps for {span:?}"));
            client.oversleep(span);
        }
        self.freeze_tab(tab, false);
        if let Some(client) = &mut self.tabs[tab] {
            client.input(&mut self.env, Input::Tick);
        }
    }

    /// Whoever froze, or closed a tab, comes back after a while.
    pub(super) fn come_back(&mut self) {
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
                freeze(&mut self.env, console, false);
                console.wake(&mut self.env);
            }
        }
    }

    pub(super) fn reload(&mut self, tab: usize) {
        self.freeze_tab(tab, false);
        if let Some(mut client) = self.tabs[tab].take() {
            self.env.tell(|| format!("tab {tab} is reloaded"));
            client.end(&mut self.env);
            self.open_tab(tab, Some(client.number));
        } else {
            self.open_tab(tab, None);
        }
    }

    /// A tab comes to the front: it adopts what closed tabs have left.
    fn show_tab(&mut self, tab: usize) {
        self.freeze_tab(tab, false);
        let living = living(&self.tabs);
        if let Some(client) = &mut self.tabs[tab] {
            client.adopt(&mut self.env, &living);
            client.input(&mut self.env, Input::Woken);
        }
    }

    fn reload_console(&mut self) {
        let agent = self.env.random.index(self.consoles.len());
        freeze(&mut self.env, &mut self.consoles[agent], false);
        self.consoles[agent].end(&mut self.env);
        let member = self.consoles[agent].member.clone();
        self.consoles[agent] = Console::new(&mut self.env, agent, member);
        self.consoles[agent].connect(&mut self.env);
    }

    /// The faults stop and everybody comes back.
    pub(super) fn heal(&mut self) {
        self.env.tell(|| "the fault_plan clears".to_owned());
        self.env.fault_plan = super::env::FaultPlan::CALM;
        self.env.network.latency = Millis(20);
        if self.has_jumped {
            // What a clock that was ahead has put off comes late, but it comes.
            self.env.now = self.env.now.after(MOST_SKEW);
            self.desk.skew = Skew::default();
        }
        for room in &mut self.rooms {
            room.skew = Skew::default();
            room.n_killed = 0;
        }
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
            freeze(&mut self.env, &mut self.consoles[agent], false);
            for conversation in 0..self.rooms.len() {
                let console = &mut self.consoles[agent];
                // A chat that was sent away is closed, as its console does it.
                if console.chats.get(&conversation).is_some_and(|it| it.client.is_gone())
                    && let Some(mut chat) = console.chats.remove(&conversation)
                {
                    chat.client.end(&mut self.env);
                }
                if !console.chats.contains_key(&conversation) {
                    people::open(&mut self.env, console, conversation, &self.rooms[conversation]);
                }
            }
        }
    }

    /// Everybody is back, and the desk is out of reach while the last things are said: nothing comes
    /// after them that would make up for a report which was lost.
    pub(super) fn say_last_words(&mut self) -> Result<(), Violation> {
        self.pass(Millis::seconds(30))?;
        self.env.tell(|| "the desk is out of reach".to_owned());
        self.env.desk_is_away = true;
        for _ in 0..4 {
            self.visitor_acts();
            self.pass(Millis::seconds(1))?;
        }
        self.env.desk_is_away = false;
        // Now only its row brings back what is due: of some, the process dies at just that alarm.
        for room in &mut self.rooms {
            room.n_killed = u32::try_from(self.env.random.below(LAST_KILLS)).expect("a few");
        }
        Ok(())
    }
}

/// A frozen browser has no timers and hears nothing.
fn freeze(env: &mut Env, console: &mut Console, frozen: bool) {
    console.frozen = frozen;
    let chats = console.chats.values_mut().map(|chat| {
        chat.client.frozen = frozen;
        chat.client.address
    });
    let here: Vec<Address> = chats.chain([Address::Desk(console.agent)]).collect();
    env.frozen.retain(|it| !here.contains(it));
    if frozen {
        env.frozen.extend(here);
    }
}

fn living(
    tabs: &[Option<super::client::SimulatedClient<inbox_protocol::VisitorBody>>],
) -> Vec<u32> {
    tabs.iter().flatten().map(|it| it.number).collect()
}
