//! The command palette: everything that can be done here, found by typing its name.

use inbox_protocol::ListTab;
use inbox_text::console;
use leptos::{ev::KeyboardEvent, prelude::*};

use super::{
    Console,
    controls::Modal,
    conversation::commands_of,
    icon::{Icon, Shape},
    menu::Item,
    say,
    search::FIELD,
    use_console,
};
use crate::{
    browser::dom,
    model::{DeskMsg, Dialog, Folder, Leave, Msg, Route, Section, View, words},
};

const LIST: &str = "palette-list";

/// What stands before a command: where it belongs.
fn of(group: &str, name: &str) -> String {
    format!("{group} · {name}")
}

/// All commands: those of the conversation on screen first, then the ways to other places.
fn commands(console: Console) -> Vec<Item> {
    let mut all = commands_of(console);
    let model = console.model;
    let go = |route: Route| console.on(Dialog::Unsaved(Leave::To(route)), Msg::Opened);
    let shows = |view: View| console.on(view, |it| Msg::Desk(DeskMsg::Show(Box::new(it))));
    let conversations = say(&console::CONVERSATIONS);
    let (reads, markets, administers, edits_canned) = model.with_untracked(|it| {
        let gate = &it.sign_in;
        (gate.reads_conversations(), gate.markets(), gate.administers(), it.edits_canned())
    });
    if reads {
        let next = console.on(true, |down| Msg::Step { down });
        all.push(Item::new(Shape::Down, &console::KEY_NEXT, next));
        all.push(Item::new(
            Shape::Back,
            &console::KEY_PREVIOUS,
            console.on(false, |down| Msg::Step { down }),
        ));
        let search = Callback::new(|()| dom::after_render(|| dom::focus_id(FIELD)));
        all.push(Item::new(Shape::Search, &console::SEARCH_LABEL, search));
        for (tab, name) in [
            (ListTab::Mine, console::TAB_MINE),
            (ListTab::Team, console::TAB_TEAM),
            (ListTab::Unassigned, console::TAB_UNASSIGNED),
            (ListTab::All, console::TAB_ALL),
        ] {
            let label = of(&conversations, &say(&name));
            all.push(Item::named(
                Shape::Inbox,
                label,
                console.on(tab, |it| Msg::Desk(DeskMsg::Tab(it))),
            ));
        }
        let views = say(&console::VIEWS);
        for folder in Folder::ALL {
            let show = shows(folder.view());
            all.push(Item::named(Shape::Archive, of(&views, &say(&folder.phrase())), show));
        }
        let saved = model.with_untracked(|it| {
            it.desk.welcome.as_ref().map(|it| it.views.clone()).unwrap_or_default()
        });
        for it in saved {
            let show = shows(View::parse(it.address.as_str()));
            all.push(Item::named(Shape::Archive, of(&views, it.name.as_str()), show));
        }
        all.push(Item::new(
            Shape::Plus,
            &console::VIEW_SAVE,
            console.on(Dialog::SaveView, Msg::Opened),
        ));
        for presence in words::PRESENCES {
            let label = say(&console::presence_menu(&say(&words::presence(presence))));
            let set = console.on(presence, |it| Msg::Desk(DeskMsg::SetPresence(it)));
            all.push(Item::named(Shape::Person, label, set));
        }
    }
    if markets {
        all.push(Item::new(Shape::Megaphone, &console::CAMPAIGNS, go(Route::Campaigns)));
    }
    let settings = say(&console::SETTINGS);
    if administers {
        for (section, name) in [
            (Section::Sites, console::SITES),
            (Section::Departments, console::DEPARTMENTS),
            (Section::Members, console::MEMBERS),
            (Section::Canned, console::CANNED),
            (Section::Topics, console::TOPICS),
            (Section::ApiKeys, console::API_KEYS),
            (Section::Workspace, console::WORKSPACE),
            (Section::Audit, console::AUDIT),
        ] {
            let label = of(&settings, &say(&name));
            all.push(Item::named(Shape::Settings, label, go(Route::Settings(section))));
        }
    }
    if edits_canned && !administers {
        let label = of(&settings, &say(&console::CANNED));
        let page = go(Route::Settings(Section::Canned));
        all.push(Item::named(Shape::Settings, label, page));
    }
    let account = of(&settings, &say(&console::ACCOUNT));
    all.push(Item::named(Shape::Settings, account, go(Route::Settings(Section::Account))));
    let keys = console.on(Dialog::Shortcuts, Msg::Opened);
    all.push(Item::new(Shape::Question, &console::SHORTCUTS, keys));
    let out = console.on(Dialog::Unsaved(Leave::SignOut), Msg::Opened);
    all.push(Item::new(Shape::Leave, &console::SIGN_OUT, out));
    all
}

/// Whether every word that is typed stands in a name.
fn matches(name: &str, typed: &str) -> bool {
    let name = name.to_lowercase();
    typed.to_lowercase().split_whitespace().all(|it| name.contains(it))
}

/// The field, and what can be done.
#[component]
pub(super) fn Palette() -> impl IntoView {
    let console = use_console();
    let all = StoredValue::new(commands(console));
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let shown = Memo::new(move |_| {
        let typed = typed.get();
        all.with_value(|all| {
            let fits = all.iter().enumerate().filter(|(_, it)| matches(it.label(), &typed));
            fits.map(|(no, _)| no).collect::<Vec<usize>>()
        })
    });
    let run = move |no: usize| {
        let item = all.with_value(|all| all.get(no).cloned());
        if let Some(item) = item.filter(Item::is_on) {
            console.send(Msg::Closed);
            item.run();
        }
    };
    let go = move |down: bool| {
        let n = shown.with_untracked(Vec::len);
        at.update(|it| *it = if n == 0 { 0 } else { (*it + if down { 1 } else { n - 1 }) % n });
        dom::after_render(|| dom::show_id(&format!("{LIST}-chosen")));
    };
    let keys = move |event: KeyboardEvent| {
        if dom::is_composing(&event) {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => go(true),
            "ArrowUp" => go(false),
            "Enter" => {
                let no = shown.with_untracked(|it| it.get(at.get_untracked()).copied());
                no.into_iter().for_each(run);
            }
            _ => return,
        }
        event.prevent_default();
    };
    let line = move |(place, no): (usize, usize)| {
        let item = all.with_value(|all| all[no].clone());
        let off = (!item.is_on()).then_some("true");
        let chosen = move || at.get() == place;
        view! {
            <li
                class="palette-line"
                role="option"
                id=move || if chosen() { format!("{LIST}-chosen") } else { format!("{LIST}-{no}") }
                aria-selected=move || chosen().to_string()
                aria-disabled=off
                on:click=move |_| run(no)
            >
                {item.shape().map(|shape| view! { <Icon shape /> })}
                <span>{item.label().to_owned()}</span>
            </li>
        }
    };
    let lines = move || shown.get().into_iter().enumerate().map(line).collect_view();
    let none = move || {
        shown
            .with(Vec::is_empty)
            .then(|| view! { <p class="muted">{say(&console::PALETTE_NONE)}</p> })
    };
    view! {
        <Modal title=say(&console::PALETTE)>
            <div class="palette">
                <input
                    class="input"
                    type="text"
                    role="combobox"
                    autofocus=true
                    autocomplete="off"
                    spellcheck="false"
                    dir="auto"
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-activedescendant=move || {
                        shown.with(|it| !it.is_empty()).then(|| format!("{LIST}-chosen"))
                    }
                    aria-label=say(&console::PALETTE_HINT)
                    placeholder=say(&console::PALETTE_HINT)
                    on:input=move |event| {
                        // A search is nothing that one asks about before it is left.
                        event.stop_propagation();
                        typed.set(event_target_value(&event));
                        at.set(0);
                    }
                    on:keydown=keys
                />
                <ul class="palette-list" role="listbox" id=LIST aria-label=say(&console::PALETTE)>{lines}</ul>
                <div role="status">{none}</div>
            </div>
        </Modal>
    }
}
