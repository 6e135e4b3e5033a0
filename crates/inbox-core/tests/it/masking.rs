//! What is hidden, and how.

use inbox_core::{masking, permission::SessionFacts};
use inbox_types::{ContactDetails, SiteSettings, WorkspaceSettings};
use proptest::prelude::*;

use crate::script;

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
fn m5_what_is_no_telephone_stays() {
    for text in [
        "order 12345678",
        "on 2026-11-22 at 10:30",
        "22.11.2026 10 o'clock",
        "1.250.000 đ",
        "size 42, 3 pairs, 99.90",
        "https://shop.example/p/1234",
    ] {
        hides(text, text);
    }
}

#[test]
fn m6_cards_keep_their_last_four_digits() {
    hides("my card 4111 1111 1111 1111", "my card ************1111");
    hides("4111-1111-1111-1111", "***************1111");
    hides("4111111111111111", "************1111");
    hides("378282246310005 amex", "***********0005 amex");
    hides("6304000000000000000", "***************0000");
    hides("card 4111 1111 1111 1111 12/27 123", "card ************1111 12/27 123");
}

#[test]
fn m6_a_number_that_is_no_card_is_not_taken_for_one() {
    hides("tracking 4111111111111112", "tracking 4111111111111112");
    hides("41111111111111111111111", "41111111111111111111111");
}

#[test]
fn m7_accounts_keep_their_last_four_characters() {
    hides("IBAN GB82 WEST 1234 5698 7654 32 please", "IBAN ******************5432 please");
    hides("DE89370400440532013000", "******************3000");
    hides("ua213223130000026007233566001", "*************************6001");
    hides("no GB82 WEST 1234 5698 7654 33", "no GB82 WEST **********5433");
}

#[test]
fn m8_social_security_numbers_keep_their_last_four_digits() {
    hides("ssn 123-45-6789", "ssn *******6789");
    hides("123-456-789", "*******-789");
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

proptest! {
    #[test]
    fn m12_a_masked_text_is_masked_for_good(raw in "[-+().@ a-z0-9]{0,60}") {
        let once = masking::text(&raw);
        prop_assert!(once.chars().count() <= raw.chars().count());
        prop_assert_eq!(raw.trim().is_empty(), once.trim().is_empty());
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
}

#[track_caller]
fn hides(raw: &str, masked: &str) {
    assert_eq!(masking::text(raw), masked);
}
