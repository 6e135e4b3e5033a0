//! The tools the build needs, installed once when they are missing.
//!
//! Versions are not repeated here: `wasm-bindgen` and `worker-build` must be of the versions in
//! `Cargo.lock`, the Node tools of those in `package-lock.json`, and the compiler of the one in
//! `rust-toolchain.toml`.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::run::{cargo, output, program, run, step, timed, which};

/// What the browser and the edge run.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The compiler, told what to do and that it is for wasm.
pub(crate) fn cargo_for_wasm(command: &str) -> Result<Command> {
    wasm_target()?;
    let mut cargo = cargo();
    cargo.args([command, "--target", WASM]);
    Ok(cargo)
}

/// The standard library for wasm. `rust-toolchain.toml` names it, which is enough where rustup may
/// install by itself.
fn wasm_target() -> Result<()> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock();
    let folder = output(program("rustc").args(["--print=target-libdir", "--target", WASM]))?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    if which("rustup").is_none() {
        bail!("the compiler has no {WASM}. Install Rust with rustup (https://rustup.rs)");
    }
    timed(&format!("{WASM}: rustup target add"), || {
        run(program("rustup").args(["target", "add", WASM]))
    })
}

/// Turns a module into what a browser loads.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    cargo_tool(&Tool::wasm_bindgen()?)
}

/// Runs the tests of a wasm crate in a browser.
pub(crate) fn wasm_bindgen_test_runner() -> Result<PathBuf> {
    Ok(wasm_bindgen()?.with_file_name("wasm-bindgen-test-runner"))
}

/// Cuts a module into parts.
pub(crate) fn wasm_split() -> Result<PathBuf> {
    cargo_tool(&Tool::wasm_split())
}

pub(crate) fn worker_build() -> Result<PathBuf> {
    cargo_tool(&Tool::worker_build()?)
}

/// Installs everything that the tests need. Most of it is waiting for the network, so it goes on
/// beside the first suites; whoever needs a tool before it is there waits for it.
pub(crate) fn prepare() -> Result<()> {
    node_tools()?;
    chromium()?;
    wasm_bindgen().map(drop)
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

/// How Debian gets packages. Somebody else may be installing: that is worth two minutes of waiting.
fn apt(packages: &str) -> String {
    format!("apt-get update && apt-get -o DPkg::Lock::Timeout=120 install -y {packages}")
}

/// Gets them, where this process may.
fn try_apt(packages: &str) -> Result<()> {
    if which("apt-get").is_none() || !is_root() {
        return Ok(());
    }
    timed(&format!("{packages}: apt-get install"), || {
        run(program("sh").arg("-c").arg(apt(packages)))
    })
}

fn is_root() -> bool {
    output(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

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
    let packages = "chromium chromium-driver";
    try_apt(packages)?;
    find_chromium().with_context(|| {
        format!(
            "Chromium or its driver is missing. Debian: `{}` as root. Elsewhere: install \
             Chromium and chromedriver, or name them in CHROMIUM and CHROMEDRIVER",
            apt(packages)
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

/// What `worker-build` is compiled against, where the system has no TLS of its own.
fn openssl() -> Result<()> {
    let is_there = || {
        !cfg!(target_os = "linux")
            || env::var_os("OPENSSL_DIR").is_some()
            || program("pkg-config")
                .args(["--exists", "openssl"])
                .status()
                .is_ok_and(|it| it.success())
    };
    if is_there() {
        return Ok(());
    }
    let packages = "pkg-config libssl-dev";
    try_apt(packages)?;
    if !is_there() {
        bail!("OpenSSL's headers or pkg-config are missing. Debian: `{}` as root", apt(packages));
    }
    Ok(())
}

/// A program that `cargo install` builds, into a folder of its version.
#[derive(Debug)]
struct Tool {
    package: &'static str,
    name: &'static str,
    version: String,
    options: &'static [&'static str],
}

impl Tool {
    /// Without TLS: it speaks to nobody but a driver on this machine.
    fn wasm_bindgen() -> Result<Self> {
        let options: &[&str] =
            &["--no-default-features", "--bin=wasm-bindgen", "--bin=wasm-bindgen-test-runner"];
        let version = locked_version("wasm-bindgen")?;
        Ok(Self { package: "wasm-bindgen-cli", name: "wasm-bindgen", version, options })
    }

    /// Its version is not that of the crate that marks the parts, with which it agrees on the format.
    fn wasm_split() -> Self {
        Self {
            package: "wasm_split_cli_support",
            name: "wasm-split-cli",
            version: "0.2.4".to_owned(),
            options: &["--features=build-binary"],
        }
    }

    /// Its version is that of the `worker` crate.
    fn worker_build() -> Result<Self> {
        let version = locked_version("worker")?;
        Ok(Self { package: "worker-build", name: "worker-build", version, options: &[] })
    }

    fn folder(&self) -> PathBuf {
        paths::tool_cache().join(format!("{}-{}", self.package, self.version))
    }

    fn file(&self) -> PathBuf {
        self.folder().join("bin").join(self.name)
    }

    /// Compiled for minutes and used for seconds: only what works on modules is optimised.
    fn install(&self, parts: &Path) -> Result<()> {
        let Self { package, version, options, .. } = self;
        timed(&format!("{package} {version}: cargo install (some minutes, once)"), || {
            // Without `--locked`: the tool's own lock file may name versions that a mirror lacks.
            let mut install = program("cargo");
            install.args(["install", package, "--version", version]).args(*options);
            install.arg("--root").arg(self.folder()).arg("--target-dir").arg(parts);
            install.args(["--config=profile.release.opt-level=0"]);
            install.args(["--config=profile.release.strip=true"]);
            for package in OPTIMISED {
                install.arg(format!("--config=profile.release.package.{package}.opt-level=2"));
            }
            run(&mut install)
        })
        .with_context(|| format!("could not install {package} {version} with `cargo install`"))
    }
}

const OPTIMISED: [&str; 5] =
    ["wasm-bindgen-cli-support", "walrus", "wasmparser", "wasm-encoder", "id-arena"];

/// A tool's program. All tools are installed at once, as they are built from the same parts.
fn cargo_tool(tool: &Tool) -> Result<PathBuf> {
    let file = tool.file();
    if file.is_file() {
        return Ok(file);
    }
    let cache = paths::tool_cache();
    fs::create_dir_all(&cache).with_context(|| format!("could not create {}", cache.display()))?;
    // Another checkout may be at it: whoever comes second waits and finds it done.
    let turn = File::create(cache.join("turn")).context("could not take turns")?;
    turn.lock().context("could not take turns")?;
    openssl()?;
    let parts = cache.join("parts");
    for tool in [Tool::wasm_bindgen()?, Tool::worker_build()?, Tool::wasm_split()] {
        if !tool.file().is_file() {
            tool.install(&parts)?;
            step(&format!("{} {} is in {}", tool.package, tool.version, tool.folder().display()));
        }
    }
    if parts.is_dir() {
        fs::remove_dir_all(parts).context("could not remove what the tools were built from")?;
    }
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
