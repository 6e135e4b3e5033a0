//! The bytes that are stored. A failing test here is a log that can no longer be read:
//! change the code, not the expectation.

use expect_test::{Expect, expect};
use inbox_core::{Change, Content, Conversation, Event, EventKind};
use inbox_types::Seq;

use crate::{scene::Scene, script};

/// Together they cause every kind of event and of content.
const LIVES: [&str; 6] = [
    "with bot
     with browser vi
     visitor answers_campaign c1
     robo matches
     robo writes hello
     visitor says en 99
     visitor hands_off
     desk offers o1 ana
     ana declines o1
     ben takes
     desk renames ben Benjamin
     ben requests o2 ana because billing
     desk postpones o2 1m
     ana accepts o2
     ana adds ben
     ben leaves
     sue supervises
     ana whispers psst
     ana notes helo
     ana edits 24 hello
     ana deletes 24
     visitor sends 1",
    "with question
     with rating
     visitor writes hello
     ana takes
     ana tags vip
     ana topics billing
     ana names name=Kim
     ana moves support
     ana speaks uk
     ana speaks -
     visitor speaks vi
     ana snoozes 2h
     ana wakes
     ana snoozes
     visitor writes back
     ana ends because done
     visitor answers yes
     visitor writes more
     ana asks
     visitor answers no
     visitor rates 1 5 thanks
     ana reopens
     ana queues support because billing
     desk drops support sales
     desk drops sales",
    "visitor writes hello
     ana takes
     visitor ends
     ana wraps_up 1 because solved
     visitor writes again
     ana takes
     desk removes ana",
    "visitor writes hello
     bridge writes hello
     ana takes
     ana ends
     visitor writes again",
    "visitor writes hello
     ana takes
     sue blocks
     sue unblocks
     adam blacklists
     adam unblocks
     adam signs_out
     visitor signs_out
     adam erases",
    "with reason
     with bot
     visitor writes hello
     ana takes
     ana adds ben
     visitor ends",
];

#[test]
fn s15_stored_events_keep_their_meaning() {
    let mut shown: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for change in LIVES.iter().flat_map(|life| play(life)) {
        let json = serde_json::to_string(&change.event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), change.event);
        if seen.insert(shape(&change)) {
            shown.push(json);
        }
    }
    let kinds: std::collections::BTreeSet<String> =
        shown.iter().map(|json| kind_of(&serde_json::from_str(json).unwrap())).collect();
    assert_eq!(kinds.len(), N_KINDS, "{kinds:?}");
    expect![[r#"
        {"at":1000000,"session":1,"kind":{"type":"opened","bot":"robo","department":{"id":"sales","name":"sales"},"campaign":"c1","campaign_name":"Free post","variant":"a"}}
        {"at":1000000,"session":1,"kind":{"type":"language_set","evidence":{"type":"browser","language":"vi"},"by":null}}
        {"at":1000000,"session":1,"kind":{"type":"posted","client_id":"c","by":{"type":"team"},"visibility":"public"}}
        {"at":1000000,"session":1,"kind":{"type":"bot_matched","bot":"robo"}}
        {"at":1000000,"session":1,"kind":{"type":"queued","cause":"asked_for_person","department":null}}
        {"at":1000000,"session":1,"kind":{"type":"offered","offer":"o1","agent":{"id":"ana","name":"ana"},"for":"assign","deadline":1030000,"from":null,"held_reason":false}}
        {"at":1000000,"session":1,"kind":{"type":"offer_ended","offer":"o1","agent":{"id":"ana","name":"ana"},"for":"assign","from":null,"outcome":"declined"}}
        {"at":1000000,"session":1,"kind":{"type":"taken","agent":{"id":"ben","name":"ben"},"shown":true}}
        {"at":1000000,"session":1,"kind":{"type":"member_renamed","agent":{"id":"ben","name":"Benjamin"}}}
        {"at":1000000,"session":1,"kind":{"type":"offer_postponed","offer":"o2","deadline":1060000}}
        {"at":1000000,"session":1,"kind":{"type":"owner_changed","agent":{"id":"ana","name":"ana"},"shown":true}}
        {"at":1000000,"session":1,"kind":{"type":"left","agent":{"id":"ben","name":"Benjamin"},"leg":"left","shown":true}}
        {"at":1000000,"session":1,"kind":{"type":"wrapped_up","agent":{"id":"ben","name":"ben"},"of":1,"held":14,"handed_over":true}}
        {"at":1000000,"session":1,"kind":{"type":"joined","agent":{"id":"ben","name":"ben"},"silent":false,"shown":true}}
        {"at":1000000,"session":1,"kind":{"type":"joined","agent":{"id":"sue","name":"sue"},"silent":true,"shown":false}}
        {"at":1000000,"session":1,"kind":{"type":"posted","client_id":"k","by":{"type":"agent","who":{"id":"ana","name":"ana"}},"visibility":"whisper"}}
        {"at":1000000,"session":1,"kind":{"type":"edited","of":24,"n":null,"visibility":"note"}}
        {"at":1000000,"session":1,"kind":{"type":"deleted","of":24,"n":null,"visibility":"note"}}
        {"at":1000000,"session":1,"kind":{"type":"tags_set","by":{"id":"ana","name":"ana"}}}
        {"at":1000000,"session":1,"kind":{"type":"topics_set","by":{"id":"ana","name":"ana"},"topics":["billing"]}}
        {"at":1000000,"session":1,"kind":{"type":"contact_set","by":{"id":"ana","name":"ana"},"fields":["name"]}}
        {"at":1000000,"session":1,"kind":{"type":"department_set","by":{"id":"ana","name":"ana"},"department":{"id":"support","name":"support"}}}
        {"at":1000000,"session":1,"kind":{"type":"snoozed","by":{"id":"ana","name":"ana"},"until":8200000}}
        {"at":1000000,"session":1,"kind":{"type":"woken"}}
        {"at":1000000,"session":1,"kind":{"type":"asked","by":{"id":"ana","name":"ana"},"closing":true,"held_reason":true}}
        {"at":1000000,"session":1,"kind":{"type":"answered","more":true}}
        {"at":1000000,"session":1,"kind":{"type":"answered","more":false}}
        {"at":1000000,"session":1,"kind":{"type":"closed","cause":"solved","by":null,"legs":[{"agent":"ana","leg":"left"}],"rating":"optional"}}
        {"at":1000000,"session":1,"kind":{"type":"rated","stars":5}}
        {"at":1000000,"session":1,"kind":{"type":"reopened","to":{"type":"agent","who":{"id":"ana","name":"ana"}}}}
        {"at":1000000,"session":1,"kind":{"type":"queued","cause":"transfer","department":{"id":"support","name":"support"}}}
        {"at":1000000,"session":1,"kind":{"type":"department_gone","to":{"id":"sales","name":"sales"}}}
        {"at":1000000,"session":2,"kind":{"type":"owner_lost","agent":{"id":"ana","name":"ana"}}}
        {"at":1000000,"session":1,"kind":{"type":"closed","cause":"blocked","by":{"id":"sue","name":"sue"},"legs":[{"agent":"ana","leg":"left"}],"rating":"none"}}
        {"at":1000000,"session":1,"kind":{"type":"blocked","by":{"id":"sue","name":"sue"},"unsubscribed":false,"purge_at":null}}
        {"at":1000000,"session":1,"kind":{"type":"unblocked","by":{"id":"sue","name":"sue"}}}
        {"at":1000000,"session":1,"kind":{"type":"signed_out","by":{"id":"adam","name":"adam"}}}
        {"at":1000000,"session":1,"kind":{"type":"erased","by":{"id":"adam","name":"adam"}}}"#]].assert_eq(&shown.join("\n"));
}

/// All kinds but `later`, which nobody stores.
const N_KINDS: usize = 33;

#[test]
fn s15_whoever_writes_keeps_their_bytes() {
    let said = |who: &str| {
        let mut scene = Scene::default();
        for line in ["with bot", "visitor writes hello"] {
            scene.play(line).unwrap();
        }
        let changes = scene.play(&format!("{who} writes hello")).unwrap();
        let kind = serde_json::to_value(&changes.last().unwrap().event.kind).unwrap();
        kind["by"].to_string()
    };
    for (who, bytes) in [
        ("visitor", r#"{"type":"visitor"}"#),
        ("robo", r#"{"type":"bot","who":"robo"}"#),
        ("bridge", r#"{"type":"bridge"}"#),
        ("kim", r#"{"type":"external","who":"Kim"}"#),
    ] {
        assert_eq!(said(who), bytes);
    }
}

#[test]
fn s15_stored_contents_keep_their_meaning() {
    let mut seen = std::collections::BTreeSet::new();
    let mut shown: Vec<String> = Vec::new();
    for content in LIVES.iter().flat_map(|life| play(life)).filter_map(|it| it.content) {
        let json = serde_json::to_string(&content).unwrap();
        assert_eq!(serde_json::from_str::<Content>(&json).unwrap(), content);
        let kind: serde_json::Value = serde_json::from_str(&json).unwrap();
        if seen.insert(kind["type"].to_string()) {
            shown.push(json);
        }
    }
    expect![[r#"
        {"type":"page","page":"https://shop.example/shoes"}
        {"type":"message","text":"Questions about post?"}
        {"type":"wrapup","reason":"billing"}
        {"type":"edit","of":24,"text":"hello"}
        {"type":"delete","of":24}
        {"type":"tags","tags":["vip"]}
        {"type":"contact","details":{"name":"Kim"}}
        {"type":"rating","comment":"thanks"}"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn s15_a_checkpoint_keeps_its_meaning() {
    checkpoint(
        &LIVES[0].replace("robo hands_off", ""),
        &expect![[
            r#"{"head":27,"last_at":1000000,"language":{"browser":"vi","visitor":null,"text":"en","agent":null},"typed_by_agent":[],"blocked":false,"unsubscribed":false,"purge_at":null,"erased":false,"written":{"since":0,"n":3},"session":{"no":1,"opened_at":1000000,"phase":{"state":"active","owner":"ana","pending":null},"department":{"id":"sales","name":"sales"},"campaign":"c1","campaign_name":"Free post","variant":"a","legs":[{"agent":{"id":"ana","name":"ana"},"state":"joined","part":"open","since":1000000,"ever_joined":true,"overdue":false},{"agent":{"id":"ben","name":"ben"},"state":"left","part":"open","since":1000000,"ever_joined":true,"overdue":false},{"agent":{"id":"sue","name":"sue"},"state":"joined","part":"silent","since":1000000,"ever_joined":true,"overdue":false}],"waiting":{"last":"customer","since":1000000,"last_message_at":1000000},"question":{"state":"not_asked"},"topics":[],"rating":{"state":"card","card":"none"},"declined":[]},"earlier":[]}"#
        ]],
    );
    checkpoint(
        LIVES[2],
        &expect![[
            r#"{"head":11,"last_at":1000000,"language":{"browser":null,"visitor":null,"text":null,"agent":null},"typed_by_agent":[],"blocked":false,"unsubscribed":false,"purge_at":null,"erased":false,"written":{"since":0,"n":2},"session":{"no":2,"opened_at":1000000,"phase":{"state":"queued"},"department":{"id":"sales","name":"sales"},"campaign":null,"legs":[{"agent":{"id":"ana","name":"ana"},"state":"left","part":"open","since":1000000,"ever_joined":true,"overdue":false}],"waiting":{"last":"customer","since":1000000,"last_message_at":1000000},"question":{"state":"not_asked"},"topics":[],"rating":{"state":"card","card":"none"},"declined":[]},"earlier":[{"no":1,"opened_at":1000000,"closed_at":1000000,"cause":"customer","owner":"ana","stars":null,"wrapups":[]}]}"#
        ]],
    );
    checkpoint(
        "visitor writes hello\ndesk offers o1 ana",
        &expect![[
            r#"{"head":3,"last_at":1000000,"language":{"browser":null,"visitor":null,"text":null,"agent":null},"typed_by_agent":[],"blocked":false,"unsubscribed":false,"purge_at":null,"erased":false,"written":{"since":0,"n":1},"session":{"no":1,"opened_at":1000000,"phase":{"state":"offered","offer":{"id":"o1","agent":{"id":"ana","name":"ana"},"kind":"assign","deadline":1030000,"from":null,"held_reason":null}},"department":{"id":"sales","name":"sales"},"campaign":null,"legs":[{"agent":{"id":"ana","name":"ana"},"state":"offered","part":"open","since":1000000,"ever_joined":false,"overdue":false}],"waiting":{"last":"customer","since":1000000,"last_message_at":1000000},"question":{"state":"not_asked"},"topics":[],"rating":{"state":"card","card":"none"},"declined":[]},"earlier":[]}"#
        ]],
    );
    checkpoint(
        "with question\nvisitor writes hello\nana takes\nana ends",
        &expect![[
            r#"{"head":4,"last_at":1000000,"language":{"browser":null,"visitor":null,"text":null,"agent":null},"typed_by_agent":[],"blocked":false,"unsubscribed":false,"purge_at":null,"erased":false,"written":{"since":0,"n":1},"session":{"no":1,"opened_at":1000000,"phase":{"state":"active","owner":"ana","pending":null},"department":{"id":"sales","name":"sales"},"campaign":null,"legs":[{"agent":{"id":"ana","name":"ana"},"state":"joined","part":"open","since":1000000,"ever_joined":true,"overdue":false}],"waiting":{"last":"customer","since":1000000,"last_message_at":1000000},"question":{"state":"asked","at":1000000,"by":{"id":"ana","name":"ana"},"closing":true,"held_reason":null},"topics":[],"rating":{"state":"card","card":"none"},"declined":[]},"earlier":[]}"#
        ]],
    );
    checkpoint(
        "visitor writes hello\nana takes\nana snoozes 2h",
        &expect![[
            r#"{"head":4,"last_at":1000000,"language":{"browser":null,"visitor":null,"text":null,"agent":null},"typed_by_agent":[],"blocked":false,"unsubscribed":false,"purge_at":null,"erased":false,"written":{"since":0,"n":1},"session":{"no":1,"opened_at":1000000,"phase":{"state":"snoozed","owner":"ana","until":8200000},"department":{"id":"sales","name":"sales"},"campaign":null,"legs":[{"agent":{"id":"ana","name":"ana"},"state":"joined","part":"open","since":1000000,"ever_joined":true,"overdue":false}],"waiting":{"last":"customer","since":1000000,"last_message_at":1000000},"question":{"state":"not_asked"},"topics":[],"rating":{"state":"card","card":"none"},"declined":[]},"earlier":[]}"#
        ]],
    );
    checkpoint(
        "with rating\nvisitor writes hello\nadam blacklists",
        &expect![[
            r#"{"head":4,"last_at":1000000,"language":{"browser":null,"visitor":null,"text":null,"agent":null},"typed_by_agent":[],"blocked":true,"unsubscribed":true,"purge_at":2593000000,"erased":false,"written":{"since":0,"n":1},"session":{"no":1,"opened_at":1000000,"phase":{"state":"closed","cause":"blocked","at":1000000,"last_owner":null},"department":{"id":"sales","name":"sales"},"campaign":null,"legs":[],"waiting":{"last":"customer","since":1000000,"last_message_at":1000000},"question":{"state":"not_asked"},"topics":[],"rating":{"state":"card","card":"none"},"declined":[]},"earlier":[]}"#
        ]],
    );
}

#[test]
fn s16_an_event_of_a_later_version_holds_its_place_and_changes_nothing() {
    let json = r#"{"at":5,"session":1,"kind":{"type":"reacted","emoji":"+1","of":[1,2]}}"#;
    let event: Event = serde_json::from_str(json).unwrap();
    assert_eq!(event.kind, EventKind::Later);
    assert!(!event.visitor_sees());
    let mut conversation = Conversation::default();
    conversation.fold(&event);
    assert_eq!(conversation.head(), Seq(1));
    assert_eq!(conversation.session(), None);
}

#[test]
fn s16_a_known_event_with_a_cause_of_a_later_version_changes_nothing() {
    let json = r#"{"at":5,"session":1,"kind":{"type":"queued","cause":"moonlight"}}"#;
    assert_eq!(serde_json::from_str::<Event>(json).unwrap().kind, EventKind::Later);
}

#[test]
fn s18_a_long_history_does_not_grow_the_state() {
    let mut scene = Scene::default();
    let mut size = |n_messages: usize| {
        for _ in 0..n_messages {
            scene.play("visitor writes a rather long message about nothing").unwrap();
        }
        // Only numbers get longer, by a digit or two.
        serde_json::to_string(&scene.conversation).unwrap().len()
    };
    assert!(size(1_000) <= size(1) + 3);
}

#[test]
fn s17_events_carry_no_text_that_anybody_wrote() {
    let canary = "canary";
    let given = [
        "visitor writes canary",
        "ana takes",
        "ana writes canary",
        "sue supervises",
        "ana notes canary",
        "ana whispers canary",
        "ana edits 4 canary",
        "ana names name=canary notes=canary",
        "ana tags canary",
        "ana requests o1 ben because canary",
        "ben accepts o1",
        "ben transfers ana because canary",
        "ana ends because canary",
        "visitor rates 1 5 canary",
    ];
    let mut scene = Scene::default();
    scene.context.site.ask_rating = true;
    for line in given {
        scene.play(line).unwrap();
    }
    let n_canaries =
        scene.log.iter().filter(|it| serde_json::to_string(&it.content).unwrap().contains(canary));
    assert_eq!(n_canaries.count(), 11);
    for change in &scene.log {
        assert!(!serde_json::to_string(&change.event).unwrap().contains(canary), "{change:?}");
    }
    assert!(!serde_json::to_string(&scene.conversation).unwrap().contains(canary));
}

fn play(life: &str) -> Vec<Change> {
    let mut scene = Scene::default();
    for line in script::lines(life) {
        if let Err(refused) = scene.play(line) {
            panic!("{line}: {refused}");
        }
    }
    scene.log
}

/// One example of each is shown, and of each visibility.
fn shape(change: &Change) -> String {
    let visible = change.event.visitor_sees();
    format!("{} {visible}", kind_of(&serde_json::to_value(&change.event).unwrap()))
}

fn kind_of(event: &serde_json::Value) -> String {
    event["kind"]["type"].as_str().unwrap().to_owned()
}

#[track_caller]
fn checkpoint(life: &str, then: &Expect) {
    let mut conversation = Conversation::default();
    for change in play(life) {
        conversation.fold(&change.event);
    }
    let json = serde_json::to_string(&conversation).unwrap();
    assert_eq!(serde_json::from_str::<Conversation>(&json).unwrap(), conversation);
    then.assert_eq(&json);
}

#[test]
fn s15_a_visitors_message_keeps_its_meaning() {
    let json = r#"{"at":1000000,"session":1,"kind":{"type":"posted","client_id":"k","by":{"type":"visitor"},"visibility":"public","language_source":"browser"}}"#;
    let event: Event = serde_json::from_str(json).unwrap();
    assert!(matches!(&event.kind, EventKind::Posted { by: inbox_core::Speaker::Visitor, .. }));
    assert_eq!(serde_json::to_string(&event).unwrap(), json);
}

#[test]
fn s15_what_was_stored_before_campaigns_had_variants_is_read() {
    let event: Event = serde_json::from_str(
        r#"{"at":1000000,"session":1,"kind":{"type":"opened","bot":null,"department":null,"campaign":"c1"}}"#,
    )
    .unwrap();
    let mut conversation = Conversation::default();
    conversation.fold(&event);
    let session = conversation.session().unwrap();
    assert_eq!(session.campaign.as_ref().unwrap().as_str(), "c1");
    assert_eq!((session.campaign_card(), session.variant), (None, None));
    let json = serde_json::to_string(&conversation).unwrap();
    assert!(json.contains(r#""campaign":"c1","legs""#), "{json}");
    assert_eq!(serde_json::from_str::<Conversation>(&json).unwrap(), conversation);
}

#[test]
fn s15_a_checkpoint_of_before_messages_were_counted_is_read() {
    let mut stored = serde_json::to_value(Conversation::default()).unwrap();
    assert!(stored.as_object_mut().unwrap().remove("written").is_some());
    assert_eq!(serde_json::from_value::<Conversation>(stored).unwrap(), Conversation::default());
}
