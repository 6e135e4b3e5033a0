//! The object around the workspace's desk: it loads, asks the desk, stores, tells.
//!
//! What it holds is a copy of what conversations say, and presence. If it is lost, walking the
//! register and asking each conversation brings it back.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use inbox_protocol::{CloseCode, FromDesk, Refusal};
use inbox_room::{
    AvailableTeam, Conn, Desk, DeskBatch, DeskCommand, DeskFacts, DeskInput, DeskOutput,
    DeskReader, DeskSnapshot, PresenceRow, RoomReport, SocketsRow, Summary,
};
use inbox_types::{
    ConversationId, Millis, Presence, SessionState, Timestamp,
    limits::{FRAME_BYTES, HEARTBEAT, HEARTBEAT_PATIENCE},
};
use serde::Deserialize;
use serde_json::Value as Json;
use worker::{
    DurableObject, Env, Error, Request, Response, Result, State, WebSocket,
    WebSocketIncomingMessage, durable_object,
};

use crate::{
    config::{self, Config},
    parse,
    platform::{
        self, now,
        sockets::{Side, Sockets},
        sql::{Store, all_or_none, json as json_value, number, text},
        timers::Timers,
    },
    refuse::Shut,
    requests::{
        call, conversation,
        desk::{Ask, Caller},
    },
    workspace::ask::{Ask as WorkspaceAsk, Registered},
};

/// The desk's own timer.
const DESK: &str = "desk";
/// Half-open sockets are looked for.
const HEARTBEATS: &str = "heartbeats";
/// Commands wait that could not be delivered.
const COMMANDS: &str = "commands";
/// The register is being walked.
const REBUILD: &str = "rebuild";
/// The workspace could not be told who is available.
const TEAM: &str = "team";

/// How often half-open sockets are looked for while anybody is available.
const HEARTBEAT_STEP: Millis = Millis::seconds(30);
/// How long a socket may be silent: two heartbeats and the patience for the second.
const SILENCE: Millis = Millis(2 * HEARTBEAT.0 + HEARTBEAT_PATIENCE.0);
/// Summaries that come within this span are written together; whoever told one waits for it.
const GATHERING: Millis = Millis(150);
/// How often it is looked at who is available, at most.
const TEAM_STEP: Millis = Millis::seconds(1);
/// When what could not be delivered is tried again.
const AGAIN: Millis = Millis::seconds(3);
/// Conversations that are told something at the same time.
const AT_ONCE: u64 = 20;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS presences (member TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS summaries (conversation TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS erased (conversation TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS commands (no INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS revocations (no INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS sockets (conversation TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
";

/// What conversations told, to be written together. Nobody who told it was answered yet, so what is
/// lost here is told again.
#[derive(Default)]
struct Gathering {
    summaries: RefCell<BTreeMap<ConversationId, Summary>>,
    sockets: RefCell<BTreeMap<ConversationId, SocketsRow>>,
    /// Whether they were written; none as long as nobody tried.
    written: Cell<Option<bool>>,
}

/// Who was told of the last change of settings or people. A conversation that was beginning then
/// knew of the facts before the desk knew of it, and is told when it reports for the first time.
#[derive(Default)]
struct Change {
    at: Cell<Timestamp>,
    told: RefCell<BTreeSet<ConversationId>>,
}

/// How long after a change a conversation may report for the first time and not know of it:
/// reports come within seconds.
const CHANGE_SETTLES: Millis = Millis::minutes(1);

/// Hosts the desk.
#[durable_object]
pub struct DeskObject {
    shell: Rc<Shell>,
}

struct Shell {
    state: State,
    env: Env,
    store: Store,
    timers: Timers,
    config: Result<Config>,
    sockets: Sockets<DeskReader>,
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

/// Where what conversations must hear waits until they have heard it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mail {
    /// What ends somebody's rights.
    Revocations,
    /// Everything else.
    Commands,
}

impl Mail {
    fn table(self) -> &'static str {
        match self {
            Self::Revocations => "revocations",
            Self::Commands => "commands",
        }
    }
}

#[derive(Deserialize)]
struct ErasedRow {
    conversation: ConversationId,
    epoch: u32,
}

#[derive(Deserialize)]
struct CommandRow {
    no: u64,
    conversation: ConversationId,
    body: String,
}

impl DurableObject for DeskObject {
    fn new(state: State, env: Env) -> Self {
        let store = Store::new(&state);
        store.run(SCHEMA, Vec::new()).expect("a database that can be opened");
        let sockets = Sockets::new(&state).expect("a heartbeat that can be set");
        let config = Config::read(&env);
        let shell = Shell {
            state,
            env,
            store,
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
                Err(shut) => shut.answer("desk socket"),
            },
            Ok(None) => {
                let text = request.text().await?;
                let answer = match serde_json::from_str::<Ask>(&text) {
                    Ok(ask) => self.shell.answer(ask).await,
                    Err(error) => Err(error.into()),
                };
                call::answer(answer, "desk")
            }
            Err(shut) => shut.answer("desk"),
        }
    }

    async fn websocket_message(
        &self,
        socket: WebSocket,
        message: WebSocketIncomingMessage,
    ) -> Result<()> {
        let Some(conn) = Sockets::<DeskReader>::conn(&self.shell.state, &socket) else {
            return Ok(());
        };
        if let Err(shut) = self.shell.hear(conn, &message) {
            worker::console_error!("fault at the desk: {shut:?}");
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
    fn config(&self) -> std::result::Result<&Config, Shut> {
        self.config.as_ref().map_err(|it| Shut::Fault(it.to_string()))
    }

    // Coming and going.

    async fn connect(self: &Rc<Self>, caller: Caller) -> std::result::Result<Response, Shut> {
        self.settle().await?;
        let (conn, response) = self.sockets.accept(&self.state, Side::Desk)?;
        self.first_seen.borrow_mut().insert(conn, now());
        let Caller { member, rights } = caller;
        self.drive(DeskInput::Connected { conn, member, rights })?;
        Ok(response)
    }

    fn closed(self: &Rc<Self>, socket: &WebSocket) {
        let Some(conn) = Sockets::<DeskReader>::conn(&self.state, socket) else { return };
        self.lost(conn);
        // Completes the closing handshake where the browser began it.
        let _ = socket.close(Some(1000), Some(""));
    }

    fn lost(self: &Rc<Self>, conn: Conn) {
        self.sockets.forget(&self.state, conn);
        self.first_seen.borrow_mut().remove(&conn);
        if let Err(shut) = self.drive(DeskInput::Closed { conn }) {
            worker::console_error!("fault when a desk socket closed: {shut:?}");
        }
    }

    /// Knows what the workspace says, before the desk wakes for the first time.
    async fn settle(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        // One that is awake woke with them.
        if self.desk.borrow().is_some() || self.facts()?.is_some() {
            return Ok(());
        }
        self.put_facts(&self.ask_facts().await?)?;
        // A desk without facts is new, or was lost.
        self.timers.set(&self.store, REBUILD, Some(now()))?;
        Ok(self.timers.arm(&self.state, &self.store)?)
    }

    async fn ask_facts(&self) -> std::result::Result<DeskFacts, Shut> {
        call::ask(&config::workspace(&self.env)?, &WorkspaceAsk::DeskFacts).await
    }

    fn facts(&self) -> Result<Option<DeskFacts>> {
        self.store.body("SELECT body FROM meta WHERE key = 'facts'", Vec::new())
    }

    fn put_facts(&self, facts: &DeskFacts) -> Result<()> {
        self.store.run(
            "INSERT OR REPLACE INTO meta (key, body) VALUES ('facts', ?)",
            vec![json_value(facts)?],
        )
    }

    fn hear(
        self: &Rc<Self>,
        conn: Conn,
        message: &WebSocketIncomingMessage,
    ) -> std::result::Result<(), Shut> {
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

    // The desk.

    fn wake(&self) -> std::result::Result<Desk, Shut> {
        if let Some(desk) = self.desk.take() {
            return Ok(desk);
        }
        let erased: Vec<ErasedRow> =
            self.store.rows("SELECT conversation, epoch FROM erased", Vec::new())?;
        let mut summaries =
            self.store.bodies::<Summary>("SELECT body FROM summaries", Vec::new())?;
        // Of two of the same conversation the later counts.
        summaries.extend(self.gathering.borrow().summaries.borrow().values().cloned());
        Ok(Desk::wake(DeskSnapshot {
            facts: self.facts()?.ok_or(Refusal::Unavailable)?,
            presences: self.presences()?,
            summaries,
            erased: erased.into_iter().map(|it| (it.conversation, it.epoch)).collect(),
            sockets: self.agent_sockets()?,
            alarm: self.timers.at(&self.store, DESK)?,
            readers: self.sockets.readers(&self.state),
        }))
    }

    /// The agents' sockets of each conversation. Of two rows of the same one the later counts.
    fn agent_sockets(&self) -> Result<Vec<SocketsRow>> {
        let mut rows: Vec<SocketsRow> =
            self.store.bodies("SELECT body FROM sockets", Vec::new())?;
        let gathering = self.gathering.borrow();
        let gathered = gathering.sockets.borrow();
        rows.retain(|it| !gathered.contains_key(&it.conversation));
        rows.extend(gathered.values().filter(|it| !it.agents.is_empty()).cloned());
        Ok(rows)
    }

    fn presences(&self) -> Result<Vec<PresenceRow>> {
        self.store.bodies("SELECT body FROM presences", Vec::new())
    }

    /// Gives the desk one input and does what it answers, in order.
    fn drive(self: &Rc<Self>, input: DeskInput) -> std::result::Result<(), Shut> {
        let grants = self.config()?.grants();
        let mut desk = self.wake()?;
        let outputs = desk.handle(now(), input, &grants);
        // On a failure the desk is not put back: it may be ahead of what was stored.
        for output in outputs {
            self.perform(output)?;
        }
        self.timers.arm(&self.state, &self.store)?;
        self.desk.replace(Some(desk));
        self.look_at_team();
        Ok(())
    }

    /// Tells the workspace soon who is available, if that is not what it was told: visitors' pages
    /// ask there, and never here.
    fn look_at_team(self: &Rc<Self>) {
        if self.looking.replace(true) {
            return;
        }
        let shell = Rc::clone(self);
        self.state.wait_until(async move {
            platform::sleep(TEAM_STEP).await;
            shell.looking.set(false);
            if let Err(shut) = shell.tell_team().await {
                worker::console_error!("who is available was not told: {:?}", shut.reason());
                let again = Some(now().after(AGAIN));
                let set = shell.timers.set(&shell.store, TEAM, again);
                if let Err(error) = set.and_then(|()| shell.timers.arm(&shell.state, &shell.store))
                {
                    worker::console_error!("a timer could not be set: {error}");
                }
            }
        });
    }

    async fn tell_team(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let desk = self.wake()?;
        let team = desk.available_team();
        self.desk.replace(Some(desk));
        if self.team.borrow().as_ref() != Some(&team) {
            self.team.replace(Some(team.clone()));
            let ask = WorkspaceAsk::TeamIs { team };
            if let Err(shut) = call::ask::<_, ()>(&config::workspace(&self.env)?, &ask).await {
                self.team.replace(None);
                return Err(shut);
            }
        }
        Ok(self.timers.set(&self.store, TEAM, None)?)
    }

    fn perform(self: &Rc<Self>, output: DeskOutput) -> std::result::Result<(), Shut> {
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

    /// Summaries are copies: they are gathered. All else is written at once, and they with it.
    fn keep(&self, batch: &DeskBatch) -> std::result::Result<(), Shut> {
        let summaries = batch.summaries.iter().map(|it| (it.conversation.clone(), it.clone()));
        self.gathering.borrow().summaries.borrow_mut().extend(summaries);
        let sockets = batch.sockets.iter().map(|it| (it.conversation.clone(), it.clone()));
        self.gathering.borrow().sockets.borrow_mut().extend(sockets);
        if batch.presences.is_empty() && batch.erased.is_empty() {
            return Ok(());
        }
        self.write(batch)
    }

    /// Writes these rows and what was gathered, all or none.
    fn write(&self, batch: &DeskBatch) -> std::result::Result<(), Shut> {
        let gathering = self.gathering.take();
        let written = all_or_none(&self.state, || {
            for row in &batch.presences {
                self.store.run(
                    "INSERT OR REPLACE INTO presences (member, body) VALUES (?, ?)",
                    vec![text(row.member.as_str()), json_value(row)?],
                )?;
            }
            for (conversation, summary) in &*gathering.summaries.borrow() {
                self.store.run(
                    "INSERT OR REPLACE INTO summaries (conversation, body) VALUES (?, ?)",
                    vec![text(conversation.as_str()), json_value(summary)?],
                )?;
            }
            for (conversation, epoch) in &batch.erased {
                self.store.run(
                    "DELETE FROM summaries WHERE conversation = ?",
                    vec![text(conversation.as_str())],
                )?;
                self.store.run(
                    "INSERT OR REPLACE INTO erased (conversation, epoch) VALUES (?, ?)",
                    vec![text(conversation.as_str()), number(u64::from(*epoch))],
                )?;
            }
            for row in gathering.sockets.borrow().values() {
                let conversation = text(row.conversation.as_str());
                if row.agents.is_empty() {
                    self.store
                        .run("DELETE FROM sockets WHERE conversation = ?", vec![conversation])?;
                } else {
                    self.store.run(
                        "INSERT OR REPLACE INTO sockets (conversation, body) VALUES (?, ?)",
                        vec![conversation, json_value(row)?],
                    )?;
                }
            }
            if !batch.presences.is_empty() && self.timers.at(&self.store, HEARTBEATS)?.is_none() {
                self.timers.set(&self.store, HEARTBEATS, Some(now().after(HEARTBEAT_STEP)))?;
            }
            Ok(())
        });
        gathering.written.set(Some(written.is_ok()));
        if written.is_err() {
            self.timers.forget();
            // It may be ahead of what is stored.
            self.desk.replace(None);
        }
        Ok(written?)
    }

    /// Returns when everything that was told so far is written. Of those who wait, the first
    /// writes for all; the platform answers nobody before it is on disk.
    async fn written(&self) -> std::result::Result<(), Shut> {
        let gathering = Rc::clone(&self.gathering.borrow());
        if gathering.summaries.borrow().is_empty() && gathering.sockets.borrow().is_empty() {
            return Ok(());
        }
        platform::sleep(GATHERING).await;
        match gathering.written.get() {
            None => self.write(&DeskBatch::default()),
            Some(true) => Ok(()),
            Some(false) => Err(Refusal::Unavailable.into()),
        }
    }

    // Conversations.

    /// Says something to a conversation: those of which the desk will not think again are kept
    /// until they were heard, and what ends somebody's rights waits for nothing else.
    fn command(
        self: &Rc<Self>,
        conversation: ConversationId,
        command: DeskCommand,
    ) -> std::result::Result<(), Shut> {
        let waits_in = match &command {
            DeskCommand::RightsChanged { .. } | DeskCommand::MemberRemoved { .. } => {
                Some(Mail::Revocations)
            }
            DeskCommand::Presence { .. } | DeskCommand::Postpone { .. } | DeskCommand::Look => {
                Some(Mail::Commands)
            }
            DeskCommand::Offer { .. }
            | DeskCommand::Take { .. }
            | DeskCommand::Refuse { .. }
            | DeskCommand::Answer { .. }
            | DeskCommand::Bulk { .. }
            | DeskCommand::Report => None,
        };
        let ask = conversation::Ask::Command { command };
        if let Some(mail) = waits_in {
            self.post(mail, &conversation, &ask)?;
            if mail == Mail::Revocations && !self.revoking.replace(true) {
                let shell = Rc::clone(self);
                // The alarm may be busy with something long; it says again what fails here.
                self.state.wait_until(async move {
                    shell.revoking.set(false);
                    if let Err(shut) = shell.deliver_all(Mail::Revocations).await {
                        worker::console_error!("rights were not ended: {:?}", shut.reason());
                    }
                });
            }
            return Ok(());
        }
        let shell = Rc::clone(self);
        self.state.wait_until(async move {
            if let Err(shut) = shell.say(&conversation, &ask).await {
                worker::console_log!("a conversation did not hear a command: {:?}", shut.reason());
            }
        });
        Ok(())
    }

    async fn say(
        &self,
        conversation: &ConversationId,
        ask: &conversation::Ask,
    ) -> std::result::Result<Json, Shut> {
        call::ask(&config::conversation(&self.env, conversation)?, ask).await
    }

    /// Keeps something to be said until it was heard.
    fn post(
        self: &Rc<Self>,
        mail: Mail,
        conversation: &ConversationId,
        ask: &conversation::Ask,
    ) -> std::result::Result<(), Shut> {
        self.store.run(
            &format!("INSERT INTO {} (conversation, body) VALUES (?, ?)", mail.table()),
            vec![text(conversation.as_str()), json_value(ask)?],
        )?;
        if self.timers.at(&self.store, COMMANDS)?.is_none() {
            self.timers.set(&self.store, COMMANDS, Some(now()))?;
        }
        Ok(())
    }

    /// Says what was kept: what ends rights before all else, also before what is on its way.
    async fn deliver(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        loop {
            self.deliver_all(Mail::Revocations).await?;
            if !self.deliver_some(Mail::Commands).await? {
                return Ok(self.timers.set(&self.store, COMMANDS, None)?);
            }
        }
    }

    async fn deliver_all(self: &Rc<Self>, mail: Mail) -> std::result::Result<(), Shut> {
        while self.deliver_some(mail).await? {}
        Ok(())
    }

    /// Says the next of what was kept to several conversations at once, to each in its order; false
    /// if there was nothing. One that does not hear keeps no other waiting.
    async fn deliver_some(self: &Rc<Self>, mail: Mail) -> std::result::Result<bool, Shut> {
        let table = mail.table();
        let rows: Vec<CommandRow> = self.store.rows(
            &format!(
                "SELECT MIN(no) AS no, conversation, body FROM {table} GROUP BY conversation ORDER BY no LIMIT ?"
            ),
            vec![number(AT_ONCE)],
        )?;
        let any = !rows.is_empty();
        let said = rows.into_iter().map(|row| self.deliver_row(table, row));
        futures_util::future::join_all(said)
            .await
            .into_iter()
            .collect::<std::result::Result<(), _>>()?;
        Ok(any)
    }

    async fn deliver_row(&self, table: &str, row: CommandRow) -> std::result::Result<(), Shut> {
        let ask = serde_json::from_str(&row.body)?;
        match self.say(&row.conversation, &ask).await {
            Err(Shut::Fault(error)) => return Err(Shut::Fault(error)),
            // Heard, and perhaps refused: saying it again would change nothing.
            Ok(_) | Err(Shut::Refused(_)) => {}
        }
        let statement = format!("DELETE FROM {table} WHERE no = ?");
        Ok(self.store.run(&statement, vec![number(row.no)])?)
    }

    /// Walks the register and asks every conversation how it stands.
    async fn rebuild(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let workspace = config::workspace(&self.env)?;
        let mut after = None;
        loop {
            let ask = WorkspaceAsk::Registered { after: after.clone() };
            let page: Vec<Registered> = call::ask(&workspace, &ask).await?;
            for Registered { id, .. } in &page {
                let reports = self.say(id, &conversation::Ask::Report).await?;
                for report in serde_json::from_value::<Vec<RoomReport>>(reports)? {
                    self.drive(DeskInput::Report { conversation: id.clone(), report })?;
                }
            }
            after = page.last().map(|it| it.id.clone());
            self.write(&DeskBatch::default())?;
            if after.is_none() {
                return Ok(self.timers.set(&self.store, REBUILD, None)?);
            }
        }
    }

    // Questions.

    async fn answer(self: &Rc<Self>, ask: Ask) -> std::result::Result<Json, Shut> {
        match ask {
            Ask::Report { conversation, report } => {
                self.settle().await?;
                self.drive(DeskInput::Report { conversation: conversation.clone(), report })?;
                self.tell_latecomer(&conversation)?;
                self.written().await?;
            }
            Ask::FactsChanged => self.learn().await?,
            Ask::CampaignsChanged => drop(self.learn_alone().await?),
            Ask::Rebuild => {
                self.settle().await?;
                self.timers.set(&self.store, REBUILD, Some(now()))?;
                self.timers.arm(&self.state, &self.store)?;
            }
        }
        Ok(Json::Null)
    }

    /// Takes over what the workspace says now.
    async fn learn_alone(self: &Rc<Self>) -> std::result::Result<DeskFacts, Shut> {
        self.settle().await?;
        let facts = self.ask_facts().await?;
        // Whoever asked before a change may be answered after it.
        let facts = match self.facts()? {
            Some(known) => facts.after(&known),
            None => facts,
        };
        self.put_facts(&facts)?;
        self.drive(DeskInput::Facts(Box::new(facts.clone())))?;
        Ok(facts)
    }

    /// Takes over what the workspace says now, and has open conversations do the same, and those
    /// that an agent looks at.
    async fn learn(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let facts = self.learn_alone().await?;
        self.change.at.set(now());
        self.change.told.borrow_mut().clear();
        let served = |summary: &Summary| facts.sites.iter().any(|it| it.summary.id == summary.site);
        self.write(&DeskBatch::default())?;
        let watched: BTreeSet<ConversationId> =
            self.agent_sockets()?.into_iter().map(|it| it.conversation).collect();
        for summary in self.store.bodies::<Summary>("SELECT body FROM summaries", Vec::new())? {
            let is_open = summary.session.state != SessionState::Closed;
            if is_open || !served(&summary) || watched.contains(&summary.conversation) {
                let ask = conversation::Ask::FactsChanged;
                self.post(Mail::Commands, &summary.conversation, &ask)?;
                self.change.told.borrow_mut().insert(summary.conversation);
            }
        }
        Ok(self.timers.arm(&self.state, &self.store)?)
    }

    /// Has a conversation that was not told of the last change ask for it.
    fn tell_latecomer(
        self: &Rc<Self>,
        conversation: &ConversationId,
    ) -> std::result::Result<(), Shut> {
        if CHANGE_SETTLES < now().since(self.change.at.get())
            || !self.change.told.borrow_mut().insert(conversation.clone())
        {
            return Ok(());
        }
        self.post(Mail::Commands, conversation, &conversation::Ask::FactsChanged)?;
        Ok(self.timers.arm(&self.state, &self.store)?)
    }

    // Timers.

    /// The alarm: whatever is due. A failure must not be thrown: the platform gives up after
    /// six, and then nothing would ever be due again.
    async fn wake_up(self: &Rc<Self>) {
        self.timers.fired();
        let due = self.timers.due(&self.store, now()).unwrap_or_default();
        if let Err(error) = self.timers.insure(&self.state, &due, now()) {
            worker::console_error!("the alarm could not be insured: {error}");
        }
        for kind in due {
            let done = match kind.as_str() {
                DESK => self.fire(),
                HEARTBEATS => self.look_for_silence(),
                COMMANDS => self.deliver().await,
                REBUILD => self.rebuild().await,
                TEAM => self.tell_team().await,
                _ => self.timers.set(&self.store, &kind, None).map_err(Shut::from),
            };
            if let Err(shut) = done {
                worker::console_error!("fault at a timer of the desk: {kind}: {shut:?}");
                if let Err(error) = self.timers.set(&self.store, &kind, Some(now().after(AGAIN))) {
                    worker::console_error!("a timer could not be set again: {error}");
                }
            }
        }
        if let Err(error) = self.timers.arm(&self.state, &self.store) {
            worker::console_error!("the alarm could not be set: {error}");
        }
    }

    fn fire(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let due = self.timers.at(&self.store, DESK)?;
        self.drive(DeskInput::Fired)?;
        // The desk says nothing of an alarm that it wants no more.
        if self.timers.at(&self.store, DESK)? == due {
            self.timers.set(&self.store, DESK, None)?;
        }
        Ok(())
    }

    /// Closes sockets that have been silent for too long: half of them is gone, and whoever sat
    /// there is not present.
    fn look_for_silence(self: &Rc<Self>) -> std::result::Result<(), Shut> {
        let now = now();
        for (conn, socket) in self.sockets.all(&self.state) {
            let first = *self.first_seen.borrow_mut().entry(conn).or_insert(now);
            let last =
                platform::last_heartbeat(&self.state, &socket).map_or(first, |it| it.max(first));
            if SILENCE < now.since(last) {
                worker::console_log!("closed a silent desk socket");
                self.sockets.close(&self.state, conn, CloseCode::Restart);
                self.lost(conn);
            }
        }
        let anybody =
            self.presences()?.iter().any(|it| it.chosen == Presence::Available && !it.offline);
        let next = anybody.then(|| now.after(HEARTBEAT_STEP));
        Ok(self.timers.set(&self.store, HEARTBEATS, next)?)
    }
}
