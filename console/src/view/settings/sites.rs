//! Sites: who may embed the widget, how it looks, what visitors meet.

use inbox_protocol::http::Site;
use inbox_text::{Phrase, console};
use inbox_types::{SiteId, SiteSettings, Text};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::{Area, Field, Select, Switch},
        icon::{Icon, Shape},
        say,
        unsaved::{Form, held_while_unsaved},
        use_console,
    },
    CopyLine, Delete, PageHead, Problem, Submit, admin,
    deliveries::Deliveries,
    department_options,
    inbox::Inbox,
};
use crate::model::{
    AdminMsg, Change, Edited, Msg, Route, Section, SiteDraft,
    origins::{origins, policy},
};

#[component]
pub(super) fn Sites() -> impl IntoView {
    let sites = admin(|it| it.sites.clone());
    let line = |site: Site| {
        let href = Route::Settings(Section::Site(site.id)).fragment();
        let origins: Vec<String> = site.origins.iter().map(|it| it.as_str().to_owned()).collect();
        view! {
            <li class="item">
                <a class="grow item-link" href=href>
                    <strong>{site.name.as_str().to_owned()}</strong>
                    <span class="muted">{origins.join(", ")}</span>
                </a>
            </li>
        }
    };
    view! {
        <PageHead title=console::SITES hint=console::SITES_HINT />
        <ul class="items">{move || sites.get().into_iter().map(line).collect_view()}</ul>
        <a class="button primary" href=Route::Settings(Section::NewSite).fragment()>
            <Icon shape=Shape::Plus />{say(&console::SITE_NEW)}
        </a>
    }
}

/// A site that does not exist yet.
#[component]
pub(super) fn NewSite() -> impl IntoView {
    view! {
        <PageHead title=console::SITE_NEW hint=console::SITE_NEW_HINT />
        <NewSiteForm />
    }
}

/// Name and address; all else has a default, and can be changed once there is a site.
#[component]
fn NewSiteForm() -> impl IntoView {
    let console = use_console();
    let (name, address) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = Form::new(move || (name.get(), address.get()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submits();
        let draft = SiteDraft::new(name.get_untracked(), address.get_untracked());
        let msg = match draft.form() {
            Ok(site) => AdminMsg::Change(Change::CreateSite(Box::new(site))),
            Err(problem) => AdminMsg::Wrong(problem),
        };
        console.send(Msg::Admin(msg));
    };
    view! {
        <form class="settings-form" on:submit=submit>
            <section class="group">
                <Field label=console::FIELD_NAME value=name />
                <Field label=console::SITE_ADDRESS value=address />
                <Meant typed=address />
            </section>
            <Problem />
            <Submit label=console::SITE_NEW />
        </form>
    }
}

/// The origins that are meant by what is typed, where that is not what is typed.
#[component]
fn Meant(
    /// What is typed.
    typed: RwSignal<String>,
) -> impl IntoView {
    let meant = Memo::new(move |_| {
        let typed = typed.get();
        let origins = origins(&typed).unwrap_or_default();
        let said: Vec<&str> = origins.iter().map(Text::as_str).collect();
        let is_said = said == typed.split_whitespace().collect::<Vec<_>>();
        (!is_said).then(|| said.join(", "))
    });
    view! {
        <p class="muted" role="status">
            {move || meant.get().filter(|it| !it.is_empty()).map(|it| say(&console::origins_meant(&it)))}
        </p>
    }
}

#[component]
pub(super) fn SitePage(id: SiteId) -> impl IntoView {
    let site = admin(move |it| it.sites.iter().find(|it| it.id == id).cloned());
    let site = held_while_unsaved(site);
    move || match site.get() {
        Some(site) => view! { <OneSite site /> }.into_any(),
        None => view! { <p class="muted">{say(&console::REFUSED_NOT_FOUND)}</p> }.into_any(),
    }
}

#[component]
fn OneSite(site: Site) -> impl IntoView {
    let name = site.name.as_str().to_owned();
    let own_inbox = site.clone();
    let id = site.id.clone();
    let undelivered =
        site.undelivered.clone().map(|it| view! { <Deliveries site=id undelivered=it /> });
    view! {
        <header class="settings-head with-action">
            <h2 class="grow">{name.clone()}</h2>
            <Delete name=name change=Change::DeleteSite(site.id.clone()) />
        </header>
        <section class="group">
            <h3>{say(&console::SCRIPT_TAG)}</h3>
            <p class="muted">{say(&console::SCRIPT_TAG_HINT)}</p>
            <CopyLine text=site.script_tag.clone() label=console::SCRIPT_TAG />
        </section>
        {policy(&site.script_tag).map(|text| view! {
            <section class="group">
                <h3>{say(&console::CSP)}</h3>
                <p class="muted">{say(&console::CSP_HINT)}</p>
                <CopyLine text label=console::CSP />
            </section>
        })}
        <SiteForm draft=SiteDraft::of(&site) id=site.id />
        {undelivered}
        <Inbox site=own_inbox />
    }
}

/// The switches of a site, each with what it reads and what it sets.
type Toggle = (Phrase, fn(&SiteSettings) -> bool, fn(&mut SiteSettings, bool));

const TOGGLES: [Toggle; 9] = [
    (console::SET_SHOW_JOINS, |it| it.show_joins, |it, on| it.show_joins = on),
    (console::SET_STILL, |it| it.ask_still_questions, |it, on| it.ask_still_questions = on),
    (console::SET_RATING, |it| it.ask_rating, |it, on| it.ask_rating = on),
    (console::SET_RATING_MANDATORY, |it| it.rating_mandatory, |it, on| it.rating_mandatory = on),
    (console::SET_TOPIC, |it| it.topic_mandatory, |it, on| it.topic_mandatory = on),
    (console::SET_REASON, |it| it.wrapup_reason_required, |it, on| it.wrapup_reason_required = on),
    (
        console::SET_FORCE_LANGUAGE,
        |it| it.force_main_language,
        |it, on| it.force_main_language = on,
    ),
    (
        console::SET_BRACKETS,
        |it| it.reserve_angle_brackets,
        |it, on| it.reserve_angle_brackets = on,
    ),
    (console::SET_MASK, |it| it.mask_sensitive, |it, on| it.mask_sensitive = on),
];

#[component]
fn SiteForm(draft: SiteDraft, id: SiteId) -> impl IntoView {
    let console = use_console();
    let name = RwSignal::new(draft.name.clone());
    let addresses = RwSignal::new(draft.origins.clone());
    let department = RwSignal::new(draft.department.clone());
    let settings = RwSignal::new(draft.settings.clone());
    let main_language = RwSignal::new(draft.main_language.clone());
    let inactivity = RwSignal::new(draft.inactivity.clone());
    let reopen = RwSignal::new(draft.reopen.clone());
    let visitor_chars = RwSignal::new(draft.visitor_chars.clone());
    let agent_chars = RwSignal::new(draft.agent_chars.clone());
    let color = RwSignal::new(draft.color.clone());
    let title = RwSignal::new(draft.title.clone());
    let greeting = RwSignal::new(draft.greeting.clone());
    let secrets = RwSignal::new(draft.secrets.clone());
    let webhook = RwSignal::new(draft.webhook.clone());
    let answers = RwSignal::new(draft.answers);
    let key = RwSignal::new(draft.key.clone());
    let failover = RwSignal::new(draft.failover.clone());
    let was = draft;
    let typed = move || SiteDraft {
        name: name.get(),
        origins: addresses.get(),
        department: department.get(),
        settings: settings.get(),
        main_language: main_language.get(),
        inactivity: inactivity.get(),
        reopen: reopen.get(),
        visitor_chars: visitor_chars.get(),
        agent_chars: agent_chars.get(),
        color: color.get(),
        title: title.get(),
        greeting: greeting.get(),
        secrets: secrets.get(),
        webhook: webhook.get(),
        answers: answers.get(),
        key: key.get(),
        failover: failover.get(),
    };
    let form = Form::new(typed);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let draft = untrack(typed);
        let msg = match draft.form() {
            Err(problem) => AdminMsg::Wrong(problem),
            Ok(form) => {
                let was = was.form().unwrap_or_else(|_| form.clone());
                AdminMsg::Change(Change::SaveSite(id.clone(), Box::new(Edited::new(form, was))))
            }
        };
        form.submits();
        console.send(Msg::Admin(msg));
    };
    let toggle = move |(label, read, set): Toggle| {
        let on = Memo::new(move |_| settings.with(read));
        let set = Callback::new(move |on| settings.update(|it| set(it, on)));
        view! { <Switch label on set /> }
    };
    let at_start = Memo::new(move |_| settings.with(|it| it.appearance.at_start));
    let answers_on = Memo::new(move |_| answers.get());
    let only = Memo::new(move |_| settings.with(|it| it.only_elsewhere));
    let set_only = Callback::new(move |on| settings.update(|it| it.only_elsewhere = on));
    let notes = Memo::new(move |_| settings.with(|it| it.forward_notes));
    let set_notes = Callback::new(move |on| settings.update(|it| it.forward_notes = on));
    let set_answers = Callback::new(move |on| answers.set(on));
    let set_start = Callback::new(move |on| settings.update(|it| it.appearance.at_start = on));
    view! {
        <form class="settings-form" on:submit=submit>
            <section class="group">
                <h3>{say(&console::SITE_BASICS)}</h3>
                <Field label=console::FIELD_NAME value=name />
                <Area label=console::SITE_ORIGINS value=addresses />
                <Meant typed=addresses />
                <Area label=console::SITE_SECRETS value=secrets />
                <Select label=console::DEPARTMENT options=department_options(&console::DEPARTMENT_NONE) value=department />
            </section>
            <section class="group">
                <h3>{say(&console::SITE_LOOK)}</h3>
                <div class="columns">
                    <Field label=console::SITE_COLOR value=color kind="color" />
                    <Field label=console::SITE_TEAM_NAME value=title />
                </div>
                <Field label=console::SITE_GREETING value=greeting />
                <Switch label=console::SITE_AT_START on=at_start set=set_start />
            </section>
            <section class="group">
                <h3>{say(&console::SITE_RULES)}</h3>
                {TOGGLES.map(toggle).into_iter().collect_view()}
                <div class="columns">
                    <Field label=console::SITE_MAIN_LANGUAGE value=main_language />
                    <Field label=console::SITE_INACTIVITY value=inactivity kind="number" />
                    <Field label=console::SITE_REOPEN value=reopen kind="number" />
                    <Field label=console::SITE_VISITOR_CHARS value=visitor_chars kind="number" />
                    <Field label=console::SITE_AGENT_CHARS value=agent_chars kind="number" />
                </div>
            </section>
            <section class="group">
                <h3>{say(&console::WEBHOOK)}</h3>
                <p class="muted">{say(&console::WEBHOOK_HINT)}</p>
                <Field label=console::WEBHOOK_URL value=webhook kind="url" />
                <Switch label=console::WEBHOOK_NOTES on=notes set=set_notes />
                <Switch label=console::WEBHOOK_ANSWERS on=answers_on set=set_answers />
                <Show when=move || answers_on.get()>
                    <Field label=console::WEBHOOK_KEY value=key />
                    <Switch label=console::WEBHOOK_ONLY on=only set=set_only />
                    <Show when=move || only.get()>
                        <Field label=console::WEBHOOK_FAILOVER value=failover kind="number" />
                    </Show>
                </Show>
            </section>
            <Problem />
            <Submit label=console::SAVE />
        </form>
    }
}
