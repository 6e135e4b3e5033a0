//! What several questions have in common: their foot, the choice of a colleague, a reason.

use inbox_protocol::MemberView;
use inbox_text::{Phrase, console};
use inbox_types::{Label, MemberId, Presence};
use leptos::prelude::*;

use super::{
    controls::{Bounded, ProblemLine},
    say, use_console,
};
use crate::model::{
    Model, Msg,
    bound::fits,
    colleagues::{by_availability, in_order_of},
    words,
};

/// What ends a question, and why it cannot be answered yet.
#[component]
pub(super) fn Foot(
    label: Phrase,
    #[prop(optional)] danger: bool,
    #[prop(into, default = Signal::stored(true))] ready: Signal<bool>,
) -> impl IntoView {
    let console = use_console();
    let class = if danger { "button danger" } else { "button primary" };
    let waits = console.slice(Model::must_wait);
    let refused = console.slice(|it| {
        let dialog = it.dialog.as_ref()?;
        it.rooms.get(dialog.conversation()?)?.refusal_of(dialog).map(crate::model::refusal)
    });
    view! {
        <ProblemLine problem=refused />
        <div role="status">
            <Show when=move || waits.get()><p class="problem">{say(&console::OFFLINE)}</p></Show>
        </div>
        <footer class="dialog-foot">
            <button type="button" class="button" on:click=move |_| console.send(Msg::Closed)>
                {say(&console::CANCEL)}
            </button>
            <button type="submit" class=class disabled=move || !ready.get() || waits.get()>{say(&label)}</button>
        </footer>
    }
}

/// Colleagues who can answer, with presence and load, live, in the order in which they were shown first. Who is offline can neither be asked nor be
/// given anything: it would wait there unseen.
#[component]
pub(super) fn Agents(
    search: RwSignal<String>,
    /// The value of a role, if only those who have it are wanted.
    #[prop(optional)]
    role: RwSignal<String>,
    chosen: Signal<Option<MemberId>>,
    choose: Callback<MemberId>,
) -> impl IntoView {
    let console = use_console();
    let agents = console.slice(|it| {
        let Some(welcome) = &it.desk.welcome else { return Vec::new() };
        let agents =
            welcome.members.iter().filter(|it| it.id != welcome.me.id && words::answers(it.role));
        by_availability(agents.cloned().collect())
    });
    let first: Vec<MemberId> = agents.get_untracked().into_iter().map(|it| it.id).collect();
    let line = move |agent: MemberView| {
        // Two may have one name: where they work tells them apart.
        let departments = console.model.with_untracked(|it| it.desk.departments_of(&agent));
        let (id, pressed) = (agent.id.clone(), agent.id);
        let asleep = agent.presence == Presence::Offline;
        view! {
            <button type="button" class="choice" class:asleep=asleep role="radio"
                disabled=asleep
                aria-checked=move || (chosen.get().as_ref() == Some(&id)).to_string()
                on:click=move |_| choose.run(pressed.clone())>
                <span class="dot" data-presence=words::presence_dot(agent.presence)></span>
                <span class="grow">{agent.name.as_str().to_owned()} " "
                    {departments.map(|it| view! { <small class="teams" title=it.clone()>{it.clone()}</small> })}
                </span>
                <span class="muted">{say(&words::presence(agent.presence))} " · " {say(&console::load(u64::from(agent.load)))}</span>
            </button>
        }
    };
    let shown = move || {
        let wanted = search.get().to_lowercase();
        in_order_of(&first, agents.get())
            .into_iter()
            .filter(move |it| it.name.as_str().to_lowercase().contains(&wanted))
            .filter(move |it| {
                role.with(|role| role.is_empty() || words::role_value(it.role) == role)
            })
            .collect::<Vec<_>>()
    };
    move || {
        let shown = shown();
        let none =
            shown.is_empty().then(|| view! { <p class="muted">{say(&console::AGENTS_NONE)}</p> });
        view! { {shown.into_iter().map(line).collect_view()} {none} }
    }
}

/// Usual reasons; any other can be typed.
fn reasons() -> Vec<String> {
    [
        console::REASON_SOLVED,
        console::REASON_INFORMATION,
        console::REASON_ORDER,
        console::REASON_COMPLAINT,
        console::REASON_NO_ANSWER,
        console::REASON_SPAM,
    ]
    .iter()
    .map(say)
    .collect()
}

/// A reason from the usual ones or in own words.
#[component]
pub(super) fn Reason(value: RwSignal<String>, required: bool) -> impl IntoView {
    let label = if required { console::REASON_REQUIRED } else { console::REASON };
    view! {
        <Bounded value most=Label::MAX_CHARS>
            <label class="field">
                <span>{say(&label)}</span>
                <input
                    class="input"
                    list="reasons"
                    autocomplete="off"
                    prop:value=value
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <datalist id="reasons">
                    {reasons().into_iter().map(|it| view! { <option value=it></option> }).collect_view()}
                </datalist>
            </label>
        </Bounded>
    }
}

/// Whether a reason is whole, and there is one where there must be.
pub(super) fn is_said(reason: &str, required: bool) -> bool {
    fits(reason, Label::MAX_CHARS) && (!required || !inbox_types::is_blank(reason))
}
