//! International bank account numbers.

use std::ops::RangeInclusive;

use super::{Kind, Span, gap, gap::Gap, reading::Reading, work};

/// Characters of an IBAN.
const CHARS: RangeInclusive<usize> = 15..=34;

/// Those whose check digits hold.
// M7
pub(super) fn ibans(text: &Reading) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let starts = text[at].is.is_ascii_alphabetic()
            && (at == 0 || !text[at - 1].is.is_ascii_alphanumeric() || is_country(text, at));
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

/// Within a word, two capitals and two digits; what is glued to a number is a word before it.
fn is_country(text: &Reading, at: usize) -> bool {
    let Some([one, two, three, four]) = text.get(at..at + 4) else { return false };
    [one, two].iter().all(|it| it.is.is_ascii_uppercase())
        && [three, four].iter().all(|it| it.is.is_ascii_digit())
}

/// Where an IBAN that begins here ends; the longest that holds.
fn iban_at(text: &Reading, start: usize) -> Option<usize> {
    let mut dense: Vec<char> = Vec::new();
    let mut found = None;
    let mut last = start;
    for (at, it) in work::counted(text.iter().enumerate().skip(start)) {
        if !it.is.is_ascii_alphanumeric() {
            if gap::gap(&text[last..=at]) == Gap::Near {
                continue;
            }
            break;
        }
        dense.push(it.is.to_ascii_uppercase());
        last = at + 1;
        let ends = text.get(last).is_none_or(|it| !it.is.is_ascii_alphanumeric());
        let country = |it: &[char]| it.iter().all(char::is_ascii_uppercase);
        let check = |it: &[char]| it.iter().all(char::is_ascii_digit);
        let fits =
            country(&dense[..dense.len().min(2)]) && check(dense.get(2..4).unwrap_or_default());
        if *CHARS.end() < dense.len() || !fits {
            break;
        }
        if ends && CHARS.contains(&dense.len()) && holds(&dense) {
            found = Some(last);
        }
    }
    found
}

fn holds(dense: &[char]) -> bool {
    let rearranged = dense[4..].iter().chain(&dense[..4]);
    let remainder = rearranged.filter_map(|it| it.to_digit(36)).fold(0, |remainder, value| {
        let shift = if value < 10 { 10 } else { 100 };
        (remainder * shift + value) % 97
    });
    remainder == 1
}
