//! What is taken from a contact or a message: blocked, logged out, erased, deleted.

use inbox_protocol::FromAgent;
use inbox_text::console;
use inbox_types::{ConversationId, Place};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::{Field, Modal},
        question::Foot,
        say, use_console,
    },
    answer,
};
use crate::model::Msg;

#[component]
pub(super) fn Block(id: ConversationId) -> impl IntoView {
    let says = answer(id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        says(FromAgent::Block);
    };
    view! {
        <Modal title=say(&console::BLOCK_TITLE)>
            <form class="stack" on:submit=submit>
                <p>{say(&console::BLOCK_TEXT)}</p>
                <Foot label=console::BLOCK danger=true />
            </form>
        </Modal>
    }
}

/// Ends what lets the visitor's browsers in.
#[component]
pub(super) fn Revoke(id: ConversationId) -> impl IntoView {
    let says = answer(id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        says(FromAgent::Revoke);
    };
    view! {
        <Modal title=say(&console::REVOKE_TITLE)>
            <form class="stack" on:submit=submit>
                <p>{say(&console::REVOKE_TEXT)}</p>
                <Foot label=console::REVOKE danger=true />
            </form>
        </Modal>
    }
}

/// What cannot be undone wants a word to be typed.
#[component]
pub(super) fn Erase(id: ConversationId) -> impl IntoView {
    let says = answer(id);
    let typed = RwSignal::new(String::new());
    let word = say(&console::ERASE_WORD);
    let wanted = word.clone();
    let ready = Memo::new(move |_| typed.get().trim().eq_ignore_ascii_case(&wanted));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if ready.get_untracked() {
            says(FromAgent::Erase);
        }
    };
    view! {
        <Modal title=say(&console::ERASE_TITLE)>
            <form class="stack" on:submit=submit>
                <p>{say(&console::ERASE_TEXT)}</p>
                <p>{say(&console::type_to_confirm(&word))}</p>
                <Field label=console::CONFIRMATION value=typed />
                <Foot label=console::ERASE danger=true ready=ready />
            </form>
        </Modal>
    }
}

#[component]
pub(super) fn DeleteMessage(id: ConversationId, place: Place) -> impl IntoView {
    let says = answer(id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        says(FromAgent::Delete { of: place });
    };
    view! {
        <Modal title=say(&console::DELETE_MESSAGE_TITLE)>
            <form class="stack" on:submit=submit>
                <p>{say(&console::DELETE_MESSAGE_TEXT)}</p>
                <Foot label=console::DELETE danger=true />
            </form>
        </Modal>
    }
}

/// The site was deleted while somebody answered there.
#[component]
pub(super) fn SiteDeleted(id: ConversationId, name: String) -> impl IntoView {
    let console = use_console();
    let name = if name.is_empty() { say(&console::VISITOR) } else { name };
    let look = move |_| {
        console.send(Msg::Closed);
        console.send(Msg::Goto(id.clone()));
    };
    view! {
        <Modal title=say(&console::SITE_DELETED_TITLE)>
            <p>{say(&console::site_deleted_text(&name))}</p>
            <footer class="dialog-foot">
                <button type="button" class="button primary" on:click=look>{say(&console::SHOW_CONVERSATION)}</button>
            </footer>
        </Modal>
    }
}
