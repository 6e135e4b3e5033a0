//! DK37 and after: what is over is rows and not memory, and lists lead back to the first of them.

use std::collections::BTreeSet;

use inbox_protocol::{
    BulkOperation, DeskList, DeskPage, FromDesk, ListQuery, ListSort, ListTab, Refusal, ToDesk,
    http::{ApiConversations, ApiFilter},
};
use inbox_room::{DeskCommand, DeskInput, RoomReport, Summary};
use inbox_types::{AgentView, ConversationId, Millis, SessionState, Timestamp, limits::LIST_ROWS};

use crate::{
    desk_stage::{DeskStage, Later, desk_facts, queued},
    stage::{START, id},
};

fn closed(n: usize) -> Summary {
    // Some are of the same instant.
    let at = Timestamp::from_millis(START + n as u64 / 2);
    let mut it = queued(&format!("main-c{n:04}"), at).active("ana").later(1);
    it.session.state = SessionState::Closed;
    it.session.customer_waiting_since = None;
    it
}

fn query(states: &[SessionState], sort: ListSort) -> ListQuery {
    ListQuery {
        tab: ListTab::All,
        states: states.to_vec(),
        department: None,
        campaign: None,
        filter: inbox_protocol::ListFilter::default(),
        sort,
    }
}

fn over() -> ListQuery {
    query(&[SessionState::Closed], ListSort::Newest)
}

fn last_list(stage: &DeskStage) -> DeskList {
    let lists = stage.heard_by(1).into_iter().filter_map(|it| match it {
        ToDesk::List(list) => Some(list),
        _ => None,
    });
    lists.last().unwrap()
}

fn watch(stage: &mut DeskStage, query: &ListQuery) -> DeskList {
    stage.says(1, FromDesk::Watch { query: query.clone(), before: None });
    last_list(stage)
}

fn page(stage: &mut DeskStage, query: &ListQuery, before: &str) -> Option<DeskPage> {
    stage.forget_heard();
    let before = Some(before.to_owned());
    stage.says(1, FromDesk::Watch { query: query.clone(), before });
    stage.heard_by(1).into_iter().find_map(|it| match it {
        ToDesk::Page(page) => Some(page),
        _ => None,
    })
}

/// Asks for all pages of a list, one after the other, and returns the conversations on them in their order.
fn walk(stage: &mut DeskStage, query: &ListQuery) -> Vec<String> {
    let first = watch(stage, query);
    let mut shown: Vec<String> = first.order.iter().map(ToString::to_string).collect();
    let mut next = first.next;
    while let Some(before) = next {
        let page = page(stage, query, &before).unwrap();
        assert!(!page.rows.is_empty(), "no page is promised that is empty");
        assert_eq!(page.before, before);
        shown.extend(page.rows.iter().map(|it| it.conversation.to_string()));
        next = page.next;
    }
    shown
}

fn with_closed(n: usize) -> DeskStage {
    let mut stage = DeskStage::new();
    for it in (0..n).map(closed) {
        stage.rows.summaries.insert(it.conversation.clone(), it);
    }
    stage.sleep();
    stage.arrives(1, "adam");
    stage
}

#[test]
fn dk37_what_is_over_is_read_when_something_concerns_it() {
    let mut stage = with_closed(3);
    assert_eq!(watch(&mut stage, &over()).total, 3);
    // An older summary changes nothing, and a newer one that row.
    let mut news = closed(1).later(5);
    news.details.name = Some("Linh".to_owned().try_into().unwrap());
    stage.hears(&news);
    let mut old = closed(1);
    old.details.name = Some("Nobody".to_owned().try_into().unwrap());
    stage.hears(&old);
    let rows = watch(&mut stage, &over()).rows;
    let named: Vec<_> = rows.iter().filter_map(|it| it.name.as_ref()).collect();
    assert_eq!(named.iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["Linh"]);
    // An action reaches it.
    let conversations = vec![closed(2).conversation, id("main-unknown")];
    stage.says(
        1,
        FromDesk::Bulk { operation: BulkOperation::Erase, conversations, sessions: [].into() },
    );
    let asked: Vec<String> = stage
        .commands
        .iter()
        .filter(|it| matches!(it.1, DeskCommand::Bulk { .. }))
        .map(|it| it.0.to_string())
        .collect();
    assert_eq!(asked, ["main-c0002"]);
    // Once it is erased it is gone, and comes back only in a newer epoch.
    stage.reports("main-c0002", RoomReport::Erased { epoch: 2 });
    stage.hears(&closed(2).later(9));
    assert_eq!(watch(&mut stage, &over()).total, 2);
    // Whoever reopens it has it in the list of what is open.
    stage.hears(&closed(0).active("ben"));
    let open = query(&[SessionState::Active], ListSort::Grouped);
    assert_eq!(watch(&mut stage, &open).order, [closed(0).conversation]);
    assert_eq!(watch(&mut stage, &over()).total, 1);
}

#[test]
fn dk37_what_is_over_stands_with_the_rest_by_its_last_message() {
    let mut stage = with_closed(2);
    let mut talk = queued("main-t1", Timestamp::from_millis(START - 5)).active("ana");
    talk.session.customer_waiting_since = None;
    talk.seen.insert(id("adam"), 1);
    stage.hears(&talk);
    let mut unread = talk.clone();
    unread.conversation = id("main-t2");
    unread.seen.clear();
    stage.hears(&unread);
    let list = watch(&mut stage, &query(&[], ListSort::Grouped));
    let order: Vec<&str> = list.order.iter().map(ConversationId::as_str).collect();
    assert_eq!(order, ["main-t2", "main-c0000", "main-c0001", "main-t1"]);
    assert_eq!((list.counts.all, list.total, list.next), (4, 4, None));
}

#[test]
fn dk38_what_changes_beyond_the_first_page_is_told_to_whoever_has_it() {
    let n = LIST_ROWS + 50;
    let mut stage = with_closed(n);
    let first = watch(&mut stage, &over());
    let deep = closed(3);
    stage.forget_heard();
    stage.hears(&deep.clone().later(2));
    let told = |stage: &DeskStage| {
        let lists = stage.heard_by(1).into_iter().filter_map(|it| match it {
            ToDesk::List(list) => Some(list),
            _ => None,
        });
        lists.last()
    };
    assert_eq!(told(&stage), None, "nobody has that page");

    page(&mut stage, &over(), first.next.as_deref().unwrap()).unwrap();
    for _ in 0..2 {
        stage.forget_heard();
        let mut news = stage.rows.summaries[&deep.conversation].clone().later(2);
        news.tags.push(format!("news {}", news.version.seq.0).try_into().unwrap());
        stage.hears(&news);
        let list = told(&stage).expect("its row is told");
        let row = list.rows.iter().find(|it| it.conversation == deep.conversation);
        assert_eq!(row.map(|it| it.tags.clone()), Some(news.tags));
        assert!(!list.order.contains(&deep.conversation));
        // The desk sleeps, and still knows that somebody has more than the first page.
        stage.sleep();
    }
    stage.forget_heard();
    stage.hears(&stage.rows.summaries[&deep.conversation].clone().active("ben"));
    assert_eq!(told(&stage).unwrap().gone, [deep.conversation]);
}

#[test]
fn dk39_pages_lead_to_the_first_conversation_ever_in_every_order() {
    let n = 3 * LIST_ROWS - 10;
    let mut stage = with_closed(n);
    stage.wait(Millis::hours(2).0);
    for talk in (0..LIST_ROWS + 30).map(|n| queued(&format!("main-t{n:04}"), stage_time(n))) {
        stage.hears(&talk);
    }
    let all = n + LIST_ROWS + 30;
    for sort in [ListSort::Grouped, ListSort::Newest, ListSort::Oldest] {
        let query = query(&[], sort);
        let shown = walk(&mut stage, &query);
        let once: BTreeSet<&String> = shown.iter().collect();
        assert_eq!((shown.len(), once.len()), (all, all), "{sort:?}");
        assert_eq!(watch(&mut stage, &query).total as usize, all);
    }
    let mut newest = walk(&mut stage, &query(&[], ListSort::Newest));
    newest.reverse();
    assert_eq!(newest, walk(&mut stage, &query(&[], ListSort::Oldest)));
}

/// Who waits has waited for some minutes, so that all groups are there.
fn stage_time(n: usize) -> Timestamp {
    Timestamp::from_millis(START).after(Millis::minutes(n as u64 / 2))
}

#[test]
fn dk39_a_place_holds_when_its_row_is_gone_and_what_is_no_place_is_refused() {
    let mut stage = with_closed(LIST_ROWS + 20);
    let first = watch(&mut stage, &over());
    let (next, last) = (first.next.unwrap(), first.order.last().unwrap().clone());
    let before = page(&mut stage, &over(), &next).unwrap();
    stage.reports(last.as_str(), RoomReport::Erased { epoch: 2 });
    assert_eq!(page(&mut stage, &over(), &next).unwrap().rows, before.rows);
    // A place of another list is a place in this one too.
    let open = query(&[SessionState::Queued], ListSort::Grouped);
    assert_eq!(page(&mut stage, &open, &next).unwrap().rows, []);
    for bad in ["", ".", "-.0.-", "-.0.-.", "x.0.-.main-c1", "-.0.-.Not an id", "-.-1.5.main-c1"] {
        assert_eq!(page(&mut stage, &over(), bad), None, "{bad}");
        let refused = ToDesk::Refused { reason: Refusal::Malformed };
        assert_eq!(stage.heard_by(1), [refused], "{bad}");
    }
    assert!(stage.closed.is_empty());
    // What is watched stays what it was.
    stage.forget_heard();
    stage.hears(&closed(LIST_ROWS + 30));
    assert_eq!(last_list(&stage).order[0], closed(LIST_ROWS + 30).conversation);
}

#[test]
fn dk39_the_second_page_begins_where_the_first_one_ends_now() {
    let n = LIST_ROWS + 20;
    let mut stage = with_closed(n);
    let asked = watch(&mut stage, &over()).next.unwrap();
    // While it is asked for, what is new pushes two rows off the first page, one of which is erased.
    for new in [n, n + 1] {
        stage.hears(&closed(new));
    }
    stage.reports("main-c0021", RoomReport::Erased { epoch: 2 });
    let first = last_list(&stage).order;
    let second = page(&mut stage, &over(), &asked).unwrap();
    assert_eq!(second.before, asked);
    let second = second.rows.into_iter().map(|it| it.conversation);
    let both: Vec<String> = first.into_iter().chain(second).map(|it| it.to_string()).collect();
    assert_eq!(both, walk(&mut stage, &over()));
}

#[test]
fn dk40_of_what_is_over_so_many_are_told_to_look_at_a_time() {
    let mut stage = with_closed(250);
    let mut gone = desk_facts();
    gone.departments.clear();
    stage.forget_heard();
    stage.handle(DeskInput::Facts(Box::new(gone)));
    let told = |stage: &DeskStage| -> BTreeSet<String> {
        let looks = stage.commands.iter().filter(|it| it.1 == DeskCommand::Look);
        looks.map(|it| it.0.to_string()).collect()
    };
    assert_eq!(told(&stage).len(), 100);
    stage.pass(31_000);
    assert_eq!(told(&stage).len(), 200);
    stage.pass(31_000);
    assert_eq!(told(&stage).len(), 250);
    let n_commands = stage.commands.len();
    stage.pass(120_000);
    assert_eq!(stage.commands.len(), n_commands, "each is told once");
}

/// Who reads, and what of it they may see.
fn readers() -> Vec<(&'static str, AgentView)> {
    let views =
        [AgentView::All, AgentView::Departments, AgentView::OwnAndUnassigned, AgentView::Own];
    let mut readers: Vec<_> = views.into_iter().map(|view| ("ana", view)).collect();
    readers.extend(["adam", "sue"].map(|who| (who, AgentView::Own)));
    readers
}

/// What conversations are like before a change: of whom, in which department, open or over.
fn befores() -> Vec<Summary> {
    let at = Timestamp::from_millis(START);
    let of = |owner: Option<&str>, department: Option<&str>, state| {
        let mut it = queued("main-x", at).later(1);
        if let Some(owner) = owner {
            it = it.active(owner);
        }
        it.session.department = department.map(id);
        it.session.state = state;
        it
    };
    vec![
        of(None, Some("sales"), SessionState::Queued),
        of(None, Some("care"), SessionState::Queued),
        of(None, None, SessionState::Queued),
        of(Some("ben"), Some("sales"), SessionState::Active),
        of(Some("ben"), Some("care"), SessionState::Active),
        of(Some("ana"), Some("care"), SessionState::Active),
        of(Some("ana"), Some("sales"), SessionState::Closed),
        of(Some("ben"), Some("care"), SessionState::Closed),
    ]
}

/// What becomes of one: a newer summary, or none if it is erased.
fn changes(before: &Summary) -> Vec<Option<Summary>> {
    let mut moved = before.clone().later(2);
    moved.session.department = Some(id("care"));
    let mut closed = before.clone().later(2);
    closed.session.state = SessionState::Closed;
    closed.session.customer_waiting_since = None;
    let mut hidden = closed.clone().later(1);
    hidden.hidden = true;
    let taken = before.clone().later(2).active("ben");
    vec![Some(moved), Some(closed), Some(hidden), Some(taken), Some(before.clone().later(2)), None]
}

#[test]
fn dk41_that_a_conversation_left_is_said_to_whoever_had_it_and_to_nobody_else() {
    let (mut n_gone, mut n_silent) = (0, 0);
    for (who, agent_view) in readers() {
        let mut facts = desk_facts();
        facts.settings.roles.agent_view = agent_view;
        facts.members.get_mut(&id("ana")).unwrap().departments = vec![id("sales")];
        let queries =
            [query(&[], ListSort::Newest), query(&[SessionState::Queued], ListSort::Grouped)];
        for query in queries {
            for older in [false, true] {
                for before in befores() {
                    for after in changes(&before) {
                        let mut stage = DeskStage::with(facts.clone());
                        stage.hears(&before);
                        stage.arrives(1, who);
                        let DeskList { order: had, unread: n_unread, .. } =
                            watch(&mut stage, &query);
                        if older {
                            page(&mut stage, &query, "-.0.5.main-y").unwrap();
                        }
                        stage.forget_heard();
                        match &after {
                            Some(after) => stage.hears(after),
                            None => stage.reports("main-x", RoomReport::Erased { epoch: 2 }),
                        };
                        let told = stage.heard_by(1).into_iter().filter_map(|it| match it {
                            ToDesk::List(list) => Some(list),
                            _ => None,
                        });
                        let told: Vec<DeskList> = told.collect();
                        let gone: Vec<_> = told.iter().flat_map(|it| it.gone.clone()).collect();
                        let DeskList { order: has, unread, .. } = watch(&mut stage, &query);
                        let left: Vec<_> = had.iter().filter(|it| !has.contains(it)).collect();
                        let story =
                            format!("{who} {agent_view:?} {query:?} {older} {before:?} {after:?}");
                        let said = if older { left } else { Vec::new() };
                        assert_eq!(gone.iter().collect::<Vec<_>>(), said, "{story}");
                        if had.is_empty() && has.is_empty() {
                            // How much there is to read is of no list.
                            assert!(told.iter().all(|it| it.rows.is_empty()), "{story}");
                            assert_eq!(!told.is_empty(), unread != n_unread, "{story}");
                            n_silent += usize::from(told.is_empty());
                        }
                        n_gone += gone.len();
                    }
                }
            }
        }
    }
    assert!(0 < n_gone && 0 < n_silent, "both are among them");
}

/// A page of what a filter lets through, as whoever has a key of the API asks for it.
fn page_outside(
    stage: &DeskStage,
    before: Option<&str>,
    filter: &ApiFilter,
) -> Result<ApiConversations, Refusal> {
    stage.reads(|desk, now, rows| desk.page_outside(now, rows, before, filter))
}

/// All conversations as they ask for them.
fn outside(stage: &DeskStage) -> Vec<String> {
    let (mut shown, mut before) = (Vec::new(), None);
    loop {
        let page = page_outside(stage, before.as_deref(), &ApiFilter::default()).unwrap();
        shown.extend(page.conversations.iter().map(|it| it.conversation_id.to_string()));
        before = page.next;
        if before.is_none() {
            return shown;
        }
    }
}

#[test]
fn ap5_a_key_is_given_every_conversation_once_the_newest_first() {
    let mut stage = with_closed(2 * LIST_ROWS + 3);
    // Two that are live, one of them older than all that is over.
    let late = Timestamp::from_millis(START + 1_000_000);
    stage.hears(&queued("main-new", late));
    stage.hears(&queued("main-old", Timestamp::from_millis(START - 1)));
    let shown = outside(&stage);
    assert_eq!(shown.len(), 2 * LIST_ROWS + 5);
    assert_eq!(shown.iter().collect::<BTreeSet<_>>().len(), shown.len());
    assert_eq!((shown[0].as_str(), shown.last().unwrap().as_str()), ("main-new", "main-old"));
    // Two of them are of each instant.
    let over = shown.iter().filter_map(|it| it.strip_prefix("main-c"));
    let instants: Vec<usize> = over.map(|it| it.parse::<usize>().unwrap() / 2).collect();
    assert!(instants.is_sorted_by(|one, other| one >= other), "{instants:?}");
    assert_eq!(
        page_outside(&stage, Some("no place"), &ApiFilter::default()),
        Err(Refusal::Malformed)
    );
}

#[test]
fn ap5_a_key_reads_masked_where_the_site_masks() {
    let mut stage = with_closed(0);
    let mut it = queued("main-a", Timestamp::from_millis(START));
    it.details.name = Some("anna.berg@example.com".to_owned().try_into().unwrap());
    it.tags = vec!["4111 1111 1111 1111".to_owned().try_into().unwrap()];
    stage.hears(&it);
    let clear = format!("{:?}", page_outside(&stage, None, &ApiFilter::default()));
    assert!(clear.contains("anna.berg@") && clear.contains("4111 1111"), "{clear}");
    let mut facts = desk_facts();
    facts.sites[0].mask_sensitive = true;
    stage.handle(DeskInput::Facts(Box::new(facts)));
    let shown = format!("{:?}", page_outside(&stage, None, &ApiFilter::default()));
    assert!(!shown.contains("anna.berg@") && !shown.contains("4111 1111"), "{shown}");
}

#[test]
fn ap26_the_list_of_a_key_is_narrowed_by_all_that_is_said() {
    let mut stage = with_closed(4);
    let at = |millis| Timestamp::from_millis(START + millis);
    stage.hears(&queued("main-new", at(1_000)));
    let mut other = queued("main-other", at(2_000)).active("ana");
    other.site = id("main-s2");
    other.session.department = Some(id("support"));
    other.tags = vec!["vip".to_owned().try_into().unwrap()];
    stage.hears(&other);
    let shown = |filter: ApiFilter| {
        let page = page_outside(&stage, None, &filter).unwrap();
        page.conversations.into_iter().map(|it| it.conversation_id.to_string()).collect::<Vec<_>>()
    };
    let all = ["main-other", "main-new", "main-c0003", "main-c0002", "main-c0001", "main-c0000"];
    assert_eq!(shown(ApiFilter::default()).len(), all.len());
    let states =
        |states: &[SessionState]| ApiFilter { states: states.to_vec(), ..ApiFilter::default() };
    assert_eq!(shown(states(&[SessionState::Queued])), ["main-new"]);
    let open = [SessionState::Queued, SessionState::Active];
    assert_eq!(shown(states(&open)), ["main-other", "main-new"]);
    assert_eq!(shown(states(&[SessionState::Closed])).len(), 4);
    let of_site = ApiFilter { site: Some(id("main-s2")), ..ApiFilter::default() };
    assert_eq!(shown(of_site.clone()), ["main-other"]);
    let of_department = ApiFilter { department: Some(id("support")), ..ApiFilter::default() };
    assert_eq!(shown(of_department), ["main-other"]);
    let tag = Some("vip".to_owned().try_into().unwrap());
    assert_eq!(shown(ApiFilter { tag, ..ApiFilter::default() }), ["main-other"]);
    let since = ApiFilter { since: Some(at(1_000)), ..ApiFilter::default() };
    assert_eq!(shown(since), ["main-other", "main-new"]);
    assert_eq!(shown(ApiFilter { states: vec![SessionState::Queued], ..of_site }), [""; 0]);
}

#[test]
fn ap26_a_key_is_told_how_one_conversation_stands() {
    let mut stage = with_closed(1);
    stage.hears(&queued("main-new", Timestamp::from_millis(START)));
    let told =
        |it: &str| stage.reads(|desk, now, rows| desk.conversation_outside(now, rows, &id(it)));
    for (conversation, state) in
        [("main-new", SessionState::Queued), ("main-c0000", SessionState::Closed)]
    {
        let row = told(conversation).unwrap();
        assert_eq!((row.conversation_id.as_str(), row.state), (conversation, state));
        let page = page_outside(&stage, None, &ApiFilter::default()).unwrap();
        assert!(page.conversations.contains(&row), "as it stands in the list");
    }
    assert_eq!(told("main-nobody"), Err(Refusal::NotFound));
}
