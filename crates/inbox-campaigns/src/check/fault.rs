//! What is wrong with one condition by itself.

use inbox_hours::DAY;
use inbox_types::{Bounds, Condition, How, Text, TextMatch, ValueMatch, limits};

use crate::regex::{self, Reason, RegexError};

/// Days that can be looked back.
const MOST_DAYS: u32 = 365;

/// What is wrong with one condition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// The regular expression is none.
    Regex {
        reason: Reason,
        /// At which character, from 0.
        at: usize,
    },
    /// The regular expression becomes too large.
    RegexTooLarge {
        /// Steps that its machine may have.
        most: usize,
    },
    /// Nothing is chosen: no day, no country, no page.
    NoValues,
    /// Too much is chosen.
    TooManyValues {
        /// How many there may be.
        most: usize,
    },
    /// Neither at least nor at most.
    NoBounds,
    /// At least more than at most.
    BoundsUpsideDown,
    /// At most less than there always is, such as no page on the first one.
    NeverSoFew {
        /// The least there is.
        least: u32,
    },
    /// A number that is outside of what it can be, such as 120 % or a ninth day of the week.
    OutOfRange {
        /// The least that it can be.
        least: u32,
        most: u32,
    },
    /// Hours that end when they begin.
    NoHours,
    /// No CSS selector: a bracket or a quotation mark is open, or something is missing.
    Selector,
}

impl Fault {
    pub(super) fn is_over_limit(self) -> bool {
        match self {
            Self::RegexTooLarge { .. } | Self::TooManyValues { .. } => true,
            Self::Regex { .. }
            | Self::NoValues
            | Self::NoBounds
            | Self::BoundsUpsideDown
            | Self::NeverSoFew { .. }
            | Self::OutOfRange { .. }
            | Self::NoHours
            | Self::Selector => false,
        }
    }
}

// CK5
pub(super) fn of(condition: &Condition) -> Option<Fault> {
    match condition {
        Condition::Url { matches }
        | Condition::Title { matches }
        | Condition::Referrer { matches } => text(matches),
        Condition::Query { matches, .. } => matches.as_ref().and_then(text),
        Condition::Funnel { steps } => {
            values(steps.len(), limits::FUNNEL_STEPS).or_else(|| steps.iter().find_map(text))
        }
        Condition::PagesViewed { count } => from(*count, 1).or_else(|| {
            // So many pages are kept of a visit.
            let most = u32::try_from(limits::VISITS).unwrap_or(u32::MAX);
            count.least.and_then(|least| range(least.max(1), 1, most))
        }),
        Condition::Visits { count } => from(*count, 1),
        Condition::Event { count, .. }
        | Condition::CartValue { count }
        | Condition::CartItems { count } => from(*count, 0),
        Condition::Attribute { matches, .. } => match matches {
            ValueMatch::Text(matches) => text(matches),
            ValueMatch::Number(count) => bounds(*count),
            ValueMatch::Known => None,
        },
        Condition::Scroll { percent } => range((*percent).into(), 0, 100),
        Condition::Chatted { days } => range((*days).into(), 1, MOST_DAYS),
        Condition::Share { percent } => range((*percent).into(), 1, 100),
        Condition::Click { selector } => (!selects(selector.as_str())).then_some(Fault::Selector),
        Condition::Language { any } => values(any.len(), limits::CONDITION_VALUES),
        Condition::Country { any } => {
            let countries = any.iter().map(Text::as_str);
            let alien = countries.into_iter().any(|it| it.len() != 2);
            let most = limits::CONDITION_VALUES;
            values(any.len(), most).or_else(|| alien.then_some(Fault::NoValues))
        }
        Condition::Weekday { any } => {
            values(any.len(), 7).or_else(|| any.iter().find_map(|day| range((*day).into(), 1, 7)))
        }
        Condition::Hours { from, until } => {
            let last = u32::from(DAY);
            range((*from).into(), 0, last - 1)
                .or_else(|| range((*until).into(), 0, last))
                .or_else(|| (from == until).then_some(Fault::NoHours))
        }
        Condition::PageTime { .. }
        | Condition::SiteTime { .. }
        | Condition::ExitIntent
        | Condition::Idle { .. }
        | Condition::Returning
        | Condition::Device { .. }
        | Condition::Available { .. }
        | Condition::OfficeHours => None,
    }
}

/// What is wrong with a comparison.
pub(super) fn text(matches: &TextMatch) -> Option<Fault> {
    match matches.how {
        How::Is | How::Contains | How::Begins | How::Wildcard => None,
        How::Regex => match regex::compile(matches.value.as_str()).err()? {
            RegexError::Syntax { reason, at } => Some(Fault::Regex { reason, at }),
            RegexError::TooLarge => Some(Fault::RegexTooLarge { most: limits::REGEX_STEPS }),
        },
    }
}

fn values(n: usize, most: usize) -> Option<Fault> {
    if n == 0 {
        Some(Fault::NoValues)
    } else if most < n {
        Some(Fault::TooManyValues { most })
    } else {
        None
    }
}

fn range(n: u32, least: u32, most: u32) -> Option<Fault> {
    (!(least..=most).contains(&n)).then_some(Fault::OutOfRange { least, most })
}

fn from(count: Bounds, least: u32) -> Option<Fault> {
    let few = count.most.is_some_and(|most| most < least);
    bounds(count).or_else(|| few.then_some(Fault::NeverSoFew { least }))
}

fn bounds(count: Bounds) -> Option<Fault> {
    match (count.least, count.most) {
        (None, None) => Some(Fault::NoBounds),
        (Some(least), Some(most)) if most < least => Some(Fault::BoundsUpsideDown),
        (Some(_) | None, Some(_) | None) => None,
    }
}

/// Whether it could be a selector. Only a browser knows all of them; this finds what was left
/// unfinished.
fn selects(selector: &str) -> bool {
    let mut open = Vec::new();
    let mut quote = None;
    let mut letters = selector.chars();
    let mut part_is_empty = true;
    while let Some(it) = letters.next() {
        match (quote, it) {
            (_, '\\') => {
                if letters.next().is_none() {
                    return false;
                }
                part_is_empty = false;
            }
            (Some(mark), it) if it == mark => quote = None,
            (Some(_), _) => (),
            (None, '"' | '\'') => quote = Some(it),
            (None, '(') => open.push(')'),
            (None, '[') => open.push(']'),
            (None, ')' | ']') => {
                if open.pop() != Some(it) {
                    return false;
                }
            }
            (None, ',') if open.is_empty() => {
                if part_is_empty {
                    return false;
                }
                part_is_empty = true;
            }
            (None, '{' | '}' | ';' | '<' | '@') => return false,
            (None, it) => part_is_empty &= it.is_whitespace(),
        }
        if matches!(it, ']' | ')') {
            part_is_empty = false;
        }
    }
    let dangling = selector.trim_end().ends_with(['.', '#', '>', '+', '~', ':']);
    open.is_empty() && quote.is_none() && !part_is_empty && !dangling
}
