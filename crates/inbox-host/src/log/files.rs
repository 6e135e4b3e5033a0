//! Uploaded files: announced, complete, sent with a message, or forgotten.

use inbox_types::{Author, File, FileId, MediaType, Timestamp};
use serde::Deserialize;

use super::ConversationLog;
use crate::sql::{Sql, bodies, json, number, text};

/// Under which key of `meta` it is noted that the bucket was compared with the rows.
const NO_STRAYS: &str = "no_strays";

#[derive(Deserialize)]
struct IdRow {
    id: FileId,
}

#[derive(Deserialize)]
struct NumberRow {
    n: u64,
}

impl<S: Sql> ConversationLog<S> {
    /// Announces an upload.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO24
    pub fn begin_file(&self, file: &File, by: &Author, at: Timestamp) -> Result<(), S::Error> {
        self.sql.execute(
            "INSERT INTO files (id, body, by, at, complete) VALUES (?, ?, ?, ?, 0)",
            vec![text(file.id.as_str()), json(file)?, json(by)?, number(at.as_millis())],
        )
    }

    /// All its bytes are stored; only now can it be sent. None if it was not announced.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO24
    pub fn finish_file(&self, id: &FileId, media: MediaType) -> Result<Option<File>, S::Error> {
        let query = "SELECT body FROM files WHERE id = ? AND complete = 0";
        let file: Option<File> = bodies(&self.sql, query, vec![text(id.as_str())])?.pop();
        let Some(file) = file.map(|it| File { media, ..it }) else { return Ok(None) };
        self.sql.execute(
            "UPDATE files SET body = ?, complete = 1 WHERE id = ?",
            vec![json(&file)?, text(id.as_str())],
        )?;
        Ok(Some(file))
    }

    /// Forgets files. Their bytes, if there are any, are not wanted any more.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO154
    pub fn forget_files(&self, ids: &[FileId]) -> Result<(), S::Error> {
        for id in ids {
            let id = || vec![text(id.as_str())];
            self.sql.execute("INSERT OR IGNORE INTO unwanted (id) VALUES (?)", id())?;
            self.sql.execute("DELETE FROM files WHERE id = ?", id())?;
        }
        Ok(())
    }

    /// Forgets what was uploaded before an instant and never sent.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO24, HO154
    pub fn forget_pending_files(&self, before: Timestamp) -> Result<(), S::Error> {
        let old = "FROM files INDEXED BY files_waiting WHERE message IS NULL AND at < ?";
        let before = || vec![number(before.as_millis())];
        self.sql.execute(&format!("INSERT OR IGNORE INTO unwanted SELECT id {old}"), before())?;
        self.sql.execute(&format!("DELETE {old}"), before())
    }

    /// Files whose bytes are still to be deleted.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO154
    pub fn unwanted_files(&self, limit: u64) -> Result<Vec<FileId>, S::Error> {
        let rows: Vec<IdRow> =
            self.sql.query("SELECT id FROM unwanted LIMIT ?", vec![number(limit)])?;
        Ok(rows.into_iter().map(|it| it.id).collect())
    }

    /// The bytes of a file that was not wanted are deleted.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO154
    pub fn forget_unwanted(&self, id: &FileId) -> Result<(), S::Error> {
        self.sql.execute("DELETE FROM unwanted WHERE id = ?", vec![text(id.as_str())])
    }

    /// Whether bytes may lie in the bucket of which nothing is written here: it was all erased, or a
    /// release before this one deleted rows without a word.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO154
    pub fn may_have_strays(&self) -> Result<bool, S::Error> {
        Ok(self.meta::<bool>(NO_STRAYS)?.is_none())
    }

    /// The bucket has no bytes but those of which a row is here.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO154
    pub fn has_no_strays(&self) -> Result<(), S::Error> {
        self.put_meta(NO_STRAYS, &true)
    }

    /// How many files of somebody wait for their message.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO24
    pub fn n_pending_files(&self, by: &Author) -> Result<usize, S::Error> {
        let row: Option<NumberRow> = self.first(
            "SELECT COUNT(*) AS n FROM files INDEXED BY files_waiting WHERE message IS NULL AND by = ?",
            vec![json(by)?],
        )?;
        Ok(row.map_or(0, |it| usize::try_from(it.n).unwrap_or(usize::MAX)))
    }

    /// When the oldest file was uploaded that waits for its message.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn oldest_pending_file(&self) -> Result<Option<Timestamp>, S::Error> {
        let row: Option<NumberRow> = self.first(
            "SELECT at AS n FROM files INDEXED BY files_waiting WHERE message IS NULL ORDER BY at LIMIT 1",
            Vec::new(),
        )?;
        Ok(row.map(|it| Timestamp::from_millis(it.n)))
    }

    /// Whether a file has a row.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO120
    pub fn has_file(&self, id: &str) -> Result<bool, S::Error> {
        let row: Option<NumberRow> =
            self.first("SELECT 1 AS n FROM files WHERE id = ?", vec![text(id)])?;
        Ok(row.is_some())
    }

    /// Whether the bytes of any file may lie in the bucket.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn has_files(&self) -> Result<bool, S::Error> {
        let row: Option<NumberRow> = self.first(
            "SELECT 1 AS n FROM files UNION ALL SELECT 1 AS n FROM unwanted LIMIT 1",
            Vec::new(),
        )?;
        Ok(row.is_some())
    }
}
