//! How the model changes, and what follows from every change.

use inbox_client::{Input, Output, SavedMessage, Say, Status};
use inbox_protocol::{FromVisitor, VisitorBody};
use inbox_types::{Timestamp, limits::PENDING_FILE_LIFE};

use super::{
    Effect, Model, Msg, ToPage, Told, Upload, attachments::Again, link::Address, write::said,
};

/// Changes the model and says what follows.
pub fn update(model: &mut Model, now: Timestamp, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    let out = &mut effects;
    react(model, now, msg, out);
    model.settle(now, out);
    effects
}

fn react(model: &mut Model, now: Timestamp, msg: Msg, out: &mut Vec<Effect>) {
    match msg {
        Msg::Shown { focus } => {
            model.view.shown = true;
            // Whoever was sent away may be let in by now.
            let is_gone = model.client.status() == Status::Gone;
            model.drive(now, if is_gone { Input::Again } else { Input::Woken }, out);
            if focus {
                out.push(Effect::FocusComposer);
            }
        }
        Msg::Hidden => model.view.shown = false,
        Msg::ClosePressed => out.push(Effect::Tell(ToPage::Close)),
        Msg::Awake(awake) => {
            model.view.awake = awake;
            if awake {
                model.drive(now, Input::Woken, out);
            }
        }
        Msg::AtEnd(at_end) => model.view.at_end = at_end,
        Msg::Online(online) => {
            model.online = online;
            if online {
                model.drive(now, Input::Woken, out);
                model.attachments.begin(Again::Broken, out);
            }
        }
        Msg::Forgetful => model.remembers = false,
        Msg::Restored { kept, draft, files } => model.restore(now, kept, draft, files, out),
        Msg::Known => model.drive(now, Input::Connect, out),
        Msg::Drafted(text) => model.write(now, text, out),
        Msg::SendPressed { client_id } => model.send(now, client_id, out),
        Msg::ReplyPressed { client_id, text } => {
            model.post(now, client_id, said(text), out);
            out.push(Effect::FocusComposer);
        }
        Msg::SentBefore(lines) => {
            for (client_id, text) in lines {
                model.post(now, client_id, said(text), out);
            }
        }
        Msg::Picked { files, limit } => model.pick(files, &limit, out),
        Msg::Uploading { id, percent } => {
            model.attachments.set(id, Upload::Running { percent });
        }
        Msg::Uploaded { id, result } => model.uploaded(now, id, result, out),
        Msg::FileRemoved { id } => {
            model.alerts.clear();
            model.remove_file(id, out);
        }
        Msg::FileRetried { id } => {
            model.alerts.clear();
            model.attachments.begin(Again::One(id), out);
            // The button that was pressed is gone.
            out.push(Effect::FocusComposer);
        }
        Msg::FileWanted { file, open } => model.want_file(now, file, open, out),
        Msg::Retried(client_id) => {
            model.attachments.begin(Again::Of(&client_id), out);
            model.drive(now, Input::Retry { client_id }, out);
        }
        Msg::Discarded(client_id) => model.drive(now, Input::Discard { client_id }, out),
        Msg::EarlierPressed => model.drive(now, Input::Earlier, out),
        Msg::EndPressed => model.asks_end = model.session_is_open(),
        Msg::EndAnswered { end } => {
            model.asks_end = false;
            if end && model.session_is_open() {
                model.say(FromVisitor::End, out);
            }
            out.push(Effect::FocusComposer);
        }
        Msg::Answered { more } => {
            if let Some(session) = &mut model.session {
                session.still_questions = false;
            }
            model.say(FromVisitor::Answer { more }, out);
            out.push(Effect::FocusComposer);
        }
        Msg::Starred(stars) => model.rating.stars = Some(stars.clamp(1, 5)),
        Msg::Commented(comment) => model.rating.comment = comment,
        Msg::RatePressed => model.rate(out),
        Msg::RateSkipped => {
            model.rating.skipped = model.session.as_ref().map(|it| it.no);
            out.push(Effect::FocusComposer);
        }
        Msg::LanguageChosen(language) => {
            // It is worded in the language before.
            model.unsay_hint();
            out.push(Effect::SpeakLanguage(language.clone()));
            model.say(FromVisitor::SetLanguage { language }, out);
        }
        Msg::Page(from) => model.page_says(now, from, out),
        Msg::Opened(socket) => model.drive(now, Input::Opened { socket }, out),
        Msg::Heard(socket, frame) => model.receive(now, socket, frame, out),
        Msg::Ponged(socket) => model.drive(now, Input::Alive { socket }, out),
        Msg::Closed(socket, code) => model.drive(now, Input::Closed { socket, code }, out),
        Msg::Woken => model.drive(now, Input::Woken, out),
        Msg::Joined => model.drive(now, Input::Joined, out),
        Msg::Tick => {
            model.drive(now, Input::Tick, out);
            model.attachments.begin(Again::Due(now), out);
        }
    }
}
impl Model {
    fn unsay_hint(&mut self) {
        self.config.hint.clear();
        self.config.hint_until = None;
    }

    fn restore(
        &mut self,
        now: Timestamp,
        kept: Vec<SavedMessage>,
        draft: String,
        files: Option<SavedMessage>,
        out: &mut Vec<Effect>,
    ) {
        let unsent = !kept.is_empty();
        if self.draft.is_empty() {
            self.draft = draft;
        }
        if let Some(SavedMessage { since, mut draft, .. }) = files {
            // After a day the relay has dropped what was not sent.
            if PENDING_FILE_LIFE < now.since(since) {
                for it in &draft.files {
                    draft.uploads.push(it.id.clone());
                }
            }
            self.take_back(draft, out);
        }
        self.drive(now, Input::Restored(kept), out);
        if unsent {
            self.drive(now, Input::Connect, out);
        }
    }

    /// Gives the client an input and passes on what it answers.
    pub(super) fn drive(
        &mut self,
        now: Timestamp,
        input: Input<VisitorBody>,
        out: &mut Vec<Effect>,
    ) {
        for output in self.client.handle(now, input) {
            match output {
                Output::Call(call) => out.push(Effect::Call(call)),
                Output::Say(say) => {
                    // An unknown address stays asked for on a socket that is gone.
                    if matches!(say, Say::Hello { .. }) {
                        self.links.retain(|it| matches!(it.1, Address::Known { .. }));
                    }
                    out.push(Effect::Say(say.by_visitor(&self.languages)));
                }
                Output::Keep(kept) => out.push(Effect::Keep(kept)),
                Output::Forget(client_id) => {
                    self.attachments.drop_line(&client_id, out);
                    out.push(Effect::Forget(client_id));
                }
                Output::Unfinished(draft) => self.take_back(draft, out),
                Output::Arrived { place } => self.arrived(place, out),
                Output::Erased => self.erased = true,
            }
        }
        if self.client_is_live() {
            out.extend(self.pending.drain(..).map(Effect::Say));
        }
    }

    /// Says it now, or as soon as the relay listens.
    pub(super) fn say(&mut self, frame: FromVisitor, out: &mut Vec<Effect>) {
        if self.client_is_live() {
            out.push(Effect::Say(frame));
        } else {
            // The last word counts; visits add up.
            if !matches!(frame, FromVisitor::Visits { .. }) {
                self.unsay(&frame);
            }
            self.pending.push(frame);
        }
    }

    /// What was answered and not said yet was about what stood then: not about what is written after
    /// it, nor about another session.
    pub(super) fn take_back_answers(&mut self) {
        self.unsay(&FromVisitor::End);
        self.unsay(&FromVisitor::Answer { more: true });
    }

    /// Nothing of this kind waits any longer.
    fn unsay(&mut self, like: &FromVisitor) {
        let kind = std::mem::discriminant(like);
        self.pending.retain(|it| std::mem::discriminant(it) != kind);
    }

    /// What follows from every change: what was seen, and what the page should know.
    pub(super) fn settle(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if self.is_told() {
            self.answered();
        }
        if self.config.hint_until.is_some_and(|it| it <= now) {
            self.unsay_hint();
        }
        let is_live = self.client_is_live();
        if is_live && !self.was_live {
            self.attachments.begin(Again::Broken, out);
        }
        self.was_live = is_live;
        let last = self.client.entries().last().map(|it| it.place);
        if let Some(place) = last.filter(|it| self.client.seen_by_me() < *it)
            && self.view.shown
            && self.view.awake
            && self.view.at_end
        {
            self.drive(now, Input::Saw { place }, out);
        }
        let told = Told { n_unread: self.client.n_unread(), open: self.session_is_open() };
        if told.n_unread != self.told.n_unread {
            out.push(Effect::Tell(ToPage::Unread(told.n_unread)));
        }
        if told.open != self.told.open {
            out.push(Effect::Tell(ToPage::Open(told.open)));
        }
        self.told = told;
    }
}
