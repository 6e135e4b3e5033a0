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
    stage::{START, id, member},
};

const AWAY: Presence = Presence::Away(AwayReason::Break);

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

fn begin() -> Timestamp {
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
    let frame = FromDesk::Bulk { operation: operation.clone(), conversations: all.clone() };
    stage.says(1, frame);
    assert_eq!(stage.heard_by(1), [ToDesk::Refused { reason: Refusal::TooMany }]);
    assert!(stage.commands.is_empty());
    all.pop();
    stage.says(1, FromDesk::Bulk { operation, conversations: all });
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
    stage.says(1, FromDesk::Bulk { operation, conversations: vec![id("main-c0")] });
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
    stage.says(1, FromDesk::Focus { conversation: Some(id("main-c2")) });
    stage.forget_heard();
    let ana: MemberId = id("ana");
    let mut facts = stage.facts.clone();
    facts.members.get_mut(&ana).unwrap().version = 2;
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
