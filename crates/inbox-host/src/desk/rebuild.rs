//! How far a rebuild of the desk is: a walk over the workspace's register, page by page.
//!
//! The walk itself asks the workspace and every conversation, so the relay makes it. How far it came is a
//! row here, written after the rows that a page brought: whatever fails, the walk goes on after the last
//! page that was written.

use inbox_types::ConversationId;
use serde::{Deserialize, Serialize};

use super::DeskTables;
use crate::sql::Sql;

const REBUILD: &str = "rebuild";

/// A rebuild of the desk, under way or over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rebuild {
    /// The last conversation that was asked how it stands; none before the first page.
    pub after: Option<ConversationId>,
    /// How many were asked so far.
    pub n_asked: u64,
    /// How many the register had when the walk began; at its end, how many were asked.
    pub n_all: u64,
    /// Whether there are conversations that have not been asked.
    pub is_running: bool,
}

impl<S: Sql> DeskTables<S> {
    /// The last rebuild; none if the desk was never rebuilt.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn rebuild(&self) -> Result<Option<Rebuild>, S::Error> {
        self.meta(REBUILD)
    }

    /// Begins a rebuild of the `n_all` conversations of the register. One that is under way goes on
    /// instead.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO38
    pub fn begin_rebuild(&self, n_all: u64) -> Result<(), S::Error> {
        if self.rebuild()?.is_some_and(|it| it.is_running) {
            return Ok(());
        }
        self.put_meta(REBUILD, &Rebuild { after: None, n_asked: 0, n_all, is_running: true })
    }

    /// Notes that the conversations of a page were asked and their rows are written, and returns where
    /// the walk is now; none if no rebuild is under way. An empty page is behind the last one.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO38, HO39
    pub fn page_rebuilt(&self, page: &[ConversationId]) -> Result<Option<Rebuild>, S::Error> {
        let Some(mut walk) = self.rebuild()?.filter(|it| it.is_running) else { return Ok(None) };
        walk.n_asked += page.len() as u64;
        if let Some(last) = page.last() {
            walk.after = Some(last.clone());
            // Conversations may have begun since the walk did.
            walk.n_all = walk.n_all.max(walk.n_asked);
        } else {
            walk.n_all = walk.n_asked;
            walk.is_running = false;
        }
        self.put_meta(REBUILD, &walk)?;
        Ok(Some(walk))
    }
}
