//! Builds what is deployed: `dist/public` (served as it is) and `relay/build` (the Worker).
//!
//! Every served file has its content's hash in its name, so a browser may keep it for ever, and a
//! `.br` beside it. `dist/public/manifest.json` says which name is current.

mod app;
mod frame;
pub(crate) mod link;
mod names;
mod parts;
mod publish;
mod sizes;
mod snip;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use self::publish::Publication;
use crate::run::{run, step, timed};
use crate::tools;
use crate::{paths, tidy};

/// Where the Worker with planted bugs lies; `worker-build` takes no absolute path.
const PLANTED_FROM_RELAY: &str = "../dist/work/planted";

/// What can be built alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Loader,
    Widget,
    Console,
    Relay,
}

impl Part {
    const ALL: [Self; 4] = [Self::Loader, Self::Widget, Self::Console, Self::Relay];

    fn named(name: &str) -> Result<Self> {
        match name {
            "loader" => Ok(Self::Loader),
            "widget" => Ok(Self::Widget),
            "console" => Ok(Self::Console),
            "relay" => Ok(Self::Relay),
            unknown => bail!("dist knows loader, widget, console and relay, not `{unknown}`"),
        }
    }

    /// What it is called, and the folders that it is made of.
    fn sources(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Loader => ("loader", &["widget/loader"]),
            Self::Widget => ("widget", &["widget", "crates", "locales"]),
            Self::Console => ("console", &["console", "crates", "locales"]),
            Self::Relay => ("relay", &["relay/src", "crates"]),
        }
    }

    /// The file that says when it was built last.
    fn stamp(self) -> Result<PathBuf> {
        Ok(scratch("built")?.join(self.sources().0))
    }
}

/// Builds the named parts, or all of them, and prints what browsers load of it. `--release`: notes that
/// this is what the release weighs.
pub(crate) fn dist(arguments: &[String]) -> Result<()> {
    if arguments == ["--release"] {
        dist_all()?;
        return sizes::note();
    }
    let mut parts = arguments.iter().map(|name| Part::named(name)).collect::<Result<Vec<_>>>()?;
    if parts.is_empty() {
        parts.extend(Part::ALL);
    }
    build(&parts)?;
    sizes::print()
}

/// Builds everything as it is deployed.
pub(crate) fn dist_all() -> Result<()> {
    build(&Part::ALL)
}

fn build(parts: &[Part]) -> Result<()> {
    let has = |part| parts.contains(&part);
    tools::node_tools()?;
    if has(Part::Loader) {
        timed("loader", loader)?;
    }
    // Each ends on one core: what browsers load is linked and optimised as a whole.
    beside(
        || if has(Part::Widget) { widget() } else { Ok(()) },
        || {
            let released: Vec<&str> = [(Part::Relay, RELAY), (Part::Console, CONSOLE)]
                .into_iter()
                .filter_map(|(part, package)| has(part).then_some(package))
                .collect();
            if released.is_empty() {
                return Ok(());
            }
            let what = format!("{}: compile", released.join(", "));
            timed(&what, || compile(&released, RELEASE))?;
            beside(
                || if has(Part::Console) { app::publish("console") } else { Ok(()) },
                || if has(Part::Relay) { relay(&released) } else { Ok(()) },
            )
        },
    )?;
    if has(Part::Console) {
        sizes::hold()?;
    }
    parts.iter().try_for_each(|it| Ok(fs::write(it.stamp()?, "")?))
}

/// Does both at once.
fn beside(
    this: impl FnOnce() -> Result<()> + Send,
    that: impl FnOnce() -> Result<()> + Send,
) -> Result<()> {
    std::thread::scope(|scope| {
        let this = scope.spawn(this);
        let that = that();
        this.join().expect("no step of a build panics").and(that)
    })
}

const WIDGET: &str = "porchlight-widget";
const CONSOLE: &str = "porchlight-console";
const RELAY: &str = "porchlight-relay";

/// The compiler's profile of what every visitor loads.
const BROWSER: &str = "browser";

/// That of all else.
const RELEASE: &str = "release";

/// Compiles for wasm. What has the same profile is named at once: packages that are built alone each
/// choose their own features of what they are all built from, which is then compiled for each.
fn compile(packages: &[&str], profile: &str) -> Result<()> {
    run(&mut building("build", packages, profile)?)
}

fn building(command: &str, packages: &[&str], profile: &str) -> Result<Command> {
    let mut build = tools::cargo_for_wasm(command)?;
    build.args(["--lib", "--profile", profile]);
    build.args(packages.iter().map(|it| format!("--package={it}")));
    build.args(features(packages));
    // `worker-build` sets this, and what it means for one half must hold for the other.
    build.env("WASM_BINDGEN_USE_JS_SYS", "1");
    Ok(build)
}

/// What the packages are built with whenever they are built to be served: who builds one of them with
/// another builds the same.
fn features(packages: &[&str]) -> Option<&'static str> {
    packages.contains(&CONSOLE).then_some("--features=porchlight-console/parts")
}

/// The module that the compiler makes of one of our packages.
fn compiled(name: &str, profile: &str) -> PathBuf {
    paths::target().join(tools::WASM).join(profile).join(format!("porchlight_{name}.wasm"))
}

fn widget() -> Result<()> {
    timed("widget: compile", || {
        let mut build = building("rustc", &[WIDGET], BROWSER)?;
        link::lean(&mut build)?;
        run(&mut build)
    })?;
    app::publish("widget")
}

/// Four scripts: the loader alone, the loader with campaigns, what the latter fetches once a campaign
/// speaks, whose address stands in it, and what either asks for when the chat did not come.
fn loader() -> Result<()> {
    let mut publication = Publication::new("loader")?;
    publication.add("loader.js", &script("index", &[])?)?;
    publication.add("why.js", &script("why", &[])?)?;
    let voice = publication.add("voice.js", &script("voice", &[])?)?;
    let voice = format!("--define:VOICE=\"/assets/{voice}\"");
    publication.add("proactive.js", &script("proactive", &[voice])?)?;
    publication.finish()
}

/// One script of the loader's folder with all that it imports.
fn script(name: &str, options: &[String]) -> Result<Vec<u8>> {
    let file = scratch("loader")?.join(name).with_extension("js");
    let mut esbuild = crate::run::program(tools::node_tool("esbuild")?);
    esbuild.arg(format!("widget/loader/src/{name}.ts"));
    esbuild.args(["--bundle", "--minify", "--format=iife"]).args(options);
    esbuild.args(["--target=es2021", "--charset=utf8", "--log-level=warning"]);
    esbuild.arg(format!("--mangle-props={}", short_names()?));
    esbuild.arg("--mangle-cache=widget/loader/names.json");
    esbuild.arg(format!("--outfile={}", file.display()));
    run(&mut esbuild)?;
    fs::read(&file).with_context(|| format!("could not read {}", file.display()))
}

/// The properties that the loader's scripts share under short names, as a pattern.
fn short_names() -> Result<String> {
    let file = paths::root().join("widget/loader/names.json");
    let names: BTreeMap<String, String> = serde_json::from_slice(&fs::read(file)?)?;
    let names: Vec<&str> = names.keys().map(String::as_str).collect();
    Ok(format!("^({})$", names.join("|")))
}

/// The Worker, as the compiler made it: `wasm-opt` takes minutes and leaves it as large after gzip.
/// The packages are those that it was compiled with.
fn relay(packages: &[&str]) -> Result<()> {
    let stamp = scratch("relay")?.join("stamp");
    let compiled = compiled("relay", RELEASE);
    let hash = hash(&fs::read(&compiled).context("the relay was compiled to another place")?);
    let worker = paths::root().join("relay/build/index.js");
    // `wrangler dev` drops every socket when the Worker is written anew.
    if worker.is_file() && fs::read_to_string(&stamp).is_ok_and(|made| made == hash) {
        return Ok(());
    }
    timed("relay: bind", || worker_build("build", packages, &[]))?;
    fs::write(stamp, hash)?;
    Ok(())
}

/// What plays with the product needs it built, and says which part is older than its sources: what is
/// seen then is not true of the code as it is.
pub(crate) fn expect_built() -> Result<()> {
    let root = paths::root();
    if !root.join("relay/build/index.js").is_file() {
        bail!("the relay is not built; run `cargo xtask dist`");
    }
    let changed_at = |it: PathBuf| fs::metadata(it).and_then(|it| it.modified()).ok();
    for part in Part::ALL {
        let (name, folders) = part.sources();
        let built_at = changed_at(part.stamp()?);
        let sources = folders.iter().flat_map(|folder| {
            ["rs", "ts", "css", "json"].map(|it| tidy::files(&root.join(folder), it)).concat()
        });
        if built_at < sources.filter_map(changed_at).max() {
            step(&format!("{name} is older than its sources; `cargo xtask dist {name}` builds it"));
        }
    }
    Ok(())
}

/// A Worker with bugs to be chosen from, for the tests of the tests; returns its folder. It lies
/// beside the good one and is never deployed.
pub(crate) fn planted_relay() -> Result<PathBuf> {
    let features = ["--features", "porchlight-relay/planted"];
    timed("relay with planted bugs", || {
        worker_build(PLANTED_FROM_RELAY, &[RELAY, CONSOLE], &features)
    })?;
    Ok(paths::root().join("relay").join(PLANTED_FROM_RELAY))
}

fn worker_build(folder: &str, packages: &[&str], options: &[&str]) -> Result<()> {
    let mut build = crate::run::program(tools::worker_build()?);
    build.args(["--release", "--no-opt", "--out-dir", folder, "."]);
    build.args(packages.iter().map(|it| format!("--package={it}"))).args(features(packages));
    build.args(options);
    build.current_dir(paths::root().join("relay"));
    build.env("CARGO_TARGET_DIR", paths::target());
    build.env("WASM_BINDGEN_BIN", tools::wasm_bindgen()?);
    build.env("ESBUILD_BIN", tools::node_tool("esbuild")?);
    run(&mut build)
}

/// A folder for one part's work between the steps.
fn scratch(part: &str) -> Result<PathBuf> {
    let folder = paths::root().join("dist/work").join(part);
    fs::create_dir_all(&folder)
        .with_context(|| format!("could not create {}", folder.display()))?;
    Ok(folder)
}

/// The first ten hexadecimal digits of the content's SHA-256.
fn hash(content: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(content).iter().take(5).fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn extension(file: &Path) -> &str {
    file.extension().and_then(|it| it.to_str()).unwrap_or_default()
}
