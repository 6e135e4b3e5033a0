//! What the chat knows, what happens to it, and what follows. Pure: the shell
//! has the clock, the socket, the storage and the page.

mod attachments;
pub mod people;
mod rows;
pub mod text;

use inbox_client::{Call, Client, Draft, Frame, Input, Kept, Output, Say, Status};
use inbox_protocol::{FromVisitor, RatingView, Refusal, ToVisitor, VisitorBody, VisitorSession};
use inbox_text::{Phrase, widget};
use inbox_types::{
    Author, ClientId, CloseCause, Comment, ContactDetails, File, FileId, Language, MemberCard,
    MessageText, Millis, PageUrl, SessionNo, SessionState, SiteId, StartContext, Timestamp, Visit,
    limits::FILE_LINK_LIFE,
};

pub use attachments::{Attachment, Attachments, Picked, Upload};
pub use rows::{Bubble, Fate, Row, RowBody, Writer, rows};

/// From how many characters left on the counter shows.
const COUNTER_FROM: i64 = 100;
/// An address is asked for anew before it stops working.
const LINK_FRESH: Millis = Millis(FILE_LINK_LIFE.0 - 30_000);

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
    /// "End this chat?" waits for an answer.
    pub asks_end: bool,
    /// What the composer has to say about the last press.
    pub alert: Option<Phrase>,
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
    page: Option<PageUrl>,
    /// To be said as soon as the relay listens.
    pending: Vec<FromVisitor>,
    told: Told,
}

/// What the chat must know of its site: the part of the public configuration that it uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Which site.
    pub site: SiteId,
    /// What the team calls itself.
    pub title: String,
    /// `#rrggbb`.
    pub colour: String,
    /// The first words, by language.
    pub greetings: Vec<(String, String)>,
    /// The language of system messages where the conversation's is not translated.
    pub main_language: Language,
    /// Up to three members to show in the head.
    pub team: Vec<MemberCard>,
    /// Characters of a message.
    pub max_chars: u32,
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

/// Where a file can be fetched.
#[derive(Clone, Debug)]
enum Address {
    Asked { then_open: bool },
    Known { url: String, at: Timestamp },
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
    },
    /// A system message.
    Notice(Phrase),
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// The panel is on screen now.
    Shown {
        /// The visitor opened it, so that the composer gets the focus.
        focus: bool,
    },
    /// The panel is away.
    Hidden,
    /// The visitor puts the panel away.
    ClosePressed,
    /// The browser's tab is in front, or not.
    Awake(bool),
    /// The end of the transcript is on screen, or not.
    AtEnd(bool),
    /// The network came or went.
    Online(bool),
    /// Storage does not work.
    Forgetful,
    /// What storage holds of this tab.
    Restored {
        /// Lines that were not sent.
        kept: Vec<Kept>,
        /// What was being written.
        draft: String,
    },
    /// Something is stored for this visitor: be connected.
    Known,
    /// The composer's text, in normal form.
    Drafted(String),
    /// The visitor sends what stands in the composer.
    SendPressed {
        /// The message's name.
        client_id: ClientId,
    },
    /// Files were picked, pasted or dropped.
    Picked {
        /// Which ones.
        files: Vec<Picked>,
        /// The largest size, as a person reads it.
        limit: String,
    },
    /// An upload goes on.
    Uploading {
        /// Which file.
        id: u32,
        /// How far, 0 to 100.
        percent: u8,
    },
    /// An upload is over.
    Uploaded {
        /// Which file.
        id: u32,
        /// What the relay made of it.
        result: Result<File, Option<Refusal>>,
    },
    /// A file is not to be sent after all.
    FileRemoved {
        /// Which file.
        id: u32,
    },
    /// A failed upload is tried again.
    FileRetried {
        /// Which file.
        id: u32,
    },
    /// A file's address is wanted, to show it or to open it.
    FileWanted {
        /// Which file.
        file: FileId,
        /// Open it once the address is there.
        open: bool,
    },
    /// A failed line is tried again.
    Retried(ClientId),
    /// A failed line is given up.
    Discarded(ClientId),
    /// What stands above is wanted.
    EarlierPressed,
    /// The visitor wants to end the session.
    EndPressed,
    /// The answer to "End this chat?".
    EndAnswered {
        /// Whether to end it.
        end: bool,
    },
    /// The answer to "Do you still have questions?".
    Answered {
        /// Whether there are more.
        more: bool,
    },
    /// Stars were chosen.
    Starred(u8),
    /// The remark on the rating.
    Commented(String),
    /// The rating is given.
    RatePressed,
    /// The rating is put off.
    RateSkipped,
    /// The visitor chose a language.
    LanguageChosen(Language),
    /// The page says something.
    Page(FromPage),
    /// The socket is open.
    Opened(u32),
    /// The relay said something.
    Heard(u32, ToVisitor),
    /// The relay answered a ping.
    Ponged(u32),
    /// The socket closed.
    Closed(u32, u16),
    /// The page came back from the browser's cache, or from sleep.
    Woken,
    /// Time has passed.
    Tick,
}

/// What the embedding page knows.
#[derive(Clone, Debug)]
pub enum FromPage {
    /// Pages that were visited.
    Visits(Vec<Visit>),
    /// The page that the visitor is on.
    At(PageUrl),
    /// What the page knows of the visitor, and a draft.
    Prefill {
        /// Name, e-mail, telephone.
        details: ContactDetails,
        /// A draft, if nothing is written yet.
        text: Option<String>,
    },
}

/// What the shell must do, in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Something about sockets.
    Call(Call),
    /// Say this to the relay.
    Say(FromVisitor),
    /// Store an unsent line.
    Keep(Kept),
    /// Remove a line from storage.
    Forget(ClientId),
    /// Store what is being written.
    SaveDraft(String),
    /// Store a newer token.
    SaveToken(String),
    /// Begin the upload of what was picked.
    Upload(u32),
    /// Break an upload off and forget the file.
    CancelUpload(u32),
    /// Tell the page.
    Tell(ToPage),
    /// Open an address in a new tab.
    OpenLink(String),
    /// Fetch the texts of this language and show them.
    SpeakLanguage(Language),
    /// Fetch the texts of system messages.
    NoticeLanguage(Language),
    /// Put the cursor into the composer.
    FocusComposer,
    /// Scroll to the newest line.
    ScrollToEnd,
}

/// What the page is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToPage {
    /// Put the panel away.
    Close,
    /// How many messages are unread.
    Unread(usize),
    /// Whether a session is open.
    Open(bool),
    /// The interface has another language.
    Language(Language),
    /// Something that the page's own script may care for.
    Event(&'static str),
}

/// What the connection looks like to somebody who does not know what a connection is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Banner {
    /// All is well, or nothing is needed.
    None,
    /// The first connection is being made.
    Connecting,
    /// There is no network.
    Offline,
    /// The relay does not answer.
    Reconnecting,
    /// The relay will not have this browser back.
    Gone,
    /// This build is too old.
    Outdated,
}

/// Whether one can write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Composer {
    /// Yes.
    Open,
    /// The last chat must be rated first (#191).
    RatingFirst,
    /// Nothing is taken any more.
    Shut,
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
            asks_end: false,
            alert: None,
            news: (0, None),
            remembers: true,
            erased: false,
            online: true,
            notice_language: None,
            view: Viewport { shown: false, awake: true, at_end: true },
            languages,
            links: Vec::new(),
            n_links: 0,
            page: None,
            pending: Vec::new(),
            told: Told::default(),
        }
    }

    /// Changes with everything that the rows depend on.
    #[must_use]
    pub fn rows_version(&self) -> (u32, u64, bool, u32) {
        (self.client.revision(), self.client.seen().0, self.client_is_live(), self.n_links)
    }

    /// Whether the relay listens.
    #[must_use]
    pub fn client_is_live(&self) -> bool {
        matches!(self.client.status(), Status::Live { .. })
    }

    /// Where a file can be fetched, if that is known.
    #[must_use]
    pub fn address(&self, file: &FileId) -> Option<&str> {
        match self.links.iter().find(|it| it.0 == *file).map(|it| &it.1) {
            Some(Address::Known { url, .. }) => Some(url),
            Some(Address::Asked { .. }) | None => None,
        }
    }

    /// The people in the head: who takes part, else the team; at most three (#107-108).
    #[must_use]
    pub fn people(&self) -> Vec<MemberCard> {
        let agents =
            self.session.as_ref().filter(|it| is_open(it)).map_or(&[][..], |it| &it.agents);
        let people = if agents.is_empty() { &self.config.team[..] } else { agents };
        people.iter().take(3).cloned().collect()
    }

    /// Whether a session is open.
    #[must_use]
    pub fn session_is_open(&self) -> bool {
        self.session.as_ref().is_some_and(is_open)
    }

    /// Whether a session waits for somebody to answer.
    #[must_use]
    pub fn is_queued(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|it| matches!(it.state, SessionState::Queued | SessionState::Offered))
    }

    /// Whether "Do you still have questions?" waits for an answer.
    #[must_use]
    pub fn asks_questions(&self) -> bool {
        self.session.as_ref().is_some_and(|it| it.still_questions && is_open(it))
    }

    /// Whether the rating card shows, and whether it can be put off.
    #[must_use]
    pub fn rating_card(&self) -> Option<RatingView> {
        let session = self.session.as_ref()?;
        match session.rating {
            RatingView::Asked if self.rating.skipped == Some(session.no) => None,
            RatingView::Asked | RatingView::Mandatory => Some(session.rating),
            RatingView::None | RatingView::Given | RatingView::Later => None,
        }
    }

    /// Whether one can write.
    #[must_use]
    pub fn composer(&self) -> Composer {
        if self.client.status() == Status::Gone {
            return Composer::Shut;
        }
        let Some(session) = &self.session else { return Composer::Open };
        match session.closed_by {
            Some(CloseCause::AssetDeleted | CloseCause::Blocked) => Composer::Shut,
            // Only what the visitor ended is sure to be followed by a new session; whether another
            // one goes on instead is for the relay to say.
            Some(CloseCause::Customer) if session.rating == RatingView::Mandatory => {
                Composer::RatingFirst
            }
            Some(
                CloseCause::Customer
                | CloseCause::Agent
                | CloseCause::Inactivity
                | CloseCause::Solved,
            )
            | None => Composer::Open,
        }
    }

    /// What the next message will do to an ended chat.
    #[must_use]
    pub fn ended_hint(&self) -> Option<Phrase> {
        let session = self.session.as_ref().filter(|it| !is_open(it))?;
        match session.closed_by? {
            CloseCause::Customer => Some(widget::ENDED_HINT),
            CloseCause::Agent | CloseCause::Inactivity | CloseCause::Solved => {
                Some(widget::REOPEN_HINT)
            }
            CloseCause::AssetDeleted | CloseCause::Blocked => None,
        }
    }

    /// Characters that still fit, if it is worth saying; below zero there are too many.
    #[must_use]
    pub fn counter(&self) -> Option<i64> {
        let left = self.characters_left();
        (left <= COUNTER_FROM).then_some(left)
    }

    /// Whether the composer holds a message.
    #[must_use]
    pub fn can_send(&self) -> bool {
        let something = !self.draft.trim().is_empty() || !self.attachments.done().is_empty();
        something
            && 0 <= self.characters_left()
            && !self.attachments.running()
            && !self.client.is_full()
            && self.composer() == Composer::Open
    }

    /// What the connection looks like.
    #[must_use]
    pub fn banner(&self) -> Banner {
        match self.client.status() {
            Status::Gone => Banner::Gone,
            Status::Outdated => Banner::Outdated,
            Status::Live { .. } => Banner::None,
            _ if !self.online => Banner::Offline,
            Status::Idle => Banner::None,
            Status::Dialing { .. } | Status::CatchingUp if self.client.entries().is_empty() => {
                Banner::Connecting
            }
            Status::Dialing { .. } | Status::CatchingUp | Status::Resting { .. } => {
                Banner::Reconnecting
            }
        }
    }

    /// How many lines wait for a connection.
    #[must_use]
    pub fn n_unsent(&self) -> usize {
        use inbox_client::LineState;
        self.client.lines().iter().filter(|it| it.state == LineState::Sending).count()
    }

    /// Whether the newest page has not come yet.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        self.client.entries().is_empty()
            && matches!(self.client.status(), Status::Dialing { .. } | Status::CatchingUp)
            && self.client.lines().is_empty()
    }

    fn characters_left(&self) -> i64 {
        let n_chars = self.draft.trim().chars().count();
        i64::from(self.config.max_chars) - i64::try_from(n_chars).unwrap_or(i64::MAX)
    }
}

fn is_open(session: &VisitorSession) -> bool {
    session.state != SessionState::Closed
}

/// Changes the model and says what follows.
pub fn update(model: &mut Model, now: Timestamp, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    let out = &mut effects;
    react(model, now, msg, out);
    model.settle(now, out);
    effects
}

fn react(model: &mut Model, now: Timestamp, msg: Msg, out: &mut Vec<Effect>) {
    match msg {
        Msg::Shown { focus } => {
            model.view.shown = true;
            model.drive(now, Input::Woken, out);
            if focus {
                out.push(Effect::FocusComposer);
            }
        }
        Msg::Hidden => model.view.shown = false,
        Msg::ClosePressed => out.push(Effect::Tell(ToPage::Close)),
        Msg::Awake(awake) => {
            model.view.awake = awake;
            if awake {
                model.drive(now, Input::Woken, out);
            }
        }
        Msg::AtEnd(at_end) => model.view.at_end = at_end,
        Msg::Online(online) => {
            model.online = online;
            if online {
                model.drive(now, Input::Woken, out);
            }
        }
        Msg::Forgetful => model.remembers = false,
        Msg::Restored { kept, draft } => {
            let unsent = !kept.is_empty();
            model.drive(now, Input::Restored(kept), out);
            if model.draft.is_empty() {
                model.draft = draft;
            }
            if unsent {
                model.drive(now, Input::Connect, out);
            }
        }
        Msg::Known => model.drive(now, Input::Connect, out),
        Msg::Drafted(text) => model.write(now, text, out),
        Msg::SendPressed { client_id } => model.send(now, client_id, out),
        Msg::Picked { files, limit } => {
            let (accepted, problem) = model.attachments.add(files, &limit);
            model.alert = problem;
            out.extend(accepted.into_iter().map(Effect::Upload));
        }
        Msg::Uploading { id, percent } => {
            model.attachments.set(id, Upload::Running { percent });
        }
        Msg::Uploaded { id, result } => {
            let state = result.map_or_else(Upload::Failed, Upload::Done);
            model.attachments.set(id, state);
        }
        Msg::FileRemoved { id } => {
            model.attachments.remove(id);
            model.alert = None;
            out.push(Effect::CancelUpload(id));
            out.push(Effect::FocusComposer);
        }
        Msg::FileRetried { id } => {
            model.attachments.set(id, Upload::Running { percent: 0 });
            out.push(Effect::Upload(id));
        }
        Msg::FileWanted { file, open } => model.want_file(now, file, open, out),
        Msg::Retried(client_id) => model.drive(now, Input::Retry { client_id }, out),
        Msg::Discarded(client_id) => model.drive(now, Input::Discard { client_id }, out),
        Msg::EarlierPressed => model.drive(now, Input::Earlier, out),
        Msg::EndPressed => model.asks_end = model.session_is_open(),
        Msg::EndAnswered { end } => {
            model.asks_end = false;
            if end && model.session_is_open() {
                model.say(FromVisitor::End, out);
            }
            out.push(Effect::FocusComposer);
        }
        Msg::Answered { more } => {
            if let Some(session) = &mut model.session {
                session.still_questions = false;
            }
            model.say(FromVisitor::Answer { more }, out);
            out.push(Effect::FocusComposer);
        }
        Msg::Starred(stars) => model.rating.stars = Some(stars.clamp(1, 5)),
        Msg::Commented(comment) => model.rating.comment = comment,
        Msg::RatePressed => model.rate(out),
        Msg::RateSkipped => {
            model.rating.skipped = model.session.as_ref().map(|it| it.no);
            out.push(Effect::FocusComposer);
        }
        Msg::LanguageChosen(language) => {
            out.push(Effect::SpeakLanguage(language.clone()));
            out.push(Effect::Tell(ToPage::Language(language.clone())));
            model.say(FromVisitor::SetLanguage { language }, out);
        }
        Msg::Page(from) => model.page_says(now, from, out),
        Msg::Opened(socket) => model.drive(now, Input::Opened { socket }, out),
        Msg::Heard(socket, frame) => model.hear(now, socket, frame, out),
        Msg::Ponged(socket) => model.drive(now, Input::Alive { socket }, out),
        Msg::Closed(socket, code) => model.drive(now, Input::Closed { socket, code }, out),
        Msg::Woken => model.drive(now, Input::Woken, out),
        Msg::Tick => model.drive(now, Input::Tick, out),
    }
}

impl Model {
    /// Gives the client an input and passes on what it answers.
    fn drive(&mut self, now: Timestamp, input: Input<VisitorBody>, out: &mut Vec<Effect>) {
        for output in self.client.handle(now, input) {
            match output {
                Output::Call(call) => out.push(Effect::Call(call)),
                Output::Say(say) => {
                    // An unknown address stays asked for on a socket that is gone.
                    if matches!(say, Say::Hello { .. }) {
                        self.links.retain(|it| matches!(it.1, Address::Known { .. }));
                    }
                    out.push(Effect::Say(say.by_visitor(&self.languages)));
                }
                Output::Keep(kept) => out.push(Effect::Keep(kept)),
                Output::Forget(client_id) => out.push(Effect::Forget(client_id)),
                Output::Arrived { place } => self.arrived(place, out),
                Output::Erased => self.erased = true,
            }
        }
        if self.client_is_live() {
            out.extend(self.pending.drain(..).map(Effect::Say));
        }
    }

    fn arrived(&mut self, place: inbox_types::Place, out: &mut Vec<Effect>) {
        let all = rows(self, &|_| 0);
        let of_place = self.client.entries().iter().find(|it| it.place == place);
        let key = of_place.and_then(|it| match &it.body {
            VisitorBody::Message(message) => Some(message.client_id.to_string()),
            VisitorBody::Edited { .. }
            | VisitorBody::Deleted { .. }
            | VisitorBody::Notice(_)
            | VisitorBody::Later => None,
        });
        let row = key.and_then(|key| all.into_iter().find(|it| it.key == key));
        if let Some(Row { body: RowBody::Bubble(bubble), .. }) = row {
            self.announce(News::Message { writer: bubble.writer, text: bubble.text });
        }
        out.push(Effect::Tell(ToPage::Event("message:received")));
    }

    fn announce(&mut self, news: News) {
        self.news = (self.news.0.wrapping_add(1), Some(news));
    }

    fn hear(&mut self, now: Timestamp, socket: u32, frame: ToVisitor, out: &mut Vec<Effect>) {
        if let ToVisitor::Entry { entry } = &frame
            && let VisitorBody::Notice(notice) = &entry.body
            && let Some(phrase) = rows::phrase(notice)
        {
            self.announce(News::Notice(phrase));
        }
        if matches!(frame, ToVisitor::Ack { .. }) {
            out.push(Effect::Tell(ToPage::Event("message:sent")));
        }
        let (ours, rest) = Frame::of_visitor(frame);
        match ours {
            Some(frame) => self.drive(now, Input::Heard { socket, frame }, out),
            None => self.drive(now, Input::Alive { socket }, out),
        }
        if let Some(rest) = rest {
            self.learn(now, rest, out);
        }
    }

    /// What the relay says beside the transcript.
    fn learn(&mut self, now: Timestamp, frame: ToVisitor, out: &mut Vec<Effect>) {
        match frame {
            ToVisitor::Welcome(welcome) => {
                self.set_session(welcome.session, out);
                // The page may believe something else since an earlier visit.
                out.push(Effect::Tell(ToPage::Open(self.session_is_open())));
                self.set_notice_language(welcome.language, out);
            }
            ToVisitor::Session { session } => self.set_session(session, out),
            ToVisitor::Language { language } => self.set_notice_language(language, out),
            ToVisitor::Link { file, url } => {
                let known = Address::Known { url: url.clone(), at: now };
                if let Some(Address::Asked { then_open: true }) = self.set_link(file, known) {
                    out.push(Effect::OpenLink(url));
                }
                self.n_links += 1;
            }
            ToVisitor::Token { token } => out.push(Effect::SaveToken(token)),
            // What was asked for is still to be seen, and can be pressed again.
            ToVisitor::Refused { .. }
            | ToVisitor::Entries { .. }
            | ToVisitor::Ready { .. }
            | ToVisitor::Entry { .. }
            | ToVisitor::Ack { .. }
            | ToVisitor::Typing { .. }
            | ToVisitor::Seen { .. }
            | ToVisitor::History { .. }
            | ToVisitor::Unknown => (),
        }
    }

    fn set_session(&mut self, session: Option<VisitorSession>, out: &mut Vec<Effect>) {
        let was_open = self.session_is_open();
        let no = |it: &Option<VisitorSession>| it.as_ref().map(|it| it.no);
        if no(&self.session) != no(&session) {
            self.rating = Rating::default();
        }
        self.session = session;
        let is_open = self.session_is_open();
        if was_open && !is_open {
            self.asks_end = false;
            out.push(Effect::Tell(ToPage::Event("conversation:ended")));
        }
        if !was_open && is_open && self.client_is_live() {
            out.push(Effect::Tell(ToPage::Event("conversation:started")));
        }
    }

    fn set_notice_language(&mut self, language: Language, out: &mut Vec<Effect>) {
        if self.notice_language.as_ref() != Some(&language) {
            self.notice_language = Some(language.clone());
            out.push(Effect::NoticeLanguage(language));
        }
    }

    fn write(&mut self, now: Timestamp, text: String, out: &mut Vec<Effect>) {
        self.draft = text;
        self.alert = None;
        let input = if self.draft.trim().is_empty() { Input::StoppedTyping } else { Input::Typed };
        // Before the first message there is nobody who could see it.
        if self.session_is_open() {
            self.drive(now, input, out);
        }
        out.push(Effect::SaveDraft(self.draft.clone()));
    }

    fn send(&mut self, now: Timestamp, client_id: ClientId, out: &mut Vec<Effect>) {
        if !self.can_send() {
            return;
        }
        let draft = Draft {
            text: MessageText::try_from(std::mem::take(&mut self.draft)).ok(),
            files: self.attachments.done(),
            context: StartContext { page: self.page.clone(), campaign: None },
            ..Draft::default()
        };
        self.attachments.sent();
        self.alert = None;
        self.view.at_end = true;
        self.drive(now, Input::Wrote { client_id, draft }, out);
        out.push(Effect::SaveDraft(String::new()));
        out.push(Effect::ScrollToEnd);
        out.push(Effect::FocusComposer);
    }

    fn rate(&mut self, out: &mut Vec<Effect>) {
        let (Some(session), Some(stars)) = (&mut self.session, self.rating.stars) else { return };
        session.rating = RatingView::Given;
        let rate = FromVisitor::Rate {
            session: session.no,
            stars,
            comment: Comment::cut(&self.rating.comment),
        };
        self.rating = Rating::default();
        self.say(rate, out);
        self.announce(News::Notice(widget::RATING_THANKS));
        out.push(Effect::FocusComposer);
    }

    fn want_file(&mut self, now: Timestamp, file: FileId, open: bool, out: &mut Vec<Effect>) {
        let live = self.client_is_live();
        match self.links.iter_mut().find(|it| it.0 == file).map(|it| &mut it.1) {
            Some(Address::Known { url, at }) if now.since(*at) < LINK_FRESH => {
                if open {
                    out.push(Effect::OpenLink(url.clone()));
                }
            }
            Some(Address::Asked { then_open }) => *then_open |= open,
            Some(Address::Known { .. }) | None if live => {
                self.set_link(file.clone(), Address::Asked { then_open: open });
                out.push(Effect::Say(FromVisitor::Link { file }));
            }
            Some(Address::Known { .. }) | None => (),
        }
    }

    fn set_link(&mut self, file: FileId, address: Address) -> Option<Address> {
        if let Some((_, known)) = self.links.iter_mut().find(|it| it.0 == file) {
            return Some(std::mem::replace(known, address));
        }
        self.links.push((file, address));
        None
    }

    fn page_says(&mut self, now: Timestamp, from: FromPage, out: &mut Vec<Effect>) {
        match from {
            FromPage::Visits(visits) if !visits.is_empty() => {
                self.say(FromVisitor::Visits { visits }, out);
            }
            FromPage::Visits(_) => (),
            FromPage::At(url) => self.page = Some(url),
            FromPage::Prefill { details, text } => {
                if details != ContactDetails::default() {
                    self.say(FromVisitor::Profile { details }, out);
                }
                if let Some(text) = text.filter(|_| self.draft.is_empty()) {
                    self.write(now, text, out);
                }
            }
        }
    }

    /// Says it now, or as soon as the relay listens.
    fn say(&mut self, frame: FromVisitor, out: &mut Vec<Effect>) {
        if self.client_is_live() {
            out.push(Effect::Say(frame));
        } else {
            // The last word counts; visits add up.
            if !matches!(frame, FromVisitor::Visits { .. }) {
                self.pending
                    .retain(|it| std::mem::discriminant(it) != std::mem::discriminant(&frame));
            }
            self.pending.push(frame);
        }
    }

    /// What follows from every change: what was seen, and what the page should know.
    fn settle(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        let last = self.client.entries().last().map(|it| it.place);
        if let Some(place) = last.filter(|it| self.client.seen_by_me() < *it)
            && self.view.shown
            && self.view.awake
            && self.view.at_end
        {
            self.drive(now, Input::Saw { place }, out);
        }
        let told = Told { n_unread: self.client.n_unread(), open: self.session_is_open() };
        if told.n_unread != self.told.n_unread {
            out.push(Effect::Tell(ToPage::Unread(told.n_unread)));
        }
        if told.open != self.told.open {
            out.push(Effect::Tell(ToPage::Open(told.open)));
        }
        self.told = told;
    }
}
