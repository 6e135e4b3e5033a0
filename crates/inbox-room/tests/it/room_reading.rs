//! RM9 to RM14, RM40: what is read, edited, typed and seen.

use inbox_protocol::{AgentBody, FromAgent, FromVisitor, Refusal, ToAgent, ToVisitor, VisitorBody};
use inbox_room::{Conn, DeskCommand};
use inbox_types::{Author, Place, Visibility, limits};

use crate::{
    room_rules::agent_bodies,
    stage::{Stage, agent_post, id, post, text},
};

#[test]
fn rm9_a_whisper_is_for_those_who_took_part_then_and_those_who_oversee() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(3, "ben");
    stage.agent_arrives(4, "sue");
    stage.agent(4, FromAgent::Supervise);
    stage.agent(2, agent_post("w1", Visibility::Whisper, "canary"));
    assert!(format!("{:?}", stage.agent_heard(4)).contains("canary"));
    assert!(!format!("{:?}", stage.agent_heard(3)).contains("canary"));
    assert_eq!(agent_bodies(&stage.agent_heard(3)).last(), Some(&AgentBody::Later));

    // Whoever joins later is shown what they were shown before.
    let invite = FromAgent::Invite {
        agent: id("ben"),
        mode: Some(inbox_types::TransferMode::Direct),
        session: None,
    };
    stage.agent(2, invite);
    stage.agent_arrives(5, "ben");
    assert!(!format!("{:?}", stage.agent_heard(5)).contains("canary"));
    stage.agent(2, agent_post("w2", Visibility::Whisper, "second"));
    assert!(format!("{:?}", stage.agent_heard(5)).contains("second"));
}

#[test]
fn rm10_an_edit_changes_what_a_late_joiner_reads() {
    let mut stage = Stage::in_talk();
    let of = Place(stage.memory.events.last().unwrap().seq.0);
    stage.agent(2, FromAgent::Edit { of, text: text("hi, what can I do?") });
    assert_eq!(stage.refusals(2), []);
    stage.visitor_arrives(3);
    let heard = format!("{:?}", stage.visitor_heard(3));
    assert!(heard.contains("what can I do"));
    assert!(!heard.contains("how can I help"));
    // Whoever pages back to the message may not have its edit on the same page.
    let told = stage.visitor_heard(3);
    let edited = told.iter().find_map(|frame| match frame {
        ToVisitor::Entries { entries } => entries.iter().find_map(|it| match &it.body {
            VisitorBody::Message(message) if message.edited_at.is_some() => message.text.clone(),
            _ => None,
        }),
        _ => None,
    });
    assert_eq!(edited, Some(text("hi, what can I do?")));
    stage.desk(DeskCommand::Report);
    assert_eq!(stage.summary().last.unwrap().text, "hi, what can I do?");
}

#[test]
fn rm10_what_was_deleted_is_nowhere_not_even_in_its_edits() {
    let mut stage = Stage::in_talk();
    stage.uploads("f1", Author::Agent(id("ana")));
    let canary = FromAgent::Post {
        client_id: id("a2"),
        visibility: Visibility::Public,
        text: Some(text("canary")),
        files: vec![id("f1")],
    };
    stage.agent(2, canary);
    let of = Place(stage.memory.events.last().unwrap().seq.0);
    stage.agent(2, FromAgent::Edit { of, text: text("canary again") });
    stage.agent(2, FromAgent::Delete { of });
    assert_eq!(stage.refusals(2), []);
    let stored = serde_json::to_string(&stage.memory.events).unwrap();
    assert!(!stored.contains("canary"), "{stored}");
    assert_eq!(stage.dropped, [id("f1")]);
    stage.agent(2, FromAgent::Link { file: id("f1") });
    assert_eq!(stage.refusals(2), [Refusal::NotFound]);
}

#[test]
fn rm10_nobody_edits_what_they_may_not_read() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(4, "sue");
    stage.agent(4, FromAgent::Supervise);
    stage.agent(2, agent_post("w1", Visibility::Whisper, "canary"));
    let of = Place(stage.memory.events.last().unwrap().seq.0);
    stage.agent_arrives(3, "ben");
    stage.agent(3, FromAgent::Delete { of });
    assert_eq!(stage.refusals(3), [Refusal::NotFound]);
}

#[test]
fn rm11_a_file_is_sent_once_and_by_whoever_uploaded_it() {
    let mut stage = Stage::in_talk();
    stage.uploads("f1", Author::Visitor);
    stage.uploads("f2", Author::Agent(id("ana")));
    stage.visitor(1, post("v2", "", &["f2"]));
    assert_eq!(stage.refusals(1), [Refusal::NotFound]);
    stage.visitor(1, post("v2", "", &["f1"]));
    assert_eq!(stage.refusals(1).len(), 1, "a refused name may be sent again");
    stage.visitor(1, post("v3", "", &["f1"]));
    assert_eq!(stage.refusals(1), [Refusal::NotFound, Refusal::NotFound]);
}

#[test]
fn rm11_a_seventh_file_is_refused() {
    let mut stage = Stage::in_talk();
    let files: Vec<String> = (0..7).map(|n| format!("f{n}")).collect();
    for file in &files {
        stage.uploads(file, Author::Visitor);
    }
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    stage.visitor(1, post("v2", "look", &names));
    assert_eq!(stage.refusals(1), [Refusal::TooManyFiles]);
}

#[test]
fn rm11_the_address_of_a_file_is_for_those_who_may_read_its_message() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(3, "ben");
    stage.agent_arrives(4, "sue");
    stage.agent(4, FromAgent::Supervise);
    stage.uploads("f1", Author::Agent(id("ana")));
    let note = FromAgent::Post {
        client_id: id("n1"),
        visibility: Visibility::Whisper,
        text: None,
        files: vec![id("f1")],
    };
    stage.agent(2, note);
    stage.visitor(1, FromVisitor::Link { file: id("f1") });
    stage.agent(3, FromAgent::Link { file: id("f1") });
    stage.agent(2, FromAgent::Link { file: id("f1") });
    assert_eq!(stage.refusals(1), [Refusal::NotFound]);
    assert_eq!(stage.refusals(3), [Refusal::NotFound]);
    assert_eq!(stage.links, [(Conn(2), id("f1"))]);
}

#[test]
fn rm12_typing_is_relayed_and_stored_nowhere() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(3, "ben");
    let n_stores = stage.memory.n_stores;
    stage.forget_heard();
    stage.visitor(1, FromVisitor::Typing { on: true });
    stage.agent(2, FromAgent::Typing { on: true });
    assert_eq!(stage.agent_heard(2), [ToAgent::Typing { agent: None, on: true }]);
    assert_eq!(stage.agent_heard(3).len(), 2);
    assert!(matches!(stage.visitor_heard(1)[..], [ToVisitor::Typing { on: true, .. }]));
    assert_eq!(stage.memory.n_stores, n_stores);
}

#[test]
fn rm12_the_visitor_is_told_only_of_those_who_take_part_openly() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(3, "ben");
    stage.agent_arrives(4, "sue");
    stage.agent(4, FromAgent::Supervise);
    stage.forget_heard();
    stage.agent(3, FromAgent::Typing { on: true });
    stage.agent(4, FromAgent::Typing { on: true });
    assert!(stage.visitor_heard(1).is_empty());
}

#[test]
fn rm13_a_mark_of_what_was_seen_never_goes_back() {
    let mut stage = Stage::in_talk();
    let head = stage.memory.events.iter().filter(|it| it.shown.is_some()).count() as u64;
    stage.forget_heard();
    stage.visitor(1, FromVisitor::Seen { place: Place(head) });
    stage.visitor(1, FromVisitor::Seen { place: Place(1) });
    stage.visitor(1, FromVisitor::Seen { place: Place(head + 40) });
    let seen: Vec<ToAgent> = stage.agent_heard(2);
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[test]
fn rm13_only_who_takes_part_openly_makes_the_team_have_seen() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(4, "sue");
    stage.agent(4, FromAgent::Supervise);
    stage.forget_heard();
    let head = Place(stage.memory.events.len() as u64);
    stage.agent(4, FromAgent::Seen { place: head });
    assert!(stage.visitor_heard(1).is_empty());
    stage.agent(2, FromAgent::Seen { place: head });
    assert!(matches!(stage.visitor_heard(1)[..], [ToVisitor::Seen { .. }]));
}

#[test]
fn rm40_what_a_reader_saw_is_told_to_their_other_tabs() {
    let mut stage = Stage::in_talk();
    stage.visitor_arrives(5);
    stage.visitor_connects(6);
    stage.agent_arrives(7, "ana");
    stage.agent_arrives(8, "ben");
    let shown = stage.memory.events.iter().filter(|it| it.shown.is_some()).count() as u64;
    let head = Place(stage.memory.events.len() as u64);
    stage.forget_heard();
    stage.visitor(5, FromVisitor::Seen { place: Place(shown) });
    stage.visitor(1, FromVisitor::Seen { place: Place(shown) });
    assert_eq!(stage.visitor_heard(1), [ToVisitor::SeenByMe { place: Place(shown) }]);
    assert!(stage.visitor_heard(5).is_empty());
    assert!(stage.visitor_heard(6).is_empty(), "it has not said hello");

    stage.forget_heard();
    stage.agent(2, FromAgent::Seen { place: head });
    stage.agent(7, FromAgent::Seen { place: head });
    assert_eq!(stage.agent_heard(7), [ToAgent::SeenByMe { place: head }]);
    assert!(stage.agent_heard(2).is_empty());
    assert!(stage.agent_heard(8).is_empty());
}

fn visit(n: u64) -> inbox_types::Visit {
    inbox_types::Visit {
        url: format!("https://shop.example/{n}").try_into().unwrap(),
        title: None,
        referrer: None,
        at: inbox_types::Timestamp::from_millis(n),
    }
}

#[test]
fn rm14_the_last_fifty_pages_are_kept_while_a_session_is_open() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor(1, FromVisitor::Visits { visits: vec![visit(1)] });
    assert!(stage.memory.visits.is_empty());
    let mut stage = Stage::in_talk();
    stage.visitor(1, FromVisitor::Visits { visits: (0..60).map(visit).collect() });
    assert_eq!(stage.memory.visits.len(), limits::VISITS);
    assert_eq!(stage.memory.visits[0], visit(10));
    let told = stage.agent_heard(2);
    let Some(ToAgent::Visits { visits }) = told.last() else { panic!("{told:?}") };
    assert_eq!(*visits, stage.memory.visits);
    stage.visitor(1, FromVisitor::End);
    stage.visitor(1, FromVisitor::Visits { visits: vec![visit(99)] });
    assert_eq!(stage.memory.visits.last(), Some(&visit(59)));
}

#[test]
fn rm14_what_is_told_again_of_an_instant_takes_its_place() {
    let mut stage = Stage::in_talk();
    stage.visitor(1, FromVisitor::Visits { visits: (0..50).map(visit).collect() });
    for n in 0..100 {
        stage.wait(1_000);
        let url = format!("https://shop.example/49?view={n}").try_into().unwrap();
        let told = inbox_types::Visit { url, ..visit(49) };
        stage.visitor(1, FromVisitor::Visits { visits: vec![visit(49), told] });
    }
    let urls: Vec<&str> = stage.memory.visits.iter().map(|it| it.url.as_str()).collect();
    assert_eq!(urls.len(), limits::VISITS);
    assert_eq!((urls[0], urls[48]), ("https://shop.example/0", "https://shop.example/48"));
    assert_eq!(urls[49], "https://shop.example/49?view=99");
    let told = stage.agent_heard(2);
    let Some(ToAgent::Visits { visits }) = told.last() else { panic!("{told:?}") };
    assert_eq!(*visits, stage.memory.visits);
}
