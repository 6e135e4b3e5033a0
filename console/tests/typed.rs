//! Nothing that somebody typed is silently cut: no field stops taking letters, and none is shortened on
//! its way.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{fs, path::Path};

/// Where texts are cut that nobody typed: names that the console itself makes of its own words.
const MADE_OF_WORDS: [&str; 1] = ["campaigns/list.rs"];

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.to_string_lossy().replace('\\', "/"), text));
        }
    }
}

#[test]
fn nothing_that_is_typed_is_cut() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/view"), &mut files);
    assert!(20 < files.len(), "the views are here");
    for (path, text) in files {
        let is_made = MADE_OF_WORDS.iter().any(|it| path.ends_with(it));
        for (n, line) in text.lines().enumerate() {
            let story = format!("{path}:{}: {}", n + 1, line.trim());
            assert!(is_made || !line.contains("::cut("), "a text is cut: {story}");
            assert!(!line.contains("maxlength"), "a paste would be cut: {story}");
        }
    }
}
