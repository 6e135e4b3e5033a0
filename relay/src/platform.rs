//! What `worker` does not bind: a clock as our instants, randomness, transactions, and
//! alarms that are set without waiting.

pub(crate) mod sockets;
pub mod sql;
pub(crate) mod timers;

use inbox_host::{Sleep, Timeouts};
use inbox_hours::Wall;
use inbox_types::{Millis, Text, Timestamp};
use wasm_bindgen::prelude::*;
use worker::{Request, Result, State, WebSocket};

use crate::limits;

#[wasm_bindgen]
extern "C" {
    /// The object's storage, as far as `worker` leaves it out.
    #[wasm_bindgen(extends = js_sys::Object)]
    type SyncStorage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &SyncStorage,
        rows: &mut dyn FnMut() -> core::result::Result<JsValue, JsValue>,
    ) -> core::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    fn set_alarm(this: &SyncStorage, at: f64) -> core::result::Result<js_sys::Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = deleteAll)]
    fn delete_all(this: &SyncStorage) -> core::result::Result<js_sys::Promise, JsValue>;

    /// The object's state, as far as `worker` leaves it out.
    #[wasm_bindgen(extends = js_sys::Object)]
    type SocketState;

    #[wasm_bindgen(method, catch, js_name = getWebSocketAutoResponseTimestamp)]
    fn auto_response_timestamp(
        this: &SocketState,
        socket: &JsValue,
    ) -> core::result::Result<Option<js_sys::Date>, JsValue>;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, millis: u32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);

    /// What writes instants as days of a zone; unlike the one of `js_sys` it refuses a zone that
    /// there is not.
    #[wasm_bindgen(js_namespace = Intl, js_name = DateTimeFormat)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "DateTimeFormat")]
    fn new(locale: &str, options: &js_sys::Object)
    -> core::result::Result<DateTimeFormat, JsValue>;

    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, at: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl, js_name = NumberFormat)]
    type NumberFormat;

    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "NumberFormat")]
    fn new(locale: &str, options: &js_sys::Object) -> core::result::Result<NumberFormat, JsValue>;

    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, value: f64) -> String;

    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &js_sys::Uint8Array) -> js_sys::Uint8Array;
}

/// The relay's clock.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "instants stay below 2^53"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as u64)
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    const { assert!(limits::is_enough_randomness(N), "more random bytes than the platform gives") };
    let mut bytes = [0; N];
    let length = u32::try_from(N).expect("a small array");
    get_random_values(&js_sys::Uint8Array::new_with_length(length)).copy_to(&mut bytes);
    bytes
}

/// Waits.
pub(crate) fn sleep(span: Millis) -> Sleep<JsTimeouts> {
    Sleep::new(JsTimeouts, span)
}

/// The timers of JavaScript. The delay of `worker` takes what `setTimeout` returns for a number, which
/// it no longer is on the platform of today.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsTimeouts;

impl Timeouts for JsTimeouts {
    type Timer = JsValue;
    type Over = wasm_bindgen_futures::JsFuture;

    fn start(&self, span: Millis) -> (JsValue, Self::Over) {
        let millis = u32::try_from(span.0).unwrap_or(u32::MAX);
        let mut timer = JsValue::UNDEFINED;
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            timer = set_timeout(&resolve, millis);
        });
        (timer, promise.into())
    }

    fn stop(&self, timer: &JsValue) {
        clear_timeout(timer);
    }
}

/// Runs `rows`; if it fails, nothing that it wrote stays.
pub(crate) fn transaction(storage: &JsValue, mut rows: impl FnMut() -> Result<()>) -> Result<()> {
    let storage: &SyncStorage = storage.unchecked_ref();
    let mut rows = || rows().map(|()| JsValue::UNDEFINED).map_err(JsValue::from);
    storage.transaction_sync(&mut rows)?;
    Ok(())
}

/// Sets the one alarm. It is written with everything else of this turn, so nothing waits.
#[expect(clippy::cast_precision_loss, reason = "instants stay below 2^53")]
pub(crate) fn set_alarm(state: &State, at: Timestamp) -> Result<()> {
    let storage = state.storage();
    let storage: &SyncStorage = storage.as_raw().unchecked_ref();
    // The output gate waits for the write; the promise says nothing more.
    let _written = storage.set_alarm(at.as_millis() as f64)?;
    Ok(())
}

/// When the platform last answered a socket's heartbeat.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "instants stay below 2^53"
)]
pub(crate) fn last_heartbeat(state: &State, socket: &WebSocket) -> Option<Timestamp> {
    let state: &SocketState = state.as_raw().unchecked_ref();
    let socket: &JsValue = socket.as_ref();
    let date = state.auto_response_timestamp(socket).ok()??;
    Some(Timestamp::from_millis(date.get_time() as u64))
}

/// Deletes everything that the object stored. It happens within this call; what is written
/// afterwards is the first of a new database.
pub(crate) fn delete_all(state: &State) -> Result<()> {
    let storage = state.storage();
    let storage: &SyncStorage = storage.as_raw().unchecked_ref();
    // The output gate waits for it; the promise says nothing more.
    let _written = storage.delete_all()?;
    Ok(())
}

/// A time zone, as the platform knows it (D-time-zones).
pub(crate) struct Zone(DateTimeFormat);

impl Zone {
    /// The zone of an IANA name.
    ///
    /// # Errors
    ///
    /// If there is no such zone.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let parts = [
            ("timeZone", name),
            ("year", "numeric"),
            ("month", "2-digit"),
            ("day", "2-digit"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("hourCycle", "h23"),
        ];
        // Sweden writes instants as ISO 8601 does.
        Ok(Self(time_format("sv-SE", &parts)?))
    }

    /// The day of an instant there, such as `2026-11-28`.
    #[expect(clippy::cast_precision_loss, reason = "instants stay below 2^53")]
    pub(crate) fn day(&self, at: Timestamp) -> Option<Text<10>> {
        Text::cut(&self.0.format(at.as_millis() as f64))
    }
}

impl inbox_hours::Zone for Zone {
    #[expect(clippy::cast_precision_loss, reason = "instants stay below 2^53")]
    fn wall(&self, minute: i64) -> i64 {
        let text = self.0.format(minute as f64 * 60_000.0);
        // A platform that writes otherwise would be of no use for anything.
        Wall::read(&text).map_or(minute, Wall::minutes)
    }
}

/// An instant as a language writes it, of these parts.
#[expect(clippy::cast_precision_loss, reason = "instants stay below 2^53")]
pub(crate) fn write_time(language: &str, parts: &[(&str, &str)], at: Timestamp) -> Result<String> {
    Ok(time_format(language, parts)?.format(at.as_millis() as f64))
}

fn time_format(language: &str, parts: &[(&str, &str)]) -> Result<DateTimeFormat> {
    Ok(DateTimeFormat::new(language, &options(parts)?)?)
}

fn options(parts: &[(&str, &str)]) -> Result<js_sys::Object> {
    let options = js_sys::Object::new();
    for (key, value) in parts {
        js_sys::Reflect::set(&options, &(*key).into(), &(*value).into())?;
    }
    Ok(options)
}

/// So many minutes as a language writes them.
#[expect(clippy::cast_precision_loss, reason = "it is a wait")]
pub(crate) fn write_minutes(language: &str, minutes: u64) -> Result<String> {
    let parts = [("style", "unit"), ("unit", "minute"), ("unitDisplay", "long")];
    Ok(NumberFormat::new(language, &options(&parts)?)?.format(minutes as f64))
}

/// Whether there is such a time zone.
pub(crate) fn is_zone(name: &str) -> bool {
    Zone::named(name).is_ok()
}

/// A header's value; empty if there is none.
pub(crate) fn header(request: &Request, name: &str) -> String {
    request.headers().get(name).ok().flatten().unwrap_or_default()
}
