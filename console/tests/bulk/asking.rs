//! What was chosen and asked, until the desk has begun it.

use inbox_protocol::{BulkOperation, FromDesk};
use porchlight_console::model::{BulkAction, BulkMsg, Dialog, Effect, Msg};
use serde_json::{Value, json};

use super::{Desk, said};

/// What is done to a selection, each as somebody answers its question; the others are done at once.
fn deeds() -> [Value; 7] {
    [
        json!({"type": "end", "reason": "Knows kilns"}),
        json!({"type": "transfer", "agent": "sue"}),
        json!({"type": "tag", "add": ["vip"]}),
        json!({"type": "block", "purge": false}),
        json!({"type": "erase"}),
        json!({"type": "take"}),
        json!({"type": "reopen"}),
    ]
}

/// What becomes of it: what happens, and why it was not done, if it was not.
type Fate = (&'static str, fn(&mut Desk, &Value), bool);

const FATES: [Fate; 5] = [
    ("the desk begins", |it, running| drop(it.hears(running.clone())), true),
    (
        "the desk refuses",
        |it, _| drop(it.hears(json!({"type": "refused", "reason": "rate"}))),
        false,
    ),
    ("the socket was dead", |it, _| it.comes_back(&json!([])), false),
    (
        "the socket broke after the desk had heard it",
        |it, running| {
            it.comes_back(&json!([running]));
        },
        true,
    ),
    (
        "something else was refused",
        |it, running| {
            it.hears(json!({"type": "refused", "reason": "state"}));
            it.hears(running.clone());
        },
        true,
    ),
];

#[test]
fn what_was_chosen_and_answered_stays_until_the_desk_has_begun_and_is_offered_again() {
    let all: &[&str] = &["end", "transfer", "edit_contact", "block", "erase", "take", "reopen"];
    let rows: [(&str, &[&str]); 2] = [("main-a", all), ("main-b", all)];
    for (deed, (story, happens, is_done)) in
        deeds().into_iter().flat_map(|it| FATES.map(|fate| (it.clone(), fate)))
    {
        for puts_away in [false, true] {
            let story = format!("{deed}: {story}, {puts_away}");
            let operation: BulkOperation = serde_json::from_value(deed.clone()).unwrap();
            let action = BulkAction::of(&operation).unwrap();
            let question = Some(Dialog::Bulk(action)).filter(|_| action.at_once().is_none());
            let mut desk = Desk::with(&rows);
            desk.bulk(BulkMsg::All(true));
            desk.model.dialog = question.clone();
            let frames = said(&desk.bulk(BulkMsg::Do(operation.clone())));
            assert_eq!(frames.len(), 1, "{story}");
            assert_eq!(
                (desk.selected().as_str(), &desk.model.dialog),
                ("ab", &question),
                "{story}"
            );
            assert!(desk.bulk(BulkMsg::Do(operation.clone())).is_empty(), "{story}: once");
            if puts_away {
                desk.does(Msg::Closed);
            }
            let running = json!({
                "type": "bulk", "id": "1", "operation": deed, "total": 2, "answered": 0,
            });
            happens(&mut desk, &running);
            desk.lists(&rows);
            let is_kept = question.is_some() && !is_done;
            assert_eq!(desk.selected(), if is_done { "" } else { "ab" }, "{story}");
            assert_eq!(desk.model.dialog, question.clone().filter(|_| !is_done), "{story}");
            let typed = desk.model.bulk.not_done(action);
            assert_eq!(typed, Some(&operation).filter(|_| is_kept), "{story}");
            assert_eq!(desk.model.bulk.why_not_done(action).is_some(), is_kept, "{story}");
            assert_eq!(desk.model.toasts.is_empty(), is_done && !story.contains("else"), "{story}");
            if !is_done {
                let again = said(&desk.bulk(BulkMsg::Do(operation)));
                assert_eq!(again, frames, "{story}");
            }
        }
    }
}

#[test]
fn whoever_chooses_something_else_meanwhile_keeps_that() {
    let take: &[&str] = &["take"];
    let mut desk = Desk::with(&[("main-a", take), ("main-b", take)]);
    desk.toggles("main-a");
    desk.bulk(BulkMsg::Press(BulkAction::Take));
    desk.toggles("main-b");
    let running = json!({"type": "take"});
    desk.hears(json!({"type": "bulk", "id": "1", "operation": running, "total": 1, "answered": 0}));
    assert_eq!(desk.selected(), "b");
}

#[test]
fn dk170_the_sessions_that_are_on_screen_are_said() {
    let end: &[&str] = &["end"];
    let mut desk = Desk::with(&[("main-a", end), ("main-b", end)]);
    desk.bulk(BulkMsg::All(true));
    let operation = BulkOperation::End { reason: None };
    let effects = desk.bulk(BulkMsg::Do(operation.clone()));
    let conversations: Vec<inbox_types::ConversationId> =
        ["main-a", "main-b"].map(|it| it.parse().unwrap()).into();
    let sessions = conversations.iter().map(|it| (it.clone(), inbox_types::SessionNo(1))).collect();
    assert_eq!(effects, [Effect::SayDesk(FromDesk::Bulk { operation, conversations, sessions })]);
}
