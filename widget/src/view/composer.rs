//! Where one writes, and what is being attached.

use inbox_text::widget;
use leptos::{html, prelude::*};
use web_sys::{ClipboardEvent, DragEvent, File, FileList, KeyboardEvent};

use super::{
    Ui,
    icon::{AGAIN, CLIP, CROSS, SEND, SHEET, icon},
    line::visible,
};
use crate::model::{Attachment, Composer, Model, Msg, Upload};

/// The composer, or why there is none.
pub(super) fn composer(ui: Ui) -> impl IntoView {
    let state = ui.slice(Model::composer);
    let hint = ui.slice(Model::ended_hint);
    let shut = move || state.get() != Composer::Open;
    let can_send = ui.slice(Model::can_send);
    let dragging = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let above = move || match state.get() {
        Composer::RatingFirst => Some(ui.say(widget::RATING_REQUIRED)()),
        Composer::Shut => Some(ui.say(widget::GONE)()),
        Composer::Open => hint.get().map(|it| ui.say(it)()),
    };
    view! {
        <form
            class="composer"
            class:dragging=move || dragging.get()
            on:submit=move |event| {
                event.prevent_default();
                ui.send.run(());
            }
            on:dragover=move |event| {
                event.prevent_default();
                dragging.set(true);
            }
            on:dragleave=move |_| dragging.set(false)
            on:drop=move |event| {
                event.prevent_default();
                dragging.set(false);
                if !shut() {
                    ui.pick.run(dropped(&event));
                }
            }
        >
            <p class="hint">{above}</p>
            <p class="alert" id="alert" role="alert">
                {move || ui.model.with(|it| it.alert.clone()).map(|it| ui.say(it)())}
            </p>
            {attachments(ui)}
            <div class="field" class:off=shut>
                <input
                    type="file"
                    multiple
                    hidden
                    node_ref=input
                    on:change=move |_| {
                        if let Some(input) = input.get() {
                            ui.pick.run(list(input.files()));
                            // The same file can be picked again after it was removed.
                            input.set_value("");
                        }
                    }
                />
                <button
                    type="button"
                    class="icon"
                    aria-label=ui.say(widget::ATTACH)
                    title=ui.say(widget::ATTACH)
                    disabled=shut
                    on:click=move |_| {
                        if let Some(input) = input.get() {
                            input.click();
                        }
                    }
                >
                    {icon(CLIP)}
                </button>
                {field(ui, shut)}
                <button
                    type="submit"
                    class="icon send"
                    aria-label=ui.say(widget::SEND)
                    title=ui.say(widget::SEND)
                    disabled=move || !can_send.get()
                >
                    {icon(SEND)}
                </button>
            </div>
            {counter(ui)}
            <p class="drop" aria-hidden="true">{ui.say(widget::DROP_HERE)}</p>
        </form>
    }
}

fn field(ui: Ui, shut: impl Fn() -> bool + Copy + Send + 'static) -> impl IntoView {
    let draft = ui.slice(|it| it.draft.clone());
    Effect::new(move |_| {
        let draft = draft.get();
        let Some(field) = ui.composer.get() else { return };
        // Only what was not typed is written back: a cursor in mid-word must stay where it is.
        if (ui.format.normal)(&field.value()) != draft {
            field.set_value(&draft);
        }
        let style = web_sys::HtmlElement::style(&field);
        // A style that a browser does not know is no matter: the field then scrolls.
        let _ = style.set_property("height", "auto");
        let _ = style.set_property("height", &format!("{}px", field.scroll_height()));
    });
    let keydown = move |event: KeyboardEvent| {
        // Enter ends a word in Vietnamese, Chinese and Japanese input before it ends a message.
        if event.key() == "Enter"
            && !event.shift_key()
            && !event.is_composing()
            && event.key_code() != 229
        {
            event.prevent_default();
            ui.send.run(());
        }
    };
    view! {
        <textarea
            rows="1"
            aria-label=ui.say(widget::MESSAGE_LABEL)
            aria-describedby="keys alert"
            placeholder=ui.say(widget::MESSAGE_PLACEHOLDER)
            enterkeyhint="send"
            dir="auto"
            disabled=shut
            node_ref=ui.composer
            on:input=move |event| ui.draft.run(event_target_value(&event))
            on:keydown=keydown
            on:paste=move |event: ClipboardEvent| {
                let files = event.clipboard_data().map_or_else(Vec::new, |it| list(it.files()));
                if !files.is_empty() {
                    event.prevent_default();
                    ui.pick.run(files);
                }
            }
        ></textarea>
        <span class="sr" id="keys">{ui.say(widget::MESSAGE_HINT)}</span>
    }
}

fn counter(ui: Ui) -> impl IntoView {
    let counter = ui.slice(Model::counter);
    let text = move || {
        let left = counter.get()?;
        let phrase = match left {
            0.. => widget::characters_left(left.unsigned_abs()),
            _ => widget::characters_over(left.unsigned_abs()),
        };
        Some(ui.say(phrase)())
    };
    view! {
        <p class="counter" class:over=move || counter.get().is_some_and(|it| it < 0) role="status">
            {text}
        </p>
    }
}

fn attachments(ui: Ui) -> impl IntoView {
    let ids = ui.slice(|it| it.attachments.all().iter().map(|it| it.picked.id).collect::<Vec<_>>());
    view! {
        <ul class="attachments" aria-label=ui.say(widget::ATTACHMENTS) hidden=move || ids.get().is_empty()>
            <For each=move || ids.get() key=|id| *id let:id>
                {chip(ui, id)}
            </For>
        </ul>
    }
}

fn chip(ui: Ui, id: u32) -> impl IntoView {
    let find = move |it: &Model| it.attachments.all().iter().find(|it| it.picked.id == id).cloned();
    let attachment = Memo::new(move |_| ui.model.with(find));
    let Some(Attachment { picked, .. }) = attachment.get_untracked() else { return ().into_any() };
    let percent = move || match attachment.get().map(|it| it.state) {
        Some(Upload::Running { percent }) => Some(percent),
        Some(Upload::Done(_) | Upload::Failed(_)) | None => None,
    };
    let failed = Memo::new(move |_| {
        attachment.get().is_some_and(|it| matches!(it.state, Upload::Failed(_)))
    });
    let name = picked.name;
    let shown = visible(&name);
    let progress = ui.say(widget::file_progress(&name));
    let remove = {
        let (cancel, remove) =
            (ui.say(widget::file_cancel(&name)), ui.say(widget::file_remove(&name)));
        move || if percent().is_some() { cancel() } else { remove() }
    };
    let retry = ui.say(widget::file_retry(&name));
    let size = move || (ui.format.size)(&ui.language(), picked.bytes);
    view! {
        <li class:failed=move || failed.get()>
            {match picked.preview {
                Some(url) => view! { <img src=url alt="" /> }.into_any(),
                None => icon(SHEET),
            }}
            <span class="about">
                <bdi>{shown}</bdi>
                <small>
                    {move || if failed.get() { ui.say(widget::FILE_FAILED)() } else { size() }}
                </small>
                <progress
                    max="100"
                    aria-label=progress
                    hidden=move || percent().is_none()
                    value=move || percent().unwrap_or(100).to_string()
                ></progress>
            </span>
            <button
                type="button"
                class="icon"
                aria-label=retry
                hidden=move || !failed.get()
                on:click=move |_| ui.press(Msg::FileRetried { id })
            >
                {icon(AGAIN)}
            </button>
            <button
                type="button"
                class="icon"
                aria-label=remove
                on:click=move |_| ui.press(Msg::FileRemoved { id })
            >
                {icon(CROSS)}
            </button>
        </li>
    }
    .into_any()
}

fn list(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|it| files.get(it)).collect()
}

fn dropped(event: &DragEvent) -> Vec<File> {
    event.data_transfer().map_or_else(Vec::new, |it| list(it.files()))
}
