//! Saying something to the relay: signed, one after another, and again under the same id until it is
//! taken. The requests are made by `curl`, which knows TLS.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{self, Sender},
    },
    thread,
    time::Duration,
};

use inbox_signing::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign};
use serde_json::Value;

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
            let is_over = matches!(status, 200..=299 | 400 | 404 | 409 | 413);
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

    /// One request: of a body the body is signed, and else the path. Status 0 is no answer.
    fn ask(&self, id: &str, path: &str, body: Option<&str>) -> (u16, String) {
        let Ok(signed) = sign(&[&self.secret], id, now(), body.unwrap_or(path)) else {
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
                stdin.write_all(body.unwrap_or_default().as_bytes())?;
            }
            curl.wait_with_output()
        });
        let Ok(output) = answer else { return (0, "curl is not here".to_owned()) };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (text, status) = text.rsplit_once('\n').unwrap_or_default();
        (status.parse().unwrap_or_default(), text.to_owned())
    }
}
