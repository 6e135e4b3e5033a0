//! The parts of an app: what only a page reaches that is rarely opened is cut off the app's module into
//! one of its own, which the browser fetches when it is needed (see `console/src/part.rs`).
//!
//! `wasm-split-cli` follows the references that the linker left in the module, so that what several
//! parts reach is a module too, and what the app reaches stays with the app. The parts call the app's
//! functions through its table, find their data in its memory, and know places in both by number: a
//! part fits the app that it was cut off and no other, and the app names its parts by their content.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{Import, Payload};

use super::extension;
use super::names::payloads;
use super::publish::Publication;
use crate::run::{program, run};
use crate::tools;

/// What the tool names the script that fetches parts, and the app's own module.
const LINKS: &str = "__wasm_split.js";
const APP: &str = "short";

/// Where a part finds what it shares with the app.
const SHARED: &str = "__wasm_split";

/// A module that is not fetched with the app.
#[derive(Debug)]
pub(super) struct Piece {
    /// As the tool calls it.
    name: String,
    wasm: Vec<u8>,
}

/// Cuts a compiled app; returns what is left of it. The script that fetches parts is written beside
/// the glue, which is `short.js` when both are bundled.
pub(super) fn cut(compiled: &Path, folder: &Path) -> Result<PathBuf> {
    let pieces = pieces(folder);
    if pieces.is_dir() {
        fs::remove_dir_all(&pieces).context("could not remove the last parts")?;
    }
    run(program(tools::wasm_split()?).arg(compiled).arg(&pieces).args(["--out-name", APP]))?;
    ensure!(!cut_off(&pieces)?.is_empty(), "nothing was cut off: was it built with its parts?");
    Ok(pieces.join(APP).with_extension("wasm"))
}

fn pieces(folder: &Path) -> PathBuf {
    folder.join("pieces")
}

/// The files that the tool wrote beside the app.
fn cut_off(pieces: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(pieces).context("the app was not cut")? {
        let path = entry?.path();
        let is_app = path.file_stem().is_some_and(|it| it == APP);
        if extension(&path) == "wasm" && !is_app {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn small(file: &Path) -> PathBuf {
    file.with_extension("small")
}

/// Makes each piece smaller, from one file into another.
pub(super) fn each(folder: &Path, smaller: impl Fn(&Path, &Path) -> Result<()>) -> Result<()> {
    cut_off(&pieces(folder))?.iter().try_for_each(|it| smaller(it, &small(it)))
}

/// The pieces as they are served.
pub(super) fn read(folder: &Path) -> Result<Vec<Piece>> {
    let files = cut_off(&pieces(folder))?;
    let piece = |file: PathBuf| -> Result<Piece> {
        let name = file.file_stem().context("a file has a name")?.to_string_lossy().into_owned();
        Ok(Piece { name, wasm: fs::read(small(&file)).context("a part was not optimised")? })
    };
    files.into_iter().map(piece).collect()
}

/// The exports of the app that its parts ask for by name.
pub(super) fn shared(pieces: &[Piece]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for piece in pieces {
        for payload in payloads(&piece.wasm)? {
            let Payload::ImportSection(section) = payload else { continue };
            for import in section.into_imports() {
                let Import { module, name, .. } = import?;
                if module != SHARED {
                    bail!("the part `{}` imports `{name}` from `{module}`", piece.name);
                }
                names.insert(name.to_owned());
            }
        }
    }
    Ok(names)
}

/// Publishes the pieces, and writes the script that fetches them by the names they are served under.
pub(super) fn publish(
    app: &str,
    parts: &[Piece],
    publication: &mut Publication,
    folder: &Path,
) -> Result<()> {
    let links = fs::read_to_string(pieces(folder).join(LINKS)).context("no script was written")?;
    let mut served = Vec::new();
    for Piece { name, wasm } in parts {
        served.push((name.as_str(), publication.add(&format!("{app}/{name}.wasm"), wasm)?));
    }
    fs::write(folder.join(LINKS), renamed(&links, &served)?)?;
    Ok(())
}

/// The script with the names that the files are served under, each of which must stand in it.
fn renamed(script: &str, served: &[(&str, String)]) -> Result<String> {
    let mut script = script.to_owned();
    for (name, served) in served {
        let old = format!("\"./{name}.wasm\"");
        ensure!(script.contains(&old), "the script does not fetch {name}.wasm");
        script = script.replace(&old, &format!("\"./{served}\""));
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{EntityType, GlobalType, ImportSection, Module, ValType};

    use super::*;

    fn piece(module: &str, names: &[&str]) -> Piece {
        let mut section = ImportSection::new();
        for name in names {
            let ty = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
            section.import(module, name, EntityType::Global(ty));
        }
        let mut wasm = Module::new();
        wasm.section(&section);
        Piece { name: "split_desk".to_owned(), wasm: wasm.finish() }
    }

    #[test]
    fn what_parts_ask_the_app_for_is_known() {
        let parts = [piece(SHARED, &["stack", "memory"]), piece(SHARED, &["memory", "table"])];
        let shared = shared(&parts).expect("they ask the app only");
        assert_eq!(shared.into_iter().collect::<Vec<_>>(), ["memory", "stack", "table"]);
    }

    #[test]
    fn a_part_that_asks_somebody_else_stops_the_build() {
        assert!(shared(&[piece("./app_bg.js", &["day"])]).is_err());
    }

    #[test]
    fn parts_are_fetched_by_the_names_they_are_served_under() {
        let script = "fetch(new URL(\"./split_desk.wasm\", import.meta.url))";
        let served = [("split_desk", "console-split_desk.0123456789.wasm".to_owned())];
        assert_eq!(
            renamed(script, &served).expect("it is fetched"),
            "fetch(new URL(\"./console-split_desk.0123456789.wasm\", import.meta.url))"
        );
        assert!(renamed("", &served).is_err());
    }
}
