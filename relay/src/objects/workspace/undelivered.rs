//! What webhooks have not delivered: switched off by 410, shown to admins, tried again or left out.

use inbox_protocol::{
    Refusal,
    http::{DeliveryAction, DeliveryForm, Undelivered, UndeliveredEvent},
};
use inbox_types::{ConversationId, SiteId, limits::UNDELIVERED_SHOWN};
use serde::Deserialize;
use serde_json::Value as Json;
use worker::{Env, Result};

use super::{REGISTER_PAGE, WorkspaceObject};
use crate::{
    config,
    platform::sql::{Store, json, number, text},
    refuse::Shut,
    requests::{call, conversation},
    workspace::news::News,
};

#[derive(Deserialize)]
struct NumberRow {
    n: u64,
}

#[derive(Deserialize)]
struct ConversationRow {
    conversation: ConversationId,
}

impl WorkspaceObject {
    /// A receiver answered 410: the webhook is off until an admin sets its address again, and open
    /// conversations learn of it. Nothing happens if the address is another one by now.
    pub(super) fn disable_webhook(
        &self,
        site: &SiteId,
        url: &str,
    ) -> std::result::Result<Json, Shut> {
        let changes = self.change(|it| {
            let same = it
                .site(site)
                .and_then(|it| it.webhook.as_ref())
                .is_some_and(|it| it.url.as_str() == url && !it.disabled);
            Ok(if same { it.disable_webhook(site) } else { Vec::new() })
        })?;
        self.commit(&changes, |_| Ok(()))?;
        if !changes.is_empty() {
            self.publish(News::Facts)?;
        }
        Ok(Json::Null)
    }

    /// Notes which event of a conversation waits, or that none does.
    pub(super) fn put_undelivered(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        event: Option<&UndeliveredEvent>,
    ) -> std::result::Result<Json, Shut> {
        match event {
            Some(event) => self.store.run(
                "INSERT OR REPLACE INTO undelivered (conversation, site, since, body) VALUES (?, ?, ?, ?)",
                vec![
                    text(conversation.clone()),
                    text(site.clone()),
                    number(event.since.as_millis()),
                    json(event)?,
                ],
            )?,
            None => self.forget_undelivered(conversation)?,
        }
        Ok(Json::Null)
    }

    /// What the site's receiver has not taken, for admins.
    pub(super) fn undelivered(&self, site: &SiteId) -> Result<Option<Undelivered>> {
        let count: Option<NumberRow> = self.store.first(
            "SELECT COUNT(*) AS n FROM undelivered WHERE site = ?",
            vec![text(site.clone())],
        )?;
        let count = count.map_or(0, |it| it.n);
        if count == 0 {
            return Ok(None);
        }
        let longest: Vec<UndeliveredEvent> = self.store.bodies(
            "SELECT body FROM undelivered WHERE site = ? ORDER BY since, conversation LIMIT ?",
            vec![text(site.clone()), number(UNDELIVERED_SHOWN)],
        )?;
        Ok(Some(Undelivered { count, longest }))
    }

    pub(super) fn forget_undelivered(&self, conversation: &ConversationId) -> Result<()> {
        self.store
            .run("DELETE FROM undelivered WHERE conversation = ?", vec![text(conversation.clone())])
    }

    /// Has a conversation try its undelivered event at once, or leave it out. The row stays until the
    /// conversation says what came of it: where nothing changes, it says nothing.
    pub(super) fn deliver(
        &self,
        site: &SiteId,
        form: &DeliveryForm,
    ) -> std::result::Result<Json, Shut> {
        let known: Option<NumberRow> = self.store.first(
            "SELECT 1 AS n FROM undelivered WHERE conversation = ? AND site = ?",
            vec![text(form.conversation.clone()), text(site.clone())],
        )?;
        known.ok_or(Refusal::NotFound)?;
        let skips = form.action == DeliveryAction::Skip;
        let ask = conversation::Ask::Deliver { seq: form.seq, skips };
        let (env, conversation) = (self.env.clone(), form.conversation.clone());
        self.state.wait_until(async move {
            if let Err(shut) = ask_conversation(&env, &conversation, &ask).await {
                worker::console_error!("a delivery was not decided: {:?}", shut.reason());
            }
        });
        Ok(Json::Null)
    }

    /// Has all conversations of a site that wait for its webhook look at it again. One that is not
    /// reached looks by itself within a day.
    pub(super) fn wake_undelivered(&self, site: &SiteId) {
        let (env, store, site) = (self.env.clone(), self.store.clone(), site.clone());
        self.state.wait_until(async move {
            if let Err(shut) = wake_all(&env, &store, &site).await {
                worker::console_error!("not everybody heard of a webhook: {:?}", shut.reason());
            }
        });
    }
}

async fn ask_conversation(
    env: &Env,
    conversation: &ConversationId,
    ask: &conversation::Ask,
) -> std::result::Result<(), Shut> {
    let object = config::conversation(env, conversation)?;
    call::ask::<_, Json>(&object, ask).await.map(drop)
}

/// Tells every conversation that waits for a site's webhook that something changed, in pages.
async fn wake_all(env: &Env, store: &Store, site: &SiteId) -> std::result::Result<(), Shut> {
    let mut after = String::new();
    loop {
        let page: Vec<ConversationRow> = store.rows(
            "SELECT conversation FROM undelivered WHERE site = ? AND conversation > ?
             ORDER BY conversation LIMIT ?",
            vec![text(site.clone()), text(after), number(REGISTER_PAGE)],
        )?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.conversation.to_string();
        for ConversationRow { conversation } in &page {
            ask_conversation(env, conversation, &conversation::Ask::FactsChanged).await?;
        }
    }
}
