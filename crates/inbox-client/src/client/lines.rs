//! What was written here and is not stored yet: sent, sent again, given up, thrown away.

use inbox_protocol::EntryBody;
use inbox_types::{ClientId, File, FileId, Place, Timestamp};

use super::{Client, Output};
use crate::{Failure, NewMessage, SavedMessage, Say, Status, UnsentMessage};

impl<Body: EntryBody> Client<Body> {
    /// Sent again, a line that was refused before this one could now be stored after it.
    // CL29
    pub(super) fn fail_overtaken(&mut self, stored: &ClientId, out: &mut Vec<Output>) {
        for client_id in self.queue.overtaken(stored) {
            self.fail(&client_id, Failure::Unanswered, out);
        }
    }

    pub(super) fn fail(&mut self, client_id: &ClientId, failure: Failure, out: &mut Vec<Output>) {
        if let Some(line) = self.queue.fail(client_id, failure) {
            out.push(Output::Keep(kept(self.tab, line)));
            self.revision += 1;
        }
    }

    // CL8
    pub(super) fn wrote(
        &mut self,
        now: Timestamp,
        client_id: ClientId,
        draft: NewMessage,
        out: &mut Vec<Output>,
    ) {
        if self.queue.get(&client_id).is_some() {
            return;
        }
        let line = self.queue.push(now, self.tab, client_id, draft);
        out.push(Output::Keep(kept(self.tab, line)));
        self.revision += 1;
        self.stop_typing(now, out);
        let call = self.link.connect(now);
        self.call(call, out);
    }

    pub(super) fn stored(&mut self, upload: &FileId, stored: File, out: &mut Vec<Output>) {
        let Some(line) = self.queue.uploading(upload) else { return };
        line.draft.uploads.retain(|it| it != upload);
        if let Some(file) = line.draft.files.iter_mut().find(|it| it.id == *upload) {
            *file = stored;
        }
        out.push(Output::Keep(kept(self.tab, line)));
        self.revision += 1;
    }

    // CL39
    pub(super) fn files_lost(
        &mut self,
        now: Timestamp,
        client_id: &ClientId,
        files: Vec<File>,
        out: &mut Vec<Output>,
    ) {
        if let Some(line) = self.queue.get_mut(client_id) {
            line.draft.uploads.clear();
            for file in &files {
                line.draft.uploads.push(file.id.clone());
            }
            line.draft.files = files;
            // It was refused knowingly, so that lines which were said after it have not overtaken it.
            self.again(now, client_id, out);
            self.answered(now);
        }
    }

    // CL33
    pub(super) fn join(&mut self, now: Timestamp, out: &mut Vec<Output>) {
        let mut stored = Vec::new();
        for entry in self.transcript.entries() {
            let Some(message) = entry.body.message() else { continue };
            let is_waiting = self.queue.get(&message.client_id).is_some();
            if message.author != self.me || message.deleted_at.is_some() || is_waiting {
                continue;
            }
            let draft = NewMessage {
                text: message.text.clone(),
                files: message.files.clone(),
                visibility: message.visibility,
                ..NewMessage::default()
            };
            let client_id = message.client_id.clone();
            stored.push(SavedMessage {
                client_id,
                tab: self.tab,
                since: entry.at,
                draft,
                failed: None,
            });
        }
        self.queue.begin_anew(stored);
        for line in self.lines() {
            out.push(Output::Keep(kept(self.tab, line)));
        }
        self.transcript.clear();
        self.epoch = 0;
        self.seen = Place::default();
        self.seen_by_me = Place::default();
        self.revision += 1;
        let call = self.link.redial(now);
        self.call(call, out);
    }

    pub(super) fn retry(&mut self, now: Timestamp, client_id: &ClientId, out: &mut Vec<Output>) {
        let failed = |it: &UnsentMessage| matches!(it.state, crate::UnsentState::Failed(_));
        if self.queue.get(client_id).is_some_and(failed) {
            self.again(now, client_id, out);
        }
    }

    pub(super) fn again(&mut self, now: Timestamp, client_id: &ClientId, out: &mut Vec<Output>) {
        if let Some(line) = self.queue.again(now, self.tab, client_id) {
            out.push(Output::Keep(kept(self.tab, line)));
            self.revision += 1;
            let call = self.link.connect(now);
            self.call(call, out);
        }
    }

    pub(super) fn discard(&mut self, client_id: &ClientId, out: &mut Vec<Output>) {
        let may_go = |it: &UnsentMessage| match it.state {
            crate::UnsentState::Failed(_) => true,
            crate::UnsentState::Sending => !it.draft.uploads.is_empty(),
            crate::UnsentState::Sent { .. } => false,
        };
        if self.queue.get(client_id).is_some_and(may_go) {
            self.queue.remove(client_id);
            out.push(Output::Forget(client_id.clone()));
            self.revision += 1;
        }
    }

    // CL15
    pub(super) fn restore(&mut self, all: Vec<SavedMessage>, out: &mut Vec<Output>) {
        // A handful at most: a sorting algorithm would weigh more in the widget than its lines do.
        let mut in_order: Vec<SavedMessage> = Vec::with_capacity(all.len());
        for it in all {
            let place = in_order.partition_point(|other| other.since <= it.since);
            in_order.insert(place, it);
        }
        for it in in_order {
            if self.queue.get(&it.client_id).is_some() {
                continue;
            }
            if self.has_entry(&it.client_id) {
                out.push(Output::Forget(it.client_id));
                continue;
            }
            if !it.draft.uploads.is_empty() {
                out.push(Output::Unfinished(it.draft));
                out.push(Output::Forget(it.client_id));
                continue;
            }
            if it.tab != self.tab {
                out.push(Output::Keep(SavedMessage { tab: self.tab, ..it.clone() }));
            }
            self.queue.restore(it);
            self.revision += 1;
        }
    }

    pub(super) fn has_entry(&self, client_id: &ClientId) -> bool {
        self.entries()
            .iter()
            .filter_map(|it| it.body.message())
            .any(|it| it.author == self.me && it.client_id == *client_id)
    }

    pub(super) fn give_up_the_hopeless(&mut self, now: Timestamp, out: &mut Vec<Output>) {
        if self.link.status() == Status::Gone {
            let ids: Vec<_> = self.lines().iter().map(|it| it.client_id.clone()).collect();
            for client_id in ids {
                self.fail(&client_id, Failure::Gone, out);
            }
        }
        for (client_id, failure) in self.queue.hopeless(now) {
            self.fail(&client_id, failure, out);
        }
    }

    // CL9
    pub(super) fn say_lines(&mut self, now: Timestamp, out: &mut Vec<Output>) {
        while self.link.is_live() {
            let Some((client_id, draft)) = self.queue.say(now) else { return };
            self.link.asked(now);
            self.owed_since = self.owed_since.or(Some(now));
            out.push(Output::Say(Say::Post { client_id, draft }));
        }
    }
}

pub(super) fn kept(tab: u32, line: &UnsentMessage) -> SavedMessage {
    let failed = match line.state {
        crate::UnsentState::Failed(failure) => Some(failure),
        crate::UnsentState::Sending | crate::UnsentState::Sent { .. } => None,
    };
    SavedMessage {
        client_id: line.client_id.clone(),
        tab,
        since: line.since,
        draft: line.draft.clone(),
        failed,
    }
}
