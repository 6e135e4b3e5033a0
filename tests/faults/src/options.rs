//! What the command line asks for. It is read by hand: with `xflags` every option would be optional, and its
//! default would stand in a second place.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;

/// A part that can be run alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    Kill,
    Networks,
    Drops,
    Uploads,
    /// A new visitor's first line, first file and second tab at the same moment.
    First,
    /// The inbox that a company already has.
    Inbox,
    Deploy,
    /// Only when it is asked for: it needs a relay that has bugs to be chosen from.
    Planted,
}

impl Part {
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("kill", Self::Kill),
        ("networks", Self::Networks),
        ("drops", Self::Drops),
        ("uploads", Self::Uploads),
        ("first", Self::First),
        ("inbox", Self::Inbox),
        ("deploy", Self::Deploy),
        ("planted", Self::Planted),
    ];
}

/// How much of what.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// How often the relay is killed.
    pub(crate) rounds: u32,
    /// How many messages are typed while the network drops.
    pub(crate) messages: usize,
    /// How many files are sent.
    pub(crate) uploads: usize,
    /// How many new visitors come.
    pub(crate) firsts: u32,
    /// How many messages the company's own inbox and its visitors say to each other, each way.
    pub(crate) answers: usize,
    /// How many browsers are connected when new code is deployed.
    pub(crate) sockets: usize,
    pub(crate) seed: u64,
    /// One part, or all.
    pub(crate) only: Option<Part>,
    /// How long everything may take to come to rest.
    pub(crate) patience: Duration,
    /// For the Worker, as `NAME=value`.
    pub(crate) variables: Vec<String>,
}

impl Options {
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        // What the test run does, unless it is told otherwise.
        let mut options = Self {
            rounds: 25,
            messages: 1_500,
            uploads: 9,
            firsts: 8,
            answers: 100,
            sockets: 150,
            seed: 1,
            only: None,
            patience: Duration::from_mins(2),
            variables: Vec::new(),
        };
        while let Some(word) = words.next() {
            let value = words.next().with_context(|| format!("`{word}` needs a value"))?;
            match word.as_str() {
                "--rounds" => options.rounds = value.parse()?,
                "--messages" => options.messages = value.parse()?,
                "--uploads" => options.uploads = value.parse()?,
                "--firsts" => options.firsts = value.parse()?,
                "--answers" => options.answers = value.parse()?,
                "--sockets" => options.sockets = value.parse()?,
                "--seed" => options.seed = value.parse()?,
                "--only" => options.only = Some(part(&value)?),
                "--variable" => options.variables.push(value),
                _ => bail!("there is no option `{word}`"),
            }
        }
        Ok(options)
    }

    pub(crate) fn wants(&self, part: Part) -> bool {
        match self.only {
            Some(only) => only == part,
            None => part != Part::Planted,
        }
    }
}

fn part(name: &str) -> Result<Part> {
    let found = Part::ALL.iter().find(|it| it.0 == name).map(|it| it.1);
    let names = Part::ALL.map(|it| it.0).join(", ");
    found.with_context(|| format!("there is no part `{name}`, but {names}"))
}

#[cfg(test)]
mod tests {
    use super::{Options, Part};

    fn read(line: &str) -> Option<Options> {
        Options::read(line.split_whitespace().map(str::to_owned)).ok()
    }

    #[test]
    fn one_part_can_be_run_alone() {
        let options = read("--only drops --messages 10000").expect("options");
        assert_eq!(options.messages, 10_000);
        assert!(options.wants(Part::Drops) && !options.wants(Part::Kill));
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert!(read("--only nothing").is_none());
        assert!(read("--rounds").is_none());
        assert!(read("--often 3").is_none());
    }
}
