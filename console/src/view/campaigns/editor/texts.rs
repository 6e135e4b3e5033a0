//! What a campaign says: a tab for each variant and, within it, for each language.

use inbox_text::console;
use inbox_types::{Language, VariantKey, limits};
use leptos::{ev::KeyboardEvent, html::Div, prelude::*};

use super::{
    super::{
        super::{
            Value,
            icon::{Icon, Shape},
            say, write,
        },
        choices::LANGUAGES,
        parts::{Line, Lines},
    },
    context::{Wrong, use_editor},
};
use crate::{
    browser::dom,
    model::campaigns::{CampaignDraft, FieldPath, WordsDraft},
};

#[component]
pub(super) fn Texts() -> impl IntoView {
    let editor = use_editor();
    let several = Memo::new(move |_| editor.draft.with(|it| 1 < it.variants.len()));
    view! {
        <section class="group" aria-label=say(&console::EDITOR_TEXTS)>
            <div class="group-head">
                <h2 class="grow">{say(&console::EDITOR_TEXTS)}</h2>
                <AddVariant />
            </div>
            <Wrong at=FieldPath::Variants />
            <Show when=move || several.get()><VariantTabs /></Show>
            {move || {
                let variant = editor.variant.get();
                view! {
                    <Wrong at=FieldPath::Variant(variant) />
                    <LanguageTabs variant />
                    {move || view! { <WordsForm variant language=editor.language.get() /> }}
                    <Show when=move || several.get()><VariantFoot variant /></Show>
                }
            }}
        </section>
    }
}

fn letter(variant: VariantKey) -> String {
    variant.letter().to_uppercase().to_string()
}

#[component]
fn AddVariant() -> impl IntoView {
    let editor = use_editor();
    let full = Memo::new(move |_| editor.draft.with(|it| limits::VARIANTS <= it.variants.len()));
    let add = move |_| {
        let added = editor.draft.try_update(CampaignDraft::add_variant);
        if let Some(key) = added.flatten() {
            editor.variant.set(key);
        }
    };
    view! {
        <button type="button" class="button small" disabled=move || full.get() on:click=add>
            <Icon shape=Shape::Plus />{say(&console::VARIANT_ADD)}
        </button>
    }
}

/// Left and right go from tab to tab, as everywhere.
fn tab_keys(place: NodeRef<Div>) -> impl Fn(KeyboardEvent) + Copy {
    move |event: KeyboardEvent| {
        let down = match event.key().as_str() {
            "ArrowRight" => true,
            "ArrowLeft" => false,
            _ => return,
        };
        event.prevent_default();
        if let Some(place) = place.get_untracked() {
            dom::step(&place, "[role=tab]", down);
            dom::press_focused();
        }
    }
}

#[component]
fn VariantTabs() -> impl IntoView {
    let editor = use_editor();
    let keys = Memo::new(move |_| {
        editor.draft.with(|it| it.variants.iter().map(|it| it.key).collect::<Vec<_>>())
    });
    let place = NodeRef::new();
    let tab = move |key: VariantKey| {
        let chosen = move || editor.variant.get() == key;
        let wrong = Memo::new(move |_| {
            editor.troubles.with(|it| {
                it.iter().any(|it| match &it.at {
                    FieldPath::Variant(at) | FieldPath::Words(at, _) => *at == key,
                    FieldPath::Name
                    | FieldPath::Rule
                    | FieldPath::Condition(_)
                    | FieldPath::Schedule
                    | FieldPath::Frequency
                    | FieldPath::Goal
                    | FieldPath::Control
                    | FieldPath::Variants => false,
                })
            })
        });
        view! {
            <button
                type="button"
                class="tab"
                role="tab"
                aria-selected=move || chosen().to_string()
                tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=move |_| editor.variant.set(key)
            >
                {say(&console::variant(&letter(key)))}
                {move || wrong.get().then(|| view! { <Icon shape=Shape::Warn /> })}
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=say(&console::REPORT_VARIANTS) node_ref=place on:keydown=tab_keys(place)>
            <For each=move || keys.get() key=|it| *it children=tab />
        </div>
    }
}

#[component]
fn VariantFoot(variant: VariantKey) -> impl IntoView {
    let editor = use_editor();
    let weight = editor.draft.with_untracked(|it| {
        let found = it.variants.iter().find(|it| it.key == variant);
        found.map(|it| it.weight.clone()).unwrap_or_default()
    });
    let set = Callback::new(move |weight: String| {
        editor.draft.update(|it| {
            for it in it.variants.iter_mut().filter(|it| it.key == variant) {
                it.weight.clone_from(&weight);
            }
        });
    });
    let remove = move |_| {
        let left = editor
            .draft
            .with_untracked(|it| it.variants.iter().map(|it| it.key).find(|it| *it != variant));
        if let Some(left) = left {
            editor.variant.set(left);
            editor.draft.update(|it| it.variants.retain(|it| it.key != variant));
        }
    };
    view! {
        <div class="variant-foot">
            <Line label=say(&console::VARIANT_WEIGHT) value=weight set kind="number" />
            <button type="button" class="button" on:click=remove>
                <Icon shape=Shape::Trash />{say(&console::variant_remove(&letter(variant)))}
            </button>
        </div>
    }
}

/// The main language is always there, first.
#[component]
fn LanguageTabs(variant: VariantKey) -> impl IntoView {
    let editor = use_editor();
    let main = editor.main.get_value();
    let there = Memo::new(move |_| {
        let main = editor.main.get_value();
        let texts = editor.draft.with(|it| {
            let found = it.variants.iter().find(|it| it.key == variant);
            found.map(|it| it.texts.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
        });
        let others = texts.into_iter().filter(|it| *it != main);
        [main.clone()].into_iter().chain(others).collect::<Vec<Language>>()
    });
    // A language that this variant has not is shown by its main one.
    Effect::new(move |_| {
        if !there.with(|it| it.contains(&editor.language.get())) {
            editor.language.set(editor.main.get_value());
        }
    });
    let place = NodeRef::new();
    let tab = move |language: Language| {
        let is_main = language == main;
        let stored = StoredValue::new(language.clone());
        let chosen = move || editor.language.with(|it| stored.with_value(|here| it == here));
        let wrong = editor.trouble(FieldPath::Words(variant, language.clone()));
        view! {
            <button
                type="button"
                class="tab"
                role="tab"
                aria-selected=move || chosen().to_string()
                tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=move |_| editor.language.set(stored.get_value())
            >
                {write(Value::Language(language.as_str()))}
                {is_main.then(|| view! { <span class="n">{say(&console::TEXT_LANGUAGE_MAIN)}</span> })}
                {move || wrong.with(Option::is_some).then(|| view! { <Icon shape=Shape::Warn /> })}
            </button>
        }
    };
    let add = move |event: web_sys::Event| {
        if let Ok(language) = event_target_value(&event).parse::<Language>() {
            editor.draft.update(|it| {
                it.words_mut(variant, &language);
            });
            editor.language.set(language);
        }
    };
    let options = move || {
        let there = there.get();
        let mut open: Vec<(&str, String)> = LANGUAGES
            .into_iter()
            .filter(|tag| there.iter().all(|it| it.as_str() != *tag))
            .map(|tag| (tag, write(Value::Language(tag))))
            .collect();
        open.sort_by(|one, other| one.1.cmp(&other.1));
        let add =
            view! { <option value="" selected=true>{say(&console::TEXT_LANGUAGE_ADD)}</option> };
        let open = open.into_iter().map(|(tag, name)| view! { <option value=tag>{name}</option> });
        (add, open.collect_view())
    };
    view! {
        <div class="language-tabs">
            <div class="tabs grow" role="tablist" aria-label=say(&console::TEXT_LANGUAGES) node_ref=place on:keydown=tab_keys(place)>
                <For each=move || there.get() key=|it| it.clone() children=tab />
            </div>
            <select class="select" aria-label=say(&console::TEXT_LANGUAGE_ADD) on:change=add>
                {options}
            </select>
        </div>
    }
}

#[component]
fn WordsForm(variant: VariantKey, language: Language) -> impl IntoView {
    let editor = use_editor();
    let words = editor.draft.with_untracked(|it| {
        let found = it.variants.iter().find(|it| it.key == variant);
        found.and_then(|it| it.texts.get(&language)).cloned().unwrap_or_default()
    });
    let main = editor.main.with_value(|it| *it == language);
    let stored = StoredValue::new(language.clone());
    let set = move |change: fn(&mut WordsDraft, String)| {
        Callback::new(move |value: String| {
            editor.draft.update(|it| {
                if let Some(words) = stored.with_value(|it_| it.words_mut(variant, it_)) {
                    change(words, value);
                }
            });
        })
    };
    let remove = move |_| {
        editor.language.set(editor.main.get_value());
        editor.draft.update(|it| {
            for it in it.variants.iter_mut().filter(|it| it.key == variant) {
                stored.with_value(|gone| it.texts.remove(gone));
            }
        });
    };
    let (name, tag) = (write(Value::Language(language.as_str())), language.as_str().to_owned());
    view! {
        <div class="words-form" role="tabpanel" aria-label=name lang=tag>
            <Lines label=console::TEXT_MESSAGE value=words.text set=set(|it, text| it.text = text) />
            <Wrong at=FieldPath::Words(variant, language) />
            <div class="columns top">
                <Lines label=console::TEXT_REPLIES value=words.replies set=set(|it, replies| it.replies = replies) />
                <Lines label=console::TEXT_DRAFT value=words.draft set=set(|it, draft| it.draft = draft) />
            </div>
            {(!main).then(|| view! {
                <div class="row-end">
                    <button type="button" class="button small" on:click=remove>
                        <Icon shape=Shape::Trash />{say(&console::TEXT_LANGUAGE_REMOVE)}
                    </button>
                </div>
            })}
        </div>
    }
}
