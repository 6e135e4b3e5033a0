//! Attachments: an upload that is cut anywhere, by its sender or with the relay, is whole or
//! cleanly failed. Nobody ever sees half a file, and what was cut leaves nothing behind.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use inbox_client::NewMessage;
use inbox_protocol::http::Uploaded;
use inbox_types::{File, FileId};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::http::{Request, receive, send};
use crate::options::{Options, Part};
use crate::outcome::Outcome;
use crate::place::Place;
use crate::raw::Raw;
use crate::record::{Moment, Record};
use crate::relay::Relay;
use crate::side::{AgentSide, Side as _};
use crate::stage::{Talk, begin};

/// Bytes of a file: several of the relay's chunks.
const BYTES: usize = 400_000;
/// No visitor may have more than twelve files waiting, and those of a killed relay wait a day.
const ROUNDS_PER_VISITOR: usize = 8;

/// What happens to an upload.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Whole,
    /// The sender goes away after so many bytes.
    Cut(usize),
    /// The relay is killed after so many bytes.
    Killed(usize),
}

/// Runs so many uploads.
pub(crate) async fn run(options: &Options) -> Result<Outcome> {
    let rounds = options.uploads;
    let mut outcome = Outcome::of(Part::Uploads, "uploads cut anywhere");
    let began = Instant::now();
    let mut random = Rng::with_seed(options.seed ^ 0xf11e);
    let mut relay = Relay::start(&options.variables).await?;
    let record = Arc::new(Record::new());
    let place = Place::set_up(&relay, None).await?;
    let mut talks = begin(&place, rounds.div_ceil(ROUNDS_PER_VISITOR), &record).await?;
    record.history().hooked.clear();
    let mut sent = BTreeMap::new();
    for round in 0..rounds {
        let talk = &mut talks[round / ROUNDS_PER_VISITOR];
        if talk.visitor_tabs.is_empty() {
            talk.open(place.address, 1, &record);
        }
        let cut = random.usize(..BYTES);
        let fate = match round % 3 {
            0 => Fate::Killed(cut),
            1 => Fate::Cut(cut),
            _ => Fate::Whole,
        };
        let bytes = content(round);
        let uploaded = upload(&place, talk, &bytes, fate, &relay, &record).await;
        relay.answers_again().await?;
        match (uploaded, fate) {
            (Ok(file), _) => {
                outcome.count("whole", 1);
                sent.insert(file.id.clone(), bytes);
                post(talk, round, file);
            }
            (Err(_), Fate::Cut(_) | Fate::Killed(_)) => outcome.count("cleanly failed", 1),
            (Err(error), Fate::Whole) => outcome.complain(format!("an upload failed: {error:#}")),
        }
        talk.tabs().for_each(|it| it.wakes());
    }
    for talk in &mut talks {
        talk.rest(options.patience).await;
        talk.read(place.address, &record).await?;
        look_at(&talk.agent, &place, &mut sent, &mut outcome).await?;
    }
    if !sent.is_empty() {
        outcome.complain(format!("{} files were sent and are not shown", sent.len()));
    }
    collected(&mut relay, &mut outcome).await?;
    outcome.count("rounds", rounds);
    outcome.judge(&record.history());
    outcome.seconds = began.elapsed().as_secs_f64();
    Ok(outcome)
}

fn content(round: usize) -> Vec<u8> {
    let mut random = Rng::with_seed(round as u64);
    (0..BYTES).map(|_| random.u8(..)).collect()
}

async fn upload(
    place: &Place,
    talk: &Talk,
    bytes: &[u8],
    fate: Fate,
    relay: &Relay,
    record: &Record,
) -> Result<File> {
    let path = format!("/v1/sites/{}/files", place.site);
    let request = Request {
        method: "POST",
        origin: &place.widget,
        path: &path,
        headers: vec![
            ("Authorization", format!("Bearer {}", talk.ticket.token)),
            ("X-File-Name", "crack.bin".to_owned()),
        ],
        body: bytes.to_vec(),
    };
    let mut stream = TcpStream::connect(place.address).await?;
    stream.write_all(request.head().as_bytes()).await?;
    match fate {
        Fate::Whole => give(&mut stream, bytes).await?,
        Fate::Cut(at) => {
            give(&mut stream, &bytes[..at]).await?;
            record.moment(Moment::Uploading);
            bail!("the sender went away");
        }
        Fate::Killed(at) => {
            give(&mut stream, &bytes[..at]).await?;
            record.moment(Moment::Uploading);
            relay.kill()?;
            // The rest is sent to nobody.
            give(&mut stream, &bytes[at..]).await?;
        }
    }
    let answer = timeout(Duration::from_mins(1), receive(&mut stream)).await??;
    let uploaded: Uploaded = serde_json::from_value(answer.json()?)?;
    Ok(uploaded.file)
}

/// Sends bytes, and gives the relay the time to begin with them.
async fn give(stream: &mut TcpStream, bytes: &[u8]) -> Result<()> {
    stream.write_all(bytes).await?;
    sleep(Duration::from_millis(30)).await;
    Ok(())
}

/// The visitor sends what was uploaded.
fn post(talk: &mut Talk, round: usize, file: File) {
    let text = format!("upload {round}");
    let draft = NewMessage {
        text: text.clone().try_into().ok(),
        files: vec![file],
        ..NewMessage::default()
    };
    let tab = &talk.visitor_tabs[0];
    tab.types_draft(&talk.visitor, &format!("upload-{round}"), text, draft);
}

/// Every file that the agent is shown was sent whole, and can be had whole.
pub(crate) async fn look_at(
    agent: &AgentSide,
    place: &Place,
    sent: &mut BTreeMap<FileId, Vec<u8>>,
    outcome: &mut Outcome,
) -> Result<()> {
    let mut socket = Raw::dial(place.address, agent.request()?).await?;
    let hello = json!({ "type": "hello", "version": 1, "epoch": 1, "after": 0 });
    socket.say(hello.to_string()).await?;
    let mut shown = Vec::new();
    loop {
        let frame: Value = serde_json::from_str(&socket.hears().await?)?;
        if frame["type"] == "ready" {
            break;
        }
        for entry in frame["entries"].as_array().into_iter().flatten() {
            for file in entry["body"]["files"].as_array().into_iter().flatten() {
                shown.push(serde_json::from_value::<File>(file.clone())?);
            }
        }
    }
    for file in shown {
        let Some(bytes) = sent.remove(&file.id) else {
            outcome.complain(format!("{} is shown, and was not sent or is shown twice", file.id));
            continue;
        };
        socket.say(json!({ "type": "link", "file": file.id }).to_string()).await?;
        let link = socket.hears_type("link").await?;
        let url = link["url"].as_str().context("a link has an address")?;
        let got = download(place, url).await?;
        if got != bytes {
            let (has, had) = (got.len(), bytes.len());
            outcome.complain(format!("{} has {has} of {had} bytes, or others", file.id));
        }
        outcome.count("read back", 1);
    }
    Ok(())
}

async fn download(place: &Place, url: &str) -> Result<Vec<u8>> {
    let at = url.find("/f/").context("a link to a file")?;
    let (origin, path) = url.split_at(at);
    let request = Request { method: "GET", origin, path, headers: Vec::new(), body: Vec::new() };
    let answer = send(place.address, &request).await?;
    ensure!(answer.status == 200, "a file was answered by {}", answer.status);
    Ok(answer.body)
}

/// What was cut is not in the bucket: the sweep comes at once after a cut.
async fn collected(relay: &mut Relay, outcome: &mut Outcome) -> Result<()> {
    let whole = outcome.figures.get("whole").copied().unwrap_or_default();
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let n = relay.files().await?.len();
        let n_whole = f64::from(u32::try_from(n)?);
        if n_whole <= whole {
            outcome.count("files in the bucket", n);
            return Ok(());
        }
        if deadline < Instant::now() {
            outcome.complain(format!("{n} files are in the bucket, {whole} were sent"));
            return Ok(());
        }
        sleep(Duration::from_millis(500)).await;
    }
}
