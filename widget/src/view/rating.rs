//! The two questions at the end of a chat.

use inbox_protocol::RatingView;
use inbox_text::widget;
use leptos::prelude::*;

use super::{
    Ui,
    icon::{STAR, icon},
};
use crate::model::{Model, Msg};

/// "Do you still have questions?"
pub(super) fn questions(ui: Ui) -> impl IntoView {
    let asked = ui.slice(Model::asks_questions);
    let answer = move |more| ui.press(Msg::Answered { more });
    view! {
        <Show when=move || asked.get()>
            <div class="card" role="group" aria-label=ui.say(widget::STILL_QUESTION)>
                <p aria-hidden="true">{ui.say(widget::STILL_QUESTION)}</p>
                <div class="buttons">
                    <button type="button" class="quiet" on:click=move |_| answer(true)>
                        {ui.say(widget::STILL_YES)}
                    </button>
                    <button type="button" class="quiet" on:click=move |_| answer(false)>
                        {ui.say(widget::STILL_NO)}
                    </button>
                </div>
            </div>
        </Show>
    }
}

/// One to five stars and a remark.
pub(super) fn rating(ui: Ui) -> impl IntoView {
    let card = ui.slice(Model::rating_card);
    let stars = ui.slice(|it| it.rating.stars);
    let chosen = move || {
        let word = match stars.get()? {
            1 => widget::RATING_1,
            2 => widget::RATING_2,
            3 => widget::RATING_3,
            4 => widget::RATING_4,
            _ => widget::RATING_5,
        };
        Some(ui.say(word)())
    };
    let form = move || {
        view! {
            <form
                class="card rating"
                on:submit=move |event| {
                    event.prevent_default();
                    ui.press(Msg::RatePressed);
                }
            >
                <fieldset>
                    <legend>{ui.say(widget::RATING_TITLE)}</legend>
                    <div class="stars">
                        {(1..=5).map(|n| star(ui, n)).collect_view()}
                    </div>
                    <p class="word" aria-hidden="true">{chosen}</p>
                </fieldset>
                <textarea
                    rows="2"
                    maxlength="1000"
                    aria-label=ui.say(widget::RATING_COMMENT)
                    placeholder=ui.say(widget::RATING_COMMENT)
                    on:input=move |event| ui.press(Msg::Commented(event_target_value(&event)))
                ></textarea>
                <div class="buttons">
                    <button
                        type="button"
                        class="quiet"
                        hidden=move || card.get() == Some(RatingView::Mandatory)
                        on:click=move |_| ui.press(Msg::RateSkipped)
                    >
                        {ui.say(widget::RATING_SKIP)}
                    </button>
                    <button type="submit" class="strong" disabled=move || stars.get().is_none()>
                        {ui.say(widget::RATING_SEND)}
                    </button>
                </div>
            </form>
        }
    };
    view! { <Show when=move || card.get().is_some()>{form()}</Show> }
}

fn star(ui: Ui, n: u8) -> AnyView {
    view! {
        <label>
            <input
                type="radio"
                name="stars"
                class="sr"
                aria-label=ui.say(widget::rating_stars(u64::from(n)))
                on:change=move |_| ui.press(Msg::Starred(n))
            />
            {icon(STAR)}
        </label>
    }
    .into_any()
}
