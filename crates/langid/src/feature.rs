//! From a word to the numbers of its parts.
//!
//! A word with a mark at either end is cut into runs of one to five characters, `a` to `z` alone
//! left out, and the whole word is added; each part is hashed to a bucket of the model. Han characters have a
//! bucket of their own each, and pairs of them are hashed. The trainer and the
//! detector both go through here: a change needs new weights.

use crate::script::Script;
use crate::token::{MAX_WORD, Word};

/// Scripts that several languages share, each with a model of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Languages in Latin letters, romanised ones included.
    Latin,
    /// Languages in Cyrillic letters.
    Cyrillic,
    /// Languages in Arabic letters.
    Arabic,
    /// Languages in Devanagari.
    Devanagari,
    /// Chinese in both kinds of characters, and Japanese without Kana.
    Han,
}

impl Group {
    /// All groups in the order of the weights.
    pub const ALL: [Self; 5] =
        [Self::Latin, Self::Cyrillic, Self::Arabic, Self::Devanagari, Self::Han];

    /// The group of a script, or nothing if the script decides alone.
    #[must_use]
    pub fn of(script: Script) -> Option<Self> {
        match script {
            Script::Latin => Some(Self::Latin),
            Script::Cyrillic => Some(Self::Cyrillic),
            Script::Arabic => Some(Self::Arabic),
            Script::Devanagari => Some(Self::Devanagari),
            Script::Han => Some(Self::Han),
            Script::Kana | Script::Hangul | Script::Single(_) => None,
        }
    }

    /// The place in [`Group::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Self::Latin => 0,
            Self::Cyrillic => 1,
            Self::Arabic => 2,
            Self::Devanagari => 3,
            Self::Han => 4,
        }
    }
}

/// The longest run of characters that is a part.
const MAX_RUN: usize = 5;

/// The most parts that a word can have.
pub(crate) fn n_features(word: &Word<'_>) -> usize {
    MAX_RUN * (word.letters.len().min(MAX_WORD) + 2) + 1
}

/// The Han characters with a bucket of their own.
const HAN_FIRST: u32 = 0x4E00;
const N_HAN: u32 = 0xA000 - HAN_FIRST;

/// Calls `visit` with the bucket of each part of `word`, in a model of `1 << bits` buckets.
pub fn for_each_feature(word: &Word<'_>, bits: u32, visit: impl FnMut(u32)) {
    match Group::of(word.script) {
        None => {}
        Some(Group::Han) => han_features(word.letters, bits, visit),
        Some(Group::Latin | Group::Cyrillic | Group::Arabic | Group::Devanagari) => {
            letter_features(word.letters, bits, visit);
        }
    }
}

fn letter_features(letters: &[char], bits: u32, mut visit: impl FnMut(u32)) {
    let mut marked = [u32::from(' '); MAX_WORD + 2];
    let n_letters = letters.len().min(MAX_WORD);
    for (slot, letter) in marked[1..].iter_mut().zip(&letters[..n_letters]) {
        *slot = u32::from(*letter);
    }
    let marked = &marked[..n_letters + 2];
    // Runs of the greatest length first, because it is known: most parts are of these.
    let n_long = (marked.len() + 1).saturating_sub(MAX_RUN);
    for run in marked.windows(MAX_RUN).filter_map(<[u32]>::first_chunk::<MAX_RUN>) {
        visit_run(run, bits, &mut visit);
    }
    for start in n_long..marked.len() {
        visit_run(&marked[start..], bits, &mut visit);
    }
    // A shorter word is one of the runs already.
    if MAX_RUN < marked.len() {
        visit(bucket(marked.iter().fold(SEED, |hash, character| mixed(hash, *character)), bits));
    }
}

/// Visits the buckets of all runs that begin where this one begins.
#[inline]
fn visit_run(run: &[u32], bits: u32, visit: &mut impl FnMut(u32)) {
    let [first, others @ ..] = run else { return };
    let mut hash = mixed(SEED, *first);
    // A mark alone says nothing, and a plain letter alone so little that it is not worth
    // the time: nearly every language has a weight for it.
    if !is_plain(*first) {
        visit(bucket(hash, bits));
    }
    for character in others {
        hash = mixed(hash, *character);
        visit(bucket(hash, bits));
    }
}

const fn is_plain(character: u32) -> bool {
    character < 0x80
}

fn han_features(letters: &[char], bits: u32, mut visit: impl FnMut(u32)) {
    let single = |letter: char| match u32::from(letter).checked_sub(HAN_FIRST) {
        Some(index) if index < N_HAN => index,
        _ => beyond_han(mixed(SEED, u32::from(letter)), bits),
    };
    for letter in letters {
        visit(single(*letter));
    }
    for pair in letters.windows(2) {
        visit(beyond_han(mixed(mixed(SEED, u32::from(pair[0])), u32::from(pair[1])), bits));
    }
}

const SEED: u32 = 0x811C_9DC5;

fn mixed(hash: u32, character: u32) -> u32 {
    let hash = (hash ^ character).wrapping_mul(0x9E37_79B1);
    hash ^ (hash >> 15)
}

fn bucket(hash: u32, bits: u32) -> u32 {
    (hash ^ (hash >> 13)).wrapping_mul(0x85EB_CA6B) >> (32 - bits)
}

/// A bucket after those of the single characters.
fn beyond_han(hash: u32, bits: u32) -> u32 {
    let n_left = (1_u64 << bits).saturating_sub(u64::from(N_HAN));
    let place = (u64::from(hash.wrapping_mul(0x85EB_CA6B)) * n_left) >> 32;
    N_HAN + u32::try_from(place).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn features(script: Script, text: &str, bits: u32) -> Vec<u32> {
        let letters: Vec<char> = text.chars().collect();
        let mut found = Vec::new();
        for_each_feature(&Word { script, letters: &letters, counts: true }, bits, |at| {
            found.push(at);
        });
        found
    }

    #[test]
    fn a_word_has_its_runs_and_itself() {
        // " ab ": runs of 2: 3; of 3: 2; of 4: 1.
        assert_eq!(features(Script::Latin, "ab", 16).len(), 6);
        // " abcdef ": 7 + 6 + 5 + 4 and the whole.
        assert_eq!(features(Script::Latin, "abcdef", 16).len(), 23);
        // A letter that few languages have counts alone as well.
        assert_eq!(features(Script::Latin, "äbcdeß", 16).len(), 25);
    }

    #[test]
    fn every_bucket_is_inside_the_model() {
        let found = features(Script::Latin, "supercalifragilisticexpialidocious", 13);
        assert!(found.iter().all(|at| *at < 1 << 13));
        let found = features(Script::Han, "漢字々㐀𠀀", 15);
        assert!(found.iter().all(|at| *at < 1 << 15));
    }

    #[test]
    fn a_han_character_has_a_bucket_of_its_own() {
        assert_eq!(features(Script::Han, "一", 15), [0]);
        assert_eq!(features(Script::Han, "龥", 15), [0x9FA5 - 0x4E00]);
    }
}
