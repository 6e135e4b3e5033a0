//! A word: letters of one script that stand side by side.

use super::reading::Atom;

/// The letters of one script that stand side by side: `alice艾特` is two words.
pub(super) fn word_length(rest: &[Atom]) -> usize {
    let first = rest.first().map(|it| script(it.is));
    let same =
        |it: &&Atom| it.is.is_alphabetic() && Some(script(it.is)) == first && !is_ornament(it);
    rest.iter().take_while(same).count()
}

/// A circled or bracketed a: nobody writes a letter like this in a sentence.
pub(super) fn is_ornament(it: &Atom) -> bool {
    matches!(it.looks, 'ⓐ' | 'Ⓐ' | '🄐' | '⒜')
}

/// Latin, without spaces between words, or another.
fn script(it: char) -> u8 {
    match it {
        ..'\u{250}' | '\u{1e00}'..='\u{1eff}' => 0,
        '\u{2e80}'.. => 1,
        _ => 2,
    }
}

/// A short word in small letters.
pub(super) fn folded(word: &[Atom]) -> Option<String> {
    const LONGEST: usize = 12;
    (word.len() <= LONGEST).then(|| word.iter().flat_map(|it| it.is.to_lowercase()).collect())
}
