//! How time passes: whatever is due happens in its order, and is checked at once.

use inbox_client::Input;
use inbox_protocol::ToVisitor;
use inbox_room::{DeskCommand, DeskInput, Input as RoomInput, RoomReport};
use inbox_types::{Author, ClientId, Millis, Timestamp};

use super::{
    World, cast,
    client::{Side, SimulatedClient},
    env::{Address, BrowserEnd, Letter, RelayEnd},
    room_host::RoomHost,
};
use crate::{
    LineName, Violation, Whereabouts,
    network::{Delivery, End, Packet},
};

impl World {
    /// Lets time pass; everything that is due happens in its order.
    pub(super) fn pass(&mut self, span: Millis) -> Result<(), Violation> {
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
        let env = &self.env;
        let letters = env.letters.keys().next().map(|it| it.0);
        let tabs =
            self.tabs.iter().flatten().filter(|it| !it.frozen).filter_map(SimulatedClient::due);
        let consoles = self.consoles.iter().filter(|it| !it.frozen);
        let chats =
            consoles.clone().flat_map(|it| it.chats.values()).filter_map(|it| it.client.due());
        let desks = consoles.filter_map(super::console::Console::due);
        let rooms = self.rooms.iter().filter_map(RoomHost::due);
        let silent = env.silent.iter().map(|it| it.0);
        let arrival = env.network.next_at(|it: BrowserEnd| !env.frozen.contains(&it.client));
        tabs.chain(chats)
            .chain(desks)
            .chain(rooms)
            .chain(silent)
            .chain(self.desk.due())
            .chain(letters)
            .chain(arrival)
            .min()
    }

    fn happen(&mut self) {
        let now = self.env.now;
        let frozen = &self.env.frozen;
        let awake = |it: BrowserEnd| !frozen.contains(&it.client);
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
        for client in self.tabs.iter_mut().flatten() {
            if !client.frozen && due(client.due()) {
                client.input(env, Input::Tick);
            }
        }
        for console in self.consoles.iter_mut().filter(|it| !it.frozen) {
            if due(console.due()) {
                console.tick(env);
            }
            for chat in console.chats.values_mut() {
                if due(chat.client.due()) {
                    chat.client.input(env, Input::Tick);
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
        if due(self.desk.rebuild_at) {
            self.rebuild_desk();
        }
    }

    fn deliver(&mut self, delivery: Delivery<BrowserEnd, RelayEnd>) {
        let Delivery { wire, at, browser, relay, packet } = delivery;
        if let RelayEnd::Visitor { conversation, .. } | RelayEnd::Agent { conversation, .. } = relay
            && (at, &packet) == (End::Relay, &Packet::Open)
        {
            // The shell asks the workspace whenever somebody comes.
            self.catch_up(conversation);
        }
        let env = &mut self.env;
        match (at, relay, browser.client) {
            (
                End::Relay,
                RelayEnd::Visitor { conversation, .. } | RelayEnd::Agent { conversation, .. },
                _,
            ) => self.rooms[conversation].receive(env, wire, relay, packet),
            (End::Relay, RelayEnd::Desk { .. }, _) => self.desk.receive(env, wire, relay, packet),
            (End::Browser, _, Address::Tab(tab)) => {
                // What else is left is shown by a view, and there is none here.
                if let Some(client) = &mut self.tabs[tab]
                    && let Some(ToVisitor::Token { token }) =
                        client.receive(env, browser.socket, packet)
                {
                    client.take_token(&token);
                }
            }
            (End::Browser, _, Address::Chat { agent, conversation }) => {
                if let Some(chat) = self.consoles[agent].chats.get_mut(&conversation) {
                    chat.receive(env, browser.socket, packet);
                }
            }
            (End::Browser, _, Address::Desk(agent)) => {
                self.consoles[agent].receive(env, browser.socket, packet);
            }
        }
    }

    fn open_letter(&mut self, letter: Letter) {
        match letter {
            Letter::ToRoom { conversation, command } => {
                self.env.tell(|| format!("desk asks room {conversation}: {command:?}"));
                if command == DeskCommand::Look {
                    // The shell asks the workspace before it passes this on.
                    self.catch_up(conversation);
                }
                let input = RoomInput::Desk(command.clone());
                if !self.rooms[conversation].drive(&mut self.env, input) {
                    self.desk.undelivered(&self.env, conversation, command);
                }
            }
            Letter::ToDesk { conversation, report, waits } => {
                let room = &mut self.rooms[conversation];
                let input =
                    DeskInput::Report { conversation: room.id.clone(), report: report.clone() };
                let is_heard = self.desk.drive(&mut self.env, input);
                self.env.tell(|| {
                    let heard = if is_heard { "hears" } else { "does not hear" };
                    format!("desk {heard} of room {conversation}: {}", version(&report))
                });
                // To a copy, or to a process that is gone, nobody waits for the answer.
                let Some(waits) = waits.filter(|it| room.is_waiting(*it)) else { return };
                if is_heard {
                    room.reported(&mut self.env, &report, waits);
                } else {
                    room.unreported(&mut self.env, &report, waits);
                }
            }
        }
    }

    /// The desk was lost: the register says which conversations there are, and each says how it
    /// stands. One that cannot be reached is asked again by itself; if the desk fails, the rebuild goes on
    /// with the conversation whose word it did not take.
    fn rebuild_desk(&mut self) {
        let env = &mut self.env;
        self.desk.rebuild_at = None;
        for index in self.desk.rebuild_from..self.rooms.len() {
            let room = &mut self.rooms[index];
            let reports = room.current_reports(env);
            if env.random.permille(env.fault_plan.mail) {
                self.desk.undelivered(env, index, DeskCommand::Report);
                continue;
            }
            let is_told = reports.into_iter().all(|report| {
                let conversation = room.id.clone();
                self.desk.drive(env, DeskInput::Report { conversation, report })
            });
            if !is_told {
                self.desk.rebuild_from = index;
                self.desk.rebuild_at = Some(env.now.after(Millis::seconds(2)));
                return;
            }
        }
    }

    /// What must hold after every single event.
    fn check(&mut self) -> Result<(), Violation> {
        if let Some(violation) = self.env.violation.take() {
            return Err(violation);
        }
        if self.env.touched.is_empty() {
            return Ok(());
        }
        let mut history = std::mem::take(&mut self.env.history);
        let mut silence = Ok(());
        for (conversation, person) in std::mem::take(&mut self.env.touched) {
            let author = self.author(person);
            let id = &self.rooms[conversation].id;
            silence = silence.and(history.check_no_silence(id, &author, |line, history| {
                self.whereabouts((conversation, person), line, history)
            }));
        }
        self.env.history = history;
        silence
    }

    fn author(&self, person: usize) -> Author {
        match person.checked_sub(cast::N_VISITORS) {
            None => Author::Visitor,
            Some(agent) => Author::Agent(self.members[agent].clone()),
        }
    }

    fn whereabouts(
        &self,
        (conversation, person): (usize, usize),
        line: &LineName,
        history: &crate::History,
    ) -> Whereabouts {
        let tab = history.tab_of(line);
        let sight = match person.checked_sub(cast::N_VISITORS) {
            None => {
                let clients = self.tabs.iter().flatten();
                let here = |it: &&SimulatedClient<_>| {
                    it.person == person && it.conversation == conversation
                };
                look(clients.filter(here), tab, &line.client_id)
            }
            Some(agent) => {
                let chat = self.consoles[agent].chats.get(&conversation);
                look(chat.iter().map(|it| &it.client), tab, &line.client_id)
            }
        };
        match sight {
            Sight::OfItsTab(whereabouts) => whereabouts,
            Sight::OfOthers(Whereabouts::Settled) => Whereabouts::Settled,
            Sight::OfOthers(_) if history.is_stored(line) => Whereabouts::Settled,
            Sight::OfOthers(Whereabouts::Held) => Whereabouts::Held,
            Sight::OfOthers(Whereabouts::Nowhere) => {
                let kept = self.env.storage.get(&(person, conversation));
                let kept = kept.is_some_and(|it| it.contains_key(&line.client_id));
                if kept { Whereabouts::Held } else { Whereabouts::Nowhere }
            }
        }
    }
}

/// What a report is about, in a few letters.
fn version(report: &RoomReport) -> String {
    match report {
        RoomReport::Summary(summary) => format!("{:?}", summary.version),
        RoomReport::Wanted { .. }
        | RoomReport::OfferRefused { .. }
        | RoomReport::Bulk { .. }
        | RoomReport::Sockets { .. }
        | RoomReport::Erased { .. } => {
            format!("{report:?}")
        }
    }
}

/// What the tabs of a person can say of a line.
enum Sight {
    /// The tab in which it was written is there, and answers for it.
    OfItsTab(Whereabouts),
    /// It is gone; this is the best that another one can say.
    OfOthers(Whereabouts),
}

fn look<'clients, S: Side + 'clients>(
    clients: impl Iterator<Item = &'clients SimulatedClient<S>> + Clone,
    tab: Option<u32>,
    line: &ClientId,
) -> Sight {
    if let Some(its_tab) = clients.clone().find(|it| Some(it.number) == tab) {
        return Sight::OfItsTab(in_client(its_tab, line));
    }
    let mut best = Whereabouts::Nowhere;
    for client in clients {
        match in_client(client, line) {
            Whereabouts::Settled => return Sight::OfOthers(Whereabouts::Settled),
            Whereabouts::Held => best = Whereabouts::Held,
            Whereabouts::Nowhere => (),
        }
    }
    Sight::OfOthers(best)
}

fn in_client<S: Side>(client: &SimulatedClient<S>, line: &ClientId) -> Whereabouts {
    if client.told.contains(line) {
        Whereabouts::Settled
    } else if client.holds(line) {
        Whereabouts::Held
    } else if client.shows(line) {
        Whereabouts::Settled
    } else {
        Whereabouts::Nowhere
    }
}
