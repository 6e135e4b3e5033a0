//! Canned replies: what agents say again and again. Admins and supervisors change all of them, team leads
//! those of the departments that they serve.

use inbox_protocol::http::{CannedReply, CannedReplyForm, Department};
use inbox_text::console;
use inbox_types::DepartmentId;
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::{Area, Field, Select},
        say,
        unsaved::Form,
        use_console,
    },
    Delete, PageHead, Problem, Submit,
};
use crate::model::{AdminMsg, CannedReach, Change, Model, Msg, Spot, unknown_blank};

#[component]
pub(super) fn CannedReplies() -> impl IntoView {
    let console = use_console();
    let canned = console.slice(Model::canned);
    let writes = console.slice(|it| {
        it.canned_reach() == Some(CannedReach::All) || !it.canned_departments().is_empty()
    });
    let others = move || canned.with(|it| it.1.clone());
    let has_others = Memo::new(move |_| canned.with(|it| !it.1.is_empty()));
    view! {
        <PageHead title=console::CANNED hint=console::CANNED_HINT />
        <ul class="items">
            <For each=move || canned.with(|it| it.0.clone()) key=|it| format!("{it:?}") let:reply>
                <li class="item column"><CannedForm reply=Some(reply) /></li>
            </For>
        </ul>
        <Show
            when=move || writes.get()
            fallback=|| view! { <p class="muted">{say(&console::CANNED_NO_DEPARTMENT)}</p> }
        >
            <h3>{say(&console::CANNED_NEW)}</h3>
            <div class="item column"><CannedForm reply=None /></div>
        </Show>
        <Problem />
        <Show when=move || has_others.get()>
            <h3>{say(&console::CANNED_OTHERS)}</h3>
            <ul class="items">
                <For each=others key=|it| format!("{it:?}") let:reply><Other reply /></For>
            </ul>
        </Show>
    }
}

/// A reply that others change.
#[component]
fn Other(reply: CannedReply) -> impl IntoView {
    let console = use_console();
    let department = reply.department;
    let whose = console.slice(move |it| {
        let id = department.as_ref()?;
        it.desk.department_name(id).map(str::to_owned)
    });
    view! {
        <li class="item column">
            <p class="canned-head">
                <strong dir="auto">"/" {reply.shortcut.as_str().to_owned()}</strong>
                <span class="chip">{move || whose.get().unwrap_or_else(|| say(&console::DEPARTMENT_ALL))}</span>
            </p>
            <p class="canned-words" dir="auto">{reply.text.as_str().to_owned()}</p>
        </li>
    }
}

/// The departments that a reply can be of; all of them first, for who may write for all.
fn options(reach: Option<&CannedReach>, departments: Vec<Department>) -> Vec<(String, String)> {
    let all =
        (reach == Some(&CannedReach::All)).then(|| (String::new(), say(&console::DEPARTMENT_ALL)));
    let named = departments.into_iter().map(|it| (it.id.to_string(), it.name.as_str().to_owned()));
    all.into_iter().chain(named).collect()
}

#[component]
fn CannedForm(reply: Option<CannedReply>) -> impl IntoView {
    let console = use_console();
    let options = console
        .model
        .with_untracked(|it| options(it.canned_reach().as_ref(), it.canned_departments()));
    let text = |it: Option<&str>| RwSignal::new(it.unwrap_or_default().to_owned());
    let shortcut = text(reply.as_ref().map(|it| it.shortcut.as_str()));
    let body = text(reply.as_ref().map(|it| it.text.as_str()));
    let first = options.first().map(|it| it.0.clone()).unwrap_or_default();
    let department = RwSignal::new(reply.as_ref().map_or(first, |it| {
        it.department.as_ref().map(DepartmentId::to_string).unwrap_or_default()
    }));
    let id = reply.as_ref().map(|it| it.id.clone());
    let new = id.is_none();
    let form = Form::that(
        move || (shortcut.get(), body.get(), department.get()),
        move || {
            if new {
                shortcut.set(String::new());
                body.set(String::new());
            }
        },
    );
    let problem = id.clone().map(|it| view! { <Problem at=Spot::Canned(it) /> });
    let delete = reply.map(|it| {
        view! {
            <Delete name=it.shortcut.as_str() change=Change::DeleteCanned(it.id) />
        }
    });
    let label = if id.is_some() { console::SAVE } else { console::CANNED_NEW };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let shortcut = shortcut.get_untracked().trim_start_matches('/').to_owned();
        let body = body.get_untracked();
        if let Some(blank) = unknown_blank(&body) {
            console.send(Msg::Admin(AdminMsg::Wrong(console::wrong_blank(blank))));
            return;
        }
        let msg = match (shortcut.try_into(), body.try_into()) {
            (Ok(shortcut), Ok(text)) => {
                form.submits();
                let reply = CannedReplyForm {
                    shortcut,
                    text,
                    department: department.get_untracked().parse().ok(),
                };
                AdminMsg::Change(match &id {
                    Some(id) => Change::SaveCanned(id.clone(), reply),
                    None => Change::CreateCanned(reply),
                })
            }
            (Err(_), _) | (_, Err(_)) => AdminMsg::Wrong(console::WRONG_CANNED),
        };
        console.send(Msg::Admin(msg));
    };
    view! {
        <form class="stack" on:submit=submit>
            <div class="columns">
                <Field label=console::CANNED_SHORTCUT value=shortcut />
                <Select label=console::DEPARTMENT options value=department />
            </div>
            <Area label=console::CANNED_TEXT value=body rows=2 />
            {problem}
            <div class="row-end"><Submit label=label />{delete}</div>
        </form>
    }
}
