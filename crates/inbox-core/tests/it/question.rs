//! "Do you still have questions?"

use expect_test::expect;
use inbox_types::SessionState;

use crate::{check, scene::Scene, script};

#[test]
fn q1_an_agents_end_asks_first() {
    check(
        "with question
         visitor writes hello
         ana takes",
        "ana ends",
        &expect![[r#"
            » ana asked for more questions, closing
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn q1_without_the_setting_nothing_is_asked() {
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
fn q2_no_ends_the_session() {
    check(
        "with question
         visitor writes hello
         ana takes
         ana ends",
        "visitor answers no",
        &expect![[r#"
              more questions: false
            » closed(Solved) by nobody, rating None
            = 1 closed(Solved) [ana left]"#]],
    );
}

#[test]
fn q2_a_reason_given_when_ending_counts_then() {
    check(
        "with reason
         with question
         visitor writes hello
         ana takes
         ana ends because solved",
        "visitor answers no",
        &expect![[r#"
              more questions: false
            » closed(Solved) by nobody, rating None
              ana wrapped up 1, as said at 4
            = 1 closed(Solved) [ana left]"#]],
    );
}

#[test]
fn q3_yes_goes_on() {
    check(
        "with question
         visitor writes hello
         ana takes
         ana ends",
        "visitor answers yes
         visitor answers no",
        &expect![[r#"
            » more questions: true
            = 1 active by ana [ana joined]
            refused: the state of the session does not allow it"#]],
    );
}

#[test]
fn q3_yes_to_an_owner_who_is_gone_queues_it() {
    check(
        "with question
         visitor writes hello
         ana takes
         ana ends
         with owner offline",
        "visitor answers yes",
        &expect![[r#"
            » more questions: true
            » ana left
              queued: MoreQuestions
            = 1 queued [ana left]"#]],
    );
}

#[test]
fn q4_no_answer_lets_the_end_stand() {
    check(
        "with question
         visitor writes hello
         ana takes
         ana ends
         after 5m",
        "timer fires question",
        &expect![[r#"
            » closed(Agent) by ana, rating None
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn q5_it_is_not_asked_twice_in_a_row() {
    check(
        "with question
         visitor writes hello
         ana takes
         ana ends",
        "ana ends
         ana asks",
        &expect![[r#"
            refused: the question was asked already
            refused: the question was asked already"#]],
    );
}

#[test]
fn q5_it_is_not_asked_again_before_the_visitor_writes() {
    check(
        "with question
         visitor writes hello
         ana takes
         ana ends
         visitor answers yes",
        "ana ends
         ana asks
         visitor writes how much?
         ana ends",
        &expect![[r#"
            refused: the question was asked already
            refused: the question was asked already
            » visitor wrote: how much?
            = 1 active by ana [ana joined]
            » ana asked for more questions, closing
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn q6_it_can_be_asked_without_ending() {
    check(
        "with question
         visitor writes hello
         ana takes",
        "ana asks
         timer fires question",
        &expect![[r#"
            » ana asked for more questions
            = 1 active by ana [ana joined]
            refused: not due"#]],
    );
}

#[test]
fn q6_without_the_setting_it_cannot_be_asked() {
    check(
        "visitor writes hello
         ana takes",
        "ana asks",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn q6_only_who_takes_part_asks() {
    check(
        "with question
         visitor writes hello
         ana takes",
        "ben asks",
        &expect!["refused: not allowed"],
    );
}

#[test]
fn q7_an_agent_may_end_now() {
    check(
        "with question
         visitor writes hello
         ana takes",
        "ana ends now",
        &expect![[r#"
            » closed(Agent) by ana, rating None
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn q7_an_agent_who_asked_may_end_now() {
    check(
        "with question
         visitor writes hello
         ana takes
         ana ends",
        "ana ends now",
        &expect![[r#"
            » closed(Agent) by ana, rating None
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn q8_a_message_is_an_answer() {
    check(
        "with question
         visitor writes hello
         ana takes
         ana ends",
        "visitor writes yes, one more
         timer fires question",
        &expect![[r#"
            » visitor wrote: yes, one more
            = 1 active by ana [ana joined]
            refused: not due"#]],
    );
}

#[test]
fn q9_a_question_that_nobody_asked_has_no_answer() {
    check(
        "with question
         visitor writes hello
         ana takes",
        "visitor answers no",
        &expect!["refused: the state of the session does not allow it"],
    );
}

/// What happens after an agent's end has asked: whether silence still ends the session, and whether
/// the visitor can still answer.
const AFTERWARDS: [(&str, &str, bool, bool); 17] = [
    ("ana", "", true, true),
    ("ana", "ana notes back in a minute", true, true),
    ("ana", "ben leaves", true, true),
    ("ana", "sue supervises", true, true),
    ("ana", "ana requests o1 cyd", true, true),
    ("ben", "ana notes let it go", true, true),
    // Somebody writes on.
    ("ana", "ana writes one moment", false, true),
    ("ana", "ben writes one moment", false, true),
    ("ana", "bridge writes one moment", false, true),
    // Whoever asked is not there any more.
    ("ben", "ben leaves", false, true),
    ("ben", "desk removes ben", false, true),
    // It is another's session.
    ("ana", "sue takes", false, false),
    ("ana", "ana transfers ben", false, false),
    ("ana", "ana requests o1 ben\nben accepts o1", false, false),
    ("ana", "ana leaves", false, false),
    ("ana", "desk removes ana ben", false, false),
    ("ana", "desk misses ana", false, false),
];

#[test]
fn q10_silence_ends_a_session_only_while_who_asked_still_means_it() {
    for (asker, then, ends, is_answered) in AFTERWARDS {
        let play = |more: &[&str]| {
            let mut scene = Scene::default();
            let begin = "with question\nvisitor writes hello\nana takes\nana adds ben";
            for line in script::lines(begin).chain([&*format!("{asker} ends")]) {
                scene.play(line).unwrap();
            }
            for line in script::lines(then).chain(more.iter().copied()) {
                let played = scene.play(line);
                assert!(played.is_ok() || more.contains(&line), "{then}: {played:?}");
            }
            scene
        };
        let is_over = |scene: &Scene| scene.conversation.state() == Some(SessionState::Closed);
        let silent = play(&["after 1h", "timer fires question"]);
        assert_eq!(is_over(&silent), ends, "{asker} ends, {then}");
        let answered = play(&["visitor answers no"]);
        assert_eq!(is_over(&answered), is_answered, "{asker} ends, {then}, no");
        // Whoever owns it now asks anew, unless the visitor is still looking at the question.
        let mut asked = play(&[]);
        let owner = asked.conversation.owner().unwrap().clone();
        let again = asked.play(&format!("{owner} ends"));
        assert_eq!(again.is_ok(), !is_answered, "{asker} ends, {then}: {again:?}");
    }
}
