//! The panel's head, the state of the connection, and "End this chat?".

use inbox_text::widget;
use inbox_types::avatar::{hue, initials};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};

use super::{
    Ui,
    event::{is_key, value},
    icon::{CROSS, DOTS, icon},
    prelude::*,
};
use crate::model::{self, Msg};

/// Who one talks to, and what else one can do.
#[component]
pub fn Head(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    let menu = lasting_signal(false);
    view! {
        <header class="head">
            <div class="team" aria-hidden="true">{move || team(ui)}</div>
            <div class="names"><h1><bdi>{ui.title()}</bdi></h1><p>{move || names(ui)}</p></div>
            <button
                class="icon"
                type="button"
                aria-label=ui.says(widget::MENU)
                aria-expanded=move || menu.get().to_string()
                aria-controls="menu"
                on:click=move |_| menu.set(!menu.get_untracked())
            >{icon(DOTS)}</button>
            <button
                class="icon"
                type="button"
                aria-label=ui.says(widget::CLOSE)
                on:click=move |_| ui.press(Msg::ClosePressed)
            >{icon(CROSS)}</button>
            <Menu ui menu/>
        </header>
    }
}

fn team(ui: Ui) -> Views {
    each(ui.parts.head.read().people.iter().map(|it| avatar(it.name.as_str())))
}

fn names(ui: Ui) -> String {
    let mut names = String::new();
    let head = ui.parts.head.read();
    if head.answers {
        for person in &head.people {
            if !names.is_empty() {
                names.push_str(", ");
            }
            names.push_str(person.name.as_str());
        }
    }
    if names.is_empty() { head.hint.clone() } else { names }
}

/// A person's initials on their colour.
pub(super) fn avatar(name: &str) -> AnyView {
    let class = ["avatar hue-", &hue(name).to_string()].concat();
    view! { <span class=class aria-hidden="true">{initials(name)}</span> }.into_any()
}

/// Languages, and the end of the chat.
#[component]
fn Menu(
    /// What is shown and called.
    ui: Ui,
    /// Whether it is on screen.
    menu: Signal<bool>,
) -> impl IntoView {
    view! {
        <div
            class="menu"
            id="menu"
            hidden=move || !menu.get()
            on:keydown=move |event| {
                if is_key(&event, "Escape") {
                    event.prevent_default();
                    menu.set(false);
                }
            }
        >
            <label>
                <span>{ui.says(widget::LANGUAGE)}</span>
                <select
                    use:shows_language=ui
                    on:change=move |event| {
                        menu.set(false);
                        if let Ok(language) = value(&event).parse() {
                            ui.press(Msg::LanguageChosen(language));
                        }
                    }
                >{languages(ui)}</select>
            </label>
            <button
                class="end"
                type="button"
                hidden=move || !ui.parts.head.read().is_open
                on:click=move |_| {
                    menu.set(false);
                    ui.press(Msg::EndPressed);
                }
            >{ui.says(widget::END)}</button>
        </div>
    }
}

fn languages(ui: Ui) -> Views {
    each(
        (ui.languages)().into_iter().map(|(tag, name)| {
            view! { <option {..vec![attr("value", tag.as_str()), attr("lang", tag)]}>{name}</option> }.into_any()
        }),
    )
}

fn shows_language(select: Element, ui: Ui) -> RenderEffect<()> {
    // A select and an input both have a value, and it is the same.
    let select: HtmlInputElement = select.unchecked_into();
    let show = move || select.set_value(&ui.language());
    RenderEffect::new(move |_| show())
}

/// What the visitor must know of the connection, and of what this browser remembers.
#[component]
pub fn Banner(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    let class = move || match ui.parts.connection.read().banner {
        // A connection that is made at once is not worth a flash.
        model::Banner::Connecting => "banner patient".to_owned(),
        model::Banner::Reconnecting
        | model::Banner::Offline
        | model::Banner::Gone
        | model::Banner::Outdated => "banner bad".to_owned(),
        model::Banner::None if banner_text(ui).is_empty() => "banner none".to_owned(),
        model::Banner::None => "banner".to_owned(),
    };
    view! {
        <div class=live(class) role="status">
            <span>{move || banner_text(ui)}</span>
            <a href="" hidden=move || ui.parts.connection.read().banner != model::Banner::Outdated>
                {ui.says(widget::RELOAD)}
            </a>
        </div>
    }
}

fn banner_text(ui: Ui) -> String {
    let now = ui.parts.connection.read();
    let with_unsent = |phrase| {
        let waiting = match now.n_unsent {
            0 => ui.say(&widget::UNSENT_NONE),
            n => ui.say(&widget::unsent(n as u64)),
        };
        [&ui.say(phrase), " ", &waiting].concat()
    };
    match now.banner {
        model::Banner::Connecting => ui.say(&widget::CONNECTING),
        model::Banner::Offline => with_unsent(&widget::OFFLINE),
        model::Banner::Reconnecting => with_unsent(&widget::RECONNECTING),
        model::Banner::Gone => ui.say(&widget::GONE),
        model::Banner::Outdated => ui.say(&widget::OUTDATED),
        model::Banner::None if now.erased => ui.say(&widget::ERASED),
        model::Banner::None if !now.remembers => ui.say(&widget::NOT_REMEMBERED),
        model::Banner::None => String::new(),
    }
}

/// "End this chat?" The browser's own dialog keeps the focus inside and gives it back.
#[component]
pub fn EndDialog(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    let answer = move |end| ui.press(Msg::EndAnswered { end });
    view! {
        <dialog
            aria-labelledby="end-title"
            aria-describedby="end-text"
            use:opens_when_asked=ui
            on:keydown=|event| {
                // Esc answers the question; it does not close the panel as well.
                if is_key(&event, "Escape") {
                    event.stop_propagation();
                }
            }
        >
            <h2 id="end-title">{ui.says(widget::END_TITLE)}</h2>
            <p id="end-text">{ui.says(widget::END_TEXT)}</p>
            <div class="buttons">
                <button class="quiet" type="button" on:click=move |_| answer(false)>
                    {ui.says(widget::END_KEEP)}
                </button>
                <button class="strong" type="button" on:click=move |_| answer(true)>
                    {ui.says(widget::END)}
                </button>
            </div>
        </dialog>
    }
    // Leptos has no name for it.
    .add_any_attr(hears("cancel", move |event| {
        event.prevent_default();
        answer(false);
    }))
}

fn opens_when_asked(dialog: Element, ui: Ui) -> RenderEffect<()> {
    let dialog: HtmlDialogElement = dialog.unchecked_into();
    RenderEffect::new(move |_| {
        let asks = ui.parts.closing.read().asks_end;
        if asks && !dialog.open() {
            // It can only fail if it is not in the page.
            let _ = dialog.show_modal();
        } else if !asks && dialog.open() {
            dialog.close();
        }
    })
}
