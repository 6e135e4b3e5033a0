//! What receivers are told, and what they are not.

use inbox_core::Event;
use inbox_room::{EventBody, Written};
use inbox_types::{MediaType, MessageText, SessionNo, Visibility};

use super::*;

const PLAIN: ForwardPolicy = ForwardPolicy { masked: false, notes: false };
const WITH_NOTES: ForwardPolicy = ForwardPolicy { masked: false, notes: true };

fn policy(masked: bool) -> ForwardPolicy {
    ForwardPolicy { masked, ..PLAIN }
}

fn stored(kind: EventKind, content: Option<Content>) -> Stored {
    let at = Timestamp::from_millis(1_767_605_482_104);
    let event = Event { at, session: SessionNo(1), kind };
    Stored {
        seq: Seq(7),
        shown: None,
        body: EventBody { event, by: None, audience: Vec::new() },
        written: content.map(|content| Written { content: Some(content), ..Written::default() }),
    }
}

fn posted(visibility: Visibility) -> Stored {
    let kind = EventKind::Posted {
        client_id: "c1".parse().expect("an id"),
        by: Speaker::Visitor,
        visibility,
        detection: None,
        language_source: None,
    };
    let text = Some("Xin chào".to_owned().try_into().expect("a text"));
    stored(kind, Some(Content::Message { text, files: Vec::new() }))
}

fn identity() -> Identity {
    Identity {
        conversation: "main-abc".parse().expect("an id"),
        site: "main-shop".parse().expect("an id"),
        contact: "v1".parse().expect("an id"),
    }
}

#[test]
fn ho2_a_message_is_told_with_its_text() {
    let delivery =
        delivery(&identity(), 1, &posted(Visibility::Public), PLAIN).expect("a delivery");
    assert_eq!(delivery.id, "evt_main-abc_1_7");
    let body: Json = serde_json::from_str(&delivery.body).expect("JSON");
    assert_eq!(body["type"], "message.created");
    assert_eq!(body["timestamp"], "2026-01-05T09:31:22.104Z");
    assert_eq!(body["data"]["message"]["text"], "Xin chào");
    assert_eq!(body["data"]["message"]["author"]["type"], "visitor");
    assert_eq!(body["data"]["seq"], 7);
}

/// One event of each kind that carries what somebody wrote, and each says the same.
fn written(said: &str) -> Vec<Stored> {
    let text = || MessageText::try_from(said.to_owned()).expect("a text");
    let of = Seq(3);
    let file = File {
        id: "f1".parse().expect("an id"),
        name: said.to_owned().try_into().expect("a name"),
        bytes: 1,
        media: MediaType::Other,
    };
    let message = Content::Message { text: Some(text()), files: vec![file] };
    let written = Some(Written { content: Some(message), ..Written::default() });
    let edited = EventKind::Edited { of, n: None, visibility: Visibility::Public };
    let opened = EventKind::Opened {
        bot: None,
        department: None,
        campaign: None,
        campaign_name: None,
        variant: None,
    };
    let by = MemberCard::external("Kim".to_owned().try_into().expect("a name"));
    let details = ContactDetails {
        name: Some(said.to_owned().try_into().expect("a name")),
        extra: Some(said.to_owned().try_into().expect("a field")),
        ..ContactDetails::default()
    };
    let tags = vec![said.to_owned().try_into().expect("a tag")];
    let fields = Vec::new();
    let page = said.to_owned().try_into().expect("a page");
    let comment = said.to_owned().try_into().expect("a remark");
    vec![
        Stored { written, ..posted(Visibility::Public) },
        stored(edited, Some(Content::Edit { of, text: text() })),
        stored(opened, Some(Content::Page { page })),
        stored(EventKind::Rated { stars: 5 }, Some(Content::Rating { comment })),
        stored(EventKind::ContactSet { by: None, fields }, Some(Content::Contact { details })),
        stored(EventKind::TagsSet { by }, Some(Content::Tags { tags })),
    ]
}

#[test]
fn ho8_a_masked_site_sends_masked_text() {
    for needle in ["4111 1111 1111 1111", "anna.berg@example.com", "+44 20 7946 0958"] {
        for stored in written(&format!("It is {needle} now")) {
            let body = |masked| {
                delivery(&identity(), 1, &stored, policy(masked)).expect("a delivery").body
            };
            assert!(body(false).contains(needle), "{}", body(false));
            assert!(!body(true).contains(needle), "{}", body(true));
            assert!(body(true).contains("It is "), "{}", body(true));
        }
    }
}

#[test]
fn ho2_notes_and_whispers_are_not_told() {
    for visibility in [Visibility::Note, Visibility::Whisper] {
        assert_eq!(delivery(&identity(), 1, &posted(visibility), PLAIN), None);
    }
}

#[test]
fn ho190_where_the_site_says_so_notes_are_told_under_types_of_their_own_and_whispers_never() {
    let of = Seq(3);
    let all = |visibility| {
        let text = "It is paid".to_owned().try_into().expect("a text");
        let edited = EventKind::Edited { of, n: None, visibility };
        [
            posted(visibility),
            stored(edited, Some(Content::Edit { of, text })),
            stored(EventKind::Deleted { of, n: None, visibility }, None),
        ]
    };
    let told = |visibility, policy| {
        all(visibility).map(|it| delivery(&identity(), 1, &it, policy).map(|it| it.kind))
    };
    let notes = ["note.created", "note.edited", "note.deleted"].map(Some);
    assert_eq!(told(Visibility::Note, WITH_NOTES), notes);
    assert_eq!(told(Visibility::Note, PLAIN), [None; 3]);
    assert_eq!(told(Visibility::Whisper, WITH_NOTES), [None; 3]);
    let messages = ["message.created", "message.edited", "message.deleted"].map(Some);
    assert_eq!(told(Visibility::Public, WITH_NOTES), messages);
    let body = |it: &Stored| delivery(&identity(), 1, it, WITH_NOTES).expect("a delivery").body;
    let [created, edited, deleted] = all(Visibility::Note).map(|it| body(&it));
    assert!(created.contains("Xin chào") && edited.contains("It is paid"), "{created} {edited}");
    assert!(deleted.contains(r#""message":{"id":3}"#), "{deleted}");
}

#[test]
fn ho2_a_receiver_is_told_by_name_who_wrote() {
    let card = MemberCard::external("Kim".to_owned().try_into().expect("a name"));
    for (by, expected) in [
        (Speaker::Visitor, json!({ "type": "visitor" })),
        (Speaker::External(card.name.clone()), json!({ "type": "bridge", "name": "Kim" })),
        (Speaker::Bridge, json!({ "type": "bridge" })),
        (Speaker::Agent(card), json!({ "type": "agent", "id": "bridge", "name": "Kim" })),
    ] {
        assert_eq!(author(&by), expected);
    }
}

#[test]
fn ho91_a_receiver_is_told_of_the_contact_its_tags_topics_and_department() {
    let by = || MemberCard::external("Kim".to_owned().try_into().expect("a name"));
    let told = |kind, content| {
        let delivery = delivery(&identity(), 1, &stored(kind, content), PLAIN)?;
        let body: Json = serde_json::from_str(&delivery.body).expect("JSON");
        Some((delivery.kind, body["data"].clone()))
    };
    let details = ContactDetails {
        email: Some("anna@example.com".to_owned().try_into().expect("an address")),
        notes: Some("is in a hurry".to_owned().try_into().expect("a remark")),
        ..ContactDetails::default()
    };
    for (by, who) in [(None, "visitor"), (Some(by()), "agent")] {
        let kind = EventKind::ContactSet { by, fields: Vec::new() };
        let content = Content::Contact { details: details.clone() };
        let (kind, data) = told(kind, Some(content)).expect("told");
        assert_eq!((kind, &data["by"]), ("visitor.upserted", &json!(who)));
        // The team's remarks stay with the team.
        assert_eq!(data["contact"], json!({ "email": "anna@example.com" }));
    }
    let tags = vec!["vip".to_owned().try_into().expect("a tag")];
    let set = told(EventKind::TagsSet { by: by() }, Some(Content::Tags { tags }));
    assert_eq!(
        set.as_ref().map(|it| (it.0, &it.1["tags"])),
        Some(("tags.changed", &json!(["vip"])))
    );
    let topics = vec!["shipping".parse().expect("an id")];
    let set = told(EventKind::TopicsSet { by: by(), topics }, None);
    let shipping = json!(["shipping"]);
    assert_eq!(set.as_ref().map(|it| (it.0, &it.1["topics"])), Some(("topics.changed", &shipping)));
    let sales = Department {
        id: "sales".parse().expect("an id"),
        name: "Sales".to_owned().try_into().expect("a name"),
    };
    let gone = EventKind::DepartmentGone { to: None };
    for (kind, id) in [
        (EventKind::DepartmentSet { by: by(), department: sales }, json!("sales")),
        (gone, Json::Null),
    ] {
        let (kind, data) = told(kind, None).expect("told");
        assert_eq!((kind, &data["department_id"]), ("department.changed", &id));
    }
}

#[test]
fn ho31_what_was_missed_is_what_would_have_been_sent() {
    let between = Stored { seq: Seq(8), ..posted(Visibility::Note) };
    let after = Stored { seq: Seq(9), ..posted(Visibility::Public) };
    let log = [posted(Visibility::Public), between, after];
    for masked in [false, true] {
        let all = missed(&identity(), 1, &log, policy(masked), (Seq(6), 3));
        assert_eq!((all.events.len(), all.after, all.more), (2, Seq(9), true));
        for (event, stored) in all.events.iter().zip([&log[0], &log[2]]) {
            let sent = delivery(&identity(), 1, stored, policy(masked)).expect("a delivery");
            let mut body: Json = serde_json::from_str(&sent.body).expect("JSON");
            body["id"] = json!(sent.id);
            assert_eq!(*event, body);
        }
    }
    let none = missed(&identity(), 1, &[], PLAIN, (Seq(9), 3));
    assert_eq!(none, Missed { events: Vec::new(), after: Seq(9), more: false });
}

#[test]
fn dates_are_right_around_leap_days() {
    let day = |days| date(days);
    assert_eq!(day(0), (1970, 1, 1));
    assert_eq!(day(11_016), (2000, 2, 29));
    assert_eq!(day(11_017), (2000, 3, 1));
    assert_eq!(day(20_513), (2026, 3, 1));
    assert_eq!(day(20_453), (2025, 12, 31));
}
