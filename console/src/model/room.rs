//! The conversations that this console has open, each with its own socket.

mod answering;
mod drafts;
mod hearing;
mod pressing;
mod shown;
mod writing;

use std::collections::BTreeMap;

use inbox_client::{Client, Input, SavedMessage};
use inbox_protocol::{AgentBody, ConversationView, FromAgent, ToAgent};
use inbox_types::{
    Author, ClientId, CloseCause, ContactField, ConversationId, FileId, Label, MemberId, Millis,
    Place, SessionNo, SessionState, Timestamp, Visibility, Visit, limits::FILE_LINK_LIFE,
};

use super::{
    Composer, Effect, FieldEdit, KeptDraft, Model, PendingActions, Picked, ToastKind, UploadState,
    pending::pings::Pings, toast,
};
use answering::Answer;
use hearing::{handle, heard, saw};
use pressing::{act, add_tag, fill_in, save_contact, settle};
use writing::{compose, enter, pick, send, set_upload, typed, uploading};

pub(super) use answering::answer;
pub(super) use hearing::{find, looked, seek};
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
    /// The pings of its socket.
    pings: Pings,
    /// What was pressed and does not show yet.
    pub deeds: PendingActions,
    /// What was answered to questions and is not known to be done.
    answers: Vec<Answer>,
    /// Another tab's draft, where it is not this one's.
    pub other: Option<Box<KeptDraft>>,
    /// The conversation became mine while a note was half written. Whether it shall be a note or
    /// the answer, its writer says before it is sent.
    asks_kind: bool,
    /// Whether I pressed what leads to an answer.
    wants: Wants,
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
    OpenCanned {
        /// Where the caret stands.
        caret: usize,
    },
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
    /// The question on screen is about a session that is over: how it went is asked instead.
    WrapUp {
        /// That session.
        session: SessionNo,
        /// Why it was to end, if that was typed.
        reason: Option<Label>,
    },
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
            pings: Pings::default(),
            deeds: PendingActions::default(),
            answers: Vec::new(),
            other: None,
            asks_kind: false,
            wants: Wants::Nothing,
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

    /// Whether the session that is open is this member's.
    fn is_of(&self, me: Option<&MemberId>) -> bool {
        let session = self.view.as_ref().and_then(|it| it.session.as_ref());
        let open = session.filter(|it| it.state != SessionState::Closed);
        me.is_some() && open.and_then(|it| it.owner.as_ref()) == me
    }

    /// Something is pressed that leads to an answer.
    fn wants_reply(&mut self) {
        self.wants = Wants::Reply;
    }

    /// The conversation is mine now, whoever made it so: what I write next is the answer. A note
    /// that is half written becomes neither an answer nor, unasked, a note. Whoever has chosen since
    /// they pressed for it has said what it shall be.
    fn becomes_mine(&mut self) {
        if self.wants == Wants::AsChosen {
            return;
        }
        if self.composer.has_text_of_its_own() {
            self.asks_kind = self.composer.kind_of_its_own() == Visibility::Note;
        } else {
            self.composer.set_kind_of_its_own(Visibility::Public);
        }
    }
}

/// What the composer shall be for once the conversation is mine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wants {
    /// I pressed nothing that leads to an answer.
    Nothing,
    /// The answer, as soon as it may be written.
    Reply,
    /// What I chose after I had pressed.
    AsChosen,
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
    }
    effects.extend(handle(model, id, Input::Again));
    effects.extend(saw(model, id));
    effects.extend(close_oldest(model));
    effects
}

/// Somebody goes to a conversation, and it is shown from its end. When the desk is connected again, whoever
/// has scrolled up stays where they are.
pub(super) fn at_its_end(model: &mut Model) {
    if let Some(room) = model.route.conversation().and_then(|it| model.rooms.get_mut(it)) {
        room.at_end = true;
    }
}

/// The desk shows a conversation: whoever was sent away from it may view it by now.
pub(super) fn come_back(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let is_gone =
        model.rooms.get(id).is_some_and(|it| it.client.status() == inbox_client::Status::Gone);
    if is_gone { handle(model, id, Input::Again) } else { Vec::new() }
}

/// Disconnects conversations until no more than [`OPEN`] are connected, first the one that was shown longest
/// ago. The one on screen stays, and so does one with an unsent line, a draft, or an answer that is not
/// known to be done.
fn close_oldest(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while OPEN < model.rooms.len() {
        let idle = model.rooms.iter().filter(|(id, room)| {
            model.route.conversation() != Some(*id)
                && room.client.lines().is_empty()
                && !room.kept().says_something()
                && !room.has_answers()
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

/// What is known to be done, or has had its time, waits no longer: the conversations in which something of it
/// is kept.
pub(super) fn settle_all(model: &mut Model) -> Vec<ConversationId> {
    let (now, me) = (model.now, model.desk.me().map(|it| it.id.clone()));
    let settled = model.rooms.iter_mut().filter_map(|(id, room)| {
        let some = settle(room, now, me.as_ref());
        some.then(|| id.clone())
    });
    settled.collect()
}

pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
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
        RoomMsg::WrapUp { session, reason } => answering::wrap_up(model, id, session, reason),
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
        RoomMsg::Uploading { ticket, state } => uploading(model, id, ticket, state),
        RoomMsg::Kind(_)
        | RoomMsg::Mark { .. }
        | RoomMsg::Insert(_)
        | RoomMsg::Dismiss
        | RoomMsg::OpenCanned { .. }
        | RoomMsg::Clear
        | RoomMsg::Edit(_) => compose(model, id, &msg),
    }
}

fn say(id: &ConversationId, frame: FromAgent) -> Effect {
    Effect::Say { conversation: id.clone(), frame }
}

fn open_file(model: &mut Model, id: &ConversationId, file: FileId) -> Vec<Effect> {
    let (now, reaches) = (model.now, model.reaches(id));
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    match room.links.get(&file) {
        Some((url, at)) if now.since(*at) < fresh() => vec![Effect::OpenLink(url.clone())],
        Some(_) | None if !reaches => {
            toast::show(model, ToastKind::NotConnected);
            Vec::new()
        }
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
