//! Questions about a session that is over by now.

use inbox_protocol::FromAgent;
use inbox_types::{CloseCause, SessionNo};
use porchlight_console::model::{Dialog, Msg, Over, RoomMsg};
use serde_json::json;

use crate::{Console, answers::of_session, conversation, here};

#[test]
fn a_question_about_a_session_that_has_ended_says_so_and_is_not_answered_before_it_is_reopened() {
    let ended = Some(Over::Ended(CloseCause::Customer));
    let session = Some(SessionNo(1));
    for (question, answer) in of_session(SessionNo(1)) {
        let says = |it: &Console| it.said.contains(&answer);
        let answers = |it: &mut Console| it.does(Msg::Answered(here(), vec![answer.clone()]));
        let over = |it: &Console| it.model.over(&here(), session);

        // It ends while the question is open.
        let mut console = Console::new();
        console.does(Msg::Opened(question.clone()));
        assert_eq!(over(&console), None);
        console.becomes(&crate::ended(), &json!({}));
        assert_eq!(over(&console), ended, "{question:?}");
        answers(&mut console);
        assert!(!says(&console), "{question:?} could only be refused");
        assert_eq!(console.model.dialog, Some(question.clone()), "it says why");
        // Reopened, it is answered with what stands in it.
        console.becomes(&crate::mine(), &json!({}));
        assert_eq!(over(&console), None);
        answers(&mut console);
        assert!(says(&console), "{question:?}");

        // The visitor comes back in another session.
        let mut console = Console::new();
        console.view["session"]["no"] = json!(2);
        console.hears(&json!({"type": "conversation", "conversation": console.view}));
        assert_eq!(over(&console), Some(Over::Followed(SessionNo(1))));
    }
}

#[test]
fn why_a_session_was_to_end_that_has_ended_is_how_it_went() {
    let wrapup = Dialog::Wrapup(here(), SessionNo(1));
    for reason in [Some("Solved"), None] {
        let reason = reason.map(|it| it.to_owned().try_into().unwrap());
        let mut console = Console::new();
        console.does(Msg::Opened(Dialog::End(here())));
        let mut view = conversation(&crate::ended(), &json!({}));
        view["wrapups_due"] = json!([1]);
        console.hears(&json!({"type": "conversation", "conversation": view}));
        assert!(console.model.owes_wrapup(&here(), SessionNo(1)));
        console.room(RoomMsg::WrapUp { session: SessionNo(1), reason: reason.clone() });
        assert_eq!(console.model.dialog, Some(wrapup.clone()));
        let told = FromAgent::Wrapup { session: SessionNo(1), reason, remark: None };
        let typed = console.shown().answer_to(&wrapup);
        assert_eq!(typed.is_some(), matches!(told, FromAgent::Wrapup { reason: Some(_), .. }));
        assert!(typed.is_none_or(|it| *it == told));
        assert_eq!(console.shown().refusal_of(&wrapup), None);
    }
}
