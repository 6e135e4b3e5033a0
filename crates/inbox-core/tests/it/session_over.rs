//! S6 to S11: sessions that go on, are opened again, snoozed and woken.

use expect_test::expect;
use inbox_core::{Command, Rejection, Request};
use inbox_types::{Timestamp, limits};

use crate::{check, scene::Scene, script};

#[test]
fn s6_a_message_within_the_window_goes_on_with_the_session() {
    check(
        "visitor writes hello
         ana takes
         ana ends",
        "visitor writes one more thing",
        &expect![[r#"
            » reopened to the queue
            » visitor wrote: one more thing
            = 1 queued [ana left]"#]],
    );
}

#[test]
fn s6_a_reopened_session_may_meet_the_bot() {
    check(
        "visitor writes hello
         ana takes
         ana ends
         with bot",
        "visitor writes one more thing",
        &expect![[r#"
            » reopened to robo
            » visitor wrote: one more thing
            = 1 bot [ana left]"#]],
    );
}

#[test]
fn s7_a_message_after_the_window_opens_a_new_session() {
    check(
        "visitor writes hello
         ana takes
         ana ends
         after 24h",
        "visitor writes hello again",
        &expect![[r#"
              opened for sales
            » visitor wrote: hello again
            = 2 queued"#]],
    );
}

#[test]
fn s7_a_message_after_the_visitors_own_end_opens_a_new_session() {
    check(
        "visitor writes hello
         ana takes
         visitor ends",
        "visitor writes hello again",
        &expect![[r#"
              opened for sales
            » visitor wrote: hello again
            = 2 queued"#]],
    );
}

#[test]
fn s7_a_window_of_zero_always_opens_a_new_session() {
    check(
        "with window 0s
         visitor writes hello
         ana takes
         ana ends",
        "visitor writes hello again",
        &expect![[r#"
              opened for sales
            » visitor wrote: hello again
            = 2 queued"#]],
    );
}

#[test]
fn s8_an_agent_reopens() {
    check(
        "visitor writes hello
         ana takes
         ana ends",
        "ben reopens",
        &expect![[r#"
            » reopened to ben
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn s8_an_agent_reopens_what_inactivity_closed() {
    check(
        "visitor writes hello
         ana takes
         ana writes there?
         after 15m
         timer fires inactivity",
        "ana reopens",
        &expect![[r#"
            » reopened to ana
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn s8_nobody_reopens_what_the_visitor_ended() {
    check(
        "visitor writes hello
         ana takes
         visitor ends",
        "ana reopens
         adam reopens",
        &expect![[r#"
            refused: the session is over
            refused: the session is over"#]],
    );
}

#[test]
fn s8_nobody_reopens_what_a_block_closed() {
    check(
        "visitor writes hello
         ana takes
         adam blocks
         adam unblocks",
        "ana reopens",
        &expect!["refused: the session is over"],
    );
}

#[test]
fn s8_nobody_reopens_what_a_deleted_site_closed() {
    check(
        "visitor writes hello
         ana takes
         desk deletes_site",
        "ana reopens",
        &expect!["refused: the session is over"],
    );
}

#[test]
fn s8_nobody_reopens_what_is_open() {
    check(
        "visitor writes hello
         ana takes",
        "ana reopens",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn s9_an_owner_snoozes_until_a_time() {
    check(
        "visitor writes hello
         ana takes",
        "ana snoozes 2h",
        &expect![[r#"
              ana snoozed it until a time
            = 1 snoozed by ana [ana joined]"#]],
    );
}

#[test]
fn s9_an_owner_snoozes_until_the_next_reply() {
    check(
        "visitor writes hello
         ana takes",
        "ana snoozes",
        &expect![[r#"
              ana snoozed it until a reply
            = 1 snoozed by ana [ana joined]"#]],
    );
}

#[test]
fn s9_nobody_snoozes_into_the_past() {
    check(
        "visitor writes hello
         ana takes",
        "ana snoozes 0s",
        &expect!["refused: not a possible value"],
    );
}

#[test]
fn s9_nobody_snoozes_for_more_than_a_year() {
    let longest = limits::SNOOZE.0;
    for (ahead, refused) in [
        (1, None),
        (longest, None),
        (longest + 1, Some(Rejection::TooFar)),
        (1 << 53, Some(Rejection::TooFar)),
        (u64::MAX, Some(Rejection::TooFar)),
    ] {
        let mut scene = Scene::default();
        scene.play("visitor writes hello").unwrap();
        scene.play("ana takes").unwrap();
        let until = Timestamp::from_millis(scene.now.as_millis().saturating_add(ahead));
        let command = Command::Snooze { until: Some(until) };
        let by = script::actor("ana");
        let outcome = scene.ask(Request { by, at: scene.now, command });
        assert_eq!(outcome.err(), refused, "{ahead}");
    }
}

#[test]
fn s9_a_colleague_cannot_snooze() {
    check(
        "visitor writes hello
         ana takes",
        "ben snoozes 2h",
        &expect!["refused: not allowed"],
    );
}

#[test]
fn s10_the_time_wakes_a_session() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes 2h
         after 2h",
        "timer fires snooze",
        &expect![[r#"
              woken
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn s10_a_reply_wakes_a_session() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes 2h",
        "visitor writes are you there?",
        &expect![[r#"
              woken
            » visitor wrote: are you there?
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn s10_a_session_whose_owner_is_not_available_is_queued() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes 2h
         after 2h
         with owner away",
        "timer fires snooze",
        &expect![[r#"
              woken
            » ana left
              queued: Woken
            = 1 queued [ana left]"#]],
    );
}

#[test]
fn s11_an_owner_wakes_it_whatever_the_presence() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes
         with owner away",
        "ana wakes",
        &expect![[r#"
              woken
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn s11_a_supervisor_wakes_it() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes
         with owner offline",
        "sue wakes",
        &expect![[r#"
              woken
            » ana left
              queued: Woken
            = 1 queued [ana left]"#]],
    );
}

#[test]
fn s11_an_agent_wakes_nothing_of_others() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes",
        "ben wakes",
        &expect!["refused: not allowed"],
    );
}
