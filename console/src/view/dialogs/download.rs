//! A conversation becomes a file.

use inbox_text::{Phrase, console};
use inbox_types::{ConversationId, Timestamp, limits::DOWNLOAD_ENTRIES};
use leptos::prelude::*;

use super::super::{
    Value,
    controls::Modal,
    icon::{Icon, Shape},
    say, use_console, write,
};
use crate::{
    browser::{dom, intl},
    model::{DownloadAs, Gathered, Room, Wording},
};

/// The reader's language and clock.
struct Reader;

impl Wording for Reader {
    fn say(&self, phrase: &Phrase) -> String {
        say(phrase)
    }

    fn clock(&self, at: Timestamp) -> String {
        write(Value::Clock(at))
    }

    fn moment(&self, at: Timestamp) -> String {
        write(Value::Moment(at))
    }

    fn date(&self, at: Timestamp) -> String {
        // The day by its name is another one tomorrow.
        write(Value::Day(&intl::day(at)))
    }

    fn day_number(&self, at: Timestamp) -> i64 {
        intl::day_number(at)
    }

    fn zone(&self) -> String {
        intl::own_zone()
    }

    fn size(&self, bytes: u64) -> String {
        write(Value::Bytes(bytes))
    }

    fn language(&self, tag: &str) -> String {
        write(Value::Language(tag))
    }
}

/// What is in the file, and as what it is saved.
#[component]
pub(super) fn Download(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let gathered = {
        let id = id.clone();
        console.slice(move |it| it.rooms.get(&id).map(Room::gathered))
    };
    let waits = {
        let id = id.clone();
        console.slice(move |it| !it.reaches(&id))
    };
    let internal = RwSignal::new(false);
    let how_far = move || {
        Some(match gathered.get()? {
            Gathered::Some(_) if waits.get() => say(&console::OFFLINE),
            Gathered::Some(n) => say(&console::download_fetching(&write(Value::Number(n as u64)))),
            Gathered::All => return None,
            Gathered::Most => {
                say(&console::download_cut(&write(Value::Number(DOWNLOAD_ENTRIES as u64))))
            }
        })
    };
    let busy = move || !matches!(gathered.get(), Some(Gathered::All | Gathered::Most));
    let button = move |form: DownloadAs, label: Phrase| {
        let id = id.clone();
        let save = move |_| {
            let internal = internal.get_untracked();
            let file = console.model.with_untracked(|it| it.file_of(&id, form, internal, &Reader));
            if let Some(file) = file {
                dom::save(&file.name, file.media, &file.text);
            }
        };
        view! {
            <button type="button" class="button" disabled=busy on:click=save>
                <Icon shape=Shape::Take />
                {say(&label)}
            </button>
        }
    };
    view! {
        <Modal title=say(&console::DOWNLOAD)>
            <div class="stack">
                <p>{say(&console::DOWNLOAD_TEXT)}</p>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=internal
                        // It is nothing that one asks about before it is left.
                        on:input=|event| event.stop_propagation()
                        on:change=move |event| internal.set(event_target_checked(&event))
                    />
                    <span>{say(&console::DOWNLOAD_INTERNAL)}</span>
                </label>
                <div role="status">{move || how_far().map(|it| view! { <p class="muted">{it}</p> })}</div>
                <footer class="dialog-foot">
                    {button(DownloadAs::Text, console::DOWNLOAD_AS_TEXT)}
                    {button(DownloadAs::Json, console::DOWNLOAD_AS_JSON)}
                </footer>
            </div>
        </Modal>
    }
}
