//! RM120 to RM123: what is said again, and what costs more than it says.

use std::cell::Cell;

use inbox_protocol::{FromAgent, FromVisitor, Refusal, TransferTarget};
use inbox_room::{Conn, Input, Log, Numbering, Placed, Stored, StoredFile, UpTo};
use inbox_types::{
    Author, ClientId, ContactDetails, FileId, Place, Seq, SessionNo, StartContext, Visibility,
    Visit, limits,
};
use serde_json::{Value, json};

use crate::{
    memory::Memory,
    stage::{Stage, agent_post, campaign_said, facts, id, post, text},
};

/// All that is stored, but for how often something was.
fn stored(stage: &Stage) -> (usize, usize, usize, u32, Vec<Visit>) {
    let Memory { events, audited, standing, visits, n_stores, .. } = &stage.memory;
    (events.len(), audited.len(), *n_stores, standing.generation, visits.clone())
}

fn details() -> ContactDetails {
    ContactDetails { name: Some("Eve".to_owned().try_into().unwrap()), ..ContactDetails::default() }
}

/// What an agent may say that stores something, each with something in it.
fn said_by_agents() -> Vec<FromAgent> {
    vec![
        agent_post("p1", Visibility::Public, "hello"),
        agent_post("p2", Visibility::Note, "a note"),
        FromAgent::Edit { of: Place(5), text: text("other") },
        FromAgent::Delete { of: Place(5) },
        FromAgent::Seen { place: Place(3) },
        FromAgent::Take,
        FromAgent::Transfer {
            to: TransferTarget::Department(id("support")),
            mode: None,
            reason: None,
            session: None,
        },
        FromAgent::Transfer {
            to: TransferTarget::Agent(id("ben")),
            mode: None,
            reason: None,
            session: None,
        },
        FromAgent::Invite { agent: id("ben"), mode: None, session: None },
        FromAgent::Leave { session: None },
        FromAgent::Supervise,
        FromAgent::End { ask: false, reason: None, session: None },
        FromAgent::Ask,
        FromAgent::Wrapup { session: SessionNo(1), reason: None, remark: None },
        FromAgent::Snooze { until: None, session: None },
        FromAgent::Block,
        FromAgent::Unblock,
        FromAgent::Revoke,
        FromAgent::SetLanguage { language: Some("vi".parse().unwrap()) },
        FromAgent::SetContact { details: details() },
        FromAgent::SetTags { tags: vec!["vip".to_owned().try_into().unwrap()] },
        FromAgent::SetTopics { topics: vec![id("shipping")], session: None },
        FromAgent::SetDepartment { department: id("support") },
        FromAgent::SetDepartment { department: id("sales") },
    ]
}

#[test]
fn rm120_what_an_agent_says_twice_is_stored_once() {
    let mut wrong = Vec::new();
    for frame in said_by_agents() {
        for name in ["ana", "adam"] {
            let mut stage = Stage::new();
            stage.facts.site.ask_still_questions = true;
            let facts = Box::new(stage.facts.clone());
            stage.handle(Input::Facts(facts));
            stage.talk();
            stage.agent_arrives(31, name);
            stage.agent(31, frame.clone());
            let once = stored(&stage);
            if stage.closed_with(31).is_none() {
                stage.agent(31, frame.clone());
            }
            if stored(&stage) != once {
                wrong.push(format!("{name}: {frame:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // What is as it was is not even stored once.
    let mut stage = Stage::in_talk();
    let place = Place(stage.memory.events.len() as u64);
    let before = stored(&stage);
    for frame in [
        FromAgent::Edit { of: place, text: text("hi, how can I help?") },
        FromAgent::SetTags { tags: Vec::new() },
        FromAgent::SetTopics { topics: Vec::new(), session: None },
        FromAgent::SetDepartment { department: id("sales") },
        FromAgent::SetContact { details: ContactDetails::default() },
        FromAgent::SetLanguage { language: None },
    ] {
        stage.agent(2, frame.clone());
        assert_eq!(stored(&stage), before, "{frame:?}");
    }
    assert!(stage.refusals(2).is_empty(), "it is as they want it");
}

/// That nothing changes does not say that it was allowed.
#[test]
fn rm120_whoever_may_not_change_it_is_refused_also_where_nothing_changes() {
    let mut stage = Stage::in_talk();
    let place = Place(stage.memory.events.len() as u64);
    let mut facts = stage.facts.clone();
    facts.members.insert(id("ivy"), crate::stage::member("Ivy", inbox_types::Role::Auditor));
    facts.workspace.roles.forbid_editing = true;
    stage.handle(Input::Facts(Box::new(facts)));
    stage.agent_arrives(9, "ivy");
    for frame in [
        FromAgent::SetTags { tags: Vec::new() },
        FromAgent::SetTopics { topics: Vec::new(), session: None },
        FromAgent::SetDepartment { department: id("sales") },
    ] {
        stage.forget_heard();
        stage.agent(9, frame.clone());
        assert_eq!(stage.refusals(9), [Refusal::Forbidden], "{frame:?}");
    }
    stage.forget_heard();
    stage.agent(2, FromAgent::Edit { of: place, text: text("hi, how can I help?") });
    assert_eq!(stage.refusals(2), [Refusal::Forbidden]);
}

fn visit(at: u64) -> Visit {
    Visit {
        url: "https://shop.example/cups".to_owned().try_into().unwrap(),
        title: None,
        referrer: None,
        at: inbox_types::Timestamp::from_millis(at),
    }
}

#[test]
fn rm120_what_a_visitor_says_twice_is_stored_once() {
    let frames = [
        post("v9", "hello again", &[]),
        FromVisitor::Seen { place: Place(2) },
        FromVisitor::Visits { visits: vec![visit(1), visit(2)] },
        FromVisitor::Profile { details: details() },
        FromVisitor::SetLanguage { language: "vi".parse().unwrap() },
        FromVisitor::End,
        FromVisitor::Answer { more: true },
        FromVisitor::Rate { session: SessionNo(1), stars: 5, comment: None },
    ];
    for frame in frames {
        let mut stage = Stage::in_talk();
        if matches!(frame, FromVisitor::Rate { .. }) {
            stage.visitor(1, FromVisitor::End);
        }
        stage.visitor(1, frame.clone());
        let once = stored(&stage);
        stage.forget_heard();
        stage.visitor(1, frame.clone());
        assert_eq!(stored(&stage), once, "{frame:?}");
        assert!(stage.agent_heard(2).is_empty(), "{frame:?} is told nobody again");
    }
}

fn bridged(kind: &str, mut data: Value) -> Value {
    data["conversation_id"] = json!("main-c1");
    json!({ "type": kind, "data": data })
}

#[test]
fn rm120_what_the_bridge_says_twice_is_stored_once() {
    let kim = json!({ "name": "Kim" });
    for (kind, data) in [
        ("agent.message", json!({ "id": "m1", "agent": kim, "text": "Hi" })),
        ("agent.note", json!({ "id": "n1", "agent": kim, "text": "A note" })),
        ("agent.edit", json!({ "id": "m0", "text": "Hello there" })),
        ("agent.delete", json!({ "id": "m0" })),
        ("agent.typing", json!({ "agent": kim, "on": true })),
        ("agent.seen", json!({ "seq": 2 })),
        ("session.status", json!({ "status": "closed" })),
        ("contact.tags", json!({ "agent": kim, "add": ["vip"], "remove": ["new"] })),
        ("contact.fields", json!({ "agent": kim, "fields": { "phone": "123", "notes": null } })),
    ] {
        let mut stage = Stage::in_talk();
        let first = json!({ "id": "m0", "agent": kim, "text": "Hello" });
        stage.bridge("b0", &bridged("agent.message", first)).unwrap();
        stage.bridge("b1", &bridged(kind, data.clone())).unwrap();
        let once = stored(&stage);
        let _answer = stage.bridge("b2", &bridged(kind, data.clone()));
        assert_eq!(stored(&stage), once, "{kind} {data}");
    }
}

#[test]
fn rm121_what_is_refused_again_and_again_asks_the_workspace_once_a_second() {
    let mut stage = Stage::in_talk();
    stage.sleeps = false;
    stage.agent(2, FromAgent::End { ask: false, reason: None, session: None });
    let refused = |n: u32| post(&format!("r{n}"), "look", &["f404"]);
    let mut n_asked = 0;
    for n in 0..60 {
        n_asked += usize::from(stage.needs(1, &refused(n)).workspace.is_some());
        stage.visitor(1, refused(n));
        stage.wait(50);
    }
    assert_eq!(n_asked, 3, "in three seconds without a pause");
    // What would be taken begins a session by what holds now, whatever was refused before.
    stage.visitor(1, refused(60));
    assert!(stage.needs(1, &post("v8", "hello", &[])).workspace.is_some());
    stage.wait(limits::REFUSED_POST_LIFE.0);
    assert!(stage.needs(1, &refused(61)).workspace.is_some(), "a second later");
}

/// A log that counts how often something is looked up by its author's name for it.
struct Counting<'a>(&'a Memory, Cell<usize>);

impl Log for Counting<'_> {
    fn find_by_key(&self, author: &Author, client_id: &ClientId) -> Option<Placed> {
        self.1.set(self.1.get() + 1);
        self.0.find_by_key(author, client_id)
    }
    fn after(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        self.0.after(count, place, limit)
    }
    fn before(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        self.0.before(count, place, limit)
    }
    fn at(&self, count: Numbering, place: Place) -> Option<Stored> {
        self.0.at(count, place)
    }
    fn edits(&self, of: Seq) -> Vec<Seq> {
        self.0.edits(of)
    }
    fn up_to(&self, seq: Seq) -> UpTo {
        self.0.up_to(seq)
    }
    fn file(&self, file: &FileId) -> Option<StoredFile> {
        self.0.file(file)
    }
    fn visits(&self) -> Vec<Visit> {
        self.0.visits()
    }
}

#[test]
fn rm122_the_hundredth_answer_to_a_campaign_costs_what_the_first_did() {
    let mut stage = Stage::new();
    let answer = |n: u32| FromVisitor::Post {
        client_id: id(&format!("v{n}")),
        text: Some(text("Yes please")),
        files: Vec::new(),
        context: StartContext { campaign: Some(id("post")), ..StartContext::default() },
    };
    let said = || Some(Box::new(campaign_said(None)));
    let look_ups = |stage: &Stage, n: u32| {
        let log = Counting(&stage.memory, Cell::new(0));
        let input =
            Input::Visitor { conn: Conn(1), frame: answer(n), detection: None, said: said() };
        stage.woken().handle(stage.now, input, &log);
        log.1.get()
    };
    stage.visitor_arrives(1);
    let first = look_ups(&stage, 0);
    for n in 0..100 {
        stage.visitor_answers(1, &format!("v{n}"), said().map(|it| *it));
        stage.visitor(1, FromVisitor::End);
        stage.wait(limits::VISITOR_SESSIONS_SPAN.0 / 10);
    }
    assert!(stage.refusals(1).is_empty());
    assert_eq!(look_ups(&stage, 100), first);
}

/// A masked site tells the inbox outside its texts masked, so what that sends back of them is what they
/// hide.
#[test]
fn rm123_asterisks_that_the_bridge_was_told_come_back_as_what_they_hide() {
    let mut stage = Stage::in_talk();
    let contact = ContactDetails {
        email: Some("eve@mail.example".to_owned().try_into().unwrap()),
        phone: Some("+49 171 1234567".to_owned().try_into().unwrap()),
        ..details()
    };
    stage.agent(2, FromAgent::SetContact { details: contact.clone() });
    let tag = |it: &str| inbox_types::Label::try_from(it.to_owned()).unwrap();
    stage.agent(2, FromAgent::SetTags { tags: vec![tag("+49 171 1234567"), tag("vip")] });
    let mut facts = stage.facts.clone();
    facts.site.mask_sensitive = true;
    stage.handle(Input::Facts(Box::new(facts)));
    let shown = inbox_core::masking::details(&contact);
    assert_ne!(shown, contact);
    let hidden = inbox_core::masking::text("+49 171 1234567");
    let mut say = |kind: &str, mut data: Value| {
        data["agent"] = json!({ "name": "Kim" });
        let name = format!("b{}", stage.memory.events.len());
        stage.bridge(&name, &bridged(kind, data)).unwrap();
        stage.agent(2, FromAgent::Typing { on: true });
        let summary = stage.summary();
        (summary.details, summary.tags.iter().map(|it| it.as_str().to_owned()).collect::<Vec<_>>())
    };
    // All of it comes back as it was told, with one thing that is new.
    let mut fields = serde_json::to_value(&shown).unwrap();
    fields["extra"] = json!("K-7");
    let (now, _) = say("contact.fields", json!({ "fields": fields }));
    let extra = Some("K-7".to_owned().try_into().unwrap());
    assert_eq!(now, ContactDetails { extra, ..contact.clone() });
    let (_, tags) = say("contact.tags", json!({ "add": [hidden, "vip", "new"] }));
    assert_eq!(tags, ["+49 171 1234567", "vip", "new"]);
    let (_, tags) = say("contact.tags", json!({ "remove": [hidden] }));
    assert_eq!(tags, ["vip", "new"]);
    // What is new takes the place of what is hidden.
    let (now, _) = say("contact.fields", json!({ "fields": { "email": "eva@mail.example" } }));
    assert_eq!(now.email.unwrap().as_str(), "eva@mail.example");
}

/// A line with this file in it, from whom a test is about.
fn line_of(is_visitor: bool, name: &str, file: Option<&str>) -> Frame {
    let files: Vec<FileId> = file.into_iter().map(id).collect();
    let (client_id, text) = (id(name), Some(text(name)));
    if is_visitor {
        Frame::Visitor(FromVisitor::Post {
            client_id,
            text,
            files,
            context: StartContext::default(),
        })
    } else {
        Frame::Agent(FromAgent::Post { client_id, visibility: Visibility::Public, text, files })
    }
}

enum Frame {
    Visitor(FromVisitor),
    Agent(FromAgent),
}

fn says(stage: &mut Stage, conn: u64, frame: Frame) {
    match frame {
        Frame::Visitor(frame) => drop(stage.visitor(conn, frame)),
        Frame::Agent(frame) => drop(stage.agent(conn, frame)),
    }
}

fn order(stage: &Stage) -> Vec<String> {
    let lines = stage.memory.events.iter().filter_map(Stored::idempotency_key);
    lines.map(|it| it.1.to_string()).filter(|it| it.starts_with("line")).collect()
}

#[test]
fn rm160_a_refused_line_is_not_stored_after_a_later_one_by_way_of_another_socket() {
    for is_visitor in [true, false] {
        for sleeps in [false, true] {
            let mut stage = Stage::in_talk();
            let (first, second, author) = if is_visitor {
                (1, 11, Author::Visitor)
            } else {
                (2, 12, Author::Agent(id("ana")))
            };
            says(&mut stage, first, line_of(is_visitor, "line-1", Some("late")));
            assert_eq!(stage.refusals(first), [Refusal::NotFound], "its file is not there yet");
            stage.uploads("late", author);
            // The refusal does not arrive: the browser dials again, and says again what nobody answered.
            if is_visitor {
                stage.visitor_arrives(second);
            } else {
                stage.agent_arrives(second, "ana");
            }
            says(&mut stage, first, line_of(is_visitor, "line-2", None));
            if sleeps {
                stage.sleeps_through(facts());
            }
            says(&mut stage, second, line_of(is_visitor, "line-1", Some("late")));
            assert_eq!(stage.refusals(second), [Refusal::Unavailable]);
            assert_eq!(order(&stage), ["line-2"]);

            // That was heard: now it is wanted where it stands.
            says(&mut stage, second, line_of(is_visitor, "line-1", Some("late")));
            assert_eq!(order(&stage), ["line-2", "line-1"]);
        }
    }
}

#[test]
fn rm160_a_refused_line_is_taken_again_where_nothing_has_overtaken_it() {
    let mut stage = Stage::in_talk();
    says(&mut stage, 1, line_of(true, "line-1", Some("late")));
    stage.uploads("late", Author::Visitor);
    stage.visitor_arrives(11);
    says(&mut stage, 11, line_of(true, "line-1", Some("late")));
    says(&mut stage, 11, line_of(true, "line-2", None));
    assert_eq!(order(&stage), ["line-1", "line-2"]);
    assert!(stage.refusals(11).is_empty());

    // Who tries again over the same socket knows what stands before it.
    says(&mut stage, 11, line_of(true, "line-3", Some("later")));
    says(&mut stage, 11, line_of(true, "line-4", None));
    stage.uploads("later", Author::Visitor);
    says(&mut stage, 11, line_of(true, "line-3", Some("later")));
    assert_eq!(order(&stage), ["line-1", "line-2", "line-4", "line-3"]);
}
