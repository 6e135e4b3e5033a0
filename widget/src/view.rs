//! What the chat looks like, in Leptos. The view reads signals and reports presses; it decides
//! nothing and asks the browser for nothing but its own elements.

mod adopt;
mod composer;
mod event;
mod head;
mod icon;
mod line;
mod prelude;
mod rating;
mod transcript;
mod tray;

use std::sync::Arc;

use inbox_text::{Catalogue, Phrase, widget};
use inbox_types::Timestamp;
use wasm_bindgen::JsCast;
use web_sys::{Element, File, HtmlTextAreaElement};

pub use self::prelude::{Signal, lasting_signal};

use self::{
    adopt::{adopt, adopted, around},
    composer::{Above, Attach, Below, Send},
    event::is_key,
    head::{Banner, EndDialog, Head},
    prelude::{Live, Read, ReadUntracked, attr, hears, live, set, view},
    transcript::Transcript,
};
use crate::model::{self, Attachment, Model, Msg, News, RowsVersion};

/// What every part of the view needs.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    /// What is known. The view reads it by way of its parts.
    pub model: Signal<Model>,
    /// What each part of the view shows.
    pub parts: Parts,
    /// The texts of the interface.
    pub texts: Signal<Arc<Catalogue>>,
    /// The texts of system messages, which may speak another language.
    pub notices: Signal<Arc<Catalogue>>,
    /// Where presses go.
    pub press: fn(Press),
    /// The languages to choose from: tag and own name.
    pub languages: fn() -> Vec<(String, String)>,
    /// How the browser writes dates and sizes.
    pub format: Format,
}

/// What each part of the view shows, and follows: a typed letter asks nobody but who shows the draft.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The head.
    pub head: Signal<model::Head>,
    /// The line below it.
    pub connection: Signal<model::Connection>,
    /// What stands above and below the messages.
    pub around: Signal<model::Around>,
    /// The messages.
    pub rows: Signal<RowsVersion>,
    /// The questions at the end of a chat.
    pub closing: Signal<model::Closing>,
    /// What is being written.
    pub writing: Signal<model::Writing>,
    /// Whether one can write.
    pub composing: Signal<model::Composing>,
    /// What is being attached.
    pub tray: Signal<Vec<Attachment>>,
    /// What a screen reader is to be told.
    pub news: Signal<(u32, Option<News>)>,
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
    /// Goes to the newest message.
    ToEnd,
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
    /// Makes a field as high as what stands in it.
    pub fit: fn(&HtmlTextAreaElement),
}

impl Parts {
    fn of(model: &Model) -> Self {
        Self {
            head: lasting_signal(model.head()),
            connection: lasting_signal(model.connection()),
            around: lasting_signal(model.around()),
            rows: lasting_signal(model.rows_version()),
            closing: lasting_signal(model.closing()),
            writing: lasting_signal(model.writing()),
            composing: lasting_signal(model.composing()),
            tray: lasting_signal(model.attachments.tray().to_vec()),
            news: lasting_signal(model.news.clone()),
        }
    }

    fn follow(self, model: &Model) {
        set(self.head, model.head());
        set(self.connection, model.connection());
        set(self.around, model.around());
        set(self.rows, model.rows_version());
        set(self.closing, model.closing());
        set(self.writing, model.writing());
        set(self.composing, model.composing());
        set(self.tray, model.attachments.tray().to_vec());
        set(self.news, model.news.clone());
    }
}

impl Ui {
    /// What shows this model, in these texts.
    #[must_use]
    pub fn new(
        model: Model,
        texts: Catalogue,
        press: fn(Press),
        languages: fn() -> Vec<(String, String)>,
        format: Format,
    ) -> Self {
        let texts = Arc::new(texts);
        Self {
            parts: Parts::of(&model),
            model: lasting_signal(model),
            texts: lasting_signal(texts.clone()),
            notices: lasting_signal(texts),
            press,
            languages,
            format,
        }
    }

    /// Sets the signal of every part of the model; the views of those whose value differs are asked again.
    pub fn follow(self) {
        self.parts.follow(&self.model.read_untracked());
    }

    /// The phrase in the interface's language, now.
    pub(crate) fn say(self, phrase: &Phrase) -> String {
        self.texts.read().say(phrase)
    }

    /// The phrase in the interface's language, now and after a change.
    pub(crate) fn says(self, phrase: Phrase) -> Live<String> {
        live(move || self.say(&phrase))
    }

    /// The phrase in the language of system messages.
    pub(crate) fn notice(self, phrase: &Phrase) -> String {
        self.notices.read().say(phrase)
    }

    pub(crate) fn language(self) -> String {
        self.texts.read().language().to_owned()
    }

    /// What the team calls itself.
    pub(crate) fn title(self) -> String {
        self.model.read_untracked().config.title.clone()
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
    pub field: HtmlTextAreaElement,
    /// What was said.
    pub scroller: Element,
}

/// The panel: head, transcript, composer, and the question that stands above all. What the relay
/// wrote stays as it is, and the rest comes before and behind it.
#[must_use]
pub fn panel(ui: Ui) -> Panel {
    let (root, form) = (adopted("main", "panel"), adopted("form", "composer"));
    let (row, field) = (adopted("div", "field"), adopted("textarea", ""));
    let title = ui.title();
    adopt(
        &root,
        vec![
            attr("aria-label", live(move || ui.say(&widget::panel(&title)))),
            hears("keydown", move |event| {
                if is_key(&event, "Escape") && !event.default_prevented() {
                    ui.press(Msg::ClosePressed);
                }
            }),
        ],
    );
    around(
        &root,
        view! { <Head ui/><Banner ui/><Transcript ui/> },
        &form,
        view! { <EndDialog ui/> },
    );
    adopt(&form, composer::form(ui));
    around(&form, view! { <Above ui/> }, &row, view! { <Below ui/> });
    adopt(&row, composer::row(ui));
    around(&row, view! { <Attach ui/> }, &field, view! { <Send ui/> });
    adopt(&field, composer::field(ui));
    let scroller = root.query_selector(".scroller").ok().flatten();
    Panel {
        scroller: scroller.expect("the transcript has one"),
        field: field.unchecked_into(),
        root,
    }
}
