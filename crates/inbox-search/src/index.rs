//! What is stored: a row for each conversation, one for each line and one for what is known of it, and
//! beside them the words.
//!
//! A row's number is its time, so that the newest come first without sorting, and a page begins where
//! the one before ended.

use inbox_core::permission::SessionFacts;
use inbox_host::{
    Sql,
    sql::{json, number, text},
};
use inbox_room::IndexCard;
use inbox_types::{
    ContactDetails, ConversationId, Label, MemberCard, Seq, SessionState, SiteId, Timestamp,
    TopicId, limits::SEARCH_NAMED,
};
use serde::{Deserialize, Serialize};

use crate::{
    Feed, Line, Writer, fold,
    text::{Body, CardText, author},
};

/// Folded words hold letters and digits alone, and the database is to cut them at spaces alone.
/// `secure-delete` takes the words of a deleted row out of the index at once.
const SCHEMA: &str = "
    CREATE TABLE conversations (
        no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL, body TEXT);
    CREATE TABLE lines (
        no INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE UNIQUE INDEX lines_place ON lines (conversation, seq);
    CREATE VIRTUAL TABLE words USING fts5 (said, author, tags, marks, tokenize = 'ascii', columnsize = 0);
    INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
";

/// What places are encrypted with, made once; an index that was made before has none yet.
const KEY: &str = "
    CREATE TABLE IF NOT EXISTS cursor_key (no INTEGER PRIMARY KEY, key TEXT NOT NULL);
    INSERT INTO cursor_key (no, key)
        SELECT 1, hex(randomblob(32)) WHERE NOT EXISTS (SELECT 1 FROM cursor_key);
";

/// What every card has among its marks, and every line with a file.
pub(crate) const CARD: &str = "card";
pub(crate) const FILE: &str = "file";

/// Rows of one millisecond.
const ROWS_OF_MILLI: u64 = 1_024;
/// 2020 began, in milliseconds since 1970: so many numbers are exact in a browser for centuries.
const BEGINNING: u64 = 1_577_836_800_000;

/// The place of the card among the lines of a conversation, where no event stands.
const CARD_SEQ: Seq = Seq(0);

/// What is stored of a conversation to decide who finds it, and to show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) site: SiteId,
    pub(crate) details: ContactDetails,
    pub(crate) tags: Vec<Label>,
    pub(crate) topics: Vec<TopicId>,
    pub(crate) facts: SessionFacts,
    pub(crate) state: Option<SessionState>,
    pub(crate) owner: Option<MemberCard>,
}

impl Head {
    fn of(card: &IndexCard) -> Self {
        // What is long and not needed to show a find stands in the card's own row.
        let details = ContactDetails { extra: None, notes: None, ..card.details.clone() };
        Self {
            site: card.site.clone(),
            details,
            tags: card.tags.clone(),
            topics: card.topics.clone(),
            facts: card.facts.clone(),
            state: card.state,
            owner: card.owner.clone(),
        }
    }
}

/// The index of a workspace.
#[derive(Debug)]
pub struct SearchIndex<S: Sql> {
    pub(crate) sql: S,
    /// What places are encrypted with.
    pub(crate) key: String,
}

#[derive(Deserialize)]
struct KeyRow {
    key: String,
}

#[derive(Deserialize)]
struct ConversationRow {
    no: u64,
    epoch: u32,
    seq: u64,
    body: Option<String>,
}

#[derive(Deserialize)]
struct LineRow {
    no: u64,
    body: String,
}

#[derive(Deserialize)]
struct NumberRow {
    no: Option<u64>,
}

/// The first number of an instant.
pub(crate) fn first_of(at: Timestamp) -> u64 {
    at.as_millis().saturating_sub(BEGINNING).saturating_mul(ROWS_OF_MILLI)
}

/// The instant of a number.
pub(crate) fn instant(no: u64) -> Timestamp {
    Timestamp::from_millis(BEGINNING + no / ROWS_OF_MILLI)
}

impl<S: Sql> SearchIndex<S> {
    /// Opens the index, and creates its tables where there are none.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    pub fn open(sql: S) -> Result<Self, S::Error> {
        let known: Vec<NumberRow> =
            sql.query("SELECT 1 AS no FROM sqlite_master WHERE name = 'words'", Vec::new())?;
        if known.is_empty() {
            sql.execute(SCHEMA, Vec::new())?;
        }
        sql.execute(KEY, Vec::new())?;
        let keys: Vec<KeyRow> = sql.query("SELECT key FROM cursor_key", Vec::new())?;
        let key = keys.into_iter().next().map(|it| it.key).unwrap_or_default();
        Ok(Self { sql, key })
    }

    /// The database under it.
    #[must_use]
    pub fn sql(&self) -> &S {
        &self.sql
    }

    /// Takes in what a conversation tells. Telling it again changes nothing, and what is told of a log
    /// that has since been erased is left out.
    ///
    /// # Errors
    ///
    /// If the database refuses a row; then none is written.
    // SE10
    pub fn take(&self, feed: &Feed) -> Result<(), S::Error> {
        self.sql.transaction(|| self.take_rows(feed))
    }

    fn take_rows(&self, feed: &Feed) -> Result<(), S::Error> {
        let known = self.conversation(&feed.conversation)?;
        // Whatever stands up to an event was told before it.
        let is_late = |it: &ConversationRow| (feed.epoch, feed.up_to.0) < (it.epoch, it.seq);
        if known.as_ref().is_some_and(is_late) {
            return Ok(());
        }
        let (no, old) = match known {
            Some(row) if row.epoch == feed.epoch => (row.no, row.body),
            Some(row) => {
                self.forget(row.no)?;
                (row.no, None)
            }
            None => (self.next_conversation()?, None),
        };
        let head = Head::of(&feed.card);
        self.sql.execute(
            "INSERT OR REPLACE INTO conversations (no, id, epoch, seq, body) VALUES (?, ?, ?, ?, ?)",
            vec![
                number(no),
                text(feed.conversation.as_str()),
                number(feed.epoch.into()),
                number(feed.up_to.0),
                json(&head)?,
            ],
        )?;
        let card = CardText::of(&feed.conversation, &feed.card);
        self.put(no, CARD_SEQ, feed.at, &Body::Card(Box::new(card)), &head)?;
        let old: Option<Head> = old.as_deref().map(serde_json::from_str).transpose()?;
        if old.is_some_and(|it| it.details != head.details) {
            self.name_visitor_again(no, &head)?;
        }
        for line in &feed.lines {
            self.take_line(no, line, &head)?;
        }
        Ok(())
    }

    // SE11
    fn take_line(&self, conversation: u64, line: &Line, head: &Head) -> Result<(), S::Error> {
        match &line.said {
            Some(said) => {
                self.put(conversation, line.seq, line.at, &Body::Line(said.clone()), head)
            }
            None => match self.line(conversation, line.seq)? {
                Some(row) => self.remove(row.no),
                None => Ok(()),
            },
        }
    }

    /// Writes a row, unless it says already what it is to say. A line keeps its number; a card that has
    /// changed gets a new one, so that it stands where it last changed.
    fn put(
        &self,
        conversation: u64,
        seq: Seq,
        at: Timestamp,
        body: &Body,
        head: &Head,
    ) -> Result<(), S::Error> {
        let written = serde_json::to_string(body)?;
        let known = self.line(conversation, seq)?;
        if known.as_ref().is_some_and(|it| it.body == written) {
            return Ok(());
        }
        let no = match &known {
            Some(row) if seq != CARD_SEQ => row.no,
            Some(_) | None => self.free_number(at)?,
        };
        if let Some(row) = known {
            self.remove(row.no)?;
        }
        self.sql.execute(
            "INSERT INTO lines (no, conversation, seq, body) VALUES (?, ?, ?, ?)",
            vec![number(no), number(conversation), number(seq.0), text(written)],
        )?;
        let (author, tags, marks) = match body {
            Body::Line(said) => {
                let by = author(&said.by, &head.details, false);
                (fold(&by), String::new(), if said.files.is_empty() { "" } else { FILE })
            }
            Body::Card(_) => {
                let tags: Vec<&str> = head.tags.iter().map(Label::as_str).collect();
                (String::new(), fold(&tags.join(" · ")), CARD)
            }
        };
        let said = format!("{} {}", fold(&body.text(false)), body.beside());
        self.sql.execute(
            "INSERT INTO words (rowid, said, author, tags, marks) VALUES (?, ?, ?, ?, ?)",
            vec![number(no), text(said), text(author), text(tags), text(marks)],
        )
    }

    /// What visitors wrote last is found by what they are called now. A browser says that as often as it
    /// likes, and all of a workspace waits for one index.
    // SE31
    fn name_visitor_again(&self, conversation: u64, head: &Head) -> Result<(), S::Error> {
        let rows: Vec<LineRow> = self.sql.query(
            "SELECT no, body FROM lines WHERE conversation = ? AND seq > 0 ORDER BY seq DESC LIMIT ?",
            vec![number(conversation), number(SEARCH_NAMED as u64)],
        )?;
        for row in rows {
            let Body::Line(said) = serde_json::from_str(&row.body)? else { continue };
            if said.by == Writer::Visitor {
                let called = fold(&author(&said.by, &head.details, false));
                self.sql.execute(
                    "UPDATE words SET author = ? WHERE rowid = ?",
                    vec![text(called), number(row.no)],
                )?;
            }
        }
        Ok(())
    }

    /// A conversation was erased: nothing of it is found any more, and nothing that is told of it late.
    ///
    /// # Errors
    ///
    /// If the database refuses it; then nothing is erased.
    // SE12
    pub fn erase(&self, conversation: &ConversationId, epoch: u32) -> Result<(), S::Error> {
        self.sql.transaction(|| {
            let no = match self.conversation(conversation)? {
                Some(row) if epoch <= row.epoch => return Ok(()),
                Some(row) => {
                    self.forget(row.no)?;
                    row.no
                }
                // What is on its way is to be known for late.
                None => self.next_conversation()?,
            };
            self.sql.execute(
                "INSERT OR REPLACE INTO conversations (no, id, epoch, seq, body) VALUES (?, ?, ?, 0, NULL)",
                vec![number(no), text(conversation.as_str()), number(epoch.into())],
            )
        })
    }

    /// Removes all rows of a conversation.
    fn forget(&self, conversation: u64) -> Result<(), S::Error> {
        self.sql.execute(
            "DELETE FROM words WHERE rowid IN (SELECT no FROM lines WHERE conversation = ?)",
            vec![number(conversation)],
        )?;
        self.sql.execute("DELETE FROM lines WHERE conversation = ?", vec![number(conversation)])
    }

    fn remove(&self, no: u64) -> Result<(), S::Error> {
        self.sql.execute("DELETE FROM words WHERE rowid = ?", vec![number(no)])?;
        self.sql.execute("DELETE FROM lines WHERE no = ?", vec![number(no)])
    }

    fn conversation(&self, id: &ConversationId) -> Result<Option<ConversationRow>, S::Error> {
        let rows = self.sql.query(
            "SELECT no, epoch, seq, body FROM conversations WHERE id = ?",
            vec![text(id.as_str())],
        )?;
        Ok(rows.into_iter().next())
    }

    fn line(&self, conversation: u64, seq: Seq) -> Result<Option<LineRow>, S::Error> {
        let rows = self.sql.query(
            "SELECT no, body FROM lines WHERE conversation = ? AND seq = ?",
            vec![number(conversation), number(seq.0)],
        )?;
        Ok(rows.into_iter().next())
    }

    fn next_conversation(&self) -> Result<u64, S::Error> {
        let last = self.last("SELECT MAX(no) AS no FROM conversations", Vec::new())?;
        Ok(last.unwrap_or_default() + 1)
    }

    /// A number that no row has, of this instant or, if all of it are taken, of one after it.
    fn free_number(&self, at: Timestamp) -> Result<u64, S::Error> {
        let mut first = first_of(at);
        loop {
            let end = first + ROWS_OF_MILLI;
            let last = self.last(
                "SELECT MAX(no) AS no FROM lines WHERE no >= ? AND no < ?",
                vec![number(first), number(end)],
            )?;
            match last.map_or(first, |it| it + 1) {
                free if free < end => return Ok(free),
                _ => first = end,
            }
        }
    }

    fn last(
        &self,
        query: &'static str,
        parameters: Vec<inbox_host::Value>,
    ) -> Result<Option<u64>, S::Error> {
        let rows: Vec<NumberRow> = self.sql.query(query, parameters)?;
        Ok(rows.into_iter().next().and_then(|it| it.no))
    }
}
