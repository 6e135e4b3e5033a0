//! The rule within the sentence: groups, conditions, and the form of each kind of condition.

mod form;

use inbox_text::{Phrase, console};
use inbox_types::limits;
use leptos::prelude::*;

use self::form::Form;
use super::{
    super::{
        super::{
            controls::Switch,
            icon::{Icon, Shape},
            menu::MenuState,
            say, use_console,
        },
        Speaker,
    },
    chip::{Consent, PartChip},
    context::{Part, use_editor},
};
use crate::{
    browser::dom,
    model::campaigns::{FieldPath, GROUPS, Kind, What, sentence},
};

/// A group: its parts, the word between them, and what can be added.
#[component]
pub(super) fn Group(
    /// Its number.
    id: u32,
) -> AnyView {
    let editor = use_editor();
    let children = Memo::new(move |_| editor.draft.with(|it| it.rule.children(id)));
    let root = editor.draft.with_untracked(|it| it.rule.root.id) == id;
    let parts = move || children.get().into_iter().enumerate().collect::<Vec<_>>();
    let empty = move || root && children.with(Vec::is_empty);
    view! {
        <Show when=empty><span class="muted">{say(&console::RULE_ALWAYS)}</span></Show>
        // The first part has no word before it, so it is another one when it becomes the first.
        <For each=parts key=|(index, id)| (*index == 0, *id) let((index, child))>
            {(index != 0).then(|| view! { <Join group=id /> })}
            <Child id=child />
        </For>
        <AddMenu group=id />
    }
    .into_any()
}

/// The word between two parts; a press makes "or" of "and".
#[component]
fn Join(group: u32) -> impl IntoView {
    let editor = use_editor();
    let word = Memo::new(move |_| {
        editor.draft.with(|it| match it.rule.find(group).map(|it| &it.what) {
            Some(What::Group { any: true, .. }) => console::EDITOR_OR,
            Some(What::Group { any: false, .. } | What::Is { .. }) | None => console::EDITOR_AND,
        })
    });
    let label = move || say(&console::editor_flip(&say(&word.get())));
    view! {
        <button
            type="button"
            class="join"
            aria-label=label
            title=label
            on:click=move |_| editor.draft.update(|it| it.rule.flip(group))
        >
            {move || say(&word.get())}
        </button>
    }
}

#[component]
fn Child(id: u32) -> impl IntoView {
    let editor = use_editor();
    let kind = editor.draft.with_untracked(|it| match it.rule.find(id).map(|it| &it.what) {
        Some(What::Is { kind, .. }) => Some(*kind),
        Some(What::Group { .. }) | None => None,
    });
    match kind {
        Some(kind) => view! { <Condition id kind /> }.into_any(),
        None => view! { <Nested id /> }.into_any(),
    }
}

/// A group within a group.
#[component]
fn Nested(id: u32) -> impl IntoView {
    let editor = use_editor();
    let remove = move |_| {
        let first = editor.draft.with_untracked(|it| it.rule.root.id);
        editor.draft.update(|it| it.rule.remove(id));
        dom::focus_id(&add_mark(first));
    };
    view! {
        <span class="nested" role="group" aria-label=say(&console::GROUP)>
            <Group id />
            <button
                type="button"
                class="button quiet icon-only small"
                aria-label=say(&console::GROUP_REMOVE)
                title=say(&console::GROUP_REMOVE)
                on:click=remove
            >
                <Icon shape=Shape::Trash />
            </button>
        </span>
    }
}

fn add_mark(group: u32) -> String {
    format!("add-{group}")
}

/// The menu of what can be added, by groups.
#[component]
fn AddMenu(group: u32) -> impl IntoView {
    let editor = use_editor();
    let menu = MenuState::new();
    let mark = add_mark(group);
    let full = Memo::new(move |_| {
        editor.draft.with(|it| limits::RULE_CONDITIONS <= it.rule.n_conditions())
    });
    let nests = Memo::new(move |_| editor.draft.with(|it| it.rule.can_nest(group)));
    let add = move |kind: Kind| {
        menu.leave();
        let added = editor.draft.try_update(|it| it.rule.add(group, kind));
        editor.open.set(added.map(Part::Condition));
    };
    let nest = move |_| {
        menu.leave();
        if let Some(added) = editor.draft.try_update(|it| it.rule.nest(group)) {
            dom::after_paint(move || dom::focus_id(&add_mark(added)));
        }
    };
    let item = move |kind: &Kind| {
        let kind = *kind;
        let mark = kind.needs_consent().then(|| view! { <Icon shape=Shape::Lock /> });
        view! {
            <button type="button" class="menu-item" role="menuitem" tabindex="-1" on:click=move |_| add(kind)>
                <span class="grow">{say(&kind.phrase())}</span>
                {mark}
            </button>
        }
    };
    let section = move |(name, kinds): (Phrase, &'static [Kind])| {
        view! {
            <div role="group" aria-label=say(&name)>
                <p class="menu-head" aria-hidden="true">{say(&name)}</p>
                {kinds.iter().map(item).collect_view()}
            </div>
        }
    };
    view! {
        <div class="menu-place" node_ref=menu.place on:keydown=move |event| menu.key(&event)>
            <button
                type="button"
                id=mark
                class="button small add-part"
                aria-haspopup="menu"
                aria-expanded=move || menu.is_open().to_string()
                disabled=move || full.get()
                on:click=move |_| menu.toggle()
            >
                <Icon shape=Shape::Plus />
                {say(&console::CONDITION_ADD)}
            </button>
            <Show when=move || menu.is_open()>
                <div class="menu tall" role="menu" aria-label=say(&console::CONDITION_ADD)>
                    {GROUPS.map(section).into_iter().collect_view()}
                    <Show when=move || nests.get()>
                        <button type="button" class="menu-item" role="menuitem" tabindex="-1" on:click=nest>
                            <span class="grow">{say(&console::GROUP_ADD)}</span>
                        </button>
                    </Show>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Condition(id: u32, kind: Kind) -> impl IntoView {
    let console = use_console();
    let editor = use_editor();
    let said = Memo::new(move |_| {
        let (not, condition) = editor.draft.with(|it| match it.rule.find(id).map(|it| &it.what) {
            Some(What::Is { not, kind, fields }) => (*not, fields.condition(*kind)),
            Some(What::Group { .. }) | None => (false, None),
        });
        let condition = condition?;
        Some(console.model.with(|it| sentence::condition(not, &condition, &Speaker(&it.campaigns))))
    });
    let text =
        Signal::derive(move || said.get().unwrap_or_else(|| format!("{} …", say(&kind.phrase()))));
    let unfinished = Signal::derive(move || said.with(Option::is_none));
    let consent = kind.needs_consent() && !editor.rules.with_value(|it| it.remember_visitors);
    let not = Memo::new(move |_| {
        editor.draft.with(|it| {
            matches!(it.rule.find(id).map(|it| &it.what), Some(What::Is { not: true, .. }))
        })
    });
    let negate = Callback::new(move |on| editor.draft.update(|it| it.rule.negate(id, on)));
    let remove = move |_| {
        editor.open.set(None);
        let root = editor.draft.with_untracked(|it| it.rule.root.id);
        editor.draft.update(|it| it.rule.remove(id));
        dom::focus_id(&add_mark(root));
    };
    view! {
        <PartChip part=Part::Condition(id) text label=say(&kind.phrase()) at=FieldPath::Condition(id) unfinished consent>
            <Form id kind />
            <Switch label=console::CONDITION_NOT on=not set=negate />
            {consent.then(|| view! { <Consent /> })}
            <div class="row-end">
                <button type="button" class="button small" on:click=remove>
                    <Icon shape=Shape::Trash />
                    {say(&console::CONDITION_REMOVE)}
                </button>
            </div>
        </PartChip>
    }
}
