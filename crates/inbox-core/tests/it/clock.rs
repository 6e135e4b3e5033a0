//! The clocks, and what time does by itself.

use expect_test::{Expect, expect};
use inbox_types::Timestamp;

use crate::{scene::Scene, script};

#[test]
fn c1_a_visitor_waits_since_the_first_unanswered_message() {
    assert_eq!(
        waits("visitor writes hello\nafter 5m\nvisitor writes anybody?", "after 5m"),
        "customer 600"
    );
}

#[test]
fn c1_an_answer_ends_the_wait() {
    let given = "visitor writes hello\nana takes\nana writes hi";
    assert_eq!(waits(given, "after 5m"), "team 300");
    assert_eq!(waits(given, "visitor writes how much?"), "customer 0");
}

#[test]
fn c1_nobody_waits_in_a_closed_session() {
    assert_eq!(waits("visitor writes hello\nana takes", "ana ends"), "nobody");
}

#[test]
fn c1_a_reopened_session_waits_from_then_on() {
    let given = "visitor writes hello\nana takes\nana ends\nafter 1h";
    assert_eq!(waits(given, "ana reopens"), "customer 0");
}

#[test]
fn c2_notes_and_system_lines_do_not_answer() {
    let given = "visitor writes hello\nana takes\nafter 1m\nana notes rude\nana adds ben";
    assert_eq!(waits(given, "ana tags vip"), "customer 60");
}

#[test]
fn c2_edits_and_ratings_do_not_answer() {
    let given = "with rating\nvisitor writes hello\nana takes\nana writes helo\nafter 1m
                 visitor writes what?\nafter 1m\nana edits 4 hello";
    assert_eq!(waits(given, "ana deletes 4"), "customer 60");
}

#[test]
fn c3_inactivity_runs_while_the_team_spoke_last() {
    let given = "visitor writes hello\nana takes";
    fires(given, &expect!["no timer"]);
    fires(&format!("{given}\nana writes hi\nafter 5m"), &expect!["Inactivity in 10m"]);
    fires(&format!("{given}\nana writes hi\nvisitor writes hi"), &expect!["no timer"]);
}

#[test]
fn c3_each_message_of_the_team_starts_it_anew() {
    let given = "visitor writes hello\nana takes\nana writes hi\nafter 5m\nana writes there?";
    fires(given, &expect!["Inactivity in 15m"]);
}

#[test]
fn c3_inactivity_can_be_switched_off() {
    fires(
        "with inactivity 0s\nvisitor writes hello\nana takes\nana writes hi",
        &expect!["no timer"],
    );
}

#[test]
fn c3_inactivity_waits_while_a_session_is_put_aside() {
    let given = "visitor writes hello\nana takes\nana writes hi\nafter 10m\nana snoozes 1h";
    fires(given, &expect!["Snooze in 60m"]);
    fires(&format!("{given}\nafter 1h\ntimer fires snooze"), &expect!["Inactivity in 15m"]);
}

#[test]
fn c3_a_yes_to_more_questions_starts_it_anew() {
    let given = "with question\nvisitor writes hello\nana takes\nana writes hi\nana ends\nafter 4m
                 visitor answers yes";
    fires(given, &expect!["Inactivity in 15m"]);
}

#[test]
fn c4_an_offer_has_a_deadline() {
    fires("visitor writes hello\ndesk offers o1 ana", &expect!["Offer in 30s"]);
    let given = "with deadline 2m\nvisitor writes hello\nana takes\nana requests o1 ben";
    fires(given, &expect!["Offer in 2m"]);
}

#[test]
fn c4_a_closing_question_waits_for_five_minutes() {
    let given = "with question\nvisitor writes hello\nana takes";
    fires(&format!("{given}\nana ends"), &expect!["StillQuestions in 5m"]);
    fires(&format!("{given}\nana asks"), &expect!["no timer"]);
}

#[test]
fn c4_a_purge_waits_for_its_grace() {
    let given = "with grace 1h\nvisitor writes hello\nadam blacklists";
    fires(given, &expect!["Purge in 60m"]);
}

#[test]
fn c5_a_stale_timer_changes_nothing() {
    let mut scene = play("visitor writes hello\ndesk offers o1 ana\nana accepts o1\nafter 1h");
    let before = scene.conversation.clone();
    for timer in ["inactivity", "offer", "snooze", "question", "purge"] {
        let shown = scene.show(&format!("timer fires {timer}"));
        assert_eq!(shown, "refused: not due", "{timer}");
    }
    assert_eq!(scene.conversation, before);
}

#[test]
fn c5_a_timer_that_fires_too_early_is_told_how_long_to_wait() {
    let mut scene = play("visitor writes hello\ndesk offers o1 ana\nafter 10s");
    let refused = scene.play("timer fires offer").unwrap_err();
    let wait = Some(script::span("20s"));
    assert_eq!(refused, inbox_core::Rejection::NotDue { wait });
}

#[test]
fn c6_times_never_go_back() {
    let mut scene = play("visitor writes hello\nana takes");
    let before = scene.now;
    scene.now = Timestamp::from_millis(5);
    scene.play("ana writes hi").unwrap();
    assert_eq!(scene.log.last().unwrap().event.at, before);
}

#[test]
fn c7_a_session_that_comes_back_stands_before_all_that_came_later() {
    let given = "with question\nvisitor writes hello\nafter 1m\nana takes\nana writes hi\nana ends
                 with owner offline\nvisitor answers yes";
    let scene = play(given);
    let session = scene.conversation.session().unwrap();
    assert_eq!(session.queued_since(), session.opened_at);
}

fn play(given: &str) -> Scene {
    let mut scene = Scene::default();
    for line in script::lines(given) {
        scene.play(line).unwrap();
    }
    scene
}

/// Who waits after `when`, and for how many seconds.
fn waits(given: &str, when: &str) -> String {
    let mut scene = play(given);
    scene.play(when).unwrap();
    let session = scene.conversation.session().unwrap();
    let seconds = |since: Timestamp| scene.now.since(since).0 / 1_000;
    match (session.customer_waiting_since(), session.agent_waiting_since()) {
        (Some(since), None) => format!("customer {}", seconds(since)),
        (None, Some(since)) => format!("team {}", seconds(since)),
        (None, None) => "nobody".to_owned(),
        (Some(_), Some(_)) => "both".to_owned(),
    }
}

#[track_caller]
fn fires(given: &str, then: &Expect) {
    then.assert_eq(&play(given).timers());
}
