//! Counting what test runners print.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::Add;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::say;

/// How many failures of one suite are said again at the end of a run.
const SAID: usize = 20;
/// Of what a failure says, so many characters.
const WORDS: usize = 300;

/// How many passed and failed. What was skipped has not passed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
    /// What failed, each in a line: whoever has only the end of a long output reads them there.
    pub(super) failures: Vec<String>,
}

impl Tally {
    pub(super) fn failure(what: &str) -> Self {
        Self::of(0, 1).and_failure(what)
    }

    /// A check that has no tests of its own is one.
    pub(super) fn success() -> Self {
        Self::of(1, 0)
    }

    fn of(passed: u64, failed: u64) -> Self {
        Self { passed, failed, failures: Vec::new() }
    }

    /// A runner that fails without a failed test could not build or start them.
    pub(super) fn and_at_least_one_failure_if(self, condition: bool) -> Self {
        Self { failed: self.failed.max(u64::from(condition)), ..self }
    }

    /// The same, with a failure's first line to be said at the end.
    fn and_failure(mut self, what: &str) -> Self {
        if self.failures.len() < SAID {
            self.failures
                .push(what.lines().next().unwrap_or_default().chars().take(WORDS).collect());
        }
        self
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let sum = Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            failures: self.failures,
        };
        other.failures.iter().fold(sum, |sum, it| sum.and_failure(it))
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
    let failed = count("unexpected") + count("flaky") + count("skipped");
    let tally = Tally::of(count("expected"), failed);
    Ok(failed_scenes(&report).iter().fold(tally, |tally, it| tally.and_failure(it)))
}

/// The scenes of a suite and of the suites in it that did not simply pass, and what broke in each.
fn failed_scenes(suite: &Value) -> Vec<String> {
    let list = |of: &Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    let mut failed = Vec::new();
    for spec in list(suite, "specs") {
        let tests = list(&spec, "tests");
        if tests.iter().all(|it| it["status"] == "expected") {
            continue;
        }
        let mut results = tests.iter().flat_map(|it| list(it, "results"));
        let cause = results.find_map(|it| Some(it["error"]["message"].as_str()?.to_owned()));
        let cause = cause.unwrap_or_else(|| "was not played to its end".to_owned());
        let text = |name: &str| spec[name].as_str().unwrap_or_default().to_owned();
        failed.push(format!("{} › {}: {cause}", text("file"), text("title")));
    }
    failed.extend(list(suite, "suites").iter().flat_map(failed_scenes));
    failed
}

/// Counts the parts of a run of faults: a part that broke anything has failed.
pub(super) fn of_faults(report: &str) -> Result<Tally> {
    let parts: Vec<Value> = serde_json::from_str(report).context("the report is not JSON")?;
    let mut tally = Tally::default();
    for part in &parts {
        let broken = part["violations"].as_array().cloned().unwrap_or_default();
        let name = part["name"].as_str().unwrap_or_default();
        tally = tally + if broken.is_empty() { Tally::success() } else { Tally::of(0, 1) };
        for violation in broken.iter().take(3) {
            let what = violation.as_str().unwrap_or_default();
            tally = tally.and_failure(&format!("{name}, {} broken: {what}", broken.len()));
        }
    }
    Ok(tally)
}

fn count_lines(command: &mut Command, count: fn(&str) -> Tally) -> Result<Tally> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("could not start the tests")?;
    let mut tally = Tally::default();
    for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        let line = line?;
        say(&line);
        tally = tally + count(&line);
    }
    let is_wrong = !child.wait()?.success() || tally == Tally::default();
    Ok(tally.and_at_least_one_failure_if(is_wrong))
}

/// `test result: ok. 3 passed; 0 failed; 0 ignored; …`
fn rust_line(line: &str) -> Tally {
    if let Some(name) = line.strip_prefix("test ").and_then(|it| it.strip_suffix(" ... FAILED")) {
        return Tally::default().and_failure(name);
    }
    let Some(numbers) = line.trim_start().strip_prefix("test result: ") else {
        return Tally::default();
    };
    let number = |what: &str| -> u64 {
        let words: Vec<&str> = numbers.split([' ', ';']).filter(|it| !it.is_empty()).collect();
        let found = words.windows(2).find(|pair| pair[1] == what);
        found.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
    };
    Tally::of(number("passed"), number("failed") + number("ignored"))
}

/// `# pass 3`, `# fail 0`, `# skipped 0`; before them `not ok 3 - what it is called`
fn node_line(line: &str) -> Tally {
    if let Some((_, name)) = line.strip_prefix("not ok ").and_then(|it| it.split_once(" - ")) {
        return Tally::default().and_failure(name);
    }
    let mut words = line.split(' ');
    let (Some("#"), Some(what), Some(number)) = (words.next(), words.next(), words.next()) else {
        return Tally::default();
    };
    let number = number.parse().unwrap_or(0);
    match what {
        "pass" => Tally::of(number, 0),
        "fail" | "skipped" | "todo" | "cancelled" => Tally::of(0, number),
        _ => Tally::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(lines: &[&str], count: fn(&str) -> Tally) -> Tally {
        lines.iter().map(|it| count(it)).fold(Tally::default(), Add::add)
    }

    fn with(passed: u64, failed: u64, failures: &[&str]) -> Tally {
        Tally { passed, failed, failures: failures.iter().map(ToString::to_string).collect() }
    }

    #[test]
    fn what_cargo_ignored_has_not_passed() {
        let line = "test result: ok. 3 passed; 1 failed; 2 ignored; 0 measured; 9 filtered out";
        assert_eq!(rust_line(line), Tally::of(3, 3));
        assert_eq!(rust_line("test a ... ok"), Tally::default());
    }

    #[test]
    fn what_failed_is_named() {
        let lines = ["test a::b ... ok", "test a::c ... FAILED"];
        assert_eq!(sum(&lines, rust_line), with(0, 0, &["a::c"]));
        let lines = ["ok 1 - it opens", "not ok 2 - it closes", "# pass 1", "# fail 1"];
        assert_eq!(sum(&lines, node_line), with(1, 1, &["it closes"]));
    }

    #[test]
    fn many_failures_are_counted_and_the_first_ones_named() {
        let failed = Tally::failure(&format!("{}\nand more", "ä".repeat(2 * WORDS)));
        assert_eq!(failed.failures, ["ä".repeat(WORDS)]);
        let total = (0..100).fold(Tally::default(), |total, _| total + Tally::failure("it broke"));
        assert_eq!((total.failed, total.failures.len()), (100, SAID));
    }

    #[test]
    fn node_counts_at_the_end() {
        let lines = ["# tests 4", "# pass 3", "# fail 0", "# skipped 1"];
        assert_eq!(sum(&lines, node_line), Tally::of(3, 1));
    }

    #[test]
    fn a_part_that_broke_something_has_failed() {
        let report =
            r#"[{"violations":[]},{"name":"kill","violations":["I1: lost","I2","I3","I4"]}]"#;
        let first = ["kill, 4 broken: I1: lost", "kill, 4 broken: I2", "kill, 4 broken: I3"];
        assert_eq!(of_faults(report).unwrap(), with(1, 1, &first));
    }

    #[test]
    fn a_flaky_scene_has_failed() {
        let report = r#"{
            "stats": { "expected": 5, "unexpected": 1, "flaky": 1, "skipped": 0 },
            "suites": [{ "specs": [], "suites": [{ "specs": [
                { "file": "a.scene.ts", "title": "it opens", "tests": [{ "status": "expected" }] },
                { "file": "a.scene.ts", "title": "it closes", "tests": [
                    { "status": "flaky", "results": [
                        { "error": { "message": "no button\nat line 3" } }, {}
                    ] }
                ] },
                { "file": "a.scene.ts", "title": "it ends", "tests": [{ "status": "unexpected" }] }
            ] }] }]
        }"#;
        let failures = [
            "a.scene.ts › it closes: no button",
            "a.scene.ts › it ends: was not played to its end",
        ];
        assert_eq!(of_scenes(report).unwrap(), with(5, 2, &failures));
    }
}
