//! Searching: the field, and what was found in place of the list.

use inbox_protocol::http::{SearchHit, SnippetPart};
use inbox_text::{Phrase, console};
use inbox_types::Visibility;
use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html::Div,
    prelude::*,
};

use super::{
    Value,
    icon::{Icon, Shape},
    say, use_console, write,
};
use crate::{
    browser::dom,
    model::{Msg, Room, Route, SearchMsg, SearchState, initials, tail, words as names},
};

/// The field's identity, for the key that leads to it.
pub const FIELD: &str = "search-input";

const OPERATORS: [(&str, Phrase); 7] = [
    ("from:", console::SEARCH_FROM),
    ("tag:", console::SEARCH_TAG),
    ("in:", console::SEARCH_IN),
    ("after:", console::SEARCH_AFTER),
    ("before:", console::SEARCH_BEFORE),
    ("has:file", console::SEARCH_HAS_FILE),
    ("is:open", console::SEARCH_IS_OPEN),
];

/// The field, and the operators while somebody searches.
#[component]
pub(super) fn SearchField() -> impl IntoView {
    let console = use_console();
    let text = console.slice(|it| it.search.text.clone());
    let open = console.slice(|it| it.search.open);
    let send = move |msg| console.send(Msg::Search(msg));
    let keys = move |event: KeyboardEvent| {
        if dom::is_composing(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" => send(SearchMsg::Now),
            "Escape" => send(SearchMsg::Closed),
            "ArrowDown" => {
                event.prevent_default();
                dom::focus_first(&document().document_element().expect("a page"), ".hits .row");
            }
            _ => (),
        }
    };
    let clear = move |_: MouseEvent| {
        send(SearchMsg::Closed);
        dom::focus_id(FIELD);
    };
    view! {
        <div class="search" role="search">
            <div class="search-field">
                <Icon shape=Shape::Search />
                <input
                    id=FIELD
                    class="input"
                    type="text"
                    enterkeyhint="search"
                    autocomplete="off"
                    spellcheck="false"
                    dir="auto"
                    aria-label=say(&console::SEARCH_LABEL)
                    placeholder=say(&console::SEARCH_PLACEHOLDER)
                    prop:value=move || text.get()
                    on:input=move |event| send(SearchMsg::Typed(event_target_value(&event)))
                    on:focus=move |_| send(SearchMsg::Opened)
                    on:keydown=keys
                />
                <Show when=move || open.get()>
                    <button type="button" class="button quiet icon-only small" aria-label=say(&console::SEARCH_CLEAR) on:click=clear>
                        <Icon shape=Shape::Close />
                    </button>
                </Show>
            </div>
            <Show when=move || open.get()>
                <div class="operators">
                    {OPERATORS.map(|(operator, what)| view! { <Operator operator what /> }).into_iter().collect_view()}
                </div>
            </Show>
        </div>
    }
}

/// Adds an operator to what is typed.
#[component]
fn Operator(operator: &'static str, what: Phrase) -> impl IntoView {
    let console = use_console();
    let add = move |_| {
        console.send(Msg::Search(SearchMsg::Operator(operator)));
        dom::after_render(|| dom::focus_id(FIELD));
    };
    let (what, title) = (say(&what), say(&what));
    view! {
        <button type="button" class="chip" title=title on:click=add>
            <bdi dir="ltr">{operator}</bdi>
            <span class="unseen">{what}</span>
        </button>
    }
}

#[component]
pub(super) fn Hits() -> impl IntoView {
    let console = use_console();
    let hits = console.slice(|it| it.search.hits.clone());
    let next = console.slice(|it| it.search.page.next.is_some());
    let busy = console.slice(|it| it.search.state == SearchState::Asking);
    let said = console.slice(|it| {
        let search = &it.search;
        let none = match &search.state {
            SearchState::Asking | SearchState::Idle => Some(console::SEARCH_WORKING),
            SearchState::Failed(why) => Some(why.clone()),
            SearchState::Answered if search.page.empty => Some(console::SEARCH_EMPTY),
            SearchState::Answered if !search.hits.is_empty() => None,
            SearchState::Answered if search.page.next.is_some() => Some(console::SEARCH_NOT_YET),
            SearchState::Answered => Some(console::SEARCH_NONE),
        };
        let cut = search.page.cut.then_some(console::SEARCH_CUT);
        let ignored = search.page.ignored.iter().map(|it| console::search_ignored(it));
        ignored.chain(cut).chain(none).collect::<Vec<_>>()
    });
    let failed = console.slice(|it| matches!(it.search.state, SearchState::Failed(_)));
    let place = NodeRef::<Div>::new();
    let keys = move |event: KeyboardEvent| {
        let down = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            "Escape" => return dom::focus_id(FIELD),
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
    let more = move |_| console.send(Msg::Search(SearchMsg::More));
    let again = move |_| console.send(Msg::Search(SearchMsg::Now));
    view! {
        <div class="rows hits" aria-label=say(&console::SEARCH_FOUND) role="region"
            aria-busy=move || busy.get().to_string() node_ref=place on:keydown=keys>
            <ul>
                <For each=move || hits.get() key=|it| (it.conversation.clone(), it.place, it.at) let:hit>
                    <Hit hit />
                </For>
            </ul>
            <div role="status">
                {move || said.get().iter().map(|it| view! { <p class="list-foot">{say(it)}</p> }).collect_view()}
            </div>
            <p class="list-foot">
                <Show when=move || next.get() && !busy.get()>
                    <button type="button" class="button small" on:click=more>{say(&console::SEARCH_MORE)}</button>
                </Show>
                <Show when=move || failed.get()>
                    <button type="button" class="button small" on:click=again>{say(&console::RETRY)}</button>
                </Show>
            </p>
        </div>
    }
}

/// One find: who, when, and what was said.
#[component]
fn Hit(hit: SearchHit) -> impl IntoView {
    let console = use_console();
    let href = Route::Conversation(hit.conversation.clone()).fragment();
    let name = hit
        .contact
        .clone()
        .unwrap_or_else(|| say(&console::visitor_tail(&tail(hit.conversation.as_str()))));
    let show = Msg::Search(SearchMsg::Shown(hit.conversation.clone(), hit.place));
    let open = {
        let (id, place) = (hit.conversation.clone(), hit.place);
        let is_shown = move |it: &Room| it.found.map(|it| it.0) == place;
        console.slice(move |it| {
            it.route.conversation() == Some(&id) && it.room().is_some_and(is_shown)
        })
    };
    let pressed = move |event: MouseEvent| {
        // Whoever wants another tab gets the conversation there.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            console.send(show.clone());
        }
    };
    let part = |SnippetPart { text, found }| {
        if found { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    };
    let by = match (&hit.by, hit.place) {
        (Some(card), _) => Some(card.name.as_str().to_owned()),
        (None, None) => Some(say(&console::SEARCH_CONTACT)),
        (None, Some(_)) => None,
    };
    let letters = hit.contact.as_deref().map_or_else(|| "?".to_owned(), initials);
    view! {
        <li>
            <a class="row" href=href aria-current=move || open.get().then_some("true") on:click=pressed>
                <span class="avatar" aria-hidden="true">{letters}</span>
                <span class="row-line">
                    <span class="row-name"><bdi>{name}</bdi></span>
                    <span class="row-time">{write(Value::Moment(hit.at))}</span>
                </span>
                <span class="snippet" dir="auto">
                    {by.map(|it| view! { <bdi class="said-by">{it}</bdi> ": " })}
                    {hit.snippet.into_iter().map(part).collect_view()}
                </span>
                <span class="row-line row-meta">
                    {hit.note.then(|| view! { <span class="chip warn">{say(&names::kind(Visibility::Note))}</span> })}
                    {hit.state.map(|it| view! { <span class="chip">{say(&names::state(it))}</span> })}
                    {hit.owner.map(|it| view! { <span class="owner">{it.name.as_str().to_owned()}</span> })}
                </span>
            </a>
        </li>
    }
}
