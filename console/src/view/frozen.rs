//! What stands over a message that cannot be sent now: why, and the ways on. And what stands
//! there when another tab has a different draft.

use inbox_protocol::FromAgent;
use inbox_text::{Phrase, console};
use inbox_types::{Action, CloseCause, ConversationId, Visibility};
use leptos::prelude::*;

use super::{
    icon::{Icon, Shape},
    say, use_console,
};
use crate::model::{Dialog, Frozen, Model, Msg, Room, RoomMsg};

/// Why a conversation that is over takes no answer.
pub(super) fn ended(cause: CloseCause) -> Phrase {
    match cause {
        CloseCause::AssetDeleted => console::READ_ONLY_SITE_DELETED,
        CloseCause::Customer => console::READ_ONLY_CUSTOMER,
        CloseCause::Blocked => console::READ_ONLY_BLOCKED,
        CloseCause::Agent | CloseCause::Inactivity | CloseCause::Solved => {
            console::READ_ONLY_CLOSED
        }
    }
}

fn why(frozen: &Frozen) -> Phrase {
    match frozen {
        Frozen::Owned { by } => console::frozen_owner(by),
        Frozen::Queued => console::FROZEN_QUEUED,
        Frozen::Ended(cause) => ended(*cause),
        Frozen::SignedOut => console::FROZEN_SIGNED_OUT,
        Frozen::Yours => console::FROZEN_YOURS,
        Frozen::Uneditable => console::FROZEN_EDITING,
        Frozen::Unheard => console::FROZEN_WHISPER,
        Frozen::NotAllowed => console::READ_ONLY,
    }
}

/// Why the message cannot be sent, and what can be done with it instead.
#[component]
pub(super) fn FrozenBar(
    /// Which conversation.
    id: ConversationId,
) -> impl IntoView {
    let console = use_console();
    let frozen = console.slice(Model::frozen);
    let bar = move || {
        frozen.get().map(|it| {
            view! {
                <div class="frozen">
                    <Reason reason=why(&it) />
                    <Ways id=id.clone() />
                </div>
            }
        })
    };
    // It is there before it speaks, so that it is heard.
    view! { <div role="status">{bar}</div> }
}

#[component]
fn Reason(reason: Phrase) -> impl IntoView {
    let console = use_console();
    let kept = console.slice(|it| it.room().is_some_and(|it| !it.composer.is_empty()));
    view! {
        <p>
            <Icon shape=Shape::Lock />
            <strong>{say(&reason)}</strong>
            <Show when=move || kept.get()>" "{say(&console::FROZEN_KEPT)}</Show>
        </p>
    }
}

/// Taken up again, as a note by a press, to the clipboard, or given up.
#[component]
fn Ways(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let may = console.slice(|it| {
        it.room().and_then(|it| it.view.as_ref()).map(|it| it.may.clone()).unwrap_or_default()
    });
    let owned = console.slice(|it| {
        let session = it.room().and_then(|it| it.view.as_ref()?.session.as_ref());
        session.is_some_and(|it| it.owner.is_some())
    });
    let gone = console.slice(|it| it.frozen() == Some(Frozen::SignedOut));
    let note = console.slice(|it| it.room().is_some_and(takes_note));
    let text = console.slice(|it| it.room().map(|it| it.composer.text.clone()).unwrap_or_default());
    let some = console.slice(|it| it.room().is_some_and(|it| !it.composer.is_empty()));
    let said = StoredValue::new(id);
    let room = move |msg: RoomMsg| console.send(Msg::Room(said.get_value(), msg));
    let can = move |action: Action| may.with(|it| it.contains(&action));
    let yours = console.slice(|it| it.frozen() == Some(Frozen::Yours));
    let keep = move || if yours.get() { console::FROZEN_KEEP_NOTE } else { console::FROZEN_NOTE };
    let take = move || if owned.get() { console::TAKE_OVER } else { console::FOLLOW_UP };
    view! {
        <div class="frozen-ways">
            <Show when=move || can(Action::Take) && !gone.get()>
                <button type="button" class="button small primary" on:click=move |_| room(RoomMsg::Do(FromAgent::Take))>
                    {move || say(&take())}
                </button>
            </Show>
            <Show when=move || can(Action::Reopen)>
                <button type="button" class="button small primary" on:click=move |_| room(RoomMsg::Do(FromAgent::Reopen))>
                    {say(&console::REOPEN)}
                </button>
            </Show>
            <Show when=move || gone.get() && can(Action::End)>
                <button type="button" class="button small primary" on:click=move |_| console.send(Msg::Opened(Dialog::End(said.get_value())))>
                    {say(&console::END)}
                </button>
            </Show>
            <Show when=move || yours.get()>
                <button type="button" class="button small primary" on:click=move |_| room(RoomMsg::Kind(Visibility::Public))>
                    {say(&console::FROZEN_REPLY)}
                </button>
            </Show>
            <Show when=move || note.get()>
                <button type="button" class="button small" on:click=move |_| room(RoomMsg::Kind(Visibility::Note))>
                    {move || say(&keep())}
                </button>
            </Show>
            <Show when=move || !text.with(String::is_empty)>
                <button type="button" class="button small" on:click=move |_| console.send(Msg::Copy(text.get_untracked()))>
                    {say(&console::COPY_TEXT)}
                </button>
            </Show>
            <Show when=move || some.get()>
                <button type="button" class="button small quiet" on:click=move |_| room(RoomMsg::Clear)>
                    {say(&console::DISCARD)}
                </button>
            </Show>
        </div>
    }
}

/// A new text for a sent message is no note.
fn takes_note(room: &Room) -> bool {
    room.composer.editing.is_none() && room.kinds().contains(&Visibility::Note)
}

/// Another tab of the same member has another draft: one of them is chosen.
#[component]
pub(super) fn OtherDraft(
    /// Which conversation.
    id: ConversationId,
) -> impl IntoView {
    let console = use_console();
    let other = console.slice(|it| {
        let draft = it.room()?.other.as_ref()?;
        Some(draft.text.chars().take(200).collect::<String>())
    });
    let choose = move |other: bool| {
        let id = id.clone();
        move |_| console.send(Msg::Room(id.clone(), RoomMsg::Choose { other }))
    };
    let bar = move || {
        other.get().map(|text| view! {
            <div class="frozen">
                <p><Icon shape=Shape::Warn />{say(&console::draft_other(&text))}</p>
                <div class="frozen-ways">
                    <button type="button" class="button small" on:click=choose(true)>{say(&console::DRAFT_USE)}</button>
                    <button type="button" class="button small" on:click=choose(false)>{say(&console::DRAFT_KEEP)}</button>
                </div>
            </div>
        })
    };
    view! { <div role="status">{bar}</div> }
}

/// What was being written where nothing can be shown any more.
#[component]
pub(super) fn LeftOver() -> impl IntoView {
    let console = use_console();
    let text = console.slice(|it| it.room().map(|it| it.composer.text.clone()).unwrap_or_default());
    view! {
        <Show when=move || !text.with(|it| it.trim().is_empty())>
            <span>{say(&console::FROZEN_KEPT)}</span>
            <p class="left-over" dir="auto">{move || text.get()}</p>
            <button type="button" class="button" on:click=move |_| console.send(Msg::Copy(text.get_untracked()))>
                <Icon shape=Shape::Copy />{say(&console::COPY_TEXT)}
            </button>
        </Show>
    }
}
