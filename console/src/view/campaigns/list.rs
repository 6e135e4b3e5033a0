//! The campaigns of a site, in the order in which they may speak.

use std::collections::BTreeMap;

use inbox_protocol::http::CampaignForm;
use inbox_text::{Phrase, console};
use inbox_types::{CampaignId, CampaignStatus, Counts, Language, Name, SiteId, Words};
use leptos::prelude::*;

use super::{
    super::{
        Value,
        icon::{Icon, Shape},
        language,
        menu::{Item, Menu},
        say, use_console, write,
    },
    Speaker,
    parts::Problem,
};
use crate::{
    browser::dom,
    model::{
        CampaignChange, CampaignMsg, Dialog, Leave, Model, Msg, Route,
        campaigns::{Standing, Template, blank, report, sentence},
    },
};

const DAY: u64 = 24 * 3_600_000;

/// The list with its head.
#[component]
pub(super) fn List() -> impl IntoView {
    let console = use_console();
    let listed = console.slice(|it| it.campaigns.listed());
    let archived = console.slice(|it| it.campaigns.archived);
    let has_site = console.slice(|it| it.campaigns.here().is_some());
    let dragged = RwSignal::new(None::<CampaignId>);
    let moved = console.slice(|it| {
        let id = it.campaigns.moved.as_ref()?;
        let listed = it.campaigns.listed();
        let place = listed.iter().position(|it| it == id)? + 1;
        let name = it.campaigns.find(id)?.plan.name.as_str();
        let total = listed.len().to_string();
        Some(say(&console::campaign_place(name, &place.to_string(), &total)))
    });
    let show = move |event| {
        console.send(Msg::Campaign(CampaignMsg::Archived(event_target_checked(&event))));
    };
    view! {
        <header class="marketing-head">
            <div class="grow">
                <h1>{say(&console::CAMPAIGNS)}</h1>
                <p class="muted">{say(&console::CAMPAIGNS_HINT)}</p>
            </div>
            <SiteSelect />
            <Show when=move || has_site.get()><New /></Show>
        </header>
        <Problem />
        <p class="unseen" role="status">{move || moved.get()}</p>
        <ul class="campaigns">
            <For each=move || listed.get() key=|id| id.clone() let:id>
                <Campaign id dragged />
            </For>
        </ul>
        <Show when=move || listed.with(Vec::is_empty)>
            {move || match (has_site.get(), archived.get()) {
                (false, _) => view! { <p class="muted">{say(&console::CAMPAIGNS_NO_SITE)}</p> }.into_any(),
                (true, true) => view! { <p class="muted">{say(&console::CAMPAIGNS_NONE_ARCHIVED)}</p> }.into_any(),
                (true, false) => view! { <Empty /> }.into_any(),
            }}
        </Show>
        <Show when=move || has_site.get()>
            <footer class="marketing-foot">
                <label class="check">
                    <input type="checkbox" prop:checked=archived on:change=show />
                    <span>{say(&console::CAMPAIGNS_ARCHIVED)}</span>
                </label>
                <a href=Route::CampaignSettings.fragment()>{say(&console::CAMPAIGN_RULES)}</a>
            </footer>
        </Show>
    }
}

/// Which site; nothing where there is only one.
#[component]
pub(super) fn SiteSelect() -> impl IntoView {
    let console = use_console();
    let sites = console.slice(|it| {
        let sites = it.campaigns.data.as_ref().map(|it| it.sites.as_slice()).unwrap_or_default();
        let named = |it: &inbox_protocol::http::CampaignSite| (it.id.clone(), it.name.clone());
        sites.iter().map(named).collect::<Vec<(SiteId, Name)>>()
    });
    let here = console.slice(|it| it.campaigns.here().map(|it| it.id.clone()));
    let choose = move |event: leptos::ev::Event| {
        if let Ok(site) = event_target_value(&event).parse::<SiteId>() {
            let asks =
                console.model.with_untracked(|it| it.asks_before(&Leave::Site(site.clone())));
            if let (true, Some(here)) = (asks, here.get_untracked()) {
                dom::set_select(&event, here.as_str());
            }
            console.send(Msg::Campaign(CampaignMsg::Site(site)));
        }
    };
    let option = move |(id, name): (SiteId, Name)| {
        let value = id.to_string();
        let selected = move || here.get().as_ref() == Some(&id);
        view! { <option value=value selected=selected>{name.as_str().to_owned()}</option> }
    };
    view! {
        <Show when=move || sites.with(|it| 1 < it.len())>
            <select class="input site-select" aria-label=say(&console::CAMPAIGN_SITE) on:change=choose>
                {move || sites.get().into_iter().map(option).collect_view()}
            </select>
        </Show>
    }
}

/// What a new campaign is made of.
fn form(model: &Model, template: Option<Template>) -> Option<CampaignForm> {
    let site = model.campaigns.here()?;
    let phrases = template.map(Template::phrases);
    let named = phrases.as_ref().map_or(console::CAMPAIGN_NEW, |it| it.0.clone());
    let mut plan = blank(Name::cut(&say(&named))?);
    if let (Some(template), Some((_, text))) = (template, phrases) {
        plan.rule = template.rule();
        // The template speaks the reader's language, which need not be the site's.
        let language: Option<Language> = language().parse().ok();
        if let Some(language) = language.filter(|it| *it == site.main_language) {
            let text = inbox_types::Text::cut(&say(&text))?;
            let words = Words { text, replies: Vec::new(), draft: None };
            plan.variants[0].texts = BTreeMap::from([(language, words)]);
        }
    }
    Some(CampaignForm { site: site.id.clone(), plan })
}

fn create(console: super::super::Console, template: Option<Template>) {
    if let Some(form) = console.model.with_untracked(|it| form(it, template)) {
        console.send(change(CampaignChange::Create(Box::new(form))));
    }
}

fn change(change: CampaignChange) -> Msg {
    Msg::Campaign(CampaignMsg::Change(change))
}

#[component]
fn New() -> impl IntoView {
    let console = use_console();
    let busy = console.slice(|it| it.campaigns.busy);
    view! {
        <button type="button" class="button primary" disabled=move || busy.get() on:click=move |_| create(console, None)>
            <Icon shape=Shape::Plus />{say(&console::CAMPAIGN_NEW)}
        </button>
    }
}

/// Something to begin with.
#[component]
fn Empty() -> impl IntoView {
    let console = use_console();
    let card = move |template: Template| {
        let (name, text) = template.phrases();
        let rule = console
            .model
            .with_untracked(|it| sentence::rule(&template.rule(), &Speaker(&it.campaigns)));
        view! {
            <li>
                <button type="button" class="template" on:click=move |_| create(console, Some(template))>
                    <strong>{say(&name)}</strong>
                    <span class="muted">{say(&console::campaign_when(&rule))}</span>
                    <span class="template-text">{say(&text)}</span>
                </button>
            </li>
        }
    };
    view! {
        <section class="campaigns-empty">
            <Icon shape=Shape::Megaphone />
            <h2>{say(&console::CAMPAIGNS_NONE)}</h2>
            <p class="muted">{say(&console::CAMPAIGNS_NONE_HINT)}</p>
            <ul class="templates">{Template::ALL.map(card).into_iter().collect_view()}</ul>
        </section>
    }
}

/// One campaign. It can be dragged, and moved with two buttons.
#[component]
fn Campaign(id: CampaignId, dragged: RwSignal<Option<CampaignId>>) -> impl IntoView {
    let console = use_console();
    let id = StoredValue::new(id);
    let over = RwSignal::new(false);
    let drop = move |event: web_sys::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(from) = dragged.get_untracked().filter(|it| *it != id.get_value()) {
            console.send(Msg::Campaign(CampaignMsg::Drop { id: from, on: id.get_value() }));
        }
        dragged.set(None);
    };
    let movable = console.slice(|it| !it.campaigns.archived);
    view! {
        <li
            class="campaign"
            class:over=move || over.get()
            draggable=move || movable.get().to_string()
            on:dragstart=move |_| dragged.set(Some(id.get_value()))
            on:dragend=move |_| dragged.set(None)
            on:dragover=move |event: web_sys::DragEvent| {
                if dragged.with(Option::is_some) {
                    event.prevent_default();
                    over.set(true);
                }
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <Show when=move || movable.get()><Places id=id.get_value() /></Show>
            <About id=id.get_value() />
            <Numbers id=id.get_value() />
            <Presses id=id.get_value() />
        </li>
    }
}

/// Up and down. The button that was pressed keeps the focus, though its line has moved.
#[component]
fn Places(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let place = {
        let id = id.clone();
        console.slice(move |it| {
            let listed = it.campaigns.listed();
            (listed.iter().position(|it| *it == id), listed.len())
        })
    };
    let name = name_of(id.clone());
    let button = |up: bool| {
        let id = id.clone();
        let mark = format!("{}-{id}", if up { "up" } else { "down" });
        let focus = mark.clone();
        let label = move || {
            let name = name.get();
            say(&if up { console::campaign_up(&name) } else { console::campaign_down(&name) })
        };
        let ended = move || match place.get() {
            (Some(index), n) => {
                if up {
                    index == 0
                } else {
                    index + 1 == n
                }
            }
            (None, _) => true,
        };
        let press = move |_| {
            console.send(Msg::Campaign(CampaignMsg::Move { id: id.clone(), up }));
            let focus = focus.clone();
            dom::after_paint(move || dom::focus_id(&focus));
        };
        let class =
            if up { "button quiet icon-only small up" } else { "button quiet icon-only small" };
        view! {
            <button
                type="button"
                id=mark
                class=class
                aria-label=label
                title=label
                aria-disabled=move || ended().to_string()
                on:click=press
            >
                <Icon shape=Shape::Down />
            </button>
        }
    };
    view! { <div class="campaign-places">{button(true)}{button(false)}</div> }
}

fn name_of(id: CampaignId) -> Memo<String> {
    use_console().slice(move |it| {
        let campaign = it.campaigns.find(&id);
        campaign.map(|it| it.plan.name.as_str().to_owned()).unwrap_or_default()
    })
}

#[component]
fn About(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let href = Route::Campaign(id.clone()).fragment();
    let name = name_of(id.clone());
    let standing = standing_of(id.clone());
    let rule = console.slice(move |it| {
        let campaign = it.campaigns.find(&id)?;
        Some(sentence::rule(&campaign.plan.rule, &Speaker(&it.campaigns)))
    });
    view! {
        <div class="campaign-words">
            <div class="campaign-name">
                <a href=href draggable="false">{move || name.get()}</a>
                {move || standing.get().map(|it| view! { <span class=it.class()>{say(&it.phrase())}</span> })}
            </div>
            <p class="muted">{move || rule.get().map(|it| say(&console::campaign_when(&it)))}</p>
        </div>
    }
}

/// Where a campaign stands. The clock ticks twice a second, and what does not change is not drawn.
pub(super) fn standing_of(id: CampaignId) -> Memo<Option<Standing>> {
    use_console().slice(move |it| {
        let campaign = it.campaigns.find(&id)?;
        Some(Standing::of(campaign.status, campaign.plan.schedule, it.desk.relay_time(it.now)))
    })
}

/// The last month, for what has ever been live.
#[component]
fn Numbers(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let counts = console.slice(move |it| {
        let report = it.campaigns.reports.get(&id)?;
        it.campaigns.find(&id)?.live_since?;
        let today = i64::try_from(it.desk.relay_time(it.now).as_millis() / DAY).ok()?;
        Some(report::total_since(report, &report::day_of(today - 29)))
    });
    let number = |label: Phrase, value: u64| {
        view! { <div><dt>{say(&label)}</dt><dd>{write(Value::Number(value))}</dd></div> }
    };
    let numbers = move |it: Counts| {
        view! {
            <div class="campaign-numbers" role="group" title=say(&console::CAMPAIGN_MONTH) aria-label=say(&console::CAMPAIGN_MONTH)>
                <dl>
                    {number(console::MEASURE_SHOWN, it.shown)}
                    {number(console::MEASURE_CLICKED, it.clicked)}
                    {number(console::MEASURE_CONVERSATIONS, it.conversations)}
                </dl>
            </div>
        }
    };
    move || counts.get().map(numbers)
}

/// What can be done with it.
#[component]
fn Presses(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let name = name_of(id.clone());
    let status = {
        let id = id.clone();
        console.slice(move |it| it.campaigns.find(&id).map(|it| it.status))
    };
    let report = Route::CampaignReport(id.clone()).fragment();
    let publish = {
        let id = id.clone();
        move || {
            let ready = console.model.with_untracked(|it| it.may_speak(&id));
            Msg::Campaign(CampaignMsg::Publish { id: id.clone(), ready })
        }
    };
    let speaks = {
        let id = id.clone();
        move || match status.get() {
            Some(CampaignStatus::Live) => {
                let pause = change(CampaignChange::Status(id.clone(), CampaignStatus::Paused));
                Some((console::CAMPAIGN_PAUSE, Some(pause)))
            }
            Some(CampaignStatus::Draft | CampaignStatus::Paused) => {
                Some((console::CAMPAIGN_PUBLISH, None))
            }
            Some(CampaignStatus::Archived) | None => None,
        }
    };
    let items = move || {
        let copy = console.model.with(|it| {
            let campaign = it.campaigns.find(&id)?;
            let mut plan = campaign.plan.clone();
            plan.name = Name::cut(&say(&console::campaign_copy(plan.name.as_str())))?;
            Some(CampaignForm { site: campaign.site.clone(), plan })
        });
        let mut items: Vec<Item> = copy
            .map(|it| console.on(it, |it| change(CampaignChange::Create(Box::new(it)))))
            .map(|it| Item::new(Shape::Copy, &console::CAMPAIGN_DUPLICATE, it))
            .into_iter()
            .collect();
        if status.get().is_some_and(|it| it != CampaignStatus::Archived) {
            let dialog = Dialog::Archive { name: name.get(), campaign: id.clone() };
            let archive = console.on(dialog, Msg::Opened);
            items.push(Item::new(Shape::Archive, &console::CAMPAIGN_ARCHIVE, archive).dangerous());
        }
        items
    };
    let label = move || say(&console::campaign_menu(&name.get()));
    view! {
        <div class="campaign-presses">
            {move || speaks().map(|(phrase, msg)| {
                let publish = publish.clone();
                let press = move |_| console.send(msg.clone().unwrap_or_else(&publish));
                view! {
                    <button type="button" class="button small" on:click=press>
                        {say(&phrase)}
                        " "
                        <span class="unseen">{move || name.get()}</span>
                    </button>
                }
            })}
            <a class="button small" href=report draggable="false">
                {say(&console::CAMPAIGN_REPORT)}
                " "
                <span class="unseen">{move || name.get()}</span>
            </a>
            <Menu label=Signal::derive(label) items=Signal::derive(items) class="quiet icon-only small">
                <Icon shape=Shape::More />
            </Menu>
        </div>
    }
}
