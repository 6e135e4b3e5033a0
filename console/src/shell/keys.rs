//! What the window says: keys, visibility, the connection, the address.

use leptos::prelude::*;

use super::{HELD, ShellTransport, fragment, storage};
use crate::{
    browser::dom,
    model::{DeskMsg, Dialog, Model, Msg, Route, SignInState},
    view::SEARCH_FIELD,
};

impl ShellTransport {
    /// What the browser tells as long as the page lives.
    pub(super) fn listen(self) {
        let window = window();
        dom::listen(&window, "hashchange", move |_: web_sys::Event| {
            self.dispatch(Msg::Routed(Route::parse(&fragment())));
        });
        for name in ["focus", "blur"] {
            let focused = name == "focus";
            dom::listen(&window, name, move |_: web_sys::Event| {
                self.dispatch(Msg::Focused(focused));
            });
        }
        for (name, online) in [("online", true), ("offline", false)] {
            dom::listen(&window, name, move |_: web_sys::Event| self.dispatch(Msg::Online(online)));
        }
        dom::listen(&window, "pageshow", move |_: web_sys::Event| self.dispatch(Msg::Woken));
        dom::listen(&document(), "visibilitychange", move |_: web_sys::Event| {
            if !document().hidden() {
                self.dispatch(Msg::Woken);
            }
        });
        dom::keep_compositions();
        dom::listen(&window, "beforeunload", move |event: web_sys::BeforeUnloadEvent| {
            if self.model.with_untracked(Model::asks_before_unload) {
                event.prevent_default();
                // Older browsers ask only if something is returned.
                event.set_return_value("?");
            }
        });
        dom::listen(&window, "storage", move |event: web_sys::StorageEvent| {
            let Some(member) = HELD.with_borrow(|it| it.member.clone()) else { return };
            if let Some((id, draft)) = storage::draft_elsewhere(&member, &event) {
                self.dispatch(Msg::DraftElsewhere(id, Box::new(draft)));
            }
        });
        dom::listen(&window, "keydown", move |event: web_sys::KeyboardEvent| self.key(&event));
        self.dispatch(Msg::Focused(document().has_focus().unwrap_or(true)));
        set_interval(move || self.dispatch(Msg::Ticked), std::time::Duration::from_millis(500));
    }

    /// The keys that work everywhere.
    pub(super) fn key(self, event: &web_sys::KeyboardEvent) {
        let plain = !event.ctrl_key() && !event.meta_key();
        // `/` is on another key of each layout, so the character is compared and not the key.
        let asks = event.key() == "/" && plain && !event.alt_key();
        let is_free = self.model.with_untracked(|it| it.dialog.is_none());
        if asks && is_free && !dom::takes_text(event.target().as_ref()) {
            event.prevent_default();
            dom::focus_id(SEARCH_FIELD);
            return;
        }
        if event.code() == "KeyK" && !plain && !event.alt_key() && !event.shift_key() {
            event.prevent_default();
            let is_inside =
                self.model.with_untracked(|it| matches!(it.sign_in, SignInState::In(_)));
            if is_free && is_inside {
                self.dispatch(Msg::Opened(Dialog::Palette));
            }
            return;
        }
        if !(event.alt_key() && plain) {
            return;
        }
        // A Mac types other letters with Alt, so the place of the key counts.
        let msg = match event.code().as_str() {
            "ArrowDown" => Some(Msg::Step { down: true }),
            "ArrowUp" => Some(Msg::Step { down: false }),
            "KeyA" => self.answer(true),
            "KeyD" => self.answer(false),
            "KeyF" => {
                if is_free {
                    dom::focus_id(SEARCH_FIELD);
                }
                None
            }
            "KeyI" => Some(Msg::Details(!self.model.with_untracked(|it| it.details))),
            _ => return,
        };
        event.prevent_default();
        if let Some(msg) = msg {
            self.dispatch(msg);
        }
    }

    pub(super) fn answer(self, accept: bool) -> Option<Msg> {
        let offer =
            self.model.with_untracked(|it| it.desk.offers.first().map(|it| it.id.clone()))?;
        Some(Msg::Desk(DeskMsg::Answer { offer, accept }))
    }
}
