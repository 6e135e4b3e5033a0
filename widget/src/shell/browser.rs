//! What `browser.js` does for us: texts, dates, sizes, this tab's number, and what was there before.

use inbox_text::{Catalogue, LANGUAGES, negotiate};
use inbox_types::{ClientId, Language, Timestamp, limits};
use js_sys::{Array, Function, JsString, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlTextAreaElement;

use super::window;

mod script {
    use super::{Array, Function, HtmlTextAreaElement, JsValue, Promise, wasm_bindgen};

    #[wasm_bindgen(module = "/src/shell/browser.js")]
    extern "C" {
        pub(in crate::shell) fn config() -> JsValue;
        pub(in crate::shell) fn language() -> String;
        pub(super) fn lines() -> String;
        pub(super) fn load(tag: &str) -> Promise;
        pub(super) fn plural(tag: &str, count: f64) -> String;
        pub(super) fn time(tag: &str, at: f64) -> String;
        pub(super) fn day(tag: &str, at: f64) -> String;
        pub(super) fn day_number(at: f64) -> f64;
        pub(super) fn size(tag: &str, value: f64, unit: &str) -> String;
        pub(super) fn language_name(tag: &str) -> Option<String>;
        pub(in crate::shell) fn fit(field: &HtmlTextAreaElement);
        pub(in crate::shell) fn cached(put: &Function);
        pub(in crate::shell) fn tab(site: &str) -> Promise;
        pub(in crate::shell) fn survive(site: &str, tabs: &Array, ended: &Function);
        pub(super) fn sent() -> Array;
        pub(in crate::shell) fn settled();
        pub(in crate::shell) fn has_locks() -> bool;
        pub(in crate::shell) fn who(site: &str, told: &Function);
        pub(in crate::shell) fn turn();
        pub(in crate::shell) fn ask();
        pub(in crate::shell) fn settle();
        pub(in crate::shell) fn uploads(told: &Function);
        pub(in crate::shell) fn upload(id: u32, token: &str, file: &JsValue) -> Function;
        pub(in crate::shell) fn take(receive: &Function, files: &Function);
        pub(in crate::shell) fn tell(message: &JsValue);
    }
}

pub(super) use script::{
    ask, cached, config, fit, has_locks, language, settle, settled, survive, tab, take, tell, turn,
    upload, uploads, who,
};

/// The texts that stand in the page.
pub(super) fn written() -> Catalogue {
    parse(&script::lines())
}

/// The texts of a language, if they can be had.
pub(super) async fn catalogue(language: &str) -> Option<Catalogue> {
    JsFuture::from(script::load(language)).await.ok()?.as_string().map(|it| parse(&it))
}

fn parse(lines: &str) -> Catalogue {
    // The head of the lines begins with the language's tag.
    let tag = lines.split_once(' ').map_or("", |it| it.0).to_owned();
    Catalogue::parse(lines, Box::new(move |count| script::plural(&tag, float(count))))
}

/// Which of our languages that is, if any.
pub(super) fn ours(tag: &str) -> Option<&'static str> {
    negotiate(&[tag], LANGUAGES)
}

/// The lines that were sent before the app was there.
pub(super) fn sent() -> Vec<(ClientId, String)> {
    let mut words = script::sent().into_iter().filter_map(|it| it.as_string());
    std::iter::from_fn(|| Some((words.next()?, words.next()?)))
        .filter_map(|(id, text)| Some((id.parse().ok()?, text)))
        .collect()
}

/// The languages that have texts, each with its own name for itself.
pub(super) fn language_names() -> Vec<(String, String)> {
    let named = |tag: &&str| {
        let tag = (*tag).to_owned();
        let name = script::language_name(&tag).unwrap_or_else(|| tag.clone());
        (tag, name)
    };
    LANGUAGES.iter().map(named).collect()
}

/// What the browser's owner reads, most wanted first.
pub(super) fn wanted_languages() -> Vec<Language> {
    let tags = window().navigator().languages();
    tags.iter().filter_map(|it| it.as_string()?.parse().ok()).take(limits::LANGUAGES).collect()
}

pub(super) fn time(language: &str, at: Timestamp) -> String {
    script::time(language, float(at.as_millis()))
}

pub(super) fn day(language: &str, at: Timestamp) -> String {
    script::day(language, float(at.as_millis()))
}

#[expect(clippy::cast_possible_truncation, reason = "days are few")]
pub(super) fn day_number(at: Timestamp) -> i64 {
    script::day_number(float(at.as_millis())) as i64
}

pub(super) fn size(language: &str, bytes: u64) -> String {
    let (value, unit) = inbox_types::size(bytes);
    script::size(language, value, unit)
}

/// The text in the normal form that the limit counts (NFC).
pub(super) fn normal(text: &str) -> String {
    let text = JsValue::from_str(text);
    let normal = text.unchecked_ref::<JsString>().normalize("NFC");
    normal.into()
}

#[expect(clippy::cast_precision_loss, reason = "times and sizes are below 2^53")]
fn float(number: u64) -> f64 {
    number as f64
}
