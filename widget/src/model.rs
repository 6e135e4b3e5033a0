//! What the chat knows, what happens to it, and what follows. Pure: the shell
//! has the clock, the socket, the storage and the page.

mod attachments;
mod campaign;
mod effect;
mod files;
mod link;
mod msg;
mod parts;
mod proactive;
mod receive;
mod rows;
mod shown;
mod update;
mod write;

use inbox_client::{Client, Status};
use inbox_protocol::{FromVisitor, VisitorBody, VisitorSession};
use inbox_text::Phrase;
use inbox_types::{
    Author, FileId, Language, MemberCard, PageUrl, Place, SessionNo, SessionState, SiteId,
    Timestamp,
};

pub use attachments::{Attachment, Attachments, Broken, Picked, Upload};
pub use campaign::{Campaign, Writer};
pub use effect::{Effect, ToPage};
pub use msg::{FromPage, Msg};
pub use parts::{Around, Closing, Composing, Connection, Head, Writing};
pub use rows::{Bubble, Row, RowBody, rows, why_not_sent};
pub use shown::{Banner, Composer};
pub use update::update;

use self::link::Address;

/// Everything the chat knows.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact that shows by itself")]
pub struct Model {
    /// Transcript, unsent lines and connection.
    pub client: Client<VisitorBody>,
    /// The site, as its relay tells everybody.
    pub config: Config,
    /// The session, if there ever was one.
    pub session: Option<VisitorSession>,
    /// What is being written.
    pub draft: String,
    /// What is being attached.
    pub attachments: Attachments,
    /// The rating that is being given.
    pub rating: Rating,
    /// What a campaign says, until the conversation has it.
    pub campaign: Option<Campaign>,
    /// "End this chat?" waits for an answer.
    pub asks_end: bool,
    /// What the composer has to say about what was pressed, picked or lost.
    pub alerts: Vec<Phrase>,
    /// What a screen reader is to be told, and how often it was told something.
    pub news: (u32, Option<News>),
    /// Whether this browser lets the chat remember.
    pub remembers: bool,
    /// The relay said that what was here is gone.
    pub erased: bool,
    /// Whether the browser believes to be connected.
    pub online: bool,
    /// The language of system messages, once the relay has said it.
    pub notice_language: Option<Language>,
    view: Viewport,
    languages: Vec<Language>,
    links: Vec<(FileId, Address)>,
    n_links: u32,
    n_campaigns: u32,
    page: Option<PageUrl>,
    /// To be said as soon as the relay listens.
    pending: Vec<FromVisitor>,
    told: Told,
    was_live: bool,
}

/// Changes with everything that the rows depend on.
pub type RowsVersion = (u32, u64, bool, u32);

/// What the chat must know of its site: the part of the public configuration that it uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Which site.
    pub site: SiteId,
    /// What the team calls itself.
    pub title: String,
    /// The first words, by language.
    pub greetings: Vec<(String, String)>,
    /// The language of system messages where the conversation's is not translated.
    pub main_language: Language,
    /// Up to three members to show in the head.
    pub team: Vec<MemberCard>,
    /// Characters of a message.
    pub max_chars: u32,
    /// That nobody is there to answer, as long as that is true; nothing where it is not known.
    pub hint: String,
    /// Until when it is.
    pub hint_until: Option<Timestamp>,
}

/// What the visitor can see of the chat.
#[derive(Clone, Copy, Debug, Default)]
struct Viewport {
    shown: bool,
    awake: bool,
    at_end: bool,
}

/// What the page was told last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Told {
    n_unread: usize,
    open: bool,
}

/// A rating that is being given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rating {
    /// How many stars were chosen.
    pub stars: Option<u8>,
    /// A remark.
    pub comment: String,
    skipped: Option<SessionNo>,
}

/// Something that a screen reader says once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum News {
    /// An agent wrote.
    Message {
        /// Who.
        writer: Writer,
        /// What; none if it is files only.
        text: Option<String>,
        /// Which one.
        place: Place,
    },
    /// A system message.
    Notice(Phrase),
}

impl Model {
    /// A chat that has just been loaded in this tab.
    #[must_use]
    pub fn new(config: Config, languages: Vec<Language>, tab: u32, seed: u32) -> Self {
        Self {
            client: Client::new(Author::Visitor, tab, seed),
            config,
            session: None,
            draft: String::new(),
            attachments: Attachments::default(),
            rating: Rating::default(),
            campaign: None,
            asks_end: false,
            alerts: Vec::new(),
            news: (0, None),
            remembers: true,
            erased: false,
            online: true,
            notice_language: None,
            view: Viewport { shown: false, awake: true, at_end: true },
            languages,
            links: Vec::new(),
            n_links: 0,
            n_campaigns: 0,
            page: None,
            pending: Vec::new(),
            told: Told::default(),
            was_live: false,
        }
    }

    /// Changes with everything that the rows depend on.
    #[must_use]
    pub fn rows_version(&self) -> RowsVersion {
        let n_others = self.n_links + self.n_campaigns + self.attachments.revision();
        (self.client.revision(), self.client.seen().0, self.client_is_live(), n_others)
    }

    /// Whether the relay listens.
    #[must_use]
    pub fn client_is_live(&self) -> bool {
        matches!(self.client.status(), Status::Live { .. })
    }

    /// Where a file can be fetched, if that is known.
    #[must_use]
    pub fn address(&self, file: &FileId) -> Option<&str> {
        if let Some(here) = self.attachments.preview(file) {
            return Some(here);
        }
        match self.links.iter().find(|it| it.0 == *file).map(|it| &it.1) {
            Some(Address::Known { url, .. }) => Some(url),
            Some(Address::Asked { .. }) | None => None,
        }
    }

    /// When [`Msg::Tick`] is due.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let due = self.attachments.due(self.client.due());
        due.into_iter().chain(self.config.hint_until).min()
    }

    /// Whether a session is open.
    #[must_use]
    pub fn session_is_open(&self) -> bool {
        self.session.as_ref().is_some_and(is_open)
    }
}

fn is_open(session: &VisitorSession) -> bool {
    session.state != SessionState::Closed
}
