//! The pages before somebody is in.

use inbox_protocol::Refusal;
use inbox_text::{Phrase, console};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    controls::{Field, LanguageSelect, ProblemLine},
    icon::Mark,
    say, use_console,
};
use crate::model::{Msg, Problem, Route, SignInMsg, refusal};

/// What is shown before somebody is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Invitation,
    Link,
    SignIn,
}

impl Page {
    /// Whoever has a link that is good no more can still sign in by a password.
    fn of(route: &Route, problem: Option<Problem>) -> Self {
        let is_used_up =
            matches!(problem, Some(Problem::Refused(Refusal::NotFound | Refusal::Unauthorized)));
        match route {
            Route::Invitation(_) => Self::Invitation,
            Route::SignInLink(_) if !is_used_up => Self::Link,
            Route::SignInLink(_)
            | Route::Desk
            | Route::List(_)
            | Route::Conversation(_)
            | Route::Campaigns
            | Route::CampaignSettings
            | Route::Campaign(_)
            | Route::CampaignReport(_)
            | Route::Settings(_) => Self::SignIn,
        }
    }
}

/// Sign-in, or a link's page.
#[component]
pub(super) fn SignInPage() -> impl IntoView {
    let console = use_console();
    let page = console.slice(|it| Page::of(&it.route, it.sign_in.problem()));
    view! {
        <main class="gate">
            <div class="gate-card">
                <div class="gate-brand"><Mark /><span>"Porchlight"</span></div>
                {move || {
                    match page.get() {
                        Page::Invitation => view! { <Invitation /> }.into_any(),
                        Page::Link => view! { <SignInLink /> }.into_any(),
                        Page::SignIn => view! { <SignIn /> }.into_any(),
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
        console.send(Msg::SignIn(SignInMsg::SignIn { email, password }));
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
fn SignInLink() -> impl IntoView {
    let console = use_console();
    let already =
        console.slice(|it| it.already.as_ref().map(|it| it.member.name.as_str().to_owned()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        console.send(Msg::SignIn(SignInMsg::UseLink));
    };
    view! {
        <form on:submit=submit>
            <h1>{say(&console::SIGN_IN_LINK_TITLE)}</h1>
            <p class="muted">{say(&console::SIGN_IN_LINK_HINT)}</p>
            {move || already.get().map(|name| view! {
                <p role="status">{say(&console::sign_in_link_already(&name))}</p>
                <button
                    class="button"
                    type="button"
                    on:click=move |_| console.send(Msg::SignIn(SignInMsg::Stay))
                >
                    {say(&console::sign_in_link_stay(&name))}
                </button>
            })}
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
        console.send(Msg::SignIn(SignInMsg::Accept { password: password.get_untracked() }));
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
    let problem = console.slice(|it| it.sign_in.problem().map(|problem| why(problem, &it.route)));
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
    let busy = console.slice(|it| it.sign_in.is_busy());
    view! {
        <button class="button primary" type="submit" disabled=move || busy.get()>{say(&label)}</button>
    }
}
