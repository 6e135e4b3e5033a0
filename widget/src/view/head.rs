//! The panel's head, the state of the connection, and "End this chat?".

use inbox_text::widget;
use inbox_types::{
    MemberCard,
    portrait::{hue, initials},
};
use web_sys::{HtmlDialogElement, HtmlInputElement};

use super::{
    Signal, Ui,
    dom::{El, append, button, el, is_key, watch},
    icon::{CROSS, DOTS, icon},
};
use crate::model::{Banner, Model, Msg};

/// Who one talks to, and what else one can do.
pub(super) fn head(ui: Ui) -> El {
    let menu = Signal::new(false);
    let title = ui.model.with(|it| it.config.title.clone());
    let names = el("div", "names")
        .with(el("h1", "").with(el("bdi", "").text(&title)))
        .with(el("p", "").says(move || names(ui)));
    let options = button("icon")
        .live("aria-label", ui.label(widget::MENU))
        .live("aria-expanded", move || Some(menu.get().to_string()))
        .attr("aria-controls", "menu")
        .on("click", move |_| menu.set(!menu.get()))
        .with(icon(DOTS));
    let close = button("icon")
        .live("aria-label", ui.label(widget::CLOSE))
        .on("click", move |_| ui.press(Msg::ClosePressed))
        .with(icon(CROSS));
    el("header", "head")
        .with(team(ui))
        .with(names)
        .with(options)
        .with(close)
        .with(panel_menu(ui, menu))
}

fn team(ui: Ui) -> El {
    let team = el("div", "team").attr("aria-hidden", "true");
    let element = team.0.clone();
    let mut last: Vec<MemberCard> = Vec::new();
    watch(move || {
        let people = ui.model.with(Model::people);
        if people != last {
            element.set_text_content(None);
            for person in &people {
                append(&element, &avatar(person.name.as_str()).0);
            }
            last = people;
        }
    });
    team
}

fn names(ui: Ui) -> String {
    let answering = ui.model.with(|it| {
        let talks = it.session_is_open() && !it.is_queued();
        let mut names = String::new();
        for person in it.people() {
            if !names.is_empty() {
                names.push_str(", ");
            }
            names.push_str(person.name.as_str());
        }
        Some(names).filter(|it| talks && !it.is_empty())
    });
    answering.unwrap_or_else(|| ui.say(&widget::TEAM_HINT))
}

/// A person's initials on their colour.
pub(super) fn avatar(name: &str) -> El {
    let hue = hue(name).to_string();
    el("span", &["avatar hue-", hue.as_str()].concat())
        .attr("aria-hidden", "true")
        .text(&initials(name))
}

fn panel_menu(ui: Ui, menu: Signal<bool>) -> El {
    let end = button("end")
        .says(ui.says(widget::END))
        .flag("hidden", move || !ui.model.with(Model::session_is_open))
        .on("click", move |_| {
            menu.set(false);
            ui.press(Msg::EndPressed);
        });
    el("div", "menu")
        .attr("id", "menu")
        .flag("hidden", move || !menu.get())
        .on("keydown", move |event| {
            if is_key(&event, "Escape") {
                event.prevent_default();
                menu.set(false);
            }
        })
        .with(languages(ui, menu))
        .with(end)
}

fn languages(ui: Ui, menu: Signal<bool>) -> El {
    let select = el("select", "");
    for (tag, name) in (ui.languages)() {
        append(&select.0, &el("option", "").attr("value", &tag).attr("lang", &tag).text(&name).0);
    }
    let field: HtmlInputElement = select.cast();
    // A select and an input both have a value, and it is the same.
    let own = field.clone();
    let mut last = String::new();
    watch(move || {
        // Only a change of the language is written back, not each change of anything.
        let language = ui.language();
        if language != last {
            own.set_value(&language);
            last = language;
        }
    });
    let select = select.on("change", move |_| {
        let chosen = field.value().parse();
        menu.set(false);
        if let Ok(language) = chosen {
            ui.press(Msg::LanguageChosen(language));
        }
    });
    el("label", "").with(el("span", "").says(ui.says(widget::LANGUAGE))).with(select)
}

/// What the visitor must know of the connection, and of what this browser remembers.
pub(super) fn banner(ui: Ui) -> El {
    let state = move || ui.model.with(Model::banner);
    let text = el("span", "").says(move || banner_text(ui));
    let reload = el("a", "")
        .attr("href", "")
        .says(ui.says(widget::RELOAD))
        .flag("hidden", move || state() != Banner::Outdated);
    el("div", "banner")
        .attr("role", "status")
        .live("class", move || {
            let class = match state() {
                // A connection that is made at once is not worth a flash.
                Banner::Connecting => "banner patient",
                Banner::Reconnecting | Banner::Offline | Banner::Gone | Banner::Outdated => {
                    "banner bad"
                }
                Banner::None if banner_text(ui).is_empty() => "banner none",
                Banner::None => "banner",
            };
            Some(class.to_owned())
        })
        .with(text)
        .with(reload)
}

fn banner_text(ui: Ui) -> String {
    let (banner, n_unsent, remembers, erased) =
        ui.model.with(|it| (it.banner(), it.n_unsent(), it.remembers, it.erased));
    let with_unsent = |phrase| {
        let waiting = match n_unsent {
            0 => ui.say(&widget::UNSENT_NONE),
            n => ui.say(&widget::unsent(n as u64)),
        };
        [&ui.say(phrase), " ", &waiting].concat()
    };
    match banner {
        Banner::Connecting => ui.say(&widget::CONNECTING),
        Banner::Offline => with_unsent(&widget::OFFLINE),
        Banner::Reconnecting => with_unsent(&widget::RECONNECTING),
        Banner::Gone => ui.say(&widget::GONE),
        Banner::Outdated => ui.say(&widget::OUTDATED),
        Banner::None if erased => ui.say(&widget::ERASED),
        Banner::None if !remembers => ui.say(&widget::NOT_REMEMBERED),
        Banner::None => String::new(),
    }
}

/// The browser's own dialog keeps the focus inside and gives it back.
pub(super) fn end_dialog(ui: Ui) -> El {
    let answer = move |end| ui.press(Msg::EndAnswered { end });
    let buttons = el("div", "buttons")
        .with(button("quiet").says(ui.says(widget::END_KEEP)).on("click", move |_| answer(false)))
        .with(button("strong").says(ui.says(widget::END)).on("click", move |_| answer(true)));
    let dialog = el("dialog", "")
        .attr("aria-labelledby", "end-title")
        .attr("aria-describedby", "end-text")
        .on("cancel", move |event| {
            event.prevent_default();
            answer(false);
        })
        .on("keydown", |event| {
            // Esc answers the question; it does not close the panel as well.
            if is_key(&event, "Escape") {
                event.stop_propagation();
            }
        })
        .with(el("h2", "").attr("id", "end-title").says(ui.says(widget::END_TITLE)))
        .with(el("p", "").attr("id", "end-text").says(ui.says(widget::END_TEXT)))
        .with(buttons);
    let element: HtmlDialogElement = dialog.cast();
    watch(move || {
        let asks = ui.model.with(|it| it.asks_end);
        if asks && !element.open() {
            // It can only fail if it is not in the page.
            let _ = element.show_modal();
        } else if !asks && element.open() {
            element.close();
        }
    });
    dialog
}
