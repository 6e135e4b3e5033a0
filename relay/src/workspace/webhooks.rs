//! A site's webhook beside its address: its secrets, whether it is paused, and a test of it. Its address
//! and whether its receiver may answer are fields of the site's form (`sites.rs`).

use inbox_host::forward;
use inbox_protocol::{
    Refusal,
    http::{NewSecret, PauseForm, PreviousSecret, Webhook},
};
use inbox_types::{Action, SiteId, Timestamp, limits::SECRET_OVERLAP};

use super::{
    command::{Call, Command, Done, Effect, Method, Run},
    news::News,
    state::{Change, Row, WorkspaceState, put},
    tables::{Result, Workspace},
};
use crate::{
    platform::{now, random},
    signed::keys::base32,
};

/// What can be done with webhooks.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "rotate_secret",
        method: Method::Post,
        path: "/v1/sites/{id}/secret",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(Workspace::rotate_secret),
    },
    Command {
        name: "end_secret",
        method: Method::Delete,
        path: "/v1/sites/{id}/previous-secret",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let id = call.id()?;
            Ok(workspace.changed(|it| it.end_secret(&id, now()))?.about(&id))
        }),
    },
    Command {
        name: "pause_webhook",
        method: Method::Put,
        path: "/v1/sites/{id}/pause",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| workspace.pause_webhook(&call.id()?, call.form()?)),
    },
    Command {
        name: "ping_webhook",
        method: Method::Post,
        path: "/v1/sites/{id}/ping",
        needs: Some(Action::Administer),
        audited: true,
        tells: None,
        run: Run::Now(|workspace, call| workspace.ping_webhook(&call.id()?)),
    },
];

impl Workspace {
    /// Makes a new secret, and answers with it: nobody is told it again.
    fn rotate_secret(&self, call: &Call<'_>) -> Result<Done> {
        let id = call.id()?;
        let (secret, by) = (inbox_signing::secret(&random()), self.linked(call.by)?);
        self.changed(|it| {
            let before = it.site(&id).cloned();
            it.rotate_secret(&id, secret.clone(), now())?;
            Ok(it.note_secrets(&id, before.as_ref(), by.as_ref()))
        })?;
        let about = by.map_or_else(|| id.to_string(), |it| it.written_down(&id));
        Ok(Done::with(&NewSecret { secret }).about(&about))
    }

    /// Pauses what is sent, or lets it go on. What waits for that is woken.
    fn pause_webhook(&self, id: &SiteId, form: PauseForm) -> Result<Done> {
        let done = self.changed(|it| it.pause_webhook(id, form.paused))?;
        let effect = (!form.paused).then(|| Effect::WakeUndelivered(id.clone()));
        Ok(done.about(id).then(effect))
    }

    /// Has a test sent. It goes out also while the webhook is paused or off: that is when one wants to
    /// know whether its receiver is back.
    fn ping_webhook(&self, id: &SiteId) -> Result<Done> {
        let webhook = self.with_state(|it| it.site(id).and_then(|it| it.webhook.clone()))?;
        let webhook = webhook.ok_or(Refusal::NotFound)?;
        let now = now();
        let effect = Effect::Ping {
            delivery: forward::ping(id, &base32(&random::<8>()), now),
            secrets: webhook.secrets(now).into_iter().map(str::to_owned).collect(),
            url: webhook.url,
        };
        Ok(Done::nothing().about(id).then(Some(effect)))
    }
}

impl WorkspaceState {
    /// Signs with a new secret from now on. The one before holds beside it for a while, so that a
    /// receiver can take over the new one without refusing anything meanwhile.
    ///
    /// # Errors
    ///
    /// `NotFound` if the site has no webhook, `State` while two secrets hold already.
    pub fn rotate_secret(
        &mut self,
        id: &SiteId,
        secret: String,
        now: Timestamp,
    ) -> Result<Vec<Change>, Refusal> {
        self.change_webhook(id, |webhook| {
            if webhook.previous_at(now).is_some() {
                return Err(Refusal::State);
            }
            let before = std::mem::replace(&mut webhook.secret, secret);
            webhook.secret_made = now;
            webhook.previous =
                Some(PreviousSecret { secret: before, until: now.after(SECRET_OVERLAP) });
            Ok(())
        })
    }

    /// Ends the secret before the newest one.
    ///
    /// # Errors
    ///
    /// `NotFound` if the site has no webhook, `State` if only one secret holds.
    pub fn end_secret(&mut self, id: &SiteId, now: Timestamp) -> Result<Vec<Change>, Refusal> {
        self.change_webhook(id, |webhook| {
            let holds = webhook.previous_at(now).is_some();
            webhook.previous = None;
            if holds { Ok(()) } else { Err(Refusal::State) }
        })
    }

    /// Sends nothing more to a site's webhook, or goes on.
    ///
    /// # Errors
    ///
    /// `NotFound` if the site has no webhook.
    pub fn pause_webhook(&mut self, id: &SiteId, paused: bool) -> Result<Vec<Change>, Refusal> {
        self.change_webhook(id, |webhook| {
            webhook.paused = paused;
            Ok(())
        })
    }

    fn change_webhook(
        &mut self,
        id: &SiteId,
        change: impl FnOnce(&mut Webhook) -> Result<(), Refusal>,
    ) -> Result<Vec<Change>, Refusal> {
        let row = self.sites.get_mut(id).filter(|it| !it.deleted).ok_or(Refusal::NotFound)?;
        let mut webhook = row.webhook.clone().ok_or(Refusal::NotFound)?;
        change(&mut webhook)?;
        row.webhook = Some(webhook);
        Ok(vec![put(Row::Site(id.clone(), Box::new(row.clone())))])
    }
}

#[cfg(test)]
mod tests {
    use inbox_types::{Millis, SiteSettings};

    use super::*;
    use crate::{
        forward::target::Reach,
        workspace::fixture::{NOW, id, shop, site_form},
    };

    /// A shop whose webhook signs with `one`.
    fn with_webhook() -> WorkspaceState {
        let mut state = shop();
        let mut form = site_form(SiteSettings::default());
        form.webhook_url = Some("https://hooks.example/a".to_owned().try_into().expect("short"));
        let new = || ("one".to_owned(), NOW);
        state.put_site(id("main-s"), form, Reach::Public, |_| true, new).expect("a site");
        state
    }

    fn secrets(state: &WorkspaceState, now: Timestamp) -> Vec<String> {
        let webhook = state.sites[&id("main-s")].webhook.as_ref().expect("a webhook");
        webhook.secrets(now).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn two_secrets_hold_until_the_old_one_is_ended_or_its_time_is_over() {
        let (mut state, site) = (with_webhook(), id("main-s"));
        assert_eq!(state.end_secret(&site, NOW), Err(Refusal::State));
        state.rotate_secret(&site, "two".to_owned(), NOW).expect("a new secret");
        assert_eq!(secrets(&state, NOW), ["two", "one"]);
        // A third would end the first before anybody said so.
        assert_eq!(state.rotate_secret(&site, "three".to_owned(), NOW), Err(Refusal::State));
        assert_eq!(secrets(&state, NOW), ["two", "one"]);
        let last = Timestamp::from_millis(NOW.after(SECRET_OVERLAP).as_millis() - 1);
        assert_eq!(secrets(&state, last), ["two", "one"]);
        let over = NOW.after(SECRET_OVERLAP);
        assert_eq!(secrets(&state, over), ["two"]);
        state.rotate_secret(&site, "three".to_owned(), over).expect("a new secret");
        assert_eq!(secrets(&state, over), ["three", "two"]);
        state.end_secret(&site, over.after(Millis(1))).expect("ended");
        assert_eq!(secrets(&state, over), ["three"]);
    }

    #[test]
    fn a_site_without_a_webhook_has_no_secret_and_nothing_to_pause() {
        let (mut state, site) = (shop(), id("main-s"));
        let before = state.clone();
        let answers = [
            state.rotate_secret(&site, "two".to_owned(), NOW),
            state.end_secret(&site, NOW),
            state.pause_webhook(&site, true),
            state.pause_webhook(&id("main-x"), true),
        ];
        assert!(answers.iter().all(|it| *it == Err(Refusal::NotFound)), "{answers:?}");
        assert_eq!(state, before);
    }

    #[test]
    fn a_pause_outlives_another_save_and_another_address() {
        let (mut state, site) = (with_webhook(), id("main-s"));
        state.pause_webhook(&site, true).expect("paused");
        for url in ["https://hooks.example/a", "https://hooks.example/b"] {
            let mut form = site_form(SiteSettings::default());
            form.webhook_url = Some(url.to_owned().try_into().expect("short"));
            state
                .put_site(site.clone(), form, Reach::Public, |_| true, Default::default)
                .expect("saved");
            assert!(state.sites[&site].webhook.as_ref().expect("a webhook").paused, "{url}");
        }
    }
}
