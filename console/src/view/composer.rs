//! Where an agent writes: a reply, a note or a whisper, each in its own colour.

use inbox_protocol::http::CannedReply;
use inbox_text::{Phrase, console};
use inbox_types::{ConversationId, Visibility};
use leptos::{ev, html, prelude::*};

use super::{
    frozen::{FrozenBar, OtherDraft, ended},
    icon::{Icon, Shape},
    say, use_console,
};
use crate::{
    browser::dom,
    model::{
        Composer as Draft, Model, Msg, Room, RoomMsg, Route, Section, Upload, UploadState, words,
    },
};

/// The id of the field that one writes into.
pub const COMPOSER: &str = "composer-input";

/// The composer of a conversation, or why there is none.
#[component]
pub fn Composer(
    /// Which conversation.
    id: ConversationId,
) -> impl IntoView {
    let console = use_console();
    let kinds = console.slice(|it| {
        it.room()
            .and_then(|it| it.view.as_ref())
            .map(|it| Draft::kinds(&it.may))
            .unwrap_or_default()
    });
    // What is written stays on screen, whatever may be written now.
    let written = console.slice(|it| it.room().is_some_and(|it| !it.composer.is_empty()));
    let some = Memo::new(move |_| written.get() || !kinds.with(Vec::is_empty));
    let frozen = console.slice(|it| it.room().is_some_and(Room::is_frozen));
    let open = Memo::new(move |_| written.get() || !frozen.get());
    let kind = console.slice(|it| it.room().map(|it| it.composer.visibility).unwrap_or_default());
    let editing = console.slice(|it| it.room().is_some_and(|it| it.composer.editing.is_some()));
    let dragging = RwSignal::new(false);
    let dropped = {
        let id = id.clone();
        move |event: ev::DragEvent| {
            event.prevent_default();
            dragging.set(false);
            console.pick.run((id.clone(), dom::dropped_files(&event)));
        }
    };
    let dismiss = console.on(id.clone(), |id| Msg::Room(id, RoomMsg::Dismiss));
    view! {
        <Show when=move || some.get() fallback=|| view! { <ReadOnly /> }>
            <form
                class="composer"
                class:dragging=move || dragging.get()
                class:still=move || frozen.get()
                data-kind=move || words::kind_value(kind.get())
                aria-label=say(&console::COMPOSER)
                on:submit=move |event| event.prevent_default()
                on:dragover=move |event| {
                    event.prevent_default();
                    dragging.set(true);
                }
                on:dragleave=move |_| dragging.set(false)
                on:drop=dropped.clone()
            >
                <Show when=move || editing.get() fallback={
                    let id = id.clone();
                    move || view! { <Kinds id=id.clone() kinds /> }
                }>
                    <div class="kinds">
                        <span class="grow"><Icon shape=Shape::Pencil />{say(&console::EDITING)}</span>
                        <button type="button" class="link-button" on:click=move |_| dismiss.run(())>
                            {say(&console::CANCEL)}
                        </button>
                    </div>
                </Show>
                <OtherDraft id=id.clone() />
                <FrozenBar id=id.clone() />
                {
                    let id = id.clone();
                    view! { <Show when=move || open.get()><Parts id=id.clone() /></Show> }
                }
            </form>
        </Show>
    }
}

/// What is written, and what belongs to it.
#[component]
fn Parts(id: ConversationId) -> impl IntoView {
    view! {
        <CannedList id=id.clone() />
        <Input id=id.clone() />
        <Uploads id=id.clone() />
        <Foot id />
    }
}

/// Nothing may be written here now: follow up first, or it is over.
#[component]
fn ReadOnly() -> impl IntoView {
    let console = use_console();
    let why = console.slice(|it| it.room().map_or(console::READ_ONLY, why_read_only));
    view! { <p class="read-only" role="status"><Icon shape=Shape::Lock />{move || say(&why.get())}</p> }
}

fn why_read_only(room: &Room) -> Phrase {
    // Whoever can keep it is told nothing else of it.
    if room.view.as_ref().is_some_and(|it| it.purge_at.is_some()) {
        return console::READ_ONLY_PURGED;
    }
    let session = room.view.as_ref().and_then(|it| it.session.as_ref());
    session.and_then(|it| it.closed_by).map_or(console::READ_ONLY, ended)
}

#[component]
fn Kinds(id: ConversationId, kinds: Memo<Vec<Visibility>>) -> impl IntoView {
    let console = use_console();
    let chosen = console.slice(|it| it.room().map(|it| it.composer.visibility).unwrap_or_default());
    let place = NodeRef::<html::Div>::new();
    let keys = move |event: ev::KeyboardEvent| {
        let down = match event.key().as_str() {
            "ArrowRight" => true,
            "ArrowLeft" => false,
            _ => return,
        };
        event.prevent_default();
        if let Some(place) = place.get_untracked() {
            dom::step(&place, "[role=radio]", down);
        }
    };
    let button = move |kind: Visibility| {
        let choose = console.on(id.clone(), move |id| Msg::Room(id, RoomMsg::Kind(kind)));
        view! {
            <button
                type="button"
                class="kind"
                role="radio"
                data-kind=words::kind_value(kind)
                aria-checked=move || (chosen.get() == kind).to_string()
                on:click=move |_| choose.run(())
            >
                {say(&words::kind(kind))}
            </button>
        }
    };
    view! {
        <div class="kinds" role="radiogroup" aria-label=say(&console::KINDS) node_ref=place on:keydown=keys>
            {move || kinds.get().into_iter().map(&button).collect_view()}
        </div>
    }
}

/// The saved replies, while a `/` is being typed.
#[component]
fn CannedList(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let found = console.slice(|it| {
        let canned = it.desk.welcome.as_ref().map(|it| it.canned.clone()).unwrap_or_default();
        let composer = it.room().map(|it| it.composer.clone())?;
        composer.search()?;
        let found: Vec<CannedReply> = composer.matching(&canned).into_iter().cloned().collect();
        Some((found, composer.marked))
    });
    let edits = console.slice(Model::edits_canned);
    let href = Route::Settings(Section::Canned).fragment();
    let option = move |index: usize, reply: CannedReply, marked: usize| {
        let insert = console.on(id.clone(), move |id| Msg::Room(id, RoomMsg::Insert(Some(index))));
        view! {
            <li
                id=format!("canned-{index}")
                role="option"
                aria-selected=(index == marked).to_string()
                on:mousedown=move |event| {
                    event.prevent_default();
                    insert.run(());
                }
            >
                <strong>"/" {reply.shortcut.as_str().to_owned()}</strong>
                <span>{reply.text.as_str().to_owned()}</span>
            </li>
        }
    };
    move || {
        let (replies, marked) = found.get()?;
        let empty = replies.is_empty();
        let options = replies
            .into_iter()
            .enumerate()
            .map(|(index, it)| option(index, it, marked))
            .collect_view();
        Some(view! {
            <div class="canned">
                <ul id="canned-list" role="listbox" aria-label=say(&console::CANNED)>{options}</ul>
                {empty.then(|| view! {
                    <p class="muted" role="status">{say(&console::CANNED_NONE)}" "{say(&console::CANNED_NONE_HINT)}</p>
                })}
                {edits.get().then(|| view! {
                    <a class="canned-edit" href=href.clone()><Icon shape=Shape::Pencil />{say(&console::CANNED_EDIT)}</a>
                })}
            </div>
        })
    }
}

#[component]
fn Input(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let text = console.slice(|it| it.room().map(|it| it.composer.text.clone()).unwrap_or_default());
    let kind = console.slice(|it| it.room().map(|it| it.composer.visibility).unwrap_or_default());
    let canned = console.slice(|it| {
        let composer = it.room().map(|it| &it.composer)?;
        composer.search()?;
        Some(composer.marked)
    });
    // The marked one is on screen, however many there are.
    Effect::new(move |_| {
        if let Some(marked) = canned.get() {
            dom::after_render(move || dom::show_id(&format!("canned-{marked}")));
        }
    });
    let editing = console.slice(|it| it.room().is_some_and(|it| it.composer.editing.is_some()));
    let frozen = console.slice(|it| it.room().is_some_and(Room::is_frozen));
    let place = NodeRef::<html::Textarea>::new();
    let typed = {
        let id = id.clone();
        move |_| {
            if let Some(place) = place.get_untracked() {
                let caret = dom::caret(&place);
                let text = place.value();
                console.send(Msg::Room(id.clone(), RoomMsg::Typed { text, caret }));
            }
        }
    };
    let pasted = {
        let id = id.clone();
        move |event: ev::ClipboardEvent| {
            let files = dom::pasted_files(&event);
            if !files.is_empty() {
                event.prevent_default();
                console.pick.run((id.clone(), files));
            }
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        let listed = canned.get_untracked().is_some();
        let composing = dom::is_composing(&event);
        let plain =
            !event.shift_key() && !event.alt_key() && !event.ctrl_key() && !event.meta_key();
        let msg = match (event.key().as_str(), listed) {
            // An input method uses Enter to choose a word.
            _ if composing => return,
            ("ArrowDown", true) => RoomMsg::Mark { down: true },
            ("ArrowUp", true) => RoomMsg::Mark { down: false },
            ("Tab", true) if plain && found(console) => RoomMsg::Insert(None),
            ("Escape", true) => RoomMsg::Dismiss,
            ("Escape", false) if editing.get_untracked() => RoomMsg::Dismiss,
            ("Enter", _) if plain => RoomMsg::Enter { client_id: console.generate_id.run(()) },
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        console.send(Msg::Room(id.clone(), msg));
    };
    Effect::new(move |_| {
        text.track();
        if let Some(place) = place.get() {
            dom::after_paint(move || dom::grow(&place));
        }
    });
    view! {
        <textarea
            id=COMPOSER
            node_ref=place
            rows="2"
            dir="auto"
            aria-label=move || say(&words::kind(kind.get()))
            aria-controls=move || canned.get().map(|_| "canned-list")
            aria-activedescendant=move || canned.get().map(|it| format!("canned-{it}"))
            placeholder=move || say(&placeholder(kind.get()))
            readonly=move || frozen.get()
            prop:value=move || text.get()
            on:input=typed
            on:paste=pasted
            on:keydown=keys
        ></textarea>
    }
}

/// Whether the list of canned replies has one to insert; else Tab goes on to the next button.
fn found(console: super::Console) -> bool {
    console.model.with_untracked(|it| {
        let canned = it.desk.welcome.as_ref().map(|it| it.canned.as_slice()).unwrap_or_default();
        it.room().is_some_and(|it| !it.composer.matching(canned).is_empty())
    })
}

fn placeholder(kind: Visibility) -> Phrase {
    match kind {
        Visibility::Public => console::PLACEHOLDER_REPLY,
        Visibility::Note => console::PLACEHOLDER_NOTE,
        Visibility::Whisper => console::PLACEHOLDER_WHISPER,
    }
}

#[component]
fn Uploads(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let uploads =
        console.slice(|it| it.room().map(|it| it.composer.uploads.clone()).unwrap_or_default());
    let some = Memo::new(move |_| !uploads.get().is_empty());
    view! {
        <Show when=move || some.get()>
            <ul class="uploads" aria-label=say(&console::ATTACHMENTS)>
                {
                    let id = id.clone();
                    move || uploads.get().into_iter().map(|upload| view! { <UploadLine upload id=id.clone() /> }).collect_view()
                }
            </ul>
        </Show>
    }
}

#[component]
fn UploadLine(upload: Upload, id: ConversationId) -> impl IntoView {
    let console = use_console();
    let Upload { ticket, name, bytes, state } = upload;
    let remove = console.on(id.clone(), move |id| Msg::Room(id, RoomMsg::Unpick(ticket)));
    let again = console.on(id, move |id| Msg::Room(id, RoomMsg::UploadAgain(ticket)));
    let progress = say(&console::upload_progress(&name));
    let state = match state {
        UploadState::Sending(percent) => view! {
            <progress class="progress" max="100" value=percent.to_string() aria-label=progress></progress>
        }
        .into_any(),
        UploadState::Done(_) => view! { <span class="file-size">{super::write(super::Value::Bytes(bytes))}</span> }.into_any(),
        UploadState::Lost => view! {
            <span class="problem" role="alert">{say(&console::UPLOAD_LOST)}</span>
        }
        .into_any(),
        UploadState::Failed(why) => view! {
            <span class="problem" role="alert">{say(&crate::model::refusal(why))}</span>
            <button type="button" class="link-button" on:click=move |_| again.run(())>{say(&console::RETRY)}</button>
        }
        .into_any(),
    };
    let label = say(&console::remove_named(&name));
    view! {
        <li class="upload">
            <Icon shape=Shape::File />
            <span class="file-name">{name}</span>
            {state}
            <button type="button" class="button quiet icon-only small" aria-label=label on:click=move |_| remove.run(())>
                <Icon shape=Shape::Close />
            </button>
        </li>
    }
}

/// Attach, canned replies, what is left, send.
#[component]
fn Foot(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let input = NodeRef::<html::Input>::new();
    let picked = {
        let id = id.clone();
        move |_| {
            if let Some(input) = input.get_untracked() {
                console.pick.run((id.clone(), dom::chosen_files(&input)));
            }
        }
    };
    let canned = {
        let id = id.clone();
        move |_| {
            let caret = dom::caret_in(COMPOSER);
            console.send(Msg::Room(id.clone(), RoomMsg::OpenCanned { caret }));
        }
    };
    let still = console.slice(|it| it.room().is_some_and(Room::is_frozen));
    let editing = console.slice(|it| it.room().is_some_and(|it| it.composer.editing.is_some()));
    view! {
        <div class="composer-foot">
            <input type="file" multiple hidden node_ref=input on:change=picked />
            <button
                type="button"
                class="button quiet icon-only"
                disabled=move || still.get() || editing.get()
                aria-label=say(&console::ATTACH)
                title=say(&console::ATTACH)
                on:click=move |_| {
                    if let Some(input) = input.get_untracked() {
                        input.click();
                    }
                }
            >
                <Icon shape=Shape::Clip />
            </button>
            <button
                type="button"
                class="button quiet icon-only"
                disabled=move || still.get()
                aria-label=say(&console::CANNED)
                title=say(&console::CANNED)
                on:click=canned
            >
                <Icon shape=Shape::Slash />
            </button>
            <span class="hint grow">{say(&console::COMPOSER_HINT)}</span>
            <Counter />
            <SendButton id />
        </div>
    }
}

/// What is left, when little is.
#[component]
fn Counter() -> impl IntoView {
    let console = use_console();
    let left = console.slice(|it| it.room().map_or(i64::MAX, |it| it.composer.n_left(&it.rules())));
    let reserved =
        console.slice(|it| it.room().is_some_and(|it| it.composer.breaks_reserved(&it.rules())));
    let shown = move || match left.get() {
        _ if reserved.get() => Some((say(&console::REFUSED_RESERVED), true)),
        it if it < 0 => Some((say(&console::characters_over(it.unsigned_abs())), true)),
        it if it <= 200 => Some((say(&console::characters_left(it.unsigned_abs())), false)),
        _ => None,
    };
    view! {
        <span class="counter" role="status">
            {move || shown().map(|(text, over)| view! { <span class:problem=over>{text}</span> })}
        </span>
    }
}

#[component]
fn SendButton(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let can = console.slice(|it| {
        it.room().is_some_and(|it| !it.is_frozen() && it.composer.can_send(&it.rules()))
    });
    let label = console.slice(|it| {
        match it.room().map(|it| (it.composer.editing, it.composer.visibility)) {
            Some((Some(_), _)) => console::SAVE,
            Some((None, Visibility::Note)) => console::ADD_NOTE,
            Some((None, Visibility::Whisper)) => console::SEND_WHISPER,
            Some((None, Visibility::Public)) | None => console::SEND,
        }
    });
    let press = move |_| {
        let client_id = console.generate_id.run(());
        console.send(Msg::Room(id.clone(), RoomMsg::Send { client_id }));
    };
    view! {
        <button type="button" class="button primary send" disabled=move || !can.get() on:click=press>
            <Icon shape=Shape::Send />
            {move || say(&label.get())}
        </button>
    }
}
