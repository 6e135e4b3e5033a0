//! The menu of views: folders, what was saved, and the link to what is on screen.

use inbox_protocol::{SavedView, ViewForm};
use inbox_text::console;
use inbox_types::{Action, Label};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    Console,
    controls::{Field, Modal, ProblemLine},
    icon::{Icon, Shape},
    menu::{Item, Menu},
    question::Foot,
    say, use_console,
};
use crate::model::{
    AdminMsg, Change, DeskMsg, Dialog, Folder, Model, Msg, Route, View, bound::fits,
};

/// Leads to every view, and saves, shares and removes them.
#[component]
pub(super) fn ViewsMenu() -> impl IntoView {
    let console = use_console();
    let view = console.slice(|it| it.desk.view.clone());
    let saved = console.slice(|it| {
        let saved = it.desk.welcome.iter().flat_map(|it| &it.views);
        saved.map(|view| (view.clone(), it.desk.view_of(view))).collect::<Vec<_>>()
    });
    let removable = console.slice(Model::removable_view);
    let items = move || {
        let now = view.get();
        let choice = |name: String, view: View| {
            let chosen = view == now;
            let show = console.on(view, |it| Msg::Desk(DeskMsg::Show(Box::new(it))));
            Item::choice(name, chosen, show)
        };
        let folders = Folder::ALL.map(|it| choice(say(&it.phrase()), it.view()));
        let mut items: Vec<Item> = folders.into_iter().collect();
        let named = saved.with(|all| {
            let name = |(saved, view): &(SavedView, View)| (called(console, saved), view.clone());
            all.iter().map(name).collect::<Vec<_>>()
        });
        items.extend(named.into_iter().map(|(name, view)| choice(name, view)));
        let save = console.on(Dialog::SaveView, Msg::Opened);
        items.push(Item::new(Shape::Plus, &console::VIEW_SAVE, save));
        let link = Callback::new(move |()| console.send(Msg::Copy(link(&view.get_untracked()))));
        items.push(Item::new(Shape::Link, &console::VIEW_LINK, link));
        if let Some(it) = removable.get() {
            let label = console::view_delete(it.name.as_str());
            let change = Box::new(Change::DeleteView(it.id));
            let name = it.name.as_str().to_owned();
            let ask = console.on(Dialog::Confirm { name, change }, Msg::Opened);
            items.push(Item::new(Shape::Trash, &label, ask).dangerous());
        }
        items
    };
    let label = Signal::derive(|| say(&console::VIEWS));
    view! {
        <Menu label items=Signal::derive(items) class="quiet icon-only small">
            <Icon shape=Shape::Archive />
        </Menu>
    }
}

/// What a saved view is called, and who shares it.
fn called(console: Console, view: &SavedView) -> String {
    let name = view.name.as_str();
    let by = console.model.with_untracked(|it| {
        let other = it.desk.member(&view.by).filter(|_| view.shared && !it.is_me(&view.by));
        other.map(|it| it.name.as_str().to_owned())
    });
    by.map_or_else(|| name.to_owned(), |by| say(&console::view_shared_by(&by, name)))
}

/// The whole address of a list.
fn link(view: &View) -> String {
    let here = window().location().href().unwrap_or_default();
    let page = here.split('#').next().unwrap_or_default();
    format!("{page}{}", Route::List(view.address()).fragment())
}

/// What the view on screen is to be called, and who has it.
#[component]
pub(super) fn SaveView() -> impl IntoView {
    let console = use_console();
    let name = RwSignal::new(String::new());
    let shared = RwSignal::new(false);
    let problem = console.slice(|it| it.admin.problem.clone());
    let may = console.slice(|it| it.desk.may(Action::View) && !it.admin.busy);
    let ready = Signal::derive(move || {
        may.get() && name.with(|it| Label::written(it).is_some() && fits(it, Label::MAX_CHARS))
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(name) = Label::written(&name.get_untracked()) else { return };
        let address = console.model.with_untracked(|it| it.desk.view.saved());
        let form = ViewForm { name, address, shared: shared.get_untracked() };
        console.send(Msg::Admin(AdminMsg::Change(Change::CreateView(form))));
    };
    view! {
        <Modal title=say(&console::VIEW_SAVE_TITLE)>
            <form class="stack" on:submit=submit>
                <Field label=console::VIEW_NAME value=name most=Label::MAX_CHARS />
                <label class="check">
                    <input type="checkbox" prop:checked=shared on:change=move |event| shared.set(event_target_checked(&event)) />
                    <span>{say(&console::VIEW_SHARE)}</span>
                </label>
                <ProblemLine problem />
                <Foot label=console::SAVE ready />
            </form>
        </Modal>
    }
}
