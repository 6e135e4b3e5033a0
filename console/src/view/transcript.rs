//! The lines of a conversation.

use std::collections::BTreeMap;

use inbox_client::presentation::Delivery;
use inbox_text::console;
use inbox_types::{ConversationId, Visibility};
use leptos::{html::Div, prelude::*};

use super::{
    Item, Menu, Value,
    icon::{Icon, Shape},
    say, use_console, write,
};
use crate::{
    browser::{dom, intl},
    model::{
        Bubble, Dialog, FileView, LineKind, LineView, Model, Msg, Piece, RoomMsg, Side,
        why_not_sent, words,
    },
};

/// Everything that was said, and who is typing.
#[component]
pub(super) fn Transcript(
    /// Which conversation.
    id: ConversationId,
) -> impl IntoView {
    let console = use_console();
    let version = console.slice(Model::lines_version);
    let lines = Memo::new(move |_| {
        // Read and not only tracked: a memo that nobody reads never looks at the model.
        version.with(|_| ());
        console.model.with_untracked(|it| it.lines(&intl::day_number))
    });
    let shown = StoredValue::new(Shown::default());
    let earlier = console.slice(|it| it.room().is_some_and(|it| it.client.has_earlier()));
    let place = NodeRef::<Div>::new();
    let at_end = StoredValue::new(true);
    // A higher composer leaves less room for the lines.
    let composer = console
        .slice(|it| it.room().map(|it| (it.composer.text.clone(), it.composer.uploads.len())));
    // Where the reader stood when the lines were last drawn or scrolled.
    let stood = StoredValue::new(dom::Stand::default());
    let found = console.slice(|it| it.room().and_then(|it| it.found));
    let shown_find = StoredValue::new(None);
    Effect::new(move |_| {
        lines.track();
        let (Some(place), Some(wanted)) = (place.get(), found.get()) else { return };
        if shown_find.get_value() == Some(wanted) {
            return;
        }
        at_end.set_value(false);
        // It may be on a page that is not here yet.
        dom::after_paint(move || {
            if dom::show(&place, ".line[aria-current]") {
                shown_find.try_set_value(Some(wanted));
            }
        });
    });
    Effect::new(move |before: Option<String>| {
        composer.track();
        // What begins the session or the day stands above whatever page of it is here.
        let is_said =
            |it: &&LineView| !matches!(it.kind, LineKind::Session { .. } | LineKind::Day(_));
        let first =
            lines.with(|it| it.iter().find(is_said).map(|it| it.key.clone()).unwrap_or_default());
        let Some(place) = place.get() else { return first };
        if at_end.get_value() {
            dom::after_paint(move || dom::scroll_to_end(&place));
            return first;
        }
        let grew = before.is_some_and(|it| it != first);
        dom::after_paint(move || {
            // What was on screen stays where it was when older lines come above it.
            if let Some(before) = stood.try_get_value().filter(|_| grew) {
                before.keep(&place);
            }
            stood.try_set_value(dom::Stand::of(&place));
        });
        first
    });
    // Less room hides the end, of which the browser says nothing: it has not scrolled.
    dom::on_resize(move || {
        if let (Some(place), Some(true)) =
            (place.try_get_untracked().flatten(), at_end.try_get_value())
        {
            dom::scroll_to_end(&place);
        }
    });
    let scrolled = {
        let id = id.clone();
        move |_| {
            let Some(place) = place.get_untracked() else { return };
            stood.set_value(dom::Stand::of(&place));
            let now = dom::is_at_end(&place);
            if at_end.get_value() != now {
                at_end.set_value(now);
                console.send(Msg::Room(id.clone(), RoomMsg::Scrolled { at_end: now }));
            }
        }
    };
    let ask = console.on(id.clone(), |id| Msg::Room(id, RoomMsg::Earlier));
    view! {
        <div
            class="transcript"
            node_ref=place
            on:scroll=scrolled
            role="log"
            aria-label=say(&console::TRANSCRIPT)
            tabindex="0"
        >
            <Show when=move || earlier.get()>
                <button type="button" class="button small earlier" on:click=move |_| ask.run(())>
                    {say(&console::EARLIER)}
                </button>
            </Show>
            <For
                each=move || lines.with(|it| shown.try_update_value(|shown| shown.take_in(it)).unwrap_or_default())
                key=|it| it.0.clone()
                let:line
            >
                <Line kind=line.1 id=id.clone() />
            </For>
        </div>
        <Typists />
    }
}

/// What each line on screen shows, by the line's key: a line that changes keeps its elements.
#[derive(Default)]
struct Shown(BTreeMap<String, ArcRwSignal<LineKind>>);

impl Shown {
    /// Takes in what is to be on screen now, and returns the lines in their order.
    fn take_in(&mut self, lines: &[LineView]) -> Vec<(String, ArcRwSignal<LineKind>)> {
        let mut before = std::mem::take(&mut self.0);
        let line = |LineView { key, kind }: &LineView| {
            let shown = before.remove(key).unwrap_or_else(|| ArcRwSignal::new(kind.clone()));
            if shown.with_untracked(|it| it != kind) {
                shown.set(kind.clone());
            }
            (key.clone(), shown)
        };
        let lines: Vec<_> = lines.iter().map(line).collect();
        self.0 = lines.iter().cloned().collect();
        lines
    }
}

/// Who else is typing.
#[component]
fn Typists() -> impl IntoView {
    let console = use_console();
    let who = console.slice(|it| {
        let typing = it.room().map(|it| it.client.typing().to_vec()).unwrap_or_default();
        typing
            .iter()
            .map(|it| it.who.as_ref().map(|who| who.name.as_str().to_owned()))
            .collect::<Vec<_>>()
    });
    let text = move || {
        let visitor = || say(&console::VISITOR);
        let names: Vec<String> =
            who.get().into_iter().map(|it| it.unwrap_or_else(visitor)).collect();
        (!names.is_empty()).then(|| say(&console::typing(&names.join(", "))))
    };
    view! { <p class="typing" role="status">{text}</p> }
}

#[component]
fn Line(kind: ArcRwSignal<LineKind>, id: ConversationId) -> impl IntoView {
    // How far a message is changes by itself: the rest of the line stays as it is.
    let delivery = {
        let kind = kind.clone();
        Memo::new(move |_| kind.with(|it| bubble_of(it).map(|it| it.delivery.clone())))
    };
    let rest = Memo::new(move |_| {
        let mut kind = kind.get();
        if let LineKind::Bubble(bubble) = &mut kind {
            bubble.delivery = Delivery::Quiet;
        }
        kind
    });
    move || line(rest.get(), delivery, id.clone())
}

fn bubble_of(kind: &LineKind) -> Option<&Bubble> {
    match kind {
        LineKind::Bubble(bubble) => Some(bubble),
        LineKind::Day(_)
        | LineKind::Session { .. }
        | LineKind::Notice { .. }
        | LineKind::Language { .. } => None,
    }
}

fn line(kind: LineKind, delivery: Memo<Option<Delivery>>, id: ConversationId) -> AnyView {
    match kind {
        LineKind::Day(at) => view! {
            <div class="session-line" role="separator"><span>{write(Value::Date(at))}</span></div>
        }
        .into_any(),
        LineKind::Session { no, at } => view! {
            <div class="session-line" role="separator">
                <span>{say(&console::session_no(&no.0.to_string()))} " · " {write(Value::Moment(at))}</span>
            </div>
        }
        .into_any(),
        LineKind::Notice { phrase, remark, at, ending } => view! {
            <p class="notice" class:ending=ending>
                <span>{say(&phrase)}</span>
                {remark.map(|it| view! { <q><bdi>{it}</bdi></q> })}
                <time>{write(Value::Clock(at))}</time>
            </p>
        }
        .into_any(),
        LineKind::Language { tag, by_agent, at } => {
            let name = write(Value::Language(&tag));
            let phrase = if by_agent { console::notice_language_agent(&name) } else { console::notice_language(&name) };
            view! { <p class="notice"><span>{say(&phrase)}</span> <time>{write(Value::Clock(at))}</time></p> }.into_any()
        }
        LineKind::Bubble(bubble) => view! { <BubbleLine bubble=*bubble delivery id /> }.into_any(),
    }
}

#[component]
fn BubbleLine(
    bubble: Bubble,
    delivery: Memo<Option<Delivery>>,
    id: ConversationId,
) -> impl IntoView {
    let side = match bubble.side {
        Side::Visitor => "visitor",
        Side::Team => "team",
        Side::Me => "me",
    };
    let who = match (bubble.side, bubble.name.clone()) {
        (Side::Me, _) => say(&console::YOU),
        (Side::Visitor | Side::Team, Some(name)) => name,
        (Side::Visitor, None) => say(&console::VISITOR),
        (Side::Team, None) => say(&console::BOT),
    };
    let internal = match bubble.visibility {
        Visibility::Public => None,
        Visibility::Note | Visibility::Whisper => Some(words::kind(bubble.visibility)),
    };
    let avatar = (bubble.side != Side::Me).then(|| {
        let class = if bubble.side == Side::Team { "avatar team" } else { "avatar" };
        view! { <span class=class aria-hidden="true">{bubble.initials.clone()}</span> }
    });
    let (at, visibility, follows) = (bubble.at, bubble.visibility, bubble.follows);
    let (shown, marked) = (bubble.clone(), id.clone());
    let label = who.clone();
    view! {
        <article
            class="line"
            class:follows=follows
            data-side=side
            data-kind=words::kind_value(visibility)
            aria-label=label
            aria-current=bubble.found.then_some("true")
        >
            {avatar}
            <div class="bubble-place">
                <p class="who">
                    <span>{who}</span>
                    {internal.map(|it| view! { <span class="internal"><Icon shape=Shape::Lock />{say(&it)}</span> })}
                    <time>{write(Value::Clock(at))}</time>
                    {bubble.language.clone().map(|it| view! {
                        <span class="chip" title=say(&console::LANGUAGE_FOUND)>{write(Value::Language(&it))}</span>
                    })}
                </p>
                <div class="bubble-row">
                    <Body bubble=shown.clone() id=id.clone() />
                    <MessageMenu bubble=shown id />
                </div>
                {move || how_far(delivery.get(), &marked)}
            </div>
        </article>
    }
}

#[component]
fn Body(bubble: Bubble, id: ConversationId) -> impl IntoView {
    if bubble.deleted {
        return view! { <div class="bubble deleted"><Icon shape=Shape::Trash />{say(&console::DELETED)}</div> }
            .into_any();
    }
    let text = (!bubble.text.is_empty()).then(
        || view! { <Words text=bubble.text.clone() long=bubble.long && !bubble.found edited=bubble.edited /> },
    );
    let files = bubble
        .files
        .into_iter()
        .map(|file| view! { <FileLine file id=id.clone() /> })
        .collect_view();
    view! { <div class="bubbles">{text}{files}</div> }.into_any()
}

/// A text with its links; of a long one the first lines, until somebody wants all of it.
#[component]
fn Words(text: Vec<Piece>, long: bool, edited: bool) -> impl IntoView {
    let piece = |Piece { text, href }| match href {
        None => text.into_any(),
        Some(href) => {
            view! { <a href=href target="_blank" rel="noopener noreferrer nofollow">{text}</a> }
                .into_any()
        }
    };
    let words = text.into_iter().map(piece).collect_view();
    let edited = edited.then(|| view! { <small class="edited">{say(&console::EDITED)}</small> });
    let folded = RwSignal::new(long);
    let more = folded.get_untracked().then(|| {
        view! {
            <button
                type="button"
                class="link-button more"
                aria-expanded=move || (!folded.get()).to_string()
                on:click=move |_| folded.update(|it| *it = !*it)
            >
                {move || say(&if folded.get() { console::SHOW_ALL } else { console::SHOW_LESS })}
            </button>
        }
    });
    view! {
        <div class="bubble" class:folded=move || folded.get() dir="auto">
            <span class="words">{words}</span>
            {edited}
            {more}
        </div>
    }
}

#[component]
fn FileLine(file: FileView, id: ConversationId) -> impl IntoView {
    let console = use_console();
    let open =
        console.on((id, file.id.clone()), |(id, file)| Msg::Room(id, RoomMsg::OpenFile(file)));
    let size = write(Value::Bytes(file.bytes));
    // What is seen is part of what is said, for those who speak to their computer.
    let label = say(&console::file_open(&format!("{} {size}", file.name)));
    match file.picture {
        Some(url) => view! {
            <button type="button" class="picture" aria-label=label on:click=move |_| open.run(())>
                <img src=url alt=file.name loading="lazy" />
            </button>
        }
        .into_any(),
        None => view! {
            <button type="button" class="file" aria-label=label aria-busy=file.awaited.to_string() on:click=move |_| open.run(())>
                <Icon shape=Shape::File />
                <span class="file-name">{file.name}</span>
                " "
                <span class="file-size">{size}</span>
            </button>
        }
        .into_any(),
    }
}

/// Edit and delete one's own messages.
#[component]
fn MessageMenu(bubble: Bubble, id: ConversationId) -> impl IntoView {
    let console = use_console();
    let (edit, delete) = (bubble.edit, bubble.delete);
    let items = move || {
        let edit = edit.map(|place| {
            let press = console.on(id.clone(), move |id| Msg::Room(id, RoomMsg::Edit(place)));
            Item::new(Shape::Pencil, &console::EDIT, press)
        });
        let delete = delete.map(|place| {
            let press = console.on(Dialog::DeleteMessage(id.clone(), place), Msg::Opened);
            Item::new(Shape::Trash, &console::DELETE, press).dangerous()
        });
        edit.into_iter().chain(delete).collect::<Vec<_>>()
    };
    (edit.is_some() || delete.is_some()).then(|| {
        view! {
            <Menu label=Signal::derive(|| say(&console::MESSAGE_MENU)) items=Signal::derive(items) class="quiet icon-only small">
                <Icon shape=Shape::More />
            </Menu>
        }
    })
}

/// Sending, sent, seen, or not sent with a way to retry.
fn how_far(delivery: Option<Delivery>, id: &ConversationId) -> Option<AnyView> {
    let console = use_console();
    let line = |phrase| view! { <p class="mark-line">{say(&phrase)}</p> }.into_any();
    Some(match delivery? {
        Delivery::Quiet => return None,
        Delivery::Sending | Delivery::Uploading { .. } => line(console::SENDING),
        Delivery::Waiting => line(console::WAITING_FOR_CONNECTION),
        Delivery::Sent => line(console::SENT),
        Delivery::Seen => {
            view! { <p class="mark-line seen"><Icon shape=Shape::Check />{say(&console::SEEN)}</p> }
                .into_any()
        }
        Delivery::Failed { client_id, why } => {
            let of = (id.clone(), client_id);
            let retry = console.on(of.clone(), |(id, it)| Msg::Room(id, RoomMsg::Retry(it)));
            let discard = console.on(of, |(id, it)| Msg::Room(id, RoomMsg::Discard(it)));
            view! {
                <p class="mark-line failed" role="alert">
                    <span>{say(&console::NOT_SENT)} " " {say(&why_not_sent(why))}</span>
                    <button type="button" class="link-button" on:click=move |_| retry.run(())>{say(&console::RETRY)}</button>
                    <button type="button" class="link-button" on:click=move |_| discard.run(())>{say(&console::DISCARD)}</button>
                </p>
            }
            .into_any()
        }
    })
}
