//! `cargo xtask bench langid FOLDER`: the language detector beside others.
//!
//! Nothing is trained. The messages come from the development part of FOLDER, which holds the text
//! that the weights were trained on; see `crates/langid-train`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::number;
use crate::run::{cargo, output, program, run, timed};
use crate::{paths, tools};

/// The sets of messages in the order of the table, and what must be reached.
const SETS: [(&str, Option<f64>); 7] = [
    ("fair", Some(97.9)),
    ("chat", Some(99.0)),
    ("all", Some(96.0)),
    ("vi without marks", Some(99.0)),
    ("code-mixed", Some(98.0)),
    ("no language", Some(99.0)),
    ("da no fi hu ca", None),
];

/// What is added to a Worker may weigh this many bytes after gzip.
const MOST_BYTES: f64 = 350_000.0;

/// What a message may take in WebAssembly, in microseconds.
const MOST_MICROS: f64 = 10.0;

/// What the start of the module and the first message may take, in milliseconds.
const MOST_START: f64 = 10.0;

/// The detectors that are built for WebAssembly as well; lingua's models are too large for it.
const IN_WASM: [&str; 3] = ["langid", "whatlang", "whichlang"];

/// Measures, prints the table, and writes `dist/bench/langid.json`.
pub(super) fn bench(folder: &str) -> Result<()> {
    let out = paths::root().join("dist/bench");
    fs::create_dir_all(&out).context("could not create dist/bench")?;
    let items = out.join("langid-items.tsv");
    let file = out.join("langid.json");
    timed("messages", || write_items(folder, &items))?;
    let mut figures = timed("langid, whatlang, whichlang and lingua", || native(&items, &file))?;
    let answers = figures["answers"].clone();
    let detectors = figures
        .get_mut("detectors")
        .and_then(Value::as_array_mut)
        .context("the comparison left no detectors")?;
    weigh(detectors, &items, &answers)?;
    let table = table(detectors);
    let verdicts = verdicts(detectors);
    fs::write(&file, format!("{figures:#}\n")).context("could not write the figures")?;
    println!("\n{table}\n{verdicts}\n{}", file.display());
    Ok(())
}

/// The trainer writes them, from text that training does not see.
fn write_items(folder: &str, items: &Path) -> Result<()> {
    if !Path::new(folder).is_dir() {
        bail!("there is no folder {folder}");
    }
    let weights = paths::root().join("crates/langid/weights/langid.bin");
    let mut trainer = cargo();
    trainer.args(["run", "--quiet", "--release", "-p", "langid-train", "--"]);
    // The report is the trainer's own; here only the messages are wanted.
    trainer.arg(fs::canonicalize(folder)?).arg("--weights").arg(weights).arg("--items").arg(items);
    output(&mut trainer).map(drop)
}

fn native(items: &Path, file: &Path) -> Result<Value> {
    let manifest = paths::root().join("crates/langid/bench/Cargo.toml");
    let mut comparison = cargo();
    comparison.args(["run", "--quiet", "--release", "--manifest-path"]).arg(manifest);
    run(comparison.arg("--").arg(items).arg(file))?;
    Ok(serde_json::from_str(&fs::read_to_string(file)?)?)
}

/// Adds to each detector what it weighs after gzip and what it takes in WebAssembly, where langid
/// must give the same answers.
fn weigh(detectors: &mut [Value], items: &Path, answers: &Value) -> Result<()> {
    let empty = timed("an empty module", || in_wasm("", items))?;
    let weight = |figures: &Value| figures.get("gzip_bytes").and_then(Value::as_f64);
    for detector in detectors {
        let Some(detector) = detector.as_object_mut() else { continue };
        let name = detector.get("name").and_then(Value::as_str).unwrap_or("").to_owned();
        if !IN_WASM.contains(&name.as_str()) {
            detector.insert("gzip_bytes".to_owned(), json!(models_of(&name)?));
            continue;
        }
        let figures = timed(&format!("{name} in WebAssembly"), || in_wasm(&name, items))?;
        if name == "langid" && figures.get("answers") != Some(answers) {
            bail!("langid says something else in WebAssembly than on this machine");
        }
        let added = weight(&figures).zip(weight(&empty)).map(|(with, without)| with - without);
        detector.insert("gzip_bytes".to_owned(), json!(added));
        for key in ["start_ms", "wasm_us"] {
            detector.insert(key.to_owned(), figures.get(key).cloned().unwrap_or_default());
        }
    }
    Ok(())
}

fn in_wasm(detector: &str, items: &Path) -> Result<Value> {
    let folder = paths::root().join("crates/langid/bench/wasm");
    let target = paths::target().join("langid-bench");
    let mut build = tools::cargo_for_wasm("build")?;
    build.env("CARGO_TARGET_DIR", &target).args(["--quiet", "--release", "--features", detector]);
    run(build.arg("--manifest-path").arg(folder.join("Cargo.toml")))?;
    let module = target.join(tools::WASM).join("release/langid_wasm.wasm");
    let mut node = program(tools::node_tool("node")?);
    let figures = output(node.arg(folder.join("time.mjs")).arg(module).arg(items))?;
    Ok(serde_json::from_str(&figures)?)
}

/// The bytes of a detector's models, which stand compressed in packages of their own.
fn models_of(name: &str) -> Result<Option<u64>> {
    let manifest = paths::root().join("crates/langid/bench/Cargo.toml");
    let mut metadata = cargo();
    metadata.args(["metadata", "--format-version", "1", "--manifest-path"]).arg(manifest);
    let metadata: Value = serde_json::from_str(&output(&mut metadata)?)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let mut n_bytes = 0;
    for package in packages.into_iter().flatten() {
        let field = |key| package.get(key).and_then(Value::as_str).unwrap_or("");
        let package_name = field("name");
        if package_name.starts_with(name) && package_name.ends_with("-language-model") {
            let folder = Path::new(field("manifest_path")).with_file_name("models");
            n_bytes += bytes_in(&folder)?;
        }
    }
    Ok((n_bytes > 0).then_some(n_bytes))
}

fn bytes_in(folder: &Path) -> Result<u64> {
    let mut n_bytes = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        n_bytes += entry?.metadata()?.len();
    }
    Ok(n_bytes)
}

/// Markdown, a detector a line.
fn table(detectors: &[Value]) -> String {
    let sets: Vec<&str> = SETS.iter().map(|(set, _)| *set).collect();
    let mut table = format!(
        "| detector | {} | size added | µs native | µs in wasm | start, ms |\n|{}\n",
        sets.join(" | "),
        "---|".repeat(SETS.len() + 5)
    );
    for detector in detectors.iter().filter_map(Value::as_object) {
        let name = detector.get("name").and_then(Value::as_str).unwrap_or("");
        let mut cells = vec![name.to_owned()];
        cells.extend(sets.iter().map(|set| shown(percent(detector, set))));
        cells.push(figure(detector, "gzip_bytes").map_or_else(|| "–".to_owned(), kilobytes));
        cells.extend(["native_us", "wasm_us", "start_ms"].map(|key| shown(figure(detector, key))));
        let _ = writeln!(table, "| {} |", cells.join(" | "));
    }
    table
}

fn percent(detector: &Map<String, Value>, set: &str) -> Option<f64> {
    detector.get("percent")?.get(set)?.as_f64()
}

fn figure(detector: &Map<String, Value>, key: &str) -> Option<f64> {
    detector.get(key)?.as_f64()
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.1}"))
}

fn kilobytes(n_bytes: f64) -> String {
    format!("{:.0} kB", n_bytes / 1000.0)
}

/// What must be reached, and whether it is.
fn verdicts(detectors: &[Value]) -> String {
    let Some(ours) = detectors.first().and_then(Value::as_object) else { return String::new() };
    let mut verdicts = String::new();
    let mut say = |what: &str, figure: Option<f64>, reached: bool, wanted: String| {
        let verdict = if reached { "reached" } else { "NOT REACHED" };
        let figure = figure.map_or_else(|| "–".to_owned(), number);
        let _ = writeln!(verdicts, "{what:<24} {figure:>10}   {verdict} ({wanted})");
    };
    for (set, least) in SETS {
        if let Some(least) = least {
            let figure = percent(ours, set);
            say(set, figure, figure >= Some(least), format!("at least {least}"));
        }
    }
    for (what, key, most) in [
        ("bytes after gzip", "gzip_bytes", MOST_BYTES),
        ("µs a message in wasm", "wasm_us", MOST_MICROS),
        ("ms to start", "start_ms", MOST_START),
    ] {
        let figure = figure(ours, key);
        let reached = figure.is_some_and(|figure| figure <= most);
        say(what, figure, reached, format!("at most {most}"));
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detector(fair: f64, wasm_us: Option<f64>) -> Value {
        json!({ "name": "langid", "percent": { "fair": fair }, "wasm_us": wasm_us, "gzip_bytes": 1e6 })
    }

    #[test]
    fn what_was_not_measured_is_a_dash_and_not_reached() {
        let detectors = [detector(98.0, None)];
        assert!(table(&detectors).contains("| langid | 98.0 | – |"), "{}", table(&detectors));
        let verdicts = verdicts(&detectors);
        let line = |start: &str| verdicts.lines().find(|line| line.starts_with(start)).unwrap();
        assert!(line("fair").contains("   reached"));
        assert!(line("chat").contains("NOT REACHED"));
        assert!(line("µs a message").contains("NOT REACHED"));
        assert!(line("bytes after gzip").contains("NOT REACHED"));
    }
}
