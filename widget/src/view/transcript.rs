//! What was said, and what is going on below it.

use std::sync::Arc;

use inbox_text::{Catalogue, negotiate, widget};
use web_sys::Element;

use super::{
    Press, Signal, Ui,
    dom::{El, append, button, el, pressed, watch},
    head::avatar,
    icon::{DOWN, icon},
    line, rating,
};
use crate::model::{Model, Msg, News, Row, RowBody, Writer, rows};

/// Pixels above the newest line that still count as the end.
const END: i32 = 48;

/// The rows, in an element that keeps its place at the end by itself: its axis is reversed, so that
/// the browser measures from below and neither news nor history move what is being read. The second
/// is the way back to the end.
pub(super) fn transcript(ui: Ui) -> (El, El) {
    let at_end = Signal::new(true);
    let inside = el("div", "rows")
        .with(earlier(ui))
        .with(greeting(ui))
        .with(list(ui))
        .with(replies(ui))
        .with(el("div", "spinner").flag("hidden", move || !ui.model.with(Model::is_loading)))
        .with(rating::questions(ui))
        .with(rating::rating(ui))
        .with(el("p", "waiting").says(ui.says(widget::QUEUED)).flag("hidden", move || {
            !ui.model.with(|it| it.is_queued() && it.client.typing().is_empty())
        }))
        .with(typing(ui));
    let scroller = el("div", "scroller")
        .attr("role", "log")
        .attr("aria-live", "off")
        .attr("tabindex", "0")
        .live("aria-label", ui.label(widget::TRANSCRIPT))
        .with(inside);
    let element = scroller.0.clone();
    let scroller = scroller.on("scroll", move |_| {
        let now_at_end = -END < element.scroll_top();
        if at_end.get() != now_at_end {
            at_end.set(now_at_end);
            ui.press(Msg::AtEnd(now_at_end));
        }
    });
    let element = scroller.0.clone();
    let unread = move || ui.model.with(|it| it.client.n_unread());
    let down = button("down")
        .live("aria-label", ui.label(widget::NEWEST))
        .flag("hidden", move || at_end.get())
        .on("click", move |_| element.set_scroll_top(0))
        .with(icon(DOWN))
        .with(el("span", "dot").flag("hidden", move || unread() == 0));
    (scroller, down)
}

/// A row on screen.
struct Shown {
    row: Row,
    element: Element,
}

fn list(ui: Ui) -> El {
    let list = el("div", "list").on("click", move |event| {
        let Some((what, id)) = pressed(&event) else { return };
        match (what.as_str(), id.parse(), id.parse()) {
            ("retry", Ok(line), _) => ui.press(Msg::Retried(line)),
            ("discard", Ok(line), _) => ui.press(Msg::Discarded(line)),
            ("open", _, Ok(file)) => ui.press(Msg::FileWanted { file, open: true }),
            ("fold", ..) => line::fold(ui, &event),
            _ => (),
        }
    });
    let element = list.0.clone();
    let mut shown: Vec<Shown> = Vec::new();
    let mut version = None;
    let mut spoken: Option<(Arc<Catalogue>, Arc<Catalogue>)> = None;
    watch(move || {
        let speaks = (ui.texts.get(), ui.notices.get());
        let same = spoken
            .as_ref()
            .is_some_and(|it| Arc::ptr_eq(&it.0, &speaks.0) && Arc::ptr_eq(&it.1, &speaks.1));
        let now = ui.model.with(Model::rows_version);
        if same && version == Some(now) {
            return;
        }
        version = Some(now);
        if !same {
            element.set_text_content(None);
            shown.clear();
            spoken = Some(speaks);
        }
        let rows = ui.model.with(|it| rows(it, &ui.format.day_number));
        want_pictures(ui, &rows);
        shown = place(ui, &element, std::mem::take(&mut shown), rows);
    });
    list
}

/// Brings the list up to date. What has not changed keeps its element, and mostly nothing has.
fn place(ui: Ui, list: &Element, old: Vec<Shown>, rows: Vec<Row>) -> Vec<Shown> {
    let mut old = old.into_iter().peekable();
    let mut shown = Vec::with_capacity(rows.len());
    // History arrives above: its rows have no counterpart before the first that was shown.
    for row in rows {
        let element = if old.peek().is_some_and(|it| it.row == row) {
            old.next().map(|it| it.element)
        } else {
            None
        };
        let element = element.unwrap_or_else(|| {
            let built = line::line(ui, &row.body).0;
            if old.peek().is_some_and(|it| it.row.key == row.key) {
                if let Some(before) = old.next() {
                    // It can only fail for a document.
                    let _ = before.element.replace_with_with_node_1(&built);
                }
            } else {
                let next = old.peek().map(|it| it.element.clone());
                // It can only fail if the next row is not in the list.
                let _ = list.insert_before(&built, next.as_deref());
            }
            built
        });
        shown.push(Shown { row, element });
    }
    for gone in old {
        gone.element.remove();
    }
    shown
}

/// Asks for the addresses of pictures, after this turn: the answer changes what is being shown.
fn want_pictures(ui: Ui, rows: &[Row]) {
    for row in rows {
        let RowBody::Bubble(bubble) = &row.body else { continue };
        for (file, address) in &bubble.files {
            if file.media.is_image() && address.is_none() {
                let file = file.id.clone();
                (ui.later)(Box::new(move || ui.press(Msg::FileWanted { file, open: false })));
            }
        }
    }
}

fn earlier(ui: Ui) -> El {
    button("earlier")
        .says(ui.says(widget::EARLIER))
        .flag("hidden", move || !ui.model.with(|it| it.client.has_earlier()))
        .on("click", move |_| ui.press(Msg::EarlierPressed))
}

/// The first words, where there is nothing before them.
fn greeting(ui: Ui) -> El {
    let team = ui.model.with(|it| it.config.title.clone());
    let words = el("div", "bubble").with(el("bdi", "").says(move || greeting_text(ui)));
    el("div", "bubble-row theirs first last")
        .flag("hidden", move || !ui.model.with(Model::greets))
        .with(avatar(&team))
        .with(words)
}

/// Answers to a campaign.
fn replies(ui: Ui) -> El {
    let list = el("div", "replies").on("click", move |event| {
        if let Some((_, text)) = pressed(&event) {
            (ui.press)(Press::Reply(text));
        }
    });
    let element = list.0.clone();
    let mut shown = Vec::new();
    watch(move || {
        let replies = ui.model.with(|it| it.replies().to_vec());
        if replies == shown {
            return;
        }
        element.set_text_content(None);
        for reply in &replies {
            let button = button("quiet").attr("data-do", "reply").attr("data-id", reply);
            append(&element, &button.attr("dir", "auto").text(reply).0);
        }
        shown = replies;
    });
    list
}

/// The site's own words if it has some in this language, else the catalogue's.
fn greeting_text(ui: Ui) -> String {
    let language = ui.language();
    let own = ui.model.with(|it| {
        let greetings = &it.config.greetings;
        let available: Vec<&str> = greetings.iter().map(|it| it.0.as_str()).collect();
        let found = negotiate(&[&language], &available)?;
        greetings.iter().find(|it| it.0 == found).map(|it| it.1.clone())
    });
    own.unwrap_or_else(|| ui.say(&widget::GREETING))
}

fn typing(ui: Ui) -> El {
    let dots =
        (0..3).fold(el("span", "dots").attr("aria-hidden", "true"), |it, _| it.with(el("i", "")));
    el("p", "typing")
        .flag("hidden", move || ui.model.with(|it| it.client.typing().is_empty()))
        .with(dots)
        .with(el("bdi", "").says(move || typing_text(ui)))
}

fn typing_text(ui: Ui) -> String {
    let names: Vec<Option<String>> = ui.model.with(|it| {
        let name =
            |it: &inbox_client::Typist| it.who.as_ref().map(|it| it.name.as_str().to_owned());
        it.client.typing().iter().map(name).collect()
    });
    match names.as_slice() {
        [] => String::new(),
        [Some(name)] => ui.say(&widget::typing_one(name)),
        [None] => ui.say(&widget::typing_one(&ui.say(&widget::TEAM))),
        _ => ui.say(&widget::TYPING_MANY),
    }
}

/// What a screen reader says: only what is new, once. The transcript itself is not live, or some
/// readers would begin it all over again with each line.
pub(super) fn news(ui: Ui) -> El {
    el("div", "sr").attr("aria-live", "polite").says(move || {
        match ui.model.with(|it| it.news.1.clone()) {
            Some(News::Message { writer, text, place: _ }) => {
                let who = writer_name(ui, &writer);
                let what = text.unwrap_or_else(|| ui.say(&widget::ATTACHMENTS));
                [who.as_str(), ": ", &what].concat()
            }
            Some(News::Notice(phrase)) => ui.notice(&phrase),
            None => String::new(),
        }
    })
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
