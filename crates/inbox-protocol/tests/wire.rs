//! The bytes on the wire. A failing test here is a broken widget in the field:
//! change the code, not the expectation, unless `VERSION` goes up too.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fmt::Debug;

use expect_test::{Expect, expect};
use inbox_protocol::{
    AgentBody, AgentHello, CloseCode, Entry, EntryBody, FromAgent, FromDesk, FromVisitor,
    ListQuery, ListSort, ListTab, Message, RatingView, Refusal, ToAgent, ToDesk, ToVisitor,
    TransferTarget, VisitorBody, VisitorHello, VisitorSession,
};
use inbox_types::{
    Author, AwayReason, CloseCause, Detection, File, MediaType, MemberCard, Notice, Place,
    Presence, SessionNo, SessionState, StartContext, Timestamp, Visibility,
};
use serde::{Serialize, de::DeserializeOwned};

#[test]
fn a_visitor_says_hello() {
    let hello = VisitorHello {
        version: 1,
        epoch: 2,
        after: Some(Place(7)),
        languages: vec![parse("vi"), parse("en")],
    };
    check(
        &FromVisitor::Hello(hello),
        &expect![[r#"{"type":"hello","version":1,"epoch":2,"after":7,"languages":["vi","en"]}"#]],
    );
}

#[test]
fn a_visitor_posts() {
    let post = FromVisitor::Post {
        client_id: parse("c1"),
        text: Some(text("hi")),
        files: vec![parse("f1")],
        context: StartContext {
            page: Some(text("https://shop.example/")),
            ..StartContext::default()
        },
    };
    check(
        &post,
        &expect![[
            r#"{"type":"post","client_id":"c1","text":"hi","files":["f1"],"context":{"page":"https://shop.example/"}}"#
        ]],
    );
}

#[test]
fn what_a_visitor_may_leave_out() {
    let frame: FromVisitor =
        serde_json::from_str(r#"{"type":"post","client_id":"c1","text":"hi"}"#).unwrap();
    let FromVisitor::Post { files, context, .. } = frame else { panic!("not a post") };
    assert!(files.is_empty());
    assert_eq!(context, StartContext::default());
}

#[test]
fn an_agent_whispers() {
    let post = FromAgent::Post {
        client_id: parse("c1"),
        visibility: Visibility::Whisper,
        text: Some(text("careful")),
        files: Vec::new(),
    };
    check(
        &post,
        &expect![[r#"{"type":"post","client_id":"c1","visibility":"whisper","text":"careful"}"#]],
    );
}

#[test]
fn an_agent_says_hello() {
    let hello = FromAgent::Hello(AgentHello { version: 1, epoch: 0, after: None });
    check(&hello, &expect![[r#"{"type":"hello","version":1,"epoch":0}"#]]);
}

#[test]
fn an_agent_transfers() {
    let transfer = FromAgent::Transfer {
        to: TransferTarget::Department(parse("sales")),
        mode: None,
        reason: Some(text("wrong")),
        session: None,
    };
    check(
        &transfer,
        &expect![[
            r#"{"type":"transfer","to":{"type":"department","id":"sales"},"reason":"wrong"}"#
        ]],
    );
}

#[test]
fn a_message_to_a_visitor() {
    let entry = Entry {
        place: Place(3),
        at: Timestamp::from_millis(1_700_000_000_000),
        session: SessionNo(1),
        body: VisitorBody::Message(message(Visibility::Public)),
    };
    check(
        &ToVisitor::Entry { entry },
        &expect![[
            r#"{"type":"entry","entry":{"place":3,"at":1700000000000,"session":1,"body":{"type":"message","client_id":"c1","author":{"type":"agent","id":"m1"},"agent":{"id":"m1","name":"Ana"},"text":"hi","files":[{"id":"f1","name":"a.png","bytes":12,"media":"png"}]}}}"#
        ]],
    );
}

#[test]
fn a_note_to_an_agent() {
    let mut note = message(Visibility::Note);
    note.files.clear();
    note.author = Author::Visitor;
    note.agent = None;
    note.detection =
        Some(Detection { language: Some(parse("zh-Hant")), confidence: 99, words: None });
    let entry = Entry {
        place: Place(9),
        at: Timestamp::from_millis(5),
        session: SessionNo(2),
        body: AgentBody::Message(note),
    };
    check(
        &ToAgent::Entry { entry },
        &expect![[
            r#"{"type":"entry","entry":{"place":9,"at":5,"session":2,"body":{"type":"message","client_id":"c1","author":{"type":"visitor"},"visibility":"note","text":"hi","detection":{"language":"zh-Hant","confidence":99}}}}"#
        ]],
    );
}

#[test]
fn a_notice_is_key_and_parameters() {
    check(
        &VisitorBody::Notice(Notice::Joined { agent: ana() }),
        &expect![[r#"{"type":"notice","key":"joined","agent":{"id":"m1","name":"Ana"}}"#]],
    );
}

#[test]
fn a_session() {
    let session = VisitorSession {
        no: SessionNo(1),
        state: SessionState::Closed,
        closed_by: Some(CloseCause::Customer),
        agents: vec![ana()],
        still_questions: false,
        rating: RatingView::Mandatory,
    };
    check(
        &ToVisitor::Session { session: Some(session) },
        &expect![[
            r#"{"type":"session","session":{"no":1,"state":"closed","closed_by":"customer","agents":[{"id":"m1","name":"Ana"}],"still_questions":false,"rating":"mandatory"}}"#
        ]],
    );
}

#[test]
fn a_refusal_carries_no_data() {
    check(
        &ToVisitor::Refused { client_id: Some(parse("c1")), reason: Refusal::TooLong },
        &expect![[r#"{"type":"refused","client_id":"c1","reason":"too_long"}"#]],
    );
}

#[test]
fn presence_and_lists() {
    check(
        &FromDesk::SetPresence { presence: Presence::Away(AwayReason::Lunch) },
        &expect![[r#"{"type":"set_presence","presence":{"away":"lunch"}}"#]],
    );
    let query = ListQuery {
        tab: ListTab::Unassigned,
        states: vec![SessionState::Queued],
        department: None,
        campaign: None,
        filter: inbox_protocol::ListFilter::default(),
        sort: ListSort::Grouped,
    };
    check(
        &FromDesk::Watch { query, before: None },
        &expect![[
            r#"{"type":"watch","query":{"tab":"unassigned","states":["queued"],"department":null,"sort":"grouped"}}"#
        ]],
    );
}

#[test]
fn later_frames_and_lines_are_skipped_not_fatal() {
    let reacted = r#"{"type":"reacted","emoji":"+1"}"#;
    assert_eq!(serde_json::from_str::<ToVisitor>(reacted).unwrap(), ToVisitor::Unknown);
    assert_eq!(serde_json::from_str::<ToAgent>(reacted).unwrap(), ToAgent::Unknown);
    assert_eq!(serde_json::from_str::<ToDesk>(reacted).unwrap(), ToDesk::Unknown);
    assert_eq!(serde_json::from_str::<VisitorBody>(reacted).unwrap(), VisitorBody::Later);
    let notice = r#"{"type":"notice","key":"sang","song":"x"}"#;
    assert_eq!(
        serde_json::from_str::<VisitorBody>(notice).unwrap(),
        VisitorBody::Notice(Notice::Later)
    );
    let refused = r#"{"type":"refused","reason":"tired"}"#;
    let frame: ToVisitor = serde_json::from_str(refused).unwrap();
    assert_eq!(frame, ToVisitor::Refused { client_id: None, reason: Refusal::Unknown });
}

#[test]
fn a_kind_may_stand_anywhere_but_not_be_missing() {
    let first = r#"{"type":"entry","entry":{"place":2,"at":7,"session":1,"body":{"type":"notice","key":"rated","stars":4}}}"#;
    let last = r#"{"entry":{"body":{"stars":4,"key":"rated","type":"notice"},"session":1,"at":7,"place":2},"type":"entry"}"#;
    let read = |wire: &str| serde_json::from_str::<ToVisitor>(wire);
    let frame = read(first).unwrap();
    assert!(matches!(&frame, ToVisitor::Entry { entry } if entry.place == Place(2)));
    assert_eq!(read(last).unwrap(), frame);
    let nothing = r#"{"after":9,"then":[1,{"type":"ready"}]}"#;
    assert!(read(nothing).unwrap_err().to_string().contains("`type`"));
    assert!(read("{}").is_err());
    assert!(read(r#"["ready"]"#).is_err());
    assert!(read(r#"{"type":"ready"}"#).unwrap_err().to_string().contains("`head`"));
}

#[test]
fn what_a_browser_sends_is_strict() {
    for bad in [
        r#"{"type":"post","client_id":"c1","text":"hi","admin":true}"#,
        r#"{"type":"post","client_id":"","text":"hi"}"#,
        r#"{"type":"post","client_id":"a b","text":"hi"}"#,
        r#"{"type":"post","client_id":"c1","text":"   "}"#,
        r#"{"type":"take"}"#,
        r#"{"type":"rate","session":-1,"stars":5}"#,
        "[]",
        "",
    ] {
        assert!(serde_json::from_str::<FromVisitor>(bad).is_err(), "{bad}");
    }
    assert!(
        serde_json::from_str::<FromAgent>(r#"{"type":"renew","grant":"g","as":"owner"}"#).is_err()
    );
}

#[test]
fn an_edit_knows_its_message() {
    let edited = AgentBody::Edited { of: Place(4), text: Some(text("new")) };
    assert_eq!(edited.edit(), Some((Place(4), Some(&text("new")))));
    assert_eq!(edited.deletion(), None);
    assert_eq!(AgentBody::Deleted { of: Place(4) }.deletion(), Some(Place(4)));
    assert!(AgentBody::Later.message().is_none());
}

#[test]
fn close_codes_are_read_back() {
    for code in [
        CloseCode::Protocol,
        CloseCode::Unauthorized,
        CloseCode::Gone,
        CloseCode::Version,
        CloseCode::Rate,
        CloseCode::Restart,
    ] {
        assert_eq!(CloseCode::of(code.code()), Some(code));
    }
    assert_eq!(CloseCode::of(1006), None);
}

fn ana() -> MemberCard {
    MemberCard { id: parse("m1"), name: text("Ana") }
}

fn message(visibility: Visibility) -> Message {
    Message {
        client_id: parse("c1"),
        author: Author::Agent(parse("m1")),
        agent: Some(ana()),
        visibility,
        text: Some(text("hi")),
        files: vec![File {
            id: parse("f1"),
            name: text("a.png"),
            bytes: 12,
            media: MediaType::Png,
        }],
        edited_at: None,
        deleted_at: None,
        detection: None,
        language_source: None,
    }
}

fn parse<T: std::str::FromStr<Err: Debug>>(raw: &str) -> T {
    raw.parse().unwrap()
}

fn text<T: TryFrom<String, Error: Debug>>(raw: &str) -> T {
    raw.to_owned().try_into().unwrap()
}

/// Writes the frame, compares it, and reads it back.
#[track_caller]
fn check<Frame: Serialize + DeserializeOwned + PartialEq + Debug>(frame: &Frame, wire: &Expect) {
    let json = serde_json::to_string(frame).unwrap();
    wire.assert_eq(&json);
    assert_eq!(&serde_json::from_str::<Frame>(&json).unwrap(), frame);
}
