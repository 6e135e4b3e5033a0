//! DK60 and after: what a list is narrowed by, how it is ordered, and the lists that are saved.

use inbox_protocol::{DeskList, FromDesk, ListFilter, ListQuery, ListSort, ListTab, ToDesk};
use inbox_room::{ClosedScope, Summary, Whose};
use inbox_types::{Label, SessionState, Timestamp, limits::LIST_COUNTED};

use crate::{
    desk_stage::{DeskStage, Later, desk_facts, queued},
    stage::{START, id},
};

fn all(filter: ListFilter) -> ListQuery {
    ListQuery {
        tab: ListTab::All,
        states: Vec::new(),
        department: None,
        campaign: None,
        filter,
        sort: ListSort::Newest,
    }
}

fn watch(stage: &mut DeskStage, conn: u64, query: &ListQuery) -> DeskList {
    stage.says(conn, FromDesk::Watch { query: query.clone(), before: None });
    let lists = stage.heard_by(conn).into_iter().filter_map(|it| match it {
        ToDesk::List(list) => Some(list),
        _ => None,
    });
    lists.last().unwrap()
}

fn ids(list: &DeskList) -> Vec<&str> {
    list.order.iter().map(|it| it.as_str().trim_start_matches("main-")).collect()
}

fn label(text: &str) -> Label {
    text.to_owned().try_into().unwrap()
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

/// A conversation that differs from a plain one in everything that a list can be filtered by.
fn special(conversation: &str, when: Timestamp) -> Summary {
    let mut it = queued(conversation, when).active("ben");
    it.site = id("main-s2");
    it.tags = vec![label("vip")];
    it.language = "pt-BR".parse().unwrap();
    it.session.topics = vec![id("returns")];
    it.session.stars = Some(2);
    it
}

fn over(mut it: Summary) -> Summary {
    it.session.state = SessionState::Closed;
    it.session.customer_waiting_since = None;
    it
}

/// What a filter lets through of two that are open and two that are over, of which one of each is plain.
fn through(filter: ListFilter) -> String {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    let (early, late) = (at(0), at(60_000));
    for it in [
        queued("main-plain", early).active("ana"),
        special("main-special", late),
        over(queued("main-plain-over", early).active("ana")),
        over(special("main-special-over", late)),
    ] {
        stage.hears(&it);
    }
    let list = watch(&mut stage, 1, &all(filter));
    assert_eq!(list.order.len(), list.total as usize);
    ids(&list).join(" ")
}

#[test]
fn dk60_a_filter_lets_through_what_is_as_it_says_open_or_over() {
    let none = ListFilter::default;
    let special = "special special-over";
    for filter in [
        ListFilter { site: Some(id("main-s2")), ..none() },
        ListFilter { owner: Some(id("ben")), ..none() },
        ListFilter { tag: Some(label("vip")), ..none() },
        ListFilter { topic: Some(id("returns")), ..none() },
        ListFilter { language: "pt".parse().ok(), ..none() },
        ListFilter { language: "PT-br".parse().ok(), ..none() },
        ListFilter { stars: Some(2), ..none() },
        ListFilter { from: Some(at(60_000)), ..none() },
        ListFilter { tag: Some(label("vip")), stars: Some(2), from: Some(at(1)), ..none() },
    ] {
        assert_eq!(through(filter.clone()), special, "{filter:?}");
    }
    assert_eq!(through(ListFilter { before: Some(at(60_000)), ..none() }), "plain plain-over");
    for filter in [
        ListFilter { tag: Some(label("vi")), ..none() },
        ListFilter { language: "pt-B".parse().ok(), ..none() },
        ListFilter { stars: Some(5), ..none() },
        ListFilter { tag: Some(label("vip")), owner: Some(id("ana")), ..none() },
        ListFilter { from: Some(at(60_001)), ..none() },
    ] {
        assert_eq!(through(filter.clone()), "", "{filter:?}");
    }
    // What is over waits for nobody, and nothing of it is unread.
    assert_eq!(through(ListFilter { waiting: true, ..none() }), "special plain");
    assert_eq!(through(ListFilter { unread: true, ..none() }), "special plain");
}

#[test]
fn dk60_of_what_a_filter_lets_through_as_much_is_counted_as_is_shown() {
    let mut stage = DeskStage::new();
    let n = LIST_COUNTED + 20;
    for n in 0..n {
        let it = over(special(&format!("main-c{n:04}"), at(n as u64)));
        stage.rows.summaries.insert(it.conversation.clone(), it);
    }
    stage.sleep();
    stage.arrives(1, "adam");
    let vip = all(ListFilter { tag: Some(label("vip")), ..ListFilter::default() });
    let list = watch(&mut stage, 1, &vip);
    assert_eq!((list.total as usize, list.order.len()), (LIST_COUNTED, LIST_COUNTED));
    assert_eq!(list.at_least, [ListTab::Team, ListTab::All]);
    assert!(list.next.is_some());
    let list = watch(&mut stage, 1, &all(ListFilter::default()));
    assert_eq!((list.total as usize, list.at_least), (n, Vec::new()));
    // What is counted of is what is meant.
    let scope = ClosedScope {
        member: id("adam"),
        departments: Vec::new(),
        reach: inbox_core::permission::Reach::Everything,
        whose: Whose::All,
        department: None,
        campaign: None,
        filter: vip.filter,
    };
    assert_eq!(scope.count(stage.rows.summaries.values()) as usize, LIST_COUNTED + 1);
}

#[test]
fn dk61_who_waits_the_longest_comes_first_and_goes_on_waiting_when_looked_at() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    let mut answered = queued("main-answered", at(9_000)).active("ana");
    answered.session.customer_waiting_since = None;
    let mut looked_at = queued("main-longest", at(0)).active("ana");
    looked_at.seen.insert(id("adam"), 1);
    let older = over(queued("main-over", at(1)).active("ana"));
    for it in [&answered, &queued("main-shorter", at(5_000)), &looked_at, &older] {
        stage.hears(it);
    }
    let query = ListQuery { sort: ListSort::Waiting, ..all(ListFilter::default()) };
    assert_eq!(ids(&watch(&mut stage, 1, &query)), ["longest", "shorter", "answered", "over"]);
    // The order of before is still there.
    let grouped = ListQuery { sort: ListSort::Grouped, ..query };
    let list = watch(&mut stage, 1, &grouped);
    assert_eq!(ids(&list), ["answered", "shorter", "over", "longest"]);
}

#[test]
fn dk61_pages_lead_through_those_who_wait_to_those_who_do_not() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "adam");
    let n = LIST_COUNTED as u64;
    for no in 0..n + 5 {
        stage.hears(&queued(&format!("main-w{no:04}"), at(no)));
    }
    for no in 0..n + 5 {
        let it = over(queued(&format!("main-z{no:04}"), at(no)).active("ana"));
        stage.rows.summaries.insert(it.conversation.clone(), it);
    }
    stage.sleep();
    let query = ListQuery { sort: ListSort::Waiting, ..all(ListFilter::default()) };
    let first = watch(&mut stage, 1, &query);
    let mut shown: Vec<String> = first.order.iter().map(ToString::to_string).collect();
    let mut next = first.next;
    while let Some(before) = next {
        stage.forget_heard();
        stage.says(1, FromDesk::Watch { query: query.clone(), before: Some(before) });
        let page = stage.heard_by(1).into_iter().find_map(|it| match it {
            ToDesk::Page(page) => Some(page),
            _ => None,
        });
        let page = page.unwrap();
        shown.extend(page.rows.iter().map(|it| it.conversation.to_string()));
        next = page.next;
    }
    let waiting = (0..n + 5).map(|no| format!("main-w{no:04}"));
    let over = (0..n + 5).rev().map(|no| format!("main-z{no:04}"));
    assert_eq!(shown, waiting.chain(over).collect::<Vec<_>>());
}

#[test]
fn dk63_a_tag_that_is_masked_finds_nothing_for_whoever_sees_it_masked() {
    let secret = label("melissa@example.com");
    let found = |who: &str| {
        let mut stage = DeskStage::new();
        stage.arrives(1, who);
        let mut open = queued("main-open", at(0));
        open.tags = vec![secret.clone(), label("vip")];
        let mut closed = over(queued("main-over", at(0)).active(who));
        closed.tags.clone_from(&open.tags);
        stage.hears(&open);
        stage.hears(&closed);
        let of = |tag: &Label| ListFilter { tag: Some(tag.clone()), ..ListFilter::default() };
        let n = |stage: &mut DeskStage, tag: &Label| {
            let list = watch(stage, 1, &all(of(tag)));
            (list.order.len(), list.counts.all)
        };
        [n(&mut stage, &secret), n(&mut stage, &label("vip"))]
    };
    assert_eq!(found("adam"), [(2, 2), (2, 2)]);
    assert_eq!(found("ana"), [(0, 0), (2, 2)]);
}

#[test]
fn dk64_the_team_has_what_somebody_else_follows() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "sue");
    let mut with_me = queued("main-with-me", at(4)).active("ana");
    with_me.session.others = vec![id("sue")];
    for it in [
        queued("main-nobodys", at(1)),
        queued("main-mine", at(2)).active("sue"),
        queued("main-anas", at(3)).active("ana"),
        with_me,
        over(queued("main-anas-over", at(5)).active("ana")),
        over(queued("main-mine-over", at(6)).active("sue")),
        over(queued("main-nobodys-over", at(7))),
    ] {
        stage.hears(&it);
    }
    let team = ListQuery { tab: ListTab::Team, ..all(ListFilter::default()) };
    let list = watch(&mut stage, 1, &team);
    assert_eq!(ids(&list), ["anas-over", "anas"]);
    let counts = list.counts;
    assert_eq!((counts.mine, counts.team, counts.unassigned, counts.all), (3, 2, 1, 7));
}

#[test]
fn dk65_whoever_comes_is_told_of_their_own_lists_and_of_the_shared_ones() {
    let mut facts = desk_facts();
    let view = |key: &str, by: &str, shared| inbox_protocol::SavedView {
        id: id(key),
        name: label("Angry"),
        address: "tab=all&stars=1".to_owned().try_into().unwrap(),
        by: id(by),
        shared,
    };
    facts.views = vec![view("v1", "ana", false), view("v2", "ben", false), view("v3", "ben", true)];
    let mut stage = DeskStage::with(facts);
    stage.arrives(1, "ana");
    let welcome = stage.heard_by(1).into_iter().find_map(|it| match it {
        ToDesk::Welcome(it) => Some(it),
        _ => None,
    });
    let views = welcome.unwrap().views;
    assert_eq!(views.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["v1", "v3"]);
}
