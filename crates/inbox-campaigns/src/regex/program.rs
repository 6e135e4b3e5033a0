//! The machine: its steps, how it runs, and how it travels.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::class::Set;

/// What has a meaning in a pattern.
const SPECIAL: &str = "^$\\.*+?()[]{}|";

/// A pattern that is found where the text is.
pub(crate) fn escaped(text: &str) -> String {
    text.chars().map(|it| letter(it, SPECIAL)).collect()
}

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

    /// How many of them a page goes through one by one: none of a pattern without choices, which a
    /// browser runs in one go.
    #[must_use]
    pub fn n_slow_steps(&self) -> usize {
        let chooses = |it: &Step| match it {
            Step::Split(_) | Step::Jump(_) => true,
            Step::Take(_) | Step::Look(_) => false,
        };
        if self.0.iter().any(chooses) { self.0.len() } else { 0 }
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

    /// As the loader reads it; a machine of one text is that text. A text is a pattern without choices: letters, classes and places in a
    /// row. A whole number is a split, a number and a half is a jump.
    #[must_use]
    // RX4
    pub fn to_json(&self) -> Value {
        // Where each step is once those in a row are one.
        let mut places = Vec::with_capacity(self.0.len() + 1);
        let mut texts: Vec<Option<String>> = Vec::new();
        let targets = self.targets();
        for (at, step) in self.0.iter().enumerate() {
            let pattern = step.pattern();
            match (texts.last_mut(), &pattern) {
                (Some(Some(last)), Some(pattern)) if !targets.contains(&at) => {
                    last.push_str(pattern);
                }
                _ => texts.push(pattern),
            }
            places.push(texts.len() - 1);
        }
        places.push(texts.len());
        let place = |at: usize| places.get(at).and_then(|it| i32::try_from(*it).ok());
        let way = |at: usize, way: i32| {
            let there = place(at.saturating_add_signed(way as isize)).unwrap_or_default();
            there - place(at).unwrap_or_default()
        };
        let mut steps: Vec<Value> = texts.into_iter().map(|it| json!(it)).collect();
        for (at, step) in self.0.iter().enumerate() {
            let number = match step {
                Step::Split(it) => json!(way(at, *it)),
                Step::Jump(it) => json!(f64::from(way(at, *it)) + 0.5),
                Step::Take(_) | Step::Look(_) => continue,
            };
            if let Some(it) = places.get(at).and_then(|place| steps.get_mut(*place)) {
                *it = number;
            }
        }
        match steps.as_slice() {
            [only @ Value::String(_)] => only.clone(),
            _ => Value::Array(steps),
        }
    }

    /// Steps that others lead to.
    fn targets(&self) -> BTreeSet<usize> {
        let ways = self.0.iter().enumerate().filter_map(|(at, step)| match step {
            Step::Split(way) | Step::Jump(way) => Some(at.saturating_add_signed(*way as isize)),
            Step::Take(_) | Step::Look(_) => None,
        });
        ways.collect()
    }
}

impl Step {
    /// The pattern of what the step takes, or of the place at which it must be.
    fn pattern(&self) -> Option<String> {
        match self {
            Self::Take(set) => Some(class(set)),
            Self::Look(Look::Start) => Some("^".to_owned()),
            Self::Look(Look::End) => Some("$".to_owned()),
            Self::Look(Look::Boundary) => Some("\\b".to_owned()),
            Self::Look(Look::NoBoundary) => Some("\\B".to_owned()),
            Self::Split(_) | Self::Jump(_) => None,
        }
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

/// A class as JavaScript writes it, all others if those are fewer; a letter is itself.
fn class(set: &Set) -> String {
    if let Some(only) = set.only() {
        return letter(only, SPECIAL);
    }
    let others = set.complement();
    if others.ranges().is_empty() {
        ".".to_owned()
    } else if set.ranges().is_empty() || others.ranges().len() < set.ranges().len() {
        format!("[^{}]", ends(&others))
    } else {
        format!("[{}]", ends(set))
    }
}

fn ends(set: &Set) -> String {
    let end = |it: u32, instead: char| letter(char::from_u32(it).unwrap_or(instead), "^\\]-[");
    let range = |(low, high): &(u32, u32)| {
        // An end in the gap of the surrogates moves out of it.
        let (first, last) = (end(*low, '\u{e000}'), end(*high, '\u{d7ff}'));
        match high - low {
            0 => first,
            1 => [first, last].concat(),
            _ => [first, "-".to_owned(), last].concat(),
        }
    };
    set.ranges().iter().map(range).collect()
}

/// A character that stands for itself; what cannot be seen is written by its number.
fn letter(it: char, special: &str) -> String {
    if special.contains(it) {
        format!("\\{it}")
    } else if it.is_control() {
        format!("\\u{{{:x}}}", u32::from(it))
    } else {
        it.to_string()
    }
}
