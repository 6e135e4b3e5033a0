//! RM: the rules of one conversation with everybody connected to it.

use inbox_protocol::{
    AgentBody, BulkOperation, CloseCode, FromAgent, FromVisitor, InternalNotice, Refusal, ToAgent,
    ToVisitor, TransferTarget, VisitorBody, VisitorHello,
};
use inbox_room::{Conn, DeskCommand, Input, Output, Principal, RoomReport, VisitorCredentials};
use inbox_types::{
    Author, CloseCause, Language, Millis, Notice, Place, Presence, SessionNo, SessionState,
    Visibility, limits,
};

use crate::stage::{Stage, agent_hello, agent_post, campaign_said, facts, hello, id, post, text};

fn visitor_texts(frames: &[ToVisitor]) -> Vec<(u64, String)> {
    let entries = frames.iter().flat_map(|frame| match frame {
        ToVisitor::Entries { entries } | ToVisitor::History { entries } => entries.clone(),
        ToVisitor::Entry { entry } => vec![entry.clone()],
        _ => Vec::new(),
    });
    entries
        .map(|entry| {
            let shown = match entry.body {
                VisitorBody::Message(message) => {
                    message.text.map_or_else(|| "(nothing)".to_owned(), String::from)
                }
                VisitorBody::Notice(notice) => format!("{notice:?}"),
                other => format!("{other:?}"),
            };
            (entry.place.0, shown)
        })
        .collect()
}

fn agent_bodies(frames: &[ToAgent]) -> Vec<AgentBody> {
    let entries = frames.iter().flat_map(|frame| match frame {
        ToAgent::Entries { entries } | ToAgent::History { entries } => entries.clone(),
        ToAgent::Entry { entry } => vec![entry.clone()],
        _ => Vec::new(),
    });
    entries.map(|it| it.body).collect()
}

#[test]
fn rm1_a_socket_that_has_not_said_hello_is_told_nothing() {
    let mut stage = Stage::in_talk();
    stage.visitor_connects(7);
    stage.agent_connects(8, "ben");
    stage.visitor_says(1, "v2", "anybody?");
    assert!(stage.visitor_heard(7).is_empty());
    assert!(stage.agent_heard(8).is_empty());
}

#[test]
fn rm1_another_first_frame_is_refused_and_closes() {
    let mut stage = Stage::new();
    stage.visitor_connects(1);
    stage.visitor_says(1, "v1", "hello");
    assert_eq!(stage.refusals(1), [Refusal::HelloFirst]);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Protocol));
    assert!(stage.memory.events.is_empty());
}

/// However long a conversation is, and whatever a browser says it has: what one hello brings is bounded,
/// and nobody is left with a part of it.
#[test]
fn rm55_what_a_hello_brings_is_bounded() {
    let mut stage = Stage::in_talk();
    for n in 0..600 {
        stage.visitor_says(1, &format!("more{n}"), &format!("line {n}"));
        stage.wait(1_000);
    }
    let head = stage.memory.events.len() as u64;
    let places = (0..head).step_by(37).map(Some).chain([None, Some(head), Some(head + 9)]);
    for (n, after) in places.enumerate() {
        let (conn, agents) = (100 + n as u64, 200 + n as u64);
        stage.forget_heard();
        stage.visitor_connects(conn);
        stage.visitor(conn, hello(after));
        stage.agent_connects(agents, "ben");
        stage.agent(agents, agent_hello(after));
        stage.wait(10_000);
        let heard = stage.visitor_heard(conn);
        let Some(ToVisitor::Ready { head: shown }) = heard.last() else { panic!("{heard:?}") };
        let places: Vec<u64> = visitor_texts(&heard).into_iter().map(|it| it.0).collect();
        assert!(places.len() as u64 <= limits::CATCH_UP_ENTRIES, "after {after:?}");
        // All of what lacks, or the newest page, or nothing at all.
        let lacks = after.filter(|it| *it <= shown.0).map(|it| shown.0 - it);
        let expected = match lacks {
            Some(lacks) if limits::CATCH_UP_ENTRIES < lacks => 0,
            Some(lacks) => usize::try_from(lacks).unwrap(),
            None => limits::PAGE_ENTRIES,
        };
        assert_eq!(places.len(), expected, "after {after:?}");
        assert!(places.last().is_none_or(|it| *it == shown.0));
        let bodies = agent_bodies(&stage.agent_heard(agents)).len() as u64;
        assert!(bodies <= limits::CATCH_UP_ENTRIES, "after {after:?}");
        assert!(matches!(stage.agent_heard(agents).last(), Some(ToAgent::Ready { .. })));
    }
}

#[test]
fn rm1_hello_is_said_once_and_answered_once() {
    let mut stage = Stage::in_talk();
    stage.visitor_arrives(7);
    stage.agent_arrives(8, "ben");
    stage.forget_heard();
    for _ in 0..3 {
        stage.visitor(7, hello(Some(0)));
        stage.agent(8, agent_hello(Some(0)));
    }
    for conn in [7, 8] {
        assert_eq!(stage.refusals(conn), [Refusal::State]);
        assert_eq!(stage.heard[&Conn(conn)].len(), 1, "nothing else is told");
        assert_eq!(stage.closed_with(conn), Some(CloseCode::Protocol));
    }
}

#[test]
fn rm2_everything_is_stored_before_anybody_is_told() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    let outputs = stage.visitor(1, post("v1", "hello", &[]));
    assert!(matches!(outputs.first(), Some(Output::Store(_))), "{outputs:?}");
    assert_eq!(stage.memory.n_stores, 1);
}

#[test]
fn rm3_hello_is_answered_by_welcome_what_was_missed_and_ready() {
    let mut stage = Stage::in_talk();
    stage.visitor_connects(3);
    stage.visitor(3, hello(Some(1)));
    let heard = stage.visitor_heard(3);
    assert!(matches!(heard.first(), Some(ToVisitor::Welcome(_))), "{heard:?}");
    let head = Place(stage.memory.events.iter().filter(|it| it.shown.is_some()).count() as u64);
    assert_eq!(heard.last(), Some(&ToVisitor::Ready { head }));
    let places: Vec<u64> = visitor_texts(&heard).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, (2..=head.0).collect::<Vec<_>>());
}

#[test]
fn rm3_without_a_place_the_newest_page_comes_and_history_before_it() {
    let mut stage = Stage::in_talk();
    for n in 0..70 {
        stage.visitor_says(1, &format!("more{n}"), &format!("line {n}"));
        stage.wait(1_000);
    }
    stage.visitor_arrives(3);
    let first = visitor_texts(&stage.visitor_heard(3));
    assert_eq!(first.len(), limits::PAGE_ENTRIES);
    let first_place = first[0].0;
    stage.forget_heard();
    stage.visitor(3, FromVisitor::History { before: Place(first_place) });
    let older = visitor_texts(&stage.visitor_heard(3));
    assert_eq!(older.last().unwrap().0, first_place - 1);
    assert_eq!(older[0].0, 1);
}

#[test]
fn rm3_who_missed_several_pages_gets_them_all_in_order() {
    let mut stage = Stage::in_talk();
    for n in 0..130 {
        stage.visitor_says(1, &format!("more{n}"), &format!("line {n}"));
        stage.wait(1_000);
    }
    stage.agent_connects(9, "ben");
    stage.agent(9, agent_hello(Some(3)));
    let heard = stage.agent_heard(9);
    let n_pages = heard.iter().filter(|it| matches!(it, ToAgent::Entries { .. })).count();
    assert_eq!(n_pages, 3);
    assert_eq!(agent_bodies(&heard).len(), stage.memory.events.len() - 3);
}

#[test]
fn rm4_a_version_that_is_not_served_is_refused_and_closed() {
    let mut stage = Stage::new();
    stage.visitor_connects(1);
    let old = VisitorHello { version: 0, epoch: 0, after: None, languages: Vec::new() };
    stage.visitor(1, FromVisitor::Hello(old));
    assert_eq!(stage.refusals(1), [Refusal::Version]);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Version));
}

#[test]
fn rm5_a_browser_of_an_older_epoch_gets_the_newest_page_instead() {
    let mut stage = Stage::in_talk();
    stage.visitor_connects(3);
    let stale = VisitorHello { version: 1, epoch: 0, after: Some(Place(2)), languages: Vec::new() };
    stage.visitor(3, FromVisitor::Hello(stale));
    assert_eq!(visitor_texts(&stage.visitor_heard(3))[0].0, 1);
}

#[test]
fn rm6_a_message_is_told_to_everybody_and_then_acknowledged_to_its_sender() {
    let mut stage = Stage::in_talk();
    stage.visitor_arrives(3);
    stage.forget_heard();
    stage.visitor_says(1, "v2", "do you ship to Malta?");
    let heard = stage.visitor_heard(1);
    let entry = heard.iter().position(|it| matches!(it, ToVisitor::Entry { .. })).unwrap();
    let ack = heard.iter().position(|it| matches!(it, ToVisitor::Ack { .. })).unwrap();
    assert!(entry < ack);
    assert!(visitor_texts(&stage.visitor_heard(3)).iter().any(|(_, it)| it.contains("Malta")));
    assert!(!stage.visitor_heard(3).iter().any(|it| matches!(it, ToVisitor::Ack { .. })));
    assert!(!agent_bodies(&stage.agent_heard(2)).is_empty());
}

#[test]
fn rm7_a_repeat_gets_the_first_answer_whatever_it_says() {
    let mut stage = Stage::in_talk();
    stage.visitor_arrives(3);
    stage.forget_heard();
    let n_events = stage.memory.events.len();
    stage.wait(60_000);
    stage.visitor_says(3, "v1", "something else");
    let first = &stage.memory.events.iter().find(|it| it.idempotency_key().is_some()).unwrap();
    let ack = ToVisitor::Ack {
        client_id: id("v1"),
        place: first.shown.unwrap(),
        at: first.body.event.at,
    };
    assert_eq!(stage.visitor_heard(3), [ack]);
    assert_eq!(stage.memory.events.len(), n_events);
}

#[test]
fn rm7_an_agents_name_is_not_a_visitors() {
    let mut stage = Stage::in_talk();
    stage.agent_says(2, "v1", "the same name from another author");
    assert!(stage.memory.events.last().unwrap().idempotency_key().is_some());
}

#[test]
fn rm8_the_visitors_count_has_no_gap_and_notes_leave_no_trace() {
    let mut stage = Stage::in_talk();
    stage.agent(2, agent_post("n1", Visibility::Note, "a difficult one"));
    stage.visitor_says(1, "v2", "hello?");
    stage.visitor_arrives(3);
    let texts = visitor_texts(&stage.visitor_heard(3));
    let places: Vec<u64> = texts.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, (1..=texts.len() as u64).collect::<Vec<_>>());
    assert!(!format!("{:?}", stage.visitor_heard(1)).contains("difficult"));
    assert!(format!("{:?}", stage.agent_heard(2)).contains("difficult"));
}

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
    let invite =
        FromAgent::Invite { agent: id("ben"), mode: Some(inbox_types::TransferMode::Direct) };
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

#[test]
fn rm15_who_speaks_too_fast_is_refused_and_closed() {
    let mut stage = Stage::in_talk();
    stage.sleeps = false;
    for _ in 0..=limits::RATE_FRAMES {
        stage.visitor(1, FromVisitor::Typing { on: true });
    }
    assert_eq!(stage.refusals(1), [Refusal::Rate]);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Rate));
}

#[test]
fn rm15_what_is_much_work_counts_as_much() {
    let frames = [
        (FromVisitor::Visits { visits: Vec::new() }, limits::RATE_COST_OF_VISITS),
        (FromVisitor::History { before: Place(9) }, limits::RATE_COST_OF_HISTORY),
    ];
    for (frame, cost) in frames {
        let mut stage = Stage::in_talk();
        stage.sleeps = false;
        stage.wait(limits::RATE_SPAN.0);
        // A page is told once a second, and history as fast as anybody scrolls.
        assert!(10 <= limits::RATE_FRAMES / cost);
        for _ in 0..limits::RATE_FRAMES / cost {
            stage.visitor(1, frame.clone());
        }
        assert_eq!(stage.closed_with(1), None, "{frame:?}");
        stage.visitor(1, frame.clone());
        assert_eq!(stage.closed_with(1), Some(CloseCode::Rate), "{frame:?}");
    }
}

#[test]
fn rm15_the_rate_begins_anew_after_its_span() {
    let mut stage = Stage::in_talk();
    stage.sleeps = false;
    for _ in 0..3 {
        stage.wait(limits::RATE_SPAN.0);
        for _ in 0..limits::RATE_FRAMES {
            stage.visitor(1, FromVisitor::Typing { on: true });
        }
    }
    assert_eq!(stage.closed_with(1), None);
}

#[test]
fn rm16_one_tab_too_many_closes_the_oldest() {
    let mut stage = Stage::new();
    for conn in 0..=limits::VISITOR_SOCKETS as u64 {
        stage.visitor_arrives(conn);
    }
    assert_eq!(stage.closed_with(0), Some(CloseCode::Rate));
    assert_eq!(stage.readers.len(), limits::VISITOR_SOCKETS);
}

#[test]
fn rm17_a_blocked_contact_is_closed_for_good() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(6, "adam");
    stage.agent(6, FromAgent::Block);
    assert_eq!(stage.refusals(6), []);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Gone));
    stage.visitor_connects(9);
    assert_eq!(stage.closed_with(9), Some(CloseCode::Gone));
    stage.agent(6, FromAgent::Unblock);
    stage.visitor_arrives(10);
    assert_eq!(stage.closed_with(10), None);
}

#[test]
fn rm18_a_grant_is_checked_on_every_frame() {
    let mut stage = Stage::in_talk();
    let n_events = stage.memory.events.len();
    stage.wait(limits::GRANT_LIFE.0 + 1);
    stage.agent_says(2, "a2", "am I still here?");
    assert_eq!(stage.refusals(2), [Refusal::Unauthorized]);
    assert_eq!(stage.closed_with(2), Some(CloseCode::Unauthorized));
    assert_eq!(stage.memory.events.len(), n_events);
}

#[test]
fn rm18_whoever_only_listens_is_told_nothing_after_the_grant() {
    let mut stage = Stage::in_talk();
    stage.forget_heard();
    stage.wait(limits::GRANT_LIFE.0 + 1);
    stage.visitor_says(1, "v2", "still there?");
    assert!(stage.agent_heard(2).is_empty());
    assert_eq!(stage.closed_with(2), Some(CloseCode::Unauthorized));
}

#[test]
fn rm18_a_renewed_grant_goes_on_and_another_agents_does_not() {
    let mut stage = Stage::in_talk();
    stage.wait(limits::GRANT_LIFE.0 - 1);
    let grant = Some(stage.grant("ana"));
    stage.handle(Input::Renewed { conn: Conn(2), grant });
    stage.wait(1_000);
    stage.agent_says(2, "a2", "I am");
    assert_eq!(stage.refusals(2), []);
    let grant = Some(stage.grant("adam"));
    stage.handle(Input::Renewed { conn: Conn(2), grant });
    assert_eq!(stage.closed_with(2), Some(CloseCode::Unauthorized));
}

#[test]
fn rm19_changed_rights_end_older_grants() {
    let mut stage = Stage::in_talk();
    stage.desk(DeskCommand::RightsChanged { agent: id("ana"), version: 2 });
    assert_eq!(stage.closed_with(2), Some(CloseCode::Unauthorized));
}

#[test]
fn rm19_a_removed_member_is_closed_for_good_and_the_session_waits() {
    let mut stage = Stage::in_talk();
    stage.desk(DeskCommand::MemberRemoved { agent: id("ana"), to: None });
    assert_eq!(stage.closed_with(2), Some(CloseCode::Gone));
    assert_eq!(stage.summary().session.state, SessionState::Queued);
}

#[test]
fn rm20_who_may_not_view_is_told_that_there_is_nothing() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(5, "mark");
    assert!(stage.agent_heard(5).is_empty());
    assert_eq!(stage.closed_with(5), Some(CloseCode::Gone));
}

#[test]
fn rm21_who_may_no_longer_view_is_closed() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(3, "ben");
    let to = TransferTarget::Department(id("support"));
    stage.agent(2, FromAgent::Transfer { to, mode: None, reason: None });
    assert_eq!(stage.refusals(2), []);
    assert_eq!(stage.closed_with(3), Some(CloseCode::Gone));
}

#[test]
fn rm22_the_alarm_is_the_earliest_timer_and_does_what_is_due() {
    let mut stage = Stage::in_talk();
    let alarm = stage.memory.alarm.expect("the visitor may not answer");
    stage.now = alarm;
    stage.handle(Input::Fired);
    assert_eq!(stage.summary().session.closed_by, Some(CloseCause::Inactivity));
    assert_eq!(stage.memory.alarm, None);
}

#[test]
fn rm22_an_alarm_that_comes_too_early_does_nothing() {
    let mut stage = Stage::in_talk();
    let n_events = stage.memory.events.len();
    stage.wait(1_000);
    assert_eq!(stage.handle(Input::Fired), []);
    assert_eq!(stage.memory.events.len(), n_events);
}

#[test]
fn rm23_every_two_hundred_events_the_state_is_kept() {
    let mut stage = Stage::in_talk();
    for n in 0..250 {
        stage.visitor_says(1, &format!("more{n}"), "more");
        stage.wait(1_000);
        if n % 50 == 0 {
            let grant = Some(stage.grant("ana"));
            stage.handle(Input::Renewed { conn: Conn(2), grant });
        }
    }
    let head = stage.memory.checkpoint.as_ref().unwrap().transcript.head();
    assert!(limits::CHECKPOINT_EVENTS <= head.0 && head.0 < limits::CHECKPOINT_EVENTS + 20);
}

#[test]
fn rm24_the_desk_is_told_after_every_change_and_versions_rise() {
    let mut stage = Stage::in_talk();
    stage.visitor_says(1, "v2", "one more");
    stage.agent(2, FromAgent::Seen { place: Place(99) });
    let versions: Vec<_> = stage
        .reports
        .iter()
        .filter_map(|it| match it {
            RoomReport::Summary(summary) => Some(summary.version),
            _ => None,
        })
        .collect();
    assert!(4 <= versions.len());
    assert!(versions.windows(2).all(|it| it[0] < it[1]), "{versions:?}");
    assert_eq!(stage.woken().report(&stage.memory), stage.reports.last().cloned());
    assert_eq!(stage.summary().last.unwrap().text, "one more");
    assert_eq!(stage.summary().seen[&id("ana")], 2);
}

#[test]
fn rm25_an_offer_is_made_once_and_answered_once() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    let offer =
        DeskCommand::Offer { session: SessionNo(1), queued_at: None, grant: stage.grant("ana") };
    stage.desk(offer.clone());
    let made = stage.summary().session.offer.expect("an offer");
    // Said twice it frees no place; another agent's it does.
    let n_reports = stage.reports.len();
    stage.desk(offer);
    assert_eq!(stage.reports.len(), n_reports);
    stage.desk(DeskCommand::Offer {
        session: SessionNo(1),
        queued_at: None,
        grant: stage.grant("ben"),
    });
    assert!(matches!(stage.reports.last(), Some(RoomReport::OfferRefused { .. })));
    let grant = stage.grant("ana");
    let yes = DeskCommand::Answer { grant, offer: made.id, accept: true };
    stage.desk(yes.clone());
    assert_eq!(stage.summary().session.owner, Some(id("ana")));
    let n_events = stage.memory.events.len();
    stage.desk(yes);
    assert_eq!(stage.memory.events.len(), n_events);
}

#[test]
fn rm25_an_offer_that_comes_after_its_turn_in_the_queue_is_not_made() {
    let mut stage = Stage::in_talk();
    let session = stage.summary().session;
    stage.wait(1);
    stage.agent(2, FromAgent::Leave);
    let now = stage.summary().session;
    assert_ne!(now.queued_at, session.queued_at);
    stage.agent_arrives(3, "ben");
    for (queued_at, is_made) in [(session.queued_at, false), (now.queued_at, true)] {
        let grant = stage.grant("ben");
        stage.desk(DeskCommand::Offer { session: session.no, queued_at, grant });
        assert_eq!(stage.summary().session.offer.is_some(), is_made);
    }
}

#[test]
fn rm25_an_offer_nobody_answers_ends_in_rona_once() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    stage.desk(DeskCommand::Offer {
        session: SessionNo(1),
        queued_at: None,
        grant: stage.grant("ana"),
    });
    stage.now = stage.memory.alarm.unwrap();
    stage.handle(Input::Fired);
    stage.handle(Input::Fired);
    let session = stage.summary().session;
    assert_eq!(session.state, SessionState::Queued);
    assert_eq!(session.outcomes.len(), 1);
    assert_eq!(session.outcomes[0].outcome, inbox_types::OfferOutcome::Rona);
}

#[test]
fn rm25_one_item_of_a_bulk_operation_is_answered_under_its_ticket() {
    let mut stage = Stage::in_talk();
    let bulk = |stage: &Stage, by: &str| DeskCommand::Bulk {
        grant: stage.grant(by),
        ticket: "t1".to_owned(),
        operation: BulkOperation::End { reason: None },
    };
    stage.desk(bulk(&stage, "mark"));
    let (ticket, refused) = ("t1".to_owned(), Some(Refusal::NotFound));
    let nothing_changed = RoomReport::Bulk { ticket, refused, summary: None };
    assert_eq!(stage.reports.last(), Some(&nothing_changed));
    stage.desk(bulk(&stage, "adam"));
    // How it stands now comes with the answer: what else is told may come later.
    let summary = Some(Box::new(stage.summary()));
    let done = RoomReport::Bulk { ticket: "t1".to_owned(), refused: None, summary };
    assert_eq!(stage.reports.last(), Some(&done));
}

#[test]
fn rm26_erasure_leaves_one_row_and_says_so_to_whoever_comes_back() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(6, "adam");
    stage.agent(6, FromAgent::Erase);
    assert!(stage.memory.events.is_empty());
    assert_eq!(stage.memory.standing.epoch, 2);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Restart));
    assert_eq!(stage.closed_with(6), Some(CloseCode::Gone));
    assert_eq!(stage.reports.last(), Some(&RoomReport::Erased { epoch: 2 }));
    assert_eq!(stage.woken().report(&stage.memory), Some(RoomReport::Erased { epoch: 2 }));
    stage.visitor_connects(9);
    stage.visitor(9, hello(Some(2)));
    let heard = stage.visitor_heard(9);
    let Some(ToVisitor::Welcome(welcome)) = heard.first() else { panic!("{heard:?}") };
    assert_eq!(welcome.epoch, 2);
    stage.visitor_says(9, "v1", "a new beginning");
    assert!(matches!(stage.visitor_heard(9)[2..], [ToVisitor::Entry { .. }, ..]));
}

#[test]
fn rm27_a_deleted_site_ends_the_session_and_accepts_nothing() {
    let mut stage = Stage::in_talk();
    let mut facts = facts();
    facts.site_deleted = true;
    stage.handle(Input::Facts(Box::new(facts)));
    assert_eq!(stage.summary().session.closed_by, Some(CloseCause::AssetDeleted));
    assert_eq!(stage.closed_with(1), Some(CloseCode::Gone));
    stage.visitor_connects(9);
    assert_eq!(stage.closed_with(9), Some(CloseCode::Gone));
    let bodies = agent_bodies(&stage.agent_heard(2));
    assert!(bodies.contains(&AgentBody::Notice(Notice::SiteDeleted)), "{bodies:?}");
}

#[test]
fn rm28_masked_readers_never_get_what_is_masked() {
    let mut facts = facts();
    facts.site.mask_sensitive = true;
    let mut stage = Stage::with(facts);
    stage.talk();
    stage.agent_arrives(6, "adam");
    let card = "4111 1111 1111 1111";
    stage.visitor_says(1, "v2", &format!("my card is {card}"));
    stage.agent_arrives(3, "ben");
    assert!(format!("{:?}", stage.agent_heard(6)).contains(card));
    for conn in [2, 3] {
        let heard = format!("{:?}", stage.agent_heard(conn));
        assert!(heard.contains("my card is") && !heard.contains(card), "{heard}");
    }
    assert!(format!("{:?}", stage.visitor_heard(1)).contains(card));
}

#[test]
fn rm29_a_token_of_an_older_generation_is_worth_nothing() {
    let mut stage = Stage::in_talk();
    stage.handle(Input::Revoked);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Unauthorized));
    let old = Principal::Visitor(VisitorCredentials::default());
    stage.handle(Input::Connected { conn: Conn(9), who: old });
    assert_eq!(stage.closed_with(9), Some(CloseCode::Unauthorized));
    let who = Principal::Visitor(VisitorCredentials { generation: 1, renew: true, since: None });
    stage.handle(Input::Connected { conn: Conn(10), who });
    stage.visitor(10, hello(None));
    assert_eq!(stage.renewals, [Conn(10)]);
}

#[test]
fn rm30_a_session_is_told_whenever_it_changes() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    stage.agent_arrives(2, "ana");
    stage.agent(2, FromAgent::Take);
    let sessions: Vec<_> = stage
        .visitor_heard(1)
        .into_iter()
        .filter_map(|it| match it {
            ToVisitor::Session { session } => session,
            _ => None,
        })
        .collect();
    let states: Vec<_> = sessions.iter().map(|it| it.state).collect();
    assert_eq!(states, [SessionState::Queued, SessionState::Active]);
    assert_eq!(sessions[1].agents[0].id, id("ana"));
    let views =
        stage.agent_heard(2).into_iter().filter(|it| matches!(it, ToAgent::Conversation { .. }));
    assert_eq!(views.count(), 1);
}

#[test]
fn rm30_a_wrapup_that_is_due_is_told_with_its_session_until_it_is_said() {
    let mut stage = Stage::in_talk();
    let due = |stage: &Stage| {
        let views = stage.agent_heard(2).into_iter().filter_map(|it| match it {
            ToAgent::Conversation { conversation } => Some(conversation.wrapups_due),
            _ => None,
        });
        views.last().unwrap()
    };
    stage.visitor(1, FromVisitor::End);
    assert_eq!(due(&stage), [SessionNo(1)]);
    // The visitor is back before it is said, and somebody else answers.
    stage.visitor_says(1, "v2", "one more thing");
    stage.agent_arrives(3, "ben");
    stage.agent(3, FromAgent::Take);
    assert_eq!(due(&stage), [SessionNo(1)]);
    stage.agent(2, FromAgent::Wrapup { session: SessionNo(1), reason: None, remark: None });
    assert_eq!(stage.refusals(2), []);
    assert!(due(&stage).is_empty());
}

#[test]
fn rm30_a_language_is_told_when_it_changes() {
    let mut stage = Stage::in_talk();
    let vietnamese: Language = "vi".parse().unwrap();
    stage.agent(2, FromAgent::SetLanguage { language: Some(vietnamese.clone()) });
    assert!(stage.visitor_heard(1).contains(&ToVisitor::Language { language: vietnamese }));
}

#[test]
fn rm30_a_renamed_agent_is_told_by_the_new_name() {
    let mut stage = Stage::in_talk();
    let mut facts = facts();
    facts.members.get_mut(&id("ana")).unwrap().name = "Anna".to_owned().try_into().unwrap();
    stage.handle(Input::Facts(Box::new(facts)));
    let heard = stage.visitor_heard(1);
    let Some(ToVisitor::Session { session: Some(session) }) = heard.last() else {
        panic!("{heard:?}")
    };
    assert_eq!(session.agents[0].name.as_str(), "Anna");
}

#[test]
fn rm17_a_block_outlives_the_history_and_can_be_lifted() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(6, "adam");
    stage.agent(6, FromAgent::Block);
    stage.agent(6, FromAgent::Erase);
    stage.visitor_connects(9);
    assert_eq!(stage.closed_with(9), Some(CloseCode::Gone));
    stage.agent_arrives(10, "adam");
    stage.agent(10, FromAgent::Unblock);
    stage.visitor_arrives(11);
    assert_eq!(stage.closed_with(11), None);
}

#[test]
fn rm17_a_block_outlasts_the_erasure_in_whichever_turn_that_comes() {
    type Way = (&'static str, u64, fn(&mut Stage));
    let bulk = |stage: &mut Stage| {
        let (grant, ticket) = (stage.grant("adam"), "t".to_owned());
        stage.desk(DeskCommand::Bulk {
            grant,
            ticket,
            operation: BulkOperation::Block { unsubscribe: true, purge: true },
        });
    };
    let block = |stage: &mut Stage| drop(stage.agent(6, FromAgent::Block));
    let erase = |stage: &mut Stage| drop(stage.agent(6, FromAgent::Erase));
    let ways: [Way; 4] = [
        ("at once", 0, bulk),
        ("when the grace is over", 3_000, bulk),
        ("before the grace is over", 3_000, |stage| {
            let (grant, ticket) = (stage.grant("adam"), "t".to_owned());
            stage.desk(DeskCommand::Bulk {
                grant,
                ticket,
                operation: BulkOperation::Block { unsubscribe: true, purge: true },
            });
            stage.agent_arrives(7, "adam");
            stage.agent(7, FromAgent::Erase);
        }),
        ("by another's word", 0, |_| ()),
    ];
    for (way, grace, blocks) in ways {
        for has_written in [true, false] {
            let mut stage = Stage::new();
            stage.facts.workspace.purge_grace = Millis(grace);
            stage.sleeps_through(stage.facts.clone());
            stage.visitor_arrives(1);
            if has_written {
                stage.visitor_says(1, "v1", "hello");
            }
            stage.agent_arrives(6, "adam");
            let n_renewals = stage.renewals.len();
            blocks(&mut stage);
            if way == "by another's word" {
                block(&mut stage);
                erase(&mut stage);
            }
            stage.wait(grace);
            stage.handle(Input::Fired);
            let story = format!("erased {way}, has written: {has_written}");
            assert_eq!(stage.memory.standing.epoch, 2, "{story}");
            assert!(stage.memory.standing.blocked, "{story}");
            assert_eq!(stage.closed_with(1), Some(CloseCode::Gone), "{story}");
            assert_eq!(stage.renewals.len(), n_renewals, "{story}: no token of today");
            stage.visitor_connects(9);
            assert_eq!(stage.closed_with(9), Some(CloseCode::Gone), "{story}");
            stage.agent_arrives(10, "adam");
            stage.agent(10, FromAgent::Unblock);
            stage.visitor_arrives(11);
            assert_eq!(stage.closed_with(11), None, "{story}");
        }
    }
}

#[test]
fn rm31_a_lost_owner_goes_as_the_setting_says() {
    let mut facts = facts();
    facts.workspace.disconnected_owner = inbox_types::DisconnectedOwner::Requeue;
    let mut stage = Stage::with(facts);
    stage.talk();
    let lost = DeskCommand::Presence { agent: id("ana"), presence: Presence::Offline, since: None };
    stage.desk(lost.clone());
    assert_eq!(stage.summary().session.state, SessionState::Queued);
    let n_events = stage.memory.events.len();
    stage.desk(lost);
    assert_eq!(stage.memory.events.len(), n_events);
}

#[test]
fn rm31_how_the_owner_is_survives_a_sleep() {
    let mut stage = Stage::in_talk();
    let until = Some(stage.now.after(inbox_types::Millis::hours(10)));
    stage.agent(2, FromAgent::Snooze { until });
    stage.desk(DeskCommand::Presence {
        agent: id("ana"),
        presence: Presence::Offline,
        since: None,
    });
    stage.now = stage.memory.alarm.unwrap();
    stage.handle(Input::Fired);
    assert_eq!(stage.summary().session.state, SessionState::Queued);
}

#[test]
fn rm32_the_reason_of_a_transfer_is_shown_once_it_is_accepted() {
    let mut stage = Stage::new();
    stage.facts.site.wrapup_reason_required = true;
    let facts = stage.facts.clone();
    stage.handle(Input::Facts(Box::new(facts)));
    stage.talk();
    stage.agent_arrives(3, "ben");
    stage.agent(
        2,
        FromAgent::Transfer {
            to: TransferTarget::Agent(id("ben")),
            mode: Some(inbox_types::TransferMode::Request),
            reason: Some("lunch".to_owned().try_into().unwrap()),
        },
    );
    assert_eq!(stage.refusals(2), []);
    let offer = stage.summary().session.offer.unwrap();
    assert_eq!(offer.reason.as_ref().map(inbox_types::Text::as_str), Some("lunch"));
    let offer = offer.id;
    assert!(!format!("{:?}", agent_bodies(&stage.agent_heard(3))).contains("lunch"));
    stage.agent(3, FromAgent::Accept { offer });
    assert_eq!(stage.refusals(3), []);
    let bodies = agent_bodies(&stage.agent_heard(3));
    let wrapped = bodies.iter().any(|it| {
        matches!(it, AgentBody::Internal(InternalNotice::WrappedUp { reason: Some(_), .. }))
    });
    assert!(wrapped, "{bodies:?}");
}

#[test]
fn rm33_bytes_that_are_no_frame_are_refused_and_close() {
    let mut stage = Stage::in_talk();
    stage.handle(Input::Garbled { conn: Conn(1), reason: Refusal::Malformed });
    assert_eq!(stage.refusals(1), [Refusal::Malformed]);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Protocol));
}

#[test]
fn rm34_uploads_are_for_those_who_may_write_and_not_without_end() {
    let stage = Stage::in_talk();
    let visitor =
        Principal::Visitor(VisitorCredentials { generation: 0, renew: false, since: None });
    let room = stage.woken();
    assert_eq!(room.may_upload(stage.now, &visitor, 0), Ok(()));
    let full = room.may_upload(stage.now, &visitor, limits::PENDING_FILES);
    assert_eq!(full, Err(Refusal::TooManyFiles));
    let marketer = Principal::Agent(stage.grant("mark"));
    assert_eq!(room.may_upload(stage.now, &marketer, 0), Err(Refusal::Forbidden));
}

#[test]
fn rm36_what_a_campaign_said_is_the_first_line() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_answers(1, "v1", Some(campaign_said(Some("ana"))));
    let lines = visitor_texts(&stage.visitor_heard(1));
    let expected = [(1, "Questions about post?"), (2, "Yes please")];
    assert_eq!(lines, expected.map(|(place, text)| (place, text.to_owned())));
    let ack = ToVisitor::Ack { client_id: id("v1"), place: Place(2), at: stage.now };
    assert!(stage.visitor_heard(1).contains(&ack));

    stage.agent_arrives(2, "ben");
    let bodies = agent_bodies(&stage.agent_heard(2));
    let opened = AgentBody::Internal(InternalNotice::Opened {
        page: Some("https://shop.example/cups".to_owned().try_into().unwrap()),
        proactive: true,
        campaign: Some(campaign_said(None).campaign),
        variant: Some(inbox_types::VariantKey::FIRST),
    });
    assert!(bodies.contains(&opened), "{bodies:?}");
    let authors: Vec<_> = bodies
        .iter()
        .filter_map(|it| match it {
            AgentBody::Message(message) => Some(message.author.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(authors, [Author::Agent(id("ana")), Author::Visitor]);
    let session = stage.summary().session;
    assert_eq!(session.campaign, Some(campaign_said(None).campaign));
    assert_eq!(stage.summary().n_visitor_messages, 1);
}

#[test]
fn rm36_a_campaign_can_speak_for_the_team_and_again_in_a_later_session() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    for name in ["v1", "v2"] {
        stage.visitor_answers(1, name, Some(campaign_said(None)));
        stage.visitor(1, FromVisitor::End);
    }
    let said = visitor_texts(&stage.visitor_heard(1));
    let said = said.iter().filter(|(_, text)| text == "Questions about post?");
    assert_eq!(said.count(), 2);
    assert!(stage.refusals(1).is_empty());
}

#[test]
fn rm36_the_senders_own_names_for_messages_are_left_alone() {
    let mut stage = Stage::in_talk();
    stage.agent_says(2, "campaign-0", "my own name for it");
    stage.agent_says(2, "campaign-1", "and another");
    stage.visitor(1, FromVisitor::End);
    stage.visitor_answers(1, "v9", Some(campaign_said(Some("ana"))));
    let said = visitor_texts(&stage.visitor_heard(1));
    assert!(said.iter().any(|(_, text)| text == "Questions about post?"), "{said:?}");
}

#[test]
fn rm36_an_unknown_campaign_opens_a_session_like_any_other() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_answers(1, "v1", None);
    let mut other = campaign_said(Some("ana"));
    other.campaign.id = id("other");
    stage.visitor(1, FromVisitor::End);
    stage.visitor_answers(1, "v2", Some(other));
    let session = stage.summary().session;
    assert_eq!((session.proactive, session.campaign), (false, None));
    let said = visitor_texts(&stage.visitor_heard(1));
    assert!(said.iter().all(|(_, text)| text != "Questions about post?"), "{said:?}");
}

#[test]
fn rm36_a_session_that_is_open_says_nothing_again() {
    let mut stage = Stage::in_talk();
    stage.visitor_answers(1, "v2", Some(campaign_said(Some("ana"))));
    assert!(!format!("{:?}", stage.visitor_heard(1)).contains("Questions about post?"));
    assert_eq!(stage.summary().session.campaign, None);
}
