//! The two questions at the end of a chat.

use inbox_protocol::RatingView;
use inbox_text::{Phrase, widget};
use web_sys::HtmlTextAreaElement;

use super::{
    Ui,
    dom::{El, button, el, watch},
    icon::{STAR, icon},
};
use crate::model::{Model, Msg};

/// "Do you still have questions?"
pub(super) fn questions(ui: Ui) -> El {
    let answer = move |more| ui.press(Msg::Answered { more });
    let buttons = el("div", "buttons")
        .with(button("quiet").says(ui.says(widget::STILL_YES)).on("click", move |_| answer(true)))
        .with(button("quiet").says(ui.says(widget::STILL_NO)).on("click", move |_| answer(false)));
    el("div", "card")
        .attr("role", "group")
        .live("aria-label", ui.label(widget::STILL_QUESTION))
        .flag("hidden", move || !ui.model.with(Model::asks_questions))
        .with(el("p", "").attr("aria-hidden", "true").says(ui.says(widget::STILL_QUESTION)))
        .with(buttons)
}

/// One to five stars and a remark.
pub(super) fn rating(ui: Ui) -> El {
    let card = move || ui.model.with(Model::rating_card);
    let stars = move || ui.model.with(|it| it.rating.stars);
    let choice = (1..=5).fold(el("div", "stars"), |all, n| all.with(star(ui, n)));
    let question = el("fieldset", "")
        .with(el("legend", "").says(ui.says(widget::RATING_TITLE)))
        .with(choice)
        .with(
            el("p", "word")
                .attr("aria-hidden", "true")
                .says(move || stars().map_or_else(String::new, |it| ui.say(&word(it)))),
        );
    let buttons = el("div", "buttons")
        .with(
            button("quiet")
                .says(ui.says(widget::RATING_SKIP))
                .flag("hidden", move || card() == Some(RatingView::Mandatory))
                .on("click", move |_| ui.press(Msg::RateSkipped)),
        )
        .with(
            el("button", "strong")
                .says(ui.says(widget::RATING_SEND))
                .flag("disabled", move || stars().is_none()),
        );
    el("form", "card rating")
        .flag("hidden", move || card().is_none())
        .on("submit", move |event| {
            event.prevent_default();
            ui.press(Msg::RatePressed);
        })
        .with(question)
        .with(remark(ui))
        .with(buttons)
}

fn remark(ui: Ui) -> El {
    let remark = el("textarea", "")
        .attr("rows", "2")
        .attr("maxlength", "1000")
        .live("aria-label", ui.label(widget::RATING_COMMENT))
        .live("placeholder", ui.label(widget::RATING_COMMENT));
    let field: HtmlTextAreaElement = remark.cast();
    let own = field.clone();
    watch(move || {
        // A rating that was given leaves an empty card for the next.
        if ui.model.with(|it| it.rating.comment.is_empty()) && !own.value().is_empty() {
            own.set_value("");
        }
    });
    remark.on("input", move |_| ui.press(Msg::Commented(field.value())))
}

fn star(ui: Ui, n: u8) -> El {
    let input = el("input", "sr")
        .attr("type", "radio")
        .attr("name", "stars")
        .live("aria-label", ui.label(widget::rating_stars(u64::from(n))))
        .on("change", move |_| ui.press(Msg::Starred(n)));
    let radio: web_sys::HtmlInputElement = input.cast();
    watch(move || radio.set_checked(ui.model.with(|it| it.rating.stars == Some(n))));
    el("label", "").with(input).with(icon(STAR))
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
