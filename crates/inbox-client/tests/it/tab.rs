//! A tab with a scripted relay.

use inbox_client::{
    Call, Client, Frame, Input, NewMessage, Output, Say, UnsentMessage, UnsentState,
};
use inbox_protocol::{Entry, EntryBody, Message, Refusal, VisitorBody};
use inbox_types::{
    Author, ClientId, File, MediaType, MemberCard, MessageText, Millis, Place, SessionNo, Timestamp,
};

/// One visitor's tab, the time it is there, and what it has asked the shell to do.
pub(crate) struct Tab {
    pub(crate) client: Client<VisitorBody>,
    pub(crate) now: Timestamp,
    pub(crate) socket: u32,
}

impl Tab {
    pub(crate) fn new() -> Self {
        Self::numbered(1)
    }

    pub(crate) fn numbered(tab: u32) -> Self {
        let client = Client::new(Author::Visitor, tab, 7);
        Self { client, now: Timestamp::from_millis(1_000_000), socket: 0 }
    }

    /// A tab that has caught up with `entries`.
    pub(crate) fn live(entries: Vec<Entry<VisitorBody>>) -> Self {
        let mut tab = Self::new();
        tab.does(Input::Connect);
        tab.answers_hello(1, entries);
        tab
    }

    pub(crate) fn wait(&mut self, span: Millis) {
        self.now = self.now.after(span);
    }

    pub(crate) fn does(&mut self, input: Input<VisitorBody>) -> Vec<String> {
        let outputs = self.client.handle(self.now, input);
        for output in &outputs {
            if let Output::Call(Call::Dial { socket, .. }) = output {
                self.socket = *socket;
            }
        }
        show(&outputs)
    }

    /// Lets the time pass until the client is due, and ticks.
    pub(crate) fn tick_when_due(&mut self) -> Vec<String> {
        self.now = self.client.due().unwrap().max(self.now);
        self.does(Input::Tick)
    }

    pub(crate) fn hears(&mut self, frame: Frame<VisitorBody>) -> Vec<String> {
        self.does(Input::Heard { socket: self.socket, frame })
    }

    /// The dialed socket opens, and the relay answers hello with these entries.
    pub(crate) fn answers_hello(
        &mut self,
        epoch: u32,
        entries: Vec<Entry<VisitorBody>>,
    ) -> Vec<String> {
        let mut said = self.does(Input::Opened { socket: self.socket });
        let head = entries.last().map(|it| it.place).or(self.last()).unwrap_or_default();
        said.extend(self.hears(welcome(epoch)));
        said.extend(self.hears(Frame::Entries(entries)));
        said.extend(self.hears(Frame::Ready { head }));
        said
    }

    pub(crate) fn writes(&mut self, name: &str) -> Vec<String> {
        self.does(Input::Wrote { client_id: id(name), draft: draft(name) })
    }

    pub(crate) fn breaks(&mut self) -> Vec<String> {
        self.does(Input::Closed { socket: self.socket, code: 1006 })
    }

    /// The socket breaks, and the next one opens.
    pub(crate) fn reconnects(&mut self, missed: Vec<Entry<VisitorBody>>) -> Vec<String> {
        let mut said = self.breaks();
        said.extend(self.tick_when_due());
        let epoch = self.client.epoch();
        said.extend(self.answers_hello(epoch, missed));
        said
    }

    pub(crate) fn last(&self) -> Option<Place> {
        self.client.entries().last().map(|it| it.place)
    }

    /// Every entry and line as one would read them.
    pub(crate) fn reads(&self) -> Vec<String> {
        let entries = self.client.entries().iter().map(|it| match it.body.message() {
            Some(message) if message.deleted_at.is_some() => format!("{} withdrawn", it.place.0),
            Some(message) => format!("{} {}", it.place.0, text(message.text.as_ref())),
            None => format!("{} -", it.place.0),
        });
        entries.chain(self.client.lines().iter().map(show_line)).collect()
    }
}

pub(crate) fn show_line(line: &UnsentMessage) -> String {
    let name = line.client_id.as_str();
    match line.state {
        UnsentState::Sending => format!("{name} sending"),
        UnsentState::Sent { place, .. } => format!("{name} sent at {}", place.0),
        UnsentState::Failed(failure) => format!("{name} failed: {failure:?}"),
    }
}

fn text(text: Option<&MessageText>) -> &str {
    text.map_or("", MessageText::as_str)
}

fn show(outputs: &[Output]) -> Vec<String> {
    outputs.iter().map(show_one).collect()
}

fn show_one(output: &Output) -> String {
    match output {
        Output::Call(Call::Dial { socket, renew: false }) => format!("dial {socket}"),
        Output::Call(Call::Dial { socket, renew: true }) => format!("dial {socket} renewed"),
        Output::Call(Call::HangUp { socket }) => format!("hang up {socket}"),
        Output::Call(Call::Ping) => "ping".to_owned(),
        Output::Call(Call::Reload) => "reload".to_owned(),
        Output::Say(Say::Hello { epoch, after }) => {
            format!("hello {epoch} after {}", after.map_or(0, |it| it.0))
        }
        Output::Say(Say::Post { client_id, draft }) => {
            let files = draft.files.iter().map(|it| format!(" with {}", it.id));
            format!("post {client_id}{}", files.collect::<String>())
        }
        Output::Say(Say::Typing { on }) => format!("typing {on}"),
        Output::Say(Say::Seen { place }) => format!("seen {}", place.0),
        Output::Say(Say::History { before }) => format!("history before {}", before.0),
        Output::Keep(kept) => format!("keep {}", kept.client_id),
        Output::Forget(client_id) => format!("forget {client_id}"),
        Output::Arrived { place } => format!("arrived {}", place.0),
        Output::Erased => "erased".to_owned(),
        Output::Unfinished(draft) => format!("unfinished {}", text(draft.text.as_ref())),
    }
}

pub(crate) fn welcome(epoch: u32) -> Frame<VisitorBody> {
    Frame::Welcome { epoch, seen: Place(0), seen_by_me: Place(0) }
}

pub(crate) fn ack(name: &str, place: u64) -> Frame<VisitorBody> {
    Frame::Ack { client_id: id(name), place: Place(place), at: Timestamp::from_millis(place) }
}

pub(crate) fn refused(name: &str) -> Frame<VisitorBody> {
    Frame::Refused { client_id: id(name), reason: Refusal::Rate }
}

pub(crate) fn id(name: &str) -> ClientId {
    name.parse().unwrap()
}

pub(crate) fn message_text(name: &str) -> MessageText {
    MessageText::try_from(name.to_owned()).unwrap()
}

/// A file: stored under that name, or being uploaded under it.
pub(crate) fn file(name: &str) -> File {
    File {
        id: name.parse().unwrap(),
        name: name.to_owned().try_into().unwrap(),
        bytes: 1,
        media: MediaType::Other,
    }
}

/// A draft with files, of which some are still being uploaded.
pub(crate) fn draft_with(name: &str, files: &[&str], uploads: &[&str]) -> NewMessage {
    NewMessage {
        files: files.iter().map(|it| file(it)).collect(),
        uploads: uploads.iter().map(|it| it.parse().unwrap()).collect(),
        ..draft(name)
    }
}

pub(crate) fn draft(name: &str) -> NewMessage {
    NewMessage { text: Some(message_text(name)), ..NewMessage::default() }
}

pub(crate) fn entry(place: u64, body: VisitorBody) -> Entry<VisitorBody> {
    Entry { place: Place(place), at: Timestamp::from_millis(place), session: SessionNo(1), body }
}

pub(crate) fn mine(place: u64, name: &str) -> Entry<VisitorBody> {
    said(place, name, Author::Visitor)
}

pub(crate) fn theirs(place: u64, name: &str) -> Entry<VisitorBody> {
    said(place, name, Author::Agent("ana".parse().unwrap()))
}

pub(crate) fn edited(place: u64, of: u64, name: &str) -> Entry<VisitorBody> {
    entry(place, VisitorBody::Edited { of: Place(of), text: Some(message_text(name)) })
}

pub(crate) fn deleted(place: u64, of: u64) -> Entry<VisitorBody> {
    entry(place, VisitorBody::Deleted { of: Place(of) })
}

pub(crate) fn ana() -> MemberCard {
    let name = "Ana".to_owned().try_into().unwrap();
    MemberCard { id: "ana".parse().unwrap(), name }
}

fn said(place: u64, name: &str, author: Author) -> Entry<VisitorBody> {
    let message = Message {
        client_id: id(name),
        author,
        agent: None,
        visibility: inbox_types::Visibility::Public,
        text: Some(message_text(name)),
        files: Vec::new(),
        edited_at: None,
        deleted_at: None,
        detection: None,
        language_source: None,
    };
    entry(place, VisitorBody::Message(message))
}
