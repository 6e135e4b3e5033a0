//! A text as it is meant: without what cannot be seen, and with the letters and digits of every
//! keyboard and ornament as plain ones.

use std::ops::Range;

use super::digit;

/// One character, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Atom {
    /// What it means: an ASCII character for every full-width one, for ornaments, and for every digit.
    pub(super) is: char,
    /// What it looks like.
    pub(super) looks: char,
    /// Where it was written, in characters of the text.
    pub(super) at: Range<usize>,
    /// It was written by a number or a name, as `%40` is.
    pub(super) escaped: bool,
}

/// A text as it is meant.
pub(super) type Reading = Vec<Atom>;

/// The text as it was written.
pub(super) fn plain(chars: &[char]) -> Reading {
    chars.iter().enumerate().map(|(at, it)| atom(*it, at..at + 1, false)).collect()
}

/// Without what cannot be seen, and without what stands above and below letters.
pub(super) fn visible(mut reading: Reading) -> Reading {
    reading.retain(|it| !is_invisible(it.is) && !is_combining(it.is));
    reading
}

/// Whether a text tells browsers to show it from its end.
pub(super) fn is_turned(reading: &[Atom]) -> bool {
    reading.iter().any(|it| matches!(it.is, '\u{202b}' | '\u{202e}' | '\u{2067}'))
}

pub(super) fn atom(looks: char, at: Range<usize>, escaped: bool) -> Atom {
    Atom { is: meaning(looks), looks, at, escaped }
}

fn meaning(it: char) -> char {
    if it.is_ascii() {
        return it;
    }
    if let Some(digit) = digit::value(it).and_then(|it| char::from_digit(it, 10)) {
        return digit;
    }
    match it {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
        '﹫' => '@',
        '﹒' | '｡' | '。' | '․' | '۔' => '.',
        '﹢' | '⁺' => '+',
        '﹪' => '%',
        it => letter(it).unwrap_or(it),
    }
}

/// The first of each alphabet of ornaments, from A to Z; the letters of mathematics follow from
/// U+1D400 to U+1D6A3 in capitals and small ones by turns.
const ALPHABETS: [(u32, u32); 7] = [
    (0x249c, 0x61),
    (0x24b6, 0x41),
    (0x24d0, 0x61),
    (0x1f110, 0x41),
    (0x1f130, 0x41),
    (0x1f150, 0x41),
    (0x1f170, 0x41),
];

/// The letter that an ornament is.
fn letter(it: char) -> Option<char> {
    let code = u32::from(it);
    let plain = match code {
        0x1d400..=0x1d6a3 => match (code - 0x1d400) % 52 {
            capital @ 0..26 => 0x41 + capital,
            small => 0x61 + small - 26,
        },
        0x1f1e6..=0x1f1ff => code - 0x1f1e6 + 0x41,
        _ => {
            let found = ALPHABETS.iter().find(|(first, _)| (*first..first + 26).contains(&code));
            found.map(|(first, plain)| plain + code - first)?
        }
    };
    char::from_u32(plain)
}

/// What takes no place on screen, so that it may stand between two digits unseen. White space is
/// not among it, but for the controls that no keyboard types.
fn is_invisible(it: char) -> bool {
    match it {
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        it => it.is_control(),
    }
}

/// What is drawn over the character before it: it hides no digit from people.
fn is_combining(it: char) -> bool {
    matches!(
        it,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'..='\u{5c2}'
            | '\u{5c4}'..='\u{5c5}'
            | '\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}'
            | '\u{6e7}'..='\u{6e8}'
            | '\u{6ea}'..='\u{6ed}'
            | '\u{900}'..='\u{903}'
            | '\u{93c}'
            | '\u{941}'..='\u{94d}'
            | '\u{951}'..='\u{957}'
            | '\u{e31}'
            | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{302a}'..='\u{302f}'
            | '\u{3099}'..='\u{309a}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}
