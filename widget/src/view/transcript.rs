//! What was said, and what is going on above and below it.

use std::sync::Arc;

use inbox_text::{negotiate, widget};
use web_sys::Element;

use super::{
    Press, Ui,
    event::element,
    head::avatar,
    icon::{DOWN, icon},
    line::{line, writer_name},
    prelude::*,
    rating::{Questions, Rating},
};
use crate::model::{Msg, News, Row, RowBody, rows};

/// Pixels above the newest line that still count as the end.
const END: i32 = 48;

/// The rows, in an element that keeps its place at the end by itself: its axis is reversed, so that
/// the browser measures from below and neither news nor history move what is being read. Behind it
/// what a screen reader is told, and the way back to the end.
#[component]
pub fn Transcript(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    let at_end = lasting_signal(true);
    let around = ui.parts.around;
    view! {
        <div
            class="scroller"
            role="log"
            aria-live="off"
            tabindex="0"
            aria-label=ui.says(widget::TRANSCRIPT)
            on:scroll=move |event| {
                let Some(scroller) = element(&event) else { return };
                let now_at_end = -END < scroller.scroll_top();
                if at_end.get_untracked() != now_at_end {
                    at_end.set(now_at_end);
                    ui.press(Msg::AtEnd(now_at_end));
                }
            }
        >
            <div class="rows">
                <button
                    class="earlier"
                    type="button"
                    hidden=move || !around.read().has_earlier
                    on:click=move |_| ui.press(Msg::EarlierPressed)
                >{ui.says(widget::EARLIER)}</button>
                <Greeting ui/>
                <div class="list" use:shows_rows=ui></div>
                <div class="replies">{move || replies(ui)}</div>
                <div class="spinner" hidden=move || !around.read().is_loading></div>
                <Questions ui/>
                <Rating ui/>
                <p class="waiting" hidden=move || !around.read().waits>{ui.says(widget::QUEUED)}</p>
                <Typing ui/>
            </div>
        </div>
        <div class="sr" aria-live="polite">{move || news(ui)}</div>
        <button
            class="down"
            type="button"
            aria-label=ui.says(widget::NEWEST)
            hidden=move || at_end.get()
            on:click=move |_| (ui.press)(Press::ToEnd)
        >
            {icon(DOWN)}
            <span class="dot" hidden=move || !around.read().has_unread></span>
        </button>
    }
}

fn shows_rows(list: Element, ui: Ui) -> RenderEffect<()> {
    let mut shown = List::new(list, |one: &Row, other| one.key == other.key);
    let mut spoken = (ui.texts.get(), ui.notices.get());
    RenderEffect::new(move |_| {
        ui.parts.rows.track();
        let speaks = (ui.texts.get(), ui.notices.get());
        if !Arc::ptr_eq(&spoken.0, &speaks.0) || !Arc::ptr_eq(&spoken.1, &speaks.1) {
            // Every row is in another language now.
            shown.clear();
            spoken = speaks;
        }
        let rows = rows(&ui.model.read_untracked(), &ui.format.day_number);
        want_pictures(ui, &rows);
        shown.show(rows, |row| line(ui, &row.body));
    })
}

/// Asks for the addresses of pictures, after this turn: the answer changes what is being shown.
fn want_pictures(ui: Ui, rows: &[Row]) {
    for row in rows {
        let RowBody::Bubble(bubble) = &row.body else { continue };
        for (file, address) in &bubble.files {
            if file.media.is_image() && address.is_none() {
                let file = file.id.clone();
                after(move || ui.press(Msg::FileWanted { file, open: false }));
            }
        }
    }
}

/// The first words, where there is nothing before them.
#[component]
fn Greeting(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    view! {
        <div class="bubble-row theirs first last" hidden=move || !ui.parts.around.read().greets>
            {avatar(&ui.title())}
            <div class="bubble"><bdi>{move || greeting(ui)}</bdi></div>
        </div>
    }
}

/// The site's own words if it has some in this language, else the catalogue's.
fn greeting(ui: Ui) -> String {
    let language = ui.language();
    let model = ui.model.read_untracked();
    let greetings = &model.config.greetings;
    let available: Vec<&str> = greetings.iter().map(|it| it.0.as_str()).collect();
    let found = negotiate(&[&language], &available);
    let own = greetings.iter().find(|it| Some(it.0.as_str()) == found);
    let mut words = own.map_or_else(|| ui.say(&widget::GREETING), |it| it.1.clone());
    let hint = &ui.parts.head.read().hint;
    if !hint.is_empty() {
        words.push('\n');
        words.push_str(hint);
    }
    words
}

/// Answers to a campaign.
fn replies(ui: Ui) -> Views {
    each(ui.parts.around.read().replies.iter().map(|reply| {
        let pressed = reply.clone();
        view! {
            <button
                class="quiet"
                type="button"
                dir="auto"
                on:click=move |_| (ui.press)(Press::Reply(pressed.clone()))
            >{reply.clone()}</button>
        }
        .into_any()
    }))
}

#[component]
fn Typing(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    view! {
        <p class="typing" hidden=move || ui.parts.around.read().typing.is_empty()>
            <span class="dots" aria-hidden="true">
                {each((0..3).map(|_| view! { <i></i> }.into_any()))}
            </span>
            <bdi>{move || typing(ui)}</bdi>
        </p>
    }
}

fn typing(ui: Ui) -> String {
    match ui.parts.around.read().typing.as_slice() {
        [] => String::new(),
        [Some(name)] => ui.say(&widget::typing_one(name)),
        [None] => ui.say(&widget::typing_one(&ui.say(&widget::TEAM))),
        _ => ui.say(&widget::TYPING_MANY),
    }
}

/// What a screen reader says: only what is new, once. The transcript itself is not live, or some
/// readers would begin it all over again with each line.
fn news(ui: Ui) -> String {
    match &ui.parts.news.read().1 {
        Some(News::Message { writer, text, place: _ }) => {
            let what = text.clone().unwrap_or_else(|| ui.say(&widget::ATTACHMENTS));
            [&writer_name(ui, writer), ": ", &what].concat()
        }
        Some(News::Notice(phrase)) => ui.notice(phrase),
        None => String::new(),
    }
}
