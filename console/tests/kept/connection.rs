//! Without a connection: what waits, what is refused, and what comes back.

use inbox_protocol::{FromAgent, FromDesk};
use inbox_types::{ContactField, Place, Presence, SessionNo, Visibility};
use porchlight_console::model::{DeskMsg, Dialog, Msg, RoomMsg, Route, ToastKind};
use serde_json::{Value, json};

use crate::{Console, Storage, conversation, here, message, others, taken};

#[test]
fn a_press_that_failed_wants_no_answer_later() {
    let refused = json!({"type": "refused", "reason": "no_capacity"});
    let fail: [fn(&mut Console, &Value); 2] = [
        |it, refused| it.hears(refused),
        |it, _| {
            it.loses_the_connection();
            it.comes_back();
        },
    ];
    let beside = &others()[2];
    for press in [FromAgent::Take, FromAgent::Reopen] {
        for fail in fail {
            let mut console = Console::with(7, Storage::new(), conversation(&taken(), &json!({})));
            console.presses(press.clone());
            fail(&mut console, &refused);
            console.becomes(beside, &json!({}));
            assert_eq!(console.composer().visibility, Visibility::Note, "{press:?}");
        }
    }
}

/// A press that can wait, the frame that it becomes, and what the relay says once it is done.
pub(crate) type Patient = (FromAgent, fn(&FromAgent) -> bool, fn(&mut Console));

pub(crate) fn patient() -> Vec<Patient> {
    let label = |it: &str| it.to_owned().try_into().unwrap();
    let session = Some(SessionNo(1));
    vec![
        (
            FromAgent::SetTags { tags: vec![label("old"), label("vip")] },
            |it| matches!(it, FromAgent::SetTags { tags } if tags.len() == 2),
            |it| it.view["contact"]["tags"] = json!(["old", "vip"]),
        ),
        (
            FromAgent::SetTags { tags: vec![] },
            |it| matches!(it, FromAgent::SetTags { tags } if tags.is_empty()),
            |it| it.view["contact"]["tags"] = json!([]),
        ),
        (
            FromAgent::SetTopics { topics: vec!["t1".parse().unwrap()], session },
            |it| matches!(it, FromAgent::SetTopics { topics, .. } if topics.len() == 1),
            |it| it.view["session"]["topics"] = json!(["t1"]),
        ),
        (
            FromAgent::SetLanguage { language: Some("vi".parse().unwrap()) },
            |it| matches!(it, FromAgent::SetLanguage { language: Some(_) }),
            |it| {
                it.view["language"] = json!("vi");
                it.view["language_source"] = json!("agent");
            },
        ),
        (
            FromAgent::SetContact {
                details: serde_json::from_value(json!({"name": "Linh"})).unwrap(),
            },
            |it| {
                matches!(it, FromAgent::SetContact { details }
                    if details.name.as_ref().map(inbox_types::Text::as_str) == Some("Linh"))
            },
            |it| it.view["contact"]["details"] = json!({"name": "Linh"}),
        ),
        (
            FromAgent::Edit { of: Place(1), text: "Two days.".to_owned().try_into().unwrap() },
            |it| matches!(it, FromAgent::Edit { of: Place(1), .. }),
            |it| it.more.push(later(&json!({"type": "edited", "of": 1, "text": "Two days."}))),
        ),
        (
            FromAgent::Delete { of: Place(1) },
            |it| matches!(it, FromAgent::Delete { of: Place(1) }),
            |it| it.more.push(later(&json!({"type": "deleted", "of": 1}))),
        ),
    ]
}

/// What happened after the two messages.
fn later(body: &Value) -> Value {
    json!({"place": 3, "at": 5_000_000, "session": 1, "body": body})
}

#[test]
fn what_can_wait_for_the_connection_is_done_when_it_is_back() {
    for (frame, is_it, is_stored) in patient() {
        let n = |it: &Console| it.said.iter().filter(|it| is_it(it)).count();

        let mut console = Console::new();
        console.loses_the_connection();
        console.presses(frame.clone());
        assert_eq!(n(&console), 0, "there is nobody to say it to");
        assert!(console.model.toasts.is_empty(), "it is not refused either");
        console.comes_back();
        assert_eq!(n(&console), 1, "{frame:?} is done");
        console.hears_pong();
        console.loses_the_connection();
        is_stored(&mut console);
        console.comes_back();
        assert_eq!(n(&console), 1, "{frame:?} was stored and is not done twice");
        assert!(console.storage.is_empty(), "{frame:?} is not kept once it shows");

        // Said into a socket that was dead already.
        let mut console = Console::new();
        console.presses(frame.clone());
        assert_eq!(n(&console), 1);
        console.loses_the_connection();
        console.comes_back();
        assert_eq!(n(&console), 2, "{frame:?} is said again");

        // The page is loaded again meanwhile.
        let mut console = Console::new();
        console.loses_the_connection();
        console.presses(frame.clone());
        assert_eq!(n(&console.reloads()), 1, "{frame:?} survives the page");
    }
}

/// The platform answers a ping for a conversation that sleeps, and that may fail when it wakes.
#[test]
fn what_arrived_and_was_not_stored_is_said_again() {
    for (frame, is_it, _) in patient() {
        let n = |it: &Console| it.said.iter().filter(|it| is_it(it)).count();
        for seconds in [0, 1, 4] {
            let mut console = Console::new();
            console.presses(frame.clone());
            console.hears_pong();
            console.waits(seconds);
            console.loses_the_connection();
            console.comes_back();
            assert_eq!(n(&console), 2, "{frame:?} was lost after {seconds} s");

            let mut console = Console::new();
            console.presses(frame.clone());
            console.hears_pong();
            console.waits(seconds);
            assert_eq!(n(&console.reloads()), 1, "{frame:?} was lost with the page");
        }

        // What has had its time is done, even if a colleague did the opposite, and is kept no longer.
        let mut console = Console::new();
        console.presses(frame.clone());
        console.hears_pong();
        console.waits(6);
        assert!(console.storage.is_empty(), "{frame:?}");
        console.loses_the_connection();
        console.comes_back();
        assert_eq!(n(&console), 1, "{frame:?}");

        // The answer to a question of before tells nothing of it.
        let mut console = Console::new();
        console.asks_whether_it_is_there();
        console.presses(frame.clone());
        console.hears_pong();
        console.waits(6);
        console.loses_the_connection();
        console.comes_back();
        assert_eq!(n(&console), 2, "{frame:?} was not answered");
    }
}

#[test]
fn a_refusal_that_closes_the_socket_is_of_no_press() {
    for reason in ["unauthorized", "rate"] {
        let refused = json!({"type": "refused", "reason": reason});
        for (frame, is_it, _) in patient() {
            let mut console = Console::new();
            console.presses(frame.clone());
            console.hears(&refused);
            console.loses_the_connection();
            console.comes_back();
            let n = console.said.iter().filter(|it| is_it(it)).count();
            assert_eq!(n, 2, "{frame:?} is said again after {reason}");
        }
        let question = Dialog::End(here());
        let mut console = Console::new();
        console.does(Msg::Opened(question.clone()));
        let end = FromAgent::End { ask: false, reason: None, session: None };
        console.does(Msg::Answered(here(), vec![end]));
        console.hears(&refused);
        assert_eq!(console.model.dialog, None, "{reason} says nothing of the answer");
        assert_eq!(console.shown().refusal_of(&question), None);
    }
}

#[test]
fn a_file_is_opened_while_somebody_waits_for_it_or_not_at_all() {
    let link = json!({"type": "link", "file": "f1", "url": "https://files.example/f1"});
    let press = || RoomMsg::OpenFile("f1".parse().unwrap());
    let asked = |it: &Console| it.said.iter().any(|it| matches!(it, FromAgent::Link { .. }));

    let mut console = Console::new();
    console.room(press());
    console.hears(&link);
    assert_eq!(console.windows, ["https://files.example/f1"]);

    // Pressed without a connection.
    for is_online in [true, false] {
        let mut console = Console::new();
        if is_online {
            console.loses_the_connection();
        } else {
            console.does(Msg::Online(false));
        }
        console.room(press());
        assert!(console.is_told(&ToastKind::NotConnected) && !asked(&console));
        console.does(Msg::Online(true));
        if is_online {
            console.comes_back();
        }
        console.hears(&link);
        assert!(console.windows.is_empty(), "nobody asked for it again");
    }

    // The connection broke before the address came.
    let mut console = Console::new();
    console.room(press());
    console.loses_the_connection();
    console.comes_back();
    console.hears(&link);
    assert!(asked(&console) && console.windows.is_empty());
}

#[test]
fn what_colleagues_did_meanwhile_is_not_undone_by_what_waited() {
    let mut console = Console::new();
    console.loses_the_connection();
    console.presses(FromAgent::SetTags { tags: vec!["vip".to_owned().try_into().unwrap()] });
    console.fills_in(ContactField::Name, "Linh");
    console.room(RoomMsg::SaveContact);
    console.view["contact"]["tags"] = json!(["old", "late"]);
    console.view["contact"]["details"] = json!({"phone": "123"});
    console.comes_back();
    let tags = console.said.iter().find_map(|it| match it {
        FromAgent::SetTags { tags } => {
            Some(tags.iter().map(inbox_types::Text::as_str).collect::<Vec<_>>())
        }
        _ => None,
    });
    assert_eq!(tags, Some(vec!["late", "vip"]));
    let details = console.said.iter().find_map(|it| match it {
        FromAgent::SetContact { details } => Some(details.clone()),
        _ => None,
    });
    let details = details.unwrap();
    assert_eq!(details.phone.as_ref().map(inbox_types::Text::as_str), Some("123"));
    assert_eq!(details.name.as_ref().map(inbox_types::Text::as_str), Some("Linh"));
}

#[test]
fn a_question_that_needs_the_relay_is_not_even_opened_without_it() {
    let questions = [
        Dialog::Transfer(here()),
        Dialog::Invite(here()),
        Dialog::End(here()),
        Dialog::Wrapup(here(), SessionNo(1)),
        Dialog::Snooze(here()),
        Dialog::Leave(here()),
        Dialog::Block(here()),
        Dialog::Erase(here()),
    ];
    for question in questions {
        let mut console = Console::new();
        console.does(Msg::Opened(question.clone()));
        assert_eq!(console.model.dialog, Some(question.clone()));
        let mut console = Console::new();
        console.loses_the_connection();
        console.does(Msg::Opened(question));
        assert_eq!(console.model.dialog, None);
        assert!(console.is_told(&ToastKind::NotConnected));
    }
}

#[test]
fn the_desk_swallows_nothing_either() {
    let presence = Msg::Desk(DeskMsg::SetPresence(Presence::Away(inbox_types::AwayReason::Lunch)));
    let lunch = FromDesk::SetPresence { presence: Presence::Away(inbox_types::AwayReason::Lunch) };
    let accept = Msg::Desk(DeskMsg::Answer { offer: "o1".parse().unwrap(), accept: true });
    for press in [presence.clone(), accept] {
        let mut console = Console::new();
        let said = console.said_to_desk.len();
        console.does(Msg::Desk(DeskMsg::Closed { socket: 1, code: 1006 }));
        console.does(press);
        assert_eq!(console.said_to_desk.len(), said);
        assert!(console.is_told(&ToastKind::NotConnected));
        assert_eq!(console.model.desk.offers.len(), 1, "the offer can still be answered");
    }

    // Said into a socket that was dead already, or to a desk that fell over it: said again. Not what the desk
    // has shown, nor what has had its time.
    let pong = Msg::Desk(DeskMsg::Heard { socket: 1, frame: None });
    let shows =
        json!({"type": "presence", "member": "ana", "presence": {"away": "lunch"}, "load": 0});
    for (answered, shown, seconds, n) in [
        (false, false, 0, 2),
        (true, false, 1, 2),
        (true, true, 1, 1),
        (false, true, 1, 1),
        (true, false, 6, 1),
    ] {
        let mut console = Console::new();
        console.does(presence.clone());
        if answered {
            console.does(pong.clone());
        }
        if shown {
            console.desk_says(shows.clone());
        }
        console.waits(seconds);
        console.does(Msg::Desk(DeskMsg::Closed { socket: 1, code: 1006 }));
        console.waits(120);
        console.connects_desk(2);
        let said = console.said_to_desk.iter().filter(|it| **it == lunch).count();
        assert_eq!(said, n, "{answered} {shown} {seconds}");
    }

    // The answer to a question of before tells nothing of it.
    let mut console = Console::new();
    console.waits(26);
    console.does(presence);
    console.does(pong);
    console.waits(6);
    console.does(Msg::Desk(DeskMsg::Closed { socket: 1, code: 1006 }));
    console.waits(120);
    console.connects_desk(2);
    assert_eq!(console.said_to_desk.iter().filter(|it| **it == lunch).count(), 2);
}

#[test]
fn whoever_has_scrolled_up_has_not_seen_what_comes_below_when_the_desk_is_back() {
    let seen = |it: &Console| it.said.iter().any(|it| matches!(it, FromAgent::Seen { .. }));
    for scrolled in [false, true] {
        let mut console = Console::new();
        console.does(Msg::Focused(true));
        console.room(RoomMsg::Scrolled { at_end: !scrolled });
        console.said.clear();
        console.connects_desk(1);
        console.hears(&json!({"type": "entry", "entry": message(3, "Still there?", "public")}));
        assert_eq!(seen(&console), !scrolled);
        // Whoever comes to it again begins at its end.
        console.does(Msg::Routed(Route::Desk));
        console.does(Msg::Goto(here()));
        assert!(seen(&console));
    }
}
