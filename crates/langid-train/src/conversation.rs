//! Simulated conversations: how often the language is right after one, two and three messages.

use std::collections::BTreeMap;

use langid::{Detection, Prior, detect_with};

use crate::chance::Chance;
use crate::items::{Item, Kind};
use crate::measure::{Share, base};

/// A text changes the language from this confidence on.
pub(crate) const SURE: f32 = 0.95;

/// Shares in percent after one, two and three messages.
///
/// The browser's language is right in 90 of 100 conversations, and three of ten first messages are
/// `ok`, `hi` and the like. The rule keeps the browser's language until the text is [`SURE`].
pub(crate) fn simulate(weights: &[u8], items: &[Item], with_prior: bool, seed: u64) -> [f64; 3] {
    const GREETINGS: [&str; 8] = ["ok", "hi", "hello", "👍", "?", "Hi!", "Ok", "hey"];
    let mut messages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in items.iter().filter(|item| matches!(item.kind, Kind::Chat | Kind::Short)) {
        if crate::items::MAIN.contains(&item.code) {
            messages.entry(item.code).or_default().push(&item.text);
        }
    }
    let codes: Vec<&str> = messages.keys().copied().collect();
    let mut chance = Chance::new(seed, "conversations");
    let mut shares = [Share::default(); 3];
    for _ in 0..6000 {
        let code = chance.pick(&codes);
        let browser = if chance.is(0.9) { code } else { chance.pick(&codes) };
        let prior = if with_prior { Prior::from_tags([browser]) } else { Prior::none() };
        let mut text = String::new();
        for (n_before, share) in shares.iter_mut().enumerate() {
            let greets = n_before == 0 && chance.is(0.3);
            text.push_str(if greets {
                chance.pick(&GREETINGS)
            } else {
                chance.pick(&messages[code])
            });
            text.push('\n');
            let decided = decide(browser, &detect_with(weights, &text, &prior));
            share.add(base(decided) == base(code) || is_malay(decided) && is_malay(code));
        }
    }
    shares.map(Share::percent)
}

fn is_malay(code: &str) -> bool {
    matches!(code, "id" | "ms")
}

fn decide<'b>(browser: &'b str, detection: &Detection) -> &'b str {
    if SURE <= detection.confidence { detection.language.code() } else { browser }
}
