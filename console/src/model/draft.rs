//! What is written in a conversation and not sent, as this browser keeps it: one draft for each
//! conversation, for the member who is signed in.

use std::collections::BTreeMap;

use inbox_protocol::ContactPart;
use inbox_types::{
    ContactDetails, ConversationId, File, Place, Timestamp, Visibility,
    limits::{DRAFT_BYTES, DRAFT_LIFE, DRAFTS, DRAFTS_BYTES},
};
use serde::{Deserialize, Serialize};

use super::{Deed, Effect, Model, Room};

/// Which tab wrote a draft, and which of its drafts it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// The tab.
    pub tab: u32,
    /// Its number in that tab.
    pub no: u32,
}

/// What is written in one conversation and not sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptDraft {
    /// Who wrote it down.
    pub stamp: Stamp,
    /// When it was written down.
    pub at: Timestamp,
    /// The conversation's epoch then: what was erased takes its drafts along.
    pub epoch: u32,
    /// Who will be able to read the message.
    pub visibility: Visibility,
    /// The message.
    pub text: String,
    /// What is uploaded for it.
    pub files: Vec<File>,
    /// The names of what was not yet uploaded.
    pub unfinished: Vec<String>,
    /// New texts of sent messages.
    pub edits: Vec<(Place, String)>,
    /// Which of them is in the composer, and who reads that message.
    pub editing: Option<(Place, Visibility)>,
    /// Fields of the contact.
    pub contact: BTreeMap<ContactField, FieldEdit>,
    /// A tag.
    pub tag: String,
    /// What was pressed and has not reached the relay.
    pub deeds: Vec<Deed>,
}

impl KeptDraft {
    /// Whether anything would be lost with it.
    #[must_use]
    pub fn says_something(&self) -> bool {
        !self.text.trim().is_empty()
            || !self.files.is_empty()
            || !self.unfinished.is_empty()
            || !self.edits.is_empty()
            || !self.contact.is_empty()
            || !self.tag.trim().is_empty()
            || !self.deeds.is_empty()
    }

    /// Whether the other one says the same, whoever wrote it down and when.
    #[must_use]
    pub fn says_as(&self, other: &Self) -> bool {
        let bare =
            |it: &Self| Self { stamp: Stamp::default(), at: Timestamp::default(), ..it.clone() };
        bare(self) == bare(other)
    }

    /// Whether a draft may replace what storage has now: only if that is what the tab that wrote
    /// it knew (`after`), or says the same.
    #[must_use]
    pub fn may_replace(&self, stored: Option<&Self>, after: Option<Stamp>) -> bool {
        stored.is_none_or(|it| Some(it.stamp) == after || it.says_as(self))
    }

    fn n_bytes(&self) -> usize {
        serde_json::to_string(self).map_or(usize::MAX, |it| it.len())
    }
}

/// A field of the contact that agents fill in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactField {
    /// What to call them.
    Name,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// Such as a customer number.
    Extra,
    /// Remarks of the team.
    Notes,
}

/// What was typed into a field of the contact.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct FieldEdit {
    /// What stood there when the typing began.
    pub base: String,
    /// What stands there now.
    pub text: String,
}

impl ContactField {
    /// In the order of the form.
    pub const ALL: [Self; 5] = [Self::Name, Self::Email, Self::Phone, Self::Extra, Self::Notes];

    /// What stands in it.
    #[must_use]
    pub fn of(self, details: &ContactDetails) -> String {
        let text = match self {
            Self::Name => details.name.as_ref().map(inbox_types::Text::as_str),
            Self::Email => details.email.as_ref().map(inbox_types::Text::as_str),
            Self::Phone => details.phone.as_ref().map(inbox_types::Text::as_str),
            Self::Extra => details.extra.as_ref().map(inbox_types::Text::as_str),
            Self::Notes => details.notes.as_ref().map(inbox_types::Text::as_str),
        };
        text.unwrap_or_default().to_owned()
    }

    /// Puts something into it.
    pub fn set(self, details: &mut ContactDetails, text: &str) {
        match self {
            Self::Name => details.name = inbox_types::Text::cut(text),
            Self::Email => details.email = inbox_types::Text::cut(text),
            Self::Phone => details.phone = inbox_types::Text::cut(text),
            Self::Extra => details.extra = inbox_types::Text::cut(text),
            Self::Notes => details.notes = inbox_types::Text::cut(text),
        }
    }

    /// As the relay calls it.
    pub(super) fn part(self) -> ContactPart {
        match self {
            Self::Name => ContactPart::Name,
            Self::Email => ContactPart::Email,
            Self::Phone => ContactPart::Phone,
            Self::Extra => ContactPart::Extra,
            Self::Notes => ContactPart::Notes,
        }
    }

    /// How many characters it holds.
    #[must_use]
    pub fn most(self) -> usize {
        match self {
            Self::Name => inbox_types::Name::MAX_CHARS,
            Self::Email => inbox_types::Email::MAX_CHARS,
            Self::Phone => inbox_types::Phone::MAX_CHARS,
            Self::Extra => 200,
            Self::Notes => 2_000,
        }
    }

    /// Whether all of this text fits.
    #[must_use]
    pub fn holds(self, text: &str) -> bool {
        text.trim().chars().count() <= self.most()
    }
}

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
    if room.client.status() == inbox_client::Status::Gone {
        return forget(model, id);
    }
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

/// The conversation is gone, and so is what storage has of it.
pub(super) fn forget(model: &mut Model, id: &ConversationId) -> Vec<Effect> {
    let known = model.drafts.kept.remove(id);
    known.map(|_| Effect::ForgetDraft(id.clone())).into_iter().collect()
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
