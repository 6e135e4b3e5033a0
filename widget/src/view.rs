//! What the chat looks like. The view reads signals and reports presses; it
//! decides nothing and asks the browser for nothing but its own elements.

mod composer;
mod head;
mod icon;
mod line;
mod rating;
mod transcript;

use std::sync::Arc;

use inbox_text::{Catalogue, Phrase};
use inbox_types::Timestamp;
use leptos::prelude::*;
use web_sys::File;

use crate::model::{Model, Msg};

/// What every part of the view needs.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    /// What is known.
    pub model: RwSignal<Model>,
    /// The texts of the interface.
    pub texts: RwSignal<Arc<Catalogue>>,
    /// The texts of system messages, if they speak another language.
    pub notices: RwSignal<Option<Arc<Catalogue>>>,
    /// The languages to choose from: tag and own name.
    pub languages: StoredValue<Vec<(String, String)>>,
    /// Where presses go.
    pub press: Callback<Msg>,
    /// Where a changed draft goes.
    pub draft: Callback<String>,
    /// Where "send" goes: the message still needs a name.
    pub send: Callback<()>,
    /// Where files go.
    pub pick: Callback<Vec<File>>,
    /// The composer, for the cursor.
    pub composer: NodeRef<leptos::html::Textarea>,
    /// The transcript, for scrolling.
    pub scroller: NodeRef<leptos::html::Div>,
    /// How the browser writes dates and sizes.
    pub format: Format,
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
    /// The phrase in the interface's language, now and after a change.
    pub(crate) fn say(self, phrase: Phrase) -> impl Fn() -> String + Clone + Send + 'static {
        move || self.texts.with(|it| it.say(&phrase))
    }

    /// The phrase in the language of system messages.
    pub(crate) fn say_notice(self, phrase: Phrase) -> String {
        match self.notices.get() {
            Some(notices) => notices.say(&phrase),
            None => self.texts.with(|it| it.say(&phrase)),
        }
    }

    /// The interface's language.
    pub(crate) fn language(self) -> String {
        self.texts.with(|it| it.language().to_owned())
    }

    /// One slice of the model; what depends on it runs again only if the slice has changed.
    pub(crate) fn slice<T>(self, of: fn(&Model) -> T) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.model.with(of))
    }

    pub(crate) fn press(self, msg: Msg) {
        self.press.run(msg);
    }
}

/// The panel: head, transcript, composer, and the question that stands above all.
pub fn panel(ui: Ui) -> impl IntoView {
    view! {
        <section
            class="panel"
            aria-label=move || ui.texts.with(|it| it.say(&inbox_text::widget::panel(&ui.model.with_untracked(|it| it.config.title.clone()))))
            on:keydown=move |event| {
                if event.key() == "Escape" && !event.default_prevented() {
                    ui.press(Msg::ClosePressed);
                }
            }
        >
            {head::head(ui)}
            {head::banner(ui)}
            {transcript::transcript(ui)}
            {composer::composer(ui)}
            {head::end_dialog(ui)}
        </section>
    }
}
