//! What was heard and said, a line of JSON each, so that a crash at any moment leaves whole lines and at
//! most half of one, which counts for nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{File, OpenOptions},
    io::{self, Write as _},
};

use serde_json::{Value, json};

/// The book, open at its end.
pub(crate) struct Book {
    file: File,
    /// The ids of deliveries.
    heard: BTreeSet<String>,
    /// Answers that the relay does not have yet, in the order in which they were typed.
    planned: BTreeMap<u64, Value>,
    n_planned: u64,
    /// Sets this book's ids apart from those of another one.
    name: String,
    last_conversation: Option<String>,
}

impl Book {
    /// Opens a book, or begins one.
    pub(crate) fn open(path: &str) -> io::Result<Self> {
        let known = std::fs::read_to_string(path).unwrap_or_default();
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let name = format!("{:x}", super::now().as_millis());
        let mut book = Self {
            file,
            heard: BTreeSet::new(),
            planned: BTreeMap::new(),
            n_planned: 0,
            name,
            last_conversation: None,
        };
        for line in known.lines().filter_map(|it| serde_json::from_str(it).ok()) {
            book.read(&line);
        }
        // What is behind half a line would be half of that line.
        if known.is_empty() {
            let name = json!({ "book": book.name });
            book.write(&name)?;
        } else if !known.ends_with('\n') {
            book.file.write_all(b"\n")?;
        }
        Ok(book)
    }

    fn read(&mut self, line: &Value) {
        if let Some(name) = line["book"].as_str() {
            name.clone_into(&mut self.name);
        } else if let Some(id) = line["heard"].as_str() {
            self.heard.insert(id.to_owned());
            self.follow(&line["event"]);
        } else if let Some(no) = line["planned"].as_u64() {
            self.planned.insert(no, line["message"].clone());
            self.n_planned = no;
        } else if let Some(no) = line["sent"].as_u64() {
            self.planned.remove(&no);
        }
    }

    /// Writes a delivery down; false if it was before.
    pub(crate) fn note(&mut self, id: &str, event: &Value) -> io::Result<bool> {
        if self.heard.contains(id) {
            return Ok(false);
        }
        self.write(&json!({ "heard": id, "event": event }))?;
        self.heard.insert(id.to_owned());
        self.follow(event);
        Ok(true)
    }

    /// Whom the next line that is typed is for.
    fn follow(&mut self, event: &Value) {
        if event["data"]["message"]["author"]["type"] == "visitor" {
            let conversation = event["data"]["conversation_id"].as_str();
            self.last_conversation = conversation.map(str::to_owned);
        }
    }

    /// Whoever wrote last.
    pub(crate) fn last_conversation(&self) -> Option<String> {
        self.last_conversation.clone()
    }

    /// What is typed is for this conversation, until a visitor writes.
    pub(crate) fn turn_to(&mut self, conversation: &str) {
        self.last_conversation = Some(conversation.to_owned());
    }

    /// Writes an answer down that is to be sent; its number.
    pub(crate) fn plan(&mut self, message: &Value) -> io::Result<u64> {
        let no = self.n_planned + 1;
        self.write(&json!({ "planned": no, "message": message }))?;
        self.n_planned = no;
        self.planned.insert(no, message.clone());
        Ok(no)
    }

    /// The relay has an answer, or will never take it.
    pub(crate) fn sent(&mut self, no: u64) -> io::Result<()> {
        self.write(&json!({ "sent": no }))?;
        self.planned.remove(&no);
        Ok(())
    }

    /// The answers that are still to be sent.
    pub(crate) fn planned(&self) -> Vec<(u64, Value)> {
        self.planned.iter().map(|(no, it)| (*no, it.clone())).collect()
    }

    /// The id under which an answer is sent, however often.
    pub(crate) fn id(&self, no: u64) -> String {
        format!("{}-{no}", self.name)
    }

    fn write(&mut self, line: &Value) -> io::Result<()> {
        self.file.write_all(format!("{line}\n").as_bytes())?;
        self.file.sync_data()
    }
}
