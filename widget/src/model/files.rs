//! What happens to files between being picked and being sent.

use inbox_client::{Failure, Input, NewMessage};
use inbox_protocol::Refusal;
use inbox_text::widget;
use inbox_types::{ClientId, File, Timestamp, limits::ALERTS};

use super::{Broken, Effect, Model, Picked, Upload, attachments::upload_name};

impl Model {
    pub(super) fn pick(&mut self, files: Vec<Picked>, limit: &str, out: &mut Vec<Effect>) {
        // What was refused before was perhaps not read yet. It goes with the message, or once
        // something is done about the files.
        for refusal in self.attachments.add(files, limit, out) {
            if !self.alerts.contains(&refusal) {
                self.alerts.push(refusal);
            }
        }
        let too_many = self.alerts.len().saturating_sub(ALERTS);
        self.alerts.drain(..too_many);
        self.save_files(out);
    }

    /// An upload is over: stored, to be tried again, or failed.
    pub(super) fn uploaded(
        &mut self,
        now: Timestamp,
        id: u32,
        result: Result<File, Broken>,
        out: &mut Vec<Effect>,
    ) {
        let (upload, is_live) = (upload_name(id), self.client_is_live());
        let failure = match result {
            Ok(file) => {
                self.attachments.set(id, Upload::Done(file.clone()));
                self.save_files(out);
                return self.drive(now, Input::Stored { upload, file }, out);
            }
            // As many as the relay keeps are waiting: there is room once a message has gone.
            Err(Broken::Lost | Broken::Refused(Refusal::TooManyFiles)) => {
                if !self.attachments.broke(now, id, is_live) {
                    return;
                }
                Failure::Unanswered
            }
            Err(Broken::Unreadable) => Failure::Refused(Refusal::NotFound),
            Err(Broken::Refused(reason)) => Failure::Refused(reason),
        };
        let Some(it) = self.attachments.get_mut(id) else { return };
        let unreadable = failure == Failure::Refused(Refusal::NotFound);
        if failure != Failure::Unanswered {
            it.state = Upload::Failed { retry: false };
        }
        if it.line.is_some() {
            return self.drive(now, Input::NotStored { upload, failure }, out);
        }
        if unreadable {
            self.alerts.push(widget::file_unreadable(&it.picked.name));
            self.remove_file(id, out);
        } else {
            self.alerts.push(widget::file_broken(&it.picked.name));
        }
    }

    pub(super) fn remove_file(&mut self, id: u32, out: &mut Vec<Effect>) {
        self.attachments.remove(id);
        out.push(Effect::CancelUpload(id));
        out.push(Effect::FocusComposer);
        self.save_files(out);
    }

    /// A refused line whose files the relay does not have, be it that they were uploaded by somebody
    /// who turned out to be another visitor: if the page has them, they are uploaded for this one.
    pub(super) fn files_lost(
        &mut self,
        now: Timestamp,
        line: &ClientId,
        out: &mut Vec<Effect>,
    ) -> bool {
        let files = self.attachments.lost(line, out);
        let are_here = !files.is_empty();
        if are_here {
            self.drive(now, Input::FilesLost { client_id: line.clone(), files }, out);
        }
        are_here
    }

    /// What was being written when the page was loaded again: its words and stored files are here,
    /// and what was not stored is named.
    pub(super) fn take_back(&mut self, draft: NewMessage, out: &mut Vec<Effect>) {
        if let Some(text) = &draft.text {
            if !self.draft.is_empty() {
                self.draft.push('\n');
            }
            self.draft.push_str(text.as_str());
            out.push(Effect::SaveDraft(self.draft.clone()));
        }
        for file in draft.files {
            if draft.uploads.contains(&file.id) {
                self.alerts.push(widget::file_gone(file.name.as_str()));
            } else {
                self.attachments.take_back(file);
            }
        }
        self.save_files(out);
    }

    /// Keeps for a reload which files are attached.
    pub(super) fn save_files(&self, out: &mut Vec<Effect>) {
        out.push(Effect::SaveFiles(self.attachments.draft()));
    }
}
