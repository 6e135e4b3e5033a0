//! Elements, made small. Elements with a type of their own are compiled each for itself, and this
//! panel weighed 212 KB that way. Here an element is the browser's, and what changes is a boxed
//! closure, so that all of it is compiled once.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, Event, HtmlElement, KeyboardEvent};

pub(super) use super::signal::watch;

/// An element that is being put together.
#[derive(Clone, Debug)]
pub(super) struct El(pub(super) Element);

fn document() -> Document {
    web_sys::window().and_then(|it| it.document()).expect("the view is in a page")
}

/// An element with classes.
pub(super) fn el(tag: &str, class: &str) -> El {
    let element = document().create_element(tag).expect("a tag of HTML");
    if !class.is_empty() {
        element.set_class_name(class);
    }
    El(element)
}

/// The element as the relay wrote it into the page, so that it keeps what was typed and where the
/// cursor is; a new one in a page that has none.
pub(super) fn adopted(tag: &str, class: &str) -> El {
    let selector = if class.is_empty() { tag.to_owned() } else { [tag, ".", class].concat() };
    document().query_selector(&selector).ok().flatten().map_or_else(|| el(tag, class), El)
}

/// A button that submits nothing.
pub(super) fn button(class: &str) -> El {
    el("button", class).attr("type", "button")
}

/// An element of SVG.
pub(super) fn svg(tag: &str) -> El {
    let element = document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag);
    El(element.expect("a tag of SVG"))
}

impl El {
    /// Sets an attribute.
    pub(super) fn attr(self, name: &str, value: &str) -> Self {
        set(&self.0, name, Some(value));
        self
    }

    /// Keeps an attribute; none takes it away.
    pub(super) fn live(
        self,
        name: &'static str,
        value: impl Fn() -> Option<String> + 'static,
    ) -> Self {
        self.live_boxed(name, Box::new(value))
    }

    fn live_boxed(self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) -> Self {
        let element = self.0.clone();
        let mut last = None;
        watch(move || {
            let now = Some(value());
            if now != last {
                last = now;
                set(&element, name, last.as_ref().and_then(|it| it.as_deref()));
            }
        });
        self
    }

    /// Keeps an attribute that is there or not.
    pub(super) fn flag(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        self.live(name, move || on().then(String::new))
    }

    /// Sets the text.
    pub(super) fn text(self, text: &str) -> Self {
        self.0.set_text_content(Some(text));
        self
    }

    /// Keeps the text.
    pub(super) fn says(self, text: impl Fn() -> String + 'static) -> Self {
        self.says_boxed(Box::new(text))
    }

    fn says_boxed(self, text: Box<dyn Fn() -> String>) -> Self {
        let element = self.0.clone();
        let mut last = String::new();
        watch(move || {
            let now = text();
            if now != last {
                element.set_text_content(Some(&now));
                last = now;
            }
        });
        self
    }

    /// Adds a child behind the others.
    #[expect(clippy::needless_pass_by_value, reason = "who is adopted is used up")]
    pub(super) fn with(self, child: El) -> Self {
        append(&self.0, &child.0);
        self
    }

    /// Puts children before and behind the one that stays where it is; a field that is moved loses
    /// the focus and the word that is being composed. Whatever else stood there goes.
    pub(super) fn around(self, before: &[El], kept: &El, behind: &[El]) -> Self {
        let parent = &self.0;
        let mut child = parent.first_child();
        while let Some(it) = child {
            child = it.next_sibling();
            if &it != AsRef::<web_sys::Node>::as_ref(&kept.0) {
                // It can only fail for a node that is no child.
                let _ = parent.remove_child(&it);
            }
        }
        if !parent.contains(Some(&kept.0)) {
            append(parent, &kept.0);
        }
        for it in before {
            let _ = parent.insert_before(&it.0, Some(&kept.0));
        }
        for it in behind {
            append(parent, &it.0);
        }
        self
    }

    /// Adds a child, if there is one.
    pub(super) fn maybe(self, child: Option<El>) -> Self {
        match child {
            Some(child) => self.with(child),
            None => self,
        }
    }

    /// Adds words behind the other children.
    pub(super) fn words(self, text: &str) -> Self {
        // It can only fail for a document.
        let _ = self.0.append_with_str_1(text);
        self
    }

    /// Calls back on an event, for as long as the page lives. What comes and goes has its presses
    /// heard by the list that it stands in.
    pub(super) fn on(self, event: &str, heard: impl FnMut(Event) + 'static) -> Self {
        listen(&self.0, event, Box::new(heard));
        self
    }

    /// As the kind of element that it is.
    pub(super) fn cast<T: JsCast>(&self) -> T {
        self.0.clone().unchecked_into()
    }
}

pub(super) fn append(parent: &Element, child: &Element) {
    // It can only fail for a child that contains its parent.
    let _ = parent.append_child(child);
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    // It can only fail for a name that is no name.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

fn listen(element: &Element, event: &str, heard: Box<dyn FnMut(Event)>) {
    let closure = Closure::wrap(heard);
    // It can only fail where there are no events.
    let _ = element.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// The element's own box, for focus and clicks.
pub(super) fn html(element: &Element) -> HtmlElement {
    element.clone().unchecked_into()
}

/// Whether a key was pressed for what it says: while a word is composed, Enter and Escape are the
/// input method's, and mean the word.
pub(super) fn is_key(event: &Event, name: &str) -> bool {
    let key: &KeyboardEvent = event.unchecked_ref();
    key.key() == name && !key.is_composing() && key.key_code() != 229
}

/// What an event is for, if the thing that was hit or something around it says so: `data-do` and `data-id`.
pub(super) fn pressed(event: &Event) -> Option<(String, String)> {
    let target: Element = event.target()?.unchecked_into();
    let hit = target.closest("[data-do]").ok().flatten()?;
    Some((hit.get_attribute("data-do")?, hit.get_attribute("data-id").unwrap_or_default()))
}
