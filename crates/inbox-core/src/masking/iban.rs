//! International bank account numbers.

use std::ops::RangeInclusive;

use super::{
    Kind, Span, gap,
    gap::Gap,
    reading::{Atom, Reading},
    word::{folded, word_length},
    words, work,
};

/// Characters of an IBAN.
const CHARS: RangeInclusive<usize> = 15..=34;
/// Characters that may stand between two of an IBAN.
const BETWEEN: usize = 48;

/// The countries that give out accounts, and how many characters those have.
const COUNTRIES: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 \
    CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 \
    HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 \
    MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 \
    SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// Those whose check digits hold.
// M7
pub(super) fn ibans(text: &Reading) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let starts = text[at].is.is_ascii_alphabetic();
        match starts.then(|| iban_at(text, at)).flatten() {
            Some(end) => {
                spans.push(Span { range: at..end, kind: Kind::Number });
                at = end;
            }
            None => at += 1,
        }
    }
    spans
}

/// A letter that may stand between the parts of an IBAN, and behind how many of its characters it
/// stands first.
#[derive(Clone, Copy)]
struct Joiner {
    letter: char,
    from: usize,
}

/// Where an IBAN that begins here ends, also if a letter stands between its parts.
fn iban_at(text: &Reading, start: usize) -> Option<usize> {
    let (plain, other) = read(text, start, None);
    plain.or_else(|| {
        let second = next(text, start + 1).map(|at| text[at].is.to_ascii_uppercase());
        let second = second.filter(char::is_ascii_uppercase);
        let second = second.map(|letter| Joiner { letter, from: 1 });
        let mut joiners = [other, second].into_iter().flatten();
        joiners.find_map(|it| read(text, start, Some(it)).0)
    })
}

/// Where an IBAN that begins here ends, and a letter that may stand between its parts. One of a known
/// country has its length, whatever is written behind it without a space; of another the longest that
/// holds, from the beginning of a word to the end of one.
fn read(text: &Reading, start: usize, joiner: Option<Joiner>) -> (Option<usize>, Option<Joiner>) {
    let is_word =
        start == 0 || !text[start - 1].is.is_ascii_alphanumeric() || is_country(text, start);
    let mut dense: Vec<char> = Vec::new();
    let (mut found, mut other) = (None, None);
    let (mut last, mut length, mut skipped) = (start, None, false);
    while let Some(at) = next(text, last) {
        let it = text[at].is.to_ascii_uppercase();
        last = at + 1;
        if joiner.is_some_and(|joint| joint.from <= dense.len() && joint.letter == it) {
            // Of a letter that is written on and on nothing is the joint.
            if std::mem::replace(&mut skipped, true) {
                break;
            }
            continue;
        }
        skipped = false;
        let is_amiss = match dense.len() {
            2 | 3 => is_word,
            n => n == 4 && length.is_some(),
        };
        if is_amiss && it.is_ascii_uppercase() {
            other = Some(Joiner { letter: it, from: dense.len() });
        }
        let fits = match dense.len() {
            0 | 1 => it.is_ascii_uppercase(),
            2 | 3 => it.is_ascii_digit(),
            n => n < *CHARS.end(),
        };
        if !fits {
            break;
        }
        dense.push(it);
        if dense.len() == 4 && (is_word || last == start + 4) {
            length = length_of(&dense);
        }
        // Letters alone are no reason to take words for an account of whichever country.
        let is_guess = !is_word || joiner.is_some_and(|it| it.from < 4);
        if dense.len() == 4 && length.is_none() && is_guess {
            break;
        }
        if length == Some(dense.len()) && holds(&dense) {
            return (Some(last), None);
        }
        let ends = text.get(last).is_none_or(|it| !it.is.is_ascii_alphanumeric());
        if is_word && ends && CHARS.contains(&dense.len()) && holds(&dense) {
            found = Some(last);
        }
    }
    (found, other)
}

/// Within a word, two capitals and two digits; what is glued to a number is a word before it.
fn is_country(text: &Reading, at: usize) -> bool {
    let Some([one, two, three, four]) = text.get(at..at + 4) else { return false };
    [one, two].iter().all(|it| it.is.is_ascii_uppercase())
        && [three, four].iter().all(|it| it.is.is_ascii_digit())
}

fn length_of(country: &[char]) -> Option<usize> {
    let mut known = COUNTRIES.split_whitespace();
    let (_, length) = known
        .find(|it| it.chars().zip(country).take(2).all(|(known, it)| known == *it))?
        .split_at(2);
    length.parse().ok()
}

/// The next letter or digit, if what stands before it may stand within a number: signs, or words for
/// signs.
fn next(text: &Reading, last: usize) -> Option<usize> {
    let mut at = last;
    while let Some(it) = text.get(at) {
        let word = if last < at { separator(&text[at..]) } else { 0 };
        if it.is.is_ascii_alphanumeric() && word == 0 || BETWEEN < at - last {
            break;
        }
        // What is written by its number is a sign, and that number no part of another one.
        let is_escape = it.is == '%' && text.get(at + 1..at + 3).is_some_and(is_hex);
        at += if is_escape { 3 } else { word.max(1) };
    }
    let between = text.get(last..at)?;
    let joins = between.is_empty() || matches!(gap::gap(between), Gap::Near | Gap::Letter(..));
    work::counted(between.iter()).last();
    (joins && text.get(at)?.is.is_ascii_alphanumeric()).then_some(at)
}

fn is_hex(atoms: &[Atom]) -> bool {
    atoms.iter().all(|it| it.is.is_ascii_hexdigit())
}

/// Characters of the word for a sign that begins here and stands apart; 0 if there is none.
fn separator(rest: &[Atom]) -> usize {
    let length = word_length(&rest[..rest.len().min(BETWEEN)]);
    let apart = rest.get(length).is_some_and(|it| !it.is.is_ascii_alphanumeric());
    let is_one = apart && folded(&rest[..length]).is_some_and(|it| words::is_separator(&it));
    if is_one { length } else { 0 }
}

fn holds(dense: &[char]) -> bool {
    let rearranged = dense[4..].iter().chain(&dense[..4]);
    let remainder = rearranged.filter_map(|it| it.to_digit(36)).fold(0, |remainder, value| {
        let shift = if value < 10 { 10 } else { 100 };
        (remainder * shift + value) % 97
    });
    remainder == 1
}
