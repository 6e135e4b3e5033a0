//! What may be written, and changed.

use expect_test::expect;

use inbox_core::{
    Rejection,
    permission::{Action, possible},
};

use crate::{check, scene::Scene, script};

#[test]
fn x1_a_message_has_so_many_characters_at_most() {
    check(
        "with visitor_chars 5
         with agent_chars 3
         visitor writes hello
         ana takes",
        "visitor writes hello!
         ana writes hey
         ana writes heyo
         ana notes heyo",
        &expect![[r#"
            refused: the text is longer than 5 characters
            » ana wrote: hey
            = 1 active by ana [ana joined]
            refused: the text is longer than 3 characters
            refused: the text is longer than 3 characters"#]],
    );
}

#[test]
fn x2_characters_are_scalar_values() {
    check(
        "with visitor_chars 4",
        "visitor writes 你好朋友
         visitor writes ééééé",
        &expect![[r#"
              opened for sales
            » visitor wrote: 你好朋友
            = 1 queued
            refused: the text is longer than 4 characters"#]],
    );
}

#[test]
fn x4_angle_brackets_can_be_reserved() {
    check(
        "with brackets
         visitor writes hello
         ana takes",
        "ana writes a < b
         ana writes a > b
         ana notes a < b
         visitor writes a < b",
        &expect![[r#"
            refused: angle brackets are reserved
            refused: angle brackets are reserved
              ana noted: a < b
            = 1 active by ana [ana joined]
            » visitor wrote: a < b
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn x4_angle_brackets_are_free_by_default() {
    check(
        "visitor writes hello
         ana takes",
        "ana writes a < b",
        &expect![[r#"
            » ana wrote: a < b
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn x5_a_message_has_six_files_at_most() {
    check(
        "",
        "visitor sends 6
         visitor sends 7
         visitor sends 0",
        &expect![[r#"
              opened for sales
            » visitor wrote:  +6 files
            = 1 queued
            refused: too many files
            refused: the message is empty"#]],
    );
}

#[test]
fn x6_an_agent_edits_the_own_message() {
    check(
        "visitor writes hello
         ana takes
         ana writes helo",
        "ana edits 4 hello",
        &expect![[r#"
            » edited, visitor's Some(3): 4 is hello
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn x6_an_edit_obeys_the_limits() {
    check(
        "with agent_chars 5
         visitor writes hello
         ana takes
         ana writes helo",
        "ana edits 4 hello!",
        &expect!["refused: the text is longer than 5 characters"],
    );
}

#[test]
fn x6_nobody_edits_what_others_wrote() {
    check(
        "visitor writes hello
         ana takes
         ana writes helo
         ana adds ben",
        "ben edits 4 hello
         ana edits 2 hello
         adam edits 4 hello
         visitor edits 2 hi",
        &expect![[r#"
            refused: not allowed
            refused: not allowed
            refused: not allowed
            refused: not allowed"#]],
    );
}

#[test]
fn x6_a_note_is_edited_unseen() {
    check(
        "visitor writes hello
         ana takes
         ana notes helo",
        "ana edits 4 hello",
        &expect![[r#"
              edited, visitor's None: 4 is hello
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn x7_an_agent_deletes_the_own_message_once() {
    check(
        "visitor writes hello
         ana takes
         ana writes oops",
        "ana deletes 4
         ana deletes 4
         ana edits 4 hello",
        &expect![[r#"
            » deleted, visitor's Some(3): 4 is gone
            = 1 active by ana [ana joined]
            refused: there is no such thing
            refused: there is no such thing"#]],
    );
}

#[test]
fn x7_nobody_deletes_what_others_wrote() {
    check(
        "visitor writes hello
         ana takes
         ana writes oops",
        "ben deletes 4
         adam deletes 4
         visitor deletes 2",
        &expect![[r#"
            refused: not allowed
            refused: not allowed
            refused: not allowed"#]],
    );
}

#[test]
fn x8_editing_can_be_forbidden() {
    check(
        "with forbid_editing
         visitor writes hello
         ana takes
         ana writes helo
         ana adds tom
         tom writes helo",
        "ana edits 4 hello
         tom edits 6 hello
         ana deletes 4",
        &expect![[r#"
            refused: not allowed
            » edited, visitor's Some(5): 6 is hello
            = 1 active by ana [ana joined, tom joined]
            » deleted, visitor's Some(3): 4 is gone
            = 1 active by ana [ana joined, tom joined]"#]],
    );
}

#[test]
fn x8_deleting_can_be_forbidden() {
    check(
        "with forbid_deleting
         visitor writes hello
         ana takes
         ana writes helo",
        "ana deletes 4
         ana edits 4 hello",
        &expect![[r#"
            refused: not allowed
            » edited, visitor's Some(3): 4 is hello
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn x9_only_who_takes_part_writes_to_the_visitor() {
    check(
        "visitor writes hello
         ana takes",
        "ben writes hello
         ana writes hello
         ben notes I know them
         ivy notes hello
         mia notes hello",
        &expect![[r#"
            refused: not allowed
            » ana wrote: hello
            = 1 active by ana [ana joined]
              ben noted: I know them
            = 1 active by ana [ana joined]
            refused: not allowed
            refused: not allowed"#]],
    );
}

#[test]
fn x9_nobody_writes_to_the_visitor_of_a_queued_session() {
    check(
        "visitor writes hello",
        "ana writes hello
         adam writes hello",
        &expect![[r#"
            refused: not allowed
            refused: not allowed"#]],
    );
}

#[test]
fn x10_a_whisper_is_for_who_takes_part_and_who_watches() {
    check(
        "visitor writes hello
         ana takes",
        "ana whispers psst
         ben whispers psst
         sue whispers psst
         visitor whispers psst",
        &expect![[r#"
            refused: nobody would read it
            refused: not allowed
              sue whispered: psst
            = 1 active by ana [ana joined]
            refused: not allowed"#]],
    );
}

/// Who is in the conversation when somebody whispers, and whether anybody else would read it.
#[test]
fn x14_a_whisper_needs_somebody_who_reads_it() {
    let table = [
        ("ana takes", "ana", false),
        ("ana takes", "sue", true),
        ("ana takes\nsue supervises", "ana", true),
        ("ana takes\nana adds ben", "ben", true),
        ("ana takes\nana adds ben\nben leaves", "ana", false),
        ("ana takes\nana requests o1 ben", "ana", false),
        ("ana takes\nana snoozes", "ana", false),
        ("ana takes\nana ends", "ana", false),
        ("ana takes\nana adds ben\nvisitor ends", "ana", false),
        ("ana takes\nvisitor ends", "sue", true),
        ("", "sue", false),
    ];
    for (given, who, is_read) in table {
        let mut scene = Scene::default();
        let lines = ["visitor writes hello"].into_iter().chain(script::lines(given));
        lines.for_each(|line| drop(scene.play(line).unwrap()));
        let may = possible(&script::agent(who), &scene.conversation, &scene.context);
        assert_eq!(may.contains(&Action::Whisper), is_read, "{given}: {who} is shown it");
        let written = scene.play(&format!("{who} whispers psst"));
        let refused = written.err();
        let expected = [Some(Rejection::NobodyReads), Some(Rejection::Forbidden)];
        assert_eq!(refused.is_none(), is_read, "{given}: {who} gets {refused:?}");
        assert!(is_read || expected.contains(&refused), "{given}: {refused:?}");
        // What nobody would read now can be left for whoever comes.
        scene.play(&format!("{who} notes psst")).unwrap();
    }
}

#[test]
fn x11_a_message_of_an_earlier_session_belongs_to_it() {
    check(
        "visitor writes hello
         ana takes
         ana writes helo
         ana ends
         after 24h
         visitor writes again",
        "ana edits 4 hello",
        &expect![[r#"
            » edited, visitor's Some(3): 4 is hello
            = 2 queued"#]],
    );
}
