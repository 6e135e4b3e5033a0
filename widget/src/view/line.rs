//! One row of the transcript. A row is built as it is and replaced when it changes; what is pressed
//! in it is heard by the transcript.

use inbox_client::presentation::{is_long, links};
use inbox_text::widget;
use inbox_types::File;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::{
    Ui,
    dom::{El, button, el},
    head::avatar,
    icon::{SHEET, icon},
    transcript::writer_name,
};
use crate::model::{Bubble, Fate, RowBody, Writer};

/// Letters of a bubble's line, of which there are more on a wide screen.
const LINE: usize = 40;
/// The classes of a bubble that shows its first lines only.
const FOLDED: &str = "bubble folded";

/// The row.
pub(super) fn line(ui: Ui, body: &RowBody) -> El {
    match body {
        RowBody::Day(at) => {
            let day = (ui.format.day)(&ui.language(), *at);
            el("p", "day").with(el("span", "").text(&day))
        }
        RowBody::NewChat => {
            el("p", "day new").with(el("span", "").text(&ui.say(&widget::NEW_CHAT)))
        }
        RowBody::Notice(phrase) => el("p", "notice").with(el("bdi", "").text(&ui.notice(phrase))),
        RowBody::Bubble(bubble) => message(ui, bubble),
    }
}

fn message(ui: Ui, bubble: &Bubble) -> El {
    let mine = bubble.writer == Writer::Me;
    let name = writer_name(ui, &bubble.writer);
    let time = (ui.format.time)(&ui.language(), bubble.at);
    let mut row = el("div", class(bubble).as_str())
        .attr("role", "article")
        .attr("aria-label", &[name.as_str(), ", ", &time].concat());
    if !mine {
        row = row.with(avatar(&name));
        if bubble.first {
            row = row.with(el("p", "writer").with(el("bdi", "").text(&name)));
        }
    }
    for (file, address) in &bubble.files {
        row = row.with(attachment(ui, file, address.as_deref()));
    }
    row.maybe(words(ui, bubble)).maybe(meta(ui, bubble, &time))
}

fn class(bubble: &Bubble) -> String {
    let mut class = String::from("bubble-row");
    for (on, name) in [
        (bubble.writer == Writer::Me, " mine"),
        (bubble.writer != Writer::Me, " theirs"),
        (bubble.first, " first"),
        (bubble.last, " last"),
        (matches!(bubble.fate, Fate::Failed { .. }), " failed"),
        (matches!(bubble.fate, Fate::Sending | Fate::Waiting | Fate::Uploading { .. }), " unsent"),
    ] {
        if on {
            class.push_str(name);
        }
    }
    class
}

fn words(ui: Ui, bubble: &Bubble) -> Option<El> {
    if bubble.deleted {
        return Some(el("div", "bubble gone").text(&ui.say(&widget::DELETED)));
    }
    let text = bubble.text.as_ref()?;
    let isolated = links::parts(text).iter().fold(el("bdi", ""), |all, part| match &part.href {
        None => all.words(part.text),
        Some(href) => all.with(
            el("a", "")
                .attr("href", href)
                .attr("target", "_blank")
                .attr("rel", "noopener noreferrer nofollow ugc")
                .text(part.text),
        ),
    });
    let folded = is_long(text, LINE);
    let more = folded.then(|| {
        button("more")
            .attr("data-do", "fold")
            .attr("aria-expanded", "false")
            .text(&ui.say(&widget::SHOW_ALL))
    });
    Some(el("div", if folded { FOLDED } else { "bubble" }).with(isolated).maybe(more))
}

/// Shows all of a text, or its first lines.
pub(super) fn fold(ui: Ui, event: &Event) {
    let Some(target) = event.target() else { return };
    let button = El(target.unchecked_into::<Element>());
    let Some(bubble) = button.0.parent_element() else { return };
    let folds = bubble.class_name() != FOLDED;
    bubble.set_class_name(if folds { FOLDED } else { "bubble" });
    let says = if folds { widget::SHOW_ALL } else { widget::SHOW_LESS };
    button.attr("aria-expanded", if folds { "false" } else { "true" }).text(&ui.say(&says));
}

/// What became of it, and when it was written.
fn meta(ui: Ui, bubble: &Bubble, time: &str) -> Option<El> {
    let fate = match &bubble.fate {
        Fate::Quiet => None,
        Fate::Sending => Some(widget::SENDING),
        Fate::Waiting => Some(widget::WAITING_FOR_CONNECTION),
        Fate::Sent => Some(widget::SENT),
        Fate::Seen => Some(widget::SEEN),
        Fate::Uploading { client_id, percent } => {
            let how_far = percent
                .map_or(widget::WAITING_FOR_CONNECTION, |it| widget::uploading(&it.to_string()));
            let give_up = button("")
                .attr("data-do", "discard")
                .attr("data-id", client_id.as_str())
                .text(&ui.say(&widget::DISCARD));
            let how_far = el("span", "fate").text(&ui.say(&how_far));
            return Some(el("p", "meta").with(how_far).with(give_up));
        }
        Fate::Failed { client_id, why } => {
            let press = |what, phrase| {
                button("")
                    .attr("data-do", what)
                    .attr("data-id", client_id.as_str())
                    .text(&ui.say(phrase))
            };
            let line = el("p", "meta bad")
                .attr("role", "alert")
                .with(el("span", "").text(&ui.say(why)))
                .with(press("retry", &widget::RETRY))
                .with(press("discard", &widget::DISCARD));
            return Some(line);
        }
    };
    if fate.is_none() && !bubble.last && !bubble.edited {
        return None;
    }
    let edited = bubble.edited.then(|| el("span", "").text(&ui.say(&widget::EDITED)));
    let time = bubble.last.then(|| el("span", "").text(time));
    let fate = fate.map(|it| el("span", "fate").text(&ui.say(&it)));
    Some(el("p", "meta").maybe(edited).maybe(time).maybe(fate))
}

/// A picture, or a card with the file's name. Either is fetched by an address that works for minutes.
fn attachment(ui: Ui, file: &File, address: Option<&str>) -> El {
    let name = file.name.as_str();
    let open = |class| button(class).attr("data-do", "open").attr("data-id", file.id.as_str());
    if file.media.is_image() {
        let label = ui.say(&widget::file_picture(name));
        let inside = match address {
            Some(url) => el("img", "").attr("src", url).attr("alt", &label),
            None => el("span", "sr").text(&label),
        };
        return open("picture").with(inside);
    }
    let size = (ui.format.size)(&ui.language(), file.bytes);
    open("file").attr("aria-label", &ui.say(&widget::file_open(name))).with(icon(SHEET)).with(
        el("span", "").with(el("bdi", "").text(&visible(name))).with(el("small", "").text(&size)),
    )
}

/// The name with the invisible characters that turn a text around made visible, so that
/// `gpj.exe` cannot pose as `exe.jpg`.
pub(super) fn visible(name: &str) -> String {
    let hidden = |it: char| {
        matches!(it, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || it < ' '
    };
    name.chars().map(|it| if hidden(it) { '\u{fffd}' } else { it }).collect()
}
