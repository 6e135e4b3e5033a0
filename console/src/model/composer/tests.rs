//! Limits and attached files in the composer.

use super::*;

fn typed(text: &str) -> Composer {
    Composer { text: text.to_owned(), caret: text.encode_utf16().count(), ..Composer::default() }
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
