//! Keys of the API: what programs of the company may read and say here.

use std::collections::BTreeSet;

use inbox_protocol::http::{ApiKey, ApiKeyForm, ApiScope};
use inbox_text::{Phrase, console};
use inbox_types::{ApiKeyId, MemberId};
use leptos::{
    ev::{Event, SubmitEvent},
    prelude::*,
};

use super::{
    super::{Value, controls::Field, say, unsaved::Form, use_console, write},
    CopyLine, Delete, PageHead, Problem, Submit, admin,
};
use crate::model::{AdminMsg, Change, Msg};

/// All keys, and a form for another one.
#[component]
pub(super) fn ApiKeys() -> impl IntoView {
    let keys = admin(|it| it.api_keys.clone());
    view! {
        <PageHead title=console::API_KEYS hint=console::API_KEYS_HINT />
        <NewKey />
        <ul class="items">
            <For each=move || keys.get() key=|it| format!("{it:?}") let:key>
                <KeyLine key />
            </For>
        </ul>
        <h3>{say(&console::API_KEY_NEW)}</h3>
        <KeyForm />
        <Problem />
    }
}

/// The key that was made just now. It is shown until the page is left.
#[component]
fn NewKey() -> impl IntoView {
    let fresh = use_console().slice(|it| it.admin.api_key.clone());
    // It is there before it speaks, so that it is heard.
    view! {
        <div role="status">
            {move || fresh.get().map(|secret| view! {
                <section class="group new-link">
                    <p>{say(&console::API_KEY_ONCE)}</p>
                    <CopyLine text=secret label=console::API_KEY />
                </section>
            })}
        </div>
    }
}

#[component]
fn KeyLine(key: ApiKey) -> impl IntoView {
    let (maker, owner) = (key.by.clone(), key.owner.clone());
    let name_of = |member: MemberId| {
        admin(move |it| {
            let known = it.members.iter().find(|it| it.id == member);
            known.map(|it| it.name.as_str().to_owned())
        })
    };
    let (maker, owner) = (name_of(maker), name_of(owner));
    let was_taken = key.owner != key.by && !key.stopped;
    let made = write(Value::Moment(key.made));
    let made = move || match maker.get() {
        Some(name) => say(&console::api_key_made_by(&made, &name)),
        None => say(&console::api_key_made(&made)),
    };
    let used = key
        .used
        .map_or(console::API_KEY_UNUSED, |at| console::api_key_used(&write(Value::Moment(at))));
    let scopes = key.scopes.into_iter().map(|it| {
        view! { <li class="chip">{say(&scope(it))}</li> }
    });
    let name = key.name.as_str().to_owned();
    let take = key.stopped.then(|| view! { <Take name=name.clone() id=key.id.clone() /> });
    view! {
        <li class="item column">
            <div class="item-row">
                <span class="grow"><strong>{name.clone()}</strong></span>
                <Delete name=name change=Change::DeleteApiKey(key.id) />
            </div>
            <ul class="scopes" aria-label=say(&console::API_KEY_SCOPES)>{scopes.collect_view()}</ul>
            <p class="muted">
                {made} " " {say(&used)}
                {move || owner.get().filter(|_| was_taken).map(|it| view! { " " {say(&console::api_key_owner(&it))} })}
            </p>
            {take}
        </li>
    }
}

/// A key is refused, and whoever reads this can answer for it.
#[component]
fn Take(name: String, id: ApiKeyId) -> impl IntoView {
    let console = use_console();
    let busy = console.slice(|it| it.admin.busy);
    let take = move |_| {
        console.send(Msg::Admin(AdminMsg::Change(Change::TakeApiKey(id.clone()))));
    };
    view! {
        <div class="item-row">
            <p class="grow problem">{say(&console::API_KEY_STOPPED)}</p>
            <button type="button" class="button" aria-label=say(&console::api_key_take_named(&name))
                disabled=move || busy.get() on:click=take>
                {say(&console::API_KEY_TAKE)}
            </button>
        </div>
    }
}

#[component]
fn KeyForm() -> impl IntoView {
    let console = use_console();
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(BTreeSet::from([ApiScope::Read]));
    let form = Form::that(
        move || (name.get(), chosen.get()),
        move || {
            name.set(String::new());
            chosen.set(BTreeSet::from([ApiScope::Read]));
        },
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let scopes: Vec<ApiScope> = chosen.get_untracked().into_iter().collect();
        let msg = match name.get_untracked().try_into() {
            Ok(_) if scopes.is_empty() => AdminMsg::Wrong(console::WRONG_SCOPES),
            Ok(name) => {
                form.submits();
                AdminMsg::Change(Change::CreateApiKey(ApiKeyForm { name, scopes }))
            }
            Err(_) => AdminMsg::Wrong(console::WRONG_NAME),
        };
        console.send(Msg::Admin(msg));
    };
    let boxes = ApiScope::ALL.map(|it| view! { <ScopeBox scope=it chosen /> }).into_iter();
    view! {
        <form class="group" aria-label=say(&console::API_KEY_NEW) on:submit=submit>
            <Field label=console::API_KEY_NAME value=name />
            <fieldset class="checks">
                <legend>{say(&console::API_KEY_SCOPES)}</legend>
                {boxes.collect_view()}
            </fieldset>
            <div class="row-end"><Submit label=console::API_KEY_NEW /></div>
        </form>
    }
}

#[component]
fn ScopeBox(scope: ApiScope, chosen: RwSignal<BTreeSet<ApiScope>>) -> impl IntoView {
    let on = Memo::new(move |_| chosen.with(|it| it.contains(&scope)));
    let toggle = move |event: Event| {
        let checked = event_target_checked(&event);
        chosen.update(|it| {
            if checked {
                it.insert(scope);
            } else {
                it.remove(&scope);
            }
        });
    };
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=on on:change=toggle />
            <span>{say(&self::scope(scope))}</span>
        </label>
    }
}

/// What a key may do, in words.
fn scope(scope: ApiScope) -> Phrase {
    match scope {
        ApiScope::Read => console::SCOPE_READ,
        ApiScope::Write => console::SCOPE_WRITE,
        ApiScope::Manage => console::SCOPE_MANAGE,
    }
}
