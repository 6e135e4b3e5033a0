//! L8 to L11, L18: owners who are lost, leave or are removed.

use expect_test::expect;
use inbox_types::{MemberId, SessionState};

use crate::{check, scene::Scene, script};

#[test]
fn l8_an_offered_leg_returns_at_once_when_the_connection_is_lost() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "desk loses ana",
        &expect![[r#"
              Assign of ana: Cancelled
            = 1 queued [ana cancelled]"#]],
    );
}

#[test]
fn l8_a_requested_transfer_returns_too() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "desk loses ben",
        &expect![[r#"
              Transfer of ben: Cancelled
            = 1 active by ana [ana joined, ben cancelled]"#]],
    );
}

#[test]
fn l9_a_lost_owner_keeps_the_session() {
    check(
        "visitor writes hello
         ana takes",
        "desk loses ana",
        &expect!["= 1 active by ana [ana joined]"],
    );
}

#[test]
fn l9_a_lost_owners_session_is_queued() {
    check(
        "with requeue
         visitor writes hello
         ana takes",
        "desk loses ana",
        &expect![[r#"
              ana is lost
            » ana left
              queued: OwnerLost
            = 1 queued [ana left]"#]],
    );
}

#[test]
fn l9_a_lost_owners_session_goes_to_who_else_takes_part() {
    check(
        "with requeue
         visitor writes hello
         ana takes
         ana adds ben",
        "desk loses ana",
        &expect![[r#"
              ana is lost
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn l9_a_lost_owners_session_is_closed() {
    check(
        "with close
         visitor writes hello
         ana takes",
        "desk loses ana",
        &expect![[r#"
              ana is lost
            » closed(Agent) by nobody, rating None
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn l9_losing_who_owns_nothing_changes_nothing() {
    check(
        "with requeue
         visitor writes hello
         ana takes
         ana adds ben",
        "desk loses ben",
        &expect!["= 1 active by ana [ana joined, ben joined]"],
    );
}

#[test]
fn l10_when_the_owner_leaves_the_oldest_other_owns() {
    check(
        "visitor writes hello
         ana takes
         ana adds ben
         ana adds cid",
        "ana leaves",
        &expect![[r#"
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined, cid joined]"#]],
    );
}

#[test]
fn l10_when_the_only_agent_leaves_it_is_queued() {
    check(
        "visitor writes hello
         ana takes",
        "ana leaves",
        &expect![[r#"
            » ana left
              queued: OwnerLeft
            = 1 queued [ana left]"#]],
    );
}

#[test]
fn l10_who_is_silent_does_not_inherit() {
    check(
        "visitor writes hello
         ana takes
         sue supervises",
        "ana leaves",
        &expect![[r#"
            » ana left
              queued: OwnerLeft
            = 1 queued [ana left, sue joined silent]"#]],
    );
}

#[test]
fn l10_a_guest_just_leaves() {
    check(
        "visitor writes hello
         ana takes
         ana adds ben",
        "ben leaves
         ben leaves",
        &expect![[r#"
            » ben left
            = 1 active by ana [ana joined, ben left]
            refused: the state of the session does not allow it"#]],
    );
}

#[test]
fn l10_a_snoozed_session_is_handed_on_as_it_is() {
    check(
        "visitor writes hello
         ana takes
         ana adds ben
         ana snoozes",
        "ana leaves",
        &expect![[r#"
            » ben owns it
            » ana left
            = 1 snoozed by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn l11_a_removed_owner_is_succeeded() {
    check(
        "visitor writes hello
         ana takes
         ana adds ben",
        "desk removes ana",
        &expect![[r#"
              ana is lost
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn l11_a_removed_owner_is_succeeded_by_whom_the_team_names() {
    for (state, life) in [("active", "ana takes"), ("snoozed", "ana takes\nana snoozes")] {
        let mut scene = Scene::default();
        let lines = script::lines("visitor writes hello").chain(script::lines(life));
        lines.for_each(|line| drop(scene.play(line).unwrap()));
        scene.play("desk removes ana ben").unwrap();
        let session = scene.conversation.session().unwrap();
        assert_eq!(session.owner(), Some(&script::id("ben")), "{state}");
        assert!(session.joined().all(|leg| leg.agent.id.as_str() == "ben"), "{state}");
    }
}

#[test]
fn l11_nobody_inherits_who_cannot_answer() {
    check(
        "visitor writes hello
         ana takes",
        "desk removes ana mia",
        &expect![[r#"
              ana is lost
            » ana left
              queued: OwnerLost
            = 1 queued [ana left]"#]],
    );
}

#[test]
fn l11_a_removed_owners_session_is_queued() {
    check(
        "visitor writes hello
         ana takes",
        "desk removes ana",
        &expect![[r#"
              ana is lost
            » ana left
              queued: OwnerLost
            = 1 queued [ana left]"#]],
    );
}

#[test]
fn l11_nobody_asks_who_is_removed() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "desk removes ben",
        &expect![[r#"
              Transfer of ben: Cancelled
            = 1 active by ana [ana joined, ben cancelled]"#]],
    );
}

#[test]
fn l11_nobody_waits_for_the_wrapup_of_who_is_removed() {
    check(
        "visitor writes hello
         ana takes
         visitor ends
         visitor writes again
         ben takes
         visitor ends",
        "desk removes ana
         desk removes ben",
        &expect![[r#"
              ana wrapped up 1
            = 2 closed(Customer) [ben wrapup]
              ben left
            = 2 closed(Customer) [ben left]"#]],
    );
}

/// Who was not there when a session was given to them does not keep it, whatever the setting.
#[test]
fn l18_what_was_given_to_somebody_who_was_not_there_goes_on() {
    for setting in ["", "with requeue", "with close"] {
        for (given, state, owner) in [
            ("ana transfers ben", SessionState::Queued, None),
            ("ana adds ben\nana leaves", SessionState::Queued, None),
            ("ana adds cid\nana adds ben\nana transfers ben", SessionState::Active, Some("cid")),
        ] {
            let mut scene = Scene::default();
            let lines = [setting, "visitor writes hello", "ana takes"].into_iter();
            for line in lines.chain(given.lines()).filter(|it| !it.is_empty()) {
                scene.play(line).unwrap();
            }
            scene.play("desk misses ben").unwrap();
            assert_eq!(scene.conversation.state(), Some(state), "{setting}: {given}");
            assert_eq!(
                scene.conversation.owner().map(MemberId::as_str),
                owner,
                "{setting}: {given}"
            );
            // It is over for them; hearing it again changes nothing.
            let n_events = scene.log.len();
            scene.play("desk misses ben").unwrap();
            assert_eq!(scene.log.len(), n_events, "{setting}: {given}");
        }
    }
}
