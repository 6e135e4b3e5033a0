//! Without a connection: what waits, what is refused, and what comes back.

use inbox_protocol::{FromAgent, FromDesk, TransferTarget};
use inbox_types::{ContactField, Millis, Place, Presence, SessionNo, Visibility};
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

/// A press that can wait, and the frame that it becomes.
type Patient = (FromAgent, fn(&FromAgent) -> bool);

fn patient() -> Vec<Patient> {
    let label = |it: &str| it.to_owned().try_into().unwrap();
    vec![
        (
            FromAgent::SetTags { tags: vec![label("old"), label("vip")] },
            |it| matches!(it, FromAgent::SetTags { tags } if tags.len() == 2),
        ),
        (
            FromAgent::SetTags { tags: vec![] },
            |it| matches!(it, FromAgent::SetTags { tags } if tags.is_empty()),
        ),
        (
            FromAgent::SetTopics { topics: vec!["t1".parse().unwrap()], session: None },
            |it| matches!(it, FromAgent::SetTopics { topics, .. } if topics.len() == 1),
        ),
        (FromAgent::SetLanguage { language: Some("vi".parse().unwrap()) }, |it| {
            matches!(it, FromAgent::SetLanguage { language: Some(_) })
        }),
        (
            FromAgent::SetContact {
                details: serde_json::from_value(json!({"name": "Linh"})).unwrap(),
            },
            |it| {
                matches!(it, FromAgent::SetContact { details }
                    if details.name.as_ref().map(inbox_types::Text::as_str) == Some("Linh"))
            },
        ),
        (
            FromAgent::Edit { of: Place(1), text: "Two days.".to_owned().try_into().unwrap() },
            |it| matches!(it, FromAgent::Edit { of: Place(1), .. }),
        ),
        (FromAgent::Delete { of: Place(1) }, |it| matches!(it, FromAgent::Delete { of: Place(1) })),
    ]
}

#[test]
fn what_can_wait_for_the_connection_is_done_when_it_is_back() {
    for (frame, is_it) in patient() {
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
        console.comes_back();
        assert_eq!(n(&console), 1, "{frame:?} has arrived and is not done twice");

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

#[test]
fn a_refusal_that_closes_the_socket_is_of_no_press() {
    for reason in ["unauthorized", "rate"] {
        let refused = json!({"type": "refused", "reason": reason});
        for (frame, is_it) in patient() {
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
fn what_cannot_wait_is_refused_in_words_or_told_to_have_failed() {
    let until = None;
    let impatient = [
        FromAgent::Take,
        FromAgent::Transfer {
            to: TransferTarget::Agent("sue".parse().unwrap()),
            mode: None,
            reason: None,
            session: None,
        },
        FromAgent::Invite { agent: "sue".parse().unwrap(), mode: None },
        FromAgent::CancelOffer,
        FromAgent::Leave { session: None },
        FromAgent::Supervise,
        FromAgent::End { ask: false, reason: None, session: None },
        FromAgent::Ask,
        FromAgent::Wrapup { session: SessionNo(1), reason: None, remark: None },
        FromAgent::Snooze { until, session: None },
        FromAgent::Wake,
        FromAgent::Reopen,
        FromAgent::Block,
        FromAgent::Unblock,
        FromAgent::Erase,
    ];
    for frame in impatient {
        let mut console = Console::new();
        console.loses_the_connection();
        console.presses(frame.clone());
        assert!(!console.said.contains(&frame), "{frame:?} went nowhere");
        assert!(console.is_told(&ToastKind::NotConnected), "{frame:?} was swallowed");

        // The browser knows before the socket does.
        let mut console = Console::new();
        console.does(Msg::Online(false));
        console.presses(frame.clone());
        assert!(!console.said.contains(&frame) && console.is_told(&ToastKind::NotConnected));

        let mut console = Console::new();
        console.presses(frame.clone());
        assert!(console.said.contains(&frame));
        console.loses_the_connection();
        assert!(console.is_told(&ToastKind::NotDone), "{frame:?} was swallowed by a dead socket");

        let mut console = Console::new();
        console.presses(frame.clone());
        console.hears_pong();
        console.loses_the_connection();
        assert!(!console.is_told(&ToastKind::NotDone), "{frame:?} had arrived");
    }
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

    // Said into a socket that was dead already.
    let mut console = Console::new();
    console.does(presence);
    console.does(Msg::Desk(DeskMsg::Closed { socket: 1, code: 1006 }));
    console.now = console.now.after(Millis::minutes(2));
    console.does(Msg::Ticked);
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
