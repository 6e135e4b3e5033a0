//! How the team works (permissions, routing and transfer).

use inbox_protocol::http::{App, Stops};
use inbox_text::{Phrase, console};
use inbox_types::{
    AgentView, DisconnectedOwner, ListOrder, Millis, RoleSettings, TransferMode, WorkspaceSettings,
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::{Field, Select, Switch},
        say,
        unsaved::{Form, held_while_unsaved},
        use_console,
        words::Value,
        write,
    },
    PageHead, Problem, Submit, admin,
};
use crate::model::{AdminMsg, Change, Edited, Msg, number, wait_levels, words};

type Toggle = (Phrase, fn(&RoleSettings) -> bool, fn(&mut RoleSettings, bool));

const TOGGLES: [Toggle; 9] = [
    (console::SET_FORBID_EDITING, |it| it.forbid_editing, |it, on| it.forbid_editing = on),
    (console::SET_FORBID_DELETING, |it| it.forbid_deleting, |it, on| it.forbid_deleting = on),
    (console::SET_AGENT_OWNER, |it| it.agent_changes_owner, |it, on| it.agent_changes_owner = on),
    (console::SET_AGENT_BLOCKS, |it| it.agent_blocks, |it, on| it.agent_blocks = on),
    (console::SET_LEAD_BLOCKS, |it| it.team_lead_blocks, |it, on| it.team_lead_blocks = on),
    (
        console::SET_LEAD_TRANSFERS,
        |it| it.team_lead_transfers,
        |it, on| it.team_lead_transfers = on,
    ),
    (
        console::SET_SUPERVISOR_DELETES,
        |it| it.supervisor_deletes,
        |it, on| it.supervisor_deletes = on,
    ),
    (
        console::SET_SUPERVISOR_OWN,
        |it| it.supervisor_own_departments,
        |it, on| it.supervisor_own_departments = on,
    ),
    (console::SET_LEADS_UNMASKED, |it| it.leads_see_unmasked, |it, on| it.leads_see_unmasked = on),
];

/// How the team works.
#[component]
pub(super) fn Workspace() -> impl IntoView {
    let settings = held_while_unsaved(admin(|it| Some(it.settings.clone())));
    view! {
        <PageHead title=console::WORKSPACE hint=console::WORKSPACE_HINT />
        {move || settings.get().map(|settings| view! { <WorkspaceForm settings /> })}
        <Stopped />
    }
}

/// Apps that stopped in browsers, if any did.
#[component]
fn Stopped() -> impl IntoView {
    let stops = admin(|it| Some(it.stops.clone()));
    let line = |Stops { app, build, n, last }| {
        let app = match app {
            App::Widget => console::STOPPED_WIDGET,
            App::Console => console::STOPPED_CONSOLE,
        };
        let build = build.map_or_else(|| say(&console::STOPPED_EARLIER), String::from);
        let when = console::stopped_line(&say(&app), &build, n, &write(Value::Moment(last)));
        view! { <li>{say(&when)}</li> }
    };
    move || {
        stops.get().filter(|it| !it.is_empty()).map(|stops| {
            view! {
                <section class="group">
                    <h3>{say(&console::STOPPED)}</h3>
                    <p class="muted">{say(&console::STOPPED_HINT)}</p>
                    <ul>{stops.into_iter().map(line).collect_view()}</ul>
                </section>
            }
        })
    }
}

#[component]
fn WorkspaceForm(settings: WorkspaceSettings) -> impl IntoView {
    let console = use_console();
    let text = |it: u64| RwSignal::new(it.to_string());
    let capacity = text(u64::from(settings.capacity));
    let deadline = text(settings.offer_deadline.0 / 1_000);
    let life = text(settings.notification_life.0 / 1_000);
    let direct = RwSignal::new((settings.transfer_mode == TransferMode::Direct).to_string());
    let owner = RwSignal::new(owner_value(settings.disconnected_owner).to_owned());
    let roles = RwSignal::new(settings.roles.clone());
    let agents_see = RwSignal::new(agent_view_value(settings.roles.agent_view).to_owned());
    let omnichat = RwSignal::new((settings.list_order == ListOrder::Omnichat).to_string());
    let waits = settings.wait_levels.map(|it| text(it.0 / 60_000));
    let typed = move || {
        let lists = (omnichat.get(), waits.map(|it| it.get()));
        let times = (capacity.get(), deadline.get(), life.get());
        (times, direct.get(), owner.get(), roles.get(), agents_see.get(), lists)
    };
    let unsaved = Form::new(typed);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = || {
            let seconds =
                |it: RwSignal<String>, most| number(&it.get_untracked(), most).map(Millis::seconds);
            let capacity = number(&capacity.get_untracked(), 100)?;
            Ok(WorkspaceSettings {
                transfer_mode: if direct.get_untracked() == "true" {
                    TransferMode::Direct
                } else {
                    TransferMode::Request
                },
                offer_deadline: seconds(deadline, 600)?,
                capacity: u32::try_from(capacity).unwrap_or(1).max(1),
                disconnected_owner: owner_of(&owner.get_untracked()),
                roles: RoleSettings {
                    agent_view: agent_view_of(&agents_see.get_untracked()),
                    ..roles.get_untracked()
                },
                notification_life: seconds(life, 15)?,
                list_order: if omnichat.get_untracked() == "true" {
                    ListOrder::Omnichat
                } else {
                    ListOrder::Waiting
                },
                wait_levels: wait_levels(&waits.map(|it| it.get_untracked()))?,
                ..settings.clone()
            })
        };
        unsaved.submits();
        let msg = match form() {
            Ok(form) => {
                let was = settings.clone();
                AdminMsg::Change(Change::Workspace(Box::new(Edited::new(form, was))))
            }
            Err(problem) => AdminMsg::Wrong(problem),
        };
        console.send(Msg::Admin(msg));
    };
    let toggle = move |(label, read, set): Toggle| {
        let on = Memo::new(move |_| roles.with(read));
        let set = Callback::new(move |on| roles.update(|it| set(it, on)));
        view! { <Switch label on set /> }
    };
    let modes = vec![
        ("false".to_owned(), say(&console::TRANSFER_MODE_REQUEST)),
        ("true".to_owned(), say(&console::TRANSFER_MODE_DIRECT)),
    ];
    let orders = vec![
        ("false".to_owned(), say(&console::ORDER_WAITING)),
        ("true".to_owned(), say(&console::ORDER_OMNICHAT)),
    ];
    let [first, second, third] = waits;
    let owners = [DisconnectedOwner::Keep, DisconnectedOwner::Requeue, DisconnectedOwner::Close];
    let owners =
        owners.map(|it| (owner_value(it).to_owned(), say(&words::disconnected(it)))).to_vec();
    let views = AGENT_VIEWS
        .map(|it| (agent_view_value(it).to_owned(), say(&words::agent_view(it))))
        .to_vec();
    view! {
        <form class="settings-form" on:submit=submit>
            <section class="group">
                <h3>{say(&console::ROUTING)}</h3>
                <div class="columns">
                    <Field label=console::SET_CAPACITY value=capacity kind="number" />
                    <Field label=console::SET_DEADLINE value=deadline kind="number" />
                    <Field label=console::SET_LIFE value=life kind="number" />
                    <Select label=console::SET_TRANSFER_MODE options=modes value=direct />
                    <Select label=console::SET_DISCONNECTED options=owners value=owner />
                </div>
            </section>
            <section class="group">
                <h3>{say(&console::CONVERSATIONS)}</h3>
                <Select label=console::SET_ORDER options=orders value=omnichat />
                <h4>{say(&console::SET_WAITS)}</h4>
                <p class="muted">{say(&console::SET_WAITS_HINT)}</p>
                <div class="columns">
                    <Field label=console::SET_WAIT_1 value=first kind="number" />
                    <Field label=console::SET_WAIT_2 value=second kind="number" />
                    <Field label=console::SET_WAIT_3 value=third kind="number" />
                </div>
            </section>
            <section class="group">
                <h3>{say(&console::PERMISSIONS)}</h3>
                <Select label=console::SET_AGENT_VIEW options=views value=agents_see />
                {TOGGLES.map(toggle).into_iter().collect_view()}
            </section>
            <Problem />
            <Submit label=console::SAVE />
        </form>
    }
}

const AGENT_VIEWS: [AgentView; 4] =
    [AgentView::All, AgentView::Departments, AgentView::OwnAndUnassigned, AgentView::Own];

fn agent_view_value(what: AgentView) -> &'static str {
    match what {
        AgentView::All => "all",
        AgentView::Departments => "departments",
        AgentView::OwnAndUnassigned => "own_and_unassigned",
        AgentView::Own => "own",
    }
}

fn agent_view_of(value: &str) -> AgentView {
    AGENT_VIEWS.into_iter().find(|it| agent_view_value(*it) == value).unwrap_or_default()
}

fn owner_value(what: DisconnectedOwner) -> &'static str {
    match what {
        DisconnectedOwner::Keep => "keep",
        DisconnectedOwner::Requeue => "requeue",
        DisconnectedOwner::Close => "close",
    }
}

fn owner_of(value: &str) -> DisconnectedOwner {
    match value {
        "requeue" => DisconnectedOwner::Requeue,
        "close" => DisconnectedOwner::Close,
        _ => DisconnectedOwner::Keep,
    }
}
