//! When teams are there: the hours of sites and departments, and what visitors would be told.

use inbox_text::console;
use inbox_types::{DepartmentId, OpeningHours, SiteId, Timestamp};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::Field,
        hours::{HoursEditor, HoursFields},
        language, say,
        unsaved::{Form, held_while_unsaved},
        use_console,
    },
    PageHead, Problem, Submit, admin,
};
use crate::{
    browser::intl::{self, Clocks},
    model::{
        AdminMsg, Change, Edited, Msg, Route, Section,
        hours::{HoursDraft, Told, told},
    },
};

/// Whose hours they are.
#[derive(Clone, PartialEq)]
enum Owner {
    Site(SiteId),
    Department(DepartmentId),
}

/// The hours of one of them.
#[derive(Clone, PartialEq)]
struct Owned {
    owner: Owner,
    name: String,
    hours: OpeningHours,
}

/// All sites and departments with their hours.
fn all_hours() -> Memo<Vec<Owned>> {
    admin(|it| {
        let sites = it.sites.iter().map(|it| Owned {
            owner: Owner::Site(it.id.clone()),
            name: it.name.as_str().to_owned(),
            hours: it.settings.proactive.opening_hours(),
        });
        let departments = it.departments.iter().map(|it| Owned {
            owner: Owner::Department(it.id.clone()),
            name: it.name.as_str().to_owned(),
            hours: it.hours.clone(),
        });
        sites.chain(departments).collect()
    })
}

/// Sites and departments, and whether each is there now.
#[component]
pub(super) fn AllHours() -> impl IntoView {
    let all = all_hours();
    let line = |Owned { owner, name, hours }: Owned| {
        let (section, kind) = match owner {
            Owner::Site(id) => (Section::SiteHours(id), None),
            Owner::Department(id) => (Section::DepartmentHours(id), Some(console::DEPARTMENT)),
        };
        let told = now_told(&hours);
        view! {
            <li class="item">
                <a class="grow item-link" href=Route::Settings(section).fragment()>
                    <strong>{name}</strong>
                    {kind.map(|it| view! { <span class="muted">{say(&it)}</span> })}
                </a>
                {state_chip(told.as_ref())}
            </li>
        }
    };
    view! {
        <PageHead title=console::HOURS hint=console::HOURS_HINT />
        <ul class="items">{move || all.get().into_iter().map(line).collect_view()}</ul>
    }
}

/// The hours of one site.
#[component]
pub(super) fn SiteHours(id: SiteId) -> impl IntoView {
    view! { <OneOwner owner=Owner::Site(id) /> }
}

/// The hours of one department.
#[component]
pub(super) fn DepartmentHours(id: DepartmentId) -> impl IntoView {
    view! { <OneOwner owner=Owner::Department(id) /> }
}

#[component]
fn OneOwner(owner: Owner) -> impl IntoView {
    let all = all_hours();
    let here = Memo::new(move |_| all.with(|it| it.iter().find(|it| it.owner == owner).cloned()));
    let here = held_while_unsaved(here);
    move || match here.get() {
        Some(owned) => view! { <HoursForm owned /> }.into_any(),
        None => view! { <p class="muted">{say(&console::REFUSED_NOT_FOUND)}</p> }.into_any(),
    }
}

#[component]
fn HoursForm(owned: Owned) -> impl IntoView {
    let console = use_console();
    let Owned { owner, name, hours } = owned;
    let mut draft = HoursDraft::of(&hours);
    // Whoever sets the first hours most likely means their own clocks.
    if hours == OpeningHours::default() {
        draft.zone = intl::own_zone();
    }
    let fields = HoursFields::new(draft);
    let was = StoredValue::new(hours);
    let form = Form::new(move || fields.draft());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let hours = untrack(move || fields.draft()).hours(intl::knows_zone);
        let msg = match hours {
            Err(problem) => AdminMsg::Wrong(problem),
            Ok(hours) => {
                let edited = Box::new(Edited::new(hours.clone(), was.get_value()));
                form.submits_and(move || was.set_value(hours.clone()));
                AdminMsg::Change(match &owner {
                    Owner::Site(id) => Change::SiteHours(id.clone(), edited),
                    Owner::Department(id) => Change::DepartmentHours(id.clone(), edited),
                })
            }
        };
        console.send(Msg::Admin(msg));
    };
    view! {
        <header class="settings-head"><h2>{name}</h2><p class="muted">{say(&console::HOURS_HINT)}</p></header>
        <form class="settings-form" on:submit=submit>
            <section class="group"><HoursEditor fields /></section>
            <Preview fields />
            <Problem />
            <Submit label=console::SAVE />
        </form>
    }
}

/// What visitors would be told, of what is typed and of any moment.
#[component]
fn Preview(fields: HoursFields) -> impl IntoView {
    let at = RwSignal::new(String::new());
    let zone = RwSignal::new(intl::own_zone());
    let told = Memo::new(move |_| {
        let hours = fields.draft().hours(intl::knows_zone).ok()?;
        let at = at.with(|it| intl::instant(it)).unwrap_or_else(intl::now);
        zone.with(|it| told_in(&hours, it.trim(), at))
    });
    let words = move || match told.get() {
        None => String::new(),
        Some(Told { words: Some(words), .. }) => say(&words),
        Some(Told { is_open: None, .. }) => say(&console::HOURS_SILENT),
        Some(Told { is_open: Some(_), .. }) => say(&console::HOURS_THERE),
    };
    view! {
        <section class="group hours-preview" aria-label=say(&console::HOURS_PREVIEW)>
            <h3>{say(&console::HOURS_PREVIEW)}</h3>
            <div class="columns">
                <Field label=console::HOURS_AT value=at kind="datetime-local" />
                <Field label=console::HOURS_READER value=zone />
            </div>
            <p role="status">{move || state_chip(told.get().as_ref())}" "<bdi>{words}</bdi></p>
        </section>
    }
}

fn state_chip(told: Option<&Told>) -> Option<impl IntoView + use<>> {
    let (class, phrase) = match told?.is_open {
        None => ("chip", console::HOURS_UNSET),
        Some(true) => ("chip good", console::HOURS_OPEN),
        Some(false) => ("chip warn", console::HOURS_CLOSED),
    };
    Some(view! { <span class=class>{say(&phrase)}</span> })
}

fn now_told(hours: &OpeningHours) -> Option<Told> {
    told_in(hours, &intl::own_zone(), intl::now())
}

/// What a visitor with the clocks of a zone is told; none if there is no such zone.
fn told_in(hours: &OpeningHours, zone: &str, at: Timestamp) -> Option<Told> {
    let clocks = (Clocks::named(hours.time_zone.as_str())?, Clocks::named(zone)?);
    let tag = language();
    let day = |at, named| intl::day_in(&tag, zone, at, named);
    let time = |at| intl::time_in(&tag, zone, at);
    Some(told(hours, (&clocks.0, &clocks.1), at, day, time))
}
