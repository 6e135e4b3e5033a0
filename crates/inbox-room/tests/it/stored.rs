//! The bytes of everything that is stored, attached or sent between objects. What is written here
//! must load for ever: add fields with defaults, change none.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use inbox_core::{Content, Conversation, Event, EventKind, Speaker};
use inbox_protocol::{BulkOperation, ListQuery, ListSort, ListTab, Refusal};
use inbox_room::{
    Conn, Connection, ConversationRecord, DeskCommand, DeskConnection, EventBody, Grant, OwnerSaid,
    Placed, PresenceRow, Principal, RoomReport, SeenBy, SeenMark, Stored, StoredFile, UpTo,
    Version, VisitorCredentials, Written,
};
use inbox_types::{
    Author, AwayReason, ClientId, File, MediaType, OfferKind, Place, Presence, Role, Seq,
    SessionNo, Timestamp, Visibility, limits,
};

use crate::{
    desk_stage::{Later, queued},
    stage::{Stage, id, text},
};

/// Writes the value, compares it, and reads it back.
#[track_caller]
fn check<V>(value: &V, bytes: &Expect)
where
    V: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let json = serde_json::to_string(value).unwrap();
    bytes.assert_eq(&json);
    assert_eq!(&serde_json::from_str::<V>(&json).unwrap(), value);
}

fn grant() -> Grant {
    Grant {
        agent: id("ana"),
        role: Role::Agent,
        departments: vec![id("sales")],
        version: 3,
        load: 2,
        expires: Timestamp::from_millis(300_000),
    }
}

#[test]
fn a_grant() {
    check(
        &grant(),
        &expect![[
            r#"{"agent":"ana","role":"agent","departments":["sales"],"version":3,"load":2,"expires":300000}"#
        ]],
    );
}

#[test]
fn what_is_attached_to_a_conversations_socket() {
    let visitor = Connection {
        who: Principal::Visitor(VisitorCredentials { generation: 1, renew: true, since: None }),
        greeted: true,
        version: 1,
        languages: vec!["vi".parse().unwrap()],
        refused: vec![id("v-1")],
        overtaken: vec![id("v-2")],
    };
    check(
        &visitor,
        &expect![[
            r#"{"who":{"type":"visitor","generation":1,"renew":true},"greeted":true,"version":1,"languages":["vi"],"refused":["v-1"],"overtaken":["v-2"]}"#
        ]],
    );
    let agent = Connection::of(Principal::Agent(grant()));
    check(
        &agent,
        &expect![[
            r#"{"who":{"type":"agent","agent":"ana","role":"agent","departments":["sales"],"version":3,"load":2,"expires":300000},"greeted":false,"version":0}"#
        ]],
    );
}

#[test]
fn what_is_attached_fits_the_platforms_two_thousand_bytes() {
    let long = |n: usize| format!("{n:0>64}");
    let grant = Grant {
        agent: id(&long(1)),
        role: Role::SalesManager,
        departments: (0..20).map(|n| id(&long(n))).collect(),
        version: u64::MAX,
        load: u32::MAX,
        expires: Timestamp::from_millis(u64::MAX),
    };
    let lines: Vec<ClientId> =
        (0..limits::REFUSED_LINES_BYTES / (64 + 3)).map(|n| id(&long(n))).collect();
    let reader = Connection {
        greeted: true,
        version: 1,
        refused: lines.clone(),
        overtaken: lines,
        ..Connection::of(Principal::Agent(grant))
    };
    assert!(serde_json::to_string(&reader).unwrap().len() < 2_048);
}

#[test]
fn what_is_attached_to_a_desks_socket() {
    let reader = DeskConnection {
        member: id("ana"),
        greeted: true,
        version: 1,
        granted_at: Timestamp::from_millis(5),
        watch: Some(ListQuery {
            tab: ListTab::Mine,
            states: Vec::new(),
            department: None,
            campaign: None,
            filter: inbox_protocol::ListFilter::default(),
            sort: ListSort::Grouped,
        }),
        older: false,
        focus: Some(id("main-c1")),
        rights: 0,
    };
    check(
        &reader,
        &expect![[
            r#"{"member":"ana","greeted":true,"version":1,"granted_at":5,"watch":{"tab":"mine","states":[],"department":null,"sort":"grouped"},"focus":"main-c1"}"#
        ]],
    );
    check(
        &DeskConnection { watch: None, focus: None, rights: 7, ..reader },
        &expect![[
            r#"{"member":"ana","greeted":true,"version":1,"granted_at":5,"watch":null,"focus":null,"rights":7}"#
        ]],
    );
}

#[test]
fn what_is_known_of_a_member() {
    let member = |signed_out| inbox_room::MemberFacts {
        signed_out,
        ..crate::stage::member("Ana", Role::Agent)
    };
    check(
        &member(0),
        &expect![[
            r#"{"name":"Ana","role":"agent","departments":["sales"],"version":1,"removed":false}"#
        ]],
    );
    check(
        &member(4),
        &expect![[
            r#"{"name":"Ana","role":"agent","departments":["sales"],"version":1,"signed_out":4,"removed":false}"#
        ]],
    );
}

#[test]
fn an_event() {
    let stored = Stored {
        seq: Seq(4),
        shown: Some(Place(2)),
        body: EventBody {
            event: Event {
                at: Timestamp::from_millis(5),
                session: SessionNo(1),
                kind: EventKind::Posted {
                    client_id: id("v1"),
                    by: Speaker::Visitor,
                    visibility: Visibility::Public,
                    detection: None,
                    language_source: None,
                },
            },
            by: None,
            audience: Vec::new(),
        },
        written: Some(Written {
            content: Some(Content::Message { text: Some(text("hello")), files: Vec::new() }),
            edited_at: None,
            deleted_at: None,
        }),
    };
    check(
        &stored,
        &expect![[
            r#"{"seq":4,"shown":2,"body":{"event":{"at":5,"session":1,"kind":{"type":"posted","client_id":"v1","by":{"type":"visitor"},"visibility":"public"}}},"written":{"content":{"type":"message","text":"hello"}}}"#
        ]],
    );
    let whisper = EventBody { by: Some(id("ana")), audience: vec![id("ana")], ..stored.body };
    check(
        &whisper,
        &expect![[
            r#"{"event":{"at":5,"session":1,"kind":{"type":"posted","client_id":"v1","by":{"type":"visitor"},"visibility":"public"}},"by":"ana","audience":["ana"]}"#
        ]],
    );
}

#[test]
fn a_deleted_message_keeps_only_when() {
    let written = Written {
        content: None,
        edited_at: Some(Timestamp::from_millis(5)),
        deleted_at: Some(Timestamp::from_millis(6)),
    };
    check(&written, &expect![[r#"{"edited_at":5,"deleted_at":6}"#]]);
}

#[test]
fn the_small_rows() {
    check(
        &ConversationRecord::default(),
        &expect![[r#"{"epoch":1,"generation":0,"blocked":false,"erased_at":null}"#]],
    );
    let up_to = UpTo { shown: Place(2), n_visitor_messages: 1 };
    check(
        &SeenMark { by: SeenBy::Visitor, seq: Seq(3), up_to },
        &expect![[
            r#"{"by":{"type":"visitor"},"seq":3,"up_to":{"shown":2,"n_visitor_messages":1}}"#
        ]],
    );
    check(
        &SeenMark { by: SeenBy::Agent(id("ana")), seq: Seq(3), up_to },
        &expect![[
            r#"{"by":{"type":"agent","id":"ana"},"seq":3,"up_to":{"shown":2,"n_visitor_messages":1}}"#
        ]],
    );
    let said = OwnerSaid { agent: id("ana"), presence: Presence::Away(AwayReason::Lunch) };
    check(&said, &expect![[r#"{"agent":"ana","presence":{"away":"lunch"}}"#]]);
    let placed = Placed { seq: Seq(4), shown: Some(Place(2)), at: Timestamp::from_millis(5) };
    check(&placed, &expect![[r#"{"seq":4,"shown":2,"at":5}"#]]);
    let row = PresenceRow {
        member: id("ana"),
        chosen: Presence::Available,
        offline: false,
        lost_at: None,
        idle_since: Timestamp::from_millis(5),
        bulks: Vec::new(),
    };
    check(
        &row,
        &expect![[
            r#"{"member":"ana","chosen":"available","offline":false,"lost_at":null,"idle_since":5}"#
        ]],
    );
    check(&Conn(7), &expect!["7"]);
}

#[test]
fn a_file() {
    let file = StoredFile {
        file: File {
            id: id("f1"),
            name: "cat.png".to_owned().try_into().unwrap(),
            bytes: 10,
            media: MediaType::Png,
        },
        by: Author::Visitor,
        message: Some(Seq(4)),
    };
    check(
        &file,
        &expect![[
            r#"{"file":{"id":"f1","name":"cat.png","bytes":10,"media":"png"},"by":{"type":"visitor"},"message":4}"#
        ]],
    );
}

#[test]
fn what_the_desk_wants() {
    let offer = DeskCommand::Offer { session: SessionNo(1), queued_at: None, grant: grant() };
    check(
        &offer,
        &expect![[
            r#"{"type":"offer","session":1,"grant":{"agent":"ana","role":"agent","departments":["sales"],"version":3,"load":2,"expires":300000}}"#
        ]],
    );
    let answer = DeskCommand::Answer { grant: grant(), offer: id("o1"), accept: true };
    check(
        &answer,
        &expect![[
            r#"{"type":"answer","grant":{"agent":"ana","role":"agent","departments":["sales"],"version":3,"load":2,"expires":300000},"offer":"o1","accept":true}"#
        ]],
    );
    let bulk = DeskCommand::Bulk {
        grant: grant(),
        ticket: "t1".to_owned(),
        operation: BulkOperation::Take,
        session: None,
    };
    check(
        &bulk,
        &expect![[
            r#"{"type":"bulk","grant":{"agent":"ana","role":"agent","departments":["sales"],"version":3,"load":2,"expires":300000},"ticket":"t1","operation":{"type":"take"}}"#
        ]],
    );
    let take = DeskCommand::Take {
        conn: Conn(9),
        session: SessionNo(1),
        queued_at: Some(Timestamp::from_millis(5)),
        grant: grant(),
    };
    check(
        &take,
        &expect![[
            r#"{"type":"take","conn":9,"session":1,"queued_at":5,"grant":{"agent":"ana","role":"agent","departments":["sales"],"version":3,"load":2,"expires":300000}}"#
        ]],
    );
    let refuse = DeskCommand::Refuse { conn: Conn(9), reason: Refusal::NoCapacity };
    check(&refuse, &expect![[r#"{"type":"refuse","conn":9,"reason":"no_capacity"}"#]]);
    let since = Some(Timestamp::from_millis(5));
    let gone = DeskCommand::Presence { agent: id("ana"), presence: Presence::Offline, since };
    check(&gone, &expect![[r#"{"type":"presence","agent":"ana","presence":"offline","since":5}"#]]);
    let postpone = DeskCommand::Postpone { offer: id("o1"), until: Timestamp::from_millis(7) };
    check(&postpone, &expect![[r#"{"type":"postpone","offer":"o1","until":7}"#]]);
    let presence =
        DeskCommand::Presence { agent: id("ana"), presence: Presence::Offline, since: None };
    check(&presence, &expect![[r#"{"type":"presence","agent":"ana","presence":"offline"}"#]]);
    check(
        &DeskCommand::RightsChanged { agent: id("ana"), version: 2 },
        &expect![[r#"{"type":"rights_changed","agent":"ana","version":2}"#]],
    );
    check(
        &DeskCommand::MemberRemoved { agent: id("ana"), to: None },
        &expect![[r#"{"type":"member_removed","agent":"ana"}"#]],
    );
    check(
        &DeskCommand::MemberRemoved { agent: id("ana"), to: Some(id("ben")) },
        &expect![[r#"{"type":"member_removed","agent":"ana","to":"ben"}"#]],
    );
    check(&DeskCommand::Look, &expect![[r#"{"type":"look"}"#]]);
    check(&DeskCommand::Report, &expect![[r#"{"type":"report"}"#]]);
}

#[test]
fn what_a_conversation_tells() {
    let summary = queued("main-c1", Timestamp::from_millis(5)).offered("ana", OfferKind::Assign);
    check(
        &RoomReport::Summary(Box::new(summary)),
        &expect![[
            r#"{"type":"summary","conversation":"main-c1","version":{"epoch":1,"seq":3,"seen":0},"site":"main-s1","contact":"visitor","details":{},"tags":[],"blocked":false,"hidden":false,"language":"en","session":{"no":1,"state":"offered","closed_by":null,"opened_at":5,"queued_at":5,"department":"sales","owner":null,"others":[],"silent":[],"ever_joined":[],"added":[],"wrapup":[],"excluded":[],"offer":{"id":"offer-3","agent":"ana","kind":"assign","from":null,"deadline":60005},"outcomes":[],"customer_waiting_since":5,"queued_since":5,"followed_up_at":5,"page":null,"proactive":false},"last":{"text":"hello","by_visitor":true,"at":5},"recent":[],"n_visitor_messages":1,"n_before_session":0,"seen":{}}"#
        ]],
    );
    let wanted = RoomReport::Wanted {
        conn: Conn(9),
        session: SessionNo(1),
        queued_at: Some(Timestamp::from_millis(5)),
        version: Version { epoch: 1, seq: Seq(2), seen: 3 },
        agent: id("ana"),
    };
    check(
        &wanted,
        &expect![[
            r#"{"type":"wanted","conn":9,"session":1,"queued_at":5,"version":{"epoch":1,"seq":2,"seen":3},"agent":"ana"}"#
        ]],
    );
    let refused = RoomReport::OfferRefused {
        session: SessionNo(1),
        queued_at: None,
        agent: id("ana"),
        reason: Refusal::State,
    };
    check(
        &refused,
        &expect![[r#"{"type":"offer_refused","session":1,"agent":"ana","reason":"state"}"#]],
    );
    check(
        &RoomReport::Bulk { ticket: "t1".to_owned(), refused: None, summary: None },
        &expect![[r#"{"type":"bulk","ticket":"t1","refused":null}"#]],
    );
    check(&RoomReport::Erased { epoch: 2 }, &expect![[r#"{"type":"erased","epoch":2}"#]]);
    check(
        &Version { epoch: 1, seq: Seq(2), seen: 3 },
        &expect![[r#"{"epoch":1,"seq":2,"seen":3}"#]],
    );
}

#[test]
fn a_checkpoint_loads_as_it_was() {
    let stage = Stage::in_talk();
    let room = stage.woken();
    let checkpoint = room.checkpoint();
    let json = serde_json::to_string(&checkpoint).unwrap();
    let read: inbox_room::Checkpoint = serde_json::from_str(&json).unwrap();
    assert_eq!(read, checkpoint);
    assert_eq!(
        read.conversation,
        Conversation::replay(stage.memory.events.iter().map(|it| &it.body.event))
    );
    let transcript = serde_json::to_value(&checkpoint.transcript).unwrap();
    let fields: BTreeMap<String, serde_json::Value> = serde_json::from_value(transcript).unwrap();
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    expect!["added contact followed_up_at head last_at n_before_session n_visitor_messages opened outcomes queued_at rated recent shown tags"].assert_eq(&names.join(" "));
}
