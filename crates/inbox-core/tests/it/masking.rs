//! What is hidden, and how.

use inbox_core::{masking, permission::SessionFacts};
use inbox_types::{ContactDetails, SiteSettings, WorkspaceSettings};
use proptest::prelude::*;

use crate::{
    script,
    writings::{ADDRESSES, NUMBERS, Secret, writings},
};

#[test]
fn m1_a_telephone_keeps_its_last_four_characters() {
    assert_eq!(masking::phone("+ 1 (123) 456 7890"), "**********7890");
    assert_eq!(masking::phone("+447966197542"), "*********7542");
    assert_eq!(masking::phone("123"), "123");
}

#[test]
fn m2_an_address_keeps_its_first_character_and_its_domain() {
    assert_eq!(masking::email("melissa@gmail.com"), "m******@gmail.com");
    assert_eq!(masking::email("m@gmail.com"), "m@gmail.com");
}

#[test]
fn m3_addresses_in_a_text() {
    hides("write to melissa@gmail.com.", "write to m******@gmail.com.");
    hides("<a.b+c@shop.example>, or x@y.vn!", "<a****@shop.example>, or x@y.vn!");
    hides("not @kim, nor kim@localhost", "not @kim, nor kim@localhost");
    hides("liên@cửahàng.vn", "l***@cửahàng.vn");
}

#[test]
fn m3_an_address_in_a_web_address_takes_its_own_part_of_it_along_and_no_other() {
    hides(
        "https://shop.example:9100/cart?email=ursula@example.com&step=2",
        "https://shop.example:9100/cart?email=u*****@example.com&step=2",
    );
    hides(
        "https://shop.example/cart?email=ursula%40example.com#top",
        "https://shop.example/cart?email=u*****@example.com#top",
    );
    hides(
        "https://shop.example/in?next=%2Fcart%3Femail%3Dursula%2540example.com",
        "https://shop.example/in?next=/*****************@example.com",
    );
    hides("https://a.example/u/ursula@example.com/x", "https://a.example/u/u*****@example.com/x");
    hides(
        "https://a.example/#/u?m=ursula@example.com",
        "https://a.example/#/u?m=u*****@example.com",
    );
    hides("https://ursula:word@shop.example/", "https://ursula:w***@shop.example/");
}

#[test]
fn m3_where_nothing_is_hidden_the_text_stays_as_it_was_written() {
    for raw in
        ["https://x%40evil.example/", "x&#64;evil.example", "x＠evil.example", "x@evil.example"]
    {
        hides(raw, raw);
    }
}

#[test]
fn m3_an_address_however_it_is_written() {
    hides("ursula＠example.com", "u*****＠example.com");
    hides("ｕｒｓｕｌａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｕ*****＠ｅｘａｍｐｌｅ．ｃｏｍ");
    hides("urs\u{200b}ula\u{ad}@exam\u{2060}ple.com", "u*****@exam\u{2060}ple.com");
    hides("ursula @ example.com", "u***** @ example.com");
    hides("ursula@example . com", "u*****@example . com");
    hides("%75%72%73%75%6C%61%40example.com", "u*****@example.com");
    hides("\"ursula k\"@example.com", "\"*********@example.com");
    hides("two @ 5.30, or lunch @ noon. Then", "two @ 5.30, or lunch @ noon. Then");
    hides("a@b.example-0912345678", "a@b.example-******5678");
}

#[test]
fn m4_telephones_in_a_text() {
    hides("call + 1 (123) 456 7890 now", "call **********7890 now");
    hides("call +447966197542.", "call *********7542.");
    hides("gọi 0912 345 678 nhé", "gọi ******5678 nhé");
    hides("(050) 123-45-67", "**********5-67");
    hides("0912345678 0987654321", "******5678 ******4321");
}

#[test]
fn m4_digits_of_other_keyboards_are_digits() {
    hides("電話 ０９１２３４５６７８", "電話 ******５６７８");
    hides("٠٩١٢٣٤٥٦٧٨", "******٥٦٧٨");
}

#[test]
fn m4_a_number_however_it_is_spaced() {
    let gaps = [
        "\t",
        "\n",
        "\r\n",
        "/",
        "_",
        ",",
        "*",
        ", ",
        "   ",
        " - ",
        "\u{2009}",
        "\u{200a}",
        "\u{3000}",
        "\u{200b}",
        "\u{200d}",
        "\u{feff}",
        "\u{2060}",
        "\u{ad}",
        "·",
        "•",
        "|",
        "\\",
        "~",
        "=",
        "+",
        ";",
        ":",
        "'",
        "！",
        "・",
        "😀",
        "\u{fe0f}\u{20e3}",
        "%20",
        "%2520",
        "%2F",
        "%E2%80%89",
        "...",
    ];
    for number in ["0912345678", "4111111111111111"] {
        for gap in gaps {
            for size in [1, 2, 3, 4] {
                let digits: Vec<char> = number.chars().collect();
                let groups: Vec<String> = digits.chunks(size).map(String::from_iter).collect();
                let raw = groups.join(gap);
                let masked = masking::text(&format!("it is {raw} thanks"));
                let shown: String = masked.chars().filter(char::is_ascii_digit).collect();
                assert!(shown.len() <= 4, "{raw:?} became {masked:?}");
                assert!(masked.starts_with("it is ") && masked.ends_with(" thanks"), "{masked:?}");
            }
        }
    }
}

#[test]
fn m4_a_number_in_any_digits() {
    let scripts = ['٠', '۰', '०', '০', '๐', '０', '០', '𝟎', '𝟘', '𝟢', '𝟬', '𝟶', '₀', '🯰'];
    for zero in scripts {
        let digit = |it: char| char::from_u32(u32::from(zero) + it.to_digit(10).unwrap()).unwrap();
        let raw: String = "0912345678".chars().map(digit).collect();
        let masked = masking::text(&format!("it is {raw}"));
        assert!(masked.starts_with("it is ******"), "{raw} became {masked}");
    }
    hides("⓪⑨①②③④⑤⑥⑦⑧", "******⑤⑥⑦⑧");
}

#[test]
fn m5_what_is_no_telephone_stays() {
    for text in [
        "from 2026-11-22 10:30:00 until 2026-11-22 18:00:15.250",
        "22/11/26 - 24/11/26, or 1.12.2026",
        "Mon 09:00-18:00, Sat 10:00-14:00, 1:15",
        "1.250.000, 2.300.000, 12.500.000",
        "it was 99.90, now 79.90, or 1,250.00 for ten",
        "$1000 $2000 $3000, €1200 / €1500",
        "#123456 #123457 or 100% 200% 300%",
        "120×80×750×200 mm",
        "https://shop.example/2026/11/22/news",
        "order 12345678",
        "on 2026-11-22 at 10:30",
        "22.11.2026 10 o'clock",
        "1.250.000 đ",
        "size 42, 3 pairs, 99.90",
        "https://shop.example/p/1234",
        "09:00-18:00 10:00-14:00",
        "100k, 200k, 300k or 1.250.000đ, 2.300.000đ",
        "€1,250.00; €99.90; £12,500.00",
        "192.168.100.200, and 10.120.130.140 too",
        "version 1.24.3, then 2.0.11",
        "120x80x75 cm, or 1200 x 800 x 750 mm",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "size 42 or 43, 2x 100 g, 3x 250 g",
        "room 101 floor 3, room 102 floor 4",
        "from 1000 to 2000 or 30000",
        "#1001 #1002 #1003 #1004",
        "第一次 12345678",
        "look at https://shop.example/a and meet me at noon.",
        "ping @kim, write at example (at) 5.30",
        "R&D; AT&T; 100%25",
        "a < b and b > c, <b>bold</b>",
    ] {
        hides(text, text);
    }
}

#[test]
fn m5_what_only_looks_like_a_time_or_a_price_is_a_number() {
    for raw in [
        "41:11 11:11 11:11 11:11",
        "4111-11-11 1111-11-11",
        "09/12/34, 56/78/90",
        "4,111,111,111,111,111",
        "4111$1111$1111$1111",
        "#4111 #1111 #1111 #1111",
        "4111×1111×1111×1111 mm",
        "4111 and 1111 and 1111 and 1111",
        "0912 #345 #678",
        "12/11/2024 4111 1111 1111 1111",
    ] {
        let masked = masking::text(raw);
        assert!(masked.contains("*****"), "{raw:?} became {masked:?}");
    }
}

#[test]
fn m3_an_address_spelled_with_any_word_for_its_sign() {
    for raw in [
        "alice.jones kukac example dot com",
        "alice.jones chez gmail.com",
        "alice.jones arobase example point fr",
        "alice.jones arroba example punto es",
        "alice.jones malpa example dot com",
        "alice.jones ACONG example dot com",
        "alice.jones-at-example-dot-com",
        "alice.jones_at_example_dot_com",
        "alice.jones -at- example dot com",
        "alice.jones _at_ example dot com",
        "alice.jones |a| example dot com",
        "alice.jones *at* example.com",
    ] {
        let masked = masking::text(raw);
        assert!(!masked.contains("alice") && !masked.contains("jones"), "{raw}: {masked}");
    }
    for plain in ["Meet me at noon", "a cat at home dot", "chez nous", "salt et poivre"] {
        hides(plain, plain);
    }
}

#[test]
fn m9_a_name_that_is_a_telephone_is_masked() {
    assert_eq!(masking::name(&script::text("0912 345 678")).as_str(), "******5678");
    assert_eq!(masking::name(&script::text("+84 912-345-678")).as_str(), "**********-678");
    assert_eq!(masking::name(&script::text("Kim 7")).as_str(), "Kim 7");
    assert_eq!(masking::name(&script::text("kim@shop.example")).as_str(), "k**@shop.example");
}

#[test]
fn m10_every_field_of_a_contact_is_masked() {
    let masked = masking::details(&ContactDetails {
        name: Some(script::text("0912345678")),
        email: Some(script::text("melissa@gmail.com")),
        phone: Some(script::text("+447966197542")),
        extra: Some(script::text("card 4111111111111111")),
        notes: Some(script::text("prefers kim@shop.example")),
        language: None,
    });
    let expected = ContactDetails {
        name: Some(script::text("******5678")),
        email: Some(script::text("m******@gmail.com")),
        phone: Some(script::text("*********7542")),
        extra: Some(script::text("card ************1111")),
        notes: Some(script::text("prefers k**@shop.example")),
        language: None,
    };
    assert_eq!(masked, expected);
}

#[test]
fn m11_masking_is_for_who_may_not_see_and_where_it_is_on() {
    let masks = |who: &str, on: bool, leads: bool| {
        let site = SiteSettings { mask_sensitive: on, ..SiteSettings::default() };
        let mut workspace = WorkspaceSettings::default();
        workspace.roles.leads_see_unmasked = leads;
        masking::applies(&script::agent(who), &SessionFacts::default(), &site, &workspace)
    };
    assert!(!masks("ana", false, false));
    assert!(masks("ana", true, true));
    assert!(masks("sue", true, false));
    assert!(!masks("sue", true, true));
    assert!(!masks("adam", true, false));
    assert!(!masks("olga", true, false));
}

#[test]
fn m13_no_writing_tells_what_is_hidden() {
    let mut told = Vec::new();
    for needle in NUMBERS.iter().chain(&ADDRESSES) {
        let secret = Secret::of(needle);
        let all = writings(needle);
        assert!(25 <= all.len());
        for said in all {
            assert!(secret.is_told_by(&said), "{said:?} does not tell {needle:?}");
            for raw in [said.clone(), format!("Hello, it is {said} – thanks!")] {
                let masked = masking::text(&raw);
                if secret.is_told_by(&masked) {
                    told.push(format!("{raw:?} became {masked:?}"));
                }
                assert!(masked.chars().count() <= raw.chars().count(), "{raw:?} became {masked:?}");
            }
        }
    }
    assert!(told.is_empty(), "{} tell:\n{}", told.len(), told.join("\n"));
}

proptest! {
    #[test]
    fn m12_a_masked_text_is_masked_for_good(raw in "[-+().@ a-z0-9]{0,60}") {
        let once = masking::text(&raw);
        prop_assert!(once.chars().count() <= raw.chars().count());
        prop_assert_eq!(raw.trim().is_empty(), once.trim().is_empty());
    }

    #[test]
    fn m12_the_beginning_of_a_masked_text_shows_nothing_that_all_of_it_hides(
        raw in "[-+().@%/, 0-9a-z]{0,120}",
        n_chars in 0_usize..120,
    ) {
        let all = masking::text(&raw);
        let beginning = masking::beginning(&raw, n_chars);
        prop_assert!(beginning.chars().count() <= n_chars);
        prop_assert!(all.starts_with(&beginning), "{all:?} {beginning:?}");
    }

    #[test]
    fn m12_no_telephone_survives(before in "[a-z ,]{0,20}", n in 100_000_000_u64..9_999_999_999) {
        let raw = format!("{before} {n} end");
        prop_assert!(!masking::text(&raw).contains(&n.to_string()));
    }

    #[test]
    fn m12_whatever_is_written_is_masked(raw in "\\PC{0,400}") {
        prop_assert!(masking::text(&raw).chars().count() <= raw.chars().count());
    }
}

/// A hostile text must not keep the server busy.
#[test]
fn m12_the_longest_text_of_digits_is_masked() {
    let raw = "1 ".repeat(5_000);
    assert!(masking::text(&raw).chars().count() <= raw.len());
    let raw = "A1".repeat(5_000);
    assert!(masking::text(&raw).chars().count() <= raw.len());
    let raw = "a@".repeat(5_000);
    assert!(masking::text(&raw).chars().count() <= raw.len());
    for part in ["%25", "%", "a@b.c ", "1,", "https://a@", "1:00 ", "A1 ", "\"@", "@ "] {
        let raw = part.repeat(5_000);
        assert!(masking::text(&raw).chars().count() <= raw.len());
    }
}

#[track_caller]
pub(crate) fn hides(raw: &str, masked: &str) {
    assert_eq!(masking::text(raw), masked);
}
