//! What may be written, and changed.

use std::collections::BTreeSet;

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
        // Who owes a wrap-up of what goes on without them has left, whichever way.
        ("with reason\nana takes\nana transfers ben", "ben", false),
        ("with reason\nana takes\nana requests o1 ben\nben accepts o1", "ben", false),
        ("with reason\nana takes\nsue takes", "sue", false),
        ("with reason\nana takes\nana adds ben\nana leaves", "ben", false),
        ("ana takes\nana queues sales", "sue", false),
        ("ana takes\nana queues sales\nben takes", "ben", false),
        ("ana takes\nana queues sales\nben takes", "sue", true),
        ("ana takes\nana queues sales\nafter 1s\nvisitor ends", "sue", false),
        ("with reason\nana takes\nana transfers ben\nafter 1s\nvisitor ends", "sue", true),
        ("with topic\nana takes\nvisitor ends\nafter 1s\nvisitor writes more", "sue", false),
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

/// Letters that are drawn as nothing although Unicode does not say to ignore them, and what no
/// browser draws.
const DRAWN_AS_NOTHING: &str =
    "\u{2800}\u{fff9}\u{fffa}\u{fffb}\u{fffc}\u{13441}\u{13442}\u{16fe4}\u{1d159}";

/// Every character that leaves no ink, by Unicode's own tables.
fn invisible() -> BTreeSet<char> {
    let class = r"[\p{White_Space}\p{Default_Ignorable_Code_Point}]";
    let hir = regex_syntax::Parser::new().parse(class).unwrap();
    let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) = hir.kind()
    else {
        panic!("a class of characters")
    };
    let controls = (0..0xa0_u8).map(char::from).filter(char::is_ascii_control);
    let more_controls = (0x80..0xa0_u8).map(char::from);
    class
        .ranges()
        .iter()
        .flat_map(|it| it.start()..=it.end())
        .chain(DRAWN_AS_NOTHING.chars())
        .chain(controls)
        .chain(more_controls)
        .collect()
}

#[test]
fn x15_every_character_that_leaves_no_ink_is_blank_and_no_other_is() {
    let invisible = invisible();
    assert!(4_000 < invisible.len());
    let wrong: Vec<u32> = ('\0'..=char::MAX)
        .filter(|it| invisible.contains(it) != inbox_types::is_blank(&it.to_string()))
        .map(u32::from)
        .collect();
    assert!(wrong.is_empty(), "{wrong:x?}");
}

#[test]
fn x15_no_message_is_made_of_them() {
    let mut scene = Scene::default();
    scene.play("visitor writes hello").unwrap();
    scene.play("ana takes").unwrap();
    scene.play("ana writes helo").unwrap();
    scene.play("ana adds ben").unwrap();
    for letter in invisible().into_iter().filter(|it| !it.is_whitespace()) {
        let text = format!("{letter} {letter}");
        for line in ["visitor writes", "ana writes", "ana notes", "ana whispers"] {
            let refused = scene.play(&format!("{line} {text}")).unwrap_err();
            assert_eq!(refused, Rejection::Empty, "{line} {:x}", u32::from(letter));
        }
        let refused = scene.play(&format!("ana edits 4 {letter}")).unwrap_err();
        assert_eq!(refused, Rejection::Empty, "{:x}", u32::from(letter));
    }
}

#[test]
fn x15_what_can_be_seen_is_written() {
    let mut scene = Scene::default();
    for text in
        ["\u{200b}hi\u{2800}", "\u{2764}\u{fe0f}", "1\u{fe0f}\u{20e3}", ".", "\u{a9}", "\u{301}"]
    {
        assert!(scene.play(&format!("visitor writes {text}")).is_ok(), "{text:?}");
    }
}

#[test]
fn x15_names_tags_and_reasons_of_nothing_are_none() {
    check(
        "with reason
         visitor writes hello
         ana takes
         ana names name=Kim",
        "visitor names name=\u{3164} email=\u{ad}
         ana names name=\u{2800} phone=\u{200b}
         ana tags vip,\u{115f}
         ana ends because \u{ffa0}",
        &expect![[r#"
            = 1 active by ana [ana joined]
              contact by ana, typed [Name]: - - - -
            = 1 active by ana [ana joined]
            refused: the message is empty
            refused: a reason is required"#]],
    );
}

/// A visitor who was signed out everywhere reads nothing here: whatever would be said to them is
/// refused, and whatever is for the team goes on.
#[test]
fn x16_nobody_writes_to_a_visitor_who_was_signed_out() {
    for by in ["sue", "visitor"] {
        let mut scene = Scene::default();
        for line in ["with question", "visitor writes hello", "ana takes", "ana adds ben"] {
            scene.play(line).unwrap();
        }
        scene.play(&format!("{by} signs_out")).unwrap();
        for line in ["ana writes hello?", "ben writes hello?", "ana asks"] {
            assert_eq!(scene.play(line).err(), Some(Rejection::NobodyReads), "{by}: {line}");
        }
        for line in ["ana notes gone", "ana whispers gone", "ana tags gone"] {
            scene.play(line).unwrap();
        }
        let may =
            |scene: &Scene| possible(&script::agent("ana"), &scene.conversation, &scene.context);
        assert!(!may(&scene).contains(&Action::Reply) && !may(&scene).contains(&Action::Ask));
        // Whoever writes is there.
        scene.play("visitor writes back").unwrap();
        assert!(may(&scene).contains(&Action::Reply));
        scene.play("ana writes welcome").unwrap();
        // An end does not wait for the answer of somebody who is not there.
        scene.play(&format!("{by} signs_out")).unwrap();
        scene.play("ana ends").unwrap();
        assert_eq!(scene.conversation.state(), Some(inbox_types::SessionState::Closed), "{by}");
    }
}

#[test]
fn x16_the_bridge_writes_to_nobody_who_was_signed_out_either() {
    for who in ["bridge", "kim"] {
        let mut scene = Scene::default();
        for line in ["visitor writes hello", "visitor signs_out"] {
            scene.play(line).unwrap();
        }
        let refused = scene.play(&format!("{who} writes hello")).unwrap_err();
        assert_eq!(refused, inbox_core::Rejection::NobodyReads, "{who}");
        scene.play("visitor writes back").unwrap();
        scene.play(&format!("{who} writes hello")).unwrap();
    }
}

#[test]
fn x16_who_may_block_signs_a_visitor_out_and_nobody_else() {
    for (who, may) in [
        ("ana", false),
        ("tom", false),
        ("ivy", false),
        ("robo", false),
        ("bridge", false),
        ("sue", true),
        ("adam", true),
    ] {
        let mut scene = Scene::default();
        scene.play("visitor writes hello").unwrap();
        assert_eq!(scene.play(&format!("{who} signs_out")).is_ok(), may, "{who}");
    }
}
