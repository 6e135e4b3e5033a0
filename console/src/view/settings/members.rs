//! Members, and invitations by a link to hand over.

use std::collections::BTreeSet;

use inbox_protocol::http::{Invite, Member, MemberPatch};
use inbox_text::console;
use inbox_types::{DepartmentId, Role};
use leptos::{
    ev::{Event, SubmitEvent},
    prelude::*,
};

use super::{
    super::{
        Value,
        controls::{Field, Select, StoredSelect},
        icon::{Icon, Shape},
        say,
        unsaved::Form,
        use_console, write,
    },
    CopyLine, Delete, PageHead, Problem, Submit, admin,
};
use crate::{
    browser::dom,
    model::{AdminMsg, Change, Dialog, Msg, Spot, words},
};

fn role_options() -> Vec<(String, String)> {
    // A workspace has its owner; nobody is made another one here.
    let roles = Role::ALL.into_iter().filter(|it| *it != Role::Owner);
    roles.map(|it| (words::role_value(it).to_owned(), say(&words::role(it)))).collect()
}

/// Everybody, and who is invited.
#[component]
pub(super) fn Members() -> impl IntoView {
    let members = admin(|it| it.members.clone());
    let invitations = admin(|it| it.invitations.clone());
    let waiting = Memo::new(move |_| !invitations.get().is_empty());
    view! {
        <PageHead title=console::MEMBERS hint=console::MEMBERS_HINT />
        <NewLink />
        <ul class="items">
            <For each=move || members.get() key=|it| format!("{it:?}") let:member>
                <MemberLine member />
            </For>
        </ul>
        <Show when=move || waiting.get()>
            <h3>{say(&console::INVITATIONS)}</h3>
            <ul class="items">
                {move || invitations.get().into_iter().map(|it| view! {
                    <li class="item">
                        <span class="grow"><strong>{it.name.as_str().to_owned()}</strong> " " <span class="muted">{it.email.as_str().to_owned()}</span></span>
                        <span class="chip">{say(&words::role(it.role))}</span>
                        <span class="muted">{say(&console::valid_until(&write(Value::Moment(it.expires))))}</span>
                        <Delete name=it.name.as_str() change=Change::RemoveMember(it.id, None) />
                    </li>
                }).collect_view()}
            </ul>
        </Show>
        <h3>{say(&console::INVITE)}</h3>
        <InviteForm />
        <Problem />
    }
}

/// A link that works once and is shown once.
#[component]
fn NewLink() -> impl IntoView {
    let console = use_console();
    let link = console.slice(|it| it.admin.link.clone());
    move || {
        link.get().map(|(whose, it)| view! {
        <section class="group new-link" role="status">
            <h3>{say(&console::LINK_READY)}</h3>
            {whose.map(|it| view! { <p><strong dir="auto">{it.as_str().to_owned()}</strong></p> })}
            <p class="muted">{say(&console::link_hint(&write(Value::Moment(it.expires))))}</p>
            <CopyLine text=it.url label=console::LINK_READY />
            <button type="button" class="link-button" on:click=move |_| console.send(Msg::Admin(AdminMsg::LinkTaken))>
                {say(&console::DISMISS)}
            </button>
        </section>
    })
    }
}

#[component]
fn MemberLine(member: Member) -> impl IntoView {
    let console = use_console();
    let me = console.model.with_untracked(|it| it.is_me(&member.id));
    let owner = member.role == Role::Owner;
    let name = member.name.as_str().to_owned();
    let (id, called) = (member.id.clone(), name.clone());
    let ask = Callback::new(move |role: String| {
        let (name, member) = (called.clone(), id.clone());
        let role = words::role_of(&role);
        console.send(Msg::Opened(Dialog::Role { name, member, role }));
    });
    let chosen = RwSignal::new(member.departments.iter().cloned().collect::<BTreeSet<_>>());
    let id = member.id.clone();
    // One at a time, and not all as they are shown: what was pressed before may still be on its way.
    let save = Callback::new(move |(department, on): (DepartmentId, bool)| {
        let (joins, leaves) =
            if on { (vec![department], vec![]) } else { (vec![], vec![department]) };
        let patch = MemberPatch { joins, leaves, ..MemberPatch::default() };
        console.send(Msg::Admin(AdminMsg::Change(Change::PatchMember(id.clone(), patch))));
    });
    let spot = Spot::Member(member.id.clone());
    let link = Change::SignInLink(member.id.clone());
    let link_label = say(&console::sign_in_link_for(&name));
    let role_choice = if owner {
        view! { <span class="chip">{say(&words::role(Role::Owner))}</span> }.into_any()
    } else {
        let stored = words::role_value(member.role).to_owned();
        view! { <StoredSelect label=console::ROLE options=role_options() stored choose=ask /> }
            .into_any()
    };
    let fixed = me || owner;
    view! {
        <li class="item column">
            <div class="item-row">
                <span class="avatar team" aria-hidden="true">{crate::model::initials(&name)}</span>
                <span class="grow"><strong>{name.clone()}</strong><br /><span class="muted">{member.email.map(String::from)}</span></span>
                {role_choice}
                <button type="button" class="button quiet icon-only" aria-label=link_label.clone() title=link_label
                    on:click=move |_| console.send(Msg::Admin(AdminMsg::Change(link.clone())))>
                    <Icon shape=Shape::Link />
                </button>
                {(!fixed).then(|| view! { <Delete name=name change=Change::RemoveMember(member.id, None) /> })}
            </div>
            {member.has_no_password.then(|| view! { <p class="muted">{say(&console::HAS_NO_PASSWORD)}</p> })}
            <Problem at=spot />
            <DepartmentChoice chosen at_once=save />
        </li>
    }
}

/// The departments somebody serves.
#[component]
fn DepartmentChoice(
    chosen: RwSignal<BTreeSet<DepartmentId>>,
    /// Where a choice goes at once, and whether it was made or taken back; what is shown is then what is
    /// stored.
    #[prop(optional)]
    at_once: Option<Callback<(DepartmentId, bool)>>,
) -> impl IntoView {
    let departments = admin(|it| it.departments.clone());
    let check = move |it: inbox_protocol::http::Department| {
        let (id, toggled) = (it.id.clone(), it.id);
        let on = Memo::new(move |_| chosen.with(|it| it.contains(&id)));
        let toggle = move |event: Event| {
            let mut now = chosen.get_untracked();
            let was = now.remove(&toggled);
            if !was {
                now.insert(toggled.clone());
            }
            match at_once {
                Some(save) => {
                    dom::set_checked(&event, was);
                    save.run((toggled.clone(), !was));
                }
                None => chosen.set(now),
            }
        };
        view! {
            <label class="check"><input type="checkbox" prop:checked=on on:change=toggle /><span>{it.name.as_str().to_owned()}</span></label>
        }
    };
    view! {
        <fieldset class="checks">
            <legend class="unseen">{say(&console::DEPARTMENTS)}</legend>
            {move || departments.get().into_iter().map(check).collect_view()}
        </fieldset>
    }
}

#[component]
fn InviteForm() -> impl IntoView {
    let name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let role = RwSignal::new("agent".to_owned());
    let chosen = RwSignal::new(BTreeSet::new());
    let console = use_console();
    let form = Form::that(
        move || (name.get(), email.get()),
        move || {
            name.set(String::new());
            email.set(String::new());
        },
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match (name.get_untracked().try_into(), email.get_untracked().try_into()) {
            (Ok(name), Ok(email)) => {
                let departments = chosen.get_untracked().into_iter().collect();
                let role = words::role_of(&role.get_untracked());
                form.submits();
                let invite = Invite { name, email, role, departments };
                console.send(Msg::Admin(AdminMsg::Change(Change::Invite(invite))));
            }
            (Err(_), _) => console.send(Msg::Admin(AdminMsg::Wrong(console::WRONG_NAME))),
            (_, Err(_)) => console.send(Msg::Admin(AdminMsg::Wrong(console::WRONG_EMAIL))),
        }
    };
    view! {
        <form class="group" aria-label=say(&console::INVITE) on:submit=submit>
            <div class="columns">
                <Field label=console::FIELD_NAME value=name />
                <Field label=console::EMAIL value=email kind="email" />
                <Select label=console::ROLE options=role_options() value=role />
            </div>
            <DepartmentChoice chosen />
            <div class="row-end"><Submit label=console::INVITE_LINK /></div>
        </form>
    }
}
