//! What was said, and what is going on below it.

use std::collections::BTreeMap;

use inbox_text::{negotiate, widget};
use leptos::prelude::*;

use super::{
    Ui,
    head::avatar_of,
    icon::{DOWN, icon},
    line, rating,
};
use crate::model::{Model, Msg, News, Row, Writer, rows};

/// Pixels above the newest line that still count as the end.
const END: i32 = 48;

/// The rows, in an element that keeps its place at the end by itself: its axis is reversed, so that
/// the browser measures from below and neither news nor history move what is being read.
pub(super) fn transcript(ui: Ui) -> impl IntoView {
    let version = ui.slice(Model::rows_version);
    let all = Memo::new(move |_| {
        version.get();
        ui.model.with_untracked(|model| rows(model, &ui.format.day_number))
    });
    let keys =
        Memo::new(move |_| all.with(|it| it.iter().map(|row| row.key.clone()).collect::<Vec<_>>()));
    let by_key = Memo::new(move |_| {
        all.with(|it| {
            it.iter().cloned().map(|row| (row.key.clone(), row)).collect::<BTreeMap<_, _>>()
        })
    });
    let at_end = RwSignal::new(true);
    let loading = ui.slice(Model::is_loading);
    view! {
        <div
            class="scroller"
            role="log"
            aria-live="off"
            aria-label=ui.say(widget::TRANSCRIPT)
            tabindex="0"
            node_ref=ui.scroller
            on:scroll=move |_| {
                let Some(scroller) = ui.scroller.get_untracked() else { return };
                let now_at_end = -END < scroller.scroll_top();
                if at_end.get_untracked() != now_at_end {
                    at_end.set(now_at_end);
                    ui.press(Msg::AtEnd(now_at_end));
                }
            }
        >
            <div class="rows">
                {opening(ui)}
                <For each=move || keys.get() key=|key| key.clone() let:key>
                    {row(ui, by_key, key)}
                </For>
                <div class="spinner" hidden=move || !loading.get()></div>
                {rating::questions(ui)}
                {rating::rating(ui)}
                {below(ui)}
            </div>
        </div>
        <div class="sr" aria-live="polite">{move || news(ui)}</div>
        <button
            type="button"
            class="down"
            hidden=move || at_end.get()
            aria-label=ui.say(widget::NEWEST)
            on:click=move |_| {
                if let Some(scroller) = ui.scroller.get_untracked() {
                    scroller.set_scroll_top(0);
                }
            }
        >
            {icon(DOWN)}
            <Unread ui />
        </button>
    }
}

/// A dot on the way down while there is something new.
#[component]
fn Unread(
    /// What the view needs.
    ui: Ui,
) -> impl IntoView {
    let unread = ui.slice(|it| it.client.n_unread());
    view! { <span class="dot" hidden=move || unread.get() == 0></span> }
}

fn row(ui: Ui, by_key: Memo<BTreeMap<String, Row>>, key: String) -> AnyView {
    let row = Memo::new(move |_| by_key.with(|it| it.get(&key).map(|row| row.body.clone())));
    (move || row.get().map(|body| line::line(ui, body))).into_any()
}

/// What stands above everything: the way to older lines, or the greeting.
fn opening(ui: Ui) -> impl IntoView {
    let earlier = ui.slice(|it| it.client.has_earlier());
    let loading = ui.slice(Model::is_loading);
    let team = ui.model.with_untracked(|it| it.config.title.clone());
    move || {
        if earlier.get() {
            let press = move |_| ui.press(Msg::EarlierPressed);
            return view! {
                <button type="button" class="earlier" on:click=press>{ui.say(widget::EARLIER)}</button>
            }
            .into_any();
        }
        if loading.get() {
            return ().into_any();
        }
        view! {
            <div class="bubble-row theirs first last">
                {avatar_of(&team)}
                <div class="bubble"><bdi>{greeting(ui)}</bdi></div>
            </div>
        }
        .into_any()
    }
}

/// The site's own words if it has some in this language, else the catalogue's.
fn greeting(ui: Ui) -> String {
    let language = ui.language();
    let own = ui.model.with_untracked(|it| {
        let greetings = &it.config.appearance.greeting;
        let available: Vec<&str> = greetings.keys().map(inbox_types::Language::as_str).collect();
        let found = negotiate(&[&language], &available);
        greetings
            .iter()
            .find(|(it, _)| Some(it.as_str()) == found)
            .map(|(_, text)| text.as_str().to_owned())
    });
    own.unwrap_or_else(|| ui.say(widget::GREETING)())
}

/// Who is typing, and whether somebody comes.
fn below(ui: Ui) -> impl IntoView {
    let typing = ui.slice(|it| {
        let who = |it: &inbox_client::Typist| it.who.as_ref().map(|it| it.name.as_str().to_owned());
        it.client.typing().iter().map(who).collect::<Vec<_>>()
    });
    let queued = ui.slice(Model::is_queued);
    move || {
        let typing = typing.get();
        let text = match typing.as_slice() {
            [] if queued.get() => {
                return view! { <p class="waiting">{ui.say(widget::QUEUED)}</p> }.into_any();
            }
            [] => return ().into_any(),
            [Some(name)] => ui.say(widget::typing_one(name))(),
            [None] => ui.say(widget::typing_one(&ui.say(widget::TEAM)()))(),
            _ => ui.say(widget::TYPING_MANY)(),
        };
        view! {
            <p class="typing">
                <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
                <bdi>{text}</bdi>
            </p>
        }
        .into_any()
    }
}

/// What a screen reader says: only what is new, once. The transcript itself is not live, or some
/// readers would begin it all over again with each line.
fn news(ui: Ui) -> String {
    match ui.model.with(|it| it.news.1.clone()) {
        Some(News::Message { writer, text }) => {
            let who = writer_name(ui, &writer);
            format!("{who}: {}", text.unwrap_or_else(|| ui.say(widget::ATTACHMENTS)()))
        }
        Some(News::Notice(phrase)) => ui.say_notice(phrase),
        None => String::new(),
    }
}

/// What a writer is called.
pub(super) fn writer_name(ui: Ui, writer: &Writer) -> String {
    match writer {
        Writer::Me => ui.say(widget::YOU)(),
        Writer::Agent(name) => name.clone(),
        Writer::Bot => ui.say(widget::ASSISTANT)(),
        Writer::Team => ui.say(widget::TEAM)(),
    }
}
