//! How time passes: whatever is due happens in its order, and is checked at once.

use inbox_client::Input;
use inbox_protocol::ToVisitor;
use inbox_room::{DeskInput, Input as RoomInput};
use inbox_types::{Author, Millis, Timestamp};

use super::{
    World, cast,
    env::{Address, BrowserEnd, Letter, RelayEnd},
    room_host::RoomHost,
    seat::{Seat, Side},
};
use crate::{
    LineName, Violation, Whereabouts,
    network::{Delivery, End},
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
        let tabs = self.tabs.iter().flatten().filter(|it| !it.frozen).filter_map(Seat::due);
        let consoles = self.consoles.iter().filter(|it| !it.frozen);
        let chats =
            consoles.clone().flat_map(|it| it.chats.values()).filter_map(|it| it.seat.due());
        let desks = consoles.filter_map(super::console::Console::due);
        let rooms = self.rooms.iter().filter_map(RoomHost::due);
        let silent = env.silent.iter().map(|it| it.0);
        let arrival = env.network.next_at(|it: BrowserEnd| !env.frozen.contains(&it.seat));
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
        let awake = |it: BrowserEnd| !frozen.contains(&it.seat);
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
        if due(self.desk.rebuild_at) {
            self.rebuild_desk();
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
                // What else is left is shown by a view, and there is none here.
                if let Some(seat) = &mut self.tabs[tab]
                    && let Some(ToVisitor::Token { token }) = seat.hear(env, browser.socket, packet)
                {
                    seat.take_token(&token);
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
            Letter::ToDesk { conversation, report, process } => {
                let room = &mut self.rooms[conversation];
                let input =
                    DeskInput::Report { conversation: room.id.clone(), report: report.clone() };
                let is_heard = self.desk.drive(&mut self.env, input);
                if process.is_none_or(|it| !room.is_process(it)) {
                    // A copy, or nobody waits for the answer any more.
                } else if is_heard {
                    room.reported(&report);
                } else {
                    room.unreported(&self.env, report);
                }
            }
        }
    }

    /// The desk was lost: the register says which conversations there are, and each says how it
    /// stands. If one cannot be asked, all are asked again.
    fn rebuild_desk(&mut self) {
        let env = &mut self.env;
        self.desk.rebuild_at = None;
        for room in &mut self.rooms {
            let report = room.current_report();
            let is_reached = !env.random.permille(env.weather.mail);
            let is_told = is_reached
                && report.is_none_or(|report| {
                    let conversation = room.id.clone();
                    self.desk.drive(env, DeskInput::Report { conversation, report })
                });
            if !is_told {
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
        let visitors = self.tabs.iter().flatten();
        let visitors = visitors.filter(|it| it.person == person && it.conversation == conversation);
        let mut seats: Vec<Sight> = visitors.map(|it| sight(it, &line.client_id)).collect();
        let console = person.checked_sub(cast::N_VISITORS).map(|agent| &self.consoles[agent]);
        let chat = console.and_then(|it| it.chats.get(&conversation));
        seats.extend(chat.map(|it| sight(&it.seat, &line.client_id)));
        if let Some(owner) = seats.iter().find(|it| Some(it.number) == tab) {
            return owner.whereabouts;
        }
        if seats.iter().any(|it| it.whereabouts == Whereabouts::Settled) || history.is_stored(line)
        {
            return Whereabouts::Settled;
        }
        let adopted = seats.iter().any(|it| it.whereabouts == Whereabouts::Held);
        let kept = self.env.storage.get(&(person, conversation));
        let kept = kept.is_some_and(|it| it.contains_key(&line.client_id));
        if kept || adopted { Whereabouts::Held } else { Whereabouts::Nowhere }
    }
}

/// What one tab can say of a line.
struct Sight {
    number: u32,
    whereabouts: Whereabouts,
}

fn sight<S: Side>(seat: &Seat<S>, client_id: &inbox_types::ClientId) -> Sight {
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
