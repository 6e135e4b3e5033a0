//! What is written in a conversation and not sent, as this browser keeps it: one draft for each
//! conversation, for the member who is signed in.

use std::collections::BTreeMap;

use super::{Effect, KeptDraft, Model, Room, Stamp};
use inbox_types::{
    ConversationId,
    limits::{DRAFT_BYTES, DRAFT_LIFE, DRAFTS, DRAFTS_BYTES},
};

/// The drafts of this member, as storage has them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Drafts {
    kept: BTreeMap<ConversationId, KeptDraft>,
    /// The browser did not store one: it is full, or stores nothing.
    refused: bool,
}

impl Drafts {
    /// The draft of a conversation.
    #[must_use]
    pub fn of(&self, id: &ConversationId) -> Option<&KeptDraft> {
        self.kept.get(id)
    }

    /// Whether there is any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Takes one in, and says which had to go for it: the oldest, by number and by size.
    fn put(&mut self, id: &ConversationId, draft: KeptDraft) -> Vec<ConversationId> {
        self.kept.insert(id.clone(), draft);
        let mut gone = Vec::new();
        let n_bytes =
            |kept: &BTreeMap<_, KeptDraft>| kept.values().map(KeptDraft::n_bytes).sum::<usize>();
        while DRAFTS < self.kept.len() || DRAFTS_BYTES < n_bytes(&self.kept) {
            let others = self.kept.iter().filter(|it| it.0 != id);
            let Some(oldest) = others.min_by_key(|it| it.1.at).map(|it| it.0.clone()) else {
                return gone;
            };
            self.kept.remove(&oldest);
            gone.push(oldest);
        }
        gone
    }
}

/// What storage has of this member.
pub(super) fn known(model: &mut Model, all: BTreeMap<ConversationId, KeptDraft>) -> Vec<Effect> {
    let now = model.now;
    let mut effects = Vec::new();
    for (id, draft) in all {
        if DRAFT_LIFE < now.since(draft.at) {
            effects.push(Effect::ForgetDraft(id));
            continue;
        }
        match model.rooms.get_mut(&id) {
            Some(room) if room.kept().says_something() => {
                let same = room.kept().says_as(&draft);
                room.other = (!same).then(|| Box::new(draft.clone()));
            }
            Some(room) => room.restore(draft.clone()),
            None => (),
        }
        model.drafts.kept.insert(id, draft);
    }
    effects
}

/// The browser did not store a draft.
pub(super) fn refused(model: &mut Model) -> Vec<Effect> {
    model.drafts.refused = true;
    Vec::new()
}

/// Another tab of this member wrote a draft down; what is on screen follows.
pub(super) fn elsewhere(model: &mut Model, id: &ConversationId, draft: KeptDraft) -> Vec<Effect> {
    if draft.stamp.tab == model.seed {
        return Vec::new();
    }
    if let Some(room) = model.rooms.get_mut(id) {
        if room.other.is_some() {
            room.other = Some(Box::new(draft.clone()));
        } else {
            room.adopt(draft.clone());
        }
    }
    if draft.says_something() {
        model.drafts.kept.insert(id.clone(), draft);
    } else {
        model.drafts.kept.remove(id);
    }
    Vec::new()
}

/// Another tab had written a draft that this one did not know, and it was not replaced: the
/// person has to say which one is the right one.
pub(super) fn differs(model: &mut Model, id: &ConversationId, theirs: KeptDraft) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    let same = room.kept().says_as(&theirs);
    room.other = (!same && theirs.says_something()).then(|| Box::new(theirs.clone()));
    room.synced = theirs.clone();
    let asks = room.other.is_some();
    model.drafts.kept.insert(id.clone(), theirs);
    if asks { Vec::new() } else { sync(model, id) }
}

/// The person chose the other tab's draft, or this one's.
pub(super) fn choose(model: &mut Model, id: &ConversationId, other: bool) -> Vec<Effect> {
    let Some(room) = model.rooms.get_mut(id) else { return Vec::new() };
    if let (Some(theirs), true) = (room.other.take(), other) {
        room.adopt(*theirs);
    }
    vec![Effect::FocusComposer]
}

/// Writes down what changed in a conversation since it was last written down.
pub(super) fn sync(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let Some(room) = model.rooms.get(id) else { return Vec::new() };
    // Where two tabs differ, neither is replaced before somebody has chosen.
    if room.other.is_some() {
        return Vec::new();
    }
    let draft = room.kept();
    let nothing = !draft.says_something() && !room.synced.says_something();
    if nothing || draft.says_as(&room.synced) || DRAFT_BYTES < draft.n_bytes() {
        return Vec::new();
    }
    let after = model.drafts.of(id).map(|it| it.stamp);
    let stamp = Stamp { tab: model.seed, no: model.next_number() };
    let draft = KeptDraft { stamp, at: model.now, ..draft };
    if let Some(room) = model.rooms.get_mut(id) {
        room.synced = draft.clone();
    }
    let gone = if draft.says_something() {
        model.drafts.put(id, draft.clone())
    } else {
        model.drafts.kept.remove(id);
        Vec::new()
    };
    let keep = Effect::KeepDraft { conversation: id.clone(), draft: Box::new(draft), after };
    [keep].into_iter().chain(gone.into_iter().map(Effect::ForgetDraft)).collect()
}

impl Model {
    /// Whether something of this conversation is written and not sent.
    #[must_use]
    pub fn has_draft(&self, id: &ConversationId) -> bool {
        match self.rooms.get(id) {
            Some(room) => room.kept().says_something(),
            None => self.drafts.of(id).is_some(),
        }
    }

    /// Whether a draft would be lost if the page were left now.
    pub(super) fn has_unkept_draft(&self) -> bool {
        let unkept = |room: &Room| {
            let draft = room.kept();
            let kept = !self.drafts.refused && draft.says_as(&room.synced);
            draft.says_something() && (!kept || room.composer.is_uploading())
        };
        self.rooms.values().any(unkept)
    }
}
