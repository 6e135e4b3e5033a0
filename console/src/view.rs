//! What is on screen. Views read slices of the model and report presses; they decide nothing.

mod bulk;
mod campaigns;
mod composer;
mod controls;
mod conversation;
mod department;
mod details;
mod dialogs;
mod filters;
mod frozen;
mod hours;
mod icon;
mod leave;
mod list;
mod menu;
mod offer;
mod palette;
mod part;
mod parts;
mod question;
mod search;
mod settings;
mod shortcuts;
mod sign_in;
mod toasts;
mod transcript;
mod unsaved;
mod views;
mod words;

use inbox_client::Status;
use inbox_text::console;
use inbox_types::{ClientId, ConversationId, Presence};
use leptos::prelude::*;

use self::{
    icon::{Icon, Mark, Shape},
    part::{DeskPart, MarketingPart, SettingsPart, Spot, shown},
};
use crate::model::{
    DeskMsg, Dialog, Leave, Model, Msg, Route, Section, SignInState, words as names,
};

pub(crate) use self::part::fetch_ahead;
pub use self::{
    composer::{COMPOSER, Composer, ComposerProps},
    menu::{Item, Menu, MenuProps},
    search::FIELD as SEARCH_FIELD,
    words::{Value, install, language, say, write},
};

/// The way from a view to the model and back.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    /// Everything that is known.
    pub model: RwSignal<Model>,
    /// Where presses go.
    pub send: Callback<Msg>,
    /// A new name for a message.
    pub generate_id: Callback<(), ClientId>,
    /// Files that were chosen, pasted or dropped.
    pub pick: Callback<(ConversationId, Vec<web_sys::File>)>,
    /// Another language of the interface, by its tag.
    pub speak: Callback<String>,
}

impl Console {
    /// One slice of the model; whoever shows it is only run again when it changes.
    pub fn slice<T: PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&Model) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.model.with(&read))
    }

    /// Reports a press.
    pub fn send(self, msg: Msg) {
        self.send.run(msg);
    }

    /// A callback that sends the message that `press` makes of `of`, which is copied for each press.
    #[must_use]
    pub fn on<T: Clone + Send + Sync + 'static>(
        self,
        of: T,
        press: impl Fn(T) -> Msg + Send + Sync + 'static,
    ) -> Callback<()> {
        Callback::new(move |()| self.send.run(press(of.clone())))
    }
}

/// The way to the model.
#[must_use]
pub fn use_console() -> Console {
    expect_context()
}

/// The whole console.
#[component]
pub fn App() -> impl IntoView {
    let console = use_console();
    let inside = console.slice(|it| match &it.sign_in {
        SignInState::Asking => None,
        SignInState::Out { .. } => Some(false),
        SignInState::In(_) => Some(true),
    });
    move || match inside.get() {
        None => view! { <main class="gate" aria-busy="true"><Mark /></main> }.into_any(),
        Some(false) => view! { <sign_in::SignInPage /> }.into_any(),
        Some(true) => view! { <Frame /> }.into_any(),
    }
}

/// Rail, banners, and the page that the address names.
#[component]
fn Frame() -> impl IntoView {
    let console = use_console();
    let settings = console.slice(|it| matches!(it.route, Route::Settings(_)));
    // Whoever reads no conversations is a marketer.
    let markets = console.slice(|it| {
        !it.sign_in.reads_conversations() || it.sign_in.markets() && it.route.markets()
    });
    let asking = console.slice(|it| it.dialog.is_some());
    view! {
        <div class="app">
            <Banners />
            <Rail />
            {move || match (settings.get(), markets.get()) {
                (true, _) => shown(Spot::Page, |it: &SettingsPart| (it.0)()),
                (false, true) => shown(Spot::Page, |it: &MarketingPart| (it.0)()),
                (false, false) => view! { <Panes /> }.into_any(),
            }}
        </div>
        <Show when=move || !asking.get()>
            <offer::Offers />
        </Show>
        <toasts::Toasts />
        <dialogs::Dialogs />
    }
}

#[component]
fn Panes() -> impl IntoView {
    let console = use_console();
    let open = console.slice(|it| it.route.conversation().cloned());
    let beside = console.slice(|it| {
        let room = it.room().filter(|room| it.details && room.view.is_some())?;
        let gone = room.client.status() == Status::Gone;
        it.route.conversation().filter(|_| !gone).cloned()
    });
    view! {
        <div class="desk" data-open=move || open.with(Option::is_some).to_string()>
            <main class="desk-main">
                <list::ListPane />
                {move || match open.get() {
                    Some(id) => {
                        shown(Spot::Piece, move |it: &DeskPart| (it.conversation)(id.clone()))
                    }
                    None => view! { <Nothing /> }.into_any(),
                }}
            </main>
            {move || beside.get().map(|id| {
                shown(Spot::Piece, move |it: &DeskPart| (it.details)(id.clone()))
            })}
        </div>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="pane conversation-pane">
            <div class="blank">
                <Icon shape=Shape::Inbox />
                <strong>{say(&console::NOTHING_OPEN)}</strong>
                <span>{say(&console::NOTHING_OPEN_HINT)}</span>
                <shortcuts::ShortcutList />
            </div>
        </section>
    }
}

/// What everybody must notice: a lost connection, RONA, and the question for notifications.
#[component]
fn Banners() -> impl IntoView {
    let console = use_console();
    let status = console.slice(|it| it.desk.link.status());
    let known = console.slice(|it| it.desk.welcome.is_some());
    let rona = console.slice(|it| it.desk.presence() == Presence::Rona);
    let cut_off = console.slice(Model::is_cut_off);
    let available = move |_| {
        console.send(Msg::Desk(DeskMsg::SetPresence(Presence::Available)));
    };
    let banner = move || match (status.get(), known.get()) {
        (Status::Live { .. } | Status::CatchingUp, true) if cut_off.get() => {
            Some(console::LINK_LOST)
        }
        (Status::Resting { .. } | Status::Dialing { .. }, true) => Some(console::LINK_LOST),
        (Status::Gone, _) => Some(console::LINK_GONE),
        (Status::Outdated, _) => Some(console::LINK_OUTDATED),
        (
            Status::Idle
            | Status::CatchingUp
            | Status::Live { .. }
            | Status::Resting { .. }
            | Status::Dialing { .. },
            _,
        ) => None,
    };
    view! {
        <div class="banners">
            <div role="status">
                {move || banner().map(|phrase| view! { <p class="banner">{say(&phrase)}</p> })}
            </div>
            <div role="alert">
                <Show when=move || rona.get()>
                    <div class="banner bad">
                        <span class="grow">{say(&console::RONA_BANNER)}</span>
                        <button class="button" on:click=available>{say(&console::RONA_LEAVE)}</button>
                    </div>
                </Show>
            </div>
        </div>
    }
}

/// What the rail leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Conversations,
    Campaigns,
    Settings,
}

/// The narrow column at the start: places, connection, presence.
#[component]
fn Rail() -> impl IntoView {
    let console = use_console();
    let here = console.slice(|it| match &it.route {
        Route::Settings(_) => Page::Settings,
        route if route.markets() || !it.sign_in.reads_conversations() => Page::Campaigns,
        Route::Desk
        | Route::List(_)
        | Route::Conversation(_)
        | Route::Campaigns
        | Route::CampaignSettings
        | Route::Campaign(_)
        | Route::CampaignReport(_)
        | Route::SignInLink(_)
        | Route::Invitation(_) => Page::Conversations,
    });
    let reads = console.slice(|it| it.sign_in.reads_conversations());
    let markets = console.slice(|it| it.sign_in.markets());
    let sections = console
        .slice(|it| if it.sign_in.administers() { Section::Sites } else { Section::Account });
    let place = move |page: Page| (here.get() == page).then_some("page");
    view! {
        <nav class="rail" aria-label=say(&console::PLACES)>
            <Mark />
            <Show when=move || reads.get()>
                <a
                    href=move || Route::of_list(console.model.with(|it| it.desk.view.address())).fragment()
                    aria-label=say(&console::CONVERSATIONS)
                    title=say(&console::CONVERSATIONS)
                    aria-current=move || place(Page::Conversations)
                >
                    <Icon shape=Shape::Inbox />
                </a>
            </Show>
            <Show when=move || markets.get()>
                <a
                    href=Route::Campaigns.fragment()
                    aria-label=say(&console::CAMPAIGNS)
                    title=say(&console::CAMPAIGNS)
                    aria-current=move || place(Page::Campaigns)
                >
                    <Icon shape=Shape::Megaphone />
                </a>
            </Show>
            <a
                href=move || Route::Settings(sections.get()).fragment()
                aria-label=say(&console::SETTINGS)
                title=say(&console::SETTINGS)
                aria-current=move || place(Page::Settings)
            >
                <Icon shape=Shape::Settings />
            </a>
            <div class="end">
                <LinkState />
                <MyMenu />
            </div>
        </nav>
    }
}

/// Whether the console hears the desk.
#[component]
fn LinkState() -> impl IntoView {
    let console = use_console();
    let state = console.slice(|it| match it.desk.link.status() {
        Status::Live { .. } if !it.online => ("lost", console::LINK_LOST_SHORT),
        Status::Live { .. } => ("live", console::LINK_LIVE),
        Status::Dialing { .. } | Status::CatchingUp => ("dialing", console::LINK_DIALING),
        Status::Resting { .. } | Status::Gone | Status::Outdated => {
            ("lost", console::LINK_LOST_SHORT)
        }
        Status::Idle => ("idle", console::LINK_IDLE),
    });
    let text = move || state.with(|it| say(&it.1));
    view! {
        <span class="link-state" title=text role="img" aria-label=text>
            <span class="dot" data-link=move || state.with(|it| it.0)></span>
        </span>
    }
}

/// Me: language, keys, out.
#[component]
fn MyMenu() -> impl IntoView {
    let console = use_console();
    let name = console.slice(|it| match &it.sign_in {
        SignInState::In(me) => me.member.name.as_str().to_owned(),
        SignInState::Asking | SignInState::Out { .. } => String::new(),
    });
    let asked = console.slice(|it| it.permission != crate::model::Permission::NotAsked);
    let items = move || {
        let mut items: Vec<Item> = controls::LANGUAGES
            .into_iter()
            .map(|(tag, name)| {
                let speak = Callback::new(move |()| speak(console, tag));
                Item::choice(name.to_owned(), language() == tag, speak)
            })
            .collect();
        if !asked.get() {
            items.push(Item::new(
                Shape::Bell,
                &console::NOTIFICATIONS_ASK,
                console.on((), |()| Msg::AskPermission),
            ));
        }
        items.push(Item::new(
            Shape::Question,
            &console::SHORTCUTS,
            console.on(Dialog::Shortcuts, Msg::Opened),
        ));
        items.push(Item::new(
            Shape::Leave,
            &console::SIGN_OUT,
            console.on(Dialog::Unsaved(Leave::SignOut), Msg::Opened),
        ));
        items
    };
    let label = move || say(&console::my_menu(&name.get()));
    view! {
        <Menu label=Signal::derive(label) items=Signal::derive(items) class="quiet icon-only">
            <span class="avatar team small" data-initials=move || crate::model::initials(&name.get())></span>
        </Menu>
    }
}

/// Another language draws every form anew.
fn speak(console: Console, tag: &str) {
    let way = Leave::Speak(tag.to_owned());
    if console.model.with_untracked(|it| it.asks_before(&way)) {
        console.send(Msg::Opened(Dialog::Unsaved(way)));
    } else {
        console.speak.run(tag.to_owned());
    }
}

/// The menu that says whether I can be asked.
#[component]
fn PresenceMenu() -> impl IntoView {
    let console = use_console();
    let presence = console.slice(|it| it.desk.presence());
    let items = move || {
        let choose = |it: Presence| console.on(it, |it| Msg::Desk(DeskMsg::SetPresence(it)));
        let item = |it: Presence| {
            Item::choice(say(&names::presence(it)), presence.get() == it, choose(it))
        };
        names::PRESENCES.into_iter().map(item).collect::<Vec<_>>()
    };
    let label = move || say(&console::presence_menu(&say(&names::presence(presence.get()))));
    let reaches = console.slice(Model::reaches_desk);
    let off = Signal::derive(move || (!reaches.get()).then(|| say(&console::OFFLINE)));
    view! {
        <Menu label=Signal::derive(label) items=Signal::derive(items) off class="small">
            <span class="dot" data-presence=move || names::presence_dot(presence.get())></span>
            <span>{move || say(&names::presence(presence.get()))}</span>
            <Icon shape=Shape::Down />
        </Menu>
    }
}
