//! The panel's head, the state of the connection, and "End this chat?".

use inbox_text::widget;
use inbox_types::MemberCard;
use leptos::{html, prelude::*};

use super::{
    Ui,
    icon::{CROSS, DOTS, icon},
};
use crate::model::{Banner, Model, Msg, people};

/// Colours of people without a picture; the style sheet has as many.
const COLOURS: u32 = 6;

/// Who one talks to, and what else one can do.
pub(super) fn head(ui: Ui) -> impl IntoView {
    let team = ui.slice(Model::people);
    let open = ui.slice(Model::session_is_open);
    let menu = RwSignal::new(false);
    let title = ui.model.with_untracked(|it| it.config.title.clone());
    view! {
        <header class="head">
            <div class="team" aria-hidden="true">
                {move || team.get().iter().map(avatar).collect_view()}
            </div>
            <div class="names">
                <h1><bdi>{title}</bdi></h1>
                <p>{move || names(&ui, &team.get())}</p>
            </div>
            <button
                type="button"
                class="icon"
                aria-label=ui.say(widget::MENU)
                aria-expanded=move || menu.get().to_string()
                aria-controls="menu"
                on:click=move |_| menu.update(|it| *it = !*it)
            >
                {icon(DOTS)}
            </button>
            <button
                type="button"
                class="icon"
                aria-label=ui.say(widget::CLOSE)
                on:click=move |_| ui.press(Msg::ClosePressed)
            >
                {icon(CROSS)}
            </button>
            <div
                id="menu"
                class="menu"
                hidden=move || !menu.get()
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        event.prevent_default();
                        menu.set(false);
                    }
                }
            >
                {language(ui, menu)}
                <button
                    type="button"
                    class="end"
                    hidden=move || !open.get()
                    on:click=move |_| {
                        menu.set(false);
                        ui.press(Msg::EndPressed);
                    }
                >
                    {ui.say(widget::END)}
                </button>
            </div>
        </header>
    }
}

fn names(ui: &Ui, team: &[MemberCard]) -> String {
    if ui.model.with(|it| it.session_is_open() && !it.is_queued()) && !team.is_empty() {
        team.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")
    } else {
        ui.say(widget::TEAM_HINT)()
    }
}

fn avatar(person: &MemberCard) -> impl IntoView + use<> {
    avatar_of(person.name.as_str())
}

/// A person's initials on their colour.
pub(super) fn avatar_of(name: &str) -> AnyView {
    let class = format!("avatar hue-{}", people::colour(name, COLOURS));
    view! { <span class=class>{people::initials(name)}</span> }.into_any()
}

fn language(ui: Ui, menu: RwSignal<bool>) -> impl IntoView {
    let options = ui.languages.get_value();
    view! {
        <label>
            <span>{ui.say(widget::LANGUAGE)}</span>
            <select
                prop:value=move || ui.language()
                on:change=move |event| {
                    menu.set(false);
                    if let Ok(language) = event_target_value(&event).parse() {
                        ui.press(Msg::LanguageChosen(language));
                    }
                }
            >
                {options
                    .into_iter()
                    .map(|(tag, name)| {
                        let own = tag.clone();
                        let selected = {
                            let tag = tag.clone();
                            move || ui.language() == tag
                        };
                        view! { <option value=tag lang=own selected=selected>{name}</option> }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}

/// What the visitor must know of the connection, and of what this browser remembers.
pub(super) fn banner(ui: Ui) -> impl IntoView {
    let state = ui.slice(|it| (it.banner(), it.n_unsent(), it.remembers, it.erased));
    let text = move || {
        let (banner, n_unsent, remembers, erased) = state.get();
        let texts = ui.texts.get();
        let waiting = match n_unsent {
            0 => texts.say(&widget::UNSENT_NONE),
            n => texts.say(&widget::unsent(n as u64)),
        };
        match banner {
            Banner::Connecting => texts.say(&widget::CONNECTING),
            Banner::Offline => format!("{} {waiting}", texts.say(&widget::OFFLINE)),
            Banner::Reconnecting => format!("{} {waiting}", texts.say(&widget::RECONNECTING)),
            Banner::Gone => texts.say(&widget::GONE),
            Banner::Outdated => texts.say(&widget::OUTDATED),
            Banner::None if erased => texts.say(&widget::ERASED),
            Banner::None if !remembers => texts.say(&widget::NOT_REMEMBERED),
            Banner::None => String::new(),
        }
    };
    let class = move || match state.get().0 {
        // A connection that is made at once is not worth a flash.
        Banner::Connecting => "banner patient",
        Banner::Reconnecting | Banner::Offline | Banner::Gone | Banner::Outdated => "banner bad",
        Banner::None => "banner",
    };
    view! {
        <div class=class role="status">
            {text}
            <Show when=move || state.get().0 == Banner::Outdated>
                <a href="">{ui.say(widget::RELOAD)}</a>
            </Show>
        </div>
    }
}

/// The browser's own dialog keeps the focus inside and gives it back.
pub(super) fn end_dialog(ui: Ui) -> impl IntoView {
    let asks = ui.slice(|it| it.asks_end);
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let asks = asks.get();
        let Some(dialog) = dialog.get() else { return };
        if asks && !dialog.open() {
            // It can only fail if it is not in the page.
            let _ = dialog.show_modal();
        } else if !asks && dialog.open() {
            dialog.close();
        }
    });
    let answer = move |end| ui.press(Msg::EndAnswered { end });
    view! {
        <dialog
            node_ref=dialog
            aria-labelledby="end-title"
            aria-describedby="end-text"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                answer(false);
            }
            on:keydown=move |event| {
                // Esc answers the question; it does not close the panel as well.
                if event.key() == "Escape" {
                    event.stop_propagation();
                }
            }
        >
            <h2 id="end-title">{ui.say(widget::END_TITLE)}</h2>
            <p id="end-text">{ui.say(widget::END_TEXT)}</p>
            <div class="buttons">
                <button type="button" class="quiet" on:click=move |_| answer(false)>
                    {ui.say(widget::END_KEEP)}
                </button>
                <button type="button" class="strong" on:click=move |_| answer(true)>
                    {ui.say(widget::END)}
                </button>
            </div>
        </dialog>
    }
}
