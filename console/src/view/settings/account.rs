//! One's own account: the password.

use inbox_protocol::http::ChangePassword;
use inbox_text::console;
use inbox_types::limits::PASSWORD_CHARS;
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{controls::Field, use_console},
    PageHead, Problem, Submit,
};
use crate::model::{AdminMsg, Change, Msg};

/// A new password ends every other sign-in.
#[component]
pub(super) fn Account() -> impl IntoView {
    let console = use_console();
    let old = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (before, after) = (old.get_untracked(), new.get_untracked());
        let msg = if PASSWORD_CHARS.contains(&after.chars().count()) {
            old.set(String::new());
            new.set(String::new());
            AdminMsg::Change(Change::Password(ChangePassword { old: before, new: after }))
        } else {
            AdminMsg::Wrong(console::WRONG_PASSWORD)
        };
        console.send(Msg::Admin(msg));
    };
    view! {
        <PageHead title=console::ACCOUNT hint=console::ACCOUNT_HINT />
        <form class="group narrow" on:submit=submit>
            <Field label=console::OLD_PASSWORD value=old kind="password" autocomplete="current-password" />
            <Field label=console::NEW_PASSWORD value=new kind="password" autocomplete="new-password" />
            <Problem />
            <div class="row-end"><Submit label=console::PASSWORD_CHANGE /></div>
        </form>
    }
}
