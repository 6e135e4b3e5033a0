//! What must hold for every life of a conversation, tried on lives that nobody thought of.

use inbox_core::{
    Actor, Conversation, EventKind, LegPart, Phase, Rejection, Session, Side, Speaker, apply,
    permission::{Action, possible},
    timers,
};
use inbox_types::{LegState, OfferId, SessionState, Visibility};
use proptest::prelude::*;

use crate::{scene::Scene, script};

/// Everything that can be asked for. Whether it makes sense is for the rules to say.
const LINES: &[&str] = &[
    "visitor writes hello",
    "visitor answers_campaign c1 ana",
    "visitor answers_campaign c2",
    "visitor says vi 99",
    "visitor ends",
    "visitor answers yes",
    "visitor answers no",
    "visitor rates 1 5",
    "visitor hands_off",
    "visitor speaks uk",
    "visitor names name=Kim",
    "visitor takes",
    "visitor signs_out",
    "robo writes hello",
    "robo matches",
    "robo hands_off",
    "bridge writes hello",
    "bridge ends",
    "bridge reopens",
    "bridge assigns ben",
    "bridge assigns mia",
    "bridge assigns -",
    "kim writes hello",
    "kim notes hello",
    "kim tags vip",
    "kim names name=Kim",
    "ana writes hello",
    "ana notes hello",
    "ana whispers hello",
    "ana takes",
    "ana accepts o1",
    "ana declines o1",
    "ana requests o2 ben because billing",
    "ana invites o3 ben",
    "ana adds ben",
    "ana cancels",
    "ana leaves",
    "ana ends",
    "ana ends because billing",
    "ana ends now",
    "ana asks",
    "ana wraps_up 1 because solved",
    "ana snoozes",
    "ana snoozes 1h",
    "ana wakes",
    "ana reopens",
    "ana topics billing",
    "ana tags vip",
    "ana moves support",
    "ana queues support",
    "ana speaks vi",
    "ben writes hello",
    "ben takes",
    "ben accepts o1",
    "ben accepts o2",
    "ben accepts o3",
    "ben declines o2",
    "ben declines o3",
    "ben transfers ana",
    "ben leaves",
    "sue takes",
    "sue supervises",
    "sue whispers hello",
    "sue adds sue",
    "sue writes hello",
    "sue leaves",
    "sue transfers cid",
    "cid writes hello",
    "cid leaves",
    "sue signs_out",
    "sue blocks",
    "sue unblocks",
    "adam blacklists",
    "adam erases",
    "desk offers o1 ana",
    "desk offers o1 ben",
    "desk postpones o1 2h",
    "desk postpones o2 2h",
    "desk misses ana",
    "desk loses ana",
    "desk loses ben",
    "desk removes ana",
    "desk removes ben",
    "desk renames ana Anna",
    "desk deletes_site",
    "timer fires inactivity",
    "timer fires offer",
    "timer fires snooze",
    "timer fires question",
    "timer fires purge",
    "after 30s",
    "after 15m",
    "after 25h",
];

const SETTINGS: &[&str] = &[
    "with topic",
    "with reason",
    "with question",
    "with rating",
    "with mandatory_rating",
    "with silence",
    "with direct",
    "with requeue",
    "with close",
    "with bot",
    "with agent_changes_owner",
    "with owner offline",
    "with load 5",
    "with inactivity 10m",
    "with window 0s",
    "with grace 0s",
    "with browser en",
];

/// One request for each action that needs nothing else to be said.
const DEEDS: &[(Action, &str)] = &[
    (Action::Reply, "writes hello"),
    (Action::Note, "notes hello"),
    (Action::Whisper, "whispers hello"),
    (Action::Take, "takes"),
    (Action::Supervise, "supervises"),
    (Action::Leave, "leaves"),
    (Action::End, "ends now because solved"),
    (Action::Ask, "asks"),
    (Action::Snooze, "snoozes"),
    (Action::Reopen, "reopens"),
    (Action::Block, "blocks"),
    (Action::Erase, "erases"),
    (Action::EditContact, "tags vip"),
];

/// Settings, then requests; mostly a session that an agent has.
fn lives() -> impl Strategy<Value = Vec<&'static str>> {
    let settings = proptest::sample::subsequence(SETTINGS, 0..6);
    let start = prop_oneof![
        Just(vec![]),
        Just(vec!["visitor writes hello"]),
        Just(vec!["visitor writes hello", "desk offers o1 ana"]),
        Just(vec!["visitor writes hello", "ana takes"]),
        Just(vec!["visitor writes hello", "ana takes", "ana adds ben", "sue supervises"]),
    ];
    let rest = proptest::collection::vec(proptest::sample::select(LINES), 1..40);
    (settings, start, rest).prop_map(|(settings, start, rest)| [settings, start, rest].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// After each request, allowed or refused, all that must be true of a conversation is.
    #[test]
    fn v1_v2_v3_the_invariants_hold(life in lives()) {
        let mut scene = Scene::default();
        for line in life {
            let before = scene.conversation.clone();
            let outcome = scene.play(line);
            if let Some(session) = scene.conversation.session() {
                owner_takes_part(session)?;
                waits_for_who_did_not_write_last(session)?;
            }
            if outcome.is_err() {
                prop_assert_eq!(&before, &scene.conversation, "a refusal changes nothing");
            }
        }
    }

    /// The log is the whole memory, a checkpoint is a shortcut, and replaying is running.
    #[test]
    fn v4_folding_the_log_gives_the_state(life in lives(), cut in 0_usize..200) {
        let scene = play(&life);
        let log: Vec<_> = scene.log.iter().map(|it| it.event.clone()).collect();
        prop_assert_eq!(&Conversation::replay(&log), &scene.conversation);
        let (first, rest) = log.split_at(cut.min(log.len()));
        let checkpoint = serde_json::to_string(&Conversation::replay(first)).unwrap();
        let mut woken: Conversation = serde_json::from_str(&checkpoint).unwrap();
        for event in rest {
            woken.fold(event);
        }
        prop_assert_eq!(&woken, &scene.conversation);
    }

    /// The same request of the same state is decided the same, and deciding changes nothing.
    #[test]
    fn v5_deciding_is_pure(life in lives()) {
        let mut scene = Scene::default();
        for line in life {
            if line.starts_with("after") || line.starts_with("with") {
                scene.play(line).unwrap();
                continue;
            }
            let request = script::request(&scene, line);
            let once = apply(&scene.conversation, &scene.context, request.clone());
            let twice = apply(&scene.conversation, &scene.context, request);
            prop_assert_eq!(&once, &twice);
            prop_assert_eq!(once, scene.play(line));
        }
    }

    /// Every offer ends in exactly one outcome, and none is open when its session is over.
    #[test]
    fn l7_v6_every_offer_has_one_outcome(life in lives()) {
        let scene = play(&life);
        let mut open: Option<OfferId> = None;
        for change in &scene.log {
            match &change.event.kind {
                EventKind::Offered { offer, .. } => {
                    prop_assert_eq!(open.replace(offer.clone()), None, "two offers at once");
                }
                EventKind::OfferEnded { offer, .. } => {
                    prop_assert_eq!(open.take(), Some(offer.clone()), "an outcome of no offer");
                }
                EventKind::Closed { .. } | EventKind::Erased { .. } => {
                    prop_assert_eq!(&open, &None, "an offer without outcome");
                }
                _ => (),
            }
        }
        let pending = scene.conversation.session().and_then(Session::offer);
        prop_assert_eq!(pending.map(|offer| offer.id.clone()), open);
    }

    /// No agent and no bot writes to the visitor of a closed session, and nobody in silence.
    #[test]
    fn v7_nobody_of_the_team_writes_when_it_is_closed(life in lives()) {
        let mut scene = Scene::default();
        for line in life {
            let open = scene.conversation.open_session().cloned();
            // A campaign spoke before there was a session.
            let answers = line.starts_with("visitor answers_campaign");
            for change in scene.play(line).unwrap_or_default() {
                let EventKind::Posted { by, visibility: Visibility::Public, .. } =
                    &change.event.kind
                else {
                    continue;
                };
                match by {
                    Speaker::Visitor => (),
                    Speaker::Agent(_) | Speaker::Team if answers => {
                        prop_assert!(open.is_none());
                    }
                    Speaker::Team => prop_assert!(false, "nothing else speaks for the team"),
                    Speaker::Bot(_) | Speaker::Bridge | Speaker::External(_) => {
                        prop_assert!(open.is_some());
                    },
                    Speaker::Agent(card) => {
                        let takes_part = open.as_ref().is_some_and(|it| it.has_participant(&card.id));
                        prop_assert!(takes_part);
                    }
                }
            }
        }
    }

    /// No note, no whisper and no supervisor's silence has a place in the visitor's count.
    #[test]
    fn v8_the_visitor_sees_nothing_internal(life in lives()) {
        for change in play(&life).log {
            if !change.event.visitor_sees() {
                continue;
            }
            match change.event.kind {
                EventKind::Posted { visibility, .. }
                | EventKind::Edited { visibility, .. }
                | EventKind::Deleted { visibility, .. } => {
                    prop_assert_eq!(visibility, Visibility::Public);
                }
                EventKind::Joined { silent, .. } => prop_assert!(!silent),
                EventKind::Offered { .. }
                | EventKind::OfferEnded { .. }
                | EventKind::WrappedUp { .. }
                | EventKind::TagsSet { .. }
                | EventKind::Blocked { .. } => prop_assert!(false, "the visitor sees {change:?}"),
                _ => (),
            }
        }
    }

    /// Times never go back, sessions count up, and each event belongs to the session then.
    #[test]
    fn c6_v9_times_and_sessions_never_go_back(life in lives(), back in 0_u64..1_000_000) {
        let mut scene = play(&life);
        scene.now = inbox_types::Timestamp::from_millis(back);
        let _ = scene.play("visitor writes hello");
        let _ = scene.play("ana notes hello");
        for pair in scene.log.windows(2) {
            prop_assert!(pair[0].event.at <= pair[1].event.at);
        }
        let opened = scene.log.iter().filter_map(|it| match it.event.kind {
            EventKind::Opened { .. } => Some(it.event.session.0),
            _ => None,
        });
        for (expected, session) in (1_u32..).zip(opened) {
            prop_assert_eq!(expected, session);
        }
    }

    /// A timer that is due does something, and one that is not due does nothing.
    #[test]
    fn c5_v10_a_due_timer_fires_and_is_gone(life in lives()) {
        let mut scene = play(&life);
        for (kind, at) in timers(&scene.conversation, &scene.context) {
            if timers(&scene.conversation, &scene.context).get(&kind) != Some(&at) {
                continue;
            }
            scene.now = scene.now.max(at);
            let request = inbox_core::Request {
                by: Actor::Timer,
                at: scene.now,
                command: inbox_core::Command::Timer(kind),
            };
            let changes = scene.ask(request.clone());
            prop_assert!(changes.is_ok_and(|changes| !changes.is_empty()), "{kind:?} did nothing");
            let again = apply(&scene.conversation, &scene.context, request);
            let stale = matches!(again, Err(Rejection::NotDue { .. } | Rejection::NotFound));
            prop_assert!(stale, "{kind:?} fired twice");
        }
    }

    /// What a console shows can be done, and what it does not show cannot.
    #[test]
    fn p5_v12_what_is_possible_is_what_is_allowed(life in lives()) {
        let scene = play(&life);
        for who in ["ana", "ben", "cid", "tom", "sue", "adam", "ivy", "mia"] {
            let shown = possible(&script::agent(who), &scene.conversation, &scene.context);
            for (action, what) in DEEDS {
                let what = match (action, scene.conversation.state()) {
                    (Action::Snooze, Some(SessionState::Snoozed)) => "wakes",
                    (Action::Block, _) if scene.conversation.is_blocked() => "unblocks",
                    _ => what,
                };
                let request = script::request(&scene, &format!("{who} {what}"));
                let decided = apply(&scene.conversation, &scene.context, request);
                let depends = matches!(
                    decided,
                    Err(Rejection::NoCapacity | Rejection::TopicRequired)
                );
                if !scene.conversation.is_erased() && !depends {
                    let shows = shown.contains(action);
                    prop_assert_eq!(shows, decided.is_ok(), "{} {}: {:?}", who, what, decided);
                }
            }
        }
    }

    /// Nobody who is not of the team does what only the team does.
    #[test]
    fn p7_v11_a_visitor_never_acts_for_the_team(life in lives(), line in proptest::sample::select(LINES)) {
        let mut scene = play(&life);
        let Some((_, what)) = line.split_once(' ') else { return Ok(()) };
        let for_visitors = ["writes", "says", "answers_campaign", "ends", "answers", "rates", "hands_off", "speaks", "names", "signs_out"];
        let verb = what.split(' ').next().unwrap();
        if line.starts_with("after") || for_visitors.contains(&verb) {
            return Ok(());
        }
        prop_assert!(scene.play(&format!("visitor {what}")).is_err(), "a visitor {what}");
    }
}

/// At most one owner; an active or snoozed session has one, who takes part openly.
fn owner_takes_part(session: &Session) -> Result<(), TestCaseError> {
    match &session.phase {
        Phase::Active { owner, .. } | Phase::Snoozed { owner, .. } => {
            let leg = session.leg(owner);
            prop_assert!(leg.is_some_and(|it| it.state == LegState::Joined));
            prop_assert!(leg.is_some_and(|it| it.part == LegPart::Open));
        }
        Phase::Bot { .. } | Phase::Queued | Phase::Offered { .. } => {
            prop_assert_eq!(session.owner(), None);
            prop_assert_eq!(session.participants().count(), 0);
        }
        Phase::Closed { .. } => {
            prop_assert_eq!(session.owner(), None);
            prop_assert_eq!(session.joined().count(), 0);
        }
    }
    Ok(())
}

/// The visitor waits exactly if the last public message is theirs and the session is open.
fn waits_for_who_did_not_write_last(session: &Session) -> Result<(), TestCaseError> {
    let customer_wrote_last = session.waiting.as_ref().is_some_and(|it| it.last == Side::Customer);
    let expected = session.state() != SessionState::Closed && customer_wrote_last;
    prop_assert_eq!(session.customer_waiting_since().is_some(), expected);
    Ok(())
}

/// What the rules refuse of a life is left out.
fn play(life: &[&str]) -> Scene {
    let mut scene = Scene::default();
    for line in life {
        let _ = scene.play(line);
    }
    scene
}
