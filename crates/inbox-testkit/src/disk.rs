//! A conversation's storage, in memory.
//!
//! Everything goes through the text that a database would hold, so that what is
//! stored is also what can be read back.

mod twin;

use std::{collections::BTreeMap, fmt::Debug};

use inbox_core::EventKind;
use inbox_host::{ConversationLog, Sqlite, SqliteError, Timer, forward::Cursor};
use inbox_protocol::{BridgeDone, http::UndeliveredEvent};
use inbox_room::{
    Batch, Checkpoint, Conn, Connection, ConversationRecord, Facts, Identity, Log, Numbering,
    OwnerSaid, Placed, RoomReport, SeenBy, SeenMark, Snapshot, Stored, StoredFile, UpTo,
};
use inbox_types::{
    Author, ClientId, File, FileId, Place, Seq, Timestamp, Visit,
    limits::{SIGNATURE_TOLERANCE, VISITS},
};
use serde::{Serialize, de::DeserializeOwned};

use self::twin::Twin;

/// The rows of one conversation.
#[derive(Debug)]
pub(crate) struct Disk {
    pub(crate) identity: Identity,
    /// The row that survives erasure.
    pub(crate) standing: ConversationRecord,
    pub(crate) events: Vec<Stored>,
    /// The index of the visitor's count: which event stands at each place.
    pub(crate) shown: Vec<usize>,
    /// The unique index of names.
    pub(crate) names: BTreeMap<(Author, ClientId), Placed>,
    pub(crate) files: BTreeMap<FileId, StoredFile>,
    pub(crate) seen: BTreeMap<SeenBy, SeenMark>,
    pub(crate) visits: Vec<Visit>,
    /// How the owner is.
    pub(crate) owner: Option<OwnerSaid>,
    pub(crate) alarm: Option<Timestamp>,
    /// When the forwarder must go on, if it has something to send.
    pub(crate) forward_at: Option<Timestamp>,
    /// When the desk must be told, if it may not know everything.
    pub(crate) report_at: Option<Timestamp>,
    /// How far the forwarder has come.
    pub(crate) cursor: Cursor,
    /// What admins are shown of an event that the receiver has not taken.
    pub(crate) undelivered: Option<UndeliveredEvent>,
    /// What the bridge was answered, by the name of what it said, and until when.
    bridged: BTreeMap<ClientId, (Timestamp, BridgeDone)>,
    /// What the desk is still to be told, by number.
    reports: BTreeMap<u64, RoomReport>,
    checkpoint: Option<String>,
    /// What stands up to each event.
    sums: Vec<UpTo>,
    edits: BTreeMap<Seq, Vec<Seq>>,
    /// A planted bug: repeats are not found.
    pub(crate) forgets_names: bool,
    /// The same rows in a real database, in some worlds.
    twin: Option<Twin>,
}

impl Disk {
    #[must_use]
    pub(crate) fn new(identity: Identity) -> Self {
        Self {
            identity,
            standing: ConversationRecord::default(),
            events: Vec::new(),
            shown: Vec::new(),
            names: BTreeMap::new(),
            files: BTreeMap::new(),
            seen: BTreeMap::new(),
            visits: Vec::new(),
            owner: None,
            alarm: None,
            forward_at: None,
            report_at: None,
            cursor: Cursor::default(),
            undelivered: None,
            bridged: BTreeMap::new(),
            reports: BTreeMap::new(),
            checkpoint: None,
            sums: Vec::new(),
            edits: BTreeMap::new(),
            forgets_names: false,
            twin: None,
        }
    }

    /// From now on everything is done and read in a real database too.
    pub(crate) fn with_twin(self, seed: u64) -> Self {
        Self { twin: Some(Twin::new(seed)), ..self }
    }

    /// Writes the rows of one turn.
    pub(crate) fn write(&mut self, batch: &Batch) {
        if let Some(twin) = &self.twin {
            twin.write(batch);
        }
        for stored in &batch.events {
            self.append(through_text(stored));
        }
        for (seq, written) in &batch.rewritten {
            if let Some(row) = row_mut(&mut self.events, *seq) {
                row.written = Some(through_text(written));
            }
        }
        for mark in &batch.seen {
            self.seen.insert(mark.by.clone(), through_text(mark));
        }
        self.visits.retain(|it| batch.visits.iter().all(|told| told.at != it.at));
        self.visits.extend(batch.visits.iter().map(through_text));
        let superfluous = self.visits.len().saturating_sub(VISITS);
        self.visits.drain(..superfluous);
        if let Some(owner) = &batch.owner {
            self.owner = Some(through_text(owner));
        }
        if let Some(standing) = batch.standing {
            self.standing = through_text(&standing);
        }
        if let Some(checkpoint) = &batch.checkpoint {
            self.checkpoint = Some(text(checkpoint));
        }
    }

    /// Erases everything but one row.
    pub(crate) fn erase(&mut self, standing: ConversationRecord) {
        let identity = self.identity.clone();
        let forgets_names = self.forgets_names;
        let twin = self.twin.take();
        if let Some(twin) = &twin {
            twin.erase(standing);
        }
        *self = Self { standing, forgets_names, twin, ..Self::new(identity) };
    }

    /// Keeps a report until the desk has it. As in a database, a number is given again once it is free.
    pub(crate) fn put_report(&mut self, report: RoomReport) {
        if let Some(twin) = &self.twin {
            twin.does(|log| log.put_report(&report));
        }
        let last = self.reports.last_key_value().map_or(0, |it| *it.0);
        self.reports.insert(last + 1, report);
    }

    /// The oldest report that the desk does not have.
    pub(crate) fn first_report(&self) -> Option<(u64, RoomReport)> {
        let first = self.reports.first_key_value().map(|(no, report)| (*no, report.clone()));
        self.compare(&first, ConversationLog::first_report);
        first
    }

    /// The desk has a report.
    pub(crate) fn forget_report(&mut self, no: u64, report: &RoomReport) {
        if let Some(twin) = &self.twin {
            twin.does(|log| log.forget_report(no, report));
        }
        if self.reports.get(&no) == Some(report) {
            self.reports.remove(&no);
        }
    }

    /// What the bridge was answered when it said something under this name.
    pub(crate) fn bridged(&self, name: &ClientId) -> Option<BridgeDone> {
        let done = self.bridged.get(name).map(|it| it.1);
        self.compare(&done, |log| log.bridged(name));
        done
    }

    /// The bridge was answered; the row goes with one that is written late enough.
    pub(crate) fn put_bridged(&mut self, name: &ClientId, done: BridgeDone, now: Timestamp) {
        if let Some(twin) = &self.twin {
            twin.does(|log| log.put_bridged(name, &done, now));
        }
        self.bridged.retain(|_, (until, _)| now <= *until);
        let until = now.after(SIGNATURE_TOLERANCE).after(SIGNATURE_TOLERANCE);
        self.bridged.insert(name.clone(), (until, done));
    }

    /// A file was uploaded.
    pub(crate) fn put_file(&mut self, file: &File, by: Author) {
        if let Some(twin) = &self.twin {
            twin.does(|log| {
                log.begin_file(file, &by, Timestamp::default())?;
                log.finish_file(&file.id, file.media).map(drop)
            });
        }
        let stored = StoredFile { file: file.clone(), by, message: None };
        self.files.insert(file.id.clone(), stored);
    }

    /// A file is not wanted any more.
    pub(crate) fn forget_file(&mut self, file: &FileId) {
        if let Some(twin) = &self.twin {
            twin.does(|log| log.forget_files(std::slice::from_ref(file)));
        }
        self.files.remove(file);
    }

    /// The first events after a forwarder's cursor.
    pub(crate) fn following(&self, seq: Seq, limit: usize) -> &[Stored] {
        let from = usize::try_from(seq.0).expect("a short log").min(self.events.len());
        let to = self.events.len().min(from.saturating_add(limit));
        let following = &self.events[from..to];
        if let Some(twin) = &self.twin {
            let memory = following.to_vec();
            twin.reads(&memory, |log| log.following(seq, limit as u64));
        }
        following
    }

    /// Whether all of it is to be erased when its grace is over.
    pub(crate) fn is_to_be_erased(&self) -> bool {
        let last = self.events.iter().rev().find_map(|it| {
            if let EventKind::Blocked { purge_at, .. } = &it.body.event.kind {
                return Some(purge_at.is_some());
            }
            matches!(it.body.event.kind, EventKind::Unblocked { .. }).then_some(false)
        });
        let memory = last.unwrap_or_default();
        self.compare(&memory, ConversationLog::is_to_be_erased);
        memory
    }

    fn compare<T: PartialEq + Debug>(
        &self,
        memory: &T,
        read: impl FnOnce(&ConversationLog<Sqlite>) -> Result<T, SqliteError>,
    ) {
        if let Some(twin) = &self.twin {
            twin.reads(memory, read);
        }
    }

    /// When a timer is due. A world has no workspace and no bucket, so it has no timers for them.
    pub(crate) fn timer(&self, timer: Timer) -> Option<Timestamp> {
        match timer {
            Timer::Room => self.alarm,
            Timer::Report => self.report_at,
            Timer::Forward => self.forward_at,
            Timer::Sweep | Timer::Vacant | Timer::Audit | Timer::Purge | Timer::Index => None,
        }
    }

    /// Sets or clears it.
    pub(crate) fn set_timer(&mut self, timer: Timer, at: Option<Timestamp>) {
        match timer {
            Timer::Room => self.alarm = at,
            Timer::Report => self.report_at = at,
            Timer::Forward => self.forward_at = at,
            Timer::Sweep | Timer::Vacant | Timer::Audit | Timer::Purge | Timer::Index => (),
        }
    }

    /// The earliest of all timers.
    #[must_use]
    pub(crate) fn due(&self) -> Option<Timestamp> {
        [self.alarm, self.forward_at, self.report_at].into_iter().flatten().min()
    }

    /// What a room wakes from.
    #[must_use]
    pub(crate) fn snapshot(&self, facts: &Facts, readers: Vec<(Conn, Connection)>) -> Snapshot {
        let checkpoint: Option<Checkpoint> = self.checkpoint.as_deref().map(parsed);
        let head = checkpoint.as_ref().map_or(Seq(0), |it| it.transcript.head());
        self.compare(&checkpoint, ConversationLog::checkpoint);
        self.compare(&self.standing, ConversationLog::standing);
        self.compare(&self.owner, ConversationLog::owner);
        self.compare(&self.seen, |log| {
            Ok(log.marks()?.into_iter().map(|it| (it.by.clone(), it)).collect())
        });
        Snapshot {
            identity: self.identity.clone(),
            facts: facts.clone(),
            standing: self.standing,
            tail: self.after(Numbering::Team, Place(head.0), usize::MAX),
            checkpoint,
            owner: self.owner.clone(),
            alarm: self.alarm,
            seen: self.seen.values().cloned().collect(),
            readers,
        }
    }

    fn append(&mut self, stored: Stored) {
        if let Some((author, client_id)) = stored.idempotency_key() {
            let placed = Placed { seq: stored.seq, shown: stored.shown, at: stored.body.event.at };
            self.names.entry((author, client_id.clone())).or_insert(placed);
        }
        if let Some(of) = stored.of() {
            self.edits.entry(of).or_default().push(stored.seq);
        }
        for file in stored.files() {
            if let Some(row) = self.files.get_mut(&file.id) {
                row.message = Some(stored.seq);
            }
        }
        let mut sum = self.sums.last().copied().unwrap_or_default();
        if let Some(place) = stored.shown {
            self.shown.push(self.events.len());
            sum.shown = place;
        }
        sum.n_visitor_messages +=
            u64::from(matches!(stored.idempotency_key(), Some((Author::Visitor, _))));
        self.sums.push(sum);
        self.events.push(stored);
    }

    /// The indices of the events in a count, oldest first.
    fn index(&self, count: Numbering, place: Place) -> Option<usize> {
        let nth = usize::try_from(place.0.checked_sub(1)?).ok()?;
        match count {
            Numbering::Team => (nth < self.events.len()).then_some(nth),
            Numbering::Visitor => self.shown.get(nth).copied(),
        }
    }

    fn span(&self, count: Numbering, from: u64, to: u64) -> Vec<Stored> {
        (from..to)
            .filter_map(|it| self.index(count, Place(it)))
            .filter_map(|it| self.events.get(it).cloned())
            .collect()
    }
}

impl Log for Disk {
    fn find_by_key(&self, author: &Author, client_id: &ClientId) -> Option<Placed> {
        if self.forgets_names {
            return None;
        }
        let placed = self.names.get(&(author.clone(), client_id.clone())).copied();
        self.compare(&placed, |log| Ok(log.find_by_key(author, client_id)));
        placed
    }

    fn after(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        let last = match count {
            Numbering::Team => self.events.len(),
            Numbering::Visitor => self.shown.len(),
        };
        let end = place.0.saturating_add(1).saturating_add(limit as u64).min(last as u64 + 1);
        let after = self.span(count, place.0 + 1, end);
        self.compare(&after, |log| Ok(log.after(count, place, limit)));
        after
    }

    fn before(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        let end = match count {
            Numbering::Team => self.events.len(),
            Numbering::Visitor => self.shown.len(),
        };
        let end = place.0.min(end as u64 + 1);
        let before = self.span(count, end.saturating_sub(limit as u64).max(1), end);
        self.compare(&before, |log| Ok(log.before(count, place, limit)));
        before
    }

    fn at(&self, count: Numbering, place: Place) -> Option<Stored> {
        let at = self.index(count, place).and_then(|it| self.events.get(it).cloned());
        self.compare(&at, |log| Ok(log.at(count, place)));
        at
    }

    fn edits(&self, of: Seq) -> Vec<Seq> {
        let edits = self.edits.get(&of).cloned().unwrap_or_default();
        self.compare(&edits, |log| Ok(log.edits(of)));
        edits
    }

    fn up_to(&self, seq: Seq) -> UpTo {
        let index = usize::try_from(seq.0).ok().and_then(|it| it.checked_sub(1));
        let up_to = index.and_then(|it| self.sums.get(it)).copied().unwrap_or_default();
        self.compare(&up_to, |log| Ok(log.up_to(seq)));
        up_to
    }

    fn file(&self, file: &FileId) -> Option<StoredFile> {
        let stored = self.files.get(file).cloned();
        self.compare(&stored, |log| Ok(log.file(file)));
        stored
    }

    fn visits(&self) -> Vec<Visit> {
        self.compare(&self.visits, |log| Ok(log.visits()));
        self.visits.clone()
    }
}

fn row_mut(events: &mut [Stored], seq: Seq) -> Option<&mut Stored> {
    events.get_mut(usize::try_from(seq.0.checked_sub(1)?).ok()?)
}

/// What is written, as text.
pub(crate) fn text<T: Serialize>(value: &T) -> String {
    // Most of what is written fits, so that it is not moved while it grows.
    let mut bytes = Vec::with_capacity(1_024);
    serde_json::to_writer(&mut bytes, value).expect("what is stored can be written");
    String::from_utf8(bytes).expect("JSON is text")
}

/// What was written, read back.
pub(crate) fn parsed<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("what was stored can be read")
}

fn through_text<T: Serialize + DeserializeOwned>(value: &T) -> T {
    parsed(&text(value))
}
