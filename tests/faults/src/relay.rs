//! A relay of the tests' own: real workerd, killed and back within a second.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::http::{Request, send};

/// A running relay. It stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Relay {
    child: Child,
    words: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    folder: PathBuf,
    port: u16,
}

pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

impl Relay {
    /// Starts a relay with an empty state on the disk that the checkout lies on, and waits
    /// until it answers. `variables` are for the Worker, as `NAME=value`.
    pub(crate) async fn start(variables: &[String]) -> Result<Self> {
        let port = free_port()?;
        let folder = root().join(format!("dist/work/faults/{port}"));
        fs::create_dir_all(&folder).context("could not create the folder for the state")?;
        let mut node = Command::new(root().join("node_modules/.bin/node"));
        node.arg("tests/faults/relay.ts").arg(port.to_string()).arg(&folder).args(variables);
        node.current_dir(root()).env("WRANGLER_SEND_METRICS", "false");
        let log = fs::File::create(folder.with_extension("log"))?;
        node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let mut child = node.spawn().context("could not start the relay")?;
        let words = child.stdin.take().context("the relay listens")?;
        let answers = child.stdout.take().context("the relay answers")?;
        let answers = BufReader::new(answers).lines();
        let mut relay = Self { child, words, answers, folder, port };
        relay.hears("ready").await?;
        relay.answers_again().await?;
        Ok(relay)
    }

    fn log(&self) -> PathBuf {
        self.folder.with_extension("log")
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    pub(crate) fn origin(&self, host: &str) -> String {
        format!("http://{host}.localhost:{}", self.port)
    }

    /// Takes workerd away in the middle of whatever it is doing. It comes back by itself.
    pub(crate) fn kill(&self) -> Result<()> {
        let workerd = self.workerd().context("workerd does not run")?;
        kill(workerd, Signal::SIGKILL).context("workerd could not be killed")
    }

    /// Waits until it answers.
    pub(crate) async fn answers_again(&self) -> Result<()> {
        let origin = self.origin("w");
        let deadline = Instant::now() + Duration::from_mins(1);
        while Instant::now() < deadline {
            let request = Request {
                method: "GET",
                origin: &origin,
                path: "/health",
                headers: Vec::new(),
                body: Vec::new(),
            };
            let answer = timeout(Duration::from_secs(5), send(self.address(), &request)).await;
            if matches!(answer, Ok(Ok(answer)) if answer.status == 200) {
                return Ok(());
            }
            sleep(Duration::from_millis(10)).await;
        }
        bail!("the relay did not come back; its log is {}", self.log().display())
    }

    /// Runs another build of the code on the same state. All whose sockets broke come at once, so
    /// that it may be long until it answers anybody in particular.
    pub(crate) async fn deploy(&mut self) -> Result<()> {
        self.words.write_all(b"deploy\n").await?;
        self.hears("deployed").await.map(drop)
    }

    /// The names of all files in the bucket.
    pub(crate) async fn files(&mut self) -> Result<Vec<String>> {
        self.words.write_all(b"files\n").await?;
        let answer = self.hears("files").await?;
        Ok(answer.split(' ').skip(1).filter(|it| !it.is_empty()).map(str::to_owned).collect())
    }

    async fn hears(&mut self, word: &str) -> Result<String> {
        let heard = async {
            while let Some(line) = self.answers.next_line().await? {
                if line.starts_with(word) {
                    return Ok(line);
                }
            }
            bail!("the relay stopped; its log is {}", self.log().display())
        };
        timeout(Duration::from_secs(90), heard).await.context("the relay says nothing")?
    }

    /// The process of workerd: the only child of the relay's that has this name.
    fn workerd(&self) -> Option<Pid> {
        let parent = self.child.id()?.to_string();
        let entries = fs::read_dir("/proc").ok()?;
        entries.flatten().find_map(|entry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // `pid (name) state parent …`
            let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
            let mut rest = rest.split_whitespace();
            let (state, of) = (rest.next()?, rest.next()?);
            (name == "workerd" && of == parent && state != "Z").then(|| Pid::from_raw(pid))
        })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // The child is killed by its handle; workerd must not outlive it.
        if let Some(workerd) = self.workerd() {
            let _ = kill(workerd, Signal::SIGKILL);
        }
        let _ = self.child.start_kill();
        if let Some(workerd) = self.workerd() {
            let _ = kill(workerd, Signal::SIGKILL);
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
