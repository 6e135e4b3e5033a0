//! What `worker` does not bind: a clock as our instants, randomness, transactions, and
//! alarms that are set without waiting.

use inbox_types::{Millis, Timestamp};
use wasm_bindgen::prelude::*;
use worker::{Result, State, WebSocket};

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

/// Fresh random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let length = u32::try_from(N).expect("a small array");
    get_random_values(&js_sys::Uint8Array::new_with_length(length)).copy_to(&mut bytes);
    bytes
}

/// Waits. The delay of `worker` takes what `setTimeout` returns for a number, which it no
/// longer is on the platform of today.
pub(crate) async fn sleep(span: Millis) {
    let millis = u32::try_from(span.0).unwrap_or(u32::MAX);
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, millis);
    });
    // A promise that is only ever resolved.
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Runs `rows`; if it fails, nothing that it wrote stays.
pub(crate) fn transaction(state: &State, mut rows: impl FnMut() -> Result<()>) -> Result<()> {
    let storage = state.storage();
    let storage: &SyncStorage = storage.as_raw().unchecked_ref();
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
