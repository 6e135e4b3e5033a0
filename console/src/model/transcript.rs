//! The lines of a transcript, ready to show.

mod notice;

use std::collections::BTreeMap;

use inbox_client::{
    Failure, UnsentMessage,
    presentation::{Delivery, is_grouped, is_long, links, say_once, visible_name},
};
use inbox_protocol::{AgentBody, Entry, InternalNotice, Message};
use inbox_text::{Phrase, console};
use inbox_types::{
    Action, Author, ClientId, ConversationId, File, FileId, LanguageSource, MemberId, Place,
    SessionNo, Timestamp, Visibility,
};

use self::notice::{internal_notice, public_notice};
use super::{PendingActions, Room, list::initials, toast::refusal};

/// One line on screen. Lines of the same `key` are the same line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineView {
    /// What identifies the line: a line that changes keeps it.
    pub key: String,
    /// What it shows.
    pub kind: LineKind,
}

/// What one line of the transcript is: a message, or something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// Another day begins.
    Day(Timestamp),
    /// Another session begins.
    Session {
        /// Which one.
        no: SessionNo,
        /// When.
        at: Timestamp,
    },
    /// Something happened.
    Notice {
        /// What.
        phrase: Phrase,
        /// A remark with it.
        remark: Option<String>,
        /// When.
        at: Timestamp,
        /// It ended something.
        ending: bool,
    },
    /// The conversation is in another language from here.
    Language {
        /// The language's tag.
        tag: String,
        /// An agent chose it.
        by_agent: bool,
        /// When.
        at: Timestamp,
    },
    /// Somebody wrote.
    Bubble(Box<Bubble>),
}

/// What somebody wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact that shows by itself")]
pub struct Bubble {
    /// Whose.
    pub side: Side,
    /// The name, if it is known.
    pub name: Option<String>,
    /// Two letters for the avatar.
    pub initials: String,
    /// When.
    pub at: Timestamp,
    /// The text with its links.
    pub text: Vec<Piece>,
    /// It has more lines than are shown at first.
    pub long: bool,
    /// What is attached.
    pub files: Vec<FileView>,
    /// Who may read it.
    pub visibility: Visibility,
    /// Its text was changed.
    pub edited: bool,
    /// It was withdrawn.
    pub deleted: bool,
    /// It follows one of the same person at once: no avatar.
    pub follows: bool,
    /// How far it is.
    pub delivery: Delivery,
    /// The language that was found in it, if that is another than before.
    pub language: Option<String>,
    /// Its place, if I may change its text.
    pub edit: Option<Place>,
    /// Its place, if I may withdraw it.
    pub delete: Option<Place>,
    /// Its name, for retrying.
    pub client_id: ClientId,
    /// Somebody searched for it.
    pub found: bool,
}

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// As it was written.
    pub text: String,
    /// Where it leads, if it is a link.
    pub href: Option<String>,
}

/// Letters of a line, of which there are fewer on a narrow screen.
const LINE: usize = 100;

/// Whose a bubble is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The visitor's.
    Visitor,
    /// A colleague's, a bot's.
    Team,
    /// Mine.
    Me,
}

/// An attachment on screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileView {
    /// Which one.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Shown as a picture, from this address.
    pub picture: Option<String>,
    /// A picture whose address is not here yet.
    pub awaited: bool,
}

/// All that the lines on screen depend on: they are made anew when it changes, and not before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinesVersion {
    me: MemberId,
    conversation: ConversationId,
    /// How many lines there are of each kind: a conversation that was left and comes back counts its
    /// revisions anew.
    n_lines: (usize, usize),
    revision: u32,
    seen: Place,
    is_live: bool,
    name: String,
    is_masked: bool,
    may: Vec<Action>,
    deeds: PendingActions,
    links: BTreeMap<FileId, (String, Timestamp)>,
    found: Option<(Place, u32)>,
}

impl LinesVersion {
    /// The version of the lines of a room that one member sees.
    #[must_use]
    pub fn of(conversation: &ConversationId, room: &Room, me: &MemberId) -> Self {
        let client = &room.client;
        Self {
            me: me.clone(),
            conversation: conversation.clone(),
            n_lines: (client.entries().len(), client.lines().len()),
            revision: client.revision(),
            seen: client.seen(),
            is_live: room.is_connected(),
            name: room.name().to_owned(),
            is_masked: room.is_masked(),
            may: room.view.as_ref().map(|it| it.may.clone()).unwrap_or_default(),
            deeds: room.deeds.clone(),
            links: room.links.clone(),
            found: room.found,
        }
    }
}

/// Everything on screen, oldest first. `day_of` is the number of an instant's day where the reader is.
#[must_use]
pub fn lines(room: &Room, me: &MemberId, day_of: &dyn Fn(Timestamp) -> i64) -> Vec<LineView> {
    let mut lines = Lines::of(room, me, room.client.entries().iter(), day_of);
    for line in room.client.lines() {
        lines.unsent(line);
    }
    let mut lines = lines.shown;
    let mine = lines.iter_mut().rev().filter_map(|it| match &mut it.kind {
        LineKind::Bubble(it) if it.side == Side::Me => Some(&mut it.delivery),
        LineKind::Bubble(_)
        | LineKind::Day(_)
        | LineKind::Session { .. }
        | LineKind::Notice { .. }
        | LineKind::Language { .. } => None,
    });
    say_once(mine);
    lines
}

/// What is stored, as some of its entries show it, oldest first.
pub(super) fn lines_of<'a>(
    room: &Room,
    me: &MemberId,
    entries: impl Iterator<Item = &'a Entry<AgentBody>>,
    day_of: &dyn Fn(Timestamp) -> i64,
) -> Vec<LineView> {
    Lines::of(room, me, entries, day_of).shown
}

struct Lines<'a> {
    room: &'a Room,
    me: &'a MemberId,
    shown: Vec<LineView>,
    /// How many lines there are of each key so far.
    n_of_key: BTreeMap<String, u32>,
    /// Who wrote the last bubble, to whom, when, and how far it is.
    last: Option<(Author, Visibility, Timestamp, Delivery)>,
    language: Option<String>,
    day: Option<i64>,
    day_of: &'a dyn Fn(Timestamp) -> i64,
}

impl<'a> Lines<'a> {
    fn of<'e>(
        room: &'a Room,
        me: &'a MemberId,
        entries: impl Iterator<Item = &'e Entry<AgentBody>>,
        day_of: &'a dyn Fn(Timestamp) -> i64,
    ) -> Self {
        let shown = Vec::new();
        let n_of_key = BTreeMap::new();
        let mut lines =
            Self { room, me, shown, n_of_key, last: None, language: None, day: None, day_of };
        let mut session = None;
        for entry in entries {
            if session != Some(entry.session) {
                session = Some(entry.session);
                lines.begin_session(entry);
            }
            lines.entry(entry);
        }
        lines
    }
}

impl Lines<'_> {
    /// No two lines have one key, or neither would be drawn: a session is named again when somebody
    /// wraps it up in the next one, and two people may choose one name for a message.
    fn push(&mut self, key: String, kind: LineKind) {
        let n = self.n_of_key.entry(key.clone()).or_insert(0);
        *n += 1;
        let key = if *n == 1 { key } else { format!("{key}~{n}") };
        self.shown.push(LineView { key, kind });
    }

    fn begin_session(&mut self, entry: &Entry<AgentBody>) {
        self.last = None;
        // The line of a session says its day.
        self.day = Some((self.day_of)(entry.at));
        let kind = LineKind::Session { no: entry.session, at: entry.at };
        self.push(format!("session-{}", entry.session.0), kind);
    }

    fn day(&mut self, at: Timestamp) {
        let day = (self.day_of)(at);
        if self.day.replace(day) != Some(day) {
            self.last = None;
            self.push(format!("day-{day}"), LineKind::Day(at));
        }
    }

    fn entry(&mut self, entry: &Entry<AgentBody>) {
        let key = format!("place-{}", entry.place.0);
        match &entry.body {
            AgentBody::Message(message) => {
                self.day(entry.at);
                let bubble = self.bubble(message, entry);
                // An unsent line becomes an entry under the same key, so that it stays in place.
                self.push(message.client_id.to_string(), LineKind::Bubble(Box::new(bubble)));
            }
            AgentBody::Notice(notice) => {
                if let Some((phrase, ending)) = public_notice(notice) {
                    self.notice(key, phrase, None, entry.at, ending);
                }
            }
            AgentBody::Internal(InternalNotice::LanguageChanged { language, source }) => {
                self.day(entry.at);
                self.last = None;
                let tag = language.as_str().to_owned();
                let by_agent = *source == LanguageSource::Agent;
                self.push(key, LineKind::Language { tag, by_agent, at: entry.at });
            }
            AgentBody::Internal(notice) => {
                if let Some((phrase, remark)) = internal_notice(notice) {
                    self.notice(key, phrase, remark, entry.at, false);
                }
            }
            // Edits and deletions are shown where their message stands.
            AgentBody::Edited { .. } | AgentBody::Deleted { .. } | AgentBody::Later => (),
        }
    }

    fn notice(
        &mut self,
        key: String,
        phrase: Phrase,
        remark: Option<String>,
        at: Timestamp,
        ending: bool,
    ) {
        self.day(at);
        self.last = None;
        self.push(key, LineKind::Notice { phrase, remark, at, ending });
    }

    fn follows(&mut self, by: &Author, to: Visibility, at: Timestamp, how_far: &Delivery) -> bool {
        let follows = self.last.as_ref().is_some_and(|(last_by, last_to, then, how_far)| {
            last_by == by && *last_to == to && is_grouped((*then, how_far), at)
        });
        self.last = Some((by.clone(), to, at, how_far.clone()));
        follows
    }

    fn bubble(&mut self, message: &Message, entry: &Entry<AgentBody>) -> Bubble {
        let side = side(&message.author, self.me);
        let name = match side {
            Side::Visitor => Some(self.room.name().to_owned()).filter(|it| !it.is_empty()),
            Side::Team | Side::Me => message.agent.as_ref().map(|it| it.name.as_str().to_owned()),
        };
        let mine = side == Side::Me && message.deleted_at.is_none();
        let may = |action| mine && self.room.may(action);
        let changed = self.room.deeds.edit_of(entry.place);
        let going = self.room.deeds.deletes(entry.place);
        let delivery = if mine && (changed.is_some() || going) {
            Delivery::Sending
        } else if mine && message.visibility == Visibility::Public {
            Delivery::of_stored(entry.place, self.room.client.seen())
        } else {
            Delivery::Quiet
        };
        let follows = self.follows(&message.author, message.visibility, entry.at, &delivery);
        Bubble {
            side,
            initials: name.as_deref().map_or_else(|| "?".to_owned(), initials),
            name,
            at: entry.at,
            text: changed
                .or(message.text.as_ref())
                .map(|it| self.pieces(it.as_str()))
                .unwrap_or_default(),
            long: changed.or(message.text.as_ref()).is_some_and(|it| is_long(it.as_str(), LINE)),
            files: message.files.iter().map(|it| self.file(it)).collect(),
            visibility: message.visibility,
            edited: message.edited_at.is_some(),
            deleted: message.deleted_at.is_some(),
            follows,
            delivery,
            language: self.language(message),
            edit: (message.text.is_some() && may(Action::EditOwn)).then_some(entry.place),
            delete: may(Action::DeleteOwn).then_some(entry.place),
            client_id: message.client_id.clone(),
            found: self.room.found.is_some_and(|it| it.0 == entry.place),
        }
    }

    fn unsent(&mut self, line: &UnsentMessage) {
        self.day(line.since);
        let author = Author::Agent(self.me.clone());
        let (seen, is_live) = (self.room.client.seen(), self.room.is_connected());
        let delivery = Delivery::of_line(line, seen, is_live, None);
        let follows = self.follows(&author, line.draft.visibility, line.since, &delivery);
        let text = line.draft.text.as_ref();
        let long = text.is_some_and(|it| is_long(it.as_str(), LINE));
        let text = text.map(|it| self.pieces(it.as_str())).unwrap_or_default();
        let bubble = Bubble {
            side: Side::Me,
            initials: String::new(),
            name: None,
            at: line.since,
            text,
            long,
            files: line.draft.files.iter().map(|it| self.file(it)).collect(),
            visibility: line.draft.visibility,
            edited: false,
            deleted: false,
            follows,
            delivery,
            language: None,
            edit: None,
            delete: None,
            client_id: line.client_id.clone(),
            found: false,
        };
        self.push(line.client_id.to_string(), LineKind::Bubble(Box::new(bubble)));
    }

    /// The words and links of a text; what is masked is no link.
    fn pieces(&self, text: &str) -> Vec<Piece> {
        let piece = |it: links::Part<'_>| Piece {
            text: it.text.to_owned(),
            href: it.href.filter(|_| self.room.may_follow(it.text)),
        };
        links::parts(text).into_iter().map(piece).collect()
    }

    fn file(&self, file: &File) -> FileView {
        let link = self.room.link(&file.id).filter(|_| file.media.is_image());
        FileView {
            id: file.id.clone(),
            name: visible_name(file.name.as_str()),
            bytes: file.bytes,
            picture: link.map(str::to_owned),
            awaited: file.media.is_image() && link.is_none(),
        }
    }

    /// A chip where the visitor clearly changes language, and nowhere else.
    fn language(&mut self, message: &Message) -> Option<String> {
        let clear = message.detection.as_ref().filter(|it| it.is_clear())?;
        let found = clear.language.as_ref()?.as_str().to_owned();
        let changed = self.language.as_ref() != Some(&found);
        self.language = Some(found.clone());
        changed.then_some(found)
    }
}

fn side(author: &Author, me: &MemberId) -> Side {
    match author {
        Author::Visitor => Side::Visitor,
        Author::Agent(id) if id == me => Side::Me,
        Author::Agent(_) | Author::Bot(_) | Author::System | Author::Bridge => Side::Team,
    }
}

/// Why a line was not sent, as a sentence.
#[must_use]
pub fn why_not_sent(failure: Failure) -> Phrase {
    match failure {
        Failure::Refused(reason) => refusal(reason),
        Failure::TooOld => console::FAILED_TOO_OLD,
        Failure::Unanswered => console::REFUSED_UNAVAILABLE,
        Failure::Gone => console::REFUSED_NOT_FOUND,
    }
}
