//! The settings: sites, departments, members, canned replies, topics, how the team works.

mod account;
mod api_keys;
mod audit;
mod canned;
mod deliveries;
mod delivery_log;
mod hours;
mod inbox;
mod lists;
mod members;
mod sites;
mod workspace;

use inbox_protocol::http::Administration;
use inbox_text::{Phrase, console};
use leptos::prelude::*;

use super::{
    controls::Waiting,
    icon::{Icon, Shape},
    say, use_console,
};
use crate::model::{AdminMsg, Change, Dialog, Model, Msg, Route, Section, Spot};

const PLACES: [(Section, Phrase); 9] = [
    (Section::Sites, console::SITES),
    (Section::Departments, console::DEPARTMENTS),
    (Section::Hours, console::HOURS),
    (Section::Members, console::MEMBERS),
    (Section::Canned, console::CANNED),
    (Section::Topics, console::TOPICS),
    (Section::ApiKeys, console::API_KEYS),
    (Section::Workspace, console::WORKSPACE),
    (Section::Audit, console::AUDIT),
];

/// The settings, with their own column of places.
#[component]
pub(super) fn Settings() -> impl IntoView {
    let console = use_console();
    let administers = console.slice(|it| it.sign_in.administers());
    let edits_canned = console.slice(Model::edits_canned);
    let places = move || {
        let places = match (administers.get(), edits_canned.get()) {
            (true, _) => PLACES.to_vec(),
            (false, true) => vec![(Section::Canned, console::CANNED)],
            (false, false) => Vec::new(),
        };
        let account = (Section::Account, console::ACCOUNT);
        places
            .into_iter()
            .chain([account])
            .map(|(section, name)| view! { <Place section name /> })
            .collect_view()
    };
    view! {
        <div class="settings">
            <nav class="settings-places" aria-label=say(&console::SETTINGS)>
                <h1>{say(&console::SETTINGS)}</h1>
                <ul>{places}</ul>
            </nav>
            <main class="settings-page"><Page /></main>
        </div>
    }
}

#[component]
fn Place(section: Section, name: Phrase) -> impl IntoView {
    let console = use_console();
    let href = Route::Settings(section.clone()).fragment();
    let here =
        console.slice(move |it| match (&it.route, &section) {
            (Route::Settings(Section::Site(_) | Section::NewSite), Section::Sites)
            | (
                Route::Settings(Section::SiteHours(_) | Section::DepartmentHours(_)),
                Section::Hours,
            ) => true,
            (Route::Settings(here), _) => *here == section,
            (
                Route::Desk
                | Route::List(_)
                | Route::Conversation(_)
                | Route::Campaigns
                | Route::CampaignSettings
                | Route::Campaign(_)
                | Route::CampaignReport(_)
                | Route::SignInLink(_)
                | Route::Invitation(_),
                _,
            ) => false,
        });
    view! { <li><a href=href aria-current=move || here.get().then_some("page")>{say(&name)}</a></li> }
}

#[component]
fn Page() -> impl IntoView {
    let console = use_console();
    let section = console.slice(|it| match &it.route {
        Route::Settings(section) => section.clone(),
        Route::Desk
        | Route::List(_)
        | Route::Conversation(_)
        | Route::Campaigns
        | Route::CampaignSettings
        | Route::Campaign(_)
        | Route::CampaignReport(_)
        | Route::SignInLink(_)
        | Route::Invitation(_) => Section::Account,
    });
    let known = console.slice(|it| it.admin.data.is_some());
    let administers = console.slice(|it| it.sign_in.administers());
    let edits_canned = console.slice(Model::edits_canned);
    move || {
        if !administers.get() {
            return if section.get() == Section::Canned && edits_canned.get() {
                view! { <canned::CannedReplies /> }.into_any()
            } else {
                view! { <account::Account /> }.into_any()
            };
        }
        match (section.get(), known.get()) {
            (Section::Account, _) => view! { <account::Account /> }.into_any(),
            (Section::Audit, _) => view! { <audit::Audit /> }.into_any(),
            (_, false) => {
                let problem = console.slice(|it| it.admin.problem.clone());
                view! { <Waiting problem /> }.into_any()
            }
            (Section::Sites, true) => view! { <sites::Sites /> }.into_any(),
            (Section::NewSite, true) => view! { <sites::NewSite /> }.into_any(),
            (Section::Site(id), true) => view! { <sites::SitePage id /> }.into_any(),
            (Section::Hours, true) => view! { <hours::AllHours /> }.into_any(),
            (Section::SiteHours(id), true) => view! { <hours::SiteHours id /> }.into_any(),
            (Section::DepartmentHours(id), true) => {
                view! { <hours::DepartmentHours id /> }.into_any()
            }
            (Section::Departments, true) => view! { <lists::Departments /> }.into_any(),
            (Section::Members, true) => view! { <members::Members /> }.into_any(),
            (Section::Canned, true) => view! { <canned::CannedReplies /> }.into_any(),
            (Section::ApiKeys, true) => view! { <api_keys::ApiKeys /> }.into_any(),
            (Section::Topics, true) => view! { <lists::Topics /> }.into_any(),
            (Section::Workspace, true) => view! { <workspace::Workspace /> }.into_any(),
        }
    }
}

/// A slice of the settings; the page is shown only when they are known.
fn admin<T: PartialEq + Default + Send + Sync + 'static>(
    read: impl Fn(&Administration) -> T + Send + Sync + 'static,
) -> Memo<T> {
    use_console().slice(move |it| it.admin.data.as_ref().map(|it| read(it)).unwrap_or_default())
}

/// Departments as a drop-down has them, with "none" first.
fn department_options(none: &Phrase) -> Vec<(String, String)> {
    let departments = admin(|it| it.departments.clone()).get_untracked();
    let named = departments.into_iter().map(|it| (it.id.to_string(), it.name.as_str().to_owned()));
    [(String::new(), say(none))].into_iter().chain(named).collect()
}

#[component]
fn PageHead(title: Phrase, hint: Phrase) -> impl IntoView {
    view! {
        <header class="settings-head">
            <h2>{say(&title)}</h2>
            <p class="muted">{say(&hint)}</p>
        </header>
    }
}

/// A button that asks before it takes something away.
#[component]
fn Delete(
    /// What it is called.
    #[prop(into)]
    name: String,
    /// What would be done.
    change: Change,
) -> impl IntoView {
    let console = use_console();
    let label = say(&console::delete_named(&name));
    let ask = move |_| {
        let change = Box::new(change.clone());
        console.send(Msg::Opened(Dialog::Confirm { name: name.clone(), change }));
    };
    view! {
        <button type="button" class="button quiet icon-only" aria-label=label.clone() title=label on:click=ask>
            <Icon shape=Shape::Trash />
        </button>
    }
}

/// What went wrong with the last change, where it was asked for.
#[component]
fn Problem(
    /// The line of a list; none is the page's own form.
    #[prop(optional)]
    at: Option<Spot>,
) -> impl IntoView {
    let problem = use_console().slice(move |it| {
        // A question over the page says it itself.
        let here = it.admin.at == at && it.dialog.is_none();
        it.admin.problem.clone().filter(|_| here)
    });
    view! { <super::controls::ProblemLine problem /> }
}

/// A text to be copied.
#[component]
fn CopyLine(
    /// What is copied.
    text: String,
    /// What it is called.
    label: Phrase,
) -> impl IntoView {
    let console = use_console();
    let copied = text.clone();
    let name = say(&label);
    view! {
        <div class="copy-line">
            <code dir="ltr" tabindex="0" role="textbox" aria-readonly="true" aria-label=name>{text}</code>
            <button type="button" class="button" on:click=move |_| console.send(Msg::Copy(copied.clone()))>
                <Icon shape=Shape::Copy />
                {say(&console::COPY)}
            </button>
        </div>
    }
}

/// A button that has the relay change something at once.
#[component]
fn ChangeButton(
    /// What it is called.
    label: Phrase,
    /// What it does.
    change: Change,
) -> impl IntoView {
    let console = use_console();
    let busy = console.slice(|it| it.admin.busy);
    let press = move |_| console.send(Msg::Admin(AdminMsg::Change(change.clone())));
    view! {
        <button type="button" class="button" disabled=move || busy.get() on:click=press>
            {say(&label)}
        </button>
    }
}

/// The button that ends a form.
#[component]
fn Submit(label: Phrase) -> impl IntoView {
    let busy = use_console().slice(|it| it.admin.busy);
    view! {
        <button type="submit" class="button primary" disabled=move || busy.get()>{say(&label)}</button>
    }
}
