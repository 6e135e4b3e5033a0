//! The keys, where they can be learnt.

use inbox_text::{Phrase, console};
use leptos::prelude::*;

use super::say;

const KEYS: [(&[&str], Phrase); 14] = [
    (&["Ctrl", "K"], console::PALETTE),
    (&["Alt", "↓"], console::KEY_NEXT),
    (&["Alt", "↑"], console::KEY_PREVIOUS),
    (&["Enter"], console::KEY_SEND),
    (&["Shift", "Enter"], console::KEY_LINE),
    (&["Alt", "F"], console::SEARCH_LABEL),
    (&["/"], console::KEY_CANNED),
    (&["Alt", "A"], console::KEY_ACCEPT),
    (&["Alt", "D"], console::KEY_DECLINE),
    (&["Alt", "I"], console::KEY_DETAILS),
    (&["Space"], console::KEY_SELECT),
    (&["Shift", "Space"], console::KEY_SELECT_RANGE),
    (&["Ctrl", "A"], console::SELECT_ALL),
    (&["Esc"], console::SELECT_NONE),
];

/// Each key and what it does.
#[component]
pub(super) fn ShortcutList() -> impl IntoView {
    let line = |(keys, what): (&'static [&'static str], Phrase)| {
        let keys = keys.iter().map(|it| view! { <kbd>{*it}</kbd> " " }).collect_view();
        view! { <dt>{keys}</dt><dd>{say(&what)}</dd> }
    };
    view! { <dl class="shortcuts">{KEYS.map(line).into_iter().collect_view()}</dl> }
}
