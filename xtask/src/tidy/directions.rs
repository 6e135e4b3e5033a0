//! Which crate may use which. Arrows point one way only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Findings;
use crate::paths;

/// Folder, and what its crate may use of our own. What is not here may not exist.
const MAY_USE: [(&str, &[&str]); 20] = [
    ("crates/inbox-types", &[]),
    ("crates/inbox-text", &["inbox-types"]),
    ("crates/langid", &["inbox-types"]),
    ("crates/langid-train", &["inbox-types", "inbox-core", "langid"]),
    ("crates/inbox-protocol", &["inbox-types"]),
    ("crates/inbox-hours", &["inbox-types"]),
    ("crates/inbox-campaigns", &["inbox-types", "inbox-hours"]),
    ("crates/inbox-core", &["inbox-types"]),
    ("crates/inbox-signing", &["inbox-types"]),
    ("crates/inbox-client", &["inbox-types", "inbox-protocol"]),
    ("crates/inbox-room", &["inbox-types", "inbox-protocol", "inbox-core"]),
    ("crates/inbox-host", &["inbox-types", "inbox-protocol", "inbox-core", "inbox-room"]),
    (
        "crates/inbox-search",
        &["inbox-types", "inbox-protocol", "inbox-core", "inbox-room", "inbox-host"],
    ),
    (
        "crates/inbox-testkit",
        &[
            "inbox-types",
            "inbox-protocol",
            "inbox-core",
            "inbox-client",
            "inbox-room",
            "inbox-host",
            "langid",
        ],
    ),
    // It writes the chat's page in the visitor's language, and knows which languages have texts.
    (
        "relay",
        &[
            "inbox-types",
            "inbox-protocol",
            "inbox-campaigns",
            "inbox-hours",
            "inbox-core",
            "inbox-room",
            "inbox-host",
            "inbox-search",
            "inbox-signing",
            "inbox-text",
            "langid",
        ],
    ),
    ("widget", &["inbox-types", "inbox-protocol", "inbox-client", "inbox-text"]),
    (
        "console",
        &[
            "inbox-types",
            "inbox-protocol",
            "inbox-campaigns",
            "inbox-hours",
            "inbox-client",
            "inbox-text",
        ],
    ),
    // A browser without a browser.
    ("tests/faults", &["inbox-types", "inbox-protocol", "inbox-client"]),
    ("examples/bridge-receiver", &["inbox-types", "inbox-signing"]),
    // It publishes the texts.
    ("xtask", &["inbox-text"]),
];

/// What any crate's tests may use.
const TESTS_MAY_USE: &str = "inbox-testkit";

pub(super) fn check() -> Result<Findings> {
    let root = paths::root();
    let mut folders: BTreeSet<String> =
        ["relay", "widget", "console", "tests/faults", "xtask"].map(str::to_owned).into();
    for parent in ["crates", "examples"] {
        for entry in fs::read_dir(root.join(parent))? {
            folders.insert(format!("{parent}/{}", entry?.file_name().to_string_lossy()));
        }
    }
    let mut manifests = BTreeMap::new();
    for folder in folders {
        let file = root.join(&folder).join("Cargo.toml");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("could not read {}", file.display()))?;
        let manifest = text.parse().with_context(|| format!("{folder}/Cargo.toml"))?;
        manifests.insert(folder, manifest);
    }
    Ok(compare(&manifests))
}

fn compare(manifests: &BTreeMap<String, Table>) -> Findings {
    let ours: BTreeSet<&str> = manifests.values().filter_map(name).collect();
    let may_use: BTreeMap<&str, &[&str]> = MAY_USE.into();
    let mut findings = Findings::new();
    for (folder, manifest) in manifests {
        let Some(allowed) = may_use.get(folder.as_str()) else {
            findings.push(format!("{folder}: no place among the directions of imports"));
            continue;
        };
        for (kind, used) in dependencies(manifest) {
            let in_tests = kind == "dev-dependencies" && used == TESTS_MAY_USE;
            if ours.contains(used.as_str()) && !allowed.contains(&used.as_str()) && !in_tests {
                findings.push(format!("{folder}: may not use {used}"));
            }
        }
    }
    findings
}

fn name(manifest: &Table) -> Option<&str> {
    manifest.get("package")?.get("name")?.as_str()
}

/// Kind and name of every dependency, those for one target included.
fn dependencies(manifest: &Table) -> Vec<(String, String)> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let tables = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let mut found = Vec::new();
    for table in tables.chain([manifest]) {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let names = table.get(kind).and_then(Value::as_table).into_iter().flat_map(Table::keys);
            found.extend(names.map(|name| (kind.to_owned(), name.clone())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(folder: &str, manifest: &str) -> Findings {
        let package = |name: &str| format!("[package]\nname = \"{name}\"\n").parse().unwrap();
        let mut manifests: BTreeMap<String, Table> = [
            ("crates/inbox-types".to_owned(), package("inbox-types")),
            ("crates/inbox-room".to_owned(), package("inbox-room")),
            ("crates/inbox-testkit".to_owned(), package("inbox-testkit")),
        ]
        .into();
        manifests.insert(folder.to_owned(), manifest.parse().unwrap());
        compare(&manifests)
    }

    #[test]
    fn an_arrow_that_points_back_is_found() {
        let core =
            "[package]\nname = \"inbox-core\"\n[dependencies]\ninbox-room.workspace = true\n";
        assert_eq!(
            findings("crates/inbox-core", core),
            ["crates/inbox-core: may not use inbox-room"]
        );
    }

    #[test]
    fn a_dependency_for_one_target_counts() {
        let core = "[package]\nname = \"inbox-core\"\n\
                    [target.'cfg(unix)'.dependencies]\ninbox-room.workspace = true\n";
        assert_eq!(findings("crates/inbox-core", core).len(), 1);
    }

    #[test]
    fn tests_may_use_the_testkit_and_nothing_else_may() {
        let tests = "[package]\nname = \"inbox-core\"\n[dev-dependencies]\ninbox-testkit = \"1\"\n";
        let product = "[package]\nname = \"inbox-core\"\n[dependencies]\ninbox-testkit = \"1\"\n";
        assert!(findings("crates/inbox-core", tests).is_empty());
        assert_eq!(findings("crates/inbox-core", product).len(), 1);
    }

    #[test]
    fn a_crate_without_a_place_is_found() {
        assert_eq!(findings("crates/other", "[package]\nname = \"other\"\n").len(), 1);
    }
}
