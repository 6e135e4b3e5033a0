//! The tools the build needs, installed once when they are missing.
//!
//! Versions are not repeated here: `wasm-bindgen` and `worker-build` must be of the versions in
//! `Cargo.lock`, and the Node tools of those in `package-lock.json`.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::run::{output, program, run, step, timed, which};

/// A tool's program, installed by `cargo install` into a folder of its version.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    cargo_tool("wasm-bindgen-cli", "wasm-bindgen", &locked_version("wasm-bindgen")?)
}

/// Runs the tests of a wasm crate in a browser.
pub(crate) fn wasm_bindgen_test_runner() -> Result<PathBuf> {
    Ok(wasm_bindgen()?.with_file_name("wasm-bindgen-test-runner"))
}

/// Builds the relay; its version is that of the `worker` crate.
pub(crate) fn worker_build() -> Result<PathBuf> {
    cargo_tool("worker-build", "worker-build", &locked_version("worker")?)
}

/// The Node tools, as `package-lock.json` has them.
pub(crate) fn node_tools() -> Result<()> {
    let lock = paths::root().join("package-lock.json");
    let stamp = paths::root().join("node_modules/.porchlight-lock");
    let wanted = fs::read(&lock).context("could not read package-lock.json")?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if which("npm").is_none() {
        bail!(
            "npm is missing. Install Node.js with npm (Debian: `apt-get install nodejs npm`; \
             others: https://nodejs.org), then run this command again"
        );
    }
    timed("Node tools: npm ci", || {
        // The tools bring their own Node; npm itself may run on an older one and says so at length.
        run(program("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
    })?;
    fs::write(&stamp, wanted).context("could not note which Node tools are installed")
}

/// A Node tool's program.
pub(crate) fn node_tool(name: &str) -> Result<PathBuf> {
    node_tools()?;
    let file = paths::root().join("node_modules/.bin").join(name);
    if !file.exists() {
        bail!("`{name}` is not among the Node tools; remove node_modules and try again");
    }
    Ok(file)
}

const INSTALL: &str = "apt-get update && apt-get install -y chromium chromium-driver";

/// A Chromium and the driver that belongs to it.
#[derive(Debug)]
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds Chromium, and on Debian installs it when that is possible.
pub(crate) fn chromium() -> Result<Chromium> {
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    if which("apt-get").is_some() && is_root() {
        timed("Chromium: apt-get install", || run(program("sh").args(["-c", INSTALL])))?;
    }
    find_chromium().with_context(|| {
        format!(
            "Chromium or its driver is missing. Debian: `{INSTALL}` as root. Elsewhere: install \
             Chromium and chromedriver, or name them in CHROMIUM and CHROMEDRIVER"
        )
    })
}

fn find_chromium() -> Option<Chromium> {
    let named = |variable: &str| env::var_os(variable).map(PathBuf::from);
    let browser = named("CHROMIUM")
        .or_else(|| which("chromium"))
        .or_else(|| which("chromium-browser"))
        .or_else(|| which("google-chrome"))?;
    let driver = named("CHROMEDRIVER").or_else(|| which("chromedriver"))?;
    Some(Chromium { browser, driver })
}

fn is_root() -> bool {
    output(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn cargo_tool(package: &str, name: &str, version: &str) -> Result<PathBuf> {
    let folder = paths::tool_cache().join(format!("{package}-{version}"));
    let file = folder.join("bin").join(name);
    if file.is_file() {
        return Ok(file);
    }
    timed(&format!("{package} {version}: cargo install (some minutes, once)"), || {
        // Without `--locked`: the tool's own lock file may name versions that a mirror lacks.
        let mut install = program("cargo");
        install.env_remove("CARGO_TARGET_DIR");
        install.args(["install", package, "--version", version, "--root"]).arg(&folder);
        run(&mut install)
    })
    .with_context(|| format!("could not install {package} {version} with `cargo install`"))?;
    step(&format!("{package} {version} is in {}", folder.display()));
    Ok(file)
}

/// The version of a package in `Cargo.lock`.
fn locked_version(package: &str) -> Result<String> {
    let text = fs::read_to_string(paths::root().join("Cargo.lock"))
        .context("could not read Cargo.lock")?;
    let lock: toml::Table = text.parse().context("could not understand Cargo.lock")?;
    lock.get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))
        .and_then(|entry| entry.get("version")?.as_str().map(str::to_owned))
        .with_context(|| format!("Cargo.lock has no package `{package}`"))
}
