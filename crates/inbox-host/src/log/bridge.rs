//! What the bridge said, for as long as a signature of that time holds: said again, it is not done again.

use inbox_protocol::BridgeDone;
use inbox_types::{ClientId, File, FileId, MediaType, Timestamp, limits::SIGNATURE_TOLERANCE};
use serde::Serialize;

use super::ConversationLog;
use crate::sql::{Sql, bodies, json, number, text};

impl<S: Sql> ConversationLog<S> {
    /// What the bridge was answered when it said something under this name, if that was not long ago.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO32
    pub fn bridged(&self, id: &ClientId) -> Result<Option<BridgeDone>, S::Error> {
        let query = "SELECT body FROM bridged WHERE id = ?";
        Ok(bodies(&self.sql, query, vec![text(id.as_str())])?.pop())
    }

    /// Notes what the bridge was answered to what it said under this name. It goes once no message that
    /// was signed before now could come again: a signature holds as long after its time as before.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO32
    pub fn put_bridged(
        &self,
        id: &ClientId,
        done: &BridgeDone,
        now: Timestamp,
    ) -> Result<(), S::Error> {
        self.remember(id.as_str(), done, now)
    }

    /// The file that came of what the bridge uploaded under this name, if that was not long ago and the
    /// file is still there.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO140
    pub fn bridge_upload(&self, id: &ClientId) -> Result<Option<File>, S::Error> {
        let query = "SELECT f.body FROM bridged b JOIN files f ON f.id = b.body ->> '$'
                     WHERE b.id = ? AND f.complete = 1";
        Ok(bodies(&self.sql, query, vec![text(upload(id))])?.pop())
    }

    /// All bytes of an upload of the bridge are stored. The answer is the file of that name: of two that
    /// were under way at once the one that was there first, and the other one is not wanted. None if the
    /// file was not announced.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO140
    pub fn finish_bridge_upload(
        &self,
        id: &ClientId,
        file: &FileId,
        media: MediaType,
        now: Timestamp,
    ) -> Result<Option<File>, S::Error> {
        if let Some(first) = self.bridge_upload(id)? {
            if first.id != *file {
                self.forget_files(std::slice::from_ref(file))?;
            }
            return Ok(Some(first));
        }
        let Some(file) = self.finish_file(file, media)? else { return Ok(None) };
        // Which file it is, and no more: what it is called goes with the file.
        self.remember(&upload(id), &file.id, now)?;
        Ok(Some(file))
    }

    fn remember<T: Serialize>(&self, name: &str, done: &T, now: Timestamp) -> Result<(), S::Error> {
        let over = "DELETE FROM bridged WHERE until < ?";
        self.sql.execute(over, vec![number(now.as_millis())])?;
        self.forget_gone(now)?;
        let until = now.after(SIGNATURE_TOLERANCE).after(SIGNATURE_TOLERANCE);
        self.sql.execute(
            "INSERT OR REPLACE INTO bridged (id, until, body) VALUES (?, ?, ?)",
            vec![text(name), number(until.as_millis()), json(done)?],
        )
    }
}

/// No caller has a name with a slash in it.
fn upload(id: &ClientId) -> String {
    format!("file/{id}")
}
