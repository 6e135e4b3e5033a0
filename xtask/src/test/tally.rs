//! Counting what test runners print.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::Add;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::say;

/// How many passed and failed. What was skipped has not passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Tally {
    pub(super) fn failure() -> Self {
        Self { passed: 0, failed: 1 }
    }

    /// A check that has no tests of its own is one.
    pub(super) fn success() -> Self {
        Self { passed: 1, failed: 0 }
    }

    /// A runner that fails without a failed test could not build or start them.
    pub(super) fn and_at_least_one_failure_if(self, condition: bool) -> Self {
        Self { failed: self.failed.max(u64::from(condition)), ..self }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs `cargo test`, natively or through the browser's runner, and counts.
pub(super) fn of_rust_tests(command: &mut Command) -> Result<Tally> {
    count_lines(command, rust_line)
}

/// Runs Node's test runner and counts its closing lines.
pub(super) fn of_node_tests(command: &mut Command) -> Result<Tally> {
    count_lines(command, node_line)
}

/// Counts the JSON report of Playwright.
pub(super) fn of_scenes(report: &str) -> Result<Tally> {
    let report: Value = serde_json::from_str(report).context("the report is not JSON")?;
    let count = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    // A scene that passes only when it is played again has failed once.
    Ok(Tally {
        passed: count("expected"),
        failed: count("unexpected") + count("flaky") + count("skipped"),
    })
}

/// Counts the parts of a run of faults: a part that broke anything has failed.
pub(super) fn of_faults(report: &str) -> Result<Tally> {
    let parts: Vec<Value> = serde_json::from_str(report).context("the report is not JSON")?;
    let holds = |it: &&Value| it["violations"].as_array().is_some_and(Vec::is_empty);
    let passed = parts.iter().filter(holds).count() as u64;
    Ok(Tally { passed, failed: parts.len() as u64 - passed })
}

fn count_lines(command: &mut Command, count: fn(&str) -> Tally) -> Result<Tally> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("could not start the tests")?;
    let mut tally = Tally::default();
    for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        let line = line?;
        say(&line);
        tally = tally + count(&line);
    }
    let failed = !child.wait()?.success();
    Ok(tally.and_at_least_one_failure_if(failed || tally == Tally::default()))
}

/// `test result: ok. 3 passed; 0 failed; 0 ignored; …`
fn rust_line(line: &str) -> Tally {
    let Some(numbers) = line.trim_start().strip_prefix("test result: ") else {
        return Tally::default();
    };
    let number = |what: &str| -> u64 {
        let words: Vec<&str> = numbers.split([' ', ';']).filter(|it| !it.is_empty()).collect();
        let found = words.windows(2).find(|pair| pair[1] == what);
        found.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
    };
    Tally { passed: number("passed"), failed: number("failed") + number("ignored") }
}

/// `# pass 3`, `# fail 0`, `# skipped 0`
fn node_line(line: &str) -> Tally {
    let mut words = line.split(' ');
    let (Some("#"), Some(what), Some(number)) = (words.next(), words.next(), words.next()) else {
        return Tally::default();
    };
    let number = number.parse().unwrap_or(0);
    match what {
        "pass" => Tally { passed: number, failed: 0 },
        "fail" | "skipped" | "todo" | "cancelled" => Tally { passed: 0, failed: number },
        _ => Tally::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_ignored_has_not_passed() {
        let line = "test result: ok. 3 passed; 1 failed; 2 ignored; 0 measured; 9 filtered out";
        assert_eq!(rust_line(line), Tally { passed: 3, failed: 3 });
        assert_eq!(rust_line("test a ... ok"), Tally::default());
    }

    #[test]
    fn node_counts_at_the_end() {
        let lines = ["# tests 4", "# pass 3", "# fail 0", "# skipped 1"];
        let total = lines.map(node_line).into_iter().fold(Tally::default(), Add::add);
        assert_eq!(total, Tally { passed: 3, failed: 1 });
    }

    #[test]
    fn a_part_that_broke_something_has_failed() {
        let report = r#"[{"violations":[]},{"violations":["I1: lost"]}]"#;
        assert_eq!(of_faults(report).unwrap(), Tally { passed: 1, failed: 1 });
    }

    #[test]
    fn a_flaky_scene_has_failed() {
        let report = r#"{"stats":{"expected":5,"unexpected":1,"flaky":1,"skipped":0}}"#;
        assert_eq!(of_scenes(report).unwrap(), Tally { passed: 5, failed: 2 });
    }
}
