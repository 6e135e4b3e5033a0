//! The files of the next message, and those of messages that wait for them.

use inbox_client::NewMessage;
use inbox_protocol::Refusal;
use inbox_text::{Phrase, widget};
use inbox_types::{
    ClientId, File, FileId, MediaType, Millis, Text, Timestamp,
    limits::{ALERTS, FILE_BYTES, FILES_PER_MESSAGE},
};

use super::Effect;

/// How often an upload may break while all else reaches the relay. Something between here and
/// there does not let that file through, and would be asked for ever.
const TRIES: u8 = 6;

/// A file that somebody picked, pasted or dropped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picked {
    /// Its number in this page.
    pub id: u32,
    /// What it is called.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// An address of the picture itself, if it is one.
    pub preview: Option<String>,
    /// It is a folder, whatever its size says.
    pub folder: bool,
}

/// A file of a message that is not sent yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// What was picked.
    pub picked: Picked,
    /// How far it is.
    pub state: Upload,
    /// The line that waits for it; none if it belongs to what is being written.
    pub(super) line: Option<ClientId>,
    /// The page has the file itself, so that it can be uploaded again.
    is_here: bool,
    /// The relay did not have it any more, and it was uploaded again.
    was_lost: bool,
    n_tries: u8,
}

/// How far an upload is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Upload {
    /// On its way.
    Running {
        /// 0 to 100.
        percent: u8,
    },
    /// It broke, and is tried again by itself.
    Waiting {
        /// When, if nothing happens before.
        again: Timestamp,
    },
    /// The relay has it.
    Done(File),
    /// It is not tried again unless somebody says so.
    Failed {
        /// Whether that would be of any use.
        retry: bool,
    },
}

/// Why an upload is over without a stored file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broken {
    /// The network or the relay did not let it through this time.
    Lost,
    /// The browser cannot read it (any more).
    Unreadable,
    /// The relay does not want it.
    Refused(Refusal),
}

/// All of them, in the order in which they were picked. Loops instead of chains of iterators: each
/// of those is compiled for itself, and this is downloaded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Attachments {
    /// Those of what is being written.
    tray: Vec<Attachment>,
    /// Those of lines.
    given: Vec<Attachment>,
    revision: u32,
}

/// Which uploads are to be begun again.
#[derive(Clone, Copy, Debug)]
pub(super) enum Again<'a> {
    /// This one.
    One(u32),
    /// All of this line that failed.
    Of(&'a ClientId),
    /// Those that have rested.
    Due(Timestamp),
    /// All that the relay did not get.
    Broken,
}

impl Attachment {
    fn new(picked: Picked, state: Upload, is_here: bool) -> Self {
        Self { picked, state, line: None, is_here, was_lost: false, n_tries: 0 }
    }

    /// What a message shows of it.
    fn file(&self) -> File {
        if let Upload::Done(file) = &self.state {
            return file.clone();
        }
        let is_picture = self.picked.preview.is_some();
        File {
            id: upload_name(self.picked.id),
            name: Text::cut(&self.picked.name).unwrap_or_else(|| Text::cut("?").expect("a letter")),
            bytes: self.picked.bytes,
            media: if is_picture { MediaType::Png } else { MediaType::Other },
        }
    }

    fn is_of(&self, line: &ClientId) -> bool {
        self.line.as_ref() == Some(line)
    }

    fn begins(&self, again: Again<'_>) -> bool {
        let failed = matches!(self.state, Upload::Failed { .. });
        match (again, &self.state) {
            (Again::One(id), _) => self.picked.id == id,
            (Again::Of(line), _) => failed && self.is_of(line),
            (Again::Due(now), Upload::Waiting { again }) => *again <= now,
            (Again::Broken, Upload::Waiting { .. }) => true,
            // A line that has failed is its writer's to try again.
            (Again::Broken, Upload::Failed { retry }) => *retry && self.line.is_none(),
            (Again::Due(_) | Again::Broken, _) => false,
        }
    }
}

impl Attachments {
    /// Those of what is being written.
    #[must_use]
    pub fn tray(&self) -> &[Attachment] {
        &self.tray
    }

    /// Changes whenever one of those does that belong to lines.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Takes in as many as fit, and says why the others were not.
    pub(super) fn add(
        &mut self,
        picked: Vec<Picked>,
        limit: &str,
        out: &mut Vec<Effect>,
    ) -> Vec<Phrase> {
        let mut problems = Vec::new();
        let mut left_out = Vec::new();
        for it in picked {
            if it.folder {
                problems.push(widget::file_folder(&it.name));
            } else if it.bytes == 0 {
                problems.push(widget::file_empty(&it.name));
            } else if FILE_BYTES < it.bytes {
                problems.push(widget::file_too_large(limit, &it.name));
            } else if FILES_PER_MESSAGE <= self.tray.len() {
                left_out.push(it.name);
            } else {
                out.push(Effect::Upload(it.id));
                self.tray.push(Attachment::new(it, Upload::Running { percent: 0 }, true));
            }
        }
        if !left_out.is_empty() {
            if ALERTS < left_out.len() {
                left_out.truncate(ALERTS);
                left_out.push("…".to_owned());
            }
            problems.push(widget::files_too_many(FILES_PER_MESSAGE as u64, &left_out.join(", ")));
        }
        problems
    }

    /// Takes in what was uploaded before the page was loaded again.
    pub(super) fn take_back(&mut self, file: File) {
        // Numbers of files that the page has count upwards.
        #[expect(clippy::cast_possible_truncation, reason = "a message has few")]
        let id = u32::MAX - self.tray.len() as u32;
        let (name, bytes) = (file.name.as_str().to_owned(), file.bytes);
        let picked = Picked { id, name, bytes, preview: None, folder: false };
        self.tray.push(Attachment::new(picked, Upload::Done(file), false));
    }

    pub(super) fn get_mut(&mut self, id: u32) -> Option<&mut Attachment> {
        for it in &mut self.tray {
            if it.picked.id == id {
                return Some(it);
            }
        }
        self.revision += 1;
        self.given.iter_mut().find(|it| it.picked.id == id)
    }

    pub(super) fn set(&mut self, id: u32, state: Upload) {
        if let Some(it) = self.get_mut(id) {
            it.state = state;
        }
    }

    /// An upload broke: it waits, the longer the more often, or has failed.
    pub(super) fn broke(&mut self, now: Timestamp, id: u32, counts: bool) -> bool {
        let Some(it) = self.get_mut(id) else { return false };
        let again = now.after(Millis(1_000 << it.n_tries.min(TRIES)));
        it.n_tries = it.n_tries.saturating_add(1);
        let has_failed = counts && TRIES < it.n_tries;
        it.state =
            if has_failed { Upload::Failed { retry: true } } else { Upload::Waiting { again } };
        has_failed
    }

    pub(super) fn remove(&mut self, id: u32) {
        self.tray.retain(|it| it.picked.id != id);
    }

    /// Begins some again.
    pub(super) fn begin(&mut self, again: Again<'_>, out: &mut Vec<Effect>) {
        for all in [&mut self.tray, &mut self.given] {
            for it in all {
                if it.is_here && it.begins(again) {
                    self.revision += 1;
                    it.state = Upload::Running { percent: 0 };
                    out.push(Effect::Upload(it.picked.id));
                }
            }
        }
    }

    /// When one is to be tried again.
    pub(super) fn due(&self, mut due: Option<Timestamp>) -> Option<Timestamp> {
        for all in [&self.tray, &self.given] {
            for it in all {
                if let Upload::Waiting { again } = it.state {
                    due = Some(due.map_or(again, |it| it.min(again)));
                }
            }
        }
        due
    }

    /// The files of what is being written, and which of them are not stored yet.
    pub(super) fn draft(&self) -> NewMessage {
        let mut draft = NewMessage::default();
        for it in &self.tray {
            let file = it.file();
            if !matches!(it.state, Upload::Done(_)) {
                draft.uploads.push(file.id.clone());
            }
            draft.files.push(file);
        }
        draft
    }

    /// What is being written has become a line.
    pub(super) fn give_to(&mut self, line: &ClientId) {
        for it in &mut self.tray {
            it.line = Some(line.clone());
        }
        self.given.append(&mut self.tray);
        self.revision += 1;
    }

    /// The line is stored, or was given up: the page need not keep its files.
    pub(super) fn drop_line(&mut self, line: &ClientId, out: &mut Vec<Effect>) {
        self.given.retain(|it| {
            if it.is_of(line) {
                out.push(Effect::CancelUpload(it.picked.id));
            }
            !it.is_of(line)
        });
    }

    /// The relay lost the line's files: if the page has all of them, they are uploaded once more.
    pub(super) fn lost(&mut self, line: &ClientId, out: &mut Vec<Effect>) -> Vec<File> {
        let mut files = Vec::new();
        for it in &self.given {
            if it.is_of(line) && (!it.is_here || it.was_lost) {
                return files;
            }
        }
        for it in &mut self.given {
            if it.is_of(line) {
                it.was_lost = true;
                it.state = Upload::Running { percent: 0 };
                out.push(Effect::Upload(it.picked.id));
                files.push(it.file());
            }
        }
        files
    }

    /// How much of a line's files is uploaded, in percent; none if that waits.
    pub(super) fn percent(&self, line: &ClientId) -> Option<u32> {
        let (mut all, mut done, mut runs) = (0, 0, false);
        for it in &self.given {
            if it.is_of(line) {
                // As many kilobytes as fit: a message has no more than 150,000.
                let kilobytes = 1 + u32::try_from(it.picked.bytes / 1_000).unwrap_or_default();
                all += kilobytes;
                match it.state {
                    Upload::Running { percent } => {
                        runs = true;
                        done += kilobytes * u32::from(percent);
                    }
                    Upload::Done(_) => done += kilobytes * 100,
                    Upload::Waiting { .. } | Upload::Failed { .. } => (),
                }
            }
        }
        runs.then(|| done / all)
    }

    /// Where this page itself has the picture.
    pub(super) fn preview(&self, file: &FileId) -> Option<&str> {
        for it in &self.given {
            if it.file().id == *file {
                return it.picked.preview.as_deref();
            }
        }
        None
    }
}

/// What a line calls a file that is not stored yet.
pub(super) fn upload_name(id: u32) -> FileId {
    ["up-", &id.to_string()].concat().parse().expect("letters and digits are an id")
}
