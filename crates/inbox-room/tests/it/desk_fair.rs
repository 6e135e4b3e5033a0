//! DK23 and after: nobody is stranded, punished for what they did not see, or told twice.

use inbox_protocol::{BulkOperation, FromDesk, ListQuery, ListSort, ListTab, Refusal, ToDesk};
use inbox_room::{Added, DeskCommand, DeskFacts, DeskInput, RoomReport, Summary};
use inbox_types::{
    Assignment, AwayReason, CloseCause, ConversationId, Millis, OfferKind, OfferOutcome, Presence,
    Role, SessionState, Timestamp,
};

use crate::{
    desk_bulk::bulk,
    desk_stage::{DeskStage, Later, desk_facts, queued},
    stage::{START, id},
};

fn begin() -> Timestamp {
    Timestamp::from_millis(START)
}

fn is_told_to_look(stage: &DeskStage) -> bool {
    stage
        .commands
        .iter()
        .any(|(_, it)| matches!(it, DeskCommand::Look | DeskCommand::MemberRemoved { .. }))
}

/// Summaries that name the queue, the site, and ana.
fn naming() -> Vec<(&'static str, Summary)> {
    let waiting = || queued("main-c1", begin());
    let mut ended = waiting().active("ana").later(1);
    ended.session.state = SessionState::Closed;
    ended.session.closed_by = Some(CloseCause::Agent);
    let mut owed = ended.clone();
    owed.session.wrapup = vec![id("ana")];
    let mut snoozed = waiting().active("ana").later(1);
    snoozed.session.state = SessionState::Snoozed;
    vec![
        ("waiting", waiting()),
        ("offered", waiting().offered("ana", OfferKind::Assign)),
        ("owned", waiting().active("ana")),
        ("asked by a colleague", waiting().active("ben").offered("ana", OfferKind::Transfer)),
        ("snoozed", snoozed),
        ("ended", ended),
        ("a wrap-up is due", owed),
    ]
}

/// What goes, and how.
type Going = (&'static str, fn(&mut DeskFacts));

const GOING: [Going; 5] = [
    ("the queue", |facts| facts.departments.clear()),
    ("the member", |facts| facts.members.get_mut(&id("ana")).unwrap().removed = true),
    ("the right to answer, but not to read,", |facts| role(facts, Role::Auditor)),
    ("the right to read and answer", |facts| role(facts, Role::Marketer)),
    ("the site", |facts| facts.sites.clear()),
];

fn role(facts: &mut DeskFacts, role: Role) {
    let ana = facts.members.get_mut(&id("ana")).unwrap();
    (ana.role, ana.version) = (role, ana.version + 1);
}

/// Whether a summary of that kind names it, by hand.
fn names(state: &str, what: &str) -> bool {
    match what {
        "the queue" => true,
        "the site" => !["ended", "a wrap-up is due"].contains(&state),
        _ => !["waiting", "ended"].contains(&state),
    }
}

#[test]
fn dk23_a_conversation_that_names_what_is_gone_is_told_to_look() {
    for (state, summary) in naming() {
        for (what, go) in GOING {
            let mut gone = desk_facts();
            go(&mut gone);
            let expected = names(state, what);
            let story = format!("{state}, {what} is gone");

            let mut stage = DeskStage::new();
            stage.hears(&summary);
            stage.forget_heard();
            stage.handle(DeskInput::Facts(Box::new(gone.clone())));
            assert!(is_told_to_look(&stage) >= expected, "{story}: the workspace changed");

            // What was told before may have been lost.
            stage.forget_heard();
            stage.sleep();
            stage.handle(DeskInput::Fired);
            assert_eq!(is_told_to_look(&stage), expected, "{story}: the desk woke");

            let mut stage = DeskStage::with(gone);
            stage.hears(&summary);
            assert_eq!(is_told_to_look(&stage), expected, "{story}: it is heard of later");
            stage.forget_heard();
            stage.hears(&summary.clone().later(1));
            assert!(!is_told_to_look(&stage), "{story}: once is enough while nothing changes");
        }
    }
}

fn query(tab: ListTab, states: &[SessionState]) -> ListQuery {
    let states = states.to_vec();
    ListQuery {
        tab,
        states,
        department: None,
        campaign: None,
        filter: inbox_protocol::ListFilter::default(),
        sort: ListSort::Grouped,
    }
}

fn listed(stage: &mut DeskStage, conn: u64, query: ListQuery) -> Vec<String> {
    stage.says(conn, FromDesk::Watch { query, before: None });
    let lists = stage.heard_by(conn).into_iter().filter_map(|it| match it {
        ToDesk::List(list) => Some(list),
        _ => None,
    });
    lists.last().unwrap().order.iter().map(ToString::to_string).collect()
}

#[test]
fn dk24_what_its_reader_owes_a_wrapup_of_stands_in_the_list_of_what_is_open() {
    use SessionState::{Active, Closed, Offered, Queued};
    let open = [Queued, Offered, Active];
    for state in [Closed, Queued, Active] {
        let mut stage = DeskStage::new();
        stage.arrives(1, "ana");
        stage.arrives(2, "ben");
        let mut owed = queued("main-c1", begin()).active("ana").later(1);
        owed.session.state = state;
        owed.session.owner = (state == Active).then(|| id("ben"));
        owed.session.department = Some(id("elsewhere"));
        owed.session.ever_joined.clear();
        owed.session.wrapup = vec![id("ana")];
        stage.hears(&owed);
        for tab in [ListTab::Mine, ListTab::All] {
            assert_eq!(listed(&mut stage, 1, query(tab, &open)), ["main-c1"], "{state:?} {tab:?}");
        }
        assert!(listed(&mut stage, 1, query(ListTab::Mine, &[SessionState::Snoozed])).is_empty());
        if state == Closed {
            assert!(
                listed(&mut stage, 2, query(ListTab::All, &open)).is_empty(),
                "ben owes nothing"
            );
        }
        let mut said = owed.later(1);
        said.session.wrapup.clear();
        stage.hears(&said);
        assert!(listed(&mut stage, 1, query(ListTab::Mine, &open)).is_empty(), "{state:?}");
    }
}

fn presence(stage: &DeskStage, who: &str) -> Presence {
    let mut watcher = DeskStage::with(stage.facts.clone());
    watcher.desk = stage.woken();
    watcher.arrives(99, "adam");
    let heard = watcher.heard_by(99);
    let Some(ToDesk::Welcome(welcome)) = heard.first() else { panic!("{heard:?}") };
    welcome.members.iter().find(|it| it.id == id(who)).unwrap().presence
}

#[test]
fn dk25_a_question_makes_rona_of_nobody_who_could_not_answer() {
    let away = Presence::Away(AwayReason::Break);
    for kind in [OfferKind::Assign, OfferKind::Transfer, OfferKind::Conference] {
        for how in ["available", "away", "connection lost", "offline"] {
            let mut stage = DeskStage::new();
            stage.arrives(1, "ben");
            stage.arrives(2, "ana");
            let waiting = queued("main-c1", begin());
            let asked = match kind {
                OfferKind::Assign => waiting.offered("ben", kind),
                OfferKind::Transfer | OfferKind::Conference => {
                    waiting.active("ana").offered("ben", kind)
                }
            };
            stage.hears(&asked);
            match how {
                "away" => stage.chooses(1, away),
                "connection lost" => stage.leaves(1),
                "offline" => {
                    stage.leaves(1);
                    stage.pass(Millis::minutes(2).0);
                }
                _ => (),
            }
            stage.hears(&asked.ended("ben", kind, OfferOutcome::Rona));
            if how != "available" && how != "away" {
                stage.arrives(3, "ben");
            }
            let expected = match (how, kind) {
                ("available", OfferKind::Assign) => Presence::Rona,
                ("away", _) => away,
                _ => Presence::Available,
            };
            assert_eq!(presence(&stage, "ben"), expected, "{how} {kind:?}");
        }
    }
}

#[test]
fn dk25_a_colleague_who_is_offline_declines_at_once() {
    for kind in [OfferKind::Transfer, OfferKind::Conference] {
        let mut stage = DeskStage::new();
        stage.arrives(1, "ana");
        let talk = queued("main-c1", begin()).active("ana").offered("ben", kind);
        stage.hears(&talk);
        let declines = |stage: &DeskStage| {
            let answers = stage.commands.iter().filter(|(_, it)| {
                matches!(it, DeskCommand::Answer { accept: false, grant, .. } if grant.agent == id("ben"))
            });
            answers.count()
        };
        assert_eq!(declines(&stage), 1, "{kind:?}");
        stage.hears(&talk.clone().ended("ben", kind, OfferOutcome::Declined));
        assert!(stage.notices(1).contains(&"+not-accepted:main-c1".to_owned()), "{kind:?}");
        // Who is there is asked.
        let mut stage = DeskStage::new();
        stage.arrives(1, "ana");
        stage.arrives(2, "ben");
        stage.chooses(2, Presence::Away(AwayReason::Break));
        stage.hears(&talk);
        assert_eq!(declines(&stage), 0, "{kind:?}");
        assert!(stage.heard_by(2).iter().any(|it| matches!(it, ToDesk::Offer(_))));
    }
}

#[test]
fn dk26_offers_come_one_at_a_time_and_the_rest_waits_for_its_turn() {
    type Answer = (&'static str, fn(Summary) -> Summary);
    let answers: [Answer; 3] = [
        ("yes", |it| it.active("ana")),
        ("no", |it| {
            let mut it = it.ended("ana", OfferKind::Assign, OfferOutcome::Declined);
            it.session.excluded.push(id("ana"));
            it
        }),
        ("gone", |it| {
            let mut it = it.ended("ana", OfferKind::Assign, OfferOutcome::Cancelled);
            it.session.state = SessionState::Closed;
            it
        }),
    ];
    for (answer, end) in answers {
        let mut stage = DeskStage::new();
        stage.arrives(1, "ana");
        let waiting: Vec<Summary> =
            (0..4).map(|n| queued(&format!("main-c{n}"), begin().after(Millis(n)))).collect();
        for it in &waiting {
            stage.hears(it);
        }
        for (n, it) in waiting.into_iter().enumerate() {
            assert_eq!(stage.asked().len(), n + 1, "{answer}: one at a time");
            assert_eq!(
                stage.asked()[n].0,
                format!("main-c{n}"),
                "{answer}: the longest wait first"
            );
            let offered = it.offered("ana", OfferKind::Assign);
            stage.hears(&offered);
            assert_eq!(stage.asked().len(), n + 1, "{answer}: while she is asked");
            // What comes to her in its turn is no news for everybody.
            for later in n + 1..4 {
                let notice = format!("+allocation:main-c{later}");
                assert!(!stage.notices(1).contains(&notice), "{answer}: {notice}");
            }
            stage.hears(&end(offered));
        }
    }
}

#[test]
fn dk26_who_is_asked_by_a_colleague_is_not_asked_by_the_desk_meanwhile() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.arrives(2, "ben");
    stage.chooses(1, Presence::Away(AwayReason::Break));
    let talk = queued("main-c1", begin()).active("ana").offered("ben", OfferKind::Transfer);
    stage.hears(&talk);
    stage.hears(&queued("main-c2", begin()));
    assert!(stage.asked().is_empty());
    stage.hears(&talk.ended("ben", OfferKind::Transfer, OfferOutcome::Declined));
    assert_eq!(stage.asked(), [("main-c2".to_owned(), "ben".to_owned())]);
}

/// All orders of `items`.
fn orders<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let with = |first: usize| {
        let mut rest = items.to_vec();
        let first = rest.remove(first);
        orders(&rest).into_iter().map(move |rest| [vec![first.clone()], rest].concat())
    };
    (0..items.len()).flat_map(with).collect()
}

#[test]
fn dk27_in_whatever_order_its_results_come_a_bulk_transfer_is_told_to_its_receiver_once() {
    #[derive(Clone, Copy)]
    enum Comes {
        Summary(usize),
        Result(usize),
    }
    use Comes::{Result, Summary as Sum};
    let events = [Sum(0), Result(0), Sum(1), Result(1), Sum(2), Result(2)];
    for order in orders(&events) {
        let mut stage = DeskStage::new();
        stage.arrives(1, "adam");
        stage.arrives(2, "ben");
        let names: Vec<String> = (0..3).map(|n| format!("main-c{n}")).collect();
        for name in &names {
            stage.hears(&queued(name, begin()).active("ana"));
        }
        stage.forget_heard();
        let operation = BulkOperation::Transfer { agent: id("ben") };
        let conversations = names.iter().map(|it| id(it)).collect();
        stage.says(1, bulk(operation, conversations));
        let DeskCommand::Bulk { ticket, .. } = stage.commands[0].1.clone() else { panic!() };
        for comes in order {
            let (Sum(n) | Result(n)) = comes;
            let mut moved = queued(&names[n], begin()).active("ana").active("ben");
            let seq = moved.version.seq;
            moved.session.added = vec![Added { agent: id("ben"), by: id("adam"), seq }];
            let report = match comes {
                Sum(_) => RoomReport::Summary(Box::new(moved)),
                Result(_) => RoomReport::Bulk {
                    ticket: ticket.clone(),
                    refused: None,
                    summary: Some(Box::new(moved)),
                },
            };
            stage.reports(&names[n], report.clone());
            // Everything may be said twice.
            stage.reports(&names[n], report);
        }
        let received: Vec<u32> = stage
            .heard_by(2)
            .into_iter()
            .filter_map(|it| match it {
                ToDesk::Received { count, .. } => Some(count),
                _ => None,
            })
            .collect();
        assert_eq!(received, [3]);
        assert!(stage.notices(2).is_empty(), "{:?}", stage.notices(2));
    }
}

/// Conversations that wait in a queue that asks nobody, the last one for longest.
fn waiting_for_bulk(load: u64, n: u64) -> DeskStage {
    let mut facts = desk_facts();
    facts.settings.capacity = 5;
    facts.departments[0].assignment = Assignment::Manual;
    let mut stage = DeskStage::with(facts);
    stage.arrives(1, "ana");
    stage.arrives(2, "sue");
    for owned in 0..load {
        stage.hears(&queued(&format!("main-own{owned}"), begin()).active("ana"));
    }
    for waits in 0..n {
        stage.hears(&queued(&format!("main-c{waits}"), begin().after(Millis(100 - waits))));
    }
    stage.forget_heard();
    stage
}

fn bulk_asked(stage: &DeskStage) -> Vec<String> {
    let asked = stage.commands.iter().filter(|(_, it)| matches!(it, DeskCommand::Bulk { .. }));
    asked.map(|(id, _)| id.to_string()).collect()
}

#[test]
fn dk28_a_bulk_follow_up_takes_no_more_than_there_is_room_for() {
    for load in 0..6 {
        // Every pattern of conversations that somebody else was faster with.
        for taken in 0..32_u32 {
            let mut stage = waiting_for_bulk(load, 5);
            let conversations: Vec<ConversationId> =
                (0..5).map(|n| id(&format!("main-c{n}"))).collect();
            stage.says(1, bulk(BulkOperation::Take, conversations));
            let mut answered = 0;
            let mut n_owned = load;
            while let Some((conversation, command)) = stage.commands.get(answered).cloned() {
                answered += 1;
                let DeskCommand::Bulk { ticket, grant, .. } = command else { continue };
                assert!(grant.load < 5, "the conversation itself would refuse it");
                let n: usize = conversation.as_str().trim_start_matches("main-c").parse().unwrap();
                let lost = taken >> n & 1 == 1;
                let after = queued(conversation.as_str(), begin()).active("ana");
                n_owned += u64::from(!lost);
                stage.reports(
                    conversation.as_str(),
                    RoomReport::Bulk {
                        ticket,
                        refused: lost.then_some(Refusal::Taken),
                        summary: (!lost).then(|| Box::new(after)),
                    },
                );
            }
            let free = 5 - u64::from(taken.count_ones());
            let story = format!("load {load}, taken {taken:05b}");
            assert_eq!(n_owned, load + free.min(5 - load), "{story}");
            let done = stage.outcomes(1).remove(0);
            let n_succeeded = done.succeeded.len();
            assert_eq!(u64::try_from(n_succeeded).unwrap(), n_owned - load, "{story}");
            assert_eq!(done.failed.len(), 5 - n_succeeded, "{story}");
        }
    }
}

#[test]
fn dk28_two_bulk_follow_ups_of_one_agent_share_their_room() {
    // Apart, or partly the same.
    for (first, second, n_wanted) in [([0, 1, 2], [3, 4, 5], 6), ([0, 1, 2], [1, 2, 3], 4)] {
        for load in 0..6 {
            // Every pattern of conversations that somebody else was faster with.
            for taken in 0..64_u32 {
                let story = format!("{first:?}, {second:?}, load {load}, taken {taken:06b}");
                let mut stage = waiting_for_bulk(load, 6);
                stage.arrives(3, "ana");
                for (conn, which) in [(1, first), (3, second)] {
                    let conversations = which.map(|n| id(&format!("main-c{n}"))).to_vec();
                    let operation = BulkOperation::Take;
                    stage.says(conn, bulk(operation, conversations));
                }
                let mut owned: Vec<ConversationId> = Vec::new();
                let mut answered = 0;
                while let Some((conversation, command)) = stage.commands.get(answered).cloned() {
                    answered += 1;
                    let DeskCommand::Bulk { ticket, .. } = command else { continue };
                    let name = conversation.as_str();
                    let n: usize = name.trim_start_matches("main-c").parse().unwrap();
                    let refused = if taken >> n & 1 == 1 {
                        Some(Refusal::Taken)
                    } else {
                        owned.contains(&conversation).then_some(Refusal::State)
                    };
                    let after = refused.is_none().then(|| {
                        owned.push(conversation.clone());
                        Box::new(queued(name, begin()).active("ana"))
                    });
                    stage.reports(name, RoomReport::Bulk { ticket, refused, summary: after });
                }
                let n_owned = u64::try_from(owned.len()).unwrap();
                assert!(n_owned <= 5 - load, "{story}: {n_owned}");
                if taken == 0 {
                    assert_eq!(n_owned, n_wanted.min(5 - load), "{story}");
                }
                let told = stage.outcomes(1);
                assert_eq!(told, stage.outcomes(3), "{story}: both consoles are hers");
                let n_told = told.iter().map(|it| it.succeeded.len() + it.failed.len());
                assert_eq!(n_told.collect::<Vec<_>>(), [3, 3], "{story}: each is told of once");
                let n_succeeded: usize = told.iter().map(|it| it.succeeded.len()).sum();
                assert_eq!(u64::try_from(n_succeeded).unwrap(), n_owned, "{story}");
            }
        }
    }
}

#[test]
fn dk28_the_longest_waits_are_taken_first_and_leads_take_all() {
    let all: Vec<ConversationId> = (0..5).map(|n| id(&format!("main-c{n}"))).collect();
    let operation = BulkOperation::Take;
    let mut stage = waiting_for_bulk(3, 5);
    let frame = bulk(operation, all);
    stage.says(1, frame.clone());
    assert_eq!(bulk_asked(&stage), ["main-c4", "main-c3"]);
    stage.forget_heard();
    stage.says(2, frame);
    assert_eq!(bulk_asked(&stage).len(), 5);
}

#[test]
fn dk29_an_offer_says_why_and_masks_it() {
    for (mask_sensitive, expected) in [(false, "call 4111 1111 1111 1111"), (true, "call ")] {
        let mut facts = desk_facts();
        facts.sites[0].mask_sensitive = mask_sensitive;
        let mut stage = DeskStage::with(facts);
        stage.arrives(1, "ana");
        stage.arrives(2, "ben");
        let mut talk = queued("main-c1", begin()).active("ana").offered("ben", OfferKind::Transfer);
        let reason = "call 4111 1111 1111 1111".to_owned().try_into().unwrap();
        talk.session.offer.as_mut().unwrap().reason = Some(reason);
        stage.hears(&talk);
        let popup = stage.heard_by(2).into_iter().find_map(|it| match it {
            ToDesk::Offer(popup) => Some(popup),
            _ => None,
        });
        let reason = popup.unwrap().reason.unwrap();
        assert!(reason.as_str().starts_with(expected), "{reason:?}");
        assert_eq!(reason.as_str().contains("4111"), !mask_sensitive, "{reason:?}");
    }
}
