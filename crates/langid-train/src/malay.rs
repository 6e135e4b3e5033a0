//! Malay from Indonesian: the folder has hardly any Malay that is said and not printed, and the two
//! languages share most of their words.

use std::collections::{BTreeMap, BTreeSet};

use crate::chance::Chance;
use crate::chunk::{MAX_WORDS, sentence_part};
use crate::corpus::{Part, Text};

/// Words of the one language for those of the other.
const PAIRS: &str = include_str!("../data/malay.txt");

/// The side of the pairs that a language writes and the other does not, if it is one of the two.
pub(crate) fn own_words(code: &str) -> Vec<&'static str> {
    let pairs = PAIRS.lines().filter_map(|line| line.split_once('\t'));
    match code {
        "id" => pairs.map(|(indonesian, _)| indonesian).collect(),
        "ms" => pairs.map(|(_, malay)| malay).collect(),
        _ => Vec::new(),
    }
}

/// Indonesian sentences in which every word becomes a known Malay one.
pub(crate) struct Relative<'t> {
    indonesian: &'t Text,
    /// One or two Indonesian words, and the Malay ones.
    pairs: BTreeMap<&'static str, &'static str>,
    malay: BTreeSet<String>,
}

impl<'t> Relative<'t> {
    /// Malay words are those of its own text and list, and of the pairs.
    pub(crate) fn new(indonesian: &'t Text, malay: &Text) -> Self {
        let pairs: BTreeMap<&str, &str> =
            PAIRS.lines().filter_map(|line| line.split_once('\t')).collect();
        let written = malay.sentences(Part::Train).iter().flat_map(|line| line.split(' '));
        let listed = malay.words().iter().map(|(word, _)| word.as_str());
        let paired = pairs.values().flat_map(|word| word.split(' '));
        let words = written.chain(listed).chain(paired).map(|word| letters(word).to_lowercase());
        Self {
            indonesian,
            malay: words.filter(|word| !pairs.contains_key(word.as_str())).collect(),
            pairs,
        }
    }

    /// A part of a sentence, if the one that was drawn can be Malay.
    pub(crate) fn part(&self, chance: &mut Chance) -> Option<String> {
        (0..4).find_map(|_| self.translated(&sentence_part(self.indonesian, chance, MAX_WORDS)))
    }

    fn translated(&self, text: &str) -> Option<String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut translated = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let n_words = [2, 1].into_iter().find_map(|n_words| {
                let phrase = words.get(at..at + n_words)?.join(" ").to_lowercase();
                let malay = self.pairs.get(letters(&phrase))?;
                Some((n_words, (*malay).to_owned()))
            });
            let (n_words, word) = n_words.unwrap_or((1, words[at].to_owned()));
            if !word.split(' ').all(|it| self.malay.contains(&letters(it).to_lowercase())) {
                return None;
            }
            translated.push(word);
            at += n_words;
        }
        Some(translated.join(" "))
    }
}

/// A word without the marks around it.
fn letters(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pair_is_one_word_for_itself_and_none_leads_on() {
        let pairs: Vec<(&str, &str)> =
            PAIRS.lines().filter_map(|line| line.split_once('\t')).collect();
        let sources: BTreeSet<&str> = pairs.iter().map(|(indonesian, _)| *indonesian).collect();
        assert_eq!(sources.len(), pairs.len(), "a word twice");
        for (indonesian, malay) in pairs {
            assert_ne!(indonesian, malay);
            assert!(!sources.contains(malay), "{malay} is Indonesian as well");
        }
    }
}
