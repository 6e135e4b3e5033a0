//! The only calls to the browser: clock, names, storage, socket, uploads, texts
//! and the channel to the page. Model, view and effects meet here.

mod browser;
pub mod codec;
mod page;
mod socket;
mod storage;
mod upload;
mod who;

use std::{
    cell::{Cell, RefCell, RefMut},
    sync::Arc,
};

use inbox_client::Call;
use inbox_text::Catalogue;
use inbox_types::{ClientId, Language, Timestamp, limits::FILE_BYTES};
use leptos::prelude::{GetUntracked, ReadUntracked, Set, Write};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, Window};

use crate::{
    model::{Composer, Config, Effect, Model, Msg, Picked, update},
    view::{Format, Panel, Press, Ui, panel},
};

use self::{socket::Sockets, storage::Storage, upload::Uploads, who::Who};

/// How a connection that could not be made closes.
const NEVER_OPEN: u16 = 0;

/// What runs in this tab beside the model.
struct Shell {
    ui: Ui,
    panel: Panel,
    storage: Storage,
    sockets: Sockets,
    uploads: Uploads,
    who: Who,
    /// The pending wake-up, and when it is due.
    timer: Option<(i32, Timestamp)>,
}

thread_local! {
    static SHELL: Cell<Option<&'static RefCell<Shell>>> = const { Cell::new(None) };
}

/// Lets the running shell do something. Nothing happens before the start, and nothing from within.
fn with_shell<T>(run: impl FnOnce(&mut Shell) -> T) -> Option<T> {
    shell().map(|mut it| run(&mut it))
}

/// Apart from what is done with it: that is compiled for each caller, and this once.
#[inline(never)]
fn shell() -> Option<RefMut<'static, Shell>> {
    SHELL.get()?.try_borrow_mut().ok()
}

pub(crate) fn window() -> Window {
    web_sys::window().expect("the chat runs in a page")
}

/// The instant, by a clock that does not go back while the page lives.
fn now() -> Timestamp {
    let millis = window().performance().map_or(0.0, |it| it.time_origin() + it.now());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "this is after 1970"
    )]
    Timestamp::from_millis(millis as u64)
}

/// 128 bits that nobody has had before.
fn generate_id() -> ClientId {
    let name: String =
        random().iter().map(|it| char::from_digit(u32::from(it % 32), 32).unwrap_or('0')).collect();
    name.parse().expect("letters and digits")
}

fn random() -> [u8; 26] {
    let mut bytes = [0; 26];
    if let Ok(crypto) = window().crypto() {
        // It fails for more than 65,536 bytes only.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// Begins as soon as the module is there.
#[wasm_bindgen(start)]
pub fn start() {
    // What is deployed says nothing (`xtask/src/dist/snip.rs`); the page notices that it has stopped.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    // Without a configuration this is not the chat's page but a test's.
    if let Some(config) = codec::config(&codec::Value::of(browser::config())) {
        spawn_local(run(config));
    }
}

async fn run(config: Config) {
    let site = config.site.to_string();
    let tabs = wasm_bindgen_futures::JsFuture::from(browser::tab(&site));
    let texts = browser::catalogue(&browser::language()).await;
    // Who is alive never fails; without locks this tab knows of itself only.
    let all = js_sys::Array::from(&tabs.await.unwrap_or_default());
    let tabs: Vec<u32> = all.iter().filter_map(|it| number(&it)).collect();
    let (tab, living) = tabs.split_first().map_or((1, &[][..]), |(tab, living)| (*tab, living));
    let seed = u32::from_le_bytes([random()[0], random()[1], random()[2], random()[3]]);
    let storage = Storage::new(&site);

    let mut model = Model::new(config, browser::wanted_languages(), tab, seed);
    model.remembers = storage.works();
    model.draft = written();
    let (ui, panel) = mount(model, texts.unwrap_or_else(browser::written));
    let uploads = Uploads::new();
    let sockets = Sockets::new(&site);
    let restored = storage.restore(tab, living);
    let known = storage.token().is_some();
    let who = Who::new();
    // It lives as long as the page.
    let shell = Shell { ui, panel, storage, sockets, uploads, who, timer: None };
    SHELL.set(Some(Box::leak(Box::new(RefCell::new(shell)))));

    dispatch(restored);
    if known {
        dispatch(Msg::Known);
    }
    listen();
    who::listen(&site);
    upload::listen();
    inherit(&site, &all);
    page::greet();
    dispatch(Msg::SentBefore(browser::sent()));
    browser::settled();
}

/// What stands in the field already: one can type before the app is there.
fn written() -> String {
    let field = window().document().and_then(|it| it.query_selector("textarea").ok()?);
    let field = field.and_then(|it| it.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
    field.map_or_else(String::new, |it| browser::normal(&it.value()))
}

/// Takes over what another tab could not send before it was closed.
fn inherit(site: &str, tabs: &js_sys::Array) {
    let ended = Closure::<dyn FnMut(JsValue)>::new(|tab: JsValue| {
        if let Some(left) = number(&tab).and_then(|tab| with_shell(|it| it.storage.inherit(tab))) {
            dispatch(left);
        }
    });
    browser::survive(site, tabs, ended.as_ref().unchecked_ref());
    ended.forget();
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tabs are numbered by u32"
)]
fn number(value: &JsValue) -> Option<u32> {
    value.as_f64().map(|it| it as u32)
}

fn root() -> Option<web_sys::Element> {
    window().document()?.document_element()
}

fn mount(model: Model, texts: Catalogue) -> (Ui, Panel) {
    // What follows a signal is a task.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let format = Format {
        time: browser::time,
        day: browser::day,
        day_number: browser::day_number,
        size: browser::size,
        normal: browser::normal,
        fit: browser::fit,
    };
    let ui = Ui::new(model, texts, press, browser::language_names, format);
    speak(ui);
    let document = window().document();
    let focus = || document.as_ref().and_then(web_sys::Document::active_element);
    let focused = focus();
    let panel = panel(ui);
    if let Some(body) = document.as_ref().and_then(web_sys::Document::body)
        && !panel.root.is_connected()
    {
        // It can only fail for an element that contains the body.
        let _ = body.append_child(&panel.root);
    }
    // What had the focus may be gone with what stood there before the app.
    if focused != focus() {
        let _ = panel.field.focus();
    }
    (ui, panel)
}

fn press(press: Press) {
    match press {
        Press::Msg(msg) => dispatch(msg),
        Press::Draft(text) => dispatch(Msg::Drafted(browser::normal(&text))),
        Press::Send => dispatch(Msg::SendPressed { client_id: generate_id() }),
        Press::Reply(text) => dispatch(Msg::ReplyPressed { client_id: generate_id(), text }),
        Press::Files(files) => pick(files.into_iter().map(|it| (it, false))),
        Press::ToEnd => scroll(),
    }
}

/// Language and direction of the whole page follow the texts, and so does the launcher.
fn speak(ui: Ui) {
    page::tell_language(ui);
    if let Some(root) = root() {
        let texts = ui.texts.read_untracked();
        // Both are attributes that every element has.
        let _ = root.set_attribute("lang", texts.language());
        let _ = root.set_attribute("dir", texts.direction().as_str());
    }
}

/// Gives the model a message and does what it answers, in order.
pub(crate) fn dispatch(msg: Msg) {
    let Some(ui) = with_shell(|it| it.ui) else { return };
    let effects = update(&mut ui.model.write_untracked(), now(), msg);
    ui.follow();
    for effect in effects {
        perform(ui, effect);
    }
    set_timer(ui);
}

fn perform(ui: Ui, effect: Effect) {
    match effect {
        Effect::Call(Call::Dial { socket, renew }) => socket::dial(socket, renew),
        Effect::Call(Call::HangUp { socket }) => drop(with_shell(|it| {
            it.who.forget_sockets();
            it.sockets.hang_up(socket);
        })),
        Effect::Call(Call::Ping) => drop(with_shell(|it| it.sockets.ping())),
        // The banner offers to load the page again: what is being written is not taken away.
        Effect::Call(Call::Reload) => (),
        Effect::Say(frame) => drop(with_shell(|it| it.sockets.say(&frame))),
        Effect::Keep(kept) => store(|it| it.keep(&kept)),
        Effect::Forget(client_id) => store(|it| it.forget(&client_id)),
        Effect::SaveDraft(draft) => store(|it| it.save_draft(&draft)),
        Effect::SaveFiles(draft) => store(|it| it.save_files(draft)),
        Effect::SaveToken(token) => store(|it| it.save_token(&token)),
        Effect::Upload(id) => upload::begin(id),
        Effect::CancelUpload(id) => drop(with_shell(|it| it.uploads.cancel(id))),
        Effect::Tell(news) => page::tell(&news),
        Effect::OpenLink(url) => open(&url),
        Effect::SpeakLanguage(language) => change_language(ui, language),
        Effect::NoticeLanguage(language) => change_notices(ui, &language),
        Effect::FocusComposer => focus(),
        Effect::ScrollToEnd => scroll(),
    }
}

/// Stores something. If that does not work, the visitor is told.
fn store(run: impl FnOnce(&mut Storage) -> bool) {
    if with_shell(|it| run(&mut it.storage)) == Some(false) {
        dispatch(Msg::Forgetful);
    }
}

fn open(url: &str) {
    // Where pop-ups are forbidden nothing opens; the visitor can press again.
    let _ = window().open_with_url_and_target_and_features(url, "_blank", "noopener,noreferrer");
}

fn focus() {
    // After the view has followed: a field that was off cannot be focused.
    later(Box::new(|| {
        if let Some(field) = with_shell(|it| it.panel.field.clone()) {
            // It can only fail for an element that is not in the page.
            let _ = field.focus();
        }
    }));
}

fn scroll() {
    later(Box::new(|| {
        if let Some(scroller) = with_shell(|it| it.panel.scroller.clone()) {
            scroller.set_scroll_top(0);
        }
    }));
}

fn later(run: Box<dyn FnOnce()>) {
    after(0, run);
}

/// Does something after so many milliseconds; the timer's number. Boxed, so that it is compiled once.
fn after(millis: i32, run: Box<dyn FnOnce()>) -> Option<i32> {
    let run = Closure::once_into_js(run);
    // It can only fail where there are no timers.
    window().set_timeout_with_callback_and_timeout_and_arguments_0(run.unchecked_ref(), millis).ok()
}

/// Fetches the texts and shows them; without a network the old ones stay.
fn change_language(ui: Ui, language: Language) {
    spawn_local(async move {
        let Some(ours) = browser::ours(language.as_str()) else { return };
        let Some(texts) = browser::catalogue(ours).await else { return };
        store(|it| it.save_language(ours));
        ui.texts.set(Arc::new(texts));
        speak(ui);
        let language = ui.model.read_untracked().notice_language.clone();
        if let Some(language) = language {
            change_notices(ui, &language);
        }
    });
}

/// System messages follow the conversation; where that is not translated, the site's language.
fn change_notices(ui: Ui, language: &Language) {
    let main = ui.model.read_untracked().config.main_language.clone();
    let ours = browser::ours(language.as_str()).or_else(|| browser::ours(main.as_str()));
    let spoken = ui.texts.read_untracked().language().to_owned();
    match ours {
        Some(ours) if ours != spoken => spawn_local(async move {
            if let Some(texts) = browser::catalogue(ours).await {
                ui.notices.set(Arc::new(texts));
            }
        }),
        Some(_) | None => ui.notices.set(ui.texts.get_untracked()),
    }
}

/// Numbers the files, keeps them for the upload and tells the model of them; each with whether it is
/// a folder.
fn pick(files: impl Iterator<Item = (File, bool)>) {
    let Some(ui) = with_shell(|it| it.ui) else { return };
    if ui.model.read_untracked().composer() != Composer::Open {
        return;
    }
    let files = with_shell(|it| {
        files.map(|(file, folder)| it.uploads.take_in(file, folder)).collect::<Vec<Picked>>()
    });
    if let Some(files) = files.filter(|it| !it.is_empty()) {
        let limit = browser::size(ui.texts.read_untracked().language(), FILE_BYTES);
        dispatch(Msg::Picked { files, limit });
    }
}

/// Wakes the model when it asked for it.
fn set_timer(ui: Ui) {
    let due = ui.model.read_untracked().due();
    with_shell(|it| {
        if it.timer.map(|it| it.1) == due {
            return;
        }
        if let Some((timer, _)) = it.timer.take() {
            window().clear_timeout_with_handle(timer);
        }
        let Some(due) = due else { return };
        let wait = i32::try_from(due.since(now()).0).unwrap_or(i32::MAX);
        let tick = Box::new(|| {
            with_shell(|it| it.timer = None);
            dispatch(Msg::Tick);
        });
        it.timer = after(wait.max(1), tick).map(|it| (it, due));
    });
}

/// Listens for online and offline, shown and hidden, and coming from or going to the browser's cache.
fn listen() {
    let on = |name: &'static str, msg: fn() -> Msg| {
        let handler = Closure::<dyn FnMut()>::new(move || dispatch(msg()));
        // A listener that cannot be added is an event that never comes.
        let _ = window().add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
        handler.forget();
    };
    on("online", || Msg::Online(true));
    on("offline", || Msg::Online(false));
    on("pageshow", || Msg::Woken);
    let visible = Closure::<dyn FnMut()>::new(|| dispatch(Msg::Awake(awake())));
    if let Some(document) = window().document() {
        let _ = document
            .add_event_listener_with_callback("visibilitychange", visible.as_ref().unchecked_ref());
    }
    visible.forget();
    let cached = Closure::<dyn FnMut()>::new(hang_up);
    browser::cached(cached.as_ref().unchecked_ref());
    cached.forget();
    if !window().navigator().on_line() {
        dispatch(Msg::Online(false));
    }
    if !awake() {
        dispatch(Msg::Awake(false));
    }
}

/// The page goes into the browser's cache, from which an open socket would keep it. Once it is shown
/// again, it dials and catches up.
fn hang_up() {
    let Some(number) = with_shell(|it| it.sockets.number()).flatten() else { return };
    with_shell(|it| it.sockets.hang_up(number));
    dispatch(Msg::Closed(number, NEVER_OPEN));
}

fn awake() -> bool {
    window().document().is_some_and(|it| it.visibility_state() == web_sys::VisibilityState::Visible)
}
