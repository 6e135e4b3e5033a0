//! The workspace's database: its tables, a cache of what admins set up, and transactions.

use std::{cell::RefCell, collections::BTreeMap};

use inbox_protocol::Refusal;
use inbox_room::AvailableTeam;
use inbox_types::{Language, SiteId, Timestamp};
use serde_json::Value as Json;

use super::state::{Change, Row, WorkspaceState};
use crate::{
    config::Config,
    platform::sql::{Store, json, text},
    refuse::ApiError,
};

/// What comes of anything that is asked of the workspace.
pub use crate::refuse::Result;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS book (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS passwords (member TEXT PRIMARY KEY, password TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sign_ins (
        id TEXT PRIMARY KEY, member TEXT NOT NULL, secret TEXT NOT NULL, since INTEGER NOT NULL,
        last_used INTEGER NOT NULL, user_agent TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sign_ins_of ON sign_ins (member);
    CREATE TABLE IF NOT EXISTS link_sign_ins (
        id TEXT PRIMARY KEY, member TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS links (
        secret TEXT PRIMARY KEY, member TEXT NOT NULL, purpose TEXT NOT NULL,
        expires INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS places (
        member TEXT NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (member, place)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS link_makers (secret TEXT PRIMARY KEY, maker TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS made_sign_ins (
        id TEXT PRIMARY KEY, member TEXT NOT NULL, maker TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS made_passwords (
        member TEXT PRIMARY KEY, maker TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS audited (key TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS conversations (
        id TEXT PRIMARY KEY, site TEXT NOT NULL, contact TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS erased (conversation TEXT PRIMARY KEY, standing TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS audit (
        no INTEGER PRIMARY KEY, at INTEGER NOT NULL, member TEXT NOT NULL, deed TEXT NOT NULL, what TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS audit_of ON audit (member, no);
    CREATE TABLE IF NOT EXISTS audit_counts (member TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS counts (
        key TEXT PRIMARY KEY, since INTEGER NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS counts_since ON counts (since);
    CREATE TABLE IF NOT EXISTS inboxes_away (site TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS undelivered (
        conversation TEXT PRIMARY KEY, site TEXT NOT NULL, since INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS undelivered_of ON undelivered (site, since, conversation);
    CREATE TABLE IF NOT EXISTS deliveries (
        no INTEGER PRIMARY KEY, site TEXT NOT NULL, conversation TEXT NOT NULL, seq INTEGER NOT NULL,
        body TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS deliveries_of ON deliveries (site, no);
    CREATE INDEX IF NOT EXISTS deliveries_in ON deliveries (conversation);
    CREATE TABLE IF NOT EXISTS api_keys (
        id TEXT PRIMARY KEY, secret TEXT NOT NULL, made INTEGER NOT NULL, used INTEGER NOT NULL,
        body TEXT NOT NULL) WITHOUT ROWID;
    CREATE UNIQUE INDEX IF NOT EXISTS api_keys_secret ON api_keys (secret);
    CREATE TABLE IF NOT EXISTS gone_api_keys (
        no INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS stops (
        app TEXT NOT NULL, build TEXT NOT NULL, n INTEGER NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (app, build)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
";

/// One workspace.
pub struct Workspace {
    pub(super) store: Store,
    /// None if the deployment's configuration cannot be read, and why.
    config: Result<Config, String>,
    /// A cache of the table `book`.
    state: RefCell<Cached>,
    /// What was made of the state for loaders, by site and language.
    pub(super) published: RefCell<BTreeMap<(SiteId, Language), Published>>,
    /// Who is available, as the desk said last; none if it was not read yet.
    pub(super) team: RefCell<Option<AvailableTeam>>,
}

#[derive(Clone)]
pub(super) struct Published {
    pub(super) at: Timestamp,
    pub(super) campaigns: Option<Json>,
}

/// Counts the rows of an audit log that was written before they were counted.
fn count_audit_rows(store: &Store) -> Result<(), String> {
    #[derive(serde::Deserialize)]
    struct Counted {}
    let counted = store.first("SELECT n FROM audit_counts LIMIT 1", Vec::new());
    let counted: Option<Counted> = counted.map_err(|it| it.to_string())?;
    if counted.is_none() {
        let count = "INSERT INTO audit_counts SELECT member, COUNT(*) FROM audit GROUP BY member";
        store.run(count, Vec::new()).map_err(|it| it.to_string())?;
    }
    Ok(())
}

/// What is known of the state.
enum Cached {
    /// It was not read yet, or a transaction failed since.
    Unread,
    /// There is no workspace yet.
    Absent,
    /// As it is stored.
    Read(Box<WorkspaceState>),
}

impl Cached {
    fn state(&mut self) -> Option<&mut WorkspaceState> {
        match self {
            Self::Read(state) => Some(state),
            Self::Unread | Self::Absent => None,
        }
    }
}

impl Workspace {
    /// The workspace that a database holds.
    #[must_use]
    pub fn new(store: Store, config: Result<Config, String>) -> Self {
        let prepare = || {
            store.run(SCHEMA, Vec::new()).map_err(|it| it.to_string())?;
            count_audit_rows(&store)
        };
        let config = config.and_then(|it| prepare().map(|()| it));
        Self {
            store,
            config,
            state: RefCell::new(Cached::Unread),
            published: RefCell::default(),
            team: RefCell::default(),
        }
    }

    pub(super) fn config(&self) -> Result<&Config> {
        self.config.as_ref().map_err(|it| ApiError::Fault(it.clone()))
    }

    /// Looks into the state, if there is a workspace. That it cannot be read is a fault.
    pub(super) fn look<T>(&self, look: impl FnOnce(&WorkspaceState) -> T) -> Result<Option<T>> {
        self.load()?;
        Ok(self.state.borrow_mut().state().map(|it| look(it)))
    }

    /// Looks into the state on behalf of somebody, who must then be somebody of it.
    pub(super) fn with_state<T>(&self, look: impl FnOnce(&WorkspaceState) -> T) -> Result<T> {
        Ok(self.look(look)?.ok_or(Refusal::Unauthorized)?)
    }

    /// Changes the state; the changes are still to be stored.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut WorkspaceState) -> Result<Vec<Change>, Refusal>,
    ) -> Result<Vec<Change>> {
        self.load()?;
        let mut cache = self.state.borrow_mut();
        let state = cache.state().ok_or(Refusal::Unauthorized)?;
        Ok(change(state)?)
    }

    /// Takes a new state for what is stored; that is to be stored next.
    pub(super) fn found(&self, state: WorkspaceState) {
        self.state.replace(Cached::Read(Box::new(state)));
    }

    /// Reads the state again when it is asked for next.
    pub(super) fn forget(&self) {
        self.published.borrow_mut().clear();
        self.state.replace(Cached::Unread);
    }

    /// Reads the state, if it was not read yet.
    pub(super) fn load(&self) -> Result<()> {
        if matches!(*self.state.borrow(), Cached::Unread) {
            let rows: Vec<Row> = self.store.bodies("SELECT body FROM book", Vec::new())?;
            let is_empty = rows.is_empty();
            let state = match WorkspaceState::from_rows(rows) {
                Some(state) => Cached::Read(Box::new(state)),
                None if is_empty => Cached::Absent,
                None => return Err(ApiError::broken("rows of a workspace, and no workspace")),
            };
            self.state.replace(state);
        }
        Ok(())
    }

    /// Those of the changes by which something is stored otherwise than it is. If that cannot be read,
    /// the state is read again.
    pub(super) fn otherwise(&self, changes: Vec<Change>) -> Result<Vec<Change>> {
        let mut otherwise = Vec::new();
        for change in changes {
            if !self.is_stored(&change).inspect_err(|_| self.forget())? {
                otherwise.push(change);
            }
        }
        Ok(otherwise)
    }

    fn is_stored(&self, change: &Change) -> Result<bool> {
        let key = match change {
            Change::Put(row) => row.key(),
            Change::Remove(key) => key.clone(),
        };
        let stored: Option<Row> =
            self.store.body("SELECT body FROM book WHERE key = ?", vec![text(key)])?;
        Ok(match change {
            Change::Put(row) => stored.as_ref() == Some(&**row),
            Change::Remove(_) => stored.is_none(),
        })
    }

    /// Stores changes of the state and what belongs to them. If that fails, the state is read again.
    pub(super) fn commit<T>(
        &self,
        changes: &[Change],
        more: impl Fn(&Self) -> Result<T>,
    ) -> Result<T> {
        self.published.borrow_mut().clear();
        let stored = self.transact(|| {
            for change in changes {
                match change {
                    Change::Put(row) => self.store.run(
                        "INSERT OR REPLACE INTO book (key, body) VALUES (?, ?)",
                        vec![text(row.key()), json(row)?],
                    )?,
                    Change::Remove(key) => {
                        self.store
                            .run("DELETE FROM book WHERE key = ?", vec![text(key.clone())])?;
                    }
                }
            }
            more(self)
        });
        if stored.is_err() {
            self.forget();
        }
        stored
    }

    /// Stores all that `rows` writes, or nothing of it if it refuses or fails.
    pub(super) fn transact<T>(&self, rows: impl Fn() -> Result<T>) -> Result<T> {
        let mut outcome = None;
        let stored = self.store.all_or_none(|| match outcome.insert(rows()) {
            Ok(_) => Ok(()),
            Err(_) => Err(Store::stop()),
        });
        match (stored, outcome) {
            (Ok(()), Some(outcome)) | (Err(_), Some(outcome @ Err(_))) => outcome,
            (Err(error), Some(Ok(_)) | None) => Err(error.into()),
            (Ok(()), None) => Err(ApiError::broken("a transaction that did not run")),
        }
    }
}
