//! Small things that several of the marketers' pages use.

use inbox_text::{Phrase, console};
use leptos::prelude::*;

use super::super::{
    controls::ProblemLine,
    icon::{Icon, Shape},
    say, use_console,
};
use crate::model::Route;

/// Nothing is known yet, or nothing can be.
#[component]
pub(super) fn Waiting() -> impl IntoView {
    let problem = use_console().slice(|it| it.campaigns.problem.clone());
    let waits = move || problem.with(Option::is_none);
    view! {
        <p class="muted" aria-busy=move || waits().to_string()>
            {move || waits().then(|| say(&console::LOADING))}
        </p>
        <ProblemLine problem />
    }
}

/// What went wrong with the last change.
#[component]
pub(super) fn Problem() -> impl IntoView {
    let problem = use_console().slice(|it| it.campaigns.problem.clone());
    view! { <ProblemLine problem /> }
}

/// The way back to the list.
#[component]
pub(super) fn Back() -> impl IntoView {
    view! {
        <a class="button quiet small back-link" href=Route::Campaigns.fragment()>
            <Icon shape=Shape::Back />
            {say(&console::CAMPAIGNS_BACK)}
        </a>
    }
}

/// A named line of text that reports what is typed.
#[component]
pub(super) fn Line(
    /// Its name.
    #[prop(into)]
    label: String,
    /// What is in it at first.
    value: String,
    /// Where it goes.
    set: Callback<String>,
    /// What the browser may know of it.
    #[prop(default = "text")]
    kind: &'static str,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                class="input"
                type=kind
                autocomplete="off"
                dir=direction(kind)
                value=value
                on:input=move |event| set.run(event_target_value(&event))
            />
        </label>
    }
}

/// An address is read from left to right everywhere, and a text as it is written.
fn direction(kind: &str) -> Option<&'static str> {
    match kind {
        "text" => Some("auto"),
        "url" => Some("ltr"),
        _ => None,
    }
}

/// A named text of several lines that reports what is typed.
#[component]
pub(super) fn Lines(
    /// Its name.
    label: Phrase,
    /// What is in it at first.
    value: String,
    /// Where it goes.
    set: Callback<String>,
    /// How many lines are seen.
    #[prop(default = 3)]
    rows: u8,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{say(&label)}</span>
            <textarea
                class="input"
                rows=rows.to_string()
                dir="auto"
                prop:value=value
                on:input=move |event| set.run(event_target_value(&event))
            ></textarea>
        </label>
    }
}

/// A named choice that reports what is chosen.
#[component]
pub(super) fn Choice(
    /// Its name.
    #[prop(into)]
    label: String,
    /// Values and what they are called.
    options: Vec<(String, String)>,
    /// What is chosen at first.
    #[prop(into)]
    value: String,
    /// Where it goes.
    set: Callback<String>,
) -> impl IntoView {
    let option = |(key, name): (String, String)| {
        let selected = key == value;
        view! { <option value=key selected=selected>{name}</option> }
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <select class="input" on:change=move |event| set.run(event_target_value(&event))>
                {options.into_iter().map(option).collect_view()}
            </select>
        </label>
    }
}
