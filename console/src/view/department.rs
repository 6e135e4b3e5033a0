//! In which department a conversation is, and the way into another.

use inbox_protocol::FromAgent;
use inbox_text::console;
use inbox_types::{ConversationId, SessionState};
use leptos::prelude::*;

use super::{controls::StoredSelect, say, use_console};
use crate::model::{Model, Msg, RoomMsg};

/// The department of the session. Its owner stays who it is; without that right it is only named.
#[component]
pub(super) fn DepartmentCard(
    /// Which conversation.
    id: ConversationId,
) -> impl IntoView {
    let console = use_console();
    let stored = console.slice(|it| {
        let session = it.room()?.view.as_ref()?.session.as_ref()?;
        (session.state != SessionState::Closed).then(|| session.department.clone())
    });
    let departments = console.slice(|it| {
        let known = it.desk.welcome.iter().flat_map(|it| &it.departments);
        known.map(|it| (it.id.to_string(), it.name.as_str().to_owned())).collect::<Vec<_>>()
    });
    let may = console.slice(Model::may_move);
    let choose = Callback::new(move |value: String| {
        if let Ok(department) = value.parse() {
            console
                .send(Msg::Room(id.clone(), RoomMsg::Do(FromAgent::SetDepartment { department })));
        }
    });
    let body = move |stored: Option<inbox_types::DepartmentId>| {
        let mut options = departments.get();
        let stored = stored.map(|it| it.to_string()).unwrap_or_default();
        if options.iter().all(|it| it.0 != stored) {
            options.insert(0, (stored.clone(), say(&console::DEPARTMENT_NONE)));
        }
        view! {
            <section class="card" aria-label=say(&console::DEPARTMENT)>
                <fieldset disabled=move || !may.get()>
                    <StoredSelect label=console::DEPARTMENT options stored choose />
                </fieldset>
            </section>
        }
    };
    move || stored.get().map(body)
}
