//! A change reaches what shows it and nothing else.

use std::sync::atomic::{AtomicUsize, Ordering};

use leptos::prelude::{RenderEffect, Track};

use super::*;

/// How often whoever follows a part of the view was asked, by part.
struct Followers {
    asked: Arc<[AtomicUsize; 9]>,
    _effects: Vec<RenderEffect<()>>,
}

const PARTS: [&str; 9] =
    ["head", "connection", "around", "rows", "closing", "writing", "composing", "tray", "news"];

impl Followers {
    fn of(ui: Ui) -> Self {
        let asked: Arc<[AtomicUsize; 9]> = Arc::default();
        let parts = ui.parts;
        let all: [Box<dyn Fn()>; 9] = [
            Box::new(|| parts.head.track()),
            Box::new(|| parts.connection.track()),
            Box::new(|| parts.around.track()),
            Box::new(|| parts.rows.track()),
            Box::new(|| parts.closing.track()),
            Box::new(|| parts.writing.track()),
            Box::new(|| parts.composing.track()),
            Box::new(|| parts.tray.track()),
            Box::new(|| parts.news.track()),
        ];
        let follow = |(part, track): (usize, Box<dyn Fn()>)| {
            let asked = asked.clone();
            RenderEffect::new(move |_| {
                track();
                asked[part].fetch_add(1, Ordering::Relaxed);
            })
        };
        let effects = all.into_iter().enumerate().map(follow).collect();
        let followers = Self { asked, _effects: effects };
        followers.again();
        followers
    }

    /// The parts that were asked since the last time.
    fn again(&self) -> Vec<&'static str> {
        let asked = |it: &usize| self.asked[*it].swap(0, Ordering::Relaxed) != 0;
        (0..PARTS.len()).filter(asked).map(|it| PARTS[it]).collect()
    }
}

#[wasm_bindgen_test]
async fn only_what_shows_a_change_is_asked() {
    let chat = Chat::live("en", session(SessionState::Active));
    chat.hears(entry(1, agent("a", "Hello")));
    chat.does(Msg::Picked { files: vec![picked(1, "mug.png")], limit: "25 MB".into() });
    tick().await;
    let followers = Followers::of(chat.ui);
    let table: Vec<(&str, Msg, &[&str])> = vec![
        ("a letter", Msg::Drafted("H".into()), &["writing"]),
        ("the next letter", Msg::Drafted("He".into()), &["writing"]),
        ("an upload", Msg::Uploading { id: 1, percent: 7 }, &["tray"]),
        ("nothing", Msg::Tick, &[]),
        ("a star", Msg::Starred(3), &["closing"]),
        (
            "somebody types",
            Msg::Heard(1, ToVisitor::Typing { agent: card("Ana Silva"), on: true }),
            &["around"],
        ),
        (
            "a message",
            Msg::Heard(1, entry(2, agent("b", "How are you?"))),
            &["around", "rows", "news"],
        ),
        ("the network is gone", Msg::Closed(1, 1006), &["connection", "rows"]),
    ];
    for (what, msg, asked) in table {
        chat.does(msg);
        tick().await;
        assert_eq!(followers.again(), asked, "{what}");
    }
}

#[wasm_bindgen_test]
async fn a_letter_changes_nothing_on_screen_but_what_shows_the_draft() {
    let chat = Chat::live("en", session(SessionState::Active));
    tick().await;
    chat.does(Msg::Drafted("H".into()));
    tick().await;
    let seen = js_sys::Array::new();
    let observer = js_sys::Function::new_with_args(
        "root, seen",
        "const observer = new MutationObserver((all) => all.forEach((it) => seen.push(it.target)));
         observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });",
    );
    observer.call2(&wasm_bindgen::JsValue::NULL, &chat.panel.root, &seen).unwrap();
    chat.does(Msg::Drafted("He".into()));
    tick().await;
    tick().await;
    let field: &Element = chat.panel.field.as_ref();
    for it in seen.iter() {
        let changed: Element = it.unchecked_into();
        assert_eq!(&changed, field, "{}", changed.outer_html());
    }
}
