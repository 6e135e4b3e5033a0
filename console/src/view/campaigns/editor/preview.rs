//! What visitors will see: the bubble, or the panel, on a page of no site. It has the loader's
//! measures; the loader itself is seen by the link.

use inbox_text::console;
use inbox_types::{CampaignAction, CampaignId, Sender};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        super::{
            Value,
            icon::{Icon, Shape},
            say, use_console, write,
        },
        parts::Line,
    },
    context::use_editor,
};
use crate::model::{CampaignChange, CampaignMsg, Msg};

/// The preview with its switches, and the link.
#[component]
pub(super) fn Preview(id: CampaignId, color: String, origins: Vec<String>) -> impl IntoView {
    let phone = RwSignal::new(false);
    let dark = RwSignal::new(false);
    let screen = move |name, value: bool| {
        view! {
            <label class="screen">
                <input
                    type="radio"
                    name="preview-screen"
                    prop:checked=move || phone.get() == value
                    on:change=move |_| phone.set(value)
                />
                <span>{say(&name)}</span>
            </label>
        }
    };
    view! {
        <aside class="preview" aria-label=say(&console::PREVIEW)>
            <div class="group-head">
                <h2 class="grow">{say(&console::PREVIEW)}</h2>
                <fieldset class="screens">
                    <legend class="unseen">{say(&console::PREVIEW_SCREEN)}</legend>
                    {screen(console::PREVIEW_DESKTOP, false)}
                    {screen(console::PREVIEW_PHONE, true)}
                </fieldset>
                <label class="check">
                    <input type="checkbox" prop:checked=dark on:change=move |event| dark.set(event_target_checked(&event)) />
                    <span>{say(&console::PREVIEW_DARK)}</span>
                </label>
            </div>
            <Stage phone dark color />
            <Try id origins />
        </aside>
    }
}

#[component]
fn Stage(phone: RwSignal<bool>, dark: RwSignal<bool>, color: String) -> impl IntoView {
    let editor = use_editor();
    let shown = Memo::new(move |_| {
        let (variant, language) = (editor.variant.get(), editor.language.get());
        let main = editor.main.get_value();
        editor.draft.with(|it| it.shown(variant, &language, &main))
    });
    let opens = Memo::new(move |_| {
        !phone.get() && editor.draft.with(|it| it.action == CampaignAction::Open)
    });
    let dir = move || {
        shown.with(|it| it.as_ref().map(|it| if is_rtl(it.0.as_str()) { "rtl" } else { "ltr" }))
    };
    let language = move || shown.with(|it| it.as_ref().map(|it| it.0.as_str().to_owned()));
    let caption = move || match language() {
        Some(tag) => say(&console::preview_in(&write(Value::Language(&tag)))),
        None => say(&console::PREVIEW_EMPTY),
    };
    let on_site = readable_on(&color);
    view! {
        <figure class="stage-figure">
            <div
                class="stage"
                data-screen=move || if phone.get() { "phone" } else { "desktop" }
                data-theme=move || if dark.get() { "dark" } else { "light" }
                // Property by property: the console's policy refuses a whole attribute.
                style:--site=color
                style:--on-site=on_site
                dir=dir
                lang=language
            >
                <div class="stage-page" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>
                {move || shown.get().map(|(_, words)| {
                    let answers: Vec<String> = words.answers().into_iter().map(str::to_owned).collect();
                    let draft = words.draft.trim().to_owned();
                    if opens.get() {
                        view! { <Panel text=words.text answers draft /> }.into_any()
                    } else {
                        view! { <Bubble text=words.text answers /> }.into_any()
                    }
                })}
                <span class="stage-launcher" aria-hidden="true">
                    <svg viewBox="0 0 24 24"><path d="M12 3.5c4.97 0 9 3.3 9 7.4s-4.03 7.4-9 7.4c-1 0-1.95-.13-2.85-.38L4.4 20.5l1-3.8C3.9 15.4 3 13.2 3 10.9c0-4.1 4.03-7.4 9-7.4Z"></path></svg>
                </span>
            </div>
            <figcaption class="muted">{caption}</figcaption>
        </figure>
    }
}

/// Who speaks, as visitors are told; the team has no name here.
#[component]
fn Who() -> impl IntoView {
    let console = use_console();
    let editor = use_editor();
    let who = Memo::new(move |_| {
        let sender = editor.draft.with(|it| it.sender.clone());
        console.model.with(|it| match &sender {
            Sender::Team => None,
            Sender::NextAvailable => Some(say(&console::PREVIEW_NEXT)),
            Sender::Member(id) => {
                let members = &it.campaigns.data.as_ref()?.members;
                members.iter().find(|it| it.id == *id).map(|it| it.name.as_str().to_owned())
            }
        })
    });
    move || who.get().map(|it| view! { <small>{it}</small> })
}

#[component]
fn Bubble(text: String, answers: Vec<String>) -> impl IntoView {
    let answer = |it: String| view! { <span class="stage-answer" dir="auto">{it}</span> };
    view! {
        <div class="stage-bubble">
            <span class="stage-close" aria-hidden="true">"×"</span>
            <Who />
            <p dir="auto">{text}</p>
            {answers.into_iter().map(answer).collect_view()}
        </div>
    }
}

#[component]
fn Panel(text: String, answers: Vec<String>, draft: String) -> impl IntoView {
    let answer = |it: String| view! { <span class="stage-answer" dir="auto">{it}</span> };
    view! {
        <div class="stage-panel">
            <div class="stage-head" aria-hidden="true"></div>
            <div class="stage-lines">
                <Who />
                <p dir="auto">{text}</p>
                {answers.into_iter().map(answer).collect_view()}
            </div>
            <p class="stage-draft" dir="auto">{draft}</p>
        </div>
    }
}

/// The link to the site itself.
#[component]
fn Try(id: CampaignId, origins: Vec<String>) -> impl IntoView {
    let console = use_console();
    let first = origins.first().map(|it| format!("{it}/")).unwrap_or_default();
    let page = RwSignal::new(first.clone());
    let busy = console.slice(|it| it.campaigns.busy);
    let known = Memo::new(move |_| {
        page.with(|page| {
            origins.iter().any(|it| {
                page.strip_prefix(it.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
            })
        })
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if known.get_untracked() {
            let change = CampaignChange::Preview(id.clone(), page.get_untracked());
            console.send(Msg::Campaign(CampaignMsg::Change(change)));
        }
    };
    let set = Callback::new(move |it| page.set(it));
    view! {
        <form class="try" on:submit=submit>
            <Line label=say(&console::PREVIEW_PAGE) value=first set kind="url" />
            <button type="submit" class="button" disabled=move || busy.get() || !known.get()>
                <Icon shape=Shape::Eye />{say(&console::PREVIEW_TRY)}
            </button>
            <p class="muted">{say(&console::PREVIEW_HINT)}</p>
        </form>
    }
}

/// Whether a language is written from right to left.
fn is_rtl(tag: &str) -> bool {
    matches!(
        tag.split('-').next().unwrap_or(tag),
        "ar" | "fa" | "he" | "ur" | "yi" | "ps" | "sd" | "ckb"
    )
}

/// Black or white, whichever reads better on `#rrggbb`; the loader decides the same way.
fn readable_on(color: &str) -> &'static str {
    let part = |at: usize| {
        let value = color.get(at..at + 2).and_then(|it| u8::from_str_radix(it, 16).ok());
        let part = f64::from(value.unwrap_or_default()) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
    if 0.179 < luminance { "#000" } else { "#fff" }
}
