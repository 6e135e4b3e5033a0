//! The register: which conversations there are, and what those that begin need to know.

use inbox_protocol::Refusal;
use inbox_room::ConversationRecord;
use inbox_types::{ContactId, ConversationId, SiteId};
use serde::Deserialize;

use super::{
    request::{Registered, SiteNow},
    tables::{Result, Workspace},
};
use crate::platform::{
    now,
    sql::{json, number, text},
};

/// Conversations in one page of the register.
pub(super) const REGISTER_PAGE: u64 = 200;

#[derive(Deserialize)]
struct Counted {
    n: u64,
}

impl Workspace {
    /// What a conversation of a site needs to know.
    pub(super) fn site_now(&self, site: &SiteId) -> Result<SiteNow> {
        let now = self.with_state(|it| {
            let row = it.site(site);
            let webhook = row.and_then(|it| it.webhook.clone());
            let ended = row.map(|row| it.ended_secrets(row)).unwrap_or_default();
            it.facts(site).map(|facts| SiteNow { facts, webhook, ended })
        })?;
        let mut now = now.ok_or(Refusal::NotFound)?;
        now.facts.inbox_away = self.is_inbox_away(site)?;
        Ok(now)
    }

    /// Notes a conversation that is about to store its first event. `NotFound` if its site is no longer
    /// served.
    pub(super) fn register(
        &self,
        conversation: ConversationId,
        site: &SiteId,
        contact: ContactId,
    ) -> Result<SiteNow> {
        // A socket may have stayed open since before its site was deleted.
        self.with_state(|it| it.site(site).map(|_| ()).ok_or(Refusal::NotFound))??;
        self.store.run(
            "INSERT OR IGNORE INTO conversations (id, site, contact, at) VALUES (?, ?, ?, ?)",
            vec![text(conversation), text(site.clone()), text(contact), number(now().as_millis())],
        )?;
        self.site_now(site)
    }

    /// Notes what the next epoch of a conversation begins with: it was erased, and is about to delete
    /// even the row that says so.
    pub(super) fn note_erased(
        &self,
        conversation: ConversationId,
        standing: &ConversationRecord,
    ) -> Result<()> {
        self.forget_undelivered(&conversation)?;
        self.forget_deliveries(&conversation)?;
        Ok(self.store.run(
            "INSERT OR REPLACE INTO erased (conversation, standing) VALUES (?, ?)",
            vec![text(conversation), json(standing)?],
        )?)
    }

    /// What a conversation that has nothing stored begins with, if it was ever erased.
    pub(super) fn standing(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<ConversationRecord>> {
        Ok(self.store.body(
            "SELECT standing AS body FROM erased WHERE conversation = ?",
            vec![text(conversation)],
        )?)
    }

    /// How many conversations are registered.
    pub(super) fn n_registered(&self) -> Result<u64> {
        let counted: Option<Counted> =
            self.store.first("SELECT COUNT(*) AS n FROM conversations", Vec::new())?;
        Ok(counted.map_or(0, |it| it.n))
    }

    /// The registered conversations after one, in their order, page by page.
    pub(super) fn registered(&self, after: Option<ConversationId>) -> Result<Vec<Registered>> {
        let after = after.map(String::from).unwrap_or_default();
        Ok(self.store.rows(
            "SELECT id, site FROM conversations WHERE id > ? ORDER BY id LIMIT ?",
            vec![text(after), number(REGISTER_PAGE)],
        )?)
    }
}
