//! Texts, moments and sizes in the reader's language. The shell installs what only a browser knows.

use std::cell::RefCell;

use inbox_text::{Catalogue, Phrase};
use inbox_types::Timestamp;

/// Something that is written differently in every language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value<'a> {
    /// The time of a day.
    Clock(Timestamp),
    /// A day and its time.
    Moment(Timestamp),
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

/// Writes a value in the language of that tag.
pub type Write = fn(&str, Value<'_>) -> String;

struct Words {
    catalogue: Catalogue,
    write: Write,
}

thread_local! {
    static WORDS: RefCell<Option<Words>> = const { RefCell::new(None) };
}

/// From now on everything is said in this language. What is on screen must be drawn anew.
pub fn install(catalogue: Catalogue, write: Write) {
    WORDS.set(Some(Words { catalogue, write }));
}

/// The phrase in the reader's language.
#[must_use]
pub fn say(phrase: &Phrase) -> String {
    WORDS.with_borrow(|it| it.as_ref().map_or_else(String::new, |it| it.catalogue.say(phrase)))
}

/// The value in the reader's language.
#[must_use]
pub fn write(value: Value<'_>) -> String {
    WORDS.with_borrow(|it| {
        it.as_ref().map_or_else(String::new, |it| (it.write)(it.catalogue.language(), value))
    })
}

/// The tag of the reader's language.
#[must_use]
pub fn language() -> String {
    WORDS.with_borrow(|it| {
        it.as_ref().map_or_else(String::new, |it| it.catalogue.language().to_owned())
    })
}
