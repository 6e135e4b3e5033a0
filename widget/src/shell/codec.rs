//! JSON by the browser's own hand: it is there already, and a codec of ours would weigh 15 KB.

use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// The value that a script's value stands for.
pub(super) fn read<T: DeserializeOwned>(value: &JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value.clone()).ok()
}

/// The value that a JSON text stands for.
pub(super) fn parse<T: DeserializeOwned>(json: &str) -> Option<T> {
    js_sys::JSON::parse(json).ok().and_then(|it| read(&it))
}

/// A script's value, such as JSON has them.
pub(super) fn value<T: Serialize>(of: &T) -> Option<JsValue> {
    of.serialize(&Serializer::json_compatible()).ok()
}

/// The value as a JSON text.
pub(super) fn write<T: Serialize>(of: &T) -> Option<String> {
    js_sys::JSON::stringify(&value(of)?).ok().map(Into::into)
}
