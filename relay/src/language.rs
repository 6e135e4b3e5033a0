//! The language detector in front of a conversation: it reads the visitor's last
//! messages together, because one "ok" says nothing. What follows is the core's decision.

use std::{cell::RefCell, collections::VecDeque};

use inbox_core::language::n_words;
use inbox_types::{Detection, Language};
use langid::{Evidence, Prior};

/// How many letters are looked at.
const LETTERS: usize = 600;

/// What the visitor's last messages say, as many as fit. Reading a text costs most of all that
/// is computed for a message, so each is read once.
#[derive(Debug, Default)]
pub struct DetectionWindow {
    /// Newest first.
    readings: VecDeque<Reading>,
    /// The one that was read last, which may not have been stored.
    latest: RefCell<Option<(String, Reading)>>,
}

#[derive(Clone, Debug)]
struct Reading {
    text: String,
    n_letters: usize,
    evidence: Evidence,
}

impl Reading {
    fn of(text: &str) -> Self {
        let end = text.char_indices().nth(LETTERS).map_or(text.len(), |(end, _)| end);
        let text = text[..end].to_owned();
        Self { n_letters: text.chars().count(), evidence: Evidence::of(&text), text }
    }
}

impl DetectionWindow {
    /// Reads what was stored.
    #[must_use]
    pub fn of<'text>(newest_first: impl IntoIterator<Item = &'text str>) -> Self {
        let mut heard = Self::default();
        let mut left = LETTERS;
        for text in newest_first {
            let reading = Reading::of(text);
            let Some(rest) = left.checked_sub(reading.n_letters) else { break };
            left = rest;
            heard.readings.push_back(reading);
        }
        heard
    }

    /// What the detector says of a text together with what was heard before it, given the
    /// browser's languages and the site's own.
    #[must_use]
    pub fn detect(&self, text: &str, browser: &[Language], main: &Language) -> Detection {
        let newest = Reading::of(text);
        let mut left = LETTERS.saturating_sub(newest.n_letters);
        let mut evidence = newest.evidence.clone();
        let mut texts = vec![newest.text.as_str()];
        for reading in &self.readings {
            let Some(rest) = left.checked_sub(reading.n_letters) else { break };
            left = rest;
            // A line that is repeated says nothing more.
            if !texts.contains(&reading.text.as_str()) {
                evidence.add(&reading.evidence);
                texts.push(&reading.text);
            }
        }
        let found = detection(&evidence, browser, main);
        let words = Some(n_words(texts, found.language.as_ref()));
        self.latest.replace(Some((text.to_owned(), newest)));
        Detection { words, ..found }
    }

    /// The text was stored.
    pub fn add(&mut self, text: &str) {
        let known = self.latest.take().filter(|(latest, _)| latest == text);
        let reading = known.map_or_else(|| Reading::of(text), |(_, reading)| reading);
        self.readings.push_front(reading);
        let mut left = LETTERS;
        let fitting = self.readings.iter().take_while(|it| {
            let rest = left.checked_sub(it.n_letters);
            left = rest.unwrap_or_default();
            rest.is_some()
        });
        let n_fitting = fitting.count();
        self.readings.truncate(n_fitting);
    }
}

fn detection(evidence: &Evidence, browser: &[Language], main: &Language) -> Detection {
    let prior = Prior::from_tags(browser.iter().map(Language::as_str)).and_tags([main.as_str()]);
    let found = evidence.detect(&prior);
    let language = match found.language.code() {
        "und" | "" => None,
        code => code.parse().ok(),
    };
    let confidence = language.as_ref().map_or(0, |_| percent(found.confidence_of_kin(&prior)));
    Detection { language, confidence, words: None }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is 0 to 100")]
fn percent(probability: f32) -> u8 {
    (probability.clamp(0.0, 1.0) * 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(found: Detection) -> Option<String> {
        found.language.map(String::from)
    }

    fn main() -> Language {
        "en".parse().expect("a language")
    }

    #[test]
    fn what_was_written_before_is_read_with_the_newest() {
        let before = "Я замовив чашку ще минулого тижня";
        let ok = |heard: &DetectionWindow| code(heard.detect("ok", &[], &main()));
        assert_eq!(ok(&DetectionWindow::default()), None);
        assert_eq!(ok(&DetectionWindow::of([before])), Some("uk".to_owned()));
        let mut heard = DetectionWindow::default();
        heard.add(before);
        assert_eq!(ok(&heard), Some("uk".to_owned()));
    }

    #[test]
    fn reading_one_by_one_says_what_reading_all_at_once_says() {
        let texts = ["toi muon hoi ve don hang", "khi nao thi giao", "cam on shop"];
        let heard = DetectionWindow::of([texts[1], texts[0]]);
        let together = Evidence::of(&texts.join("\n"));
        let found = heard.detect(texts[2], &[], &main());
        let expected = detection(&together, &[], &main());
        let words = Some(n_words([texts[2], texts[1], texts[0]], expected.language.as_ref()));
        assert_eq!(found, Detection { words, ..expected });
    }

    #[test]
    fn a_name_a_loan_word_and_a_repeated_line_say_too_little() {
        let few: [&[&str]; 4] = [
            &["Nguyễn Thị Minh Khai"],
            &["Giuseppe Garibaldi", "ok"],
            &["Weltanschauung"],
            &["ne ta me"; 7],
        ];
        for texts in few {
            let (newest, before) = texts.split_first().expect("there is one");
            let found = DetectionWindow::of(before.iter().copied()).detect(newest, &[], &main());
            assert!(!found.is_clear(), "{texts:?} {found:?}");
        }
        let clear =
            DetectionWindow::default().detect("Guten Tag, wo ist mein Paket?", &[], &main());
        assert!(clear.is_clear(), "{clear:?}");
    }

    #[test]
    fn malay_and_indonesian_are_one_for_whoever_reads_neither() {
        let texts = [
            "buku itu ada di rumah",
            "kami makan nasi di sana",
            "adik saya sakit hari ini",
            "dia pergi ke sekolah pagi tadi",
            "saya tidak tahu nama dia",
            "mereka datang dari jauh",
            "anak itu main di luar rumah",
            "nama saya ada dalam buku itu",
        ];
        let prior = Prior::from_tags(["vi", "en"]);
        let is_open = |text: &&str| {
            let found = langid::detect(text, &prior);
            found.confidence < 0.94 && 0.96 < found.confidence_of_kin(&prior)
        };
        let vietnamese = ["vi".parse().expect("a language")];
        let open: Vec<&str> = texts.into_iter().filter(is_open).collect();
        assert!(!open.is_empty());
        for text in open {
            let found = DetectionWindow::default().detect(text, &vietnamese, &main());
            assert!(found.is_clear(), "{text} {found:?}");
        }
    }

    #[test]
    fn a_repeated_line_is_read_once() {
        let line = "toi muon hoi ve don hang";
        let once = DetectionWindow::default().detect(line, &[], &main());
        assert_eq!(DetectionWindow::of([line; 7]).detect(line, &[], &main()), once);
    }

    #[test]
    fn no_more_is_kept_than_is_read() {
        let mut heard = DetectionWindow::of(["x y"; 300]);
        assert_eq!(heard.readings.len(), 200);
        heard.add(&"Доброго дня. ".repeat(40));
        assert_eq!(heard.readings.len(), 27);
        heard.add(&"Чи є у вас ця чашка? ".repeat(40));
        assert_eq!(heard.readings.len(), 1);
    }

    #[test]
    fn a_clear_text_has_its_language_and_a_number_has_none() {
        let language = |text| code(DetectionWindow::default().detect(text, &[], &main()));
        assert_eq!(
            language("Чи є у вас ця чашка в синьому кольорі? Її немає на сайті."),
            Some("uk".to_owned())
        );
        assert_eq!(language("こんにちは、この商品はまだありますか"), Some("ja".to_owned()));
        assert_eq!(language("12345 :-) https://shop.example"), None);
    }
}
