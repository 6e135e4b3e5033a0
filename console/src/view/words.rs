//! Texts, moments and sizes in the reader's language.

use std::cell::RefCell;

use inbox_text::{Catalogue, Phrase};

use crate::browser::intl;
pub use crate::browser::intl::Value;

thread_local! {
    static WORDS: RefCell<Option<Catalogue>> = const { RefCell::new(None) };
}

/// From now on everything is said in this language. What is on screen must be drawn anew.
pub fn install(catalogue: Catalogue) {
    WORDS.set(Some(catalogue));
}

/// The phrase in the reader's language.
#[must_use]
pub fn say(phrase: &Phrase) -> String {
    WORDS.with_borrow(|it| it.as_ref().map_or_else(String::new, |it| it.say(phrase)))
}

/// The value in the reader's language.
#[must_use]
pub fn write(value: Value<'_>) -> String {
    WORDS.with_borrow(|it| {
        it.as_ref().map_or_else(String::new, |it| intl::write(it.language(), value))
    })
}

/// The tag of the reader's language.
#[must_use]
pub fn language() -> String {
    WORDS.with_borrow(|it| it.as_ref().map_or_else(String::new, |it| it.language().to_owned()))
}
