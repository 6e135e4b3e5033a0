//! A list that is filtered by what is no more, in whatever way somebody comes to it.

use inbox_protocol::{FromDesk, ListQuery};
use porchlight_console::model::{BulkMsg, DeskMsg, Effect, Model, Msg, Route, View, start};
use serde_json::{Value, json};

use crate::{Desk, NOW};

/// The filters that name something, each as an address, with where a welcome has it.
const FILTERS: [(&str, &str); 5] = [
    ("department=sales", "departments"),
    ("campaign=main-p1", "campaigns"),
    ("site=main-s1", "sites"),
    ("topic=t1", "topics"),
    ("owner=sue", "members"),
];

/// What is asked beside that, and is still there.
const REST: &str = "tab=all&unread=1";

/// A workspace that has what every filter names, but for this.
fn workspace(kind: &str, without: &str) -> Value {
    let mut frame = json!({
        "type": kind, "version": 1, "now": 5_000_000, "may": ["view", "reply"],
        "me": {"id": "ana", "name": "Ana", "role": "agent", "departments": [],
               "presence": "available", "load": 0},
        "members": [{"id": "sue", "name": "Sue", "role": "agent", "departments": [],
                     "presence": "available", "load": 0}],
        "departments": [{"id": "sales", "name": "Sales", "assignment": "offer"}],
        "sites": [{"id": "main-s1", "name": "Shop"}],
        "topics": [{"id": "t1", "name": "Spam"}],
        "campaigns": [{"id": "main-p1", "name": "Glazes"}],
        "canned": [], "settings": {}, "grant": "g", "offers": [], "notifications": [],
    });
    frame[without] = json!([]);
    frame
}

/// The filter with the rest, as an address has it.
fn with(filter: &str) -> String {
    View::parse(&format!("{REST}&{filter}")).address()
}

/// A console whose desk knows everything.
fn knowing() -> Desk {
    let mut desk = Desk::open(&json!(["view", "reply"]));
    desk.does(Msg::Desk(DeskMsg::Opened { socket: 1 }));
    desk.hears(workspace("welcome", "nothing"));
    desk
}

/// A console that shows the filtered list.
fn filtered(filter: &str) -> Desk {
    let mut desk = knowing();
    desk.does(Msg::Desk(DeskMsg::Show(Box::new(View::parse(&with(filter))))));
    assert_eq!(desk.model.route, Route::List(with(filter)), "{filter}");
    desk
}

/// A console that shows something else, and learns meanwhile that it is gone.
fn without(what: &str) -> Desk {
    let mut desk = knowing();
    desk.hears(workspace("workspace", what));
    desk
}

/// A page that begins at this place, before it is connected.
fn page(route: Route) -> Desk {
    let mut model = Model::new(NOW, 7);
    let _ = start(&mut model, route);
    let mut desk = Desk { model, now: NOW };
    desk.signs_in(&json!(["view", "reply"]));
    desk
}

impl Desk {
    fn connects(&mut self, frame: Value) -> Vec<Effect> {
        let mut effects = self.does(Msg::Desk(DeskMsg::Opened { socket: 1 }));
        effects.extend(self.hears(frame));
        effects
    }

    /// The socket breaks, and the next one is greeted so.
    fn connects_again(&mut self, frame: Value) -> Vec<Effect> {
        self.does(Msg::Desk(DeskMsg::Closed { socket: 1, code: 1006 }));
        self.waits(120_000);
        let mut effects = self.does(Msg::Desk(DeskMsg::Opened { socket: 2 }));
        let frame = Some(Box::new(serde_json::from_value(frame).unwrap()));
        effects.extend(self.does(Msg::Desk(DeskMsg::Heard { socket: 2, frame })));
        effects
    }
}

/// A way to a list whose filter is gone.
type Way = (&'static str, fn(&str, &str) -> (Desk, Vec<Effect>));

const WAYS: [Way; 8] = [
    ("it goes while the list is on screen", |filter, what| {
        let mut desk = filtered(filter);
        let effects = desk.hears(workspace("workspace", what));
        (desk, effects)
    }),
    ("it goes while nobody is connected", |filter, what| {
        let mut desk = filtered(filter);
        let effects = desk.connects_again(workspace("welcome", what));
        (desk, effects)
    }),
    ("it went before, and the connection is lost and found", |filter, what| {
        let mut desk = filtered(filter);
        desk.hears(workspace("workspace", what));
        let effects = desk.connects_again(workspace("welcome", what));
        (desk, effects)
    }),
    ("the page is loaded at the address", |filter, what| {
        let mut desk = page(Route::List(with(filter)));
        let effects = desk.connects(workspace("welcome", what));
        (desk, effects)
    }),
    ("the browser has kept it", |filter, what| {
        let mut desk = page(Route::Desk);
        desk.does(Msg::Desk(DeskMsg::Kept(with(filter))));
        let effects = desk.connects(workspace("welcome", what));
        (desk, effects)
    }),
    ("the browser says late what it has kept", |filter, what| {
        let mut desk = without(what);
        let effects = desk.does(Msg::Desk(DeskMsg::Kept(with(filter))));
        (desk, effects)
    }),
    ("back, or a link of a colleague", |filter, what| {
        let mut desk = without(what);
        let effects = desk.does(Msg::Routed(Route::List(with(filter))));
        (desk, effects)
    }),
    ("a saved view", |filter, what| {
        let mut desk = without(what);
        let view = Box::new(View::parse(&with(filter)));
        let effects = desk.does(Msg::Desk(DeskMsg::Show(view)));
        (desk, effects)
    }),
];

fn last_watch(effects: &[Effect]) -> Option<&ListQuery> {
    effects.iter().rev().find_map(|it| {
        let Effect::SayDesk(FromDesk::Watch { query, before: None }) = it else { return None };
        Some(query)
    })
}

#[test]
fn a_list_of_what_is_no_more_is_of_all_however_somebody_comes_to_it() {
    for (filter, what) in FILTERS {
        for (way, comes) in WAYS {
            let (mut desk, effects) = comes(filter, what);
            let rest = View::parse(REST);
            assert_eq!(desk.model.desk.view, rest, "{filter}: {way}");
            let query = rest.query(desk.model.desk.order_of_team());
            assert_eq!(last_watch(&effects), Some(&query), "{filter}: {way}");
            let route = Route::List(rest.address());
            assert_eq!(desk.model.route, route, "{filter}: {way}");
            // It does not come back with the connection, nor with the page.
            let again = desk.connects_again(workspace("welcome", what));
            assert_eq!(last_watch(&again), Some(&query), "{filter}: {way}");
            assert_eq!(
                (&desk.model.desk.view, &desk.model.route),
                (&rest, &route),
                "{filter}: {way}"
            );
        }
    }
}

/// Whoever goes back to it is not led there once more by the next way back.
#[test]
fn the_address_of_what_is_no_more_leaves_no_way_back_to_it() {
    for (filter, what) in FILTERS {
        for beside in [REST, "tab=mine"] {
            let mut desk = without(what);
            desk.does(Msg::Desk(DeskMsg::Show(Box::new(View::parse(beside)))));
            let effects = desk.does(Msg::Routed(Route::List(with(filter))));
            let corrected = Route::List(View::parse(REST).address());
            assert!(effects.contains(&Effect::Correct(corrected)), "{filter}: {effects:?}");
            let goes = effects.iter().any(|it| matches!(it, Effect::Go(_)));
            assert!(!goes, "{filter}: {effects:?}");
        }
    }
}

#[test]
fn what_is_there_is_filtered_by_after_every_connection() {
    for (filter, _) in FILTERS {
        let mut desk = filtered(filter);
        let view = desk.model.desk.view.clone();
        let effects = desk.connects_again(workspace("welcome", "nothing"));
        assert_eq!(desk.model.desk.view, view, "{filter}");
        assert_eq!(last_watch(&effects), Some(&desk.model.desk.query()), "{filter}");
        assert!(!effects.iter().any(|it| matches!(it, Effect::Correct(_))), "{filter}");
    }
}

#[test]
fn dk65_a_saved_list_of_what_is_no_more_can_still_be_removed() {
    for (filter, what) in FILTERS {
        let mut desk = knowing();
        let mut frame = workspace("workspace", what);
        frame["views"] = json!([{"id": "v1", "name": "Old", "address": with(filter), "by": "ana"}]);
        desk.hears(frame);
        desk.does(Msg::Desk(DeskMsg::Show(Box::new(View::parse(&with(filter))))));
        assert!(desk.model.removable_view().is_some(), "{filter}");
    }
}

fn list(n: usize) -> Value {
    json!({
        "type": "list", "order": ["main-c1"], "rows": [super::pages::row("main-c1")], "total": n,
        "counts": {"mine": 0, "unassigned": 0, "all": n},
    })
}

/// Something that makes another list of the one on screen, by a press or by itself.
type Change = (&'static str, fn(&mut Desk));

const CHANGES: [Change; 10] = [
    ("another tab", |it| {
        it.does(Msg::Desk(DeskMsg::Tab(inbox_protocol::ListTab::Team)));
    }),
    ("a way back", |it| {
        it.does(Msg::Routed(Route::List("tab=team".to_owned())));
    }),
    ("a way back without a connection", |it| {
        it.does(Msg::Desk(DeskMsg::Closed { socket: 1, code: 1006 }));
        it.does(Msg::Routed(Route::List("tab=team".to_owned())));
    }),
    ("a saved view", |it| {
        it.does(Msg::Desk(DeskMsg::Show(Box::new(View::parse("tab=team")))));
    }),
    ("the topic goes", |it| {
        it.hears(workspace("workspace", "topics"));
    }),
    ("the topic goes while nobody is connected", |it| {
        it.connects_again(workspace("welcome", "topics"));
    }),
    ("the order of the team", |it| {
        let mut frame = workspace("workspace", "nothing");
        frame["settings"] = json!({"list_order": "omnichat"});
        it.hears(frame);
    }),
    ("the order of the team while nobody is connected", |it| {
        let mut frame = workspace("welcome", "nothing");
        frame["settings"] = json!({"list_order": "omnichat"});
        it.connects_again(frame);
    }),
    ("I see more", |it| {
        let mut frame = workspace("workspace", "nothing");
        frame["me"]["departments"] = json!(["sales"]);
        it.hears(frame);
    }),
    ("I see more once I am connected again", |it| {
        let mut frame = workspace("welcome", "nothing");
        frame["me"]["role"] = json!("supervisor");
        it.connects_again(frame);
    }),
];

#[test]
fn all_that_match_are_those_of_the_list_over_which_they_were_chosen() {
    for (change, happen) in CHANGES {
        let mut desk = filtered("topic=t1");
        desk.hears(list(180));
        desk.does(Msg::Bulk(BulkMsg::All(true)));
        desk.does(Msg::Bulk(BulkMsg::Matching));
        assert_eq!(desk.model.matching(), Some((180, false)), "{change}");
        happen(&mut desk);
        desk.hears(list(900));
        assert_eq!(desk.model.matching(), None, "{change}");
        assert!(desk.model.selected().is_empty(), "{change}");
    }
}

#[test]
fn a_question_about_all_that_match_does_nothing_to_another_list() {
    use inbox_protocol::BulkOperation;
    use porchlight_console::model::BulkAction;

    for (change, happen) in CHANGES {
        let mut desk = filtered("topic=t1");
        desk.hears(list(180));
        desk.does(Msg::Bulk(BulkMsg::All(true)));
        desk.does(Msg::Bulk(BulkMsg::Matching));
        desk.does(Msg::Bulk(BulkMsg::Press(BulkAction::Erase)));
        assert!(desk.model.dialog.is_some(), "{change}");
        happen(&mut desk);
        desk.hears(list(900));
        assert!(desk.model.why_not(BulkAction::Erase).is_some(), "{change}");
        let effects = desk.does(Msg::Bulk(BulkMsg::Do(BulkOperation::Erase)));
        assert_eq!(effects, [], "{change}");
    }
}
