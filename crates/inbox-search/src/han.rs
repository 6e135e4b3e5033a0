//! Traditional Chinese characters and what they are in simplified writing.
//!
//! `han.txt` has the pairs, made of `TSCharacters.txt` of `OpenCC` (`BYVoid/OpenCC`, Apache-2.0).

use std::{collections::BTreeMap, sync::OnceLock};

const PAIRS: &str = include_str!("han.txt");

/// The simplified form of a character; itself if it has none of its own.
pub(crate) fn simplified(letter: char) -> char {
    static TABLE: OnceLock<BTreeMap<char, char>> = OnceLock::new();
    if !matches!(letter, '\u{4e00}'..='\u{9fff}') {
        return letter;
    }
    let table = TABLE.get_or_init(|| {
        let mut letters = PAIRS.chars().filter(|it| !it.is_whitespace());
        std::iter::from_fn(|| Some((letters.next()?, letters.next()?))).collect()
    });
    table.get(&letter).copied().unwrap_or(letter)
}
