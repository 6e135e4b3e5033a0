//! What conversations must hear waits in rows until they have heard it.

use inbox_types::ConversationId;
use serde::{Deserialize, Serialize};

use super::DeskTables;
use crate::sql::{Sql, json, number, text};

/// Which of two queues a letter waits in, so that what ends somebody's rights waits for nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mail {
    /// What ends somebody's rights.
    Revocations,
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
            Self::Commands => "commands",
        }
    }
}

impl<S: Sql> DeskTables<S> {
    /// Keeps something until a conversation has heard it.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    pub fn post<T: Serialize>(
        &self,
        mail: Mail,
        conversation: &ConversationId,
        message: &T,
    ) -> Result<(), S::Error> {
        self.sql.execute(
            &format!("INSERT INTO {} (conversation, body) VALUES (?, ?)", mail.table()),
            vec![text(conversation.as_str()), json(message)?],
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
