//! Under which names programs spoke before an erasure: what comes again is no news of the history that
//! begins then. Of a name there is a digest only, for as long as what was said then may come again.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use inbox_protocol::{BridgeDone, FromBridge};
use inbox_types::{Author, ClientId, Millis, Timestamp, limits::SIGNATURE_TOLERANCE};
use serde::{Deserialize, Serialize};

use super::{ConversationLog, author};
use crate::sql::{Sql, number, text};

/// How long after something was said it may come again.
const MAY_RETURN: Millis = Millis(2 * SIGNATURE_TOLERANCE.0);

/// Whether a program said something before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HeardBefore {
    /// No.
    No,
    /// It did, and was answered this.
    Yes(BridgeDone),
    /// It did, and that was erased since.
    ButErased,
}

/// A name under which something was said that was erased.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GoneName {
    /// Its digest.
    name: String,
    /// Until when it may come again.
    until: u64,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    until: u64,
}

impl<S: Sql> ConversationLog<S> {
    /// Whether a program said this before, by its name for what it does or for the message.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO32, HO203
    pub fn heard_before(
        &self,
        id: &ClientId,
        said: &FromBridge,
        now: Timestamp,
    ) -> Result<HeardBefore, S::Error> {
        if let Some(done) = self.bridged(id)? {
            return Ok(HeardBefore::Yes(done));
        }
        for name in [Some(id), said.message_name()].into_iter().flatten() {
            if self.is_gone(name.as_str(), now)? {
                return Ok(HeardBefore::ButErased);
            }
        }
        Ok(HeardBefore::No)
    }

    /// Digests of the names under which was said what was erased, for whoever deletes the database.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    // HO203
    pub fn gone(&self) -> Result<Vec<GoneName>, S::Error> {
        self.sql.query("SELECT name, until FROM gone ORDER BY name", Vec::new())
    }

    /// Keeps such digests; inside a transaction.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO203
    pub fn put_gone(&self, names: &[GoneName]) -> Result<(), S::Error> {
        for it in names {
            self.sql.execute(
                "INSERT OR REPLACE INTO gone (name, until) VALUES (?, ?)",
                vec![text(it.name.as_str()), number(it.until)],
            )?;
        }
        Ok(())
    }

    /// Keeps the names of what is about to be deleted, as far as it may come again.
    // HO203
    pub(super) fn remember_gone(&self) -> Result<(), S::Error> {
        let mut names: Vec<Named> =
            self.sql.query("SELECT id AS name, until FROM bridged", Vec::new())?;
        // What was said longer ago than that before the last event cannot come again.
        let messages: Vec<Named> = self.sql.query(
            "SELECT client_id AS name, at + ? AS until FROM events
             WHERE author = ? AND client_id IS NOT NULL AND (SELECT MAX(at) FROM events) <= at + ?",
            vec![number(MAY_RETURN.0), text(author(&Author::Bridge)), number(MAY_RETURN.0)],
        )?;
        names.extend(messages);
        let digests: Vec<GoneName> = names
            .into_iter()
            .map(|it| GoneName { name: digest(&it.name), until: it.until })
            .collect();
        self.put_gone(&digests)
    }

    pub(super) fn forget_gone(&self, now: Timestamp) -> Result<(), S::Error> {
        self.sql.execute("DELETE FROM gone WHERE until < ?", vec![number(now.as_millis())])
    }

    fn is_gone(&self, name: &str, now: Timestamp) -> Result<bool, S::Error> {
        let found: Option<GoneName> = self.first(
            "SELECT name, until FROM gone WHERE name = ? AND until >= ?",
            vec![text(digest(name)), number(now.as_millis())],
        )?;
        Ok(found.is_some())
    }
}

/// A digest instead of the name. Two releases may make different ones: then what comes again within
/// [`MAY_RETURN`] of a deployment is taken for new.
fn digest(name: &str) -> String {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
