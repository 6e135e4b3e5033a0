//! The questions before something unsaved is left, and before somebody gets another role.

use inbox_protocol::http::MemberPatch;
use inbox_text::console;
use inbox_types::{MemberId, Role};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    controls::{Modal, ProblemLine},
    say, use_console,
};
use crate::model::{AdminMsg, Change, Leave, Msg, words};

/// Really leave what is not saved?
#[component]
pub(super) fn LeaveQuestion(
    /// The way that waits.
    way: Leave,
) -> impl IntoView {
    let console = use_console();
    let (unsaved, drafts) =
        console.model.with_untracked(|it| (it.unsaved.anywhere(), it.has_any_draft()));
    let out = way == Leave::SignOut;
    let title = if out { console::SIGN_OUT_TITLE } else { console::LEAVE_TITLE };
    let go = if out { console::SIGN_OUT } else { console::LEAVE_GO };
    let leave = move |_| {
        console.send(Msg::Leave(way.clone()));
        if let Leave::Speak(tag) = &way {
            console.speak.run(tag.clone());
        }
    };
    view! {
        <Modal title=say(&title)>
            <div class="stack">
                {unsaved.then(|| view! { <p>{say(&console::LEAVE_TEXT)}</p> })}
                {(out && drafts).then(|| view! { <p>{say(&console::SIGN_OUT_DRAFTS)}</p> })}
                <footer class="dialog-foot">
                    <button type="button" class="button danger" on:click=leave>{say(&go)}</button>
                    <button type="submit" class="button primary" on:click=move |_| console.send(Msg::Closed)>
                        {say(&console::LEAVE_STAY)}
                    </button>
                </footer>
            </div>
        </Modal>
    }
}

/// Really give somebody another role? What the relay refuses is said here, where it was asked.
#[component]
pub(super) fn RoleQuestion(
    /// What the member is called.
    name: String,
    /// Who.
    member: MemberId,
    /// The new role.
    role: Role,
) -> impl IntoView {
    let console = use_console();
    let me = console.model.with_untracked(|it| it.is_me(&member));
    let stops_keys = !matches!(role, Role::Owner | Role::Admin)
        && console.model.with_untracked(|it| it.admin.has_keys_of(&member));
    let problem = console.slice(|it| it.admin.problem.clone());
    let busy = console.slice(|it| it.admin.busy);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let patch = MemberPatch { role: Some(role), ..MemberPatch::default() };
        let change = Change::PatchMember(member.clone(), patch);
        console.send(Msg::Admin(AdminMsg::Change(change)));
    };
    view! {
        <Modal title=say(&console::role_change_title(&name))>
            <form class="stack" on:submit=submit>
                <p>{say(&console::role_change_text(&say(&words::role(role))))}</p>
                {me.then(|| view! { <p><strong>{say(&console::ROLE_CHANGE_SELF)}</strong></p> })}
                {stops_keys.then(|| view! { <p>{say(&console::KEYS_STOP)}</p> })}
                <ProblemLine problem />
                <footer class="dialog-foot">
                    <button type="button" class="button" on:click=move |_| console.send(Msg::Closed)>
                        {say(&console::CANCEL)}
                    </button>
                    <button type="submit" class="button primary" disabled=move || busy.get()>
                        {say(&console::ROLE_CHANGE)}
                    </button>
                </footer>
            </form>
        </Modal>
    }
}
