//! The machine: its steps, how it runs, and how it travels.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::class::Set;

/// One step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// Takes a character of the set and goes on with the next step.
    Take(Set),
    /// Goes on with the next step, and with the one so far away.
    Split(i32),
    /// Goes on with the step so far away.
    Jump(i32),
    /// Goes on with the next step if it is at such a place.
    Look(Look),
}

/// A place between characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    Start,
    End,
    Boundary,
    NoBoundary,
}

/// The machine of one regular expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Program(Vec<Step>);

impl Program {
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self(steps)
    }

    /// How many steps it has.
    #[must_use]
    pub fn n_steps(&self) -> usize {
        self.0.len()
    }

    /// Whether it is found somewhere in the text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let mut now = BTreeSet::new();
        let mut before = None;
        for next in text.chars().map(Some).chain([None]) {
            now.insert(0);
            let mut to_do: Vec<usize> = now.iter().copied().collect();
            let mut then = BTreeSet::new();
            while let Some(at) = to_do.pop() {
                let mut go = |to: usize| {
                    if now.insert(to) {
                        to_do.push(to);
                    }
                };
                match self.0.get(at) {
                    None => return true,
                    Some(Step::Take(set)) => {
                        if next.is_some_and(|it| set.contains(it)) {
                            then.insert(at + 1);
                        }
                    }
                    Some(Step::Split(way)) => {
                        go(at + 1);
                        go(at.saturating_add_signed(*way as isize));
                    }
                    Some(Step::Jump(way)) => go(at.saturating_add_signed(*way as isize)),
                    Some(Step::Look(look)) => {
                        if look.holds(before, next) {
                            go(at + 1);
                        }
                    }
                }
            }
            before = next;
            now = then;
        }
        false
    }

    /// As the loader reads it. A text is a set: nothing is any character, one is itself, else pairs
    /// of ends, and with a `^` before them all others. A number is a split, an array is a jump or
    /// a place.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.0
            .iter()
            .map(|step| match step {
                Step::Take(set) => json!(written(set)),
                Step::Split(way) => json!(way),
                Step::Jump(way) => json!([way]),
                Step::Look(Look::Start) => json!(["^"]),
                Step::Look(Look::End) => json!(["$"]),
                Step::Look(Look::Boundary) => json!(["b"]),
                Step::Look(Look::NoBoundary) => json!(["B"]),
            })
            .collect()
    }
}

impl Look {
    fn holds(self, before: Option<char>, next: Option<char>) -> bool {
        let word = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric() || it == '_');
        match self {
            Self::Start => before.is_none(),
            Self::End => next.is_none(),
            Self::Boundary => word(before) != word(next),
            Self::NoBoundary => word(before) == word(next),
        }
    }
}

fn written(set: &Set) -> String {
    let others = set.complement();
    match set.ranges() {
        [] => format!("^{}", pairs(others.ranges())),
        [(low, high)] if low == high => pairs(&[(*low, *low)]).chars().take(1).collect(),
        _ if others.ranges().is_empty() => String::new(),
        ranges if others.ranges().len() < ranges.len() => format!("^{}", pairs(others.ranges())),
        ranges => pairs(ranges),
    }
}

/// The ends of all ranges, one after another; one in the gap of the surrogates moves out of it.
fn pairs(ranges: &[(u32, u32)]) -> String {
    let end = |it: u32, instead: char| char::from_u32(it).unwrap_or(instead);
    ranges.iter().flat_map(|(low, high)| [end(*low, '\u{e000}'), end(*high, '\u{d7ff}')]).collect()
}
