//! The object around one conversation's room: glue between the platform and
//! [`inbox_host::ConversationRunner`], which runs it.
//!
//! There is no `await` between an input and the last of its outputs, so nothing else runs
//! between an event and its row. What must survive a sleep is in the log or attached to a
//! socket; everything in memory is a cache of the two.

mod bridge;
mod chores;
mod delivery;
mod frames;
mod index;
mod platform;
mod questions;
mod reports;
mod workspace;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::{Context, Poll, Waker},
};

use inbox_host::{ConversationRunner, Timer, forward::Tried};
use inbox_protocol::{BridgeDone, Refusal};
use inbox_room::{Connection, Identity, Input, Principal, Room};
use inbox_types::{MessageText, Timestamp};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use worker::{
    DurableObject, Env, Request, Response, Result, State, WebSocket, durable_object, web_sys,
};

use crate::{
    config::Config,
    language::DetectionWindow,
    planted,
    platform::{
        now,
        sockets::{Side, Sockets},
        sql::{SqlLog, Store},
        timers::Timers,
    },
    refuse::ApiError,
    requests::{
        call,
        conversation::{Caller, CallerKind, ConversationRequest},
    },
    workspace::request::SiteNow,
};

/// Hosts one conversation.
#[durable_object(alarm)]
pub struct ConversationObject {
    shell: Rc<Shell>,
}

/// What the object and the work that outlives a request share.
struct Shell {
    state: State,
    env: Env,
    store: Store,
    log: SqlLog,
    timers: Timers,
    config: Result<Config>,
    sockets: Sockets<Connection>,
    /// The conversation's machine.
    runner: RefCell<ConversationRunner>,
    home: RefCell<Option<Rc<SiteContext>>>,
    /// What the visitor's last texts say of their language; none if they are to be read again.
    heard: RefCell<Option<DetectionWindow>>,
    /// Whether the database was given up, tables and all: whoever comes next begins it anew.
    is_given_up: Cell<bool>,
    /// Whether somebody has looked if the index is owed something.
    is_index_owed: Cell<bool>,
    /// What the room has just answered to the bridge.
    bridge_answer: Cell<Option<std::result::Result<BridgeDone, Refusal>>>,
    /// Whether a forwarder is at work: one request is in flight per conversation.
    forwarding: Cell<bool>,
    /// What was tried to be delivered and the workspace was not told yet. None is at work to tell it
    /// while this is empty.
    tried: RefCell<Vec<Tried>>,
}

/// Which conversation this is, and what its site says.
#[derive(Clone, Debug)]
struct SiteContext {
    identity: Identity,
    site: SiteNow,
}

impl DurableObject for ConversationObject {
    fn new(state: State, env: Env) -> Self {
        planted::choose(&env);
        let store = Store::new(&state);
        let log = SqlLog::open(store.clone()).expect("a database that can be opened");
        let sockets = Sockets::new(&state).expect("a heartbeat that can be set");
        let config = Config::read(&env);
        let shell = Shell {
            state,
            env,
            store,
            log,
            timers: Timers::new(),
            config,
            sockets,
            runner: RefCell::default(),
            home: RefCell::new(None),
            heard: RefCell::new(None),
            is_given_up: Cell::new(false),
            is_index_owed: Cell::new(false),
            bridge_answer: Cell::new(None),
            forwarding: Cell::new(false),
            tried: RefCell::default(),
        };
        Self { shell: Rc::new(shell) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        if self.shell.is_given_up.take() {
            self.shell.log.create()?;
        }
        match call::caller::<Caller>(&request) {
            Ok(Some(caller)) => match self.shell.connect(caller).await {
                Ok(response) => Ok(response),
                Err(error) => error.answer("conversation socket"),
            },
            Ok(None) => {
                let text = request.text().await?;
                let answer = match serde_json::from_str::<ConversationRequest>(&text) {
                    Ok(ask) => self.shell.answer(ask).await,
                    Err(error) => Err(error.into()),
                };
                call::answer(answer, "conversation")
            }
            Err(error) => error.answer("conversation"),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        self.shell.wake_up().await;
        Response::empty()
    }
}

/// What the platform calls for a socket. `worker` would make a promise and a task of every
/// frame; nearly all are done before the call returns.
#[wasm_bindgen]
impl ConversationObject {
    /// A socket says something.
    #[must_use]
    #[wasm_bindgen(js_name = webSocketMessage)]
    pub fn web_socket_message(&self, socket: web_sys::WebSocket, message: JsValue) -> JsValue {
        let shell = Rc::clone(&self.shell);
        let mut hearing = Box::pin(async move { shell.receive_or_close(socket, message).await });
        match hearing.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(()) => JsValue::UNDEFINED,
            Poll::Pending => future_to_promise(async move {
                hearing.await;
                Ok(JsValue::UNDEFINED)
            })
            .into(),
        }
    }

    /// A socket reported its end.
    #[wasm_bindgen(js_name = webSocketClose)]
    pub fn web_socket_close(&self, socket: web_sys::WebSocket) {
        self.shell.closed(&socket.into());
    }

    /// A socket failed.
    #[wasm_bindgen(js_name = webSocketError)]
    pub fn web_socket_error(&self, socket: web_sys::WebSocket) {
        self.shell.closed(&socket.into());
    }
}

/// The object, as its machine uses it: `platform` has what it can do.
#[derive(Clone)]
struct Hand(Rc<Shell>);

impl Hand {
    fn of(shell: &Rc<Shell>) -> Self {
        Self(Rc::clone(shell))
    }
}

impl Shell {
    fn config(&self) -> std::result::Result<&Config, ApiError> {
        self.config.as_ref().map_err(|it| ApiError::Fault(it.to_string()))
    }

    async fn connect(self: &Rc<Self>, caller: Caller) -> std::result::Result<Response, ApiError> {
        self.settle(&caller).await?;
        index::owe(self)?;
        let (who, side) = match caller.who {
            CallerKind::Visitor { pass, .. } => (Principal::Visitor(pass), Side::Visitor),
            CallerKind::Agent { grant } => (Principal::Agent(grant), Side::Agent),
        };
        if let Some(code) = self.with_room(|it| it.turns_away(now(), &who))? {
            return Sockets::<Connection>::turn_away(&self.state, side, code);
        }
        let (conn, response) = self.sockets.accept(&self.state, side)?;
        self.drive(Input::Connected { conn, who })?;
        Ok(response)
    }

    fn closed(self: &Rc<Self>, socket: &WebSocket) {
        let Some(conn) = Sockets::<Connection>::conn(&self.state, socket) else { return };
        self.sockets.forget(&self.state, conn);
        if let Err(error) = self.drive(Input::Closed { conn }) {
            worker::console_error!("fault when a socket closed: {error:?}");
        }
        // Completes the closing handshake where the browser began it.
        let _ = socket.close(Some(1000), Some(""));
    }

    /// Which conversation this is, if it is one.
    fn identity(&self) -> Result<Option<Identity>> {
        Ok(self.home()?.map(|it| it.identity.clone()))
    }

    fn home(&self) -> Result<Option<Rc<SiteContext>>> {
        if self.home.borrow().is_none() {
            let (identity, site) = (self.log.meta("identity")?, self.log.meta("site")?);
            let home =
                identity.zip(site).map(|(identity, site)| Rc::new(SiteContext { identity, site }));
            self.home.replace(home);
        }
        Ok(self.home.borrow().clone())
    }

    /// Gives the room one input and does what it answers, in order.
    fn drive(self: &Rc<Self>, input: Input) -> std::result::Result<(), ApiError> {
        self.runner.borrow_mut().drive(&mut Hand::of(self), input)
    }

    fn with_room<T>(
        self: &Rc<Self>,
        look: impl FnOnce(&Room) -> T,
    ) -> std::result::Result<T, ApiError> {
        self.runner.borrow_mut().look(&mut Hand::of(self), |room, _| look(room))
    }

    fn timer(&self, timer: Timer) -> Result<Option<Timestamp>> {
        self.timers.at(&self.store, timer.name())
    }

    fn set_timer(&self, timer: Timer, at: Option<Timestamp>) -> Result<()> {
        self.timers.set(&self.store, timer.name(), at)
    }

    fn arm(&self) -> Result<()> {
        self.timers.arm(&self.state, &self.store)
    }

    /// Forgets what was read of the log: a transaction failed, or everything was erased.
    fn forget_reads(&self) {
        self.log.forget();
        self.timers.forget();
        self.heard.replace(None);
    }
}

/// The text of a message.
fn message_text(stored: &inbox_room::Stored) -> Option<&MessageText> {
    let content = stored.written.as_ref()?.content.as_ref()?;
    let inbox_core::Content::Message { text, .. } = content else { return None };
    text.as_ref()
}
