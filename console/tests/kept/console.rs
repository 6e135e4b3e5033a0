//! A console as its member uses it, with what lies around it: the relay, the browser and its storage.

use std::collections::BTreeMap;

use inbox_protocol::{FromAgent, FromDesk, ToAgent, ToDesk, http::Me};
use inbox_types::{ContactField, ConversationId, Millis, Timestamp, Visibility};
use porchlight_console::model::{
    DeskMsg, Effect, KeptDraft, Model, Msg, Picked, RoomMsg, Route, SignInMsg, ToastKind,
    UploadState, start, update,
};
use serde_json::{Value, json};

pub(crate) type Storage = BTreeMap<ConversationId, KeptDraft>;

pub(crate) fn id(name: &str) -> ConversationId {
    name.parse().unwrap()
}

pub(crate) fn here() -> ConversationId {
    id("main-c1")
}

pub(crate) fn day_of(at: Timestamp) -> i64 {
    i64::try_from(at.as_millis() / 86_400_000).unwrap()
}

/// A console with one conversation open, the storage of its browser, and everything it said.
pub(crate) struct Console {
    pub(crate) model: Model,
    pub(crate) now: Timestamp,
    pub(crate) storage: Storage,
    pub(crate) said: Vec<FromAgent>,
    pub(crate) said_to_desk: Vec<FromDesk>,
    /// The addresses that were opened in windows of their own.
    pub(crate) windows: Vec<String>,
    /// The relay's view of the conversation, as this member has it.
    pub(crate) view: Value,
    /// What the relay has of the transcript beside its two messages.
    pub(crate) more: Vec<Value>,
    pub(crate) socket: u32,
    /// How often a conversation's socket was asked whether it is there.
    pub(crate) n_pings: usize,
}

impl Console {
    pub(crate) fn new() -> Self {
        Self::with(7, Storage::new(), conversation(&mine(), &json!({})))
    }

    /// A page of this browser, with what its storage has.
    pub(crate) fn with(seed: u32, storage: Storage, view: Value) -> Self {
        let now = Timestamp::from_millis(1_000_000);
        let mut model = Model::new(now, seed);
        let _ = start(&mut model, Route::Conversation(here()));
        let mut console = Self {
            model,
            now,
            storage,
            said: vec![],
            said_to_desk: vec![],
            windows: vec![],
            view,
            more: vec![],
            socket: 0,
            n_pings: 0,
        };
        let me: Me = serde_json::from_value(json!({
            "workspace": "main", "workspace_name": "Pottery", "may": ["view", "reply"],
            "member": {"id": "ana", "name": "Ana", "email": null, "role": "agent", "departments": []},
        }))
        .unwrap();
        console.does(Msg::SignIn(SignInMsg::Known(Ok(Box::new(me)))));
        console.connects_desk(1);
        console.connects();
        console
    }

    pub(crate) fn does(&mut self, msg: Msg) {
        let before = (self.model.lines_version(), self.model.lines(&day_of));
        let effects = update(&mut self.model, self.now, msg);
        // A view that looks at the version alone misses no change of a line.
        if self.model.lines_version() == before.0 {
            assert_eq!(self.model.lines(&day_of), before.1);
        }
        for effect in effects {
            self.carry_out(effect);
        }
    }

    /// As the shell does it.
    pub(crate) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Own(_) => self.does(Msg::Drafts(self.storage.clone())),
            Effect::KeepDraft { conversation, draft, after } => {
                let stored = self.storage.get(&conversation);
                if !draft.may_replace(stored, after) {
                    let theirs = Box::new(stored.unwrap().clone());
                    self.does(Msg::DraftDiffers(conversation, theirs));
                } else if draft.says_something() {
                    self.storage.insert(conversation, *draft);
                } else {
                    self.storage.remove(&conversation);
                }
            }
            Effect::ForgetDraft(conversation) => {
                self.storage.remove(&conversation);
            }
            Effect::ForgetAll => self.storage.clear(),
            Effect::Say { frame, .. } => self.said.push(frame),
            Effect::Ping { .. } => self.n_pings += 1,
            Effect::SayDesk(frame) => self.said_to_desk.push(frame),
            Effect::OpenLink(url) => self.windows.push(url),
            Effect::Dial { conversation, socket } if conversation == here() => self.socket = socket,
            _ => (),
        }
    }

    pub(crate) fn connects_desk(&mut self, socket: u32) {
        self.does(Msg::Desk(DeskMsg::Opened { socket }));
        let offer = json!({
            "id": "o1", "conversation": "main-c2", "kind": "assign", "name": "Linh",
            "department": null, "from": null, "messages": [], "proactive": false, "page": null,
            "received_at": 5_000_000, "deadline": 5_030_000,
        });
        let welcome: ToDesk = serde_json::from_value(json!({
            "type": "welcome", "version": 1, "now": 5_000_000, "may": ["view", "reply"],
            "me": {"id": "ana", "name": "Ana", "role": "agent", "departments": [],
                   "presence": "available", "load": 0},
            "members": [{"id": "sue", "name": "Sue", "role": "supervisor", "departments": [],
                         "presence": "available", "load": 0}],
            "departments": [], "sites": [], "topics": [{"id": "t1", "name": "Orders"}],
            "canned": [{"id": "r1", "shortcut": "delivery", "text": "Two days.", "department": null},
                       {"id": "r2", "shortcut": "welcome", "text": "Hello {{name}}!", "department": null}],
            "settings": {}, "grant": "g", "offers": [offer], "notifications": [],
        }))
        .unwrap();
        self.does(Msg::Desk(DeskMsg::Heard { socket, frame: Some(Box::new(welcome)) }));
    }

    /// The conversation's socket is open, and the relay says what it has.
    pub(crate) fn connects(&mut self) {
        self.room(RoomMsg::Opened { socket: self.socket });
        self.hears(&json!({
            "type": "welcome", "version": 1, "epoch": 1, "now": 5_000_000, "seen": 0,
            "seen_by_me": 0, "visits": [], "conversation": self.view.clone(),
        }));
        let mut entries =
            vec![message(1, "Two years.", "public"), message(2, "Old friend.", "note")];
        entries.extend(self.more.clone());
        self.hears(&json!({"type": "entries", "entries": entries}));
        self.hears(&json!({"type": "ready", "head": entries.len()}));
    }

    pub(crate) fn room(&mut self, msg: RoomMsg) {
        self.does(Msg::Room(here(), msg));
    }

    pub(crate) fn presses(&mut self, frame: FromAgent) {
        self.room(RoomMsg::Do(frame));
    }

    pub(crate) fn hears(&mut self, frame: &Value) {
        let frame: ToAgent = serde_json::from_value(frame.clone()).unwrap();
        self.room(RoomMsg::Heard { socket: self.socket, frame: Some(Box::new(frame)) });
    }

    pub(crate) fn hears_pong(&mut self) {
        self.room(RoomMsg::Heard { socket: self.socket, frame: None });
    }

    /// The connection asks by itself whether the relay is there.
    pub(crate) fn asks_whether_it_is_there(&mut self) {
        let before = self.n_pings;
        self.waits(26);
        assert_eq!(self.n_pings, before + 1);
    }

    /// So many seconds pass.
    pub(crate) fn waits(&mut self, seconds: u64) {
        self.now = self.now.after(Millis::seconds(seconds));
        self.does(Msg::Ticked);
    }

    pub(crate) fn becomes(&mut self, standing: &Value, details: &Value) {
        self.view = conversation(standing, details);
        self.hears(&json!({"type": "conversation", "conversation": self.view.clone()}));
    }

    pub(crate) fn loses_the_connection(&mut self) {
        self.room(RoomMsg::Closed { socket: self.socket, code: 1006 });
    }

    /// The relay says that this member may not view it.
    pub(crate) fn is_sent_away(&mut self) {
        self.room(RoomMsg::Closed { socket: self.socket, code: 4410 });
    }

    /// What the desk says.
    pub(crate) fn desk_says(&mut self, frame: Value) {
        let frame: ToDesk = serde_json::from_value(frame).unwrap();
        self.does(Msg::Desk(DeskMsg::Heard { socket: 1, frame: Some(Box::new(frame)) }));
    }

    pub(crate) fn comes_back(&mut self) {
        self.now = self.now.after(Millis::minutes(2));
        self.does(Msg::Ticked);
        self.connects();
    }

    pub(crate) fn becomes_due(&mut self) {
        self.now = self.now.after(Millis::minutes(10));
        self.does(Msg::Ticked);
    }

    pub(crate) fn types(&mut self, text: &str) {
        let caret = text.encode_utf16().count();
        self.room(RoomMsg::Typed { text: text.to_owned(), caret });
    }

    pub(crate) fn writes(&mut self, kind: Visibility, text: &str) {
        self.room(RoomMsg::Kind(kind));
        self.types(text);
    }

    pub(crate) fn uploads(&mut self, state: UploadState) {
        let picked = Picked { ticket: 1, name: "plan.pdf".to_owned(), bytes: 3 };
        self.room(RoomMsg::Picked(vec![picked]));
        self.room(RoomMsg::Uploading { ticket: 1, state });
    }

    pub(crate) fn fills_in(&mut self, field: ContactField, text: &str) {
        self.room(RoomMsg::Field { field, text: text.to_owned() });
    }

    pub(crate) fn sends(&mut self) {
        self.room(RoomMsg::Enter { client_id: "m1".parse().unwrap() });
    }

    pub(crate) fn shown(&self) -> &porchlight_console::model::Room {
        &self.model.rooms[&here()]
    }

    pub(crate) fn composer(&self) -> &porchlight_console::model::Composer {
        &self.shown().composer
    }

    pub(crate) fn is_told(&self, kind: &ToastKind) -> bool {
        self.model.toasts.iter().any(|it| it.kind == *kind)
    }

    /// The same in another tab.
    pub(crate) fn reloads_beside(&self) -> Self {
        Self::with(9, self.storage.clone(), self.view.clone())
    }

    /// The browser loads the page again.
    pub(crate) fn reloads(self) -> Self {
        Self::with(8, self.storage, self.view)
    }
}

pub(crate) fn mine() -> Value {
    json!({"state": "active", "owner": "ana", "closed_by": null,
           "may": ["view", "reply", "note", "whisper", "end", "transfer", "edit_contact",
                   "edit_own", "delete_own"]})
}

pub(crate) fn ended() -> Value {
    json!({"state": "closed", "owner": null, "closed_by": "customer",
           "may": ["view", "note", "edit_contact"]})
}

pub(crate) fn taken() -> Value {
    json!({"state": "active", "owner": "sue", "closed_by": null, "may": ["view", "note", "take"]})
}

pub(crate) fn conversation(standing: &Value, details: &Value) -> Value {
    json!({
        "id": "main-c1", "site": "main-shop", "language": "en", "language_source": "browser",
        "contact": {"id": "v1", "details": details, "tags": ["old"], "blocked": false},
        "session": {
            "no": 1, "state": standing["state"], "closed_by": standing["closed_by"],
            "opened_at": 1, "closed_at": null, "department": null, "owner": standing["owner"],
            "legs": [], "offer": null, "customer_waiting_since": null, "snoozed_until": null,
            "still_questions": false, "page": null, "proactive": false, "topics": [],
            "stars": null, "rating_comment": null,
        },
        "earlier": [], "may": standing["may"],
    })
}

pub(crate) fn message(place: u32, text: &str, visibility: &str) -> Value {
    json!({"place": place, "at": 4_000_000, "session": 1, "body": {
        "type": "message", "author": {"type": "agent", "id": "ana"},
        "client_id": format!("old{place}"), "text": text, "files": [], "visibility": visibility,
    }})
}

pub(crate) fn stored_file() -> UploadState {
    let file = json!({"id": "f1", "name": "plan.pdf", "bytes": 3, "media": "pdf"});
    UploadState::Done(Box::new(serde_json::from_value(file).unwrap()))
}
