//! Numbers in a text: bank accounts, cards, social security numbers, telephones.

use std::ops::{Range, RangeInclusive};

use super::{
    Kind, Span,
    plain_number::{self, is_gap},
    reading::{Atom, Reading},
};

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
pub(super) fn ibans(text: &Reading) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let starts = text[at].is.is_ascii_alphabetic()
            && (at == 0 || !text[at - 1].is.is_ascii_alphanumeric());
        match starts.then(|| iban_at(text, at)).flatten() {
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
fn iban_at(text: &Reading, start: usize) -> Option<usize> {
    let mut dense: Vec<char> = Vec::new();
    let mut found = None;
    let mut last = start;
    for (at, it) in text.iter().enumerate().skip(start) {
        if !it.is.is_ascii_alphanumeric() {
            if is_gap(&text[last..=at]) {
                continue;
            }
            break;
        }
        dense.push(it.is.to_ascii_uppercase());
        last = at + 1;
        let ends = text.get(last).is_none_or(|it| !it.is.is_ascii_alphanumeric());
        if *IBAN_CHARS.end() < dense.len() {
            break;
        }
        if ends && IBAN_CHARS.contains(&dense.len()) && is_iban(&dense) {
            found = Some(last);
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
pub(super) fn cards(text: &Reading, runs: &[Run]) -> Vec<Span> {
    runs.iter().flat_map(|run| cards_in(text, &run.groups)).collect()
}

fn cards_in(text: &Reading, groups: &[Group]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        // Each group has a digit at least, so a longer window holds too many.
        let end = groups.len().min(first + CARD_DIGITS.end());
        let longest = (first..end).rev().find(|last| {
            let window = &groups[first..=*last];
            CARD_DIGITS.contains(&n_digits(window)) && passes_luhn(&digits(text, window))
        });
        match longest {
            Some(last) => {
                spans.push(number(groups[first].at.start..groups[last].at.end));
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
pub(super) fn security_numbers(text: &Reading, runs: &[Run]) -> Vec<Span> {
    let mut spans = Vec::new();
    for run in runs {
        for window in run.groups.windows(3) {
            let [one, two, three] = window else { continue };
            let hyphens = |gap: &[Atom]| matches!(gap, [it] if it.is == '-');
            if [one, two, three].map(|it| it.at.len()) == [3, 2, 4]
                && hyphens(&text[one.at.end..two.at.start])
                && hyphens(&text[two.at.end..three.at.start])
            {
                spans.push(number(one.at.start..three.at.end));
            }
        }
    }
    spans
}

/// Telephones, in what is left of the runs of digits.
pub(super) fn phones(runs: &[Run], taken: &[bool]) -> Vec<Span> {
    let mut spans = Vec::new();
    for run in runs {
        let free: Vec<bool> =
            run.groups.iter().map(|it| !taken[it.at.clone()].contains(&true)).collect();
        let mut first = 0;
        while first < run.groups.len() {
            // Nothing longer than the longest number is looked at.
            let ahead = free[first..].iter().take(*NATIONAL_DIGITS.end());
            let n_free = ahead.take_while(|it| **it).count();
            let groups = &run.groups[first..first + n_free];
            match longest_phone(groups) {
                Some(n_groups) => {
                    let start =
                        if taken[groups[0].start] { groups[0].at.start } else { groups[0].start };
                    spans.push(number(start..groups[n_groups - 1].at.end));
                    first += n_groups;
                }
                None => first += 1,
            }
        }
    }
    spans
}

/// How many of these groups are one telephone. Two that stand side by side are two.
fn longest_phone(groups: &[Group]) -> Option<usize> {
    let fits = if groups.first()?.plus { INTERNATIONAL_DIGITS } else { NATIONAL_DIGITS };
    (1..=groups.len()).rev().find(|n_groups| fits.contains(&n_digits(&groups[..*n_groups])))
}

/// Whether a text is a telephone and nothing else.
pub(super) fn is_phone(text: &Reading) -> bool {
    let n_digits = text.iter().filter(|it| it.is.is_ascii_digit()).count();
    let plain = |it: &Atom| it.is.is_ascii_digit() || is_gap(std::slice::from_ref(it));
    NAME_DIGITS.contains(&n_digits) && text.iter().all(plain)
}

/// Digits that stand side by side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Group {
    /// The digits.
    pub(super) at: Range<usize>,
    /// Where a plus or a bracket before them begins.
    pub(super) start: usize,
    /// A plus stands before them.
    pub(super) plus: bool,
}

/// Groups of digits with little between them, as people write one number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Run {
    pub(super) groups: Vec<Group>,
}

/// All digits but those of dates, times and prices, which no number reaches across.
pub(super) fn runs(text: &Reading) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for run in all_runs(text) {
        let is_plain = plain_number::find(text, &run.groups);
        let mut kept = Vec::new();
        for (group, is_plain) in run.groups.into_iter().zip(is_plain) {
            if is_plain {
                runs.push(Run { groups: std::mem::take(&mut kept) });
            } else {
                kept.push(group);
            }
        }
        runs.push(Run { groups: kept });
    }
    runs.retain(|it| !it.groups.is_empty());
    runs
}

fn all_runs(text: &Reading) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !text[at].is.is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = at + text[at..].iter().take_while(|it| it.is.is_ascii_digit()).count();
        let last = runs.last().and_then(|run| run.groups.last()).map_or(0, |it| it.at.end);
        let (start, plus) = start_of(text, last, at);
        let group = Group { at: at..end, start, plus };
        match runs.last_mut().filter(|_| is_gap(&text[last..at])) {
            Some(run) => run.groups.push(group),
            None => runs.push(Run { groups: vec![group] }),
        }
        at = end;
    }
    runs
}

/// A plus, a bracket, or both may stand before the first digit, and a space between them.
fn start_of(text: &Reading, floor: usize, first_digit: usize) -> (usize, bool) {
    let before = |at: usize, wanted: char| floor < at && text[at - 1].is == wanted;
    let mut start = first_digit;
    if before(start, '(') {
        start -= 1;
    }
    let n_spaces = usize::from(before(start, ' '));
    if before(start - n_spaces, '+') { (start - n_spaces - 1, true) } else { (start, false) }
}

fn number(range: Range<usize>) -> Span {
    Span { range, kind: Kind::Number }
}

fn n_digits(groups: &[Group]) -> usize {
    groups.iter().map(|it| it.at.len()).sum()
}

fn digits(text: &Reading, groups: &[Group]) -> Vec<u32> {
    let atoms = groups.iter().flat_map(|it| &text[it.at.clone()]);
    atoms.filter_map(|it| it.is.to_digit(10)).collect()
}
