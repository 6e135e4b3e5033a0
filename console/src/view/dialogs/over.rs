//! A question whose session is over by now: why it cannot be answered as it stands, and the ways on.

use inbox_protocol::FromAgent;
use inbox_text::{Phrase, console};
use inbox_types::{Action, ConversationId, Label, SessionNo};
use leptos::prelude::*;

use super::super::{controls::ProblemLine, frozen::ended, say, use_console};
use crate::model::{Model, Msg, Over, Room, RoomMsg, bound::fits};

/// The session that a question is opened about, and why it cannot be answered while that is over.
pub(super) fn session_of(id: &ConversationId) -> (Option<SessionNo>, Memo<Option<Phrase>>) {
    let console = use_console();
    let id = id.clone();
    let session = console.model.with_untracked(|it| it.rooms.get(&id).and_then(Room::session_no));
    let over = console.slice(move |it| it.over(&id, session).map(why));
    (session, over)
}

fn why(over: Over) -> Phrase {
    match over {
        Over::Ended(cause) => ended(cause),
        Over::Followed(session) => console::wrapup_before(&session.0.to_string()),
    }
}

/// Says that the session is over. It can be reopened, and the question is answered then; or I say how it went,
/// if that is still to be said.
#[component]
pub(super) fn OverLine(
    id: ConversationId,
    /// The session that the question is about.
    session: Option<SessionNo>,
    /// Why it is over.
    over: Memo<Option<Phrase>>,
    /// Why it was to end, as it is typed so far.
    #[prop(optional)]
    reason: Option<RwSignal<String>>,
) -> impl IntoView {
    let console = use_console();
    let off = console.slice(Model::must_wait);
    let reopens = {
        let id = id.clone();
        console.slice(move |it| {
            let may = it.rooms.get(&id).is_some_and(|it| it.may(Action::Reopen));
            may && matches!(it.over(&id, session), Some(Over::Ended(_)))
        })
    };
    let owes = {
        let id = id.clone();
        console.slice(move |it| session.filter(|of| it.owes_wrapup(&id, *of)))
    };
    let owes = move || owes.get().filter(|_| over.with(Option::is_some));
    let fits = move || reason.is_none_or(|it| it.with(|it| fits(it, Label::MAX_CHARS)));
    let id = StoredValue::new(id);
    let does = move |msg: RoomMsg| console.send(Msg::Room(id.get_value(), msg));
    let wrap_up = move |session: SessionNo| {
        let reason = reason.and_then(|it| Label::written(&it.get_untracked()));
        does(RoomMsg::WrapUp { session, reason });
    };
    view! {
        <ProblemLine problem=over />
        <Show when=move || reopens.get() || owes().is_some()>
            <div class="frozen-ways">
                <Show when=move || reopens.get()>
                    <button type="button" class="button small" disabled=off
                        on:click=move |_| does(RoomMsg::Do(FromAgent::Reopen))>
                        {say(&console::REOPEN)}
                    </button>
                </Show>
                {move || owes().map(|session| view! {
                    <button type="button" class="button small" disabled=move || !fits()
                        on:click=move |_| wrap_up(session)>
                        {say(&console::WRAP_UP)}
                    </button>
                })}
            </div>
        </Show>
    }
}
