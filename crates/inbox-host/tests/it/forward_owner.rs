//! HO151: whoever receives a conversation's events knows at any time who owns it.

use std::collections::BTreeMap;

use inbox_core::{Department, EventKind, QueueCause, RatingCard, Reopening};
use inbox_host::forward::{ForwardPolicy, delivery};
use inbox_room::{EventBody, Identity, Stored};
use inbox_types::{CloseCause, MemberCard, Seq, SessionNo, Timestamp};
use serde_json::{Value as Json, json};

fn card(name: &str) -> MemberCard {
    serde_json::from_value(json!({ "id": name, "name": name })).unwrap()
}

fn sales() -> Department {
    serde_json::from_value(json!({ "id": "sales", "name": "Sales" })).unwrap()
}

fn queued(cause: QueueCause, department: Option<Department>) -> EventKind {
    EventKind::Queued { cause, department }
}

/// What is sent of an event: its type and data.
fn told(kind: EventKind) -> Option<(&'static str, Json)> {
    let event = inbox_core::Event { at: Timestamp::default(), session: SessionNo(1), kind };
    let body = EventBody { event, by: None, audience: Vec::new() };
    let stored = Stored { seq: Seq(1), shown: None, body, written: None };
    let identity = Identity {
        conversation: "main-abc".parse().unwrap(),
        site: "main-shop".parse().unwrap(),
        contact: "v1".parse().unwrap(),
    };
    let delivery = delivery(&identity, 1, &stored, ForwardPolicy::default())?;
    let body: Json = serde_json::from_str(&delivery.body).unwrap();
    Some((delivery.kind, body["data"].clone()))
}

#[test]
fn ho151_a_receiver_is_told_when_nobody_owns_a_session_any_more() {
    for (cause, is_told) in [
        (QueueCause::Transfer, true),
        (QueueCause::OwnerLeft, true),
        (QueueCause::OwnerLost, true),
        (QueueCause::Woken, true),
        (QueueCause::MoreQuestions, true),
        (QueueCause::HandOff, false),
        (QueueCause::AskedForPerson, false),
    ] {
        let told = told(queued(cause, None));
        assert_eq!(told.is_some(), is_told, "{cause:?}");
        let Some((kind, data)) = told else { continue };
        assert_eq!((kind, data.get("assignee")), ("assignee.changed", Some(&Json::Null)));
        assert_eq!(data.get("department_id"), None, "it waits where it was");
    }
    let (_, data) = told(queued(QueueCause::Transfer, Some(sales()))).unwrap();
    assert_eq!(
        (&data["department_id"], &data["department_name"]),
        (&json!("sales"), &json!("Sales"))
    );
}

#[test]
fn ho151_a_session_that_goes_on_says_whose_it_is() {
    let ana = json!({ "id": "ana", "name": "ana" });
    for (to, assignee) in [
        (Reopening::Agent(card("ana")), ana),
        (Reopening::Queue, Json::Null),
        (Reopening::Bot("helper".parse().unwrap()), Json::Null),
    ] {
        let (kind, data) = told(EventKind::Reopened { to }).unwrap();
        assert_eq!((kind, data.get("assignee")), ("session.opened", Some(&assignee)));
    }
}

/// What somebody knows who reads the events in their order and nothing else.
fn owner_as_told(history: &[EventKind]) -> Json {
    let mut known = BTreeMap::from([("assignee", Json::Null)]);
    for (kind, data) in history.iter().cloned().filter_map(told) {
        if kind == "session.closed" {
            known.insert("assignee", Json::Null);
        } else if let Some(assignee) = data.get("assignee") {
            known.insert("assignee", assignee.clone());
        }
    }
    known["assignee"]["id"].clone()
}

#[test]
fn ho151_who_follows_the_events_knows_the_owner_at_any_time() {
    let taken = |name| EventKind::Taken { agent: card(name), shown: true };
    let given = |name| EventKind::OwnerChanged { agent: card(name), shown: true };
    let closed = EventKind::Closed {
        cause: CloseCause::Agent,
        by: None,
        legs: Vec::new(),
        rating: RatingCard::None,
    };
    let steps = [
        (queued(QueueCause::HandOff, None), Json::Null),
        (taken("ana"), json!("ana")),
        (given("ben"), json!("ben")),
        (queued(QueueCause::OwnerLeft, None), Json::Null),
        (taken("cid"), json!("cid")),
        (queued(QueueCause::Transfer, Some(sales())), Json::Null),
        (taken("ana"), json!("ana")),
        (closed, Json::Null),
        (EventKind::Reopened { to: Reopening::Agent(card("ben")) }, json!("ben")),
        (queued(QueueCause::OwnerLost, None), Json::Null),
    ];
    let mut history = Vec::new();
    for (event, owner) in steps {
        history.push(event);
        assert_eq!(owner_as_told(&history), owner, "{history:?}");
    }
}
