//! RM39: nothing that a conversation names stays named once it is gone.

use inbox_core::EventKind;
use inbox_protocol::{
    BulkOperation, CloseCode, FromAgent, FromVisitor, Refusal, ToAgent, TransferTarget,
};
use inbox_room::{DeskCommand, Facts, Input, RoomReport, Summary};
use inbox_types::{MemberId, Millis, Role, SessionNo, SessionState, TransferMode};

use crate::stage::{Stage, agent_hello, facts, id, post};

type Life = (&'static str, fn(&mut Stage));
type Going = (&'static str, fn(&mut Facts));

/// The ways in which a conversation can name something.
const LIVES: [Life; 8] = [
    ("waiting", |_| ()),
    ("offered", |stage| {
        let grant = stage.grant("ana");
        stage.desk(DeskCommand::Offer { session: SessionNo(1), queued_at: None, grant });
    }),
    ("owned", take),
    ("owned, and ana is asked by another", |stage| {
        stage.agent_arrives(3, "ben");
        stage.agent(3, FromAgent::Take);
        let to = TransferTarget::Agent(id("ana"));
        stage.agent(
            3,
            FromAgent::Transfer {
                to,
                mode: Some(TransferMode::Request),
                reason: None,
                session: None,
            },
        );
    }),
    ("snoozed", |stage| {
        take(stage);
        stage.agent(2, FromAgent::Snooze { until: None, session: None });
    }),
    ("ended by an agent", |stage| {
        take(stage);
        stage.agent(2, FromAgent::End { ask: false, reason: None, session: None });
    }),
    ("ended by the visitor, and a wrap-up is due", |stage| {
        take(stage);
        stage.visitor(1, FromVisitor::End);
    }),
    ("a wrap-up of the session before is due", |stage| {
        take(stage);
        stage.visitor(1, FromVisitor::End);
        stage.visitor_says(1, "v2", "one more thing");
    }),
];

fn take(stage: &mut Stage) {
    stage.agent(2, FromAgent::Take);
}

/// What goes, and what the workspace says of where its things belong now.
const GOING: [Going; 8] = [
    ("a queue with a successor", |facts| {
        facts.departments.remove(&id("sales"));
        facts.department = Some(id("help"));
        facts.departments.insert(id("help"), "Help".to_owned().try_into().unwrap());
        facts.successors.insert(id("sales"), id("support"));
    }),
    ("a queue of which nobody said where it goes", |facts| {
        facts.departments.remove(&id("sales"));
        facts.department = Some(id("support"));
    }),
    ("the last queue", |facts| {
        facts.departments.clear();
        facts.department = None;
    }),
    ("a member", |facts| facts.members.get_mut(&id("ana")).unwrap().removed = true),
    ("the right to answer of an auditor", |facts| role(facts, "ana", Role::Auditor)),
    ("the right to answer of a marketer", |facts| role(facts, "ana", Role::Marketer)),
    ("the right to answer of two", |facts| {
        role(facts, "ana", Role::Auditor);
        role(facts, "ben", Role::Marketer);
    }),
    ("the site", |facts| facts.site_deleted = true),
];

fn role(facts: &mut Facts, who: &str, role: Role) {
    let member = facts.members.get_mut(&id(who)).unwrap();
    (member.role, member.version) = (role, member.version + 1);
}

fn names_what_is_gone(summary: &Summary, facts: &Facts) -> bool {
    let session = &summary.session;
    let open = session.state != SessionState::Closed;
    let queue = session.department.as_ref().is_some_and(|it| !facts.departments.contains_key(it));
    let owner = session.owner.iter().filter(|_| open);
    let asked = session.offer.iter().flat_map(|it| it.from.iter().chain([&it.agent]));
    let people = [&session.others, &session.silent, &session.wrapup].into_iter().flatten();
    let mut people = owner.chain(asked).chain(people);
    let is_gone = |it: &MemberId| {
        let member = &facts.members[it];
        member.removed || matches!(member.role, Role::Auditor | Role::Marketer)
    };
    queue || people.any(is_gone) || open && facts.site_deleted
}

fn begin(life: fn(&mut Stage)) -> Stage {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    stage.agent_arrives(2, "ana");
    life(&mut stage);
    stage
}

fn stands(stage: &mut Stage) -> Summary {
    stage.desk(DeskCommand::Report);
    stage.summary()
}

fn topics(which: &[&str], session: Option<u32>) -> FromAgent {
    let topics = which.iter().map(|it| id(it)).collect();
    FromAgent::SetTopics { topics, session: session.map(SessionNo) }
}

/// The visitor ended the first session and began another one, which is Ana's.
fn in_second_session() -> Stage {
    let mut stage = Stage::in_talk();
    stage.visitor(1, FromVisitor::End);
    stage.visitor_says(1, "v2", "one more thing");
    stage.agent(2, FromAgent::Take);
    stage
}

#[test]
fn rm150_what_was_pressed_for_one_session_is_not_done_to_the_next() {
    let presses: [fn(Option<SessionNo>) -> FromAgent; 5] = [
        |session| FromAgent::Invite {
            agent: id("ben"),
            mode: Some(inbox_types::TransferMode::Direct),
            session,
        },
        |session| FromAgent::End { ask: false, reason: None, session },
        |session| FromAgent::Transfer {
            to: TransferTarget::Agent(id("ben")),
            mode: Some(inbox_types::TransferMode::Direct),
            reason: None,
            session,
        },
        |session| FromAgent::Snooze { until: None, session },
        |session| FromAgent::Leave { session },
    ];
    for press in presses {
        for (session, is_done) in
            [(None, true), (Some(SessionNo(2)), true), (Some(SessionNo(1)), false)]
        {
            let mut stage = in_second_session();
            let n_events = stage.memory.events.len();
            stage.agent(2, press(session));
            let what = format!("{:?}", press(session));
            assert_eq!(n_events < stage.memory.events.len(), is_done, "{what}");
            let refused: &[Refusal] = if is_done { &[] } else { &[Refusal::Closed] };
            assert_eq!(stage.refusals(2), refused, "{what}");
        }
    }
}

#[test]
fn rm155_what_ends_or_hands_on_many_sessions_does_nothing_to_the_next() {
    for operation in
        [BulkOperation::End { reason: None }, BulkOperation::Transfer { agent: id("ben") }]
    {
        for (session, is_done) in
            [(None, true), (Some(SessionNo(2)), true), (Some(SessionNo(1)), false)]
        {
            let mut stage = in_second_session();
            let (grant, ticket) = (stage.grant("adam"), "t".to_owned());
            let operation = operation.clone();
            let n_events = stage.memory.events.len();
            stage.desk(DeskCommand::Bulk { grant, ticket, operation: operation.clone(), session });
            assert_eq!(n_events < stage.memory.events.len(), is_done, "{operation:?} {session:?}");
            let answer = stage.reports.iter().rev().find_map(|it| match it {
                RoomReport::Bulk { refused, .. } => Some(*refused),
                _ => None,
            });
            let refused = (!is_done).then_some(Refusal::Closed);
            assert_eq!(answer, Some(refused), "{operation:?} {session:?}");
        }
    }
}

#[test]
fn rm54_a_topic_is_of_the_session_for_which_it_was_chosen() {
    for (session, is_taken) in [(None, true), (Some(1), false), (Some(2), true)] {
        let mut stage = Stage::in_talk();
        stage.visitor(1, FromVisitor::End);
        stage.visitor_says(1, "v2", "A quite different matter");
        stage.agent(2, topics(&["shipping"], session));
        let refused = stage.refusals(2);
        assert_eq!(refused, if is_taken { vec![] } else { vec![Refusal::Closed] }, "{session:?}");
    }
}

#[test]
fn rm39_a_topic_that_is_gone_is_in_nobodys_way() {
    for (first, second) in [("told", "choice"), ("slept", "choice"), ("told", "end")] {
        let mut facts = facts();
        facts.site.topic_mandatory = true;
        facts.topics = vec![id("shipping"), id("lids")];
        let mut stage = Stage::with(facts.clone());
        stage.talk();
        stage.agent(2, topics(&["shipping"], None));
        facts.topics = vec![id("lids")];
        if first == "told" {
            stage.handle(Input::Facts(Box::new(facts)));
        } else {
            stage.sleeps_through(facts);
            stage.agent_arrives(3, "ana");
        }
        let shown = stage.agent_heard(if first == "told" { 2 } else { 3 });
        let shown = shown.into_iter().rev().find_map(|it| match it {
            ToAgent::Conversation { conversation } => Some(conversation),
            ToAgent::Welcome(welcome) => Some(Box::new(welcome.conversation)),
            _ => None,
        });
        let shown = shown.unwrap().session.unwrap().topics;
        assert!(shown.is_empty(), "{first}: {shown:?}");
        stage.forget_heard();
        if second == "end" {
            // It says nothing that anybody can read, so it does not count.
            stage.agent(2, FromAgent::End { ask: false, reason: None, session: None });
            assert_eq!(stage.refusals(2), [Refusal::TopicRequired]);
            continue;
        }
        // A console that has not heard of it sends it along with what is chosen.
        stage.agent(2, topics(&["shipping", "lids"], None));
        assert!(stage.refusals(2).is_empty(), "{first}");
        stage.agent(2, topics(&["never"], None));
        assert_eq!(stage.refusals(2), [Refusal::NotFound]);
        stage.agent(2, FromAgent::End { ask: false, reason: None, session: None });
        assert_eq!(stage.summary().session.state, SessionState::Closed, "{first}");
    }
}

#[test]
fn rm39_nothing_stays_named_that_is_gone() {
    for (state, life) in LIVES {
        for (what, go) in GOING {
            let mut gone = facts();
            go(&mut gone);
            // It is told, or it slept through it and hears of something else.
            for told in [true, false] {
                let mut stage = begin(life);
                let before = stands(&mut stage);
                if told {
                    stage.handle(Input::Facts(Box::new(gone.clone())));
                } else {
                    stage.sleeps_through(gone.clone());
                    stage.desk(DeskCommand::Look);
                }
                let now = stands(&mut stage);
                let story = format!("{state}, {what} goes, told: {told}");
                assert!(!names_what_is_gone(&now, &gone), "{story}: {:?}", now.session);
                let is_kept = gone.site_deleted
                    || (now.session.state == SessionState::Closed)
                        == (before.session.state == SessionState::Closed);
                assert!(is_kept, "{story}: nothing is ended but by a deleted site");
                // Whoever hears it again changes nothing.
                let n_events = stage.memory.events.len();
                stage.handle(Input::Facts(Box::new(gone.clone())));
                assert_eq!(stage.memory.events.len(), n_events, "{story}");
            }
        }
    }
}

#[test]
fn rm39_whoever_comes_back_waits_where_somebody_answers() {
    for (state, life) in LIVES {
        for (what, go) in GOING {
            let mut gone = facts();
            go(&mut gone);
            if gone.site_deleted {
                continue;
            }
            let mut stage = begin(life);
            stage.sleeps_through(gone.clone());
            stage.visitor(1, post("v9", "are you there?", &[]));
            let now = stands(&mut stage);
            let story = format!("{state}, {what} goes: {:?}", now.session);
            assert!(!names_what_is_gone(&now, &gone), "{story}");
            assert_ne!(now.session.state, SessionState::Closed, "{story}");
        }
    }
}

#[test]
fn rm39_the_queue_that_the_team_named_is_the_one() {
    for (what, go, expected) in [
        ("the successor", GOING[0].1, Some("support")),
        ("where the site's sessions wait now", GOING[1].1, Some("support")),
        ("everybody", GOING[2].1, None),
    ] {
        let mut gone = facts();
        go(&mut gone);
        let mut stage = begin(take);
        stage.handle(Input::Facts(Box::new(gone)));
        let department = stands(&mut stage).session.department;
        assert_eq!(department.as_ref().map(inbox_types::DepartmentId::as_str), expected, "{what}");
    }
}

#[test]
fn rm39_a_removed_member_is_succeeded_by_whom_the_team_named() {
    let mut gone = facts();
    let ana = gone.members.get_mut(&id("ana")).unwrap();
    (ana.removed, ana.successor) = (true, Some(id("ben")));
    for life in [LIVES[2].1, LIVES[4].1] {
        // By the workspace's word, by the desk's, or after a sleep.
        for way in 0..3 {
            let mut stage = begin(life);
            match way {
                0 => drop(stage.handle(Input::Facts(Box::new(gone.clone())))),
                1 => {
                    let to = Some(id("ben"));
                    stage.facts.members.clone_from(&gone.members);
                    stage.desk(DeskCommand::MemberRemoved { agent: id("ana"), to });
                }
                _ => {
                    stage.sleeps_through(gone.clone());
                    stage.agent_connects(7, "ben");
                    stage.agent(7, agent_hello(None));
                }
            }
            assert_eq!(stands(&mut stage).session.owner, Some(id("ben")), "way {way}");
        }
    }
}

#[test]
fn rm39_who_may_not_answer_any_more_is_followed_by_the_next_who_may() {
    for (state, aside) in [("active", false), ("snoozed", true)] {
        for (lost, expected) in [
            (&["ana"][..], Some("ben")),
            (&["ana", "ben"], Some("cleo")),
            (&["ana", "ben", "cleo"], None),
            (&["ben"], Some("ana")),
        ] {
            for told in [true, false] {
                let mut stage = begin(take);
                for whom in ["ben", "cleo"] {
                    let mode = Some(TransferMode::Direct);
                    stage.agent(2, FromAgent::Invite { agent: id(whom), mode, session: None });
                }
                if aside {
                    let until = Some(stage.now.after(Millis::hours(1)));
                    stage.agent(2, FromAgent::Snooze { until, session: None });
                }
                let mut changed = facts();
                for it in lost {
                    role(&mut changed, it, Role::Auditor);
                }
                if told {
                    stage.handle(Input::Facts(Box::new(changed)));
                } else {
                    // All that happens is that the snoozed one is due, or somebody looks.
                    stage.sleeps_through(changed);
                    stage.now = stage.now.after(Millis::hours(2));
                    stage.handle(if aside { Input::Fired } else { Input::Desk(DeskCommand::Look) });
                }
                let story = format!("{state}, {lost:?}, told: {told}");
                let now = stands(&mut stage).session;
                assert_eq!(now.owner, expected.map(id), "{story}");
                let waits = now.state == SessionState::Queued;
                assert_eq!(waits, expected.is_none(), "{story}: {:?}", now.state);
                let owners =
                    stage.memory.events.iter().filter_map(|it| match &it.body.event.kind {
                        EventKind::OwnerChanged { agent, .. } => Some(agent.id.as_str()),
                        _ => None,
                    });
                assert!(owners.eq(expected.filter(|it| *it != "ana")), "{story}: at once");
            }
        }
    }
}

#[test]
fn rm39_an_auditor_goes_on_reading_what_they_owned() {
    let mut stage = begin(take);
    let mut changed = facts();
    role(&mut changed, "ana", Role::Auditor);
    stage.handle(Input::Facts(Box::new(changed)));
    assert_eq!(stage.closed_with(2), Some(CloseCode::Unauthorized), "the old grant ends");
    stage.agent_arrives(5, "ana");
    assert_eq!(stage.closed_with(5), None);
    stage.sleeps_through(stage.facts.clone());
    stage.visitor_says(1, "v3", "still there?");
    assert_eq!(stage.closed_with(5), None);
}

#[test]
fn rm52_no_topic_is_required_where_there_is_none() {
    for wrapup in [false, true] {
        // There never was one, or the last one is deleted on the way, or it was slept through.
        for way in 0..3 {
            let mut none = facts();
            none.site.topic_mandatory = true;
            let mut some = none.clone();
            none.topics.clear();
            some.topics = vec![id("shipping")];
            let mut stage = Stage::with(if way == 0 { none.clone() } else { some });
            stage.visitor_arrives(1);
            stage.visitor_says(1, "v1", "hello");
            stage.agent_arrives(2, "ana");
            take(&mut stage);
            if wrapup {
                stage.visitor(1, FromVisitor::End);
            }
            let finish = if wrapup {
                FromAgent::Wrapup { session: SessionNo(1), reason: None, remark: None }
            } else {
                FromAgent::End { ask: false, reason: None, session: None }
            };
            if way != 0 {
                stage.agent(2, finish.clone());
                let now = stands(&mut stage).session;
                let refused = now.state == SessionState::Active || !now.wrapup.is_empty();
                assert!(refused, "while there is a topic it is required");
            }
            match way {
                0 => (),
                1 => drop(stage.handle(Input::Facts(Box::new(none)))),
                _ => stage.sleeps_through(none),
            }
            stage.agent_arrives(3, "ana");
            let told = stage.agent_heard(3).into_iter().find_map(|it| match it {
                ToAgent::Welcome(welcome) => Some(welcome.conversation.rules.topic_mandatory),
                _ => None,
            });
            assert_eq!(told, Some(false), "the console asks for none");
            stage.agent(3, finish);
            let now = stands(&mut stage).session;
            assert_eq!(now.state, SessionState::Closed, "way {way}");
            assert!(now.wrapup.is_empty(), "way {way}: {:?}", now.wrapup);
        }
    }
}
