//! The tools the build needs, installed once when they are missing.
//!
//! Versions are not repeated here: `wasm-bindgen` and `worker-build` must be of the versions in
//! `Cargo.lock`, and the Node tools of those in `package-lock.json`.

use std::env;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::run::{output, program, run, step, timed, which};

/// Turns a module into what a browser loads. What works on the module is compiled with optimisation,
/// all around it is not; without TLS, because it speaks to nobody but a driver on this machine.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    let programs = ["--bin=wasm-bindgen", "--bin=wasm-bindgen-test-runner"];
    let mut options = vec!["--no-default-features".to_owned()];
    options.extend(programs.into_iter().chain(UNOPTIMISED).map(str::to_owned));
    for package in ["wasm-bindgen-cli-support", "walrus", "wasmparser", "wasm-encoder", "id-arena"]
    {
        options.push(format!("--config=profile.release.package.{package}.opt-level=2"));
    }
    cargo_tool("wasm-bindgen-cli", "wasm-bindgen", &locked_version("wasm-bindgen")?, &options)
}

/// Runs the tests of a wasm crate in a browser.
pub(crate) fn wasm_bindgen_test_runner() -> Result<PathBuf> {
    Ok(wasm_bindgen()?.with_file_name("wasm-bindgen-test-runner"))
}

/// Builds the relay; its version is that of the `worker` crate. It calls other programs and waits.
pub(crate) fn worker_build() -> Result<PathBuf> {
    let options = UNOPTIMISED.map(str::to_owned);
    cargo_tool("worker-build", "worker-build", &locked_version("worker")?, &options)
}

/// A tool is used for seconds and compiled for minutes.
const UNOPTIMISED: [&str; 2] =
    ["--config=profile.release.opt-level=0", "--config=profile.release.strip=true"];

/// Installs everything that the tests need. Most of it is waiting for the network, so it goes on
/// beside the first suites; whoever needs a tool before it is there waits for it.
pub(crate) fn prepare() -> Result<()> {
    node_tools()?;
    chromium()?;
    wasm_bindgen()?;
    worker_build()?;
    Ok(())
}

/// The Node tools, as `package-lock.json` has them.
pub(crate) fn node_tools() -> Result<()> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock();
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

/// Somebody else may be installing: that is worth two minutes of waiting.
const INSTALL: &str =
    "apt-get update && apt-get -o DPkg::Lock::Timeout=120 install -y chromium chromium-driver";

/// A Chromium and the driver that belongs to it.
#[derive(Debug)]
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds Chromium, and on Debian installs it when that is possible.
pub(crate) fn chromium() -> Result<Chromium> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock();
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

/// A tool's program, installed by `cargo install` into a folder of its version.
fn cargo_tool(package: &str, name: &str, version: &str, options: &[String]) -> Result<PathBuf> {
    let folder = paths::tool_cache().join(format!("{package}-{version}"));
    let file = folder.join("bin").join(name);
    if file.is_file() {
        return Ok(file);
    }
    fs::create_dir_all(&folder)
        .with_context(|| format!("could not create {}", folder.display()))?;
    // Another checkout may be at it: whoever comes second waits and finds it done.
    let turn = File::create(folder.join("turn")).context("could not take turns")?;
    turn.lock().context("could not take turns")?;
    if file.is_file() {
        return Ok(file);
    }
    timed(&format!("{package} {version}: cargo install (some minutes, once)"), || {
        // Without `--locked`: the tool's own lock file may name versions that a mirror lacks.
        let mut install = program("cargo");
        install.env_remove("CARGO_TARGET_DIR");
        install.args(["install", package, "--version", version, "--root"]).arg(&folder);
        run(install.args(options))
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
