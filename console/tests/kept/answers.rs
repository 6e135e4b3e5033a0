//! Questions and their answers: what is refused comes back with all that was typed.

use inbox_protocol::{FromAgent, TransferTarget};
use inbox_types::{ContactField, Millis, Place, SessionNo, Visibility};
use porchlight_console::model::{Dialog, Leave, Msg, RoomMsg, Route, ToastKind};
use serde_json::json;

use crate::{Console, Storage, connection::patient, conversation, ended, here};

/// The questions that somebody types into or chooses in, each with an answer.
fn answers() -> Vec<(Dialog, FromAgent)> {
    let label = |it: &str| Some(it.to_owned().try_into().unwrap());
    let to = TransferTarget::Agent("sue".parse().unwrap());
    let remark = Some("She asked for blue.".to_owned().try_into().unwrap());
    let session = SessionNo(1);
    vec![
        (
            Dialog::Transfer(here()),
            FromAgent::Transfer { to, mode: None, reason: label("Knows kilns"), session: None },
        ),
        (
            Dialog::Invite(here()),
            FromAgent::Invite { agent: "sue".parse().unwrap(), mode: None, session: None },
        ),
        (Dialog::End(here()), FromAgent::End { ask: true, reason: label("Solved"), session: None }),
        (
            Dialog::Wrapup(here(), session),
            FromAgent::Wrapup { session, reason: label("Solved"), remark },
        ),
    ]
}

#[test]
fn a_refused_answer_comes_back_with_all_that_was_typed() {
    let refused = json!({"type": "refused", "reason": "topic_required"});
    for (question, answer) in answers() {
        let asked = || {
            let mut console = Console::new();
            console.does(Msg::Opened(question.clone()));
            console.does(Msg::Answered(here(), vec![answer.clone()]));
            assert_eq!(console.model.dialog, None);
            assert!(console.said.contains(&answer));
            console
        };
        let is_kept = |it: &Console| it.shown().answer_to(&question) == Some(&answer);

        // The sign of life may overtake the refusal.
        for early in [false, true] {
            let mut console = asked();
            if early {
                console.hears_pong();
            }
            console.hears(&refused);
            assert_eq!(console.model.dialog, Some(question.clone()), "it is asked again");
            assert!(is_kept(&console), "{question:?}");
            let why = console.shown().refusal_of(&question);
            assert_eq!(why, Some(inbox_protocol::Refusal::TopicRequired));
            // Put away to look something up, and opened again.
            console.does(Msg::Closed);
            console.does(Msg::Opened(question.clone()));
            assert!(is_kept(&console), "{question:?}");
        }

        // Nobody is thrown out of another question.
        let mut console = asked();
        console.does(Msg::Opened(Dialog::Shortcuts));
        console.hears(&refused);
        assert_eq!(console.model.dialog, Some(Dialog::Shortcuts));
        assert!(is_kept(&console), "{question:?}");

        // The connection breaks first.
        let mut console = asked();
        console.loses_the_connection();
        assert!(is_kept(&console), "{question:?}");

        // It arrived, and what should have stored it failed.
        let mut console = asked();
        console.hears_pong();
        console.waits(1);
        console.loses_the_connection();
        console.comes_back();
        assert!(console.is_told(&ToastKind::NotDone), "{question:?}");

        // Done, and forgotten.
        let mut console = asked();
        console.hears_pong();
        console.now = console.now.after(Millis::seconds(6));
        console.does(Msg::Ticked);
        assert!(!is_kept(&console), "{question:?}");
        console.hears(&refused);
        assert_eq!(console.model.dialog, None, "that was something else");

        // Without a connection the question stays.
        let mut console = Console::new();
        console.does(Msg::Opened(question.clone()));
        console.loses_the_connection();
        console.does(Msg::Answered(here(), vec![answer.clone()]));
        assert_eq!(console.model.dialog, Some(question.clone()));
        assert!(!console.said.contains(&answer));
    }
}

#[test]
fn a_wrap_up_that_needs_a_topic_offers_them() {
    for (mandatory, chosen, of, offers) in [
        (true, json!([]), 1, true),
        (true, json!(["t1"]), 1, false),
        (false, json!([]), 1, false),
        (true, json!([]), 2, false),
    ] {
        let mut view = conversation(&ended(), &json!({}));
        view["session"]["topics"] = chosen;
        view["rules"] = serde_json::to_value(inbox_protocol::AgentRules {
            topic_mandatory: mandatory,
            ..Default::default()
        })
        .unwrap();
        let console = Console::with(7, Storage::new(), view);
        let topics = console.model.topics_for_wrapup(&here(), SessionNo(of));
        assert_eq!(!topics.is_empty(), offers, "{mandatory} {of}");
    }
}

#[test]
fn a_text_that_does_not_fit_is_not_cut() {
    let mut console = Console::new();
    let long = "n".repeat(ContactField::Name.most() + 1);
    console.fills_in(ContactField::Name, &long);
    console.fills_in(ContactField::Phone, "123");
    console.room(RoomMsg::SaveContact);
    assert_eq!(console.shown().field(ContactField::Name), long);
    let tag = "t".repeat(100);
    console.room(RoomMsg::TypedTag(tag.clone()));
    console.room(RoomMsg::AddTag);
    assert_eq!(console.shown().tag, tag);
    assert_eq!(console.model.toasts.len(), 1);
}

#[test]
fn what_is_refused_goes_back_to_where_it_was_typed() {
    let refused = json!({"type": "refused", "reason": "forbidden"});
    let mut console = Console::new();
    console.fills_in(ContactField::Notes, "Likes blue.");
    console.room(RoomMsg::SaveContact);
    assert!(console.shown().contact.is_empty());
    console.hears(&refused);
    assert_eq!(console.shown().contact[&ContactField::Notes].text, "Likes blue.");

    let mut console = Console::new();
    console.types("Half an answer");
    console.room(RoomMsg::Edit(Place(1)));
    console.types("Two days.");
    console.sends();
    assert_eq!(console.composer().text, "Half an answer");
    console.hears(&refused);
    assert_eq!(console.composer().text, "Half an answer", "the next key is of that");
    // What it says leads to the text, which outlives the page.
    let reason = inbox_protocol::Refusal::Forbidden;
    assert!(console.is_told(&ToastKind::EditRefused { reason, of: Place(1) }));
    let mut console = console.reloads();
    console.room(RoomMsg::Edit(Place(1)));
    assert_eq!(console.composer().text, "Two days.");
    console.room(RoomMsg::Dismiss);
    assert_eq!(console.composer().text, "Half an answer");

    // Where nothing is being written it is on screen at once.
    let mut console = Console::new();
    console.room(RoomMsg::Edit(Place(1)));
    console.types("Two days.");
    console.sends();
    console.hears(&refused);
    assert_eq!(console.composer().text, "Two days.");
}

#[test]
fn whatever_is_refused_leaves_the_composer_as_it_is() {
    let refused = json!({"type": "refused", "reason": "forbidden"});
    for (frame, _, _) in patient() {
        for kind in [Visibility::Public, Visibility::Note, Visibility::Whisper] {
            let mut console = Console::new();
            console.presses(frame.clone());
            console.writes(kind, "Half an answer");
            let before = console.composer().clone();
            console.hears(&refused);
            let now = console.composer();
            assert_eq!((&now.text, now.visibility), (&before.text, kind), "{frame:?}");
            assert_eq!((now.caret, now.editing), (before.caret, None), "{frame:?}");
        }
        // The same message is edited again meanwhile, or another one.
        for of in [Place(1), Place(2)] {
            let mut console = Console::new();
            console.presses(frame.clone());
            console.room(RoomMsg::Edit(of));
            console.types("Three days.");
            console.hears(&refused);
            let now = console.composer();
            assert_eq!((now.text.as_str(), now.editing), ("Three days.", Some(of)), "{frame:?}");
        }
    }
}

/// An answer that is given while the conversation stands so that it can be.
fn answered(question: &Dialog, answer: &FromAgent) -> Console {
    let mut view = conversation(&crate::mine(), &json!({}));
    if matches!(answer, FromAgent::Wrapup { .. }) {
        view["wrapups_due"] = json!([1]);
    }
    let mut console = Console::with(7, Storage::new(), view);
    console.does(Msg::Opened(question.clone()));
    console.does(Msg::Answered(here(), vec![answer.clone()]));
    assert!(console.said.contains(answer));
    console
}

/// What can become of an answer before it is known to be done.
type Fate = (&'static str, fn(&mut Console));

const FATES: [Fate; 5] = [
    ("on its way", |_| ()),
    ("arrived", Console::hears_pong),
    ("lost in a dead socket", Console::loses_the_connection),
    ("lost in a fault", |it| {
        it.hears_pong();
        it.waits(1);
        it.loses_the_connection();
        it.comes_back();
    }),
    ("refused", |it| it.hears(&json!({"type": "refused", "reason": "topic_required"}))),
];

#[test]
fn leaving_the_page_over_an_answer_that_is_not_known_to_be_done_asks_first() {
    for (question, answer) in answers() {
        for (fate, becomes) in FATES {
            let mut console = answered(&question, &answer);
            becomes(&mut console);
            assert!(console.model.asks_before_unload(), "{answer:?} {fate}");
            if fate == "lost in a fault" {
                assert!(console.is_told(&ToastKind::NotDone), "{answer:?}");
            }
        }

        // Nobody is asked about what shows, before or after a socket broke.
        for breaks in [false, true] {
            let mut console = answered(&question, &answer);
            console.hears_pong();
            console.view["wrapups_due"] = json!([]);
            console.view["session"]["still_questions"] = json!(true);
            console.view["session"]["offer"] = json!({"id": "o1", "kind": "transfer",
                "agent": {"id": "sue", "name": "Sue"}, "deadline": 6_000_000});
            if breaks {
                console.loses_the_connection();
                console.comes_back();
            } else {
                let view = console.view.clone();
                console.hears(&json!({"type": "conversation", "conversation": view}));
            }
            assert!(!console.model.asks_before_unload(), "{answer:?}");
            assert!(!console.model.has_any_draft(), "{answer:?}");
            assert!(!console.is_told(&ToastKind::NotDone), "{answer:?}");
        }
    }
}

#[test]
fn signing_out_over_an_answer_that_is_not_known_to_be_done_asks_first() {
    for (question, answer) in answers() {
        for (fate, becomes) in FATES {
            let mut console = answered(&question, &answer);
            becomes(&mut console);
            let out = Dialog::Unsaved(Leave::SignOut);
            console.does(Msg::Opened(out.clone()));
            assert_eq!(console.model.dialog, Some(out), "{answer:?} {fate}");
            assert!(console.model.has_any_draft(), "it says why");
        }
        // Nobody is asked for what is done, nor does its row say that something is written.
        let mut console = answered(&question, &answer);
        assert!(!console.model.has_draft(&here()), "{answer:?} is on its way");
        console.hears_pong();
        console.waits(6);
        assert!(!console.model.has_any_draft(), "{answer:?}");
    }
}

#[test]
fn that_a_site_is_gone_is_said_once_nothing_else_is_asked_and_of_each_conversation() {
    let gone = |no: u32| {
        json!({"type": "notify", "id": format!("deleted:main-c{no}"), "kind": "asset_deleted",
               "conversation": format!("main-c{no}"), "name": "Linh", "preview": "", "life": null})
    };
    let says = |no: u32| {
        let (conversation, name) = (crate::id(&format!("main-c{no}")), "Linh".to_owned());
        Some(Dialog::SiteDeleted { conversation, name })
    };
    for (question, _) in answers() {
        let mut console = Console::new();
        console.does(Msg::Opened(question.clone()));
        for no in [7, 8, 8] {
            console.desk_says(gone(no));
        }
        assert_eq!(console.model.dialog, Some(question), "nobody is thrown out of a question");
        console.does(Msg::Closed);
        assert_eq!(console.model.dialog, says(7));
        console.does(Msg::Opened(Dialog::Shortcuts));
        for no in [7, 8] {
            console.does(Msg::Closed);
            assert_eq!(console.model.dialog, says(no));
        }
        console.does(Msg::Closed);
        assert_eq!(console.model.dialog, None);
    }
}

#[test]
fn an_answer_about_a_form_closes_no_question_that_was_opened_meanwhile() {
    use porchlight_console::model::{AdminMsg, Change, Done};
    let mut console = Console::new();
    console.does(Msg::Admin(AdminMsg::Change(Change::PingWebhook("main-s1".parse().unwrap()))));
    let question = Dialog::End(here());
    console.does(Msg::Opened(question.clone()));
    console.does(Msg::Admin(AdminMsg::Done(Ok(Done::Stored))));
    assert_eq!(console.model.dialog, Some(question));
    // That of the form itself is closed.
    let view = "v1".parse().unwrap();
    console.does(Msg::Opened(Dialog::SaveView));
    console.does(Msg::Admin(AdminMsg::Change(Change::DeleteView(view))));
    console.does(Msg::Admin(AdminMsg::Done(Ok(Done::Stored))));
    assert_eq!(console.model.dialog, None);
}

/// What ends, hands on, puts aside, leaves or adds somebody to a session, as its question says it.
pub(crate) fn of_session(session: SessionNo) -> Vec<(Dialog, FromAgent)> {
    let session = Some(session);
    let to = TransferTarget::Agent("sue".parse().unwrap());
    vec![
        (Dialog::End(here()), FromAgent::End { ask: false, reason: None, session }),
        (Dialog::Transfer(here()), FromAgent::Transfer { to, mode: None, reason: None, session }),
        (Dialog::Snooze(here()), FromAgent::Snooze { until: None, session }),
        (Dialog::Leave(here()), FromAgent::Leave { session }),
        (
            Dialog::Invite(here()),
            FromAgent::Invite { agent: "sue".parse().unwrap(), mode: None, session },
        ),
    ]
}

#[test]
fn an_answer_about_one_session_is_not_given_for_the_next() {
    for (question, answer) in of_session(SessionNo(1)) {
        // The session stands.
        let mut console = Console::new();
        console.does(Msg::Opened(question.clone()));
        console.does(Msg::Answered(here(), vec![answer.clone()]));
        assert!(console.said.contains(&answer), "{question:?}");

        // It ended, and the visitor began another one, while the question was open.
        let mut console = Console::new();
        console.does(Msg::Opened(question.clone()));
        let mut next = console.view.clone();
        next["session"]["no"] = json!(2);
        console.hears(&json!({"type": "conversation", "conversation": next}));
        console.does(Msg::Answered(here(), vec![answer.clone()]));
        assert!(!console.said.contains(&answer), "{question:?}");
        assert_eq!(console.model.dialog, Some(question.clone()), "it says why");

        // Both crossed each other on the way.
        let mut console = Console::new();
        console.does(Msg::Opened(question.clone()));
        console.does(Msg::Answered(here(), vec![answer.clone()]));
        console.hears(&json!({"type": "conversation", "conversation": next}));
        console.hears(&json!({"type": "refused", "reason": "closed"}));
        assert_eq!(console.model.dialog, None, "it would be asked of the next session");
        assert!(console.shown().answer_to(&question).is_none());
    }
}

#[test]
fn what_was_typed_about_a_session_that_the_visitor_ended_first_is_kept() {
    let to = TransferTarget::Agent("sue".parse().unwrap());
    let session = Some(SessionNo(1));
    let reason: Option<inbox_types::Label> = Some("Knows kilns".to_owned().try_into().unwrap());
    let handed = FromAgent::Transfer { to, mode: None, reason: reason.clone(), session };
    let ended = FromAgent::End { ask: true, reason: reason.clone(), session };
    let told = FromAgent::Wrapup { session: SessionNo(1), reason, remark: None };
    let wrapup = Dialog::Wrapup(here(), SessionNo(1));
    for (question, answer, due, back, kept) in [
        (Dialog::Transfer(here()), &handed, json!([1]), Dialog::Transfer(here()), &handed),
        (Dialog::End(here()), &ended, json!([]), Dialog::End(here()), &ended),
        // Why it was to end is how it went.
        (Dialog::End(here()), &ended, json!([1]), wrapup, &told),
    ] {
        let mut console = Console::new();
        console.does(Msg::Opened(question));
        console.does(Msg::Answered(here(), vec![answer.clone()]));
        let mut view = conversation(&crate::ended(), &json!({}));
        view["wrapups_due"] = due;
        console.hears(&json!({"type": "conversation", "conversation": view}));
        console.hears(&json!({"type": "refused", "reason": "closed"}));
        assert_eq!(console.model.dialog, Some(back.clone()));
        assert_eq!(console.shown().answer_to(&back), Some(kept));
        assert_eq!(console.shown().refusal_of(&back), Some(inbox_protocol::Refusal::Closed));
    }
}

#[test]
fn why_a_session_was_to_end_is_kept_for_the_wrap_up_in_whatever_order_it_is_heard() {
    let reason: Option<inbox_types::Label> = Some("Solved".to_owned().try_into().unwrap());
    let session = Some(SessionNo(1));
    let ended = FromAgent::End { ask: true, reason: reason.clone(), session };
    let told = FromAgent::Wrapup { session: SessionNo(1), reason, remark: None };
    let wrapup = Dialog::Wrapup(here(), SessionNo(1));
    let asked = || {
        let mut console = Console::new();
        console.does(Msg::Opened(Dialog::End(here())));
        console.does(Msg::Answered(here(), vec![ended.clone()]));
        console
    };

    // The visitor has begun another session before the refusal comes.
    let mut console = asked();
    let mut next = console.view.clone();
    next["session"]["no"] = json!(2);
    next["wrapups_due"] = json!([1]);
    console.hears(&json!({"type": "conversation", "conversation": next}));
    console.hears(&json!({"type": "refused", "reason": "closed"}));
    assert_eq!(console.shown().answer_to(&wrapup), Some(&told));

    // The socket broke with it, and the visitor ended meanwhile.
    let mut console = asked();
    console.loses_the_connection();
    console.view = conversation(&crate::ended(), &json!({}));
    console.view["wrapups_due"] = json!([1]);
    console.comes_back();
    assert_eq!(console.shown().answer_to(&wrapup), Some(&told));
}

#[test]
fn what_was_answered_and_not_done_outlasts_many_other_conversations() {
    for (question, answer) in answers() {
        let mut console = Console::new();
        console.does(Msg::Opened(question.clone()));
        console.does(Msg::Answered(here(), vec![answer.clone()]));
        console.loses_the_connection();
        for no in 2..20 {
            let other = Route::Conversation(format!("main-c{no}").parse().unwrap());
            console.does(Msg::Routed(other));
        }
        console.does(Msg::Routed(Route::Conversation(here())));
        assert_eq!(console.shown().answer_to(&question), Some(&answer), "{question:?}");
    }
}
