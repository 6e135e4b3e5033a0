//! The audit log: who did what, newest first.

use inbox_protocol::http::AuditRow;
use inbox_text::console;
use inbox_types::ConversationId;
use leptos::prelude::*;

use super::{
    super::{Value, say, use_console, write},
    PageHead, Problem,
};
use crate::model::{
    AuditMsg, Msg, Route,
    audit::{Changed, by_nobody, changes, deed, detail},
    tail, words,
};

/// What was done in the workspace, page by page.
#[component]
pub(super) fn Audit() -> impl IntoView {
    let console = use_console();
    let rows = console.slice(|it| it.audit.rows.clone());
    let more = console.slice(|it| it.audit.more);
    let busy = console.slice(|it| it.audit.busy);
    let earlier = move |_| console.send(Msg::Audit(AuditMsg::Earlier));
    view! {
        <PageHead title=console::AUDIT hint=console::AUDIT_HINT />
        <ul class="items" aria-busy=move || busy.get().to_string()>
            <For each=move || rows.get() key=|it| it.no let:row>
                <Line row />
            </For>
        </ul>
        <Show when=move || more.get()>
            <div class="row-end">
                <button type="button" class="button" disabled=move || busy.get() on:click=earlier>
                    {say(&console::AUDIT_EARLIER)}
                </button>
            </div>
        </Show>
        <Problem />
    }
}

#[component]
fn Line(row: AuditRow) -> impl IntoView {
    let AuditRow { at, by, deed: word, what, name, behind, no: _ } = row;
    let by = by.map_or_else(|| say(&by_nobody(&word)), |it| it.name.as_str().to_owned());
    let done = deed(&word).map_or_else(|| word.clone(), |it| say(&it));
    let changed: Vec<String> = changes(&word, &what).into_iter().map(in_words).collect();
    let detail = match detail(&word, &what) {
        Some(detail) => Some(say(&detail)),
        None => (!changed.is_empty()).then(|| changed.join(" · ")),
    };
    let beside = detail.clone().map(|it| if name.is_some() { format!(" · {it}") } else { it });
    let through = (!behind.is_empty()).then(|| {
        let names: Vec<&str> = behind.iter().map(|it| it.name.as_str()).collect();
        format!(" · {}", say(&console::audit_through(&names.join(", "))))
    });
    // Only conversations have such ids, and they can be opened.
    let conversation: Option<ConversationId> =
        what.parse().ok().filter(|_| name.is_none() && detail.is_none() && what.contains('-'));
    let about = match (name, conversation) {
        (Some(name), _) => view! { <bdi>{name}</bdi> }.into_any(),
        (None, Some(id)) => {
            let called = say(&console::visitor_tail(&tail(id.as_str())));
            let href = Route::Conversation(id).fragment();
            view! { <a href=href title=what>{called}</a> }.into_any()
        }
        (None, None) if detail.is_some() => ().into_any(),
        (None, None) => view! { <bdi>{what}</bdi> }.into_any(),
    };
    view! {
        <li class="item">
            <span class="grow">
                <bdi>{by}</bdi>
                " · "
                {done}
                " "
                <span class="muted">{about} {beside} {through}</span>
            </span>
            <span class="muted">{write(Value::Moment(at))}</span>
        </li>
    }
}

/// What was changed, as it is called where it is set.
fn in_words(changed: Changed) -> String {
    match changed {
        Changed::Role(was, is) => {
            say(&console::audit_role(&say(&words::role(was)), &say(&words::role(is))))
        }
        Changed::Paused(true) => say(&console::AUDIT_PAUSED),
        Changed::Paused(false) => say(&console::AUDIT_RESUMED),
        Changed::Switched(what, true) => say(&console::audit_switched_on(&say(&what))),
        Changed::Switched(what, false) => say(&console::audit_switched_off(&say(&what))),
        Changed::Field(what) => say(&what),
    }
}
