//! Sessions that are answered in another system.

use expect_test::expect;

use crate::check;

#[test]
fn e14_the_bridge_writes_and_ends() {
    check(
        "visitor writes hello",
        "bridge writes from the other inbox
         bridge ends",
        &expect![[r#"
            » bridge wrote: from the other inbox
            = 1 queued
            » closed(Agent) by nobody, rating None
            = 1 closed(Agent)"#]],
    );
}

#[test]
fn e14_whoever_answers_elsewhere_has_a_name() {
    check(
        "visitor writes hello",
        "kim writes from the other inbox
         kim whispers psst",
        &expect![[r#"
            » Kim elsewhere wrote: from the other inbox
            = 1 queued
            refused: not allowed"#]],
    );
}

/// What an agent may not reopen, and who is blocked, the bridge does not reopen either.
#[test]
fn s21_what_the_bridge_reopens_waits_for_an_agent() {
    check(
        "visitor writes hello
         ana takes
         ana ends",
        "kim reopens
         kim reopens",
        &expect![[r#"
            » reopened to the queue
            = 1 queued [ana left]
            refused: the state of the session does not allow it"#]],
    );
    for end in ["visitor ends", "sue blocks", "desk deletes_site"] {
        let mut scene = crate::scene::Scene::default();
        for line in ["visitor writes hello", "ana takes", end] {
            scene.play(line).unwrap();
        }
        assert!(scene.play("kim reopens").is_err(), "{end}");
    }
}

#[test]
fn l30_what_is_answered_elsewhere_is_offered_to_nobody_here() {
    // The desk's offer ends with the bridge's answer.
    check(
        "visitor writes hello
         desk offers o1 ana",
        "kim writes hi",
        &expect![[r#"
              Assign of ana: Cancelled
            » Kim elsewhere wrote: hi
            = 1 queued [ana cancelled]"#]],
    );
    check(
        "visitor writes hello
         kim writes hi
         visitor writes and one more thing",
        "desk offers o1 ana",
        &expect!["refused: the state of the session does not allow it"],
    );
    // A note answers nobody, and whoever follows it up has it here.
    check(
        "visitor writes hello
         kim notes psst",
        "desk offers o1 ana",
        &expect![[r#"
              Assign asked of ana by nobody
            = 1 offered to ana [ana offered]"#]],
    );
    check(
        "visitor writes hello
         kim writes hi
         ana takes
         ana leaves",
        "desk offers o1 ben",
        &expect![[r#"
              Assign asked of ben by nobody
            = 1 offered to ben [ana left, ben offered]"#]],
    );
    // What is ended there and goes on is somebody's here again.
    check(
        "visitor writes hello
         kim writes hi
         kim ends
         visitor writes hello again",
        "desk offers o1 ana",
        &expect![[r#"
              Assign asked of ana by nobody
            = 1 offered to ana [ana offered]"#]],
    );
}

#[test]
fn l31_where_only_the_inbox_outside_answers_the_desk_only_reads() {
    for what in ["desk offers o1 ana", "ana takes", "ana ends", "sue takes", "adam ends"] {
        check(
            "with elsewhere
             visitor writes hello",
            what,
            &expect!["refused: the state of the session does not allow it"],
        );
    }
    check(
        "with elsewhere
         visitor writes hello
         kim ends",
        "ana reopens",
        &expect!["refused: the state of the session does not allow it"],
    );
    // Whoever is being asked when that begins could not accept any more.
    check(
        "visitor writes hello
         desk offers o1 ana
         with elsewhere",
        "ana accepts o1
         desk leaves_it_to_elsewhere",
        &expect![[r#"
            refused: the state of the session does not allow it
              Assign of ana: Cancelled
            = 1 queued [ana cancelled]"#]],
    );
    // The visitor and the inbox outside go on, and the team may still leave notes.
    check(
        "with elsewhere",
        "visitor writes hello
         kim writes hi
         ana notes psst
         kim ends",
        &expect![[r#"
              opened for sales
            » visitor wrote: hello
            = 1 queued
            » Kim elsewhere wrote: hi
            = 1 queued
              ana noted: psst
            = 1 queued
            » closed(Agent) by nobody, rating None
            = 1 closed(Agent)"#]],
    );
}

#[test]
fn ap1_what_the_bridge_assigns_is_the_members_at_once() {
    // Whether it waits, is offered to somebody else, or is somebody's; and whether or not there is room.
    for before in ["", "desk offers o1 ana", "ana takes", "ana takes\n ana invites o2 cid"] {
        let mut scene = crate::scene::Scene::default();
        scene.play("visitor writes hello").unwrap();
        for it in crate::script::lines(before) {
            scene.play(it).unwrap();
        }
        scene.play("with load 5").unwrap();
        scene.play("bridge assigns ben").unwrap();
        let owner = scene.conversation.owner().map(inbox_types::MemberId::as_str);
        assert_eq!(owner, Some("ben"), "{before}");
        assert!(scene.conversation.session().unwrap().offer().is_none(), "{before}");
    }
    check(
        "visitor writes hello
         ana takes",
        "bridge assigns mia
         ana assigns ben
         visitor assigns ben
         bridge assigns ben",
        &expect![[r#"
            refused: not allowed
            refused: not allowed
            refused: not allowed
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn ap1_nobody_is_given_what_is_over_put_aside_or_answered_elsewhere_alone() {
    for before in ["visitor ends", "ana snoozes", "desk deletes_site", "with elsewhere"] {
        let mut scene = crate::scene::Scene::default();
        scene.play("visitor writes hello").unwrap();
        if before != "with elsewhere" {
            scene.play("ana takes").unwrap();
        }
        scene.play(before).unwrap();
        assert!(scene.play("bridge assigns ben").is_err(), "{before}");
        // What is nobody's here is so already (AP10).
        let is_nobodys = before == "with elsewhere";
        assert_eq!(scene.play("bridge assigns -").is_ok(), is_nobodys, "{before}");
    }
}

#[test]
fn ap2_what_the_bridge_takes_from_everybody_waits_for_an_agent() {
    check(
        "visitor writes hello
         ana takes
         ana adds ben",
        "bridge assigns -
         bridge assigns -
         desk offers o1 cid",
        &expect![[r#"
            » ana left
            » ben left
              queued: Transfer
            = 1 queued [ana left, ben left]
            = 1 queued [ana left, ben left]
            refused: not allowed"#]],
    );
}

#[test]
fn ap10_what_is_so_already_may_be_said_again_and_nothing_happens() {
    for (before, again) in [
        ("", "bridge assigns -"),
        ("desk offers o1 ana", "bridge assigns -"),
        ("kim writes hi", "bridge assigns -"),
        ("with elsewhere", "bridge assigns -"),
        ("ana takes\n bridge assigns -", "bridge assigns -"),
        ("bridge assigns ben", "bridge assigns ben"),
        ("ana takes", "bridge assigns ana"),
        // With a colleague beside them, and with a question to one under way.
        ("ana takes\n ana adds ben", "bridge assigns ana"),
        ("ana takes\n ana invites o2 cid", "bridge assigns ana"),
    ] {
        let mut scene = crate::scene::Scene::default();
        scene.play("visitor writes hello").unwrap();
        for it in crate::script::lines(before) {
            scene.play(it).unwrap();
        }
        let stands = scene.conversation.clone();
        for _ in 0..2 {
            assert_eq!(scene.play(again), Ok(Vec::new()), "{before}: {again}");
        }
        assert_eq!(scene.conversation, stands, "{before}: {again}");
    }
}
