//! The buttons and fields of a conversation: what can wait for the connection waits, and what
//! cannot is not swallowed.

use std::collections::BTreeMap;

use inbox_protocol::FromAgent;
use inbox_types::{ContactField, ConversationId, Label, MemberId, Place, Timestamp, limits::TAGS};

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
    let me = model.desk.me().map(|it| it.id.clone());
    if let Some(room) = model.rooms.get_mut(id) {
        if matches!(frame, FromAgent::Take | FromAgent::Reopen) {
            room.wants_reply();
        }
        let (ping, view) = (room.pings.next(), room.view.as_deref());
        room.deeds.presses.push(frame.clone(), ping, view, me.as_ref());
        room.pings.say();
        room.pass_answers();
    }
    vec![say(id, frame), Effect::Ping { conversation: id.clone() }]
}

/// Says what waits, if there is a connection. The answer to the ping says that it is out of this browser.
pub(super) fn flow(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let (now, me) = (model.now, model.desk.me().map(|it| it.id.clone()));
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    settle(room, now, me.as_ref());
    let (Some(view), inbox_client::Status::Live { .. }) = (&room.view, room.client.status()) else {
        return Vec::new();
    };
    // It is typed again, and not saved: who typed it sees what stands there now.
    for (field, base, text) in room.deeds.overtaken(view) {
        room.contact.entry(field).or_insert(FieldEdit { base, text });
    }
    let frames = room.deeds.say(view, room.pings.next());
    if frames.is_empty() {
        return Vec::new();
    }
    room.pings.say();
    let said = frames.into_iter().map(|it| say(id, it));
    said.chain([Effect::Ping { conversation: id.clone() }]).collect()
}

/// What is known to be done, or has had its time, waits no longer. True if something of it is kept.
pub(super) fn settle(room: &mut Room, now: Timestamp, me: Option<&MemberId>) -> bool {
    room.settle_answers(now, me);
    let Some(view) = &room.view else { return false };
    room.deeds.presses.settle(now, view, me);
    room.deeds.settle(now, view, room.client.entries())
}

/// I am about to answer here: the composer shall be for that, and have the keyboard.
pub(in crate::model) fn will_answer(model: &mut Model, id: &ConversationId) {
    if let Some(room) = model.rooms.get_mut(id) {
        room.wants_reply();
    }
}

/// What the relay refused.
pub(super) enum Refused {
    /// A press.
    Press,
    /// What was typed, which is back where it was typed.
    Typed,
    /// A new text of this message, which waits there: something else is being written.
    Edit(Place),
}

/// What was typed and is refused goes back to where it was typed.
pub(super) fn refuse(room: &mut Room) -> Refused {
    let refused = room.deeds.refused();
    let mut what = if refused.is_empty() { Refused::Press } else { Refused::Typed };
    for deed in refused {
        match deed {
            PendingAction::Contact { field, text, .. } => {
                let edit = FieldEdit { base: room.stored_field(field), text };
                room.contact.entry(field).or_insert(edit);
            }
            PendingAction::Edit { of, text } => {
                if room.composer.is_busy() {
                    room.composer.put_back(of, text.into());
                    what = Refused::Edit(of);
                    continue;
                }
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
    what
}
