//! Saved replies, limits and attached files in the composer.

use inbox_protocol::http::CannedReply;

use super::{super::canned::Names, *};

fn reply(shortcut: &str, text: &str) -> CannedReply {
    CannedReply {
        id: "r".parse().expect("an id"),
        shortcut: shortcut.to_owned().try_into().expect("a label"),
        text: text.to_owned().try_into().expect("a text"),
        department: None,
    }
}

fn typed(text: &str) -> Composer {
    Composer { text: text.to_owned(), caret: text.encode_utf16().count(), ..Composer::default() }
}

#[test]
fn a_slash_at_the_beginning_of_a_word_searches() {
    assert_eq!(typed("/").search(), Some(""));
    assert_eq!(typed("Chào 😀 /gi").search(), Some("gi"));
    assert_eq!(typed("and/or").search(), None);
    assert_eq!(typed("/hi there").search(), None);
}

#[test]
fn the_search_ends_at_the_caret() {
    let composer = Composer { caret: 5, ..typed("😀 /a b") };
    assert_eq!(composer.search(), Some("a"));
}

#[test]
fn what_begins_so_comes_first() {
    let canned = [reply("ship", "x"), reply("hi", "Hello"), reply("hint", "y")];
    let shortcuts = |composer: Composer| -> Vec<String> {
        let matching = composer.matching(&canned);
        matching.into_iter().map(|it| it.shortcut.as_str().to_owned()).collect()
    };
    assert_eq!(shortcuts(typed("/hi")), ["hi", "hint", "ship"]);
    assert_eq!(shortcuts(typed("/hello")), ["hi"]);
}

#[test]
fn a_canned_reply_replaces_its_search_and_knows_the_name() {
    let mut composer = typed("Well 😀 /hi");
    composer.insert(&reply("hi", "Hello {{name}}!"), Names { contact: "Linh", agent: "Ana" });
    assert_eq!(composer.text, "Well 😀 Hello Linh!");
    assert_eq!(composer.caret, composer.text.encode_utf16().count());
}

#[test]
fn without_a_name_the_sentence_closes_over_the_gap() {
    for (text, filled) in [
        ("Hello {{name}}!", "Hello!"),
        ("Hello, {{name}}!", "Hello!"),
        ("Hi {{name}}, two days.", "Hi, two days."),
        ("{{name}}, two days.", "two days."),
        ("您好，{{name}}！", "您好！"),
        ("Thanks.\n{{name}}, bye {{name}}.", "Thanks.\nbye."),
        ("Two days.", "Two days."),
    ] {
        let mut composer = typed("/hi");
        composer.insert(&reply("hi", text), Names { contact: "", agent: "Ana" });
        assert_eq!(composer.text, filled);
    }
}

#[test]
fn the_seventh_file_is_not_taken() {
    let picked = |ticket| Picked { ticket, name: "a".to_owned(), bytes: 1 };
    let mut composer = Composer::default();
    let (taken, problem) = composer.pick((1..=7).map(picked).collect());
    assert_eq!(taken, [1, 2, 3, 4, 5, 6]);
    assert_eq!(problem, Some(NotTaken::TooMany));
}

#[test]
fn nothing_is_sent_before_every_file_is_stored() {
    let rules = AgentRules::default();
    let mut composer = typed("see this");
    let _ = composer.pick(vec![Picked { ticket: 1, name: "a".to_owned(), bytes: 1 }]);
    assert!(!composer.can_send(&rules));
    assert_eq!(composer.take(&rules), None);
    assert_eq!(composer.text, "see this");
}

#[test]
fn x15_what_cannot_be_seen_is_not_sent() {
    for text in ["\u{200b}", "\u{3164}", "\u{2800} \u{ad}\n", "\u{e0041}\u{fe0f}"] {
        assert!(!typed(text).can_send(&AgentRules::default()), "{text:?}");
    }
}

#[test]
fn the_limit_counts_characters() {
    let rules = AgentRules { max_chars: 3, ..AgentRules::default() };
    assert!(typed(" 😀😀😀 ").can_send(&rules));
    assert!(!typed("four").can_send(&rules));
    assert_eq!(typed("four").n_left(&rules), -1);
}

#[test]
fn reserved_signs_are_refused_to_visitors_only() {
    let rules = AgentRules { reserve_angle_brackets: true, ..AgentRules::default() };
    assert!(!typed("a < b").can_send(&rules));
    let note = Composer { visibility: Visibility::Note, ..typed("a < b") };
    assert!(note.can_send(&rules));
}
