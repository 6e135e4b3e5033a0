//! The verb of this crate: from a text to a language.

use crate::script::Script;
use crate::token::for_each_word;
use crate::{Language, Prior};

/// What a text says about its language.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Detection {
    /// The likeliest language, [`Language::UND`] when there is nothing to tell it by.
    pub language: Language,
    /// The probability that `language` is right, 0 for [`Language::UND`].
    pub confidence: f32,
    /// Other languages that the text could be in.
    pub alternatives: Alternatives,
}

/// A language and its probability.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Candidate {
    /// The language.
    pub language: Language,
    /// The probability that it is right.
    pub confidence: f32,
}

/// Up to [`Alternatives::MAX`] candidates, the likeliest first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Alternatives([Candidate; Alternatives::MAX]);

impl Alternatives {
    /// The most there can be.
    pub const MAX: usize = 4;

    const NONE: Self = Self([Candidate { language: Language::UND, confidence: 0.0 }; Self::MAX]);

    /// The candidates, the likeliest first.
    pub fn iter(&self) -> impl Iterator<Item = Candidate> + '_ {
        self.0.iter().copied().filter(|candidate| candidate.language != Language::UND)
    }
}

/// The language of `text`, given what is known beforehand.
///
/// A prior settles what the text leaves open, Traditional or Simplified Chinese for instance,
/// and admits rarer languages. It never makes a language of no text.
#[must_use]
pub fn detect(text: &str, prior: &Prior) -> Detection {
    let counts = Counts::of(text);
    match counts.winner() {
        None => Detection::UNKNOWN,
        Some(Script::Single(index)) => certain(Script::SINGLE.get(usize::from(index)).copied()),
        Some(Script::Kana) => certain(Some("ja")),
        Some(Script::Hangul) => certain(Some("ko")),
        Some(script) => by_prior(script, prior),
    }
}

impl Detection {
    const UNKNOWN: Self =
        Self { language: Language::UND, confidence: 0.0, alternatives: Alternatives::NONE };
}

fn certain(code: Option<&str>) -> Detection {
    let language = code.and_then(Language::from_code).unwrap_or(Language::UND);
    Detection { language, confidence: 0.99, alternatives: Alternatives::NONE }
}

fn by_prior(script: Script, prior: &Prior) -> Detection {
    let (codes, fallback): (&[&str], _) = match script {
        Script::Cyrillic => (&["uk", "ru", "bg", "sr"], "ru"),
        Script::Arabic => (&["ar", "fa", "ur"], "ar"),
        Script::Devanagari => (&["hi", "mr", "ne"], "hi"),
        Script::Han => (&["zh-Hant", "zh-Hans", "ja"], "zh"),
        Script::Latin | Script::Kana | Script::Hangul | Script::Single(_) => (
            &[
                "en", "es", "fr", "de", "it", "pt", "nl", "pl", "cs", "ro", "sv", "tr", "vi", "id",
                "ms", "tl",
            ],
            "en",
        ),
    };
    let known = prior.languages().iter().find(|language| codes.contains(&language.code()));
    let language = known.copied().or(Language::from_code(fallback)).unwrap_or(Language::UND);
    Detection { language, confidence: 0.5, alternatives: Alternatives::NONE }
}

/// Letters by script.
#[derive(Default)]
struct Counts {
    latin: usize,
    cyrillic: usize,
    arabic: usize,
    devanagari: usize,
    han: usize,
    kana: usize,
    hangul: usize,
    single: [usize; Script::SINGLE.len()],
}

impl Counts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        for_each_word(text, |word| {
            if word.counts {
                *counts.slot(word.script) += word.letters.len();
            }
        });
        counts
    }

    fn slot(&mut self, script: Script) -> &mut usize {
        match script {
            Script::Latin => &mut self.latin,
            Script::Cyrillic => &mut self.cyrillic,
            Script::Arabic => &mut self.arabic,
            Script::Devanagari => &mut self.devanagari,
            Script::Han => &mut self.han,
            Script::Kana => &mut self.kana,
            Script::Hangul => &mut self.hangul,
            Script::Single(index) => &mut self.single[usize::from(index)],
        }
    }

    /// The script that decides. Another script than Latin wins at a third of the Latin
    /// letters already, so that the name of a product does not flip the answer; Han,
    /// Kana and Hangul say more per letter than the others and count more.
    fn winner(&self) -> Option<Script> {
        let japanese = self.kana * 8 >= self.han && self.kana > 0;
        let single = (0..).zip(&self.single).max_by_key(|(_, n_letters)| **n_letters)?;
        let (script, weight) = [
            (Script::Cyrillic, self.cyrillic),
            (Script::Arabic, self.arabic),
            (Script::Devanagari, self.devanagari),
            (Script::Han, self.han * 2),
            (Script::Kana, if japanese { self.kana * 3 + self.han * 2 } else { 0 }),
            (Script::Hangul, self.hangul * 2),
            (Script::Single(single.0), *single.1),
        ]
        .into_iter()
        .max_by_key(|(_, weight)| *weight)?;
        match (self.latin, weight) {
            (0, 0) => None,
            (latin, weight) if weight * 3 < latin || weight == 0 => Some(Script::Latin),
            _ => Some(script),
        }
    }
}
