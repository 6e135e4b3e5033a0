//! The browser: sockets, requests, clock, storage, sound. The one place that runs effects.

mod ask;

mod http;

mod keys;
mod notification;
mod socket;
mod sound;
mod storage;
mod upload;

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use inbox_protocol::{FromDesk, PING, PONG, ToAgent};
use inbox_text::{Catalogue, console, negotiate};
use inbox_types::{ClientId, ConversationId, MemberId, Timestamp};
use leptos::prelude::*;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::{
    socket::{Happened, Socket},
    storage::NotStored,
    upload::{Progress, Upload},
};
use crate::{
    browser::{dom, intl},
    model::{
        DeskMsg, Effect, KeptDraft, Model, Msg, Picked, RoomMsg, Route, Stamp, UploadState, start,
        update,
    },
    part::{NotFetched, fetched, part},
    view::{App, COMPOSER, Console, fetch_ahead, install},
};

/// What the browser holds for this page.
#[derive(Default)]
struct Held {
    desk: Option<(u32, Socket)>,
    rooms: BTreeMap<ConversationId, (u32, Socket)>,
    /// The sockets that are dialed as soon as what reads them was fetched.
    dialing: BTreeMap<ConversationId, u32>,
    files: BTreeMap<u32, web_sys::File>,
    uploads: BTreeMap<u32, Upload>,
    n_files: u32,
    /// Who is signed in: drafts are kept under this id.
    member: Option<MemberId>,
}

thread_local! {
    static HELD: RefCell<Held> = RefCell::default();
}

/// Starts the console, on its own page and no other: a test has the same module on an empty one.
#[wasm_bindgen(start)]
pub fn start_console() {
    if document().get_element_by_id("texts").is_none() {
        return;
    }
    // That it stopped is noticed, said and told by the page (`static/guard.js`); why, by the browser's log.
    console_error_panic_hook::set_once();
    spawn_local(async {
        learn(&first_language()).await;
        mount_to_body(Shell);
    });
}

/// Model, view and effects meet here and nowhere else.
#[component]
fn Shell() -> impl IntoView {
    let model = RwSignal::new(Model::new(now(), seed()));
    let shell = ShellTransport { model };
    let spoken = RwSignal::new(0_u32);
    let console = Console {
        model,
        send: Callback::new(move |msg| shell.dispatch(msg)),
        generate_id: Callback::new(|()| generate_id()),
        pick: Callback::new(move |(id, files)| shell.pick(id, files)),
        speak: Callback::new(move |tag: String| {
            spawn_local(async move {
                storage::set_language(&tag);
                learn(&tag).await;
                spoken.update(|it| *it += 1);
            });
        }),
    };
    provide_context(console);
    let effects = model.try_update(|it| start(it, Route::parse(&fragment()))).unwrap_or_default();
    shell.dispatch(Msg::Permission(notification::permission()));
    shell.dispatch(Msg::Details(dom::is_wide()));
    shell.run(effects);
    shell.listen();
    show_title(model);
    prepare(model);
    // Every text on screen is drawn anew in another language.
    move || {
        spoken.track();
        view! { <App /> }
    }
}

/// The way from the browser to the model.
#[derive(Clone, Copy)]
struct ShellTransport {
    model: RwSignal<Model>,
}

/// The title has the number of what is new.
fn show_title(model: RwSignal<Model>) {
    let news = Memo::new(move |_| model.with(|it| it.desk.n_news()));
    leptos::prelude::Effect::new(move |_| {
        let title = match news.get() {
            0 => "Porchlight".to_owned(),
            n => format!("({n}) Porchlight"),
        };
        document().set_title(&title);
    });
}

/// Once the list is there and the browser has nothing else to do, fetches what nobody waits for yet.
fn prepare(model: RwSignal<Model>) {
    let ready =
        Memo::new(move |_| model.with(|it| it.desk.order.is_some() || it.campaigns.data.is_some()));
    leptos::prelude::Effect::new(move |began: Option<bool>| {
        let begins = began != Some(true) && ready.get();
        if begins {
            let markets = model.with_untracked(|it| it.sign_in.markets());
            dom::when_idle(move || spawn_local(fetch_ahead(markets)));
        }
        begins || began == Some(true)
    });
}

impl ShellTransport {
    fn dispatch(self, msg: Msg) {
        let effects = self.model.try_update(|it| update(it, now(), msg)).unwrap_or_default();
        self.run(effects);
    }

    fn run(self, effects: Vec<Effect>) {
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(self, effect: Effect) {
        match effect {
            Effect::Ask(request) => {
                let person = self.model.with_untracked(|it| it.person);
                spawn_local(async move {
                    let msg = Box::new(ask::ask(request).await);
                    self.dispatch(Msg::Answer(person, msg));
                });
            }
            Effect::DialDesk { socket } => self.dial_desk(socket),
            Effect::HangUpDesk { socket } => HELD.with_borrow_mut(|it| {
                it.desk.take_if(|(number, _)| *number == socket);
            }),
            Effect::SayDesk(frame) => say_desk(&frame),
            Effect::PingDesk => with_desk(|it| it.send(PING)),
            Effect::Dial { conversation, socket } => self.dial(conversation, socket),
            Effect::HangUp { conversation, socket } => HELD.with_borrow_mut(|it| {
                if it.dialing.get(&conversation) == Some(&socket) {
                    it.dialing.remove(&conversation);
                }
                if it.rooms.get(&conversation).is_some_and(|it| it.0 == socket) {
                    it.rooms.remove(&conversation);
                }
            }),
            Effect::Say { conversation, frame } => say_room(&conversation, &frame),
            Effect::Ping { conversation } => with_room(&conversation, |it| it.send(PING)),
            Effect::Keep { conversation, kept } => storage::keep(&conversation, &kept),
            Effect::Forget { conversation, client_id } => {
                storage::forget(&conversation, &client_id);
            }
            Effect::Restore(conversation) => {
                let kept = storage::kept(&conversation);
                if !kept.is_empty() {
                    self.later(Msg::Room(conversation, RoomMsg::Restored(kept)));
                }
            }
            Effect::ForgetAll => {
                HELD.with_borrow_mut(|it| it.member = None);
                storage::forget_all();
            }
            Effect::Own(member) => {
                let drafts = storage::own(&member);
                HELD.with_borrow_mut(|it| it.member = Some(member));
                if !drafts.is_empty() {
                    self.later(Msg::Drafts(drafts));
                }
                if let Some(address) = storage::view() {
                    self.later(Msg::Desk(DeskMsg::Kept(address)));
                }
            }
            Effect::KeepDraft { conversation, draft, after } => {
                self.keep_draft(conversation, &draft, after);
            }
            Effect::ForgetDraft(conversation) => {
                if let Some(member) = HELD.with_borrow(|it| it.member.clone()) {
                    storage::forget_draft(&member, &conversation);
                }
            }
            Effect::Upload { conversation, ticket } => self.upload(conversation, ticket),
            Effect::StopUpload { ticket } => HELD.with_borrow_mut(|it| {
                it.uploads.remove(&ticket);
                it.files.remove(&ticket);
            }),
            Effect::Go(route) => {
                let _ = window().location().set_hash(&route.fragment());
            }
            Effect::Correct(route) => {
                let _ = window().location().replace(&route.fragment());
            }
            Effect::KeepView(address) => storage::keep_view(&address),
            Effect::Alert(alert) => self.alert(&alert),
            Effect::Unalert(id) => notification::close(&id),
            Effect::AskPermission => spawn_local(async move {
                self.dispatch(Msg::Permission(notification::ask().await));
            }),
            Effect::Play(sound) => sound::play(sound),
            Effect::Copy(text) => {
                let _ = window().navigator().clipboard().write_text(&text);
            }
            Effect::OpenLink(url) => {
                let _ = window().open_with_url_and_target_and_features(&url, "_blank", "noopener");
            }
            Effect::FocusComposer => dom::after_paint(|| dom::focus_id(COMPOSER)),
            Effect::PlaceCaret(caret) => {
                dom::after_paint(move || dom::place_caret(COMPOSER, caret));
            }
            Effect::Reload => {
                let _ = window().location().reload();
            }
        }
    }

    fn keep_draft(self, id: ConversationId, draft: &KeptDraft, after: Option<Stamp>) {
        let Some(member) = HELD.with_borrow(|it| it.member.clone()) else { return };
        match storage::keep_draft(&member, &id, draft, after) {
            Ok(()) => (),
            Err(NotStored::Other(theirs)) => self.later(Msg::DraftDiffers(id, theirs)),
            Err(NotStored::Refused) => self.later(Msg::NotKept),
        }
    }

    /// After what is being done now: a message inside a message would find the model in use.
    fn later(self, msg: Msg) {
        spawn_local(async move { self.dispatch(msg) });
    }

    fn dial_desk(self, number: u32) {
        let happened = Rc::new(move |happened: Happened| {
            self.dispatch(Msg::Desk(match happened {
                Happened::Opened => DeskMsg::Opened { socket: number },
                Happened::Received(text) => DeskMsg::Heard { socket: number, frame: parse(&text) },
                Happened::Closed(code) => DeskMsg::Closed { socket: number, code },
            }));
        });
        match Socket::dial("/v1/desk/socket", happened) {
            Ok(socket) => HELD.with_borrow_mut(|it| it.desk = Some((number, socket))),
            Err(_) => self.later(Msg::Desk(DeskMsg::Closed { socket: number, code: 0 })),
        }
    }

    fn dial(self, id: ConversationId, number: u32) {
        HELD.with_borrow_mut(|it| it.dialing.insert(id.clone(), number));
        spawn_local(async move {
            let reader = fetched::<Reader>().await;
            // It may have been hung up, or dialed anew, meanwhile.
            let is_wanted = HELD.with_borrow_mut(|it| {
                let is_last = it.dialing.get(&id) == Some(&number);
                is_last.then(|| it.dialing.remove(&id)).is_some()
            });
            match reader {
                Ok(_) if !is_wanted => (),
                Ok(reader) => self.dial_with(*reader, id, number),
                Err(NotFetched) => {
                    self.dispatch(Msg::Room(id, RoomMsg::Closed { socket: number, code: 0 }));
                }
            }
        });
    }

    fn dial_with(self, Reader(read): Reader, id: ConversationId, number: u32) {
        let told = id.clone();
        let happened = Rc::new(move |happened: Happened| {
            let msg = match happened {
                Happened::Opened => RoomMsg::Opened { socket: number },
                Happened::Received(text) => RoomMsg::Heard { socket: number, frame: read(&text) },
                Happened::Closed(code) => RoomMsg::Closed { socket: number, code },
            };
            self.dispatch(Msg::Room(told.clone(), msg));
        });
        match Socket::dial(&format!("/v1/conversations/{id}/socket"), happened) {
            Ok(socket) => HELD.with_borrow_mut(|it| {
                it.rooms.insert(id, (number, socket));
            }),
            Err(_) => self.later(Msg::Room(id, RoomMsg::Closed { socket: number, code: 0 })),
        }
    }

    fn pick(self, id: ConversationId, files: Vec<web_sys::File>) {
        let picked = files.into_iter().map(hold).collect();
        self.dispatch(Msg::Room(id, RoomMsg::Picked(picked)));
    }

    fn upload(self, id: ConversationId, ticket: u32) {
        let Some(file) = HELD.with_borrow(|it| it.files.get(&ticket).cloned()) else { return };
        let path = format!("/v1/conversations/{id}/files");
        let told = id.clone();
        let tell = Rc::new(move |progress: Progress| {
            let state = match progress {
                Progress::Sent(percent) => UploadState::Sending(percent),
                Progress::Done(Ok(uploaded)) => UploadState::Done(Box::new(uploaded.file)),
                Progress::Done(Err(reason)) => UploadState::Failed(reason),
            };
            let msg = RoomMsg::Uploading { ticket, state };
            self.dispatch(Msg::Room(told.clone(), msg));
        });
        if let Ok(upload) = Upload::start(&path, &file, tell) {
            HELD.with_borrow_mut(|it| {
                it.uploads.insert(ticket, upload);
            });
        } else {
            let state = UploadState::Failed(inbox_protocol::Refusal::Unavailable);
            self.later(Msg::Room(id, RoomMsg::Uploading { ticket, state }));
        }
    }

    fn alert(self, alert: &crate::model::Alert) {
        let nobody = crate::view::say(&console::VISITOR);
        let title = crate::view::say(&alert.toast.title(&nobody));
        let conversation = alert.conversation.clone();
        let pressed = move || {
            if let Some(id) = conversation.clone() {
                self.dispatch(Msg::Goto(id));
            }
        };
        notification::show(alert, &title, alert.toast.preview(), pressed);
    }
}

/// Holds a file until it is uploaded or taken away.
fn hold(file: web_sys::File) -> Picked {
    HELD.with_borrow_mut(|it| {
        it.n_files += 1;
        let ticket = it.n_files;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size")]
        let bytes = file.size() as u64;
        let picked = Picked { ticket, name: file.name(), bytes };
        it.files.insert(ticket, file);
        picked
    })
}

fn say_desk(frame: &FromDesk) {
    if let Some(text) = json(frame) {
        with_desk(|it| it.send(&text));
    }
}

fn say_room(id: &ConversationId, frame: &inbox_protocol::FromAgent) {
    if let Some(text) = json(frame) {
        with_room(id, |it| it.send(&text));
    }
}

fn with_desk(run: impl FnOnce(&Socket)) {
    HELD.with_borrow(|it| {
        if let Some((_, socket)) = &it.desk {
            run(socket);
        }
    });
}

fn with_room(id: &ConversationId, run: impl FnOnce(&Socket)) {
    HELD.with_borrow(|it| {
        if let Some((_, socket)) = it.rooms.get(id) {
            run(socket);
        }
    });
}

fn json(frame: &impl Serialize) -> Option<String> {
    serde_json::to_string(frame).ok()
}

/// Reads what a conversation says.
#[derive(Clone, Copy)]
struct Reader(fn(&str) -> Option<Box<ToAgent>>);

part!(Reader, desk, desk_reader, Reader(parse));

/// A frame, or a sign of life that is none: a pong, or a frame that nobody here understands.
fn parse<Frame: serde::de::DeserializeOwned>(text: &str) -> Option<Box<Frame>> {
    if text == PONG {
        return None;
    }
    let frame = serde_json::from_str(text);
    if let Err(error) = &frame {
        leptos::logging::warn!("the relay said something unknown: {error}");
    }
    frame.ok()
}

/// This browser's clock, which neither goes back nor stands still while the page lives, whatever
/// somebody does to the computer's: every heartbeat and every dial hangs on it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds since 1970"
)]
fn now() -> Timestamp {
    let millis = window().performance().map_or(0.0, |it| it.time_origin() + it.now());
    Timestamp::from_millis(millis as u64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any number will do")]
fn seed() -> u32 {
    (js_sys::Math::random() * f64::from(u32::MAX)) as u32
}

/// A new name for a message: 128 bits of the browser's chance.
fn generate_id() -> ClientId {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let digit = |it: u8| char::from_digit(it.into(), 16).expect("four bits are a digit");
    let name: String = bytes.iter().flat_map(|it| [digit(it >> 4), digit(it & 15)]).collect();
    name.parse().expect("hexadecimal digits are an id")
}

fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// The addresses of the texts, by language, as the relay wrote them into the page.
fn texts() -> BTreeMap<String, String> {
    let element = document().get_element_by_id("texts");
    let json = element.and_then(|it| it.text_content()).unwrap_or_default();
    serde_json::from_str(&json).unwrap_or_default()
}

/// The chosen language, or the first of the browser's that there is.
fn first_language() -> String {
    let texts = texts();
    let available: Vec<&str> = texts.keys().map(String::as_str).collect();
    let browser = window().navigator().languages();
    let wanted: Vec<String> = storage::language()
        .into_iter()
        .chain(browser.iter().filter_map(|it| it.as_string()))
        .collect();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    negotiate(&wanted, &available).unwrap_or("en").to_owned()
}

/// Fetches a language and speaks it from now on.
async fn learn(tag: &str) {
    let Some(url) = texts().remove(tag) else { return };
    let Ok(response) = gloo_net::http::Request::get(&url).send().await else { return };
    let Ok(lines) = response.text().await else { return };
    let catalogue = Catalogue::parse(&lines, intl::plural_form(tag));
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("lang", tag);
        let _ = html.set_attribute("dir", catalogue.direction().as_str());
    }
    write_stopped(&catalogue);
    install(catalogue);
}

/// Writes into the page what it says once this app has stopped.
fn write_stopped(texts: &Catalogue) {
    for (id, phrase) in [
        ("stopped-title", console::CRASH_TITLE),
        ("stopped-text", console::CRASH_TEXT),
        ("stopped-reload", console::CRASH_RELOAD),
    ] {
        if let Some(element) = document().get_element_by_id(id) {
            element.set_text_content(Some(&texts.say(&phrase)));
        }
    }
}
