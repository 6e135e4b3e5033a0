//! What a campaign's message does to a chat: it stands where the greeting would, until somebody has
//! answered.

use inbox_protocol::VisitorBody;
use inbox_types::{Author, ClientId, StartContext, Timestamp};

use super::{Campaign, Effect, Model, News, write::said};

impl Model {
    /// A campaign speaks: its words, what is to be written, and an answer that was pressed already.
    pub(super) fn approach(
        &mut self,
        now: Timestamp,
        campaign: Campaign,
        draft: Option<String>,
        answer: Option<(ClientId, String)>,
        out: &mut Vec<Effect>,
    ) {
        // It is said again after a reload, and whenever the page greets anew.
        if self.campaign.as_ref().map(|it| &it.id) != Some(&campaign.id) {
            let (writer, text) = (campaign.writer(), Some(campaign.text.clone()));
            self.announce(News::Message { writer, text, place: inbox_types::Place(0) });
            self.campaign = Some(campaign);
            self.n_campaigns += 1;
        }
        if let Some(draft) = draft.filter(|_| self.draft.is_empty()) {
            self.write(now, draft, out);
        }
        if let Some((client_id, text)) = answer {
            self.post(now, client_id, said(text), out);
        }
    }

    /// Somebody of the team has spoken since.
    pub(super) fn answered(&mut self) {
        if self.campaign.take().is_some() {
            self.n_campaigns += 1;
        }
    }

    /// Whether the conversation has the campaign's message itself.
    pub(super) fn is_told(&self) -> bool {
        let Some(campaign) = &self.campaign else { return false };
        let entries = self.client.entries();
        let last = entries.last().map(|it| it.session);
        entries.iter().rev().take_while(|it| Some(it.session) == last).any(|it| match &it.body {
            VisitorBody::Message(message) => {
                let text = message.text.as_ref().map(inbox_types::Text::as_str);
                message.author != Author::Visitor && text == Some(&campaign.text)
            }
            VisitorBody::Edited { .. }
            | VisitorBody::Deleted { .. }
            | VisitorBody::Notice(_)
            | VisitorBody::Later => false,
        })
    }

    /// Answers that can still be pressed: none has been, and nothing was written.
    #[must_use]
    pub fn replies(&self) -> &[String] {
        let open = self.session_is_open() || !self.client.lines().is_empty();
        self.campaign.as_ref().filter(|_| !open).map_or(&[], |it| &it.replies)
    }

    /// Whether the site's own first words show: where nothing is before them, and nobody of the
    /// team has spoken first.
    #[must_use]
    pub fn greets(&self) -> bool {
        let first = self.client.entries().iter().find_map(|it| match &it.body {
            VisitorBody::Message(message) => Some(&message.author),
            VisitorBody::Edited { .. }
            | VisitorBody::Deleted { .. }
            | VisitorBody::Notice(_)
            | VisitorBody::Later => None,
        });
        let spoken_to = first.is_some_and(|it| *it != Author::Visitor);
        !self.client.has_earlier() && !self.is_loading() && self.campaign.is_none() && !spoken_to
    }

    /// Where the visitor is, and what they answer if this begins a session.
    pub(super) fn context(&self) -> StartContext {
        let campaign = self.campaign.as_ref().filter(|_| !self.session_is_open());
        StartContext {
            page: self.page.clone(),
            campaign: campaign.map(|it| it.id.clone()),
            variant: campaign.and_then(|it| it.variant),
            language: campaign.and_then(|it| it.language.clone()),
        }
    }
}
