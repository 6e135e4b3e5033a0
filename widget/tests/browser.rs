//! What only a browser can show: the frames that are read field by field say what their types say.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use inbox_client::{Failure, NewMessage, SavedMessage};
use inbox_protocol::{
    Entry, FromVisitor, Message, RatingView, Refusal, ToVisitor, VERSION, VisitorBody,
    VisitorHello, VisitorSession, VisitorWelcome,
};
use inbox_types::{
    Author, CloseCause, ContactDetails, File, MediaType, MemberCard, Notice, Place, SessionNo,
    SessionState, StartContext, Timestamp, Visibility, Visit,
};
use porchlight_widget::shell::codec::{self, Value};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn text<T: TryFrom<String>>(text: &str) -> T {
    T::try_from(text.to_owned()).ok().unwrap()
}

fn card() -> MemberCard {
    MemberCard { id: "m1".parse().unwrap(), name: text("Ana Silva") }
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn file(media: MediaType) -> File {
    File { id: "f1".parse().unwrap(), name: text("cup.png"), bytes: 12_345, media }
}

fn message(author: Author) -> VisitorBody {
    VisitorBody::Message(Message {
        client_id: "c1".parse().unwrap(),
        agent: matches!(author, Author::Agent(_)).then(card),
        author,
        visibility: Visibility::Public,
        text: Some(text("Xin chào <b>")),
        files: vec![file(MediaType::Png), file(MediaType::Pdf), file(MediaType::Other)],
        edited_at: Some(at(5)),
        deleted_at: None,
        detection: None,
        language_source: None,
    })
}

fn notices() -> Vec<Notice> {
    vec![
        Notice::Joined { agent: card() },
        Notice::Left { agent: card() },
        Notice::OwnerChanged { agent: card() },
        Notice::Transferred { department: text("Sales") },
        Notice::StillQuestions,
        Notice::MoreQuestions,
        Notice::EndedByAgent,
        Notice::EndedByCustomer,
        Notice::EndedByInactivity,
        Notice::Solved,
        Notice::SiteDeleted,
        Notice::Reopened,
        Notice::Rated { stars: 4 },
    ]
}

fn entry(place: u64, body: VisitorBody) -> Entry<VisitorBody> {
    Entry { place: Place(place), at: at(1_700_000_000_000 + place), session: SessionNo(2), body }
}

fn sessions() -> Vec<Option<VisitorSession>> {
    let session = |state, closed_by, rating| {
        Some(VisitorSession {
            no: SessionNo(3),
            state,
            closed_by,
            agents: vec![card()],
            still_questions: true,
            rating,
        })
    };
    vec![
        None,
        session(SessionState::Bot, None, RatingView::None),
        session(SessionState::Queued, None, RatingView::None),
        session(SessionState::Offered, None, RatingView::None),
        session(SessionState::Active, None, RatingView::None),
        session(SessionState::Snoozed, None, RatingView::None),
        session(SessionState::Closed, Some(CloseCause::Agent), RatingView::Asked),
        session(SessionState::Closed, Some(CloseCause::Customer), RatingView::Mandatory),
        session(SessionState::Closed, Some(CloseCause::Inactivity), RatingView::Given),
        session(SessionState::Closed, Some(CloseCause::Solved), RatingView::Given),
        session(SessionState::Closed, Some(CloseCause::AssetDeleted), RatingView::None),
        session(SessionState::Closed, Some(CloseCause::Blocked), RatingView::None),
    ]
}

#[wasm_bindgen_test]
fn every_frame_is_read_as_its_type_says() {
    let mut bodies = vec![
        message(Author::Visitor),
        message(Author::Agent("m1".parse().unwrap())),
        message(Author::Bot("b1".parse().unwrap())),
        message(Author::System),
        message(Author::Bridge),
        VisitorBody::Edited { of: Place(1), text: Some(text("new")) },
        VisitorBody::Edited { of: Place(1), text: None },
        VisitorBody::Deleted { of: Place(1) },
    ];
    bodies.extend(notices().into_iter().map(VisitorBody::Notice));
    let entries: Vec<_> = (1..).zip(bodies).map(|(place, body)| entry(place, body)).collect();
    let mut frames = vec![
        ToVisitor::Entries { entries: entries.clone() },
        ToVisitor::History { entries: entries.clone() },
        ToVisitor::Ready { head: Place(7) },
        ToVisitor::Ack { client_id: "c1".parse().unwrap(), place: Place(8), at: at(9) },
        ToVisitor::Typing { agent: card(), on: true },
        ToVisitor::Seen { place: Place(4) },
        ToVisitor::SeenByMe { place: Place(5) },
        ToVisitor::Link { file: "f1".parse().unwrap(), url: "https://f/1".into() },
        ToVisitor::Language { language: "zh-Hant".parse().unwrap() },
        ToVisitor::Token { token: "v1.k".into() },
        ToVisitor::Refused { client_id: None, reason: Refusal::Rate },
        ToVisitor::Refused { client_id: Some("c1".parse().unwrap()), reason: Refusal::TooLong },
    ];
    frames.extend(entries.into_iter().map(|entry| ToVisitor::Entry { entry }));
    frames.extend(sessions().into_iter().map(|session| ToVisitor::Session { session }));
    frames.extend(sessions().into_iter().map(|session| {
        ToVisitor::Welcome(VisitorWelcome {
            version: VERSION,
            epoch: 2,
            contact: "v1".parse().unwrap(),
            now: at(1_700_000_000_000),
            language: "vi".parse().unwrap(),
            seen: Place(3),
            seen_by_me: Place(2),
            session,
        })
    }));
    for frame in frames {
        let json = serde_json::to_string(&frame).unwrap();
        let read = codec::frame(&Value::parse(&json).unwrap());
        assert_eq!(read, Some(frame), "{json}");
    }
}

#[wasm_bindgen_test]
fn what_is_later_or_broken_is_no_harm() {
    let read = |json: &str| codec::frame(&Value::parse(json).unwrap());
    assert_eq!(read(r#"{"type":"reacted","emoji":"+1"}"#), Some(ToVisitor::Unknown));
    assert_eq!(read(r#"{"kind":"x"}"#), None);
    assert_eq!(read(r#"{"type":"ready","head":"7"}"#), None);
    assert_eq!(read("[]"), None);
}

#[wasm_bindgen_test]
fn every_frame_is_written_as_its_type_says() {
    let visit = Visit {
        url: text("https://shop.example/"),
        title: Some(text("Cups")),
        referrer: None,
        at: at(1_700_000_000_000),
    };
    let details = ContactDetails { name: Some(text("Lan")), ..ContactDetails::default() };
    let context =
        StartContext { page: Some(text("https://shop.example/cup")), ..StartContext::default() };
    let frames = [
        FromVisitor::Hello(VisitorHello {
            version: VERSION,
            epoch: 2,
            after: Some(Place(4)),
            languages: vec!["vi".parse().unwrap(), "en-GB".parse().unwrap()],
        }),
        FromVisitor::Hello(VisitorHello {
            version: VERSION,
            epoch: 0,
            after: None,
            languages: Vec::new(),
        }),
        FromVisitor::Post {
            client_id: "c1".parse().unwrap(),
            text: Some(text("hello")),
            files: vec!["f1".parse().unwrap()],
            context,
        },
        FromVisitor::Post {
            client_id: "c1".parse().unwrap(),
            text: None,
            files: vec!["f1".parse().unwrap()],
            context: StartContext::default(),
        },
        FromVisitor::Typing { on: true },
        FromVisitor::Seen { place: Place(3) },
        FromVisitor::Visits { visits: vec![visit] },
        FromVisitor::End,
        FromVisitor::Answer { more: false },
        FromVisitor::Rate { session: SessionNo(2), stars: 5, comment: Some(text("fast")) },
        FromVisitor::Profile { details },
        FromVisitor::SetLanguage { language: "uk".parse().unwrap() },
        FromVisitor::History { before: Place(20) },
        FromVisitor::Link { file: "f1".parse().unwrap() },
    ];
    for frame in frames {
        let json = codec::json(&frame);
        assert_eq!(serde_json::from_str::<FromVisitor>(&json).unwrap(), frame, "{json}");
    }
}

#[wasm_bindgen_test]
fn an_unsent_line_survives_storage() {
    let failures = [
        None,
        Some(Failure::TooOld),
        Some(Failure::Unanswered),
        Some(Failure::Gone),
        Some(Failure::Refused(Refusal::TooLong)),
    ];
    for failed in failures {
        let kept = SavedMessage {
            client_id: "c1".parse().unwrap(),
            tab: 4_000_000_000,
            since: at(1_700_000_000_000),
            draft: NewMessage {
                text: Some(text("Привіт")),
                files: vec![file(MediaType::Png)],
                uploads: vec!["f1".parse().unwrap()],
                visibility: Visibility::Public,
                context: StartContext {
                    page: Some(text("https://shop.example/")),
                    ..StartContext::default()
                },
            },
            failed,
        };
        let json = codec::write_kept(&kept);
        assert_eq!(codec::kept(&Value::parse(&json).unwrap()), Some(kept), "{json}");
    }
}
