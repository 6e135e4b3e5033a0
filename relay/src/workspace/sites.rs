//! Sites: where the widget is embedded, what visitors meet there, and where messages are sent on to.

use inbox_protocol::{
    Refusal,
    http::{SiteForm, Webhook},
};
use inbox_types::{
    Action, OpeningHours, ProactiveSettings, SiteId, SiteSettings, Text, Timestamp,
    limits::{
        HOLIDAYS, MESSAGE_CHARS_MAX, OFFICE_HOURS, ORIGINS, SECRET_PARAMETERS, SITE_SPAN_MAX,
    },
};

use super::{
    command::{Call, Command, Done, Effect, Method, Run, new_site_id},
    news::News,
    state::{Change, Row, SiteRow, WorkspaceState, put, room_beside},
    tables::{Result, Workspace},
};
use crate::{
    forward::target::{Reach, target},
    hosts,
    platform::{is_zone, now, random},
};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// What can be done with sites.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "create_site",
        method: Method::Post,
        path: "/v1/sites",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| workspace.put_site(call, &new_site_id())),
    },
    Command {
        name: "put_site",
        method: Method::Put,
        path: "/v1/sites/{id}",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let id = call.id()?;
            workspace.with_state(|it| it.site(&id).map(|_| ()).ok_or(Refusal::NotFound))??;
            workspace.put_site(call, &id)
        }),
    },
    Command {
        name: "delete_site",
        method: Method::Delete,
        path: "/v1/sites/{id}",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let id = call.id()?;
            Ok(workspace.changed(|it| it.delete_site(&id))?.about(&id))
        }),
    },
    Command {
        name: "put_proactive",
        method: Method::Put,
        path: "/v1/sites/{id}/proactive",
        needs: Some(Action::EditCampaigns),
        audited: true,
        tells: None,
        run: Run::Now(|workspace, call| {
            let (id, form) = (call.id()?, call.form()?);
            Ok(workspace.changed(|it| it.put_proactive(&id, form, is_zone))?.about(&id))
        }),
    },
];

impl Workspace {
    /// Creates or replaces a site, and answers with it. What waits for another webhook is woken.
    fn put_site(&self, call: &Call<'_>, id: &SiteId) -> Result<Done> {
        let (form, by) = (call.form()?, self.linked(call.by)?);
        let config = self.config()?;
        let new_webhook = || (inbox_signing::secret(&random()), now());
        let row = |it: &WorkspaceState| it.site(id).cloned();
        let before = self.with_state(row)?;
        let put = self.changed(|it| {
            it.put_site(id.clone(), form, config.reach, is_zone, new_webhook)?;
            Ok(it.note_secrets(id, before.as_ref(), by.as_ref()))
        })?;
        let after = self.with_state(row)?;
        let webhook = |it: &Option<SiteRow>| it.as_ref().and_then(|it| it.webhook.clone());
        let (was, is) = (webhook(&before), webhook(&after));
        let effect = (was != is).then(|| Effect::WakeUndelivered(id.clone()));
        let is_new = |it: &Webhook| was.as_ref().is_none_or(|was| was.secret != it.secret);
        let new_secret = is.filter(is_new).map(|it| it.secret);
        let mut site = self.with_state(|it| {
            it.site(id).map(|row| it.site_view(id, row, &config.origins.widget, now()))
        })?;
        if let Some(webhook) = site.as_mut().and_then(|it| it.webhook.as_mut()) {
            webhook.secret = new_secret;
        }
        let makers = |it: &Option<SiteRow>| it.as_ref().map(|it| it.makers.clone());
        let sets_secrets =
            makers(&before).unwrap_or_default() != makers(&after).unwrap_or_default();
        let about = by.filter(|_| sets_secrets).map(|it| it.written_down(id));
        let done = Done::with(&site).then(effect).as_before(put.is_as_before);
        Ok(done.about(&about.unwrap_or_else(|| id.to_string())))
    }
}

impl WorkspaceState {
    /// Creates or replaces a site. `new_webhook` says with what secret a new webhook signs and since
    /// when the site has one, and `is_zone` knows the names of time zones. What holds for its campaigns is set when it is created, and by
    /// [`Self::put_proactive`] afterwards.
    ///
    /// # Errors
    ///
    /// If the form breaks a rule, or there is no such site.
    pub fn put_site(
        &mut self,
        id: SiteId,
        form: SiteForm,
        reach: Reach,
        is_zone: impl FnOnce(&str) -> bool,
        new_webhook: impl FnOnce() -> (String, Timestamp),
    ) -> Result<Vec<Change>, Refusal> {
        let known = self.sites.get(&id);
        if known.is_some_and(|it| it.deleted) {
            return Err(Refusal::NotFound);
        }
        if known.is_none() {
            room_beside(self.sites.values(), |it| it.deleted)?;
        }
        let row = SiteRow {
            origins: origins(&form.origins)?,
            department: self.known_department(form.department)?,
            webhook: webhook(
                form.webhook_url,
                (form.webhook_answers, form.settings.inbox_key.clone()),
                known.and_then(|it| it.webhook.clone()),
                reach,
                new_webhook,
            )?,
            settings: SiteSettings {
                proactive: match known {
                    Some(known) => known.settings.proactive.clone(),
                    None => proactive(form.settings.proactive.clone(), is_zone)?,
                },
                ..site_settings(form.settings)?
            },
            name: form.name,
            deleted: false,
            makers: known.map(|it| it.makers.clone()).unwrap_or_default(),
        };
        self.sites.insert(id.clone(), row.clone());
        Ok(vec![put(Row::Site(id, Box::new(row)))])
    }

    /// Serves a site no longer.
    ///
    /// # Errors
    ///
    /// If there is no such site.
    pub fn delete_site(&mut self, id: &SiteId) -> Result<Vec<Change>, Refusal> {
        let row = self.sites.get_mut(id).filter(|it| !it.deleted).ok_or(Refusal::NotFound)?;
        row.deleted = true;
        Ok(vec![put(Row::Site(id.clone(), Box::new(row.clone())))])
    }

    /// Sets what holds for all campaigns of a site.
    ///
    /// # Errors
    ///
    /// If there is no such site, or a value is outside of its bounds.
    pub fn put_proactive(
        &mut self,
        id: &SiteId,
        settings: ProactiveSettings,
        is_zone: impl FnOnce(&str) -> bool,
    ) -> Result<Vec<Change>, Refusal> {
        let row = self.sites.get_mut(id).filter(|it| !it.deleted).ok_or(Refusal::NotFound)?;
        row.settings.proactive = proactive(settings, is_zone)?;
        Ok(vec![put(Row::Site(id.clone(), Box::new(row.clone())))])
    }
}

fn origins(raw: &[Text<200>]) -> Result<Vec<Text<200>>, Refusal> {
    if ORIGINS < raw.len() {
        return Err(Refusal::TooMany);
    }
    raw.iter()
        .map(|it| {
            let origin = hosts::embedder(it.as_str()).map_err(|_| Refusal::Malformed)?;
            Text::try_from(origin).map_err(|_| Refusal::Malformed)
        })
        .collect()
}

fn site_settings(settings: SiteSettings) -> Result<SiteSettings, Refusal> {
    let chars = 1..=MESSAGE_CHARS_MAX;
    let color = settings.appearance.color.as_str();
    let is_color = color.len() == 7
        && color.starts_with('#')
        && color[1..].bytes().all(|it| it.is_ascii_hexdigit());
    let sane = chars.contains(&settings.visitor_max_chars)
        && chars.contains(&settings.agent_max_chars)
        && settings.secret_parameters.len() <= SECRET_PARAMETERS
        && [
            settings.inactivity,
            settings.reopen_window,
            settings.still_questions_wait,
            settings.failover,
        ]
        .iter()
        .all(|it| *it <= SITE_SPAN_MAX)
        && is_color;
    if sane { Ok(settings) } else { Err(Refusal::Malformed) }
}

/// What holds for all campaigns of a site, if it can.
pub(super) fn proactive(
    settings: ProactiveSettings,
    is_zone: impl FnOnce(&str) -> bool,
) -> Result<ProactiveSettings, Refusal> {
    check_hours(&settings.opening_hours(), is_zone)?;
    Ok(settings)
}

/// Refuses hours that are none, and zones that there are not.
pub(super) fn check_hours(
    hours: &OpeningHours,
    is_zone: impl FnOnce(&str) -> bool,
) -> Result<(), Refusal> {
    if OFFICE_HOURS < hours.week.len() || HOLIDAYS < hours.holidays.len() {
        return Err(Refusal::TooMany);
    }
    let sane = hours
        .week
        .iter()
        .all(|it| (1..=7).contains(&it.weekday) && it.from < it.until && it.until <= DAY)
        && hours.holidays.iter().all(|it| it.from <= it.until);
    if sane && is_zone(hours.time_zone.as_str()) { Ok(()) } else { Err(Refusal::Malformed) }
}

/// The webhook of a form: the same address keeps its secret, another one gets a new secret. Only where
/// there was none before does the past end: an address that is corrected is sent what is stored.
fn webhook(
    url: Option<Text<2_048>>,
    (answers, key): (bool, Option<Text<64>>),
    known: Option<Webhook>,
    reach: Reach,
    new_webhook: impl FnOnce() -> (String, Timestamp),
) -> Result<Option<Webhook>, Refusal> {
    if key.as_ref().is_some_and(|it| !inbox_signing::is_public_key(it.as_str())) {
        return Err(Refusal::Malformed);
    }
    let Some(url) = url else { return Ok(None) };
    target(url.as_str(), reach).map_err(|_| Refusal::Malformed)?;
    Ok(Some(match known {
        Some(known) if known.url == url => Webhook { disabled: false, answers, key, ..known },
        known => {
            let (secret, secret_made) = new_webhook();
            let (since, paused) = known.map_or((secret_made, false), |it| (it.since, it.paused));
            Webhook {
                url,
                secret,
                secret_made,
                disabled: false,
                paused,
                since,
                answers,
                key,
                previous: None,
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use inbox_types::{
        Millis, OfficeHours,
        limits::{FORMER_ITEMS, WORKSPACE_ITEMS},
    };

    use super::*;
    use crate::workspace::fixture::{id, name, shop, site_form, state};

    fn any_zone(_: &str) -> bool {
        true
    }

    fn site(origin: &str) -> SiteForm {
        SiteForm {
            name: name("Shop"),
            origins: vec![Text::try_from(origin.to_owned()).expect("short")],
            department: None,
            settings: SiteSettings::default(),
            webhook_url: None,
            webhook_answers: false,
        }
    }

    fn new_webhook() -> (String, Timestamp) {
        ("whsec_new".to_owned(), Timestamp::default())
    }

    #[test]
    fn an_origin_that_is_none_is_refused() {
        let (mut state, _) = state();
        for origin in
            ["*", "https://shop.example/path", "shop.example", "https://a.example; script-src *"]
        {
            let answer =
                state.put_site(id("main-s"), site(origin), Reach::Public, any_zone, new_webhook);
            assert_eq!(answer, Err(Refusal::Malformed), "{origin}");
        }
    }

    #[test]
    fn a_span_that_is_no_span_is_refused() {
        let (mut state, _) = state();
        let mut put = |change: fn(&mut SiteSettings, Millis), span| {
            let mut form = site("https://shop.example");
            change(&mut form.settings, span);
            state.put_site(id("main-s"), form, Reach::Public, any_zone, new_webhook).map(|_| ())
        };
        let spans: [fn(&mut SiteSettings, Millis); 4] = [
            |it, span| it.failover = span,
            |it, span| it.inactivity = span,
            |it, span| it.reopen_window = span,
            |it, span| it.still_questions_wait = span,
        ];
        for change in spans {
            assert_eq!(put(change, SITE_SPAN_MAX), Ok(()));
            for millis in [SITE_SPAN_MAX.0 + 1, 1 << 53, 1 << 63, u64::MAX] {
                assert_eq!(put(change, Millis(millis)), Err(Refusal::Malformed), "{millis}");
            }
        }
    }

    #[test]
    fn a_webhook_keeps_its_secret_until_its_address_changes() {
        let (mut state, _) = state();
        let mut put = |url: &str, secret: &str| {
            let mut form = site("https://shop.example");
            form.webhook_url = Some(url.to_owned().try_into().expect("short"));
            let new = || (secret.to_owned(), Timestamp::default());
            state.put_site(id("main-s"), form, Reach::Public, any_zone, new).map(|_| ())?;
            Ok::<_, Refusal>(state.sites[&id("main-s")].webhook.clone().expect("a webhook").secret)
        };
        assert_eq!(put("https://hooks.example/a", "one"), Ok("one".to_owned()));
        assert_eq!(put("https://hooks.example/a", "two"), Ok("one".to_owned()));
        assert_eq!(put("https://hooks.example/b", "two"), Ok("two".to_owned()));
        assert_eq!(put("https://10.0.0.1/", "three"), Err(Refusal::Malformed));
    }

    #[test]
    fn a_webhook_is_owed_what_happened_since_the_site_has_had_one_without_a_break() {
        let (mut state, _) = state();
        let at = Timestamp::from_millis;
        let mut put = |url: Option<&str>, now: u64| {
            let mut form = site("https://shop.example");
            form.webhook_url = url.map(|it| it.to_owned().try_into().expect("short"));
            let new = || ("whsec_".to_owned(), at(now));
            state.put_site(id("main-s"), form, Reach::Public, any_zone, new).expect("a site");
            state.sites[&id("main-s")].webhook.clone()
        };
        let (a, b) = (Some("https://hooks.example/a"), Some("https://hooks.example/b"));
        assert_eq!(put(a, 1).map(|it| it.since), Some(at(1)), "new");
        assert_eq!(put(a, 2).map(|it| it.since), Some(at(1)), "saved again");
        assert_eq!(put(b, 3).map(|it| it.since), Some(at(1)), "corrected");
        assert_eq!(put(None, 4), None);
        assert_eq!(put(b, 5).map(|it| it.since), Some(at(5)), "set anew");
        drop(state.disable_webhook(&id("main-s")));
        let again = put_again(&mut state, b.expect("an address"));
        assert_eq!((again.since, again.disabled), (at(5), false), "set again after 410");
    }

    fn put_again(state: &mut WorkspaceState, url: &str) -> Webhook {
        let mut form = site("https://shop.example");
        form.webhook_url = Some(url.to_owned().try_into().expect("short"));
        state.put_site(id("main-s"), form, Reach::Public, any_zone, new_webhook).expect("a site");
        state.sites[&id("main-s")].webhook.clone().expect("a webhook")
    }

    #[test]
    fn hours_and_zone_of_a_site_are_such() {
        let mut state = shop();
        let hours = |weekday, from, until| ProactiveSettings {
            office_hours: vec![OfficeHours { weekday, from, until }],
            ..ProactiveSettings::default()
        };
        let mut put = |settings, is_zone| {
            state.put_proactive(&id("main-s"), settings, |_| is_zone).map(|_| ())
        };
        assert_eq!(put(hours(7, 0, DAY), true), Ok(()));
        assert_eq!(put(hours(7, 0, DAY), false), Err(Refusal::Malformed));
        for (weekday, from, until) in [(0, 0, 1), (8, 0, 1), (1, 9, 9), (1, 0, DAY + 1)] {
            assert_eq!(put(hours(weekday, from, until), true), Err(Refusal::Malformed));
        }
    }

    #[test]
    fn a_site_that_was_deleted_keeps_no_other_out() {
        let (mut state, _) = state();
        let put = |state: &mut WorkspaceState, n: usize| {
            let form = site_form(SiteSettings::default());
            let new = Default::default;
            state.put_site(id(&format!("main-s{n}")), form, Reach::Public, |_| true, new)
        };
        for n in 0..WORKSPACE_ITEMS {
            put(&mut state, n).expect("a site");
        }
        assert_eq!(put(&mut state, WORKSPACE_ITEMS), Err(Refusal::TooMany));
        for n in 0..FORMER_ITEMS {
            state.delete_site(&id(&format!("main-s{n}"))).expect("deleted");
            let next = put(&mut state, WORKSPACE_ITEMS + n);
            assert_eq!(next.is_ok(), n + 1 < FORMER_ITEMS, "{n} were deleted");
            assert!(put(&mut state, WORKSPACE_ITEMS - 1 + n).is_ok(), "one that is there is saved");
        }
    }

    #[test]
    fn an_admin_who_saves_a_site_leaves_what_marketers_set() {
        let mut state = shop();
        let settings = ProactiveSettings { per_visit: 9, ..ProactiveSettings::default() };
        state.put_proactive(&id("main-s"), settings, |_| true).expect("settings");
        let form = site_form(SiteSettings::default());
        state
            .put_site(id("main-s"), form, Reach::Public, |_| true, Default::default)
            .expect("a site");
        assert_eq!(state.sites[&id("main-s")].settings.proactive.per_visit, 9);
    }
}
