//! What was answered to a question over a conversation, until the relay has taken it: a refusal
//! brings the question back with everything that was typed into it.

use inbox_protocol::{ConversationView, FromAgent, Refusal};
use inbox_types::{ConversationId, Label, MemberId, SessionNo, SessionState, Timestamp};

use super::{
    super::{
        Dialog, Effect, Model,
        pending::{pings::Said, pressed::is_done},
    },
    Room,
    pressing::act,
};

/// An answer to a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Answer {
    dialog: Dialog,
    frame: FromAgent,
    /// The session that it was about.
    session: Option<SessionNo>,
    fate: Fate,
    /// The conversation was not so before: that it is so later says that it was done.
    shows: bool,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// It is on its way, or has arrived.
    Said(Said),
    /// Its socket broke after it had arrived. What the relay says on the next one tells whether it was done.
    Doubtful,
    /// The relay did not do it, or has not heard it.
    NotDone(Option<Refusal>),
}

impl Answer {
    /// Why somebody wanted to end a session, which has ended by itself meanwhile, is how it went.
    fn becomes_wrapup(&mut self, id: &ConversationId, due: &[SessionNo]) {
        let session = self.session.filter(|it| due.contains(it));
        if let (FromAgent::End { reason: Some(reason), .. }, Some(session)) = (&self.frame, session)
        {
            let reason = Some(reason.clone());
            self.frame = FromAgent::Wrapup { session, reason, remark: None };
            self.dialog = Dialog::Wrapup(id.clone(), session);
        }
    }
}

impl Room {
    /// What was answered to this question and not done.
    #[must_use]
    pub fn answer_to(&self, dialog: &Dialog) -> Option<&FromAgent> {
        self.answers.iter().find(|it| it.dialog == *dialog).map(|it| &it.frame)
    }

    /// Why the relay refused the last answer to this question.
    #[must_use]
    pub fn refusal_of(&self, dialog: &Dialog) -> Option<Refusal> {
        let answer = self.answers.iter().find(|it| it.dialog == *dialog)?;
        match answer.fate {
            Fate::NotDone(reason) => reason,
            Fate::Said(_) | Fate::Doubtful => None,
        }
    }

    /// The ping of this number was answered.
    pub(super) fn answers_arrived(&mut self, ping: u32, now: Timestamp) {
        for it in &mut self.answers {
            if let Fate::Said(said) = &mut it.fate {
                said.answered(ping, now);
            }
        }
    }

    /// The connection broke: what was on its way is not lost with it.
    pub(super) fn answers_lost(&mut self) {
        for it in &mut self.answers {
            match it.fate {
                Fate::Said(Said::Arrived(_)) => it.fate = Fate::Doubtful,
                Fate::Said(Said::No | Said::Yes(_)) => it.fate = Fate::NotDone(None),
                Fate::Doubtful | Fate::NotDone(_) => (),
            }
        }
    }

    /// The relay says how the conversation stands after a socket broke. What shows was done. True if
    /// something was not that might have been.
    pub(super) fn judge_answers(&mut self, view: &ConversationView, me: Option<&MemberId>) -> bool {
        let mut undone = false;
        self.answers.retain_mut(|it| {
            let is_lost = matches!(it.fate, Fate::Doubtful | Fate::NotDone(None));
            let stays = !(is_lost && it.shows && is_done(&it.frame, view, me));
            if stays && it.fate == Fate::Doubtful {
                it.fate = Fate::NotDone(None);
                undone = true;
            }
            stays
        });
        undone
    }

    /// What shows is done, and so is what has not been refused for a while.
    pub(super) fn settle_answers(&mut self, now: Timestamp, me: Option<&MemberId>) {
        let view = self.view.as_deref();
        self.answers.retain(|it| {
            let Fate::Said(said) = it.fate else { return true };
            let shows = it.shows && view.is_some_and(|view| is_done(&it.frame, view, me));
            !shows && !said.has_settled(now)
        });
    }

    /// Something else is pressed, and what is refused from now on is that.
    pub(super) fn pass_answers(&mut self) {
        self.answers.retain(|it| !matches!(it.fate, Fate::Said(Said::Arrived(_))));
    }

    /// A question about a session that is over is pointless, but for how it went. What is still on
    /// its way may have come too late: the refusal, which follows the view, brings it back.
    pub(super) fn end_answers(&mut self, id: &ConversationId, view: &ConversationView) {
        let now = view.session.as_ref().map(|it| it.no);
        let is_open = view.session.as_ref().is_some_and(|it| it.state != SessionState::Closed);
        self.answers.retain_mut(|it| {
            let waits = is_open || !matches!(it.fate, Fate::NotDone(_));
            let stands = now.is_some() && it.session == now && waits;
            if !stands {
                it.becomes_wrapup(id, &view.wrapups_due);
            }
            stands || matches!(it.dialog, Dialog::Wrapup(..))
        });
    }

    /// Whether something was answered that is not known to be done.
    pub(in crate::model) fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }
}

/// Whether an answer holds what somebody typed or chose with care.
fn is_worth_keeping(frame: &FromAgent) -> bool {
    matches!(
        frame,
        FromAgent::Transfer { .. }
            | FromAgent::Invite { .. }
            | FromAgent::End { .. }
            | FromAgent::Wrapup { .. }
    )
}

/// The session that an answer ends, hands on, puts aside, leaves or adds somebody to: never the one after it.
fn session_meant(frame: &FromAgent) -> Option<SessionNo> {
    if let FromAgent::End { session, .. }
    | FromAgent::Transfer { session, .. }
    | FromAgent::Invite { session, .. }
    | FromAgent::Snooze { session, .. }
    | FromAgent::Leave { session } = frame
    {
        *session
    } else {
        None
    }
}

/// The question on screen is answered. Without a connection it stays, with all that is in it.
pub(in crate::model) fn answer(
    model: &mut Model,
    id: &ConversationId,
    frames: Vec<FromAgent>,
) -> Vec<Effect> {
    if model.must_wait() {
        return Vec::new();
    }
    // The session ended in the moment before the press, and another one may have begun: the question says so.
    if frames.iter().any(|it| model.over(id, session_meant(it)).is_some()) {
        return Vec::new();
    }
    let me = model.desk.me().map(|it| it.id.clone());
    let Some(dialog) = model.dialog.take() else { return Vec::new() };
    let kept = frames.iter().rev().find(|it| is_worth_keeping(it)).cloned();
    let effects = frames.into_iter().flat_map(|it| act(model, id, it)).collect();
    if let (Some(room), Some(frame)) = (model.rooms.get_mut(id), kept) {
        let session = room.view.as_ref().and_then(|it| it.session.as_ref()).map(|it| it.no);
        room.answers.retain(|it| it.dialog != dialog);
        let fate = Fate::Said(Said::Yes(room.pings.last()));
        let shows = room.view.as_ref().is_some_and(|it| !is_done(&frame, it, me.as_ref()));
        room.answers.push(Answer { dialog, frame, session, fate, shows });
    }
    effects
}

/// The question on screen is about a session that is over. How it went is asked instead; why it was to end is
/// how it went.
pub(super) fn wrap_up(
    model: &mut Model,
    id: &ConversationId,
    session: SessionNo,
    reason: Option<Label>,
) -> Vec<Effect> {
    let dialog = Dialog::Wrapup(id.clone(), session);
    let is_said = reason.is_some();
    let frame = FromAgent::Wrapup { session, reason, remark: None };
    if let Some(room) = model.rooms.get_mut(id).filter(|_| is_said) {
        room.answers.retain(|it| it.dialog != dialog);
        let (session, fate) = (Some(session), Fate::NotDone(None));
        room.answers.push(Answer { dialog: dialog.clone(), frame, session, fate, shows: false });
    }
    model.dialog = Some(dialog);
    Vec::new()
}

/// The relay refused a press. If it was an answer, its question is back on screen.
pub(super) fn ask_again(model: &mut Model, id: &ConversationId, reason: Refusal) {
    let on_screen = model.route.conversation() == Some(id);
    let Some(room) = model.rooms.get_mut(id) else { return };
    let waits = |it: &&mut Answer| !matches!(it.fate, Fate::NotDone(_));
    let Some(answer) = room.answers.iter_mut().find(waits) else { return };
    let due = room.view.as_ref().map(|it| it.wrapups_due.as_slice()).unwrap_or_default();
    answer.becomes_wrapup(id, due);
    answer.fate = Fate::NotDone(Some(reason));
    if on_screen && model.dialog.is_none() {
        model.dialog = Some(answer.dialog.clone());
    }
}
