//! Digits that hide nobody: dates, times, prices, measures, addresses of machines, and lists of
//! numbers each of which has its sign.
//!
//! Whoever wants to pass a number by the mask writes it like one of these. So what looks like one
//! counts only if nothing in its surroundings is written in the same way and is none: in
//! `41:11 11:11` the second is no time, because the first is none.

use std::ops::RangeInclusive;

use super::{
    group::Group,
    reading::{Atom, Reading},
};

/// Digits of a price before its cents; a longer number may be a telephone.
const PRICE_DIGITS: usize = 8;
/// Digits of a measure, and of one with its unit behind it.
const MEASURE_DIGITS: usize = 8;
const MEASURE_DIGITS_OF_UNIT: usize = 12;
const UNITS: [&str; 9] = ["mm", "cm", "m", "in", "inch", "px", "ft", "мм", "см"];

/// Whether a group of digits belongs to a number that identifies nobody, such as a date or a price, and so is
/// left unmasked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Plain {
    No,
    /// It has the form of one, but a telephone number may have it too.
    Likely,
    /// Nothing else looks so: a date with its year, a price with its currency.
    Sure,
}

/// What is known of groups of digits.
pub(super) struct Found {
    /// What each is, and whether it is another than the first of a date, a price and the like.
    pub(super) looks: Vec<(Plain, bool)>,
    /// Whether a list goes on with each: no number reaches across.
    pub(super) breaks: Vec<bool>,
}

/// What of these groups hides nobody.
// M5
pub(super) fn find(text: &Reading, groups: &[Group]) -> Found {
    let mut looks = vec![(Plain::No, false); groups.len()];
    let mut at = 0;
    while at < groups.len() {
        let place = Place { text, groups, at };
        let found = place
            .range_of_times()
            .or_else(|| place.time())
            .or_else(|| place.machine())
            .or_else(|| place.date())
            .or_else(|| place.price())
            .or_else(|| place.measure());
        match found {
            Some((n, plain)) => {
                looks[at] = (plain, false);
                looks[at + 1..at + n].fill((plain, true));
                at += n;
            }
            None => at += 1,
        }
    }
    give_up_disguises(text, groups, &mut looks);
    Found { looks, breaks: list_breaks(text, groups) }
}

/// What is written with a sign with which something else is written too is not what it looks like.
fn give_up_disguises(text: &Reading, groups: &[Group], looks: &mut [(Plain, bool)]) {
    for wanted in [':', '.', ',', '/', '-'] {
        let sign = |n: usize| sign(text, groups, n) == Some(wanted);
        let stray = |n: usize| sign(n) && !looks[n].1 && looks[n].0 == Plain::No;
        if !(1..groups.len()).any(stray) {
            continue;
        }
        for n in 1..groups.len() {
            if sign(n) && looks[n] == (Plain::Likely, true) {
                let first = (0..n).rev().take_while(|it| looks[*it].1).last().unwrap_or(n) - 1;
                let last = (n..groups.len()).take_while(|it| looks[*it].1).last().unwrap_or(n);
                looks[first..=last].fill((Plain::No, false));
            }
        }
    }
}

/// The one sign before the `n`th group.
fn sign(text: &Reading, groups: &[Group], n: usize) -> Option<char> {
    let before = groups.get(n.checked_sub(1)?)?;
    match &text[before.at.end..groups.get(n)?.at.start] {
        [it] => Some(it.is),
        _ => None,
    }
}

/// A sign that says of what a number is: a currency, a number sign, a per cent sign, a letter.
fn label(it: char) -> Option<char> {
    let is_currency = matches!(it, '$' | '¢'..='¥' | '\u{20a0}'..='\u{20cf}')
        || "֏؋৲৳૱௹฿៛﷼￠￡￥￦đĐ元円".contains(it);
    match it {
        _ if is_currency => Some('$'),
        _ if it.is_alphabetic() => it.to_lowercase().next(),
        '#' | '№' => Some('#'),
        '%' | '‰' => Some('%'),
        '°' => Some('°'),
        _ => None,
    }
}

/// What stands between two numbers of a list, if the second has its label before it or the first
/// behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Between {
    LabelBefore(char),
    LabelBehind(char),
    /// It is within one number, as the dot of a price is.
    Inside,
    Other,
}

fn between(gap: &[Atom]) -> Between {
    let parts =
        |it: &Atom| it.is.is_whitespace() || matches!(it.is, ',' | ';' | '/' | '|' | '-' | '–');
    let trimmed = |it: &'_ [Atom]| it.iter().rev().take_while(|it| it.is == ' ').count();
    match gap {
        [one] if matches!(one.is, '.' | ',' | '\'' | '’') => Between::Inside,
        [first, rest @ ..]
            if !rest.is_empty() && label(first.is).is_some() && rest.iter().all(parts) =>
        {
            label(first.is).map_or(Between::Other, Between::LabelBehind)
        }
        _ => {
            let [rest @ .., last] = &gap[..gap.len() - trimmed(gap).min(1)] else {
                return Between::Other;
            };
            match label(last.is) {
                // A letter is a unit where it touches its number.
                Some(label)
                    if !rest.is_empty()
                        && rest.iter().all(parts)
                        && !(last.is.is_alphabetic() && 0 < trimmed(gap)) =>
                {
                    Between::LabelBefore(label)
                }
                _ => Between::Other,
            }
        }
    }
}

/// For each group of digits whether the next item of a list begins with it. Numbers are a list if each has the
/// same label before it, or each has it behind.
fn list_breaks(text: &Reading, groups: &[Group]) -> Vec<bool> {
    let betweens: Vec<Between> = (0..groups.len())
        .map(|n| match n.checked_sub(1) {
            Some(before) => between(&text[groups[before].at.end..groups[n].at.start]),
            None => Between::Other,
        })
        .collect();
    let may_be_listed = |n: usize| {
        let digits = &text[groups[n].at.clone()];
        betweens[n] == Between::Inside || digits.len() == 1 || digits[0].is != '0'
    };
    let mut breaks = vec![false; groups.len()];
    // The label with which the number began to which a group belongs, if it is of a list.
    let mut labelled = None;
    for n in 0..groups.len() {
        match betweens[n] {
            Between::Inside if 0 < n => (),
            Between::LabelBefore(label) => {
                breaks[n] = labelled == Some(label) && may_be_listed(n);
                labelled = breaks[n].then_some(label);
            }
            Between::LabelBehind(_) | Between::Inside | Between::Other => {
                labelled = label_before(text, &groups[n]).filter(|_| may_be_listed(n));
            }
        }
    }
    let mut labelled = None;
    for n in (0..groups.len()).rev() {
        let next = betweens.get(n + 1).copied().unwrap_or(Between::Other);
        match next {
            Between::Inside => (),
            Between::LabelBehind(label) => {
                let listed = labelled == Some(label) && may_be_listed(n) && may_be_listed(n + 1);
                breaks[n + 1] |= listed;
                labelled = listed.then_some(label);
            }
            Between::LabelBefore(_) | Between::Other => {
                labelled = text.get(groups[n].at.end).and_then(|it| label(it.is));
            }
        }
    }
    breaks
}

fn label_before(text: &Reading, group: &Group) -> Option<char> {
    let before = text[..group.at.start].iter().rev();
    before.take(2).find(|it| it.is != ' ').and_then(|it| label(it.is))
}

/// What begins at one of the groups.
struct Place<'a> {
    text: &'a Reading,
    groups: &'a [Group],
    at: usize,
}

/// How many groups something is, and how sure that is.
type Unit = Option<(usize, Plain)>;

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

    fn begins_with_zero(&self, n: usize) -> bool {
        let first = self.groups.get(self.at + n).map(|it| it.at.start);
        1 < self.len(n) && first.is_some_and(|it| self.text[it].is == '0')
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
        sign(self.text, self.groups, self.at + n)
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

    /// How many groups are a time.
    fn bare_time(&self) -> Option<usize> {
        let minutes = |n| self.sign(n) == Some(':') && self.is(n, 2..=2, 0..=59);
        if !self.is(0, 1..=2, 0..=24) || !minutes(1) {
            return None;
        }
        let seconds = minutes(2);
        let parts = seconds && matches!(self.sign(3), Some('.' | ',')) && self.len(3) <= 9;
        Some(2 + usize::from(seconds) + usize::from(parts))
    }

    /// `9:30`, `09:30:15.250`
    fn time(&self) -> Unit {
        let n = self.bare_time()?;
        self.stands_alone(n).then_some((n, Plain::Likely))
    }

    /// `09:00-18:00`
    fn range_of_times(&self) -> Unit {
        let first = self.bare_time()?;
        let until = Self { at: self.at + first, ..*self };
        let n = first + until.bare_time()?;
        let is_range = matches!(self.sign(first), Some('-' | '–'));
        (is_range && self.stands_alone(n)).then_some((n, Plain::Likely))
    }

    /// `2026-11-22`, `22.11.2026`, `22/11/26`
    fn date(&self) -> Unit {
        const YEARS: RangeInclusive<u32> = 1900..=2100;
        let sign = self.sign(1)?;
        if !matches!(sign, '-' | '.' | '/' | '‐' | '‑' | '–') || self.sign(2) != Some(sign) {
            return None;
        }
        let (month, day) = (|n| self.is(n, 1..=2, 1..=12), |n| self.is(n, 1..=2, 1..=31));
        let pair = |one, other| (month(one) && day(other)) || (day(one) && month(other));
        let long =
            (self.is(0, 4..=4, YEARS) && pair(1, 2)) || (pair(0, 1) && self.is(2, 4..=4, YEARS));
        if long && self.stands_alone(3) {
            return Some((3, Plain::Sure));
        }
        let short = pair(0, 1) && self.is(2, 2..=2, 0..=99);
        (short && self.stands_apart(3)).then_some((3, Plain::Likely))
    }

    /// `192.168.100.20`
    fn machine(&self) -> Unit {
        let octet = |n| self.is(n, 1..=3, 0..=255) && !self.begins_with_zero(n);
        let dots = (1..4).all(|n| self.sign(n) == Some('.'));
        let is_number = self.groups[self.at].plus || !self.stands_alone(4);
        (dots && (0..4).all(octet) && !is_number).then_some((4, Plain::Likely))
    }

    /// `120×80×750 mm`
    fn measure(&self) -> Unit {
        let times = |n| {
            let mut signs = self.gap(n).iter().filter(|it| it.is != ' ');
            matches!(signs.next().map(|it| it.is), Some('x' | 'X' | '×' | 'х'))
                && signs.next().is_none()
        };
        let side = |n| (1..=4).contains(&self.len(n)) && !self.begins_with_zero(n);
        let n = 1 + (1..4).take_while(|n| times(*n) && side(*n)).count();
        if n == 1 || !side(0) || times(n) || times(0) {
            return None;
        }
        let n_digits: usize = (0..n).map(|n| self.len(n)).sum();
        let behind = self.groups[self.at + n - 1].at.end;
        let behind = self.text[behind..].iter().skip_while(|it| it.is == ' ');
        let unit: String =
            behind.take(5).map_while(|it| it.is.is_alphabetic().then_some(it.is)).collect();
        let is_of_unit = UNITS.contains(&unit.as_str()) && n_digits <= MEASURE_DIGITS_OF_UNIT;
        (n_digits <= MEASURE_DIGITS || is_of_unit).then_some((n, Plain::Likely))
    }

    /// `1.250.000`, `12,500.00`, `99.90`
    fn price(&self) -> Unit {
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
        let fits = 1 < n
            && n_digits <= PRICE_DIGITS
            && !self.begins_with_zero(0)
            && !self.groups[self.at].plus;
        let first = &self.groups[self.at];
        let behind = self.text.get(self.groups.get(self.at + n - 1)?.at.end);
        let is_currency = |it: Option<char>| it == Some('$');
        let named = is_currency(label_before(self.text, first))
            || is_currency(behind.and_then(|it| label(it.is)));
        let plain = if named { Plain::Sure } else { Plain::Likely };
        (fits && self.stands_apart(n)).then_some((n, plain))
    }
}
