//! What is pressed and cannot wait for a connection: it is refused, done, or told to have failed.

use inbox_protocol::{FromAgent, TransferTarget};
use inbox_types::SessionNo;
use porchlight_console::model::{Msg, ToastKind};
use serde_json::{Value, json};

use crate::{Console, Storage, conversation};

/// A press that cannot wait, and how the relay says the conversation to be before it and once it is done.
type Impatient = (FromAgent, fn(&mut Value), fn(&mut Value));

fn impatient() -> Vec<Impatient> {
    let to = TransferTarget::Agent("sue".parse().unwrap());
    let session = Some(SessionNo(1));
    let nothing: fn(&mut Value) = |_| ();
    vec![
        (
            FromAgent::Take,
            |it| it["session"]["owner"] = json!("sue"),
            |it| {
                it["session"]["owner"] = json!("ana");
            },
        ),
        (FromAgent::Transfer { to, mode: None, reason: None, session }, nothing, |it| {
            it["session"]["owner"] = json!("sue");
        }),
        (
            FromAgent::Transfer {
                to: TransferTarget::Agent("sue".parse().unwrap()),
                mode: None,
                reason: None,
                session,
            },
            nothing,
            |it| it["session"]["offer"] = offer("transfer"),
        ),
        (
            FromAgent::Invite { agent: "sue".parse().unwrap(), mode: None, session: None },
            nothing,
            |it| {
                it["session"]["legs"] = leg("sue", "joined");
            },
        ),
        (
            FromAgent::CancelOffer,
            |it| it["session"]["offer"] = offer("conference"),
            |it| {
                it["session"]["offer"] = json!(null);
            },
        ),
        (
            FromAgent::Leave { session },
            |it| it["session"]["legs"] = leg("ana", "joined"),
            |it| {
                it["session"]["legs"] = leg("ana", "left");
            },
        ),
        (FromAgent::Supervise, nothing, |it| it["session"]["legs"] = leg("ana", "joined")),
        (FromAgent::End { ask: false, reason: None, session }, nothing, |it| {
            it["session"]["state"] = json!("closed");
            it["session"]["closed_by"] = json!("agent");
        }),
        (FromAgent::End { ask: false, reason: None, session }, nothing, |it| {
            it["session"]["no"] = json!(2);
            it["earlier"] = json!([[1, 1, 2, "agent"]]);
        }),
        (FromAgent::Ask, nothing, |it| it["session"]["still_questions"] = json!(true)),
        (
            FromAgent::Wrapup { session: SessionNo(1), reason: None, remark: None },
            |it| it["wrapups_due"] = json!([1]),
            |it| it["wrapups_due"] = json!([]),
        ),
        (FromAgent::Snooze { until: None, session }, nothing, |it| {
            it["session"]["state"] = json!("snoozed");
        }),
        (
            FromAgent::Wake,
            |it| it["session"]["state"] = json!("snoozed"),
            |it| {
                it["session"]["state"] = json!("active");
            },
        ),
        (
            FromAgent::Reopen,
            |it| it["session"]["state"] = json!("closed"),
            |it| {
                it["session"]["state"] = json!("active");
            },
        ),
        (FromAgent::Block, nothing, |it| it["contact"]["blocked"] = json!(true)),
        (
            FromAgent::Unblock,
            |it| it["contact"]["blocked"] = json!(true),
            |it| {
                it["contact"]["blocked"] = json!(false);
            },
        ),
        (FromAgent::Revoke, nothing, |it| it["signed_out"] = json!(true)),
        (FromAgent::SetDepartment { department: "sales".parse().unwrap() }, nothing, |it| {
            it["session"]["department"] = json!("sales");
        }),
    ]
}

fn offer(kind: &str) -> Value {
    json!({"id": "o1", "agent": {"id": "sue", "name": "Sue"}, "kind": kind, "deadline": 6_000_000})
}

fn leg(id: &str, state: &str) -> Value {
    json!([{"agent": {"id": id, "name": id}, "state": state, "silent": false, "overdue": false}])
}

#[test]
fn what_cannot_wait_is_refused_in_words_or_told_to_have_failed() {
    let erase: Impatient = (FromAgent::Erase, |_| (), |_| ());
    for (frame, before, done) in impatient().into_iter().chain([erase]) {
        let begins = || {
            let mut view = conversation(&crate::mine(), &json!({}));
            before(&mut view);
            Console::with(7, Storage::new(), view)
        };
        let mut console = begins();
        console.loses_the_connection();
        console.presses(frame.clone());
        assert!(!console.said.contains(&frame), "{frame:?} went nowhere");
        assert!(console.is_told(&ToastKind::NotConnected), "{frame:?} was swallowed");

        // The browser knows before the socket does.
        let mut console = begins();
        console.does(Msg::Online(false));
        console.presses(frame.clone());
        assert!(!console.said.contains(&frame) && console.is_told(&ToastKind::NotConnected));

        let mut console = begins();
        console.presses(frame.clone());
        assert!(console.said.contains(&frame));
        console.loses_the_connection();
        assert!(console.is_told(&ToastKind::NotDone), "{frame:?} was swallowed by a dead socket");

        // The answer to a question of before tells nothing of it.
        let mut console = begins();
        console.asks_whether_it_is_there();
        console.presses(frame.clone());
        console.hears_pong();
        console.loses_the_connection();
        assert!(console.is_told(&ToastKind::NotDone), "{frame:?} was not answered");

        // It arrived, and waking or storing failed.
        let mut console = begins();
        console.presses(frame.clone());
        console.hears_pong();
        console.waits(1);
        console.loses_the_connection();
        console.comes_back();
        assert!(console.is_told(&ToastKind::NotDone), "{frame:?} was swallowed by a fault");

        // It was stored, which the relay says before or after the socket broke.
        for early in [false, true] {
            let mut console = begins();
            console.presses(frame.clone());
            console.hears_pong();
            if frame == FromAgent::Erase {
                break;
            }
            done(&mut console.view);
            if early {
                let view = console.view.clone();
                console.hears(&json!({"type": "conversation", "conversation": view}));
            }
            console.loses_the_connection();
            console.comes_back();
            assert!(!console.is_told(&ToastKind::NotDone), "{frame:?} is done");
        }

        // What has had its time is done.
        let mut console = begins();
        console.presses(frame.clone());
        console.hears_pong();
        console.waits(6);
        console.loses_the_connection();
        console.comes_back();
        assert!(!console.is_told(&ToastKind::NotDone), "{frame:?} is long done");

        // What is refused is told once.
        let mut console = begins();
        console.presses(frame.clone());
        console.hears(&json!({"type": "refused", "reason": "forbidden"}));
        console.loses_the_connection();
        console.comes_back();
        assert!(!console.is_told(&ToastKind::NotDone), "{frame:?} was refused");
    }
}
