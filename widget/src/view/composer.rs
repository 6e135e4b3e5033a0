//! Where one writes. Form, row and field are the relay's (`adopt.rs`): what stands around them is
//! mounted there. What is dropped on the page or pasted is taken by the script that stands in it,
//! before and after the app is there.

use inbox_text::widget;
use leptos::attr::any_attribute::AnyAttribute;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, File, HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent,
};

use super::{
    Press, Ui,
    event::{element, is_key, value},
    icon::{CLIP, SEND, icon},
    prelude::*,
    tray::Tray,
};
use crate::model::Composer;

/// What the form itself is given.
pub(super) fn form(ui: Ui) -> Vec<AnyAttribute> {
    vec![hears("submit", move |event| {
        event.prevent_default();
        (ui.press)(Press::Send);
    })]
}

/// What the row with the field is given.
pub(super) fn row(ui: Ui) -> Vec<AnyAttribute> {
    let class = move || if is_shut(ui) { "field off" } else { "field" }.to_owned();
    vec![attr("class", live(class))]
}

fn is_shut(ui: Ui) -> bool {
    ui.parts.composing.read().state != Composer::Open
}

/// What stands above the field.
#[component]
pub fn Above(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    let hint =
        move || ui.parts.composing.read().hint.as_ref().map_or_else(String::new, |it| ui.say(it));
    let alerts = move || {
        let mut all = String::new();
        for it in &ui.parts.composing.read().alerts {
            all.push_str(&ui.say(it));
            all.push('\n');
        }
        all
    };
    view! {
        <p class="hint">{live(hint)}</p>
        <p class="alert" id="alert" role="alert">{live(alerts)}</p>
        <Tray ui/>
    }
}

/// The button in front of the field, and what it opens.
#[component]
pub fn Attach(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    view! {
        <input
            {..vec![attr("type", "file"), attr("multiple", true), attr("hidden", true)]}
            on:change=move |event| picked(ui, &event)
        />
        <button
            class="icon"
            type="button"
            aria-label=ui.says(widget::ATTACH)
            title=ui.says(widget::ATTACH)
            disabled=move || is_shut(ui)
            on:click=|event| {
                if let Some(input) = element(&event).and_then(|it| it.previous_element_sibling()) {
                    input.unchecked_into::<HtmlElement>().click();
                }
            }
        >{icon(CLIP)}</button>
    }
}

fn picked(ui: Ui, event: &Event) {
    let Some(input) = element(event) else { return };
    let input: HtmlInputElement = input.unchecked_into();
    if let Some(files) = input.files() {
        let files: Vec<File> = (0..files.length()).filter_map(|it| files.get(it)).collect();
        (ui.press)(Press::Files(files));
    }
    // The same file can be picked again after it was removed.
    input.set_value("");
}

/// What the field itself is given.
pub(super) fn field(ui: Ui) -> Vec<AnyAttribute> {
    vec![
        attr("rows", "1"),
        attr("aria-describedby", "keys alert"),
        attr("enterkeyhint", "send"),
        attr("dir", "auto"),
        attr("aria-label", ui.says(widget::MESSAGE_LABEL)),
        attr("placeholder", ui.says(widget::MESSAGE_PLACEHOLDER)),
        attr("disabled", live(move || is_shut(ui))),
        hears("input", move |event| (ui.press)(Press::Draft(value(&event)))),
        hears("keydown", move |event| {
            if sends(&event) {
                event.prevent_default();
                // A spell-checker may have written into the field and told nobody.
                let written = value(&event);
                if (ui.format.normal)(&written) != ui.parts.writing.read_untracked().draft {
                    (ui.press)(Press::Draft(written));
                }
                (ui.press)(Press::Send);
            }
        }),
        with(move |field| shows_draft(field, ui)),
    ]
}

fn shows_draft(field: Element, ui: Ui) -> RenderEffect<()> {
    let field: HtmlTextAreaElement = field.unchecked_into();
    RenderEffect::new(move |_| {
        let draft = &ui.parts.writing.read().draft;
        // Only what was not typed is written back: a cursor in mid-word must stay where it is.
        if (ui.format.normal)(&field.value()) != *draft {
            field.set_value(draft);
        }
        (ui.format.fit)(&field);
    })
}

fn sends(event: &Event) -> bool {
    is_key(event, "Enter") && !event.unchecked_ref::<KeyboardEvent>().shift_key()
}

/// The button behind the field.
#[component]
pub fn Send(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    view! {
        <button
            class="icon send"
            aria-label=ui.says(widget::SEND)
            title=ui.says(widget::SEND)
            disabled=move || !ui.parts.writing.read().can_send
        >{icon(SEND)}</button>
    }
}

/// What stands below the field.
#[component]
pub fn Below(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    view! {
        <span class="sr" id="keys">{ui.says(widget::MESSAGE_HINT)}</span>
        {counter(ui, |ui| ui.parts.writing.read().left)}
        <p class="drop" aria-hidden="true">{ui.says(widget::DROP_HERE)}</p>
    }
}

/// How many characters still fit, or are too many.
pub(super) fn counter(ui: Ui, left: fn(Ui) -> Option<i64>) -> AnyView {
    let class = move || {
        if left(ui).is_some_and(|it| it < 0) { "counter over" } else { "counter" }.to_owned()
    };
    let counter = move || match left(ui) {
        Some(left) if left < 0 => ui.say(&widget::characters_over(left.unsigned_abs())),
        Some(left) => ui.say(&widget::characters_left(left.unsigned_abs())),
        None => String::new(),
    };
    view! { <p class=live(class) role="status">{live(counter)}</p> }.into_any()
}
