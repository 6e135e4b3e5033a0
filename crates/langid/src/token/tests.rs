//! Which words a text has, and what is left out.

use super::letter::is_caseless;
use super::*;
use std::string::String;
use std::vec::Vec;

fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for_each_word(text, |word| found.push(word.letters.iter().collect()));
    found
}

#[test]
fn words_are_lower_cased_and_composed() {
    assert_eq!(words("Xin CHÀO, l\u{2019}Ami!"), ["xin", "chào", "l'ami"]);
    assert_eq!(words("tie\u{302}\u{301}ng Vi\u{ea}\u{323}t"), ["tiếng", "việt"]);
    assert_eq!(words("'quoted' İstanbul ｆｕｌｌ"), ["quoted", "istanbul", "full"]);
    assert_eq!(words("и\u{306} می‌خواهم"), ["й", "میخواهم"]);
}

#[test]
fn letters_that_are_not_lower_cased_have_no_small_form() {
    for character in ('\0'..=char::MAX).filter(|it| is_caseless(*it)) {
        assert!(character.to_lowercase().eq([character]), "{character:?}");
    }
}

#[test]
fn a_common_letter_is_what_the_long_way_says() {
    for character in '\0'..=char::MAX {
        if let Some((script, letter)) = common_letter(character) {
            assert_eq!(fold(character), letter, "{character:?}");
            assert_eq!(Script::of(letter), Some(script), "{character:?}");
            let is_plain = |it| !is_ignored(it) && !is_mark(it) && !is_apostrophe(it);
            assert!(is_plain(letter), "{character:?}");
        }
    }
}

#[test]
fn first_bytes_tell_what_may_follow() {
    for character in '\0'..=char::MAX {
        let first = byte::KINDS[usize::from(String::from(character).as_bytes()[0])];
        let spaceless = Script::of(character).is_some_and(Script::is_spaceless);
        assert!(!spaceless || first & byte::PERHAPS_SPACELESS != 0, "{character:?}");
        assert!(!is_other_digit(character) || first & byte::PERHAPS_DIGIT != 0);
    }
}

#[test]
fn tokens_stand_between_all_spaces_of_unicode() {
    for character in '\0'..=char::MAX {
        for text in [String::from_iter(['a', character, 'é', ' ']), String::from(character)] {
            let tokens = Tokens(&text).map(|(token, _)| token);
            assert!(tokens.eq(text.split_whitespace()), "{character:?}");
        }
    }
}

#[test]
fn what_is_the_same_in_every_language_is_left_out() {
    for text in [
        "https://example.com/a?b=c",
        "www.example.com",
        "example.com/path",
        "a@example.com",
        "@name",
        "#tag",
        "ORD-1234",
        "10:30",
        "hahaha",
        "jejeje",
        "wkwkwk",
        ":D",
        ":-P",
        "OK",
        "ok!",
        "aaaa",
        "asdfgh",
        "qwerty",
        "invoice.pdf",
        "10 kg",
        "100 USD.",
        "٣٤",
        "hmmm",
        "snake_case",
        "/cart",
        "12345",
        "",
        "😂😂",
        "?!",
    ] {
        assert_eq!(words(text), [""; 0], "{text:?}");
    }
}

#[test]
fn a_number_or_an_address_does_not_take_chinese_with_it() {
    assert_eq!(words("我的訂單12345還沒到"), ["我的訂單", "還沒到"]);
    assert_eq!(words("请看https://x.com/abc谢谢"), ["请看", "谢谢"]);
}

#[test]
fn digits_as_letters_are_read_but_prove_nothing() {
    let mut found = Vec::new();
    for_each_word("3ayez a7la iphone15 b2b 2024", |word| {
        found.push((word.letters.iter().collect::<String>(), word.counts));
    });
    assert_eq!(found, [("3ayez".into(), false), ("a7la".into(), false)]);
}

#[test]
fn a_long_word_is_read_in_parts_and_a_long_text_is_cut() {
    assert_eq!(words(&"ab".repeat(20)), ["ab".repeat(16), "ab".repeat(4)]);
    let mut n_letters = 0;
    for_each_word(&"word ".repeat(1000), |word| n_letters += word.letters.len());
    assert_eq!(n_letters, MAX_LETTERS);
}

#[test]
fn composition_agrees_with_unicode() {
    use unicode_normalization::char::compose as reference;
    for base in 'a'..='\u{1ef9}' {
        for mark in '\u{300}'..='\u{331}' {
            if let Some(ours) = compose(base, mark) {
                let typed_late = mark == '\u{323}' && "âăêô".contains(base);
                assert!(typed_late || reference(base, mark) == Some(ours), "{base} {mark}");
            } else if base < '\u{250}' && base.is_lowercase() {
                assert_eq!(reference(base, mark), None, "{base} {mark}");
            }
        }
    }
}
