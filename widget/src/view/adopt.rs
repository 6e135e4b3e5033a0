//! The elements that the relay wrote into the page, so that one can type before the app is there.
//! They are neither made nor moved: a field that is moved loses the focus and the word that is being
//! composed. The app gives them attributes, and mounts its views before and behind them.

use leptos::attr::{Attribute, any_attribute::AnyAttribute};
use web_sys::{Document, Element, Node};

use super::prelude::{IntoView, Mountable};

fn document() -> Document {
    web_sys::window().and_then(|it| it.document()).expect("the view is in a page")
}

/// The element as it stands in the page; a new one in a page that has none.
pub(super) fn adopted(tag: &str, class: &str) -> Element {
    let selector = if class.is_empty() { tag.to_owned() } else { [tag, ".", class].concat() };
    document().query_selector(&selector).ok().flatten().unwrap_or_else(|| {
        let element = document().create_element(tag).expect("a tag of HTML");
        element.set_class_name(class);
        element
    })
}

/// Gives the element these attributes, for as long as the page lives.
pub(super) fn adopt(element: &Element, attributes: Vec<AnyAttribute>) {
    std::mem::forget(attributes.build(element));
}

/// Puts views before and behind the child that stays where it is. Whatever else stood there goes.
pub(super) fn around(
    parent: &Element,
    before: impl IntoView,
    kept: &Element,
    behind: impl IntoView,
) {
    let mut child = parent.first_child();
    while let Some(it) = child {
        child = it.next_sibling();
        if &it != AsRef::<Node>::as_ref(kept) {
            // It can only fail for a node that is no child.
            let _ = parent.remove_child(&it);
        }
    }
    if !parent.contains(Some(kept)) {
        // It can only fail for a child that contains its parent.
        let _ = parent.append_child(kept);
    }
    keep(before, parent, Some(kept));
    keep(behind, parent, None);
}

fn keep(view: impl IntoView, parent: &Element, before: Option<&Node>) {
    let mut shown = view.build();
    shown.mount(parent, before);
    // It lives as long as the page.
    std::mem::forget(shown);
}
