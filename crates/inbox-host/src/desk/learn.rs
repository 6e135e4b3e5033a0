//! What the workspace said last, and the walk that a deleted site leaves behind.
//!
//! The conversations of a deleted site must ask what holds, whatever their state: somebody may have a
//! chat open there. There may be very many, so they are told page by page. That they are to be told is
//! written with the facts that lack the site, because whoever compares later finds no difference.

use inbox_room::DeskFacts;
use inbox_types::{ConversationId, SiteId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{DeskTables, mail::Mail};
use crate::{
    meta,
    sql::{Sql, number, text},
};

const FACTS: &str = "facts";
/// After which conversation the walk goes on.
const WALK: &str = "walk";

#[derive(Deserialize)]
struct SiteRow {
    conversation: ConversationId,
    site: SiteId,
}

impl<S: Sql> DeskTables<S> {
    /// What the workspace said last; none if it was never asked.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    pub fn facts(&self) -> Result<Option<DeskFacts>, S::Error> {
        self.meta(FACTS)
    }

    /// Takes over what the workspace says, however much that is, and gives back what holds now: whoever
    /// asked before a change may be answered after it.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO34, HO201
    pub fn learn(&self, facts: DeskFacts) -> Result<DeskFacts, S::Error> {
        let known = self.facts()?;
        let lacks_a_site = known.as_ref().is_some_and(|it| lacks_a_site(it, &facts));
        let facts = match &known {
            Some(known) => facts.after(known),
            None => facts,
        };
        self.sql.transaction(|| {
            self.put_meta(FACTS, &facts)?;
            if lacks_a_site { self.put_meta(WALK, &"") } else { Ok(()) }
        })?;
        Ok(facts)
    }

    /// Whether conversations of deleted sites are still to be told.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO34
    pub fn walks(&self) -> Result<bool, S::Error> {
        Ok(self.meta::<String>(WALK)?.is_some())
    }

    /// Posts a message to the next conversations of deleted sites; so many of all are looked at. False
    /// if there are no more.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO34
    pub fn walk_deleted_sites<T: Serialize>(
        &self,
        message: &T,
        limit: u64,
    ) -> Result<bool, S::Error> {
        let Some((after, facts)) = self.meta::<String>(WALK)?.zip(self.facts()?) else {
            return Ok(false);
        };
        let page: Vec<SiteRow> = self.sql.query(
            "SELECT conversation, site FROM conversations WHERE conversation > ? ORDER BY conversation LIMIT ?",
            vec![text(after), number(limit)],
        )?;
        self.sql.transaction(|| {
            for row in &page {
                if facts.sites.iter().all(|it| it.summary.id != row.site) {
                    self.post(Mail::Commands, &row.conversation, message)?;
                }
            }
            match page.last() {
                Some(last) => self.put_meta(WALK, &last.conversation),
                None => meta::remove(&self.sql, WALK),
            }
        })?;
        Ok(!page.is_empty())
    }

    pub(super) fn meta<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, S::Error> {
        meta::get(&self.sql, key)
    }

    pub(super) fn put_meta<T: Serialize>(&self, key: &str, value: &T) -> Result<(), S::Error> {
        meta::put(&self.sql, key, value)
    }
}

fn lacks_a_site(before: &DeskFacts, now: &DeskFacts) -> bool {
    let is_there = |id: &SiteId| now.sites.iter().any(|it| it.summary.id == *id);
    before.sites.iter().any(|it| !is_there(&it.summary.id))
}
