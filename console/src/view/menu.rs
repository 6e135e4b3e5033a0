//! A button that opens a list of presses, as keyboards expect it.

use inbox_text::Phrase;
use leptos::{ev::KeyboardEvent, html::Div, prelude::*};

use super::{
    icon::{Icon, Shape},
    say,
};
use crate::shell::dom;

/// One line of a menu.
#[derive(Clone)]
pub struct Item {
    label: String,
    shape: Option<Shape>,
    checked: Option<bool>,
    danger: bool,
    press: Callback<()>,
}

impl Item {
    /// A press with an icon.
    #[must_use]
    pub fn new(shape: Shape, label: &Phrase, press: Callback<()>) -> Self {
        Self { label: say(label), shape: Some(shape), checked: None, danger: false, press }
    }

    /// One of several choices.
    #[must_use]
    pub fn choice(label: String, checked: bool, press: Callback<()>) -> Self {
        Self { label, shape: None, checked: Some(checked), danger: false, press }
    }

    /// A press that takes something away.
    #[must_use]
    pub fn dangerous(self) -> Self {
        Self { danger: true, ..self }
    }
}

/// A button with a menu.
#[component]
pub fn Menu(
    /// What the button is called.
    #[prop(into)]
    label: Signal<String>,
    /// The lines.
    #[prop(into)]
    items: Signal<Vec<Item>>,
    /// The button's look.
    class: &'static str,
    /// What the button shows.
    children: Children,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let place = NodeRef::<Div>::new();
    let close = move || {
        open.set(false);
        if let Some(place) = place.get_untracked() {
            dom::focus_first(&place, "[aria-haspopup]");
        }
    };
    let toggle = move |_| {
        open.update(|it| *it = !*it);
        if let (true, Some(place)) = (open.get_untracked(), place.get_untracked()) {
            dom::after_render(move || dom::focus_first(&place, "[role^=menuitem]"));
        }
    };
    let keys = move |event: KeyboardEvent| {
        let Some(place) = place.get_untracked().filter(|_| open.get_untracked()) else { return };
        match event.key().as_str() {
            "Escape" => close(),
            "ArrowDown" => dom::step(&place, "[role^=menuitem]", true),
            "ArrowUp" => dom::step(&place, "[role^=menuitem]", false),
            "Tab" => return open.set(false),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    dom::on_press_outside(place, move || open.set(false));
    let lines = move || {
        let line = |item: Item| view! { <Line item close=Callback::new(move |()| close()) /> };
        items.get().into_iter().map(line).collect_view()
    };
    view! {
        <div class="menu-place" node_ref=place on:keydown=keys>
            <button
                type="button"
                class=format!("button {class}")
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                aria-label=move || label.get()
                title=move || label.get()
                on:click=toggle
            >
                {children()}
            </button>
            <Show when=move || open.get()>
                <div class="menu" role="menu" aria-label=move || label.get()>{lines}</div>
            </Show>
        </div>
    }
}

#[component]
fn Line(item: Item, close: Callback<()>) -> impl IntoView {
    let Item { label, shape, checked, danger, press } = item;
    let role = if checked.is_some() { "menuitemradio" } else { "menuitem" };
    let shape = match (checked, shape) {
        (Some(true), _) => Some(Shape::Check),
        (_, shape) => shape,
    };
    let pressed = move |_| {
        close.run(());
        press.run(());
    };
    view! {
        <button
            type="button"
            class="menu-item"
            class:danger=danger
            role=role
            aria-checked=checked.map(|it| it.to_string())
            tabindex="-1"
            on:click=pressed
        >
            <span class="menu-icon">{shape.map(|shape| view! { <Icon shape /> })}</span>
            {label}
        </button>
    }
}
