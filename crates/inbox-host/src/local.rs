//! A conversation on this machine, for examples and tests: its log in `SQLite`, and sockets that keep
//! what they are told.

use std::collections::BTreeMap;

use inbox_protocol::{BridgeDone, CloseCode, Refusal, http::Webhook};
use inbox_room::{
    Batch, Conn, Connection, Erasure, Facts, Frame, Identity, Log, RoomReport, Snapshot,
};
use inbox_types::{FileId, Millis, Seq, Timestamp};

use crate::{
    Clock, ConversationLog, Fallible, ForwarderRows, Hooks, Peers, Rows, Sockets, Sql as _, Sqlite,
    SqliteError, Timer, Timers,
    forward::{Cursor, ForwardPolicy, ForwarderState, PAGE, cursor_name},
};

/// What a conversation's machine runs on.
#[derive(Debug)]
pub struct LocalConversation {
    /// Which conversation.
    pub identity: Identity,
    /// What its workspace says.
    pub facts: Facts,
    /// Where its events are sent on to.
    pub webhook: Option<Webhook>,
    /// What the clock shows.
    pub now: Timestamp,
    /// What is stored.
    pub log: ConversationLog<Sqlite>,
    /// When each timer is due.
    pub timers: BTreeMap<Timer, Timestamp>,
    /// What is attached to the sockets.
    pub readers: BTreeMap<Conn, Connection>,
    /// What the sockets were told.
    pub told: Vec<(Conn, Frame)>,
    /// What the bridge was answered.
    pub answers: Vec<Result<BridgeDone, Refusal>>,
    /// Whether the forwarder was to be started.
    pub forwards: bool,
    /// Outputs that may still be carried out before the process dies.
    pub n_outputs_left: usize,
    /// How often a room woke from what is stored.
    pub n_woken: u32,
}

impl LocalConversation {
    /// An empty conversation.
    ///
    /// # Errors
    ///
    /// If there is no memory for a database.
    pub fn new(
        identity: Identity,
        facts: Facts,
        webhook: Option<Webhook>,
        now: Timestamp,
    ) -> Result<Self, SqliteError> {
        let log = ConversationLog::open(Sqlite::in_memory())?;
        log.put_meta("identity", &identity)?;
        Ok(Self {
            identity,
            facts,
            webhook,
            now,
            log,
            timers: BTreeMap::new(),
            readers: BTreeMap::new(),
            told: Vec::new(),
            answers: Vec::new(),
            forwards: false,
            n_outputs_left: usize::MAX,
            n_woken: 0,
        })
    }
}

impl Fallible for LocalConversation {
    type Error = SqliteError;
}

impl Clock for LocalConversation {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn chance(&mut self) -> u32 {
        0
    }
}

impl Timers for LocalConversation {
    fn at(&self, timer: Timer) -> Result<Option<Timestamp>, SqliteError> {
        Ok(self.timers.get(&timer).copied())
    }

    fn set(&mut self, timer: Timer, at: Option<Timestamp>) -> Result<(), SqliteError> {
        match at {
            Some(at) => self.timers.insert(timer, at),
            None => self.timers.remove(&timer),
        };
        Ok(())
    }

    fn arm(&mut self) -> Result<(), SqliteError> {
        Ok(())
    }
}

impl Sockets for LocalConversation {
    fn remember(&mut self, conn: Conn, reader: &Connection) -> Result<(), SqliteError> {
        self.readers.insert(conn, reader.clone());
        Ok(())
    }

    fn tell(&mut self, conn: Conn, frame: Frame) -> Result<(), SqliteError> {
        self.told.push((conn, frame));
        Ok(())
    }

    fn close(&mut self, conn: Conn, _code: CloseCode) {
        self.readers.remove(&conn);
    }

    fn sign_link(&mut self, _: Conn, _: FileId, _masked: bool) -> Result<(), SqliteError> {
        Ok(())
    }

    fn renew_token(&mut self, _: Conn, _generation: u32) -> Result<(), SqliteError> {
        Ok(())
    }
}

impl Rows for LocalConversation {
    fn log(&self) -> &dyn Log {
        &self.log
    }

    fn take_failure(&mut self) -> Option<SqliteError> {
        self.log.take_failure()
    }

    fn snapshot(&mut self) -> Result<Snapshot, SqliteError> {
        self.n_woken += 1;
        let checkpoint = self.log.checkpoint()?;
        let after = checkpoint.as_ref().map_or(Seq(0), |it| it.transcript.head());
        Ok(Snapshot {
            identity: self.identity.clone(),
            facts: self.facts.clone(),
            standing: self.log.standing()?,
            checkpoint,
            tail: self.log.tail(after)?,
            owner: self.log.owner()?,
            alarm: self.at(Timer::Room)?,
            seen: self.log.marks()?,
            readers: self.readers.iter().map(|(conn, it)| (*conn, it.clone())).collect(),
        })
    }

    fn transaction(
        &mut self,
        mut rows: impl FnMut(&mut Self) -> Result<(), SqliteError>,
    ) -> Result<(), SqliteError> {
        let timers = self.timers.clone();
        self.log.sql().execute("SAVEPOINT rows", Vec::new())?;
        let written = rows(self);
        let end = if written.is_ok() { "RELEASE rows" } else { "ROLLBACK TO rows; RELEASE rows" };
        if written.is_err() {
            self.timers = timers;
            self.log.forget();
        }
        self.log.sql().execute(end, Vec::new())?;
        written
    }

    fn write(&mut self, batch: &Batch) -> Result<(), SqliteError> {
        self.log.write(batch)
    }

    fn clear(&mut self, erasure: &Erasure) -> Result<(), SqliteError> {
        self.log.forget();
        self.timers.clear();
        self.log.clear()?;
        self.log.put_meta("standing", &erasure.standing)?;
        self.log.audit(&erasure.audited)
    }

    fn put_report(&mut self, report: RoomReport) -> Result<(), SqliteError> {
        self.log.put_report(&report)
    }

    fn first_report(&mut self) -> Result<Option<(u64, RoomReport)>, SqliteError> {
        self.log.first_report()
    }

    fn forget_report(&mut self, no: u64, report: &RoomReport) -> Result<(), SqliteError> {
        self.log.forget_report(no, report)
    }

    fn forget_files(&mut self, files: &[FileId]) -> Result<(), SqliteError> {
        self.log.forget_files(files)
    }
}

impl Peers for LocalConversation {
    fn forwards(&self) -> Result<bool, SqliteError> {
        Ok(self.webhook.is_some())
    }

    fn start_forwarding(&mut self) {
        self.forwards = true;
    }

    fn answer_bridge(&mut self, answer: Result<BridgeDone, Refusal>) {
        self.answers.push(answer);
    }

    fn send_reports_after(&mut self, _wait: Millis) {}
}

impl Hooks for LocalConversation {
    fn next_output(&mut self) -> Result<(), SqliteError> {
        match self.n_outputs_left.checked_sub(1) {
            Some(left) => {
                self.n_outputs_left = left;
                Ok(())
            }
            None => Err(SqliteError::Killed),
        }
    }
}

impl ForwarderRows for LocalConversation {
    fn forwarder<T>(
        &self,
        in_flight: bool,
        look: impl FnOnce(&ForwarderState<'_>) -> T,
    ) -> Result<Option<T>, SqliteError> {
        let Some(webhook) = &self.webhook else { return Ok(None) };
        let cursor = self.log.cursor(&cursor_name(webhook))?.unwrap_or_default();
        Ok(Some(look(&ForwarderState {
            identity: &self.identity,
            webhook: Some(webhook),
            policy: ForwardPolicy::of(&self.facts.site),
            failover: self.facts.site.takes_over_after(),
            epoch: self.log.standing()?.epoch,
            cursor,
            timer: self.at(Timer::Forward)?,
            undelivered: None,
            to_be_erased: self.log.is_to_be_erased()?,
            following: &self.log.following(cursor.seq, PAGE)?,
            in_flight,
            now: self.now,
        })))
    }

    fn put_cursor(&mut self, cursor: Cursor) -> Result<(), SqliteError> {
        match &self.webhook {
            Some(webhook) => self.log.put_cursor(&cursor_name(webhook), cursor),
            None => Ok(()),
        }
    }
}
