//! The questions that must be answered before anything else.

mod admin;
mod contact;
mod download;
mod end;
mod hand_over;
mod over;

use inbox_protocol::FromAgent;
use inbox_text::console;
use inbox_types::ConversationId;
use leptos::prelude::*;

use self::{
    admin::{Archive, Confirm, Leave},
    contact::{Block, DeleteMessage, Erase, Revoke, SiteDeleted},
    download::Download,
    end::{End, Snooze, Wrapup},
    hand_over::{Invite, Transfer},
    over::{OverLine, session_of},
};
use super::{
    bulk::BulkDialog,
    controls::Modal,
    leave::{LeaveQuestion, RoleQuestion},
    palette::Palette,
    part::{DeskPart, Spot, shown},
    say,
    shortcuts::ShortcutList,
    use_console,
    views::SaveView,
};
use crate::model::{Dialog, Msg};

/// The question that is open, if one is.
#[component]
pub(super) fn Dialogs() -> impl IntoView {
    let console = use_console();
    let dialog = console.slice(|it| it.dialog.clone());
    move || {
        dialog.get().map(|dialog| {
            if let Dialog::Unsaved(way) = dialog {
                // Whoever leaves may do so because no part can be fetched any more.
                view! { <LeaveQuestion way /> }.into_any()
            } else {
                shown(Spot::Question, move |it: &DeskPart| (it.dialog)(dialog.clone()))
            }
        })
    }
}

/// What is asked.
pub(super) fn question(it: Dialog) -> AnyView {
    match it {
        Dialog::Transfer(id) => view! { <Transfer id /> }.into_any(),
        Dialog::Invite(id) => view! { <Invite id /> }.into_any(),
        Dialog::End(id) => view! { <End id /> }.into_any(),
        Dialog::Wrapup(id, session) => view! { <Wrapup id session /> }.into_any(),
        Dialog::Snooze(id) => view! { <Snooze id /> }.into_any(),
        Dialog::Leave(id) => view! { <Leave id /> }.into_any(),
        Dialog::Block(id) => view! { <Block id /> }.into_any(),
        Dialog::Revoke(id) => view! { <Revoke id /> }.into_any(),
        Dialog::Erase(id) => view! { <Erase id /> }.into_any(),
        Dialog::Download(id) => view! { <Download id /> }.into_any(),
        Dialog::DeleteMessage(id, place) => view! { <DeleteMessage id place /> }.into_any(),
        Dialog::SiteDeleted { conversation, name } => {
            view! { <SiteDeleted id=conversation name /> }.into_any()
        }
        Dialog::Confirm { name, change } => view! { <Confirm name change=*change /> }.into_any(),
        Dialog::Archive { name, campaign } => view! { <Archive name campaign /> }.into_any(),
        Dialog::Unsaved(way) => view! { <LeaveQuestion way /> }.into_any(),
        Dialog::Role { name, member, role } => {
            view! { <RoleQuestion name member role /> }.into_any()
        }
        Dialog::Palette => view! { <Palette /> }.into_any(),
        Dialog::SaveView => view! { <SaveView /> }.into_any(),
        Dialog::Bulk(action) => view! { <BulkDialog action /> }.into_any(),
        Dialog::Shortcuts => view! {
            <Modal title=say(&console::SHORTCUTS)><ShortcutList /></Modal>
        }
        .into_any(),
    }
}

/// Says it to the conversation and closes the question.
fn answer(id: ConversationId) -> impl Fn(FromAgent) + Clone + Send + Sync {
    let answers = answer_all(id);
    move |frame| answers(vec![frame])
}

fn answer_all(id: ConversationId) -> impl Fn(Vec<FromAgent>) + Clone + Send + Sync {
    let console = use_console();
    move |frames| console.send(Msg::Answered(id.clone(), frames))
}

/// What was answered to the question on screen before, and refused.
fn before(id: &ConversationId) -> Option<FromAgent> {
    use_console()
        .model
        .with_untracked(|it| it.rooms.get(id)?.answer_to(it.dialog.as_ref()?).cloned())
}

fn written<const N: usize>(text: Option<inbox_types::Text<N>>) -> String {
    text.map(String::from).unwrap_or_default()
}
