//! One row of the transcript.

use inbox_text::{Phrase, widget};
use inbox_types::{ClientId, File};
use leptos::prelude::*;

use super::{
    Ui,
    head::avatar_of,
    icon::{SHEET, icon},
    transcript::writer_name,
};
use crate::model::{
    Bubble, Fate, Msg, RowBody, Writer,
    text::{Node, nodes},
};

/// The row.
pub(super) fn line(ui: Ui, body: RowBody) -> AnyView {
    match body {
        RowBody::Day(at) => view! {
            <p class="day"><span>{move || (ui.format.day)(&ui.language(), at)}</span></p>
        }
        .into_any(),
        RowBody::NewChat => view! {
            <p class="day new"><span>{ui.say(widget::NEW_CHAT)}</span></p>
        }
        .into_any(),
        RowBody::Notice(phrase) => view! {
            <p class="notice"><bdi>{move || ui.say_notice(phrase.clone())}</bdi></p>
        }
        .into_any(),
        RowBody::Bubble(bubble) => message(ui, bubble),
    }
}

fn message(ui: Ui, bubble: Bubble) -> AnyView {
    let Bubble { writer, first, last, text, files, at, fate, edited, deleted } = bubble;
    let mine = writer == Writer::Me;
    let mut class = String::from("bubble-row");
    for (on, name) in [
        (mine, " mine"),
        (!mine, " theirs"),
        (first, " first"),
        (last, " last"),
        (matches!(fate, Fate::Failed { .. }), " failed"),
        (matches!(fate, Fate::Sending | Fate::Waiting), " unsent"),
    ] {
        if on {
            class.push_str(name);
        }
    }
    let name = {
        let writer = writer.clone();
        move || writer_name(ui, &writer)
    };
    let time = move || (ui.format.time)(&ui.language(), at);
    let label = {
        let name = name.clone();
        move || format!("{}, {}", name(), time())
    };
    view! {
        <div class=class role="article" aria-label=label>
            {(!mine).then(|| avatar_of(&name()))}
            {(!mine && first).then(|| view! { <p class="writer"><bdi>{name}</bdi></p> })}
            {files.into_iter().map(|(file, address)| attachment(ui, file, address)).collect_view()}
            {words(ui, text, deleted)}
            {meta(ui, fate, last, edited, time)}
        </div>
    }
    .into_any()
}

fn words(ui: Ui, text: Option<String>, deleted: bool) -> AnyView {
    if deleted {
        return view! { <div class="bubble gone">{ui.say(widget::DELETED)}</div> }.into_any();
    }
    match text {
        Some(text) => view! {
            <div class="bubble"><bdi>{nodes(&text).into_iter().map(node).collect_view()}</bdi></div>
        }
        .into_any(),
        None => ().into_any(),
    }
}

fn node(node: Node) -> AnyView {
    match node {
        Node::Plain(text) => text.into_any(),
        Node::Link { text, href } => view! {
            <a href=href target="_blank" rel="noopener noreferrer nofollow ugc">{text}</a>
        }
        .into_any(),
    }
}

/// What became of it, and when it was written.
fn meta(
    ui: Ui,
    fate: Fate,
    last: bool,
    edited: bool,
    time: impl Fn() -> String + Send + 'static,
) -> AnyView {
    let fate = match fate {
        Fate::Quiet => None,
        Fate::Sending => Some(widget::SENDING),
        Fate::Waiting => Some(widget::WAITING_FOR_CONNECTION),
        Fate::Sent => Some(widget::SENT),
        Fate::Seen => Some(widget::SEEN),
        Fate::Failed { client_id, why } => return failed(ui, client_id, why),
    };
    if fate.is_none() && !last && !edited {
        return ().into_any();
    }
    view! {
        <p class="meta">
            {edited.then(|| view! { <span>{ui.say(widget::EDITED)}</span> })}
            {last.then(|| view! { <span>{time}</span> })}
            {fate.map(|it| view! { <span class="fate">{ui.say(it)}</span> })}
        </p>
    }
    .into_any()
}

fn failed(ui: Ui, client_id: ClientId, why: Phrase) -> AnyView {
    let again = client_id.clone();
    view! {
        <p class="meta bad" role="alert">
            <span>{ui.say(why)}</span>
            <button type="button" on:click=move |_| ui.press(Msg::Retried(again.clone()))>
                {ui.say(widget::RETRY)}
            </button>
            <button type="button" on:click=move |_| ui.press(Msg::Discarded(client_id.clone()))>
                {ui.say(widget::DISCARD)}
            </button>
        </p>
    }
    .into_any()
}

/// A picture, or a card with the file's name. Either is fetched by an address that works for minutes.
fn attachment(ui: Ui, file: File, address: Option<String>) -> AnyView {
    let id = file.id.clone();
    let open = move |_| ui.press(Msg::FileWanted { file: id.clone(), open: true });
    let name = file.name.as_str().to_owned();
    if file.media.is_image() {
        if address.is_none() {
            // Not while the view is being built: the press changes what it is built from.
            let file = file.id.clone();
            request_animation_frame(move || ui.press(Msg::FileWanted { file, open: false }));
        }
        let picture = ui.say(widget::file_picture(&name));
        return view! {
            <button type="button" class="picture" on:click=open>
                {match address {
                    Some(url) => view! { <img src=url alt=picture loading="lazy" /> }.into_any(),
                    None => view! { <span class="sr">{picture}</span> }.into_any(),
                }}
            </button>
        }
        .into_any();
    }
    let size = move || (ui.format.size)(&ui.language(), file.bytes);
    view! {
        <button type="button" class="file" aria-label=ui.say(widget::file_open(&name)) on:click=open>
            {icon(SHEET)}
            <span><bdi>{visible(&name)}</bdi><small>{size}</small></span>
        </button>
    }
    .into_any()
}

/// The name with the invisible characters that turn a text around made visible, so that
/// `gpj.exe` cannot pose as `exe.jpg`.
pub(super) fn visible(name: &str) -> String {
    let hidden = |it: char| {
        matches!(it, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || it.is_control()
    };
    name.chars().map(|it| if hidden(it) { '\u{fffd}' } else { it }).collect()
}
