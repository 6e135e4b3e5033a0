//! What the visitor writes, and what the page knows of them.

use inbox_client::{Input, NewMessage};
use inbox_protocol::{FromVisitor, RatingView};
use inbox_text::widget;
use inbox_types::{ClientId, Comment, ContactDetails, MessageText, Timestamp, is_blank};

use super::{Effect, FromPage, Model, News, Upload};

/// A message of words alone.
pub(super) fn said(text: String) -> NewMessage {
    NewMessage { text: MessageText::try_from(text).ok(), ..NewMessage::default() }
}

impl Model {
    pub(super) fn write(&mut self, now: Timestamp, text: String, out: &mut Vec<Effect>) {
        self.draft = text;
        let input = if is_blank(&self.draft) { Input::StoppedTyping } else { Input::Typed };
        // Before the first message there is nobody who could see it.
        if self.session_is_open() {
            self.drive(now, input, out);
        }
        out.push(Effect::SaveDraft(self.draft.clone()));
    }

    pub(super) fn send(&mut self, now: Timestamp, client_id: ClientId, out: &mut Vec<Effect>) {
        if !self.can_send() {
            return;
        }
        // A message never goes without one of its files unless its writer has removed it.
        self.alerts.clear();
        for it in self.attachments.tray() {
            if let Upload::Failed { .. } = it.state {
                self.alerts.push(widget::file_broken(&it.picked.name));
            }
        }
        if !self.alerts.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.draft);
        let draft =
            NewMessage { text: MessageText::try_from(text).ok(), ..self.attachments.draft() };
        self.attachments.give_to(&client_id);
        self.post(now, client_id, draft, out);
        out.push(Effect::SaveDraft(String::new()));
        self.save_files(out);
        out.push(Effect::FocusComposer);
    }

    pub(super) fn post(
        &mut self,
        now: Timestamp,
        client_id: ClientId,
        draft: NewMessage,
        out: &mut Vec<Effect>,
    ) {
        self.take_back_answers();
        let text = draft.text.filter(|it| !it.is_blank());
        let draft = NewMessage { context: self.context(), text, ..draft };
        self.view.at_end = true;
        self.drive(now, Input::Wrote { client_id, draft }, out);
        out.push(Effect::ScrollToEnd);
    }

    pub(super) fn rate(&mut self, out: &mut Vec<Effect>) {
        if !self.can_rate() {
            return;
        }
        let (Some(session), Some(stars)) = (&mut self.session, self.rating.stars) else { return };
        session.rating = RatingView::Given;
        let comment = std::mem::take(&mut self.rating).comment;
        let rate = FromVisitor::Rate {
            session: session.no,
            stars,
            comment: Comment::try_from(comment).ok(),
        };
        self.say(rate, out);
        self.announce(News::Notice(widget::RATING_THANKS));
        out.push(Effect::FocusComposer);
    }

    pub(super) fn page_says(&mut self, now: Timestamp, from: FromPage, out: &mut Vec<Effect>) {
        match from {
            FromPage::Visits(visits) if !visits.is_empty() => {
                self.say(FromVisitor::Visits { visits }, out);
            }
            FromPage::Visits(_) => (),
            FromPage::At(url) => self.page = Some(url),
            FromPage::Campaign { campaign, draft, answer } => {
                self.approach(now, campaign, draft, answer, out);
            }
            FromPage::Prefill { details, text } => {
                if details != ContactDetails::default() {
                    self.say(FromVisitor::Profile { details }, out);
                }
                if let Some(text) = text.filter(|_| self.draft.is_empty()) {
                    self.write(now, text, out);
                }
            }
        }
    }
}
