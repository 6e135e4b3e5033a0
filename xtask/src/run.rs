//! Running other programs so that a person sees what happens.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::paths;

/// Says what is being done now.
pub(crate) fn step(what: &str) {
    eprintln!("\x1b[1;36m▸\x1b[0m {what}");
}

/// Says what is being done, does it, and says how long it took.
pub(crate) fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    step(what);
    let start = Instant::now();
    let value = work()?;
    eprintln!("\x1b[1;32m✓\x1b[0m {what} ({:.1} s)", start.elapsed().as_secs_f32());
    Ok(value)
}

/// A program, started in the project's folder, that finds the project's Node tools first.
pub(crate) fn program(name: impl Into<OsString>) -> Command {
    let mut command = Command::new(name.into());
    command.current_dir(paths::root());
    command.env("PATH", path_with_node_tools());
    // The tools must not talk to anybody while they build or test.
    command.env("WRANGLER_SEND_METRICS", "false");
    // Nor must `wrangler dev` record every statement of every object, which costs more than the
    // objects themselves, or show the objects' contents to whoever reaches its port.
    command.env("X_LOCAL_OBSERVABILITY", "false").env("X_LOCAL_EXPLORER", "false");
    command
}

/// The compiler, working where this process was told to.
pub(crate) fn cargo() -> Command {
    let mut command = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.env("CARGO_TARGET_DIR", paths::target());
    command
}

/// Runs a program to its end; its output is the person's to read.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs a program to its end and returns what it wrote.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.output().with_context(|| format!("could not start `{shown}`"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("`{shown}` failed ({})\n{errors}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first program of this name on the PATH.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn path_with_node_tools() -> OsString {
    let mut folders = vec![paths::root().join("node_modules/.bin")];
    folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    env::join_paths(folders).unwrap_or_default()
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|word| word.to_string_lossy()));
    words.join(" ")
}
