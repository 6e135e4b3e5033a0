//! What a conversation's socket says, and what follows.

use inbox_client::{Call, Frame, Input, Output};
use inbox_protocol::{AgentBody, ConversationView, FromAgent, Refusal, ToAgent};
use inbox_types::{
    ContactField, ConversationId, FileId, LegState, Millis, Place, SessionState, Visibility,
};

use super::{
    super::{Composer, Effect, FieldEdit, Model, Route, ToastKind, pending::pings::Pings, toast},
    Room, Wants,
    answering::ask_again,
    pressing::{Refused, flow, refuse},
    say,
};

pub(super) fn heard(
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
pub(in crate::model) fn find(
    model: &mut Model,
    id: &ConversationId,
    place: Option<Place>,
) -> Vec<Effect> {
    let press = model.next_number();
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    room.found = place.map(|it| (it, press));
    room.at_end &= place.is_none();
    seek(model, id)
}

/// Asks for one page after the other until the line that was searched for is here, or what somebody wants
/// to save as a file.
pub(in crate::model) fn seek(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let is_before = |it: &Room| {
        let first = it.client.entries().first().map(|it| it.place);
        it.found.zip(first).is_some_and(|((place, _), first)| place < first)
    };
    if model.rooms.get(id).is_some_and(is_before) || model.gathers(id) {
        handle(model, id, Input::Earlier)
    } else {
        Vec::new()
    }
}

/// A ping is answered.
pub(super) fn answered(model: &mut Model, id: &ConversationId, socket: u32) -> Vec<Effect> {
    let now = model.now;
    let effects = handle(model, id, Input::Alive { socket });
    if let Some(room) = model.rooms.get_mut(id).filter(|it| it.is_connected()) {
        let ping = room.pings.answered();
        room.deeds.arrived(ping, now);
        room.answers_arrived(ping, now);
    }
    effects
}

pub(super) fn show(model: &mut Model, id: &ConversationId, frame: ToAgent) -> Vec<Effect> {
    let (now, me) = (model.now, model.desk.me().map(|it| it.id.clone()));
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    match frame {
        ToAgent::Welcome(welcome) => {
            room.visits = welcome.visits;
            if room.kept_epoch != 0 && room.kept_epoch != welcome.epoch {
                room.forget_drafts();
            }
            room.kept_epoch = welcome.epoch;
            let unanswered = room.judge_answers(&welcome.conversation, me.as_ref());
            if room.deeds.presses.judge(&welcome.conversation, me.as_ref()) || unanswered {
                room.wants = Wants::Nothing;
                toast::show(model, ToastKind::NotDone);
            }
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
            // What closes the socket is about no press in particular: what was on its way is known to
            // be lost once it is closed.
            let is_about_socket = matches!(reason, Refusal::Unauthorized | Refusal::Rate);
            let is_press = client_id.is_none() && !is_about_socket;
            match is_press.then(|| refuse(room)) {
                Some(Refused::Press) => {
                    // Whatever was pressed, no answer follows from it.
                    room.wants = Wants::Nothing;
                    room.deeds.presses.refused();
                    ask_again(model, id, reason);
                    toast::show(model, ToastKind::Refused(reason));
                }
                Some(Refused::Edit(of)) => toast::lead_back(model, id, of, reason),
                Some(Refused::Typed) | None => toast::show(model, ToastKind::Refused(reason)),
            }
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
pub(super) fn look(
    model: &mut Model,
    id: &ConversationId,
    view: Box<ConversationView>,
) -> Vec<Effect> {
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
pub(super) fn present(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let view = model.rooms.get(id).and_then(|it| it.view.as_ref());
    let session = view.and_then(|it| it.session.as_ref());
    let open = session.into_iter().filter(|it| it.state != SessionState::Closed);
    let joined = open.flat_map(|it| &it.legs).filter(|it| it.state == LegState::Joined);
    let team = joined.map(|it| it.agent.id.clone()).collect();
    handle(model, id, Input::Present(team))
}

/// The conversation as it stands now. What is being written stays what it is: what may no longer
/// be written is frozen, and only a press of this person makes another kind of it.
pub(super) fn set_view(
    model: &mut Model,
    id: &ConversationId,
    view: Box<ConversationView>,
) -> Vec<Effect> {
    let on_screen = model.route.conversation() == Some(id);
    let me = model.desk.me().map(|it| it.id.clone());
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let kinds = Composer::kinds(&view.may);
    let was_mine = room.view.is_none() || room.is_of(me.as_ref());
    // That nobody would read an answer is said where the answer would be written.
    let first = room.view.is_none() && !view.signed_out;
    room.end_answers(id, &view);
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
    if room.wants == Wants::Nothing || !kinds.contains(&Visibility::Public) {
        return Vec::new();
    }
    let has_chosen = room.wants == Wants::AsChosen;
    room.wants = Wants::Nothing;
    // Unless a note is half written, or is what is to be written.
    if room.composer.is_empty() && !has_chosen {
        room.composer.visibility = Visibility::Public;
    }
    if on_screen && model.dialog.is_none() { vec![Effect::FocusComposer] } else { Vec::new() }
}

/// The newest lines are on screen of somebody who looks.
pub(super) fn saw(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
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
pub(in crate::model) fn looked(model: &mut Model) -> Vec<Effect> {
    match model.route.conversation().cloned() {
        Some(id) => saw(model, &id),
        None => Vec::new(),
    }
}

/// Pictures are shown in the transcript, and each needs an address.
pub(super) fn ask_for_pictures(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
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

pub(super) fn handle(
    model: &mut Model,
    id: &ConversationId,
    input: Input<AgentBody>,
) -> Vec<Effect> {
    let now = model.now;
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let outputs = room.client.handle(now, input);
    let is_lost = !room.is_connected();
    if is_lost {
        // Opened once the connection is back, it would be a window that nobody waits for any more.
        room.wanted = None;
    }
    if is_lost {
        room.pings = Pings::default();
        room.answers_lost();
    }
    if is_lost && room.deeds.lost() {
        room.wants = Wants::Nothing;
        toast::show(model, ToastKind::NotDone);
    }
    outputs.into_iter().filter_map(|it| carry_out(model, id, it)).collect()
}

pub(super) fn carry_out(model: &mut Model, id: &ConversationId, output: Output) -> Option<Effect> {
    let conversation = id.clone();
    match output {
        Output::Call(Call::Dial { socket, renew: _ }) => {
            Some(Effect::Dial { conversation, socket })
        }
        Output::Call(Call::HangUp { socket }) => Some(Effect::HangUp { conversation, socket }),
        Output::Call(Call::Ping) => {
            model.rooms.get_mut(id)?.pings.say();
            Some(Effect::Ping { conversation })
        }
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
