//! Which list is on screen: its address, what is kept of it, and from where it comes back.

use inbox_protocol::{FromDesk, ListFilter, ListQuery, ListSort, ListTab};
use porchlight_console::model::{
    DeskMsg, Effect, Folder, Model, Msg, Route, SearchMsg, StatusFilter, View, start,
};
use serde_json::{Value, json};

use crate::{Desk, NOW};

fn watched(effects: &[Effect]) -> Option<ListQuery> {
    effects.iter().find_map(|it| {
        let Effect::SayDesk(FromDesk::Watch { query, before: None }) = it else { return None };
        Some(query.clone())
    })
}

fn kept(effects: &[Effect]) -> Option<String> {
    effects.iter().find_map(|it| {
        let Effect::KeepView(address) = it else { return None };
        Some(address.clone())
    })
}

fn welcome(settings: &Value, views: &Value) -> Value {
    json!({
        "type": "welcome", "version": 1, "now": 5_000_000, "may": ["view", "reply"],
        "me": {"id": "ana", "name": "Ana", "role": "agent", "departments": [],
               "presence": "available", "load": 0},
        "members": [], "departments": [], "sites": [], "canned": [], "topics": [],
        "settings": settings, "grant": "g", "offers": [], "notifications": [], "views": views,
    })
}

#[test]
fn every_change_of_the_list_is_watched_kept_and_said_in_the_address() {
    let mut desk = Desk::live();
    let effects = desk.does(Msg::Desk(DeskMsg::Tab(ListTab::Team)));
    assert_eq!(watched(&effects).map(|it| it.tab), Some(ListTab::Team));
    let filter = ListFilter { unread: true, ..ListFilter::default() };
    let effects = desk.does(Msg::Desk(DeskMsg::Filter(Box::new(filter.clone()))));
    assert_eq!(watched(&effects).map(|it| it.filter), Some(filter));
    assert_eq!(kept(&effects).as_deref(), Some("tab=team&unread=1"));
    let address = Route::List("tab=team&unread=1".to_owned());
    assert!(effects.contains(&Effect::Go(address.clone())));
    assert_eq!(desk.model.route, address);
    // The browser says that the address has changed, and nothing comes of it.
    assert!(desk.does(Msg::Routed(address)).is_empty());
    // Beside a conversation the address is the conversation's.
    desk.does(Msg::Goto("main-c1".parse().unwrap()));
    let effects = desk.does(Msg::Desk(DeskMsg::Unfilter));
    assert_eq!(kept(&effects).as_deref(), Some("tab=team"));
    assert!(!effects.iter().any(|it| matches!(it, Effect::Go(_))));
}

#[test]
fn the_way_back_leads_to_the_list_before() {
    let mut desk = Desk::live();
    desk.does(Msg::Desk(DeskMsg::Show(Box::new(Folder::Archive.view()))));
    desk.does(Msg::Desk(DeskMsg::Tab(ListTab::Mine)));
    let archive = Route::List(Folder::Archive.view().address());
    let effects = desk.does(Msg::Routed(archive));
    let query = watched(&effects).unwrap();
    assert_eq!((query.tab, query.sort), (ListTab::All, ListSort::Newest));
    let effects = desk.does(Msg::Routed(Route::Desk));
    assert_eq!(watched(&effects).map(|it| it.tab), Some(ListTab::Mine));
    assert_eq!(desk.model.desk.view, View::default());
    // Whoever closes a conversation keeps the list beside it.
    desk.does(Msg::Desk(DeskMsg::Status(StatusFilter::Any)));
    desk.does(Msg::Goto("main-c1".parse().unwrap()));
    assert_eq!(watched(&desk.does(Msg::Routed(Route::Desk))), None);
    assert_eq!(desk.model.desk.view.status, StatusFilter::Any);
}

#[test]
fn a_list_outlives_a_reload_and_an_address_goes_before_it() {
    let mut desk = Desk::open(&json!(["view", "reply"]));
    desk.does(Msg::Desk(DeskMsg::Kept("tab=all&status=closed".to_owned())));
    desk.does(Msg::Desk(DeskMsg::Opened { socket: 1 }));
    let effects = desk.hears(welcome(&json!({}), &json!([])));
    assert_eq!(watched(&effects).map(|it| it.tab), Some(ListTab::All));

    let mut model = Model::new(NOW, 7);
    let _ = start(&mut model, Route::List("tab=team&search=refund".to_owned()));
    let mut desk = Desk { model, now: NOW };
    desk.does(Msg::Desk(DeskMsg::Kept("tab=all".to_owned())));
    desk.waits(600);
    let view = &desk.model.desk.view;
    assert_eq!((view.tab, view.search.as_str()), (ListTab::Team, "refund"));
}

#[test]
fn what_is_searched_for_is_part_of_the_list() {
    let mut desk = Desk::live();
    desk.does(Msg::Search(SearchMsg::Typed("refund".to_owned())));
    let effects = desk.does(Msg::Search(SearchMsg::Now));
    assert_eq!(kept(&effects).as_deref(), Some("search=refund"));
    let effects = desk.does(Msg::Search(SearchMsg::Closed));
    assert_eq!(kept(&effects).as_deref(), Some(""));
    desk.does(Msg::Desk(DeskMsg::Show(Box::new(View::parse("search=lids")))));
    assert_eq!(desk.model.search.text, "lids");
    desk.does(Msg::Desk(DeskMsg::Show(Box::new(Folder::New.view()))));
    assert_eq!(desk.model.search.text, "");
}

#[test]
fn dk61_the_order_and_the_colours_are_the_teams() {
    let level = |settings: Value, waited: u64| {
        let mut desk = Desk::open(&json!(["view", "reply"]));
        desk.does(Msg::Desk(DeskMsg::Opened { socket: 1 }));
        let effects = desk.hears(welcome(&settings, &json!([])));
        let mut row = super::pages::row("main-c1");
        row["customer_waiting_since"] = json!(5_000_000 - waited * 60_000);
        desk.hears(json!({
            "type": "list", "order": ["main-c1"], "rows": [row], "total": 1,
            "counts": {"mine": 1, "unassigned": 0, "all": 1},
        }));
        let shown = desk.model.row(&"main-c1".parse().unwrap()).unwrap();
        (watched(&effects).unwrap().sort, shown.wait_level)
    };
    let waits = [0, 1, 3, 5].map(|it| level(json!({}), it));
    assert_eq!(waits, [0, 1, 2, 3].map(|it| (ListSort::Waiting, it)));
    let omnichat = json!({"list_order": "omnichat"});
    let waits = [5, 30, 60, 80].map(|it| level(omnichat.clone(), it));
    assert_eq!(waits, [0, 1, 2, 2].map(|it| (ListSort::Grouped, it)));
    let slow = json!({"wait_levels": [600_000, 1_200_000, 1_800_000]});
    assert_eq!(level(slow, 25), (ListSort::Waiting, 2));
}

#[test]
fn dk65_a_saved_list_is_removed_by_whoever_saved_it() {
    let views = json!([
        {"id": "v1", "name": "Mine", "address": "tab=all&stars=1", "by": "ana"},
        {"id": "v2", "name": "Ben's", "address": "tab=team", "by": "ben", "shared": true},
    ]);
    let mut desk = Desk::open(&json!(["view", "reply"]));
    desk.does(Msg::Desk(DeskMsg::Opened { socket: 1 }));
    desk.hears(welcome(&json!({}), &views));
    let removable = |desk: &mut Desk, address: &str| {
        desk.does(Msg::Desk(DeskMsg::Show(Box::new(View::parse(address)))));
        desk.model.removable_view().map(|it| it.id.to_string())
    };
    assert_eq!(removable(&mut desk, "tab=all&stars=1").as_deref(), Some("v1"));
    assert_eq!(removable(&mut desk, "tab=team"), None);
    assert_eq!(removable(&mut desk, "tab=all"), None);
}
