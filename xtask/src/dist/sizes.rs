//! What each file that browsers load weighs as it travels, beside the last release's.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use super::publish::{read_manifest, served_file, with_br};
use crate::paths;
use crate::run::say;

/// What a release weighed.
#[derive(PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Sizes {
    release: String,
    /// Bytes after brotli, by the name that a file has in the manifest.
    bytes: BTreeMap<String, u64>,
}

/// Prints what was built.
pub(super) fn print() -> Result<()> {
    let noted = fs::read(noted()).context("docs/sizes.json is missing")?;
    let last = serde_json::from_slice(&noted).context("docs/sizes.json is not what it was")?;
    let built = built()?;
    for line in lines(&built, &last) {
        say(&line);
    }
    let app: u64 = ["widget.js", "widget.wasm"].iter().filter_map(|it| built.get(*it)).sum();
    say(&format!(
        "  the widget's app {app:>12} B   of what a first message takes (`bench widget`)"
    ));
    let until_list: u64 = UNTIL_THE_LIST.iter().filter_map(|it| built.get(*it)).sum();
    say(&format!("  the console {until_list:>17} B   until its list shows"));
    Ok(())
}

/// What a console fetches until its list shows.
const UNTIL_THE_LIST: [&str; 5] =
    ["console.js", "console.wasm", "console.css", "console/guard.js", "console/text/en.txt"];

/// How much of it may be WebAssembly.
const CONSOLE_WASM: u64 = 450_000;

/// Stops the build of a console that has become too large.
pub(super) fn hold() -> Result<()> {
    let wasm = built()?.get("console.wasm").copied().context("there is no console")?;
    ensure!(
        wasm <= CONSOLE_WASM,
        "{wasm} B of WebAssembly until the console's list shows, and {CONSOLE_WASM} B are the limit: \
         what is rarely opened belongs into a part (`console/src/part.rs`)"
    );
    Ok(())
}

/// Notes that what was built is a release.
pub(super) fn note() -> Result<()> {
    let sizes = Sizes { release: env!("CARGO_PKG_VERSION").to_owned(), bytes: built()? };
    fs::write(noted(), format!("{}\n", serde_json::to_string_pretty(&sizes)?))
        .context("could not write docs/sizes.json")
}

fn noted() -> PathBuf {
    paths::root().join("docs/sizes.json")
}

/// A person loads the texts of one language, and those of all are much alike.
fn built() -> Result<BTreeMap<String, u64>> {
    let files = read_manifest().into_iter().filter(|(name, url)| {
        (!name.contains("/text/") || name.ends_with("/en.txt"))
            && with_br(&served_file(url)).is_file()
    });
    files.map(|(name, url)| Ok((name, fs::metadata(with_br(&served_file(&url)))?.len()))).collect()
}

fn lines(built: &BTreeMap<String, u64>, last: &Sizes) -> Vec<String> {
    let line = |(name, bytes): (&String, &u64)| {
        let beside = last.bytes.get(name).map_or_else(
            || format!("not noted of {}", last.release),
            |before| {
                let more = bytes.cast_signed() - before.cast_signed();
                format!("{before} B in {} ({more:+})", last.release)
            },
        );
        format!("  {name:<20} {bytes:>8} B   {beside}")
    };
    built.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_stands_beside_the_last_release() {
        let sizes = |all: &[(&str, u64)]| {
            all.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes)).collect::<BTreeMap<_, _>>()
        };
        let last = Sizes {
            release: "0.1.0".into(),
            bytes: sizes(&[("a.js", 1_000), ("gone.js", 5), ("b.wasm", 7)]),
        };
        let lines = lines(&sizes(&[("a.js", 900), ("b.wasm", 70), ("new.js", 3)]), &last);
        let shown: Vec<Vec<&str>> =
            lines.iter().map(|it| it.split_whitespace().collect()).collect();
        assert_eq!(
            shown,
            [
                vec!["a.js", "900", "B", "1000", "B", "in", "0.1.0", "(-100)"],
                vec!["b.wasm", "70", "B", "7", "B", "in", "0.1.0", "(+63)"],
                vec!["new.js", "3", "B", "not", "noted", "of", "0.1.0"],
            ]
        );
    }
}
