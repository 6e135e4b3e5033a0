//! What an event tells.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};

/// Whether a key was pressed for what it says: while a word is composed, Enter and Escape are the
/// input method's, and mean the word.
pub(super) fn is_key(event: &Event, name: &str) -> bool {
    let key: &KeyboardEvent = event.unchecked_ref();
    key.key() == name && !key.is_composing() && key.key_code() != 229
}

/// The element that hears it.
pub(super) fn element(event: &Event) -> Option<Element> {
    event.current_target().map(JsCast::unchecked_into)
}

/// What stands in the field that hears it. A select, a textarea and an input all have a value, and
/// it is the same.
pub(super) fn value(event: &Event) -> String {
    element(event).map_or_else(String::new, |it| it.unchecked_into::<HtmlInputElement>().value())
}
