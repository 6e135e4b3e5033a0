//! What the compiler does not hold: directions between the crates and inside them, rules and the
//! code and tests that cite them, that files can be read whole, and that every language has every text.

mod directions;
mod floors;
mod lengths;
mod locales;
mod rules;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::run::step;

/// A check returns everything that is wrong at once.
type Findings = Vec<String>;

/// `cargo xtask tidy`
pub(crate) fn tidy() -> Result<()> {
    let findings = findings()?;
    for finding in &findings {
        eprintln!("  {finding}");
    }
    match findings.len() {
        0 => Ok(()),
        n => bail!("tidy found {n}"),
    }
}

fn findings() -> Result<Findings> {
    step("tidy: directions of imports; rules, code and tests; lengths of files; locales");
    let mut findings = directions::check()?;
    findings.extend(floors::check()?);
    findings.extend(rules::check()?);
    findings.extend(lengths::check()?);
    findings.extend(locales::check()?);
    Ok(findings)
}

/// All files below a folder with this extension, in order.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}
