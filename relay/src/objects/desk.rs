//! The object around the workspace's desk: it loads, asks the desk, stores, tells.
//!
//! What it holds is a copy of what conversations say, and presence. If it is lost, asking every
//! conversation of the register brings it back (`desk/rebuild.rs`).

mod facts;
mod gathering;
mod mail;
mod rebuild;
mod team;
mod timers;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use inbox_host::DeskTables;
use inbox_protocol::{CloseCode, FromDesk, Refusal};
use inbox_room::{
    AvailableTeam, Conn, Desk, DeskConnection, DeskInput, DeskOutput, DeskSnapshot, Summary,
};
use inbox_types::{ConversationId, Timestamp, limits::FRAME_BYTES};
use serde::Serialize;
use serde_json::Value as Json;
use worker::{
    DurableObject, Env, Error, Request, Response, Result, State, WebSocket,
    WebSocketIncomingMessage, durable_object,
};

use self::{facts::Change, gathering::Gathering, timers::DESK};
use crate::{
    config::Config,
    parse,
    platform::{
        now,
        sockets::{Side, Sockets},
        sql::Store,
        timers::Timers,
    },
    refuse::ApiError,
    requests::{
        call,
        desk::{Caller, DeskRequest},
    },
};

/// The object's own table; the desk's are [`DeskTables`].
const SCHEMA: &str =
    "CREATE TABLE IF NOT EXISTS timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID";

/// Hosts the desk.
#[durable_object]
pub struct DeskObject {
    shell: Rc<Shell>,
}

struct Shell {
    state: State,
    env: Env,
    store: Store,
    tables: DeskTables<Store>,
    timers: Timers,
    config: Result<Config>,
    sockets: Sockets<DeskConnection>,
    desk: RefCell<Option<Desk>>,
    gathering: RefCell<Rc<Gathering>>,
    /// When a socket was first seen that has not sent a heartbeat yet.
    first_seen: RefCell<BTreeMap<Conn, Timestamp>>,
    /// Who is available, as the workspace was told last; none if it may not know.
    team: RefCell<Option<AvailableTeam>>,
    /// Whether somebody is about to look who is.
    looking: Cell<bool>,
    change: Change,
    /// Whether somebody is about to say whose rights ended.
    revoking: Cell<bool>,
}

impl DurableObject for DeskObject {
    fn new(state: State, env: Env) -> Self {
        let store = Store::new(&state);
        store.run(SCHEMA, Vec::new()).expect("a database that can be opened");
        let tables = DeskTables::open(store.clone()).expect("a database that can be opened");
        let sockets = Sockets::new(&state).expect("a heartbeat that can be set");
        let config = Config::read(&env);
        let shell = Shell {
            state,
            env,
            store,
            tables,
            timers: Timers::new(),
            config,
            sockets,
            desk: RefCell::new(None),
            gathering: RefCell::default(),
            first_seen: RefCell::new(BTreeMap::new()),
            team: RefCell::default(),
            looking: Cell::new(false),
            change: Change::default(),
            revoking: Cell::new(false),
        };
        Self { shell: Rc::new(shell) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        match call::caller::<Caller>(&request) {
            Ok(Some(caller)) => match self.shell.connect(caller).await {
                Ok(response) => Ok(response),
                Err(error) => error.answer("desk socket"),
            },
            Ok(None) => {
                let text = request.text().await?;
                let answer = match serde_json::from_str::<DeskRequest>(&text) {
                    Ok(ask) => self.shell.answer(ask).await,
                    Err(error) => Err(error.into()),
                };
                call::answer(answer, "desk")
            }
            Err(error) => error.answer("desk"),
        }
    }

    async fn websocket_message(
        &self,
        socket: WebSocket,
        message: WebSocketIncomingMessage,
    ) -> Result<()> {
        let Some(conn) = Sockets::<DeskConnection>::conn(&self.shell.state, &socket) else {
            return Ok(());
        };
        if let Err(error) = self.shell.receive(conn, &message) {
            worker::console_error!("fault at the desk: {error:?}");
            self.shell.sockets.close(&self.shell.state, conn, CloseCode::Restart);
        }
        Ok(())
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        _code: usize,
        _reason: String,
        _clean: bool,
    ) -> Result<()> {
        self.shell.closed(&socket);
        Ok(())
    }

    async fn websocket_error(&self, socket: WebSocket, _error: Error) -> Result<()> {
        self.shell.closed(&socket);
        Ok(())
    }

    async fn alarm(&self) -> Result<Response> {
        self.shell.wake_up().await;
        Response::empty()
    }
}

impl Shell {
    fn config(&self) -> std::result::Result<&Config, ApiError> {
        self.config.as_ref().map_err(|it| ApiError::Fault(it.to_string()))
    }

    async fn connect(self: &Rc<Self>, caller: Caller) -> std::result::Result<Response, ApiError> {
        self.settle().await?;
        let Caller { member, rights } = caller;
        let desk = self.wake()?;
        let turned_away = desk.turns_away(&member, rights);
        self.desk.replace(Some(desk));
        if let Some(code) = turned_away {
            return Sockets::<DeskConnection>::turn_away(&self.state, Side::Desk, code);
        }
        let (conn, response) = self.sockets.accept(&self.state, Side::Desk)?;
        self.first_seen.borrow_mut().insert(conn, now());
        self.drive(DeskInput::Connected { conn, member, rights })?;
        Ok(response)
    }

    fn closed(self: &Rc<Self>, socket: &WebSocket) {
        let Some(conn) = Sockets::<DeskConnection>::conn(&self.state, socket) else { return };
        self.lost(conn);
        // Completes the closing handshake where the browser began it.
        let _ = socket.close(Some(1000), Some(""));
    }

    fn lost(self: &Rc<Self>, conn: Conn) {
        self.sockets.forget(&self.state, conn);
        self.first_seen.borrow_mut().remove(&conn);
        if let Err(error) = self.drive(DeskInput::Closed { conn }) {
            worker::console_error!("fault when a desk socket closed: {error:?}");
        }
    }

    fn receive(
        self: &Rc<Self>,
        conn: Conn,
        message: &WebSocketIncomingMessage,
    ) -> std::result::Result<(), ApiError> {
        let frame = match message {
            WebSocketIncomingMessage::String(text) => parse::json::<FromDesk>(text, FRAME_BYTES),
            WebSocketIncomingMessage::Binary(_) => Err(Refusal::Malformed),
        };
        match frame {
            Ok(frame) => self.drive(DeskInput::Said { conn, frame }),
            Err(reason) => {
                worker::console_log!("refused {reason:?} at desk frame");
                self.drive(DeskInput::Garbled { conn, reason })
            }
        }
    }

    fn wake(&self) -> std::result::Result<Desk, ApiError> {
        if let Some(desk) = self.desk.take() {
            return Ok(desk);
        }
        // Of two of the same conversation the later counts.
        let live = self.tables.live()?.into_iter().map(|it| (it.conversation.clone(), it));
        let mut summaries: BTreeMap<ConversationId, Summary> = live.collect();
        summaries.extend(self.gathering.borrow().summaries.borrow().clone());
        Ok(Desk::wake(DeskSnapshot {
            facts: self.tables.facts()?.ok_or(Refusal::Unavailable)?,
            presences: self.tables.presences()?,
            summaries: summaries.into_values().collect(),
            sockets: self.agent_sockets()?,
            alarm: self.timers.at(&self.store, DESK)?,
            readers: self.sockets.readers(&self.state),
        }))
    }

    /// Gives the desk one input and does what it answers, in order.
    fn drive(self: &Rc<Self>, input: DeskInput) -> std::result::Result<(), ApiError> {
        let grants = self.config()?.grants();
        let mut desk = self.wake()?;
        let outputs = desk.handle(now(), input, &grants, &self.tables);
        self.check_reads()?;
        // On a failure the desk is not put back: it may be ahead of what was stored.
        for output in outputs {
            self.perform(output)?;
        }
        let lists = desk.lists(now(), &self.tables);
        self.check_reads()?;
        for output in lists {
            self.perform(output)?;
        }
        self.timers.arm(&self.state, &self.store)?;
        self.desk.replace(Some(desk));
        self.look_at_team();
        Ok(())
    }

    /// What was decided from a read that failed is not done.
    fn check_reads(&self) -> std::result::Result<(), ApiError> {
        match self.tables.take_failure() {
            Some(error) => {
                worker::console_error!("the desk's rows could not be read: {error}");
                Err(Refusal::Unavailable.into())
            }
            None => Ok(()),
        }
    }

    fn perform(self: &Rc<Self>, output: DeskOutput) -> std::result::Result<(), ApiError> {
        match output {
            DeskOutput::Store(batch) => self.keep(&batch)?,
            DeskOutput::Remember { conn, reader } => {
                self.sockets.remember(&self.state, conn, &reader)?;
            }
            DeskOutput::Tell { conn, frame } => self.sockets.tell(&self.state, conn, &frame)?,
            DeskOutput::Close { conn, code } => {
                worker::console_log!("closed a desk socket: {code:?}");
                self.sockets.close(&self.state, conn, code);
            }
            DeskOutput::Command { conversation, command } => self.command(conversation, command)?,
            DeskOutput::Alarm(at) => self.timers.set(&self.store, DESK, at)?,
        }
        Ok(())
    }

    /// Something is read of the desk, and nothing changed.
    fn read<T: Serialize>(
        &self,
        read: impl FnOnce(&Desk) -> std::result::Result<T, Refusal>,
    ) -> std::result::Result<Json, ApiError> {
        let desk = self.wake()?;
        let answer = read(&desk);
        self.desk.replace(Some(desk));
        self.check_reads()?;
        Ok(serde_json::to_value(answer?)?)
    }

    async fn answer(self: &Rc<Self>, ask: DeskRequest) -> std::result::Result<Json, ApiError> {
        match ask {
            DeskRequest::Report { conversation, report } => {
                self.settle().await?;
                self.drive(DeskInput::Report { conversation: conversation.clone(), report })?;
                self.tell_latecomer(&conversation)?;
                self.written().await?;
            }
            DeskRequest::Page { before, filter } => {
                self.settle().await?;
                return self
                    .read(|it| it.page_outside(now(), &self.tables, before.as_deref(), &filter));
            }
            DeskRequest::Conversation { conversation } => {
                self.settle().await?;
                return self.read(|it| it.conversation_outside(now(), &self.tables, &conversation));
            }
            DeskRequest::FactsChanged { again } => self.learn(again).await?,
            DeskRequest::DeskAloneChanged { again } => self.learn_alone(again).await?,
            DeskRequest::Rebuild => return Ok(serde_json::to_value(self.begin_rebuild().await?)?),
            DeskRequest::RebuildProgress => {
                return Ok(serde_json::to_value(self.rebuild_progress()?)?);
            }
        }
        Ok(Json::Null)
    }
}
