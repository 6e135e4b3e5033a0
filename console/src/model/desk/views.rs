//! From one view to another: what is watched, kept and shown in the address.

use inbox_protocol::{DeskWelcome, ListQuery, ListSort, SavedView};
use inbox_types::{Action, DepartmentId, Role};

use super::{Desk, list::watch};
use crate::model::{Effect, Model, Route, SearchMsg, View, search};

/// What decides which conversations a list has: what the desk is asked for, and who asks.
#[derive(PartialEq, Eq)]
struct Sight {
    query: ListQuery,
    me: Option<(Role, Vec<DepartmentId>)>,
}

impl Sight {
    fn of(desk: &Desk) -> Self {
        let me = desk.me().map(|it| (it.role, it.departments.clone()));
        Self { query: desk.query(), me }
    }
}

/// Changes the view on screen.
pub(super) fn turn(model: &mut Model, change: impl FnOnce(&mut View)) -> Vec<Effect> {
    let mut view = model.desk.view.clone();
    change(&mut view);
    let mut effects = put(model, view);
    effects.extend(note(model, Effect::Go));
    effects
}

/// Puts a view on screen, however somebody came to it. What it filters by and is no more is left out: no
/// field would show it, and the list would be empty without a reason.
fn put(model: &mut Model, view: View) -> Vec<Effect> {
    model.desk.view = model.desk.without_lost(view);
    watch(model)
}

/// The workspace is known anew. Whether the list on screen is another one than before, by a filter that is
/// gone, by the team's order or by what this member may see: of such a list nothing is chosen any more.
pub(super) fn keep_up(model: &mut Model, welcome: Box<DeskWelcome>) -> (bool, Vec<Effect>) {
    let before = Sight::of(&model.desk);
    model.desk.welcome = Some(welcome);
    let view = model.desk.without_lost(model.desk.view.clone());
    let is_lost = view != model.desk.view;
    model.desk.view = view;
    let is_other = Sight::of(&model.desk) != before;
    if is_other {
        model.bulk.clear();
    }
    (is_other, if is_lost { note(model, Effect::Correct) } else { Vec::new() })
}

/// A whole other view takes the place of the one on screen, with what it searches for.
pub(super) fn show(model: &mut Model, view: View) -> Vec<Effect> {
    let mut effects = turn(model, |it| *it = view);
    effects.extend(find(model));
    effects
}

impl Model {
    /// The order of the list on screen.
    #[must_use]
    pub fn sort(&self) -> ListSort {
        self.desk.view.sort_in(self.desk.order_of_team())
    }

    /// The saved view that is on screen, if this member may remove it.
    #[must_use]
    pub fn removable_view(&self) -> Option<SavedView> {
        let may = |it: &SavedView| self.is_me(&it.by) || self.desk.may(Action::Administer);
        let shown = |it: &&SavedView| self.desk.view_of(it) == self.desk.view;
        self.desk.welcome.as_ref()?.views.iter().filter(shown).find(|it| may(it)).cloned()
    }
}

/// Somebody comes to the address of a view.
pub(in crate::model) fn arrive(model: &mut Model, address: &str) -> Vec<Effect> {
    let asked = View::parse(address);
    let view = model.desk.without_lost(asked.clone());
    let is_lost = view != asked;
    let is_other = view != model.desk.view;
    let mut effects = if is_other { put(model, view) } else { Vec::new() };
    if is_lost {
        effects.extend(note(model, Effect::Correct));
    } else if is_other {
        effects.push(Effect::KeepView(model.desk.view.address()));
    }
    effects.extend(find(model));
    effects
}

/// What this browser showed last, unless the address says what to show.
pub(super) fn come_back(model: &mut Model, address: &str) -> Vec<Effect> {
    if matches!(model.route, Route::List(_)) {
        return Vec::new();
    }
    let asked = View::parse(address);
    let mut effects = put(model, asked.clone());
    if model.desk.view != asked {
        effects.extend(note(model, Effect::Correct));
    }
    effects.extend(find(model));
    effects
}

/// Keeps the view on screen, and says it in the address where that is of a list. `say` tells whether a way
/// leads back to the address before.
fn note(model: &mut Model, say: fn(Route) -> Effect) -> Vec<Effect> {
    let address = model.desk.view.address();
    let mut effects = vec![Effect::KeepView(address.clone())];
    if matches!(model.route, Route::Desk | Route::List(_)) {
        let route = Route::of_list(address);
        if route != model.route {
            model.route = route.clone();
            effects.push(say(route));
        }
    }
    effects
}

/// Looks for what the view says.
fn find(model: &mut Model) -> Vec<Effect> {
    let text = model.desk.view.search.clone();
    if text == model.search.text {
        return Vec::new();
    }
    if text.is_empty() {
        return search::update(model, SearchMsg::Closed);
    }
    search::update(model, SearchMsg::Typed(text));
    search::update(model, SearchMsg::Now)
}

/// What is searched for is a part of the view.
pub(in crate::model) fn searched(model: &mut Model) -> Vec<Effect> {
    match model.search.asked() {
        Some(asked) if asked != model.desk.view.search => {
            model.desk.view.search = asked.to_owned();
            note(model, Effect::Go)
        }
        Some(_) | None => Vec::new(),
    }
}
