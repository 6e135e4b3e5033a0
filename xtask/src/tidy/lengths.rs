//! No file of ours is so long that nobody reads it whole.

use std::fs;

use anyhow::Result;

use super::{Findings, files};
use crate::paths;

/// Lines that a file may have.
const MOST: usize = 500;

/// Where our files are.
const FOLDERS: [&str; 8] =
    ["console", "crates", "demo-site", "examples", "relay", "tests", "widget", "xtask"];

/// Files that are longer, and why they are not split.
const EXCEPT: [(&str, &str); 0] = [];

pub(super) fn check() -> Result<Findings> {
    let root = paths::root();
    let mut findings = Findings::new();
    for folder in FOLDERS {
        for file in
            files(&root.join(folder), "rs").into_iter().chain(files(&root.join(folder), "ts"))
        {
            let place = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
            let is_excepted = EXCEPT.iter().any(|(it, _)| *it == place);
            findings.extend(too_long(&place, &fs::read_to_string(&file)?, is_excepted));
        }
    }
    Ok(findings)
}

fn too_long(place: &str, source: &str, is_excepted: bool) -> Option<String> {
    let n_lines = source.lines().count();
    (MOST < n_lines && !is_excepted).then(|| {
        format!(
            "{place}:{MOST}: it has {n_lines} lines; move a part that stands by itself into a file of \
             its own, or name it in EXCEPT (xtask/src/tidy/lengths.rs) and say why"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_long_is_named_with_its_lines() {
        let finding = too_long("relay/src/lib.rs", &"\n".repeat(501), false).expect("a finding");
        assert!(finding.starts_with("relay/src/lib.rs:500: it has 501 lines"), "{finding}");
        assert_eq!(too_long("relay/src/lib.rs", &"\n".repeat(500), false), None);
        assert_eq!(too_long("relay/src/lib.rs", &"\n".repeat(501), true), None);
    }
}
