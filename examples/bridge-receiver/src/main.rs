//! An inbox core in a terminal: it prints what a site's webhook sends, and what is typed is answered
//! into the chat. `docs/forwarding.md` says how to try it, and what an inbox of one's own has to do.
//!
//! Three things make it lose nothing and show nothing twice, and every receiver needs them:
//!
//! - A delivery is answered with 204 only once it is written down, and one that is written down is not
//!   shown again.
//! - An answer is written down with its id before it is sent, and sent again under the same id until the
//!   relay has it.
//! - Answers leave one after another.

mod book;
mod http;
mod send;

use std::{
    env,
    io::{self, BufRead as _},
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use inbox_signing::{Received, verify};
use inbox_types::Timestamp;
use serde_json::{Value, json};

use book::Book;
use send::Relay;

/// What it is started with.
struct Options {
    /// Where the relay serves the desk, such as `https://desk.example`.
    relay: String,
    /// The site.
    site: String,
    /// Its webhook's secret.
    secret: String,
    /// The name that visitors see.
    name: String,
    /// Where it listens.
    listen: String,
    /// What it has written down.
    book: String,
}

const USAGE: &str = "\
bridge-receiver --relay URL --site ID [--name NAME] [--listen HOST:PORT] [--book FILE]
The webhook's secret is read from the environment, as BRIDGE_SECRET.";

const HELP: &str = "\
Type an answer to whoever wrote last. Or: /note TEXT, /tag TAG, /end, /open,
/assign E-MAIL (to a member of the desk), /unassign, /file PATH,
/to CONVERSATION, /missed SEQ (what followed an event).";

fn main() -> io::Result<()> {
    let Some(options) = options() else {
        eprintln!("{USAGE}");
        std::process::exit(2);
    };
    let book = Arc::new(Mutex::new(Book::open(&options.book)?));
    let relay = Arc::new(Relay {
        desk: options.relay,
        site: options.site,
        secret: options.secret.clone(),
        book: Arc::clone(&book),
    });
    let outbox = send::start(&relay);
    let listener = TcpListener::bind(&options.listen)?;
    println!("Listening on http://{}/", listener.local_addr()?);
    println!("{HELP}");
    let (secret, heard) = (options.secret, Arc::clone(&book));
    thread::spawn(move || {
        http::serve(&listener, |request| receive(&secret, &heard, request));
    });
    for line in io::stdin().lock().lines() {
        let line = line?;
        let to = locked(&book).last_conversation();
        match (line.trim().split_once(' ').unwrap_or((line.trim(), "")), to) {
            (("", _), _) => {}
            (("/to", conversation), _) => locked(&book).turn_to(conversation),
            (_, None) => println!("Nobody has written yet."),
            (("/missed", after), Some(to)) => println!("{}", relay.missed(&to, after)),
            ((_, _), Some(to)) => {
                let Some(message) = message(&relay, line.trim(), &to, &options.name) else {
                    continue;
                };
                // Written down before it is sent: a crash in between sends it again.
                let id = locked(&book).plan(&message)?;
                if outbox.send((id, message)).is_err() {
                    break;
                }
            }
        }
    }
    // Nobody types any more, and what was typed is still on its way.
    loop {
        thread::park();
    }
}

fn options() -> Option<Options> {
    let mut options = Options {
        relay: String::new(),
        site: String::new(),
        secret: env::var("BRIDGE_SECRET").ok()?,
        name: "Kim".to_owned(),
        listen: "127.0.0.1:9000".to_owned(),
        book: "bridge-receiver.jsonl".to_owned(),
    };
    let mut arguments = env::args().skip(1);
    while let Some(option) = arguments.next() {
        let value = arguments.next()?;
        match option.as_str() {
            "--relay" => value.trim_end_matches('/').clone_into(&mut options.relay),
            "--site" => options.site = value,
            "--name" => options.name = value,
            "--listen" => options.listen = value,
            "--book" => options.book = value,
            _ => return None,
        }
    }
    (!options.relay.is_empty() && !options.site.is_empty()).then_some(options)
}

/// The status that answers a delivery. What is not known for sure to be from the relay is not looked at.
fn receive(secret: &str, book: &Mutex<Book>, request: &http::Request) -> u16 {
    let header = |name: &str| request.headers.get(name).map_or("", String::as_str);
    let (id, timestamp, signature) =
        (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    let received = Received { id, timestamp, signature };
    if let Err(error) = verify(&[secret], received, &request.body, now()) {
        println!("! refused: {error}");
        return 401;
    }
    let Ok(event) = serde_json::from_str::<Value>(&request.body) else { return 400 };
    match locked(book).note(id, &event) {
        Ok(true) => {
            show(&event);
            204
        }
        // It came before, and was answered too late, or the answer was lost.
        Ok(false) => 204,
        Err(error) => {
            println!("! not written down: {error}");
            503
        }
    }
}

fn show(event: &Value) {
    let (kind, data) = (event["type"].as_str().unwrap_or("?"), &event["data"]);
    let conversation = data["conversation_id"].as_str().unwrap_or("?");
    let author = &data["message"]["author"];
    let who = author["name"].as_str().or(author["type"].as_str()).unwrap_or_default();
    let text = data["message"]["text"].as_str().unwrap_or_default();
    let said = if data["message"].is_null() { of_no_message(data) } else { text.to_owned() };
    println!("< {conversation} #{} {kind} {who} {said}", data["seq"]);
    for file in data["message"]["files"].as_array().into_iter().flatten() {
        println!("  {} {}", file["name"], file["url"].as_str().unwrap_or_default());
    }
}

/// What an event says that is not about a message, without what every event has.
fn of_no_message(data: &Value) -> String {
    let mut said = data.clone();
    for name in ["seq", "conversation_id", "site_id", "contact_id", "session"] {
        said.as_object_mut().map(|it| it.remove(name));
    }
    said.to_string()
}

/// What a line that was typed says to the relay; nothing if its file did not get there.
fn message(relay: &Relay, line: &str, conversation: &str, name: &str) -> Option<Value> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let agent = json!({ "name": name });
    let (kind, mut data) = match word {
        "/note" => ("agent.note", json!({ "agent": agent, "text": rest })),
        "/tag" => ("contact.tags", json!({ "agent": agent, "add": [rest] })),
        "/end" => ("session.status", json!({ "status": "closed" })),
        "/open" => ("session.status", json!({ "status": "open" })),
        "/assign" => ("session.assignee", json!({ "assignee": { "email": rest } })),
        "/unassign" => ("session.assignee", json!({ "assignee": null })),
        "/file" => {
            let file = relay.upload(conversation, Path::new(rest))?;
            ("agent.message", json!({ "agent": agent, "files": [file] }))
        }
        _ => ("agent.message", json!({ "agent": agent, "text": line })),
    };
    data["conversation_id"] = json!(conversation);
    Some(json!({ "type": kind, "data": data }))
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// The book, also if a thread died with it in its hand: every line of it is whole.
fn locked(book: &Mutex<Book>) -> std::sync::MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}
