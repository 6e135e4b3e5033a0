//! RM22 to RM27, RM30 to RM32: timers, offers, and how a session is told.

use inbox_protocol::{
    AgentBody, BulkOperation, CloseCode, FromAgent, FromVisitor, InternalNotice, Refusal, ToAgent,
    ToVisitor, TransferTarget,
};
use inbox_room::{Conn, DeskCommand, Input, RoomReport};
use inbox_types::{CloseCause, Language, Notice, Place, Presence, SessionNo, SessionState, limits};

use crate::{
    room_rules::agent_bodies,
    stage::{Stage, facts, hello, id},
};

#[test]
fn rm22_the_alarm_is_the_earliest_timer_and_does_what_is_due() {
    let mut stage = Stage::in_talk();
    let alarm = stage.memory.alarm.expect("the visitor may not answer");
    stage.now = alarm;
    stage.handle(Input::Fired);
    assert_eq!(stage.summary().session.closed_by, Some(CloseCause::Inactivity));
    assert_eq!(stage.memory.alarm, None);
}

#[test]
fn rm22_an_alarm_that_comes_too_early_does_nothing() {
    let mut stage = Stage::in_talk();
    let n_events = stage.memory.events.len();
    stage.wait(1_000);
    assert_eq!(stage.handle(Input::Fired), []);
    assert_eq!(stage.memory.events.len(), n_events);
}

#[test]
fn rm23_every_two_hundred_events_the_state_is_kept() {
    let mut stage = Stage::in_talk();
    for n in 0..250 {
        stage.visitor_says(1, &format!("more{n}"), "more");
        stage.wait(1_000);
        if n % 50 == 0 {
            let grant = Some(stage.grant("ana"));
            stage.handle(Input::Renewed { conn: Conn(2), grant });
        }
    }
    let head = stage.memory.checkpoint.as_ref().unwrap().transcript.head();
    assert!(limits::CHECKPOINT_EVENTS <= head.0 && head.0 < limits::CHECKPOINT_EVENTS + 20);
}

#[test]
fn rm24_the_desk_is_told_after_every_change_and_versions_rise() {
    let mut stage = Stage::in_talk();
    stage.visitor_says(1, "v2", "one more");
    stage.agent(2, FromAgent::Seen { place: Place(99) });
    let versions: Vec<_> = stage
        .reports
        .iter()
        .filter_map(|it| match it {
            RoomReport::Summary(summary) => Some(summary.version),
            _ => None,
        })
        .collect();
    assert!(4 <= versions.len());
    assert!(versions.windows(2).all(|it| it[0] < it[1]), "{versions:?}");
    assert_eq!(stage.woken().report(&stage.memory), stage.reports.last().cloned());
    assert_eq!(stage.summary().last.unwrap().text, "one more");
    assert_eq!(stage.summary().seen[&id("ana")], 2);
}

#[test]
fn rm25_an_offer_is_made_once_and_answered_once() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    let offer =
        DeskCommand::Offer { session: SessionNo(1), queued_at: None, grant: stage.grant("ana") };
    stage.desk(offer.clone());
    let made = stage.summary().session.offer.expect("an offer");
    // Said twice it frees no place; another agent's it does.
    let n_reports = stage.reports.len();
    stage.desk(offer);
    assert_eq!(stage.reports.len(), n_reports);
    stage.desk(DeskCommand::Offer {
        session: SessionNo(1),
        queued_at: None,
        grant: stage.grant("ben"),
    });
    assert!(matches!(stage.reports.last(), Some(RoomReport::OfferRefused { .. })));
    let grant = stage.grant("ana");
    let yes = DeskCommand::Answer { grant, offer: made.id, accept: true };
    stage.desk(yes.clone());
    assert_eq!(stage.summary().session.owner, Some(id("ana")));
    let n_events = stage.memory.events.len();
    stage.desk(yes);
    assert_eq!(stage.memory.events.len(), n_events);
}

#[test]
fn rm25_an_offer_that_comes_after_its_turn_in_the_queue_is_not_made() {
    let mut stage = Stage::in_talk();
    let session = stage.summary().session;
    stage.wait(1);
    stage.agent(2, FromAgent::Leave { session: None });
    let now = stage.summary().session;
    assert_ne!(now.queued_at, session.queued_at);
    stage.agent_arrives(3, "ben");
    for (queued_at, is_made) in [(session.queued_at, false), (now.queued_at, true)] {
        let grant = stage.grant("ben");
        stage.desk(DeskCommand::Offer { session: session.no, queued_at, grant });
        assert_eq!(stage.summary().session.offer.is_some(), is_made);
    }
}

#[test]
fn rm25_an_offer_nobody_answers_ends_in_rona_once() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    stage.desk(DeskCommand::Offer {
        session: SessionNo(1),
        queued_at: None,
        grant: stage.grant("ana"),
    });
    stage.now = stage.memory.alarm.unwrap();
    stage.handle(Input::Fired);
    stage.handle(Input::Fired);
    let session = stage.summary().session;
    assert_eq!(session.state, SessionState::Queued);
    assert_eq!(session.outcomes.len(), 1);
    assert_eq!(session.outcomes[0].outcome, inbox_types::OfferOutcome::Rona);
}

#[test]
fn rm25_one_item_of_a_bulk_operation_is_answered_under_its_ticket() {
    let mut stage = Stage::in_talk();
    let bulk = |stage: &Stage, by: &str| DeskCommand::Bulk {
        grant: stage.grant(by),
        ticket: "t1".to_owned(),
        operation: BulkOperation::End { reason: None },
        session: None,
    };
    stage.desk(bulk(&stage, "mark"));
    let (ticket, refused) = ("t1".to_owned(), Some(Refusal::NotFound));
    let nothing_changed = RoomReport::Bulk { ticket, refused, summary: None };
    assert_eq!(stage.reports.last(), Some(&nothing_changed));
    stage.desk(bulk(&stage, "adam"));
    // How it stands now comes with the answer: what else is told may come later.
    let summary = Some(Box::new(stage.summary()));
    let done = RoomReport::Bulk { ticket: "t1".to_owned(), refused: None, summary };
    assert_eq!(stage.reports.last(), Some(&done));
}

#[test]
fn rm26_erasure_leaves_one_row_and_says_so_to_whoever_comes_back() {
    let mut stage = Stage::in_talk();
    stage.agent_arrives(6, "adam");
    stage.agent(6, FromAgent::Erase);
    assert!(stage.memory.events.is_empty());
    assert_eq!(stage.memory.standing.epoch, 2);
    assert_eq!(stage.closed_with(1), Some(CloseCode::Restart));
    assert_eq!(stage.closed_with(6), Some(CloseCode::Gone));
    assert_eq!(stage.reports.last(), Some(&RoomReport::Erased { epoch: 2 }));
    assert_eq!(stage.woken().report(&stage.memory), Some(RoomReport::Erased { epoch: 2 }));
    stage.visitor_connects(9);
    stage.visitor(9, hello(Some(2)));
    let heard = stage.visitor_heard(9);
    let Some(ToVisitor::Welcome(welcome)) = heard.first() else { panic!("{heard:?}") };
    assert_eq!(welcome.epoch, 2);
    stage.visitor_says(9, "v1", "a new beginning");
    assert!(matches!(stage.visitor_heard(9)[2..], [ToVisitor::Entry { .. }, ..]));
}

#[test]
fn rm27_a_deleted_site_ends_the_session_and_accepts_nothing() {
    let mut stage = Stage::in_talk();
    let mut facts = facts();
    facts.site_deleted = true;
    stage.handle(Input::Facts(Box::new(facts)));
    assert_eq!(stage.summary().session.closed_by, Some(CloseCause::AssetDeleted));
    assert_eq!(stage.closed_with(1), Some(CloseCode::Gone));
    stage.visitor_connects(9);
    assert_eq!(stage.closed_with(9), Some(CloseCode::Gone));
    let bodies = agent_bodies(&stage.agent_heard(2));
    assert!(bodies.contains(&AgentBody::Notice(Notice::SiteDeleted)), "{bodies:?}");
}

#[test]
fn rm30_a_session_is_told_whenever_it_changes() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    stage.agent_arrives(2, "ana");
    stage.agent(2, FromAgent::Take);
    let sessions: Vec<_> = stage
        .visitor_heard(1)
        .into_iter()
        .filter_map(|it| match it {
            ToVisitor::Session { session } => session,
            _ => None,
        })
        .collect();
    let states: Vec<_> = sessions.iter().map(|it| it.state).collect();
    assert_eq!(states, [SessionState::Queued, SessionState::Active]);
    assert_eq!(sessions[1].agents[0].id, id("ana"));
    let views =
        stage.agent_heard(2).into_iter().filter(|it| matches!(it, ToAgent::Conversation { .. }));
    assert_eq!(views.count(), 1);
}

#[test]
fn rm30_a_wrapup_that_is_due_is_told_with_its_session_until_it_is_said() {
    let mut stage = Stage::in_talk();
    let due = |stage: &Stage| {
        let views = stage.agent_heard(2).into_iter().filter_map(|it| match it {
            ToAgent::Conversation { conversation } => Some(conversation.wrapups_due),
            _ => None,
        });
        views.last().unwrap()
    };
    stage.visitor(1, FromVisitor::End);
    assert_eq!(due(&stage), [SessionNo(1)]);
    // The visitor is back before it is said, and somebody else answers.
    stage.visitor_says(1, "v2", "one more thing");
    stage.agent_arrives(3, "ben");
    stage.agent(3, FromAgent::Take);
    assert_eq!(due(&stage), [SessionNo(1)]);
    stage.agent(2, FromAgent::Wrapup { session: SessionNo(1), reason: None, remark: None });
    assert_eq!(stage.refusals(2), []);
    assert!(due(&stage).is_empty());
}

#[test]
fn rm30_a_language_is_told_when_it_changes() {
    let mut stage = Stage::in_talk();
    let vietnamese: Language = "vi".parse().unwrap();
    stage.agent(2, FromAgent::SetLanguage { language: Some(vietnamese.clone()) });
    assert!(stage.visitor_heard(1).contains(&ToVisitor::Language { language: vietnamese }));
}

#[test]
fn rm30_a_renamed_agent_is_told_by_the_new_name() {
    let mut stage = Stage::in_talk();
    let mut facts = facts();
    facts.members.get_mut(&id("ana")).unwrap().name = "Anna".to_owned().try_into().unwrap();
    stage.handle(Input::Facts(Box::new(facts)));
    let heard = stage.visitor_heard(1);
    let Some(ToVisitor::Session { session: Some(session) }) = heard.last() else {
        panic!("{heard:?}")
    };
    assert_eq!(session.agents[0].name.as_str(), "Anna");
}

#[test]
fn rm31_a_lost_owner_goes_as_the_setting_says() {
    let mut facts = facts();
    facts.workspace.disconnected_owner = inbox_types::DisconnectedOwner::Requeue;
    let mut stage = Stage::with(facts);
    stage.talk();
    let lost = DeskCommand::Presence { agent: id("ana"), presence: Presence::Offline, since: None };
    stage.desk(lost.clone());
    assert_eq!(stage.summary().session.state, SessionState::Queued);
    let n_events = stage.memory.events.len();
    stage.desk(lost);
    assert_eq!(stage.memory.events.len(), n_events);
}

#[test]
fn rm31_how_the_owner_is_survives_a_sleep() {
    let mut stage = Stage::in_talk();
    let until = Some(stage.now.after(inbox_types::Millis::hours(10)));
    stage.agent(2, FromAgent::Snooze { until, session: None });
    stage.desk(DeskCommand::Presence {
        agent: id("ana"),
        presence: Presence::Offline,
        since: None,
    });
    stage.now = stage.memory.alarm.unwrap();
    stage.handle(Input::Fired);
    assert_eq!(stage.summary().session.state, SessionState::Queued);
}

#[test]
fn rm32_the_reason_of_a_transfer_is_shown_once_it_is_accepted() {
    let mut stage = Stage::new();
    stage.facts.site.wrapup_reason_required = true;
    let facts = stage.facts.clone();
    stage.handle(Input::Facts(Box::new(facts)));
    stage.talk();
    stage.agent_arrives(3, "ben");
    stage.agent(
        2,
        FromAgent::Transfer {
            to: TransferTarget::Agent(id("ben")),
            mode: Some(inbox_types::TransferMode::Request),
            reason: Some("lunch".to_owned().try_into().unwrap()),
            session: None,
        },
    );
    assert_eq!(stage.refusals(2), []);
    let offer = stage.summary().session.offer.unwrap();
    assert_eq!(offer.reason.as_ref().map(inbox_types::Text::as_str), Some("lunch"));
    let offer = offer.id;
    assert!(!format!("{:?}", agent_bodies(&stage.agent_heard(3))).contains("lunch"));
    stage.agent(3, FromAgent::Accept { offer });
    assert_eq!(stage.refusals(3), []);
    let bodies = agent_bodies(&stage.agent_heard(3));
    let wrapped = bodies.iter().any(|it| {
        matches!(it, AgentBody::Internal(InternalNotice::WrappedUp { reason: Some(_), .. }))
    });
    assert!(wrapped, "{bodies:?}");
}
