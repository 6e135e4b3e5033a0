//! A conversation's log in its database: what the room reads, and the rows of each turn.
//!
//! `events` is append-only and carries no text of people; that lies in `contents`. Each event's
//! row also says how much stood before it, so that a mark of what was seen costs one look-up.

mod bridge;
mod files;
mod gone;
mod owed;
mod reads;
mod webhook;

use std::cell::{Cell, RefCell};

use inbox_room::{
    Audited, Batch, Checkpoint, ConversationRecord, OwnerSaid, SeenBy, SeenMark, Stored, UpTo,
    Written,
};
use inbox_types::{Author, Seq, Visit, limits::VISITS};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use self::gone::{GoneName, HeardBefore};
use self::reads::{EVENT, EventRow, HeadRow};
use crate::{
    meta,
    sql::{Sql, Value, bodies, json, number, text},
};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS events (
        seq INTEGER PRIMARY KEY, n INTEGER, at INTEGER NOT NULL, body TEXT NOT NULL,
        kind TEXT GENERATED ALWAYS AS (body ->> '$.event.kind.type') VIRTUAL,
        author TEXT, client_id TEXT, of INTEGER,
        shown_to INTEGER NOT NULL, visitor_to INTEGER NOT NULL);
    CREATE UNIQUE INDEX IF NOT EXISTS events_n ON events (n) WHERE n IS NOT NULL;
    CREATE UNIQUE INDEX IF NOT EXISTS events_name ON events (author, client_id) WHERE client_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS events_blocked ON events (seq) WHERE kind IN ('blocked', 'unblocked');
    CREATE INDEX IF NOT EXISTS events_of ON events (of) WHERE of IS NOT NULL;
    CREATE TABLE IF NOT EXISTS contents (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS seen (by TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS visits (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS files (
        id TEXT PRIMARY KEY, body TEXT NOT NULL, by TEXT NOT NULL, message INTEGER,
        at INTEGER NOT NULL, complete INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS files_waiting ON files (at) WHERE message IS NULL;
    CREATE TABLE IF NOT EXISTS unwanted (id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, tries INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS reports (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS audited (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS bridged (id TEXT PRIMARY KEY, until INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS bridged_until ON bridged (until);
    CREATE TABLE IF NOT EXISTS gone (name TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
";

/// The log of one conversation.
#[derive(Debug)]
pub struct ConversationLog<S: Sql> {
    sql: S,
    /// What the last event's row says, if it was read.
    head: Cell<Option<UpTo>>,
    /// Why a read failed: what the room decided from it is not to be done.
    failure: RefCell<Option<S::Error>>,
}

/// A checkpoint and the event that it stands after.
#[derive(Serialize, Deserialize)]
struct Kept<C> {
    seq: u64,
    checkpoint: C,
}

impl<S: Sql> ConversationLog<S> {
    /// Opens the log, and creates its tables where there are none.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO22
    pub fn open(sql: S) -> Result<Self, S::Error> {
        let log = Self { sql, head: Cell::new(None), failure: RefCell::new(None) };
        log.create()?;
        Ok(log)
    }

    /// Creates the tables where there are none.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO22
    pub fn create(&self) -> Result<(), S::Error> {
        self.sql.execute(SCHEMA, Vec::new())
    }

    /// The database under the log.
    #[must_use]
    pub fn sql(&self) -> &S {
        &self.sql
    }

    /// Why a read failed since the last time that somebody asked, if one did.
    // HO23
    pub fn take_failure(&self) -> Option<S::Error> {
        self.failure.take()
    }

    /// Writes a turn's rows; inside a transaction. If it fails, [`forget`](Self::forget) what was read.
    ///
    /// # Errors
    ///
    /// If the database refuses a row.
    // HO17, HO18
    pub fn write(&self, batch: &Batch) -> Result<(), S::Error> {
        for stored in &batch.events {
            self.append(stored)?;
        }
        for (seq, written) in &batch.rewritten {
            self.put_written(*seq, written)?;
        }
        for mark in &batch.seen {
            self.sql.execute(
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

    /// Keeps what the workspace is to write down; inside the transaction of what was done.
    ///
    /// # Errors
    ///
    /// If the database refuses a row.
    pub fn audit(&self, audited: &[Audited]) -> Result<(), S::Error> {
        for it in audited {
            self.sql.execute("INSERT INTO audited (body) VALUES (?)", vec![json(it)?])?;
        }
        Ok(())
    }

    // HO18
    fn append(&self, stored: &Stored) -> Result<(), S::Error> {
        let before = self.head()?;
        let name = stored.idempotency_key();
        let by_visitor = matches!(name, Some((Author::Visitor, _)));
        let head = UpTo {
            shown: stored.shown.unwrap_or(before.shown),
            n_visitor_messages: before.n_visitor_messages + u64::from(by_visitor),
        };
        let (author_name, client_id) = match &name {
            Some((by, client_id)) => (text(author(by)), text(client_id.as_str())),
            None => (Value::Null, Value::Null),
        };
        self.sql.execute(
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
            self.sql.execute(
                "UPDATE files SET message = ? WHERE id = ?",
                vec![number(stored.seq.0), text(file.id.as_str())],
            )?;
        }
        self.head.set(Some(head));
        Ok(())
    }

    // HO20
    fn put_written(&self, seq: Seq, written: &Written) -> Result<(), S::Error> {
        self.sql.execute(
            "INSERT OR REPLACE INTO contents (seq, body) VALUES (?, ?)",
            vec![number(seq.0), json(written)?],
        )
    }

    // HO25
    fn put_visits(&self, visits: &[Visit]) -> Result<(), S::Error> {
        for visit in visits {
            self.sql.execute(
                "DELETE FROM visits WHERE json_extract(body, '$.at') = ?",
                vec![number(visit.at.as_millis())],
            )?;
            self.sql.execute("INSERT INTO visits (body) VALUES (?)", vec![json(visit)?])?;
        }
        self.sql.execute(
            "DELETE FROM visits WHERE no <= (SELECT MAX(no) FROM visits) - ?",
            vec![number(VISITS as u64)],
        )
    }

    fn head(&self) -> Result<UpTo, S::Error> {
        if let Some(head) = self.head.get() {
            return Ok(head);
        }
        let row: Option<HeadRow> = self.first(
            "SELECT shown_to, visitor_to FROM events ORDER BY seq DESC LIMIT 1",
            Vec::new(),
        )?;
        let head = row.map_or_else(UpTo::default, HeadRow::up_to);
        self.head.set(Some(head));
        Ok(head)
    }

    /// Deletes everything but which conversation this is, what the workspace is still to write down, and
    /// digests of the names under which programs spoke of late; inside a transaction.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO21
    pub fn clear(&self) -> Result<(), S::Error> {
        self.remember_gone()?;
        self.sql.execute(
            "DELETE FROM events; DELETE FROM contents; DELETE FROM seen; DELETE FROM visits;
             DELETE FROM files; DELETE FROM timers; DELETE FROM cursors; DELETE FROM reports;
             DELETE FROM bridged; DELETE FROM unwanted;
             DELETE FROM meta WHERE key NOT IN ('identity', 'site') AND NOT (key > 'site/' AND key < 'site0');",
            Vec::new(),
        )
    }

    /// Forgets what was read: a transaction failed, or everything was erased.
    // HO17
    pub fn forget(&self) {
        self.head.set(None);
    }

    // What a room wakes from.

    /// The last checkpoint.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, S::Error> {
        let kept: Option<Kept<Checkpoint>> = self.meta("checkpoint")?;
        Ok(kept.map(|it| it.checkpoint))
    }

    /// The events after a place, oldest first.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub fn tail(&self, after: Seq) -> Result<Vec<Stored>, S::Error> {
        self.events(&format!("{EVENT} WHERE e.seq > ? ORDER BY e.seq"), vec![number(after.0)])
    }

    /// All marks of what was seen.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    // HO25
    pub fn marks(&self) -> Result<Vec<SeenMark>, S::Error> {
        bodies(&self.sql, "SELECT body FROM seen", Vec::new())
    }

    /// The row that survives erasure; the default if there is none.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn standing(&self) -> Result<ConversationRecord, S::Error> {
        Ok(self.meta("standing")?.unwrap_or_default())
    }

    /// How the owner is, as the desk last said.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn owner(&self) -> Result<Option<OwnerSaid>, S::Error> {
        self.meta("owner")
    }

    /// A value that stands for itself, by its key.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO25
    pub fn meta<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, S::Error> {
        meta::get(&self.sql, key)
    }

    /// Sets such a value. One that may be large is set inside a transaction: it is several rows.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    pub fn put_meta<T: Serialize>(&self, key: &str, value: &T) -> Result<(), S::Error> {
        meta::put(&self.sql, key, value)
    }

    /// Removes such a value.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    pub fn forget_meta(&self, key: &str) -> Result<(), S::Error> {
        meta::remove(&self.sql, key)
    }

    fn events(&self, query: &str, parameters: Vec<Value>) -> Result<Vec<Stored>, S::Error> {
        let rows: Vec<EventRow> = self.sql.query(query, parameters)?;
        rows.into_iter().map(|it| Ok(it.stored()?)).collect()
    }

    fn first<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: Vec<Value>,
    ) -> Result<Option<T>, S::Error> {
        Ok(self.sql.query(query, parameters)?.into_iter().next())
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
