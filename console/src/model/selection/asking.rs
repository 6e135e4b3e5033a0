//! What was asked to be done to a selection, until the desk has begun it. What was chosen and typed for it stays
//! as long, and is offered again if it is not done.

use std::collections::BTreeSet;

use inbox_protocol::{BulkOperation, BulkView, FromDesk, Refusal};
use inbox_text::{Phrase, console};
use inbox_types::ConversationId;

use super::{Bulk, BulkAction, say};
use crate::model::{Dialog, Effect, Model, Route, ToastKind, toast};

/// What was asked of the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Asked {
    operation: BulkOperation,
    /// The operations that were known then: a new one is this one.
    known: BTreeSet<String>,
    /// What was chosen for it.
    chosen: BTreeSet<ConversationId>,
    /// The result that it takes back; that is put away once the desk has begun.
    undoes: Option<String>,
    fate: Fate,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// It is on its way.
    Said,
    /// The desk did not do it, and said why or has not heard it.
    NotDone(Option<Refusal>),
}

impl Asked {
    pub(super) fn new(bulk: &Bulk, operation: BulkOperation) -> Self {
        Self {
            operation,
            known: bulk.views.iter().map(|it| it.id.clone()).collect(),
            chosen: bulk.chosen.clone(),
            undoes: None,
            fate: Fate::Said,
        }
    }

    pub(super) fn to_undo(bulk: &Bulk, operation: BulkOperation, result: String) -> Self {
        Self { undoes: Some(result), chosen: BTreeSet::new(), ..Self::new(bulk, operation) }
    }

    pub(super) fn is_on_its_way(&self) -> bool {
        self.fate == Fate::Said
    }

    /// Whether an operation of the desk is this one. A refusal may have been about something else that this
    /// console said.
    fn is(&self, view: &BulkView) -> bool {
        let is_new = !self.known.contains(&view.id);
        is_new && (self.is_on_its_way() || self.operation == view.operation)
    }

    fn question(&self) -> Option<Dialog> {
        let action = BulkAction::of(&self.operation).filter(|it| it.at_once().is_none());
        action.filter(|_| self.undoes.is_none()).map(Dialog::Bulk)
    }
}

impl Bulk {
    /// Whether the desk has been asked for something, and has not answered.
    #[must_use]
    pub fn is_asking(&self) -> bool {
        self.asked.as_ref().is_some_and(Asked::is_on_its_way)
    }

    /// What was answered to the question of an action last and was not done.
    #[must_use]
    pub fn not_done(&self, action: BulkAction) -> Option<&BulkOperation> {
        self.asked_by(action).map(|it| &it.operation)
    }

    /// Why it was not done.
    #[must_use]
    pub fn why_not_done(&self, action: BulkAction) -> Option<Phrase> {
        match self.asked_by(action)?.fate {
            Fate::Said => None,
            Fate::NotDone(Some(reason)) => Some(toast::refusal(reason)),
            Fate::NotDone(None) => Some(console::NOT_DONE),
        }
    }

    fn asked_by(&self, action: BulkAction) -> Option<&Asked> {
        let asked = self.asked.as_ref().filter(|it| !it.is_on_its_way());
        asked.filter(|it| it.question() == Some(Dialog::Bulk(action)))
    }
}

/// Says it to the desk, if that is there.
pub(super) fn ask(model: &mut Model, asked: Asked, frame: FromDesk) -> Vec<Effect> {
    let effects = say(model, frame);
    if !effects.is_empty() {
        model.bulk.asked = Some(asked);
    }
    effects
}

/// The desk tells of operations. If what was asked is among them, what was chosen for it is done with.
pub(super) fn begun(model: &mut Model, views: &[BulkView]) -> Vec<Effect> {
    let Some(asked) = model.bulk.asked.take_if(|it| views.iter().any(|view| it.is(view))) else {
        return Vec::new();
    };
    if model.dialog.is_some() && model.dialog == asked.question() {
        model.dialog = None;
    }
    if let Some(bulk) = asked.undoes {
        return vec![Effect::SayDesk(FromDesk::PutAway { bulk })];
    }
    // Others may have been chosen meanwhile.
    let bulk = &mut model.bulk;
    bulk.chosen.retain(|it| !asked.chosen.contains(it));
    bulk.all_match = false;
    bulk.anchor.take_if(|it| asked.chosen.contains(it));
    Vec::new()
}

/// The desk does not do what was asked, and says why.
pub(in crate::model) fn refused(model: &mut Model, reason: Refusal) {
    not_done(model, Some(reason));
}

/// A new connection: what the desk knows holds. What was asked on the old one and is not there has not
/// arrived.
pub(in crate::model) fn greeted(model: &mut Model, views: Vec<BulkView>) -> Vec<Effect> {
    let effects = begun(model, &views);
    model.bulk.views = views;
    if model.bulk.is_asking() {
        not_done(model, None);
        toast::show(model, ToastKind::NotDone);
    }
    effects
}

/// What was asked is not done: its question is on screen with all that was typed, unless another one is.
fn not_done(model: &mut Model, reason: Option<Refusal>) {
    let Some(asked) = model.bulk.asked.as_mut().filter(|it| it.is_on_its_way()) else { return };
    asked.fate = Fate::NotDone(reason);
    let question = asked.question();
    if asked.undoes.is_some() {
        model.bulk.asked = None;
    }
    let is_there = matches!(model.route, Route::Desk | Route::List(_) | Route::Conversation(_));
    if model.dialog.is_none() && is_there && model.has_chosen() {
        model.dialog = question;
    }
}
