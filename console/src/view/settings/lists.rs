//! Departments and topics: short lists with a form each.

use inbox_protocol::http::{Department, DepartmentForm, Topic, TopicForm};
use inbox_text::console;
use inbox_types::Assignment;
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::{Field, Select, StoredSelect},
        say,
        unsaved::Form,
        use_console,
    },
    Delete, PageHead, Problem, Submit, admin,
};
use crate::model::{AdminMsg, Change, Msg, Spot, words};

fn assignment_options() -> Vec<(String, String)> {
    vec![
        ("offer".to_owned(), say(&words::assignment(Assignment::Offer))),
        ("manual".to_owned(), say(&words::assignment(Assignment::Manual))),
    ]
}

fn assignment(value: &str) -> Assignment {
    if value == "manual" { Assignment::Manual } else { Assignment::Offer }
}

fn assignment_value(assignment: Assignment) -> String {
    match assignment {
        Assignment::Manual => "manual",
        Assignment::Offer => "offer",
    }
    .to_owned()
}

/// Departments: where sessions wait, and how they find an agent.
#[component]
pub(super) fn Departments() -> impl IntoView {
    let console = use_console();
    let departments = admin(|it| it.departments.clone());
    let name = RwSignal::new(String::new());
    let how = RwSignal::new("offer".to_owned());
    let form = Form::that(move || name.get(), move || name.set(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let msg = match name.get_untracked().try_into() {
            Ok(name) => {
                form.submits();
                let assignment = assignment(&how.get_untracked());
                AdminMsg::Change(Change::CreateDepartment(DepartmentForm {
                    name,
                    assignment,
                    hours: None,
                }))
            }
            Err(_) => AdminMsg::Wrong(console::WRONG_NAME),
        };
        console.send(Msg::Admin(msg));
    };
    view! {
        <PageHead title=console::DEPARTMENTS hint=console::DEPARTMENTS_HINT />
        <ul class="items">
            <For each=move || departments.get() key=|it| format!("{it:?}") let:department>
                <DepartmentLine department />
            </For>
        </ul>
        <form class="inline-form" aria-label=say(&console::DEPARTMENT_NEW) on:submit=submit>
            <Field label=console::FIELD_NAME value=name />
            <Select label=console::ASSIGNMENT options=assignment_options() value=how />
            <Submit label=console::DEPARTMENT_NEW />
        </form>
        <Problem />
    }
}

#[component]
fn DepartmentLine(department: Department) -> impl IntoView {
    let console = use_console();
    let name = department.name.as_str().to_owned();
    let how = assignment_value(department.assignment);
    let id = department.id.clone();
    let spot = Spot::Department(department.id.clone());
    let choose = Callback::new(move |how: String| {
        let form = DepartmentForm {
            name: department.name.clone(),
            assignment: assignment(&how),
            hours: None,
        };
        let change = Change::SaveDepartment(department.id.clone(), form);
        console.send(Msg::Admin(AdminMsg::Change(change)));
    });
    view! {
        <li class="item">
            <strong class="grow">{name.clone()}</strong>
            <StoredSelect label=console::ASSIGNMENT options=assignment_options() stored=how choose />
            <Problem at=spot />
            <Delete name=name change=Change::DeleteDepartment(id, None) />
        </li>
    }
}

/// Topics: what a session can be about.
#[component]
pub(super) fn Topics() -> impl IntoView {
    let console = use_console();
    let topics = admin(|it| it.topics.clone());
    let name = RwSignal::new(String::new());
    let form = Form::that(move || name.get(), move || name.set(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let msg = match name.get_untracked().try_into() {
            Ok(topic) => {
                form.submits();
                AdminMsg::Change(Change::CreateTopic(TopicForm { name: topic }))
            }
            Err(_) => AdminMsg::Wrong(console::WRONG_NAME),
        };
        console.send(Msg::Admin(msg));
    };
    let line = |topic: Topic| {
        let name = topic.name.as_str().to_owned();
        view! {
            <li class="item">
                <span class="grow">{name.clone()}</span>
                <Delete name=name change=Change::DeleteTopic(topic.id) />
            </li>
        }
    };
    view! {
        <PageHead title=console::TOPICS hint=console::TOPICS_HINT />
        <ul class="items">{move || topics.get().into_iter().map(line).collect_view()}</ul>
        <form class="inline-form" aria-label=say(&console::TOPIC_NEW) on:submit=submit>
            <Field label=console::FIELD_NAME value=name />
            <Submit label=console::TOPIC_NEW />
        </form>
        <Problem />
    }
}
