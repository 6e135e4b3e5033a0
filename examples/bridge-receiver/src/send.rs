//! Saying something to the relay: signed, one after another, and again under the same id until it is
//! taken. The requests are made by `curl`, which knows TLS.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{self, Sender},
    },
    thread,
    time::Duration,
};

use inbox_signing::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{book::Book, locked, now};

/// How long it rests after each failure, the last one for ever.
const RESTS: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
];

/// Where the relay is, and what it takes to speak with it.
pub(crate) struct Relay {
    pub(crate) desk: String,
    pub(crate) site: String,
    pub(crate) secret: String,
    pub(crate) book: Arc<Mutex<Book>>,
}

/// Sends what was typed before, and from now on what is given.
pub(crate) fn start(relay: &Arc<Relay>) -> Sender<(u64, Value)> {
    let (sender, outbox) = mpsc::channel();
    let relay = Arc::clone(relay);
    let before = locked(&relay.book).planned();
    thread::spawn(move || {
        for (no, message) in before.into_iter().chain(outbox) {
            relay.say(no, &message);
        }
    });
    sender
}

impl Relay {
    /// Says something until it is taken, or until the relay says that it never will be.
    fn say(&self, no: u64, message: &Value) {
        let id = locked(&self.book).id(no);
        let path = format!("/v1/sites/{}/bridge", self.site);
        for rest in RESTS.iter().chain(std::iter::repeat(&RESTS[RESTS.len() - 1])) {
            let (status, answer) = self.ask(&id, &path, Some(&message.to_string()));
            println!("> {id} {} {status} {answer}", message["type"].as_str().unwrap_or_default());
            // A refusal for good holds up nothing that was typed after it; 401 may be a clock or a switch.
            let is_over = matches!(status, 200..=299 | 400 | 403 | 404 | 409 | 413);
            if is_over {
                if let Err(error) = locked(&self.book).sent(no) {
                    println!("! not written down: {error}");
                }
                return;
            }
            thread::sleep(*rest);
        }
    }

    /// What followed an event of a conversation, as the relay has it.
    pub(crate) fn missed(&self, conversation: &str, after: &str) -> String {
        let path = format!(
            "/v1/sites/{}/bridge/conversations/{conversation}/messages?after={after}",
            self.site
        );
        let id = format!("missed-{}", now().as_millis());
        self.ask(&id, &path, None).1
    }

    /// Uploads a file; the id to send it by. What is signed names the digest of its bytes, so that
    /// nothing else can be put in their place.
    pub(crate) fn upload(&self, conversation: &str, file: &Path) -> Option<String> {
        let Ok(bytes) = fs::read(file) else {
            println!("! {} cannot be read", file.display());
            return None;
        };
        let digest = hex(&Sha256::digest(&bytes));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let path = format!(
            "/v1/sites/{}/bridge/conversations/{conversation}/files?name={}&sha256={digest}",
            self.site,
            utf8_percent_encode(&name, NON_ALPHANUMERIC),
        );
        // Whoever tries again by themselves does so under the same id. A file that is typed twice is sent
        // twice, so it has another one.
        let id = format!("file-{}-{}", &digest[..32], now().as_millis());
        let (status, answer) = self.send(&id, &path, &path, Some(&bytes));
        println!("> {id} file {status} {answer}");
        let answer: Value = serde_json::from_str(&answer).ok()?;
        answer["file"]["id"].as_str().map(str::to_owned)
    }

    /// One request: of a body the body is signed, and else the path. Status 0 is no answer.
    fn ask(&self, id: &str, path: &str, body: Option<&str>) -> (u16, String) {
        self.send(id, path, body.unwrap_or(path), body.map(str::as_bytes))
    }

    fn send(&self, id: &str, path: &str, content: &str, body: Option<&[u8]>) -> (u16, String) {
        let Ok(signed) = sign(&[&self.secret], id, now(), content) else {
            return (0, "the secret is none".to_owned());
        };
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--max-time", "15", "--write-out", "\n%{http_code}"])
            .args(["--header", &format!("{ID_HEADER}: {}", signed.id)])
            .args(["--header", &format!("{TIMESTAMP_HEADER}: {}", signed.timestamp)])
            .args(["--header", &format!("{SIGNATURE_HEADER}: {}", signed.signature)]);
        if body.is_some() {
            curl.args(["--header", "content-type: application/json", "--data-binary", "@-"]);
        }
        curl.arg(format!("{}{path}", self.desk)).stdin(Stdio::piped()).stdout(Stdio::piped());
        let answer = curl.spawn().and_then(|mut curl| {
            if let Some(mut stdin) = curl.stdin.take() {
                stdin.write_all(body.unwrap_or_default())?;
            }
            curl.wait_with_output()
        });
        let Ok(output) = answer else { return (0, "curl is not here".to_owned()) };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (text, status) = text.rsplit_once('\n').unwrap_or_default();
        (status.parse().unwrap_or_default(), text.to_owned())
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |it: u8| char::from_digit(it.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|it| [digit(it >> 4), digit(it & 15)]).collect()
}
