//! DK: the rules of the desk.

use inbox_protocol::{
    BulkOperation, CloseCode, FromDesk, ListQuery, ListSort, ListTab, Refusal, ToDesk, VERSION,
};
use inbox_room::{Added, Conn, DeskCommand, DeskInput, LastMessage, RoomReport, Summary};
use inbox_types::{
    AwayReason, CampaignCard, CloseCause, ConversationId, MemberId, Millis, OfferKind,
    OfferOutcome, Presence, SessionState, Timestamp, limits,
};

use crate::{
    desk_stage::{DeskStage, Later, desk_facts, queued},
    stage::{START, id},
};

pub(crate) const AWAY: Presence = Presence::Away(AwayReason::Break);

fn query(tab: ListTab) -> ListQuery {
    ListQuery {
        tab,
        states: Vec::new(),
        department: None,
        campaign: None,
        filter: inbox_protocol::ListFilter::default(),
        sort: ListSort::Grouped,
    }
}

fn lists(stage: &DeskStage, conn: u64) -> Vec<inbox_protocol::DeskList> {
    let frames = stage.heard_by(conn).into_iter();
    frames
        .filter_map(|it| match it {
            ToDesk::List(list) => Some(list),
            _ => None,
        })
        .collect()
}

fn order(stage: &DeskStage, conn: u64) -> Vec<String> {
    lists(stage, conn).last().unwrap().order.iter().map(ToString::to_string).collect()
}

pub(crate) fn begin() -> Timestamp {
    Timestamp::from_millis(START)
}

#[test]
fn dk1_a_console_that_has_not_said_hello_is_told_nothing() {
    let mut stage = DeskStage::new();
    stage.dials(1, "ana", 1);
    stage.hears(&queued("main-c1", begin()));
    assert!(stage.heard_by(1).is_empty());
    stage.says(1, FromDesk::Focus { conversation: None });
    assert_eq!(stage.closed[&Conn(1)], CloseCode::Protocol);
}

#[test]
fn dk1_hello_is_said_once_and_answered_once() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.forget_heard();
    stage.says(1, FromDesk::Hello { version: VERSION });
    assert_eq!(stage.heard_by(1), [ToDesk::Refused { reason: Refusal::State }]);
    assert_eq!(stage.closed[&Conn(1)], CloseCode::Protocol);
}

#[test]
fn dk8_a_message_is_told_to_whoever_ever_joined_and_not_where_it_is_on_screen() {
    let mut stage = DeskStage::new();
    for (conn, who) in [(1, "ana"), (2, "ben"), (3, "sue")] {
        stage.arrives(conn, who);
    }
    let mut talk = queued("main-c1", begin()).active("ana");
    talk.session.ever_joined.push(id("ben"));
    stage.hears(&talk);
    stage.says(2, FromDesk::Focus { conversation: Some(id("main-c1")) });
    stage.forget_heard();
    stage.hears(&talk.message("and another thing"));
    assert_eq!(stage.notices(1), ["+message:main-c1"]);
    assert!(stage.notices(2).is_empty());
    assert!(stage.notices(3).is_empty());
}

#[test]
fn dk8_reading_on_one_device_takes_the_notice_from_all() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "ana");
    let mut talk = queued("main-c1", begin()).active("ana").message("one");
    stage.hears(&talk);
    stage.forget_heard();
    talk.seen.insert(id("ana"), 2);
    talk.version.seen = 5;
    stage.hears(&talk);
    assert_eq!(stage.notices(1), ["-message:main-c1"]);
    assert_eq!(stage.notices(2), ["-message:main-c1"]);
}

#[test]
fn dk9_who_comes_gets_one_digest_and_no_burst() {
    let mut stage = DeskStage::new();
    for n in 0..5 {
        stage.hears(&queued(&format!("main-c{n}"), begin()).active("ana").message("hello?"));
    }
    stage.arrives(1, "ana");
    let heard = stage.heard_by(1);
    let Some(ToDesk::Welcome(welcome)) = heard.first() else { panic!("{heard:?}") };
    assert_eq!(welcome.notifications.len(), 5);
    assert!(stage.notices(1).is_empty());
}

#[test]
fn dk9_a_desk_that_is_rebuilt_tells_no_old_news() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.wait(Millis::hours(3).0);
    let talk = queued("main-c1", begin()).active("ana");
    stage.hears(&talk);
    assert!(stage.notices(1).iter().all(|it| !it.starts_with("+message")));
    stage.hears(&talk.message("and now?"));
    assert!(stage.notices(1).contains(&"+message:main-c1".to_owned()));
}

#[test]
fn dk10_summaries_are_applied_once_and_in_order() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.says(1, FromDesk::Watch { query: query(ListTab::All), before: None });
    let waiting = queued("main-c1", begin());
    let talk = waiting.clone().active("ana");
    stage.hears(&talk);
    let n_lists = lists(&stage, 1).len();
    assert_eq!(stage.hears(&waiting), []);
    assert_eq!(stage.hears(&talk), []);
    assert_eq!(lists(&stage, 1).len(), n_lists);
}

#[test]
fn dk10_nobody_speaks_for_another_conversation() {
    let mut stage = DeskStage::new();
    let report = RoomReport::Summary(Box::new(queued("main-c1", begin())));
    stage.reports("main-c2", report);
    assert!(stage.rows.summaries.is_empty());
}

#[test]
fn dk11_the_list_is_in_order_and_shows_what_its_reader_may_see() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.chooses(1, AWAY);
    stage.arrives(2, "mark");
    for conn in [1, 2] {
        stage.says(conn, FromDesk::Watch { query: query(ListTab::All), before: None });
    }
    let mut other = queued("main-c3", begin());
    other.session.department = Some(id("support"));
    let mut newer = queued("main-c2", begin());
    newer.last = Some(LastMessage {
        text: "newer".to_owned(),
        masked: None,
        by_visitor: true,
        at: begin().after(Millis(5)),
    });
    for summary in [queued("main-c1", begin()), newer, other] {
        stage.hears(&summary);
    }
    assert_eq!(order(&stage, 1), ["main-c2", "main-c1"]);
    assert_eq!(lists(&stage, 1).last().unwrap().counts.unassigned, 2);
    assert!(stage.heard_by(2).is_empty());
}

#[test]
fn dk11_only_rows_that_changed_are_sent_again() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.says(1, FromDesk::Watch { query: query(ListTab::All), before: None });
    stage.hears(&queued("main-c1", begin()).active("ana"));
    stage.hears(&queued("main-c2", begin()).active("ana"));
    stage.forget_heard();
    stage.hears(&queued("main-c2", begin()).active("ana").message("hi"));
    let rows: Vec<_> =
        lists(&stage, 1)[0].rows.iter().map(|it| it.conversation.to_string()).collect();
    assert_eq!(rows, ["main-c2"]);
    stage.hears(&queued("main-c1", begin()).active("ana").message("hi"));
    assert_eq!(lists(&stage, 1)[1].order.len(), 2);
}

#[test]
fn dk11_time_alone_moves_long_waiters_up() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.chooses(1, AWAY);
    stage.says(1, FromDesk::Watch { query: query(ListTab::All), before: None });
    stage.hears(&queued("main-c1", begin()));
    let mut newer = queued("main-c2", begin().after(Millis::minutes(10)));
    newer.last.as_mut().unwrap().at = begin().after(Millis::minutes(10));
    stage.hears(&newer);
    assert_eq!(order(&stage, 1), ["main-c2", "main-c1"]);
    stage.sleep();
    stage.pass(Millis::minutes(31).0);
    assert_eq!(order(&stage, 1), ["main-c1", "main-c2"]);
    let row = lists(&stage, 1).last().unwrap().rows[0].clone();
    assert_eq!((row.conversation, row.wait_level), (id::<ConversationId>("main-c1"), 1));
}

#[test]
fn dk11_rows_are_masked_for_those_who_may_not_see_and_masked_before_they_are_cut() {
    let mut facts = desk_facts();
    facts.sites[0].mask_sensitive = true;
    let mut stage = DeskStage::with(facts);
    for (conn, who) in [(1, "ana"), (2, "adam")] {
        stage.arrives(conn, who);
        stage.says(conn, FromDesk::Watch { query: query(ListTab::All), before: None });
    }
    let padding = "x".repeat(130);
    let talk =
        queued("main-c1", begin()).active("ana").message(&format!("{padding} 4111 1111 1111 1111"));
    stage.hears(&talk);
    let preview =
        |stage: &DeskStage, conn| lists(stage, conn).last().unwrap().rows[0].preview.clone();
    assert!(preview(&stage, 2).contains("4111"));
    assert!(!preview(&stage, 1).contains("4111"), "{}", preview(&stage, 1));
    assert!(!format!("{:?}", stage.heard_by(1)).contains("4111"));
}

#[test]
fn dk11_what_is_attached_of_a_list_does_not_grow_with_what_is_asked() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    let states = vec![SessionState::Queued; 5_000];
    let outputs = stage.says(
        1,
        FromDesk::Watch { query: ListQuery { states, ..query(ListTab::All) }, before: None },
    );
    let attached = outputs.iter().find_map(|it| match it {
        inbox_room::DeskOutput::Remember { reader, .. } => Some(serde_json::to_string(reader)),
        _ => None,
    });
    assert!(attached.unwrap().unwrap().len() < 2_048);
}

#[test]
fn dk12_a_twenty_first_transfer_refuses_them_all() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    stage.arrives(2, "ben");
    let mut all: Vec<ConversationId> = Vec::new();
    for n in 0..21 {
        stage.hears(&queued(&format!("main-c{n}"), begin()).active("ana"));
        all.push(id(&format!("main-c{n}")));
    }
    stage.forget_heard();
    let operation = BulkOperation::Transfer { agent: id("ben") };
    let frame = FromDesk::Bulk {
        operation: operation.clone(),
        conversations: all.clone(),
        sessions: [].into(),
    };
    stage.says(1, frame);
    assert_eq!(stage.heard_by(1), [ToDesk::Refused { reason: Refusal::TooMany }]);
    assert!(stage.commands.is_empty());
    all.pop();
    stage.says(1, FromDesk::Bulk { operation, conversations: all, sessions: [].into() });
    assert_eq!(stage.commands.len(), 20);
}

#[test]
fn dk12_each_item_answers_and_the_sum_is_told_once() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    stage.arrives(2, "ben");
    for n in 0..2 {
        stage.hears(&queued(&format!("main-c{n}"), begin()).active("ana"));
    }
    stage.forget_heard();
    stage.says(
        1,
        FromDesk::Bulk {
            operation: BulkOperation::Transfer { agent: id("ben") },
            conversations: vec![id("main-c0"), id("main-c1"), id("main-nope")],
            sessions: [].into(),
        },
    );
    let DeskCommand::Bulk { ticket, .. } = stage.commands[0].1.clone() else { panic!() };
    // The list moves first, and does not tell the receiver one by one.
    let mut moved = queued("main-c0", begin()).active("ana").active("ben");
    moved.session.added = vec![Added { agent: id("ben"), by: id("adam"), seq: moved.version.seq }];
    stage.hears(&moved);
    let done = |refused| RoomReport::Bulk { ticket: ticket.clone(), refused, summary: None };
    stage.reports("main-c0", done(None));
    stage.reports("main-c0", done(Some(Refusal::State)));
    stage.reports("main-c1", done(Some(Refusal::Closed)));
    let outcomes = stage.outcomes(1);
    let [done] = &outcomes[..] else { panic!("{:?}", stage.heard_by(1)) };
    assert_eq!((done.succeeded.len(), done.failed.len()), (1, 2));
    let received = stage.heard_by(2).into_iter().filter(|it| matches!(it, ToDesk::Received { .. }));
    assert_eq!(received.count(), 1);
    assert!(stage.notices(2).is_empty());
}

#[test]
fn dk12_what_does_not_answer_has_failed() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    stage.hears(&queued("main-c0", begin()).active("ana"));
    let operation = BulkOperation::End { reason: None };
    stage.says(
        1,
        FromDesk::Bulk { operation, conversations: vec![id("main-c0")], sessions: [].into() },
    );
    stage.pass(Millis::minutes(1).0);
    let done = stage.outcomes(1);
    assert_eq!((done[0].succeeded.len(), done[0].failed[0].reason), (0, Refusal::Unavailable));
}

#[test]
fn dk13_whoever_is_put_in_by_another_is_told() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "ben");
    let mut talk = queued("main-c1", begin()).active("ana");
    stage.hears(&talk);
    stage.forget_heard();
    talk = talk.later(1);
    talk.session.others.push(id("ben"));
    talk.session.ever_joined.push(id("ben"));
    talk.session.added.push(Added { agent: id("ben"), by: id("ana"), seq: talk.version.seq });
    stage.hears(&talk);
    assert_eq!(stage.notices(2), ["+added:main-c1"]);
    assert!(stage.notices(1).is_empty());
}

#[test]
fn dk13_whoever_asked_is_told_that_it_was_not_accepted() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    let talk = queued("main-c1", begin()).active("ana").offered("ben", OfferKind::Transfer);
    stage.hears(&talk);
    stage.forget_heard();
    stage.hears(&talk.ended("ben", OfferKind::Transfer, OfferOutcome::Declined));
    assert_eq!(stage.notices(1), ["+not-accepted:main-c1"]);
}

#[test]
fn dk13_those_who_took_part_are_told_of_the_end() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "ben");
    let talk = queued("main-c1", begin()).active("ana");
    stage.hears(&talk);
    let mut over: Summary = talk.later(1);
    over.session.state = SessionState::Closed;
    over.session.closed_by = Some(CloseCause::Customer);
    stage.hears(&over);
    assert!(stage.notices(1).contains(&"+ended:main-c1".to_owned()));
    assert!(!stage.notices(2).contains(&"+ended:main-c1".to_owned()));
}

#[test]
fn dk14_a_wait_is_told_at_each_level_by_time_alone() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(3, "sue");
    stage.hears(&queued("main-c1", begin()).active("ana"));
    stage.forget_heard();
    stage.pass(Millis::minutes(121).0);
    let waits = |conn| stage.notices(conn).iter().filter(|it| *it == "+waiting:main-c1").count();
    assert_eq!(waits(1), 3);
    assert_eq!(waits(3), 1, "supervisors hear of the third level");
}

#[test]
fn dk14_a_sleeping_desk_is_woken_for_each_level() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    let soon_after = begin().after(Millis(300));
    stage.hears(&queued("main-c1", begin()).active("ana"));
    stage.hears(&queued("main-c2", soon_after).active("ana"));
    stage.forget_heard();
    let level = begin().after(Millis::minutes(30));
    stage.sleep();
    stage.pass(level.since(stage.now).0);
    stage.sleep();
    // The second wait reaches its level while the desk rests.
    stage.pass(Millis::seconds(2).0);
    stage.sleep();
    stage.pass(Millis::minutes(5).0);
    let notices = stage.notices(1);
    for waiting in ["+waiting:main-c1", "+waiting:main-c2"] {
        assert_eq!(notices.iter().filter(|it| *it == waiting).count(), 1, "{waiting}");
    }
}

#[test]
fn dk15_grants_are_renewed_before_they_end() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.sleep();
    stage.pass(limits::GRANT_LIFE.0);
    let grants = stage.heard_by(1).into_iter().filter(|it| matches!(it, ToDesk::Grant { .. }));
    assert_eq!(grants.count(), 2);
}

#[test]
fn dk16_changed_rights_and_removal_go_where_the_member_is() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "adam");
    stage.hears(&queued("main-c1", begin()).active("ana"));
    stage.hears(&queued("main-c2", begin()).active("adam"));
    stage.says(1, FromDesk::Focus { conversation: Some(id("main-c2")) });
    stage.forget_heard();
    let ana: MemberId = id("ana");
    let mut facts = stage.facts.clone();
    let row = facts.members.get_mut(&ana).unwrap();
    (row.version, row.role) = (2, inbox_types::Role::TeamLead);
    stage.handle(DeskInput::Facts(Box::new(facts.clone())));
    let places: Vec<_> = stage.commands.iter().map(|(it, _)| it.to_string()).collect();
    assert_eq!(places, ["main-c1", "main-c2"]);
    assert!(stage.heard_by(1).iter().any(|it| matches!(it, ToDesk::Grant { .. })));
    assert!(stage.heard_by(2).iter().any(|it| matches!(it, ToDesk::Workspace(_))));
    stage.forget_heard();
    facts.members.get_mut(&ana).unwrap().removed = true;
    stage.handle(DeskInput::Facts(Box::new(facts)));
    assert_eq!(stage.closed[&Conn(1)], CloseCode::Gone);
    let removed = DeskCommand::MemberRemoved { agent: ana, to: None };
    assert!(stage.commands.contains(&(id("main-c1"), removed)));
}

#[test]
fn dk16_a_member_who_signs_out_everywhere_is_closed() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    let facts = stage.signed_out("ana");
    stage.handle(DeskInput::Facts(Box::new(facts)));
    assert_eq!(stage.closed[&Conn(1)], CloseCode::Unauthorized);
}

#[test]
fn dk17_an_erased_conversation_is_forgotten_and_stays_so() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.says(1, FromDesk::Watch { query: query(ListTab::All), before: None });
    let talk = queued("main-c1", begin()).active("ana");
    stage.hears(&talk);
    stage.reports("main-c1", RoomReport::Erased { epoch: 2 });
    assert!(order(&stage, 1).is_empty());
    stage.hears(&talk.message("late"));
    assert!(order(&stage, 1).is_empty());
    let mut anew = queued("main-c1", begin());
    anew.version.epoch = 2;
    stage.hears(&anew);
    assert_eq!(order(&stage, 1), ["main-c1"]);
    stage.reports("main-c1", RoomReport::Erased { epoch: 2 });
    assert_eq!(order(&stage, 1), ["main-c1"]);
}

#[test]
fn dk22_a_list_can_be_of_one_campaign() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    let card = CampaignCard { id: id("post"), name: "Free post".to_owned().try_into().unwrap() };
    let mut answered = queued("main-c1", begin());
    answered.session.proactive = true;
    answered.session.campaign = Some(card.clone());
    stage.hears(&answered);
    stage.hears(&queued("main-c2", begin()));
    let of = |campaign: &str| ListQuery { campaign: Some(id(campaign)), ..query(ListTab::All) };
    stage.says(1, FromDesk::Watch { query: of("post"), before: None });
    let list = lists(&stage, 1).pop().unwrap();
    assert_eq!(order(&stage, 1), ["main-c1"]);
    assert_eq!((list.total, list.counts.all), (1, 1));
    assert_eq!(list.rows[0].campaign, Some(card.clone()));
    stage.says(1, FromDesk::Watch { query: of("other"), before: None });
    assert!(order(&stage, 1).is_empty());

    stage.arrives(2, "ana");
    stage.hears(&answered.offered("ana", OfferKind::Assign));
    let popup = stage.heard_by(2).into_iter().find_map(|it| match it {
        ToDesk::Offer(popup) => Some(popup),
        _ => None,
    });
    assert_eq!(popup.unwrap().campaign, Some(card));
}
