//! A part of the sentence: a button that says what is set, and opens its form below.

use inbox_text::console;
use leptos::{ev::KeyboardEvent, html::Div, prelude::*};

use super::{
    super::super::{
        icon::{Icon, Shape},
        say,
    },
    context::{Part, Wrong, use_editor},
};
use crate::{
    browser::dom,
    model::{Route, campaigns::FieldPath},
};

/// A pressable part of the sentence with its form.
#[component]
pub(super) fn PartChip(
    /// Which part.
    part: Part,
    /// What it says now.
    #[prop(into)]
    text: Signal<String>,
    /// What its form is called.
    #[prop(into)]
    label: String,
    /// Where something can be wrong with it.
    at: FieldPath,
    /// Whether the chip is drawn as an empty place: its form lacks what a campaign needs to go live.
    #[prop(into, default = Signal::stored(false))]
    unfinished: Signal<bool>,
    /// It knows more with the site's consent setting.
    #[prop(default = false)]
    consent: bool,
    /// The form.
    children: ChildrenFn,
) -> impl IntoView {
    let editor = use_editor();
    let open = Memo::new(move |_| editor.open.get() == Some(part));
    let trouble = editor.trouble(at.clone());
    let form = NodeRef::<Div>::new();
    let mark = part.mark();
    let (button, body) = (mark.clone(), format!("{mark}-form"));
    let close = {
        let mark = mark.clone();
        move || {
            editor.open.set(None);
            dom::focus_id(&mark);
        }
    };
    let toggle = move |_| editor.open.update(|it| *it = (*it != Some(part)).then_some(part));
    Effect::new(move |_| {
        if let (true, Some(form)) = (open.get(), form.get()) {
            dom::after_paint(move || dom::focus_first(&form, "input, select, textarea"));
        }
    });
    let keys = {
        let close = close.clone();
        move |event: KeyboardEvent| {
            let done = event.key() == "Escape"
                || (event.key() == "Enter" && dom::is_line(event.target().as_ref()));
            if done && open.get_untracked() && !dom::is_composing(&event) {
                event.prevent_default();
                event.stop_propagation();
                close();
            }
        }
    };
    let controls = body.clone();
    view! {
        <span class="part" data-open=move || open.get().to_string()>
            <button
                type="button"
                id=button
                class="part-chip"
                class:unfinished=move || unfinished.get()
                class:wrong=move || trouble.with(Option::is_some)
                aria-expanded=move || open.get().to_string()
                aria-controls=move || open.get().then(|| controls.clone())
                on:click=toggle
            >
                {consent.then(|| view! { <Icon shape=Shape::Lock /> })}
                <bdi>{move || text.get()}</bdi>
                {consent.then(|| view! { <span class="unseen">" "{say(&console::CONDITION_CONSENT)}</span> })}
            </button>
        </span>
        {
            let (at, children, close) = (at, children.clone(), close.clone());
            let (label, body) = (StoredValue::new(label), StoredValue::new(body));
            move || {
                let close = close.clone();
                let keys = keys.clone();
                open.get().then(|| view! {
                    <div class="part-form" node_ref=form id=body.get_value() role="group" aria-label=label.get_value() on:keydown=keys>
                        <div class="part-head">
                            <strong class="grow">{label.get_value()}</strong>
                            <button
                                type="button"
                                class="button quiet icon-only small"
                                aria-label=say(&console::CLOSE)
                                on:click=move |_| close()
                            >
                                <Icon shape=Shape::Close />
                            </button>
                        </div>
                        {children()}
                        <Wrong at=at.clone() />
                    </div>
                })
            }
        }
    }
}

/// The mark of what needs the site's consent setting.
#[component]
pub(super) fn Consent() -> impl IntoView {
    view! {
        <p class="consent">
            <Icon shape=Shape::Lock />
            <span>
                {say(&console::CONDITION_CONSENT)}
                " "
                <a href=Route::CampaignSettings.fragment()>{say(&console::CAMPAIGN_RULES)}</a>
            </span>
        </p>
    }
}
