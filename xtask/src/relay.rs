//! A relay on this machine: `wrangler dev`, started, awaited and stopped with all it started.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::http::{Request, send};
use crate::run::program;
use crate::{paths, tools};

/// A running relay. It stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Relay {
    child: Child,
    port: u16,
    log: PathBuf,
}

/// The three origins of a relay at a port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Origins {
    pub(crate) widget: String,
    pub(crate) desk: String,
    pub(crate) files: String,
}

impl Origins {
    pub(crate) fn at(port: u16) -> Self {
        let origin = |name: &str| format!("http://{name}.localhost:{port}");
        Self { widget: origin("w"), desk: origin("desk"), files: origin("files") }
    }
}

impl Relay {
    /// Starts a relay that keeps its state in `state`, and waits until it answers.
    pub(crate) fn start(port: u16, state: &Path) -> Result<Self> {
        fs::create_dir_all(state).context("could not create the folder for the relay's state")?;
        let log = state.with_extension("log");
        let output = File::create(&log).context("could not create the relay's log file")?;
        let origins = Origins::at(port);

        let mut wrangler = program(tools::node_tool("wrangler")?);
        wrangler.args(["dev", "--ip", "127.0.0.1", "--port", &port.to_string()]);
        wrangler.args(["--inspector-port", "0", "--show-interactive-dev-session=false"]);
        wrangler.arg("--persist-to").arg(state);
        for (name, value) in [
            ("WIDGET_ORIGIN", &origins.widget),
            ("DESK_ORIGIN", &origins.desk),
            ("FILES_ORIGIN", &origins.files),
            // So that a receiver of webhooks can be tried out on the same machine.
            ("WEBHOOKS_TO_LOOPBACK", &"1".to_owned()),
        ] {
            wrangler.args(["--var", &format!("{name}:{value}")]);
        }
        wrangler.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        // A group of its own, so that it can be stopped with all that it starts.
        wrangler.process_group(0);
        let child = wrangler.spawn().context("could not start wrangler")?;
        let mut relay = Self { child, port, log };
        relay.wait_until_it_answers()?;
        Ok(relay)
    }

    /// Where its own words go.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Whether it is still running.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn wait_until_it_answers(&mut self) -> Result<()> {
        let host = format!("w.localhost:{}", self.port);
        let health =
            Request { method: "GET", host: &host, path: "/health", cookie: None, body: None };
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(90) {
            if !self.is_running() {
                bail!("the relay stopped at once\n{}", self.last_words());
            }
            if send(self.port, &health).is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(200));
        }
        bail!("the relay did not answer within 90 s\n{}", self.last_words());
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn signal(&self, signal: Signal) {
        if let Ok(group) = i32::try_from(self.child.id()) {
            // It may have stopped by itself.
            let _ = killpg(Pid::from_raw(group), signal);
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.signal(Signal::SIGTERM);
        let start = Instant::now();
        while self.is_running() && start.elapsed() < Duration::from_secs(5) {
            thread::sleep(Duration::from_millis(50));
        }
        self.signal(Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

/// Writes the secrets of this machine's relays once: nobody else has them.
pub(crate) fn ensure_secrets() -> Result<()> {
    ensure_secrets_in(&paths::root().join(".dev.vars"))
}

fn ensure_secrets_in(file: &Path) -> Result<()> {
    let known = fs::read_to_string(file).unwrap_or_default();
    let mut text = known.clone();
    for (name, n_bytes) in [("MASTER_KEY", 32), ("SETUP_TOKEN", 16)] {
        if !known.lines().any(|line| line.starts_with(&format!("{name}="))) {
            writeln!(text, "{name}={}", random_hex(n_bytes)?)?;
        }
    }
    write_secret(file, &text).context("could not write .dev.vars")
}

/// Writes what only this user of the machine may read, also where it stands already.
pub(crate) fn write_secret(file: &Path, text: &str) -> Result<()> {
    let own = Permissions::from_mode(0o600);
    let mut options = OpenOptions::new();
    let mut opened = options.write(true).create(true).truncate(false).mode(0o600).open(file)?;
    opened.set_permissions(own)?;
    opened.set_len(0)?;
    opened.write_all(text.as_bytes())?;
    Ok(())
}

/// A secret out of `.dev.vars`.
pub(crate) fn secret(name: &str) -> Result<String> {
    let text = fs::read_to_string(paths::root().join(".dev.vars")).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
        .map(|it| it.trim().trim_matches('"').to_owned())
        .with_context(|| format!(".dev.vars has no {name}"))
}

/// Fresh random bytes, as hexadecimal digits.
pub(crate) fn random_hex(n_bytes: usize) -> Result<String> {
    let mut bytes = vec![0_u8; n_bytes];
    File::open("/dev/urandom")?.read_exact(&mut bytes).context("could not read /dev/urandom")?;
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_its_owners_alone() {
        let name = format!("porchlight-secret-{}", std::process::id());
        let file = std::env::temp_dir().join(name);
        // As it was left by somebody less careful.
        fs::write(&file, "an older and longer secret").expect("it can be written");
        fs::set_permissions(&file, Permissions::from_mode(0o644)).expect("it is ours");
        write_secret(&file, "a secret").expect("it can be written again");
        let mode = |file: &Path| fs::metadata(file).expect("it is there").permissions().mode();
        assert_eq!(mode(&file) & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&file).expect("it can be read"), "a secret");
        fs::remove_file(&file).expect("it is ours");
        write_secret(&file, "a secret").expect("it can be written");
        assert_eq!(mode(&file) & 0o777, 0o600);
        fs::remove_file(&file).expect("it is ours");
    }

    #[test]
    fn the_secrets_of_a_relay_are_its_owners_alone_and_made_once() {
        let name = format!("porchlight-dev-vars-{}", std::process::id());
        let file = std::env::temp_dir().join(name);
        ensure_secrets_in(&file).expect("it can be written");
        let first = fs::read_to_string(&file).expect("it can be read");
        assert!(first.contains("MASTER_KEY=") && first.contains("SETUP_TOKEN="), "{first}");
        ensure_secrets_in(&file).expect("it can be written again");
        assert_eq!(fs::read_to_string(&file).expect("it can be read"), first);
        let mode = fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_file(&file).expect("it is ours");
    }
}
