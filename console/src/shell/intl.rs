//! What only a browser knows of languages: plural forms, dates, names.

use js_sys::{Array, Function, Intl, JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::view::Value;

/// The rule for plural forms of a language.
pub(crate) fn plural_form(tag: &str) -> Box<dyn Fn(u64) -> String + Send + Sync> {
    let tag = tag.to_owned();
    #[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
    Box::new(move |count| {
        let rules = Intl::PluralRules::new(&locales(&tag), &Object::new());
        String::from(rules.select(count as f64))
    })
}

/// Writes a value in a language.
pub(crate) fn write(tag: &str, value: Value<'_>) -> String {
    match value {
        Value::Clock(at) => {
            date(tag, at.as_millis(), &[("hour", "2-digit"), ("minute", "2-digit")])
        }
        Value::Moment(at) => {
            date(tag, at.as_millis(), &[("dateStyle", "medium"), ("timeStyle", "short")])
        }
        Value::Bytes(bytes) => size(tag, bytes),
        Value::Language(language) => {
            language_name(tag, language).unwrap_or_else(|| language.to_owned())
        }
    }
}

fn locales(tag: &str) -> Array {
    Array::of1(&JsValue::from_str(tag))
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds are below 2^53")]
fn date(tag: &str, millis: u64, pairs: &[(&str, &str)]) -> String {
    let format = Intl::DateTimeFormat::new(&locales(tag), &options(pairs));
    let date = js_sys::Date::new(&JsValue::from_f64(millis as f64));
    let text = format.format().call1(&JsValue::UNDEFINED, &date);
    text.ok().and_then(|it| it.as_string()).unwrap_or_default()
}

/// Bytes, kilobytes or megabytes, with the unit that the language has for them.
#[expect(clippy::cast_precision_loss, reason = "files are far smaller")]
fn size(tag: &str, bytes: u64) -> String {
    let (value, unit) = match bytes {
        0..1_000 => (bytes as f64, "byte"),
        1_000..1_000_000 => (bytes as f64 / 1e3, "kilobyte"),
        _ => (bytes as f64 / 1e6, "megabyte"),
    };
    let options = options(&[("style", "unit"), ("unit", unit), ("unitDisplay", "short")]);
    let _ = Reflect::set(&options, &"maximumFractionDigits".into(), &1.into());
    let format = Intl::NumberFormat::new(&locales(tag), &options);
    let text = format.format().call1(&JsValue::UNDEFINED, &value.into());
    text.ok().and_then(|it| it.as_string()).unwrap_or_default()
}

/// What a language calls a language. `js_sys` does not bind `Intl.DisplayNames`.
fn language_name(tag: &str, language: &str) -> Option<String> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"DisplayNames".into()).ok()?.dyn_into().ok()?;
    let arguments = Array::of2(&locales(tag), &options(&[("type", "language")]));
    let names = Reflect::construct(&class, &arguments).ok()?;
    let of: Function = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
    let name = of.call1(&names, &JsString::from(language)).ok()?.as_string()?;
    // A sentence of the interface may begin with it.
    let mut letters = name.chars();
    let first = letters.next()?;
    Some(first.to_uppercase().chain(letters).collect())
}
