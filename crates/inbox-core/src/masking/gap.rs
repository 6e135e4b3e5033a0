//! What stands between two groups of digits, and which groups are written as one number.

use std::ops::Range;

use super::{
    reading::Atom,
    word::{folded, word_length},
    words, work,
};

/// Signs that may stand between two digits of one number; many of a kind count once.
const SIGNS: usize = 8;
const LONGEST: usize = 48;

/// What stands between two groups of digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Gap {
    /// A few signs, or words for signs.
    Near,
    /// One letter, as in `4111x1111`; and whether it may be a unit or a word, because space stands
    /// on one side of it alone or because its script writes words with one.
    Letter(String, bool),
    Word(String),
    Far,
}

pub(super) fn gap(between: &[Atom]) -> Gap {
    let mut words: Vec<&[Atom]> = Vec::new();
    let mut n_signs = 0;
    let mut at = 0;
    let mut before = None;
    while at < between.len() {
        let length = word_length(&between[at..]);
        if between[at].is.is_alphabetic() && 0 < length {
            words.push(&between[at..at + length]);
            at += length;
            before = None;
        } else {
            let kind = Some(between[at].is);
            n_signs += usize::from(before != kind);
            before = kind;
            at += 1;
        }
        if LONGEST < at || SIGNS < n_signs || 4 < words.len() {
            return Gap::Far;
        }
    }
    let letters: Option<Vec<String>> = words.iter().map(|it| folded(it)).collect();
    let Some(letters) = letters else { return Gap::Far };
    if letters.iter().all(|it| words::is_separator(it)) {
        return Gap::Near;
    }
    match letters.as_slice() {
        [one] if words[0].len() == 1 => {
            let spaced = |it: Option<&Atom>| it.is_some_and(|it| it.is.is_whitespace());
            let on_one_side = spaced(between.first()) != spaced(between.last());
            Gap::Letter(one.clone(), on_one_side || !is_of_words(one))
        }
        all => Gap::Word(all.join(" ")),
    }
}

/// A letter of a script in which a letter is no word.
fn is_of_words(it: &str) -> bool {
    it.chars().all(|it| it < '\u{e00}')
}

/// The groups that may be one number, from one to behind another. Between the groups of a chain
/// stand signs, and of letters always the same one; if `loose`, the same short word. So each group
/// is in two chains at most.
pub(super) fn chains(n_groups: usize, gaps: &[Gap], loose: bool) -> Vec<Range<usize>> {
    let mut chains = Vec::new();
    let mut start = 0;
    // The word of the chain, and the group behind it where it stood last.
    let mut word: Option<(&str, usize)> = None;
    for (at, gap) in gaps.iter().enumerate() {
        let behind = at + 1;
        let joins = match gap {
            Gap::Near => continue,
            Gap::Far => None,
            Gap::Word(it) => loose.then_some(it.as_str()),
            Gap::Letter(it, _) if loose => Some(it.as_str()),
            Gap::Letter(it, is_unit) => {
                let once = word.is_none_or(|(known, _)| known != it) && !repeats(gaps, at);
                (!(*is_unit && once)).then_some(it.as_str())
            }
        };
        match (joins, word) {
            (None, _) => {
                chains.push(start..behind);
                (start, word) = (behind, None);
            }
            (Some(it), Some((known, last))) if it != known => {
                chains.push(start..behind);
                (start, word) = (last, Some((it, behind)));
            }
            (Some(it), _) => word = Some((it, behind)),
        }
    }
    chains.push(start..n_groups);
    chains.retain(|it| !it.is_empty());
    chains
}

/// Whether the next letter between groups is the same.
fn repeats(gaps: &[Gap], at: usize) -> bool {
    let ahead = work::counted(gaps[at + 1..].iter().take(LONGEST));
    let mut next = ahead.filter(|it| **it != Gap::Near);
    matches!((next.next(), &gaps[at]), (Some(Gap::Letter(next, _)), Gap::Letter(it, _)) if next == it)
}
