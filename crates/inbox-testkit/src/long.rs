//! One conversation of any length, and how many rows of its log each thing reads: to wake, to resume,
//! to write.

#![expect(clippy::wildcard_enum_match_arm, reason = "it looks for what it expects")]

use std::{cell::Cell, collections::BTreeMap};

use inbox_protocol::{FromVisitor, ToVisitor, VERSION, VisitorHello};
use inbox_room::{
    Conn, Connection, Facts, Frame, Identity, Input, Log, Numbering, Output, Placed, Principal,
    Room, Stored, StoredFile, UpTo, VisitorCredentials,
};
use inbox_types::{
    Author, ClientId, FileId, Millis, Place, Seq, SiteSettings, StartContext, Timestamp, Visit,
    WorkspaceSettings,
};

use crate::disk::Disk;

const CONN: Conn = Conn(1);

/// A disk that counts the rows that are read of it.
struct Counting<'disk> {
    disk: &'disk Disk,
    n_rows: Cell<usize>,
}

impl Counting<'_> {
    fn counted<T>(&self, n_rows: usize, read: T) -> T {
        self.n_rows.set(self.n_rows.get() + n_rows);
        read
    }
}

impl Log for Counting<'_> {
    fn find_by_key(&self, author: &Author, client_id: &ClientId) -> Option<Placed> {
        self.counted(1, self.disk.find_by_key(author, client_id))
    }

    fn after(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        let read = self.disk.after(count, place, limit);
        self.counted(read.len(), read)
    }

    fn before(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        let read = self.disk.before(count, place, limit);
        self.counted(read.len(), read)
    }

    fn at(&self, count: Numbering, place: Place) -> Option<Stored> {
        self.counted(1, self.disk.at(count, place))
    }

    fn edits(&self, of: Seq) -> Vec<Seq> {
        let read = self.disk.edits(of);
        self.counted(read.len(), read)
    }

    fn up_to(&self, seq: Seq) -> UpTo {
        self.counted(1, self.disk.up_to(seq))
    }

    fn file(&self, file: &FileId) -> Option<StoredFile> {
        self.counted(1, self.disk.file(file))
    }

    fn visits(&self) -> Vec<Visit> {
        self.disk.visits()
    }
}

/// A visitor who writes and writes, and the room that takes it.
#[derive(Debug)]
pub struct LongConversation {
    now: Timestamp,
    facts: Facts,
    disk: Disk,
    room: Room,
    readers: BTreeMap<Conn, Connection>,
    heard: Vec<ToVisitor>,
    /// How many rows the last frame read.
    pub n_rows: usize,
    n_written: u64,
}

impl LongConversation {
    /// With so many events in its log.
    #[must_use]
    pub fn of(n_events: u64) -> Self {
        let parse = |raw: &str| raw.parse().expect("an id");
        let identity = Identity {
            conversation: "main-c1".parse().expect("an id"),
            site: "main-s1".parse().expect("an id"),
            contact: parse("visitor"),
        };
        let facts = Facts {
            site: SiteSettings::default(),
            department: None,
            site_deleted: false,
            workspace: WorkspaceSettings::default(),
            departments: BTreeMap::new(),
            successors: BTreeMap::new(),
            members: BTreeMap::new(),
            topics: Vec::new(),
            translated: Vec::new(),
            inbox_away: false,
        };
        let disk = Disk::new(identity);
        let room = Room::wake(disk.snapshot(&facts, Vec::new()));
        let mut it = Self {
            now: Timestamp::from_millis(1_000_000),
            facts,
            disk,
            room,
            readers: BTreeMap::new(),
            heard: Vec::new(),
            n_rows: 0,
            n_written: 0,
        };
        it.hello(None);
        while (it.disk.events.len() as u64) < n_events {
            it.post();
        }
        it
    }

    /// The visitor asks for the page before a place.
    pub fn history(&mut self, before: Place) {
        let frame = FromVisitor::History { before };
        self.handle(Input::Visitor { conn: CONN, frame, detection: None, said: None });
    }

    fn handle(&mut self, input: Input) {
        // Slowly enough for the rate, fast enough for the session.
        self.now = self.now.after(Millis(200));
        let log = Counting { disk: &self.disk, n_rows: Cell::new(0) };
        let outputs = self.room.handle(self.now, input, &log);
        self.n_rows = log.n_rows.get();
        self.heard.clear();
        for output in outputs {
            match output {
                Output::Store(batch) => self.disk.write(&batch),
                Output::Remember { conn, reader } => {
                    self.readers.insert(conn, reader);
                }
                Output::Tell { frame: Frame::Visitor(frame), .. } => self.heard.push(frame),
                Output::Report(_) => (),
                other => panic!("a visitor who only writes has brought about {other:?}"),
            }
        }
    }

    /// The visitor comes on a new socket, and has all up to a place.
    pub fn hello(&mut self, after: Option<Place>) {
        self.handle(Input::Closed { conn: CONN });
        let who =
            Principal::Visitor(VisitorCredentials { generation: 0, renew: false, since: None });
        self.handle(Input::Connected { conn: CONN, who });
        let hello = VisitorHello { version: VERSION, epoch: 1, after, languages: Vec::new() };
        self.handle(Input::Visitor {
            conn: CONN,
            frame: FromVisitor::Hello(hello),
            detection: None,
            said: None,
        });
    }

    /// The visitor writes one more line.
    pub fn post(&mut self) {
        self.n_written += 1;
        let frame = FromVisitor::Post {
            client_id: format!("v-{}", self.n_written).parse().expect("a name"),
            text: Some("Do you have this in blue?".to_owned().try_into().expect("a text")),
            files: Vec::new(),
            context: StartContext::default(),
        };
        self.handle(Input::Visitor { conn: CONN, frame, detection: None, said: None });
    }

    /// The object sleeps and is woken; how many rows of the log that reads.
    pub fn wake(&mut self) -> usize {
        let readers = self.readers.iter().map(|(conn, it)| (*conn, it.clone())).collect();
        let snapshot = self.disk.snapshot(&self.facts, readers);
        let n_rows = snapshot.tail.len();
        self.room = Room::wake(snapshot);
        n_rows
    }

    /// Everything that the room holds, written out.
    #[must_use]
    pub fn weight(&self) -> usize {
        format!("{:?}", self.room).len()
    }

    /// The place of the newest line.
    #[must_use]
    pub fn head(&self) -> Place {
        Place(self.disk.shown.len() as u64)
    }

    /// The places of what was heard, page by page.
    #[must_use]
    pub fn pages(&self) -> Vec<Vec<Place>> {
        let places = |entries: &[inbox_protocol::Entry<inbox_protocol::VisitorBody>]| {
            entries.iter().map(|it| it.place).collect::<Vec<_>>()
        };
        self.heard
            .iter()
            .filter_map(|frame| match frame {
                ToVisitor::Entries { entries } | ToVisitor::History { entries } => {
                    Some(places(entries))
                }
                _ => None,
            })
            .collect()
    }
}
