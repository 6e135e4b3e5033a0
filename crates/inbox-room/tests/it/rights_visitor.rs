//! RM17, RM29 and others: what a visitor's tokens open, and what ends them.

use inbox_protocol::{BulkOperation, CloseCode, FromAgent, Refusal};
use inbox_room::{Conn, DeskCommand, Grant, Input, Principal, VisitorCredentials};
use inbox_types::{MemberId, SessionNo, SessionState, Timestamp, limits};

use crate::stage::{Stage, facts, hello, id};

#[test]
fn rm16_a_refused_dial_is_closed_in_the_same_turn_and_kept_nowhere() {
    for refused in ["blocked", "deleted", "revoked", "expired", "removed"] {
        let mut stage = Stage::in_talk();
        match refused {
            "blocked" => {
                stage.agent_arrives(3, "sue");
                stage.agent(3, FromAgent::Block);
            }
            "deleted" => {
                let mut facts = facts();
                facts.site_deleted = true;
                stage.handle(Input::Facts(Box::new(facts)));
            }
            "revoked" => {
                stage.handle(Input::Revoked);
            }
            "expired" | "removed" => (),
            other => panic!("{other}"),
        }
        let before = stage.readers.len();
        for n in 0..60 {
            let who = match refused {
                "expired" => Principal::Agent(Grant {
                    expires: Timestamp::from_millis(0),
                    ..stage.grant("ben")
                }),
                "removed" => {
                    let mut facts = stage.facts.clone();
                    facts.members.get_mut(&id::<MemberId>("ben")).unwrap().removed = true;
                    stage.handle(Input::Facts(Box::new(facts)));
                    Principal::Agent(stage.grant("ben"))
                }
                _ => Principal::Visitor(pass(0)),
            };
            stage.handle(Input::Connected { conn: Conn(50 + n), who });
            assert!(stage.closed_with(50 + n).is_some(), "{refused}");
        }
        assert_eq!(stage.readers.len(), before, "{refused}");
    }
}

/// Whoever counts the sockets asks before one of them is there; that the answer is what the dial then comes
/// to is held for every dial of every test by the stage.
#[test]
fn rm170_who_may_not_come_in_is_known_before_their_socket_counts() {
    let code = |stage: &Stage, who: Principal| stage.woken().turns_away(stage.now, &who);
    let visitor = |generation| Principal::Visitor(pass(generation));
    let mut stage = Stage::in_talk();
    let ben = stage.grant("ben");
    let old = Grant { expires: Timestamp::from_millis(0), ..ben.clone() };
    assert_eq!(code(&stage, visitor(0)), None);
    assert_eq!(code(&stage, Principal::Agent(ben)), None);
    assert_eq!(code(&stage, Principal::Agent(old)), Some(CloseCode::Unauthorized));
    assert_eq!(code(&stage, Principal::Agent(stage.grant("mark"))), Some(CloseCode::Gone));
    stage.agent_arrives(3, "adam");
    stage.agent(3, FromAgent::Erase);
    assert_eq!(code(&stage, visitor(0)), Some(CloseCode::Unauthorized), "a token of before");
    assert_eq!(code(&stage, visitor(1)), None, "a token of today");
    stage.agent(3, FromAgent::Block);
    stage.visitor_connects(9);
    let mut facts = stage.facts.clone();
    facts.site_deleted = true;
    stage.handle(Input::Facts(Box::new(facts)));
    assert_eq!(code(&stage, visitor(1)), Some(CloseCode::Gone), "no site any more");
}

#[test]
fn rm15_all_tabs_of_a_visitor_together_have_a_rate_too() {
    let mut stage = Stage::in_talk();
    stage.sleeps = false;
    let tabs: Vec<u64> = (60..60 + limits::VISITOR_SOCKETS as u64 - 2).collect();
    for tab in &tabs {
        stage.visitor_arrives(*tab);
    }
    stage.wait(limits::RATE_SPAN.0);
    let before = stage.memory.events.len();
    for n in 0..100 {
        for tab in &tabs {
            stage.visitor_says(*tab, &format!("f{n}-{tab}"), "flood");
        }
    }
    let stored = stage.memory.events.len() - before;
    assert!(stored <= limits::RATE_VISITOR_FRAMES as usize, "{stored} stored");
    assert!(tabs.iter().all(|it| stage.closed_with(*it) == Some(CloseCode::Rate)));
    // The team is not held up, and the visitor goes on after the span.
    stage.agent_says(2, "calm", "please wait");
    assert_eq!(stage.closed_with(2), None);
    stage.wait(limits::RATE_SPAN.0);
    stage.visitor_arrives(99);
    stage.visitor_says(99, "later", "sorry");
    assert!(stage.refusals(99).is_empty());
}

fn pass(generation: u32) -> VisitorCredentials {
    VisitorCredentials { generation, ..VisitorCredentials::default() }
}

#[test]
fn rm29_whatever_ends_a_visitors_tokens_ends_all_of_them() {
    for deed in ["log out", "erase", "revoke"] {
        let mut stage = Stage::in_talk();
        stage.visitor_arrives(7);
        stage.agent_arrives(3, "adam");
        match deed {
            "log out" => drop(stage.handle(Input::Revoked)),
            "erase" => drop(stage.agent(3, FromAgent::Erase)),
            "revoke" => drop(stage.agent(3, FromAgent::Revoke)),
            other => panic!("{other}"),
        }
        for tab in [1, 7] {
            assert!(stage.closed_with(tab).is_some(), "{deed}: tab {tab}");
        }
        let who = Principal::Visitor(pass(0));
        stage.handle(Input::Connected { conn: Conn(70), who: who.clone() });
        assert!(stage.closed_with(70).is_some(), "{deed}: the old token");
        assert!(stage.woken().may_upload(stage.now, &who, 0).is_err(), "{deed}");
        // It outlives a sleep and the history.
        let who = Principal::Visitor(pass(stage.memory.standing.generation));
        assert_eq!(stage.memory.standing.generation, 1, "{deed}");
        stage.handle(Input::Connected { conn: Conn(71), who });
        assert_eq!(stage.closed_with(71), None, "{deed}: a token of today");
    }
}

#[test]
fn rm17_whoever_is_unblocked_goes_on_where_they_were() {
    for (how, meanwhile) in ["one", "many"]
        .into_iter()
        .flat_map(|how| ["", "log out", "revoke", "erase"].map(|meanwhile| (how, meanwhile)))
    {
        let story = format!("{how} blocked, {meanwhile}");
        let mut stage = Stage::in_talk();
        stage.agent_arrives(3, "adam");
        if how == "one" {
            stage.agent(3, FromAgent::Block);
        } else {
            let (grant, ticket) = (stage.grant("adam"), "t".to_owned());
            stage.desk(DeskCommand::Bulk {
                grant,
                ticket,
                operation: BulkOperation::Block { unsubscribe: true, purge: true },
                session: None,
            });
        }
        assert_eq!(stage.closed_with(1), Some(CloseCode::Gone), "{story}");
        let who = Principal::Visitor(pass(0));
        stage.handle(Input::Connected { conn: Conn(70), who: who.clone() });
        assert_eq!(stage.closed_with(70), Some(CloseCode::Gone), "{story}");
        let upload = stage.woken().may_upload(stage.now, &who, 0);
        assert_eq!(upload, Err(Refusal::Blocked), "{story}");
        stage.agent_arrives(4, "adam");
        match meanwhile {
            "log out" => drop(stage.handle(Input::Revoked)),
            "revoke" => drop(stage.agent(4, FromAgent::Revoke)),
            "erase" => drop(stage.agent(4, FromAgent::Erase)),
            _ => (),
        }
        stage.agent_arrives(5, "adam");
        stage.agent(5, FromAgent::Unblock);
        stage.handle(Input::Connected { conn: Conn(71), who });
        // Whoever can keep what is to be erased does nothing else to it.
        let is_hidden = how == "many" && meanwhile == "revoke";
        if !meanwhile.is_empty() && !is_hidden {
            assert_eq!(stage.closed_with(71), Some(CloseCode::Unauthorized), "{story}");
            continue;
        }
        assert_eq!(stage.closed_with(71), None, "{story}");
        stage.visitor(71, hello(None));
        let heard = stage.visitor_heard(71);
        assert!(!format!("{heard:?}").contains("Blocked"), "{story}: they are not told");
        assert!(format!("{heard:?}").contains("hi, how can I help?"), "{story}");
        stage.visitor_says(71, "v9", "Was it me?");
        let session = stage.summary().session;
        assert_eq!((session.no, session.state), (SessionNo(1), SessionState::Queued), "{story}");
    }
}

#[test]
fn rm29_browsers_that_are_there_go_on_after_an_erasure() {
    let mut stage = Stage::in_talk();
    stage.visitor_connects(7);
    stage.agent_arrives(3, "adam");
    stage.renewals.clear();
    stage.agent(3, FromAgent::Erase);
    assert_eq!(stage.renewals, [Conn(1)], "who had greeted, and nobody else");
    assert_eq!(stage.closed_with(1), Some(CloseCode::Restart));
}

#[test]
fn rm29_only_who_may_block_ends_a_visitors_tokens() {
    for (who, may) in [("ana", false), ("ben", false), ("sue", true), ("adam", true)] {
        let mut stage = Stage::in_talk();
        stage.agent_arrives(3, who);
        stage.agent(3, FromAgent::Revoke);
        assert_eq!(stage.closed_with(1).is_some(), may, "{who}");
        assert_eq!(stage.refusals(3).is_empty(), may, "{who}");
    }
}

/// A shut-out browser may go on asking: what that leaves in the log has an end.
#[test]
fn rm110_whoever_is_blocked_logs_out_once_with_a_token_of_today() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(3, "adam");
    stage.agent(3, FromAgent::Block);
    let before = stage.memory.events.len();
    for _ in 0..100 {
        // As the relay does it.
        if stage.woken().may_log_out(pass(0)).is_ok() {
            stage.handle(Input::Revoked);
        }
    }
    assert_eq!(stage.memory.events.len(), before + 1);
    assert_eq!(stage.woken().may_log_out(pass(0)), Err(Refusal::Unauthorized));
    assert_eq!(stage.woken().may_log_out(pass(1)), Ok(()), "a token of today");
}
