//! What only a browser knows of languages: plural forms, dates, names.

use inbox_hours::{Wall, When, Zone};
use inbox_types::Timestamp;
use js_sys::{Array, Function, Intl, JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The rule for plural forms of a language.
pub(crate) fn plural_form(tag: &str) -> Box<dyn Fn(u64) -> String + Send + Sync> {
    let tag = tag.to_owned();
    #[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
    Box::new(move |count| {
        let rules = Intl::PluralRules::new(&locales(&tag), &Object::new());
        String::from(rules.select(count as f64))
    })
}

/// Something that is written differently in every language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value<'a> {
    /// The time of a day.
    Clock(Timestamp),
    /// A day and its time.
    Moment(Timestamp),
    /// The day of an instant; today and yesterday by their names.
    Date(Timestamp),
    /// A size in bytes.
    Bytes(u64),
    /// A language, by its tag.
    Language(&'a str),
    /// A country, by its two letters.
    Country(&'a str),
    /// A day of the week, 1 is Monday.
    Weekday(u8),
    /// A day such as `2026-11-28`.
    Day(&'a str),
    /// How many.
    Number(u64),
    /// A share, in hundredths of a percent.
    Share(i64),
    /// Points of a hundred, in hundredths of a point.
    Points(i64),
    /// An amount of money without its currency, in hundredths.
    Amount(u64),
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
        Value::Date(at) => named_day(tag, at),
        Value::Bytes(bytes) => size(tag, bytes),
        Value::Language(language) => {
            display_name(tag, "language", language).unwrap_or_else(|| language.to_owned())
        }
        Value::Country(country) => {
            display_name(tag, "region", country).unwrap_or_else(|| country.to_owned())
        }
        Value::Weekday(day) => weekday(tag, day),
        Value::Day(day) => whole_day(tag, day),
        #[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
        Value::Number(number) => figure(tag, number as f64, &options(&[])),
        #[expect(clippy::cast_precision_loss, reason = "shares are small")]
        Value::Points(points) => {
            let options = options(&[]);
            let _ = Reflect::set(&options, &"maximumFractionDigits".into(), &1.into());
            figure(tag, points as f64 / 100.0, &options)
        }
        #[expect(clippy::cast_precision_loss, reason = "nobody sells that much")]
        Value::Amount(amount) => {
            let options = options(&[]);
            let _ = Reflect::set(&options, &"maximumFractionDigits".into(), &2.into());
            figure(tag, amount as f64 / 100.0, &options)
        }
        #[expect(clippy::cast_precision_loss, reason = "shares are small")]
        Value::Share(share) => {
            let options = options(&[("style", "percent")]);
            let _ = Reflect::set(&options, &"maximumFractionDigits".into(), &1.into());
            figure(tag, share as f64 / 1e4, &options)
        }
    }
}

/// The number of an instant's day by this computer's clock.
#[expect(clippy::cast_possible_truncation, reason = "days are few")]
pub(crate) fn day_number(at: Timestamp) -> i64 {
    let at = millis(at);
    let offset = js_sys::Date::new(&JsValue::from_f64(at)).get_timezone_offset() * 60_000.0;
    ((at - offset) / 86_400_000.0).floor() as i64
}

/// By how much the days of this computer's clock begin before those of UTC.
#[expect(clippy::cast_possible_truncation, reason = "less than a day")]
pub(crate) fn minutes_east() -> i32 {
    -js_sys::Date::new_0().get_timezone_offset() as i32
}

/// The day of an instant by this computer's clock, such as `2026-11-28`.
pub(crate) fn day(at: Timestamp) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(millis(at)));
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// When a day begins by this computer's clock; none if it is no day.
pub(crate) fn begin_of(day: &str) -> Option<Timestamp> {
    midnight(day, 0)
}

/// When a day is over by this computer's clock; none if it is no day.
pub(crate) fn end_of(day: &str) -> Option<Timestamp> {
    midnight(day, 1)
}

fn midnight(day: &str, later: i32) -> Option<Timestamp> {
    let mut parts = day.split('-').map(|it| it.parse::<i32>().ok());
    let mut part = || parts.next().flatten();
    let (year, month, date) = (part()?, part()?, part()?);
    let at =
        js_sys::Date::new_with_year_month_day(u32::try_from(year).ok()?, month - 1, date + later);
    let at = at.get_time();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "after 1970")]
    (0.0 <= at).then_some(Timestamp::from_millis(at as u64))
}

fn named_day(tag: &str, at: Timestamp) -> String {
    let text = match day_number(at) - day_number(now()) {
        days @ -1..=0 => relative_day(tag, days),
        _ => None,
    };
    let parts = [("weekday", "short"), ("day", "numeric"), ("month", "long")];
    capital(&text.unwrap_or_else(|| date(tag, at.as_millis(), &parts)))
}

/// "today", "yesterday". `js_sys` does not let its formatter take a count.
fn relative_day(tag: &str, days: i64) -> Option<String> {
    let arguments = Array::of2(&locales(tag), &options(&[("numeric", "auto")]));
    let format = Reflect::construct(&class("RelativeTimeFormat")?, &arguments).ok()?;
    let write: Function = Reflect::get(&format, &"format".into()).ok()?.dyn_into().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "today or yesterday")]
    write.call2(&format, &(days as f64).into(), &"day".into()).ok()?.as_string()
}

/// A class of `Intl` that `js_sys` does not bind as it is needed here.
fn class(name: &str) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    Reflect::get(&intl, &name.into()).ok()?.dyn_into().ok()
}

/// As a sentence begins.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |it| it.to_uppercase().chain(letters).collect())
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

/// The size with the unit that the language has for it.
fn size(tag: &str, bytes: u64) -> String {
    let (value, unit) = inbox_types::size(bytes);
    let options = options(&[("style", "unit"), ("unit", unit), ("unitDisplay", "short")]);
    let _ = Reflect::set(&options, &"maximumFractionDigits".into(), &1.into());
    figure(tag, value, &options)
}

fn figure(tag: &str, value: f64, options: &Object) -> String {
    let format = Intl::NumberFormat::new(&locales(tag), options);
    let text = format.format().call1(&JsValue::UNDEFINED, &value.into());
    text.ok().and_then(|it| it.as_string()).unwrap_or_default()
}

/// 1970 began on a Thursday.
fn weekday(tag: &str, day: u8) -> String {
    let millis = (u64::from(day) + 3) * 24 * 3_600_000;
    date(tag, millis, &[("weekday", "long"), ("timeZone", "UTC")])
}

/// A day is the same one wherever its reader is.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "after 1970")]
fn whole_day(tag: &str, day: &str) -> String {
    let millis = js_sys::Date::parse(day);
    if millis.is_nan() {
        return day.to_owned();
    }
    date(tag, millis as u64, &[("dateStyle", "medium"), ("timeZone", "UTC")])
}

/// An instant as a field of date and time has it, by this computer's clock.
pub(crate) fn local(at: Timestamp) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(millis(at)));
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes(),
    )
}

/// The instant that a field of date and time has; none if it is empty.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "after 1970")]
pub(crate) fn instant(local: &str) -> Option<Timestamp> {
    let millis = js_sys::Date::parse(local);
    (0.0 <= millis).then(|| Timestamp::from_millis(millis as u64))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds are below 2^53")]
fn millis(at: Timestamp) -> f64 {
    at.as_millis() as f64
}

/// The clocks of a zone, as the browser knows them.
#[derive(Clone, Debug)]
pub(crate) struct Clocks(Function);

impl Clocks {
    /// Those of a zone with this name, if there is one.
    pub(crate) fn named(zone: &str) -> Option<Self> {
        let parts = [
            ("timeZone", zone),
            ("year", "numeric"),
            ("month", "2-digit"),
            ("day", "2-digit"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("hourCycle", "h23"),
        ];
        // Sweden writes instants as ISO 8601 does.
        knows_zone(zone)
            .then(|| Intl::DateTimeFormat::new(&locales("sv-SE"), &options(&parts)).format())
            .map(Self)
    }
}

impl Zone for Clocks {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds are below 2^53")]
    fn wall(&self, minute: i64) -> i64 {
        let at = JsValue::from_f64(minute as f64 * 60_000.0);
        let text = self.0.call1(&JsValue::UNDEFINED, &at).ok().and_then(|it| it.as_string());
        text.and_then(|it| Wall::read(&it)).map_or(minute, Wall::minutes)
    }
}

pub(crate) fn own_zone() -> String {
    let options = Intl::DateTimeFormat::new(&locales("en"), &Object::new()).resolved_options();
    let zone = Reflect::get(&options, &"timeZone".into()).ok().and_then(|it| it.as_string());
    zone.unwrap_or_else(|| "UTC".to_owned())
}

/// The instant, by this computer's clock.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "after 1970")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as u64)
}

/// The time of a day in a zone, as visitors read it.
pub(crate) fn time_in(tag: &str, zone: &str, at: Timestamp) -> String {
    let parts = [("hour", "numeric"), ("minute", "2-digit"), ("timeZone", zone)];
    date(tag, at.as_millis(), &parts)
}

/// A day in a zone by its weekday or its date, as visitors read it.
pub(crate) fn day_in(tag: &str, zone: &str, at: Timestamp, named: When) -> String {
    let parts = [("weekday", "long"), ("timeZone", zone), ("day", "numeric"), ("month", "long")];
    date(tag, at.as_millis(), if named == When::Weekday { &parts[..2] } else { &parts })
}

/// Whether browsers know this time zone.
pub(crate) fn knows_zone(zone: &str) -> bool {
    let options = options(&[("timeZone", zone)]);
    // `js_sys` takes the constructor for one that never throws.
    class("DateTimeFormat")
        .is_some_and(|it| Reflect::construct(&it, &Array::of2(&locales("en"), &options)).is_ok())
}

/// What a language calls a language or a region. `js_sys` does not bind `Intl.DisplayNames`.
fn display_name(tag: &str, kind: &str, code: &str) -> Option<String> {
    let arguments = Array::of2(&locales(tag), &options(&[("type", kind)]));
    let names = Reflect::construct(&class("DisplayNames")?, &arguments).ok()?;
    let of: Function = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
    let name = of.call1(&names, &JsString::from(code)).ok()?.as_string()?;
    // A sentence of the interface may begin with it.
    Some(capital(&name))
}
