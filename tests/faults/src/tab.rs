//! A tab: the client that widget and console have, with a socket, a storage and a person who
//! types. Everything that happens in it is recorded.

use std::collections::BTreeMap;
use std::sync::Arc;

use inbox_client::{
    Call, Client, Frame, Input, NewMessage, Output, SavedMessage, Say, Status, UnsentState,
};
use inbox_protocol::{Entry, PING, PONG};
use inbox_types::{ClientId, Millis, Place};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

use crate::history::{Conversation, LineName, Row, Screen, Seen};
use crate::record::{Moment, Record};
use crate::side::{Side, Way};
use crate::socket::{self, Event, Number};

/// What somebody does with their tab.
enum Act {
    Types {
        client_id: ClientId,
        draft: NewMessage,
    },
    RetriesFailed,
    /// Looks at it again.
    Wakes,
    Reloads,
    Shows(oneshot::Sender<Screen>),
}

/// Where a tab stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Standing {
    pub(crate) live: bool,
    pub(crate) n_sending: usize,
    pub(crate) n_failed: usize,
    pub(crate) n_rows: usize,
    /// The place of the last line that it shows.
    pub(crate) last: Option<Place>,
}

/// Somebody's hands on a tab, and their eyes. The tab closes when this is dropped.
#[derive(Debug)]
pub(crate) struct Tab {
    acts: mpsc::UnboundedSender<Act>,
    standing: watch::Receiver<Standing>,
    record: Arc<Record>,
    name: TabName,
    n_typed: u32,
}

/// Whose tab it is.
#[derive(Clone, Debug)]
pub(crate) struct TabName {
    pub(crate) conversation: Conversation,
    pub(crate) tab: u32,
}

impl Tab {
    /// Opens a tab that dials at once.
    pub(crate) fn open<S: Side>(side: S, way: Way, name: TabName, record: &Arc<Record>) -> Self {
        let (acts, todo) = mpsc::unbounded_channel();
        let (tell, standing) = watch::channel(Standing::default());
        let (events, news) = mpsc::unbounded_channel();
        let page = Page {
            client: Client::new(side.author(), name.tab, name.tab.wrapping_mul(7919)),
            side,
            way,
            name: name.clone(),
            record: Arc::clone(record),
            storage: BTreeMap::new(),
            socket: None,
            events,
            n_loads: 0,
            tell,
        };
        tokio::spawn(page.live(todo, news));
        Self { acts, standing, record: Arc::clone(record), name, n_typed: 0 }
    }

    /// Types a line and presses Enter.
    pub(crate) fn types<S: Side>(&mut self, side: &S) -> LineName {
        self.n_typed += 1;
        let client_id = format!("t{}-{}", self.name.tab, self.n_typed);
        let text = format!("{client_id}: is the teapot oven-proof, and would it arrive by Friday?");
        let draft = NewMessage { text: text.clone().try_into().ok(), ..NewMessage::default() };
        self.types_draft(side, &client_id, text, draft)
    }

    /// Sends what was prepared.
    pub(crate) fn types_draft<S: Side>(
        &self,
        side: &S,
        client_id: &str,
        text: String,
        draft: NewMessage,
    ) -> LineName {
        let client_id: ClientId = client_id.parse().expect("an id");
        let conversation = self.name.conversation.clone();
        let line = LineName { conversation, author: side.author(), client_id: client_id.clone() };
        self.record.typed(line.clone(), self.name.tab, text);
        self.act(Act::Types { client_id, draft });
        line
    }

    pub(crate) fn retries_failed(&self) {
        self.act(Act::RetriesFailed);
    }

    pub(crate) fn wakes(&self) {
        self.act(Act::Wakes);
    }

    pub(crate) fn reloads(&self) {
        self.act(Act::Reloads);
    }

    pub(crate) fn standing(&self) -> Standing {
        *self.standing.borrow()
    }

    /// Whether so much waits that nobody would go on typing.
    pub(crate) fn is_behind(&self) -> bool {
        const PATIENCE: usize = 40;
        PATIENCE < self.standing().n_sending
    }

    /// Waits until it stands so, or until patience ends; then false.
    pub(crate) async fn until(
        &mut self,
        patience: std::time::Duration,
        stands: impl FnMut(&Standing) -> bool,
    ) -> bool {
        let waiting = self.standing.wait_for(stands);
        matches!(tokio::time::timeout(patience, waiting).await, Ok(Ok(_)))
    }

    /// What is on its screen now.
    pub(crate) async fn screen(&self) -> Option<Screen> {
        let (tell, told) = oneshot::channel();
        self.act(Act::Shows(tell));
        told.await.ok()
    }

    fn act(&self, act: Act) {
        // A tab lives as long as its person does.
        let _ = self.acts.send(act);
    }
}

struct Page<S: Side> {
    side: S,
    way: Way,
    name: TabName,
    record: Arc<Record>,
    client: Client<S::Body>,
    storage: BTreeMap<ClientId, SavedMessage>,
    socket: Option<mpsc::UnboundedSender<String>>,
    events: mpsc::UnboundedSender<(Number, Event)>,
    /// How often the page was loaded again.
    n_loads: u32,
    tell: watch::Sender<Standing>,
}

impl<S: Side> Page<S> {
    async fn live(
        mut self,
        mut todo: mpsc::UnboundedReceiver<Act>,
        mut news: mpsc::UnboundedReceiver<(Number, Event)>,
    ) {
        self.input(Input::Connect);
        loop {
            let far = Instant::now() + std::time::Duration::from_hours(1);
            // The clock counts whole milliseconds: a moment later, the due one is over.
            let due = self.client.due().map_or(far, |it| self.record.instant(it.after(Millis(1))));
            tokio::select! {
                act = todo.recv() => match act {
                    Some(act) => self.act(act),
                    None => return,
                },
                // What a page before this one dialed is not this one's.
                event = news.recv() => if let Some((number, event)) = event
                    && number.load == self.n_loads
                {
                    self.event(number.socket, event);
                },
                () = sleep_until(due) => self.input(Input::Tick),
            }
            self.tell.send_replace(self.standing());
        }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Types { client_id, draft } => self.input(Input::Wrote { client_id, draft }),
            Act::RetriesFailed => {
                for line in self.lines(|it| matches!(it, UnsentState::Failed(_))) {
                    self.input(Input::Retry { client_id: line.client_id });
                }
            }
            Act::Wakes => self.input(Input::Woken),
            Act::Reloads => self.reload(),
            Act::Shows(tell) => {
                let _ = tell.send(self.screen());
            }
        }
    }

    fn event(&mut self, socket: u32, event: Event) {
        match event {
            Event::Opened => {
                self.record.opened();
                self.input(Input::Opened { socket });
            }
            Event::Heard(text) if text == PONG => self.input(Input::Alive { socket }),
            Event::Heard(text) => match self.side.frame(&text) {
                Some(frame) => {
                    self.note(&frame);
                    self.input(Input::Heard { socket, frame });
                }
                None => self.input(Input::Alive { socket }),
            },
            Event::Closed(code) => self.input(Input::Closed { socket, code }),
        }
    }

    /// Records what a frame tells, before the client makes anything of it.
    fn note(&self, frame: &Frame<S::Body>) {
        match frame {
            Frame::Entries(entries) | Frame::History(entries) => {
                for entry in entries {
                    self.saw(entry);
                }
            }
            Frame::Entry(entry) => {
                self.saw(entry);
                self.record.moment(Moment::Told);
            }
            Frame::Ack { client_id, place, .. } => {
                let line = self.line(client_id);
                self.record.told(line, S::COUNT, place.0);
                self.record.moment(Moment::Acknowledged);
            }
            Frame::Welcome { .. }
            | Frame::Ready { .. }
            | Frame::Typing { .. }
            | Frame::Seen { .. }
            | Frame::SeenByMe { .. }
            | Frame::Refused { .. } => (),
        }
    }

    fn saw(&self, entry: &Entry<S::Body>) {
        let seen = Seen {
            reader: self.reader(),
            conversation: self.name.conversation.clone(),
            count: S::COUNT,
            row: row(entry),
        };
        self.record.history().seen.push(seen);
    }

    fn input(&mut self, input: Input<S::Body>) {
        for output in self.client.handle(self.record.now(), input) {
            match output {
                Output::Call(Call::Dial { socket, .. }) => self.dial(socket),
                Output::Call(Call::HangUp { .. }) => self.socket = None,
                Output::Call(Call::Ping) => self.say(PING.to_owned()),
                Output::Call(Call::Reload) => self.reload(),
                Output::Say(say) => {
                    let posts = matches!(say, Say::Post { .. });
                    self.say(self.side.text(say));
                    if posts {
                        self.record.moment(Moment::Said);
                    }
                }
                Output::Keep(kept) => {
                    if kept.failed.is_some() {
                        let line = self.line(&kept.client_id);
                        self.record.history().failed.insert(line);
                    }
                    self.storage.insert(kept.client_id.clone(), kept);
                }
                Output::Forget(client_id) => {
                    self.storage.remove(&client_id);
                }
                Output::Arrived { .. } | Output::Erased | Output::Unfinished(_) => (),
            }
        }
    }

    fn dial(&mut self, socket: u32) {
        let Ok(request) = self.side.request() else { return };
        let (say, sayings) = mpsc::unbounded_channel();
        self.socket = Some(say);
        let number = Number { load: self.n_loads, socket };
        tokio::spawn(socket::run(number, self.way, request, sayings, self.events.clone()));
    }

    fn say(&self, text: String) {
        if let Some(socket) = &self.socket {
            // It may have closed by itself; its event says so.
            let _ = socket.send(text);
        }
    }

    /// The page goes and comes back with what storage kept.
    fn reload(&mut self) {
        self.input(Input::Disconnect);
        self.socket = None;
        self.n_loads += 1;
        let seed = u32::try_from(self.record.elapsed()).unwrap_or(1);
        self.client = Client::new(self.side.author(), self.name.tab, seed);
        let kept = self.storage.values().cloned().collect();
        self.input(Input::Restored(kept));
        self.input(Input::Connect);
    }

    fn standing(&self) -> Standing {
        let n = |is: fn(&UnsentState) -> bool| self.lines(is).len();
        Standing {
            live: matches!(self.client.status(), Status::Live { .. }),
            n_sending: n(|it| matches!(it, UnsentState::Sending)),
            n_failed: n(|it| matches!(it, UnsentState::Failed(_))),
            n_rows: self.client.entries().len(),
            last: self.client.entries().last().map(|it| it.place),
        }
    }

    fn screen(&self) -> Screen {
        Screen {
            reader: self.reader(),
            conversation: self.name.conversation.clone(),
            count: S::COUNT,
            rows: self.client.entries().iter().map(row).collect(),
            sending: self.lines(|it| matches!(it, UnsentState::Sending)),
            failed: self.lines(|it| matches!(it, UnsentState::Failed(_))),
            link: self.client.status(),
        }
    }

    fn lines(&self, is: impl Fn(&UnsentState) -> bool) -> Vec<LineName> {
        let lines = self.client.lines().iter().filter(|it| is(&it.state));
        lines.map(|it| self.line(&it.client_id)).collect()
    }

    fn line(&self, client_id: &ClientId) -> LineName {
        LineName {
            conversation: self.name.conversation.clone(),
            author: self.side.author(),
            client_id: client_id.clone(),
        }
    }

    fn reader(&self) -> String {
        format!("tab {} of {:?} in {}", self.name.tab, self.side.author(), self.name.conversation)
    }
}

/// What stands at an entry's place.
pub(crate) fn row<B: inbox_protocol::EntryBody>(entry: &Entry<B>) -> Row {
    let message = entry.body.message().map(|it| {
        let text = it.text.clone().map(String::from);
        (it.author.clone(), it.client_id.clone(), text)
    });
    Row { place: entry.place, message }
}
