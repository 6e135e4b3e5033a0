//! The same rows in a real database: whatever is read there must be what the memory reads.
//!
//! One world of ten has it, so that the queries of `inbox_host::ConversationLog` are asked what rooms
//! ask, after everything that happens to a log in a world.

use std::fmt::Debug;

use inbox_host::{ConversationLog, Sql as _, Sqlite, SqliteError};
use inbox_room::{Batch, ConversationRecord};

/// A log in `SQLite` beside the one in memory.
#[derive(Debug)]
pub(super) struct Twin {
    log: ConversationLog<Sqlite>,
    /// Which world, so that it can be run again.
    seed: u64,
}

impl Twin {
    pub(super) fn new(seed: u64) -> Self {
        let log = ConversationLog::open(Sqlite::in_memory()).expect("an empty database");
        Self { log, seed }
    }

    /// Does to the rows what was done to the memory.
    pub(super) fn does(&self, what: impl Fn(&ConversationLog<Sqlite>) -> Result<(), SqliteError>) {
        if let Err(error) = self.log.sql().transaction(|| what(&self.log)) {
            panic!("seed {}: the database refuses what the memory takes: {error}", self.seed);
        }
    }

    pub(super) fn write(&self, batch: &Batch) {
        self.does(|log| log.write(batch));
    }

    pub(super) fn erase(&self, standing: ConversationRecord) {
        self.does(|log| {
            log.clear()?;
            log.put_meta("standing", &standing)
        });
        self.log.forget();
    }

    /// Compares what the database reads with what the memory has.
    pub(super) fn reads<T: PartialEq + Debug>(
        &self,
        memory: &T,
        read: impl FnOnce(&ConversationLog<Sqlite>) -> Result<T, SqliteError>,
    ) {
        match read(&self.log) {
            Ok(rows) => {
                let seed = self.seed;
                assert_eq!(&rows, memory, "seed {seed}: left is the database, right the memory");
            }
            Err(error) => panic!("seed {}: the database cannot read: {error}", self.seed),
        }
        if let Some(error) = self.log.take_failure() {
            panic!("seed {}: the database cannot read: {error}", self.seed);
        }
    }
}
