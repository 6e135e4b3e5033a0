//! The desk's tables: how each conversation stands, who is how, which agents have a socket where.
//!
//! Conversations in which somebody has something to do are `live`: a desk reads them when it wakes, and
//! no others. All others are read by an index, page by page, and counted by sums that are kept. What a
//! page is, [`ClosedQuery::of`](inbox_room::ClosedQuery::of) says.

mod bulks;
mod closed;
mod learn;
mod mail;
mod rebuild;
mod scans;

pub use self::{
    mail::{Letter, Mail, PRESENCE_SETTLES},
    rebuild::Rebuild,
};

use std::cell::RefCell;

use inbox_room::{DeskBatch, PresenceRow, SocketsRow, Summary};
use inbox_types::{ConversationId, DepartmentId, MemberId};
use serde::{Deserialize, Serialize};

use crate::sql::{Body, Sql, Value, bodies, json, number, text};

/// How far the rows of the release before have their facets.
#[derive(Default, Serialize, Deserialize)]
struct FacetWalk {
    /// The last conversation that has them; empty before the first.
    after: String,
    is_done: bool,
}

/// The indexes hold what is over and not hidden; `last_at` is 0 where nothing was written.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS conversations (
        conversation TEXT PRIMARY KEY, live INTEGER NOT NULL, hidden INTEGER NOT NULL,
        site TEXT NOT NULL, department TEXT, owner TEXT, campaign TEXT, last_at INTEGER NOT NULL,
        body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS live ON conversations (conversation) WHERE live = 1;
    CREATE INDEX IF NOT EXISTS closed ON conversations
        (last_at DESC, conversation) WHERE live = 0 AND hidden = 0;
    CREATE INDEX IF NOT EXISTS closed_department ON conversations
        (department, last_at DESC, conversation) WHERE live = 0 AND hidden = 0;
    CREATE INDEX IF NOT EXISTS closed_owner ON conversations
        (owner, last_at DESC, conversation) WHERE live = 0 AND hidden = 0;
    CREATE INDEX IF NOT EXISTS closed_campaign ON conversations
        (campaign, last_at DESC, conversation) WHERE live = 0 AND hidden = 0 AND campaign IS NOT NULL;
    CREATE TABLE IF NOT EXISTS involved (
        member TEXT NOT NULL, last_at INTEGER NOT NULL, conversation TEXT NOT NULL,
        PRIMARY KEY (member, last_at DESC, conversation)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS facets (
        facet TEXT NOT NULL, last_at INTEGER NOT NULL, conversation TEXT NOT NULL,
        PRIMARY KEY (facet, last_at DESC, conversation)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sums (
        scope TEXT NOT NULL, department TEXT NOT NULL, campaign TEXT NOT NULL, n INTEGER NOT NULL,
        PRIMARY KEY (scope, campaign, department)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS presences (member TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS bulks (
        no INTEGER PRIMARY KEY, bulk TEXT NOT NULL UNIQUE, member TEXT NOT NULL, until INTEGER,
        body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS bulk_items (
        bulk TEXT NOT NULL, conversation TEXT NOT NULL, n INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (bulk, conversation)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS erased (conversation TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sockets (conversation TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS commands (no INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS commands_said ON commands (conversation, body);
    CREATE TABLE IF NOT EXISTS revocations (no INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS revocations_said ON revocations (conversation, body);
    CREATE TABLE IF NOT EXISTS presence_letters (
        no INTEGER PRIMARY KEY, conversation TEXT NOT NULL, about TEXT NOT NULL, body TEXT NOT NULL,
        UNIQUE (conversation, about));
";

/// Rows of the release before that are taken over in one transaction.
const TAKEN_OVER: u64 = 500;

/// Under which key of `meta` it is noted how far facets were found.
const FACETS: &str = "facets";

/// The tables of one workspace's desk.
#[derive(Debug)]
pub struct DeskTables<S: Sql> {
    sql: S,
    /// Why a read failed: what the desk decided from it is not to be done.
    failure: RefCell<Option<S::Error>>,
}

#[derive(Deserialize)]
struct IdRow {
    conversation: ConversationId,
}

impl<S: Sql> DeskTables<S> {
    /// Opens the tables, creates those that lack, and takes over what the release before stored.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO36
    pub fn open(sql: S) -> Result<Self, S::Error> {
        let tables = Self { sql, failure: RefCell::new(None) };
        tables.sql.execute(SCHEMA, Vec::new())?;
        tables.take_over()?;
        tables.find_by_facets()?;
        tables.take_over_bulks()?;
        Ok(tables)
    }

    /// The database under the tables.
    #[must_use]
    pub fn sql(&self) -> &S {
        &self.sql
    }

    /// Why a read failed since somebody last asked, if one did.
    // HO23
    pub fn take_failure(&self) -> Option<S::Error> {
        self.failure.take()
    }

    /// The release before kept every summary in a table without columns.
    fn take_over(&self) -> Result<(), S::Error> {
        let tables: Vec<Body> = self.sql.query(
            "SELECT name AS body FROM sqlite_master WHERE type = 'table' AND name = 'summaries'",
            Vec::new(),
        )?;
        if tables.is_empty() {
            return Ok(());
        }
        loop {
            let page: Vec<Summary> = bodies(
                &self.sql,
                "SELECT body FROM summaries ORDER BY conversation LIMIT ?",
                vec![number(TAKEN_OVER)],
            )?;
            if page.is_empty() {
                return self.sql.execute("DROP TABLE summaries", Vec::new());
            }
            self.sql.transaction(|| {
                for summary in &page {
                    self.put(summary)?;
                    let id = text(summary.conversation.as_str());
                    self.sql.execute("DELETE FROM summaries WHERE conversation = ?", vec![id])?;
                }
                Ok(())
            })?;
        }
    }

    /// The release before kept no facets. Whoever is stopped on the way goes on after the last page that
    /// was kept, so that any number of rows comes to an end.
    // HO36
    fn find_by_facets(&self) -> Result<(), S::Error> {
        let mut walk: FacetWalk = self.meta(FACETS)?.unwrap_or_default();
        while !walk.is_done {
            let page: Vec<Summary> = bodies(
                &self.sql,
                "SELECT body FROM conversations WHERE conversation > ? ORDER BY conversation LIMIT ?",
                vec![text(walk.after.as_str()), number(TAKEN_OVER)],
            )?;
            match page.last() {
                Some(last) => walk.after = last.conversation.to_string(),
                None => walk.is_done = true,
            }
            self.sql.transaction(|| {
                page.iter().try_for_each(|it| self.reface(None, Some(it)))?;
                self.put_meta(FACETS, &walk)
            })?;
        }
        Ok(())
    }

    /// Writes a turn's rows; inside a transaction.
    ///
    /// # Errors
    ///
    /// If the database refuses a row.
    // HO37
    pub fn write(&self, batch: &DeskBatch) -> Result<(), S::Error> {
        let DeskBatch { presences, summaries, erased, sockets, bulks, urgent: _ } = batch;
        for row in presences {
            self.sql.execute(
                "INSERT OR REPLACE INTO presences (member, body) VALUES (?, ?)",
                vec![text(row.member.as_str()), json(row)?],
            )?;
        }
        for change in bulks {
            self.put_bulk(change)?;
        }
        for summary in summaries {
            self.put(summary)?;
        }
        for (conversation, epoch) in erased {
            self.forget(conversation)?;
            self.sql.execute(
                "INSERT OR REPLACE INTO erased (conversation, epoch) VALUES (?, ?)",
                vec![text(conversation.as_str()), number(u64::from(*epoch))],
            )?;
        }
        for row in sockets {
            self.put_sockets(row)?;
        }
        Ok(())
    }

    fn put(&self, summary: &Summary) -> Result<(), S::Error> {
        let old = self.closed_row(&summary.conversation)?;
        self.resum(old.as_ref(), Some(summary))?;
        let session = &summary.session;
        let optional = |it: Option<&str>| it.map_or(Value::Null, text);
        self.sql.execute(
            "INSERT OR REPLACE INTO conversations (conversation, live, hidden, site, department, owner, campaign, last_at, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                text(summary.conversation.as_str()),
                number(u64::from(summary.is_live())),
                number(u64::from(summary.hidden)),
                text(summary.site.as_str()),
                optional(session.department.as_ref().map(DepartmentId::as_str)),
                optional(session.owner.as_ref().map(MemberId::as_str)),
                optional(session.campaign.as_ref().map(|it| it.id.as_str())),
                number(summary.closed_place().last_at.as_millis()),
                json(summary)?,
            ],
        )
    }

    fn forget(&self, conversation: &ConversationId) -> Result<(), S::Error> {
        let old = self.closed_row(conversation)?;
        self.resum(old.as_ref(), None)?;
        self.sql.execute(
            "DELETE FROM conversations WHERE conversation = ?",
            vec![text(conversation.as_str())],
        )
    }

    fn put_sockets(&self, row: &SocketsRow) -> Result<(), S::Error> {
        let conversation = text(row.conversation.as_str());
        if row.agents.is_empty() {
            return self
                .sql
                .execute("DELETE FROM sockets WHERE conversation = ?", vec![conversation]);
        }
        self.sql.execute(
            "INSERT OR REPLACE INTO sockets (conversation, body) VALUES (?, ?)",
            vec![conversation, json(row)?],
        )
    }

    // What a desk wakes from.

    /// How those conversations stand in which somebody has something to do.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    // HO33
    pub fn live(&self) -> Result<Vec<Summary>, S::Error> {
        // Without the index's name every row would be looked at.
        bodies(
            &self.sql,
            "SELECT body FROM conversations INDEXED BY live WHERE live = 1",
            Vec::new(),
        )
    }

    /// Which those are.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    // HO33
    pub fn live_ids(&self) -> Result<Vec<ConversationId>, S::Error> {
        let rows: Vec<IdRow> = self.sql.query(
            "SELECT conversation FROM conversations INDEXED BY live WHERE live = 1",
            Vec::new(),
        )?;
        Ok(rows.into_iter().map(|it| it.conversation).collect())
    }

    /// Who is how.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub fn presences(&self) -> Result<Vec<PresenceRow>, S::Error> {
        let mut rows = self.bare_presences()?;
        for (member, bulk) in self.bulks()? {
            if let Some(row) = rows.iter_mut().find(|it| it.member == member) {
                row.bulks.push(bulk);
            }
        }
        Ok(rows)
    }

    /// The same, without what they do in bulk.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub fn bare_presences(&self) -> Result<Vec<PresenceRow>, S::Error> {
        bodies(&self.sql, "SELECT body FROM presences", Vec::new())
    }

    /// The agents' sockets of each conversation that has some.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub fn sockets(&self) -> Result<Vec<SocketsRow>, S::Error> {
        bodies(&self.sql, "SELECT body FROM sockets", Vec::new())
    }
}
