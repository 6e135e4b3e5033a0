//! What webhooks have delivered last, and what they have not: switched off by 410, shown to admins, tried
//! again, left out or sent once more.
//!
//! - **AP42** Where only a site's own inbox answers, it is told to every open conversation that the inbox
//!   is away for too long, and that it is back, each once: also to one from which nothing waits, and to one
//!   that was given to the desk.

use inbox_host::forward::Tried;
use inbox_protocol::{
    Refusal, audit,
    http::{
        DeliveryAction, DeliveryForm, DeliveryOutcome, DeliveryRow, Undelivered, UndeliveredEvent,
    },
};
use inbox_types::{
    Action, ConversationId, SiteId,
    limits::{DELIVERY_ROWS, UNDELIVERED_SHOWN},
};
use serde::Deserialize;

use super::{
    command::{Command, Done, Effect, Method, Run},
    news::News,
    register::REGISTER_PAGE,
    state::{Change, Row, WorkspaceState, put},
    tables::{Result, Workspace},
};
use crate::platform::{
    now,
    sql::{json, number, text},
};

/// What can be done with deliveries.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "deliveries",
        method: Method::Get,
        path: "/v1/sites/{id}/deliveries",
        needs: Some(Action::Administer),
        audited: false,
        tells: None,
        run: Run::Now(|workspace, call| Ok(Done::with(&workspace.deliveries(&call.id()?)?))),
    },
    Command {
        name: "deliver",
        method: Method::Post,
        path: "/v1/sites/{id}/deliveries",
        needs: Some(Action::Administer),
        audited: true,
        tells: None,
        run: Run::Now(|workspace, call| workspace.deliver(&call.id()?, &call.form()?)),
    },
];

#[derive(Deserialize)]
struct NumberRow {
    n: u64,
}

#[derive(Deserialize)]
struct ConversationRow {
    conversation: ConversationId,
}

impl Workspace {
    /// A receiver answered 410: the webhook is off until an admin sets its address again, and open
    /// conversations learn of it. False if the address is another one by now, so that nothing happened.
    pub(super) fn disable_webhook(&self, site: &SiteId, url: &str) -> Result<bool> {
        let changes = self.change(|it| {
            let same = it
                .site(site)
                .and_then(|it| it.webhook.as_ref())
                .is_some_and(|it| it.url.as_str() == url && !it.disabled);
            Ok(if same { it.disable_webhook(site) } else { Vec::new() })
        })?;
        if changes.is_empty() {
            return Ok(false);
        }
        self.commit(&changes, |it| it.audit(now(), None, audit::WEBHOOK_GONE, site.as_str()))?;
        Ok(true)
    }

    /// Notes which event of a conversation waits, or that none does, unless it was erased since.
    // HO131
    pub(super) fn put_undelivered(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        epoch: u32,
        event: Option<&UndeliveredEvent>,
    ) -> Result<()> {
        let began = self.standing(conversation.clone())?.map(|it| it.epoch);
        if began.is_some_and(|began| epoch < began) {
            return Ok(());
        }
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
        Ok(())
    }

    /// Whether a site's receiver, which is the only one who answers there, has taken nothing for so long
    /// that the desk takes over, although something waits for it. What has waited since before it last took
    /// something says nothing of it: an inbox refuses single events too.
    pub(super) fn is_inbox_away(&self, site: &SiteId) -> Result<bool> {
        let takes_over = |it: &WorkspaceState| it.answered(it.site(site)?).takes_over_after();
        let Some(after) = self.with_state(takes_over)? else { return Ok(false) };
        let rows = self.delivery_rows(site)?;
        let taken = rows.iter().filter(|it| matches!(it.outcome, DeliveryOutcome::Taken { .. }));
        let newest = taken.map(|it| it.at).max().unwrap_or_default();
        let longest: Option<UndeliveredEvent> = self.store.body(
            "SELECT body FROM undelivered WHERE site = ? AND since >= ? ORDER BY since, conversation LIMIT 1",
            vec![text(site.clone()), number(newest.as_millis())],
        )?;
        Ok(longest.is_some_and(|it| it.since.after(after) <= now()))
    }

    /// Notes whether a site's inbox is away. What everybody is to hear is that this changes; only whoever
    /// has something to send sees that by themselves.
    // AP42
    pub(super) fn notice_inbox(&self, site: &SiteId) -> Result<Option<News>> {
        let is_away = self.is_inbox_away(site)?;
        let of = || vec![text(site.clone())];
        let query = "SELECT 1 AS n FROM inboxes_away WHERE site = ?";
        let was_away = self.store.first::<NumberRow>(query, of())?.is_some();
        if is_away == was_away {
            return Ok(None);
        }
        let statement = if is_away {
            "INSERT INTO inboxes_away (site) VALUES (?)"
        } else {
            "DELETE FROM inboxes_away WHERE site = ?"
        };
        self.store.run(statement, of())?;
        Ok(Some(News::Facts))
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
        let statement = "DELETE FROM undelivered WHERE conversation = ?";
        Ok(self.store.run(statement, vec![text(conversation.clone())])?)
    }

    /// Nothing of a conversation that is erased stays in the list of deliveries.
    pub(super) fn forget_deliveries(&self, conversation: &ConversationId) -> Result<()> {
        let statement = "DELETE FROM deliveries WHERE conversation = ?";
        Ok(self.store.run(statement, vec![text(conversation.clone())])?)
    }

    /// Notes what conversations have tried to deliver, unless it was erased since, and forgets what is too
    /// old.
    // HO73, HO131
    pub(super) fn put_deliveries(&self, site: &SiteId, rows: &[Tried]) -> Result<()> {
        self.transact(|| {
            for tried in rows {
                let row = &tried.row;
                let began = self.standing(row.conversation.clone())?.map(|it| it.epoch);
                if !tried.may_be_kept(began) {
                    continue;
                }
                self.store.run(
                    "INSERT INTO deliveries (site, conversation, seq, body) VALUES (?, ?, ?, ?)",
                    vec![
                        text(site.clone()),
                        text(row.conversation.clone()),
                        number(row.seq.0),
                        json(row)?,
                    ],
                )?;
            }
            Ok(self.store.run(
                "DELETE FROM deliveries WHERE site = ? AND no <= (SELECT no FROM deliveries
                 WHERE site = ? ORDER BY no DESC LIMIT 1 OFFSET ?)",
                vec![text(site.clone()), text(site.clone()), number(DELIVERY_ROWS)],
            )?)
        })
    }

    /// The last attempts to deliver something of a site, newest first.
    fn deliveries(&self, site: &SiteId) -> Result<Vec<DeliveryRow>> {
        self.with_state(|it| it.site(site).map(|_| ()).ok_or(Refusal::NotFound))??;
        self.delivery_rows(site)
    }

    fn delivery_rows(&self, site: &SiteId) -> Result<Vec<DeliveryRow>> {
        Ok(self.store.bodies(
            "SELECT body FROM deliveries WHERE site = ? ORDER BY no DESC LIMIT ?",
            vec![text(site.clone()), number(DELIVERY_ROWS)],
        )?)
    }

    /// Has a conversation try its undelivered event at once, leave it out, or send one once more that is
    /// done with. The row stays until the conversation says what came of it: where nothing changes, it
    /// says nothing. `NotFound` if there is no row of it.
    fn deliver(&self, site: &SiteId, form: &DeliveryForm) -> Result<Done> {
        let of = vec![text(form.conversation.clone()), text(site.clone())];
        let waits = |of| -> Result<UndeliveredEvent> {
            let query = "SELECT body FROM undelivered WHERE conversation = ? AND site = ?";
            Ok(self.store.body(query, of)?.ok_or(Refusal::NotFound)?)
        };
        match form.action {
            DeliveryAction::Retry => waits(of).map(drop)?,
            // It is shown no longer at once, and again if its conversation was just trying it.
            DeliveryAction::Skip if waits(of.clone())?.seq == form.seq => {
                self.forget_undelivered(&form.conversation)?;
            }
            DeliveryAction::Skip => (),
            DeliveryAction::Replay => {
                let known: Option<NumberRow> = self.store.first(
                    "SELECT 1 AS n FROM deliveries WHERE conversation = ? AND site = ? AND seq = ?",
                    [of, vec![number(form.seq.0)]].concat(),
                )?;
                known.ok_or(Refusal::NotFound)?;
            }
        }
        let effect = Effect::Deliver {
            conversation: form.conversation.clone(),
            seq: form.seq,
            action: form.action,
        };
        let what = format!("{site} {} {:?}", form.seq.0, form.action);
        Ok(Done::nothing().about(&what).then(Some(effect)))
    }

    /// The conversations of a site that wait for its webhook, after one, in their order, page by page.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    pub fn waiting_for_webhook(
        &self,
        site: &SiteId,
        after: Option<&ConversationId>,
    ) -> Result<Vec<ConversationId>> {
        let rows: Vec<ConversationRow> = self.store.rows(
            "SELECT conversation FROM undelivered WHERE site = ? AND conversation > ?
             ORDER BY conversation LIMIT ?",
            vec![
                text(site.clone()),
                text(after.map_or("", ConversationId::as_str)),
                number(REGISTER_PAGE),
            ],
        )?;
        Ok(rows.into_iter().map(|it| it.conversation).collect())
    }
}

impl WorkspaceState {
    /// Sends no more to a site's webhook: its receiver said that it is gone.
    #[must_use]
    pub fn disable_webhook(&mut self, id: &SiteId) -> Vec<Change> {
        let Some(row) = self.sites.get_mut(id) else { return Vec::new() };
        if let Some(webhook) = &mut row.webhook {
            webhook.disabled = true;
        }
        vec![put(Row::Site(id.clone(), Box::new(row.clone())))]
    }
}
