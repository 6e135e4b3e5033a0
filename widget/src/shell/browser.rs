//! What `browser.js` does for us: texts, dates, sizes and this tab's number.

use inbox_text::Catalogue;
use inbox_types::{Language, Timestamp, limits::LANGUAGES};
use js_sys::{Array, JsString, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::window;

mod script {
    use super::{Array, JsValue, Promise, wasm_bindgen};

    #[wasm_bindgen(module = "/src/shell/browser.js")]
    extern "C" {
        pub(in crate::shell) fn config() -> JsValue;
        pub(super) fn languages() -> Array;
        pub(in crate::shell) fn ours(tag: &str) -> Option<String>;
        pub(super) fn language() -> Option<String>;
        pub(super) fn load(tag: &str) -> Promise;
        pub(super) fn plural(tag: &str, count: f64) -> String;
        pub(super) fn time(tag: &str, at: f64) -> String;
        pub(super) fn day(tag: &str, at: f64) -> String;
        pub(super) fn day_number(at: f64) -> f64;
        pub(super) fn size(tag: &str, bytes: f64) -> String;
        pub(super) fn language_name(tag: &str) -> Option<String>;
        pub(in crate::shell) fn readable_on(colour: &str) -> String;
        pub(in crate::shell) fn tab(site: &str) -> Promise;
    }
}

pub(super) use script::{config, ours, readable_on, tab};

/// The language to begin with.
pub(super) fn language() -> String {
    script::language().unwrap_or_default()
}

/// The texts of a language. They began to load before this module did; without them, and that is
/// without a network, the chat has pictures only.
pub(super) async fn catalogue(language: &str) -> Catalogue {
    let lines = JsFuture::from(script::load(language)).await.ok().and_then(|it| it.as_string());
    let tag = language.to_owned();
    let form = move |count| script::plural(&tag, float(count));
    Catalogue::parse(&lines.unwrap_or_default(), Box::new(form))
}

/// The languages that have texts, each with its own name for itself.
pub(super) fn language_names() -> Vec<(String, String)> {
    let named = |tag: String| {
        let name = script::language_name(&tag).unwrap_or_else(|| tag.clone());
        (tag, name)
    };
    script::languages().iter().filter_map(|it| it.as_string()).map(named).collect()
}

/// What the browser's owner reads, most wanted first.
pub(super) fn wanted_languages() -> Vec<Language> {
    let tags = window().navigator().languages();
    tags.iter().filter_map(|it| it.as_string()?.parse().ok()).take(LANGUAGES).collect()
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
    script::size(language, float(bytes))
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
