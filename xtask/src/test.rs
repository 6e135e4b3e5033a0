//! Everything that must hold, the quick things first. The last line counts over all suites.

mod tally;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use self::tally::Tally;
use crate::run::{cargo, output, program, run, say, step};
use crate::{dist, paths, tidy, tools};

/// What can be run alone.
struct Suite {
    name: &'static str,
    what: &'static str,
    run: Run,
}

#[derive(Clone, Copy)]
enum Run {
    Check(fn() -> Result<()>),
    /// Has tests of its own, and can be told which.
    Tests(fn(&[String]) -> Result<Tally>),
    /// The same, and what it compiles is linted on the way if that is wanted.
    Compiled(fn(Lints, &[String]) -> Result<Tally>),
}

/// Whether clippy looks at what a suite compiles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lints {
    /// The `lint` suite is there for that.
    Apart,
    /// It does, and a warning fails the suite. All suites together take minutes less so, because
    /// nothing is compiled a second time to be looked at only.
    Within,
}

const SUITES: [Suite; 11] = [
    Suite { name: "format", what: "every file is formatted", run: Run::Check(format) },
    Suite { name: "tidy", what: "imports, rule names, locales", run: Run::Check(tidy::tidy) },
    Suite { name: "lint", what: "the compiler's and clippy's opinion", run: Run::Compiled(lint) },
    Suite { name: "rules", what: "tests on the host, of every crate", run: Run::Compiled(rules) },
    Suite {
        name: "world",
        what: "the seeded world, and bugs planted in it",
        run: Run::Compiled(world),
    },
    Suite { name: "loader", what: "the loader's own tests, in Node", run: Run::Tests(loader) },
    Suite {
        name: "components",
        what: "components in headless Chromium",
        run: Run::Compiled(components),
    },
    Suite { name: "dist", what: "build what is deployed", run: Run::Check(dist::dist_all) },
    Suite { name: "deploy", what: "wrangler deploy --dry-run", run: Run::Check(dry_run) },
    Suite {
        name: "faults",
        what: "the relay killed and cut off while people talk",
        run: Run::Tests(faults),
    },
    Suite { name: "scenes", what: "people with browsers", run: Run::Tests(scenes) },
];

/// `cargo xtask test [suite…] [-- what one suite is told]`
pub(crate) fn test(arguments: &[String]) -> Result<()> {
    let (names, extra) = match arguments.iter().position(|it| it == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, [].as_slice()),
    };
    if names.iter().any(|it| it == "--help") {
        print_suites();
        return Ok(());
    }
    if !extra.is_empty() && names.len() != 1 {
        bail!("what follows `--` is for one suite; name it");
    }
    let known: BTreeMap<&str, &Suite> = SUITES.iter().map(|it| (it.name, it)).collect();
    let chosen = names
        .iter()
        .map(|name| known.get(name.as_str()).copied().with_context(|| format!("no suite `{name}`")))
        .collect::<Result<Vec<_>>>()?;
    let total = if chosen.is_empty() {
        // What cannot be installed fails the suite that needs it, which says so.
        std::thread::scope(|scope| {
            scope.spawn(|| drop(tools::prepare()));
            run_suites(&SUITES.iter().collect::<Vec<_>>(), Lints::Within, extra)
        })
    } else {
        run_suites(&chosen, Lints::Apart, extra)
    };
    say(&format!("\n{total}"));
    if total.failed > 0 {
        // The count is the last line; an error would add another.
        std::process::exit(1);
    }
    Ok(())
}

fn print_suites() {
    println!("cargo xtask test [suite…] [-- arguments for one suite]\n");
    for suite in &SUITES {
        println!("  {:<12} {}", suite.name, suite.what);
    }
}

fn run_suites(suites: &[&Suite], lints: Lints, extra: &[String]) -> Tally {
    let mut results = Vec::new();
    for suite in suites {
        step(&format!("{}: {}", suite.name, suite.what));
        let start = Instant::now();
        let outcome = match suite.run {
            Run::Check(check) => check().map(|()| Tally::success()),
            Run::Tests(tests) => tests(extra),
            Run::Compiled(tests) => tests(lints, extra),
        };
        let tally = outcome.unwrap_or_else(|error| {
            step(&format!("{}: {error:#}", suite.name));
            Tally::failure(&format!("{error:#}"))
        });
        results.push((suite.name, tally, start.elapsed()));
    }
    say("");
    let mut total = Tally::default();
    for (name, tally, time) in results {
        for failure in &tally.failures {
            say(&format!("{name}: {failure}"));
        }
        say(&format!("{name:<12} {tally}  ({:.0} s)", time.as_secs_f32()));
        total = total + tally;
    }
    total
}

fn format() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))
}

/// What only compiles for the browser or for Cloudflare is looked at there too. Where the other
/// suites lint what they compile, the relay for Cloudflare is left, which no test compiles.
fn lint(lints: Lints, _: &[String]) -> Result<Tally> {
    let strict = ["--", "--deny", "warnings"];
    let mut wasm = tools::cargo_for_wasm("clippy")?;
    wasm.args(["--all-targets", "--package", "porchlight-relay"]);
    if lints == Lints::Apart {
        run(cargo().args(["clippy", "--workspace", "--all-targets"]).args(strict))?;
        wasm.args(["--package", "porchlight-widget", "--package", "porchlight-console"]);
    }
    run(wasm.args(strict)).map(|()| Tally::success())
}

/// Has our own crates compiled by clippy, which compiles as the compiler does; see `cargo-clippy`.
fn lint_within(lints: Lints, command: &mut Command) -> Result<()> {
    if lints == Lints::Within {
        let compiler = output(program("rustc").args(["--print", "sysroot"]))?;
        let clippy = Path::new(compiler.trim()).join("bin/clippy-driver");
        command.env("RUSTC_WORKSPACE_WRAPPER", clippy);
        command.env("CLIPPY_ARGS", "--deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
    }
    Ok(())
}

/// All but the world, which is built with optimisation.
fn rules(lints: Lints, extra: &[String]) -> Result<Tally> {
    let mut tests = cargo();
    lint_within(lints, &mut tests)?;
    tests.args(["test", "--workspace", "--exclude", "inbox-testkit", "--no-fail-fast"]);
    tally::of_rust_tests(tests.args(extra))
}

/// The seeds, and every planted bug. `--seeds n`, `--from k`, `--steps n` and `--seed k` are for
/// the seeds alone (see `crates/inbox-testkit/tests/seeds.rs`); the planted bugs are left out then.
fn world(lints: Lints, extra: &[String]) -> Result<Tally> {
    let mut tests = cargo();
    lint_within(lints, &mut tests)?;
    tests.args(["test", "--profile", "world", "--package", "inbox-testkit", "--no-fail-fast"]);
    let mut rest = extra.iter();
    let mut is_of_seeds = false;
    while let Some(flag) = rest.next() {
        let variable = match flag.as_str() {
            "--seeds" => "PORCHLIGHT_SEEDS",
            "--from" => "PORCHLIGHT_FROM",
            "--steps" => "PORCHLIGHT_STEPS",
            "--seed" => "PORCHLIGHT_SEED",
            _ => {
                tests.arg(flag);
                continue;
            }
        };
        tests.env(variable, rest.next().with_context(|| format!("{flag} wants a number"))?);
        is_of_seeds = true;
    }
    if is_of_seeds {
        tests.args(["--test", "seeds"]);
    }
    tally::of_rust_tests(&mut tests)
}

/// Bundled first, as the loader itself is: its modules name each other as a bundler wants it.
fn loader(extra: &[String]) -> Result<Tally> {
    let out = paths::root().join("dist/work/loader-tests");
    let mut esbuild = program(tools::node_tool("esbuild")?);
    esbuild.args(["widget/loader/test/*.test.ts", "--bundle", "--platform=node", "--format=esm"]);
    esbuild.args(["--out-extension:.js=.mjs", "--log-level=warning"]);
    run(esbuild.arg(format!("--outdir={}", out.display())))?;

    let mut node = program(tools::node_tool("node")?);
    node.args(["--test", "--test-reporter=tap"]).arg(out.join("*.test.mjs")).args(extra);
    tally::of_node_tests(&mut node)
}

fn components(lints: Lints, extra: &[String]) -> Result<Tally> {
    let chromium = tools::chromium()?;
    let mut tests = tools::cargo_for_wasm("test")?;
    lint_within(lints, &mut tests)?;
    tests.args(["--test", "*", "--no-fail-fast"]);
    if !extra.iter().any(|it| it == "--package") {
        tests.args(["--package", "porchlight-widget", "--package", "porchlight-console"]);
    }
    tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", tools::wasm_bindgen_test_runner()?);
    tests.env("CHROMEDRIVER", chromium.driver);
    tests.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    tally::of_rust_tests(tests.args(extra))
}

fn dry_run() -> Result<()> {
    let mut wrangler = program(tools::node_tool("wrangler")?);
    let out = paths::root().join("dist/work/deploy");
    run(wrangler.args(["deploy", "--dry-run", "--outdir"]).arg(out))
}

/// The short form of `cargo xtask faults`, each part of which counts, and the bugs that it must find.
/// The relay that has them is built while the good one is played with, which is mostly waiting.
fn faults(extra: &[String]) -> Result<Tally> {
    if !extra.is_empty() {
        return played(|| crate::faults::play(extra));
    }
    std::thread::scope(|scope| {
        let planted = scope.spawn(dist::planted_relay);
        let parts = played(|| crate::faults::play(&[]))?;
        let relay = planted.join().expect("no step of a build panics")?;
        Ok(parts + played(|| crate::faults::find_planted(&relay))?)
    })
}

fn played(play: impl FnOnce() -> Result<()>) -> Result<Tally> {
    let report = paths::root().join("dist/faults/report.json");
    // A report of an earlier run must not count for this one.
    drop(fs::remove_file(&report));
    let ran = play();
    let text = fs::read_to_string(&report).context("the faults left no report")?;
    Ok(tally::of_faults(&text)?.and_at_least_one_failure_if(ran.is_err()))
}

/// People with browsers before the built product, as a configuration says.
fn playwright(config: &str) -> Result<Command> {
    let chromium = tools::chromium()?;
    dist::expect_built()?;
    let mut playwright: Command = program(tools::node_tool("playwright")?);
    playwright.args(["test", "--config", config]);
    playwright.env("CHROMIUM", chromium.browser);
    playwright.env("PORCHLIGHT_XTASK", std::env::current_exe()?);
    Ok(playwright)
}

/// Makes the pictures of the documents anew.
pub(crate) fn pictures() -> Result<()> {
    run(playwright("tests/pictures/playwright.config.ts")?.arg("--reporter=list"))
}

/// Makes the small state anew that tests of later releases open.
pub(crate) fn state() -> Result<()> {
    run(playwright("tests/state/playwright.config.ts")?.arg("--reporter=list"))
}

fn scenes(extra: &[String]) -> Result<Tally> {
    let report = paths::root().join("dist/work/scenes.json");
    // A report of an earlier run must not count for this one.
    drop(fs::remove_file(&report));
    // It stands for the inbox that a company has.
    run(cargo().args(["build", "--package", "bridge-receiver"]))?;
    let mut playwright = playwright("tests/playwright.config.ts")?;
    playwright.arg("--reporter=list,json");
    playwright.args(extra);
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let ran = run(&mut playwright);
    let text = fs::read_to_string(&report).context("the scenes left no report")?;
    Ok(tally::of_scenes(&text)?.and_at_least_one_failure_if(ran.is_err()))
}
