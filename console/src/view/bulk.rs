//! What is chosen in the list: how it is chosen, what is done to it, and what came of that.

mod dialogs;

use inbox_protocol::{BulkFailure, BulkOutcome, BulkView};
use inbox_text::console;
use inbox_types::ConversationId;
use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    prelude::*,
};

pub(super) use self::dialogs::BulkDialog;
use super::{
    icon::{Icon, Shape},
    part::{DeskPart, Spot, shown},
    say, use_console,
};
use crate::{
    browser::dom,
    model::{BulkAction, BulkMsg, Model, Msg, Route, operation_phrase, refusal, tail, undo_of},
};

impl BulkAction {
    fn shape(self) -> Shape {
        match self {
            Self::Take => Shape::Take,
            Self::Transfer => Shape::Transfer,
            Self::End => Shape::Check,
            Self::Reopen => Shape::Reopen,
            Self::Tag => Shape::Tag,
            Self::Block => Shape::Block,
            Self::Erase => Shape::Trash,
        }
    }
}

/// Chooses one conversation; with Shift all up to it. It is reached by keys from its row.
#[component]
pub(super) fn Pick(
    /// Which one.
    id: ConversationId,
) -> impl IntoView {
    let console = use_console();
    let on = {
        let id = id.clone();
        console.slice(move |it| it.is_selected(&id))
    };
    let name = {
        let id = id.clone();
        let nobody = tail(id.as_str());
        let known = console.slice(move |it| it.row(&id).and_then(|it| it.name));
        move || {
            let name = known.get().unwrap_or_else(|| say(&console::visitor_tail(&nobody)));
            say(&console::select_named(&name))
        }
    };
    let press = move |event: MouseEvent| {
        console.send(Msg::Bulk(chosen(event.shift_key(), id.clone())));
        dom::set_checked(&event, on.get_untracked());
    };
    view! {
        <input type="checkbox" class="pick" tabindex="-1" aria-label=name prop:checked=on on:click=press />
    }
}

fn number(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn chosen(range: bool, id: ConversationId) -> BulkMsg {
    if range { BulkMsg::Range(id) } else { BulkMsg::Toggle(id) }
}

/// The keys of a row: Space chooses it, and with Shift all up to it.
pub(super) fn row_keys(id: ConversationId) -> impl Fn(KeyboardEvent) {
    let console = use_console();
    move |event| {
        if event.key() == " " && !event.ctrl_key() && !event.alt_key() && !event.meta_key() {
            event.prevent_default();
            console.send(Msg::Bulk(chosen(event.shift_key(), id.clone())));
        }
    }
}

/// The keys of the list: Ctrl+A chooses all of it, Escape none.
pub(super) fn list_keys() -> impl Fn(&KeyboardEvent) + Copy {
    let console = use_console();
    move |event| {
        let command = event.ctrl_key() || event.meta_key();
        let all = match (event.code().as_str(), command) {
            ("KeyA", true) => true,
            ("Escape", false) => false,
            _ => return,
        };
        if !all && console.model.with_untracked(|it| it.selected().is_empty()) {
            return;
        }
        event.prevent_default();
        console.send(Msg::Bulk(BulkMsg::All(all)));
    }
}

/// Chooses all that the list shows, or none.
#[component]
pub(super) fn PickAll() -> impl IntoView {
    let console = use_console();
    let n_shown = console.slice(|it| it.desk.shown().map_or(0, |it| it.len()));
    let n_chosen = console.slice(|it| it.selected().len());
    let all = Memo::new(move |_| 0 < n_shown.get() && n_chosen.get() == n_shown.get());
    let some = move || 0 < n_chosen.get() && !all.get();
    let press = move |event: MouseEvent| {
        console.send(Msg::Bulk(BulkMsg::All(!all.get_untracked())));
        dom::set_checked(&event, all.get_untracked());
    };
    view! {
        <input
            type="checkbox"
            class="pick"
            aria-label=say(&console::SELECT_ALL)
            title=say(&console::SELECT_ALL)
            disabled=move || n_shown.get() == 0
            prop:checked=all
            prop:indeterminate=some
            on:click=press
        />
    }
}

/// How many are chosen, and what fits them.
#[component]
pub(super) fn BulkBar() -> impl IntoView {
    let n_chosen = use_console().slice(|it| it.selected().len());
    let words = words_of_choice();
    Effect::new(move |before: Option<bool>| {
        let any = 0 < n_chosen.get();
        // What had the focus is gone with the selection.
        if before == Some(true) && !any {
            dom::after_render(dom::find_focus_again);
        }
        any
    });
    // The place of the number is there before it speaks, so that it is heard.
    view! {
        <p class="unseen" role="status">{words}</p>
        <Show when=move || 0 < n_chosen.get()>
            {move || shown(Spot::Piece, |it: &DeskPart| (it.bulk_actions)())}
        </Show>
    }
}

/// How many are chosen, in words.
fn words_of_choice() -> impl Fn() -> Option<String> + Copy + Send + Sync {
    let console = use_console();
    let n_chosen = console.slice(|it| it.selected().len());
    let matching = console.slice(Model::matching);
    move || match matching.get() {
        Some(all) => Some(say(&console::matching_selected(&count_of(all)))),
        None => (0 < n_chosen.get()).then(|| say(&console::selected(number(n_chosen.get())))),
    }
}

/// What can be done to what is chosen.
#[component]
pub(super) fn Actions() -> impl IntoView {
    let console = use_console();
    let n_chosen = console.slice(|it| it.selected().len());
    let keys = list_keys();
    let more = console.slice(Model::matches_more);
    let words = words_of_choice();
    view! {
        <section
            class="bulk"
            aria-label=say(&console::BULK_ACTIONS)
            on:keydown=move |event| keys(&event)
        >
            <div class="bulk-head">
                <strong class="grow">{words}</strong>
                {move || more.get().map(|all| view! {
                    <button type="button" class="button small" on:click=move |_| console.send(Msg::Bulk(BulkMsg::Matching))>
                        {say(&console::select_matching(&count_of(all)))}
                    </button>
                })}
                <button
                    type="button"
                    class="button quiet icon-only small"
                    aria-label=say(&console::SELECT_NONE)
                    title=say(&console::SELECT_NONE)
                    on:click=move |_| console.send(Msg::Bulk(BulkMsg::All(false)))
                >
                    <Icon shape=Shape::Close />
                </button>
            </div>
            <div class="bulk-actions">
                {BulkAction::ALL.map(|action| view! { <ActionButton action n_chosen /> }).into_iter().collect_view()}
            </div>
        </section>
    }
}

/// How many there are, and whether there are more.
fn count_of((n, and_more): (usize, bool)) -> String {
    format!("{n}{}", if and_more { "+" } else { "" })
}

/// A button says for how many of what is chosen it is there, or why it does nothing.
#[component]
fn ActionButton(action: BulkAction, n_chosen: Memo<usize>) -> impl IntoView {
    let console = use_console();
    let n_fit = console.slice(move |it| it.fitting(action).len());
    let why_not = console.slice(move |it| it.why_not(action));
    let all = console.slice(Model::matching);
    let title = move || match (why_not.get(), all.get()) {
        (Some(why), _) => say(&why),
        (None, Some(all)) => say(&console::matching_selected(&count_of(all))),
        (None, None) => {
            say(&console::bulk_fits(&n_fit.get().to_string(), &n_chosen.get().to_string()))
        }
    };
    let part = move || {
        let n_fit = n_fit.get();
        (all.get().is_none() && 0 < n_fit && n_fit < n_chosen.get()).then_some(n_fit)
    };
    view! {
        <button
            type="button"
            class="button small"
            class:danger-text=matches!(action, BulkAction::Block | BulkAction::Erase)
            aria-disabled=move || why_not.with(Option::is_some).then_some("true")
            title=title
            on:click=move |_| console.send(Msg::Bulk(BulkMsg::Press(action)))
        >
            <Icon shape=action.shape() />
            <span>{say(&action.phrase())}</span>
            {move || part().map(|it| view! { <span class="n">{it}</span> })}
            <span class="unseen">{title}</span>
        </button>
    }
}

/// What runs, and what came of the rest, until it is put away.
#[component]
pub(super) fn BulkResults() -> impl IntoView {
    let console = use_console();
    let any = console.slice(|it| !it.bulk.views.is_empty());
    let spoken = console.slice(|it| it.bulk.spoken.clone());
    view! {
        <p class="unseen" role="status">{move || spoken.get().map(|it| words_of(&it))}</p>
        <Show when=move || any.get()>
            {move || shown(Spot::Piece, |it: &DeskPart| (it.bulk_results)())}
        </Show>
    }
}

/// The results, one under the other.
#[component]
pub(super) fn Results() -> impl IntoView {
    let views = use_console().slice(|it| it.bulk.views.clone());
    view! {
        <div class="bulk-results">
            <For each=move || views.get() key=|it| (it.id.clone(), it.answered, it.outcome.is_some()) let:view>
                <BulkResult view />
            </For>
        </div>
    }
}

/// How far an operation is, or what came of it, in a sentence.
fn words_of(view: &BulkView) -> String {
    let name = say(&operation_phrase(&view.operation));
    let Some(BulkOutcome { succeeded, failed }) = &view.outcome else {
        let (answered, total) = (view.answered.to_string(), view.total.to_string());
        return format!("{name}: {}", say(&console::bulk_running(&answered, &total)));
    };
    let done = say(&console::bulk_done(number(succeeded.len())));
    if failed.is_empty() {
        return format!("{name}: {done}");
    }
    format!("{name}: {done} {}", say(&console::bulk_failed(number(failed.len()))))
}

#[component]
fn BulkResult(view: BulkView) -> impl IntoView {
    let name = say(&operation_phrase(&view.operation));
    match view.outcome.clone() {
        None => {
            let (answered, total) = (view.answered, view.total);
            let words = say(&console::bulk_running(&answered.to_string(), &total.to_string()));
            view! {
                <div class="bulk-result">
                    <div class="bulk-head">
                        <strong class="grow">{name.clone()}</strong>
                        <span class="muted">{words}</span>
                    </div>
                    <progress max=total.to_string() value=answered.to_string() aria-label=name></progress>
                </div>
            }
            .into_any()
        }
        Some(outcome) => view! { <Outcome view name outcome /> }.into_any(),
    }
}

#[component]
fn Outcome(view: BulkView, name: String, outcome: BulkOutcome) -> impl IntoView {
    let console = use_console();
    let BulkOutcome { succeeded, failed } = outcome;
    let (n_done, n_failed) = (number(succeeded.len()), number(failed.len()));
    let undoes = undo_of(&view.operation).is_some() && 0 < n_done;
    let undo = console.on(view.id.clone(), |id| Msg::Bulk(BulkMsg::Undo(id)));
    let put_away = console.on(view.id, |id| Msg::Bulk(BulkMsg::PutAway(id)));
    view! {
        <div class="bulk-result">
            <div class="bulk-head">
                <span class="grow">
                    <strong>{name}</strong> " " {say(&console::bulk_done(n_done))}
                    {(0 < n_failed).then(|| view! { " " <span class="problem">{say(&console::bulk_failed(n_failed))}</span> })}
                </span>
                {undoes.then(|| view! {
                    <button type="button" class="button small" on:click=move |_| undo.run(())>
                        {say(&console::UNDO)}
                    </button>
                })}
                <button
                    type="button"
                    class="button quiet icon-only small"
                    aria-label=say(&console::DISMISS)
                    on:click=move |_| put_away.run(())
                >
                    <Icon shape=Shape::Close />
                </button>
            </div>
            {(0 < n_failed).then(|| view! {
                <ul class="bulk-failures">{failed.into_iter().map(failure).collect_view()}</ul>
            })}
        </div>
    }
}

fn failure(failure: BulkFailure) -> impl IntoView {
    let BulkFailure { conversation, name, reason } = failure;
    let name = name.map_or_else(
        || say(&console::visitor_tail(&tail(conversation.as_str()))),
        |it| it.as_str().to_owned(),
    );
    view! {
        <li>
            <a href=Route::Conversation(conversation).fragment()>{name}</a>
            <span class="muted">{say(&refusal(reason))}</span>
        </li>
    }
}
