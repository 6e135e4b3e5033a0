//! One conversation: head with its buttons, transcript, composer, details.

use inbox_client::Status;
use inbox_protocol::FromAgent;
use inbox_text::{Phrase, console};
use inbox_types::{Action, ConversationId, SessionState};
use leptos::prelude::*;

use super::{
    Console, Item, Menu, Value,
    composer::Composer,
    frozen::LeftOver,
    icon::{Icon, Shape},
    offer::Elapsed,
    say,
    transcript::Transcript,
    use_console, write,
};
use crate::model::{Dialog, Msg, Room, RoomMsg, Route, words};

/// The pane of a conversation.
#[component]
pub(super) fn ConversationPane(
    /// Which conversation.
    id: ConversationId,
) -> impl IntoView {
    let console = use_console();
    let known = console.slice(|it| it.room().is_some_and(|it| it.view.is_some()));
    let gone = console.slice(|it| it.room().is_some_and(|it| it.client.status() == Status::Gone));
    let for_lines = id.clone();
    view! {
        <section class="pane conversation-pane" aria-label=say(&console::CONVERSATION)>
            <Head id=id.clone() />
            <Show when=move || !gone.get() fallback=|| view! { <GonePage /> }>
                <Transcript id=for_lines.clone() />
                {
                    let id = for_lines.clone();
                    view! { <Show when=move || known.get()><Composer id=id.clone() /></Show> }
                }
            </Show>
        </section>
    }
}

#[component]
fn GonePage() -> impl IntoView {
    view! {
        <div class="blank">
            <Icon shape=Shape::Block />
            <strong>{say(&console::CONVERSATION_GONE)}</strong>
            <LeftOver />
        </div>
    }
}

#[component]
fn Head(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let tail = crate::model::tail(id.as_str());
    let name = console.slice(|it| it.room().map(|it| it.name().to_owned()).unwrap_or_default());
    let name = move || {
        let name = name.get();
        if name.is_empty() { say(&console::visitor_tail(&tail)) } else { name }
    };
    let details = console.slice(|it| it.details);
    let panel = move || {
        if details.get() { say(&console::DETAILS_CLOSE) } else { say(&console::DETAILS_OPEN) }
    };
    view! {
        <header class="pane-head conversation-head">
            <a class="button quiet icon-only back" href=Route::Desk.fragment() aria-label=say(&console::BACK)>
                <Icon shape=Shape::Back />
            </a>
            <div class="grow head-words">
                <h2 dir="auto">{name}</h2>
                <Subtitle />
            </div>
            <Actions id=id.clone() />
            <button
                type="button"
                class="button quiet icon-only"
                aria-label=panel
                title=panel
                aria-expanded=move || details.get().to_string()
                on:click=move |_| console.send(Msg::Details(!details.get_untracked()))
            >
                <Icon shape=Shape::Panel />
            </button>
        </header>
    }
}

/// Where it stands, whose it is, and in which department.
#[component]
fn Subtitle() -> impl IntoView {
    let console = use_console();
    let state = console.slice(|it| {
        let session = it.room()?.view.as_ref()?.session.as_ref()?;
        let phrase = match session.closed_by {
            Some(cause) => words::closed_by(cause),
            None => words::state(session.state),
        };
        Some((phrase, session.state))
    });
    let owner = console.slice(|it| {
        let session = it.room()?.view.as_ref()?.session.as_ref()?;
        let member = it.desk.member(session.owner.as_ref()?)?;
        Some(member.name.as_str().to_owned())
    });
    let department = console.slice(|it| {
        let session = it.room()?.view.as_ref()?.session.as_ref()?;
        it.desk.department_name(session.department.as_ref()?).map(str::to_owned)
    });
    // From when it was received until it is over.
    let opened = console.slice(|it| {
        let session = it.room()?.view.as_ref()?.session.as_ref()?;
        session.closed_by.is_none().then_some(session.opened_at)
    });
    let conference = console.slice(|it| {
        let room = it.room()?;
        let whom = room.asked().and_then(|(id, _)| it.desk.member(id));
        Some((conference(room)?, whom.map(|it| it.name.as_str().to_owned())))
    });
    let still = console.slice(|it| {
        it.room()
            .and_then(|it| it.view.as_ref()?.session.as_ref())
            .is_some_and(|it| it.still_questions)
    });
    view! {
        <div class="head-line">
            <p class="subtitle" role="status">
                {move || state.get().map(|(phrase, state)| view! { <span class=state_class(state)>{say(&phrase)}</span> })}
                {move || conference.get().map(|(it, whom)| view! {
                    <span class="chip accent">{say(&it)}{whom.map(|whom| format!(" · {whom}"))}</span>
                })}
                <Show when=move || still.get()>
                    <span class="chip warn">{say(&console::STILL_QUESTIONS_ASKED)}</span>
                </Show>
                <span>{move || owner.get().map(|it| say(&console::owned_by(&it)))}</span>
                <span class="muted">{move || department.get()}</span>
            </p>
            {move || opened.get().map(|since| {
                let received = say(&console::OFFER_RECEIVED);
                let title = format!("{received}: {}", write(Value::Moment(since)));
                view! {
                    <span class="since" title=title>
                        <Icon shape=Shape::Clock /><span class="unseen">{received}</span> <Elapsed since />
                    </span>
                }
            })}
        </div>
    }
}

fn state_class(state: SessionState) -> &'static str {
    match state {
        SessionState::Active => "chip good",
        SessionState::Queued | SessionState::Offered => "chip warn",
        SessionState::Bot | SessionState::Snoozed | SessionState::Closed => "chip",
    }
}

/// "Conference requested", then "Conference" (D-direct-or-asked).
fn conference(room: &Room) -> Option<Phrase> {
    use inbox_types::{LegState, OfferKind};
    let session = room.view.as_ref()?.session.as_ref()?;
    let asked = session.offer.as_ref().map(|it| it.kind);
    let joined =
        session.legs.iter().filter(|it| it.state == LegState::Joined && !it.silent).count();
    match asked {
        Some(OfferKind::Conference) => Some(console::CONFERENCE_REQUESTED),
        Some(OfferKind::Transfer) => Some(console::TRANSFER_REQUESTED),
        Some(OfferKind::Assign) | None => (2 <= joined).then_some(console::CONFERENCE),
    }
}

/// The buttons that the relay allows, the likeliest ones in the open.
#[component]
fn Actions(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let may = console.slice(|it| {
        it.room().and_then(|it| it.view.as_ref()).map(|it| it.may.clone()).unwrap_or_default()
    });
    let state = console.slice(|it| {
        it.room()
            .and_then(|it| it.view.as_ref()?.session.as_ref())
            .map(|it| (it.state, it.owner.is_some(), it.no))
    });
    // Of the oldest session that waits for it: the current one may have begun since.
    let due = console.slice(|it| it.room()?.view.as_ref()?.wrapups_due.first().copied());
    let asked = console.slice(|it| {
        it.room().and_then(|it| it.view.as_ref()?.session.as_ref()?.offer.as_ref()).is_some()
    });
    let blocked = console
        .slice(|it| it.room().and_then(|it| it.view.as_ref()).is_some_and(|it| it.contact.blocked));
    let off = {
        let id = id.clone();
        console.slice(move |it| !it.reaches(&id))
    };
    let why = move || off.get().then(|| say(&console::OFFLINE));
    let buttons = {
        let id = id.clone();
        move || {
            let may = may.get();
            Button::ALL
                .into_iter()
                .filter(|it| it.shown(&may, state.get()))
                .map(|it| view! { <ActionButton button=it id=id.clone() due=due.get().or(state.get().map(|it| it.2)) owned=state.get().is_some_and(|it| it.1) off /> })
                .collect_view()
        }
    };
    let items = move || {
        let all = more(&id, &may.get(), state.get().map(|it| it.0), asked.get(), blocked.get());
        all.into_iter().map(|it| it.off(why())).collect::<Vec<_>>()
    };
    let some = {
        let items = items.clone();
        move || !items().is_empty()
    };
    let items = Signal::derive(items);
    view! {
        <div class="actions" role="group" aria-label=say(&console::ACTIONS)>
            {buttons}
            <Show when=some>
                <Menu label=Signal::derive(|| say(&console::MORE)) items class="quiet icon-only">
                    <Icon shape=Shape::More />
                </Menu>
            </Show>
        </div>
    }
}

/// The buttons in the open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Button {
    Take,
    Reopen,
    Transfer,
    Invite,
    Wrapup,
    End,
}

/// All that can be done with the conversation on screen.
pub(super) fn commands_of(console: Console) -> Vec<Item> {
    console.model.with_untracked(|model| {
        let (Some(id), Some(room)) = (model.route.conversation(), model.room()) else {
            return Vec::new();
        };
        let Some(view) = &room.view else { return Vec::new() };
        let session = view.session.as_ref();
        let state = session.map(|it| (it.state, it.owner.is_some(), it.no));
        let due = view.wrapups_due.first().copied().or(state.map(|it| it.2));
        let why = (!model.reaches(id)).then(|| say(&console::OFFLINE));
        let button = |it: Button| {
            let (shape, phrase, _) = it.look(state.is_some_and(|it| it.1));
            Item::new(shape, &phrase, console.on(id.clone(), move |id| it.msg(&id, due)))
        };
        let shown = Button::ALL.into_iter().filter(|it| it.shown(&view.may, state)).map(button);
        let asked = session.is_some_and(|it| it.offer.is_some());
        let more = more(id, &view.may, state.map(|it| it.0), asked, view.contact.blocked);
        let mut all: Vec<Item> = shown.chain(more).map(|it| it.off(why.clone())).collect();
        let details = console.on(!model.details, Msg::Details);
        all.push(Item::new(Shape::Panel, &console::KEY_DETAILS, details));
        all
    })
}

type State = Option<(SessionState, bool, inbox_types::SessionNo)>;

impl Button {
    const ALL: [Self; 6] =
        [Self::Transfer, Self::Invite, Self::Take, Self::Reopen, Self::Wrapup, Self::End];

    fn shown(self, may: &[Action], state: State) -> bool {
        let closed = state.is_none_or(|it| it.0 == SessionState::Closed);
        let action = match self {
            Self::Take => Action::Take,
            Self::Reopen => Action::Reopen,
            Self::Transfer if may.contains(&Action::ChangeOwner) && !closed => return true,
            Self::Transfer => Action::Transfer,
            Self::Invite => Action::Invite,
            Self::Wrapup => Action::Wrapup,
            Self::End => Action::End,
        };
        may.contains(&action)
    }

    fn msg(self, id: &ConversationId, due: Option<inbox_types::SessionNo>) -> Msg {
        let id = id.clone();
        match self {
            Self::Take => Msg::Room(id, RoomMsg::Do(FromAgent::Take)),
            Self::Reopen => Msg::Room(id, RoomMsg::Do(FromAgent::Reopen)),
            Self::Transfer => Msg::Opened(Dialog::Transfer(id)),
            Self::Invite => Msg::Opened(Dialog::Invite(id)),
            Self::Wrapup => Msg::Opened(Dialog::Wrapup(id, due.unwrap_or_default())),
            Self::End => Msg::Opened(Dialog::End(id)),
        }
    }

    fn look(self, owned: bool) -> (Shape, Phrase, bool) {
        match self {
            Self::Take if owned => (Shape::Take, console::TAKE_OVER, false),
            Self::Take => (Shape::Take, console::FOLLOW_UP, true),
            Self::Reopen => (Shape::Reopen, console::REOPEN, true),
            Self::Transfer => (Shape::Transfer, console::TRANSFER, false),
            Self::Invite => (Shape::AddPerson, console::ADD_AGENT, false),
            Self::Wrapup => (Shape::Check, console::WRAP_UP, true),
            Self::End => (Shape::Check, console::END, false),
        }
    }
}

#[component]
fn ActionButton(
    button: Button,
    id: ConversationId,
    due: Option<inbox_types::SessionNo>,
    owned: bool,
    off: Memo<bool>,
) -> impl IntoView {
    let console = use_console();
    let (shape, phrase, primary) = button.look(owned);
    let compact = matches!(button, Button::Transfer | Button::Invite);
    let label = say(&phrase);
    view! {
        <button
            type="button"
            class="button"
            class:primary=primary
            class:compact=compact
            aria-disabled=move || off.get().then_some("true")
            title={
                let label = label.clone();
                move || if off.get() { say(&console::OFFLINE) } else { label.clone() }
            }
            on:click=move |_| console.send(button.msg(&id, due))
        >
            <Icon shape />
            <span>{label.clone()}</span>
        </button>
    }
}

/// What is behind the three dots.
fn more(
    id: &ConversationId,
    may: &[Action],
    state: Option<SessionState>,
    asked: bool,
    blocked: bool,
) -> Vec<Item> {
    let console = use_console();
    let says = |frame: FromAgent| {
        console.on((id.clone(), frame), |(id, frame)| Msg::Room(id, RoomMsg::Do(frame)))
    };
    let opens = |dialog: Dialog| console.on(dialog, Msg::Opened);
    let snoozed = state == Some(SessionState::Snoozed);
    let owns = may.contains(&Action::Transfer) || may.contains(&Action::Invite);
    let mut items = Vec::new();
    let mut add = |shown: bool, item: Item| {
        if shown {
            items.push(item);
        }
    };
    let can = |action| may.contains(&action);
    add(
        asked && owns,
        Item::new(Shape::Close, &console::CANCEL_OFFER, says(FromAgent::CancelOffer)),
    );
    add(can(Action::Ask), Item::new(Shape::Question, &console::ASK_STILL, says(FromAgent::Ask)));
    add(
        can(Action::Snooze) && !snoozed,
        Item::new(Shape::Clock, &console::SNOOZE, opens(Dialog::Snooze(id.clone()))),
    );
    add(
        can(Action::Snooze) && snoozed,
        Item::new(Shape::Reopen, &console::WAKE, says(FromAgent::Wake)),
    );
    add(
        can(Action::Supervise),
        Item::new(Shape::Eye, &console::SUPERVISE, says(FromAgent::Supervise)),
    );
    add(
        can(Action::Leave),
        Item::new(Shape::Leave, &console::LEAVE, opens(Dialog::Leave(id.clone()))),
    );
    add(
        can(Action::View),
        Item::new(Shape::Take, &console::DOWNLOAD, opens(Dialog::Download(id.clone()))),
    );
    add(
        can(Action::Block) && !blocked,
        Item::new(Shape::Block, &console::BLOCK, opens(Dialog::Block(id.clone()))).dangerous(),
    );
    add(
        can(Action::Block) && blocked,
        Item::new(Shape::Reopen, &console::UNBLOCK, says(FromAgent::Unblock)),
    );
    add(
        can(Action::Block) && !blocked,
        Item::new(Shape::Leave, &console::REVOKE, opens(Dialog::Revoke(id.clone()))),
    );
    add(
        can(Action::Erase),
        Item::new(Shape::Trash, &console::ERASE, opens(Dialog::Erase(id.clone()))).dangerous(),
    );
    items
}
