//! The object around one conversation's room: it loads, asks the room, stores, tells.
//!
//! There is no `await` between an input and the last of its outputs, so nothing else runs
//! between an event and its row. What must survive a sleep is in the log or attached to a
//! socket; everything in memory is a cache of the two.

mod delivery;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::{Context, Poll, Waker},
};

use inbox_host::{Added, Outgoing, Receipt, ReportOutbox, forward::LOOK_AGAIN};
use inbox_protocol::{CloseCode, FromAgent, FromVisitor, Refusal, ToAgent, ToVisitor};
use inbox_room::{
    Batch, Beforehand, CampaignSaid, Conn, DeskCommand, Erasure, Frame, Identity, Input, Output,
    Pass, Reader, Room, RoomReport, Snapshot, Standing, Who,
};
use inbox_types::{
    Author, ConversationId, Detection, FileId, Language, MessageText, Millis, Seq, Timestamp,
    limits::{FRAME_BYTES, PENDING_FILE_LIFE, VACANT_LIFE},
};
use serde_json::{Value as Json, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use worker::{
    DurableObject, Env, Error, Request, Response, Result, State, WebSocket, durable_object, web_sys,
};

use crate::{
    config::{self, Config},
    language::Heard,
    parse,
    planted::{self, Planted},
    platform::{
        self, now,
        sockets::{Side, Sockets},
        sql::{SqlLog, Store, all_or_none},
        timers::Timers,
    },
    refuse::Shut,
    requests::{
        call,
        conversation::{Ask, Caller, CallerKind},
        desk,
    },
    signed::{
        file_address::{Capability, Viewer},
        visitor_token::Claims,
    },
    workspace::ask::{Ask as WorkspaceAsk, SiteNow},
};

/// The room's own timer.
const ROOM: &str = "room";
/// The desk is to be told.
const REPORT: &str = "report";
/// Something is to be sent on.
pub(crate) const FORWARD: &str = "forward";
/// The bucket may hold what nobody knows of.
const SWEEP: &str = "sweep";
/// Somebody came, and may have said nothing.
const VACANT: &str = "vacant";
/// The workspace is to write something down.
const AUDIT: &str = "audit";
/// What was erased still lies in unused parts of the database.
const PURGE: &str = "purge";

/// When a timer is due again whose work failed.
const TIMER_AGAIN: Millis = Millis::seconds(5);
/// Messages of the visitor that the detector reads at most.
const TEXTS: u64 = 30;

/// Hosts one conversation.
#[durable_object(alarm)]
pub struct ConversationObject {
    shell: Rc<Shell>,
}

/// What the object and the work that outlives a request share.
pub(crate) struct Shell {
    pub(crate) state: State,
    pub(crate) env: Env,
    pub(crate) store: Store,
    pub(crate) log: SqlLog,
    pub(crate) timers: Timers,
    config: Result<Config>,
    sockets: Sockets<Reader>,
    room: RefCell<Option<Room>>,
    home: RefCell<Option<Rc<Home>>>,
    /// What the visitor's last texts say of their language; none if they are to be read again.
    heard: RefCell<Option<Heard>>,
    /// What the desk has not been told yet.
    reports: RefCell<ReportOutbox>,
    /// Whether the database was given up, tables and all: whoever comes next begins it anew.
    is_given_up: Cell<bool>,
    /// Whether a forwarder is at work: one request is in flight per conversation.
    pub(crate) forwarding: Cell<bool>,
}

/// Which conversation this is, and what its site says.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) identity: Identity,
    pub(crate) site: SiteNow,
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
            room: RefCell::new(None),
            home: RefCell::new(None),
            heard: RefCell::new(None),
            reports: RefCell::default(),
            is_given_up: Cell::new(false),
            forwarding: Cell::new(false),
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
                Err(shut) => shut.answer("conversation socket"),
            },
            Ok(None) => {
                let text = request.text().await?;
                let answer = match serde_json::from_str::<Ask>(&text) {
                    Ok(ask) => self.shell.answer(ask).await,
                    Err(error) => Err(error.into()),
                };
                call::answer(answer, "conversation")
            }
            Err(shut) => shut.answer("conversation"),
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
        let mut hearing = Box::pin(async move { shell.hear_or_close(socket, message).await });
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

impl Shell {
    pub(crate) fn config(&self) -> std::result::Result<&Config, Shut> {
        self.config.as_ref().map_err(|it| Shut::Fault(Error::RustError(it.to_string())))
    }

    // Coming and going.

    async fn connect(self: &Rc<Self>, caller: Caller) -> std::result::Result<Response, Shut> {
        self.settle(&caller).await?;
        let (who, side) = match caller.who {
            CallerKind::Visitor { pass, .. } => (Who::Visitor(pass), Side::Visitor),
            CallerKind::Agent { grant } => (Who::Agent(grant), Side::Agent),
        };
        let (conn, response) = self.sockets.accept(&self.state, side)?;
        self.drive(Input::Connected { conn, who })?;
        Ok(response)
    }

    fn closed(self: &Rc<Self>, socket: &WebSocket) {
        let Some(conn) = Sockets::<Reader>::conn(&self.state, socket) else { return };
        self.sockets.forget(&self.state, conn);
        if let Err(shut) = self.drive(Input::Closed { conn }) {
            worker::console_error!("fault when a socket closed: {shut:?}");
        }
        // Completes the closing handshake where the browser began it.
        let _ = socket.close(Some(1000), Some(""));
    }

    /// Knows which conversation this is and what its workspace says now. Being asked makes an object;
    /// where there is nothing to be had, nothing stays of that.
    async fn settle(self: &Rc<Self>, caller: &Caller) -> std::result::Result<(), Shut> {
        let settled = self.find_out(caller).await;
        if matches!(settled, Err(Shut::Refused(Refusal::NotFound))) && self.home()?.is_none() {
            self.give_up()?;
        }
        settled
    }

    async fn find_out(self: &Rc<Self>, caller: &Caller) -> std::result::Result<(), Shut> {
        let identity = match (&caller.who, self.identity()?) {
            (_, Some(identity)) => identity,
            (CallerKind::Visitor { site, contact, .. }, None) => {
                self.restore(&caller.conversation).await?;
                Identity {
                    conversation: caller.conversation.clone(),
                    site: site.clone(),
                    contact: contact.clone(),
                }
            }
            (CallerKind::Agent { .. }, None) => return Err(Refusal::NotFound.into()),
        };
        self.learn(identity).await
    }

    async fn learn(self: &Rc<Self>, identity: Identity) -> std::result::Result<(), Shut> {
        let ask = WorkspaceAsk::Facts { site: identity.site.clone() };
        let site: SiteNow = call::ask(&config::workspace(&self.env)?, &ask).await?;
        self.take_over(identity, site)
    }

    /// Takes over what the workspace says.
    fn take_over(
        self: &Rc<Self>,
        identity: Identity,
        site: SiteNow,
    ) -> std::result::Result<(), Shut> {
        let known = self.home()?;
        if known.as_ref().is_some_and(|it| it.site == site) {
            return Ok(());
        }
        self.log.put_meta("identity", &identity)?;
        self.log.put_meta("site", &site)?;
        delivery::begin(&self.log, site.webhook.as_ref())?;
        if known.is_none() && self.timers.at(&self.store, VACANT)?.is_none() {
            self.timers.set(&self.store, VACANT, Some(now().after(VACANT_LIFE)))?;
        }
        let webhook_changed = known.as_ref().is_some_and(|it| it.site.webhook != site.webhook);
        self.home.replace(Some(Rc::new(Home { identity, site: site.clone() })));
        if webhook_changed {
            // What was stored meanwhile is sent without waiting for the next event.
            self.timers.set(&self.store, FORWARD, Some(now()))?;
            self.timers.arm(&self.state, &self.store)?;
            delivery::start(self);
        }
        if known.is_some() {
            self.drive(Input::Facts(Box::new(site.facts)))?;
        }
        Ok(())
    }

    /// Asks the workspace again what holds for this conversation, if it is one.
    pub(crate) async fn relearn(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        match self.identity()? {
            Some(identity) => self.learn(identity).await,
            None => Ok(()),
        }
    }

    fn identity(&self) -> Result<Option<Identity>> {
        Ok(self.home()?.map(|it| it.identity.clone()))
    }

    pub(crate) fn home(&self) -> Result<Option<Rc<Home>>> {
        if self.home.borrow().is_none() {
            let (identity, site) = (self.log.meta("identity")?, self.log.meta("site")?);
            let home = identity.zip(site).map(|(identity, site)| Rc::new(Home { identity, site }));
            self.home.replace(home);
        }
        Ok(self.home.borrow().clone())
    }

    // Frames.

    async fn hear_or_close(self: &Rc<Self>, socket: web_sys::WebSocket, message: JsValue) {
        let Some(conn) = Sockets::<Reader>::conn(&self.state, &socket.into()) else { return };
        if let Err(shut) = self.hear(conn, message.as_string()).await {
            // It was not stored, so nobody may believe it was: the browser dials again.
            worker::console_error!("fault in a conversation: {shut:?}");
            self.sockets.close(&self.state, conn, CloseCode::Restart);
        }
    }

    async fn hear(
        self: &Rc<Self>,
        conn: Conn,
        text: Option<String>,
    ) -> std::result::Result<(), Shut> {
        let Some(text) = text else {
            return self.drive(Input::Garbled { conn, reason: Refusal::Malformed });
        };
        let Some(reader) = self.sockets.reader(&self.state, conn) else { return Ok(()) };
        match reader.who {
            Who::Visitor(_) => match parse::json::<FromVisitor>(&text, FRAME_BYTES) {
                Ok(mut frame) => {
                    if let FromVisitor::Hello(hello) = &mut frame {
                        planted::resume_too_late(&mut hello.after);
                    }
                    self.register(conn, &frame).await?;
                    let said = self.said(&frame, &reader.languages).await?;
                    let detection = self.detect(&frame, &reader.languages)?;
                    self.drive(Input::Visitor { conn, frame, detection, said })
                }
                Err(reason) => self.garbled(conn, reason),
            },
            Who::Agent(_) => match parse::json::<FromAgent>(&text, FRAME_BYTES) {
                Ok(FromAgent::Renew { grant }) => {
                    let grant = self.config()?.grants().read(&grant, now());
                    self.drive(Input::Renewed { conn, grant })
                }
                Ok(mut frame) => {
                    if let FromAgent::Hello(hello) = &mut frame {
                        planted::resume_too_late(&mut hello.after);
                    }
                    self.drive(Input::Agent { conn, frame })
                }
                Err(reason) => self.garbled(conn, reason),
            },
        }
    }

    fn garbled(self: &Rc<Self>, conn: Conn, reason: Refusal) -> std::result::Result<(), Shut> {
        worker::console_log!("refused {reason:?} at conversation frame");
        self.drive(Input::Garbled { conn, reason })
    }

    /// Asks the workspace what must be known before a frame is heard (RM51).
    async fn register(
        self: &Rc<Self>,
        conn: Conn,
        frame: &FromVisitor,
    ) -> std::result::Result<(), Shut> {
        let Some(beforehand) = self.asks_before(conn, frame)? else { return Ok(()) };
        self.ask_before(beforehand).await?;
        if beforehand == Beforehand::Facts
            && self.asks_before(conn, frame)? == Some(Beforehand::Register)
        {
            self.ask_before(Beforehand::Register).await?;
        }
        Ok(())
    }

    fn asks_before(
        &self,
        conn: Conn,
        frame: &FromVisitor,
    ) -> std::result::Result<Option<Beforehand>, Shut> {
        let beforehand = self.with_room(|it| it.asks_before(now(), conn, frame, &self.log))?;
        match self.log.take_failure() {
            Some(error) => {
                worker::console_error!("the log could not be read: {error}");
                Err(Refusal::Unavailable.into())
            }
            None => Ok(beforehand),
        }
    }

    async fn ask_before(self: &Rc<Self>, beforehand: Beforehand) -> std::result::Result<(), Shut> {
        let Some(home) = self.home()? else { return Ok(()) };
        let Identity { conversation, site, contact } = home.identity.clone();
        let ask = match beforehand {
            Beforehand::Register => WorkspaceAsk::Register { conversation, site, contact },
            Beforehand::Facts => WorkspaceAsk::Facts { site },
        };
        let env = self.env.clone();
        // Frames that come meanwhile wait, so that their order stays.
        let site = self.state.block_concurrency_while(async move {
            Ok(call::ask::<_, SiteNow>(&config::workspace(&env)?, &ask).await)
        });
        let site = site.await??;
        self.take_over(home.identity.clone(), site)
    }

    /// What the campaign said that a post answers, as the workspace's book has it. It is asked only
    /// where that may open a session; a session that goes on does not say it again.
    async fn said(
        self: &Rc<Self>,
        frame: &FromVisitor,
        accepted: &[Language],
    ) -> std::result::Result<Option<Box<CampaignSaid>>, Shut> {
        let FromVisitor::Post { context, .. } = frame else { return Ok(None) };
        let Some((campaign, variant)) = context.campaign.clone().zip(context.variant) else {
            return Ok(None);
        };
        if !self.with_room(Room::is_between_sessions)? {
            return Ok(None);
        }
        let Some(home) = self.home()? else { return Ok(None) };
        let ask = WorkspaceAsk::Said {
            site: home.identity.site.clone(),
            campaign,
            variant,
            shown_in: context.language.clone(),
            accepted: accepted.to_vec(),
        };
        let env = self.env.clone();
        // Frames that come meanwhile wait, so that their order stays.
        let said = self.state.block_concurrency_while(async move {
            Ok(call::ask(&config::workspace(&env)?, &ask).await)
        });
        said.await?
    }

    /// What the detector says of a post, read together with what was written before it.
    fn detect(&self, frame: &FromVisitor, browser: &[Language]) -> Result<Option<Detection>> {
        let FromVisitor::Post { text: Some(text), .. } = frame else { return Ok(None) };
        let Some(home) = self.home()? else { return Ok(None) };
        let mut heard = self.heard.borrow_mut();
        if heard.is_none() {
            let texts = self.log.visitor_texts(TEXTS)?;
            *heard = Some(Heard::of(texts.iter().map(String::as_str)));
        }
        let main = &home.site.facts.site.main_language;
        Ok(heard.as_ref().map(|it| it.detect(text.as_str(), browser, main)))
    }

    /// Keeps what was heard in step with the log.
    fn note_texts(&self, batch: &Batch) {
        let mut heard = self.heard.borrow_mut();
        if !batch.rewritten.is_empty() {
            *heard = None;
        }
        let Some(heard) = heard.as_mut() else { return };
        for stored in &batch.events {
            let by_visitor = matches!(stored.name(), Some((Author::Visitor, _)));
            if let Some(text) = message_text(stored).filter(|_| by_visitor) {
                heard.add(text.as_str());
            }
        }
    }

    // The room.

    /// The room, awake.
    fn wake(&self) -> std::result::Result<Room, Shut> {
        if let Some(room) = self.room.take() {
            return Ok(room);
        }
        let home = self.home()?.ok_or(Refusal::NotFound)?;
        let checkpoint = self.log.checkpoint()?;
        let after = checkpoint.as_ref().map_or(Seq(0), |it| it.transcript.head());
        Ok(Room::wake(Snapshot {
            identity: home.identity.clone(),
            facts: home.site.facts.clone(),
            standing: self.log.standing()?,
            checkpoint,
            tail: self.log.tail(after)?,
            owner: self.log.owner()?,
            alarm: self.timers.at(&self.store, ROOM)?,
            seen: self.log.marks()?,
            readers: self.sockets.readers(&self.state),
        }))
    }

    fn with_room<T>(&self, look: impl FnOnce(&Room) -> T) -> std::result::Result<T, Shut> {
        let room = self.wake()?;
        let seen = look(&room);
        self.room.replace(Some(room));
        Ok(seen)
    }

    /// Gives the room one input and does what it answers, in order.
    fn drive(self: &Rc<Self>, input: Input) -> std::result::Result<(), Shut> {
        let mut room = self.wake()?;
        let outputs = room.handle(now(), input, &self.log);
        // On a failure the room is not put back: it may be ahead of the log. The next input
        // wakes a new one.
        if let Some(error) = self.log.take_failure() {
            worker::console_error!("the log could not be read: {error}");
            return Err(Refusal::Unavailable.into());
        }
        let mut erased = false;
        let reports = outputs.iter().any(|it| matches!(it, Output::Report(_)));
        for output in outputs {
            erased |= matches!(output, Output::Erase(_));
            self.perform(output, reports)?;
        }
        self.timers.arm(&self.state, &self.store)?;
        if !erased {
            self.room.replace(Some(room));
        }
        Ok(())
    }

    fn perform(self: &Rc<Self>, output: Output, reports: bool) -> std::result::Result<(), Shut> {
        match output {
            Output::Store(batch) => self.keep(&batch, reports)?,
            Output::Remember { conn, reader } => {
                self.sockets.remember(&self.state, conn, &reader)?;
            }
            Output::Tell { conn, frame: Frame::Visitor(frame) } => {
                self.sockets.tell(&self.state, conn, &frame)?;
            }
            Output::Tell { frame: Frame::Agent(ToAgent::Entry { .. }), .. }
                if planted::has(Planted::LoseEntry) => {}
            Output::Tell { conn, frame: Frame::Agent(frame) } => {
                self.sockets.tell(&self.state, conn, &frame)?;
            }
            Output::Close { conn, code } => {
                worker::console_log!("closed a conversation socket: {code:?}");
                self.sockets.close(&self.state, conn, code);
            }
            Output::SignLink { conn, file, masked } => self.sign_link(conn, file, masked)?,
            Output::RenewToken { conn, generation } => self.renew_token(conn, generation)?,
            Output::Report(report) => self.report(*report)?,
            Output::DropFiles(files) => {
                self.log.forget_files(&files)?;
                self.timers.set(&self.store, SWEEP, Some(now()))?;
            }
            Output::Erase(erasure) => self.erase(&erasure)?,
        }
        Ok(())
    }

    /// Writes a turn's rows, all or none.
    fn keep(self: &Rc<Self>, batch: &Batch, reports: bool) -> std::result::Result<(), Shut> {
        if planted::has(Planted::AcknowledgeBeforeWrite) {
            self.keep_late(batch.clone());
            return Ok(());
        }
        let forwards = !batch.events.is_empty() && self.forwards()?;
        let written = all_or_none(&self.state, || {
            self.log.write(planted::garbled(batch).as_ref().unwrap_or(batch))?;
            if planted::has(Planted::NoDedupe) {
                self.store.run("UPDATE events SET client_id = NULL", Vec::new())?;
            }
            self.timers.set_by(&self.store, ROOM, batch.alarm)?;
            if reports {
                self.owe_report()?;
            }
            if !batch.audited.is_empty() {
                self.timers.set(&self.store, AUDIT, Some(now()))?;
            }
            if forwards && self.timers.at(&self.store, FORWARD)?.is_none() {
                self.timers.set(&self.store, FORWARD, Some(now().after(LOOK_AGAIN)))?;
            }
            Ok(())
        });
        if let Err(error) = written {
            self.log.forget();
            self.timers.forget();
            self.heard.replace(None);
            return Err(error.into());
        }
        self.note_texts(batch);
        if forwards {
            delivery::start(self);
        }
        Ok(())
    }

    /// A planted bug: the rows come some time after the words.
    fn keep_late(self: &Rc<Self>, batch: Batch) {
        let shell = Rc::clone(self);
        self.state.wait_until(async move {
            platform::sleep(Millis(150)).await;
            let written = all_or_none(&shell.state, || shell.log.write(&batch));
            if let Err(error) = written {
                worker::console_error!("a planted bug could not write: {error}");
            }
        });
    }

    /// Whether the site has a webhook. One that is switched off counts: what it is owed is noted,
    /// and sent when it is set again.
    fn forwards(&self) -> Result<bool> {
        Ok(self.home()?.is_some_and(|it| it.site.webhook.is_some()))
    }

    fn sign_link(&self, conn: Conn, file: FileId, masked: bool) -> std::result::Result<(), Shut> {
        let Some(home) = self.home()? else { return Ok(()) };
        let Some(reader) = self.sockets.reader(&self.state, conn) else { return Ok(()) };
        let config = self.config()?;
        let url = |viewer: &str| {
            let id = home.identity.conversation.clone();
            Capability::new(id, file.clone(), viewer.to_owned(), masked, now())
                .url(&config.origins.files, &config.file_key)
        };
        match &reader.who {
            Who::Visitor(_) => {
                let url = url(&Viewer::Visitor.to_string());
                self.sockets.tell(&self.state, conn, &ToVisitor::Link { file, url })?;
            }
            Who::Agent(grant) => {
                let viewer = Viewer::Member(grant.agent.clone(), grant.version);
                let url = url(&viewer.to_string());
                self.sockets.tell(&self.state, conn, &ToAgent::Link { file, url })?;
            }
        }
        Ok(())
    }

    fn renew_token(&self, conn: Conn, generation: u32) -> std::result::Result<(), Shut> {
        let Some(home) = self.home()? else { return Ok(()) };
        let Identity { site, contact, .. } = home.identity.clone();
        let since = match self.sockets.reader(&self.state, conn).map(|it| it.who) {
            Some(Who::Visitor(Pass { since: Some(since), .. })) => since,
            Some(Who::Visitor(_) | Who::Agent(_)) | None => now(),
        };
        let claims = Claims::next(site, contact, generation, since, now());
        let token = claims.sign(&self.config()?.visitor_key);
        Ok(self.sockets.tell(&self.state, conn, &ToVisitor::Token { token })?)
    }

    /// Erases everything but the epoch and which conversation this is. All of it or nothing: what
    /// deletes the bytes themselves cannot be undone, so it comes when all else is done.
    fn erase(self: &Rc<Self>, erasure: &Erasure) -> std::result::Result<(), Shut> {
        self.forget();
        all_or_none(&self.state, || {
            self.log.clear()?;
            self.log.put_meta("standing", &erasure.standing)?;
            self.log.audit(&erasure.audited)?;
            self.timers.set(&self.store, AUDIT, Some(now()))?;
            self.timers.set(&self.store, SWEEP, Some(now()))?;
            self.timers.set(&self.store, PURGE, Some(now()))?;
            self.owe_report()
        })?;
        let shell = Rc::clone(self);
        self.state.wait_until(async move {
            if let Err(shut) = shell.purge().await {
                worker::console_error!("erased bytes are still there: {:?}", shut.reason());
            }
        });
        Ok(())
    }

    fn forget(&self) {
        self.log.forget();
        self.timers.forget();
        self.heard.replace(None);
        self.reports.borrow_mut().drop_report();
    }

    /// Deletes the database that something was erased from. Nothing else happens meanwhile.
    async fn purge(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let shell = Rc::clone(self);
        let purged =
            self.state.block_concurrency_while(async move { Ok(shell.purge_alone().await) });
        purged.await?
    }

    /// A crash after the deletion leaves nothing at all. So the workspace knows the epoch before,
    /// the desk has heard, and the files are gone.
    async fn purge_alone(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let Some(home) = self.home()? else { return Ok(()) };
        if self.timers.at(&self.store, PURGE)?.is_none() {
            return Ok(());
        }
        let standing = self.log.standing()?;
        let conversation = home.identity.conversation.clone();
        let ask = WorkspaceAsk::Erased { conversation, standing };
        call::ask::<_, ()>(&config::workspace(&self.env)?, &ask).await?;
        self.try_tell_desk().await?;
        self.tell_audit().await?;
        self.sweep().await?;
        // Whoever came back before this could be done has written over some of it.
        if self.with_room(Room::is_new)? {
            platform::delete_all(&self.state)?;
            self.forget();
            self.log.create()?;
            all_or_none(&self.state, || {
                self.log.put_meta("standing", &standing)?;
                self.log.put_meta("identity", &home.identity)?;
                self.log.put_meta("site", &home.site)
            })?;
        }
        Ok(self.timers.set(&self.store, PURGE, None)?)
    }

    /// Has the workspace write down what must be known when this conversation is gone.
    async fn tell_audit(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let Some(home) = self.home()? else { return Ok(()) };
        let workspace = config::workspace(&self.env)?;
        for (no, audited) in self.log.audited()? {
            let conversation = home.identity.conversation.clone();
            call::ask::<_, ()>(&workspace, &WorkspaceAsk::Audit { conversation, no, audited })
                .await?;
            self.log.forget_audited(no)?;
        }
        Ok(self.timers.set(&self.store, AUDIT, None)?)
    }

    /// Begins with the epoch that the workspace knows of, if what was stored here is gone.
    async fn restore(&self, conversation: &ConversationId) -> std::result::Result<(), Shut> {
        let ask = WorkspaceAsk::Standing { conversation: conversation.clone() };
        let known: Option<Standing> = call::ask(&config::workspace(&self.env)?, &ask).await?;
        match known {
            Some(standing) => Ok(self.log.put_meta("standing", &standing)?),
            None => Ok(()),
        }
    }

    // The desk.

    fn owe_report(&self) -> Result<()> {
        let set = self.timers.at(&self.store, REPORT)?;
        let change = self.reports.borrow_mut().owe(set, now(), chance);
        self.timers.set(&self.store, REPORT, change.after(set))
    }

    /// Tells the desk soon.
    fn report(self: &Rc<Self>, report: RoomReport) -> std::result::Result<(), Shut> {
        let Added { row, wait } = self.reports.borrow_mut().add(report, now(), chance);
        if let Some(report) = row {
            self.log.put_report(&report)?;
        }
        self.owe_report()?;
        if let Some(wait) = wait {
            let shell = Rc::clone(self);
            self.state.wait_until(async move {
                platform::sleep(wait).await;
                shell.reports.borrow_mut().wake();
                shell.tell_desk().await;
            });
        }
        Ok(())
    }

    /// Tells the desk what it does not know yet.
    async fn tell_desk(self: &Rc<Self>) {
        let Err(shut) = self.try_tell_desk().await else { return };
        worker::console_error!("the desk was not told: {:?}", shut.reason());
        let again = Some(ReportOutbox::try_again(now()));
        let set = self.timers.set(&self.store, REPORT, again);
        if let Err(error) = set.and_then(|()| self.timers.arm(&self.state, &self.store)) {
            worker::console_error!("a report could not be set again: {error}");
        }
    }

    async fn try_tell_desk(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let Some(home) = self.home()? else { return Ok(()) };
        let desk = config::desk(&self.env)?;
        loop {
            let row = self.log.first_report()?;
            let outgoing = self.reports.borrow_mut().send(row, now());
            let Some(Outgoing { report, receipt }) = outgoing else { return Ok(()) };
            let conversation = home.identity.conversation.clone();
            let ask = desk::Ask::Report { conversation, report: report.clone() };
            call::ask::<_, ()>(&desk, &ask).await?;
            self.reports.borrow_mut().delivered(receipt);
            match receipt {
                Receipt::Row(no) => self.log.forget_report(no, &report)?,
                Receipt::Changes(_) => return Ok(()),
            }
        }
    }

    /// The timer of an owed report: it goes when the desk knows everything.
    async fn report_due(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        if self.reports.borrow().lacks_report() {
            // Not heard, or asleep since: what is to be told is made of what was stored.
            let report = self.with_room(|it| it.report(&self.log))?;
            self.reports.borrow_mut().stands(report);
        }
        let told = self.try_tell_desk().await;
        let has_rows = self.log.first_report()?.is_some();
        let again = self.reports.borrow().next_attempt(has_rows, now());
        self.timers.set(&self.store, REPORT, again)?;
        told
    }

    // Questions.

    async fn answer(self: &Rc<Self>, ask: Ask) -> std::result::Result<Json, Shut> {
        match ask {
            Ask::Command { command } => {
                if command == DeskCommand::Look
                    && let Some(identity) = self.identity()?
                {
                    self.learn(identity).await?;
                }
                self.drive(Input::Desk(command))?;
                Ok(Json::Null)
            }
            Ask::FactsChanged => {
                self.relearn().await?;
                Ok(Json::Null)
            }
            Ask::Deliver { seq, skips } => {
                self.relearn().await?;
                delivery::decide(self, seq, skips)?;
                Ok(Json::Null)
            }
            // One that is registered may never have stored anything.
            Ask::Report if self.home()?.is_none() => Ok(json!([])),
            Ask::Report => Ok(json!(self.with_room(|it| {
                it.report(&self.log).into_iter().chain([it.sockets()]).collect::<Vec<_>>()
            })?)),
            Ask::LogOut { caller } => {
                let CallerKind::Visitor { pass, .. } = caller.who else {
                    return Err(Refusal::Forbidden.into());
                };
                self.settle(&caller).await?;
                self.with_room(|it| it.admit(pass))??;
                self.drive(Input::Revoked)?;
                Ok(Json::Null)
            }
            Ask::BeginUpload { caller, file } => {
                self.settle(&caller).await?;
                let (who, by) = match caller.who {
                    CallerKind::Visitor { pass, .. } => (Who::Visitor(pass), Author::Visitor),
                    CallerKind::Agent { grant } => {
                        let by = Author::Agent(grant.agent.clone());
                        (Who::Agent(grant), by)
                    }
                };
                let n_pending = self.log.n_pending_files(&by)?;
                self.with_room(|it| it.may_upload(now(), &who, n_pending))??;
                self.log.begin_file(&file, &by, now())?;
                if self.timers.at(&self.store, SWEEP)?.is_none() {
                    self.timers.set(&self.store, SWEEP, Some(now().after(PENDING_FILE_LIFE)))?;
                }
                self.timers.arm(&self.state, &self.store)?;
                Ok(Json::Null)
            }
            Ask::FinishUpload { file, media } => {
                self.log.finish_file(&file, media)?.ok_or(Refusal::NotFound)?;
                Ok(Json::Null)
            }
            Ask::AbandonUpload { file } => {
                self.log.forget_files(&[file])?;
                self.timers.set(&self.store, SWEEP, Some(now()))?;
                self.timers.arm(&self.state, &self.store)?;
                Ok(Json::Null)
            }
        }
    }

    // Timers.

    /// The alarm: whatever is due. A failure must not be thrown: the platform gives up after
    /// six, and then nothing would ever be due again.
    async fn wake_up(self: &Rc<Self>) {
        if self.is_given_up.get() {
            return;
        }
        self.timers.fired();
        let due = self.timers.due(&self.store, now()).unwrap_or_default();
        if let Err(error) = self.timers.insure(&self.state, &due, now()) {
            worker::console_error!("the alarm could not be insured: {error}");
        }
        for kind in due {
            let done = match kind.as_str() {
                ROOM => self.room_due(),
                REPORT => self.report_due().await,
                FORWARD => delivery::run(self).await,
                SWEEP => self.sweep().await,
                PURGE => self.purge().await,
                VACANT => self.leave_if_vacant(),
                AUDIT => self.tell_audit().await,
                _ => self.timers.set(&self.store, &kind, None).map_err(Shut::from),
            };
            if let Err(shut) = done {
                worker::console_error!("fault at a timer of a conversation: {kind}: {shut:?}");
                let again = Some(now().after(TIMER_AGAIN));
                if let Err(error) = self.timers.set(&self.store, &kind, again) {
                    worker::console_error!("a timer could not be set again: {error}");
                }
            }
            if self.is_given_up.get() {
                return;
            }
        }
        if let Err(error) = self.timers.arm(&self.state, &self.store) {
            worker::console_error!("the alarm could not be set: {error}");
        }
    }

    /// The room's timer: it may have come too early, so the room says when it is due.
    fn room_due(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        self.drive(Input::Fired)?;
        let alarm = self.with_room(Room::alarm)?;
        Ok(self.timers.set(&self.store, ROOM, alarm)?)
    }

    /// Gives the object up if nobody ever said a line in it, nothing waits to be sent, and nobody is
    /// there. What strangers can make is not kept for good, a log-out included (RM50).
    fn leave_if_vacant(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        if !self.with_room(Room::is_vacant)? {
            return Ok(self.timers.set(&self.store, VACANT, None)?);
        }
        if self.log.known_files()?.is_empty() && self.sockets.all(&self.state).is_empty() {
            return Ok(self.give_up()?);
        }
        Ok(self.timers.set(&self.store, VACANT, Some(now().after(VACANT_LIFE)))?)
    }

    fn give_up(&self) -> Result<()> {
        platform::delete_all(&self.state)?;
        worker::console_log!("gave up a conversation in which nothing was said");
        self.is_given_up.set(true);
        self.forget();
        self.room.replace(None);
        self.home.replace(None);
        Ok(())
    }

    /// Deletes from the bucket what has no row: files that were never sent, or are not wanted.
    async fn sweep(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let Some(home) = self.home()? else { return Ok(()) };
        let day_ago = now().as_millis().saturating_sub(PENDING_FILE_LIFE.0);
        self.log.forget_pending_files(Timestamp::from_millis(day_ago))?;
        let bucket = self.env.bucket("ATTACHMENTS")?;
        let prefix = format!("{}/", home.identity.conversation);
        let mut cursor: Option<String> = None;
        loop {
            let list = bucket.list().prefix(prefix.clone());
            let list = match cursor.take() {
                Some(cursor) => list.cursor(cursor),
                None => list,
            };
            let page = list.execute().await?;
            // Looked up after the listing: a row always comes before its bytes.
            let known = self.log.known_files()?;
            for object in page.objects() {
                let key = object.key();
                if !key.strip_prefix(&prefix).is_some_and(|it| known.iter().any(|id| id == it)) {
                    bucket.delete(key).await?;
                }
            }
            cursor = page.cursor().filter(|_| page.truncated());
            if cursor.is_none() {
                break;
            }
        }
        let next =
            self.log.oldest_pending_file()?.map(|it| it.after(PENDING_FILE_LIFE).after(Millis(1)));
        Ok(self.timers.set(&self.store, SWEEP, next)?)
    }
}

/// A random number.
fn chance() -> u32 {
    u32::from_le_bytes(platform::random())
}

/// The text of a message.
pub(crate) fn message_text(stored: &inbox_room::Stored) -> Option<&MessageText> {
    let content = stored.written.as_ref()?.content.as_ref()?;
    let inbox_core::Content::Message { text, .. } = content else { return None };
    text.as_ref()
}
