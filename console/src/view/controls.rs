//! Small things that several pages use.

use inbox_text::{Phrase, console};
use leptos::{html, prelude::*};

use super::{
    icon::{Icon, Shape},
    say,
    unsaved::ask_before_leaving,
    use_console,
};
use crate::{
    browser::dom,
    model::{Msg, bound},
};

/// The languages of the interface, each in its own words.
pub(super) const LANGUAGES: [(&str, &str); 6] = [
    ("ar", "العربية"),
    ("en", "English"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
    ("zh-Hans", "简体中文"),
    ("zh-Hant", "繁體中文"),
];

/// A choice of the interface's language for a page without a rail.
#[component]
pub(super) fn LanguageSelect() -> impl IntoView {
    let console = use_console();
    let current = super::language();
    let option = |(tag, name): (&'static str, &'static str)| {
        view! { <option value=tag selected=tag == current>{name}</option> }
    };
    view! {
        <select
            class="select"
            aria-label=say(&console::INTERFACE_LANGUAGE)
            on:change=move |event| console.speak.run(event_target_value(&event))
        >
            {LANGUAGES.map(option).into_iter().collect_view()}
        </select>
    }
}

/// A named line of text.
#[component]
pub(super) fn Field(
    /// Its name.
    label: Phrase,
    /// What is in it.
    value: RwSignal<String>,
    /// What the browser may know of it.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// How many characters it holds; what is more stays and says so.
    #[prop(default = usize::MAX)]
    most: usize,
) -> impl IntoView {
    view! {
        <Bounded value most>
            <label class="field">
                <span>{say(&label)}</span>
                <input
                    class="input"
                    type=kind
                    autocomplete=autocomplete
                    // An address is read from left to right everywhere.
                    dir=(kind == "url").then_some("ltr")
                    aria-invalid=move || too_long(value, most)
                    prop:value=value
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </label>
        </Bounded>
    }
}

fn too_long(value: RwSignal<String>, most: usize) -> Option<&'static str> {
    value.with(|it| !bound::fits(it, most)).then_some("true")
}

/// A field with how much still fits into it, once that is little. Nothing that is typed is cut.
#[component]
pub(super) fn Bounded(
    /// What is in it.
    value: RwSignal<String>,
    /// How many characters it holds.
    most: usize,
    /// The field.
    children: Children,
) -> impl IntoView {
    let left = Memo::new(move |_| value.with(|it| bound::little_left(it, most)));
    let count = move |left: i64| {
        let n = left.unsigned_abs();
        if left < 0 {
            view! { <span class="problem">{say(&console::characters_over(n))}</span> }.into_any()
        } else {
            view! { <span class="muted">{say(&console::characters_left(n))}</span> }.into_any()
        }
    };
    if most == usize::MAX {
        return children().into_any();
    }
    view! {
        <div class="bounded">
            {children()}
            // It is there before it speaks, so that it is heard.
            <div role="status">{move || left.get().map(count)}</div>
        </div>
    }
    .into_any()
}

/// A named text of several lines.
#[component]
pub(super) fn Area(
    /// Its name.
    label: Phrase,
    /// What is in it.
    value: RwSignal<String>,
    /// How many lines are seen.
    #[prop(default = 3)]
    rows: u8,
    /// How many characters it holds; what is more stays and says so.
    #[prop(default = usize::MAX)]
    most: usize,
) -> impl IntoView {
    view! {
        <Bounded value most>
            <label class="field">
                <span>{say(&label)}</span>
                <textarea
                    class="input"
                    rows=rows.to_string()
                    aria-invalid=move || too_long(value, most)
                    prop:value=value
                    on:input=move |event| value.set(event_target_value(&event))
                ></textarea>
            </label>
        </Bounded>
    }
}

#[component]
pub(super) fn Select(
    /// Its name.
    label: Phrase,
    /// Values and what they are called.
    options: Vec<(String, String)>,
    /// The chosen value.
    value: RwSignal<String>,
) -> impl IntoView {
    let option = |(key, name): (String, String)| {
        let selected = key == value.get_untracked();
        view! { <option value=key selected=selected>{name}</option> }
    };
    view! {
        <label class="field">
            <span>{say(&label)}</span>
            <select class="input" on:change=move |event| value.set(event_target_value(&event))>
                {options.into_iter().map(option).collect_view()}
            </select>
        </label>
    }
}

/// A named choice that acts at once. It shows what is stored, whatever was pressed: what is
/// refused, or asked about first, has not happened.
#[component]
pub(super) fn StoredSelect(
    /// Its name.
    label: Phrase,
    /// Values and what they are called.
    options: Vec<(String, String)>,
    /// The stored value.
    stored: String,
    /// Where another one goes.
    choose: Callback<String>,
) -> impl IntoView {
    let option = |(key, name): (String, String)| {
        let selected = key == stored;
        view! { <option value=key selected=selected>{name}</option> }
    };
    let options = options.into_iter().map(option).collect_view();
    let change = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        dom::set_select(&event, &stored);
        choose.run(chosen);
    };
    view! {
        <label class="field">
            <span>{say(&label)}</span>
            <select class="input" on:change=change>{options}</select>
        </label>
    }
}

/// A named switch with a word on what it does.
#[component]
pub(super) fn Switch(
    /// Its name.
    label: Phrase,
    /// Whether it is on.
    #[prop(into)]
    on: Signal<bool>,
    /// Where a press goes.
    set: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                prop:checked=on
                on:change=move |event| set.run(event_target_checked(&event))
            />
            <span>{say(&label)}</span>
        </label>
    }
}

/// A box over everything else that keeps the focus until it is answered.
#[component]
pub(super) fn Modal(
    /// Its head.
    #[prop(into)]
    title: String,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let console = use_console();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            dom::after_paint(move || dom::show_modal(&dialog));
        }
    });
    let close = move || console.send(Msg::Closed);
    let touched = RwSignal::new(false);
    ask_before_leaving(touched.into(), true);
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            on:input=move |_| touched.set(true)
            aria-labelledby="dialog-title"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                close();
            }
        >
            <header class="dialog-head">
                <h2 id="dialog-title">{title}</h2>
                <button
                    type="button"
                    class="button quiet icon-only"
                    aria-label=say(&console::CLOSE)
                    on:click=move |_| close()
                >
                    <Icon shape=Shape::Close />
                </button>
            </header>
            {children()}
            // A box that keeps the focus lets nothing outside of it be pressed.
            <super::offer::Offers />
        </dialog>
    }
}

/// What went wrong, said aloud.
#[component]
pub(super) fn ProblemLine(
    /// The sentence.
    #[prop(into)]
    problem: Signal<Option<Phrase>>,
) -> impl IntoView {
    view! {
        <div role="alert">
            {move || problem.get().map(|it| view! { <p class="problem">{say(&it)}</p> })}
        </div>
    }
}

/// Nothing is known yet, or could not be asked for, and that is said. With the network it is asked again.
#[component]
pub(super) fn Waiting(
    /// What went wrong with asking.
    #[prop(into)]
    problem: Signal<Option<Phrase>>,
) -> impl IntoView {
    let waits = move || problem.with(Option::is_none);
    view! {
        <p class="muted" aria-busy=move || waits().to_string()>
            {move || waits().then(|| say(&console::LOADING))}
        </p>
        <ProblemLine problem />
    }
}

/// A named line of text that reports what is typed.
#[component]
pub(super) fn Line(
    /// Its name.
    #[prop(into)]
    label: String,
    /// What is in it at first.
    value: String,
    /// Where it goes.
    set: Callback<String>,
    /// What the browser may know of it.
    #[prop(default = "text")]
    kind: &'static str,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                class="input"
                type=kind
                autocomplete="off"
                dir=direction(kind)
                value=value
                on:input=move |event| set.run(event_target_value(&event))
            />
        </label>
    }
}

/// An address is read from left to right everywhere, and a text as it is written.
fn direction(kind: &str) -> Option<&'static str> {
    match kind {
        "text" => Some("auto"),
        "url" => Some("ltr"),
        _ => None,
    }
}

/// A named choice that reports what is chosen.
#[component]
pub(super) fn Choice(
    /// Its name.
    #[prop(into)]
    label: String,
    /// Values and what they are called.
    options: Vec<(String, String)>,
    /// What is chosen at first.
    #[prop(into)]
    value: String,
    /// Where it goes.
    set: Callback<String>,
) -> impl IntoView {
    let option = |(key, name): (String, String)| {
        let selected = key == value;
        view! { <option value=key selected=selected>{name}</option> }
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <select class="input" on:change=move |event| set.run(event_target_value(&event))>
                {options.into_iter().map(option).collect_view()}
            </select>
        </label>
    }
}
