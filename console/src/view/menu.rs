//! A button that opens a list of presses, as keyboards expect it.

use inbox_text::Phrase;
use leptos::{ev::KeyboardEvent, html::Div, prelude::*};
use web_sys::HtmlDivElement;

use super::{
    icon::{Icon, Shape},
    say,
};
use crate::browser::dom;

/// What can be chosen in a menu.
const LINES: &str = "[role^=menuitem]";

/// One line of a menu.
#[derive(Clone)]
pub struct Item {
    label: String,
    shape: Option<Shape>,
    checked: Option<bool>,
    danger: bool,
    off: Option<String>,
    press: Callback<()>,
}

impl Item {
    /// A press with an icon.
    #[must_use]
    pub fn new(shape: Shape, label: &Phrase, press: Callback<()>) -> Self {
        Self::named(shape, say(label), press)
    }

    /// A press with an icon and a name that is in no catalogue.
    #[must_use]
    pub fn named(shape: Shape, label: String, press: Callback<()>) -> Self {
        Self { label, shape: Some(shape), checked: None, danger: false, off: None, press }
    }

    /// What it says.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Its icon.
    #[must_use]
    pub fn shape(&self) -> Option<Shape> {
        self.shape
    }

    /// Whether a press does something now.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.off.is_none()
    }

    /// Presses it.
    pub fn run(&self) {
        self.press.run(());
    }

    /// One of several choices.
    #[must_use]
    pub fn choice(label: String, checked: bool, press: Callback<()>) -> Self {
        Self { label, shape: None, checked: Some(checked), danger: false, off: None, press }
    }

    /// A press that does nothing now but say why.
    #[must_use]
    pub fn off(self, why: Option<String>) -> Self {
        Self { off: why, ..self }
    }

    /// A press that takes something away.
    #[must_use]
    pub fn dangerous(self) -> Self {
        Self { danger: true, ..self }
    }
}

/// Whether a menu stands open beside its button, and what keyboards expect of the two.
#[derive(Clone, Copy)]
pub(crate) struct MenuState {
    open: RwSignal<bool>,
    /// Holds the button and the menu.
    pub place: NodeRef<Div>,
}

impl MenuState {
    /// A closed one; a press outside closes it again.
    pub fn new() -> Self {
        let menu = Self { open: RwSignal::new(false), place: NodeRef::new() };
        dom::on_press_outside(menu.place, move || menu.leave());
        menu
    }

    pub fn is_open(self) -> bool {
        self.open.get()
    }

    /// Opens it with the focus on its first line, or closes it.
    pub fn toggle(self) {
        self.open.update(|it| *it = !*it);
        dom::after_render(move || self.focus_line());
    }

    /// Closes it and gives the focus back to its button.
    pub fn close(self) {
        self.leave();
        if let Some(place) = self.place.get_untracked() {
            dom::focus_first(&place, "[aria-haspopup]");
        }
    }

    /// Closes it and leaves the focus alone.
    pub fn leave(self) {
        self.open.set(false);
    }

    /// Arrows go around, Escape closes, Tab goes on.
    pub fn key(self, event: &KeyboardEvent) {
        let Some(place) = self.open_place().filter(|_| !dom::is_composing(event)) else { return };
        match event.key().as_str() {
            "Escape" => self.close(),
            "ArrowDown" => dom::step(&place, LINES, true),
            "ArrowUp" => dom::step(&place, LINES, false),
            "Tab" => return self.leave(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Unless it was closed or taken away meanwhile: the focus is somewhere else then.
    fn focus_line(self) {
        if let Some(place) = self.open_place() {
            dom::focus_first(&place, LINES);
        }
    }

    fn open_place(self) -> Option<HtmlDivElement> {
        let open = self.open.try_get_untracked().unwrap_or_default();
        self.place.try_get_untracked().flatten().filter(|_| open)
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
    /// Why nothing can be chosen now, if nothing can.
    #[prop(into, default = Signal::stored(None))]
    off: Signal<Option<String>>,
    /// The button's look.
    class: &'static str,
    /// What the button shows.
    children: Children,
) -> impl IntoView {
    let menu = MenuState::new();
    let lines = move || {
        let line = |item: Item| view! { <Line item close=Callback::new(move |()| menu.close()) /> };
        items.get().into_iter().map(line).collect_view()
    };
    view! {
        <div class="menu-place" node_ref=menu.place on:keydown=move |event| menu.key(&event)>
            <button
                type="button"
                class=format!("button {class}")
                aria-haspopup="menu"
                aria-expanded=move || menu.is_open().to_string()
                aria-label=move || label.get()
                aria-disabled=move || off.with(Option::is_some).then_some("true")
                title=move || off.get().unwrap_or_else(|| label.get())
                on:click=move |_| {
                    if off.with_untracked(Option::is_none) {
                        menu.toggle();
                    }
                }
            >
                {children()}
            </button>
            <Show when=move || menu.is_open()>
                <div class="menu" role="menu" aria-label=move || label.get()>{lines}</div>
            </Show>
        </div>
    }
}

#[component]
fn Line(item: Item, close: Callback<()>) -> impl IntoView {
    let Item { label, shape, checked, danger, off, press } = item;
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
            aria-disabled=off.is_some().then_some("true")
            title=off
            tabindex="-1"
            on:click=pressed
        >
            <span class="menu-icon">{shape.map(|shape| view! { <Icon shape /> })}</span>
            {label}
        </button>
    }
}
