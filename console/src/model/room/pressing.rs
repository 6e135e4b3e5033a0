//! The buttons and fields of a conversation: what can wait for the connection waits, and what
//! cannot is not swallowed.

use std::collections::BTreeMap;

use inbox_protocol::FromAgent;
use inbox_types::{ContactField, ConversationId, Label, Timestamp, limits::TAGS};

use super::{
    super::{Effect, FieldEdit, Model, PendingAction, ToastKind, pending::pending_of, toast},
    Room, say,
};

/// What is typed into a field of the contact.
pub(super) fn fill_in(
    model: &mut Model,
    id: &ConversationId,
    field: ContactField,
    text: String,
) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let stored = room.stored_field(field);
    if text == stored {
        room.contact.remove(&field);
    } else {
        let edit = FieldEdit { base: stored, text: String::new() };
        room.contact.entry(field).or_insert(edit).text = text;
    }
    Vec::new()
}

/// Only what was typed is saved, over what stands there now: a colleague may have filled in the
/// other fields meanwhile.
pub(super) fn save_contact(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let typed = std::mem::take(&mut room.contact).into_iter();
    let (fit, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        typed.partition(|(field, it)| field.holds(&it.text) && !room.is_hidden(*field));
    room.contact = others;
    for (field, FieldEdit { text, .. }) in fit {
        let stands = room.view.as_ref().map(|it| &it.contact.details);
        let base = stands.map(|it| field.of(it).to_owned());
        room.deeds.push(PendingAction::Contact { field, text, base });
    }
    flow(model, id)
}

pub(super) fn add_tag(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let tags = room.tags();
    let problem = match Label::try_from(room.tag.clone()) {
        // Enter in an empty field.
        Err(_) if room.tag.trim().is_empty() => None,
        Err(_) => Some(inbox_protocol::Refusal::TooLong),
        Ok(tag) if !tags.contains(&tag) && TAGS <= tags.len() => {
            Some(inbox_protocol::Refusal::TooMany)
        }
        Ok(tag) => {
            room.tag.clear();
            if !tags.contains(&tag) {
                room.deeds.push(PendingAction::Tag { tag, on: true });
            }
            None
        }
    };
    if let Some(problem) = problem {
        toast::show(model, ToastKind::Refused(problem));
    }
    flow(model, id)
}

/// A button. What can wait for the connection waits; what cannot is not swallowed.
pub(super) fn act(model: &mut Model, id: &ConversationId, frame: FromAgent) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    if let Some(deeds) = pending_of(&frame, &room.tags(), &room.topics()) {
        for deed in deeds {
            room.deeds.push(deed);
        }
        return flow(model, id);
    }
    if !model.reaches(id) {
        toast::show(model, ToastKind::NotConnected);
        return Vec::new();
    }
    if let Some(room) = model.rooms.get_mut(id) {
        room.wants_reply |= matches!(frame, FromAgent::Take | FromAgent::Reopen);
        room.deeds.pressed();
        room.pass_answers();
    }
    vec![say(id, frame), Effect::Ping { conversation: id.clone() }]
}

/// Says what waits, if there is a connection. The answer to the ping says that it has arrived.
pub(super) fn flow(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let now = model.now;
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    settle(room, now);
    let (Some(view), inbox_client::Status::Live { .. }) = (&room.view, room.client.status()) else {
        return Vec::new();
    };
    // It is typed again, and not saved: who typed it sees what stands there now.
    for (field, base, text) in room.deeds.overtaken(view) {
        room.contact.entry(field).or_insert(FieldEdit { base, text });
    }
    let frames = room.deeds.say(view);
    if frames.is_empty() {
        return Vec::new();
    }
    let said = frames.into_iter().map(|it| say(id, it));
    said.chain([Effect::Ping { conversation: id.clone() }]).collect()
}

pub(super) fn settle(room: &mut Room, now: Timestamp) {
    room.settle_answers(now);
    if let Some(view) = &room.view {
        room.deeds.settle(now, view, room.client.entries());
    }
}

/// I am about to answer here: the composer shall be for that, and have the keyboard.
pub(in crate::model) fn will_answer(model: &mut Model, id: &ConversationId) {
    if let Some(room) = model.rooms.get_mut(id) {
        room.wants_reply = true;
    }
}

/// What was typed and is refused goes back to where it was typed. False if nothing was typed, and
/// a press is refused.
pub(super) fn refuse(room: &mut Room) -> bool {
    let refused = room.deeds.refused();
    let some = !refused.is_empty();
    for deed in refused {
        match deed {
            PendingAction::Contact { field, text, .. } => {
                let edit = FieldEdit { base: room.stored_field(field), text };
                room.contact.entry(field).or_insert(edit);
            }
            PendingAction::Edit { of, text } => {
                let shown = room.client.entries().iter().find(|it| it.place == of);
                let message = shown.and_then(|it| inbox_protocol::EntryBody::message(&it.body));
                let visibility = message.map(|it| it.visibility).unwrap_or_default();
                room.composer.begin_edit(of, text.into(), visibility);
            }
            PendingAction::Tag { .. }
            | PendingAction::Topic { .. }
            | PendingAction::Language { .. }
            | PendingAction::Delete { .. } => {}
        }
    }
    some
}
