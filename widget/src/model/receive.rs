//! What the relay says.

use inbox_client::{Frame, Input, UnsentMessage, UnsentState};
use inbox_protocol::{Refusal, ToVisitor, VisitorBody, VisitorSession};
use inbox_types::{Author, ClientId, Language, Place, Timestamp};

use super::{Effect, Model, News, Rating, Row, RowBody, ToPage, link::Address, rows, rows::phrase};

impl Model {
    pub(super) fn arrived(&mut self, place: Place, out: &mut Vec<Effect>) {
        let all = rows(self, &|_| 0);
        let of_place = self.client.entries().iter().find(|it| it.place == place);
        let key = of_place.and_then(|it| match &it.body {
            VisitorBody::Message(message) => Some(message.client_id.to_string()),
            VisitorBody::Edited { .. }
            | VisitorBody::Deleted { .. }
            | VisitorBody::Notice(_)
            | VisitorBody::Later => None,
        });
        let row = key.and_then(|key| all.into_iter().find(|it| it.key == key));
        if let Some(Row { body: RowBody::Bubble(bubble), .. }) = row {
            self.announce(News::Message { writer: bubble.writer, text: bubble.text, place });
        }
        out.push(Effect::Tell(ToPage::Event("message:received")));
    }

    pub(super) fn announce(&mut self, news: News) {
        self.news = (self.news.0.wrapping_add(1), Some(news));
    }

    pub(super) fn receive(
        &mut self,
        now: Timestamp,
        socket: u32,
        frame: ToVisitor,
        out: &mut Vec<Effect>,
    ) {
        if let ToVisitor::Entry { entry } = &frame {
            self.announce_entry(&entry.body);
        }
        if stored(&frame).is_some_and(|it| self.waits_for(it)) {
            out.push(Effect::Tell(ToPage::Event("message:sent")));
        }
        if let ToVisitor::Refused { client_id: Some(line), reason: Refusal::NotFound } = &frame
            && self.files_lost(now, line, out)
        {
            return self.drive(now, Input::Alive { socket }, out);
        }
        let (ours, rest) = Frame::of_visitor(frame);
        match ours {
            Some(frame) => self.drive(now, Input::Heard { socket, frame }, out),
            None => self.drive(now, Input::Alive { socket }, out),
        }
        if let Some(rest) = rest {
            self.learn(now, rest, out);
        }
    }

    /// Whether the line is not known to be stored; a repeat is acknowledged again.
    pub(super) fn waits_for(&self, client_id: &ClientId) -> bool {
        let stored = |it: &UnsentMessage| matches!(it.state, UnsentState::Sent { .. });
        self.client.lines().iter().any(|it| it.client_id == *client_id && !stored(it))
    }

    pub(super) fn announce_entry(&mut self, body: &VisitorBody) {
        match body {
            // The campaign's own message is the first of the session that answers it.
            VisitorBody::Message(message) if message.author != Author::Visitor => self.answered(),
            VisitorBody::Notice(notice) => {
                if let Some(phrase) = phrase(notice) {
                    self.announce(News::Notice(phrase));
                }
            }
            // What was changed or withdrawn is not kept for screen readers either.
            VisitorBody::Edited { of, .. } | VisitorBody::Deleted { of } => {
                if matches!(&self.news.1, Some(News::Message { place, .. }) if place == of) {
                    self.news.1 = None;
                }
            }
            VisitorBody::Message(_) | VisitorBody::Later => (),
        }
    }

    /// What the relay says beside the transcript.
    pub(super) fn learn(&mut self, now: Timestamp, frame: ToVisitor, out: &mut Vec<Effect>) {
        match frame {
            ToVisitor::Welcome(welcome) => {
                self.set_session(now, welcome.session, out);
                // The page may believe something else since an earlier visit.
                out.push(Effect::Tell(ToPage::Open(self.session_is_open())));
                self.set_notice_language(welcome.language, out);
            }
            ToVisitor::Session { session } => self.set_session(now, session, out),
            ToVisitor::Language { language } => self.set_notice_language(language, out),
            ToVisitor::Link { file, url } => {
                let known = Address::Known { url: url.clone(), at: now };
                if let Some(Address::Asked { then_open: true }) = self.set_link(file, known) {
                    out.push(Effect::OpenLink(url));
                }
                self.n_links += 1;
            }
            ToVisitor::Token { token } => out.push(Effect::SaveToken(token)),
            // What was asked for is still to be seen, and can be pressed again.
            ToVisitor::Refused { .. }
            | ToVisitor::Entries { .. }
            | ToVisitor::Ready { .. }
            | ToVisitor::Entry { .. }
            | ToVisitor::Ack { .. }
            | ToVisitor::Typing { .. }
            | ToVisitor::Seen { .. }
            | ToVisitor::SeenByMe { .. }
            | ToVisitor::History { .. }
            | ToVisitor::Unknown => (),
        }
    }

    fn set_session(
        &mut self,
        now: Timestamp,
        session: Option<VisitorSession>,
        out: &mut Vec<Effect>,
    ) {
        let was_open = self.session_is_open();
        let no = |it: &Option<VisitorSession>| it.as_ref().map(|it| it.no);
        if no(&self.session) != no(&session) {
            self.rating = Rating::default();
            self.take_back_answers();
            self.asks_end = false;
        }
        self.session = session;
        let is_open = self.session_is_open();
        let open = self.session.iter().filter(|_| is_open);
        let team = open.flat_map(|it| &it.agents).map(|it| it.id.clone()).collect();
        self.drive(now, Input::Present(team), out);
        if was_open && !is_open {
            self.asks_end = false;
            out.push(Effect::Tell(ToPage::Event("conversation:ended")));
        }
        if !was_open && is_open && self.client_is_live() {
            out.push(Effect::Tell(ToPage::Event("conversation:started")));
        }
    }

    pub(super) fn set_notice_language(&mut self, language: Language, out: &mut Vec<Effect>) {
        if self.notice_language.as_ref() != Some(&language) {
            self.notice_language = Some(language.clone());
            out.push(Effect::NoticeLanguage(language));
        }
    }
}

/// The line that the relay has stored, if that is what it says: it answers, or shows the message.
fn stored(frame: &ToVisitor) -> Option<&ClientId> {
    match frame {
        ToVisitor::Ack { client_id, .. } => Some(client_id),
        ToVisitor::Entry { entry } => match &entry.body {
            VisitorBody::Message(message) => Some(&message.client_id),
            VisitorBody::Edited { .. }
            | VisitorBody::Deleted { .. }
            | VisitorBody::Notice(_)
            | VisitorBody::Later => None,
        },
        ToVisitor::Welcome(_)
        | ToVisitor::Entries { .. }
        | ToVisitor::Ready { .. }
        | ToVisitor::Session { .. }
        | ToVisitor::Typing { .. }
        | ToVisitor::Seen { .. }
        | ToVisitor::SeenByMe { .. }
        | ToVisitor::History { .. }
        | ToVisitor::Link { .. }
        | ToVisitor::Language { .. }
        | ToVisitor::Token { .. }
        | ToVisitor::Refused { .. }
        | ToVisitor::Unknown => None,
    }
}
