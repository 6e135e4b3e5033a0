//! One row of the transcript. A row is built as it is and replaced when it changes.

use inbox_client::presentation::{Delivery, is_long, links, visible_name};
use inbox_text::widget;
use inbox_types::{File, FileId};
use leptos::attr::any_attribute::AnyAttribute;
use web_sys::Element;

use super::{
    Ui,
    event::element,
    head::avatar,
    icon::{SHEET, icon},
    prelude::*,
};
use crate::model::{Bubble, Msg, RowBody, Writer, why_not_sent};

/// Letters of a bubble's line, of which there are more on a wide screen.
const LINE: usize = 40;

/// The row. A function and no component: what it says follows the texts with the list that it is in.
pub(super) fn line(ui: Ui, body: &RowBody) -> AnyView {
    match body {
        RowBody::Day(at) => {
            let day = (ui.format.day)(&ui.language(), *at);
            view! { <p class="day"><span>{day}</span></p> }.into_any()
        }
        RowBody::NewChat => {
            view! { <p class="day new"><span>{ui.say(&widget::NEW_CHAT)}</span></p> }.into_any()
        }
        RowBody::Notice(phrase) => {
            view! { <p class="notice"><bdi>{ui.notice(phrase)}</bdi></p> }.into_any()
        }
        RowBody::Bubble(bubble) => message(ui, bubble),
    }
}

fn message(ui: Ui, bubble: &Bubble) -> AnyView {
    let name = writer_name(ui, &bubble.writer);
    let time = (ui.format.time)(&ui.language(), bubble.at);
    let label = [name.as_str(), ", ", &time].concat();
    let mut inside = Vec::new();
    if bubble.writer != Writer::Me {
        inside.push(avatar(&name));
        if bubble.first {
            inside.push(view! { <p class="writer"><bdi>{name}</bdi></p> }.into_any());
        }
    }
    for (file, address) in &bubble.files {
        inside.push(attachment(ui, file, address.as_deref()));
    }
    inside.extend(words(ui, bubble));
    inside.extend(meta(ui, bubble, time));
    view! {
        <div class=class(bubble) role="article" aria-label=label>{each(inside.into_iter())}</div>
    }
    .into_any()
}

fn class(bubble: &Bubble) -> String {
    let mut class = String::from("bubble-row");
    for (on, name) in [
        (bubble.writer == Writer::Me, " mine"),
        (bubble.writer != Writer::Me, " theirs"),
        (bubble.first, " first"),
        (bubble.last, " last"),
        (matches!(bubble.delivery, Delivery::Failed { .. }), " failed"),
        (
            matches!(
                bubble.delivery,
                Delivery::Sending | Delivery::Waiting | Delivery::Uploading { .. }
            ),
            " unsent",
        ),
    ] {
        if on {
            class.push_str(name);
        }
    }
    class
}

fn words(ui: Ui, bubble: &Bubble) -> Option<AnyView> {
    if bubble.deleted {
        let deleted = ui.say(&widget::DELETED);
        return Some(view! { <div class="bubble gone">{deleted}</div> }.into_any());
    }
    let text = bubble.text.as_ref()?;
    let parts = links::parts(text);
    let words = each(parts.iter().map(|part| match &part.href {
        None => part.text.to_owned().into_any(),
        Some(href) => view! { <a {..link(href)}>{part.text.to_owned()}</a> }.into_any(),
    }));
    if !is_long(text, LINE) {
        return Some(view! { <div class="bubble"><bdi>{words}</bdi></div> }.into_any());
    }
    let folded = ArcRwSignal::new(true);
    let (class, expanded, says) = (folded.clone(), folded.clone(), folded.clone());
    let folded_text = view! {
        <div class=move || if class.get() { "bubble folded" } else { "bubble" }.to_owned()>
            <bdi>{words}</bdi>
            <button
                class="more"
                type="button"
                aria-expanded=move || (!expanded.get()).to_string()
                on:click=move |event| {
                    let bubble = element(&event).and_then(|it| it.parent_element());
                    folded.set(!folded.get_untracked());
                    if let Some(bubble) = bubble {
                        keep_in_place(bubble);
                    }
                }
            >{move || ui.say(&if says.get() { widget::SHOW_ALL } else { widget::SHOW_LESS })}</button>
        </div>
    };
    Some(folded_text.into_any())
}

/// What somebody wrote leads out of the chat, and is nothing that we recommend.
fn link(href: &str) -> Vec<AnyAttribute> {
    let rel = "noopener noreferrer nofollow ugc";
    vec![attr("href", href), attr("target", "_blank"), attr("rel", rel)]
}

/// What is being read stays where it is on screen while the element becomes higher: the transcript
/// measures from below, and would move all that stands above its end.
fn keep_in_place(element: Element) {
    let top = element.get_bounding_client_rect().top();
    after(move || {
        let moved = element.get_bounding_client_rect().top() - top;
        if let Ok(Some(scroller)) = element.closest(".scroller") {
            #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
            scroller.set_scroll_top(scroller.scroll_top() + moved as i32);
        }
    });
}

fn presses(ui: Ui, text: String, msg: Msg) -> AnyView {
    view! { <button type="button" on:click=move |_| ui.press(msg.clone())>{text}</button> }
        .into_any()
}

/// What became of it, and when it was written.
fn meta(ui: Ui, bubble: &Bubble, time: String) -> Option<AnyView> {
    let delivery = match &bubble.delivery {
        Delivery::Quiet => None,
        Delivery::Sending => Some(widget::SENDING),
        Delivery::Waiting => Some(widget::WAITING_FOR_CONNECTION),
        Delivery::Sent => Some(widget::SENT),
        Delivery::Seen => Some(widget::SEEN),
        Delivery::Uploading { client_id, percent } => {
            let how_far = percent
                .map_or(widget::WAITING_FOR_CONNECTION, |it| widget::uploading(&it.to_string()));
            let meta = view! {
                <p class="meta">
                    <span class="fate">{ui.say(&how_far)}</span>
                    {presses(ui, ui.say(&widget::DISCARD), Msg::Discarded(client_id.clone()))}
                </p>
            };
            return Some(meta.into_any());
        }
        Delivery::Failed { client_id, why } => {
            let meta = view! {
                <p class="meta bad" role="alert">
                    <span>{ui.say(&why_not_sent(*why))}</span>
                    {presses(ui, ui.say(&widget::RETRY), Msg::Retried(client_id.clone()))}
                    {presses(ui, ui.say(&widget::DISCARD), Msg::Discarded(client_id.clone()))}
                </p>
            };
            return Some(meta.into_any());
        }
    };
    let mut inside = Vec::new();
    if bubble.edited {
        inside.push(view! { <span>{ui.say(&widget::EDITED)}</span> }.into_any());
    }
    if bubble.last {
        inside.push(view! { <span>{time}</span> }.into_any());
    }
    if let Some(delivery) = delivery {
        inside.push(view! { <span class="fate">{ui.say(&delivery)}</span> }.into_any());
    }
    (!inside.is_empty())
        .then(|| view! { <p class="meta">{each(inside.into_iter())}</p> }.into_any())
}

/// A picture, or a card with the file's name. Either is fetched by an address that works for minutes.
fn attachment(ui: Ui, file: &File, address: Option<&str>) -> AnyView {
    let name = visible_name(file.name.as_str());
    let name = name.as_str();
    if file.media.is_image() {
        let label = ui.say(&widget::file_picture(name));
        let inside = match address {
            Some(url) => picture(url, label),
            None => view! { <span class="sr">{label}</span> }.into_any(),
        };
        let open = opens(ui, file.id.clone());
        return view! { <button class="picture" type="button" on:click=open>{inside}</button> }
            .into_any();
    }
    let size = (ui.format.size)(&ui.language(), file.bytes);
    view! {
        <button
            class="file"
            type="button"
            aria-label=ui.say(&widget::file_open(name))
            on:click=opens(ui, file.id.clone())
        >
            {icon(SHEET)}
            <span><bdi>{name.to_owned()}</bdi><small>{size}</small></span>
        </button>
    }
    .into_any()
}

fn opens(ui: Ui, file: FileId) -> impl Fn(web_sys::Event) + Send + Sync + 'static {
    move |_| ui.press(Msg::FileWanted { file: file.clone(), open: true })
}

/// A picture, and what is said of it.
pub(super) fn picture(url: &str, alt: String) -> AnyView {
    view! { <img {..vec![attr("src", url), attr("alt", alt)]}/> }.into_any()
}

/// What a writer is called.
pub(super) fn writer_name(ui: Ui, writer: &Writer) -> String {
    match writer {
        Writer::Me => ui.say(&widget::YOU),
        Writer::Agent(name) => name.clone(),
        Writer::Bot => ui.say(&widget::ASSISTANT),
        Writer::Team => ui.say(&widget::TEAM),
    }
}
