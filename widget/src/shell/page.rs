//! What the page that embeds the chat says, and what it is told. The one channel to it was opened
//! before the app was there, by the script that stands in the chat's page.

use inbox_text::loader;
use leptos::prelude::ReadUntracked;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::{
    browser, change_language,
    codec::{self, Value, Writer},
    dispatch, generate_id, now, pick, with_shell,
};
use crate::{
    model::{FromPage, Msg, ToPage},
    view::Ui,
};

/// Tells the page.
pub(super) fn tell(news: &ToPage) {
    let message = match news {
        ToPage::Close => Writer::tagged("close"),
        ToPage::Unread(count) => Writer::tagged("unread").number("count", *count as u64),
        ToPage::Open(on) => Writer::tagged("open").flag("on", *on),
        ToPage::Event(name) => Writer::tagged("event").text("name", name),
    };
    browser::tell(&message.value());
}

/// Gives the launcher its words in the language of the chat.
pub(super) fn tell_language(ui: Ui) {
    let now = ui.texts.read_untracked();
    let texts = Writer::new()
        .text("open", &now.say(&loader::OPEN))
        .text("close", &now.say(&loader::CLOSE))
        .text("title", &now.say(&loader::TITLE))
        .text("unread", &now.say(&loader::unread("{count}")))
        .text("failed", &now.say(&loader::FAILED))
        .text("again", &now.say(&loader::AGAIN));
    let message = Writer::tagged("language").text("language", now.language());
    browser::tell(&message.inner("texts", texts).value());
}

/// Begins to listen; what the page has said so far is heard at once.
pub(super) fn greet() {
    let heard = Closure::<dyn FnMut(JsValue)>::new(|said| receive(&Value::of(said)));
    let files = Closure::<dyn FnMut(js_sys::Array)>::new(|files: js_sys::Array| {
        pick(files.iter().filter_map(|it| {
            let pair = js_sys::Array::from(&it);
            Some((pair.get(0).dyn_into().ok()?, pair.get(1).is_truthy()))
        }));
    });
    browser::take(heard.as_ref().unchecked_ref(), files.as_ref().unchecked_ref());
    heard.forget();
    files.forget();
}

fn receive(said: &Value) {
    match said.text("type").unwrap_or_default().as_str() {
        "show" => dispatch(Msg::Shown { focus: said.flag("focus") }),
        "hide" => dispatch(Msg::Hidden),
        "visits" => dispatch(Msg::Page(FromPage::Visits(codec::visits(said)))),
        "page" => {
            if let Some(url) = said.checked("url") {
                dispatch(Msg::Page(FromPage::At(url)));
            }
        }
        "prefill" => {
            let details = codec::details(&said.get("details"));
            dispatch(Msg::Page(FromPage::Prefill { details, text: said.text("text") }));
        }
        "campaign" => {
            if let Some(campaign) = codec::campaign(said, now()) {
                let draft = said.text("draft");
                let answer = said.text("send").map(|it| (generate_id(), it));
                dispatch(Msg::Page(FromPage::Campaign { campaign, draft, answer }));
            }
        }
        // A preset of the page is no choice of the visitor's, so the relay does not hear of it.
        "locale" => {
            if let (Some(ui), Some(language)) = (with_shell(|it| it.ui), said.checked("language")) {
                change_language(ui, language);
            }
        }
        // Of a later loader.
        _ => (),
    }
}
