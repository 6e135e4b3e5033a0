//! RM: the rules of one conversation with everybody connected to it.

use inbox_protocol::{
    AgentBody, CloseCode, FromVisitor, InternalNotice, Refusal, ToAgent, ToVisitor, VisitorBody,
    VisitorHello,
};
use inbox_room::{Conn, Input, Output, Principal, VisitorCredentials};
use inbox_types::{Author, Place, Visibility, limits};

use crate::stage::{Stage, agent_hello, agent_post, campaign_said, hello, id, post};

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

pub(crate) fn agent_bodies(frames: &[ToAgent]) -> Vec<AgentBody> {
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
