//! What an admin or a marketer is asked before something is gone.

use inbox_protocol::FromAgent;
use inbox_text::{Phrase, console};
use inbox_types::{CampaignId, CampaignStatus, ConversationId};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::{Field, Modal, ProblemLine, Select},
        question::Foot,
        say, use_console,
    },
    OverLine, answer, session_of,
};
use crate::model::{AdminMsg, CampaignChange, CampaignMsg, Change, Heirs, Msg};

/// Something of the settings is taken away; a site wants its name typed, and what has things of its
/// own is asked where they go.
#[component]
pub(super) fn Confirm(name: String, change: Change) -> impl IntoView {
    let console = use_console();
    let site = matches!(change, Change::DeleteSite(_));
    let typed = RwSignal::new(String::new());
    let heir = RwSignal::new(String::new());
    let heirs = console.model.with_untracked(|it| it.admin.heirs(&change));
    let required = heirs.required;
    let wanted = name.clone();
    let ready = Memo::new(move |_| {
        (!site || typed.get().trim() == wanted) && (!required || !heir.get().is_empty())
    });
    let problem = console.slice(|it| it.admin.problem.clone());
    let gone = console.slice(move |it| {
        let chosen = heir.get().parse().ok();
        it.desk.who_is_offline(chosen.as_ref())
    });
    let absent = matches!(change, Change::RemoveMember(..));
    let has_keys = console.model.with_untracked(
        |it| matches!(&change, Change::RemoveMember(id, _) if it.admin.has_keys_of(id)),
    );
    let text = text_of(&change, required);
    let question = question(&change, heirs);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if ready.get_untracked() {
            let change = change.clone().leaving_to(&heir.get_untracked());
            console.send(Msg::Admin(AdminMsg::Change(change)));
        }
    };
    view! {
        <Modal title=say(&console::delete_named(&name))>
            <form class="stack" on:submit=submit>
                <p>{say(&text)}</p>
                {has_keys.then(|| view! { <p>{say(&console::KEYS_STOP)}</p> })}
                {site.then(|| view! {
                    <p>{say(&console::type_to_confirm(&name))}</p>
                    <Field label=console::CONFIRMATION value=typed />
                })}
                {question.map(|(label, options)| view! { <Select label options value=heir /> })}
                {absent.then(|| view! {
                    <div role="status">
                        {move || gone.get().map(|it| view! { <p class="muted">{say(&console::successor_offline(&it))}</p> })}
                    </div>
                })}
                <ProblemLine problem />
                <Foot label=console::DELETE danger=true ready=ready />
            </form>
        </Modal>
    }
}

/// What becomes of what is taken away.
pub(super) fn text_of(change: &Change, has_heirs: bool) -> Phrase {
    match change {
        Change::DeleteSite(_) => console::DELETE_SITE_TEXT,
        Change::RemoveMember(..) => console::REMOVE_MEMBER_TEXT,
        Change::DeleteDepartment(..) if has_heirs => console::DELETE_DEPARTMENT_TEXT,
        Change::DeleteDepartment(..) => console::DELETE_DEPARTMENT_LAST_TEXT,
        Change::DeleteApiKey(_) => console::DELETE_API_KEY_TEXT,
        Change::CreateSite(_)
        | Change::SaveSite(..)
        | Change::SiteHours(..)
        | Change::DepartmentHours(..)
        | Change::CreateDepartment(_)
        | Change::SaveDepartment(..)
        | Change::Invite(_)
        | Change::PatchMember(..)
        | Change::SignInLink(_)
        | Change::CreateCanned(_)
        | Change::SaveCanned(..)
        | Change::DeleteCanned(_)
        | Change::CreateTopic(_)
        | Change::CreateApiKey(_)
        | Change::TakeApiKey(_)
        | Change::DeleteTopic(_)
        | Change::CreateView(_)
        | Change::DeleteView(_)
        | Change::Workspace(_)
        | Change::Deliver(..)
        | Change::RotateSecret(_)
        | Change::EndSecret(_)
        | Change::PauseWebhook(..)
        | Change::PingWebhook(_)
        | Change::Password(_) => console::DELETE_TEXT,
    }
}

/// Where its things go, if it has any and there is somewhere.
pub(super) fn question(change: &Change, heirs: Heirs) -> Option<(Phrase, Vec<(String, String)>)> {
    let of_member = matches!(change, Change::RemoveMember(..));
    let (label, nobody) = if of_member {
        (console::SUCCESSOR_MEMBER, console::SUCCESSOR_QUEUE)
    } else {
        (console::SUCCESSOR_DEPARTMENT, console::SUCCESSOR_CHOOSE)
    };
    let first = (String::new(), say(&nobody));
    let options: Vec<_> = std::iter::once(first).chain(heirs.choices).collect();
    (1 < options.len()).then_some((label, options))
}

/// What becomes of it when I go.
#[component]
pub(super) fn Leave(id: ConversationId) -> impl IntoView {
    let (session, over) = session_of(&id);
    let says = answer(id.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        says(FromAgent::Leave { session });
    };
    let ready = Signal::derive(move || over.with(Option::is_none));
    view! {
        <Modal title=say(&console::LEAVE_CONVERSATION_TITLE)>
            <form class="stack" on:submit=submit>
                <p>{say(&console::LEAVE_CONVERSATION_TEXT)}</p>
                <OverLine id session over />
                <Foot label=console::LEAVE danger=true ready />
            </form>
        </Modal>
    }
}

/// Never again.
#[component]
pub(super) fn Archive(name: String, campaign: CampaignId) -> impl IntoView {
    let console = use_console();
    let problem = console.slice(|it| it.campaigns.problem.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let change = CampaignChange::Status(campaign.clone(), CampaignStatus::Archived);
        console.send(Msg::Campaign(CampaignMsg::Change(change)));
    };
    view! {
        <Modal title=say(&console::campaign_archive_named(&name))>
            <form class="stack" on:submit=submit>
                <p>{say(&console::CAMPAIGN_ARCHIVE_TEXT)}</p>
                <ProblemLine problem />
                <Foot label=console::CAMPAIGN_ARCHIVE danger=true />
            </form>
        </Modal>
    }
}
