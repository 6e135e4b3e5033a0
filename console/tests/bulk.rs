//! What is chosen in the list, what fits it, and what came of it, as an agent sees it.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "bulk/asking.rs"]
mod asking;

use inbox_protocol::{BulkOperation, FromDesk, ToDesk, http::Me};
use inbox_types::Timestamp;
use porchlight_console::model::{
    BulkAction, BulkMsg, DeskMsg, Dialog, Effect, Model, Msg, Request, Route, SignInMsg, ToastKind,
    start, update,
};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

struct Desk {
    model: Model,
    socket: u32,
}

impl Desk {
    /// A desk whose list has these rows, each with what it allows.
    fn with(rows: &[(&str, &[&str])]) -> Self {
        let mut model = Model::new(NOW, 7);
        assert_eq!(start(&mut model, Route::Desk), [Effect::Ask(Request::Me)]);
        let mut desk = Self { model, socket: 1 };
        let me: Me = serde_json::from_value(json!({
            "workspace": "main", "workspace_name": "Pottery", "may": ["view", "reply"],
            "member": {"id": "ana", "name": "Ana", "email": null, "role": "agent", "departments": []},
        }))
        .unwrap();
        desk.does(Msg::SignIn(SignInMsg::Known(Ok(Box::new(me)))));
        desk.is_greeted(&json!([]));
        desk.lists(rows);
        desk
    }

    fn is_greeted(&mut self, bulks: &Value) -> Vec<Effect> {
        self.does(Msg::Desk(DeskMsg::Opened { socket: self.socket }));
        self.hears(json!({
            "type": "welcome", "version": 1, "now": 5_000_000, "may": ["view", "reply"],
            "me": {"id": "ana", "name": "Ana", "role": "agent", "departments": [],
                   "presence": "available", "load": 0},
            "members": [], "departments": [], "sites": [], "canned": [], "topics": [],
            "settings": {}, "grant": "g", "offers": [], "notifications": [], "bulks": bulks,
        }))
    }

    /// The connection breaks and comes back.
    fn comes_back(&mut self, bulks: &Value) {
        self.does(Msg::Desk(DeskMsg::Closed { socket: self.socket, code: 1006 }));
        let later = Timestamp::from_millis(NOW.as_millis() + 600_000);
        update(&mut self.model, later, Msg::Ticked);
        self.socket += 1;
        self.is_greeted(bulks);
    }

    fn lists(&mut self, rows: &[(&str, &[&str])]) {
        let order: Vec<&str> = rows.iter().map(|it| it.0).collect();
        let rows: Vec<Value> = rows
            .iter()
            .map(|(id, may)| {
                json!({
                    "conversation": id, "site": "main-s1", "session": 1, "state": "active",
                    "closed_by": null, "name": null, "email": null, "phone": null,
                    "language": "en", "preview": "", "preview_by_visitor": false,
                    "last_message_at": null, "unread": 0, "customer_waiting_since": null,
                    "wait_level": 0, "department": null, "owner": null, "others": [],
                    "proactive": false, "tags": [], "conference_requested": false,
                    "wrapup_due": false, "may": may,
                })
            })
            .collect();
        let counts = json!({"mine": 0, "unassigned": 0, "all": 0});
        self.hears(json!({
            "type": "list", "order": order, "rows": rows, "counts": counts, "total": order.len(),
        }));
    }

    fn does(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.model, NOW, msg)
    }

    fn bulk(&mut self, msg: BulkMsg) -> Vec<Effect> {
        self.does(Msg::Bulk(msg))
    }

    fn toggles(&mut self, id: &str) {
        self.bulk(BulkMsg::Toggle(id.parse().unwrap()));
    }

    fn hears(&mut self, frame: Value) -> Vec<Effect> {
        let frame: ToDesk = serde_json::from_value(frame).unwrap();
        let socket = self.socket;
        self.does(Msg::Desk(DeskMsg::Heard { socket, frame: Some(Box::new(frame)) }))
    }

    fn selected(&self) -> String {
        let selected = self.model.selected();
        selected.iter().map(|it| it.as_str().trim_start_matches("main-")).collect()
    }
}

/// What is said to the desk: which operation, about which conversations.
fn said(effects: &[Effect]) -> Vec<String> {
    let frames = effects.iter().filter_map(|it| {
        let Effect::SayDesk(frame) = it else { return None };
        Some(frame)
    });
    let said = frames.filter_map(|it| {
        if let FromDesk::PutAway { bulk } = it {
            return Some(format!("put away {bulk}"));
        }
        let FromDesk::Bulk { operation, conversations, .. } = it else { return None };
        let operation = serde_json::to_value(operation).unwrap();
        let ids: String =
            conversations.iter().map(|it| it.as_str().trim_start_matches("main-")).collect();
        Some(format!("{} {ids}", operation["type"].as_str().unwrap()))
    });
    said.collect()
}

const PLAIN: [(&str, &[&str]); 5] =
    [("main-a", &[]), ("main-b", &[]), ("main-c", &[]), ("main-d", &[]), ("main-e", &[])];

#[test]
fn a_range_goes_from_the_last_one_that_was_chosen_in_either_direction() {
    let range = |desk: &mut Desk, id: &str| {
        desk.bulk(BulkMsg::Range(id.parse().unwrap()));
    };
    let mut desk = Desk::with(&PLAIN);
    range(&mut desk, "main-d");
    assert_eq!(desk.selected(), "d", "nothing was chosen before");
    range(&mut desk, "main-b");
    assert_eq!(desk.selected(), "bcd");
    range(&mut desk, "main-e");
    assert_eq!(desk.selected(), "bcde", "both from where the first began");
    desk.toggles("main-c");
    assert_eq!(desk.selected(), "bde");
    range(&mut desk, "main-a");
    assert_eq!(desk.selected(), "abde", "what is no longer chosen begins no range");
    desk.bulk(BulkMsg::All(true));
    assert_eq!(desk.selected(), "abcde");
    desk.bulk(BulkMsg::All(false));
    assert_eq!(desk.selected(), "");
}

#[test]
fn what_left_the_list_is_not_chosen_and_another_list_begins_with_nothing() {
    let mut desk = Desk::with(&PLAIN);
    desk.bulk(BulkMsg::All(true));
    desk.lists(&PLAIN[..2]);
    assert_eq!(desk.selected(), "ab", "others have taken the rest");
    // A connection that comes back does not take the selection away.
    desk.comes_back(&json!([]));
    desk.lists(&PLAIN[..2]);
    assert_eq!(desk.selected(), "ab");
    desk.does(Msg::Desk(DeskMsg::Tab(inbox_protocol::ListTab::All)));
    desk.lists(&PLAIN);
    assert_eq!(desk.selected(), "");
}

/// What a row must allow for each action.
const NEEDS: [(BulkAction, &[&str]); 7] = [
    (BulkAction::Take, &["take"]),
    (BulkAction::Transfer, &["transfer", "change_owner"]),
    (BulkAction::End, &["end"]),
    (BulkAction::Reopen, &["reopen"]),
    (BulkAction::Tag, &["edit_contact"]),
    (BulkAction::Block, &["block"]),
    (BulkAction::Erase, &["erase"]),
];

#[test]
fn what_fits_is_known_before_the_press_and_is_done_to_that_alone() {
    for (action, needs) in NEEDS {
        for need in needs {
            let one: &[&str] = &[need];
            let mut desk = Desk::with(&[("main-a", &[]), ("main-b", one), ("main-c", one)]);
            assert!(desk.model.why_not(action).is_some(), "{action:?}: nothing is chosen");
            desk.toggles("main-a");
            assert!(desk.model.why_not(action).is_some(), "{action:?} fits nothing");
            assert!(desk.bulk(BulkMsg::Press(action)).is_empty());
            assert_eq!(desk.model.dialog, None, "{action:?}");
            desk.toggles("main-c");
            assert_eq!(desk.model.fitting(action), ["main-c".parse().unwrap()], "{action:?}");
            let effects = desk.bulk(BulkMsg::Press(action));
            match action.at_once() {
                Some(_) => assert_eq!(said(&effects).len(), 1, "{action:?}"),
                None => assert_eq!(desk.model.dialog, Some(Dialog::Bulk(action)), "{action:?}"),
            }
            for other in BulkAction::ALL.into_iter().filter(|it| *it != action) {
                let mut desk = Desk::with(&[("main-b", one)]);
                desk.bulk(BulkMsg::All(true));
                assert!(desk.model.fitting(other).is_empty(), "{need} allows no {other:?}");
            }
        }
    }
}

#[test]
fn a_transfer_of_more_than_twenty_is_not_offered() {
    let ids: Vec<String> = (10..31).map(|n| format!("main-{n}")).collect();
    let rows: Vec<(&str, &[&str])> =
        ids.iter().map(|it| (it.as_str(), &["transfer", "end"] as &[&str])).collect();
    let mut desk = Desk::with(&rows);
    desk.bulk(BulkMsg::All(true));
    assert!(desk.model.why_not(BulkAction::Transfer).is_some());
    assert_eq!(desk.model.why_not(BulkAction::End), None);
    desk.toggles("main-10");
    assert_eq!(desk.model.why_not(BulkAction::Transfer), None);
}

fn result(id: &str, operation: &Value, succeeded: &[&str]) -> Value {
    json!({"id": id, "operation": operation, "total": 2, "answered": 2,
           "outcome": {"succeeded": succeeded, "failed": [
               {"conversation": "main-z", "name": "Linh", "reason": "topic_required"}]}})
}

#[test]
fn a_result_stays_over_a_reconnect_and_until_it_is_put_away() {
    let end = json!({"type": "end", "reason": null});
    let mut desk = Desk::with(&[("main-a", &["end"]), ("main-b", &["end"])]);
    desk.bulk(BulkMsg::All(true));
    let effects = desk.bulk(BulkMsg::Do(BulkOperation::End { reason: None }));
    assert_eq!(said(&effects), ["end ab"]);
    assert_eq!(desk.selected(), "ab", "it is not known to be done");
    desk.hears(json!({"type": "bulk", "id": "1", "operation": end, "total": 2, "answered": 1}));
    assert_eq!(desk.selected(), "", "it is done");
    assert_eq!(desk.model.bulk.views.len(), 1);
    let done = result("1", &end, &["main-a"]);
    desk.comes_back(&json!([done]));
    let outcome = desk.model.bulk.views[0].outcome.as_ref().unwrap();
    assert_eq!(outcome.failed[0].name.as_ref().unwrap().as_str(), "Linh");
    let effects = desk.bulk(BulkMsg::PutAway("1".to_owned()));
    assert_eq!(said(&effects), ["put away 1"]);
    desk.hears(json!({"type": "bulk_gone", "bulk": "1"}));
    assert!(desk.model.bulk.views.is_empty());
}

#[test]
fn what_can_be_taken_back_is_taken_back_where_it_was_done_and_once() {
    let operations = [
        (json!({"type": "take"}), None),
        (json!({"type": "transfer", "agent": "ben"}), None),
        (json!({"type": "end", "reason": null}), Some("reopen ab")),
        (json!({"type": "reopen"}), None),
        (json!({"type": "tag", "add": ["vip"]}), None),
        (json!({"type": "block"}), Some("unblock ab")),
        (json!({"type": "unblock"}), None),
        (json!({"type": "erase"}), None),
    ];
    for (operation, undone) in operations {
        let mut desk = Desk::with(&[]);
        let mut done = result("1", &operation, &["main-a", "main-b"]);
        done["type"] = json!("bulk");
        desk.hears(done);
        let effects = desk.bulk(BulkMsg::Undo("1".to_owned()));
        let wanted: Vec<String> = undone.into_iter().map(str::to_owned).collect();
        assert_eq!(said(&effects), wanted, "{operation}");
    }
}

#[test]
fn what_is_to_be_taken_back_is_there_until_the_desk_does_it() {
    let block = json!({"type": "block"});
    let running = json!({"type": "bulk", "id": "2", "operation": {"type": "unblock"}, "total": 2,
                         "answered": 0});
    let asked = || {
        let mut desk = Desk::with(&[]);
        let mut done = result("1", &block, &["main-a", "main-b"]);
        done["type"] = json!("bulk");
        desk.hears(done);
        assert_eq!(said(&desk.bulk(BulkMsg::Undo("1".to_owned()))), ["unblock ab"]);
        // An impatient second press asks for nothing.
        assert!(desk.bulk(BulkMsg::Undo("1".to_owned())).is_empty());
        desk
    };
    let mut desk = asked();
    assert_eq!(said(&desk.hears(running.clone())), ["put away 1"]);
    assert!(desk.hears(running).is_empty(), "once");

    // Refused, or lost with the connection: it stays, and can be taken back again.
    for is_refused in [true, false] {
        let mut desk = asked();
        if is_refused {
            desk.hears(json!({"type": "refused", "reason": "rate"}));
        } else {
            let mut done = result("1", &block, &["main-a", "main-b"]);
            done["type"] = json!("bulk");
            desk.comes_back(&json!([done]));
        }
        assert_eq!(desk.model.bulk.views.len(), 1, "{is_refused}");
        let again = said(&desk.bulk(BulkMsg::Undo("1".to_owned())));
        assert_eq!(again, ["unblock ab"], "{is_refused}");
    }
}

#[test]
fn what_did_not_reach_the_desk_is_said_to_be_lost_and_what_did_is_not() {
    let take = json!({"type": "take"});
    let running = json!({"id": "2", "operation": take, "total": 1, "answered": 0});
    for (bulks, is_lost) in [(json!([]), true), (json!([running]), false)] {
        let mut desk = Desk::with(&[("main-a", &["take"])]);
        desk.toggles("main-a");
        desk.bulk(BulkMsg::Press(BulkAction::Take));
        desk.comes_back(&bulks);
        let said = desk.model.toasts.iter().any(|it| it.kind == ToastKind::NotDone);
        assert_eq!(said, is_lost);
    }
    // Without a connection nothing is asked, and the selection stays.
    let mut desk = Desk::with(&[("main-a", &["take"])]);
    desk.toggles("main-a");
    desk.does(Msg::Online(false));
    assert!(desk.bulk(BulkMsg::Press(BulkAction::Take)).is_empty());
    assert_eq!(desk.selected(), "a");
}

#[test]
fn a_block_erases_only_where_all_may_be_erased() {
    let all: &[&str] = &["block", "erase"];
    let some: &[&str] = &["block"];
    for (rows, may) in
        [([("main-a", all), ("main-b", all)], true), ([("main-a", all), ("main-b", some)], false)]
    {
        let mut desk = Desk::with(&rows);
        desk.bulk(BulkMsg::All(true));
        assert_eq!(desk.model.may_purge(), may);
    }
}

#[test]
fn dk67_all_that_match_are_asked_for_by_their_list_once_more_match_than_are_shown() {
    let mut desk = Desk::with(&PLAIN);
    desk.model.desk.total = 40;
    assert_eq!(desk.model.matches_more(), None, "not all that is shown is chosen");
    desk.bulk(BulkMsg::Matching);
    assert_eq!(desk.model.matching(), None);
    desk.bulk(BulkMsg::All(true));
    assert_eq!(desk.model.matches_more(), Some((40, false)));
    desk.bulk(BulkMsg::Matching);
    assert_eq!(desk.model.matching(), Some((40, false)));
    // Of what is not shown nobody here knows what it allows, and a transfer has its limit.
    assert_eq!(desk.model.why_not(BulkAction::Reopen), None);
    assert!(desk.model.why_not(BulkAction::Transfer).is_some());
    let query = desk.model.desk.query();
    let operation = BulkOperation::Reopen;
    let effects = desk.bulk(BulkMsg::Do(operation.clone()));
    assert_eq!(effects, [Effect::SayDesk(FromDesk::BulkAll { operation, query })]);
    assert_eq!(desk.model.matching(), Some((40, false)), "it is not known to be done");
    let running = json!({"type": "reopen"});
    desk.hears(
        json!({"type": "bulk", "id": "1", "operation": running, "total": 40, "answered": 0}),
    );
    assert_eq!((desk.selected(), desk.model.matching()), (String::new(), None));
    // Whoever takes one out does not mean all.
    desk.bulk(BulkMsg::All(true));
    desk.bulk(BulkMsg::Matching);
    desk.toggles("main-c");
    assert_eq!((desk.selected().as_str(), desk.model.matching()), ("abde", None));
}

#[test]
fn how_far_an_operation_is_is_spoken_every_five_seconds_at_most_and_at_its_end() {
    let mut desk = Desk::with(&PLAIN);
    let spoken = |desk: &Desk| desk.model.bulk.spoken.as_ref().map(|it| it.answered);
    let view = |answered: u32, outcome: Value| {
        json!({
            "type": "bulk", "id": "b1", "operation": {"type": "reopen"}, "total": 3,
            "answered": answered, "outcome": outcome,
        })
    };
    desk.hears(view(0, Value::Null));
    desk.hears(view(1, Value::Null));
    assert_eq!(spoken(&desk), Some(0), "too soon");
    desk.model.now = desk.model.now.after(inbox_types::Millis::seconds(5));
    desk.hears(view(2, Value::Null));
    assert_eq!(spoken(&desk), Some(2));
    desk.hears(view(3, json!({"succeeded": [], "failed": []})));
    assert_eq!(spoken(&desk), Some(3));
}

#[test]
fn whoever_accepts_keeps_what_they_have_chosen_and_asked() {
    let rows: [(&str, &[&str]); 2] = [("main-c1", &["end"]), ("main-c2", &["end"])];
    let choose: [fn(&mut Desk); 5] = [
        |it| it.toggles("main-c1"),
        |it| {
            it.bulk(BulkMsg::All(true));
        },
        |it| {
            it.toggles("main-c2");
            it.bulk(BulkMsg::Press(BulkAction::End));
        },
        |it| {
            it.does(Msg::Opened(Dialog::SaveView));
        },
        |it| {
            it.does(Msg::Opened(Dialog::End("main-c2".parse().unwrap())));
        },
    ];
    for (no, choose) in choose.into_iter().enumerate() {
        let mut desk = Desk::with(&rows);
        desk.does(Msg::Desk(DeskMsg::Tab(inbox_protocol::ListTab::All)));
        desk.lists(&rows);
        choose(&mut desk);
        let stands = |it: &Desk| {
            let model = &it.model;
            (it.selected(), model.dialog.clone(), model.desk.view.clone(), model.desk.order.clone())
        };
        let (before, route) = (stands(&desk), desk.model.route.clone());
        desk.hears(json!({
            "type": "offer", "id": "o1", "conversation": "main-c7", "kind": "assign",
            "name": "Linh", "department": null, "from": null, "messages": [], "proactive": false,
            "page": null, "received_at": 5_000_000, "deadline": 5_030_000,
        }));
        let offer = "o1".parse().unwrap();
        let effects = desk.does(Msg::Desk(DeskMsg::Answer { offer, accept: true }));
        assert!(
            effects.iter().any(|it| matches!(it, Effect::SayDesk(FromDesk::Answer { .. }))),
            "{no}: it is accepted"
        );
        assert_eq!(stands(&desk), before, "{no}");
        let is_asked = before.1.is_some();
        assert_eq!(desk.model.route == route, is_asked, "{no}: nobody is led from a question");
    }
}
