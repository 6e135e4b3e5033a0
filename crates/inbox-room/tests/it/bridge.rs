//! RM57 to RM60: what the inbox core of the company says.

mod away;

use inbox_protocol::{AgentBody, Refusal, ToAgent, ToVisitor, VisitorBody};
use inbox_types::{Author, CloseCause, MemberCard, MemberId, Seq, SessionState, limits};
use serde_json::{Value, json};

use crate::stage::{Stage, id};

/// Something of each kind, without its conversation.
fn all() -> Vec<(&'static str, Value)> {
    let kim = json!({ "name": "Kim" });
    vec![
        ("agent.message", json!({ "agent": kim, "text": "From elsewhere" })),
        ("agent.note", json!({ "agent": kim, "text": "A note from elsewhere" })),
        ("agent.typing", json!({ "agent": kim, "on": true })),
        ("agent.seen", json!({ "seq": 2 })),
        ("session.status", json!({ "status": "closed" })),
        ("session.status", json!({ "status": "open" })),
        ("contact.tags", json!({ "agent": kim, "add": ["vip"], "remove": ["new"] })),
        ("contact.fields", json!({ "agent": kim, "fields": { "phone": "123", "notes": null } })),
    ]
}

fn said(kind: &str, mut data: Value) -> Value {
    data["conversation_id"] = json!("main-c1");
    json!({ "type": kind, "data": data })
}

fn message(text: &str) -> Value {
    said("agent.message", json!({ "agent": { "name": "Kim" }, "text": text }))
}

/// A visitor at 1 has written, and Ana reads along at 10.
fn begun() -> Stage {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    stage.agent_arrives(10, "ana");
    stage
}

/// How it stands, and what each of these is answered there.
type Standing = (&'static str, fn() -> Stage, [Result<(), Refusal>; 8]);

#[test]
fn rm57_the_bridge_is_answered_by_how_the_conversation_stands() {
    let (ok, closed, not_found) = (Ok(()), Err(Refusal::Closed), Err(Refusal::NotFound));
    let standings: [Standing; 6] = [
        ("nobody wrote", Stage::new, [not_found; 8]),
        ("waiting", begun, [ok, ok, ok, ok, ok, Err(Refusal::State), ok, ok]),
        (
            "ended",
            || {
                let mut stage = begun();
                stage.bridge("e", &said("session.status", json!({ "status": "closed" }))).unwrap();
                stage
            },
            [closed, ok, ok, ok, closed, ok, ok, ok],
        ),
        (
            "ended by the visitor",
            || {
                let mut stage = begun();
                stage.visitor(1, inbox_protocol::FromVisitor::End);
                stage
            },
            [closed, ok, ok, ok, closed, closed, ok, ok],
        ),
        (
            "the site is gone",
            || {
                let mut stage = begun();
                let mut facts = stage.facts.clone();
                facts.site_deleted = true;
                stage.handle(inbox_room::Input::Facts(Box::new(facts)));
                stage
            },
            [closed, ok, ok, ok, closed, closed, ok, ok],
        ),
        (
            "to be erased",
            || {
                let mut stage = begun();
                let operation =
                    inbox_protocol::BulkOperation::Block { unsubscribe: true, purge: true };
                let grant = stage.grant("adam");
                let command = inbox_room::DeskCommand::Bulk {
                    grant,
                    ticket: "t".to_owned(),
                    operation,
                    session: None,
                };
                stage.handle(inbox_room::Input::Desk(command));
                stage
            },
            [not_found; 8],
        ),
    ];
    for (standing, make, expected) in standings {
        for ((kind, data), expected) in all().into_iter().zip(expected) {
            let mut stage = make();
            let before = stage.memory.events.len();
            let answer = stage.bridge("b1", &said(kind, data.clone())).map(|_| ());
            assert_eq!(answer, expected, "{standing}: {kind} {data}");
            if answer.is_err() {
                assert_eq!(stage.memory.events.len(), before, "{standing}: {kind} changes nothing");
            }
        }
    }
}

#[test]
fn rm57_a_bridge_that_says_too_much_at_once_is_told_to_wait() {
    let mut stage = begun();
    stage.sleeps = false;
    let typing = said("agent.typing", json!({ "agent": { "name": "Kim" }, "on": true }));
    for n in 0..limits::RATE_BRIDGE_FRAMES {
        assert!(stage.bridge("t", &typing).is_ok(), "{n}");
    }
    assert_eq!(stage.bridge("t", &typing), Err(Refusal::Rate));
    stage.wait(limits::RATE_SPAN.0);
    assert!(stage.bridge("t", &typing).is_ok());
}

#[test]
fn rm58_a_message_is_stored_once_and_shows_who_wrote_it() {
    let mut stage = begun();
    let text = "<b>Hi</b> & <script>alert(1)</script>";
    let first = stage.bridge("b1", &message(text)).unwrap();
    assert_eq!(first.seq, Some(Seq(stage.memory.events.len() as u64)));
    // Again by the same name, with whatever words, also once it is over.
    assert_eq!(stage.bridge("b1", &message("Other words")), Ok(first));
    stage.bridge("b2", &said("session.status", json!({ "status": "closed" }))).unwrap();
    assert_eq!(stage.bridge("b1", &message(text)), Ok(first));
    assert_eq!(stage.bridge("b3", &message(text)), Err(Refusal::Closed));
    let told: Vec<_> = stage
        .visitor_heard(1)
        .into_iter()
        .filter_map(|it| match it {
            ToVisitor::Entry { entry } => match entry.body {
                VisitorBody::Message(message) if message.author == Author::Bridge => Some(message),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 1);
    // It is text, and nothing on the way makes markup of it.
    assert_eq!(told[0].text.as_ref().unwrap().as_str(), text);
    let kim = MemberCard::external("Kim".to_owned().try_into().unwrap());
    assert_eq!(told[0].agent.as_ref(), Some(&kim));
    assert!(!stage.facts.members.contains_key(&kim.id));
}

#[test]
fn rm58_the_callers_own_name_counts_more_than_the_deliverys() {
    let mut stage = begun();
    let own = |text: &str| {
        let data = json!({ "id": "theirs-7", "agent": { "name": "Kim" }, "text": text });
        said("agent.message", data)
    };
    let first = stage.bridge("delivery-1", &own("Hi")).unwrap();
    assert_eq!(stage.bridge("delivery-2", &own("Hi")), Ok(first));
    assert_ne!(stage.bridge("delivery-1", &message("Hi")), Ok(first));
}

#[test]
fn rm58_a_note_is_for_the_team_alone() {
    let mut stage = begun();
    let data = json!({ "agent": { "name": "Kim" }, "text": "Psst" });
    stage.bridge("b1", &said("agent.note", data.clone())).unwrap();
    assert!(!format!("{:?}", stage.visitor_heard(1)).contains("Psst"));
    let read = stage.agent_heard(10).into_iter().any(|it| match it {
        ToAgent::Entry { entry } => match entry.body {
            AgentBody::Message(message) => {
                message.agent.is_some_and(|it| it.name.as_str() == "Kim")
            }
            _ => false,
        },
        _ => false,
    });
    assert!(read);
    let nameless = said("agent.note", json!({ "text": "Psst" }));
    assert_eq!(stage.bridge("b2", &nameless), Err(Refusal::Malformed));
}

#[test]
fn rm59_the_visitor_is_told_who_types_and_what_was_read() {
    let mut stage = begun();
    let typing = |on| said("agent.typing", json!({ "agent": { "name": "Kim" }, "on": on }));
    stage.bridge("b1", &typing(true)).unwrap();
    let head = stage.memory.events.len() as u64;
    stage.bridge("b2", &said("agent.seen", json!({ "seq": head + 7 }))).unwrap();
    stage.bridge("b3", &said("agent.seen", json!({ "seq": 1 }))).unwrap();
    let heard = stage.visitor_heard(1);
    let types = heard.iter().filter(|it| {
        matches!(it, ToVisitor::Typing { agent, on: true }
        if agent.name.as_str() == "Kim")
    });
    assert_eq!(types.count(), 1);
    let seen = heard.iter().filter(|it| matches!(it, ToVisitor::Seen { .. }));
    assert_eq!(seen.count(), 1, "a mark does not go back");
    assert!(stage.summary().seen.is_empty(), "no agent has read it");
    // Where nobody can write, nobody types.
    stage.bridge("b4", &said("session.status", json!({ "status": "closed" }))).unwrap();
    let before = stage.visitor_heard(1).len();
    stage.bridge("b5", &typing(true)).unwrap();
    assert_eq!(stage.visitor_heard(1).len(), before);
}

#[test]
fn rm60_what_is_not_named_stays() {
    let mut stage = begun();
    let tags = |add: Value, remove: Value| {
        let data = json!({ "agent": { "name": "Kim" }, "add": add, "remove": remove });
        said("contact.tags", data)
    };
    let fields = |fields: Value| {
        said("contact.fields", json!({ "agent": { "name": "Kim" }, "fields": fields }))
    };
    stage.bridge("b1", &tags(json!(["vip", "new"]), json!([]))).unwrap();
    stage.bridge("b2", &tags(json!(["vip", "late"]), json!(["new", "gone"]))).unwrap();
    stage.bridge("b3", &fields(json!({ "name": "Eve", "phone": "123" }))).unwrap();
    stage.bridge("b4", &fields(json!({ "phone": null, "extra": "K-7" }))).unwrap();
    let summary = stage.summary();
    let tags_now: Vec<_> = summary.tags.iter().map(|it| it.as_str().to_owned()).collect();
    assert_eq!(tags_now, ["vip", "late"]);
    let details = serde_json::to_value(&summary.details).unwrap();
    assert_eq!(details, json!({ "name": "Eve", "extra": "K-7" }));
    // The same again stores nothing.
    let before = stage.memory.events.len();
    stage.bridge("b5", &tags(json!(["vip"]), json!(["new"]))).unwrap();
    stage.bridge("b6", &fields(json!({ "name": "Eve" }))).unwrap();
    assert_eq!(stage.memory.events.len(), before);
    // Too much of something changes nothing, and says so.
    let many: Vec<String> = (0..=limits::TAGS).map(|n| format!("t{n}")).collect();
    assert_eq!(stage.bridge("b7", &tags(json!(many), json!([]))), Err(Refusal::TooMany));
    let long = fields(json!({ "phone": "1".repeat(41) }));
    assert_eq!(stage.bridge("b8", &long), Err(Refusal::TooLong));
    assert_eq!(stage.memory.events.len(), before);
}

#[test]
fn rm57_what_the_bridge_ends_and_reopens_the_visitor_is_told() {
    let mut stage = begun();
    stage.bridge("b1", &said("session.status", json!({ "status": "closed" }))).unwrap();
    assert_eq!(stage.summary().session.closed_by, Some(CloseCause::Agent));
    stage.bridge("b2", &said("session.status", json!({ "status": "open" }))).unwrap();
    assert_eq!(stage.summary().session.state, SessionState::Queued);
}

#[test]
fn rm80_the_bridge_changes_and_withdraws_what_it_said_itself_and_nothing_else() {
    let mut stage = begun();
    let named = json!({ "id": "theirs-1", "agent": { "name": "Kim" }, "text": "Hi" });
    let first = stage.bridge("b1", &said("agent.message", named)).unwrap().seq.unwrap();
    let second = stage.bridge("b2", &message("Hello")).unwrap().seq.unwrap();
    stage
        .bridge("b3", &said("agent.edit", json!({ "id": "theirs-1", "text": "Hi there" })))
        .unwrap();
    stage.bridge("b4", &said("agent.delete", json!({ "seq": second }))).unwrap();
    let heard = stage.visitor_heard(1);
    let edited = heard.iter().any(|it| format!("{it:?}").contains("Hi there"));
    assert!(edited, "{heard:?}");
    let before = stage.memory.events.len();
    let table = [
        // The visitor's, nobody's, what is withdrawn, and what names none or two.
        (json!({ "seq": 2, "text": "x" }), Refusal::NotFound),
        (json!({ "seq": 999, "text": "x" }), Refusal::NotFound),
        (json!({ "id": "v1", "text": "x" }), Refusal::NotFound),
        (json!({ "seq": second, "text": "x" }), Refusal::NotFound),
        (json!({ "text": "x" }), Refusal::Malformed),
        (json!({ "seq": first, "id": "theirs-1", "text": "x" }), Refusal::Malformed),
        (json!({ "id": "theirs-1", "text": "x".repeat(1_001) }), Refusal::TooLong),
    ];
    for (n, (data, expected)) in table.into_iter().enumerate() {
        let answer = stage.bridge(&format!("e{n}"), &said("agent.edit", data.clone()));
        assert_eq!(answer, Err(expected), "{data}");
        let mut data = data;
        data.as_object_mut().unwrap().remove("text");
        if matches!(expected, Refusal::NotFound | Refusal::Malformed) {
            let answer = stage.bridge(&format!("d{n}"), &said("agent.delete", data.clone()));
            assert_eq!(answer, Err(expected), "{data}");
        }
    }
    assert_eq!(stage.memory.events.len(), before);
    // A note as well, and what the visitor ended stays as it was.
    let note = json!({ "agent": { "name": "Kim" }, "text": "Psst" });
    let note = stage.bridge("b5", &said("agent.note", note)).unwrap().seq.unwrap();
    stage.visitor(1, inbox_protocol::FromVisitor::End);
    let edit = |seq: Seq| said("agent.edit", json!({ "seq": seq, "text": "Changed" }));
    assert!(stage.bridge("b6", &edit(note)).is_ok());
    assert_eq!(stage.bridge("b7", &edit(first)), Err(Refusal::Closed));
}

#[test]
fn rm81_what_the_bridge_answers_while_nobody_owns_it_is_said_to_be_answered_elsewhere() {
    let mut stage = begun();
    assert!(!stage.summary().session.elsewhere);
    let note = json!({ "agent": { "name": "Kim" }, "text": "Psst" });
    stage.bridge("b1", &said("agent.note", note)).unwrap();
    assert!(!stage.summary().session.elsewhere, "a note answers nobody");
    stage.bridge("b2", &message("Hello")).unwrap();
    assert!(stage.summary().session.elsewhere);
    stage.visitor_says(1, "v2", "and another thing");
    assert!(stage.summary().session.elsewhere, "they go on answering there");
    stage.agent(10, inbox_protocol::FromAgent::Take);
    assert!(!stage.summary().session.elsewhere, "Ana owns it");
    stage.bridge("b3", &message("I am here too")).unwrap();
    assert!(!stage.summary().session.elsewhere, "Ana still does");
}

#[test]
fn rm112_a_bridge_names_no_more_tags_than_a_contact_has() {
    let mut stage = begun();
    let tags = |add: Value, remove: Value| {
        let data = json!({ "agent": { "name": "Kim" }, "add": add, "remove": remove });
        said("contact.tags", data)
    };
    // The same one again and again is compared as often.
    let same = |n: usize| json!(vec!["vip"; n]);
    assert!(stage.bridge("b1", &tags(same(limits::TAGS), same(limits::TAGS))).is_ok());
    for (no, (add, remove)) in
        [(limits::TAGS + 1, 0), (0, limits::TAGS + 1)].into_iter().enumerate()
    {
        let answer = stage.bridge(&format!("m{no}"), &tags(same(add), same(remove)));
        assert_eq!(answer, Err(Refusal::TooMany), "{add} {remove}");
    }
}

fn assigned(to: &Value) -> Value {
    said("session.assignee", json!({ "assignee": to }))
}

#[test]
fn ap3_the_bridge_assigns_to_members_who_are_there_and_may_answer() {
    let mut stage = begun();
    let refusals = [
        (json!({ "id": "nobody" }), Refusal::NotFound),
        // The shell asks the workspace whose address it is, before the room hears of it.
        (json!({ "email": "ben@pots.example" }), Refusal::Malformed),
        (json!({ "id": "ben", "email": "ben@pots.example" }), Refusal::Malformed),
        (json!({}), Refusal::Malformed),
        (json!({ "id": "mark" }), Refusal::Forbidden),
    ];
    let before = stage.memory.events.len();
    for (no, (to, refusal)) in refusals.into_iter().enumerate() {
        assert_eq!(stage.bridge(&format!("r{no}"), &assigned(&to)), Err(refusal), "{to}");
    }
    // Nobody has it: to say so changes nothing (AP10).
    stage.bridge("b0", &assigned(&Value::Null)).unwrap();
    assert_eq!(stage.memory.events.len(), before);
    stage.bridge("b1", &assigned(&json!({ "id": "ben" }))).unwrap();
    assert_eq!(stage.summary().session.owner, Some(id("ben")));
    // Ben is told, as of a transfer, and by nobody of the team.
    let added: Vec<_> = stage.summary().session.added;
    assert_eq!(added.len(), 1);
    assert_eq!((&added[0].agent, added[0].by.as_str()), (&id("ben"), "bridge"));
    let mut facts = stage.facts.clone();
    facts.members.get_mut(&id::<MemberId>("cleo")).unwrap().removed = true;
    stage.handle(inbox_room::Input::Facts(Box::new(facts)));
    assert_eq!(stage.bridge("b2", &assigned(&json!({ "id": "cleo" }))), Err(Refusal::NotFound));
    stage.bridge("b3", &assigned(&Value::Null)).unwrap();
    assert_eq!(stage.summary().session.owner, None);
    assert_eq!(stage.summary().session.state, SessionState::Queued);
    // Nobody has to be said.
    let silent = json!({ "type": "session.assignee", "data": { "conversation_id": "main-c1" } });
    assert!(serde_json::from_value::<inbox_protocol::FromBridge>(silent).is_err());
}

#[test]
fn ap3_who_was_not_there_when_the_bridge_assigned_does_not_keep_it() {
    let mut stage = begun();
    stage.bridge("b1", &assigned(&json!({ "id": "ben" }))).unwrap();
    let offline = inbox_room::DeskCommand::Presence {
        agent: id("ben"),
        presence: inbox_types::Presence::Offline,
        since: Some(inbox_types::Timestamp::default()),
    };
    stage.handle(inbox_room::Input::Desk(offline));
    assert_eq!(stage.summary().session.owner, None);
}

#[test]
fn rm130_nobody_is_asked_for_a_bridge_that_says_too_much_or_has_nothing_to_say_here() {
    assert_eq!(Stage::new().bridge_asks(), Err(Refusal::NotFound), "nobody wrote");
    let mut stage = begun();
    stage.sleeps = false;
    let before = stage.memory.events.len();
    for n in 0..limits::RATE_BRIDGE_FRAMES {
        assert_eq!(stage.bridge_asks(), Ok(inbox_protocol::BridgeDone::default()), "{n}");
    }
    assert_eq!(stage.memory.events.len(), before);
    // One rate holds for what it says and for what it has others asked.
    assert_eq!(stage.bridge_asks(), Err(Refusal::Rate));
    assert_eq!(stage.bridge("b1", &assigned(&Value::Null)), Err(Refusal::Rate));
    stage.wait(limits::RATE_SPAN.0);
    assert!(stage.bridge_asks().is_ok());
}

fn with_files(files: &[&str]) -> Value {
    let agent = json!({ "name": "Kim" });
    said("agent.message", json!({ "agent": agent, "files": files }))
}

#[test]
fn ap4_the_bridge_sends_what_it_uploaded_once() {
    let mut stage = begun();
    stage.uploads("f1", Author::Bridge);
    stage.uploads("f2", Author::Visitor);
    stage.uploads("f3", Author::Agent(id("ana")));
    for theirs in [["f1", "f2"], ["f1", "f3"], ["f1", "f9"], ["f1", "f1"]] {
        let answer = stage.bridge("b1", &with_files(&theirs));
        assert_eq!(answer, Err(Refusal::NotFound), "{theirs:?}");
    }
    assert_eq!(stage.bridge("b1", &with_files(&[])), Err(Refusal::Empty));
    let first = stage.bridge("b1", &with_files(&["f1"])).unwrap();
    // Retried it is the same message, and its file is not missed.
    assert_eq!(stage.bridge("b1", &with_files(&["f1"])), Ok(first));
    assert_eq!(stage.bridge("b2", &with_files(&["f1"])), Err(Refusal::NotFound));
    let told = stage.visitor_heard(1).into_iter().filter_map(|it| match it {
        ToVisitor::Entry { entry } => match entry.body {
            VisitorBody::Message(message) => Some(message.files.len()),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(told.sum::<usize>(), 1);
    let many = ["f1"; limits::FILES_PER_MESSAGE + 1];
    assert_eq!(stage.bridge("b3", &with_files(&many)), Err(Refusal::TooManyFiles));
}

#[test]
fn ap4_only_so_many_uploads_of_the_bridge_wait() {
    let stage = begun();
    assert_eq!(stage.may_bridge_upload(limits::PENDING_FILES - 1), Ok(()));
    assert_eq!(stage.may_bridge_upload(limits::PENDING_FILES), Err(Refusal::TooManyFiles));
    assert_eq!(Stage::new().may_bridge_upload(0), Err(Refusal::NotFound));
}
