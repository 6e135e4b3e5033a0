//! Samples of all that is read from programs and written to them: of each thing one that has everything,
//! and of what may be left out or null one that is without.

use inbox_core::{
    Content, Department, Event, EventKind, QueueCause, RatingCard, Reopening, Speaker,
};
use inbox_host::forward::{ForwardPolicy, delivery, ping};
use inbox_protocol::{
    BridgeAgent, BridgeAssignee, BridgeDeletion, BridgeDone, BridgeEdit, BridgeFields,
    BridgeMember, BridgeMessage, BridgeSeen, BridgeSession, BridgeStatus, BridgeTags, BridgeTyping,
    FromBridge,
    http::{ApiConversation, ApiConversations, ApiScope, Uploaded},
};
use inbox_room::{EventBody, Identity, Stored, Written};
use inbox_types::{
    CloseCause, ContactDetails, ContactField, Detection, File, MediaType, MemberCard, Seq,
    SessionNo, SessionState, Text, Timestamp, VariantKey, Visibility,
};
use serde_json::{Map, Value as Json, json};

use super::shapes::{self, name_of, reference};

const AT: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn id<T: std::str::FromStr>(raw: &str) -> T {
    let Ok(id) = raw.parse() else { panic!("{raw} is no id") };
    id
}

fn text<const MAX: usize>(raw: &str) -> Text<MAX> {
    raw.to_owned().try_into().expect("a text")
}

/// An event that is sent out, as it is sent.
pub(super) struct Sent {
    pub(super) kind: &'static str,
    bodies: Vec<Json>,
}

/// All samples.
pub(super) struct Samples {
    pub(super) events: Vec<Sent>,
    actions: Vec<Vec<FromBridge>>,
}

impl Samples {
    pub(super) fn new() -> Self {
        Self { events: events(), actions: actions() }
    }

    /// The schemas of them.
    pub(super) fn schemas(&self) -> Json {
        let mut all = Map::new();
        let mut put = |name: &str, schema: Json| all.insert(name.to_owned(), schema);
        put("Id", shapes::id());
        let [full, bare] = conversations();
        put("Conversation", shapes::of_type("conversation", &[full.clone(), bare]));
        let page = ApiConversations { conversations: vec![full], next: Some("m1".to_owned()) };
        let mut page = shapes::of_type("conversations", &[page]);
        page["properties"]["conversations"]["items"] = reference("Conversation");
        put("Conversations", page);
        put("Uploaded", shapes::of_type("uploaded", &[Uploaded { file: file() }]));
        put("Done", shapes::of_type("done", &[BridgeDone { seq: Some(Seq(1)) }]));
        // A test of a webhook is in no conversation.
        let events = self.events.iter().filter(|it| it.kind != "ping");
        put("Event", any_of(&events.map(|it| name_of(it.kind)).collect::<Vec<_>>()));
        put("Events", missed());
        for event in &self.events {
            put(&name_of(event.kind), shapes::of_event(event.kind, &event.bodies));
        }
        let names: Vec<String> = self.actions.iter().map(|it| name_of(&kind(&it[0]))).collect();
        put("Action", any_of(&names));
        for (name, samples) in names.iter().zip(&self.actions) {
            put(name, shapes::of_action(samples));
        }
        Json::Object(all)
    }
}

/// Which actions a key must be good for this for.
pub(super) fn actions_of(scope: ApiScope) -> Vec<String> {
    let of_scope = |it: &Vec<FromBridge>| it[0].scope() == scope;
    actions().iter().filter(|it| of_scope(it)).map(|it| kind(&it[0])).collect()
}

fn kind(action: &FromBridge) -> String {
    json!(action)["type"].as_str().expect("a type").to_owned()
}

fn any_of(names: &[String]) -> Json {
    let all: Vec<Json> = names.iter().map(|it| reference(it)).collect();
    json!({ "oneOf": all })
}

fn missed() -> Json {
    let events = json!({ "type": "array", "items": reference("Event") });
    let after = json!({ "type": "integer", "minimum": 0 });
    let properties = json!({ "events": events, "after": after, "more": { "type": "boolean" } });
    let required = ["after", "events", "more"];
    json!({ "type": "object", "properties": properties, "required": required })
}

fn file() -> File {
    File { id: id("f1"), name: text("receipt.txt"), bytes: 14, media: MediaType::Other }
}

fn kim() -> MemberCard {
    MemberCard { id: id("m1"), name: text("Kim") }
}

fn conversations() -> [ApiConversation; 2] {
    let full = ApiConversation {
        conversation_id: id("main-c"),
        site_id: id("main-s"),
        session: SessionNo(1),
        state: SessionState::Queued,
        name: Some(text("Anna")),
        lang: id("en"),
        department_id: Some(id("sales")),
        assignee: Some(kim()),
        tags: vec![text("vip")],
        last_message_at: Some(AT),
        waiting_since: Some(AT),
    };
    let bare = ApiConversation {
        name: None,
        department_id: None,
        assignee: None,
        tags: Vec::new(),
        last_message_at: None,
        waiting_since: None,
        ..full.clone()
    };
    [full, bare]
}

/// One sample of each action or more, of which the first has everything. What each holds is written out, so
/// that what is new in it has to be said here.
fn actions() -> Vec<Vec<FromBridge>> {
    let conversation_id = || id("main-c");
    let agent = || BridgeAgent { name: text("Kim") };
    let message = || BridgeMessage {
        conversation_id: conversation_id(),
        id: Some(id("order-17")),
        agent: Some(agent()),
        text: Some(text("It is on its way.")),
        files: vec![id("f1")],
    };
    let edit = BridgeEdit {
        conversation_id: conversation_id(),
        id: Some(id("order-17")),
        seq: Some(Seq(1)),
        text: text("It is here."),
    };
    let deletion = BridgeDeletion {
        conversation_id: conversation_id(),
        id: Some(id("order-17")),
        seq: Some(Seq(1)),
    };
    let typing = BridgeTyping { conversation_id: conversation_id(), agent: agent(), on: true };
    let status = |status| BridgeStatus { conversation_id: conversation_id(), status };
    let assignee = |assignee| {
        FromBridge::Assignee(BridgeAssignee { conversation_id: conversation_id(), assignee })
    };
    let member = |id, email| Some(BridgeMember { id, email });
    let tags = BridgeTags {
        conversation_id: conversation_id(),
        agent: agent(),
        add: vec![text("vip")],
        remove: vec![text("new")],
    };
    let fields = |fields| {
        let (conversation_id, agent) = (conversation_id(), agent());
        FromBridge::Fields(BridgeFields { conversation_id, agent, fields })
    };
    let all = |value: Option<&str>| {
        ContactField::ALL.into_iter().map(|it| (it, value.map(ToOwned::to_owned))).collect()
    };
    vec![
        vec![FromBridge::Message(message())],
        vec![FromBridge::Note(message())],
        vec![FromBridge::Edit(edit)],
        vec![FromBridge::Delete(deletion)],
        vec![FromBridge::Typing(typing)],
        vec![FromBridge::Seen(BridgeSeen { conversation_id: conversation_id(), seq: Seq(1) })],
        vec![
            FromBridge::Status(status(BridgeSession::Closed)),
            FromBridge::Status(status(BridgeSession::Open)),
        ],
        vec![
            assignee(member(Some(id("m1")), None)),
            assignee(member(None, Some(text("kim@shop.example")))),
            assignee(None),
        ],
        vec![FromBridge::Tags(tags)],
        vec![fields(all(Some("1"))), fields(all(None)), fields([].into())],
    ]
}

/// All kinds of events, each as it is sent out, and as it is asked for.
fn events() -> Vec<Sent> {
    let identity = Identity { conversation: id("main-c"), site: id("main-s"), contact: id("v1") };
    let mut all: Vec<Sent> = Vec::new();
    let mut put = |kind, body: Json| match all.iter_mut().find(|it| it.kind == kind) {
        Some(known) => known.bodies.push(body),
        None => all.push(Sent { kind, bodies: vec![body] }),
    };
    let test = ping(&identity.site, "1", AT);
    put(test.kind, serde_json::from_str(&test.body).expect("JSON"));
    let policy = ForwardPolicy { masked: false, notes: true };
    for (kind, content) in happened() {
        let stored = stored(kind, content);
        let sent = delivery(&identity, 1, &stored, policy).expect("it is told");
        let mut body: Json = serde_json::from_str(&sent.body).expect("JSON");
        put(sent.kind, body.clone());
        body["id"] = json!(sent.id);
        if let Some(files) = body.pointer_mut("/data/message/files").and_then(Json::as_array_mut) {
            for file in files {
                file["url"] = json!("https://files.example/f/main-c/f1");
            }
        }
        put(sent.kind, body);
    }
    all
}

fn stored(kind: EventKind, content: Option<Content>) -> Stored {
    let event = Event { at: AT, session: SessionNo(1), kind };
    Stored {
        seq: Seq(7),
        shown: None,
        body: EventBody { event, by: None, audience: Vec::new() },
        written: content.map(|content| Written { content: Some(content), ..Written::default() }),
    }
}

/// What is told outside, with what is written beside it and without.
fn happened() -> Vec<(EventKind, Option<Content>)> {
    let sales = || Department { id: id("sales"), name: text("Sales") };
    let details = ContactDetails {
        name: Some(text("Anna")),
        email: Some(text("anna@shop.example")),
        phone: Some(text("1")),
        extra: Some(text("17")),
        notes: None,
        language: Some(id("en")),
    };
    let contents = |details| Some(Content::Contact { details });
    let contact = |by, content| (EventKind::ContactSet { by, fields: Vec::new() }, content);
    let mut all = messages();
    all.extend(sessions(&sales));
    all.extend([
        (EventKind::Taken { agent: kim(), shown: true }, None),
        (EventKind::Queued { cause: QueueCause::Transfer, department: Some(sales()) }, None),
        (EventKind::Queued { cause: QueueCause::OwnerLeft, department: None }, None),
        (EventKind::Rated { stars: 5 }, Some(Content::Rating { comment: text("Quick") })),
        (EventKind::Rated { stars: 5 }, None),
        contact(Some(kim()), contents(details)),
        contact(None, contents(ContactDetails::default())),
        contact(None, None),
        (EventKind::TagsSet { by: kim() }, Some(Content::Tags { tags: vec![text("vip")] })),
        (EventKind::TagsSet { by: kim() }, None),
        (EventKind::TopicsSet { by: kim(), topics: vec![id("t1")] }, None),
        (EventKind::DepartmentSet { by: kim(), department: sales() }, None),
        (EventKind::DepartmentGone { to: None }, None),
    ]);
    all
}

fn messages() -> Vec<(EventKind, Option<Content>)> {
    [Visibility::Public, Visibility::Note].into_iter().flat_map(messages_of).collect()
}

fn messages_of(visibility: Visibility) -> Vec<(EventKind, Option<Content>)> {
    let posted = |by, detection| EventKind::Posted {
        client_id: id("c1"),
        by,
        visibility,
        detection,
        language_source: None,
    };
    let said = || Content::Message { text: Some(text("Hello")), files: vec![file()] };
    let detected = |language| Some(Detection { language, confidence: 90, words: None });
    let of = Seq(3);
    let edit = Content::Edit { of, text: text("Hello there") };
    vec![
        (posted(Speaker::Agent(kim()), detected(Some(id("en")))), Some(said())),
        (posted(Speaker::Visitor, detected(None)), Some(said())),
        (posted(Speaker::Bot(id("b1")), None), None),
        (posted(Speaker::External(text("Kim")), None), Some(said())),
        (posted(Speaker::Bridge, None), Some(said())),
        (posted(Speaker::Team, None), Some(said())),
        (EventKind::Edited { of, n: None, visibility }, Some(edit)),
        (EventKind::Edited { of, n: None, visibility }, None),
        (EventKind::Deleted { of, n: None, visibility }, None),
    ]
}

fn sessions(sales: &impl Fn() -> Department) -> Vec<(EventKind, Option<Content>)> {
    let opened = |department, campaign, variant| EventKind::Opened {
        bot: None,
        department,
        campaign,
        campaign_name: None,
        variant,
    };
    let page = Content::Page { page: text("https://shop.example/") };
    let cause = CloseCause::Agent;
    let closed = EventKind::Closed { cause, by: None, legs: Vec::new(), rating: RatingCard::None };
    vec![
        (opened(Some(sales()), Some(id("k1")), Some(VariantKey::FIRST)), Some(page)),
        (opened(None, Some(id("k1")), None), None),
        (opened(None, None, None), None),
        (EventKind::Reopened { to: Reopening::Agent(kim()) }, None),
        (EventKind::Reopened { to: Reopening::Queue }, None),
        (closed, None),
    ]
}
