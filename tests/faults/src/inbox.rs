//! The inbox that a company already has, as `examples/bridge-receiver` is one: so many messages each way,
//! while it and the relay are killed in the middle of a delivery, of an answer, or of nothing.
//!
//! What it has written down in its book is what it has heard and what it has to say. A line that it had
//! not read when it was killed was never said, and is typed again.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fastrand::Rng;
use futures_util::future::join_all;
use inbox_types::{Author, ClientId};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::check::{Invariant, check};
use crate::history::{Delivered, LineName};
use crate::options::{Options, Part};
use crate::outcome::Outcome;
use crate::place::Place;
use crate::record::Record;
use crate::relay::{Relay, free_port, root};
use crate::stage::{Talk, begin};

const TALKS: usize = 8;
/// How often somebody thinks about typing a line.
const STEP: Duration = Duration::from_millis(50);
/// Visitors type once in so many times.
const TYPE_ONE_IN: u64 = 3;
/// So many lines are typed into the inbox ahead of what it has written down.
const AHEAD: usize = 12;
/// A tab of its own for the check: answers stand in the order in which they were typed.
const TAB: u32 = 900;

/// The receiver, which can be killed and started again.
struct Inbox {
    port: u16,
    place: Place,
    book: PathBuf,
    process: Option<Child>,
    n_typed: usize,
}

/// What its book says.
#[derive(Default)]
struct Read {
    name: String,
    /// Deliveries, each once, in their order.
    heard: Vec<Delivered>,
    /// What it has to say, and in which conversation, by number.
    planned: Vec<(u64, String, String)>,
    sent: BTreeSet<u64>,
}

/// Says so many messages each way.
pub(crate) async fn run(options: &Options) -> Result<Outcome> {
    let n = options.answers;
    let mut outcome = Outcome::of(Part::Inbox, "an inbox of one's own and the relay killed");
    let began = Instant::now();
    let mut random = Rng::with_seed(options.seed ^ 0x1b0c);
    let relay = Relay::start(&options.variables).await?;
    let record = Arc::new(Record::new());
    let port = free_port()?;
    let place = Place::set_up(&relay, Some(&format!("http://127.0.0.1:{port}/"))).await?;
    let book = root().join(format!("dist/work/faults/inbox-{port}.jsonl"));
    let mut inbox = Inbox { port, place: place.clone(), book, process: None, n_typed: 0 };
    inbox.starts().await?;
    let mut talks = begin(&place, TALKS, &record).await?;
    for talk in &mut talks {
        talk.open(place.address, 1, &record);
    }
    let mut n_said = 0;
    let mut round = 0;
    while n_said < n || inbox.n_typed < n {
        let until = Instant::now() + Duration::from_millis(400 + random.u64(..1_600));
        while Instant::now() < until && (n_said < n || inbox.n_typed < n) {
            n_said += visitors_type(&mut talks, n - n_said, &mut random);
            inbox.types(&talks, n).await?;
            sleep(STEP).await;
        }
        strike(round, &relay, &mut inbox, &mut outcome).await?;
        talks.iter_mut().flat_map(Talk::tabs).for_each(|it| it.wakes());
        round += 1;
    }
    all_said(&mut inbox, &talks, n, options.patience).await?;
    join_all(talks.iter_mut().map(|it| it.rest(options.patience))).await;
    note_answers(&inbox.read(), &record)?;
    for talk in &mut talks {
        talk.read(place.address, &record).await?;
    }
    all_heard(&inbox, &record, options.patience).await;
    let heard = inbox.read().heard;
    let events: BTreeSet<_> = heard.iter().map(|it| (&it.conversation, it.seq)).collect();
    if events.len() != heard.len() {
        outcome.complain(format!("I7: {} events came under {} names", events.len(), heard.len()));
    }
    let n_sent = inbox.read().sent.len();
    if n_sent < n {
        outcome.complain(format!("the inbox said {n_sent} of {n} answers"));
    }
    outcome.count("answers of the inbox", n_sent);
    outcome.judge(&record.history());
    outcome.seconds = began.elapsed().as_secs_f64();
    fs::remove_file(&inbox.book)?;
    Ok(outcome)
}

/// Some visitors type a line, `most` of them; how many did.
fn visitors_type(talks: &mut [Talk], most: usize, random: &mut Rng) -> usize {
    let mut n = 0;
    for talk in talks {
        let tab = &mut talk.visitor_tabs[0];
        if n < most && !tab.is_behind() && random.u64(..TYPE_ONE_IN) == 0 {
            tab.types(&talk.visitor);
            n += 1;
        }
    }
    n
}

/// Takes away the relay, the inbox, or both, and brings back what is gone.
async fn strike(
    round: usize,
    relay: &Relay,
    inbox: &mut Inbox,
    outcome: &mut Outcome,
) -> Result<()> {
    if !round.is_multiple_of(3) {
        relay.kill()?;
        outcome.count("kills of the relay", 1);
    }
    if round % 3 != 1 {
        inbox.dies().await?;
        outcome.count("kills of the inbox", 1);
        inbox.starts().await?;
    }
    relay.answers_again().await
}

/// Waits until the inbox has written down and said all that it had to say.
async fn all_said(inbox: &mut Inbox, talks: &[Talk], n: usize, patience: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        inbox.types(talks, n).await?;
        if inbox.read().sent.len() == n {
            return Ok(());
        }
        sleep(STEP).await;
    }
    // Who waits for it complains.
    Ok(())
}

/// Waits until the inbox was told of everything: then the check says what is missing.
async fn all_heard(inbox: &Inbox, record: &Record, patience: Duration) {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        record.history().delivered = inbox.read().heard;
        let found = check(&record.history());
        if !found.iter().any(|it| it.invariant == Invariant::I7) {
            return;
        }
        sleep(Duration::from_millis(500)).await;
    }
}

/// What the inbox had to say was typed like any line: it must stand once, in order, and nowhere else.
fn note_answers(read: &Read, record: &Record) -> Result<()> {
    for (no, conversation, text) in &read.planned {
        let client_id: ClientId = format!("{}-{no}", read.name).parse()?;
        let line =
            LineName { conversation: conversation.clone(), author: Author::Bridge, client_id };
        record.typed(line, TAB, text.clone());
    }
    Ok(())
}

impl Inbox {
    async fn starts(&mut self) -> Result<()> {
        let Place { desk, site, secret, .. } = &self.place;
        let mut program = Command::new(root().join("target/debug/bridge-receiver"));
        program.args(["--relay", desk, "--site", site, "--listen"]);
        program.arg(format!("127.0.0.1:{}", self.port)).arg("--book").arg(&self.book);
        program.env("BRIDGE_SECRET", secret);
        program.stdin(Stdio::piped()).stdout(Stdio::null()).kill_on_drop(true);
        self.process = Some(program.spawn().context("bridge-receiver is built first")?);
        // Whatever was typed and not read is typed again.
        self.n_typed = self.read().planned.len();
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            if deadline < Instant::now() {
                bail!("the inbox does not listen");
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    async fn dies(&mut self) -> Result<()> {
        let mut process = self.process.take().context("it runs")?;
        process.start_kill()?;
        process.wait().await?;
        Ok(())
    }

    /// Types the next answer, to each conversation in turn, if there are not too many ahead. Who writes
    /// meanwhile may get it in another's place: the book knows.
    async fn types(&mut self, talks: &[Talk], n: usize) -> Result<()> {
        let most = n.min(self.read().planned.len() + AHEAD);
        let Some(typed) = self.process.as_mut().and_then(|it| it.stdin.as_mut()) else {
            return Ok(());
        };
        for number in self.n_typed..most {
            let to = &talks[number % talks.len()].id;
            typed.write_all(format!("/to {to}\nanswer {number}\n").as_bytes()).await?;
            self.n_typed = number + 1;
        }
        Ok(())
    }

    fn read(&self) -> Read {
        let mut read = Read::default();
        let book = fs::read_to_string(&self.book).unwrap_or_default();
        // Half a line, which a kill has left, counts for nothing.
        for line in book.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok()) {
            read.take(&line);
        }
        read
    }
}

impl Read {
    fn take(&mut self, line: &Value) {
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        if let Some(name) = line["book"].as_str() {
            name.clone_into(&mut self.name);
        } else if let Some(id) = line["heard"].as_str() {
            let data = &line["event"]["data"];
            let seq = inbox_types::Place(data["seq"].as_u64().unwrap_or_default());
            let conversation = text(&data["conversation_id"]);
            self.heard.push(Delivered { id: id.to_owned(), conversation, seq });
        } else if let Some(no) = line["planned"].as_u64() {
            let data = &line["message"]["data"];
            self.planned.push((no, text(&data["conversation_id"]), text(&data["text"])));
        } else if let Some(no) = line["sent"].as_u64() {
            self.sent.insert(no);
        }
    }
}
