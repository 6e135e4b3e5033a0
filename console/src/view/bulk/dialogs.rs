//! What is asked before something is done to several conversations.

use inbox_protocol::BulkOperation;
use inbox_text::{Phrase, console};
use inbox_types::{Label, MemberId, Role};
use leptos::{ev::SubmitEvent, prelude::*};

use super::super::{
    Console,
    controls::{Field, Modal, ProblemLine, Select, Switch},
    question::{Agents, Foot, Reason, is_said},
    say, use_console,
};
use super::{count_of, number};
use crate::model::{BulkAction, BulkMsg, Model, Msg, bound::fits, words};

/// The question of an action.
#[component]
pub(in crate::view) fn BulkDialog(
    /// Which one.
    action: BulkAction,
) -> impl IntoView {
    match action {
        BulkAction::Transfer => view! { <Transfer /> }.into_any(),
        BulkAction::End => view! { <End /> }.into_any(),
        BulkAction::Tag => view! { <Tag /> }.into_any(),
        BulkAction::Block => view! { <Block /> }.into_any(),
        BulkAction::Erase => view! { <Erase /> }.into_any(),
        // They are done at once.
        BulkAction::Take | BulkAction::Reopen => ().into_any(),
    }
}

/// What was answered to the question of this action before, and not done.
fn before(console: Console, action: BulkAction) -> Option<BulkOperation> {
    console.model.with_untracked(|it| it.bulk.not_done(action).cloned())
}

fn carry_out(console: Console, operation: BulkOperation) {
    console.send(Msg::Bulk(BulkMsg::Do(operation)));
}

/// A box with what it is about. What has left the list meanwhile is not done.
#[component]
fn Question(
    action: BulkAction,
    title: Phrase,
    #[prop(optional)] danger: bool,
    #[prop(into)] ready: Signal<bool>,
    submit: Callback<()>,
    children: Children,
) -> impl IntoView {
    let console = use_console();
    let numbers = console.slice(move |it| (it.fitting(action).len(), it.selected().len()));
    let why_not = console.slice(move |it| it.why_not(action));
    let all = console.slice(Model::matching);
    let about = move || match all.get() {
        Some(all) => say(&console::matching_selected(&count_of(all))),
        None => say(&console::bulk_about(number(numbers.get().0))),
    };
    let others = move || {
        let (n_fit, n_chosen) = numbers.get();
        (all.get().is_none() && n_fit < n_chosen)
            .then(|| say(&console::bulk_others(number(n_chosen - n_fit))))
    };
    let asking = console.slice(|it| it.bulk.is_asking());
    let not_done = console.slice(move |it| it.bulk.why_not_done(action));
    let problem = Signal::derive(move || why_not.get().or_else(|| not_done.get()));
    let ready =
        Signal::derive(move || ready.get() && why_not.with(Option::is_none) && !asking.get());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if ready.get_untracked() {
            submit.run(());
        }
    };
    view! {
        <Modal title=say(&title)>
            <form class="stack" on:submit=on_submit>
                <p role="status">
                    {about} {move || others().map(|it| view! { " " <span class="muted">{it}</span> })}
                </p>
                {children()}
                <ProblemLine problem />
                <Foot label=action.phrase() danger=danger ready />
            </form>
        </Modal>
    }
}

/// To one colleague, at once; who is offline cannot be chosen.
#[component]
fn Transfer() -> impl IntoView {
    let console = use_console();
    let search = RwSignal::new(String::new());
    let role = RwSignal::new(String::new());
    let chosen = RwSignal::new(match before(console, BulkAction::Transfer) {
        Some(BulkOperation::Transfer { agent }) => Some(agent),
        _ => None::<MemberId>,
    });
    let gone = console.slice(move |it| it.desk.who_is_offline(chosen.get().as_ref()));
    let ready = Signal::derive(move || chosen.with(Option::is_some) && gone.with(Option::is_none));
    let submit = Callback::new(move |()| {
        if let Some(agent) = chosen.get_untracked() {
            carry_out(console, BulkOperation::Transfer { agent });
        }
    });
    let everybody = (String::new(), say(&console::ROLE_ANY));
    let roles = Role::ALL.into_iter().filter(|it| words::answers(*it));
    let roles = roles.map(|it| (words::role_value(it).to_owned(), say(&words::role(it))));
    let roles = std::iter::once(everybody).chain(roles).collect();
    view! {
        <Question action=BulkAction::Transfer title=console::BULK_TRANSFER_TITLE ready submit>
            <Field label=console::SEARCH value=search />
            <Select label=console::ROLE options=roles value=role />
            <div class="choices" role="radiogroup" aria-label=say(&console::TRANSFER_TO)>
                <Agents search role chosen=Signal::from(chosen) choose=Callback::new(move |id| chosen.set(Some(id))) />
            </div>
            <ProblemLine problem=Signal::derive(move || gone.get().map(|it| console::chosen_offline(&it))) />
        </Question>
    }
}

#[component]
fn End() -> impl IntoView {
    let console = use_console();
    // Whether a reason is needed is a site's setting; where it lacks, the result says so.
    let reason = RwSignal::new(match before(console, BulkAction::End) {
        Some(BulkOperation::End { reason: Some(reason) }) => String::from(reason),
        _ => String::new(),
    });
    let ready = Signal::derive(move || is_said(&reason.get(), false));
    let submit = Callback::new(move |()| {
        carry_out(console, BulkOperation::End { reason: Label::written(&reason.get_untracked()) });
    });
    view! {
        <Question action=BulkAction::End title=console::BULK_END_TITLE ready submit>
            <Reason value=reason required=false />
        </Question>
    }
}

#[component]
fn Tag() -> impl IntoView {
    let console = use_console();
    let (adds, removes) = match before(console, BulkAction::Tag) {
        Some(BulkOperation::Tag { add, remove }) => (add, remove),
        _ => (Vec::new(), Vec::new()),
    };
    let said = adds.iter().chain(&removes).next().cloned();
    let tag = RwSignal::new(said.map(String::from).unwrap_or_default());
    let adds = RwSignal::new(removes.is_empty());
    let ready = Signal::derive(move || {
        tag.with(|it| !inbox_types::is_blank(it) && fits(it, Label::MAX_CHARS))
    });
    let submit = Callback::new(move |()| {
        let tags: Vec<Label> = Label::written(&tag.get_untracked()).into_iter().collect();
        let (add, remove) =
            if adds.get_untracked() { (tags, Vec::new()) } else { (Vec::new(), tags) };
        carry_out(console, BulkOperation::Tag { add, remove });
    });
    let choice = move |label: Phrase, on: bool| {
        view! {
            <button type="button" class="choice" role="radio"
                aria-checked=move || (adds.get() == on).to_string() on:click=move |_| adds.set(on)>
                {say(&label)}
            </button>
        }
    };
    view! {
        <Question action=BulkAction::Tag title=console::BULK_TAG ready submit>
            <div class="choices" role="radiogroup" aria-label=say(&console::BULK_TAG)>
                {choice(console::BULK_TAG_ADD, true)}
                {choice(console::BULK_TAG_REMOVE, false)}
            </div>
            <Field label=console::TAG value=tag most=Label::MAX_CHARS />
        </Question>
    }
}

/// What cannot be done by a slip of the hand wants a word to be typed.
#[component]
fn Typed(
    /// Which word.
    word: Phrase,
    /// Whether it is typed.
    ready: WriteSignal<bool>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let word = say(&word);
    let wanted = word.to_lowercase();
    Effect::new(move |_| ready.set(typed.with(|it| it.trim().to_lowercase() == wanted)));
    view! {
        <p>{say(&console::type_to_confirm(&word))}</p>
        <Field label=console::CONFIRMATION value=typed />
    }
}

/// What blocking does is three switches, of which the first is what it means.
#[component]
fn Block() -> impl IntoView {
    let console = use_console();
    let (ready, set_ready) = signal(false);
    let said = match before(console, BulkAction::Block) {
        Some(BulkOperation::Block { unsubscribe, purge }) => (unsubscribe, purge),
        _ => (true, true),
    };
    let (unsubscribe, wants_purge) = (RwSignal::new(said.0), RwSignal::new(said.1));
    let may_purge = console.slice(Model::may_purge);
    let purge = Signal::derive(move || wants_purge.get() && may_purge.get());
    let submit = Callback::new(move |()| {
        let (unsubscribe, purge) = (unsubscribe.get_untracked(), purge.get_untracked());
        carry_out(console, BulkOperation::Block { unsubscribe, purge });
    });
    let hint = move || {
        if may_purge.get() { console::BULK_PURGE_HINT } else { console::BULK_PURGE_NOT }
    };
    view! {
        <Question action=BulkAction::Block title=console::BULK_BLOCK_TITLE danger=true ready submit>
            <label class="switch">
                <input type="checkbox" role="switch" checked disabled />
                <span>{say(&console::BULK_SWITCH_BLOCK)}</span>
            </label>
            <Switch label=console::BULK_SWITCH_UNSUBSCRIBE on=unsubscribe set=Callback::new(move |it| unsubscribe.set(it)) />
            <fieldset class="plain" disabled=move || !may_purge.get()>
                <Switch label=console::BULK_SWITCH_PURGE on=purge set=Callback::new(move |it| wants_purge.set(it)) />
            </fieldset>
            <p class="muted">{move || say(&hint())}</p>
            <Typed word=console::BLOCK_WORD ready=set_ready />
        </Question>
    }
}

#[component]
fn Erase() -> impl IntoView {
    let console = use_console();
    let (ready, set_ready) = signal(false);
    let submit = Callback::new(move |()| carry_out(console, BulkOperation::Erase));
    view! {
        <Question action=BulkAction::Erase title=console::BULK_ERASE_TITLE danger=true ready submit>
            <p>{say(&console::BULK_ERASE_TEXT)}</p>
            <Typed word=console::ERASE_WORD ready=set_ready />
        </Question>
    }
}
