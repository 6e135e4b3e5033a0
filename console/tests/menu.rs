//! A menu in a real browser: what keyboards and screen readers need of it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use leptos::prelude::*;
use leptos::task::tick;
use porchlight_console::view::{Item, Menu};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlElement, KeyboardEvent, KeyboardEventInit};

wasm_bindgen_test_configure!(run_in_browser);

/// A menu of two choices on an empty page, and how often the second was heard.
fn menu() -> (HtmlElement, Arc<AtomicU32>) {
    let presses = Arc::new(AtomicU32::new(0));
    let heard = Arc::clone(&presses);
    let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&place).unwrap();
    let handle = mount_to(place.clone(), move || {
        let second = Callback::new(move |()| {
            heard.fetch_add(1, Ordering::Relaxed);
        });
        let items = vec![
            Item::choice("First".to_owned(), true, Callback::new(|()| ())),
            Item::choice("Second".to_owned(), false, second),
        ];
        let items = Signal::stored(items);
        view! { <Menu label=Signal::stored("Choices".to_owned()) items class="small">"Open"</Menu> }
    });
    handle.forget();
    (place, presses)
}

fn find(place: &HtmlElement, selector: &str) -> Option<HtmlElement> {
    place.query_selector(selector).unwrap().map(JsCast::unchecked_into)
}

fn press(element: &HtmlElement, key: &str) {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    element.dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
async fn a_menu_says_whether_it_is_open_and_escape_closes_it() {
    let (place, _) = menu();
    let button = find(&place, "button").unwrap();
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("false"));
    assert!(find(&place, "[role=menu]").is_none());

    button.click();
    tick().await;
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("true"));
    let first = find(&place, "[role=menuitemradio]").unwrap();
    assert_eq!(first.get_attribute("aria-checked").as_deref(), Some("true"));

    press(&first, "Escape");
    tick().await;
    assert!(find(&place, "[role=menu]").is_none());
    assert_eq!(document().active_element().as_ref(), Some(button.as_ref()));
}

#[wasm_bindgen_test]
async fn arrows_move_and_a_press_closes() {
    let (place, presses) = menu();
    find(&place, "button").unwrap().click();
    tick().await;
    let first = find(&place, "[role=menuitemradio]").unwrap();
    first.focus().unwrap();

    press(&first, "ArrowDown");
    let focused: HtmlElement = document().active_element().unwrap().unchecked_into();
    assert!(focused.text_content().unwrap().contains("Second"));

    focused.click();
    tick().await;
    assert_eq!(presses.load(Ordering::Relaxed), 1);
    assert!(find(&place, "[role=menu]").is_none());
}
