//! A text as it is meant: without what cannot be seen, with the letters and digits of every
//! keyboard as plain ones, and with the percent signs of addresses undone.

use std::ops::Range;

use super::digit;

/// One character, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Atom {
    /// What it means: an ASCII character for every full-width one and for every digit.
    pub(super) is: char,
    /// What it looks like.
    pub(super) looks: char,
    /// Where it was written, in characters of the text.
    pub(super) at: Range<usize>,
    /// It was written by its number, as `%40` is.
    pub(super) escaped: bool,
}

/// A text as it is meant.
pub(super) type Reading = Vec<Atom>;

/// The text as it was written.
pub(super) fn plain(chars: &[char]) -> Reading {
    chars.iter().enumerate().map(|(at, it)| atom(*it, at..at + 1, false)).collect()
}

/// The same with one layer of percent signs undone; none if there is nothing to undo.
pub(super) fn unescaped(reading: &Reading) -> Option<Reading> {
    let mut undone = Vec::with_capacity(reading.len());
    let mut at = 0;
    while at < reading.len() {
        let mut bytes: Vec<(u8, Range<usize>)> = Vec::new();
        while let Some(byte) = byte_at(reading, at + 3 * bytes.len()) {
            bytes.push(byte);
        }
        if bytes.is_empty() {
            undone.push(reading[at].clone());
            at += 1;
        } else {
            at += 3 * bytes.len();
            characters(&bytes, &mut undone);
        }
    }
    (undone.len() < reading.len()).then_some(undone)
}

/// Without what cannot be seen.
pub(super) fn visible(mut reading: Reading) -> Reading {
    reading.retain(|it| !is_invisible(it.is));
    reading
}

fn atom(looks: char, at: Range<usize>, escaped: bool) -> Atom {
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
        '﹒' | '｡' | '。' => '.',
        '﹢' | '⁺' => '+',
        '﹪' => '%',
        it => it,
    }
}

/// Two digits behind a percent sign.
fn byte_at(reading: &Reading, at: usize) -> Option<(u8, Range<usize>)> {
    let [sign, high, low] = reading.get(at..at + 3)? else { return None };
    if sign.is != '%' {
        return None;
    }
    let digit = |it: &Atom| it.is.to_digit(16).and_then(|it| u8::try_from(it).ok());
    Some((digit(high)? * 16 + digit(low)?, sign.at.start..low.at.end))
}

/// The characters that these bytes are. What is no UTF-8 is a character that nobody knows.
fn characters(bytes: &[(u8, Range<usize>)], to: &mut Reading) {
    let raw: Vec<u8> = bytes.iter().map(|(byte, _)| *byte).collect();
    let mut first = 0;
    for chunk in raw.utf8_chunks() {
        for it in chunk.valid().chars() {
            let last = first + it.len_utf8() - 1;
            to.push(atom(it, bytes[first].1.start..bytes[last].1.end, true));
            first = last + 1;
        }
        for _ in chunk.invalid() {
            to.push(atom(char::REPLACEMENT_CHARACTER, bytes[first].1.clone(), true));
            first += 1;
        }
    }
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
