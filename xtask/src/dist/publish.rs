//! Puts files where they are served, under names that change with their content.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result};

use super::{extension, hash};
use crate::paths;
use crate::run::{program, run};
use crate::tools;

/// The files of one part. Those of its last publication are taken away when it is finished.
#[derive(Debug)]
pub(super) struct Publication {
    part: String,
    names: BTreeMap<String, String>,
}

impl Publication {
    pub(super) fn new(part: &str) -> Result<Self> {
        fs::create_dir_all(assets()).context("could not create dist/public/assets")?;
        fs::create_dir_all(lists()).context("could not create dist/parts")?;
        Ok(Self { part: part.to_owned(), names: BTreeMap::new() })
    }

    /// Adds a file and returns the name it is served under.
    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> Result<String> {
        self.add_as(name, &hash(content), content)
    }

    /// Adds files that get the same hash, so that who knows one address knows all of them.
    pub(super) fn add_alike(&mut self, files: &[(String, &[u8])]) -> Result<()> {
        let all: Vec<&[u8]> = files.iter().map(|it| it.1).collect();
        let hash = hash(&all.concat());
        files.iter().try_for_each(|(name, content)| self.add_as(name, &hash, content).map(drop))
    }

    fn add_as(&mut self, name: &str, hash: &str, content: &[u8]) -> Result<String> {
        let path = Path::new(name);
        let stem = path.with_extension("").to_string_lossy().replace('/', "-");
        let served = format!("{stem}.{hash}.{}", extension(path));
        fs::write(assets().join(&served), content)?;
        self.names.insert(name.to_owned(), format!("/assets/{served}"));
        Ok(served)
    }

    /// Compresses what was added, removes what it replaces and renews the manifest.
    pub(super) fn finish(self) -> Result<()> {
        // Parts are built beside each other, and the manifest is of all of them.
        static TURN: Mutex<()> = Mutex::new(());
        self.compress()?;
        let _turn = TURN.lock();
        let list = lists().join(format!("{}.json", self.part));
        for (_, url) in read_list(&list) {
            if !self.names.values().any(|current| *current == url) {
                let file = served_file(&url);
                // It may be gone already, for instance after somebody emptied the folder.
                let _ = fs::remove_file(&file);
                let _ = fs::remove_file(with_br(&file));
            }
        }
        fs::write(&list, serde_json::to_string_pretty(&self.names)?)?;
        write_manifest()
    }

    fn compress(&self) -> Result<()> {
        let files = self.names.values().map(|url| served_file(url)).filter(|file| {
            matches!(extension(file), "js" | "css" | "wasm" | "svg" | "json" | "html" | "txt")
                && !with_br(file).is_file()
        });
        let files: Vec<PathBuf> = files.collect();
        if files.is_empty() {
            return Ok(());
        }
        run(program(tools::node_tool("node")?).arg("xtask/brotli.mjs").args(files))
    }
}

/// Which file is current, by its name.
pub(super) fn read_manifest() -> BTreeMap<String, String> {
    read_list(&manifest())
}

fn manifest() -> PathBuf {
    paths::public().join("manifest.json")
}

/// Every part's files in one list, which the relay reads.
fn write_manifest() -> Result<()> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(lists())? {
        all.extend(read_list(&entry?.path()));
    }
    fs::write(manifest(), serde_json::to_string_pretty(&all)?)
        .context("could not write the manifest")
}

fn read_list(file: &Path) -> BTreeMap<String, String> {
    fs::read(file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

fn assets() -> PathBuf {
    paths::public().join("assets")
}

fn lists() -> PathBuf {
    paths::root().join("dist/parts")
}

pub(super) fn served_file(url: &str) -> PathBuf {
    paths::public().join(url.trim_start_matches('/'))
}

pub(super) fn with_br(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    PathBuf::from(name)
}
