//! What was answered to a question over a conversation, until the relay has taken it: a refusal
//! brings the question back with everything that was typed into it.

use inbox_protocol::{ConversationView, FromAgent, Refusal};
use inbox_types::{ConversationId, Millis, SessionNo, SessionState, Timestamp};

use super::{
    super::{Dialog, Effect, Model},
    Room,
    pressing::act,
};

/// How long after the relay's sign of life a refusal may still come.
const SETTLES: Millis = Millis::seconds(5);

/// An answer to a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Answer {
    dialog: Dialog,
    frame: FromAgent,
    /// The session that it was about.
    session: Option<SessionNo>,
    fate: Fate,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// It is on its way.
    Said,
    /// The relay gave a sign of life after it.
    Arrived(Timestamp),
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
            Fate::Said | Fate::Arrived(_) => None,
        }
    }

    /// The relay gave a sign of life.
    pub(super) fn answers_arrived(&mut self, now: Timestamp) {
        for it in &mut self.answers {
            if it.fate == Fate::Said {
                it.fate = Fate::Arrived(now);
            }
        }
    }

    /// The connection broke: what was on its way is not lost with it.
    pub(super) fn answers_lost(&mut self) {
        for it in &mut self.answers {
            if it.fate == Fate::Said {
                it.fate = Fate::NotDone(None);
            }
        }
    }

    /// What has not been refused for a while is done.
    pub(super) fn settle_answers(&mut self, now: Timestamp) {
        self.answers.retain(|it| !matches!(it.fate, Fate::Arrived(at) if SETTLES < now.since(at)));
    }

    /// Something else is pressed, and what is refused from now on is that.
    pub(super) fn pass_answers(&mut self) {
        self.answers.retain(|it| !matches!(it.fate, Fate::Arrived(_)));
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

    /// Whether something that was answered was not done.
    pub(super) fn has_answers_not_done(&self) -> bool {
        self.answers.iter().any(|it| matches!(it.fate, Fate::NotDone(_)))
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

/// The session that an answer ends, hands on, puts aside or leaves: never the one after it.
fn session_meant(frame: &FromAgent) -> Option<SessionNo> {
    if let FromAgent::End { session, .. }
    | FromAgent::Transfer { session, .. }
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
    // The session ended, and another one began, in the moment before the press: its view says so.
    let now = model.rooms.get(id).and_then(Room::session_no);
    if frames.iter().filter_map(session_meant).any(|it| Some(it) != now) {
        return Vec::new();
    }
    let Some(dialog) = model.dialog.take() else { return Vec::new() };
    let kept = frames.iter().rev().find(|it| is_worth_keeping(it)).cloned();
    let effects = frames.into_iter().flat_map(|it| act(model, id, it)).collect();
    if let (Some(room), Some(frame)) = (model.rooms.get_mut(id), kept) {
        let session = room.view.as_ref().and_then(|it| it.session.as_ref()).map(|it| it.no);
        room.answers.retain(|it| it.dialog != dialog);
        room.answers.push(Answer { dialog, frame, session, fate: Fate::Said });
    }
    effects
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
