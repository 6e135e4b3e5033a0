//! Numbers in a text: cards, social security numbers, telephones.

use std::ops::{Range, RangeInclusive};

use super::{
    Kind, Span,
    gap::{self, Gap},
    group::{Group, groups},
    plain_number::{self, Plain},
    reading::{Atom, Reading},
    work,
};

/// Digits of a card.
const CARD_DIGITS: RangeInclusive<usize> = 13..=19;
/// Digits of a telephone that says its country.
const INTERNATIONAL_DIGITS: RangeInclusive<usize> = 7..=15;
/// Digits of a telephone that does not; a shorter number is more likely a price or an order.
const NATIONAL_DIGITS: RangeInclusive<usize> = 9..=15;
/// Digits of a name that is a telephone.
const NAME_DIGITS: RangeInclusive<usize> = 7..=15;

/// All digits of a text, and how they belong together.
pub(super) struct Numbers {
    /// Groups that may be one number, without dates, prices and the like, which no number reaches
    /// across.
    runs: Vec<Vec<Group>>,
    /// Groups with whatever stands between them that could be there to disguise a number, and what
    /// each looks like.
    disguised: Vec<Vec<(Group, Look)>>,
}

/// What a group looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Look {
    plain: Plain,
    /// It is in the middle of a date, a price and the like.
    inside: bool,
}

impl Numbers {
    pub(super) fn of(text: &Reading) -> Self {
        let groups = groups(text);
        let between = groups.windows(2).map(|pair| &text[pair[0].at.end..pair[1].at.start]);
        let gaps: Vec<Gap> = between.map(gap::gap).collect();
        let mut looks = vec![Look { plain: Plain::No, inside: false }; groups.len()];
        let mut runs = Vec::new();
        for chain in gap::chains(groups.len(), &gaps, false) {
            let of_chain = &groups[chain.clone()];
            let found = plain_number::find(text, of_chain);
            let mut run = Vec::new();
            for (n, (group, look)) in of_chain.iter().zip(&found.looks).enumerate() {
                looks[chain.start + n] = Look { plain: look.0, inside: look.1 };
                let is_plain = look.0 != Plain::No;
                if is_plain || found.breaks[n] {
                    runs.push(std::mem::take(&mut run));
                }
                if !is_plain {
                    run.push(group.clone());
                }
            }
            runs.push(run);
        }
        runs.retain(|it| !it.is_empty());
        let disguised = gap::chains(groups.len(), &gaps, true)
            .into_iter()
            .map(|it| groups[it.clone()].iter().cloned().zip(looks[it].iter().copied()))
            .map(Iterator::collect)
            .collect();
        Self { runs, disguised }
    }
}

/// Card numbers: the longest windows of digit groups whose check digit holds.
// M6
pub(super) fn cards(text: &Reading, numbers: &Numbers) -> Vec<Span> {
    numbers.runs.iter().flat_map(|run| cards_in(text, run)).collect()
}

fn cards_in(text: &Reading, groups: &[Group]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        match card_groups(text, &groups[first..]).last() {
            Some(n_groups) => {
                spans.push(number(groups[first].at.start..groups[first + n_groups - 1].at.end));
                first += n_groups;
            }
            None => first += 1,
        }
    }
    spans
}

/// In how many groups from here a number of a card ends, for each that does.
fn card_groups(text: &Reading, groups: &[Group]) -> impl Iterator<Item = usize> {
    let mut luhn = Luhn::default();
    // Each group has a digit at least, so what is longer holds too many.
    let ahead = work::counted(groups.iter().take(*CARD_DIGITS.end()));
    let ends = ahead.enumerate().map_while(move |(n, group)| {
        if *CARD_DIGITS.end() < luhn.n_digits + group.at.len() {
            return None;
        }
        for digit in digits(&text[group.at.clone()]) {
            luhn.put(digit);
        }
        Some((n + 1, CARD_DIGITS.contains(&luhn.n_digits) && luhn.holds()))
    });
    ends.filter_map(|(n, holds)| holds.then_some(n))
}

/// The check sum of cards, while digits come from the left.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Luhn {
    n_digits: usize,
    /// The sum if the last digit counts once, and if it counts twice.
    once: u32,
    twice: u32,
}

impl Luhn {
    fn put(&mut self, digit: u32) {
        let doubled = if 4 < digit { digit * 2 - 9 } else { digit * 2 };
        (self.once, self.twice) = (self.twice + digit, self.once + doubled);
        self.n_digits += 1;
    }

    fn holds(self) -> bool {
        self.once.is_multiple_of(10)
    }
}

/// Cards that are written as something else: as times or prices, or with words between their digits.
/// Because much else could be read so, they must begin as cards do.
pub(super) fn disguised_cards(text: &Reading, numbers: &Numbers) -> Vec<Span> {
    let mut spans = Vec::new();
    for chain in &numbers.disguised {
        let groups: Vec<Group> = chain.iter().map(|(group, _)| group.clone()).collect();
        let mut first = 0;
        while first < groups.len() {
            let ends_well = |n: &usize| {
                let within = &chain[first..first + n];
                let followed = chain.get(first + n).is_some_and(|(_, look)| look.inside);
                !followed && within.iter().all(|(_, look)| look.plain != Plain::Sure)
            };
            let begins_well = !chain[first].1.inside;
            let ends = card_groups(text, &groups[first..]).filter(|n| {
                begins_well && ends_well(n) && is_of_issuer(text, &groups[first..first + n])
            });
            match ends.last() {
                Some(n_groups) => {
                    spans.push(number(groups[first].at.start..groups[first + n_groups - 1].at.end));
                    first += n_groups;
                }
                None => first += 1,
            }
        }
    }
    spans
}

fn is_of_issuer(text: &Reading, groups: &[Group]) -> bool {
    let digits = groups.iter().flat_map(|it| digits(&text[it.at.clone()]));
    begins_as_a_card(&digits.collect::<Vec<u32>>())
}

/// Whether an issuer gives out numbers with such a beginning and of this length.
fn begins_as_a_card(digits: &[u32]) -> bool {
    let head = digits.iter().take(4).fold(0, |head, digit| head * 10 + digit);
    matches!(
        (digits.len(), head),
        (13 | 16 | 19, 4000..=4999)
            | (15, 3400..=3499 | 3700..=3799)
            | (14, 3000..=3059 | 3600..=3699 | 3800..=3999)
            | (16, 5100..=5599 | 2221..=2720 | 3528..=3589)
            | (16..=19, 6011 | 6200..=6299 | 6440..=6599)
            | (13..=19, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763)
    )
}

/// Social security numbers: `ddd-dd-dddd`.
// M8
pub(super) fn security_numbers(text: &Reading, numbers: &Numbers) -> Vec<Span> {
    let mut spans = Vec::new();
    for run in &numbers.runs {
        for window in run.windows(3) {
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
// M4
pub(super) fn phones(numbers: &Numbers, taken: &[bool]) -> Vec<Span> {
    let mut spans = Vec::new();
    for run in &numbers.runs {
        let free: Vec<bool> = run.iter().map(|it| !taken[it.at.clone()].contains(&true)).collect();
        let mut first = 0;
        while first < run.len() {
            // Nothing longer than the longest number is looked at.
            let ahead = work::counted(free[first..].iter().take(*NATIONAL_DIGITS.end()));
            let n_free = ahead.take_while(|it| **it).count();
            let groups = &run[first..first + n_free];
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
    let mut n_digits = 0;
    let lengths = work::counted(groups.iter()).map(|it| {
        n_digits += it.at.len();
        n_digits
    });
    let ends = lengths.enumerate().take_while(|(_, it)| it <= fits.end());
    ends.filter(|(_, it)| fits.contains(it)).last().map(|(n, _)| n + 1)
}

/// Whether a text is a telephone and nothing else.
pub(super) fn is_phone(text: &Reading) -> bool {
    let n_digits = text.iter().filter(|it| it.is.is_ascii_digit()).count();
    NAME_DIGITS.contains(&n_digits) && !text.iter().any(|it| it.is.is_alphabetic())
}

fn number(range: Range<usize>) -> Span {
    Span { range, kind: Kind::Number }
}

fn digits(atoms: &[Atom]) -> impl Iterator<Item = u32> {
    atoms.iter().filter_map(|it| it.is.to_digit(10))
}
