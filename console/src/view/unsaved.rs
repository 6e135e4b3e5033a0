//! Forms that ask before they are left: the one way in which every form says that it holds
//! something, and learns that it was stored.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;

use super::use_console;
use crate::{
    browser::dom,
    model::{Model, Msg},
};

static LAST: AtomicU32 = AtomicU32::new(0);

/// The page, the browser and the menus ask before they leave this place, as long as it is `dirty`.
pub(super) fn ask_before_leaving(dirty: Signal<bool>, dialog: bool) {
    let console = use_console();
    let form = LAST.fetch_add(1, Ordering::Relaxed);
    Effect::new(move |before: Option<bool>| {
        let on = dirty.get();
        if before.unwrap_or(false) != on {
            console.send(Msg::Unsaved { form, dialog, on });
        }
        on
    });
    on_cleanup(move || {
        dom::after_render(move || console.send(Msg::Unsaved { form, dialog, on: false }));
    });
}

/// A form of the settings: what it holds, and what of it is stored.
pub(super) struct Form<T: Send + Sync + 'static> {
    holds: Memo<T>,
    stored: RwSignal<T>,
    submitted: StoredValue<Option<T>>,
    /// What is done once what was submitted is stored, whatever was typed meanwhile.
    then: StoredValue<Option<Box<dyn Fn() + Send + Sync>>>,
}

impl<T: Send + Sync + 'static> Clone for Form<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Form<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Form<T> {
    /// A form that holds what was just read from the relay.
    pub(super) fn new(holds: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::that(holds, || ())
    }

    /// A form that does something once what it held is stored: one for something new is emptied.
    pub(super) fn that(
        holds: impl Fn() -> T + Send + Sync + 'static,
        then: impl Fn() + 'static,
    ) -> Self {
        let holds = Memo::new(move |_| holds());
        let stored = RwSignal::new(holds.get_untracked());
        let (submitted, after) = (StoredValue::new(None), StoredValue::new(None));
        let form = Self { holds, stored, submitted, then: after };
        ask_before_leaving(Signal::derive(move || form.is_dirty()), false);
        let answers = use_console().slice(Model::answers);
        Effect::new(move |before: Option<(u32, u32)>| {
            let now = answers.get();
            let before = before.unwrap_or(now);
            if before != now {
                let submitted = form.submitted.try_update_value(Option::take).flatten();
                if let Some(submitted) = submitted.filter(|_| before.0 != now.0) {
                    form.is_stored(submitted, &then);
                }
            }
            now
        });
        form
    }

    /// Whether it holds something that is not stored.
    pub(super) fn is_dirty(self) -> bool {
        self.holds.with(|holds| self.stored.with(|stored| holds != stored))
    }

    /// What it holds is on its way to the relay.
    pub(super) fn submits(self) {
        self.submitted.set_value(Some(self.holds.get_untracked()));
    }

    /// The same, and `then` is done once it is stored.
    pub(super) fn submits_and(self, then: impl Fn() + Send + Sync + 'static) {
        self.submits();
        self.then.set_value(Some(Box::new(then)));
    }

    fn is_stored(self, submitted: T, then: &impl Fn()) {
        if let Some(after) = self.then.try_update_value(Option::take).flatten() {
            after();
        }
        let same = self.holds.get_untracked() == submitted;
        self.stored.set(submitted);
        // Whoever has typed on meanwhile goes on.
        if same {
            then();
            self.stored.set(self.holds.get_untracked());
        }
    }
}

/// What the relay says, but not under the fingers: while something on the page is unsaved, it
/// stays as it was.
pub(super) fn held_while_unsaved<T>(source: Memo<T>) -> Memo<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let unsaved = use_console().slice(|it| it.unsaved.on_page());
    Memo::new(move |before: Option<&T>| {
        let (now, holds) = (source.get(), unsaved.get());
        before.filter(|_| holds).cloned().unwrap_or(now)
    })
}
