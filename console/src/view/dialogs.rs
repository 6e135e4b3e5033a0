//! The questions that must be answered before anything else.

use inbox_protocol::{FromAgent, TransferTarget};
use inbox_text::{Phrase, console};
use inbox_types::{
    CampaignId, CampaignStatus, Comment, ConversationId, Label, MemberId, Place, SessionNo,
    Timestamp, TopicId, TransferMode,
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    bulk::BulkDialog,
    controls::{Area, Field, Modal, ProblemLine, Select},
    icon::{Icon, Shape},
    leave::{LeaveQuestion, RoleQuestion},
    question::{Agents, Foot, Reason, is_said},
    say,
    shortcuts::ShortcutList,
    use_console,
    views::SaveView,
};
use crate::model::{
    AdminMsg, CampaignChange, CampaignMsg, Change, Dialog, Heirs, Msg, Room, RoomMsg, bound::fits,
    words,
};

/// The question that is open, if one is.
#[component]
pub(super) fn Dialogs() -> impl IntoView {
    let console = use_console();
    let dialog = console.slice(|it| it.dialog.clone());
    move || {
        dialog.get().map(|it| match it {
            Dialog::Transfer(id) => view! { <Transfer id /> }.into_any(),
            Dialog::Invite(id) => view! { <Invite id /> }.into_any(),
            Dialog::End(id) => view! { <End id /> }.into_any(),
            Dialog::Wrapup(id, session) => view! { <Wrapup id session /> }.into_any(),
            Dialog::Snooze(id) => view! { <Snooze id /> }.into_any(),
            Dialog::Leave(id) => view! { <Leave id /> }.into_any(),
            Dialog::Block(id) => view! { <Block id /> }.into_any(),
            Dialog::Revoke(id) => view! { <Revoke id /> }.into_any(),
            Dialog::Erase(id) => view! { <Erase id /> }.into_any(),
            Dialog::DeleteMessage(id, place) => view! { <DeleteMessage id place /> }.into_any(),
            Dialog::SiteDeleted { conversation, name } => {
                view! { <SiteDeleted id=conversation name /> }.into_any()
            }
            Dialog::Confirm { name, change } => {
                view! { <Confirm name change=*change /> }.into_any()
            }
            Dialog::Archive { name, campaign } => view! { <Archive name campaign /> }.into_any(),
            Dialog::Unsaved(way) => view! { <LeaveQuestion way /> }.into_any(),
            Dialog::Role { name, member, role } => {
                view! { <RoleQuestion name member role /> }.into_any()
            }
            Dialog::SaveView => view! { <SaveView /> }.into_any(),
            Dialog::Bulk(action) => view! { <BulkDialog action /> }.into_any(),
            Dialog::Shortcuts => view! {
                <Modal title=say(&console::SHORTCUTS)><ShortcutList /></Modal>
            }
            .into_any(),
        })
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

/// To another agent or another queue.
#[component]
fn Transfer(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let answer = answer(id.clone());
    let pending = id.clone();
    let (to, mode, said) = match before(&id) {
        Some(FromAgent::Transfer { to, mode, reason }) => (Some(to), mode, written(reason)),
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
        answer(FromAgent::Transfer { to, mode: Some(mode), reason });
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
        target.with(Option::is_some) && gone.with(Option::is_none) && fits && free
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
                <Foot label=console::TRANSFER ready />
            </form>
        </Modal>
    }
}

/// Who is being asked already: there is one question at a time.
#[component]
fn Pending(id: ConversationId) -> impl IntoView {
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
fn Invite(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let invited = match before(&id) {
        Some(FromAgent::Invite { agent, .. }) => Some(agent),
        _ => None,
    };
    let answer = answer(id.clone());
    let pending = id.clone();
    let asked = console.slice(move |it| it.pending(&id).is_some());
    let search = RwSignal::new(String::new());
    let chosen = RwSignal::new(invited);
    let gone = console.slice(move |it| it.desk.who_is_offline(chosen.get().as_ref()));
    let ready = Signal::derive(move || {
        chosen.with(Option::is_some) && gone.with(Option::is_none) && !asked.get()
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(agent) = chosen.get_untracked() {
            answer(FromAgent::Invite { agent, mode: None });
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
                <Foot label=console::ADD_AGENT ready />
            </form>
        </Modal>
    }
}

/// How it ends: reason, topics, and whether to ask first (D-closing-question).
#[component]
fn End(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let (rules, topics, chosen, session) = console.model.with_untracked(|it| {
        let room = it.rooms.get(&id);
        let topics = it.desk.welcome.as_ref().map(|it| it.topics.clone()).unwrap_or_default();
        let chosen = room.map(Room::topics).unwrap_or_default();
        let rules = room.map(Room::rules).unwrap_or_default();
        (rules, topics, chosen, room.and_then(Room::session_no))
    });
    let mandatory = rules.topic_mandatory;
    let reason_required = rules.wrapup_reason_required;
    let (asked, said) = match before(&id) {
        Some(FromAgent::End { ask, reason }) => (ask, written(reason)),
        _ => (rules.ask_still_questions, String::new()),
    };
    let known = chosen.clone();
    let chosen = RwSignal::new(chosen);
    let reason = RwSignal::new(said);
    let ask = RwSignal::new(asked);
    let says = answer_all(id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let topics = chosen.get_untracked();
        let topics = (topics != known).then_some(FromAgent::SetTopics { topics, session });
        let end = FromAgent::End {
            ask: ask.get_untracked(),
            reason: Label::written(&reason.get_untracked()),
        };
        says(topics.into_iter().chain([end]).collect());
    };
    let ready = Signal::derive(move || {
        let topic = !mandatory || !chosen.get().is_empty();
        topic && is_said(&reason.get(), reason_required)
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
                <Foot label=console::END ready />
            </form>
        </Modal>
    }
}

/// What the session is about, where the site has topics.
#[component]
fn TopicChoices(
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
fn EndChoice(label: Phrase, hint: Phrase, ask: RwSignal<bool>, on: bool) -> impl IntoView {
    view! {
        <button type="button" class="choice" role="radio" aria-checked=move || (ask.get() == on).to_string() on:click=move |_| ask.set(on)>
            <span class="grow"><strong>{say(&label)}</strong><small>{say(&hint)}</small></span>
        </button>
    }
}

/// How it was, for the report.
#[component]
fn Wrapup(id: ConversationId, session: SessionNo) -> impl IntoView {
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
fn Snooze(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let says = answer(id);
    let until = move |hours: u64| {
        let now = console.model.with_untracked(|it| it.desk.relay_time(it.now));
        now.after(inbox_types::Millis::hours(hours))
    };
    let choice = move |label: Phrase, until: Option<Timestamp>| {
        let says = says.clone();
        view! {
            <button type="button" class="choice" on:click=move |_| says(FromAgent::Snooze { until })>
                <span class="grow">{say(&label)}</span>
                <span class="muted">{until.map(|it| super::write(super::Value::Moment(it)))}</span>
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
        </Modal>
    }
}

#[component]
fn Block(id: ConversationId) -> impl IntoView {
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
fn Revoke(id: ConversationId) -> impl IntoView {
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
fn Erase(id: ConversationId) -> impl IntoView {
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
fn DeleteMessage(id: ConversationId, place: Place) -> impl IntoView {
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
fn SiteDeleted(id: ConversationId, name: String) -> impl IntoView {
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

/// Something of the settings is taken away; a site wants its name typed, and what has things of its
/// own is asked where they go.
#[component]
fn Confirm(name: String, change: Change) -> impl IntoView {
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
fn text_of(change: &Change, has_heirs: bool) -> Phrase {
    match change {
        Change::DeleteSite(_) => console::DELETE_SITE_TEXT,
        Change::RemoveMember(..) => console::REMOVE_MEMBER_TEXT,
        Change::DeleteDepartment(..) if has_heirs => console::DELETE_DEPARTMENT_TEXT,
        Change::DeleteDepartment(..) => console::DELETE_DEPARTMENT_LAST_TEXT,
        Change::CreateSite(_)
        | Change::SaveSite(..)
        | Change::CreateDepartment(_)
        | Change::SaveDepartment(..)
        | Change::Invite(_)
        | Change::PatchMember(..)
        | Change::SignInLink(_)
        | Change::CreateCanned(_)
        | Change::SaveCanned(..)
        | Change::DeleteCanned(_)
        | Change::CreateTopic(_)
        | Change::DeleteTopic(_)
        | Change::CreateView(_)
        | Change::DeleteView(_)
        | Change::Workspace(_)
        | Change::Deliver(..)
        | Change::Password(_) => console::DELETE_TEXT,
    }
}

/// Where its things go, if it has any and there is somewhere.
fn question(change: &Change, heirs: Heirs) -> Option<(Phrase, Vec<(String, String)>)> {
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
fn Leave(id: ConversationId) -> impl IntoView {
    let says = answer(id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        says(FromAgent::Leave);
    };
    view! {
        <Modal title=say(&console::LEAVE_CONVERSATION_TITLE)>
            <form class="stack" on:submit=submit>
                <p>{say(&console::LEAVE_CONVERSATION_TEXT)}</p>
                <Foot label=console::LEAVE danger=true />
            </form>
        </Modal>
    }
}

/// Never again.
#[component]
fn Archive(name: String, campaign: CampaignId) -> impl IntoView {
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
