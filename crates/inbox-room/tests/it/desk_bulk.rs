//! DK42 to DK44: what a selection allows, and what becomes of what was done to it.

use std::collections::{BTreeMap, BTreeSet};

use inbox_core::permission::{Action, BULK};
use inbox_protocol::{
    BulkOperation, BulkOutcome, BulkView, FromAgent, FromDesk, FromVisitor, ListQuery, ListSort,
    ListTab, Refusal, ToAgent, ToDesk,
};
use inbox_room::{DeskCommand, RoomReport, Summary};
use inbox_types::{MemberId, Millis, Role, Timestamp, limits};

use crate::{
    desk_stage::{DeskStage, Later, desk_facts, queued},
    stage::{START, Stage, facts, id, member},
};

pub(crate) const BLOCK: BulkOperation = BulkOperation::Block { unsubscribe: true, purge: true };

pub(crate) fn begin() -> Timestamp {
    Timestamp::from_millis(START)
}

fn last_summary(stage: &Stage) -> Summary {
    let summaries = stage.reports.iter().rev().find_map(|it| match it {
        RoomReport::Summary(summary) => Some((**summary).clone()),
        _ => None,
    });
    summaries.unwrap()
}

pub(crate) fn query() -> ListQuery {
    ListQuery {
        tab: ListTab::All,
        states: Vec::new(),
        department: None,
        campaign: None,
        filter: inbox_protocol::ListFilter::default(),
        sort: ListSort::Grouped,
    }
}

/// As a console asks that does not say which sessions it shows.
pub(crate) fn bulk(
    operation: BulkOperation,
    conversations: Vec<inbox_types::ConversationId>,
) -> FromDesk {
    FromDesk::Bulk { operation, conversations, sessions: [].into() }
}

/// What a reader's row allows; none if there is no row.
fn row_allows(stage: &mut DeskStage, conn: u64) -> Option<Vec<Action>> {
    stage.forget_heard();
    stage.says(conn, FromDesk::Watch { query: query(), before: None });
    stage.heard_by(conn).into_iter().find_map(|it| match it {
        ToDesk::List(list) => list.rows.first().map(|it| it.may.clone()),
        _ => None,
    })
}

type Way = (&'static str, fn(&mut Stage));

/// How conversations come to stand.
const WAYS: [Way; 11] = [
    ("waits", |_| ()),
    ("is asked", |stage| {
        let (session, grant) = (inbox_types::SessionNo(1), stage.grant("ben"));
        let queued_at = last_summary(stage).session.queued_at;
        stage.desk(DeskCommand::Offer { session, queued_at, grant });
    }),
    ("has an owner", |stage| drop(stage.agent(2, FromAgent::Take))),
    ("has two", |stage| {
        stage.agent(2, FromAgent::Take);
        let mode = Some(inbox_types::TransferMode::Direct);
        stage.agent(2, FromAgent::Invite { agent: id("ben"), mode, session: None });
    }),
    ("is watched", |stage| {
        stage.agent(2, FromAgent::Take);
        stage.agent_arrives(3, "sue");
        stage.agent(3, FromAgent::Supervise);
    }),
    ("is put aside", |stage| {
        stage.agent(2, FromAgent::Take);
        stage.agent(2, FromAgent::Snooze { until: None, session: None });
    }),
    ("was ended", |stage| {
        stage.agent(2, FromAgent::Take);
        stage.agent(2, FromAgent::End { ask: false, reason: None, session: None });
    }),
    ("was left by its visitor", |stage| {
        stage.agent(2, FromAgent::Take);
        stage.visitor(1, FromVisitor::End);
    }),
    ("was handed on", |stage| {
        stage.agent(2, FromAgent::Take);
        let to = inbox_protocol::TransferTarget::Agent(id("ben"));
        let mode = Some(inbox_types::TransferMode::Direct);
        stage.agent(2, FromAgent::Transfer { to, mode, reason: None, session: None });
    }),
    ("is blocked", |stage| {
        stage.agent_arrives(3, "adam");
        stage.agent(3, FromAgent::Block);
    }),
    ("is to be erased", |stage| {
        let (grant, ticket) = (stage.grant("adam"), "t".to_owned());
        stage.desk(DeskCommand::Bulk { grant, ticket, operation: BLOCK, session: None });
    }),
];

#[test]
fn dk42_a_row_allows_what_the_conversation_does() {
    for (way, switches) in WAYS.into_iter().flat_map(|it| [(it, false), (it, true)]) {
        let mut facts = facts();
        let mut desk_facts = desk_facts();
        let roles = &mut facts.workspace.roles;
        roles.team_lead_transfers = switches;
        roles.agent_changes_owner = switches;
        roles.agent_blocks = switches;
        roles.team_lead_blocks = switches;
        roles.supervisor_deletes = switches;
        for role in Role::ALL {
            let who: MemberId = id(&format!("{role:?}").to_lowercase());
            facts.members.insert(who.clone(), member("Who", role));
        }
        desk_facts.settings = facts.workspace.clone();
        desk_facts.members.clone_from(&facts.members);
        let people: Vec<MemberId> = facts.members.keys().cloned().collect();

        let mut stage = Stage::with(facts);
        stage.visitor_arrives(1);
        stage.visitor_says(1, "v1", "hello");
        stage.agent_arrives(2, "ana");
        (way.1)(&mut stage);
        let mut desk = DeskStage::with(desk_facts);
        desk.hears(&last_summary(&stage));
        for (n, who) in people.iter().enumerate() {
            let story = format!("{who} where it {}, switches {switches}", way.0);
            let conn = 100 + u64::try_from(n).unwrap();
            stage.agent_arrives(conn, who.as_str());
            let views = stage.agent_heard(conn).into_iter().find_map(|it| match it {
                ToAgent::Welcome(welcome) => Some(welcome.conversation.may),
                _ => None,
            });
            let views = views.filter(|it| it.contains(&Action::View));
            desk.arrives(conn, who.as_str());
            let row = row_allows(&mut desk, conn);
            let allowed = views.map(|may| {
                let mut all: Vec<Action> = BULK.into_iter().filter(|it| may.contains(it)).collect();
                // Nobody is blocked twice.
                all.retain(|it| way.0 != "is blocked" || *it != Action::Block);
                all
            });
            assert_eq!(row, allowed, "{story}");
        }
    }
}

fn bulks(stage: &DeskStage, conn: u64) -> Vec<BulkView> {
    let told = stage.heard_by(conn).into_iter().filter_map(|it| match it {
        ToDesk::Bulk(view) => Some(vec![*view]),
        ToDesk::Welcome(welcome) => Some(welcome.bulks),
        _ => None,
    });
    told.flatten().collect()
}

fn outcome(stage: &DeskStage, conn: u64) -> Option<BulkOutcome> {
    bulks(stage, conn).into_iter().find_map(|it| it.outcome)
}

pub(crate) fn ticket(stage: &DeskStage) -> String {
    let asked = stage.commands.iter().rev().find_map(|(_, it)| match it {
        DeskCommand::Bulk { ticket, .. } => Some(ticket.clone()),
        _ => None,
    });
    asked.unwrap()
}

/// Adam ends two conversations, and one that there is not.
fn adam_ends() -> DeskStage {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    stage.arrives(2, "adam");
    stage.arrives(3, "ana");
    for n in 0..2 {
        let mut talk = queued(&format!("main-c{n}"), begin()).active("ana");
        talk.details.name = Some("Linh".to_owned().try_into().unwrap());
        stage.hears(&talk);
    }
    stage.forget_heard();
    let conversations = vec![id("main-c0"), id("main-c1"), id("main-nope")];
    let operation = BulkOperation::End { reason: None };
    stage.says(1, FromDesk::Bulk { operation, conversations, sessions: [].into() });
    stage
}

pub(crate) fn answers(
    stage: &mut DeskStage,
    ticket: &str,
    conversation: &str,
    refused: Option<Refusal>,
) {
    let ticket = ticket.to_owned();
    stage.reports(conversation, RoomReport::Bulk { ticket, refused, summary: None });
}

#[test]
fn dk43_every_console_of_the_member_is_told_and_also_one_that_comes_later() {
    let mut stage = adam_ends();
    let ticket = ticket(&stage);
    answers(&mut stage, &ticket, "main-c0", None);
    for conn in [1, 2] {
        let told: Vec<(u32, u32)> =
            bulks(&stage, conn).iter().map(|it| (it.answered, it.total)).collect();
        assert_eq!(told, [(1, 3), (2, 3)], "what is not there has answered at once");
    }
    // The connection breaks, and the rest answers meanwhile.
    for conn in [1, 2] {
        stage.leaves(conn);
    }
    stage.forget_heard();
    answers(&mut stage, &ticket, "main-c1", Some(Refusal::TopicRequired));
    stage.pass(Millis::minutes(30).0);
    stage.arrives(4, "adam");
    let done = outcome(&stage, 4).unwrap();
    assert_eq!(done.succeeded, [id("main-c0")]);
    let failed: BTreeMap<_, _> = done
        .failed
        .iter()
        .map(|it| {
            let name = it.name.as_ref().map(|it| it.as_str().to_owned());
            (it.conversation.as_str().to_owned(), (name, it.reason))
        })
        .collect();
    assert_eq!(failed["main-c1"], (Some("Linh".to_owned()), Refusal::TopicRequired));
    assert_eq!(failed["main-nope"], (None, Refusal::NotFound));
    assert!(bulks(&stage, 3).is_empty(), "nobody else is told");

    // It stays until it is put away, and goes from every console then.
    stage.arrives(5, "adam");
    assert!(outcome(&stage, 5).is_some());
    let row = serde_json::to_string(&stage.presence("adam")).unwrap();
    assert!(!row.contains("Linh"), "no contact's name lies in a member's row: {row}");
    stage.forget_heard();
    stage.says(3, FromDesk::PutAway { bulk: ticket.clone() });
    assert!(stage.heard_by(5).is_empty(), "it is not another one's to put away");
    stage.says(4, FromDesk::PutAway { bulk: ticket.clone() });
    for conn in [4, 5] {
        assert_eq!(stage.heard_by(conn), [ToDesk::BulkGone { bulk: ticket.clone() }]);
    }
    stage.arrives(6, "adam");
    assert!(bulks(&stage, 6).is_empty());
}

#[test]
fn dk43_what_runs_is_not_put_away_and_the_oldest_results_go() {
    let mut stage = adam_ends();
    let running = ticket(&stage);
    stage.forget_heard();
    stage.says(2, FromDesk::PutAway { bulk: running.clone() });
    assert!(stage.heard_by(2).is_empty());
    for _ in 0..=limits::BULK_RESULTS {
        let conversations = vec![id("main-nope")];
        stage.says(
            1,
            FromDesk::Bulk { operation: BulkOperation::Reopen, conversations, sessions: [].into() },
        );
    }
    stage.arrives(4, "adam");
    let kept = bulks(&stage, 4);
    assert_eq!(kept.len(), limits::BULK_RESULTS + 1);
    assert_eq!(kept.iter().filter(|it| it.outcome.is_none()).count(), 1, "and what runs");
    assert_eq!(kept[0].id, running);
    let ids: std::collections::BTreeSet<&String> = kept.iter().map(|it| &it.id).collect();
    assert_eq!(ids.len(), kept.len(), "each has a name of its own");
}

#[test]
fn dk44_whoever_may_block_keeps_in_bulk_what_is_to_be_erased() {
    for (who, keeps) in [("adam", true), ("ana", false)] {
        let mut room = Stage::in_talk();
        let (grant, ticket) = (room.grant("adam"), "t".to_owned());
        room.desk(DeskCommand::Bulk { grant, ticket, operation: BLOCK, session: None });
        let hidden = last_summary(&room);
        assert!(hidden.hidden);

        let mut stage = DeskStage::new();
        stage.hears(&hidden);
        stage.arrives(1, who);
        stage.forget_heard();
        let conversations = vec![id("main-c1")];
        stage.says(
            1,
            FromDesk::Bulk {
                operation: BulkOperation::Unblock,
                conversations,
                sessions: [].into(),
            },
        );
        assert_eq!(!stage.commands.is_empty(), keeps, "{who}");

        let (grant, ticket) = (room.grant(who), "u".to_owned());
        room.desk(DeskCommand::Bulk {
            grant,
            ticket,
            operation: BulkOperation::Unblock,
            session: None,
        });
        assert_eq!(!last_summary(&room).hidden, keeps, "{who}");
    }
}

#[test]
fn dk44_a_block_in_bulk_does_what_its_switches_say_and_all_of_it_where_they_are_not_named() {
    let said = |json: &str| serde_json::from_str::<BulkOperation>(json).unwrap();
    assert_eq!(said(r#"{"type":"block"}"#), BLOCK);
    for (json, blocked, hidden) in [
        (r#"{"type":"block"}"#, true, true),
        (r#"{"type":"block","purge":false}"#, true, false),
        (r#"{"type":"block","purge":false,"unsubscribe":false}"#, true, false),
    ] {
        let mut room = Stage::in_talk();
        let (grant, ticket) = (room.grant("adam"), "t".to_owned());
        room.desk(DeskCommand::Bulk { grant, ticket, operation: said(json), session: None });
        let summary = last_summary(&room);
        assert_eq!((summary.blocked, summary.hidden), (blocked, hidden), "{json}");
    }
}

#[test]
fn dk44_tags_in_bulk_are_put_to_what_is_there() {
    let label = |it: &str| inbox_types::Label::try_from(it.to_owned()).unwrap();
    let mut room = Stage::in_talk();
    room.agent(2, FromAgent::SetTags { tags: vec![label("vip"), label("late")] });
    let add = vec![label("gift"), label("vip")];
    let operation = BulkOperation::Tag { add, remove: vec![label("late")] };
    let (grant, ticket) = (room.grant("ana"), "t".to_owned());
    room.desk(DeskCommand::Bulk { grant, ticket, operation, session: None });
    assert_eq!(last_summary(&room).tags, [label("vip"), label("gift")]);
}

#[test]
fn dk66_tags_that_change_nothing_are_not_stored() {
    let label = |it: &str| inbox_types::Label::try_from(it.to_owned()).unwrap();
    let mut room = Stage::in_talk();
    room.agent(2, FromAgent::SetTags { tags: vec![label("vip")] });
    let mut tags = |add: &str, remove: &str| {
        let operation = BulkOperation::Tag { add: vec![label(add)], remove: vec![label(remove)] };
        let (grant, ticket) = (room.grant("ana"), "t".to_owned());
        let before = room.memory.events.len();
        room.desk(DeskCommand::Bulk { grant, ticket, operation, session: None });
        room.memory.events.len() - before
    };
    assert_eq!(tags("vip", "late"), 0);
    assert_eq!(tags("late", "vip"), 1);
}

fn end_all(query: ListQuery) -> FromDesk {
    FromDesk::BulkAll { operation: BulkOperation::End { reason: None }, query }
}

/// The conversations that were asked to do something in bulk.
fn asked(stage: &DeskStage) -> Vec<String> {
    let bulk = stage.commands.iter().filter(|it| matches!(it.1, DeskCommand::Bulk { .. }));
    bulk.map(|it| it.0.to_string()).collect()
}

#[test]
fn dk67_all_that_stand_in_a_list_are_asked_a_hundred_at_a_time() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    let n = 2 * limits::BULK + 50;
    let at = |n: usize| Timestamp::from_millis(crate::stage::START + n as u64);
    for no in 0..n {
        let mut it = queued(&format!("main-c{no:04}"), at(no)).active("ana");
        it.tags = if no % 2 == 0 { vec!["vip".to_owned().try_into().unwrap()] } else { Vec::new() };
        // Some are over, and read from the rows.
        if no % 5 == 0 {
            it.session.state = inbox_types::SessionState::Closed;
            it.session.customer_waiting_since = None;
        }
        stage.hears(&it);
    }
    let vip = inbox_protocol::ListFilter {
        tag: Some("vip".to_owned().try_into().unwrap()),
        ..inbox_protocol::ListFilter::default()
    };
    stage.says(1, end_all(ListQuery { filter: vip, ..query() }));
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut most = 0;
    loop {
        let next: Vec<String> = asked(&stage).into_iter().filter(|it| !seen.contains(it)).collect();
        let Some(first) = next.first().cloned() else { break };
        most = most.max(next.len());
        seen.insert(first.clone());
        let ticket = stage.commands.iter().find_map(|it| match &it.1 {
            DeskCommand::Bulk { ticket, .. } => Some(ticket.clone()),
            _ => None,
        });
        let report = RoomReport::Bulk { ticket: ticket.unwrap(), refused: None, summary: None };
        stage.reports(&first, report);
    }
    assert_eq!(seen.len(), n / 2, "all that have the tag, and nothing else");
    assert_eq!(most, limits::BULK);
}

#[test]
fn dk67_of_more_than_a_thousand_nothing_is_done_and_a_transfer_has_twenty() {
    let at = Timestamp::from_millis(crate::stage::START);
    let refusals = |n: usize, operation: BulkOperation| {
        let mut stage = DeskStage::new();
        for no in 0..n {
            let mut it = queued(&format!("main-c{no:04}"), at).active("ana");
            it.session.state = inbox_types::SessionState::Closed;
            it.session.customer_waiting_since = None;
            stage.rows.summaries.insert(it.conversation.clone(), it);
        }
        stage.sleep();
        stage.arrives(1, "adam");
        stage.arrives(2, "ben");
        stage.forget_heard();
        stage.says(1, FromDesk::BulkAll { operation, query: query() });
        let heard = stage.heard_by(1);
        let is_refused = |it: &&ToDesk| {
            matches!(it, ToDesk::Refused { reason: inbox_protocol::Refusal::TooMany })
        };
        (heard.iter().filter(is_refused).count(), asked(&stage).len())
    };
    let end = || BulkOperation::Reopen;
    assert_eq!(refusals(limits::BULK_ALL, end()), (0, limits::BULK));
    assert_eq!(refusals(limits::BULK_ALL + 1, end()), (1, 0));
    let transfer = || BulkOperation::Transfer { agent: id("ben") };
    assert_eq!(refusals(limits::BULK_TRANSFER, transfer()), (0, limits::BULK_TRANSFER));
    assert_eq!(refusals(limits::BULK_TRANSFER + 1, transfer()), (1, 0));
}

#[test]
fn dk44_what_was_ended_in_bulk_is_reopened_in_bulk() {
    let mut room = Stage::in_talk();
    for (operation, is_over) in
        [(BulkOperation::End { reason: None }, true), (BulkOperation::Reopen, false)]
    {
        let (grant, ticket) = (room.grant("ana"), "t".to_owned());
        room.desk(DeskCommand::Bulk { grant, ticket, operation, session: None });
        let state = last_summary(&room).session.state;
        assert_eq!(state == inbox_types::SessionState::Closed, is_over);
    }
}

/// Adam's desk, and so many conversations that are over.
pub(crate) fn with_ended(n: usize) -> DeskStage {
    let mut stage = DeskStage::new();
    for no in 0..n {
        let mut it = queued(&format!("main-c{no:04}"), begin()).active("ana");
        it.session.state = inbox_types::SessionState::Closed;
        it.session.customer_waiting_since = None;
        stage.rows.summaries.insert(it.conversation.clone(), it);
    }
    stage.sleep();
    stage.arrives(1, "adam");
    stage.forget_heard();
    stage
}

#[test]
fn dk110_what_was_done_to_all_is_taken_back_as_a_whole() {
    let back = [BulkOperation::Reopen, BulkOperation::Unblock];
    for (operation, n, is_done) in [
        (back[0].clone(), limits::BULK_ALL, true),
        (back[1].clone(), limits::BULK_ALL, true),
        (back[0].clone(), limits::BULK_ALL + 1, false),
        (BulkOperation::Erase, limits::BULK, true),
        (BulkOperation::Erase, limits::BULK + 1, false),
    ] {
        let mut stage = with_ended(n);
        let conversations = (0..n).map(|no| id(&format!("main-c{no:04}"))).collect();
        let story = format!("{operation:?} {n}");
        stage.says(1, FromDesk::Bulk { operation, conversations, sessions: [].into() });
        assert_eq!(!asked(&stage).is_empty(), is_done, "{story}");
    }
}

/// All that stand in a list are read to be asked, also where nothing comes of it.
#[test]
fn dk111_an_operation_on_all_that_match_counts_as_many_frames() {
    let mut stage = with_ended(limits::BULK_TRANSFER + 1);
    stage.wait(limits::RATE_SPAN.0);
    let transfer = BulkOperation::Transfer { agent: id("adam") };
    for no in 0..limits::RATE_FRAMES / limits::RATE_COST_OF_ALL {
        let operation = transfer.clone();
        stage.says(1, FromDesk::BulkAll { operation, query: query() });
        assert!(stage.closed.is_empty(), "{no}");
    }
    stage.says(1, FromDesk::BulkAll { operation: transfer, query: query() });
    let code = stage.closed.get(&inbox_room::Conn(1));
    assert_eq!(code, Some(&inbox_protocol::CloseCode::Rate));
}
