//! Drop-downs over a fixed list: the words that stand for its values, and how texts are compared.

use inbox_text::{Phrase, console};
use inbox_types::How;
use leptos::prelude::*;

use super::super::{super::say, parts::Choice};

/// The word that stands for a value.
pub(super) fn value_of<T: PartialEq + Copy>(all: &[(T, &'static str)], one: T) -> &'static str {
    all.iter().find(|it| it.0 == one).map_or("", |it| it.1)
}

/// The value that a word stands for.
pub(super) fn one_of<T: Copy>(all: &[(T, &'static str)], value: &str) -> Option<T> {
    all.iter().find(|it| it.1 == value).map(|it| it.0)
}

/// Word and name of each value, as [`Choice`] takes them.
pub(super) fn options<T: Copy>(
    all: &[(T, &'static str)],
    name: impl Fn(T) -> Phrase,
) -> Vec<(String, String)> {
    all.iter().map(|(it, value)| ((*value).to_owned(), say(&name(*it)))).collect()
}

const HOWS: [(How, &str); 5] = [
    (How::Is, "is"),
    (How::Contains, "contains"),
    (How::Begins, "begins"),
    (How::Wildcard, "wildcard"),
    (How::Regex, "regex"),
];

/// How a text is compared.
#[component]
pub(super) fn HowChoice(how: How, set: Callback<How>) -> impl IntoView {
    let name = |how: How| match how {
        How::Is => console::COMPARE_IS,
        How::Contains => console::COMPARE_CONTAINS,
        How::Begins => console::COMPARE_BEGINS,
        How::Wildcard => console::COMPARE_WILDCARD,
        How::Regex => console::COMPARE_REGEX,
    };
    let chosen = Callback::new(move |value: String| {
        if let Some(how) = one_of(&HOWS, &value) {
            set.run(how);
        }
    });
    view! {
        <Choice
            label=say(&console::FIELD_COMPARE)
            options=options(&HOWS, name)
            value=value_of(&HOWS, how)
            set=chosen
        />
    }
}
