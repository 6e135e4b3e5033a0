//! What the chat looks like. The view reads signals and reports presses; it
//! decides nothing and asks the browser for nothing but its own elements.

mod composer;
mod dom;
mod head;
mod icon;
mod line;
mod rating;
mod signal;
mod transcript;

use std::sync::Arc;

use inbox_text::{Catalogue, Phrase, widget};
use inbox_types::Timestamp;
use web_sys::{Element, File};

pub use self::signal::{Signal, changed};

use self::dom::{adopted, is_key};
use crate::model::{Model, Msg};

/// What every part of the view needs.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    /// What is known.
    pub model: Signal<Model>,
    /// The texts of the interface.
    pub texts: Signal<Arc<Catalogue>>,
    /// The texts of system messages, which may speak another language.
    pub notices: Signal<Arc<Catalogue>>,
    /// Where presses go.
    pub press: fn(Press),
    /// The languages to choose from: tag and own name.
    pub languages: fn() -> Vec<(String, String)>,
    /// Does something after this turn.
    pub later: fn(Box<dyn FnOnce()>),
    /// How the browser writes dates and sizes.
    pub format: Format,
}

/// What somebody did.
#[derive(Clone, Debug)]
pub enum Press {
    /// Something for the model.
    Msg(Msg),
    /// Changed the draft.
    Draft(String),
    /// Sends it: the message still needs a name.
    Send,
    /// Sends this answer.
    Reply(String),
    /// Picked, pasted or dropped files.
    Files(Vec<File>),
}

/// How the browser writes what depends on the language.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// A time of day.
    pub time: fn(&str, Timestamp) -> String,
    /// A day.
    pub day: fn(&str, Timestamp) -> String,
    /// The number of a day where the reader is.
    pub day_number: fn(Timestamp) -> i64,
    /// A number of bytes.
    pub size: fn(&str, u64) -> String,
    /// The normal form of a text.
    pub normal: fn(&str) -> String,
}

impl Ui {
    /// The phrase in the interface's language, now.
    pub(crate) fn say(self, phrase: &Phrase) -> String {
        self.texts.with(|it| it.say(phrase))
    }

    /// The phrase in the interface's language, now and after a change.
    pub(crate) fn says(self, phrase: Phrase) -> impl Fn() -> String {
        move || self.say(&phrase)
    }

    /// The same for an attribute.
    pub(crate) fn label(self, phrase: Phrase) -> impl Fn() -> Option<String> {
        move || Some(self.say(&phrase))
    }

    /// The phrase in the language of system messages.
    pub(crate) fn notice(self, phrase: &Phrase) -> String {
        self.notices.with(|it| it.say(phrase))
    }

    /// The interface's language.
    pub(crate) fn language(self) -> String {
        self.texts.with(|it| it.language().to_owned())
    }

    pub(crate) fn press(self, msg: Msg) {
        (self.press)(Press::Msg(msg));
    }
}

/// The elements that the shell moves the cursor and the reader to.
#[derive(Clone, Debug)]
pub struct Panel {
    /// All of it.
    pub root: Element,
    /// Where one writes.
    pub field: web_sys::HtmlTextAreaElement,
    /// What was said.
    pub scroller: Element,
}

/// The panel: head, transcript, composer, and the question that stands above all.
#[must_use]
pub fn panel(ui: Ui) -> Panel {
    let title = ui.model.with(|it| it.config.title.clone());
    let (composer, field) = composer::composer(ui);
    let (scroller, down) = transcript::transcript(ui);
    let root = adopted("main", "panel")
        .live("aria-label", move || Some(ui.say(&widget::panel(&title))))
        .on("keydown", move |event| {
            if is_key(&event, "Escape") && !event.default_prevented() {
                ui.press(Msg::ClosePressed);
            }
        })
        .around(
            &[head::head(ui), head::banner(ui), scroller.clone(), transcript::news(ui), down],
            &composer,
            &[head::end_dialog(ui)],
        );
    Panel { root: root.0, field, scroller: scroller.0 }
}
