//! The end of a session, and what is left to do.

use expect_test::expect;

use crate::check;

#[test]
fn e1_the_visitor_ends_an_active_session() {
    check(
        "visitor writes hello
         ana takes",
        "visitor ends",
        &expect![[r#"
            » closed(Customer) by nobody, rating None
            = 1 closed(Customer) [ana wrapup]"#]],
    );
}

#[test]
fn e1_the_visitor_ends_a_queued_session() {
    check(
        "visitor writes hello",
        "visitor ends",
        &expect![[r#"
        » closed(Customer) by nobody, rating None
        = 1 closed(Customer)"#]],
    );
}

#[test]
fn e1_the_visitor_ends_a_session_of_a_bot() {
    check(
        "with bot
         visitor writes hello",
        "visitor ends",
        &expect![[r#"
            » closed(Customer) by nobody, rating None
            = 1 closed(Customer)"#]],
    );
}

#[test]
fn e1_the_visitor_ends_an_offered_session() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "visitor ends",
        &expect![[r#"
              Assign of ana: Cancelled
            » closed(Customer) by nobody, rating None
            = 1 closed(Customer) [ana cancelled]"#]],
    );
}

#[test]
fn e1_the_visitor_ends_a_snoozed_session() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes",
        "visitor ends",
        &expect![[r#"
            » closed(Customer) by nobody, rating None
            = 1 closed(Customer) [ana wrapup]"#]],
    );
}

#[test]
fn e2_an_agent_ends_an_active_session() {
    check(
        "visitor writes hello
         ana takes",
        "ana ends",
        &expect![[r#"
            » closed(Agent) by ana, rating None
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn e2_an_agent_ends_a_queued_session() {
    check(
        "visitor writes hello",
        "ana ends",
        &expect![[r#"
        » closed(Agent) by ana, rating None
        = 1 closed(Agent)"#]],
    );
}

#[test]
fn e2_an_agent_ends_a_session_of_a_bot() {
    check(
        "with bot
         visitor writes hello",
        "ana ends",
        &expect![[r#"
            » closed(Agent) by ana, rating None
            = 1 closed(Agent)"#]],
    );
}

#[test]
fn e2_an_agent_ends_a_snoozed_session() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes",
        "ana ends",
        &expect![[r#"
            » closed(Agent) by ana, rating None
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn e2_an_offered_session_is_not_ended_by_an_agent() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "ana ends",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn e3_a_session_without_a_topic_is_not_ended() {
    check(
        "with topic
         visitor writes hello
         ana takes",
        "ana ends
         ana topics billing
         ana ends",
        &expect![[r#"
            refused: a topic is required
              1 topics
            = 1 active by ana [ana joined]
            » closed(Agent) by ana, rating None
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn e4_a_session_is_not_ended_without_a_reason() {
    check(
        "with reason
         visitor writes hello
         ana takes",
        "ana ends
         ana ends because solved",
        &expect![[r#"
            refused: a reason is required
            » closed(Agent) by ana, rating None
              ana wrapped up 1: solved
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn e5_after_the_visitors_end_all_owe_a_wrapup() {
    check(
        "visitor writes hello
         ana takes
         ana adds ben
         sue supervises",
        "visitor ends",
        &expect![[r#"
            » closed(Customer) by nobody, rating None
            = 1 closed(Customer) [ana wrapup, ben wrapup, sue left silent]"#]],
    );
}

#[test]
fn e5_a_session_that_the_visitor_ended_is_read_only() {
    check(
        "visitor writes hello
         ana takes
         ana writes hello
         visitor ends",
        "ana writes bye
         ana edits 4 bye
         ana deletes 4
         ben takes",
        &expect![[r#"
            refused: the session is over
            refused: the session is over
            refused: the session is over
            refused: the session is over"#]],
    );
}

#[test]
fn e5_notes_and_topics_follow_the_visitors_end() {
    check(
        "visitor writes hello
         ana takes
         visitor ends",
        "ana notes was angry
         ana topics billing
         ana wraps_up 1 because solved",
        &expect![[r#"
              ana noted: was angry
            = 1 closed(Customer) [ana wrapup]
              1 topics
            = 1 closed(Customer) [ana wrapup]
              ana wrapped up 1: solved
            = 1 closed(Customer) [ana left]"#]],
    );
}

#[test]
fn e6_other_ends_owe_a_wrapup_only_if_reasons_are_required() {
    check(
        "with reason
         visitor writes hello
         ana takes
         ana adds ben
         ana writes there?
         after 15m",
        "timer fires inactivity",
        &expect![[r#"
            » closed(Inactivity) by nobody, rating None
            = 1 closed(Inactivity) [ana wrapup, ben wrapup]"#]],
    );
}

#[test]
fn e7_a_topic_that_is_missing_is_overdue() {
    check(
        "with topic
         visitor writes hello
         ana takes",
        "visitor ends
         ana wraps_up 1
         ana topics billing
         ana wraps_up 1",
        &expect![[r#"
            » closed(Customer) by nobody, rating None
            = 1 closed(Customer) [ana wrapup overdue]
            refused: a topic is required
              1 topics
            = 1 closed(Customer) [ana wrapup]
              ana wrapped up 1: no reason
            = 1 closed(Customer) [ana left]"#]],
    );
}

#[test]
fn e8_silence_of_the_visitor_closes() {
    check(
        "visitor writes hello
         ana takes
         ana writes there?
         after 15m",
        "timer fires inactivity",
        &expect![[r#"
            » closed(Inactivity) by nobody, rating None
            = 1 closed(Inactivity) [ana left]"#]],
    );
}

#[test]
fn e8_silence_before_a_bot_closes() {
    check(
        "with bot
         visitor writes hello
         robo writes there?
         after 15m",
        "timer fires inactivity",
        &expect![[r#"
            » closed(Inactivity) by nobody, rating None
            = 1 closed(Inactivity)"#]],
    );
}

#[test]
fn e9_a_deleted_site_interrupts() {
    check(
        "visitor writes hello
         ana takes",
        "desk deletes_site
         desk deletes_site",
        &expect![[r#"
            » closed(AssetDeleted) by nobody, rating None
            = 1 closed(AssetDeleted) [ana wrapup]
            = 1 closed(AssetDeleted) [ana wrapup]"#]],
    );
}

#[test]
fn e9_a_deleted_site_interrupts_what_is_offered() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "desk deletes_site",
        &expect![[r#"
              Assign of ana: Cancelled
            » closed(AssetDeleted) by nobody, rating None
            = 1 closed(AssetDeleted) [ana cancelled]"#]],
    );
}

#[test]
fn e10_no_agent_or_bot_writes_to_a_closed_session() {
    check(
        "with bot
         visitor writes hello
         ana takes
         ana ends",
        "ana writes bye
         robo writes bye
         bridge writes bye",
        &expect![[r#"
            refused: the session is over
            refused: the session is over
            refused: the session is over"#]],
    );
}

#[test]
fn e11_a_wrapup_is_said_once() {
    check(
        "visitor writes hello
         ana takes
         visitor ends",
        "ana wraps_up 1 because solved
         ana wraps_up 1 because solved
         ben wraps_up 1",
        &expect![[r#"
              ana wrapped up 1: solved
            = 1 closed(Customer) [ana left]
            refused: there is no such thing
            refused: there is no such thing"#]],
    );
}

#[test]
fn e11_a_wrapup_needs_a_reason_if_required() {
    check(
        "with reason
         visitor writes hello
         ana takes
         visitor ends",
        "ana wraps_up 1
         ana wraps_up 1 because solved",
        &expect![[r#"
            refused: a reason is required
              ana wrapped up 1: solved
            = 1 closed(Customer) [ana left]"#]],
    );
}

#[test]
fn e11_a_wrapup_can_come_after_the_next_session_began() {
    check(
        "visitor writes hello
         ana takes
         visitor ends
         visitor writes hello again",
        "ana wraps_up 1 because solved
         ana wraps_up 1",
        &expect![[r#"
              ana wrapped up 1: solved
            = 2 queued
            refused: there is no such thing"#]],
    );
}

#[test]
fn e12_after_a_deleted_site_an_agent_ends_and_wraps_up() {
    check(
        "visitor writes hello
         ana takes
         desk deletes_site",
        "ana ends because closed",
        &expect![[r#"
              ana wrapped up 1: closed
            = 1 closed(AssetDeleted) [ana left]"#]],
    );
}

#[test]
fn e13_an_agent_does_not_end_what_is_anothers() {
    check(
        "visitor writes hello
         ana takes",
        "ben ends",
        &expect!["refused: not allowed"],
    );
}

#[test]
fn e13_who_takes_part_ends() {
    check(
        "visitor writes hello
         ana takes
         ana adds ben",
        "ben ends",
        &expect![[r#"
            » closed(Agent) by ben, rating None
            = 1 closed(Agent) [ana left, ben left]"#]],
    );
}

#[test]
fn e13_a_supervisor_ends_what_is_anothers() {
    check(
        "visitor writes hello
         ana takes",
        "sue ends",
        &expect![[r#"
            » closed(Agent) by sue, rating None
            = 1 closed(Agent) [ana left]"#]],
    );
}
