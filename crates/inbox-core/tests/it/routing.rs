//! Who is asked next, and how presence changes.

use inbox_core::{
    Rejection,
    routing::{
        Candidate, Waiting, after_offer, available, choose, next, plan, presence, tells_everybody,
    },
};
use inbox_types::{Assignment, Millis, OfferKind, OfferOutcome, Presence, Timestamp};

use crate::{scene::Scene, script};

const CAPACITY: u32 = 5;

#[test]
fn w1_only_who_is_available_with_room_in_the_queue_is_asked() {
    let waiting = waiting("main-1", 1);
    assert_eq!(asked(&waiting, "ana:away:0:1 ben:rona:0:1 tom:offline:0:1"), "nobody");
    assert_eq!(asked(&waiting, "cid:available:0:1 mia:available:0:1"), "nobody");
    assert_eq!(asked(&waiting, "ana:available:5:1 ben:available:4:1"), "ben");
}

#[test]
fn w1_what_belongs_to_no_queue_can_go_to_anybody() {
    let waiting = Waiting { department: None, ..waiting("main-1", 1) };
    assert_eq!(asked(&waiting, "cid:available:0:1"), "cid");
}

#[test]
fn w2_the_least_loaded_then_the_longest_idle() {
    let waiting = waiting("main-1", 1);
    assert_eq!(asked(&waiting, "ana:available:2:1 ben:available:1:9"), "ben");
    assert_eq!(asked(&waiting, "ana:available:1:9 ben:available:1:3"), "ben");
    assert_eq!(asked(&waiting, "ben:available:1:3 ana:available:1:3"), "ana");
}

#[test]
fn w3_who_declined_is_not_asked() {
    let mut waiting = waiting("main-1", 1);
    waiting.declined.insert(script::id("ana"));
    assert_eq!(asked(&waiting, "ana:available:0:1 ben:available:4:1"), "ben");
    assert_eq!(asked(&waiting, "ana:available:0:1"), "nobody");
}

#[test]
fn w4_a_queue_that_does_not_ask_tells_everybody() {
    let manual = Waiting { assignment: Assignment::Manual, ..waiting("main-1", 1) };
    let free = candidates("ana:available:0:1");
    assert_eq!(next(&manual, &free, CAPACITY), None);
    assert!(tells_everybody(&manual, &free, CAPACITY));
    assert!(!tells_everybody(&waiting("main-1", 1), &free, CAPACITY));
    assert!(tells_everybody(&waiting("main-1", 1), &candidates("ana:available:5:1"), CAPACITY));
}

#[test]
fn w5_the_longest_wait_is_served_first_and_each_offer_takes_its_slot() {
    let queue = [waiting("main-3", 30), waiting("main-1", 10), waiting("main-2", 20)];
    let plan = |team: &str| {
        let offers = plan(&queue, &candidates(team), CAPACITY);
        let offers = offers.iter().map(|(what, who)| format!("{what} {who}"));
        offers.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(plan("ana:available:4:1"), "main-1 ana");
    assert_eq!(plan("ana:available:3:1 ben:available:4:1"), "main-1 ana, main-2 ben");
}

#[test]
fn w10_nobody_is_asked_two_things_at_once() {
    let queue = ["main-1", "main-2", "main-3"].map(|it| waiting(it, 10));
    let plan = |team: &[Candidate]| {
        let offers = plan(&queue, team, CAPACITY);
        let offers = offers.iter().map(|(what, who)| format!("{what} {who}"));
        offers.collect::<Vec<_>>().join(", ")
    };
    let mut team = candidates("ana:available:0:1 ben:available:0:2");
    assert_eq!(plan(&team), "main-1 ana, main-2 ben");
    team[0].asked = true;
    assert_eq!(plan(&team), "main-1 ben");
    team[1].asked = true;
    assert_eq!(plan(&team), "");
    // They are asked for the rest in their turn, so nobody else need hear of it.
    assert!(!tells_everybody(&queue[0], &team, CAPACITY));
    assert!(available(Some(&script::id("sales")), &team, CAPACITY).is_some());
    for it in &mut team {
        it.load = CAPACITY;
    }
    assert!(tells_everybody(&queue[0], &team, CAPACITY));
}

#[test]
fn w6_only_a_session_that_is_queued_waits_for_an_agent() {
    let waits = |given: &str| {
        let mut scene = Scene::default();
        script::lines(given).for_each(|line| drop(scene.play(line).unwrap()));
        Waiting::of(&script::id("main-1"), &scene.conversation, Assignment::Offer)
    };
    assert_eq!(waits(""), None);
    assert_eq!(waits("visitor writes hello\nana takes"), None);
    assert_eq!(waits("visitor writes hello\ndesk offers o1 ana"), None);
    let declined = waits("visitor writes hello\ndesk offers o1 ana\nana declines o1").unwrap();
    assert_eq!(declined.declined, [script::id("ana")].into());
    assert_eq!(declined.department, Some(script::id("sales")));
}

#[test]
fn w7_nobody_chooses_rona_or_offline() {
    assert_eq!(choose(Presence::Available), Ok(Presence::Available));
    assert_eq!(choose(script::presence("away")), Ok(script::presence("away")));
    assert_eq!(choose(Presence::Rona), Err(Rejection::Forbidden));
    assert_eq!(choose(Presence::Offline), Err(Rejection::Forbidden));
}

/// Every presence, every kind of question, every end of it.
#[test]
fn w8_only_who_is_available_and_does_not_answer_the_desk_is_in_rona() {
    let presences = ["available", "away", "rona", "offline"].map(script::presence);
    let kinds = [OfferKind::Assign, OfferKind::Transfer, OfferKind::Conference];
    let outcomes = [
        OfferOutcome::Accepted,
        OfferOutcome::Declined,
        OfferOutcome::Rona,
        OfferOutcome::Cancelled,
    ];
    for chosen in presences {
        for (kind, outcome) in kinds.iter().flat_map(|kind| outcomes.map(|it| (*kind, it))) {
            let silent = chosen == Presence::Available
                && (kind, outcome) == (OfferKind::Assign, OfferOutcome::Rona);
            let expected = if silent { Presence::Rona } else { chosen };
            assert_eq!(
                after_offer(chosen, kind, outcome),
                expected,
                "{chosen:?} {kind:?} {outcome:?}"
            );
        }
    }
}

#[test]
fn w9_a_connection_that_is_lost_for_long_is_offline_and_coming_back_changes_nothing() {
    let lost = Timestamp::from_millis(1_000_000);
    let after = |span: Millis, chosen: Presence| presence(chosen, Some(lost), lost.after(span));
    assert_eq!(after(Millis::seconds(60), Presence::Available), Presence::Available);
    assert_eq!(after(Millis::seconds(61), Presence::Available), Presence::Offline);
    assert_eq!(presence(Presence::Rona, None, lost), Presence::Rona);
}

fn waiting(id: &str, since: u64) -> Waiting {
    Waiting {
        conversation: script::id(id),
        department: Some(script::id("sales")),
        assignment: Assignment::Offer,
        since: Timestamp::from_millis(since),
        declined: std::collections::BTreeSet::new(),
    }
}

/// `name:presence:load:idle since`
fn candidates(team: &str) -> Vec<Candidate> {
    team.split(' ')
        .map(|it| {
            let parts: Vec<&str> = it.split(':').collect();
            Candidate {
                agent: script::agent(parts[0]),
                presence: script::presence(parts[1]),
                load: parts[2].parse().unwrap(),
                asked: false,
                idle_since: Timestamp::from_millis(parts[3].parse().unwrap()),
            }
        })
        .collect()
}

fn asked(waiting: &Waiting, team: &str) -> String {
    let candidates = candidates(team);
    let next = next(waiting, &candidates, CAPACITY);
    next.map_or("nobody".to_owned(), |it| it.agent.id.to_string())
}
