//! What conversations must hear waits in rows until they have heard it.

use inbox_types::{ConversationId, MemberId, Millis, Presence, Timestamp};
use serde::{Deserialize, Serialize};

use super::DeskTables;
use crate::sql::{Sql, json, number, text};

/// How long conversations are not told how somebody is who has just chosen it: they may choose again.
pub const PRESENCE_SETTLES: Millis = Millis::seconds(2);

/// Which of the queues a letter waits in, so that what ends somebody's rights waits for nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mail {
    /// What ends somebody's rights.
    Revocations,
    /// How somebody is.
    Presences,
    /// Everything else.
    Commands,
}

/// Something that a conversation has not heard yet.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Letter {
    /// Its number in its queue.
    pub no: u64,
    /// Who must hear it.
    pub conversation: ConversationId,
    /// What, as JSON.
    pub body: String,
}

impl Mail {
    fn table(self) -> &'static str {
        match self {
            Self::Revocations => "revocations",
            Self::Presences => "presence_letters",
            Self::Commands => "commands",
        }
    }

    /// When letters are to be delivered, now that one was put into this queue; `set` is when they were to
    /// be before.
    // HO132
    #[must_use]
    pub fn due(self, now: Timestamp, set: Option<Timestamp>) -> Timestamp {
        let at = match self {
            Self::Revocations | Self::Commands => now,
            Self::Presences => now.after(PRESENCE_SETTLES),
        };
        set.map_or(at, |set| set.min(at))
    }
}

impl<S: Sql> DeskTables<S> {
    /// Keeps something until a conversation has heard it. What waits there already waits once, at its
    /// end: the letter that is replaced may be on its way, and whatever happened since is to be heard
    /// of too.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO152
    pub fn post<T: Serialize>(
        &self,
        mail: Mail,
        conversation: &ConversationId,
        message: &T,
    ) -> Result<(), S::Error> {
        let (table, id) = (mail.table(), conversation.as_str());
        let message = json(message)?;
        // The new row comes first, so that it is not given the number of the one that it replaces.
        self.sql.execute(
            &format!("INSERT INTO {table} (conversation, body) VALUES (?, ?)"),
            vec![text(id), message.clone()],
        )?;
        self.sql.execute(
            &format!(
                "DELETE FROM {table} WHERE conversation = ? AND body = ?
                 AND no < (SELECT MAX(no) FROM {table})"
            ),
            vec![text(id), message],
        )
    }

    /// Keeps how somebody is until a conversation has heard it. What it has not heard yet of how they were
    /// before is said no more, but that they were offline: sessions and offers end by that.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO132
    pub fn post_presence<T: Serialize>(
        &self,
        conversation: &ConversationId,
        member: &MemberId,
        presence: Presence,
        message: &T,
    ) -> Result<(), S::Error> {
        let about = match presence {
            Presence::Offline => format!("{member} offline"),
            Presence::Available | Presence::Away(_) | Presence::Rona => member.to_string(),
        };
        // The row that is replaced may be on its way: the new one has another number, so that it is not
        // taken for heard.
        self.sql.execute(
            "INSERT OR REPLACE INTO presence_letters (conversation, about, body) VALUES (?, ?, ?)",
            vec![text(conversation.as_str()), text(about), json(message)?],
        )
    }

    /// Letters of a queue after the one with this number (0 is before all), of each conversation its
    /// first one: who has asked for a page goes on after its last letter, so that conversations which
    /// cannot hear keep none that come after them waiting.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    // HO35
    pub fn letters(&self, mail: Mail, after: u64, limit: u64) -> Result<Vec<Letter>, S::Error> {
        let table = mail.table();
        self.sql.query(
            &format!(
                "SELECT MIN(no) AS no, conversation, body FROM {table} GROUP BY conversation
                 HAVING MIN(no) > ? ORDER BY no LIMIT ?"
            ),
            vec![number(after), number(limit)],
        )
    }

    /// A letter was heard.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO35
    pub fn heard(&self, mail: Mail, no: u64) -> Result<(), S::Error> {
        let statement = format!("DELETE FROM {} WHERE no = ?", mail.table());
        self.sql.execute(&statement, vec![number(no)])
    }
}
