//! Regular expressions: what they find, what they refuse, and how they travel.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use inbox_campaigns::regex::{Reason, RegexError, compile};
use inbox_types::limits::REGEX_STEPS;
use proptest::prelude::*;
use serde_json::json;

#[track_caller]
fn finds(pattern: &str, texts: &[&str]) {
    let program = compile(pattern).unwrap();
    for it in texts {
        assert!(program.is_match(it), "{pattern} in {it}");
    }
}

#[track_caller]
fn misses(pattern: &str, texts: &[&str]) {
    let program = compile(pattern).unwrap();
    for it in texts {
        assert!(!program.is_match(it), "{pattern} in {it}");
    }
}

#[track_caller]
fn refuses(pattern: &str, reason: Reason, at: usize) {
    assert_eq!(compile(pattern).unwrap_err(), RegexError::Syntax { reason, at });
}

#[test]
fn rx1_what_marketers_write_is_found() {
    finds(r"^/products/\d+$", &["/products/7", "/products/1234"]);
    misses(r"^/products/\d+$", &["/products/", "/products/7/", "x/products/7"]);
    finds(r"(shoes|boots)", &["https://a.b/Boots?x", "winter-SHOES"]);
    finds(
        r"https?://(www\.)?shop\.example/",
        &["https://shop.example/", "http://www.shop.example/a"],
    );
    misses(r"https?://(www\.)?shop\.example/", &["https://shopxexample/"]);
    finds(r"colou?r", &["Colour", "color"]);
    finds(r"\bsale\b", &["winter sale!", "sale"]);
    misses(r"\bsale\b", &["wholesale"]);
    finds(r"^[^/]+\.vn$", &["shop.vn"]);
    finds(r"giỏ hàng|Кошик", &["GIỎ HÀNG của bạn", "кошик"]);
    finds(r"a{2,3}b", &["aab", "aaab", "aaaab"]);
    misses(r"^a{2,3}b", &["ab", "aaaab"]);
}

#[test]
fn rx1_letters_count_the_same_in_both_cases() {
    finds("[A-C]x", &["bX", "Bx"]);
    misses("[^a]", &["a", "A"]);
    finds("Ж", &["ж", "Ж"]);
    finds("(?i)a", &["A"]);
}

#[test]
fn rx2_what_hangs_others_does_not_hang_us() {
    let text = format!("{}!", "a".repeat(2_000));
    for pattern in ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$"] {
        misses(pattern, &[&text]);
    }
    misses(&"a?".repeat(190), &[]);
    finds(&format!("{}{}", "a?".repeat(100), "a".repeat(100)), &[&"a".repeat(100)]);
}

#[test]
fn rx2_a_machine_has_a_limit() {
    assert_eq!(compile(&"a".repeat(REGEX_STEPS)).unwrap().n_steps(), REGEX_STEPS);
    assert_eq!(compile(&"a".repeat(REGEX_STEPS + 1)).unwrap_err(), RegexError::TooLarge);
    assert_eq!(compile("(a{1000}){1000}").unwrap_err(), RegexError::TooLarge);
    assert_eq!(compile("a{4000000000}").unwrap_err(), RegexError::TooLarge);
    finds("(){4000000000}", &[""]);
    assert_eq!(compile("(?:(?:)*){1000000}").unwrap_err(), RegexError::TooLarge);
}

#[test]
fn rx3_what_is_refused_is_refused_with_its_reason_and_its_place() {
    refuses("a(?=b)", Reason::LookAround, 1);
    refuses("(?<!a)b", Reason::LookAround, 0);
    refuses(r"(a)\1", Reason::Reference, 3);
    refuses(r"é\p{L}", Reason::Unsupported, 1);
    refuses(r"[a\p{L}]", Reason::Unsupported, 0);
    refuses("(?-i)a", Reason::Unsupported, 3);
    refuses("(?m)^a", Reason::Unsupported, 2);
    refuses("ab(c", Reason::GroupUnclosed, 2);
    refuses("ab)", Reason::GroupUnopened, 2);
    refuses("[a", Reason::ClassUnclosed, 0);
    refuses("[z-a]", Reason::ClassRange, 1);
    refuses("*a", Reason::NothingRepeated, 0);
    refuses("a{3,1}", Reason::Count, 1);
    refuses(r"a\", Reason::Escape, 1);
    refuses(r"\j", Reason::Escape, 0);
    refuses(&format!("{}a{}", "(".repeat(60), ")".repeat(60)), Reason::TooDeep, 30);
}

#[test]
fn rx4_a_machine_travels_as_the_loader_reads_it() {
    for (pattern, expected) in [
        ("", json!([])),
        ("aB", json!("ab")),
        ("a.b/c?", json!(["a.b/", 2, "c"])),
        (r"\.\[-", json!(r"\.\[-")),
        ("^.$", json!("^.$")),
        (r"\bа\B", json!(r"\bа\B")),
        ("[a-cx]", json!("[a-cx]")),
        (r"[ab\]^-]", json!(r"[\-\]\^ab]")),
        ("[^/]", json!("[^/]")),
        (r"\d", json!("[0-9]")),
        (r"[\t]\n", json!(r"\u{9}\u{a}")),
        ("[a&&b]", json!("[^\\u{0}-\u{10ffff}]")),
        ("ab?c", json!(["a", 2, "b", "c"])),
        ("(ab)*", json!([3, "ab", -1.5])),
        (r"^/a\d+$", json!(["^/a", "[0-9]", -1, "$"])),
        ("(ab)+c", json!(["ab", -1, "c"])),
        ("aa|b|c", json!([3, "aa", 5.5, 3, "b", 2.5, "c"])),
        ("a{2,3}", json!(["aa", 2, "a"])),
    ] {
        assert_eq!(compile(pattern).unwrap().to_json(), expected, "{pattern}");
    }
}

/// What knows ASCII here and more in the crate.
const ASCII: [(&str, &str); 6] = [
    (r"\d", "[0-9]"),
    (r"\D", "[^0-9]"),
    (r"\w", "[0-9A-Za-z_]"),
    (r"\W", "[^0-9A-Za-z_]"),
    (r"\s", r"[\t-\r ]"),
    (r"\S", r"[^\t-\r ]"),
];

/// Patterns over few letters, so that they are often found.
fn pattern() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        6 => "[abAB/1 _é-]".prop_map(|it| regex::escape(&it)),
        1 => Just(".".to_owned()),
        2 => "\\[\\^?[abAB1/_]{1,3}\\]",
        1 => Just("[a-b1]".to_owned()),
        1 => Just("[^a&&[ab1]]".to_owned()),
        1 => Just("[ab1--b]".to_owned()),
        1 => Just("[ab~~b1]".to_owned()),
        1 => Just("[[:^alpha:]]".to_owned()),
        1 => prop_oneof![
            Just(r"\d"), Just(r"\D"), Just(r"\w"), Just(r"\W"), Just(r"\s"), Just(r"\S")
        ].prop_map(str::to_owned),
        1 => prop_oneof![
            Just("^"), Just("$"), Just(r"\A"), Just(r"\z"), Just(r"\b"), Just(r"\B")
        ].prop_map(str::to_owned),
        1 => Just(String::new()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|it| it.concat()),
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(|it| format!("(?:{})", it.join("|"))),
            1 => (inner.clone(), "[*+?]\\??").prop_map(|(it, op)| format!("(?:{it}){op}")),
            1 => (inner, 0..3_u32, 0..3_u32)
                .prop_map(|(it, least, more)| format!("({it}){{{least},{}}}", least + more)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn rx1_the_machine_finds_what_the_regex_crate_finds(
        pattern in pattern(),
        texts in prop::collection::vec("[abAB/1 _éÉ-]{0,8}", 1..8),
    ) {
        // Theirs needs to be told what ours does anyway, and that ASCII is meant.
        let theirs = ASCII.iter().fold(pattern.clone(), |it, (ours, theirs)| it.replace(ours, theirs));
        let theirs = regex::Regex::new(&format!("(?is){theirs}")).unwrap();
        if let Ok(program) = compile(&pattern) {
            for text in texts {
                // Of boundaries theirs has an opinion on every letter, and ours on ASCII.
                let bounded = pattern.contains(r"\b") || pattern.contains(r"\B");
                let text = if bounded { text.replace(['é', 'É'], "-") } else { text };
                prop_assert_eq!(
                    program.is_match(&text),
                    theirs.is_match(&text),
                    "{} in {:?}", &pattern, text
                );
            }
        }
    }
}
