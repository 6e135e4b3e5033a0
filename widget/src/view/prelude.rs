//! Leptos, as light as it gets: what `view!` needs in scope, in forms that are compiled once.
//!
//! The views are plain Leptos, and whoever knows that need not read this file: write
//! `use super::prelude::*` where another app has `use leptos::prelude::*`, and [`lasting_signal`], [`each`],
//! [`maybe`], [`List`] and `use:` where it has `RwSignal::new`, `collect_view`, `Option`, `<For>`
//! and `NodeRef` with `Effect`. Leptos compiles an attribute, a listener, a list for each type that
//! it is given, and every visitor downloads all of them; here each has one type.
//! `docs/performance.md` tells what each of these saves.

use std::{
    any::Any,
    sync::{Arc, Mutex},
};

use leptos::{
    attr::{Attribute, NamedAttributeKey, NextAttribute, any_attribute::AnyAttribute},
    ev::EventDescriptor,
    tachys::{
        reactive_graph::SharedReactiveFunction,
        view::{any_view::AnyViewState, iterators::StaticVec},
    },
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event};

pub(super) use leptos::{
    component,
    prelude::{
        AddAnyAttr, AnyView, ArcRwSignal, ElementChild, Get, GetUntracked, IntoAny,
        IntoAnyAttribute, IntoView, Mountable, Read, ReadUntracked, Render, RenderEffect, Set,
        Track,
    },
    view,
};

/// A signal that lives as long as the page, so that it can be copied into every closure. Leptos'
/// own `RwSignal` looks it up in an arena each time.
pub type Signal<T> = &'static ArcRwSignal<T>;

/// A signal that holds `value` first.
#[must_use]
pub fn lasting_signal<T>(value: T) -> Signal<T> {
    Box::leak(Box::new(ArcRwSignal::new(value)))
}

/// Sets the signal, if that changes it.
pub(super) fn set<T: PartialEq + 'static>(signal: Signal<T>, value: T) {
    if *signal.read_untracked() != value {
        signal.set(value);
    }
}

/// Does something once everybody has followed what has just changed, and before it is painted.
pub(super) fn after(run: impl FnOnce() + 'static) {
    // Effects are tasks of the same queue, which came before.
    any_spawner::Executor::spawn_local(async move { run() });
}

/// A value that follows the signals which it reads. `view!` makes the same of a closure that is
/// written in it; what a function returns must be made one here.
pub(super) type Live<T> = SharedReactiveFunction<T>;

/// What the closure returns, now and after every change of what it reads.
pub(super) fn live<T>(value: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Arc::new(Mutex::new(value))
}

/// Several views beside each other. `Vec` and `Option` would be two more types of children.
pub(super) type Views = StaticVec<AnyView>;

/// These views, one after the other.
pub(super) fn each(views: impl Iterator<Item = AnyView>) -> Views {
    // A loop, where `collect` is compiled anew for each kind of iterator, and larger.
    let mut all = Vec::new();
    for view in views {
        all.push(view);
    }
    all.into()
}

/// This view, if there is one.
pub(super) fn maybe(view: Option<AnyView>) -> Views {
    each(view.into_iter())
}

/// What `view!` makes of an attribute: one type for all of them, and for listeners and directives.
#[derive(Clone)]
pub(super) struct Light {
    name: &'static str,
    value: Value,
}

/// What an attribute is.
#[derive(Clone)]
pub(super) enum Value {
    /// These words.
    Text(String),
    /// An attribute without a value, such as `hidden`, which is set or is not.
    Flag(bool),
    /// Words that follow signals.
    Live(Live<String>),
    /// An attribute without a value that is set or removed as signals say.
    LiveFlag(Live<bool>),
    /// Something that is done with the element as soon as it is there. What that returns is kept
    /// for as long as the element: a listener, or an effect.
    Run(Arc<dyn Fn(Element) -> Box<dyn Any> + Send + Sync>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(on: bool) -> Self {
        Self::Flag(on)
    }
}

impl From<Live<String>> for Value {
    fn from(text: Live<String>) -> Self {
        Self::Live(text)
    }
}

impl From<Live<bool>> for Value {
    fn from(on: Live<bool>) -> Self {
        Self::LiveFlag(on)
    }
}

impl Light {
    fn on(name: &'static str, heard: Arc<dyn Fn(Event) + Send + Sync>) -> Self {
        let listen = move |element: Element| -> Box<dyn Any> {
            let heard = heard.clone();
            let closure = Closure::<dyn FnMut(Event)>::new(move |event| heard(event));
            let function = closure.as_ref().unchecked_ref();
            // It can only fail where there are no events.
            let _ = element.add_event_listener_with_callback(name, function);
            Box::new(Listener { element, name, closure })
        };
        Self { name, value: Value::Run(Arc::new(listen)) }
    }
}

struct Listener {
    element: Element,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        // It can only fail where there are no events.
        let _ = self.element.remove_event_listener_with_callback(self.name, function);
    }
}

/// An attribute by name: of an element that is not written here, or to be spread (`{..vec![attr(…)]}`)
/// where only some elements have it, like `href`. Leptos' elements have methods of their own for
/// these, and each of those would be another type; of `type` and `disabled` there are too many.
pub(super) fn attr(name: &'static str, value: impl Into<Value>) -> AnyAttribute {
    Light { name, value: value.into() }.into_any_attr()
}

/// Hears an event of an element that is not written here.
pub(super) fn hears(
    name: &'static str,
    heard: impl Fn(Event) + Send + Sync + 'static,
) -> AnyAttribute {
    Light::on(name, Arc::new(heard)).into_any_attr()
}

/// Does something with an element that is not written here.
pub(super) fn with<K: 'static>(run: impl Fn(Element) -> K + Send + Sync + 'static) -> AnyAttribute {
    attr("", Value::Run(Arc::new(move |element| Box::new(run(element)))))
}

/// In place of the traits of Leptos' prelude that `view!` takes attributes from: the same names.
macro_rules! attributes {
    ($($name:ident = $attribute:literal)*) => {
        pub(super) trait Attributes: AddAnyAttr + Sized {
            $(fn $name(self, value: impl Into<Value>) -> Self::Output<Light> {
                self.attr($attribute, value)
            })*

            /// `name=value`, for names that have no method.
            fn attr(self, name: &'static str, value: impl Into<Value>) -> Self::Output<Light> {
                self.add_any_attr(Light { name, value: value.into() })
            }

            /// `on:click=…`
            fn on(
                self,
                event: impl EventDescriptor,
                heard: impl Fn(Event) + Send + Sync + 'static,
            ) -> Self::Output<Light> {
                self.add_any_attr(Light::on(name_of(&event), Arc::new(heard)))
            }

            /// `use:function=parameter`: calls the function with the element. What it returns is
            /// kept as long as that.
            fn directive<P: Clone + Send + Sync + 'static, K: 'static>(
                self,
                run: fn(Element, P) -> K,
                parameter: P,
            ) -> Self::Output<Light> {
                self.attr(
                    "",
                    Value::Run(Arc::new(move |element| Box::new(run(element, parameter.clone())))),
                )
            }
        }
    };
}

attributes! {
    class = "class"
    id = "id"
    role = "role"
    hidden = "hidden"
    title = "title"
    dir = "dir"
    tabindex = "tabindex"
    aria_controls = "aria-controls"
    aria_describedby = "aria-describedby"
    aria_expanded = "aria-expanded"
    aria_hidden = "aria-hidden"
    aria_label = "aria-label"
    aria_labelledby = "aria-labelledby"
    aria_live = "aria-live"
}

impl<T: AddAnyAttr> Attributes for T {}

fn name_of(event: &impl EventDescriptor) -> &'static str {
    match event.name() {
        std::borrow::Cow::Borrowed(name) => name,
        std::borrow::Cow::Owned(name) => name.leak(),
    }
}

fn now<T>(value: &Live<T>) -> T {
    value.lock().expect("nothing asks for its own value")()
}

fn write(element: &Element, name: &str, value: Option<&str>) {
    // It can only fail for a name that is no name.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

impl Attribute for Light {
    const MIN_LENGTH: usize = 0;

    /// The element, and what lives as long as the attribute.
    type State = (Element, Box<dyn Any>);
    type AsyncOutput = Self;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn build(self, element: &Element) -> Self::State {
        let (name, own) = (self.name, element.clone());
        let kept: Box<dyn Any> = match self.value {
            Value::Text(text) => {
                write(&own, name, Some(&text));
                Box::new(())
            }
            Value::Flag(on) => {
                write(&own, name, on.then_some(""));
                Box::new(())
            }
            Value::Live(value) => Box::new(RenderEffect::new(move |last: Option<String>| {
                let now = now(&value);
                if last.as_ref() != Some(&now) {
                    write(&own, name, Some(&now));
                }
                now
            })),
            Value::LiveFlag(value) => Box::new(RenderEffect::new(move |last: Option<bool>| {
                let now = now(&value);
                if last != Some(now) {
                    write(&own, name, now.then_some(""));
                }
                now
            })),
            Value::Run(run) => run(own),
        };
        (element.clone(), kept)
    }

    fn rebuild(self, state: &mut Self::State) {
        *state = self.build(&state.0);
    }

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Self::State {
        self.build(element)
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    async fn resolve(self) -> Self {
        self
    }

    fn keys(&self) -> Vec<NamedAttributeKey> {
        Vec::new()
    }

    // A server that writes HTML has no use for it.
    fn html_len(&self) -> usize {
        0
    }

    fn to_html(self, _: &mut String, _: &mut String, _: &mut String, _: &mut String) {}

    fn dry_resolve(&mut self) {}
}

impl NextAttribute for Light {
    type Output<New: Attribute> = Vec<AnyAttribute>;

    fn add_any_attr<New: Attribute>(self, new: New) -> Self::Output<New> {
        vec![self.into_any_attr(), new.into_any_attr()]
    }
}

/// The items of an element, each shown as long as it stays the same. In place of `<For>`, which
/// keeps what has the same key even if all else has changed; and which can also move items.
pub(super) struct List<T> {
    parent: Element,
    /// Whether both are the same thing, changed or not.
    same: fn(&T, &T) -> bool,
    shown: Vec<(T, AnyViewState)>,
}

impl<T: PartialEq> List<T> {
    /// Nothing, in that element.
    pub(super) fn new(parent: Element, same: fn(&T, &T) -> bool) -> Self {
        Self { parent, same, shown: Vec::new() }
    }

    /// Takes all away.
    pub(super) fn clear(&mut self) {
        for (_, mut view) in self.shown.drain(..) {
            view.unmount();
        }
    }

    /// Brings the element up to date. What has not changed keeps what it shows, and mostly nothing
    /// has. History arrives above: its rows come before the first that was shown.
    pub(super) fn show(&mut self, items: Vec<T>, view: impl Fn(&T) -> AnyView) {
        let mut old = std::mem::take(&mut self.shown).into_iter().peekable();
        let mut items = items.into_iter();
        self.shown.reserve(items.len());
        while let Some(item) = items.next() {
            let stays = |old: &T| (self.same)(old, &item);
            while let Some((_, mut gone)) = old.next_if(|(old, _)| {
                !stays(old) && !items.as_slice().iter().any(|it| (self.same)(old, it))
            }) {
                gone.unmount();
            }
            let before = match old.next_if(|(old, _)| stays(old)) {
                Some((was, view)) if was == item => {
                    self.shown.push((item, view));
                    continue;
                }
                before => before,
            };
            let mut built = view(&item).build();
            match (before, old.peek()) {
                (Some((_, mut before)), _) => {
                    before.insert_before_this(&mut built);
                    before.unmount();
                }
                (None, Some((_, next))) => drop(next.insert_before_this(&mut built)),
                (None, None) => built.mount(&self.parent, None),
            }
            self.shown.push((item, built));
        }
        for (_, mut gone) in old {
            gone.unmount();
        }
    }
}
