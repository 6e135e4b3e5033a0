//! DK171: how much there is to read, whichever list is shown.

use inbox_protocol::{FromDesk, ListFilter, ListQuery, ListSort, ListTab, ToDesk};
use inbox_room::{RoomReport, Summary};
use inbox_types::{MemberId, OfferKind, SessionState};

use crate::{
    desk_stage::{DeskStage, Later, desk_facts, queued},
    stage::id,
};

fn query(tab: ListTab, states: &[SessionState]) -> ListQuery {
    ListQuery {
        tab,
        states: states.to_vec(),
        department: None,
        campaign: None,
        filter: ListFilter::default(),
        sort: ListSort::Grouped,
    }
}

/// Lists of which no two show the same.
fn queries() -> Vec<ListQuery> {
    let unread = ListFilter { stars: Some(5), ..ListFilter::default() };
    let elsewhere = ListQuery { department: Some(id("sales")), ..query(ListTab::All, &[]) };
    vec![
        query(ListTab::Mine, &[]),
        query(ListTab::Team, &[]),
        query(ListTab::Unassigned, &[]),
        query(ListTab::All, &[SessionState::Snoozed]),
        ListQuery { filter: unread, ..query(ListTab::Mine, &[]) },
        elsewhere,
    ]
}

/// What the last list that a console was told says.
fn told(stage: &DeskStage, conn: u64) -> Option<u32> {
    let lists = stage.heard_by(conn).into_iter().filter_map(|it| match it {
        ToDesk::List(list) => Some(list),
        _ => None,
    });
    lists.last()?.unread
}

/// How a conversation stands, and whether ana has something to read there.
type Standing = (&'static str, fn(Summary) -> Summary, bool);

const STANDINGS: [Standing; 11] = [
    ("is hers", |it| it.active("ana"), true),
    ("waits", |it| it, true),
    ("is being asked of somebody", |it| it.offered("ben", OfferKind::Assign), false),
    ("is another one's", |it| it.active("ben"), false),
    (
        "is another one's, who asks her",
        |it| it.active("ben").offered("ana", OfferKind::Transfer),
        false,
    ),
    (
        "is hers and read",
        |it| {
            let mut it = it.active("ana");
            it.seen.insert(id("ana"), 1);
            it
        },
        false,
    ),
    (
        "is hers and another one has read it",
        |it| {
            let mut it = it.active("ana");
            it.seen.insert(id("ben"), 1);
            it
        },
        true,
    ),
    (
        "was written before this session",
        |mut it| {
            it.n_before_session = 1;
            it
        },
        false,
    ),
    (
        "is answered elsewhere",
        |mut it| {
            it.session.elsewhere = true;
            it
        },
        false,
    ),
    (
        "is to be erased",
        |mut it| {
            it.hidden = true;
            it
        },
        false,
    ),
    (
        "is over",
        |it| {
            let mut it = it.active("ana");
            it.session.state = SessionState::Closed;
            it
        },
        false,
    ),
];

#[test]
fn dk171_what_is_to_be_read_is_counted_alike_whichever_list_is_shown() {
    for query in queries() {
        for (story, stands, counts) in STANDINGS {
            for sleeps in [false, true] {
                let mut stage = DeskStage::new();
                stage.arrives(1, "ana");
                stage.says(1, FromDesk::Watch { query: query.clone(), before: None });
                assert_eq!(told(&stage, 1), Some(0), "{story}");
                stage.hears(&stands(queued("main-c1", stage.now)).later(1));
                if sleeps {
                    stage.sleep();
                    stage.says(1, FromDesk::Watch { query: query.clone(), before: None });
                }
                let n = u32::from(counts);
                assert_eq!(told(&stage, 1), Some(n), "{story}: {query:?}, sleeps {sleeps}");
            }
        }
    }
}

/// Whatever follows upon whatever, nothing is counted that is not there any more.
#[test]
fn dk171_what_was_counted_once_is_counted_no_more_once_it_stands_otherwise() {
    for (before, from, _) in STANDINGS {
        for (after, to, counts) in STANDINGS {
            let mut stage = DeskStage::new();
            stage.arrives(1, "ana");
            stage.says(1, FromDesk::Watch { query: query(ListTab::Team, &[]), before: None });
            stage.hears(&from(queued("main-c1", stage.now)).later(1));
            stage.hears(&to(queued("main-c1", stage.now)).later(9));
            assert_eq!(told(&stage, 1), Some(u32::from(counts)), "{before}, then it {after}");
            stage.reports("main-c1", RoomReport::Erased { epoch: 2 });
            assert_eq!(told(&stage, 1), Some(0), "{before}, then it {after} and is erased");
        }
    }
}

#[test]
fn dk171_nobody_is_told_of_what_they_may_not_see() {
    let mut facts = desk_facts();
    let ana: MemberId = id("ana");
    facts.members.get_mut(&ana).unwrap().departments = vec![id("sales")];
    let mut stage = DeskStage::with(facts);
    stage.arrives(1, "ana");
    stage.says(1, FromDesk::Watch { query: query(ListTab::All, &[]), before: None });
    for (department, n) in [("care", 0), ("sales", 1)] {
        let mut waits = queued(&format!("main-{department}"), stage.now);
        waits.session.department = Some(id(department));
        stage.hears(&waits);
        assert_eq!(told(&stage, 1), Some(n), "{department}");
    }
}
