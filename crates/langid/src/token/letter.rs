//! Letters: how each is written alike, and which characters are none.

use crate::script::Script;

/// The script and the small form of a letter that is met often; the rest of this module says the
/// same of it, in more steps.
#[inline]
pub(super) fn common_letter(character: char) -> Option<(Script, char)> {
    let shifted =
        |by: u8| char::from_u32(u32::from(character) + u32::from(by)).unwrap_or(character);
    Some(match character {
        'a'..='z' | '\u{df}'..='\u{f6}' | '\u{f8}'..='\u{ff}' => (Script::Latin, character),
        'A'..='Z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' => (Script::Latin, shifted(0x20)),
        // Vietnamese, where each large letter stands before its small one.
        '\u{1ea0}'..='\u{1eff}' => (Script::Latin, shifted(1 - (character as u8 & 1))),
        '\u{430}'..='\u{45f}' => (Script::Cyrillic, character),
        '\u{410}'..='\u{42f}' => (Script::Cyrillic, shifted(0x20)),
        '\u{621}'..='\u{63f}' | '\u{641}'..='\u{64a}' => (Script::Arabic, character),
        '\u{904}'..='\u{939}' | '\u{93d}'..='\u{957}' => (Script::Devanagari, character),
        '\u{4e00}'..='\u{9fff}' => (Script::Han, character),
        _ => return None,
    })
}

/// Lower case, with look-alikes of one letter made one.
pub(super) fn fold(character: char) -> char {
    match character {
        'A'..='Z' => character.to_ascii_lowercase(),
        '\0'..='\u{7f}' => character,
        '\u{ff21}'..='\u{ff3a}' => shifted(character, 0xff21, 0x61),
        '\u{ff41}'..='\u{ff5a}' => shifted(character, 0xff41, 0x61),
        // Its small form is an i with a dot on it.
        '\u{130}' => 'i',
        // With and without the dot below, which is left out elsewhere.
        '\u{958}' => '\u{915}',
        '\u{959}' => '\u{916}',
        '\u{95a}' => '\u{917}',
        '\u{95b}' => '\u{91c}',
        '\u{95c}' => '\u{921}',
        '\u{95d}' => '\u{922}',
        '\u{95e}' => '\u{92b}',
        '\u{95f}' => '\u{92f}',
        _ if is_caseless(character) => character,
        _ => unify(character.to_lowercase().next().unwrap_or(character)),
    }
}

/// Whole scripts without small letters.
pub(super) const fn is_caseless(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{109f}' | '\u{2e80}'..='\u{a63f}' | '\u{ac00}'..='\u{d7ff}')
}

/// Romanian is written with a cedilla as often as with a comma below.
pub(super) const fn unify(letter: char) -> char {
    match letter {
        '\u{219}' => '\u{15f}',
        '\u{21b}' => '\u{163}',
        '\u{17f}' => 's',
        _ => letter,
    }
}

pub(super) fn shifted(character: char, from: u32, to: u32) -> char {
    char::from_u32(u32::from(character) - from + to).unwrap_or(character)
}

pub(super) const fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '\u{2bb}' | '`' | '\u{b4}')
}

/// Marks that may compose with the letter before them.
pub(super) const fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{653}'..='\u{655}')
}

/// Invisible characters, and signs that many writers leave out: Arabic vowels, the dot
/// below in Devanagari.
pub(super) const fn is_ignored(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'..='\u{2064}'
            | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{610}'..='\u{61a}'
            | '\u{640}'
            | '\u{64b}'..='\u{652}'
            | '\u{656}'..='\u{65f}'
            | '\u{670}'
            | '\u{93c}'
    )
}
