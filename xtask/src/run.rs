//! Running other programs so that a person sees what happens.

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::paths;

/// Says what is being done now.
pub(crate) fn step(what: &str) {
    write_line(io::stderr(), &format!("\x1b[1;36m▸\x1b[0m {what}"));
}

/// Writes a line for whoever reads this run's output.
pub(crate) fn say(line: &str) {
    write_line(io::stdout(), line);
}

/// Node sets a pipe that it inherits to fail instead of waiting while its reader is slow, and the
/// pipe is this process' own too: so this waits by itself. Nobody may be there to read at all.
fn write_line(mut out: impl Write, line: &str) {
    let text = format!("{line}\n");
    let mut left = text.as_bytes();
    loop {
        let written = if left.is_empty() { out.flush().map(|()| 0) } else { out.write(left) };
        match written {
            Ok(0) => return,
            Ok(n) => left = &left[n..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            Err(_) => return,
        }
    }
}

/// Says what is being done, does it, and says how long it took.
pub(crate) fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    step(what);
    let start = Instant::now();
    let value = work()?;
    let seconds = start.elapsed().as_secs_f32();
    write_line(io::stderr(), &format!("\x1b[1;32m✓\x1b[0m {what} ({seconds:.1} s)"));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a few bytes every other time.
    #[derive(Default)]
    struct Slow {
        taken: Vec<u8>,
        full: bool,
    }

    impl Write for &mut Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.full = !self.full;
            if self.full {
                return Err(ErrorKind::WouldBlock.into());
            }
            let n = bytes.len().min(3);
            self.taken.extend(&bytes[..n]);
            Ok(n)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_slow_reader_gets_the_whole_line() {
        let mut slow = Slow::default();
        write_line(&mut slow, "640 passed, 0 failed");
        assert_eq!(slow.taken, b"640 passed, 0 failed\n");
    }
}
