//! Every rule of a `SPEC.md` has a test that cites it, and no test cites a rule that is gone.
//!
//! A rule is a list item that begins with its name in bold: `- **S1** A session …`. A test cites it
//! at the beginning of its own name, `s1_a_session_…`, and may cite several: `s1_s4_…`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Findings, files};
use crate::paths;

pub(super) fn check() -> Result<Findings> {
    let root = paths::root();
    let mut folders: Vec<_> = ["relay", "widget", "console"].map(|it| root.join(it)).into();
    for entry in fs::read_dir(root.join("crates"))? {
        folders.push(entry?.path());
    }
    folders.sort();
    let mut findings = Findings::new();
    for folder in folders.iter().filter(|it| it.join("SPEC.md").is_file()) {
        let name = folder.strip_prefix(&root).unwrap_or(folder).display().to_string();
        findings.extend(
            check_crate(folder)
                .with_context(|| name.clone())?
                .into_iter()
                .map(|finding| format!("{name}: {finding}")),
        );
    }
    Ok(findings)
}

fn check_crate(folder: &Path) -> Result<Findings> {
    let rules = rules(&fs::read_to_string(folder.join("SPEC.md"))?);
    let mut cited = BTreeSet::new();
    for file in files(folder, "rs") {
        cited.extend(citations(&fs::read_to_string(file)?, &prefixes(&rules)));
    }
    Ok(compare(&rules, &cited))
}

fn compare(rules: &BTreeSet<String>, cited: &BTreeSet<String>) -> Findings {
    let untested = rules.difference(cited).map(|rule| format!("no test cites rule {rule}"));
    let stale =
        cited.difference(rules).map(|rule| format!("a test cites {rule}, which is no rule"));
    untested.chain(stale).collect()
}

/// The names of the rules, in capitals.
fn rules(spec: &str) -> BTreeSet<String> {
    spec.lines()
        .filter_map(|line| line.trim_start().strip_prefix("- **")?.split_once("**"))
        .map(|(name, _)| name.trim_end_matches(['.', ':']).to_ascii_uppercase())
        .filter(|name| is_rule(name))
        .collect()
}

/// The letters before the numbers: only these make a function's name a citation.
fn prefixes(rules: &BTreeSet<String>) -> BTreeSet<String> {
    rules.iter().map(|rule| letters(rule).to_owned()).collect()
}

/// The rules that functions of a file cite.
fn citations(source: &str, prefixes: &BTreeSet<String>) -> BTreeSet<String> {
    source
        .lines()
        .filter_map(|line| line.split_once("fn ")?.1.split(['(', '<', ' ']).next())
        .flat_map(|name| {
            let words = name.split('_').map(str::to_ascii_uppercase);
            words.take_while(|word| is_rule(word) && prefixes.contains(letters(word)))
        })
        .collect()
}

/// Letters, a number, and perhaps one small letter more: `S1`, `PERM12`, `S4B`.
fn is_rule(name: &str) -> bool {
    let number = name.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    let digits = number.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    !letters(name).is_empty()
        && !digits.is_empty()
        && digits.bytes().all(|it| it.is_ascii_digit())
        && number.len() - digits.len() <= 1
}

fn letters(name: &str) -> &str {
    let rest = name.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    &name[..name.len() - rest.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str =
        "# Rules\n\n- **S1** One owner.\n- **S2** No note.\n- **Not a rule** at all.\n";

    fn findings(source: &str) -> Findings {
        let rules = rules(SPEC);
        let cited = citations(source, &prefixes(&rules));
        compare(&rules, &cited)
    }

    #[test]
    fn a_rule_without_a_test_is_found() {
        assert_eq!(findings("fn s1_one_owner() {}"), ["no test cites rule S2"]);
    }

    #[test]
    fn a_test_of_a_rule_that_is_gone_is_found() {
        let source = "fn s1_s2_both() {}\n    fn s3_gone() {}";
        assert_eq!(findings(source), ["a test cites S3, which is no rule"]);
    }

    #[test]
    fn a_name_that_only_looks_like_a_rule_cites_nothing() {
        let source = "fn s1_a(x: u8) {}\nfn s2_b() {}\nfn i32_from() {}\nfn sha256_of() {}";
        assert!(findings(source).is_empty());
    }
}
