//! Offers and legs: who is asked, who takes part, who leaves.

use expect_test::expect;

use crate::{check, scene::Scene};

#[test]
fn l1_the_desk_asks_one_agent() {
    check(
        "visitor writes hello",
        "desk offers o1 ana",
        &expect![[r#"
          Assign asked of ana by nobody
        = 1 offered to ana [ana offered]"#]],
    );
}

#[test]
fn l1_only_a_queued_session_is_offered() {
    check(
        "visitor writes hello
         ana takes",
        "desk offers o1 ben",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn l1_one_offer_at_a_time() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "desk offers o2 ben",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn l1_an_agent_of_another_queue_is_not_asked() {
    check("visitor writes hello", "desk offers o1 cid", &expect!["refused: not allowed"]);
}

#[test]
fn l1_who_does_not_answer_is_not_asked() {
    check(
        "visitor writes hello",
        "desk offers o1 mia
         desk offers o2 ivy",
        &expect![[r#"
            refused: not allowed
            refused: not allowed"#]],
    );
}

#[test]
fn l1_only_the_desk_offers() {
    check("visitor writes hello", "adam offers o1 ana", &expect!["refused: not allowed"]);
}

#[test]
fn l2_yes_makes_an_owner() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "ana accepts o1",
        &expect![[r#"
              Assign of ana: Accepted
            » ana took it
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn l2_only_who_is_asked_says_yes() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "ben accepts o1
         ana accepts o2",
        &expect![[r#"
            refused: not allowed
            refused: there is no such thing"#]],
    );
}

#[test]
fn l2_a_yes_counts_once() {
    check(
        "visitor writes hello
         desk offers o1 ana
         ana accepts o1",
        "ana accepts o1",
        &expect!["refused: there is no such thing"],
    );
}

#[test]
fn l3_silence_until_the_deadline_is_rona() {
    check(
        "visitor writes hello
         desk offers o1 ana
         after 30s",
        "timer fires offer",
        &expect![[r#"
              Assign of ana: Rona
            = 1 queued [ana rona]"#]],
    );
}

#[test]
fn l4_no_goes_to_the_next_agent() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "ana declines o1
         desk offers o2 ana
         desk offers o3 ben",
        &expect![[r#"
              Assign of ana: Declined
            = 1 queued [ana declined]
            refused: not allowed
              Assign asked of ben by nobody
            = 1 offered to ben [ana declined, ben offered]"#]],
    );
}

#[test]
fn l4_who_declined_is_asked_again_when_it_is_queued_anew() {
    check(
        "visitor writes hello
         desk offers o1 ana
         ana declines o1
         ben takes
         ben queues sales",
        "desk offers o2 ana",
        &expect![[r#"
              Assign asked of ana by nobody
            = 1 offered to ana [ana offered, ben wrapup]"#]],
    );
}

#[test]
fn l5_following_up_cancels_the_offer() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "ben takes
         ana accepts o1",
        &expect![[r#"
              Assign of ana: Cancelled
            » ben took it
            = 1 active by ben [ana cancelled, ben joined]
            refused: there is no such thing"#]],
    );
}

#[test]
fn l6_who_is_asked_may_follow_up_as_well() {
    check(
        "visitor writes hello
         desk offers o1 ana
         with load 5",
        "ana takes",
        &expect![[r#"
              Assign of ana: Accepted
            » ana took it
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn l12_a_supervisor_joins_in_silence() {
    check(
        "visitor writes hello
         ana takes",
        "sue supervises
         sue writes hello
         sue whispers offer a discount
         sue leaves",
        &expect![[r#"
              sue joined in silence
            = 1 active by ana [ana joined, sue joined silent]
            refused: not allowed
              sue whispered: offer a discount
            = 1 active by ana [ana joined, sue joined silent]
              sue left
            = 1 active by ana [ana joined, sue left silent]"#]],
    );
}

#[test]
fn l12_an_agent_does_not_supervise() {
    check(
        "visitor writes hello
         ana takes",
        "ben supervises",
        &expect!["refused: not allowed"],
    );
}

#[test]
fn l13_a_yes_after_the_deadline_is_too_late() {
    check(
        "visitor writes hello
         desk offers o1 ana
         after 30s",
        "ana accepts o1",
        &expect!["refused: there is no such thing"],
    );
}

#[test]
fn l14_a_renamed_agent_is_renamed_in_the_session() {
    check(
        "visitor writes hello
         ana takes",
        "desk renames ana Anna
         desk renames ana Anna
         desk renames ben Benjamin",
        &expect![[r#"
              ana is Anna
            = 1 active by ana [ana joined]
            = 1 active by ana [ana joined]
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn l15_the_visitor_is_told_nothing_if_the_site_says_so() {
    check(
        "with silence
         visitor writes hello",
        "ana takes
         ana adds ben
         ana transfers ben
         ben leaves",
        &expect![[r#"
              ana took it
            = 1 active by ana [ana joined]
              ben joined
            = 1 active by ana [ana joined, ben joined]
              ben owns it
              ana left
            = 1 active by ben [ana left, ben joined]
              ben left
              queued: OwnerLeft
            = 1 queued [ana left, ben left]"#]],
    );
}

#[test]
fn l16_who_owes_a_wrapup_owes_it_until_said() {
    check(
        "visitor writes hello
         ana takes
         ana queues sales
         desk offers o1 ana",
        "ana declines o1
         ana wraps_up 1 because solved",
        &expect![[r#"
              Assign of ana: Declined
            = 1 queued [ana wrapup]
              ana wrapped up 1: solved
            = 1 queued [ana left]"#]],
    );
}

/// Whatever it asks, an offer that its agent is shown after another one has its whole time then.
#[test]
fn l17_an_offer_that_waits_for_its_turn_is_answered_until_it_had_it() {
    for (given, asked) in [
        ("", "desk offers o1 ben"),
        ("ana takes", "ana requests o1 ben"),
        ("ana takes", "ana invites o1 ben"),
    ] {
        let begin = || {
            let mut scene = Scene::default();
            let lines =
                ["visitor writes hello", given, asked, "after 20s", "desk postpones o1 40s"];
            for line in lines.into_iter().filter(|it| !it.is_empty()) {
                scene.play(line).unwrap();
            }
            scene
        };
        let mut scene = begin();
        // Hearing it again, or an earlier moment, changes nothing.
        let n_events = scene.log.len();
        scene.play("desk postpones o1 40s").unwrap();
        scene.play("desk postpones o1 5s").unwrap();
        assert_eq!(scene.log.len(), n_events, "{asked}");
        scene.play("after 39s").unwrap();
        assert!(scene.play("timer fires offer").is_err(), "{asked}: it is not over");
        scene.play("ben accepts o1").unwrap();

        let mut scene = begin();
        scene.play("after 41s").unwrap();
        assert!(scene.play("ben accepts o1").is_err(), "{asked}: too late");
        scene.play("timer fires offer").unwrap();
        assert!(scene.play("desk postpones o1 1m").is_err(), "{asked}: it has ended");
    }
}
