//! What narrows the list: one line of choices, and a panel of all others under it.

use inbox_protocol::{ListFilter, ListSort};
use inbox_text::{Phrase, console};
use inbox_types::{ListOrder, Timestamp};
use leptos::{ev::KeyboardEvent, prelude::*};

use super::{
    Console, Value,
    bulk::PickAll,
    controls::LANGUAGES,
    icon::{Icon, Shape},
    part::{DeskPart, Spot, shown},
    say, use_console, write,
};
use crate::{
    browser::{dom, intl},
    model::{DeskMsg, Model, Msg, StatusFilter, sort_of, sort_value, words},
};

/// The panel's identity, for the button that opens it.
const PANEL: &str = "filter-panel";
/// The button's identity, for whoever leaves the panel.
const BUTTON: &str = "filter-button";

const SORTS: [(ListSort, Phrase); 4] = [
    (ListSort::Waiting, console::SORT_WAITING),
    (ListSort::Grouped, console::SORT_GROUPED),
    (ListSort::Newest, console::SORT_NEWEST),
    (ListSort::Oldest, console::SORT_OLDEST),
];

/// An identity and a name.
type Options = Vec<(String, String)>;

/// The line of filters, and the panel.
#[component]
pub(super) fn Filters() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <div class="filters">
            <PickAll />
            <StatusSelect />
            <DepartmentSelect />
            <PanelButton open />
            <SortSelect />
        </div>
        <Show when=move || open.get()>
            {move || shown(Spot::Piece, move |it: &DeskPart| (it.filters)(open))}
        </Show>
    }
}

#[component]
fn StatusSelect() -> impl IntoView {
    let console = use_console();
    let status = console.slice(|it| it.desk.view.status);
    let statuses = StatusFilter::ALL.map(|it| {
        view! { <option value=it.value() prop:selected=move || status.get() == it>{say(&it.phrase())}</option> }
    });
    let choose =
        move |value: String| console.send(Msg::Desk(DeskMsg::Status(StatusFilter::of(&value))));
    view! {
        <select
            class="select"
            aria-label=say(&console::STATUS)
            on:change=move |event| choose(event_target_value(&event))
        >
            {statuses.into_iter().collect_view()}
        </select>
    }
}

/// The team's own order is the first choice.
#[component]
fn SortSelect() -> impl IntoView {
    let console = use_console();
    let sort = console.slice(Model::sort);
    let first = console.slice(|it| match it.desk.order_of_team() {
        ListOrder::Waiting => 0,
        ListOrder::Omnichat => 1,
    });
    let sorts = move || {
        let mut sorts = SORTS;
        sorts[..=first.get()].rotate_right(1);
        let option = |(it, name): (ListSort, Phrase)| {
            view! { <option value=sort_value(it) prop:selected=move || sort.get() == it>{say(&name)}</option> }
        };
        sorts.into_iter().map(option).collect_view()
    };
    let order = move |value: String| console.send(Msg::Desk(DeskMsg::Sort(sort_of(&value))));
    view! {
        <select
            class="select"
            aria-label=say(&console::SORT)
            on:change=move |event| order(event_target_value(&event))
        >
            {sorts}
        </select>
    }
}

#[component]
fn DepartmentSelect() -> impl IntoView {
    let console = use_console();
    let options = console.slice(|it| {
        let known = it.desk.welcome.iter().flat_map(|it| &it.departments);
        known.map(|it| (it.id.to_string(), it.name.as_str().to_owned())).collect::<Options>()
    });
    let chosen = console.slice(|it| it.desk.view.department.as_ref().map(ToString::to_string));
    let choose = move |value: String| {
        console.send(Msg::Desk(DeskMsg::Department(value.parse().ok())));
    };
    view! {
        <OneOrAll
            label=console::DEPARTMENT
            all=console::DEPARTMENT_ALL
            options
            chosen
            choose
        />
    }
}

/// Opens the panel, and says how many of its filters are on.
#[component]
fn PanelButton(open: RwSignal<bool>) -> impl IntoView {
    let console = use_console();
    let n_on = console.slice(|it| it.desk.view.n_filters());
    let label = move || match n_on.get() {
        0 => say(&console::FILTERS),
        n => say(&console::filters_on(&n.to_string())),
    };
    view! {
        <button
            type="button"
            id=BUTTON
            class="button quiet small"
            aria-label=label
            title=label
            data-on=move || (0 < n_on.get()).to_string()
            aria-expanded=move || open.get().to_string()
            aria-controls=PANEL
            on:click=move |_| open.update(|it| *it = !*it)
        >
            <Icon shape=Shape::Filter />
            {move || (0 < n_on.get()).then(|| n_on.get())}
        </button>
    }
}

/// All that a list can be filtered by.
#[component]
pub(super) fn Panel(open: RwSignal<bool>) -> impl IntoView {
    let console = use_console();
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !dom::is_composing(&event) {
            event.stop_propagation();
            open.set(false);
            dom::focus_id(BUTTON);
        }
    };
    let is_on = console.slice(|it| 0 < it.desk.view.n_filters());
    view! {
        <div class="filter-panel" id=PANEL role="group" aria-label=say(&console::FILTERS) on:keydown=keys>
            <SiteFilter />
            <OwnerFilter />
            <TagFilter />
            <TopicFilter />
            <LanguageFilter />
            <StarsFilter />
            <CampaignFilter />
            <DayFilter label=console::FILTER_FROM read=first_day write=set_first_day />
            <DayFilter label=console::FILTER_UNTIL read=last_day write=set_last_day />
            <CheckFilter label=console::FILTER_UNREAD read=|it| it.unread write=|it, on| it.unread = on />
            <CheckFilter label=console::FILTER_WAITING read=|it| it.waiting write=|it, on| it.waiting = on />
            <Show when=move || is_on.get()>
                <button type="button" class="button small" on:click=move |_| {
                    console.send(Msg::Desk(DeskMsg::Unfilter));
                    dom::focus_id(BUTTON);
                }>
                    {say(&console::FILTER_CLEAR)}
                </button>
            </Show>
        </div>
    }
}

/// Changes one thing that the list is filtered by.
fn filter(console: Console, set: impl FnOnce(&mut ListFilter)) {
    let mut filter = console.model.with_untracked(|it| it.desk.view.filter.clone());
    set(&mut filter);
    console.send(Msg::Desk(DeskMsg::Filter(Box::new(filter))));
}

#[component]
fn SiteFilter() -> impl IntoView {
    let console = use_console();
    let options = console.slice(|it| {
        let known = it.desk.welcome.iter().flat_map(|it| &it.sites);
        known.map(|it| (it.id.to_string(), it.name.as_str().to_owned())).collect::<Options>()
    });
    let chosen = console.slice(|it| it.desk.view.filter.site.as_ref().map(ToString::to_string));
    let choose = move |value: String| filter(console, |it| it.site = value.parse().ok());
    view! { <OneOf label=console::FILTER_SITE options chosen choose /> }
}

#[component]
fn OwnerFilter() -> impl IntoView {
    let console = use_console();
    let options = console.slice(|it| {
        let known = it.desk.welcome.iter().flat_map(|it| &it.members);
        let chosen = it.desk.view.filter.owner.as_ref();
        let offered = known.filter(|it| words::answers(it.role) || chosen == Some(&it.id));
        offered.map(|it| (it.id.to_string(), it.name.as_str().to_owned())).collect::<Options>()
    });
    let chosen = console.slice(|it| it.desk.view.filter.owner.as_ref().map(ToString::to_string));
    let choose = move |value: String| filter(console, |it| it.owner = value.parse().ok());
    view! { <OneOf label=console::OWNER options chosen choose /> }
}

/// Tags are typed; those of the rows that are here are offered.
#[component]
fn TagFilter() -> impl IntoView {
    let console = use_console();
    let known = console.slice(|it| {
        let tags = it.desk.rows.values().flat_map(|it| &it.tags);
        let tags: std::collections::BTreeSet<_> = tags.map(|it| it.as_str().to_owned()).collect();
        tags.into_iter().collect::<Vec<_>>()
    });
    let tag = console.slice(|it| {
        let tag = it.desk.view.filter.tag.as_ref();
        tag.map(|it| it.as_str().to_owned()).unwrap_or_default()
    });
    let choose = move |value: String| {
        filter(console, |it| it.tag = value.trim().to_owned().try_into().ok());
    };
    view! {
        <label class="field">
            <span>{say(&console::TAG)}</span>
            <input
                class="input"
                type="text"
                list="known-tags"
                autocomplete="off"
                dir="auto"
                placeholder=say(&console::FILTER_ANY)
                prop:value=move || tag.get()
                on:change=move |event| choose(event_target_value(&event))
            />
        </label>
        <datalist id="known-tags">
            {move || known.get().into_iter().map(|it| view! { <option value=it></option> }).collect_view()}
        </datalist>
    }
}

#[component]
fn TopicFilter() -> impl IntoView {
    let console = use_console();
    let options = console.slice(|it| {
        let known = it.desk.welcome.iter().flat_map(|it| &it.topics);
        known.map(|it| (it.id.to_string(), it.name.as_str().to_owned())).collect::<Options>()
    });
    let chosen = console.slice(|it| it.desk.view.filter.topic.as_ref().map(ToString::to_string));
    let choose = move |value: String| filter(console, |it| it.topic = value.parse().ok());
    view! { <OneOf label=console::FILTER_TOPIC options chosen choose /> }
}

/// Those that the interface speaks, and those of the rows that are here.
#[component]
fn LanguageFilter() -> impl IntoView {
    let console = use_console();
    let options = console.slice(|it| {
        let here = it.desk.rows.values().map(|it| it.language.as_str().to_owned());
        let chosen = it.desk.view.filter.language.iter().map(|it| it.as_str().to_owned());
        let spoken = LANGUAGES.iter().map(|it| it.0.to_owned());
        let tags: std::collections::BTreeSet<String> = spoken.chain(here).chain(chosen).collect();
        let named = |tag: String| (write(Value::Language(&tag)), tag);
        let mut options: Vec<(String, String)> = tags.into_iter().map(named).collect();
        options.sort();
        options.into_iter().map(|(name, tag)| (tag, name)).collect::<Options>()
    });
    let chosen =
        console.slice(|it| it.desk.view.filter.language.as_ref().map(|it| it.as_str().to_owned()));
    let choose = move |value: String| filter(console, |it| it.language = value.parse().ok());
    view! { <OneOf label=console::LANGUAGE options chosen choose /> }
}

#[component]
fn StarsFilter() -> impl IntoView {
    let console = use_console();
    let stars = |n: u8| (n.to_string(), "★".repeat(usize::from(n)));
    let options = Memo::new(move |_| (1..=5).rev().map(stars).collect::<Options>());
    let chosen = console.slice(|it| it.desk.view.filter.stars.map(|it| it.to_string()));
    let choose = move |value: String| filter(console, |it| it.stars = value.parse().ok());
    view! { <OneOf label=console::FILTER_STARS options chosen choose /> }
}

#[component]
fn CampaignFilter() -> impl IntoView {
    let console = use_console();
    let options = console.slice(|it| {
        let known = it.desk.welcome.iter().flat_map(|it| &it.campaigns);
        known.map(|it| (it.id.to_string(), it.name.as_str().to_owned())).collect::<Options>()
    });
    let chosen = console.slice(|it| it.desk.view.campaign.as_ref().map(ToString::to_string));
    let choose = move |value: String| {
        console.send(Msg::Desk(DeskMsg::Campaign(value.parse().ok())));
    };
    view! { <OneOf label=console::CAMPAIGN options chosen choose /> }
}

fn first_day(filter: &ListFilter) -> Option<String> {
    filter.from.map(intl::day)
}

fn set_first_day(filter: &mut ListFilter, day: &str) {
    filter.from = intl::begin_of(day);
}

/// The last day that is meant ends where the next one begins.
fn last_day(filter: &ListFilter) -> Option<String> {
    filter.before.map(|it| intl::day(Timestamp::from_millis(it.as_millis().saturating_sub(1))))
}

fn set_last_day(filter: &mut ListFilter, day: &str) {
    filter.before = intl::end_of(day);
}

#[component]
fn DayFilter(
    label: Phrase,
    read: fn(&ListFilter) -> Option<String>,
    write: fn(&mut ListFilter, &str),
) -> impl IntoView {
    let console = use_console();
    let day = console.slice(move |it| read(&it.desk.view.filter).unwrap_or_default());
    view! {
        <label class="field">
            <span>{say(&label)}</span>
            <input
                class="input"
                type="date"
                prop:value=move || day.get()
                on:change=move |event| filter(console, |it| write(it, &event_target_value(&event)))
            />
        </label>
    }
}

#[component]
fn CheckFilter(
    label: Phrase,
    read: fn(&ListFilter) -> bool,
    write: fn(&mut ListFilter, bool),
) -> impl IntoView {
    let console = use_console();
    let on = console.slice(move |it| read(&it.desk.view.filter));
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || on.get()
                on:change=move |event| filter(console, |it| write(it, event_target_checked(&event)))
            />
            <span>{say(&label)}</span>
        </label>
    }
}

/// A named choice of one of the options or of any; nothing where there is nothing to choose.
#[component]
fn OneOf(
    label: Phrase,
    options: Memo<Options>,
    chosen: Memo<Option<String>>,
    choose: impl Fn(String) + Clone + Send + 'static,
) -> impl IntoView {
    move || {
        let choose = choose.clone();
        let shows = !options.with(Vec::is_empty) || chosen.with(Option::is_some);
        shows.then(|| {
            view! {
                <label class="field">
                    <span>{say(&label)}</span>
                    <OneOrAll label=label.clone() all=console::FILTER_ANY options chosen choose />
                </label>
            }
        })
    }
}

/// Lets through what belongs to one of the options, or everything.
#[component]
fn OneOrAll(
    label: Phrase,
    all: Phrase,
    options: Memo<Options>,
    chosen: Memo<Option<String>>,
    choose: impl Fn(String) + 'static,
) -> impl IntoView {
    // A list that is filtered never looks as if it was not.
    let unknown = Memo::new(move |_| {
        let id = chosen.get()?;
        options.with(|it| it.iter().all(|(known, _)| *known != id)).then_some(id)
    });
    view! {
        <select
            class="select"
            aria-label=say(&label)
            on:change=move |event| choose(event_target_value(&event))
        >
            <option value="" prop:selected=move || chosen.get().is_none()>
                {say(&all)}
            </option>
            <For each=move || options.get() key=Clone::clone let((id, name))>
                {
                    let value = id.clone();
                    let selected = move || chosen.with(|it| it.as_ref() == Some(&id));
                    view! { <option value=value prop:selected=selected>{name}</option> }
                }
            </For>
            {move || unknown.get().map(|id| view! {
                <option value=id prop:selected=true>{say(&console::FILTER_UNKNOWN)}</option>
            })}
        </select>
    }
}
