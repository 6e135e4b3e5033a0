//! RM15 to RM21, RM28, RM29: who is let in, how often, and who is sent away.

use std::collections::BTreeMap;

use inbox_protocol::{
    BulkOperation, CloseCode, FromAgent, FromVisitor, Refusal, ToAgent, TransferTarget,
};
use inbox_room::{Conn, DeskCommand, Input, Principal, Room, VisitorCredentials};
use inbox_types::{AgentView, Millis, Place, SessionNo, SessionState, limits};

use crate::stage::{Stage, campaign_said, facts, hello, id, identity};

#[test]
fn rm15_who_speaks_too_fast_is_refused_and_closed() {
    let mut stage = Stage::in_talk();
    stage.sleeps = false;
    for _ in 0..=limits::RATE_FRAMES {
        stage.visitor(1, FromVisitor::Typing { on: true });
    }
    assert_eq!(stage.refusals(1), [Refusal::Rate]);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Rate));
}

#[test]
fn rm15_what_is_much_work_counts_as_much() {
    let frames = [
        (FromVisitor::Visits { visits: Vec::new() }, limits::RATE_COST_OF_VISITS),
        (FromVisitor::History { before: Place(9) }, limits::RATE_COST_OF_HISTORY),
    ];
    for (frame, cost) in frames {
        let mut stage = Stage::in_talk();
        stage.sleeps = false;
        stage.wait(limits::RATE_SPAN.0);
        // A page is told once a second, and history as fast as anybody scrolls.
        assert!(10 <= limits::RATE_FRAMES / cost);
        for _ in 0..limits::RATE_FRAMES / cost {
            stage.visitor(1, frame.clone());
        }
        assert_eq!(stage.closed_with(1), None, "{frame:?}");
        stage.visitor(1, frame.clone());
        assert_eq!(stage.closed_with(1), Some(CloseCode::Rate), "{frame:?}");
    }
}

#[test]
fn rm15_the_rate_begins_anew_after_its_span() {
    let mut stage = Stage::in_talk();
    stage.sleeps = false;
    for _ in 0..3 {
        stage.wait(limits::RATE_SPAN.0);
        for _ in 0..limits::RATE_FRAMES {
            stage.visitor(1, FromVisitor::Typing { on: true });
        }
    }
    assert_eq!(stage.closed_with(1), None);
}

#[test]
fn rm16_one_tab_too_many_closes_the_oldest() {
    let mut stage = Stage::new();
    for conn in 0..=limits::VISITOR_SOCKETS as u64 {
        stage.visitor_arrives(conn);
    }
    assert_eq!(stage.closed_with(0), Some(CloseCode::Rate));
    assert_eq!(stage.readers.len(), limits::VISITOR_SOCKETS);
}

#[test]
fn rm17_a_blocked_contact_is_closed_for_good() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(6, "adam");
    stage.agent(6, FromAgent::Block);
    assert_eq!(stage.refusals(6), []);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Gone));
    stage.visitor_connects(9);
    assert_eq!(stage.closed_with(9), Some(CloseCode::Gone));
    stage.agent(6, FromAgent::Unblock);
    stage.visitor_arrives(10);
    assert_eq!(stage.closed_with(10), None);
}

#[test]
fn rm18_a_grant_is_checked_on_every_frame() {
    let mut stage = Stage::in_talk();
    let n_events = stage.memory.events.len();
    stage.wait(limits::GRANT_LIFE.0 + 1);
    stage.agent_says(2, "a2", "am I still here?");
    assert_eq!(stage.refusals(2), [Refusal::Unauthorized]);
    assert_eq!(stage.closed_with(2), Some(CloseCode::Unauthorized));
    assert_eq!(stage.memory.events.len(), n_events);
}

#[test]
fn rm18_whoever_only_listens_is_told_nothing_after_the_grant() {
    let mut stage = Stage::in_talk();
    stage.forget_heard();
    stage.wait(limits::GRANT_LIFE.0 + 1);
    stage.visitor_says(1, "v2", "still there?");
    assert!(stage.agent_heard(2).is_empty());
    assert_eq!(stage.closed_with(2), Some(CloseCode::Unauthorized));
}

#[test]
fn rm18_a_renewed_grant_goes_on_and_another_agents_does_not() {
    let mut stage = Stage::in_talk();
    stage.wait(limits::GRANT_LIFE.0 - 1);
    let grant = Some(stage.grant("ana"));
    stage.handle(Input::Renewed { conn: Conn(2), grant });
    stage.wait(1_000);
    stage.agent_says(2, "a2", "I am");
    assert_eq!(stage.refusals(2), []);
    let grant = Some(stage.grant("adam"));
    stage.handle(Input::Renewed { conn: Conn(2), grant });
    assert_eq!(stage.closed_with(2), Some(CloseCode::Unauthorized));
}

#[test]
fn rm19_changed_rights_end_older_grants() {
    let mut stage = Stage::in_talk();
    stage.desk(DeskCommand::RightsChanged { agent: id("ana"), version: 2 });
    assert_eq!(stage.closed_with(2), Some(CloseCode::Unauthorized));
}

#[test]
fn rm19_a_removed_member_is_closed_for_good_and_the_session_waits() {
    let mut stage = Stage::in_talk();
    stage.desk(DeskCommand::MemberRemoved { agent: id("ana"), to: None });
    assert_eq!(stage.closed_with(2), Some(CloseCode::Gone));
    assert_eq!(stage.summary().session.state, SessionState::Queued);
}

#[test]
fn rm20_who_may_not_view_is_told_that_there_is_nothing() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(5, "mark");
    assert!(stage.agent_heard(5).is_empty());
    assert_eq!(stage.closed_with(5), Some(CloseCode::Gone));
}

#[test]
fn rm21_who_may_no_longer_view_is_closed() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(3, "ben");
    let to = TransferTarget::Department(id("support"));
    stage.agent(2, FromAgent::Transfer { to, mode: None, reason: None, session: None });
    assert_eq!(stage.refusals(2), []);
    assert_eq!(stage.closed_with(3), Some(CloseCode::Gone));
}

/// A turn that ends somebody's view of the conversation, whatever it does after that.
#[test]
fn rm141_who_may_read_no_longer_is_told_nothing_of_what_happens_after_that() {
    type Ends = fn(&mut Stage);
    let department = |stage: &mut Stage| {
        let to = TransferTarget::Department(id("support"));
        stage.agent(2, FromAgent::Transfer { to, mode: None, reason: None, session: None });
    };
    let ways: [(&str, AgentView, Ends); 4] = [
        ("a new session", AgentView::Own, |stage| {
            stage.visitor_says(1, "v2", "of the next session");
        }),
        ("a new session, with a campaign", AgentView::Own, |stage| {
            stage.visitor_answers(1, "v2", Some(campaign_said(Some("ben"))));
        }),
        ("another queue", AgentView::Departments, department),
        ("to be erased", AgentView::All, |stage| {
            stage.facts.workspace.purge_grace = Millis::hours(1);
            let facts = stage.facts.clone();
            stage.handle(Input::Facts(Box::new(facts)));
            let operation = BulkOperation::Block { unsubscribe: true, purge: true };
            let (grant, ticket) = (stage.grant("adam"), "t".to_owned());
            stage.desk(DeskCommand::Bulk { grant, ticket, operation, session: None });
        }),
    ];
    let mut n_hidden = 0;
    for (way, agent_view, ends) in ways {
        let mut stage = Stage::in_talk();
        let mut facts = stage.facts.clone();
        facts.workspace.roles.agent_view = agent_view;
        facts.site.reopen_window = Millis(0);
        stage.handle(Input::Facts(Box::new(facts)));
        let reader = if agent_view == AgentView::Own {
            stage.agent(2, FromAgent::End { ask: false, reason: None, session: None });
            let session = SessionNo(1);
            stage.agent(2, FromAgent::Wrapup { session, reason: None, remark: None });
            2
        } else {
            stage.agent_arrives(3, "ben");
            3
        };
        stage.forget_heard();
        let grant = stage.grant(if reader == 2 { "ana" } else { "ben" });
        assert_eq!(stage.closed_with(reader), None, "{way}");
        let before = stage.memory.events.len();
        ends(&mut stage);
        assert_eq!(stage.closed_with(reader), Some(CloseCode::Gone), "{way}");
        let told = stage.agent_heard(reader).into_iter().filter_map(|it| match it {
            ToAgent::Entry { entry } => Some(entry.place.0),
            _ => None,
        });
        // Whoever wakes the room from the first events only says who may read then.
        let may_read = |n: usize| {
            let mut memory = stage.memory.clone();
            memory.events.truncate(n);
            let (facts, nobody) = (&stage.facts, BTreeMap::new());
            let room = Room::wake(memory.snapshot(&identity(), facts, &nobody));
            room.is_masked_for(stage.now, &grant).is_ok()
        };
        let events = &stage.memory.events[before..];
        let of_theirs = events.iter().filter(|it| it.body.event.session == SessionNo(1));
        let seqs = of_theirs.map(|it| it.seq.0);
        let wanted: Vec<u64> =
            seqs.take_while(|it| may_read(usize::try_from(it - 1).unwrap())).collect();
        assert_eq!(told.collect::<Vec<_>>(), wanted, "{way}");
        n_hidden += events.len() - wanted.len();
    }
    assert!(0 < n_hidden, "something happened after the view ended");
}

#[test]
fn rm28_masked_readers_never_get_what_is_masked() {
    let mut facts = facts();
    facts.site.mask_sensitive = true;
    let mut stage = Stage::with(facts);
    stage.talk();
    stage.agent_arrives(6, "adam");
    let card = "4111 1111 1111 1111";
    stage.visitor_says(1, "v2", &format!("my card is {card}"));
    stage.agent_arrives(3, "ben");
    assert!(format!("{:?}", stage.agent_heard(6)).contains(card));
    for conn in [2, 3] {
        let heard = format!("{:?}", stage.agent_heard(conn));
        assert!(heard.contains("my card is") && !heard.contains(card), "{heard}");
    }
    assert!(format!("{:?}", stage.visitor_heard(1)).contains(card));
}

#[test]
fn rm29_a_token_of_an_older_generation_is_worth_nothing() {
    let mut stage = Stage::in_talk();
    stage.handle(Input::Revoked);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Unauthorized));
    let old = Principal::Visitor(VisitorCredentials::default());
    stage.handle(Input::Connected { conn: Conn(9), who: old });
    assert_eq!(stage.closed_with(9), Some(CloseCode::Unauthorized));
    let who = Principal::Visitor(VisitorCredentials { generation: 1, renew: true, since: None });
    stage.handle(Input::Connected { conn: Conn(10), who });
    stage.visitor(10, hello(None));
    assert_eq!(stage.renewals, [Conn(10)]);
}

#[test]
fn rm17_a_block_outlives_the_history_and_can_be_lifted() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(6, "adam");
    stage.agent(6, FromAgent::Block);
    stage.agent(6, FromAgent::Erase);
    stage.visitor_connects(9);
    assert_eq!(stage.closed_with(9), Some(CloseCode::Gone));
    stage.agent_arrives(10, "adam");
    stage.agent(10, FromAgent::Unblock);
    stage.visitor_arrives(11);
    assert_eq!(stage.closed_with(11), None);
}

#[test]
fn rm17_a_block_outlasts_the_erasure_in_whichever_turn_that_comes() {
    type Way = (&'static str, u64, fn(&mut Stage));
    let bulk = |stage: &mut Stage| {
        let (grant, ticket) = (stage.grant("adam"), "t".to_owned());
        stage.desk(DeskCommand::Bulk {
            grant,
            ticket,
            operation: BulkOperation::Block { unsubscribe: true, purge: true },
            session: None,
        });
    };
    let block = |stage: &mut Stage| drop(stage.agent(6, FromAgent::Block));
    let erase = |stage: &mut Stage| drop(stage.agent(6, FromAgent::Erase));
    let ways: [Way; 4] = [
        ("at once", 0, bulk),
        ("when the grace is over", 3_000, bulk),
        ("before the grace is over", 3_000, |stage| {
            let (grant, ticket) = (stage.grant("adam"), "t".to_owned());
            stage.desk(DeskCommand::Bulk {
                grant,
                ticket,
                operation: BulkOperation::Block { unsubscribe: true, purge: true },
                session: None,
            });
            stage.agent_arrives(7, "adam");
            stage.agent(7, FromAgent::Erase);
        }),
        ("by another's word", 0, |_| ()),
    ];
    for (way, grace, blocks) in ways {
        for has_written in [true, false] {
            let mut stage = Stage::new();
            stage.facts.workspace.purge_grace = Millis(grace);
            stage.sleeps_through(stage.facts.clone());
            stage.visitor_arrives(1);
            if has_written {
                stage.visitor_says(1, "v1", "hello");
            }
            stage.agent_arrives(6, "adam");
            let n_renewals = stage.renewals.len();
            blocks(&mut stage);
            if way == "by another's word" {
                block(&mut stage);
                erase(&mut stage);
            }
            stage.wait(grace);
            stage.handle(Input::Fired);
            let story = format!("erased {way}, has written: {has_written}");
            assert_eq!(stage.memory.standing.epoch, 2, "{story}");
            assert!(stage.memory.standing.blocked, "{story}");
            assert_eq!(stage.closed_with(1), Some(CloseCode::Gone), "{story}");
            assert_eq!(stage.renewals.len(), n_renewals, "{story}: no token of today");
            stage.visitor_connects(9);
            assert_eq!(stage.closed_with(9), Some(CloseCode::Gone), "{story}");
            stage.agent_arrives(10, "adam");
            stage.agent(10, FromAgent::Unblock);
            stage.visitor_arrives(11);
            assert_eq!(stage.closed_with(11), None, "{story}");
        }
    }
}
