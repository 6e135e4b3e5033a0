//! What others are still to be told: the desk, the workspace and the webhook's receiver.

use inbox_room::{Audited, RoomReport, Stored};
use inbox_types::{Seq, Timestamp};
use serde::Deserialize;

use super::{ConversationLog, reads::EVENT};
use crate::{
    forward::Cursor,
    sql::{Sql, json, number, text},
};

#[derive(Deserialize)]
struct Row {
    no: u64,
    body: String,
}

#[derive(Deserialize)]
struct CursorRow {
    seq: u64,
    tries: u32,
}

#[derive(Deserialize)]
struct BlockRow {
    purge_at: Option<u64>,
}

#[derive(Deserialize)]
struct LastRow {
    seq: u64,
}

impl<S: Sql> ConversationLog<S> {
    /// What the workspace has not written down yet, oldest first.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO25
    pub fn audited(&self) -> Result<Vec<(u64, Audited)>, S::Error> {
        let rows: Vec<Row> =
            self.sql.query("SELECT no, body FROM audited ORDER BY no", Vec::new())?;
        rows.into_iter().map(|it| Ok((it.no, serde_json::from_str(&it.body)?))).collect()
    }

    /// The workspace has written it down.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    pub fn forget_audited(&self, no: u64) -> Result<(), S::Error> {
        self.sql.execute("DELETE FROM audited WHERE no = ?", vec![number(no)])
    }

    /// Keeps a report until the desk has it.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    pub fn put_report(&self, report: &RoomReport) -> Result<(), S::Error> {
        self.sql.execute("INSERT INTO reports (body) VALUES (?)", vec![json(report)?])
    }

    /// The oldest report that the desk does not have, and its number.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn first_report(&self) -> Result<Option<(u64, RoomReport)>, S::Error> {
        let row: Option<Row> =
            self.first("SELECT no, body FROM reports ORDER BY no LIMIT 1", Vec::new())?;
        row.map(|it| Ok((it.no, serde_json::from_str(&it.body)?))).transpose()
    }

    /// The desk has a report. A number is given again once it is free, so that the row goes only if
    /// it is still that report's.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO14
    pub fn forget_report(&self, no: u64, report: &RoomReport) -> Result<(), S::Error> {
        self.sql.execute(
            "DELETE FROM reports WHERE no = ? AND body = ?",
            vec![number(no), json(report)?],
        )
    }

    /// The events after a forwarder's cursor, oldest first.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub fn following(&self, seq: Seq, limit: u64) -> Result<Vec<Stored>, S::Error> {
        let query = format!("{EVENT} WHERE e.seq > ? ORDER BY e.seq LIMIT ?");
        self.events(&query, vec![number(seq.0), number(limit)])
    }

    /// Whether all of it is to be erased when its grace is over: whoever blocked the contact last said so.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO150
    pub fn is_to_be_erased(&self) -> Result<bool, S::Error> {
        let row: Option<BlockRow> = self.first(
            "SELECT body ->> '$.event.kind.purge_at' AS purge_at FROM events INDEXED BY events_blocked
             WHERE kind IN ('blocked', 'unblocked') ORDER BY seq DESC LIMIT 1",
            Vec::new(),
        )?;
        Ok(row.is_some_and(|it| it.purge_at.is_some()))
    }

    /// A forwarder's cursor, by its name.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn cursor(&self, name: &str) -> Result<Option<Cursor>, S::Error> {
        let row: Option<CursorRow> =
            self.first("SELECT seq, tries FROM cursors WHERE name = ?", vec![text(name)])?;
        Ok(row.map(|it| Cursor { seq: Seq(it.seq), tries: it.tries }))
    }

    /// Moves a forwarder's cursor.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    pub fn put_cursor(&self, name: &str, cursor: Cursor) -> Result<(), S::Error> {
        self.sql.execute(
            "INSERT OR REPLACE INTO cursors (name, seq, tries) VALUES (?, ?, ?)",
            vec![text(name), number(cursor.seq.0), number(u64::from(cursor.tries))],
        )
    }

    /// Leaves one forwarder's cursor and removes those of its predecessors.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    pub fn forget_cursors_but(&self, name: &str) -> Result<(), S::Error> {
        self.sql.execute("DELETE FROM cursors WHERE name <> ?", vec![text(name)])
    }

    /// The place of the last event that is older than an instant; 0 if there is none. It reads
    /// what is newer, and that is what a forwarder is to send.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn last_before(&self, at: Timestamp) -> Result<Seq, S::Error> {
        let row: Option<LastRow> = self.first(
            "SELECT seq FROM events WHERE at < ? ORDER BY seq DESC LIMIT 1",
            vec![number(at.as_millis())],
        )?;
        Ok(Seq(row.map_or(0, |it| it.seq)))
    }

    /// The place of the last event; 0 if there is none.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn last(&self) -> Result<Seq, S::Error> {
        let row: Option<LastRow> =
            self.first("SELECT COALESCE(MAX(seq), 0) AS seq FROM events", Vec::new())?;
        Ok(Seq(row.map_or(0, |it| it.seq)))
    }
}
