//! The first minute of a browser that has not been here before: several tabs that upload files and
//! write at the same time, and do not know yet who they are.
//!
//! The identity, the client, the rooms and their rules are the real ones. Chance decides what happens
//! next, whether answers of the relay are lost, how long storage takes to be seen in another tab,
//! and whether the browser has locks. At the end there must be one visitor who has said everything,
//! once, with all of its files.

use std::collections::{BTreeMap, VecDeque};

use inbox_client::{Call, Client, Frame as Said, Identity, Input, NewMessage, Output, Step};
use inbox_protocol::{FromVisitor, Refusal, ToVisitor, VisitorBody};
use inbox_room::{
    Conn, Facts, Frame, Input as RoomInput, Output as RoomOutput, Principal, Room, StoredFile,
    VisitorCredentials,
};
use inbox_types::{Author, ClientId, File, FileId, MediaType, Millis, Timestamp};

use crate::{
    disk::{Disk, parsed, text},
    random::Random,
    world::{first_facts, first_identity},
};

/// A browser's first minute.
#[derive(Debug)]
pub struct FirstUses {
    random: Random,
    now: Timestamp,
    facts: Facts,
    has_locks: bool,
    /// For seeing that this test can fail: whatever needs a token asks for one of its own.
    each_for_itself: bool,
    tabs: Vec<Tab>,
    turn: Option<usize>,
    /// What was stored in the browser, in this order, and which tab has yet to see which.
    stored: Vec<String>,
    unseen: Vec<(usize, usize)>,
    /// One conversation for each visitor that was made.
    rooms: Vec<(Disk, Box<Room>)>,
    /// The room and tab of every socket; its number is its place.
    sockets: Vec<(usize, usize, u32)>,
    n_files: u32,
}

#[derive(Debug)]
struct Tab {
    client: Client<VisitorBody>,
    identity: Identity,
    pending: Option<Pending>,
    sees: Option<(usize, String)>,
    token: Option<String>,
    waits: Vec<Waits>,
    /// What the relay has said and was not heard yet.
    news: VecDeque<(u32, ToVisitor)>,
    socket: u32,
    conn: Option<usize>,
    n_to_write: u32,
    /// What was uploaded, as it is called at the relay, and as it is called here.
    uploads: BTreeMap<FileId, FileId>,
    written: Vec<(ClientId, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pending {
    Turn,
    Answer,
    Settling,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Waits {
    Socket(u32),
    Upload(FileId),
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Writes(usize),
    Goes(usize),
    Hears(usize),
    Sees(usize, usize),
}

impl FirstUses {
    /// The minute of a seed.
    #[must_use]
    pub fn new(seed: u64, each_for_itself: bool) -> Self {
        let mut random = Random::new(seed);
        let has_locks = random.permille(700);
        let facts = first_facts(&mut random);
        let n_tabs = 1 + random.index(3);
        let tab = |number: usize| Tab {
            client: Client::new(Author::Visitor, u32::try_from(number).unwrap_or(0) + 1, 7),
            identity: Identity::new(has_locks),
            pending: None,
            sees: None,
            token: None,
            waits: Vec::new(),
            news: VecDeque::new(),
            socket: 0,
            conn: None,
            n_to_write: 2,
            uploads: BTreeMap::new(),
            written: Vec::new(),
        };
        Self {
            random,
            now: Timestamp::from_millis(1_700_000_000_000),
            facts,
            has_locks,
            each_for_itself,
            tabs: (0..n_tabs).map(tab).collect(),
            turn: None,
            stored: Vec::new(),
            unseen: Vec::new(),
            rooms: Vec::new(),
            sockets: Vec::new(),
            n_files: 0,
        }
    }

    /// Lets the minute pass.
    ///
    /// # Errors
    ///
    /// What is not as it must be.
    pub fn run(&mut self) -> Result<(), String> {
        for _ in 0..2_000 {
            self.now = self.now.after(Millis(5));
            let events = self.events();
            if events.is_empty() {
                let due = self.tabs.iter().filter_map(|it| it.client.due()).min();
                let busy = self.tabs.iter().any(|it| !it.client.lines().is_empty());
                let Some(due) = due.filter(|_| busy) else { return self.check() };
                self.now = self.now.max(due);
                for tab in 0..self.tabs.len() {
                    self.input(tab, Input::Tick);
                }
                continue;
            }
            let event = *self.random.pick(&events);
            self.happens(event);
        }
        Err("it does not come to rest".to_owned())
    }

    fn events(&self) -> Vec<Event> {
        let mut events: Vec<Event> =
            self.unseen.iter().map(|(tab, stored)| Event::Sees(*tab, *stored)).collect();
        for (index, tab) in self.tabs.iter().enumerate() {
            if 0 < tab.n_to_write {
                events.push(Event::Writes(index));
            }
            let its_turn = !self.has_locks || self.turn.is_none();
            if tab.pending.is_some_and(|it| it != Pending::Turn || its_turn) {
                events.push(Event::Goes(index));
            }
            if !tab.news.is_empty() {
                events.push(Event::Hears(index));
            }
        }
        events
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Writes(tab) => self.writes(tab),
            Event::Goes(tab) => self.goes(tab),
            Event::Hears(tab) => {
                if let Some((socket, frame)) = self.tabs[tab].news.pop_front() {
                    self.hears(tab, socket, frame);
                }
            }
            Event::Sees(tab, stored) => {
                self.unseen.retain(|it| *it != (tab, stored));
                if self.tabs[tab].sees.as_ref().is_none_or(|it| it.0 < stored) {
                    let token = self.stored[stored].clone();
                    self.tabs[tab].sees = Some((stored, token.clone()));
                    let step = self.tabs[tab].identity.noticed(self.now, Some(token));
                    self.does(tab, step);
                }
            }
        }
    }

    /// Picks some files, and writes a line without waiting for them.
    fn writes(&mut self, index: usize) {
        self.tabs[index].n_to_write -= 1;
        let n_files = self.random.index(4);
        let mut draft = NewMessage::default();
        for _ in 0..n_files {
            self.n_files += 1;
            let id: FileId = format!("up-{}", self.n_files).parse().expect("an id");
            draft.uploads.push(id.clone());
            draft.files.push(file(id));
        }
        let name = format!("line-{index}-{}", self.tabs[index].n_to_write);
        draft.text = name.clone().try_into().ok();
        let client_id: ClientId = name.parse().expect("an id");
        self.tabs[index].written.push((client_id.clone(), n_files));
        let uploads = draft.uploads.clone();
        self.input(index, Input::Wrote { client_id, draft });
        for upload in uploads {
            self.wants(index, Waits::Upload(upload));
        }
    }

    fn wants(&mut self, index: usize, waits: Waits) {
        if self.each_for_itself && self.tabs[index].sees.is_none() {
            let token = self.make_visitor();
            self.store(index, token.clone());
            self.tabs[index].waits.push(waits);
            return self.knows(index, &token);
        }
        let (now, tab) = (self.now, &mut self.tabs[index]);
        tab.waits.push(waits);
        let sees = tab.sees.as_ref().map(|it| it.1.clone());
        let step = tab.identity.wanted(now, None, sees);
        self.does(index, step);
    }

    fn goes(&mut self, index: usize) {
        let Some(pending) = self.tabs[index].pending.take() else { return };
        let held = self.stored.last().filter(|_| self.has_locks).cloned();
        let answer = (pending == Pending::Answer).then(|| {
            let token = self.make_visitor();
            if self.random.permille(200) { Err(0) } else { Ok(token) }
        });
        let (now, tab) = (self.now, &mut self.tabs[index]);
        let sees = tab.sees.as_ref().map(|it| it.1.clone());
        let step = match (pending, answer) {
            (Pending::Answer, Some(answer)) => tab.identity.made(now, answer, sees),
            (Pending::Settling, _) => tab.identity.settled(now, sees),
            (Pending::Turn | Pending::Answer, _) => {
                self.turn = Some(index);
                tab.identity.turn(now, sees.or(held))
            }
        };
        self.does(index, step);
    }

    fn does(&mut self, index: usize, step: Step) {
        match step {
            Step::Wait => (),
            Step::Queue => self.tabs[index].pending = Some(Pending::Turn),
            Step::Ask => self.tabs[index].pending = Some(Pending::Answer),
            Step::Store(token) => {
                self.store(index, token);
                self.tabs[index].pending = Some(Pending::Settling);
                if self.has_locks {
                    self.goes(index);
                }
            }
            Step::Known(token) => {
                self.turn.take_if(|it| *it == index);
                self.knows(index, &token);
            }
            Step::Failed(code) => {
                self.turn.take_if(|it| *it == index);
                for waits in std::mem::take(&mut self.tabs[index].waits) {
                    match waits {
                        Waits::Socket(socket) => self.input(index, Input::Closed { socket, code }),
                        // It is tried again by itself.
                        Waits::Upload(_) => self.wants(index, waits),
                    }
                }
            }
            Step::Joined(token) => {
                self.tabs[index].token = Some(token);
                self.input(index, Input::Joined);
            }
        }
    }

    fn make_visitor(&mut self) -> String {
        let n = self.rooms.len();
        let disk = Disk::new(first_identity(n));
        let room = Box::new(Room::wake(disk.snapshot(&self.facts, Vec::new())));
        self.rooms.push((disk, room));
        format!("v1.k1.{n}.0.0.s")
    }

    fn store(&mut self, by: usize, token: String) {
        let place = self.stored.len();
        self.stored.push(token.clone());
        self.tabs[by].sees = Some((place, token));
        self.unseen.extend((0..self.tabs.len()).filter(|it| *it != by).map(|it| (it, place)));
    }

    fn knows(&mut self, index: usize, token: &str) {
        self.tabs[index].token = Some(token.to_owned());
        let room = room_of(token);
        for waits in std::mem::take(&mut self.tabs[index].waits) {
            match waits {
                Waits::Socket(socket) if socket == self.tabs[index].socket => {
                    self.opens(index, room, socket);
                }
                Waits::Socket(_) => (),
                Waits::Upload(upload) => self.uploads(index, room, upload),
            }
        }
    }

    fn uploads(&mut self, index: usize, room: usize, upload: FileId) {
        self.n_files += 1;
        let file = file(format!("f{}", self.n_files).parse().expect("an id"));
        let row = StoredFile { file: file.clone(), by: Author::Visitor, message: None };
        self.rooms[room].0.files.insert(file.id.clone(), row);
        self.tabs[index].uploads.insert(file.id.clone(), upload.clone());
        self.input(index, Input::Stored { upload, file });
    }

    fn opens(&mut self, index: usize, room: usize, socket: u32) {
        let conn = self.sockets.len();
        self.sockets.push((room, index, socket));
        self.tabs[index].conn = Some(conn);
        let who =
            Principal::Visitor(VisitorCredentials { generation: 0, renew: false, since: None });
        self.drive(room, RoomInput::Connected { conn: Conn(conn as u64), who });
        self.input(index, Input::Opened { socket });
    }

    fn hears(&mut self, index: usize, socket: u32, frame: ToVisitor) {
        if socket != self.tabs[index].socket {
            return;
        }
        if let ToVisitor::Refused { client_id: Some(line), reason: Refusal::NotFound } = &frame {
            return self.loses_files(index, line.clone());
        }
        match Said::of_visitor(frame).0 {
            Some(frame) => self.input(index, Input::Heard { socket, frame }),
            None => self.input(index, Input::Alive { socket }),
        }
    }

    /// The files were uploaded by a visitor who lost: the page still has them.
    fn loses_files(&mut self, index: usize, client_id: ClientId) {
        let tab = &self.tabs[index];
        let Some(line) = tab.client.lines().iter().find(|it| it.client_id == client_id) else {
            return;
        };
        let own = |it: &File| tab.uploads.get(&it.id).cloned().unwrap_or_else(|| it.id.clone());
        let files: Vec<File> = line.draft.files.iter().map(|it| file(own(it))).collect();
        let uploads: Vec<FileId> = files.iter().map(|it| it.id.clone()).collect();
        self.input(index, Input::FilesLost { client_id, files });
        for upload in uploads {
            self.wants(index, Waits::Upload(upload));
        }
    }

    fn input(&mut self, index: usize, input: Input<VisitorBody>) {
        let outputs = self.tabs[index].client.handle(self.now, input);
        for output in outputs {
            match output {
                Output::Call(Call::Dial { socket, .. }) => {
                    self.tabs[index].socket = socket;
                    self.wants(index, Waits::Socket(socket));
                }
                Output::Call(Call::HangUp { .. }) => self.hangs_up(index),
                Output::Say(say) => {
                    if let Some(conn) = self.tabs[index].conn {
                        let frame: FromVisitor = parsed(&text(&say.by_visitor(&[])));
                        let (room, conn) = (self.sockets[conn].0, Conn(conn as u64));
                        let said = RoomInput::Visitor { conn, frame, detection: None, said: None };
                        self.drive(room, said);
                    }
                }
                Output::Call(Call::Ping | Call::Reload)
                | Output::Keep(_)
                | Output::Forget(_)
                | Output::Arrived { .. }
                | Output::Erased
                | Output::Unfinished(_) => (),
            }
        }
    }

    fn hangs_up(&mut self, index: usize) {
        if let Some(conn) = self.tabs[index].conn.take() {
            let room = self.sockets[conn].0;
            self.drive(room, RoomInput::Closed { conn: Conn(conn as u64) });
        }
    }

    fn drive(&mut self, room: usize, input: RoomInput) {
        let (disk, awake) = &mut self.rooms[room];
        let outputs = awake.handle(self.now, input, disk);
        for output in outputs {
            match output {
                RoomOutput::Store(batch) => disk.write(&batch),
                RoomOutput::Tell { conn, frame: Frame::Visitor(frame) } => {
                    let conn = usize::try_from(conn.0).expect("a socket of this world");
                    let (_, tab, socket) = self.sockets[conn];
                    self.tabs[tab].news.push_back((socket, frame));
                }
                // Nobody else is here, and nothing else is of any use in this minute.
                RoomOutput::Tell { frame: Frame::Agent(_), .. }
                | RoomOutput::Remember { .. }
                | RoomOutput::Close { .. }
                | RoomOutput::SignLink { .. }
                | RoomOutput::RenewToken { .. }
                | RoomOutput::AnswerBridge(_)
                | RoomOutput::Report(_)
                | RoomOutput::DropFiles(_)
                | RoomOutput::Erase(_) => (),
            }
        }
    }

    /// One visitor has said everything, once, with all of its files.
    fn check(&self) -> Result<(), String> {
        let Some(last) = self.stored.last() else { return Err("nobody is known".to_owned()) };
        let (winner, _) = &self.rooms[room_of(last)];
        for (index, tab) in self.tabs.iter().enumerate() {
            if tab.token.as_ref() != Some(last) {
                return Err(format!("tab {index} is {:?}, and the browser {last}", tab.token));
            }
            for (line, n_files) in &tab.written {
                let of_it = |it: &&inbox_room::Stored| {
                    it.idempotency_key().is_some_and(|(_, client_id)| client_id == line)
                };
                let rows: Vec<_> = winner.events.iter().filter(of_it).collect();
                let [row] = rows[..] else {
                    return Err(format!("{line} is stored {} times", rows.len()));
                };
                if row.files().len() != *n_files {
                    return Err(format!("{line} has {} of {n_files} files", row.files().len()));
                }
            }
        }
        let losers = self.rooms.iter().filter(|it| !std::ptr::eq(&raw const it.0, winner));
        if self.has_locks
            && losers.clone().any(|it| !it.0.events.is_empty() || !it.0.files.is_empty())
        {
            return Err("somebody else has something".to_owned());
        }
        Ok(())
    }
}

fn room_of(token: &str) -> usize {
    token.split('.').nth(2).and_then(|it| it.parse().ok()).expect("a token of this world")
}

fn file(id: FileId) -> File {
    let name = "photo.png".to_owned().try_into().expect("a name");
    File { id, name, bytes: 4, media: MediaType::Png }
}
