//! The verb of this crate: from a text to a language.

use crate::feature::Group;
use crate::gather::Gathered;
use crate::language::Tier;
use crate::model::{MAX_CLASSES, MAX_ROW, Model, Models};
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
    Evidence::of(text).detect(prior)
}

/// Like [`detect`], with other weights than the built-in ones.
#[must_use]
pub fn detect_with(weights: &[u8], text: &str, prior: &Prior) -> Detection {
    let models = Model::all(weights);
    Evidence::read(&models, text).detect_with(&models, prior)
}

/// Trained by `langid-train`; see the licence beside them.
static MODELS: Models<'static> = Model::all(include_bytes!("../weights/langid.bin"));

impl Detection {
    /// How sure it is to be `language` or the one that few words tell from it: Malay and
    /// Indonesian are taken together. It is `confidence` if the prior names one of the two, because
    /// then it has to be told which.
    #[must_use]
    pub fn confidence_of_kin(&self, prior: &Prior) -> f32 {
        let is_kin = |language: &Language| [Language::ID, Language::MS].contains(language);
        if !is_kin(&self.language) || prior.languages().iter().any(is_kin) {
            return self.confidence;
        }
        let others = self.alternatives.iter().filter(|other| is_kin(&other.language));
        // Two parts of one can come to a little more.
        others.fold(self.confidence, |sum, other| sum + other.confidence).min(1.0)
    }

    const UNKNOWN: Self =
        Self { language: Language::UND, confidence: 0.0, alternatives: Alternatives::NONE };

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
        match named.unwrap_or(Language::ZH) {
            named if named == first.language => {}
            named if named == second.language => (self.language, *second) = (named, first),
            neither => (self.language, *second, *third) = (neither, first, *second),
        }
        self
    }
}

fn is_chinese(language: Language) -> bool {
    language == Language::ZH_HANS || language == Language::ZH_HANT
}

/// The script has one language, so what doubt there is comes from names and quotations.
fn by_script(language: Language) -> Detection {
    Detection { language, confidence: 0.99, alternatives: Alternatives::NONE }
}

/// What the words of a text say: letters by script, and a sum of weights for each language of
/// each group of scripts.
///
/// Reading is most of the work of [`detect`]. Whoever asks again with every message of a
/// conversation keeps what was read of each, and adds it up.
#[derive(Clone, PartialEq, Debug)]
pub struct Evidence {
    sums: [i32; MAX_CLASSES],
    /// How much each group can say at most, as a logarithm of probability.
    reach: [usize; Group::ALL.len()],
    counts: Counts,
}

impl Evidence {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::read(&MODELS, text)
    }

    /// Adds what another text says, as if it stood in the same one.
    pub fn add(&mut self, other: &Self) {
        for (sum, other) in self.sums.iter_mut().zip(&other.sums) {
            *sum = sum.saturating_add(*other);
        }
        for (reach, other) in self.reach.iter_mut().zip(&other.reach) {
            *reach += other;
        }
        self.counts.add(&other.counts);
    }

    /// The language of all that was read: what [`detect`] says of the texts in one.
    #[must_use]
    pub fn detect(&self, prior: &Prior) -> Detection {
        self.detect_with(&MODELS, prior)
    }

    fn read(models: &Models<'_>, text: &str) -> Self {
        let mut evidence = Self {
            sums: [0; MAX_CLASSES],
            reach: [0; Group::ALL.len()],
            counts: Counts::default(),
        };
        let mut gathered = Gathered::new();
        for_each_word(text, |word| {
            if let Some(model) = evidence.note_word(models, &word) {
                gathered.collect(&word, model, &mut evidence.sums);
            }
        });
        gathered.add(&mut evidence.sums);
        evidence
    }

    /// Counts a word's letters; the answer is the model that reads it.
    fn note_word<'m, 'w>(
        &mut self,
        models: &'m Models<'w>,
        word: &Word<'_>,
    ) -> Option<&'m Model<'w>> {
        if word.counts {
            *self.counts.slot(word.script) += word.letters.len();
        }
        let index = Group::of(word.script)?.index();
        self.reach[index] += reach(word.letters);
        models[index].as_ref()
    }

    fn detect_with(&self, models: &Models<'_>, prior: &Prior) -> Detection {
        match self.counts.winner() {
            None => Detection::UNKNOWN,
            Some(Script::Single(index)) => by_script(LANGUAGE_OF_SINGLE[usize::from(index)]),
            Some(Script::Kana) => by_script(Language::JA),
            Some(Script::Hangul) => by_script(Language::KO),
            Some(
                script @ (Script::Latin
                | Script::Cyrillic
                | Script::Arabic
                | Script::Devanagari
                | Script::Han),
            ) => self.decide(models, script, prior),
        }
    }

    fn decide(&self, models: &Models<'_>, script: Script, prior: &Prior) -> Detection {
        let Some(group) = Group::of(script) else { return Detection::UNKNOWN };
        let Some(model) = &models[group.index()] else { return Detection::UNKNOWN };
        let n_letters = *self.counts.clone().slot(script);
        let scale = model.scale(n_letters);
        let mut logarithms = [0.0; MAX_ROW];
        for (logarithm, sum) in logarithms.iter_mut().zip(model.own(&self.sums)) {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a message's letters cannot sum to more than 2^24"
            )]
            let evidence = *sum as f32 * scale;
            *logarithm = evidence;
        }
        let languages = model.languages();
        let logarithms = &mut logarithms[..languages.len()];
        if group == Group::Han {
            doubt_japanese(languages, logarithms, n_letters);
        }
        limit(logarithms, self.reach[group.index()]);
        for (logarithm, language) in logarithms.iter_mut().zip(languages) {
            *logarithm += advantage(*language, prior);
        }
        ranked(languages, logarithms).with_open_chinese(prior)
    }
}

/// What a word can say at most, so that three letters never outweigh a browser, whatever the
/// weights: letters that few languages have may say more.
fn reach(letters: &[char]) -> usize {
    letters.iter().map(|letter| if letter.is_ascii() { 1 } else { 3 }).sum()
}

/// Beyond a name or a term of four characters, a Japanese text has Kana.
#[expect(clippy::cast_precision_loss, reason = "at most 600")]
fn doubt_japanese(languages: &[Language], logarithms: &mut [f32], n_letters: usize) {
    for (language, logarithm) in languages.iter().zip(logarithms) {
        if *language == Language::JA {
            *logarithm -= 0.4 * n_letters.saturating_sub(4) as f32;
        }
    }
}

/// No language is further behind the first than the text can reach.
#[expect(clippy::cast_precision_loss, reason = "a message has fewer letters than 2^24")]
fn limit(logarithms: &mut [f32], reach: usize) {
    let least = most(logarithms) - reach as f32;
    for logarithm in logarithms {
        *logarithm = greater(*logarithm, least);
    }
}

fn most(logarithms: &[f32]) -> f32 {
    logarithms.iter().copied().fold(f32::MIN, greater)
}

/// Like `f32::max` for numbers, which WebAssembly would call a function for.
fn greater(one: f32, other: f32) -> f32 {
    if one < other { other } else { one }
}

/// What a language has before a word is read, as a logarithm: rarer ones must be named by
/// the prior to compete, and what the prior names first is a little likelier.
fn advantage(language: Language, prior: &Prior) -> f32 {
    match (prior.rank(language), language.tier()) {
        (rank, _) if is_chinese(language) => {
            of_chinese(rank.or_else(|| prior.rank(Language::ZH)).is_some(), prior)
        }
        (Some(0), _) => 3.0,
        (Some(_), _) => 1.0,
        (None, Tier::Common) => 0.0,
        (None, Tier::Guarded) => -3.0,
        (None, Tier::Rare) => -6.0,
    }
}

/// Who reads Chinese first reads both kinds of characters, as against Japanese. Which kind it is,
/// is for the text to tell, if it does.
fn of_chinese(is_named: bool, prior: &Prior) -> f32 {
    let first = prior.languages().first().copied();
    let is_first = first.is_some_and(|it| is_chinese(it) || it == Language::ZH);
    f32::from(u8::from(is_first) * 2 + u8::from(is_named))
}

/// The likeliest by the softmax.
fn ranked(languages: &[Language], logarithms: &[f32]) -> Detection {
    /// What is less likely is no alternative.
    const LEAST: f32 = 0.001;
    /// What is so far behind is less than a millionth, and not worth an exponential.
    const FAR: f32 = 14.0;
    let most = most(logarithms);
    let mut first = [Candidate { language: Language::UND, confidence: 0.0 }; 1 + Alternatives::MAX];
    let mut total = 0.0;
    for (language, logarithm) in languages.iter().zip(logarithms) {
        let behind = most - logarithm;
        if behind < FAR {
            let part = libm::expf(-behind);
            total += part;
            if LEAST <= part {
                put_in_order(&mut first, Candidate { language: *language, confidence: part });
            }
        }
    }
    for candidate in &mut first {
        candidate.confidence /= total;
        if candidate.confidence < LEAST {
            *candidate = Candidate { language: Language::UND, confidence: 0.0 };
        }
    }
    let [Candidate { language, confidence }, alternatives @ ..] = first;
    Detection { language, confidence, alternatives: Alternatives(alternatives) }
}

/// Puts a candidate before the first that is less likely; the last falls out.
fn put_in_order(first: &mut [Candidate], candidate: Candidate) {
    if let Some(at) = first.iter().position(|known| known.confidence < candidate.confidence) {
        first[at..].rotate_right(1);
        first[at] = candidate;
    }
}

/// The language of each script that has one.
const LANGUAGE_OF_SINGLE: [Language; Script::SINGLE.len()] = {
    let mut languages = [Language::UND; Script::SINGLE.len()];
    let mut index = 0;
    while index < languages.len() {
        languages[index] = Language::known(Script::SINGLE[index]);
        index += 1;
    }
    languages
};

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
    use std::vec::Vec;

    #[test]
    fn malay_and_indonesian_are_one_unless_the_prior_names_one() {
        let of = |[first, second]: [(Language, f32); 2], prior: &Prior| {
            let candidate = |(language, confidence)| Candidate { language, confidence };
            let mut alternatives = Alternatives::NONE;
            alternatives.0[0] = candidate(second);
            let Candidate { language, confidence } = candidate(first);
            Detection { language, confidence, alternatives }.confidence_of_kin(prior)
        };
        let malay = [(Language::MS, 0.75), (Language::ID, 0.25)];
        assert_eq!(of(malay, &Prior::from_tags(["vi", "en"])).to_bits(), 1_f32.to_bits());
        assert_eq!(of(malay, &Prior::from_tags(["en", "id"])).to_bits(), 0.75_f32.to_bits());
        let other = [(Language::JA, 0.75), (Language::ID, 0.25)];
        assert_eq!(of(other, &Prior::none()).to_bits(), 0.75_f32.to_bits());
    }

    #[test]
    fn chinese_of_either_kind_is_no_more_than_certain() {
        let [first, second] = [(Language::ZH_HANT, 0.790_001), (Language::ZH_HANS, 0.210_001)]
            .map(|(language, confidence)| Candidate { language, confidence });
        let mut alternatives = Alternatives::NONE;
        alternatives.0[0] = second;
        let Candidate { language, confidence } = first;
        let detection = Detection { language, confidence, alternatives };
        let detection = detection.with_open_chinese(&Prior::none());
        assert_eq!(detection.language, Language::ZH);
        assert!(detection.confidence <= 1.0);
    }

    #[test]
    fn the_likeliest_come_first_and_those_before_among_equals() {
        let languages = ["en", "de", "fr", "es", "it", "pt", "nl"].map(Language::known);
        let logarithms = [1.0, 3.0, -20.0, 2.0, 3.0, 1.0, 2.5];
        let detection = ranked(&languages, &logarithms);
        assert_eq!(detection.language.code(), "de");
        let others: Vec<_> = detection.alternatives.iter().map(|it| it.language.code()).collect();
        assert_eq!(others, ["it", "nl", "es", "en"]);
    }
}
