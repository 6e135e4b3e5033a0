//! The list of conversations.

use inbox_protocol::ListTab;
use inbox_text::{Phrase, console};
use inbox_types::ConversationId;
use leptos::{ev::KeyboardEvent, html::Div, prelude::*};

use super::{
    PresenceMenu,
    bulk::{BulkBar, BulkResults, Pick, list_keys, row_keys},
    filters::Filters,
    icon::{Icon, Shape},
    part::{DeskPart, Spot, shown},
    say,
    search::SearchField,
    use_console,
    views::ViewsMenu,
};
use crate::{
    browser::dom,
    model::{DeskMsg, Msg, Permission, Route, RowView, proactive},
};

const TABS: [(ListTab, Phrase); 4] = [
    (ListTab::Mine, console::TAB_MINE),
    (ListTab::Team, console::TAB_TEAM),
    (ListTab::Unassigned, console::TAB_UNASSIGNED),
    (ListTab::All, console::TAB_ALL),
];

/// Tags that a row shows.
const SHOWN_TAGS: usize = 2;

/// The list of conversations, below its tabs, search and filters.
#[component]
pub(super) fn ListPane() -> impl IntoView {
    let console = use_console();
    let searches = console.slice(|it| it.search.is_on());
    view! {
        <section class="pane list-pane" aria-label=say(&console::CONVERSATIONS)>
            <header class="pane-head">
                <h1 class="grow">{say(&console::CONVERSATIONS)}</h1>
                <ViewsMenu />
                <PresenceMenu />
            </header>
            <AskNotifications />
            <SearchField />
            <Show when=move || searches.get() fallback=|| view! { <Tabs /> <Filters /> <BulkBar /> <BulkResults /> <Rows /> }>
                {move || shown(Spot::Piece, |it: &DeskPart| (it.hits)())}
            </Show>
        </section>
    }
}

/// Browsers show notifications only after a press.
#[component]
fn AskNotifications() -> impl IntoView {
    let console = use_console();
    let unasked = console.slice(|it| it.permission == Permission::NotAsked);
    view! {
        <Show when=move || unasked.get()>
            <div class="ask">
                <Icon shape=Shape::Bell />
                <span class="grow">{say(&console::NOTIFICATIONS_WHY)}</span>
                <button class="button small" on:click=move |_| console.send(Msg::AskPermission)>
                    {say(&console::NOTIFICATIONS_ALLOW)}
                </button>
            </div>
        </Show>
    }
}

#[component]
fn Tabs() -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let keys = move |event: KeyboardEvent| {
        let down = match event.key().as_str() {
            "ArrowRight" => true,
            "ArrowLeft" => false,
            _ => return,
        };
        event.prevent_default();
        if let Some(place) = place.get_untracked() {
            dom::step(&place, "[role=tab]", down);
            dom::press_focused();
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=say(&console::TABS) node_ref=place on:keydown=keys>
            {TABS.map(|(tab, name)| view! { <Tab tab name /> }).into_iter().collect_view()}
        </div>
    }
}

#[component]
fn Tab(tab: ListTab, name: Phrase) -> impl IntoView {
    let console = use_console();
    let chosen = console.slice(move |it| it.desk.view.tab == tab);
    let count = console.slice(move |it| match tab {
        ListTab::Mine => it.desk.counts.mine,
        ListTab::Team => it.desk.counts.team,
        ListTab::Unassigned => it.desk.counts.unassigned,
        ListTab::All => it.desk.counts.all,
    });
    let and_more = console.slice(move |it| it.desk.at_least.contains(&tab));
    view! {
        <button
            type="button"
            class="tab"
            role="tab"
            aria-selected=move || chosen.get().to_string()
            aria-controls="conversation-list"
            tabindex=move || if chosen.get() { "0" } else { "-1" }
            on:click=move |_| console.send(Msg::Desk(DeskMsg::Tab(tab)))
        >
            {say(&name)}
            <span class="n">{move || count.get()}{move || and_more.get().then_some("+")}</span>
        </button>
    }
}

#[component]
fn Rows() -> impl IntoView {
    let console = use_console();
    let order = console.slice(|it| it.desk.shown());
    let has_more = console.slice(|it| it.desk.next.is_some());
    let is_awaited = console.slice(|it| it.desk.awaited.is_some());
    let total = console.slice(|it| it.desk.total as usize);
    let tab = console.slice(|it| it.desk.view.tab);
    let is_filtered = console.slice(|it| 0 < it.desk.view.n_filters());
    let and_more = console.slice(|it| it.desk.at_least.contains(&it.desk.view.tab));
    let place = NodeRef::<Div>::new();
    let choose = list_keys();
    let keys = move |event: KeyboardEvent| {
        choose(&event);
        let down = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            _ => return,
        };
        if event.alt_key() {
            return;
        }
        event.prevent_default();
        if let Some(place) = place.get_untracked() {
            dom::step(&place, ".row", down);
        }
    };
    let none = move || match (order.with(|it| it.as_ref().map(Vec::len)), tab.get()) {
        (None, _) => Some(console::LOADING),
        (Some(0), _) if is_filtered.get() => Some(console::LIST_NONE_FILTERED),
        (Some(0), ListTab::Team) => Some(console::EMPTY_TEAM),
        (Some(0), ListTab::Mine) => Some(console::EMPTY_MINE),
        (Some(0), ListTab::Unassigned) => Some(console::EMPTY_UNASSIGNED),
        (Some(0), ListTab::All) => Some(console::EMPTY_ALL),
        (Some(_), _) => None,
    };
    let cut = move || {
        let shown = order.with(|it| it.as_ref().map_or(0, Vec::len));
        let (shown, total) = (shown, total.get());
        if 0 < shown && and_more.get() && total <= shown {
            return has_more.get().then(|| say(&console::list_cut_more(&shown.to_string())));
        }
        (0 < shown && shown < total)
            .then(|| say(&console::list_cut(&shown.to_string(), &total.to_string())))
    };
    view! {
        <div class="rows" id="conversation-list" role="tabpanel" aria-label=say(&console::CONVERSATIONS)
            node_ref=place on:keydown=keys>
            <ul>
                <For each=move || order.get().unwrap_or_default() key=|id| id.clone() let:id>
                    <Row id />
                </For>
            </ul>
            {move || none().map(|it| view! { <p class="list-foot">{say(&it)}</p> })}
            {move || cut().map(|it| view! { <p class="list-foot">{it}</p> })}
            <Show when=move || has_more.get()>
                <p class="list-foot">
                    <button
                        type="button"
                        class="button small"
                        aria-busy=move || is_awaited.get().to_string()
                        on:click=move |_| console.send(Msg::Desk(DeskMsg::More))
                    >
                        {say(&console::LIST_MORE)}
                    </button>
                </p>
            </Show>
        </div>
    }
}

/// One conversation. The row stays where it is in the page while what it shows changes.
#[component]
fn Row(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let href = Route::Conversation(id.clone()).fragment();
    let keys = row_keys(id.clone());
    let picked = {
        let id = id.clone();
        console.slice(move |it| it.is_selected(&id))
    };
    let pick = id.clone();
    let open = {
        let id = id.clone();
        console.slice(move |it| it.route.conversation() == Some(&id))
    };
    let row = console.slice(move |it| it.row(&id));
    let unread = move || row.with(|it| it.as_ref().is_some_and(|it| 0 < it.unread));
    view! {
        <li class="row-place" data-picked=move || picked.get().to_string()>
            <Pick id=pick />
            <a
                class="row"
                href=href
                on:keydown=keys
                aria-current=move || open.get().then_some("true")
                data-unread=move || unread().to_string()
            >
                {move || row.get().map(|row| view! { <RowBody row /> })}
            </a>
        </li>
    }
}

#[component]
fn RowBody(row: RowView) -> impl IntoView {
    let name = row.name.clone().unwrap_or_else(|| say(&console::visitor_tail(&row.tail)));
    let wait = (0 < row.wait_level).then(|| row.wait_level.to_string());
    let time = row.time.as_ref().map(say);
    let waits =
        if row.waits { time.as_deref().map(|it| say(&console::waits_for(it))) } else { None };
    let wait_time = wait.clone();
    view! {
        <span class="avatar" data-wait=wait aria-hidden="true">{row.initials.clone()}</span>
        <span class="row-line">
            <span class="row-name" dir="auto">{name}</span>
            {row.proactive.then(|| {
                let by = say(&proactive(row.campaign.as_deref()));
                view! {
                    <span class="proactive" role="img" aria-label=by.clone() title=by>
                        <Icon shape=Shape::Bolt />
                    </span>
                }
            })}
            <span class="row-time" data-wait=wait_time title=waits.clone()>
                {row.waits.then(|| view! { <Icon shape=Shape::Clock /> <span class="unseen">{waits.clone()}</span> })}
                {time}
            </span>
        </span>
        <span class="row-line">
            // It is cut where it ends, and not where the desk's language ends: a preview reads in its
            // own direction, which what stands before it does not decide.
            <span class="row-preview" dir="auto">
                {row.preview_by_team.then(|| view! { <bdi>{say(&console::PREVIEW_TEAM)}</bdi> " " })}
                {row.preview.clone()}
            </span>
            {(0 < row.unread).then(|| view! {
                <span class="count">
                    {row.unread}<span class="unseen">{say(&console::UNREAD)}</span>
                </span>
            })}
        </span>
        <RowChips row />
    }
}

/// The first tags, and how many there are besides.
#[component]
fn Tags(tags: Vec<String>) -> impl IntoView {
    let n_more = tags.len().saturating_sub(SHOWN_TAGS);
    let all = tags.join(", ");
    let tag = |it: String| view! { <span class="chip tag" dir="auto">{it}</span> };
    view! {
        {tags.into_iter().take(SHOWN_TAGS).map(tag).collect_view()}
        {(0 < n_more).then(|| view! { <span class="chip" title=all>{format!("+{n_more}")}</span> })}
    }
}

#[component]
fn RowChips(row: RowView) -> impl IntoView {
    let chip =
        |class: &'static str, phrase: Phrase| view! { <span class=class>{say(&phrase)}</span> };
    let owner = match row.owner {
        Some(name) => name,
        None => say(&console::NO_OWNER),
    };
    view! {
        <span class="row-line row-meta">
            {row.wrapup_due.then(|| chip("chip warn", console::WRAPUP_DUE))}
            <span class="chip" title=row.language.clone()>{super::write(super::Value::Language(&row.language))}</span>
            {row.site.map(|it| view! { <span class="chip">{it}</span> })}
            <Tags tags=row.tags />
            {row.draft.then(|| chip("chip accent", console::DRAFT))}
            {row.state.map(|it| chip("chip", it))}
            {row.conference.map(|it| chip("chip accent", it))}
            <span class="owner">{owner}</span>
        </span>
    }
}
