//! Rules, tests and code name each other, and nobody names what does not exist.
//!
//! A rule is a list item of a `SPEC.md` that begins with its name in bold: `- **S1** A session …`.
//! - A test cites it at the beginning of its own name, `s1_a_session_…`, and may cite several:
//!   `s1_s4_…`.
//! - The code that carries it out has the name on a comment line of its own, `// S1, S4`, or in
//!   brackets at the end of what its comment says, `(S1)`.
//!
//! A decision is a heading of `docs/decisions.md`, `### D-two-clocks`, and is cited by that name.
//! An invariant, `- **A3** …`, is defined by `ARCHITECTURE.md` or by the page of a module.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Findings, files};
use crate::paths;

/// Where rules are carried out, and where comments cite them.
const FOLDERS: [&str; 5] = ["crates", "relay", "widget", "console", "tests"];

const DECISIONS: &str = "docs/decisions.md";
const ARCHITECTURE: &str = "ARCHITECTURE.md";

/// Something that a comment cites, and where.
struct Citation {
    place: String,
    name: String,
    /// In the code that ships, and not in a test of it.
    is_code: bool,
}

pub(super) fn check() -> Result<Findings> {
    let root = paths::root();
    let mut findings = Findings::new();
    let mut rules = BTreeMap::new();
    for folder in fs::read_dir(root.join("crates"))? {
        let folder = folder?.path();
        let Ok(spec) = fs::read_to_string(folder.join("SPEC.md")) else { continue };
        let name = folder.strip_prefix(&root).unwrap_or(&folder).display().to_string();
        let own = rules_of(&spec);
        findings.extend(named_twice(&spec).into_iter().map(|it| format!("{name}/SPEC.md: {it}")));
        findings.extend(
            untested(&folder, &own)
                .with_context(|| name.clone())?
                .into_iter()
                .map(|finding| format!("{name}: {finding}")),
        );
        rules.extend(own.into_iter().map(|rule| (rule, format!("{name}/SPEC.md"))));
    }
    let decisions = fs::read_to_string(root.join(DECISIONS)).context(DECISIONS)?;
    let mut citations = Vec::new();
    // Invariants that no single function holds.
    let mut invariants = rules_of(&fs::read_to_string(root.join(ARCHITECTURE))?);
    for file in FOLDERS.iter().flat_map(|it| sources(&root.join(it))) {
        let source = fs::read_to_string(&file)?;
        let place = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
        invariants.extend(source.lines().filter_map(definition_in_comment));
        citations.extend(citations_of(&place, &source));
    }
    findings.extend(uncited(&rules, &decisions_of(&decisions), &invariants, &citations));
    Ok(findings)
}

/// Sources of a folder, without what was built or installed.
fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let ours = |it: &std::path::PathBuf| {
        !it.components().any(|part| {
            ["node_modules", "target", "build"].iter().any(|name| part.as_os_str() == *name)
        })
    };
    ["rs", "ts"].iter().flat_map(|it| files(folder, it)).filter(ours).collect()
}

fn untested(folder: &Path, rules: &BTreeSet<String>) -> Result<Findings> {
    let mut tested = BTreeSet::new();
    for file in files(folder, "rs") {
        tested.extend(rules_of_tests(&fs::read_to_string(file)?, &prefixes(rules)));
    }
    Ok(compare(rules, &tested))
}

fn compare(rules: &BTreeSet<String>, tested: &BTreeSet<String>) -> Findings {
    let untested = rules
        .difference(tested)
        .map(|rule| format!("no test cites rule {rule}: begin a test's name with it"));
    let stale =
        tested.difference(rules).map(|rule| format!("a test cites {rule}, which is no rule"));
    untested.chain(stale).collect()
}

/// What comments cite and nothing defines, and what is defined and no code cites.
fn uncited(
    rules: &BTreeMap<String, String>,
    decisions: &BTreeSet<String>,
    invariants: &BTreeSet<String>,
    citations: &[Citation],
) -> Findings {
    let mut findings = Findings::new();
    let mut carried_out = BTreeSet::new();
    for Citation { place, name, is_code } in citations {
        if name.starts_with('#') {
            findings.push(format!("{place}: {name} leads nowhere: name a rule or a decision"));
        } else if name.starts_with("D-") {
            carried_out.insert(name);
            if !decisions.contains(name) {
                findings.push(format!("{place}: {name} is no heading of {DECISIONS}"));
            }
        } else if rules.contains_key(name) {
            if *is_code {
                carried_out.insert(name);
            }
        } else if !invariants.contains(name) {
            findings.push(format!("{place}: {name} is no rule of any SPEC.md"));
        }
    }
    for (rule, spec) in rules.iter().filter(|(rule, _)| !carried_out.contains(rule)) {
        findings.push(format!(
            "{spec}: no code cites rule {rule}: write `// {rule}` above what carries it out"
        ));
    }
    for decision in decisions.iter().filter(|it| !carried_out.contains(it)) {
        findings.push(format!("{DECISIONS}: no code cites {decision}"));
    }
    findings
}

/// The names of the rules, in capitals.
fn rules_of(spec: &str) -> BTreeSet<String> {
    names_of(spec).collect()
}

fn names_of(spec: &str) -> impl Iterator<Item = String> {
    spec.lines()
        .filter_map(|line| line.trim_start().strip_prefix("- **")?.split_once("**"))
        .map(|(name, _)| name.trim_end_matches(['.', ':']).to_ascii_uppercase())
        .filter(|name| is_rule(name))
}

/// Two rules of one name, of which a test could cite the one and leave out the other.
fn named_twice(spec: &str) -> Findings {
    let mut seen = BTreeSet::new();
    let again = names_of(spec).filter(|name| !seen.insert(name.clone()));
    again
        .map(|name| format!("two rules are called {name}: give one the next free number"))
        .collect()
}

fn decisions_of(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("### "))
        .filter(|it| it.starts_with("D-"))
        .map(|it| it.trim().to_owned())
        .collect()
}

/// An invariant that a module's own page defines: `//! - **I1** durable: …`.
fn definition_in_comment(line: &str) -> Option<String> {
    let (name, _) = line.trim_start().strip_prefix("//! - **")?.split_once("**")?;
    is_rule(name).then(|| name.to_owned())
}

/// What the comments of a file cite.
fn citations_of(place: &str, source: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    let is_code = !place.contains("/tests/");
    for (n, line) in source.lines().enumerate() {
        let Some(comment) = comment_of(line) else { continue };
        let place = format!("{place}:{}", n + 1);
        let add = |found: &mut Vec<Citation>, name: &str| {
            found.push(Citation { place: place.clone(), name: name.to_owned(), is_code });
        };
        let code = line.trim_start().strip_prefix("// ").and_then(names);
        for name in code.iter().flatten() {
            add(&mut found, name);
        }
        for bracket in comment.split('(').skip(1) {
            let inner = bracket.split(')').next().unwrap_or_default();
            for name in names(inner).iter().flatten() {
                add(&mut found, name);
            }
        }
        for word in comment.split(|it: char| !it.is_ascii_alphanumeric() && it != '-') {
            if word.starts_with("D-") {
                add(&mut found, word);
            }
        }
    }
    found
}

/// What stands behind `//` in a line of code or comment.
fn comment_of(line: &str) -> Option<&str> {
    let (before, comment) = line.split_once("//")?;
    // `https://` begins no comment.
    (!before.ends_with(':')).then_some(comment)
}

/// The names in a list of nothing else: `S1, S4`, `#95, #186`.
fn names(list: &str) -> Option<Vec<&str>> {
    let names: Vec<&str> = list.split(',').map(str::trim).collect();
    let is_number = |it: &str| {
        it.strip_prefix('#').is_some_and(|it| {
            !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit() || it == b'-')
        })
    };
    names.iter().all(|it| is_rule(it) || is_number(it)).then_some(names)
}

/// The letters before the numbers: only these make a function's name a citation.
fn prefixes(rules: &BTreeSet<String>) -> BTreeSet<String> {
    rules.iter().map(|rule| letters(rule).to_owned()).collect()
}

/// The rules that functions of a file cite.
fn rules_of_tests(source: &str, prefixes: &BTreeSet<String>) -> BTreeSet<String> {
    source
        .lines()
        .filter_map(|line| line.split_once("fn ")?.1.split(['(', '<', ' ']).next())
        .flat_map(|name| {
            let words = name.split('_').map(str::to_ascii_uppercase);
            words.take_while(|word| is_rule(word) && prefixes.contains(letters(word)))
        })
        .collect()
}

/// One to four capitals and a number, and perhaps one small letter more: `S1`, `PERM12`, `S4B`.
fn is_rule(name: &str) -> bool {
    let number = name.trim_start_matches(|it: char| it.is_ascii_uppercase());
    let digits = number.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    (1..=4).contains(&letters(name).len())
        && (1..=3).contains(&digits.len())
        && digits.bytes().all(|it| it.is_ascii_digit())
        && number.len() - digits.len() <= 1
}

fn letters(name: &str) -> &str {
    let rest = name.trim_start_matches(|it: char| it.is_ascii_uppercase());
    &name[..name.len() - rest.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str =
        "# Rules\n\n- **S1** One owner.\n- **S2** No note.\n- **Not a rule** at all.\n";

    #[test]
    fn a_name_is_of_one_rule() {
        assert_eq!(named_twice(SPEC), Findings::new());
        let found = named_twice(&format!("{SPEC}- **S1** Two owners.\n"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found.iter().all(|it| it.contains("S1")));
    }

    fn of_tests(source: &str) -> Findings {
        let rules = rules_of(SPEC);
        compare(&rules, &rules_of_tests(source, &prefixes(&rules)))
    }

    fn of_comments(source: &str) -> Findings {
        let rules = rules_of(SPEC).into_iter().map(|it| (it, "SPEC.md".to_owned())).collect();
        let decisions = decisions_of("### D-two-clocks\nText.\n");
        let defined = source.lines().filter_map(definition_in_comment).collect();
        uncited(&rules, &decisions, &defined, &citations_of("a.rs", source))
    }

    #[test]
    fn a_rule_without_a_test_is_found() {
        assert_eq!(
            of_tests("fn s1_one_owner() {}"),
            ["no test cites rule S2: begin a test's name with it"]
        );
    }

    #[test]
    fn a_test_of_a_rule_that_is_gone_is_found() {
        let source = "fn s1_s2_both() {}\n    fn s3_gone() {}";
        assert_eq!(of_tests(source), ["a test cites S3, which is no rule"]);
    }

    #[test]
    fn a_name_that_only_looks_like_a_rule_cites_nothing() {
        let source = "fn s1_a(x: u8) {}\nfn s2_b() {}\nfn i32_from() {}\nfn sha256_of() {}";
        assert!(of_tests(source).is_empty());
    }

    #[test]
    fn a_rule_without_code_is_found() {
        let source = "// S1\nfn owner() {}\n/// A note. (D-two-clocks)\nfn note() {}";
        assert_eq!(
            of_comments(source),
            ["SPEC.md: no code cites rule S2: write `// S2` above what carries it out"]
        );
    }

    #[test]
    fn a_citation_in_brackets_is_one_and_in_a_test_is_none() {
        let source = "/// One owner (S1), no note (S2), D-two-clocks.\nfn f() {}";
        assert!(of_comments(source).is_empty());
        let in_test = citations_of("crates/a/tests/it/b.rs", source);
        assert!(!in_test.is_empty() && in_test.iter().all(|it| !it.is_code));
    }

    #[test]
    fn what_nothing_defines_is_found_with_its_place() {
        let source = "// S1, S2\nfn a() {}\n/// Text (S3), (#95, #186), D-none and D-two-clocks.";
        assert_eq!(
            of_comments(source),
            [
                "a.rs:3: S3 is no rule of any SPEC.md",
                "a.rs:3: #95 leads nowhere: name a rule or a decision",
                "a.rs:3: #186 leads nowhere: name a rule or a decision",
                "a.rs:3: D-none is no heading of docs/decisions.md",
            ]
        );
    }

    #[test]
    fn an_invariant_is_defined_by_its_module() {
        let source = "//! - **I1** durable.\n// S1, S2\nfn a() {} // (I1), D-two-clocks";
        assert!(of_comments(source).is_empty());
    }
}
