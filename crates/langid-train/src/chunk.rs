//! Pieces of text as visitors write them, drawn from a language's sentences and words.

use langid::script::Script;
use unicode_normalization::UnicodeNormalization;

use crate::chance::Chance;
use crate::corpus::{Characters, Class, Part, Text};
use crate::malay::Relative;
use crate::romanise::romanise;

/// Draws chunks of one class.
pub(crate) struct Chunks<'t> {
    /// What is drawn from.
    pub(crate) class: Class,
    pub(crate) text: &'t Text,
    /// The other kind of Chinese, to convert from.
    pub(crate) other_chinese: Option<&'t Text>,
    /// What a language's text is made up for from, where it has little of what people say.
    pub(crate) relative: Option<Relative<'t>>,
    /// Words that tell it from a relative.
    pub(crate) own_words: Vec<&'static str>,
    /// English, whose words stand in everybody's messages.
    pub(crate) english: &'t Text,
    /// Both kinds of Chinese characters.
    pub(crate) characters: &'t Characters,
}

impl Chunks<'_> {
    pub(crate) fn draw(&self, chance: &mut Chance) -> String {
        match self.class.code {
            "zh-Hans" | "zh-Hant" => self.chinese(chance),
            "ja" => self.kanji(chance),
            _ => self.words(chance),
        }
    }

    fn words(&self, chance: &mut Chance) -> String {
        let from_list =
            if self.text.sentences(Part::Train).len() < FEW_SENTENCES { 0.6 } else { 0.42 };
        let chunk = if !self.text.words().is_empty() && chance.is(from_list) {
            let n_words = 1 + chance.below(4);
            let mut word = || {
                if !self.own_words.is_empty() && chance.is(0.3) {
                    return chance.pick(&self.own_words);
                }
                listed(self.text, chance)
            };
            let words: Vec<&str> = (0..n_words).map(|_| word()).collect();
            words.join(" ")
        } else {
            let own = sentence_part(self.text, chance, MAX_WORDS);
            match &self.relative {
                Some(relative) if chance.is(0.5) => relative.part(chance).unwrap_or(own),
                _ => own,
            }
        };
        let chunk = match romanise_if(self.class, &chunk, chance) {
            Some(romanised) => romanised,
            None => chunk,
        };
        let chunk = if chance.is(plain_share(self.class.code)) {
            without_marks(&chunk, self.class.code, chance)
        } else {
            chunk
        };
        let chunk = if chance.is(self.english_share()) {
            with_english(&chunk, self.english, chance)
        } else {
            chunk
        };
        if chance.is(0.04) { mistyped(&chunk, chance) } else { chunk }
    }

    fn english_share(&self) -> f64 {
        match self.class.code {
            "en" => 0.0,
            "hi-Latn" | "tl" => 0.25,
            _ => 0.10,
        }
    }

    fn chinese(&self, chance: &mut Chance) -> String {
        let code = self.class.code;
        if chance.is(0.12) {
            let only = self.characters.only(code);
            return only.get(chance.below(only.len())).map(char::to_string).unwrap_or_default();
        }
        match self.other_chinese {
            Some(other) if chance.is(0.45) => {
                self.characters.convert(&han_window(other, chance), code)
            }
            _ => han_window(self.text, chance),
        }
    }

    /// Japanese with Kana is told by the Kana; this is for what has none.
    fn kanji(&self, chance: &mut Chance) -> String {
        let text = if chance.is(0.4) {
            listed(self.text, chance).to_owned()
        } else {
            random_sentence(self.text, chance).to_owned()
        };
        let runs: Vec<&str> = text
            .split(|letter| Script::of(letter) != Some(Script::Han))
            .filter(|run| !run.is_empty())
            .collect();
        match runs.len() {
            0 => String::new(),
            n_runs => runs[chance.below(n_runs)].to_owned(),
        }
    }
}

/// With fewer, the list of words has more to say.
const FEW_SENTENCES: usize = 3000;

pub(crate) const MAX_WORDS: usize = 20;

fn romanise_if(class: Class, chunk: &str, chance: &mut Chance) -> Option<String> {
    class.romanised.then(|| romanise(class.file, chunk, chance)).flatten()
}

/// Short sentences and long ones equally often, whatever the folder has more of: else what is said
/// and what is printed would be told apart, and not the languages.
fn random_sentence<'t>(text: &'t Text, chance: &mut Chance) -> &'t str {
    match text.of_length(Part::Train, chance.is(0.5)) {
        ([], _) => "",
        (sentences, Some(places)) => &sentences[places[chance.below(places.len())]],
        (sentences, None) => &sentences[chance.below(sentences.len())],
    }
}

/// A word of the frequency list.
pub(crate) fn listed<'t>(text: &'t Text, chance: &mut Chance) -> &'t str {
    let words = text.words();
    let Some((_, total)) = words.last() else { return "" };
    let point = chance.unit() * total;
    let at = words.partition_point(|(_, sum)| *sum <= point);
    words.get(at).map_or("", |(word, _)| word)
}

/// Consecutive words of a sentence, a few more often than many.
pub(crate) fn sentence_part(text: &Text, chance: &mut Chance, max_words: usize) -> String {
    let words: Vec<&str> = random_sentence(text, chance).split_whitespace().collect();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "at most 20"
    )]
    let n_words = 1 + (libm::pow(chance.unit(), 1.6) * max_words as f64) as usize;
    let n_words = n_words.min(words.len());
    let start = chance.below(words.len() - n_words + 1);
    words[start..start + n_words].join(" ")
}

fn han_window(text: &Text, chance: &mut Chance) -> String {
    if !text.words().is_empty() && chance.is(0.4) {
        let n_words = 1 + chance.below(3);
        return (0..n_words).map(|_| listed(text, chance)).collect();
    }
    let letters: Vec<char> = random_sentence(text, chance).chars().collect();
    if letters.is_empty() {
        return String::new();
    }
    let n_letters = (1 + chance.below(20)).min(letters.len());
    let start = chance.below(letters.len() - n_letters + 1);
    letters[start..start + n_letters].iter().collect()
}

/// How many writers of a language leave out the marks on letters.
fn plain_share(code: &str) -> f64 {
    match code {
        "vi" => 0.4,
        "cs" | "sk" | "ro" | "tr" | "pl" | "hu" | "hr" | "bs" | "sr-Latn" | "sl" | "pt" => 0.25,
        "es" | "fr" | "de" | "ca" | "gl" | "it" | "sv" | "da" | "no" | "fi" | "et" | "lv"
        | "lt" | "sq" | "is" => 0.15,
        _ => 0.0,
    }
}

/// The text as typed on a plain keyboard.
pub(crate) fn without_marks(text: &str, code: &str, chance: &mut Chance) -> String {
    let german = code == "de" && chance.is(0.6);
    let nordic = chance.is(0.5);
    let mut plain = String::new();
    for letter in text.nfc() {
        match letter {
            'ä' if german => plain.push_str("ae"),
            'ö' if german => plain.push_str("oe"),
            'ü' if german => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'ø' if nordic => plain.push_str("oe"),
            'å' if nordic => plain.push_str("aa"),
            'ø' => plain.push('o'),
            'đ' if code != "vi" => plain.push_str("dj"),
            'đ' | 'ð' => plain.push('d'),
            'Đ' => plain.push('D'),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'ı' => plain.push('i'),
            _ => plain.extend(
                std::iter::once(letter)
                    .nfd()
                    .filter(|part| !('\u{300}'..='\u{36f}').contains(part)),
            ),
        }
    }
    plain
}

/// One word in five, at most two, replaced by or followed by an English one.
pub(crate) fn with_english(text: &str, english: &Text, chance: &mut Chance) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    if words.len() < 3 {
        return text.to_owned();
    }
    let n_foreign = if words.len() < 6 { 1 } else { 1 + chance.below(2) };
    for _ in 0..n_foreign {
        let word = listed(english, chance);
        let at = chance.below(words.len());
        if chance.is(0.5) {
            words[at] = word;
        } else {
            words.insert(at, word);
        }
    }
    words.join(" ")
}

/// One slip: a letter left out, doubled, drawn out or exchanged with the next.
fn mistyped(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    let at = 1 + chance.below(letters.len() - 2);
    match chance.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters.extend([letters[letters.len() - 1]; 2]),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}
