//! Builds the browser's apps: compile, bind, optimise, and one module that starts itself.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::names::Names;
use super::publish::Publication;
use super::{
    BROWSER, RELEASE, beside, compiled, extension, frame, hash, link, names, parts, scratch, snip,
};
use crate::paths;
use crate::run::{program, run, timed};
use crate::tools;

/// Named one by one: with `--all-features` wasm-opt writes a module that Chromium refuses.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Nothing of ours lies below the first kilobyte of the memory: there is the stack.
const SMALLEST: [&str; 3] = ["-Oz", "--low-memory-unused", "--converge"];

/// How an app is made small.
#[derive(Debug)]
struct Recipe {
    profile: &'static str,
    /// What `wasm-opt` does.
    passes: &'static [&'static str],
    /// It is linked without what nobody calls, and its panics say nothing.
    is_lean: bool,
    /// It is cut into parts, which are fetched when they are needed.
    has_parts: bool,
}

/// Every kilobyte of the chat is loaded by somebody's customer, and none of the console.
fn recipe(app: &str) -> Recipe {
    match app {
        "console" => Recipe { profile: RELEASE, passes: &["-O1"], is_lean: false, has_parts: true },
        _ => Recipe { profile: BROWSER, passes: &SMALLEST, is_lean: true, has_parts: false },
    }
}

/// Makes an app that is compiled ready to be served, and publishes it.
pub(super) fn publish(app: &str) -> Result<()> {
    let compiled = compiled(app, recipe(app).profile);
    let optimised = optimise(app, &compiled)?;
    let mut publication = Publication::new(app)?;
    let parts = if recipe(app).has_parts { parts::read(&scratch(app)?)? } else { Vec::new() };
    let shared = parts::shared(&parts)?;
    let (wasm, names) = names::shorten(&fs::read(optimised)?, &shared)?;
    let wasm = publication.add(&format!("{app}.wasm"), &wasm)?;
    if recipe(app).has_parts {
        parts::publish(app, &parts, &mut publication, &scratch(app)?)?;
    }
    publication.add(&format!("{app}.js"), &module(app, &wasm, &names)?)?;
    match (style(app)?, frame::template(app)) {
        (Some(style), Some(template)) => {
            let page = frame::page(&template, &style, &early(app)?)?;
            publication.add(&format!("{app}/frame.json"), &page)?;
        }
        (Some(style), None) => drop(publication.add(&format!("{app}.css"), &style)?),
        (None, _) => (),
    }
    let texts = inbox_text::ASSETS.iter().filter(|it| it.0 == app);
    let texts: Vec<(String, &[u8])> =
        texts.map(|it| (format!("{app}/text/{}.txt", it.1), it.2.as_bytes())).collect();
    publication.add_alike(&texts)?;
    for file in files_below(&paths::root().join(app).join("static")) {
        let name = file.strip_prefix(paths::root().join(app).join("static"))?;
        publication.add(&format!("{app}/{}", name.display()), &fs::read(&file)?)?;
    }
    timed(&format!("{app}: compress and publish"), || publication.finish())
}

/// The wasm as small as it gets. Skipped when the compiler made nothing new.
fn optimise(app: &str, compiled: &Path) -> Result<PathBuf> {
    let folder = scratch(app)?;
    let optimised = folder.join("optimised.wasm");
    let stamp = folder.join("stamp");
    let made = fs::read(compiled).with_context(|| format!("{} is missing", compiled.display()))?;
    let hash = hash(&[&made, format!("{:?}", recipe(app)).as_bytes()].concat());
    if optimised.is_file() && fs::read_to_string(&stamp).is_ok_and(|it| it == hash) {
        return Ok(optimised);
    }
    timed(&format!("{app}: bind and optimise"), || {
        let cut;
        let whole = if recipe(app).has_parts {
            cut = parts::cut(compiled, &folder)?;
            cut.as_path()
        } else {
            compiled
        };
        let mut bind = program(tools::wasm_bindgen()?);
        bind.args(["--target", "web", "--no-typescript", "--remove-producers-section"]);
        if recipe(app).has_parts {
            // Or the table of functions, by which parts and app call each other, would be the app's alone.
            bind.arg("--keep-lld-exports");
        }
        bind.args(["--out-name", "app", "--out-dir"]).arg(&folder).arg(whole);
        run(&mut bind)?;

        let bound = folder.join("app_bg.wasm");
        if recipe(app).is_lean {
            fs::write(&bound, snip::snip(&fs::read(&bound)?)?)?;
        }
        let passes = recipe(app).passes;
        if !recipe(app).has_parts {
            return smaller(&bound, &optimised, passes);
        }
        beside(
            || smaller(&bound, &optimised, passes),
            || parts::each(&folder, |cut, small| smaller(cut, small, passes)),
        )
    })?;
    fs::write(stamp, hash)?;
    Ok(optimised)
}

/// Has `wasm-opt` write a module anew.
fn smaller(from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    let mut optimise = program(tools::node_tool("wasm-opt")?);
    // Packing the memory makes the file smaller and what is left of it after brotli larger.
    optimise.args(passes).arg("--skip-pass=memory-packing").args(WASM_FEATURES);
    run(optimise.arg(from).arg("-o").arg(to))
}

/// One module: the glue without what nobody calls, and the line that starts it.
fn module(app: &str, wasm: &str, names: &Names) -> Result<Vec<u8>> {
    let folder = scratch(app)?;
    let glue = fs::read_to_string(folder.join("app.js")).context("wasm-bindgen wrote no glue")?;
    let glue = if recipe(app).is_lean { link::without_classes(&glue) } else { glue };
    fs::write(folder.join("short.js"), names.apply(&glue)?)?;
    let entry = folder.join("entry.js");
    fs::write(
        &entry,
        format!(
            "import start from './short.js';\n\
             start({{ module_or_path: new URL('./{wasm}', import.meta.url) }}).catch((error) => {{\n\
               dispatchEvent(new Event('porchlight:broken'));\n\
               throw error;\n\
             }});\n"
        ),
    )?;
    bundle(&entry, &folder.join("module.js"), &["--format=esm", "--target=es2022"])
}

fn style(app: &str) -> Result<Option<Vec<u8>>> {
    let style = paths::root().join(app).join("style.css");
    if !style.is_file() {
        return Ok(None);
    }
    bundle(&style, &scratch(app)?.join("style.css"), &[]).map(Some)
}

/// What runs before the app is there.
fn early(app: &str) -> Result<Vec<u8>> {
    let entry = paths::root().join(app).join("early/index.ts");
    bundle(&entry, &scratch(app)?.join("early.js"), &["--format=iife", "--target=es2022"])
}

fn bundle(entry: &Path, outfile: &Path, options: &[&str]) -> Result<Vec<u8>> {
    let mut esbuild = program(tools::node_tool("esbuild")?);
    esbuild.arg(entry).args(["--bundle", "--minify", "--charset=utf8", "--log-level=warning"]);
    // The glue names a module once for each function that it has from it.
    esbuild.arg("--log-override:duplicate-object-key=silent");
    esbuild.args(options).arg(format!("--outfile={}", outfile.display()));
    run(&mut esbuild)?;
    fs::read(outfile).with_context(|| format!("could not read {}", outfile.display()))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if !extension(&path).is_empty() {
            files.push(path);
        }
    }
    files.sort();
    files
}
