//! What is kept of what was typed and not sent.

use super::{
    super::{KeptDraft, PendingActions, UploadState},
    Room,
};

impl Room {
    /// Everything that is typed or pressed here and would be lost.
    #[must_use]
    pub fn kept(&self) -> KeptDraft {
        let mut draft = KeptDraft {
            epoch: self.client.epoch().max(self.kept_epoch),
            contact: self.contact.clone(),
            tag: self.tag.clone(),
            deeds: self.deeds.undone(),
            asks_kind: self.asks_kind && self.composer.has_text_of_its_own(),
            ..KeptDraft::default()
        };
        self.composer.keep(&mut draft);
        draft
    }

    /// Brings back what was kept.
    pub(in crate::model) fn restore(&mut self, draft: KeptDraft) {
        for deed in draft.deeds.clone() {
            self.deeds.push(deed);
        }
        self.kept_epoch = draft.epoch;
        self.take_over(draft);
        self.synced = self.kept();
    }

    /// Shows what another tab wrote. What is being uploaded here goes on.
    pub(in crate::model) fn adopt(&mut self, draft: KeptDraft) {
        let done = |it: &crate::model::Upload| matches!(it.state, UploadState::Done(_));
        let ours: Vec<_> =
            self.composer.uploads_mut().filter(|it| !done(it)).map(|it| it.clone()).collect();
        self.take_over(KeptDraft { unfinished: Vec::new(), ..draft });
        self.composer.uploads.extend(ours);
        self.synced = self.kept();
    }

    pub(super) fn take_over(&mut self, draft: KeptDraft) {
        self.contact.clone_from(&draft.contact);
        self.tag.clone_from(&draft.tag);
        self.asks_kind = draft.asks_kind;
        let last = &mut self.last_ticket;
        self.composer.bring_back(draft, || {
            *last -= 1;
            *last
        });
    }

    /// The conversation is erased, and with it what was written about it.
    pub(super) fn forget_drafts(&mut self) {
        self.composer.clear();
        self.contact.clear();
        self.tag.clear();
        self.deeds = PendingActions::default();
        self.answers.clear();
        self.other = None;
        self.asks_kind = false;
        self.kept_epoch = 0;
    }
}
