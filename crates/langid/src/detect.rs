//! The verb of this crate: from a text to a language.

use crate::feature::{Buckets, Group};
use crate::language::Tier;
use crate::model::{Found, MAX_CLASSES, Model};
use crate::script::Script;
use crate::token::{Word, for_each_word};
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
    detect_with(WEIGHTS, text, prior)
}

/// Like [`detect`], with other weights than the built-in ones.
#[must_use]
pub fn detect_with(weights: &[u8], text: &str, prior: &Prior) -> Detection {
    Evidence::read(weights, text).detect_with(weights, prior)
}

/// Trained by `langid-train`; see the licence beside it.
const WEIGHTS: &[u8] = include_bytes!("../weights/langid.bin");

impl Detection {
    const UNKNOWN: Self =
        Self { language: Language::UND, confidence: 0.0, alternatives: Alternatives::NONE };

    /// From candidates whose first are in descending order.
    fn ranked(candidates: &[Candidate]) -> Self {
        /// What is less likely is no alternative.
        const LEAST: f32 = 0.001;
        let Some((best, others)) = candidates.split_first() else { return Self::UNKNOWN };
        let mut alternatives = Alternatives::NONE;
        let possible =
            others.iter().take(Alternatives::MAX).filter(|other| LEAST <= other.confidence);
        for (slot, candidate) in alternatives.0.iter_mut().zip(possible) {
            *slot = *candidate;
        }
        Self { language: best.language, confidence: best.confidence, alternatives }
    }
}

impl Detection {
    /// Chinese that could be in either kind of characters takes the kind that the prior names
    /// first, and is `zh` if it names none. Either way it is surely Chinese.
    fn with_open_chinese(mut self, prior: &Prior) -> Self {
        /// From here on the text tells the kind.
        const TELLS: f32 = 0.8;
        let first = Candidate { language: self.language, confidence: self.confidence };
        let [second, third, ..] = &mut self.alternatives.0;
        if TELLS <= first.confidence || !is_chinese(first.language) || !is_chinese(second.language)
        {
            return self;
        }
        let named = prior.languages().iter().copied().find(|language| is_chinese(*language));
        // Two parts of one can come to a little more.
        self.confidence = (self.confidence + second.confidence).min(1.0);
        match named.or(Language::from_code("zh")) {
            Some(named) if named == first.language => {}
            Some(named) if named == second.language => (self.language, *second) = (named, first),
            Some(neither) => {
                (self.language, *second, *third) = (neither, first, *second);
            }
            None => {}
        }
        self
    }
}

fn is_chinese(language: Language) -> bool {
    matches!(language.code(), "zh-Hans" | "zh-Hant")
}

/// The script has one language, so what doubt there is comes from names and quotations.
fn by_script(code: &str) -> Detection {
    let language = Language::from_code(code).unwrap_or(Language::UND);
    Detection { language, confidence: 0.99, alternatives: Alternatives::NONE }
}

/// What the words of a text say: letters by script, and a sum of weights by language for
/// each group of scripts.
///
/// Reading is most of the work of [`detect`]. Whoever asks again with every message of a
/// conversation keeps what was read of each, and adds it up.
#[derive(Clone, PartialEq, Debug)]
pub struct Evidence {
    sums: [[i32; MAX_CLASSES]; Group::ALL.len()],
    /// How much each group can say at most, as a logarithm of probability.
    reach: [f32; Group::ALL.len()],
    counts: Counts,
}

impl Evidence {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::read(WEIGHTS, text)
    }

    /// Adds what another text says, as if it stood in the same one.
    pub fn add(&mut self, other: &Self) {
        for (sums, others) in self.sums.iter_mut().zip(&other.sums) {
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum = sum.saturating_add(*other);
            }
        }
        for (reach, other) in self.reach.iter_mut().zip(&other.reach) {
            *reach += other;
        }
        self.counts.add(&other.counts);
    }

    /// The language of all that was read: what [`detect`] says of the texts in one.
    #[must_use]
    pub fn detect(&self, prior: &Prior) -> Detection {
        self.detect_with(WEIGHTS, prior)
    }

    fn read(weights: &[u8], text: &str) -> Self {
        let models = Model::all(weights);
        let sums = [[0; MAX_CLASSES]; Group::ALL.len()];
        let reach = [0.0; Group::ALL.len()];
        let mut evidence = Self { sums, reach, counts: Counts::default() };
        let (mut buckets, mut found) = (Buckets::new(), Found::new());
        for_each_word(text, |word| {
            if let Some((index, model)) = evidence.note_word(&models, &word) {
                buckets.fill(&word, model.bits());
                model.add(&mut found, buckets.as_slice(), &mut evidence.sums[index]);
            }
        });
        evidence
    }

    /// Counts a word's letters; the answer is the model that reads it, and its place.
    fn note_word<'m, 'w>(
        &mut self,
        models: &'m [Option<Model<'w>>],
        word: &Word<'_>,
    ) -> Option<(usize, &'m Model<'w>)> {
        if word.counts {
            *self.counts.slot(word.script) += word.letters.len();
        }
        let index = Group::of(word.script).map(Group::index)?;
        let model = models.get(index)?.as_ref()?;
        self.reach[index] += reach(word.letters);
        Some((index, model))
    }

    fn detect_with(&self, weights: &[u8], prior: &Prior) -> Detection {
        match self.counts.winner() {
            None => Detection::UNKNOWN,
            Some(Script::Single(index)) => by_script(Script::SINGLE[usize::from(index)]),
            Some(Script::Kana) => by_script("ja"),
            Some(Script::Hangul) => by_script("ko"),
            Some(
                script @ (Script::Latin
                | Script::Cyrillic
                | Script::Arabic
                | Script::Devanagari
                | Script::Han),
            ) => self.decide(weights, script, prior),
        }
    }

    fn decide(&self, weights: &[u8], script: Script, prior: &Prior) -> Detection {
        let Some(group) = Group::of(script) else { return Detection::UNKNOWN };
        let Some(model) = Model::all(weights)[group.index()] else { return Detection::UNKNOWN };
        let n_letters = *self.counts.clone().slot(script);
        let scale = model.scale(n_letters);
        let sums = &self.sums[group.index()];
        let reach = self.reach[group.index()];
        let mut candidates = [Candidate { language: Language::UND, confidence: 0.0 }; MAX_CLASSES];
        let candidates = &mut candidates[..model.n_classes()];
        for (class, candidate) in candidates.iter_mut().enumerate() {
            candidate.language = Language::from_padded(model.code(class)).unwrap_or(Language::UND);
            #[expect(
                clippy::cast_precision_loss,
                reason = "a message's letters cannot sum to more than 2^24"
            )]
            let evidence = (sums[class] + model.bias(class)) as f32 * scale;
            candidate.confidence = evidence;
        }
        if group == Group::Han {
            doubt_japanese(candidates, n_letters);
        }
        limit(candidates, reach);
        for candidate in &mut *candidates {
            candidate.confidence += advantage(candidate.language, prior);
        }
        to_probabilities(candidates);
        bring_forward(candidates, 1 + Alternatives::MAX);
        Detection::ranked(candidates).with_open_chinese(prior)
    }
}

/// What a word can say at most, so that three letters never outweigh a browser, whatever the
/// weights: letters that few languages have may say more.
fn reach(letters: &[char]) -> f32 {
    letters.iter().map(|letter| if letter.is_ascii() { 1.0 } else { 3.0 }).sum()
}

/// Beyond a name or a term of four characters, a Japanese text has Kana.
#[expect(clippy::cast_precision_loss, reason = "at most 600")]
fn doubt_japanese(candidates: &mut [Candidate], n_letters: usize) {
    for candidate in candidates.iter_mut().filter(|candidate| candidate.language.code() == "ja") {
        candidate.confidence -= 0.4 * n_letters.saturating_sub(4) as f32;
    }
}

/// No candidate is further behind the first than the text can reach.
fn limit(candidates: &mut [Candidate], reach: f32) {
    let most = candidates.iter().map(|candidate| candidate.confidence).fold(f32::MIN, f32::max);
    for candidate in candidates {
        candidate.confidence = candidate.confidence.max(most - reach);
    }
}

/// Puts the likeliest few first and in order; the rest may stay as they are.
fn bring_forward(candidates: &mut [Candidate], n_first: usize) {
    for place in 0..n_first.min(candidates.len()) {
        let rest = (place..candidates.len()).rev();
        let best = rest.max_by(|one, other| {
            candidates[*one].confidence.total_cmp(&candidates[*other].confidence)
        });
        candidates.swap(place, best.unwrap_or(place));
    }
}

/// What a language has before a word is read, as a logarithm: rarer ones must be named by
/// the prior to compete, and what the prior names first is a little likelier.
fn advantage(language: Language, prior: &Prior) -> f32 {
    match (prior.rank(language), language.tier()) {
        // The kind of characters is for the text to tell, if it does.
        (Some(_), _) if is_chinese(language) => 1.0,
        (Some(0), _) => 3.0,
        (Some(_), _) => 1.0,
        (None, Tier::Common) => 0.0,
        (None, Tier::Guarded) => -2.0,
        (None, Tier::Rare) => -5.0,
    }
}

/// The softmax, in place.
fn to_probabilities(candidates: &mut [Candidate]) {
    let most = candidates.iter().map(|candidate| candidate.confidence).fold(f32::MIN, f32::max);
    let mut total = 0.0;
    for candidate in &mut *candidates {
        candidate.confidence = libm::expf(candidate.confidence - most);
        total += candidate.confidence;
    }
    for candidate in candidates {
        candidate.confidence /= total;
    }
}

/// Letters by script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
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
    fn add(&mut self, other: &Self) {
        let Self { latin, cyrillic, arabic, devanagari, han, kana, hangul, single } = other;
        self.latin += latin;
        self.cyrillic += cyrillic;
        self.arabic += arabic;
        self.devanagari += devanagari;
        self.han += han;
        self.kana += kana;
        self.hangul += hangul;
        for (count, other) in self.single.iter_mut().zip(single) {
            *count += other;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_of_either_kind_is_no_more_than_certain() {
        let candidates =
            [("zh-Hant", 0.790_001), ("zh-Hans", 0.210_001)].map(|(code, confidence)| Candidate {
                language: Language::from_code(code).unwrap(),
                confidence,
            });
        let detection = Detection::ranked(&candidates).with_open_chinese(&Prior::none());
        assert_eq!(detection.language.code(), "zh");
        assert!(detection.confidence <= 1.0);
    }
}
