//! Forms that hold what nobody has saved: one list for all of them, and one question before any
//! of them is left.

use std::collections::BTreeSet;

use inbox_types::SiteId;

use super::{Dialog, Effect, Model, Room, Route, SignInState};

/// The forms on screen that hold something unsaved, each by its number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unsaved {
    /// Those of the page.
    page: BTreeSet<u32>,
    /// Those of a question over the page; another page leaves it where it is.
    dialog: BTreeSet<u32>,
}

/// A way to leave a form behind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Leave {
    /// To another place.
    To(Route),
    /// To the rules for the campaigns of another site.
    Site(SiteId),
    /// To another language of the interface: every form is drawn anew.
    Speak(String),
    /// Out.
    SignOut,
}

impl Unsaved {
    /// A form begins or ceases to hold something.
    pub(super) fn set(&mut self, form: u32, dialog: bool, on: bool) {
        let forms = if dialog { &mut self.dialog } else { &mut self.page };
        if on {
            forms.insert(form);
        } else {
            forms.remove(&form);
        }
    }

    /// Everything is saved or given up.
    pub(super) fn clear(&mut self) {
        self.page.clear();
        self.dialog.clear();
    }

    /// Whether a form of the page holds something.
    #[must_use]
    pub fn on_page(&self) -> bool {
        !self.page.is_empty()
    }

    /// Whether any form holds something.
    #[must_use]
    pub fn anywhere(&self) -> bool {
        !self.page.is_empty() || !self.dialog.is_empty()
    }
}

impl Model {
    /// Whether to ask before this way is gone.
    #[must_use]
    pub fn asks_before(&self, way: &Leave) -> bool {
        match way {
            Leave::To(_) | Leave::Site(_) => {
                matches!(self.sign_in, SignInState::In(_)) && self.unsaved.on_page()
            }
            Leave::Speak(_) => self.unsaved.anywhere(),
            Leave::SignOut => self.unsaved.anywhere() || self.has_any_draft(),
        }
    }

    /// Whether something would be lost if the browser left the page now.
    #[must_use]
    pub fn asks_before_unload(&self) -> bool {
        self.unsaved.anywhere() || self.has_unkept_draft() || self.has_answers()
    }

    /// Whether something was answered to a question and is not known to be done. No storage has it.
    fn has_answers(&self) -> bool {
        self.rooms.values().any(Room::has_answers)
    }

    /// Whether something is written anywhere and not sent, or answered and not known to be done.
    #[must_use]
    pub fn has_any_draft(&self) -> bool {
        self.has_answers()
            || !self.drafts.is_empty()
            || self.rooms.keys().any(|it| self.has_draft(it))
    }
}

/// Asks first, if something would be lost. None if nothing would.
pub(super) fn ask(model: &mut Model, way: Leave) -> Option<Vec<Effect>> {
    if !model.asks_before(&way) {
        return None;
    }
    // The address may already say where it was going.
    let back = matches!(way, Leave::To(_)).then(|| Effect::Go(model.route.clone()));
    model.dialog = Some(Dialog::Unsaved(way));
    Some(back.into_iter().collect())
}
