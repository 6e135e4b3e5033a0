//! One's own account: the password.

use inbox_protocol::http::ChangePassword;
use inbox_text::console;
use inbox_types::limits::PASSWORD_CHARS;
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{Value, controls::Field, say, unsaved::Form, use_console, write},
    PageHead, Problem, Submit,
};
use crate::model::{AdminMsg, Change, Msg, SignInState};

/// A new password ends every other sign-in. Whoever has just come in by a link need not know the
/// old one: that is how a forgotten password is replaced.
#[component]
pub(super) fn Account() -> impl IntoView {
    let console = use_console();
    let by_link = console.slice(|it| match &it.sign_in {
        SignInState::In(me) => {
            me.sets_password_until.filter(|until| it.desk.relay_time(it.now) <= *until)
        }
        SignInState::Asking | SignInState::Out { .. } => None,
    });
    let old = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let form = Form::that(
        move || (old.get(), new.get()),
        move || {
            old.set(String::new());
            new.set(String::new());
        },
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (before, after) = (old.get_untracked(), new.get_untracked());
        let before = by_link.get_untracked().is_none().then_some(before);
        let msg = if PASSWORD_CHARS.contains(&after.chars().count()) {
            form.submits();
            AdminMsg::Change(Change::Password(ChangePassword { old: before, new: after }))
        } else {
            AdminMsg::Wrong(console::WRONG_PASSWORD)
        };
        console.send(Msg::Admin(msg));
    };
    view! {
        <PageHead title=console::ACCOUNT hint=console::ACCOUNT_HINT />
        <form class="group narrow" on:submit=submit>
            {move || match by_link.get() {
                Some(until) => view! {
                    <p class="muted">{say(&console::password_by_link(&write(Value::Moment(until))))}</p>
                }
                .into_any(),
                None => view! {
                    <Field label=console::OLD_PASSWORD value=old kind="password" autocomplete="current-password" />
                }
                .into_any(),
            }}
            <Field label=console::NEW_PASSWORD value=new kind="password" autocomplete="new-password" />
            <Problem />
            <div class="row-end"><Submit label=console::PASSWORD_CHANGE /></div>
        </form>
    }
}
