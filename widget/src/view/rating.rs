//! The questions at the end of a chat.

use inbox_protocol::RatingView;
use inbox_text::{Phrase, widget};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};

use super::{
    Ui,
    composer::counter,
    event::value,
    icon::{STAR, icon},
    prelude::*,
};
use crate::model::Msg;

/// "Do you still have questions?"
#[component]
pub fn Questions(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    let answer = move |more| ui.press(Msg::Answered { more });
    view! {
        <div
            class="card"
            role="group"
            aria-label=ui.says(widget::STILL_QUESTION)
            hidden=move || !ui.parts.closing.read().asks_questions
        >
            <p aria-hidden="true">{ui.says(widget::STILL_QUESTION)}</p>
            <div class="buttons">
                <button class="quiet" type="button" on:click=move |_| answer(true)>
                    {ui.says(widget::STILL_YES)}
                </button>
                <button class="quiet" type="button" on:click=move |_| answer(false)>
                    {ui.says(widget::STILL_NO)}
                </button>
            </div>
        </div>
    }
}

/// One to five stars and a remark.
#[component]
pub fn Rating(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    let card = move || ui.parts.closing.read().rating;
    let stars = move || ui.parts.closing.read().stars;
    let chosen = move || stars().map_or_else(String::new, |it| ui.say(&word(it)));
    view! {
        <form
            class="card rating"
            hidden=move || card().is_none()
            on:submit=move |event| {
                event.prevent_default();
                ui.press(Msg::RatePressed);
            }
        >
            <fieldset>
                <legend>{ui.says(widget::RATING_TITLE)}</legend>
                <div class="stars">{each((1..=5).map(|n| star(ui, n)))}</div>
                <p class="word" aria-hidden="true">{live(chosen)}</p>
            </fieldset>
            <textarea
                {..vec![
                    attr("rows", "2"),
                    attr("aria-label", ui.says(widget::RATING_COMMENT)),
                    attr("placeholder", ui.says(widget::RATING_COMMENT)),
                ]}
                use:empties=ui
                on:input=move |event| ui.press(Msg::Commented((ui.format.normal)(&value(&event))))
            ></textarea>
            {counter(ui, |ui| ui.parts.closing.read().left)}
            <div class="buttons">
                <button
                    class="quiet"
                    type="button"
                    hidden=move || card() == Some(RatingView::Mandatory)
                    on:click=move |_| ui.press(Msg::RateSkipped)
                >{ui.says(widget::RATING_SKIP)}</button>
                <button class="strong" disabled=move || !ui.parts.closing.read().can_rate>
                    {ui.says(widget::RATING_SEND)}
                </button>
            </div>
        </form>
    }
}

/// A rating that was given leaves an empty card for the next.
fn empties(remark: Element, ui: Ui) -> RenderEffect<()> {
    let remark: HtmlTextAreaElement = remark.unchecked_into();
    RenderEffect::new(move |_| {
        if !ui.parts.closing.read().has_comment && !remark.value().is_empty() {
            remark.set_value("");
        }
    })
}

fn star(ui: Ui, n: u8) -> AnyView {
    view! {
        <label>
            <input
                class="sr"
                {..vec![attr("type", "radio"), attr("name", "stars")]}
                aria-label=ui.says(widget::rating_stars(u64::from(n)))
                use:is_checked=(ui, n)
                on:change=move |_| ui.press(Msg::Starred(n))
            />
            {icon(STAR)}
        </label>
    }
    .into_any()
}

fn is_checked(radio: Element, (ui, n): (Ui, u8)) -> RenderEffect<()> {
    let radio: HtmlInputElement = radio.unchecked_into();
    RenderEffect::new(move |_| radio.set_checked(ui.parts.closing.read().stars == Some(n)))
}

fn word(stars: u8) -> Phrase {
    match stars {
        1 => widget::RATING_1,
        2 => widget::RATING_2,
        3 => widget::RATING_3,
        4 => widget::RATING_4,
        _ => widget::RATING_5,
    }
}
