//! Who is to go on: a transfer, an invitation, and what waits for an answer.

use inbox_protocol::{FromAgent, TransferTarget};
use inbox_text::console;
use inbox_types::{ConversationId, Label, MemberId, TransferMode};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::{Field, Modal, ProblemLine},
        icon::{Icon, Shape},
        question::{Agents, Foot},
        say, use_console,
    },
    OverLine, answer, before, session_of, written,
};
use crate::model::{Msg, RoomMsg, bound::fits, words};

/// To another agent or another queue.
#[component]
pub(super) fn Transfer(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let answer = answer(id.clone());
    let (pending, here) = (id.clone(), id.clone());
    let (session, over) = session_of(&id);
    let (to, mode, said) = match before(&id) {
        Some(FromAgent::Transfer { to, mode, reason, .. }) => (Some(to), mode, written(reason)),
        _ => (None, None, String::new()),
    };
    let target = RwSignal::new(to);
    let search = RwSignal::new(String::new());
    let reason = RwSignal::new(said);
    let usual = console.model.with_untracked(|it| {
        it.desk.welcome.as_ref().map(|it| it.settings.transfer_mode) == Some(TransferMode::Direct)
    });
    let direct = RwSignal::new(mode.map_or(usual, |it| it == TransferMode::Direct));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(to) = target.get_untracked() else { return };
        let mode =
            if direct.get_untracked() { TransferMode::Direct } else { TransferMode::Request };
        let reason = Label::written(&reason.get_untracked());
        answer(FromAgent::Transfer { to, mode: Some(mode), reason, session });
    };
    let chosen = move |it: &TransferTarget| target.with(|target| target.as_ref() == Some(it));
    let to_agent = Callback::new(move |id: MemberId| target.set(Some(TransferTarget::Agent(id))));
    let is_agent = Signal::derive(move || match target.get() {
        Some(TransferTarget::Agent(id)) => Some(id),
        Some(TransferTarget::Department(_)) | None => None,
    });
    let gone = console.slice(move |it| it.desk.who_is_offline(is_agent.get().as_ref()));
    let asked = console.slice(move |it| it.pending(&id).is_some());
    let ready = Signal::derive(move || {
        let fits = reason.with(|it| fits(it, Label::MAX_CHARS));
        // A queue takes it at once, whoever is being asked.
        let free = !asked.get() || is_agent.get().is_none();
        let stands = gone.with(Option::is_none) && over.with(Option::is_none);
        target.with(Option::is_some) && stands && fits && free
    });
    let departments = console
        .slice(|it| it.desk.welcome.as_ref().map(|it| it.departments.clone()).unwrap_or_default());
    let queue = move |it: inbox_protocol::http::Department| {
        let to = TransferTarget::Department(it.id);
        let pressed = to.clone();
        view! {
            <button type="button" class="choice" role="radio" aria-checked=move || chosen(&to).to_string()
                on:click=move |_| target.set(Some(pressed.clone()))>
                <span class="grow">{it.name.as_str().to_owned()}</span>
                <span class="muted">{say(&words::assignment(it.assignment))}</span>
            </button>
        }
    };
    let matching = move || {
        let wanted = search.get().to_lowercase();
        let fits = move |it: &inbox_protocol::http::Department| {
            it.name.as_str().to_lowercase().contains(&wanted)
        };
        departments.get().into_iter().filter(fits).map(queue).collect_view()
    };
    view! {
        <Modal title=say(&console::TRANSFER_TITLE)>
            <form class="stack" on:submit=submit>
                <Pending id=pending />
                <Field label=console::SEARCH value=search />
                <div class="choices" role="radiogroup" aria-label=say(&console::TRANSFER_TO)>
                    <h3>{say(&console::AGENTS)}</h3>
                    <Agents search=search chosen=is_agent choose=to_agent />
                    <h3>{say(&console::DEPARTMENTS)}</h3>
                    {matching}
                </div>
                <Field label=console::TRANSFER_REASON value=reason most=Label::MAX_CHARS />
                <label class="check">
                    <input type="checkbox" prop:checked=direct on:change=move |event| direct.set(event_target_checked(&event)) />
                    <span>{say(&console::TRANSFER_DIRECT)}</span>
                </label>
                <ProblemLine problem=Signal::derive(move || gone.get().map(|it| console::chosen_offline(&it))) />
                <OverLine id=here session over />
                <Foot label=console::TRANSFER ready />
            </form>
        </Modal>
    }
}

/// Who is being asked already: there is one question at a time.
#[component]
pub(super) fn Pending(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let pending = {
        let id = id.clone();
        console.slice(move |it| it.pending(&id))
    };
    let takes_back = {
        let id = id.clone();
        console.slice(move |it| it.takes_back(&id))
    };
    let withdraw = move |_| {
        console.send(Msg::Room(id.clone(), RoomMsg::Do(FromAgent::CancelOffer)));
    };
    let line = move || {
        pending.get().map(|it| view! {
            <p class="pending"><Icon shape=Shape::Clock /><span class="grow">{say(&it)}</span>
                {takes_back.get().then(|| view! {
                    <button type="button" class="button small" on:click=withdraw.clone()>{say(&console::CANCEL_OFFER)}</button>
                })}
            </p>
        })
    };
    view! { <div role="status">{line}</div> }
}

/// Another agent beside me.
#[component]
pub(super) fn Invite(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let invited = match before(&id) {
        Some(FromAgent::Invite { agent, .. }) => Some(agent),
        _ => None,
    };
    let answer = answer(id.clone());
    let (pending, here) = (id.clone(), id.clone());
    let (session, over) = session_of(&id);
    let asked = console.slice(move |it| it.pending(&id).is_some());
    let search = RwSignal::new(String::new());
    let chosen = RwSignal::new(invited);
    let gone = console.slice(move |it| it.desk.who_is_offline(chosen.get().as_ref()));
    let ready = Signal::derive(move || {
        let stands = gone.with(Option::is_none) && over.with(Option::is_none);
        chosen.with(Option::is_some) && stands && !asked.get()
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(agent) = chosen.get_untracked() {
            answer(FromAgent::Invite { agent, mode: None, session });
        }
    };
    view! {
        <Modal title=say(&console::INVITE_TITLE)>
            <form class="stack" on:submit=submit>
                <Pending id=pending />
                <Field label=console::SEARCH value=search />
                <div class="choices" role="radiogroup" aria-label=say(&console::AGENTS)>
                    <Agents search chosen=Signal::from(chosen) choose=Callback::new(move |id| chosen.set(Some(id))) />
                </div>
                <ProblemLine problem=Signal::derive(move || gone.get().map(|it| console::chosen_offline(&it))) />
                <OverLine id=here session over />
                <Foot label=console::ADD_AGENT ready />
            </form>
        </Modal>
    }
}
