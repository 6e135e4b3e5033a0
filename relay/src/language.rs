//! The language detector in front of a conversation: it reads the visitor's last
//! messages together, because one "ok" says nothing. What follows is the core's decision.

use inbox_types::{Detection, Language};
use langid::Prior;

/// How many letters are looked at.
const LETTERS: usize = 600;

/// The visitor's last messages, newest first, joined oldest first, as many as fit.
#[must_use]
pub fn joined<'text>(newest_first: impl IntoIterator<Item = &'text str>) -> String {
    let mut kept = Vec::new();
    let mut left = LETTERS;
    for text in newest_first {
        if left == 0 {
            break;
        }
        let piece: String = text.chars().take(left).collect();
        left -= piece.chars().count();
        kept.push(piece);
    }
    kept.reverse();
    kept.join("\n")
}

/// What the detector says of a text, given the browser's languages and the site's own.
#[must_use]
pub fn detect(text: &str, browser: &[Language], main: &Language) -> Detection {
    let prior = Prior::from_tags(browser.iter().map(Language::as_str)).and_tags([main.as_str()]);
    let found = langid::detect(text, &prior);
    let language = match found.language.code() {
        "und" | "" => None,
        code => code.parse().ok(),
    };
    Detection { confidence: language.as_ref().map_or(0, |_| percent(found.confidence)), language }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is 0 to 100")]
fn percent(probability: f32) -> u8 {
    (probability.clamp(0.0, 1.0) * 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_messages_are_read_in_their_order() {
        assert_eq!(joined(["third", "second", "first"]), "first\nsecond\nthird");
        let long = "x".repeat(500);
        let text = joined([long.as_str(), long.as_str(), "never"]);
        assert_eq!(text.chars().filter(|it| *it == 'x').count(), 600);
        assert!(text.starts_with(&"x".repeat(100)) && !text.contains("never"));
    }

    #[test]
    fn a_clear_text_has_its_language_and_a_number_has_none() {
        let main = "en".parse().expect("a language");
        let language = |text| detect(text, &[], &main).language.map(String::from);
        assert_eq!(
            language("Чи є у вас ця чашка в синьому кольорі? Її немає на сайті."),
            Some("uk".to_owned())
        );
        assert_eq!(language("こんにちは、この商品はまだありますか"), Some("ja".to_owned()));
        assert_eq!(language("12345 :-) https://shop.example"), None);
    }
}
