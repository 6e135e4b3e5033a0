//! The end of a session: why, about what, and what is left to be said.

use inbox_protocol::FromAgent;
use inbox_text::{Phrase, console};
use inbox_types::{Comment, ConversationId, Label, SessionNo, Timestamp, TopicId};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::{Area, Modal},
        question::{Foot, Reason, is_said},
        say, use_console,
    },
    OverLine, answer, answer_all, before, session_of, written,
};
use crate::model::{Room, bound::fits};

/// How it ends: reason, topics, and whether to ask first (D-closing-question).
#[component]
pub(super) fn End(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let (rules, topics, chosen) = console.model.with_untracked(|it| {
        let room = it.rooms.get(&id);
        let topics = it.desk.welcome.as_ref().map(|it| it.topics.clone()).unwrap_or_default();
        let chosen = room.map(Room::topics).unwrap_or_default();
        let rules = room.map(Room::rules).unwrap_or_default();
        (rules, topics, chosen)
    });
    let (session, over) = session_of(&id);
    let mandatory = rules.topic_mandatory;
    let reason_required = rules.wrapup_reason_required;
    let (asked, said) = match before(&id) {
        Some(FromAgent::End { ask, reason, .. }) => (ask, written(reason)),
        _ => (rules.ask_still_questions, String::new()),
    };
    let known = chosen.clone();
    let chosen = RwSignal::new(chosen);
    let reason = RwSignal::new(said);
    let ask = RwSignal::new(asked);
    let says = answer_all(id.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let topics = chosen.get_untracked();
        let topics = (topics != known).then_some(FromAgent::SetTopics { topics, session });
        let end = FromAgent::End {
            ask: ask.get_untracked(),
            reason: Label::written(&reason.get_untracked()),
            session,
        };
        says(topics.into_iter().chain([end]).collect());
    };
    let ready = Signal::derive(move || {
        let topic = !mandatory || !chosen.get().is_empty();
        over.with(Option::is_none) && topic && is_said(&reason.get(), reason_required)
    });
    view! {
        <Modal title=say(&console::END_TITLE)>
            <form class="stack" on:submit=submit>
                <Reason value=reason required=reason_required />
                <TopicChoices topics chosen mandatory />
                {rules.ask_still_questions.then(|| view! {
                    <fieldset class="choices" role="radiogroup" aria-label=say(&console::END_HOW)>
                        <EndChoice label=console::END_ASK hint=console::END_ASK_HINT ask on=true />
                        <EndChoice label=console::END_NOW hint=console::END_NOW_HINT ask on=false />
                    </fieldset>
                })}
                <OverLine id session over reason />
                <Foot label=console::END ready />
            </form>
        </Modal>
    }
}

/// What the session is about, where the site has topics.
#[component]
pub(super) fn TopicChoices(
    topics: Vec<inbox_protocol::http::Topic>,
    chosen: RwSignal<Vec<TopicId>>,
    mandatory: bool,
) -> impl IntoView {
    let topic = move |topic: inbox_protocol::http::Topic| {
        let (id, name) = (topic.id, topic.name);
        let on = {
            let id = id.clone();
            Memo::new(move |_| chosen.get().contains(&id))
        };
        let toggle = move |_| {
            chosen.update(|it| {
                if it.contains(&id) { it.retain(|other| *other != id) } else { it.push(id.clone()) }
            });
        };
        view! {
            <label class="check"><input type="checkbox" prop:checked=on on:change=toggle /><span>{name.as_str().to_owned()}</span></label>
        }
    };
    let legend = if mandatory { console::TOPICS_REQUIRED } else { console::TOPICS };
    (!topics.is_empty()).then(|| {
        view! {
            <fieldset class="topic-choices"><legend class="label">{say(&legend)}</legend>
                {topics.into_iter().map(topic).collect_view()}
            </fieldset>
        }
    })
}

#[component]
pub(super) fn EndChoice(
    label: Phrase,
    hint: Phrase,
    ask: RwSignal<bool>,
    on: bool,
) -> impl IntoView {
    view! {
        <button type="button" class="choice" role="radio" aria-checked=move || (ask.get() == on).to_string() on:click=move |_| ask.set(on)>
            <span class="grow"><strong>{say(&label)}</strong><small>{say(&hint)}</small></span>
        </button>
    }
}

/// How it was, for the report.
#[component]
pub(super) fn Wrapup(id: ConversationId, session: SessionNo) -> impl IntoView {
    let console = use_console();
    let required = console
        .model
        .with_untracked(|it| it.rooms.get(&id).is_some_and(|it| it.rules().wrapup_reason_required));
    let topics = {
        let id = id.clone();
        // The visitor may come back before it is said.
        console.slice(move |it| it.topics_for_wrapup(&id, session))
    };
    let (said, remarked) = match before(&id) {
        Some(FromAgent::Wrapup { reason, remark, .. }) => (written(reason), written(remark)),
        _ => (String::new(), String::new()),
    };
    let chosen = RwSignal::new(
        console.model.with_untracked(|it| it.rooms.get(&id).map(Room::topics).unwrap_or_default()),
    );
    let returned = {
        let id = id.clone();
        console.slice(move |it| {
            it.rooms.get(&id).and_then(Room::session_no).is_some_and(|it| it != session)
        })
    };
    let says = answer_all(id);
    let reason = RwSignal::new(said);
    let remark = RwSignal::new(remarked);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let reason = Label::written(&reason.get_untracked());
        let remark = Comment::written(&remark.get_untracked());
        let asked = !topics.with_untracked(Vec::is_empty);
        let topics = Some(chosen.get_untracked()).filter(|it| asked && !it.is_empty());
        let topics = topics.map(|topics| FromAgent::SetTopics { topics, session: Some(session) });
        says(topics.into_iter().chain([FromAgent::Wrapup { session, reason, remark }]).collect());
    };
    let ready = Signal::derive(move || {
        is_said(&reason.get(), required) && remark.with(|it| fits(it, Comment::MAX_CHARS))
    });
    view! {
        <Modal title=say(&console::WRAPUP_TITLE)>
            <form class="stack" on:submit=submit>
                <Show when=move || returned.get()><p class="muted">{say(&console::wrapup_before(&session.0.to_string()))}</p></Show>
                <Reason value=reason required />
                {move || view! { <TopicChoices topics=topics.get() chosen mandatory=true /> }}
                <Area label=console::WRAPUP_REMARK value=remark most=Comment::MAX_CHARS />
                <Foot label=console::WRAP_UP ready />
            </form>
        </Modal>
    }
}

#[component]
pub(super) fn Snooze(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let (session, over) = session_of(&id);
    let says = answer(id.clone());
    let until = move |hours: u64| {
        let now = console.model.with_untracked(|it| it.desk.relay_time(it.now));
        now.after(inbox_types::Millis::hours(hours))
    };
    let choice = move |label: Phrase, until: Option<Timestamp>| {
        let says = says.clone();
        view! {
            <button type="button" class="choice" disabled=move || over.with(Option::is_some)
                on:click=move |_| says(FromAgent::Snooze { until, session })>
                <span class="grow">{say(&label)}</span>
                <span class="muted">{until.map(|it| crate::view::write(crate::view::Value::Moment(it)))}</span>
            </button>
        }
    };
    view! {
        <Modal title=say(&console::SNOOZE_TITLE)>
            <div class="choices">
                {choice(console::SNOOZE_REPLY, None)}
                {choice(console::SNOOZE_HOUR, Some(until(1)))}
                {choice(console::SNOOZE_HOURS, Some(until(4)))}
                {choice(console::SNOOZE_DAY, Some(until(24)))}
                {choice(console::SNOOZE_WEEK, Some(until(168)))}
            </div>
            <OverLine id session over />
        </Modal>
    }
}
