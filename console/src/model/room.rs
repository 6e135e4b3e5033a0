//! The conversations that this console has open, each with its own socket.

use std::collections::BTreeMap;

use inbox_client::{Call, Client, Frame, Input, Kept, Output};
use inbox_protocol::{AgentBody, AgentRules, ConversationView, FromAgent, ToAgent, http::Action};
use inbox_types::{
    Author, ClientId, ConversationId, FileId, LegState, Millis, Place, SessionState, Timestamp,
    Visibility, Visit, limits::FILE_LINK_LIFE,
};

use super::{
    Composer, Effect, Model, Picked, Route, ToastKind, UploadState, composer::NotTaken, toast,
};

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
    /// Addresses of files, with the moment they were issued.
    pub links: BTreeMap<FileId, (String, Timestamp)>,
    /// Files whose address was asked for, and when.
    asked: BTreeMap<FileId, Timestamp>,
    /// The file that a press wants opened when its address comes.
    wanted: Option<FileId>,
    /// The end of the transcript is on screen.
    at_end: bool,
    /// When it was last on screen.
    shown_at: Timestamp,
}

/// What happens in a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RoomMsg {
    /// Unsent lines of an earlier page.
    Restored(Vec<Kept>),
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
}

impl Room {
    fn new(me: Author, seed: u32, now: Timestamp) -> Self {
        Self {
            client: Client::new(me, seed, seed),
            view: None,
            visits: Vec::new(),
            composer: Composer::default(),
            links: BTreeMap::new(),
            asked: BTreeMap::new(),
            wanted: None,
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
        model.rooms.insert(id.clone(), Room::new(Author::Agent(me), seed, now));
        effects.push(Effect::Restore(id.clone()));
    }
    if let Some(room) = model.rooms.get_mut(id) {
        room.shown_at = now;
        room.at_end = true;
    }
    effects.extend(handle(model, id, Input::Connect));
    effects.extend(saw(model, id));
    effects.extend(close_oldest(model));
    effects
}

/// A room with an unsent line or a draft stays, whatever its age.
fn close_oldest(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while OPEN < model.rooms.len() {
        let idle = model.rooms.iter().filter(|(id, room)| {
            model.route.conversation() != Some(*id)
                && room.client.lines().is_empty()
                && room.composer.text.is_empty()
                && room.composer.uploads.is_empty()
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

pub(super) fn update(model: &mut Model, id: &ConversationId, msg: RoomMsg) -> Vec<Effect> {
    match msg {
        RoomMsg::Restored(kept) => handle(model, id, Input::Restored(kept)),
        RoomMsg::Opened { socket } => handle(model, id, Input::Opened { socket }),
        RoomMsg::Heard { socket, frame } => heard(model, id, socket, frame),
        RoomMsg::Closed { socket, code } => handle(model, id, Input::Closed { socket, code }),
        RoomMsg::Retry(client_id) => handle(model, id, Input::Retry { client_id }),
        RoomMsg::Discard(client_id) => handle(model, id, Input::Discard { client_id }),
        RoomMsg::Earlier => handle(model, id, Input::Earlier),
        RoomMsg::Do(frame) => vec![say(id, frame)],
        RoomMsg::Delete(of) => vec![say(id, FromAgent::Delete { of })],
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
        | RoomMsg::Edit(_) => compose(model, id, &msg),
    }
}

fn say(id: &ConversationId, frame: FromAgent) -> Effect {
    Effect::Say { conversation: id.clone(), frame }
}

/// What changes the composer and nothing else.
fn compose(model: &mut Model, id: &ConversationId, msg: &RoomMsg) -> Vec<Effect> {
    let canned = model.desk.welcome.as_ref().map(|it| it.canned.clone()).unwrap_or_default();
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    match msg {
        RoomMsg::Kind(visibility) => room.composer.visibility = *visibility,
        RoomMsg::Mark { down } => {
            let n = room.composer.matching(&canned).len().max(1);
            let step = if *down { 1 } else { n - 1 };
            room.composer.marked = (room.composer.marked + step) % n;
        }
        RoomMsg::Insert(index) => {
            let index = index.unwrap_or(room.composer.marked);
            let name = room.name().to_owned();
            let chosen = room.composer.matching(&canned).get(index).copied().cloned();
            if let Some(reply) = chosen {
                room.composer.insert(&reply, &name);
            }
        }
        RoomMsg::OpenCanned => open_canned(&mut room.composer),
        RoomMsg::Dismiss if room.composer.editing.is_some() => {
            room.composer.editing = None;
            room.composer.text.clear();
        }
        RoomMsg::Dismiss => room.composer.dismissed = true,
        RoomMsg::Edit(place) => edit(room, *place),
        RoomMsg::Restored(_)
        | RoomMsg::Opened { .. }
        | RoomMsg::Heard { .. }
        | RoomMsg::Closed { .. }
        | RoomMsg::Typed { .. }
        | RoomMsg::Send { .. }
        | RoomMsg::Retry(_)
        | RoomMsg::Discard(_)
        | RoomMsg::Picked(_)
        | RoomMsg::Uploading { .. }
        | RoomMsg::UploadAgain(_)
        | RoomMsg::Unpick(_)
        | RoomMsg::OpenFile(_)
        | RoomMsg::Delete(_)
        | RoomMsg::Scrolled { .. }
        | RoomMsg::Earlier
        | RoomMsg::Do(_) => (),
    }
    vec![Effect::FocusComposer]
}

fn open_canned(composer: &mut Composer) {
    composer.dismissed = false;
    if composer.search().is_none() {
        let spaced = composer.text.is_empty() || composer.text.ends_with(char::is_whitespace);
        composer.text.push_str(if spaced { "/" } else { " /" });
        composer.caret = composer.text.encode_utf16().count();
    }
}

fn edit(room: &mut Room, place: Place) {
    let message = room
        .client
        .entries()
        .iter()
        .find(|it| it.place == place)
        .and_then(|it| inbox_protocol::EntryBody::message(&it.body));
    if let Some(message) = message {
        room.composer.text = message.text.clone().map(String::from).unwrap_or_default();
        room.composer.caret = room.composer.text.encode_utf16().count();
        room.composer.visibility = message.visibility;
        room.composer.editing = Some(place);
    }
}

fn typed(model: &mut Model, id: &ConversationId, text: String, caret: usize) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let grew = room.composer.text != text;
    room.composer.text = text;
    room.composer.caret = caret;
    room.composer.marked = 0;
    // A dismissed list stays away until its `/` is gone.
    let dismissed = std::mem::replace(&mut room.composer.dismissed, false);
    room.composer.dismissed = dismissed && room.composer.search().is_some();
    // The visitor sees that somebody types an answer, never that somebody types a note.
    let answer = room.composer.visibility == Visibility::Public && room.composer.editing.is_none();
    let input = if inbox_types::is_blank(&room.composer.text) {
        Input::StoppedTyping
    } else {
        Input::Typed
    };
    if answer && grew { handle(model, id, input) } else { Vec::new() }
}

fn send(model: &mut Model, id: &ConversationId, client_id: ClientId) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let rules = room.rules();
    if let Some(of) = room.composer.editing {
        let Some(draft) = room.composer.take(&rules) else { return Vec::new() };
        room.composer.editing = None;
        room.composer.visibility = Visibility::Public;
        return draft.text.map(|text| say(id, FromAgent::Edit { of, text })).into_iter().collect();
    }
    match room.composer.take(&rules) {
        Some(draft) => {
            room.at_end = true;
            handle(model, id, Input::Wrote { client_id, draft })
        }
        None => Vec::new(),
    }
}

fn pick(model: &mut Model, id: &ConversationId, picked: Vec<Picked>) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let (taken, problem) = room.composer.pick(picked);
    match problem {
        Some(NotTaken::TooMany) => toast::show(model, ToastKind::TooManyFiles),
        Some(NotTaken::TooLarge(name)) => toast::show(model, ToastKind::FileTooLarge { name }),
        None => (),
    }
    let upload = |ticket| Effect::Upload { conversation: id.clone(), ticket };
    taken.into_iter().map(upload).collect()
}

fn set_upload(model: &mut Model, id: &ConversationId, ticket: u32, state: UploadState) {
    let uploads = model.rooms.get_mut(id).map(|it| &mut it.composer.uploads);
    if let Some(upload) = uploads.into_iter().flatten().find(|it| it.ticket == ticket) {
        upload.state = state;
    }
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
    let Some(frame) = frame else { return handle(model, id, Input::Alive { socket }) };
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
    effects
}

fn show(model: &mut Model, id: &ConversationId, frame: ToAgent) -> Vec<Effect> {
    let now = model.now;
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    match frame {
        ToAgent::Welcome(welcome) => {
            room.visits = welcome.visits;
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
        ToAgent::Refused { client_id: _, reason } => {
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
    set_view(room, view);
    if changed {
        room.links.clear();
        room.asked.clear();
    }
    let mut effects = present(model, id);
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

fn set_view(room: &mut Room, view: Box<ConversationView>) {
    let kinds = Composer::kinds(&view.may);
    let may_reply_now = kinds.contains(&Visibility::Public) && !room.may(Action::Reply);
    let lost = !kinds.contains(&room.composer.visibility);
    // What may no longer be written must not stay chosen: a note would become a reply. And who
    // follows up wants to answer, unless a note is half written.
    if lost || (may_reply_now && room.composer.text.is_empty()) {
        room.composer.visibility = kinds.first().copied().unwrap_or_default();
    }
    room.view = Some(view);
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
            toast::show(model, ToastKind::Erased);
            None
        }
    }
}
