//! I7: what webhooks and the desk were told.

use std::collections::BTreeMap;

use inbox_types::{ConversationId, Place};

use super::{Entered, Invariant, Violation, broken};

/// What one receiver has of one epoch of a conversation.
#[derive(Clone, Debug, Default)]
struct Received {
    /// The names, by place.
    ids: BTreeMap<Place, String>,
    last: Place,
}

/// What was told, to whom.
#[derive(Clone, Debug, Default)]
pub(super) struct SideEffects {
    received: BTreeMap<(ConversationId, u32), Received>,
    summaries: BTreeMap<ConversationId, (u32, u64, u64)>,
}

impl SideEffects {
    /// The receiver got an event. What it has already may come again, but only the last:
    /// one delivery is in flight at a time.
    pub(super) fn delivered(
        &mut self,
        conversation: &ConversationId,
        epoch: u32,
        seq: Place,
        id: &str,
        events: &[Entered],
    ) -> Result<(), Violation> {
        let story = |what: &str| format!("{conversation}, epoch {epoch}: event {} {what}", seq.0);
        let is_owed = |place: u64| {
            let index = usize::try_from(place).ok().and_then(|it| it.checked_sub(1));
            index.and_then(|it| events.get(it)).is_some_and(|it| it.owed)
        };
        if !is_owed(seq.0) {
            return broken(Invariant::I7, story("is delivered, and is not for a receiver"));
        }
        let received = self.received.entry((conversation.clone(), epoch)).or_default();
        if seq < received.last {
            return broken(Invariant::I7, story("is delivered after a later one"));
        }
        if let Some(skipped) = (received.last.0 + 1..seq.0).find(|it| is_owed(*it)) {
            return broken(Invariant::I7, story(&format!("is delivered before {skipped}")));
        }
        received.last = seq;
        let first = received.ids.entry(seq).or_insert_with(|| id.to_owned());
        if first == id {
            return Ok(());
        }
        broken(Invariant::I7, story(&format!("is delivered as {first} and as {id}")))
    }

    /// The desk took a summary over: a version never goes back, and is taken over once.
    pub(super) fn summarized(
        &mut self,
        conversation: ConversationId,
        version: (u32, u64, u64),
    ) -> Result<(), Violation> {
        match self.summaries.get(&conversation) {
            Some(before) if version <= *before => broken(
                Invariant::I7,
                format!("the desk takes {conversation} back from {before:?} to {version:?}"),
            ),
            Some(_) | None => {
                self.summaries.insert(conversation, version);
                Ok(())
            }
        }
    }

    pub(super) fn desk_lost(&mut self) {
        self.summaries.clear();
    }

    pub(super) fn check_delivered(
        &self,
        conversation: &ConversationId,
        epoch: u32,
        events: &[Entered],
    ) -> Result<(), Violation> {
        let received = self.received.get(&(conversation.clone(), epoch));
        let last = received.map_or(0, |it| it.last.0);
        let owed = events.iter().rposition(|it| it.owed).map_or(0, |it| it as u64 + 1);
        if last == owed {
            return Ok(());
        }
        let story =
            format!("{conversation}, epoch {epoch}: the receiver has {last} and is owed {owed}");
        broken(Invariant::I7, story)
    }
}
