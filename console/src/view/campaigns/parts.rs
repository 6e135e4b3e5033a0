//! Small things that several of the marketers' pages use.

use inbox_text::{Phrase, console};
use leptos::prelude::*;

use super::super::{
    controls::{self, ProblemLine},
    icon::{Icon, Shape},
    say, use_console,
};
use crate::model::Route;

pub(super) use super::super::controls::{Choice, Line};

/// Nothing is known yet, or nothing can be.
#[component]
pub(super) fn Waiting() -> impl IntoView {
    let problem = use_console().slice(|it| it.campaigns.problem.clone());
    view! { <controls::Waiting problem /> }
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
