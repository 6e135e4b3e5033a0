//! Who is told what.

use inbox_core::notification::{Kind, Life, Listener, Occasion, Situation, audience};
use inbox_types::{MemberId, Millis, WorkspaceSettings};

use crate::{scene::Scene, script};

const TEAM: &str = "olga adam sue tom ana ben cid mia ivy";

#[test]
fn n1_who_is_available_in_the_queue_hears_of_a_new_session() {
    let waiting = situation("visitor writes hello");
    assert_eq!(told(&Occasion::Allocation, &waiting, TEAM), "ana ben sue tom");
}

#[test]
fn n1_admins_and_who_is_not_available_do_not_hear_of_it() {
    let waiting = situation("visitor writes hello");
    assert_eq!(
        told(&Occasion::Allocation, &waiting, "adam olga ana:away ben:rona tom:offline sue"),
        "sue"
    );
}

#[test]
fn n1_nobody_hears_of_a_blocked_contact() {
    let blocked = situation("visitor writes hello\nsue blocks");
    assert_eq!(told(&Occasion::Allocation, &blocked, TEAM), "");
    assert_eq!(told(&Occasion::Message, &blocked, TEAM), "");
}

#[test]
fn n2_the_allocation_stays_until_somebody_joins() {
    assert_eq!(Kind::Allocation.life(&WorkspaceSettings::default()), Life::Sticky);
    let holds = |given: &str| Kind::Allocation.still_holds(&situation(given));
    assert!(holds("visitor writes hello"));
    assert!(!holds("visitor writes hello\nana takes"));
    assert!(!holds("visitor writes hello\nvisitor ends"));
    assert!(!holds("visitor writes hello\nsue blocks"));
}

/// The ways in which a session comes to wait.
const WAITS: [&str; 8] = [
    "visitor writes hello",
    "visitor writes hello\ndesk offers o1 ana\nana declines o1",
    "visitor writes hello\nana takes\nana leaves",
    "visitor writes hello\nana takes\nana queues sales",
    "visitor writes hello\nana takes\nana snoozes\nwith owner away\nvisitor writes more",
    "with requeue\nvisitor writes hello\nana takes\ndesk loses ana",
    "visitor writes hello\nana takes\ndesk removes ana",
    "with window 1h\nvisitor writes hello\nana takes\nana ends\nvisitor writes more",
];

#[test]
fn n2_who_reads_in_silence_takes_no_notice_away() {
    for given in WAITS {
        let alone = situation(given);
        assert_eq!(told(&Occasion::Allocation, &alone, TEAM), "ana ben sue tom", "{given}");
        let lines: Vec<&str> = script::lines(given).collect();
        for begins in 1..=lines.len() {
            let mut scene = Scene::default();
            for (at, line) in lines.iter().enumerate() {
                scene.play(line).unwrap();
                if at + 1 == begins {
                    // There may be nothing to read along with yet, or any more.
                    let _refused = scene.play("sue supervises");
                }
            }
            let read_along = Situation::of(&scene.conversation);
            let story = format!("{given}\nsue supervises from line {begins}");
            for occasion in [Occasion::Allocation, Occasion::Message] {
                let expected = told(&occasion, &alone, TEAM);
                let told = told(&occasion, &read_along, TEAM);
                assert!(expected.split(' ').all(|it| told.contains(it)), "{story}: {told}");
            }
            assert!(Kind::Allocation.still_holds(&read_along), "{story}");
        }
    }
}

#[test]
fn n3_an_offer_is_for_one_agent_and_waits_for_the_answer() {
    let offered = situation("visitor writes hello\ndesk offers o1 ana");
    let offer = Occasion::Offer { to: script::id("ana") };
    assert_eq!(told(&offer, &offered, TEAM), "ana");
    assert_eq!(Kind::Offer.life(&WorkspaceSettings::default()), Life::Blocking);
    assert!(Kind::Offer.still_holds(&offered));
    assert!(!Kind::Offer.still_holds(&situation("visitor writes hello")));
}

#[test]
fn n4_a_message_of_a_queued_session_is_for_the_queue() {
    let waiting = situation("visitor writes hello");
    assert_eq!(told(&Occasion::Message, &waiting, TEAM), "ana ben sue tom");
}

#[test]
fn n4_a_message_is_for_everybody_who_ever_joined() {
    let taken = situation("visitor writes hello\nana takes\nana adds ben\nben leaves");
    assert_eq!(
        told(&Occasion::Message, &taken, "olga adam sue tom ana:away ben:offline cid"),
        "ana ben"
    );
}

#[test]
fn n5_who_looks_at_the_conversation_is_not_told_of_messages() {
    let taken = situation("visitor writes hello\nana takes\nana adds ben");
    assert_eq!(told(&Occasion::Message, &taken, "ana! ben"), "ben");
}

#[test]
fn n6_a_transient_notification_lives_three_to_fifteen_seconds() {
    let life = |span: Millis| {
        let settings =
            WorkspaceSettings { notification_life: span, ..WorkspaceSettings::default() };
        Kind::Message.life(&settings)
    };
    assert_eq!(life(Millis::seconds(6)), Life::Transient(Millis::seconds(6)));
    assert_eq!(life(Millis::seconds(1)), Life::Transient(Millis::seconds(3)));
    assert_eq!(life(Millis::seconds(60)), Life::Transient(Millis::seconds(15)));
}

#[test]
fn n7_who_is_added_is_told() {
    let taken = situation("visitor writes hello\nana takes\nana adds ben");
    assert_eq!(told(&Occasion::Added { agent: script::id("ben") }, &taken, TEAM), "ben");
}

#[test]
fn n8_a_bulk_transfer_tells_both_sides_once() {
    let taken = situation("visitor writes hello\nana takes");
    assert_eq!(told(&Occasion::BulkDone { by: script::id("sue") }, &taken, TEAM), "sue");
    assert_eq!(told(&Occasion::Received { by: script::id("ben") }, &taken, TEAM), "ben");
}

#[test]
fn n9_who_asked_hears_that_it_was_not_accepted() {
    let taken = situation("visitor writes hello\nana takes");
    assert_eq!(told(&Occasion::NotAccepted { asker: script::id("ana") }, &taken, TEAM), "ana");
}

#[test]
fn n10_who_is_mentioned_and_may_look_is_told() {
    let taken = situation("visitor writes hello\nana takes");
    let agents = ["ben", "cid", "mia"].map(script::id).into();
    assert_eq!(told(&Occasion::Mention { agents }, &taken, TEAM), "ben");
}

#[test]
fn n11_who_took_part_hears_of_the_end() {
    let ended = situation("visitor writes hello\nana takes\nana adds ben\nvisitor ends");
    let legs = ["ana", "ben"].map(script::id);
    let end = Occasion::Ended { legs: legs.clone().into() };
    assert_eq!(told(&end, &ended, "ana! ben cid adam"), "ben");
    let gone = Occasion::AssetDeleted { legs: legs.into() };
    assert_eq!(told(&gone, &ended, "ana! ben cid adam"), "ana ben");
    assert_eq!(Kind::AssetDeleted.life(&WorkspaceSettings::default()), Life::Blocking);
}

#[test]
fn n12_a_long_wait_calls_the_owner_then_the_lead_then_the_supervisor() {
    let taken = situation("visitor writes hello\nana takes");
    let level = |level: u8| told(&Occasion::WaitLevel { level }, &taken, TEAM);
    assert_eq!(level(1), "ana");
    assert_eq!(level(2), "ana tom");
    assert_eq!(level(3), "ana sue tom");
}

#[test]
fn n13_one_notification_an_agent_conversation_and_kind() {
    let conversation = script::id("main-1");
    assert_eq!(Kind::Message.name(&conversation), "message:main-1");
    let names: std::collections::BTreeSet<String> = [
        Occasion::Allocation,
        Occasion::Offer { to: script::id("ana") },
        Occasion::Message,
        Occasion::Added { agent: script::id("ana") },
        Occasion::BulkDone { by: script::id("ana") },
        Occasion::Received { by: script::id("ana") },
        Occasion::NotAccepted { asker: script::id("ana") },
        Occasion::Mention { agents: [script::id("ana")].into() },
        Occasion::Ended { legs: [script::id("ana")].into() },
        Occasion::Answered,
        Occasion::WaitLevel { level: 1 },
        Occasion::AssetDeleted { legs: [script::id("ana")].into() },
    ]
    .iter()
    .map(|occasion| occasion.kind().name(&conversation))
    .collect();
    assert_eq!(names.len(), 12);
}

#[test]
fn n14_the_owner_hears_the_answer_to_the_question() {
    let taken = situation("visitor writes hello\nana takes\nana adds ben");
    assert_eq!(told(&Occasion::Answered, &taken, TEAM), "ana");
    assert_eq!(told(&Occasion::Answered, &taken, "ana! ben"), "");
}

#[test]
fn n16_what_is_over_is_retracted() {
    let holds = |given: &str| Kind::Message.still_holds(&situation(given));
    assert!(holds("visitor writes hello\nana takes"));
    assert!(!holds("visitor writes hello\nana takes\nana ends"));
    assert!(!holds("visitor writes hello\nadam blacklists"));
}

fn situation(given: &str) -> Situation {
    let mut scene = Scene::default();
    for line in script::lines(given) {
        scene.play(line).unwrap();
    }
    Situation::of(&scene.conversation)
}

/// Who of these is told; `ana:away` is away, `ana!` looks at the conversation.
fn told(occasion: &Occasion, situation: &Situation, team: &str) -> String {
    let listeners: Vec<Listener> = team
        .split(' ')
        .map(|it| {
            let focused = it.ends_with('!');
            let (name, presence) =
                it.trim_end_matches('!').split_once(':').unwrap_or((it, "available"));
            Listener {
                agent: script::agent(name.trim_end_matches('!')),
                presence: script::presence(presence),
                focused,
            }
        })
        .collect();
    let told = audience(occasion, situation, &listeners, &WorkspaceSettings::default());
    told.iter().map(MemberId::as_str).collect::<Vec<_>>().join(" ")
}
