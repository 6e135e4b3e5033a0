//! The files of the next message.

use inbox_client::presentation::visible_name;
use inbox_text::widget;
use leptos::attr::any_attribute::AnyAttribute;
use web_sys::Element;

use super::{
    Ui,
    icon::{AGAIN, CROSS, SHEET, icon},
    line::picture,
    prelude::*,
};
use crate::model::{Attachment, Msg, Upload};

/// The files of the next message, each with what has become of it.
#[component]
pub fn Tray(
    /// What is shown and called.
    ui: Ui,
) -> impl IntoView {
    view! {
        <ul
            class="attachments"
            aria-label=ui.says(widget::ATTACHMENTS)
            hidden=move || ui.parts.tray.read().is_empty()
            use:shows_chips=ui
        ></ul>
    }
}

fn shows_chips(list: Element, ui: Ui) -> RenderEffect<()> {
    let mut chips = List::new(list, |one: &Attachment, other| one.picked.id == other.picked.id);
    RenderEffect::new(move |_| {
        let mut tray = ui.parts.tray.read().clone();
        for it in &mut tray {
            // Progress moves the bar only: the button that cancels must not be taken from under a finger.
            if let Upload::Running { percent } = &mut it.state {
                *percent = 0;
            }
        }
        chips.show(tray, |it| view! { <Chip ui attachment=it.clone()/> }.into_any());
    })
}

/// A file of the next message.
#[component]
fn Chip(
    /// What is shown and called.
    ui: Ui,
    /// The file as it is now, but for how far its upload is.
    attachment: Attachment,
) -> impl IntoView {
    let Attachment { picked, state, .. } = attachment;
    let (id, name) = (picked.id, picked.name);
    let running = matches!(state, Upload::Running { .. });
    let failed = matches!(state, Upload::Failed { .. });
    let again = matches!(state, Upload::Failed { retry: true });
    let bar =
        running.then(|| view! { <progress {..progress(ui, id, &name)}></progress> }.into_any());
    let below = move || match state {
        Upload::Running { .. } | Upload::Done(_) => (ui.format.size)(&ui.language(), picked.bytes),
        Upload::Waiting { .. } => ui.say(&widget::WAITING_FOR_CONNECTION),
        Upload::Failed { .. } => ui.say(&widget::FILE_FAILED),
    };
    let picture = match picked.preview {
        Some(url) => picture(&url, String::new()),
        None => icon(SHEET),
    };
    let retry = again.then(|| {
        view! {
            <button
                class="icon"
                type="button"
                aria-label=ui.says(widget::file_retry(&name))
                on:click=move |_| ui.press(Msg::FileRetried { id })
            >{icon(AGAIN)}</button>
        }
        .into_any()
    });
    let remove = if running { widget::file_cancel(&name) } else { widget::file_remove(&name) };
    view! {
        <li class=if failed { "failed" } else { "" }>
            {picture}
            <span class="about">
                <bdi>{visible_name(&name)}</bdi><small>{live(below)}</small>{maybe(bar)}
            </span>
            {maybe(retry)}
            <button
                class="icon"
                type="button"
                aria-label=ui.says(remove)
                on:click=move |_| ui.press(Msg::FileRemoved { id })
            >{icon(CROSS)}</button>
        </li>
    }
}

fn progress(ui: Ui, id: u32, name: &str) -> Vec<AnyAttribute> {
    let label = ui.says(widget::file_progress(name));
    let value = live(move || percent(ui, id).to_string());
    vec![attr("max", "100"), attr("value", value), attr("aria-label", label)]
}

fn percent(ui: Ui, id: u32) -> u8 {
    for it in ui.parts.tray.read().iter() {
        if let (true, Upload::Running { percent }) = (it.picked.id == id, &it.state) {
            return *percent;
        }
    }
    0
}
