//! What is being attached to the next message.

use inbox_protocol::Refusal;
use inbox_text::{Phrase, widget};
use inbox_types::{
    File,
    limits::{FILE_BYTES, FILES_PER_MESSAGE},
};

/// A file that somebody picked, pasted or dropped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picked {
    /// Its number in this tab.
    pub id: u32,
    /// What it is called.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// An address of the picture itself, if it is one.
    pub preview: Option<String>,
}

/// A file of the next message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// What was picked.
    pub picked: Picked,
    /// How far it is.
    pub state: Upload,
}

/// How far an upload is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Upload {
    /// On its way.
    Running {
        /// 0 to 100.
        percent: u8,
    },
    /// The relay has it.
    Done(File),
    /// It broke, or was refused.
    Failed(Option<Refusal>),
}

/// The files of the next message, in the order in which they were picked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Attachments(Vec<Attachment>);

impl Attachments {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Attachment] {
        &self.0
    }

    /// Takes in as many as fit. The second is why the others were not.
    pub(super) fn add(&mut self, picked: Vec<Picked>, limit: &str) -> (Vec<u32>, Option<Phrase>) {
        let mut accepted = Vec::new();
        let mut problem = None;
        for it in picked {
            if FILE_BYTES < it.bytes {
                problem = Some(widget::file_too_large(limit, &it.name));
            } else if FILES_PER_MESSAGE <= self.0.len() {
                problem = Some(widget::files_too_many(FILES_PER_MESSAGE as u64));
            } else {
                accepted.push(it.id);
                self.0.push(Attachment { picked: it, state: Upload::Running { percent: 0 } });
            }
        }
        (accepted, problem)
    }

    pub(super) fn set(&mut self, id: u32, state: Upload) {
        if let Some(it) = self.0.iter_mut().find(|it| it.picked.id == id) {
            it.state = state;
        }
    }

    pub(super) fn remove(&mut self, id: u32) {
        self.0.retain(|it| it.picked.id != id);
    }

    /// Whether the message must wait for an upload.
    #[must_use]
    pub fn running(&self) -> bool {
        self.0.iter().any(|it| matches!(it.state, Upload::Running { .. }))
    }

    /// What the relay has.
    #[must_use]
    pub fn done(&self) -> Vec<File> {
        let done = |it: &Attachment| match &it.state {
            Upload::Done(file) => Some(file.clone()),
            Upload::Running { .. } | Upload::Failed(_) => None,
        };
        self.0.iter().filter_map(done).collect()
    }

    /// Leaves what has failed: it was not sent.
    pub(super) fn sent(&mut self) {
        self.0.retain(|it| matches!(it.state, Upload::Failed(_)));
    }
}
