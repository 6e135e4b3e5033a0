//! What stands between digits, and what digits are that hide nobody: dates, times and prices.

use std::ops::RangeInclusive;

use super::{
    number::Group,
    reading::{Atom, Reading},
};

/// Signs that may stand between two digits of one number.
const GAP: usize = 6;
/// Digits of a price before its cents; a longer number may be a telephone.
const PRICE_DIGITS: usize = 8;

/// Whether what stands between digits can be within one number: a few characters that are no
/// letters. Where people mark that another number follows, by a currency, a per cent sign, a
/// number sign or a sign of measure, it does.
pub(super) fn is_gap(between: &[Atom]) -> bool {
    let separates = |it: &Atom| !it.is.is_alphanumeric() && !marks_a_number(it.is);
    (1..=GAP).contains(&between.len()) && between.iter().all(separates)
}

fn marks_a_number(it: char) -> bool {
    let is_currency =
        matches!(it, '$' | '¢'..='¥' | '\u{20a0}'..='\u{20cf}') || "֏؋৲৳૱௹฿៛﷼￠￡￥￦".contains(it);
    is_currency || "@%#&×°№".contains(it)
}

/// Which of these groups are of a date, a time or a price.
pub(super) fn find(text: &Reading, groups: &[Group]) -> Vec<bool> {
    let mut found = vec![false; groups.len()];
    let mut at = 0;
    while at < groups.len() {
        let place = Place { text, groups, at };
        match place.time().or_else(|| place.date()).or_else(|| place.price()) {
            Some(n) => {
                found[at..at + n].fill(true);
                at += n;
            }
            None => at += 1,
        }
    }
    found
}

/// What begins at one of the groups.
struct Place<'a> {
    text: &'a Reading,
    groups: &'a [Group],
    at: usize,
}

impl Place<'_> {
    fn len(&self, n: usize) -> usize {
        self.groups.get(self.at + n).map_or(0, |it| it.at.len())
    }

    fn value(&self, n: usize) -> u32 {
        let Some(group) = self.groups.get(self.at + n).filter(|it| it.at.len() <= 9) else {
            return u32::MAX;
        };
        let digits = self.text[group.at.clone()].iter().filter_map(|it| it.is.to_digit(10));
        digits.fold(0, |value, digit| value * 10 + digit)
    }

    fn is(&self, n: usize, lengths: RangeInclusive<usize>, values: RangeInclusive<u32>) -> bool {
        lengths.contains(&self.len(n)) && values.contains(&self.value(n))
    }

    /// What stands before the `n`th group; nothing if none stands before it.
    fn gap(&self, n: usize) -> &[Atom] {
        let index = self.at + n;
        match (index.checked_sub(1).and_then(|it| self.groups.get(it)), self.groups.get(index)) {
            (Some(before), Some(group)) => &self.text[before.at.end..group.at.start],
            _ => &[],
        }
    }

    /// The one sign before the `n`th group.
    fn sign(&self, n: usize) -> Option<char> {
        match self.gap(n) {
            [it] => Some(it.is),
            _ => None,
        }
    }

    /// Whether the `n` groups from here are no part of a longer number: the neighbours do not follow
    /// at once.
    fn stands_alone(&self, n: usize) -> bool {
        let close = |n| self.sign(n).is_some_and(|it| !it.is_whitespace() && it != '+');
        !close(0) && !close(n)
    }

    /// The same, and not even a space stands between: a list of prices has commas or words.
    fn stands_apart(&self, n: usize) -> bool {
        let apart = |n| {
            let gap = self.gap(n);
            gap.is_empty()
                || (1 < gap.len() && gap.iter().any(|it| !it.is.is_whitespace() || it.is == '\n'))
        };
        apart(0) && apart(n)
    }

    /// `9:30`, `09:30:15.250`
    fn time(&self) -> Option<usize> {
        let minutes = |n| self.sign(n) == Some(':') && self.is(n, 2..=2, 0..=59);
        if !self.is(0, 1..=2, 0..=24) || !minutes(1) {
            return None;
        }
        let seconds = minutes(2);
        let parts = seconds && matches!(self.sign(3), Some('.' | ',')) && self.len(3) <= 9;
        let n = 2 + usize::from(seconds) + usize::from(parts);
        self.stands_alone(n).then_some(n)
    }

    /// `2026-11-22`, `22.11.2026`, `22/11/26`
    fn date(&self) -> Option<usize> {
        const YEARS: RangeInclusive<u32> = 1900..=2100;
        let sign = self.sign(1)?;
        if !matches!(sign, '-' | '.' | '/' | '‐' | '‑' | '–') || self.sign(2) != Some(sign) {
            return None;
        }
        let (month, day) = (|n| self.is(n, 1..=2, 1..=12), |n| self.is(n, 1..=2, 1..=31));
        let pair = |one, other| (month(one) && day(other)) || (day(one) && month(other));
        let long =
            (self.is(0, 4..=4, YEARS) && pair(1, 2)) || (pair(0, 1) && self.is(2, 4..=4, YEARS));
        let short = pair(0, 1) && self.is(2, 2..=2, 0..=99);
        let alone = (long && self.stands_alone(3)) || (short && self.stands_apart(3));
        alone.then_some(3)
    }

    /// `1.250.000`, `12,500.00`, `99.90`
    fn price(&self) -> Option<usize> {
        let decimal_sign = |n| matches!(self.sign(n), Some('.' | ','));
        let thousands = self.sign(1).filter(|it| matches!(it, '.' | ',' | '\'' | '’'));
        let n_thousands = match thousands {
            Some(sign) if self.len(0) <= 3 => {
                (1..=3).take_while(|n| self.sign(*n) == Some(sign) && self.len(*n) == 3).count()
            }
            Some(_) | None => 0,
        };
        let n_digits: usize = (0..=n_thousands).map(|n| self.len(n)).sum();
        let next = n_thousands + 1;
        let cents = decimal_sign(next) && (1..=2).contains(&self.len(next));
        let n = next + usize::from(cents);
        let first = self.groups[self.at].at.start;
        let begins_with_zero = self.text[first].is == '0' && 1 < n_digits;
        let fits =
            1 < n && n_digits <= PRICE_DIGITS && !begins_with_zero && !self.groups[self.at].plus;
        (fits && self.stands_apart(n)).then_some(n)
    }
}
