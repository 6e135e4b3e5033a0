//! What is being written in one conversation.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use inbox_client::{NewMessage, presentation::visible_name};
use inbox_protocol::{AgentRules, Refusal};
use inbox_types::{
    Action, ClientId, File, MessageText, Place, Visibility, is_blank,
    limits::{FILE_BYTES, FILES_PER_MESSAGE},
};

use super::KeptDraft;

/// What is being written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Composer {
    /// Who will be able to read it.
    pub visibility: Visibility,
    /// The text.
    pub text: String,
    /// Where the caret stands, in UTF-16 units as the browser counts.
    pub caret: usize,
    /// What is attached.
    pub uploads: Vec<Upload>,
    /// The list of canned replies was dismissed for this `/`.
    pub dismissed: bool,
    /// Which canned reply is marked.
    pub marked: usize,
    /// The message whose text this replaces.
    pub editing: Option<Place>,
    /// What was being written when the editing began. It comes back afterwards.
    aside: Option<Box<Aside>>,
    /// New texts that were left for another message before they were saved.
    edits: BTreeMap<Place, String>,
    /// What was sent while a file of it was on its way.
    awaited: Option<Awaited>,
}

/// A message that is sent once its files are stored, if it is still what it was.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Awaited {
    client_id: ClientId,
    visibility: Visibility,
    text: String,
    tickets: Vec<u32>,
}

/// A message that waits while a sent one is edited.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Aside {
    visibility: Visibility,
    text: String,
    caret: usize,
    uploads: Vec<Upload>,
}

/// An attachment on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upload {
    /// Its number in this browser.
    pub ticket: u32,
    /// What the person calls it.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// How far it is.
    pub state: UploadState,
}

/// How far an attachment is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UploadState {
    /// So many percent are sent.
    Sending(u8),
    /// It is stored.
    Done(Box<File>),
    /// It is not.
    Failed(Refusal),
    /// It was on its way when the page was left, and the browser no longer has it.
    Lost,
}

/// A file that was chosen, pasted or dropped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picked {
    /// Its number in this browser.
    pub ticket: u32,
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// Why a file was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotTaken {
    /// A seventh.
    TooMany,
    /// Over the limit.
    TooLarge(String),
    /// A sent message is being edited, and that takes no files.
    Editing,
}

impl Composer {
    /// Takes as many files as there is room for, and says what became of the rest.
    pub fn pick(&mut self, picked: Vec<Picked>) -> (Vec<u32>, Option<NotTaken>) {
        if self.editing.is_some() {
            return (Vec::new(), Some(NotTaken::Editing));
        }
        let mut taken = Vec::new();
        let mut problem = None;
        for Picked { ticket, name, bytes } in picked {
            let name = visible_name(&name);
            if FILES_PER_MESSAGE <= self.uploads.len() {
                problem = Some(NotTaken::TooMany);
            } else if FILE_BYTES < bytes {
                problem = Some(NotTaken::TooLarge(name));
            } else {
                self.uploads.push(Upload { ticket, name, bytes, state: UploadState::Sending(0) });
                taken.push(ticket);
            }
        }
        (taken, problem)
    }

    /// How many characters are left; below zero it is too long.
    #[must_use]
    pub fn n_left(&self, rules: &AgentRules) -> i64 {
        let n_chars = i64::try_from(self.text.trim().chars().count()).unwrap_or(i64::MAX);
        i64::from(rules.max_chars) - n_chars
    }

    /// Whether Send would send something.
    #[must_use]
    pub fn can_send(&self, rules: &AgentRules) -> bool {
        let stored = self.uploads.iter().all(|it| matches!(it.state, UploadState::Done(_)));
        stored && self.is_complete(rules)
    }

    /// Whether only files on their way are lacking, if any are.
    fn is_complete(&self, rules: &AgentRules) -> bool {
        let fits = 0 <= self.n_left(rules);
        let something = !is_blank(&self.text) || !self.uploads.is_empty();
        let legal = !self.breaks_reserved(rules);
        fits && something && legal
    }

    /// Sends what is written as soon as its files are stored, under this name.
    pub fn send_when_stored(&mut self, client_id: ClientId, rules: &AgentRules) {
        if self.is_complete(rules) && self.editing.is_none() {
            self.awaited = Some(self.awaiting(client_id));
        }
    }

    /// The name under which what is written was sent before its files were stored, if they are now and
    /// nothing was changed since.
    #[must_use]
    pub fn stored_now(&self, rules: &AgentRules) -> Option<ClientId> {
        let client_id = self.awaited.as_ref()?.client_id.clone();
        let is_same = self.awaited.as_ref() == Some(&self.awaiting(client_id.clone()));
        (is_same && self.can_send(rules)).then_some(client_id)
    }

    fn awaiting(&self, client_id: ClientId) -> Awaited {
        let tickets = self.uploads.iter().map(|it| it.ticket).collect();
        Awaited { client_id, visibility: self.visibility, text: self.text.clone(), tickets }
    }

    /// Whether it has a sign that the site reserves.
    #[must_use]
    pub fn breaks_reserved(&self, rules: &AgentRules) -> bool {
        rules.reserve_angle_brackets
            && self.visibility == Visibility::Public
            && self.text.contains(['<', '>'])
    }

    /// Takes out what is to be sent and is empty afterwards.
    pub fn take(&mut self, rules: &AgentRules) -> Option<NewMessage> {
        if !self.can_send(rules) {
            return None;
        }
        let text = MessageText::written(&std::mem::take(&mut self.text));
        let files = std::mem::take(&mut self.uploads)
            .into_iter()
            .filter_map(|it| match it.state {
                UploadState::Done(file) => Some(*file),
                UploadState::Sending(_) | UploadState::Failed(_) | UploadState::Lost => None,
            })
            .collect();
        self.caret = 0;
        self.dismissed = false;
        self.awaited = None;
        Some(NewMessage { text, files, visibility: self.visibility, ..NewMessage::default() })
    }

    /// Takes out the new text of the edited message; what was written before comes back.
    pub fn take_edit(&mut self, rules: &AgentRules) -> Option<MessageText> {
        if !self.can_send(rules) {
            return None;
        }
        let text = MessageText::written(&self.text)?;
        self.end_edit();
        Some(text)
    }

    /// Begins to edit a sent message. What was being written waits, and so does an edit that
    /// was begun before.
    pub fn begin_edit(&mut self, place: Place, text: String, visibility: Visibility) {
        match self.editing {
            Some(before) if before == place => return,
            Some(before) => {
                self.edits.insert(before, std::mem::take(&mut self.text));
            }
            None => {
                self.aside = Some(Box::new(Aside {
                    visibility: self.visibility,
                    text: std::mem::take(&mut self.text),
                    caret: self.caret,
                    uploads: std::mem::take(&mut self.uploads),
                }));
            }
        }
        self.text = self.edits.remove(&place).unwrap_or(text);
        self.caret = self.text.encode_utf16().count();
        self.visibility = visibility;
        self.editing = Some(place);
        self.dismissed = false;
        self.marked = 0;
    }

    /// A new text for a sent message was refused, and waits where that message is edited again. What is being
    /// written stays as it is; so does what was written there since.
    pub fn put_back(&mut self, place: Place, text: String) {
        if self.editing != Some(place) {
            self.edits.entry(place).or_insert(text);
        }
    }

    /// Whether something is being written, or a sent message edited.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.editing.is_some() || self.has_text_of_its_own()
    }

    /// What was being written before comes back.
    pub fn end_edit(&mut self) {
        let Aside { visibility, text, caret, uploads } =
            self.aside.take().map(|it| *it).unwrap_or_default();
        self.visibility = visibility;
        self.text = text;
        self.caret = caret;
        self.uploads = uploads;
        self.editing = None;
        self.dismissed = false;
    }

    /// Whether there is a message, on screen or behind an edit.
    #[must_use]
    pub fn has_text_of_its_own(&self) -> bool {
        match &self.aside {
            Some(it) => !it.text.trim().is_empty() || !it.uploads.is_empty(),
            None => !self.text.trim().is_empty() || !self.uploads.is_empty(),
        }
    }

    /// Who will be able to read the message, on screen or behind an edit.
    #[must_use]
    pub fn kind_of_its_own(&self) -> Visibility {
        self.aside.as_ref().map_or(self.visibility, |it| it.visibility)
    }

    /// Says who will be able to read it.
    pub fn set_kind_of_its_own(&mut self, visibility: Visibility) {
        match &mut self.aside {
            Some(it) => it.visibility = visibility,
            None => self.visibility = visibility,
        }
    }

    /// Gives up everything but the kind.
    pub fn clear(&mut self) {
        *self = Self { visibility: self.visibility, ..Self::default() };
    }

    /// Every attachment, also of what waits.
    pub fn uploads_mut(&mut self) -> impl Iterator<Item = &mut Upload> {
        let waiting = self.aside.iter_mut().flat_map(|it| it.uploads.iter_mut());
        self.uploads.iter_mut().chain(waiting)
    }

    /// Whether a file is in this page only.
    #[must_use]
    pub fn is_uploading(&self) -> bool {
        let waiting = self.aside.iter().flat_map(|it| &it.uploads);
        let here =
            |it: &Upload| matches!(it.state, UploadState::Sending(_) | UploadState::Failed(_));
        self.uploads.iter().chain(waiting).any(here)
    }

    /// Whether anything would be lost with it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let aside = |it: &Aside| it.text.trim().is_empty() && it.uploads.is_empty();
        self.text.trim().is_empty()
            && self.uploads.is_empty()
            && self.editing.is_none()
            && self.edits.is_empty()
            && self.aside.as_ref().is_none_or(|it| aside(it))
    }

    /// Writes down what is written.
    pub fn keep(&self, into: &mut KeptDraft) {
        let (visibility, text, uploads) = match &self.aside {
            Some(it) => (it.visibility, &it.text, &it.uploads),
            None => (self.visibility, &self.text, &self.uploads),
        };
        into.text.clone_from(text);
        into.edits = self.edits.iter().map(|(place, text)| (*place, text.clone())).collect();
        into.edits.extend(self.editing.map(|it| (it, self.text.clone())));
        into.editing = self.editing.map(|it| (it, self.visibility));
        for it in uploads {
            match &it.state {
                UploadState::Done(file) => into.files.push((**file).clone()),
                UploadState::Sending(_) | UploadState::Failed(_) | UploadState::Lost => {
                    into.unfinished.push(it.name.clone());
                }
            }
        }
        // An empty composer has a colour too, but it is not worth a draft.
        let some = !text.trim().is_empty() || !uploads.is_empty();
        into.visibility = if some { visibility } else { Visibility::default() };
    }

    /// Brings back what was written down. `ticket` names each attachment.
    pub fn bring_back(&mut self, draft: KeptDraft, mut ticket: impl FnMut() -> u32) {
        let mut upload = |name: String, bytes, state| {
            let name = visible_name(&name);
            Upload { ticket: ticket(), name, bytes, state }
        };
        let stored = draft.files.into_iter().map(|file| {
            let (name, bytes) = (file.name.as_str().to_owned(), file.bytes);
            upload(name, bytes, UploadState::Done(Box::new(file)))
        });
        let mut uploads: Vec<Upload> = stored.collect();
        uploads.extend(draft.unfinished.into_iter().map(|it| upload(it, 0, UploadState::Lost)));
        let some = !draft.text.trim().is_empty() || !uploads.is_empty();
        let visibility = if some { draft.visibility } else { self.visibility };
        *self = Self {
            visibility,
            caret: draft.text.encode_utf16().count(),
            text: draft.text,
            uploads,
            ..Self::default()
        };
        self.edits = draft.edits.into_iter().collect();
        if let Some((place, visibility)) = draft.editing {
            self.begin_edit(place, String::new(), visibility);
        }
    }

    /// The kinds of message that this reader may write now, the usual one first.
    #[must_use]
    pub fn kinds(may: &[Action]) -> Vec<Visibility> {
        [
            (Action::Reply, Visibility::Public),
            (Action::Note, Visibility::Note),
            (Action::Whisper, Visibility::Whisper),
        ]
        .into_iter()
        .filter(|(action, _)| may.contains(action))
        .map(|(_, visibility)| visibility)
        .collect()
    }

    /// The caret as a place in the text; the browser counts in UTF-16 units.
    pub(super) fn caret_byte(&self) -> usize {
        let mut units = 0;
        for (byte, letter) in self.text.char_indices() {
            if self.caret <= units {
                return byte;
            }
            units += letter.len_utf16();
        }
        self.text.len()
    }
}
