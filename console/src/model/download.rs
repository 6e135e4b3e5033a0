//! A conversation as a file: what its reader sees of it, as text for people or as JSON for programs.

use inbox_protocol::{AgentBody, Entry};
use inbox_text::{Phrase, console};
use inbox_types::{
    ContactDetails, ConversationId, Text, Timestamp, Visibility, limits::DOWNLOAD_ENTRIES,
};
use serde::Serialize;

use super::{Bubble, Dialog, LineKind, Model, Room, Side, list::tail, transcript::lines_of, words};

/// The version of the JSON.
const VERSION: u32 = 1;

/// What kind of file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DownloadAs {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How much of a conversation is here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gathered {
    /// So many entries, and more are on their way.
    Some(usize),
    /// All of it.
    All,
    /// As much as one file holds: the newest [`DOWNLOAD_ENTRIES`].
    Most,
}

/// A file that the browser is to save.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedFile {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media: &'static str,
    /// What is in it.
    pub text: String,
}

/// How texts, times and sizes are written in the reader's language.
pub trait Wording {
    /// A phrase.
    fn say(&self, phrase: &Phrase) -> String;
    /// The time of a day.
    fn clock(&self, at: Timestamp) -> String;
    /// A day and its time.
    fn moment(&self, at: Timestamp) -> String;
    /// A day.
    fn date(&self, at: Timestamp) -> String;
    /// The number of an instant's day where the reader is.
    fn day_number(&self, at: Timestamp) -> i64;
    /// The time zone of these times.
    fn zone(&self) -> String;
    /// A size in bytes.
    fn size(&self, bytes: u64) -> String;
    /// A language, by its tag.
    fn language(&self, tag: &str) -> String;
}

/// The JSON. Its entries are as the relay tells them.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    conversation: &'a ConversationId,
    site: Option<String>,
    contact: ContactDetails,
    masked: bool,
    /// Whether it begins with the first entry of the conversation.
    complete: bool,
    saved_at: Timestamp,
    entries: Vec<&'a Entry<AgentBody>>,
}

impl Room {
    /// How much of the conversation is here.
    #[must_use]
    pub fn gathered(&self) -> Gathered {
        let n = self.client.entries().len();
        match (DOWNLOAD_ENTRIES.cmp(&n), self.client.has_earlier()) {
            (std::cmp::Ordering::Greater, true) => Gathered::Some(n),
            (std::cmp::Ordering::Greater | std::cmp::Ordering::Equal, false) => Gathered::All,
            (std::cmp::Ordering::Equal, true) | (std::cmp::Ordering::Less, _) => Gathered::Most,
        }
    }

    /// The entries of a file, oldest first; `internal` is with what only the team sees. An edit and a
    /// deletion are none: the message that they are of says so, and the text that was deleted is in none.
    fn saved(&self, internal: bool) -> impl Iterator<Item = &Entry<AgentBody>> {
        let entries = self.client.entries();
        let newest = &entries[entries.len().saturating_sub(DOWNLOAD_ENTRIES)..];
        newest.iter().filter(move |it| match &it.body {
            AgentBody::Message(message) => internal || message.visibility == Visibility::Public,
            AgentBody::Notice(_) => true,
            AgentBody::Internal(_) => internal,
            AgentBody::Edited { .. } | AgentBody::Deleted { .. } | AgentBody::Later => false,
        })
    }
}

impl Model {
    /// Whether the file that somebody wants of a conversation lacks what stands before.
    pub(super) fn gathers(&self, id: &ConversationId) -> bool {
        let is_asked = matches!(&self.dialog, Some(Dialog::Download(it)) if it == id);
        let lacks = |it: &Room| matches!(it.gathered(), Gathered::Some(_));
        is_asked && self.rooms.get(id).is_some_and(lacks)
    }

    /// A conversation as a file; none if this reader does not see it any more. `internal` is with what
    /// only the team sees.
    #[must_use]
    pub fn file_of(
        &self,
        id: &ConversationId,
        form: DownloadAs,
        internal: bool,
        wording: &dyn Wording,
    ) -> Option<SavedFile> {
        let room = self.rooms.get(id)?;
        let view = room.view.as_ref()?;
        let site = self.site_of(room);
        let (media, extension, text) = match form {
            DownloadAs::Text => {
                let me = &self.desk.me()?.id;
                let day_of = |at| wording.day_number(at);
                let lines = lines_of(room, me, room.saved(internal), &day_of);
                let mut text = head(id, room, site.as_deref(), wording);
                for line in lines {
                    text.push_str(&line_of(line.kind, wording));
                }
                ("text/plain;charset=utf-8", "txt", text)
            }
            DownloadAs::Json => {
                // What the team has written about the contact is the team's.
                let contact = match view.contact.details.clone() {
                    details if internal => details,
                    details => ContactDetails { extra: None, notes: None, ..details },
                };
                let document = Document {
                    version: VERSION,
                    conversation: id,
                    site,
                    contact,
                    masked: view.masked,
                    complete: room.gathered() == Gathered::All,
                    saved_at: self.desk.relay_time(self.now),
                    entries: room.saved(internal).collect(),
                };
                let text = serde_json::to_string_pretty(&document).ok()?;
                ("application/json", "json", text)
            }
        };
        let name = format!("conversation-{}.{extension}", plain(id.as_str()));
        Some(SavedFile { name, media, text })
    }

    fn site_of(&self, room: &Room) -> Option<String> {
        let id = &room.view.as_ref()?.site;
        let sites = self.desk.welcome.iter().flat_map(|it| &it.sites);
        sites.into_iter().find(|it| it.id == *id).map(|it| it.name.as_str().to_owned())
    }
}

/// Whose conversation it is, where, and what the file lacks.
fn head(id: &ConversationId, room: &Room, site: Option<&str>, wording: &dyn Wording) -> String {
    let say = |it: &Phrase| wording.say(it);
    let name = match room.name() {
        "" => say(&console::visitor_tail(&tail(id.as_str()))),
        name => name.to_owned(),
    };
    let details = room.view.as_ref().map(|it| &it.contact.details);
    let email = details.and_then(|it| it.email.as_ref());
    let phone = details.and_then(|it| it.phone.as_ref());
    let fact = |label: &Phrase, value: Option<&str>| {
        value.map(|it| format!("{}: {it}", wording.say(label)))
    };
    let facts = [
        Some(say(&console::download_head(&name))),
        fact(&console::FILTER_SITE, site),
        fact(&console::EMAIL, email.map(Text::as_str)),
        fact(&console::FIELD_PHONE, phone.map(Text::as_str)),
        Some(say(&console::download_times(&wording.zone()))),
        (room.gathered() == Gathered::Most)
            .then(|| say(&console::download_cut(&DOWNLOAD_ENTRIES.to_string()))),
        room.is_masked().then(|| say(&console::DOWNLOAD_MASKED)),
    ];
    facts.into_iter().flatten().map(|it| one_line(&it) + "\n").collect()
}

/// A line of the transcript as lines of the file.
fn line_of(kind: LineKind, wording: &dyn Wording) -> String {
    match kind {
        LineKind::Day(at) => format!("\n{}\n", wording.date(at)),
        LineKind::Session { no, at } => {
            let no = wording.say(&console::session_no(&no.0.to_string()));
            format!("\n{no} · {}\n", wording.moment(at))
        }
        LineKind::Notice { phrase, remark, at, ending: _ } => {
            let said = one_line(&wording.say(&phrase));
            let remark = remark.map(|it| format!(" “{}”", one_line(&it))).unwrap_or_default();
            format!("{} * {said}{remark}\n", wording.clock(at))
        }
        LineKind::Language { tag, by_agent, at } => {
            let name = wording.language(&tag);
            let phrase = if by_agent {
                console::notice_language_agent(&name)
            } else {
                console::notice_language(&name)
            };
            format!("{} * {}\n", wording.clock(at), wording.say(&phrase))
        }
        LineKind::Bubble(bubble) => bubble_of(&bubble, wording),
    }
}

/// What somebody wrote. What follows its first line is indented, so that nobody writes a line that
/// looks as if somebody else had written it.
fn bubble_of(bubble: &Bubble, wording: &dyn Wording) -> String {
    let who = match (bubble.side, &bubble.name) {
        (Side::Me | Side::Team | Side::Visitor, Some(name)) => one_line(name),
        (Side::Visitor, None) => wording.say(&console::VISITOR),
        (Side::Me | Side::Team, None) => wording.say(&console::BOT),
    };
    let kind = match bubble.visibility {
        Visibility::Public => String::new(),
        Visibility::Note | Visibility::Whisper => {
            format!(" ({})", wording.say(&words::kind(bubble.visibility)))
        }
    };
    let text = if bubble.deleted {
        wording.say(&console::DELETED)
    } else {
        bubble.text.iter().map(|it| it.text.as_str()).collect()
    };
    let edited = if bubble.edited && !bubble.deleted {
        format!(" ({})", wording.say(&console::EDITED))
    } else {
        String::new()
    };
    let mut lines: Vec<String> = text.split(is_break).map(str::to_owned).collect();
    let files = bubble.files.iter().filter(|_| !bubble.deleted);
    lines.extend(files.map(|it| format!("[{}, {}]", one_line(&it.name), wording.size(it.bytes))));
    if lines.first().is_some_and(String::is_empty) {
        lines.remove(0);
    }
    let said = lines.join("\n    ");
    format!("{} {who}{kind}{edited}: {said}\n", wording.clock(bubble.at))
}

/// Whether a viewer of texts may begin a new line here.
fn is_break(it: char) -> bool {
    matches!(it, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn one_line(text: &str) -> String {
    text.replace(is_break, " ")
}

/// An id with nothing in it that a file's name may not have.
fn plain(id: &str) -> String {
    let fits = |it: char| it.is_ascii_alphanumeric() || it == '-';
    id.chars().map(|it| if fits(it) { it } else { '_' }).collect()
}
