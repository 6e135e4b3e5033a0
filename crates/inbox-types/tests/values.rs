//! Values that cannot be wrong.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use inbox_types::{
    ConversationId, Language, MessageText, Millis, Name, SiteId, SiteSettings, Text, TextError,
    Timestamp,
};

#[test]
fn a_text_is_trimmed_bounded_and_never_empty() {
    assert_eq!(Text::<5>::try_from("  ab ".to_owned()).unwrap().as_str(), "ab");
    assert_eq!(Text::<5>::try_from(" \n ".to_owned()), Err(TextError::Empty));
    assert_eq!(
        Text::<5>::try_from("abcdef".to_owned()),
        Err(TextError::TooLong { n_chars: 6, max: 5 })
    );
}

#[test]
fn characters_are_scalar_values_not_bytes() {
    let text = "é".repeat(MessageText::MAX_CHARS);
    assert_eq!(MessageText::try_from(text.clone()).unwrap().n_chars(), 10_000);
    assert!(MessageText::try_from(text + "é").is_err());
}

#[test]
fn a_cut_text_keeps_what_fits() {
    assert_eq!(Text::<3>::cut("  abcdef").unwrap().as_str(), "abc");
    assert!(Name::cut(" ").is_none());
}

#[test]
fn ids_know_their_workspace() {
    assert_eq!("main-x7".parse::<SiteId>().unwrap().workspace().as_str(), "main");
    assert_eq!("main-a-b".parse::<ConversationId>().unwrap().workspace().as_str(), "main");
    for bad in ["", "a b", "a/b", "é", &"a".repeat(65)] {
        assert!(bad.parse::<SiteId>().is_err(), "{bad}");
    }
}

#[test]
fn language_tags_are_checked() {
    for good in ["en", "zh-Hant", "pt-BR", "sr-Latn-RS"] {
        assert_eq!(good.parse::<Language>().unwrap().as_str(), good);
    }
    for bad in ["", "-", "en-", "en us", "abcdefghi", "<script>"] {
        assert!(bad.parse::<Language>().is_err(), "{bad}");
    }
}

#[test]
fn time_never_underflows() {
    let early = Timestamp::from_millis(5);
    let late = early.after(Millis::seconds(1));
    assert_eq!(late.since(early), Millis(1_000));
    assert_eq!(early.since(late), Millis(0));
}

#[test]
fn settings_of_an_older_release_load_with_todays_defaults() {
    let settings: SiteSettings = serde_json::from_str(r#"{"rating_mandatory":true}"#).unwrap();
    assert!(settings.rating_mandatory);
    assert_eq!(settings.inactivity, Millis::minutes(15));
}
