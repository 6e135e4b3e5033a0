//! Numbers in a text: bank accounts, cards, social security numbers, telephones.

use std::ops::{Range, RangeInclusive};

use super::{Span, SpanKind, overlap};

/// Digits of a card (#127).
const CARD_DIGITS: RangeInclusive<usize> = 13..=19;
/// Characters of an IBAN.
const IBAN_CHARS: RangeInclusive<usize> = 15..=34;
/// Digits of a telephone that says its country.
const INTERNATIONAL_DIGITS: RangeInclusive<usize> = 7..=15;
/// Digits of a telephone that does not; a shorter number is more likely a price or an order.
const NATIONAL_DIGITS: RangeInclusive<usize> = 9..=15;
/// Digits of a name that is a telephone (#141).
const NAME_DIGITS: RangeInclusive<usize> = 7..=15;

/// International bank account numbers whose check digits hold.
pub(super) fn ibans(chars: &[char]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let starts =
            chars[at].is_ascii_alphabetic() && (at == 0 || !chars[at - 1].is_alphanumeric());
        match starts.then(|| iban_at(chars, at)).flatten() {
            Some(end) => {
                spans.push(number(at..end));
                at = end;
            }
            None => at += 1,
        }
    }
    spans
}

/// Where an IBAN that begins here ends; the longest that holds.
fn iban_at(chars: &[char], start: usize) -> Option<usize> {
    let mut dense: Vec<char> = Vec::new();
    let mut found = None;
    for (offset, it) in chars[start..].iter().enumerate() {
        match it {
            ' ' | '\u{a0}' | '-' => continue,
            it if it.is_ascii_alphanumeric() => dense.push(it.to_ascii_uppercase()),
            _ => break,
        }
        let end = start + offset + 1;
        let ends = chars.get(end).is_none_or(|it| !it.is_alphanumeric());
        if *IBAN_CHARS.end() < dense.len() {
            break;
        }
        if ends && IBAN_CHARS.contains(&dense.len()) && is_iban(&dense) {
            found = Some(end);
        }
    }
    found
}

fn is_iban(dense: &[char]) -> bool {
    let (country, check) = (&dense[..2], &dense[2..4]);
    if !country.iter().all(char::is_ascii_uppercase) || !check.iter().all(char::is_ascii_digit) {
        return false;
    }
    let rearranged = dense[4..].iter().chain(&dense[..4]);
    let remainder = rearranged.filter_map(|it| it.to_digit(36)).fold(0, |remainder, value| {
        let shift = if value < 10 { 10 } else { 100 };
        (remainder * shift + value) % 97
    });
    remainder == 1
}

/// Card numbers: the longest windows of digit groups whose check digit holds.
pub(super) fn cards(chars: &[char]) -> Vec<Span> {
    runs(chars).iter().flat_map(|run| cards_in(chars, &run.groups)).collect()
}

fn cards_in(chars: &[char], groups: &[Range<usize>]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        // Each group has a digit at least, so a longer window holds too many.
        let end = groups.len().min(first + CARD_DIGITS.end());
        let longest = (first..end).rev().find(|last| {
            let window = &groups[first..=*last];
            CARD_DIGITS.contains(&n_digits(window)) && passes_luhn(&digits(chars, window))
        });
        match longest {
            Some(last) => {
                spans.push(number(groups[first].start..groups[last].end));
                first = last + 1;
            }
            None => first += 1,
        }
    }
    spans
}

fn passes_luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match (index % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if 9 < doubled => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Social security numbers: `ddd-dd-dddd`.
pub(super) fn security_numbers(chars: &[char]) -> Vec<Span> {
    let mut spans = Vec::new();
    for run in runs(chars) {
        for window in run.groups.windows(3) {
            let lengths: Vec<usize> = window.iter().map(ExactSizeIterator::len).collect();
            let hyphens =
                |one: &Range<usize>, other: &Range<usize>| chars[one.end..other.start] == ['-'];
            if lengths == [3, 2, 4]
                && hyphens(&window[0], &window[1])
                && hyphens(&window[1], &window[2])
            {
                spans.push(number(window[0].start..window[2].end));
            }
        }
    }
    spans
}

/// Telephones, in what is left of the runs of digits.
pub(super) fn phones(chars: &[char], taken: &[Span]) -> Vec<Span> {
    let is_free = |group: &Range<usize>| taken.iter().all(|it| !overlap(&it.range, group));
    let mut spans = Vec::new();
    for run in runs(chars) {
        let free: Vec<bool> = run.groups.iter().map(is_free).collect();
        let mut first = 0;
        while first < run.groups.len() {
            let n_free = free[first..].iter().take_while(|it| **it).count();
            let groups = &run.groups[first..first + n_free];
            let start = if first == 0 { run.start } else { run.groups[first].start };
            match longest_phone(chars, start, groups) {
                Some(n_groups) => {
                    spans.push(number(start..groups[n_groups - 1].end));
                    first += n_groups;
                }
                None => first += 1,
            }
        }
    }
    spans
}

/// How many of these groups are one telephone. Two that stand side by side are two.
fn longest_phone(chars: &[char], start: usize, groups: &[Range<usize>]) -> Option<usize> {
    let is_international = chars[start] == '+' || chars[start] == '＋';
    let fits = if is_international { INTERNATIONAL_DIGITS } else { NATIONAL_DIGITS };
    if !is_international && is_date(groups) {
        return None;
    }
    let most = groups.len().min(*fits.end());
    (1..=most).rev().find(|n_groups| fits.contains(&n_digits(&groups[..*n_groups])))
}

/// Whether a text is a telephone and nothing else.
pub(super) fn is_phone(raw: &str) -> bool {
    let chars: Vec<char> = raw.trim().chars().collect();
    let n_digits = chars.iter().filter(|it| is_digit(**it)).count();
    let plain = |it: &char| is_digit(*it) || is_separator(*it) || "+＋/".contains(*it);
    NAME_DIGITS.contains(&n_digits) && chars.iter().all(plain)
}

/// Digits with at most two separators between them, as people write numbers.
struct Run {
    /// Where it begins: at its first digit, or a plus or bracket before it.
    start: usize,
    groups: Vec<Range<usize>>,
}

fn runs(chars: &[char]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !is_digit(chars[at]) {
            at += 1;
            continue;
        }
        let end = at + chars[at..].iter().take_while(|it| is_digit(**it)).count();
        let continues = runs.last().and_then(|run| run.groups.last()).is_some_and(|last| {
            let gap = &chars[last.end..at];
            gap.len() <= 2 && gap.iter().all(|it| is_separator(*it))
        });
        match runs.last_mut().filter(|_| continues) {
            Some(run) => run.groups.push(at..end),
            None => runs.push(Run {
                start: start_of(chars, at),
                groups: std::iter::once(at..end).collect(),
            }),
        }
        at = end;
    }
    runs
}

/// A plus, a bracket, or both may stand before the first digit.
fn start_of(chars: &[char], first_digit: usize) -> usize {
    let before = |at: usize, wanted: &str| 0 < at && wanted.contains(chars[at - 1]);
    let mut start = first_digit;
    if before(start, "(（") {
        start -= 1;
    }
    let spaces = chars[..start].iter().rev().take_while(|it| **it == ' ').count().min(1);
    if before(start - spaces, "+＋") {
        start -= spaces + 1;
    }
    start
}

/// `2026-11-22` and `22.11.2026` are dates, with or without an hour after them.
fn is_date(groups: &[Range<usize>]) -> bool {
    let lengths: Vec<usize> = groups.iter().take(3).map(ExactSizeIterator::len).collect();
    lengths == [4, 2, 2] || lengths == [2, 2, 4]
}

fn number(range: Range<usize>) -> Span {
    Span { range, kind: SpanKind::Number }
}

fn n_digits(groups: &[Range<usize>]) -> usize {
    groups.iter().map(ExactSizeIterator::len).sum()
}

fn digits(chars: &[char], groups: &[Range<usize>]) -> Vec<u32> {
    groups.iter().flat_map(|group| &chars[group.clone()]).filter_map(|it| value(*it)).collect()
}

fn is_digit(it: char) -> bool {
    value(it).is_some()
}

/// Digits as keyboards of all our languages type them.
fn value(it: char) -> Option<u32> {
    let zeros = ['0', '０', '٠', '۰', '०', '๐'];
    zeros.iter().find_map(|zero| {
        let value = u32::from(it).checked_sub(u32::from(*zero))?;
        (value < 10).then_some(value)
    })
}

fn is_separator(it: char) -> bool {
    " -.()\u{a0}‐‑–（）".contains(it)
}
