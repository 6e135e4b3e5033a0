//! Simulated conversations: how often the language is right after one, two and three messages,
//! and whether a person's name changes it.

use std::collections::BTreeMap;

use inbox_core::language::n_words;
use inbox_types::limits::CERTAIN_WORDS;
use langid::{Prior, detect_with};

use crate::chance::Chance;
use crate::items::{Item, Kind, MAIN};
use crate::measure::{Share, base};

/// A text changes the language from this confidence on.
pub(crate) const SURE: f32 = 0.95;

const GREETINGS: [&str; 8] = ["ok", "hi", "hello", "👍", "?", "Hi!", "Ok", "hey"];

/// Shares in percent after one, two and three messages.
///
/// The browser's language is right in 90 of 100 conversations, and three of ten first messages are
/// `ok`, `hi` and the like. The rule is the room's own.
pub(crate) fn simulate(weights: &[u8], items: &[Item], seed: u64) -> [f64; 3] {
    let mut messages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in items.iter().filter(|item| matches!(item.kind, Kind::Chat | Kind::Short)) {
        if MAIN.contains(&item.code) {
            messages.entry(item.code).or_default().push(&item.text);
        }
    }
    let codes: Vec<&str> = messages.keys().copied().collect();
    let mut chance = Chance::new(seed, "conversations");
    let mut shares = [Share::default(); 3];
    for _ in 0..6000 {
        let code = chance.pick(&codes);
        let browser = if chance.is(0.9) { code } else { chance.pick(&codes) };
        let mut talk = Talk::new(browser);
        for (n_before, share) in shares.iter_mut().enumerate() {
            let greets = n_before == 0 && chance.is(0.3);
            let message =
                if greets { chance.pick(&GREETINGS) } else { chance.pick(&messages[code]) };
            let decided = talk.hear(weights, message);
            share.add(base(&decided) == base(code) || is_malay(&decided) && is_malay(code));
        }
    }
    shares.map(Share::percent)
}

/// The share of conversations, in percent, whose language a greeting and a name leave as it was.
pub(crate) fn names(weights: &[u8], names: &BTreeMap<&str, Vec<&str>>, seed: u64) -> f64 {
    let codes: Vec<&str> = names.keys().copied().collect();
    let mut chance = Chance::new(seed, "names");
    let mut share = Share::default();
    for _ in 0..4000 {
        let browser = chance.pick(&MAIN);
        let mut talk = Talk::new(browser);
        talk.hear(weights, chance.pick(&GREETINGS));
        let code = chance.pick(&codes);
        let name = chance.pick(&names[code]);
        // As it is written, as it is typed in a hurry, and as a form asks for it.
        let name = match chance.below(4) {
            0 => name.to_lowercase(),
            1 => name.to_uppercase(),
            _ => name.to_owned(),
        };
        share.add(base(&talk.hear(weights, &name)) == base(browser));
    }
    share.percent()
}

/// What the room makes of a visitor's messages.
struct Talk {
    prior: Prior,
    language: String,
    texts: Vec<String>,
}

impl Talk {
    fn new(browser: &str) -> Self {
        let prior = Prior::from_tags([browser, "en"]);
        Self { prior, language: browser.to_owned(), texts: Vec::new() }
    }

    /// The language after one more message.
    fn hear(&mut self, weights: &[u8], message: &str) -> String {
        if !self.texts.iter().any(|text| text == message) {
            self.texts.push(message.to_owned());
        }
        let found = detect_with(weights, &self.texts.join("\n"), &self.prior);
        let language = found.language.code().parse().ok();
        let words = n_words(self.texts.iter().map(String::as_str), language.as_ref());
        if SURE <= found.confidence_of_kin(&self.prior) && CERTAIN_WORDS <= words {
            found.language.code().clone_into(&mut self.language);
        }
        self.language.clone()
    }
}

fn is_malay(code: &str) -> bool {
    matches!(code, "id" | "ms")
}
