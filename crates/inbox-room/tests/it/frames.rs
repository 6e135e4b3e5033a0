//! Every frame as every kind of member. The wire itself says which types it knows, so that a new one
//! without a row fails.

use std::{collections::BTreeSet, fmt::Debug};

use inbox_core::permission::{Action, may_ever};
use inbox_protocol::{
    FromAgent, FromDesk, FromVisitor, ListQuery, ListSort, ListTab, ToAgent, ToDesk,
    TransferTarget, VERSION,
};
use inbox_room::{Conn, DeskCommand, Input};
use inbox_types::{
    ContactDetails, MemberId, OfferId, Place, Presence, Role, SessionNo, Visibility, limits,
};
use serde::de::DeserializeOwned;

use crate::{
    desk_stage::{DeskStage, desk_facts},
    stage::{Stage, agent_hello, agent_post, facts, hello, id, member, post, text},
};

/// The types of an enum's frames: what the wire says to a frame whose type is none of them.
fn types_of<T: DeserializeOwned + Debug>() -> BTreeSet<String> {
    let error = serde_json::from_str::<T>(r#"{"type": ""}"#).expect_err("no type").to_string();
    let (_, types) = error.split_once("expected one of ").expect("a list of types");
    let types = types.split(", ").filter_map(|it| it.strip_prefix('`')?.split('`').next());
    types.map(str::to_owned).collect()
}

fn type_of(frame: &impl serde::Serialize) -> String {
    let json = serde_json::to_value(frame).expect("a frame");
    json["type"].as_str().expect("a type").to_owned()
}

/// Who tries it: a name and whether they own the session, take part in it, or neither.
const ACTORS: [&str; 11] =
    ["olga", "adam", "sue", "tom", "ana", "ben", "cid", "sam", "sal", "mia", "ivy"];

fn actor(name: &str) -> (Role, &'static str) {
    match name {
        "olga" => (Role::Owner, "sales"),
        "adam" => (Role::Admin, "sales"),
        "sue" => (Role::Supervisor, "sales"),
        "tom" => (Role::TeamLead, "sales"),
        "ana" | "ben" => (Role::Agent, "sales"),
        "cid" => (Role::Agent, "support"),
        "sam" => (Role::SalesManager, "sales"),
        "sal" => (Role::Salesperson, "sales"),
        "mia" => (Role::Marketer, "sales"),
        "ivy" => (Role::Auditor, "sales"),
        other => panic!("{other}"),
    }
}

/// Ana owns the session, and nobody else takes part.
fn everybody() -> Stage {
    let mut facts = facts();
    facts.members = ACTORS
        .into_iter()
        .map(|name| {
            let (role, department) = actor(name);
            let mut facts = member(name, role);
            facts.departments = vec![id(department)];
            (id(name), facts)
        })
        .collect();
    let mut stage = Stage::with(facts);
    stage.talk();
    stage
}

fn agent_frames() -> Vec<FromAgent> {
    let offer: OfferId = id("o1");
    vec![
        agent_hello(None),
        FromAgent::Renew { grant: "x".to_owned() },
        agent_post("p1", Visibility::Public, "hello"),
        FromAgent::Edit { of: Place(1), text: text("other") },
        FromAgent::Delete { of: Place(1) },
        FromAgent::Typing { on: true },
        FromAgent::Seen { place: Place(1) },
        FromAgent::Take,
        FromAgent::Accept { offer: offer.clone() },
        FromAgent::Decline { offer },
        FromAgent::Transfer {
            to: TransferTarget::Department(id("support")),
            mode: None,
            reason: None,
            session: None,
        },
        FromAgent::Invite { agent: id("sal"), mode: None, session: None },
        FromAgent::CancelOffer,
        FromAgent::Leave { session: None },
        FromAgent::Supervise,
        FromAgent::End { ask: false, reason: None, session: None },
        FromAgent::Ask,
        FromAgent::Wrapup { session: SessionNo(1), reason: None, remark: None },
        FromAgent::Snooze { until: None, session: None },
        FromAgent::Wake,
        FromAgent::Reopen,
        FromAgent::Block,
        FromAgent::Unblock,
        FromAgent::Revoke,
        FromAgent::Erase,
        FromAgent::SetLanguage { language: None },
        FromAgent::SetContact { details: ContactDetails::default() },
        FromAgent::SetTags { tags: Vec::new() },
        FromAgent::SetTopics { topics: Vec::new(), session: None },
        FromAgent::SetDepartment { department: id("support") },
        FromAgent::History { before: Place(9) },
        FromAgent::Link { file: id("f1") },
    ]
}

/// Who does it while Ana owns an active session and nobody is asked anything. Whoever is not named
/// is refused and changes nothing.
fn allowed(frame: &FromAgent) -> &'static [&'static str] {
    const VIEWERS: &[&str] = &["olga", "adam", "sue", "tom", "ana", "ben", "sam", "sal", "ivy"];
    const ANSWERING: &[&str] = &["olga", "adam", "sue", "tom", "ana", "ben", "sam", "sal"];
    const CHANGE_OWNERS: &[&str] = &["olga", "adam", "sue", "tom", "ana"];
    match frame {
        // Typing is told to nobody if it comes from whoever only reads: it has a test of its own.
        FromAgent::Hello(_)
        | FromAgent::Seen { .. }
        | FromAgent::History { .. }
        | FromAgent::Typing { .. } => VIEWERS,
        // Nobody, each for a reason of its own: the shell makes something else of a renewal; there is
        // no such file, and a visitor's message is nobody's; there is nothing of the kind to be
        // answered, taken up, reopened or unblocked, and the site does not ask.
        FromAgent::Renew { .. }
        | FromAgent::Link { .. }
        | FromAgent::Edit { .. }
        | FromAgent::Delete { .. }
        | FromAgent::Accept { .. }
        | FromAgent::Decline { .. }
        | FromAgent::CancelOffer
        | FromAgent::Ask
        | FromAgent::Wrapup { .. }
        | FromAgent::Wake
        | FromAgent::Reopen
        | FromAgent::Unblock => &[],
        // Only who takes part.
        FromAgent::Post { .. } | FromAgent::Leave { .. } => &["ana"],
        FromAgent::Take | FromAgent::Supervise => &["olga", "adam", "sue", "tom"],
        FromAgent::Transfer { .. }
        | FromAgent::Invite { .. }
        | FromAgent::End { .. }
        | FromAgent::Snooze { .. }
        | FromAgent::SetDepartment { .. } => CHANGE_OWNERS,
        FromAgent::Block | FromAgent::Revoke => &["olga", "adam", "sue"],
        FromAgent::Erase => &["olga", "adam"],
        FromAgent::SetLanguage { .. }
        | FromAgent::SetContact { .. }
        | FromAgent::SetTags { .. }
        | FromAgent::SetTopics { .. } => ANSWERING,
    }
}

#[test]
fn rm45_every_frame_of_an_agent_is_allowed_to_whom_the_rules_say() {
    let tried: BTreeSet<String> = agent_frames().iter().map(type_of).collect();
    assert_eq!(types_of::<FromAgent>(), tried, "every frame has a row");
    let mut wrong = Vec::new();
    for frame in agent_frames() {
        for name in ACTORS {
            let mut stage = everybody();
            if matches!(frame, FromAgent::Hello(_)) {
                stage.agent_connects(31, name);
            } else {
                stage.agent_arrives(31, name);
            }
            stage.forget_heard();
            let n_events = stage.memory.events.len();
            let was_open = stage.closed_with(31).is_none();
            stage.agent(31, frame.clone());
            let reasons = stage.refusals(31);
            let heard = was_open && reasons.is_empty();
            if heard != allowed(&frame).contains(&name) {
                wrong.push(format!("{} {name}: {reasons:?}", type_of(&frame)));
            }
            if !heard {
                assert_eq!(stage.memory.events.len(), n_events, "{frame:?} {name} changed it");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The scenes try every frame as well, and cannot ask the wire.
#[test]
fn the_scenes_know_every_frame_of_an_agent() {
    let types = types_of::<FromAgent>().into_iter().map(|it| format!("  {it:?}"));
    let list = format!("[\n{}\n]\n", types.collect::<Vec<_>>().join(",\n"));
    let known = include_str!("../../../../tests/harness/frames.json");
    assert!(known == list, "tests/harness/frames.json has to be:\n{list}");
}

#[test]
fn rm45_nobody_whose_rights_are_over_is_heard_with_any_frame() {
    for frame in agent_frames() {
        for how in ["removed", "outdated", "expired", "marketer"] {
            let mut stage = everybody();
            stage.agent_arrives(31, "ben");
            stage.forget_heard();
            let n_events = stage.memory.events.len();
            let mut facts = stage.facts.clone();
            let ben = facts.members.get_mut(&id::<MemberId>("ben")).unwrap();
            match how {
                "removed" => ben.removed = true,
                "outdated" => ben.version += 1,
                "marketer" => (ben.role, ben.version) = (Role::Marketer, ben.version + 1),
                "expired" => stage.wait(limits::GRANT_LIFE.0),
                other => panic!("{other}"),
            }
            if how != "expired" {
                stage.handle(Input::Facts(Box::new(facts)));
            }
            stage.agent(31, frame.clone());
            assert!(stage.closed_with(31).is_some(), "{how}: {frame:?}");
            assert_eq!(stage.memory.events.len(), n_events, "{how}: {frame:?}");
            let told = stage.agent_heard(31);
            let harmless = told.iter().all(|it| matches!(it, ToAgent::Refused { .. }));
            assert!(harmless, "{how}: {frame:?}: {told:?}");
        }
    }
}

fn desk_frames() -> Vec<FromDesk> {
    vec![
        FromDesk::Hello { version: VERSION },
        FromDesk::SetPresence { presence: Presence::Available },
        FromDesk::Watch {
            query: ListQuery {
                tab: ListTab::All,
                states: Vec::new(),
                department: None,
                campaign: None,
                filter: inbox_protocol::ListFilter::default(),
                sort: ListSort::Grouped,
            },
            before: None,
        },
        FromDesk::Focus { conversation: Some(id("main-c1")) },
        FromDesk::Answer { conversation: id("main-c1"), offer: id("o1"), accept: true },
        FromDesk::Bulk {
            operation: inbox_protocol::BulkOperation::Take,
            conversations: vec![id("main-c1")],
            sessions: [].into(),
        },
        FromDesk::BulkAll {
            operation: inbox_protocol::BulkOperation::Take,
            query: ListQuery {
                tab: ListTab::All,
                states: Vec::new(),
                department: None,
                campaign: None,
                filter: inbox_protocol::ListFilter::default(),
                sort: ListSort::Grouped,
            },
        },
        FromDesk::PutAway { bulk: "1-1".to_owned() },
    ]
}

/// Whether a role is heard with a frame at the desk.
fn desk_hears(frame: &FromDesk, role: Role) -> bool {
    match frame {
        FromDesk::Hello { .. }
        | FromDesk::Watch { .. }
        | FromDesk::Focus { .. }
        | FromDesk::Bulk { .. }
        | FromDesk::BulkAll { .. }
        | FromDesk::PutAway { .. } => role != Role::Marketer,
        // Nobody was asked here; each item of a bulk operation is asked of its conversation.
        FromDesk::Answer { .. } => false,
        FromDesk::SetPresence { .. } => !matches!(role, Role::Marketer | Role::Auditor),
    }
}

#[test]
fn dk31_every_frame_to_the_desk_is_heard_from_whom_the_rules_say() {
    let tried: BTreeSet<String> = desk_frames().iter().map(type_of).collect();
    assert_eq!(types_of::<FromDesk>(), tried, "every frame has a row");
    for frame in desk_frames() {
        for role in Role::ALL {
            let mut facts = desk_facts();
            facts.members.insert(id("who"), member("Who", role));
            let mut stage = DeskStage::with(facts);
            stage.dials(1, "who", 1);
            if !matches!(frame, FromDesk::Hello { .. }) {
                stage.says(1, FromDesk::Hello { version: VERSION });
            }
            stage.forget_heard();
            stage.says(1, frame.clone());
            let heard = stage.heard_by(1);
            let refused = heard.iter().any(|it| matches!(it, ToDesk::Refused { .. }));
            let closed = stage.closed.contains_key(&Conn(1));
            let wanted = desk_hears(&frame, role);
            if !matches!(frame, FromDesk::Answer { .. }) {
                assert_eq!(!refused && !closed, wanted, "{role:?} {frame:?}: {heard:?}");
            }
            if closed {
                assert!(heard.is_empty() && stage.commands.is_empty(), "{role:?} {frame:?}");
            }
        }
    }
}

#[test]
fn rm45_a_visitors_frames_are_told_from_an_agents() {
    let frames = [
        hello(None),
        post("p", "hello", &[]),
        FromVisitor::Typing { on: true },
        FromVisitor::Seen { place: Place(1) },
        FromVisitor::Visits { visits: Vec::new() },
        FromVisitor::End,
        FromVisitor::Answer { more: true },
        FromVisitor::Rate { session: SessionNo(1), stars: 5, comment: None },
        FromVisitor::Profile { details: ContactDetails::default() },
        FromVisitor::SetLanguage { language: "vi".parse().unwrap() },
        FromVisitor::History { before: Place(9) },
        FromVisitor::Link { file: id("f1") },
    ];
    let tried: BTreeSet<String> = frames.iter().map(type_of).collect();
    assert_eq!(types_of::<FromVisitor>(), tried, "every frame has a row");
    for frame in frames {
        for how in ["blocked", "revoked", "deleted", "agent"] {
            let mut stage = Stage::in_talk();
            stage.agent_arrives(3, "sue");
            match how {
                "blocked" => drop(stage.agent(3, FromAgent::Block)),
                "revoked" => drop(stage.agent(3, FromAgent::Revoke)),
                "deleted" => {
                    let mut facts = stage.facts.clone();
                    facts.site_deleted = true;
                    stage.handle(Input::Facts(Box::new(facts)));
                }
                "agent" => (),
                other => panic!("{other}"),
            }
            let n_events = stage.memory.events.len();
            stage.heard.clear();
            // A visitor who was shut out, on a socket that does not know it yet.
            let conn = if how == "agent" { 77 } else { 1 };
            stage.visitor(conn, frame.clone());
            assert_eq!(stage.memory.events.len(), n_events, "{how}: {frame:?}");
            assert!(!stage.heard.contains_key(&Conn(conn)), "{how}: {frame:?}");
        }
    }
}

#[test]
fn rm45_what_the_desk_says_in_a_members_name_is_checked_against_today() {
    for (name, frame) in [
        ("take", inbox_protocol::BulkOperation::Take),
        ("end", inbox_protocol::BulkOperation::End { reason: None }),
        ("erase", inbox_protocol::BulkOperation::Erase),
        ("block", inbox_protocol::BulkOperation::Block { unsubscribe: true, purge: true }),
    ] {
        let mut stage = Stage::in_talk();
        let mut grant = stage.grant("adam");
        let mut facts = stage.facts.clone();
        facts.members.get_mut(&id::<MemberId>("adam")).unwrap().version += 1;
        stage.handle(Input::Facts(Box::new(facts)));
        let n_events = stage.memory.events.len();
        let ticket = "t".to_owned();
        stage.desk(DeskCommand::Bulk {
            grant: grant.clone(),
            ticket,
            operation: frame.clone(),
            session: None,
        });
        assert_eq!(stage.memory.events.len(), n_events, "{name}");
        grant.version += 1;
        stage.desk(DeskCommand::Bulk {
            grant,
            ticket: "u".to_owned(),
            operation: frame,
            session: None,
        });
        let done = stage.memory.events.len() != n_events || stage.memory.standing.epoch == 2;
        assert!(done, "{name}");
    }
}

#[test]
fn rm45_roles_that_may_never_view_are_heard_nowhere() {
    let settings = facts().workspace;
    for role in Role::ALL {
        let mut facts = facts();
        facts.members.insert(id("who"), member("Who", role));
        let mut stage = Stage::with(facts);
        stage.talk();
        stage.agent_connects(31, "who");
        let agent = inbox_core::Agent {
            id: id("who"),
            name: "Who".to_owned().try_into().unwrap(),
            role,
            departments: vec![id("sales")],
        };
        let views = may_ever(agent.role, &settings, Action::View);
        assert_eq!(stage.closed_with(31).is_none(), views, "{role:?}");
    }
}
