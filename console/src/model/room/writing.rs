//! The composer of a conversation: what is typed, inserted, edited, attached and sent.

use inbox_client::Input;
use inbox_types::{ClientId, ContactField, ConversationId, Place, Visibility};

use super::{
    super::{
        Effect, Model, PendingAction, Picked, ToastKind, UploadState, canned::Names,
        composer::NotTaken, toast,
    },
    Room, RoomMsg, Wants, handle,
    pressing::flow,
};

/// What changes the composer and nothing else.
pub(super) fn compose(model: &mut Model, id: &ConversationId, msg: &RoomMsg) -> Vec<Effect> {
    let canned = model.desk.welcome.as_ref().map(|it| it.canned.clone()).unwrap_or_default();
    let me = model.desk.me().map(|it| it.name.as_str().to_owned()).unwrap_or_default();
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    match msg {
        RoomMsg::Kind(visibility) => {
            room.composer.visibility = *visibility;
            room.asks_kind = false;
            if room.wants == Wants::Reply {
                room.wants = Wants::AsChosen;
            }
        }
        RoomMsg::Mark { down } => {
            let n = room.composer.matching(&canned).len().max(1);
            let step = if *down { 1 } else { n - 1 };
            room.composer.marked = (room.composer.marked + step) % n;
        }
        RoomMsg::Insert(index) => {
            let index = index.unwrap_or(room.composer.marked);
            let chosen = room.composer.matching(&canned).get(index).copied().cloned();
            if let Some(reply) = chosen {
                let hidden = room.is_hidden(ContactField::Name);
                let contact = if hidden { "" } else { room.name() }.to_owned();
                room.composer.insert(&reply, Names { contact: &contact, agent: &me });
            }
            return vec![Effect::PlaceCaret(room.composer.caret)];
        }
        RoomMsg::OpenCanned { caret } => {
            room.composer.open_canned(*caret);
            return vec![Effect::PlaceCaret(room.composer.caret)];
        }
        RoomMsg::Dismiss if room.composer.search().is_none() && room.composer.editing.is_some() => {
            room.composer.end_edit();
        }
        RoomMsg::Dismiss => room.composer.dismissed = true,
        RoomMsg::Clear => return clear(room),
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
        | RoomMsg::Enter { .. }
        | RoomMsg::Choose { .. }
        | RoomMsg::Field { .. }
        | RoomMsg::TakeField(_)
        | RoomMsg::SaveContact
        | RoomMsg::TypedTag(_)
        | RoomMsg::AddTag
        | RoomMsg::WrapUp { .. }
        | RoomMsg::Do(_) => (),
    }
    vec![Effect::FocusComposer]
}

fn edit(room: &mut Room, place: Place) {
    let message = room
        .client
        .entries()
        .iter()
        .find(|it| it.place == place)
        .and_then(|it| inbox_protocol::EntryBody::message(&it.body));
    if let Some(message) = message {
        let (stored, visibility) = (message.text.clone(), message.visibility);
        let text = room.deeds.edit_of(place).cloned().or(stored);
        room.composer.begin_edit(place, text.map(String::from).unwrap_or_default(), visibility);
    }
}

/// What is written is given up, and what can be written is chosen anew.
fn clear(room: &mut Room) -> Vec<Effect> {
    let tickets: Vec<u32> = room.composer.uploads_mut().map(|it| it.ticket).collect();
    room.composer.clear();
    // What is written next is not what was asked about.
    if std::mem::take(&mut room.asks_kind) {
        room.composer.visibility = Visibility::Public;
    }
    room.other = None;
    tickets.into_iter().map(|ticket| Effect::StopUpload { ticket }).collect()
}

/// Enter where the list of canned replies is open inserts one, and where none matches does
/// nothing: a slip in a shortcut must not reach the visitor.
pub(super) fn enter(model: &mut Model, id: &ConversationId, client_id: ClientId) -> Vec<Effect> {
    let canned = model.desk.welcome.as_ref().map(|it| it.canned.as_slice()).unwrap_or_default();
    let Some(room) = model.rooms.get(id) else { return Vec::new() };
    let open = room.composer.search().is_some();
    match (open, room.composer.matching(canned).is_empty()) {
        (true, false) => compose(model, id, &RoomMsg::Insert(None)),
        (true, true) => Vec::new(),
        (false, _) => send(model, id, client_id),
    }
}

pub(super) fn typed(
    model: &mut Model,
    id: &ConversationId,
    text: String,
    caret: usize,
) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let grew = room.composer.text != text;
    room.composer.text = text;
    room.composer.caret = caret;
    room.composer.marked = 0;
    // A dismissed list stays away until its `/` is gone.
    let dismissed = std::mem::replace(&mut room.composer.dismissed, false);
    room.composer.dismissed = dismissed && room.composer.search().is_some();
    // The visitor sees that somebody types an answer, never that somebody types a note.
    let answer = room.composer.visibility == Visibility::Public
        && room.composer.editing.is_none()
        && !room.is_frozen();
    let input = if inbox_types::is_blank(&room.composer.text) {
        Input::StoppedTyping
    } else {
        Input::Typed
    };
    if answer && grew { handle(model, id, input) } else { Vec::new() }
}

pub(super) fn send(model: &mut Model, id: &ConversationId, client_id: ClientId) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let rules = room.rules();
    if room.is_frozen() {
        return Vec::new();
    }
    if room.says_masked() {
        toast::show(model, ToastKind::SaysMasked);
        return Vec::new();
    }
    if let Some(of) = room.composer.editing {
        let Some(text) = room.composer.take_edit(&rules) else { return Vec::new() };
        room.deeds.push(PendingAction::Edit { of, text });
        return flow(model, id);
    }
    let Some(draft) = room.composer.take(&rules) else {
        room.composer.send_when_stored(client_id, &rules);
        return Vec::new();
    };
    room.at_end = true;
    handle(model, id, Input::Wrote { client_id, draft })
}

/// How far an attachment is. With the last one that was on its way goes a message that waited for it.
pub(super) fn uploading(
    model: &mut Model,
    id: &ConversationId,
    ticket: u32,
    state: UploadState,
) -> Vec<Effect> {
    set_upload(model, id, ticket, state);
    let waited = model.rooms.get(id).and_then(|it| it.composer.stored_now(&it.rules()));
    waited.map(|client_id| send(model, id, client_id)).unwrap_or_default()
}

pub(super) fn pick(model: &mut Model, id: &ConversationId, picked: Vec<Picked>) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let (taken, problem) = room.composer.pick(picked);
    match problem {
        Some(NotTaken::TooMany) => toast::show(model, ToastKind::TooManyFiles),
        Some(NotTaken::TooLarge(name)) => toast::show(model, ToastKind::FileTooLarge { name }),
        Some(NotTaken::Editing) => toast::show(model, ToastKind::FilesWhileEditing),
        None => (),
    }
    let upload = |ticket| Effect::Upload { conversation: id.clone(), ticket };
    taken.into_iter().map(upload).collect()
}

pub(super) fn set_upload(model: &mut Model, id: &ConversationId, ticket: u32, state: UploadState) {
    let Some(room) = model.rooms.get_mut(id) else { return };
    if let Some(upload) = room.composer.uploads_mut().find(|it| it.ticket == ticket) {
        upload.state = state;
    }
}
