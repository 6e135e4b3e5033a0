//! The conversations that this console has open, each with its own socket.

mod answering;
mod pressing;
mod writing;

use std::collections::BTreeMap;

use inbox_client::{Call, Client, Frame, Input, Output, SavedMessage};
use inbox_protocol::{AgentBody, AgentRules, ConversationView, FromAgent, ToAgent};
use inbox_text::Phrase;
use inbox_types::{
    Action, Author, ClientId, CloseCause, ContactField, ConversationId, FileId, Label, Language,
    LanguageSource, LegState, MemberId, Millis, OfferKind, Place, SessionNo, SessionState,
    Timestamp, TopicId, Visibility, Visit, limits::FILE_LINK_LIFE,
};

use super::{
    Composer, Effect, FieldEdit, KeptDraft, Model, PendingActions, Picked, Route, ToastKind,
    UploadState, toast, words,
};
use answering::{Answer, ask_again};
use pressing::{act, add_tag, fill_in, flow, refuse, save_contact, settle};
use writing::{compose, enter, pick, send, set_upload, typed};

pub(super) use answering::answer;
pub(super) use pressing::will_answer;

/// How many conversations stay connected. Switching back to one of them is immediate.
const OPEN: usize = 6;

/// One open conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Room {
    /// Transcript, unsent lines and connection.
    pub client: Client<AgentBody>,
    /// The conversation, once the relay has said it.
    pub view: Option<Box<ConversationView>>,
    /// Where the visitor went, oldest first.
    pub visits: Vec<Visit>,
    /// What is being written.
    pub composer: Composer,
    /// What is typed into the contact's fields and not saved.
    pub contact: BTreeMap<ContactField, FieldEdit>,
    /// What is typed as a tag.
    pub tag: String,
    /// What was pressed and does not show yet.
    pub deeds: PendingActions,
    /// What was answered to questions and is not known to be done.
    answers: Vec<Answer>,
    /// Another tab's draft, where it is not this one's.
    pub other: Option<Box<KeptDraft>>,
    /// The conversation became mine while a note was half written. Whether it shall be a note or
    /// the answer, its writer says before it is sent.
    asks_kind: bool,
    /// I pressed what leads to an answer: the composer is for it as soon as it may be.
    wants_reply: bool,
    /// The epoch of the draft that was brought back; 0 is none.
    kept_epoch: u32,
    /// What was written down last, or came from storage last.
    pub(super) synced: KeptDraft,
    /// The last number of an attachment that the shell does not know. They count down from the
    /// highest one, so that none is the shell's.
    last_ticket: u32,
    /// Addresses of files, with the moment they were issued.
    pub links: BTreeMap<FileId, (String, Timestamp)>,
    /// Files whose address was asked for, and when.
    asked: BTreeMap<FileId, Timestamp>,
    /// The file that a press wants opened when its address comes.
    wanted: Option<FileId>,
    /// The line that somebody searched for, and the number of that press.
    pub found: Option<(Place, u32)>,
    /// The end of the transcript is on screen.
    at_end: bool,
    /// When it was last on screen.
    shown_at: Timestamp,
}

/// What happens in a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RoomMsg {
    /// Unsent lines of an earlier page.
    Restored(Vec<SavedMessage>),
    /// The socket is open.
    Opened {
        /// Its number.
        socket: u32,
    },
    /// The relay said something; nothing but a sign of life if none.
    Heard {
        /// The socket's number.
        socket: u32,
        /// What it said.
        frame: Option<Box<ToAgent>>,
    },
    /// The socket closed.
    Closed {
        /// Its number.
        socket: u32,
        /// Why.
        code: u16,
    },
    /// The composer's text changed.
    Typed {
        /// The text.
        text: String,
        /// Where the caret stands.
        caret: usize,
    },
    /// Another kind of message.
    Kind(Visibility),
    /// Send, or save the edit.
    Send {
        /// The name of the message, minted by the shell.
        client_id: ClientId,
    },
    /// Send a failed line again.
    Retry(ClientId),
    /// Give a failed line up.
    Discard(ClientId),
    /// Mark the next or the previous canned reply.
    Mark {
        /// Downwards.
        down: bool,
    },
    /// Insert the canned reply at this position of the list, or the marked one.
    Insert(Option<usize>),
    /// Close the list of canned replies, or stop editing.
    Dismiss,
    /// The button that does what `/` does.
    OpenCanned,
    /// Files were chosen, pasted or dropped.
    Picked(Vec<Picked>),
    /// An upload goes on.
    Uploading {
        /// Which one.
        ticket: u32,
        /// How far it is.
        state: UploadState,
    },
    /// Upload again.
    UploadAgain(u32),
    /// Take an attachment away.
    Unpick(u32),
    /// A press on a file.
    OpenFile(FileId),
    /// Change the text of this message.
    Edit(Place),
    /// Withdraw this message.
    Delete(Place),
    /// The transcript was scrolled.
    Scrolled {
        /// Its end is on screen.
        at_end: bool,
    },
    /// What stands before the first line is wanted.
    Earlier,
    /// A button of the conversation.
    Do(FromAgent),
    /// Enter in the composer: a canned reply is inserted, or the message is sent.
    Enter {
        /// The name of the message, minted by the shell.
        client_id: ClientId,
    },
    /// What is written is given up.
    Clear,
    /// Of two drafts of two tabs, the other one or this one.
    Choose {
        /// The other one.
        other: bool,
    },
    /// A field of the contact was typed into.
    Field {
        /// Which one.
        field: ContactField,
        /// What stands in it.
        text: String,
    },
    /// What somebody else wrote there meanwhile shall stand there.
    TakeField(ContactField),
    /// The contact's fields are saved.
    SaveContact,
    /// The field for a tag was typed into.
    TypedTag(String),
    /// That tag is added.
    AddTag,
}

/// Why a message that is being written cannot be sent now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frozen {
    /// A colleague owns the session.
    Owned {
        /// The colleague.
        by: String,
    },
    /// It waits for an agent again.
    Queued,
    /// It is over.
    Ended(CloseCause),
    /// The visitor was signed out, and reads nothing here until they write again.
    SignedOut,
    /// A note that was begun before the conversation became this agent's.
    Yours,
    /// A new text for a sent message, and those cannot be changed here any more.
    Uneditable,
    /// A whisper, and whoever would have read it has left.
    Unheard,
    /// Whatever else; the relay does not allow it.
    NotAllowed,
}

impl Room {
    fn new(me: Author, seed: u32, now: Timestamp) -> Self {
        Self {
            client: Client::new(me, seed, seed),
            view: None,
            visits: Vec::new(),
            composer: Composer::default(),
            contact: BTreeMap::new(),
            tag: String::new(),
            deeds: PendingActions::default(),
            answers: Vec::new(),
            other: None,
            asks_kind: false,
            wants_reply: false,
            kept_epoch: 0,
            synced: KeptDraft::default(),
            last_ticket: u32::MAX,
            links: BTreeMap::new(),
            asked: BTreeMap::new(),
            wanted: None,
            found: None,
            at_end: true,
            shown_at: now,
        }
    }

    /// Whether numbers and addresses are masked for this reader.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.view.as_ref().is_some_and(|it| it.masked)
    }

    /// Whether an address may be pressed. With a part of it masked it would lead somewhere else.
    #[must_use]
    pub fn may_follow(&self, address: &str) -> bool {
        !(self.is_masked() && address.contains('*'))
    }

    /// Whether this reader may do something here now.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.view.as_ref().is_some_and(|it| it.may.contains(&action))
    }

    /// What the site asks of its agents.
    #[must_use]
    pub fn rules(&self) -> AgentRules {
        self.view.as_ref().map(|it| it.rules.clone()).unwrap_or_default()
    }

    /// What to call the contact; empty if nobody knows.
    #[must_use]
    pub fn name(&self) -> &str {
        let details = self.view.as_ref().map(|it| &it.contact.details);
        details.and_then(|it| it.name.as_ref()).map_or("", |it| it.as_str())
    }

    /// What may be written here now.
    #[must_use]
    pub fn kinds(&self) -> Vec<Visibility> {
        self.view.as_ref().map(|it| Composer::kinds(&it.may)).unwrap_or_default()
    }

    /// Whether what the composer holds cannot be sent as what it is. It never becomes something
    /// else by itself: an answer to a visitor is no note to colleagues.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        let allowed = match self.composer.editing {
            Some(_) => self.may(Action::EditOwn),
            None => self.kinds().contains(&self.composer.visibility),
        };
        self.view.is_some() && (!allowed || self.asks_kind())
    }

    /// Whether the writer has to say first what the message is.
    #[must_use]
    pub fn asks_kind(&self) -> bool {
        self.asks_kind && self.composer.editing.is_none() && !self.composer.is_empty()
    }

    /// Whether the session that is open is this member's.
    fn is_of(&self, me: Option<&MemberId>) -> bool {
        let session = self.view.as_ref().and_then(|it| it.session.as_ref());
        let open = session.filter(|it| it.state != SessionState::Closed);
        me.is_some() && open.and_then(|it| it.owner.as_ref()) == me
    }

    /// The conversation is mine now, whoever made it so: what I write next is the answer. A note
    /// that is half written becomes neither an answer nor, unasked, a note.
    fn becomes_mine(&mut self) {
        if self.composer.has_text_of_its_own() {
            self.asks_kind = self.composer.kind_of_its_own() == Visibility::Note;
        } else {
            self.composer.set_kind_of_its_own(Visibility::Public);
        }
    }

    /// Whether what is said now reaches the relay, as far as is known.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        use inbox_client::Status;
        matches!(self.client.status(), Status::CatchingUp | Status::Live { .. })
    }

    /// The contact's tags, with what is on its way.
    #[must_use]
    pub fn tags(&self) -> Vec<Label> {
        let tags = self.view.as_ref().map(|it| it.contact.tags.as_slice()).unwrap_or_default();
        self.deeds.tags(tags)
    }

    /// The session's topics, with what is on its way.
    #[must_use]
    pub fn topics(&self) -> Vec<TopicId> {
        let session = self.view.as_ref().and_then(|it| it.session.as_ref());
        let topics = session.map(|it| it.topics.as_slice()).unwrap_or_default();
        self.deeds.topics(topics, session.map(|it| it.no))
    }

    /// The session as it stands, if there has been one.
    #[must_use]
    pub fn session_no(&self) -> Option<SessionNo> {
        self.view.as_ref().and_then(|it| it.session.as_ref()).map(|it| it.no)
    }

    /// Whom a colleague or I have asked, and for what: one question at a time.
    #[must_use]
    pub fn asked(&self) -> Option<(&MemberId, OfferKind)> {
        let session = self.view.as_ref()?.session.as_ref()?;
        let offer = session.offer.as_ref().filter(|it| it.kind != OfferKind::Assign)?;
        Some((&offer.agent.id, offer.kind))
    }

    /// The language that an agent chose, with what is on its way.
    #[must_use]
    pub fn chosen_language(&self) -> Option<Language> {
        self.deeds.language().unwrap_or_else(|| {
            let view = self.view.as_ref()?;
            (view.language_source == LanguageSource::Agent).then(|| view.language.clone())
        })
    }

    /// Why the conversation is in its language.
    #[must_use]
    pub fn language_source(&self) -> Option<Phrase> {
        let view = self.view.as_ref()?;
        // A detection says no region, and Chinese may leave its script open.
        let primary = |it: &Language| it.as_str().split('-').next().map(str::to_ascii_lowercase);
        let words = self.client.entries().iter().rev().find_map(|entry| {
            let AgentBody::Message(message) = &entry.body else { return None };
            let found = message.detection.as_ref().filter(|it| it.is_clear())?;
            let same = primary(found.language.as_ref()?) == primary(&view.language);
            found.words.filter(|_| same)
        });
        Some(words::language_source(view.language_source, words))
    }

    /// What stands in a field of the contact, without what is typed.
    fn stored_field(&self, field: ContactField) -> String {
        let details = self.view.as_ref().map(|it| it.contact.details.clone());
        field.of(&self.deeds.details(&details.unwrap_or_default())).to_owned()
    }

    /// What a field of the contact shows.
    #[must_use]
    pub fn field(&self, field: ContactField) -> String {
        let typed = self.contact.get(&field).filter(|_| !self.is_hidden(field));
        typed.map_or_else(|| self.stored_field(field), |it| it.text.clone())
    }

    /// What was typed into a field before it was masked. It cannot be saved now, and waits.
    #[must_use]
    pub fn locked_field(&self, field: ContactField) -> Option<&str> {
        self.contact.get(&field).filter(|_| self.is_hidden(field)).map(|it| it.text.as_str())
    }

    /// Whether something is typed into the contact's fields that can be saved.
    #[must_use]
    pub fn can_save_contact(&self) -> bool {
        self.contact.keys().any(|it| !self.is_hidden(*it))
    }

    /// Whether this reader sees less of a field than is there, and cannot change it.
    #[must_use]
    pub fn is_hidden(&self, field: ContactField) -> bool {
        self.view.as_ref().is_some_and(|it| it.contact.hidden.contains(&field))
    }

    /// Whether the composer would tell the visitor asterisks that stand for a part of what is known
    /// about them: this reader sees no more, and has taken them for the thing itself.
    #[must_use]
    pub fn says_masked(&self) -> bool {
        if self.composer.visibility != Visibility::Public {
            return false;
        }
        let Some(view) = &self.view else { return false };
        let shown = ContactField::ALL.into_iter().filter(|it| self.is_hidden(*it));
        let shown: Vec<&str> = shown.map(|it| it.of(&view.contact.details)).collect();
        let masked = |it: &&str| it.contains("**") && it.chars().any(|sign| sign != '*');
        // What the visitor wrote is masked as well.
        let entries = self.client.entries().iter().filter(|_| view.masked);
        let said = entries.filter_map(|it| inbox_protocol::EntryBody::message(&it.body));
        let said = said.filter(|it| it.author == Author::Visitor);
        let said = said.filter_map(|it| it.text.as_ref()).map(inbox_types::Text::as_str);
        let words = shown.iter().copied().chain(said).flat_map(str::split_whitespace);
        // A full stop or a bracket beside it is not of it.
        let words = words.map(|it| it.trim_matches(|it: char| it != '*' && !it.is_alphanumeric()));
        words.filter(|it| masked(it)).any(|it| self.composer.text.contains(it))
            || shown.iter().filter(|it| masked(it)).any(|it| self.composer.text.contains(it))
    }

    /// What somebody else wrote into a field since I began to type there.
    #[must_use]
    pub fn field_meanwhile(&self, field: ContactField) -> Option<String> {
        let stored = self.stored_field(field);
        let typed = self.contact.get(&field).filter(|_| !self.is_hidden(field));
        typed.filter(|it| it.base != stored).map(|_| stored)
    }

    /// Everything that is typed or pressed here and would be lost.
    #[must_use]
    pub fn kept(&self) -> KeptDraft {
        let mut draft = KeptDraft {
            epoch: self.client.epoch().max(self.kept_epoch),
            contact: self.contact.clone(),
            tag: self.tag.clone(),
            deeds: self.deeds.unsaid(),
            asks_kind: self.asks_kind && self.composer.has_text_of_its_own(),
            ..KeptDraft::default()
        };
        self.composer.keep(&mut draft);
        draft
    }

    /// Brings back what was kept.
    pub(super) fn restore(&mut self, draft: KeptDraft) {
        for deed in draft.deeds.clone() {
            self.deeds.push(deed);
        }
        self.kept_epoch = draft.epoch;
        self.take_over(draft);
        self.synced = self.kept();
    }

    /// Shows what another tab wrote. What is being uploaded here goes on.
    pub(super) fn adopt(&mut self, draft: KeptDraft) {
        let done = |it: &super::Upload| matches!(it.state, UploadState::Done(_));
        let ours: Vec<_> =
            self.composer.uploads_mut().filter(|it| !done(it)).map(|it| it.clone()).collect();
        self.take_over(KeptDraft { unfinished: Vec::new(), ..draft });
        self.composer.uploads.extend(ours);
        self.synced = self.kept();
    }

    fn take_over(&mut self, draft: KeptDraft) {
        self.contact.clone_from(&draft.contact);
        self.tag.clone_from(&draft.tag);
        self.asks_kind = draft.asks_kind;
        let last = &mut self.last_ticket;
        self.composer.bring_back(draft, || {
            *last -= 1;
            *last
        });
    }

    /// The conversation is erased, and with it what was written about it.
    fn forget_drafts(&mut self) {
        self.composer.clear();
        self.contact.clear();
        self.tag.clear();
        self.deeds = PendingActions::default();
        self.answers.clear();
        self.other = None;
        self.asks_kind = false;
        self.kept_epoch = 0;
    }

    /// The address of a file, while it works.
    #[must_use]
    pub fn link(&self, file: &FileId) -> Option<&str> {
        self.links.get(file).map(|(url, _)| url.as_str())
    }
}

/// Shows a conversation, connecting to it if it is not.
pub(super) fn open(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let Some(me) = model.desk.me().map(|it| it.id.clone()) else { return Vec::new() };
    let now = model.now;
    let mut effects = Vec::new();
    if !model.rooms.contains_key(id) {
        let seed = model.next_number() ^ model.seed;
        let mut room = Room::new(Author::Agent(me), seed, now);
        if let Some(draft) = model.drafts.of(id).cloned() {
            room.restore(draft);
        }
        model.rooms.insert(id.clone(), room);
        effects.push(Effect::Restore(id.clone()));
    }
    if let Some(room) = model.rooms.get_mut(id) {
        room.shown_at = now;
        room.at_end = true;
    }
    effects.extend(handle(model, id, Input::Again));
    effects.extend(saw(model, id));
    effects.extend(close_oldest(model));
    effects
}

/// The desk shows a conversation: whoever was sent away from it may view it by now.
pub(super) fn come_back(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let is_gone =
        model.rooms.get(id).is_some_and(|it| it.client.status() == inbox_client::Status::Gone);
    if is_gone { handle(model, id, Input::Again) } else { Vec::new() }
}

/// A room with an unsent line or a draft stays, whatever its age.
fn close_oldest(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while OPEN < model.rooms.len() {
        let idle = model.rooms.iter().filter(|(id, room)| {
            model.route.conversation() != Some(*id)
                && room.client.lines().is_empty()
                && !room.kept().says_something()
        });
        let Some(oldest) = idle.min_by_key(|it| it.1.shown_at).map(|it| it.0.clone()) else {
            return effects;
        };
        effects.extend(handle(model, &oldest, Input::Disconnect));
        model.rooms.remove(&oldest);
    }
    effects
}

pub(super) fn close_all(model: &mut Model) -> Vec<Effect> {
    let ids: Vec<ConversationId> = model.rooms.keys().cloned().collect();
    ids.iter().flat_map(|id| handle(model, id, Input::Disconnect)).collect()
}

/// A newer grant for every open socket.
pub(super) fn renew(model: &mut Model, grant: &str) -> Vec<Effect> {
    let renew = |id: &ConversationId| Effect::Say {
        conversation: id.clone(),
        frame: FromAgent::Renew { grant: grant.to_owned() },
    };
    let live = model.rooms.iter().filter(|(_, room)| {
        matches!(
            room.client.status(),
            inbox_client::Status::CatchingUp | inbox_client::Status::Live { .. }
        )
    });
    live.map(|(id, _)| renew(id)).collect()
}

pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    for room in model.rooms.values_mut() {
        settle(room, now);
    }
    each(model, |_| Input::Tick, |room, now| room.client.due().is_some_and(|it| it <= now))
}

pub(super) fn woken(model: &mut Model) -> Vec<Effect> {
    each(model, |_| Input::Woken, |_, _| true)
}

fn each(
    model: &mut Model,
    input: impl Fn(&ConversationId) -> Input<AgentBody>,
    wanted: impl Fn(&Room, Timestamp) -> bool,
) -> Vec<Effect> {
    let now = model.now;
    let ids: Vec<ConversationId> =
        model.rooms.iter().filter(|it| wanted(it.1, now)).map(|it| it.0.clone()).collect();
    ids.iter().flat_map(|id| handle(model, id, input(id))).collect()
}

/// What a message about one conversation changes. [`RoomMsg::Choose`] is the drafts' own.
pub(super) fn update(model: &mut Model, id: &ConversationId, msg: RoomMsg) -> Vec<Effect> {
    match msg {
        RoomMsg::Restored(kept) => handle(model, id, Input::Restored(kept)),
        RoomMsg::Opened { socket } => handle(model, id, Input::Opened { socket }),
        RoomMsg::Heard { socket, frame } => heard(model, id, socket, frame),
        RoomMsg::Closed { socket, code } => handle(model, id, Input::Closed { socket, code }),
        RoomMsg::Retry(client_id) => handle(model, id, Input::Retry { client_id }),
        RoomMsg::Discard(client_id) => handle(model, id, Input::Discard { client_id }),
        RoomMsg::Earlier => handle(model, id, Input::Earlier),
        RoomMsg::Do(frame) => act(model, id, frame),
        RoomMsg::Delete(of) => act(model, id, FromAgent::Delete { of }),
        RoomMsg::Enter { client_id } => enter(model, id, client_id),
        RoomMsg::Choose { .. } => Vec::new(),
        RoomMsg::Field { field, text } => fill_in(model, id, field, text),
        RoomMsg::TakeField(field) => {
            if let Some(room) = model.rooms.get_mut(id) {
                room.contact.remove(&field);
            }
            Vec::new()
        }
        RoomMsg::TypedTag(tag) => {
            if let Some(room) = model.rooms.get_mut(id) {
                room.tag = tag;
            }
            Vec::new()
        }
        RoomMsg::SaveContact => save_contact(model, id),
        RoomMsg::AddTag => add_tag(model, id),
        RoomMsg::Send { client_id } => send(model, id, client_id),
        RoomMsg::Typed { text, caret } => typed(model, id, text, caret),
        RoomMsg::Scrolled { at_end } => {
            if let Some(room) = model.rooms.get_mut(id) {
                room.at_end = at_end;
            }
            saw(model, id)
        }
        RoomMsg::OpenFile(file) => open_file(model, id, file),
        RoomMsg::Picked(picked) => pick(model, id, picked),
        RoomMsg::Unpick(ticket) => {
            if let Some(room) = model.rooms.get_mut(id) {
                room.composer.uploads.retain(|it| it.ticket != ticket);
            }
            vec![Effect::StopUpload { ticket }]
        }
        RoomMsg::UploadAgain(ticket) => {
            set_upload(model, id, ticket, UploadState::Sending(0));
            vec![Effect::Upload { conversation: id.clone(), ticket }]
        }
        RoomMsg::Uploading { ticket, state } => {
            set_upload(model, id, ticket, state);
            Vec::new()
        }
        RoomMsg::Kind(_)
        | RoomMsg::Mark { .. }
        | RoomMsg::Insert(_)
        | RoomMsg::Dismiss
        | RoomMsg::OpenCanned
        | RoomMsg::Clear
        | RoomMsg::Edit(_) => compose(model, id, &msg),
    }
}

fn say(id: &ConversationId, frame: FromAgent) -> Effect {
    Effect::Say { conversation: id.clone(), frame }
}

fn open_file(model: &mut Model, id: &ConversationId, file: FileId) -> Vec<Effect> {
    let now = model.now;
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    match room.links.get(&file) {
        Some((url, at)) if now.since(*at) < fresh() => vec![Effect::OpenLink(url.clone())],
        Some(_) | None => {
            room.wanted = Some(file.clone());
            vec![say(id, FromAgent::Link { file })]
        }
    }
}

/// Shorter than an address lives, so that nobody is handed one that dies at once.
fn fresh() -> Millis {
    Millis(FILE_LINK_LIFE.0 - 30_000)
}

fn heard(
    model: &mut Model,
    id: &ConversationId,
    socket: u32,
    frame: Option<Box<ToAgent>>,
) -> Vec<Effect> {
    let Some(frame) = frame else { return answered(model, id, socket) };
    let (ours, rest) = Frame::of_agent(*frame);
    let mut effects = match ours {
        Some(frame) => handle(model, id, Input::Heard { socket, frame }),
        None => handle(model, id, Input::Alive { socket }),
    };
    if let Some(rest) = rest {
        effects.extend(show(model, id, rest));
    }
    effects.extend(saw(model, id));
    effects.extend(ask_for_pictures(model, id));
    effects.extend(flow(model, id));
    effects.extend(seek(model, id));
    effects
}

/// Shows a line that was searched for, or only the conversation.
pub(super) fn find(model: &mut Model, id: &ConversationId, place: Option<Place>) -> Vec<Effect> {
    let press = model.next_number();
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    room.found = place.map(|it| (it, press));
    room.at_end &= place.is_none();
    seek(model, id)
}

/// Asks for one page after the other until the line that was searched for is here.
fn seek(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let is_before = |it: &Room| {
        let first = it.client.entries().first().map(|it| it.place);
        it.found.zip(first).is_some_and(|((place, _), first)| place < first)
    };
    if model.rooms.get(id).is_some_and(is_before) {
        handle(model, id, Input::Earlier)
    } else {
        Vec::new()
    }
}

/// The relay answers a ping after everything that was said before it.
fn answered(model: &mut Model, id: &ConversationId, socket: u32) -> Vec<Effect> {
    let now = model.now;
    let effects = handle(model, id, Input::Alive { socket });
    if let Some(room) = model.rooms.get_mut(id).filter(|it| it.is_connected()) {
        room.deeds.arrived(now);
        room.answers_arrived(now);
    }
    effects
}

fn show(model: &mut Model, id: &ConversationId, frame: ToAgent) -> Vec<Effect> {
    let now = model.now;
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    match frame {
        ToAgent::Welcome(welcome) => {
            room.visits = welcome.visits;
            if room.kept_epoch != 0 && room.kept_epoch != welcome.epoch {
                room.forget_drafts();
            }
            room.kept_epoch = welcome.epoch;
            look(model, id, Box::new(welcome.conversation))
        }
        ToAgent::Conversation { conversation } => look(model, id, conversation),
        ToAgent::Visits { visits } => {
            room.visits = visits;
            Vec::new()
        }
        ToAgent::Link { file, url } => {
            room.asked.remove(&file);
            let wanted = room.wanted.take_if(|it| *it == file).is_some();
            room.links.insert(file, (url.clone(), now));
            if wanted { vec![Effect::OpenLink(url)] } else { Vec::new() }
        }
        ToAgent::Refused { client_id, reason } => {
            if client_id.is_none() && !refuse(room) {
                // Whatever was pressed, no answer follows from it.
                room.wants_reply = false;
                ask_again(model, id, reason);
            }
            toast::show(model, ToastKind::Refused(reason));
            Vec::new()
        }
        ToAgent::Entries { .. }
        | ToAgent::Ready { .. }
        | ToAgent::Entry { .. }
        | ToAgent::Ack { .. }
        | ToAgent::Typing { .. }
        | ToAgent::Seen { .. }
        | ToAgent::SeenByMe { .. }
        | ToAgent::History { .. }
        | ToAgent::Unknown => Vec::new(),
    }
}

/// The conversation as it stands. What was read with other rights is not shown any longer.
fn look(model: &mut Model, id: &ConversationId, view: Box<ConversationView>) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let changed = room.view.as_ref().is_some_and(|before| before.masked != view.masked);
    let mut effects = set_view(model, id, view);
    if let Some(room) = model.rooms.get_mut(id).filter(|_| changed) {
        room.links.clear();
        room.asked.clear();
    }
    effects.extend(present(model, id));
    if changed {
        effects.extend(handle(model, id, Input::Afresh));
    }
    effects
}

/// Whoever has left, and everybody once the session is over, has stopped typing.
fn present(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let view = model.rooms.get(id).and_then(|it| it.view.as_ref());
    let session = view.and_then(|it| it.session.as_ref());
    let open = session.into_iter().filter(|it| it.state != SessionState::Closed);
    let joined = open.flat_map(|it| &it.legs).filter(|it| it.state == LegState::Joined);
    let team = joined.map(|it| it.agent.id.clone()).collect();
    handle(model, id, Input::Present(team))
}

/// The conversation as it stands now. What is being written stays what it is: what may no longer
/// be written is frozen, and only a press of this person makes another kind of it.
fn set_view(model: &mut Model, id: &ConversationId, view: Box<ConversationView>) -> Vec<Effect> {
    let on_screen = model.route.conversation() == Some(id);
    let me = model.desk.me().map(|it| it.id.clone());
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let kinds = Composer::kinds(&view.may);
    let was_mine = room.view.is_none() || room.is_of(me.as_ref());
    // That nobody would read an answer is said where the answer would be written.
    let first = room.view.is_none() && !view.signed_out;
    room.end_answers(&view);
    room.view = Some(view);
    if first && room.composer.is_empty() && !kinds.contains(&room.composer.visibility) {
        room.composer.visibility = kinds.first().copied().unwrap_or_default();
    }
    match (was_mine, room.is_of(me.as_ref())) {
        (false, true) => room.becomes_mine(),
        (_, false) => room.asks_kind = false,
        (true, true) => (),
    }
    let edits = std::mem::take(&mut room.contact);
    let stays = |(field, it): &(ContactField, FieldEdit)| it.text != room.stored_field(*field);
    room.contact = edits.into_iter().filter(stays).collect();
    if !room.wants_reply || !kinds.contains(&Visibility::Public) {
        return Vec::new();
    }
    room.wants_reply = false;
    // Unless a note is half written.
    if room.composer.is_empty() {
        room.composer.visibility = Visibility::Public;
    }
    if on_screen && model.dialog.is_none() { vec![Effect::FocusComposer] } else { Vec::new() }
}

/// The newest lines are on screen of somebody who looks.
fn saw(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let Some(room) = model.rooms.get(id) else { return Vec::new() };
    let looks = model.focused && model.route == Route::Conversation(id.clone()) && room.at_end;
    match room.client.entries().last().map(|it| it.place) {
        Some(place) if looks && room.client.seen_by_me() < place => {
            handle(model, id, Input::Saw { place })
        }
        Some(_) | None => Vec::new(),
    }
}

/// Somebody looks again at what is open.
pub(super) fn looked(model: &mut Model) -> Vec<Effect> {
    match model.route.conversation().cloned() {
        Some(id) => saw(model, &id),
        None => Vec::new(),
    }
}

/// Pictures are shown in the transcript, and each needs an address.
fn ask_for_pictures(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let now = model.now;
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let messages =
        room.client.entries().iter().filter_map(|it| inbox_protocol::EntryBody::message(&it.body));
    let pictures = messages.flat_map(|it| &it.files).filter(|it| it.media.is_image());
    let missing: Vec<FileId> = pictures
        .map(|it| it.id.clone())
        .filter(|it| !room.links.contains_key(it))
        .filter(|it| room.asked.get(it).is_none_or(|at| Millis::seconds(30) < now.since(*at)))
        .collect();
    for file in &missing {
        room.asked.insert(file.clone(), now);
    }
    missing.into_iter().map(|file| say(id, FromAgent::Link { file })).collect()
}

fn handle(model: &mut Model, id: &ConversationId, input: Input<AgentBody>) -> Vec<Effect> {
    let now = model.now;
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let outputs = room.client.handle(now, input);
    let failed = !room.is_connected() && room.deeds.lost();
    if failed {
        room.wants_reply = false;
        room.answers_lost();
        toast::show(model, ToastKind::NotDone);
    }
    outputs.into_iter().filter_map(|it| carry_out(model, id, it)).collect()
}

fn carry_out(model: &mut Model, id: &ConversationId, output: Output) -> Option<Effect> {
    let conversation = id.clone();
    match output {
        Output::Call(Call::Dial { socket, renew: _ }) => {
            Some(Effect::Dial { conversation, socket })
        }
        Output::Call(Call::HangUp { socket }) => Some(Effect::HangUp { conversation, socket }),
        Output::Call(Call::Ping) => Some(Effect::Ping { conversation }),
        Output::Call(Call::Reload) => Some(Effect::Reload),
        Output::Say(say) => Some(Effect::Say { conversation, frame: say.by_agent() }),
        Output::Keep(kept) => Some(Effect::Keep { conversation, kept }),
        Output::Forget(client_id) => Some(Effect::Forget { conversation, client_id }),
        // Notifications come from the desk, and an agent's files are stored before their line.
        Output::Arrived { .. } | Output::Unfinished(_) => None,
        Output::Erased => {
            if let Some(room) = model.rooms.get_mut(id) {
                room.forget_drafts();
            }
            toast::show(model, ToastKind::Erased);
            None
        }
    }
}
