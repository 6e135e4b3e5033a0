//! A conversation's log in its database: what the room reads, and the rows of each turn.
//!
//! `events` is append-only and carries no text of people; that lies in `contents`. Each event's
//! row also says how much stood before it, so that a mark of what was seen costs one look-up.

use std::cell::Cell;

use inbox_core::Content;
use inbox_host::forward::Cursor;
use inbox_room::{
    Audited, Batch, Checkpoint, Count, Log, OwnerSaid, Placed, RoomReport, SeenBy, SeenMark,
    Standing, Stored, StoredFile, UpTo, Written,
};
use inbox_types::{
    Author, ClientId, File, FileId, MediaType, Place, Seq, Timestamp, Visit, limits::VISITS,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use worker::Result;

use crate::{
    planted::{self, Planted},
    store::{Store, Value, json, number, text},
};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS events (
        seq INTEGER PRIMARY KEY, n INTEGER, at INTEGER NOT NULL, body TEXT NOT NULL,
        kind TEXT GENERATED ALWAYS AS (body ->> '$.event.kind.type') VIRTUAL,
        author TEXT, client_id TEXT, of INTEGER,
        shown_to INTEGER NOT NULL, visitor_to INTEGER NOT NULL);
    CREATE UNIQUE INDEX IF NOT EXISTS events_n ON events (n) WHERE n IS NOT NULL;
    CREATE UNIQUE INDEX IF NOT EXISTS events_name ON events (author, client_id) WHERE client_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS events_of ON events (of) WHERE of IS NOT NULL;
    CREATE TABLE IF NOT EXISTS contents (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS seen (by TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS visits (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS files (
        id TEXT PRIMARY KEY, body TEXT NOT NULL, by TEXT NOT NULL, message INTEGER,
        at INTEGER NOT NULL, complete INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, tries INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS reports (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS audited (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
";

/// The log of one conversation.
#[derive(Debug)]
pub(crate) struct SqlLog {
    store: Store,
    /// What the last event's row says, if it was read.
    head: Cell<Option<UpTo>>,
    /// A read failed: what the room decided from it is not to be done.
    failed: Cell<bool>,
}

#[derive(Deserialize)]
struct EventRow {
    seq: u64,
    n: Option<u64>,
    body: String,
    written: Option<String>,
}

#[derive(Deserialize)]
struct HeadRow {
    shown_to: u64,
    visitor_to: u64,
}

#[derive(Deserialize)]
struct PlacedRow {
    seq: u64,
    n: Option<u64>,
    at: u64,
}

#[derive(Deserialize)]
struct SeqRow {
    seq: u64,
}

#[derive(Deserialize)]
struct FileRow {
    body: String,
    by: String,
    message: Option<u64>,
}

#[derive(Deserialize)]
struct IdRow {
    id: String,
}

#[derive(Deserialize)]
struct NoteRow {
    no: u64,
    body: String,
}

#[derive(Deserialize)]
struct NumberRow {
    n: u64,
}

#[derive(Deserialize)]
struct CursorRow {
    seq: u64,
    tries: u32,
}

const EVENT: &str = "SELECT e.seq, e.n, e.body, c.body AS written FROM events e LEFT JOIN contents c ON c.seq = e.seq";

impl SqlLog {
    pub(crate) fn open(store: Store) -> Result<Self> {
        let log = Self { store, head: Cell::new(None), failed: Cell::new(false) };
        log.create()?;
        Ok(log)
    }

    /// Creates the tables where there are none.
    pub(crate) fn create(&self) -> Result<()> {
        self.store.run(SCHEMA, Vec::new())
    }

    /// Whether a read failed since the last time that somebody asked.
    pub(crate) fn take_failure(&self) -> bool {
        self.failed.replace(false)
    }

    /// Writes a turn's rows; inside a transaction.
    pub(crate) fn write(&self, batch: &Batch) -> Result<()> {
        for stored in &batch.events {
            self.append(stored)?;
        }
        for (seq, written) in &batch.rewritten {
            self.put_written(*seq, written)?;
        }
        for mark in &batch.seen {
            self.store.run(
                "INSERT OR REPLACE INTO seen (by, body) VALUES (?, ?)",
                vec![text(seen_by(&mark.by)), json(mark)?],
            )?;
        }
        if !batch.visits.is_empty() {
            self.put_visits(&batch.visits)?;
        }
        if let Some(owner) = &batch.owner {
            self.put_meta("owner", owner)?;
        }
        if let Some(standing) = &batch.standing {
            self.put_meta("standing", standing)?;
        }
        if let Some(checkpoint) = &batch.checkpoint {
            let seq = checkpoint.transcript.head();
            self.put_meta("checkpoint", &Kept { seq: seq.0, checkpoint })?;
        }
        self.audit(&batch.audited)
    }

    /// Keeps what the workspace is to write down; inside the transaction of the deed.
    pub(crate) fn audit(&self, audited: &[Audited]) -> Result<()> {
        for it in audited {
            self.store.run("INSERT INTO audited (body) VALUES (?)", vec![json(it)?])?;
        }
        Ok(())
    }

    /// What the workspace has not written down yet, oldest first.
    pub(crate) fn audited(&self) -> Result<Vec<(u64, Audited)>> {
        let rows: Vec<NoteRow> =
            self.store.rows("SELECT no, body FROM audited ORDER BY no", Vec::new())?;
        rows.into_iter().map(|it| Ok((it.no, serde_json::from_str(&it.body)?))).collect()
    }

    /// The workspace has written it down.
    pub(crate) fn forget_audited(&self, no: u64) -> Result<()> {
        self.store.run("DELETE FROM audited WHERE no = ?", vec![number(no)])
    }

    // What the desk is still to be told.

    /// Keeps a report until the desk has it.
    pub(crate) fn put_report(&self, report: &RoomReport) -> Result<()> {
        self.store.run("INSERT INTO reports (body) VALUES (?)", vec![json(report)?])
    }

    /// The oldest report that the desk does not have, and its number.
    pub(crate) fn first_report(&self) -> Result<Option<(u64, RoomReport)>> {
        let row: Option<NoteRow> =
            self.store.first("SELECT no, body FROM reports ORDER BY no LIMIT 1", Vec::new())?;
        row.map(|it| Ok((it.no, serde_json::from_str(&it.body)?))).transpose()
    }

    /// The desk has a report. A number is given again once it is free, so that the row goes only if
    /// it is still that report's.
    // HO14
    pub(crate) fn forget_report(&self, no: u64, report: &RoomReport) -> Result<()> {
        self.store
            .run("DELETE FROM reports WHERE no = ? AND body = ?", vec![number(no), json(report)?])
    }

    fn append(&self, stored: &Stored) -> Result<()> {
        let before = self.head()?;
        let name = stored.name();
        let by_visitor = matches!(name, Some((Author::Visitor, _)));
        let head = UpTo {
            shown: stored.shown.unwrap_or(before.shown),
            n_visitor_messages: before.n_visitor_messages + u64::from(by_visitor),
        };
        let (author_name, client_id) = match &name {
            Some((by, client_id)) if !planted::has(Planted::NoDedupe) => {
                (text(author(by)), text(client_id.as_str()))
            }
            Some(_) | None => (Value::Null, Value::Null),
        };
        self.store.run(
            "INSERT INTO events (seq, n, at, body, author, client_id, of, shown_to, visitor_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                number(stored.seq.0),
                stored.shown.map_or(Value::Null, |it| number(it.0)),
                number(stored.body.event.at.as_millis()),
                json(&stored.body)?,
                author_name,
                client_id,
                stored.of().map_or(Value::Null, |it| number(it.0)),
                number(head.shown.0),
                number(head.n_visitor_messages),
            ],
        )?;
        if let Some(written) = &stored.written {
            self.put_written(stored.seq, written)?;
        }
        for file in stored.files() {
            self.store.run(
                "UPDATE files SET message = ? WHERE id = ?",
                vec![number(stored.seq.0), text(file.id.as_str())],
            )?;
        }
        self.head.set(Some(head));
        Ok(())
    }

    fn put_written(&self, seq: Seq, written: &Written) -> Result<()> {
        let garbled = planted::has(Planted::OtherWords).then(|| garble(written));
        let written = garbled.as_ref().unwrap_or(written);
        self.store.run(
            "INSERT OR REPLACE INTO contents (seq, body) VALUES (?, ?)",
            vec![number(seq.0), json(written)?],
        )
    }

    fn put_visits(&self, visits: &[Visit]) -> Result<()> {
        for visit in visits {
            self.store.run(
                "DELETE FROM visits WHERE json_extract(body, '$.at') = ?",
                vec![number(visit.at.as_millis())],
            )?;
            self.store.run("INSERT INTO visits (body) VALUES (?)", vec![json(visit)?])?;
        }
        self.store.run(
            "DELETE FROM visits WHERE no <= (SELECT MAX(no) FROM visits) - ?",
            vec![number(VISITS as u64)],
        )
    }

    fn head(&self) -> Result<UpTo> {
        if let Some(head) = self.head.get() {
            return Ok(head);
        }
        let row: Option<HeadRow> = self.store.first(
            "SELECT shown_to, visitor_to FROM events ORDER BY seq DESC LIMIT 1",
            Vec::new(),
        )?;
        let head = row.map_or_else(UpTo::default, HeadRow::up_to);
        self.head.set(Some(head));
        Ok(head)
    }

    /// Deletes everything but which conversation this is, and what the workspace is still to write
    /// down; inside a transaction.
    pub(crate) fn clear(&self) -> Result<()> {
        self.store.run(
            "DELETE FROM events; DELETE FROM contents; DELETE FROM seen; DELETE FROM visits;
             DELETE FROM files; DELETE FROM timers; DELETE FROM cursors; DELETE FROM reports;
             DELETE FROM meta WHERE key NOT IN ('identity', 'site');",
            Vec::new(),
        )
    }

    /// Forgets what was read: a transaction failed, or everything was erased.
    pub(crate) fn forget(&self) {
        self.head.set(None);
    }

    // What a room wakes from.

    pub(crate) fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        let kept: Option<Kept<Checkpoint>> = self.meta("checkpoint")?;
        Ok(kept.map(|it| it.checkpoint))
    }

    pub(crate) fn tail(&self, after: Seq) -> Result<Vec<Stored>> {
        self.events(&format!("{EVENT} WHERE e.seq > ? ORDER BY e.seq"), vec![number(after.0)])
    }

    pub(crate) fn marks(&self) -> Result<Vec<SeenMark>> {
        self.store.bodies("SELECT body FROM seen", Vec::new())
    }

    pub(crate) fn standing(&self) -> Result<Standing> {
        Ok(self.meta("standing")?.unwrap_or_default())
    }

    pub(crate) fn owner(&self) -> Result<Option<OwnerSaid>> {
        self.meta("owner")
    }

    pub(crate) fn meta<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        self.store.body("SELECT body FROM meta WHERE key = ?", vec![text(key)])
    }

    pub(crate) fn put_meta<T: Serialize>(&self, key: &str, value: &T) -> Result<()> {
        self.store.run(
            "INSERT OR REPLACE INTO meta (key, body) VALUES (?, ?)",
            vec![text(key), json(value)?],
        )
    }

    pub(crate) fn forget_meta(&self, key: &str) -> Result<()> {
        self.store.run("DELETE FROM meta WHERE key = ?", vec![text(key)])
    }

    fn events(&self, query: &str, parameters: Vec<Value>) -> Result<Vec<Stored>> {
        let rows: Vec<EventRow> = self.store.rows(query, parameters)?;
        rows.into_iter().map(EventRow::stored).collect()
    }

    /// What the visitor wrote last, newest first.
    pub(crate) fn visitor_texts(&self, limit: u64) -> Result<Vec<String>> {
        let rows: Vec<Written> = self.store.bodies(
            "SELECT c.body FROM events e JOIN contents c ON c.seq = e.seq WHERE e.author = 'visitor' ORDER BY e.seq DESC LIMIT ?",
            vec![number(limit)],
        )?;
        let texts = rows.into_iter().filter_map(|it| {
            let Content::Message { text, .. } = it.content? else { return None };
            text.map(String::from)
        });
        Ok(texts.collect())
    }

    // Forwarders.

    /// The events after a cursor, oldest first.
    pub(crate) fn following(&self, seq: Seq, limit: u64) -> Result<Vec<Stored>> {
        let query = format!("{EVENT} WHERE e.seq > ? ORDER BY e.seq LIMIT ?");
        self.events(&query, vec![number(seq.0), number(limit)])
    }

    pub(crate) fn cursor(&self, name: &str) -> Result<Option<Cursor>> {
        let row: Option<CursorRow> =
            self.store.first("SELECT seq, tries FROM cursors WHERE name = ?", vec![text(name)])?;
        Ok(row.map(|it| Cursor { seq: Seq(it.seq), tries: it.tries }))
    }

    pub(crate) fn put_cursor(&self, name: &str, cursor: Cursor) -> Result<()> {
        self.store.run(
            "INSERT OR REPLACE INTO cursors (name, seq, tries) VALUES (?, ?, ?)",
            vec![text(name), number(cursor.seq.0), number(u64::from(cursor.tries))],
        )
    }

    /// Leaves one forwarder's cursor and removes those of its predecessors.
    pub(crate) fn forget_cursors_but(&self, name: &str) -> Result<()> {
        self.store.run("DELETE FROM cursors WHERE name <> ?", vec![text(name)])
    }

    /// The place of the last event that is older than an instant; 0 if there is none. It reads
    /// what is newer, and that is what a forwarder is to send.
    pub(crate) fn last_before(&self, at: Timestamp) -> Result<Seq> {
        let row: Option<SeqRow> = self.store.first(
            "SELECT seq FROM events WHERE at < ? ORDER BY seq DESC LIMIT 1",
            vec![number(at.as_millis())],
        )?;
        Ok(Seq(row.map_or(0, |it| it.seq)))
    }

    /// The place of the last event.
    pub(crate) fn last(&self) -> Result<Seq> {
        let row: Option<NumberRow> =
            self.store.first("SELECT COALESCE(MAX(seq), 0) AS n FROM events", Vec::new())?;
        Ok(Seq(row.map_or(0, |it| it.n)))
    }

    // Files.

    /// Announces an upload.
    pub(crate) fn begin_file(&self, file: &File, by: &Author, at: Timestamp) -> Result<()> {
        self.store.run(
            "INSERT INTO files (id, body, by, at, complete) VALUES (?, ?, ?, ?, 0)",
            vec![text(file.id.as_str()), json(file)?, json(by)?, number(at.as_millis())],
        )
    }

    /// All its bytes are stored; only now can it be sent. None if it was not announced.
    pub(crate) fn finish_file(&self, id: &FileId, media: MediaType) -> Result<Option<File>> {
        let file: Option<File> = self.store.body(
            "SELECT body FROM files WHERE id = ? AND complete = 0",
            vec![text(id.as_str())],
        )?;
        let Some(file) = file.map(|it| File { media, ..it }) else { return Ok(None) };
        self.store.run(
            "UPDATE files SET body = ?, complete = 1 WHERE id = ?",
            vec![json(&file)?, text(id.as_str())],
        )?;
        Ok(Some(file))
    }

    pub(crate) fn forget_files(&self, ids: &[FileId]) -> Result<()> {
        for id in ids {
            self.store.run("DELETE FROM files WHERE id = ?", vec![text(id.as_str())])?;
        }
        Ok(())
    }

    /// Forgets what was uploaded before an instant and never sent.
    pub(crate) fn forget_pending_files(&self, before: Timestamp) -> Result<()> {
        self.store.run(
            "DELETE FROM files WHERE message IS NULL AND at < ?",
            vec![number(before.as_millis())],
        )
    }

    /// How many files of somebody wait for their message.
    pub(crate) fn n_pending_files(&self, by: &Author) -> Result<usize> {
        let row: Option<NumberRow> = self.store.first(
            "SELECT COUNT(*) AS n FROM files WHERE message IS NULL AND by = ?",
            vec![json(by)?],
        )?;
        Ok(row.map_or(0, |it| usize::try_from(it.n).unwrap_or(usize::MAX)))
    }

    /// When the oldest file was uploaded that waits for its message.
    pub(crate) fn oldest_pending_file(&self) -> Result<Option<Timestamp>> {
        let row: Option<NumberRow> = self.store.first(
            "SELECT at AS n FROM files WHERE message IS NULL ORDER BY at LIMIT 1",
            Vec::new(),
        )?;
        Ok(row.map(|it| Timestamp::from_millis(it.n)))
    }

    /// All files that have a row.
    pub(crate) fn known_files(&self) -> Result<Vec<String>> {
        let rows: Vec<IdRow> = self.store.rows("SELECT id FROM files", Vec::new())?;
        Ok(rows.into_iter().map(|it| it.id).collect())
    }

    /// A failed read is noted, and the room gets what stands for nothing.
    fn noted<T>(&self, read: Result<T>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                worker::console_error!("the log could not be read: {error}");
                self.failed.set(true);
                None
            }
        }
    }
}

/// A checkpoint and the event that it stands after.
#[derive(Serialize, Deserialize)]
struct Kept<C> {
    seq: u64,
    checkpoint: C,
}

impl HeadRow {
    fn up_to(self) -> UpTo {
        UpTo { shown: Place(self.shown_to), n_visitor_messages: self.visitor_to }
    }
}

impl EventRow {
    fn stored(self) -> Result<Stored> {
        let written = self.written.as_deref().map(serde_json::from_str).transpose()?;
        Ok(Stored {
            seq: Seq(self.seq),
            shown: self.n.map(Place),
            body: serde_json::from_str(&self.body)?,
            written,
        })
    }
}

impl Log for SqlLog {
    fn placed(&self, by: &Author, client_id: &ClientId) -> Option<Placed> {
        let row: Result<Option<PlacedRow>> = self.store.first(
            "SELECT seq, n, at FROM events WHERE author = ? AND client_id = ?",
            vec![text(author(by)), text(client_id.as_str())],
        );
        self.noted(row)?.map(|it| Placed {
            seq: Seq(it.seq),
            shown: it.n.map(Place),
            at: Timestamp::from_millis(it.at),
        })
    }

    fn after(&self, count: Count, place: Place, limit: usize) -> Vec<Stored> {
        let late = planted::has(Planted::ResumeOffByOne) && Place(1) < place;
        let place = if late { place.next() } else { place };
        let column = column(count);
        let query = format!("{EVENT} WHERE {column} > ? ORDER BY {column} LIMIT ?");
        self.noted(self.events(&query, vec![number(place.0), number(limit as u64)]))
            .unwrap_or_default()
    }

    fn before(&self, count: Count, place: Place, limit: usize) -> Vec<Stored> {
        let column = column(count);
        let query = format!("{EVENT} WHERE {column} < ? ORDER BY {column} DESC LIMIT ?");
        let events = self.events(&query, vec![number(place.0), number(limit as u64)]);
        let mut events = self.noted(events).unwrap_or_default();
        events.reverse();
        events
    }

    fn at(&self, count: Count, place: Place) -> Option<Stored> {
        let query = format!("{EVENT} WHERE {} = ?", column(count));
        self.noted(self.events(&query, vec![number(place.0)]))?.pop()
    }

    fn edits(&self, of: Seq) -> Vec<Seq> {
        let rows: Result<Vec<SeqRow>> = self.store.rows(
            "SELECT seq FROM events WHERE of = ? AND kind = 'edited' ORDER BY seq",
            vec![number(of.0)],
        );
        self.noted(rows).unwrap_or_default().into_iter().map(|it| Seq(it.seq)).collect()
    }

    fn up_to(&self, seq: Seq) -> UpTo {
        let row: Result<Option<HeadRow>> = self.store.first(
            "SELECT shown_to, visitor_to FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1",
            vec![number(seq.0)],
        );
        self.noted(row).flatten().map_or_else(UpTo::default, HeadRow::up_to)
    }

    fn file(&self, file: &FileId) -> Option<StoredFile> {
        let row: Result<Option<FileRow>> = self.store.first(
            "SELECT body, by, message FROM files WHERE id = ? AND complete = 1",
            vec![text(file.as_str())],
        );
        let row = self.noted(row)??;
        let read = || -> Result<StoredFile> {
            Ok(StoredFile {
                file: serde_json::from_str(&row.body)?,
                by: serde_json::from_str(&row.by)?,
                message: row.message.map(Seq),
            })
        };
        self.noted(read())
    }

    fn visits(&self) -> Vec<Visit> {
        self.noted(self.store.bodies("SELECT body FROM visits ORDER BY no", Vec::new()))
            .unwrap_or_default()
    }
}

/// A planted bug: what is stored is not what was said.
fn garble(written: &Written) -> Written {
    let mut garbled = written.clone();
    if let Some(Content::Message { text, .. }) = &mut garbled.content {
        *text = "something else".to_owned().try_into().ok();
    }
    garbled
}

fn column(count: Count) -> &'static str {
    match count {
        Count::Visitor => "e.n",
        Count::Team => "e.seq",
    }
}

fn author(author: &Author) -> String {
    match author {
        Author::Visitor => "visitor".to_owned(),
        Author::Agent(id) => format!("agent/{id}"),
        Author::Bot(id) => format!("bot/{id}"),
        Author::System => "system".to_owned(),
        Author::Bridge => "bridge".to_owned(),
    }
}

fn seen_by(by: &SeenBy) -> String {
    match by {
        SeenBy::Visitor => "visitor".to_owned(),
        SeenBy::Team => "team".to_owned(),
        SeenBy::Agent(id) => format!("agent/{id}"),
    }
}
