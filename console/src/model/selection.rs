//! What is chosen in the list, what can be done to all of it, and what came of that.

mod asking;

use std::collections::BTreeSet;

use inbox_protocol::{BulkOperation, BulkView, FromDesk, ListRow};
use inbox_text::{Phrase, console};
use inbox_types::{Action, ConversationId, Millis, Timestamp, limits};

use self::asking::{Asked, ask, begun};
use super::{Dialog, Effect, Model, ToastKind, toast};

pub(super) use self::asking::{greeted, refused};

/// How often at most it is spoken of how far an operation is.
const SPEAKS_EVERY: Millis = Millis::seconds(5);

/// What can be done to several conversations, in the order of its buttons.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum BulkAction {
    /// Follow up, or take over.
    Take,
    /// Hand over to a colleague.
    Transfer,
    /// End.
    End,
    /// Reopen.
    Reopen,
    /// Put a tag on, or take one off.
    Tag,
    /// Block the contacts.
    Block,
    /// Erase.
    Erase,
}

impl BulkAction {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Take, Self::Transfer, Self::End, Self::Reopen, Self::Tag, Self::Block, Self::Erase];

    /// The one of which this is the deed; none of what is only taken back.
    #[must_use]
    pub fn of(operation: &BulkOperation) -> Option<Self> {
        match operation {
            BulkOperation::Take => Some(Self::Take),
            BulkOperation::Transfer { .. } => Some(Self::Transfer),
            BulkOperation::End { .. } => Some(Self::End),
            BulkOperation::Reopen => Some(Self::Reopen),
            BulkOperation::Tag { .. } => Some(Self::Tag),
            BulkOperation::Block { .. } => Some(Self::Block),
            BulkOperation::Erase => Some(Self::Erase),
            BulkOperation::Unblock => None,
        }
    }

    /// What its button says.
    #[must_use]
    pub fn phrase(self) -> Phrase {
        match self {
            Self::Take => console::FOLLOW_UP,
            Self::Transfer => console::TRANSFER,
            Self::End => console::END,
            Self::Reopen => console::REOPEN,
            Self::Tag => console::BULK_TAG,
            Self::Block => console::BLOCK,
            Self::Erase => console::ERASE,
        }
    }

    /// How many conversations it takes at once.
    #[must_use]
    pub fn most(self) -> usize {
        match self {
            Self::Transfer => limits::BULK_TRANSFER,
            Self::Take | Self::End | Self::Reopen | Self::Tag | Self::Block | Self::Erase => {
                limits::BULK
            }
        }
    }

    /// How many it takes at once of all that match.
    #[must_use]
    // DK67
    pub fn most_of_all(self) -> usize {
        match self {
            Self::Transfer => limits::BULK_TRANSFER,
            Self::Take | Self::End | Self::Reopen | Self::Tag | Self::Block | Self::Erase => {
                limits::BULK_ALL
            }
        }
    }

    /// Whether a row allows it.
    #[must_use]
    pub fn fits(self, row: &ListRow) -> bool {
        let may = |action| row.may.contains(&action);
        match self {
            Self::Take => may(Action::Take),
            Self::Transfer => may(Action::Transfer) || may(Action::ChangeOwner),
            Self::End => may(Action::End),
            Self::Reopen => may(Action::Reopen),
            Self::Tag => may(Action::EditContact),
            Self::Block => may(Action::Block),
            Self::Erase => may(Action::Erase),
        }
    }

    /// What is done at once; the others ask something first.
    #[must_use]
    pub fn at_once(self) -> Option<BulkOperation> {
        match self {
            Self::Take => Some(BulkOperation::Take),
            Self::Reopen => Some(BulkOperation::Reopen),
            Self::Transfer | Self::End | Self::Tag | Self::Block | Self::Erase => None,
        }
    }
}

/// What an operation is called.
#[must_use]
pub fn operation_phrase(operation: &BulkOperation) -> Phrase {
    BulkAction::of(operation).map_or(console::UNBLOCK, BulkAction::phrase)
}

/// What takes an operation back, if something does. What came of a transfer or a follow-up belongs to
/// somebody now, and what is erased is gone.
#[must_use]
pub fn undo_of(operation: &BulkOperation) -> Option<BulkOperation> {
    match operation {
        BulkOperation::End { .. } => Some(BulkOperation::Reopen),
        BulkOperation::Block { .. } => Some(BulkOperation::Unblock),
        BulkOperation::Take
        | BulkOperation::Transfer { .. }
        | BulkOperation::Reopen
        | BulkOperation::Tag { .. }
        | BulkOperation::Erase
        | BulkOperation::Unblock => None,
    }
}

/// What is chosen, and what runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bulk {
    chosen: BTreeSet<ConversationId>,
    /// All that match are chosen, also what is not shown.
    all_match: bool,
    /// Where a range begins: what was chosen last.
    anchor: Option<ConversationId>,
    /// My operations, oldest first: those that run, and what came of others.
    pub views: Vec<BulkView>,
    /// How far the operation was of which was spoken last: not at each step, and at its end.
    pub spoken: Option<BulkView>,
    spoken_at: Timestamp,
    /// What was asked of the desk last and is not known to be done.
    asked: Option<Asked>,
}

/// What happens to the selection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BulkMsg {
    /// One is chosen, or no longer.
    Toggle(ConversationId),
    /// All from the last one that was chosen up to this one are.
    Range(ConversationId),
    /// All that the list shows are, or none.
    All(bool),
    /// All that match are, also what is not shown.
    Matching,
    /// A button is pressed.
    Press(BulkAction),
    /// It is done to those that allow it.
    Do(BulkOperation),
    /// What came of it is taken back.
    Undo(String),
    /// What came of it has been read.
    PutAway(String),
}

impl Bulk {
    /// Nothing is chosen any more, and what was not done to it is given up.
    pub(super) fn clear(&mut self) {
        self.chosen.clear();
        self.all_match = false;
        self.anchor = None;
        self.asked.take_if(|it| !it.is_on_its_way());
    }
}

impl Model {
    /// What is chosen and in the list, in its order. What has left the list is not chosen any more.
    #[must_use]
    pub fn selected(&self) -> Vec<ConversationId> {
        let shown = self.desk.shown().unwrap_or_default();
        shown.into_iter().filter(|it| self.bulk.chosen.contains(it)).collect()
    }

    /// Whether something in the list is chosen for what comes next.
    pub(super) fn has_chosen(&self) -> bool {
        self.bulk.all_match || !self.selected().is_empty()
    }

    /// How many match where all that match are chosen, also what is not shown. Whether there are more.
    #[must_use]
    // DK67
    pub fn matching(&self) -> Option<(usize, bool)> {
        self.bulk.all_match.then(|| self.total())
    }

    /// How many could be chosen where all that is shown is chosen and there are more. Whether there are
    /// more than those.
    #[must_use]
    // DK67
    pub fn matches_more(&self) -> Option<(usize, bool)> {
        let n_shown = self.desk.shown().map_or(0, |it| it.len());
        let is_all = 0 < n_shown && self.selected().len() == n_shown;
        let total = self.total();
        (is_all && !self.bulk.all_match && (n_shown < total.0 || total.1)).then_some(total)
    }

    fn total(&self) -> (usize, bool) {
        let at_least = self.desk.at_least.contains(&self.desk.view.tab);
        (self.desk.total as usize, at_least)
    }

    /// Whether a conversation is chosen.
    #[must_use]
    pub fn is_selected(&self, id: &ConversationId) -> bool {
        self.bulk.chosen.contains(id)
    }

    /// Of what is chosen, what allows this.
    #[must_use]
    pub fn fitting(&self, action: BulkAction) -> Vec<ConversationId> {
        let fits = |id: &ConversationId| self.desk.rows.get(id).is_some_and(|it| action.fits(it));
        self.selected().into_iter().filter(fits).collect()
    }

    /// Whether all of what allows a block may be erased with it.
    #[must_use]
    pub fn may_purge(&self) -> bool {
        let erases = |id: &ConversationId| {
            self.desk.rows.get(id).is_some_and(|it| BulkAction::Erase.fits(it))
        };
        self.fitting(BulkAction::Block).iter().all(erases)
    }

    /// Why a button does nothing, if it does nothing.
    #[must_use]
    pub fn why_not(&self, action: BulkAction) -> Option<Phrase> {
        if let Some((total, _)) = self.matching().filter(|_| self.reaches_desk()) {
            let most = action.most_of_all();
            return (most < total).then(|| console::bulk_too_many(&most.to_string()));
        }
        match self.fitting(action).len() {
            _ if !self.reaches_desk() => Some(console::OFFLINE),
            0 => Some(console::BULK_NONE_FITS),
            n if action.most() < n => Some(console::bulk_too_many(&action.most().to_string())),
            _ => None,
        }
    }
}

pub(super) fn update(model: &mut Model, msg: BulkMsg) -> Vec<Effect> {
    match msg {
        BulkMsg::Toggle(id) => {
            toggle(model, id);
            Vec::new()
        }
        BulkMsg::Range(id) => {
            range(model, id);
            Vec::new()
        }
        BulkMsg::All(true) => {
            model.bulk.chosen = model.desk.shown().unwrap_or_default().into_iter().collect();
            Vec::new()
        }
        BulkMsg::All(false) => {
            model.bulk.clear();
            Vec::new()
        }
        BulkMsg::Matching => {
            model.bulk.all_match = model.matches_more().is_some();
            Vec::new()
        }
        BulkMsg::Press(action) => press(model, action),
        BulkMsg::Do(operation) => carry_out(model, operation),
        BulkMsg::Undo(id) => undo(model, &id),
        BulkMsg::PutAway(bulk) => say(model, FromDesk::PutAway { bulk }),
    }
}

fn toggle(model: &mut Model, id: ConversationId) {
    model.bulk.all_match = false;
    if model.bulk.chosen.remove(&id) {
        model.bulk.anchor = None;
    } else {
        model.bulk.chosen.insert(id.clone());
        model.bulk.anchor = Some(id);
    }
}

/// Without a beginning that is still in the list it is one alone.
fn range(model: &mut Model, id: ConversationId) {
    let shown = model.desk.shown().unwrap_or_default();
    let place = |id: &ConversationId| shown.iter().position(|it| it == id);
    let from = model.bulk.anchor.as_ref().and_then(place);
    match (from, place(&id)) {
        (Some(from), Some(to)) => {
            let (first, last) = (from.min(to), from.max(to));
            model.bulk.chosen.extend(shown[first..=last].iter().cloned());
        }
        (None, Some(_)) => {
            model.bulk.chosen.insert(id.clone());
            model.bulk.anchor = Some(id);
        }
        (_, None) => (),
    }
}

fn press(model: &mut Model, action: BulkAction) -> Vec<Effect> {
    if model.why_not(action).is_some() {
        return Vec::new();
    }
    if let Some(operation) = action.at_once() {
        return carry_out(model, operation);
    }
    model.dialog = Some(Dialog::Bulk(action));
    Vec::new()
}

/// What the list allows is asked of those conversations alone, and of all of them. The selection and the
/// question stay until the desk has begun.
fn carry_out(model: &mut Model, operation: BulkOperation) -> Vec<Effect> {
    let Some(action) = BulkAction::of(&operation) else { return Vec::new() };
    if model.why_not(action).is_some() || model.bulk.is_asking() {
        return Vec::new();
    }
    let asked = Asked::new(&model.bulk, operation.clone());
    if model.matching().is_some() {
        // DK67
        let query = model.desk.query();
        return ask(model, asked, FromDesk::BulkAll { operation, query });
    }
    let conversations = model.fitting(action);
    let shown = |it: &ConversationId| Some((it.clone(), model.desk.rows.get(it)?.session));
    let sessions = conversations.iter().filter_map(shown).collect();
    ask(model, asked, FromDesk::Bulk { operation, conversations, sessions })
}

fn undo(model: &mut Model, id: &str) -> Vec<Effect> {
    let Some(view) = model.bulk.views.iter().find(|it| it.id == id) else { return Vec::new() };
    let (Some(operation), Some(outcome)) = (undo_of(&view.operation), view.outcome.clone()) else {
        return Vec::new();
    };
    // It is taken back once.
    if model.bulk.is_asking() {
        return Vec::new();
    }
    let asked = Asked::to_undo(&model.bulk, operation.clone(), id.to_owned());
    let (conversations, sessions) = (outcome.succeeded, [].into());
    ask(model, asked, FromDesk::Bulk { operation, conversations, sessions })
}

fn say(model: &mut Model, frame: FromDesk) -> Vec<Effect> {
    if !model.reaches_desk() {
        toast::show(model, ToastKind::NotConnected);
        return Vec::new();
    }
    vec![Effect::SayDesk(frame)]
}

/// How far an operation is.
pub(super) fn heard(model: &mut Model, view: BulkView) -> Vec<Effect> {
    let effects = begun(model, std::slice::from_ref(&view));
    let is_other = model.bulk.spoken.as_ref().is_none_or(|it| it.id != view.id);
    if is_other || view.outcome.is_some() || SPEAKS_EVERY <= model.now.since(model.bulk.spoken_at) {
        model.bulk.spoken = Some(view.clone());
        model.bulk.spoken_at = model.now;
    }
    match model.bulk.views.iter_mut().find(|it| it.id == view.id) {
        Some(known) => *known = view,
        None => model.bulk.views.push(view),
    }
    effects
}

/// What came of it was put away somewhere.
pub(super) fn gone(model: &mut Model, id: &str) {
    model.bulk.views.retain(|it| it.id != id);
}
