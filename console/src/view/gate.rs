//! The pages before somebody is in.

use inbox_protocol::Refusal;
use inbox_text::{Phrase, console};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    controls::{Field, LanguageSelect, ProblemLine},
    icon::Mark,
    say, use_console,
};
use crate::model::{GateMsg, Msg, Problem, Route, refusal};

/// Sign-in, or a link's page.
#[component]
pub(super) fn GatePage() -> impl IntoView {
    let console = use_console();
    let invited = console.slice(|it| matches!(it.route, Route::Invitation(_)));
    view! {
        <main class="gate">
            <div class="gate-card">
                <div class="gate-brand"><Mark /><span>"Porchlight"</span></div>
                {move || {
                    if invited.get() {
                        view! { <Invitation /> }.into_any()
                    } else {
                        view! { <SignIn /> }.into_any()
                    }
                }}
            </div>
            <LanguageSelect />
        </main>
    }
}

#[component]
fn SignIn() -> impl IntoView {
    let console = use_console();
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (email, password) = (email.get_untracked(), password.get_untracked());
        console.send(Msg::Gate(GateMsg::SignIn { email, password }));
    };
    view! {
        <form on:submit=submit>
            <h1>{say(&console::SIGN_IN_TITLE)}</h1>
            <Field label=console::EMAIL value=email kind="email" autocomplete="username" />
            <Field label=console::PASSWORD value=password kind="password" autocomplete="current-password" />
            <Answer />
            <Submit label=console::SIGN_IN />
        </form>
    }
}

#[component]
fn Invitation() -> impl IntoView {
    let console = use_console();
    let password = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        console.send(Msg::Gate(GateMsg::Accept { password: password.get_untracked() }));
    };
    view! {
        <form on:submit=submit>
            <h1>{say(&console::INVITATION_TITLE)}</h1>
            <p class="muted">{say(&console::INVITATION_HINT)}</p>
            <Field label=console::NEW_PASSWORD value=password kind="password" autocomplete="new-password" />
            <Answer />
            <Submit label=console::INVITATION_ACCEPT />
        </form>
    }
}

/// Why the last attempt failed.
#[component]
fn Answer() -> impl IntoView {
    let console = use_console();
    let problem = console.slice(|it| it.gate.problem().map(|problem| why(problem, &it.route)));
    view! { <ProblemLine problem /> }
}

fn why(problem: Problem, route: &Route) -> Phrase {
    match (problem, route) {
        (Problem::PasswordLength, _) => console::WRONG_PASSWORD,
        (Problem::Email, _) => console::WRONG_EMAIL,
        (
            Problem::Refused(Refusal::NotFound | Refusal::Unauthorized),
            Route::SignInLink(_) | Route::Invitation(_),
        ) => console::LINK_USED,
        (Problem::Refused(Refusal::Unauthorized), _) => console::WRONG_SIGN_IN,
        (Problem::Refused(reason), _) => refusal(reason),
    }
}

#[component]
fn Submit(label: Phrase) -> impl IntoView {
    let console = use_console();
    let busy = console.slice(|it| it.gate.is_busy());
    view! {
        <button class="button primary" type="submit" disabled=move || busy.get()>{say(&label)}</button>
    }
}
