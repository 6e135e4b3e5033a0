//! DK2 to DK7, DK18 to DK21: who is asked, who is there, and who is available.

use inbox_protocol::{CloseCode, FromDesk, Refusal, ToDesk};
use inbox_room::{Conn, DeskCommand, DeskInput, LastMessage, RoomReport};
use inbox_types::{MemberId, Millis, OfferKind, OfferOutcome, Presence, SessionState, limits};

use crate::{
    desk_rules::{AWAY, begin},
    desk_stage::{DeskStage, Later, desk_facts, queued},
    stage::{id, member},
};

#[test]
fn dk2_the_least_loaded_and_longest_idle_agent_is_asked() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.wait(10);
    stage.arrives(2, "ben");
    for conversation in ["main-c1", "main-c2", "main-c3"] {
        let waiting = queued(conversation, begin());
        stage.hears(&waiting);
        let (_, agent) = stage.asked().pop().unwrap();
        stage.hears(&waiting.offered(&agent, OfferKind::Assign).active(&agent));
    }
    let asked: Vec<_> = stage.asked().into_iter().map(|(_, agent)| agent).collect();
    assert_eq!(asked, ["ana", "ben", "ana"]);
}

#[test]
fn dk2_nobody_is_asked_beyond_their_capacity() {
    let mut facts = desk_facts();
    facts.settings.capacity = 1;
    let mut stage = DeskStage::with(facts);
    stage.arrives(1, "ana");
    let first = queued("main-c1", begin());
    stage.hears(&first);
    stage.hears(&queued("main-c2", begin()));
    assert_eq!(stage.asked().len(), 1);
    // The slot is held while the offer runs, and taken once it is accepted.
    stage.hears(&first.clone().offered("ana", OfferKind::Assign));
    stage.hears(&first.clone().offered("ana", OfferKind::Assign).active("ana"));
    assert_eq!(stage.asked().len(), 1);
    // Its end is what unblocks the other session.
    let mut over = first.offered("ana", OfferKind::Assign).active("ana").later(1);
    over.session.state = SessionState::Closed;
    stage.hears(&over);
    assert_eq!(stage.asked().last().unwrap().0, "main-c2");
}

#[test]
fn rm81_nobody_is_asked_about_what_is_answered_elsewhere() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    let mut elsewhere = queued("main-c1", begin());
    elsewhere.session.elsewhere = true;
    stage.hears(&elsewhere);
    assert!(stage.asked().is_empty());
    // It was queued anew.
    stage.hears(&queued("main-c1", begin()).later(1));
    assert_eq!(stage.asked(), [("main-c1".to_owned(), "ana".to_owned())]);
}

#[test]
fn dk3_every_event_that_could_unblock_a_session_asks_again() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.chooses(1, AWAY);
    stage.hears(&queued("main-c1", begin()));
    assert!(stage.asked().is_empty());
    stage.chooses(1, Presence::Available);
    assert_eq!(stage.asked(), [("main-c1".to_owned(), "ana".to_owned())]);
}

#[test]
fn dk3_a_conversation_that_says_nothing_is_asked_again() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.hears(&queued("main-c1", begin()));
    stage.pass(15_000);
    assert_eq!(stage.asked().len(), 2);
}

#[test]
fn dk3_who_was_refused_is_asked_again_later_or_when_something_changes() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    let waiting = queued("main-c1", begin());
    stage.hears(&waiting);
    let report = RoomReport::OfferRefused {
        session: waiting.session.no,
        queued_at: waiting.session.queued_at,
        agent: id("ana"),
        reason: Refusal::State,
    };
    stage.reports("main-c1", report.clone());
    stage.pass(29_000);
    assert_eq!(stage.asked().len(), 1);
    stage.pass(2_000);
    assert_eq!(stage.asked().len(), 2);
    stage.reports("main-c1", report);
    let mut again = waiting.later(1);
    again.session.queued_at = Some(stage.now.after(Millis(1)));
    stage.hears(&again);
    assert_eq!(stage.asked().len(), 3);
}

#[test]
fn dk4_an_offer_shows_on_every_console_and_goes_from_all() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "ana");
    let waiting = queued("main-c1", begin());
    stage.hears(&waiting);
    let mut offered = waiting.clone().offered("ana", OfferKind::Assign);
    offered.recent =
        vec![LastMessage { text: "hello".to_owned(), masked: None, by_visitor: true, at: begin() }];
    stage.hears(&offered);
    for conn in [1, 2] {
        let heard = stage.heard_by(conn);
        let popup = heard.iter().find_map(|it| match it {
            ToDesk::Offer(popup) => Some(popup.clone()),
            _ => None,
        });
        assert_eq!(popup.unwrap().messages, [(true, "hello".to_owned())]);
    }
    stage.arrives(3, "ana");
    let heard = stage.heard_by(3);
    let Some(ToDesk::Welcome(welcome)) = heard.first() else { panic!("{heard:?}") };
    assert_eq!(welcome.offers.len(), 1);
    let gone = offered.session.offer.clone().unwrap().id;
    stage.hears(&offered.active("ana"));
    for conn in [1, 2, 3] {
        assert!(stage.heard_by(conn).contains(&ToDesk::OfferGone { offer: gone.clone() }));
    }
}

#[test]
fn dk4_an_answer_goes_to_the_conversation_and_only_of_who_is_asked() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "ben");
    let offered = queued("main-c1", begin()).offered("ana", OfferKind::Assign);
    stage.hears(&offered);
    stage.forget_heard();
    let answer = FromDesk::Answer {
        conversation: id("main-c1"),
        offer: offered.session.offer.unwrap().id,
        accept: true,
    };
    stage.says(2, answer.clone());
    assert!(stage.commands.is_empty());
    stage.says(1, answer);
    assert!(matches!(stage.commands[..], [(_, DeskCommand::Answer { accept: true, .. })]));
}

#[test]
fn dk5_only_the_desk_sets_rona_and_only_a_choice_ends_it() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.chooses(1, Presence::Rona);
    assert!(stage.heard_by(1).contains(&ToDesk::Refused { reason: Refusal::Forbidden }));
    let offered = queued("main-c1", begin()).offered("ana", OfferKind::Assign);
    stage.hears(&offered);
    let ended = offered.ended("ana", OfferKind::Assign, OfferOutcome::Rona);
    stage.hears(&ended);
    let rona = ToDesk::Presence { member: id("ana"), presence: Presence::Rona, load: 0 };
    assert!(stage.heard_by(1).contains(&rona));
    stage.forget_heard();
    // Neither a repeat nor a new connection changes it.
    stage.hears(&ended);
    stage.leaves(1);
    stage.arrives(2, "ana");
    assert!(stage.asked().is_empty());
    stage.chooses(2, Presence::Available);
    assert_eq!(stage.asked().len(), 1);
    // Hearing of the old outcome once more is no news.
    stage.hears(&ended);
    stage.sleep();
    stage.hears(&ended);
    assert!(!stage.heard_by(2).contains(&rona));
}

#[test]
fn dk6_a_minute_without_a_connection_is_offline_and_conversations_are_told() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "ben");
    stage.hears(&queued("main-c1", begin()).active("ana"));
    stage.forget_heard();
    stage.leaves(1);
    stage.pass(limits::OFFLINE_AFTER.0 - 1_000);
    assert!(stage.commands.is_empty());
    stage.pass(2_000);
    let since = Some(begin());
    let told = DeskCommand::Presence { agent: id("ana"), presence: Presence::Offline, since };
    assert_eq!(stage.commands, [(id("main-c1"), told)]);
    let offline = ToDesk::Presence { member: id("ana"), presence: Presence::Offline, load: 1 };
    assert!(stage.heard_by(2).contains(&offline));
    stage.arrives(3, "ana");
    let back =
        DeskCommand::Presence { agent: id("ana"), presence: Presence::Available, since: None };
    assert!(stage.commands.contains(&(id("main-c1"), back)));
}

#[test]
fn dk6_a_reconnect_within_the_minute_goes_unnoticed() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "ben");
    stage.forget_heard();
    stage.leaves(1);
    stage.pass(30_000);
    stage.arrives(3, "ana");
    stage.pass(40_000);
    let presences =
        stage.heard_by(2).into_iter().filter(|it| matches!(it, ToDesk::Presence { .. }));
    assert_eq!(presences.count(), 0);
}

#[test]
fn dk7_when_nobody_can_be_asked_everybody_of_the_queue_is_told_until_somebody_joins() {
    let mut facts = desk_facts();
    facts.settings.capacity = 0;
    let mut stage = DeskStage::with(facts);
    stage.arrives(1, "ana");
    stage.arrives(2, "adam");
    let waiting = queued("main-c1", begin());
    stage.hears(&waiting);
    assert_eq!(stage.notices(1), ["+allocation:main-c1"]);
    assert!(stage.notices(2).is_empty(), "admins see everything anyway");
    // Waking changes nothing, and the sticky notice goes on every device.
    stage.arrives(3, "ana");
    stage.sleep();
    stage.hears(&waiting.active("ana"));
    assert_eq!(stage.notices(1), ["+allocation:main-c1", "-allocation:main-c1"]);
    assert_eq!(stage.notices(3), ["-allocation:main-c1"]);
}

#[test]
fn dk7_no_allocation_notice_while_somebody_is_asked() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "ben");
    stage.hears(&queued("main-c1", begin()));
    assert!(stage.notices(1).is_empty() && stage.notices(2).is_empty());
}

#[test]
fn dk18_the_owner_who_is_not_there_is_said_to_the_conversation() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.chooses(1, AWAY);
    stage.hears(&queued("main-c1", begin()).active("ana"));
    let said = DeskCommand::Presence { agent: id("ana"), presence: AWAY, since: None };
    assert_eq!(stage.commands, [(id("main-c1"), said)]);
}

#[test]
fn dk19_loads_are_told_when_they_change() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    stage.arrives(2, "ana");
    stage.forget_heard();
    stage.hears(&queued("main-c1", begin()).active("ana"));
    let told = ToDesk::Presence { member: id("ana"), presence: Presence::Available, load: 1 };
    assert!(stage.heard_by(1).contains(&told));
}

#[test]
fn dk20_a_new_colleague_is_known_at_once() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    let mut facts = stage.facts.clone();
    facts.members.insert(id("zoe"), member("Zoe", inbox_types::Role::Agent));
    stage.handle(DeskInput::Facts(Box::new(facts)));
    stage.arrives(2, "zoe");
    stage.hears(&queued("main-c1", begin()));
    assert_eq!(stage.asked(), [("main-c1".to_owned(), "zoe".to_owned())]);
    stage.dials(9, "stranger", 1);
    assert_eq!(stage.closed[&Conn(9)], CloseCode::Gone);
}

#[test]
fn dk21_available_is_who_would_be_asked_next() {
    let mut stage = DeskStage::new();
    let next = |stage: &DeskStage| {
        let team = stage.desk.available_team();
        let name = |it: Option<&MemberId>| it.map(ToString::to_string).unwrap_or_default();
        [name(team.anybody.as_ref()), name(team.departments.get(&id("sales")))]
    };
    assert_eq!(next(&stage), ["", ""]);
    // Marketers answer nobody, and who leads all queues answers in each.
    stage.arrives(9, "mark");
    assert_eq!(next(&stage), ["", ""]);
    stage.arrives(1, "ana");
    stage.wait(10);
    stage.arrives(2, "ben");
    assert_eq!(next(&stage), ["ana", "ana"]);
    stage.chooses(1, AWAY);
    assert_eq!(next(&stage), ["ben", "ben"]);
    stage.leaves(2);
    assert_eq!(next(&stage), ["", ""]);
}

#[test]
fn dk21_who_has_no_room_is_not_available() {
    let mut facts = desk_facts();
    facts.settings.capacity = 1;
    let mut stage = DeskStage::with(facts);
    stage.arrives(1, "ana");
    assert!(stage.desk.available_team().anybody.is_some());
    stage.hears(&queued("main-c1", begin()));
    // A place that is held for an offer is taken.
    assert!(stage.desk.available_team().anybody.is_none());
}

#[test]
fn dk21_a_queue_that_nobody_serves_has_nobody() {
    let mut facts = desk_facts();
    let mut queue = facts.departments[0].clone();
    queue.id = id("support");
    facts.departments.push(queue);
    let mut stage = DeskStage::with(facts);
    stage.arrives(1, "ana");
    let team = stage.desk.available_team();
    assert_eq!(team.departments.keys().map(ToString::to_string).collect::<Vec<_>>(), ["sales"]);
}

#[test]
fn dk90_faces_are_of_three_who_are_there_with_room_or_without() {
    let mut facts = desk_facts();
    facts.settings.capacity = 1;
    for name in ["Zoe", "Yan"] {
        let member = member(name, inbox_types::Role::Agent);
        facts.members.insert(id(&name.to_lowercase()), member);
    }
    let mut stage = DeskStage::with(facts);
    let faces = |stage: &DeskStage| {
        let team = stage.desk.available_team();
        let names =
            |it: &[MemberId]| it.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let of_queue = team.faces_of.get(&id("sales")).map(|it| names(it));
        (names(&team.faces), of_queue.unwrap_or_default())
    };
    let both = |names: &str| (names.to_owned(), names.to_owned());
    // Marketers answer nobody.
    stage.arrives(9, "mark");
    assert_eq!(faces(&stage), both(""));
    stage.arrives(2, "ben");
    stage.arrives(1, "ana");
    assert_eq!(faces(&stage), both("ana ben"));
    stage.hears(&queued("main-c1", begin()));
    assert_eq!(faces(&stage), both("ana ben"));
    stage.arrives(3, "zoe");
    stage.arrives(4, "yan");
    assert_eq!(faces(&stage), both("ana ben yan"));
    stage.chooses(1, AWAY);
    assert_eq!(faces(&stage), both("ben yan zoe"));
    stage.leaves(2);
    assert_eq!(faces(&stage), both("yan zoe"));
}
