//! Traditional Chinese characters and what they are in simplified writing.
//!
//! The build writes the pairs, one after the other, as the library `character_converter` knows them.

use std::{collections::BTreeMap, sync::OnceLock};

const PAIRS: &str = include_str!(concat!(env!("OUT_DIR"), "/han.txt"));

/// The simplified form of a character; itself if it has none of its own.
pub(crate) fn simplified(letter: char) -> char {
    static TABLE: OnceLock<BTreeMap<char, char>> = OnceLock::new();
    if !matches!(letter, '\u{4e00}'..='\u{9fff}') {
        return letter;
    }
    let table = TABLE.get_or_init(|| {
        let mut letters = PAIRS.chars();
        std::iter::from_fn(|| Some((letters.next()?, letters.next()?))).collect()
    });
    table.get(&letter).copied().unwrap_or(letter)
}
