//! From one view to another: what is watched, kept and shown in the address.

use inbox_protocol::{ListSort, SavedView};
use inbox_types::Action;

use super::list::watch;
use crate::model::{Effect, Model, Route, SearchMsg, View, search};

/// Changes the view on screen.
pub(super) fn turn(model: &mut Model, change: impl FnOnce(&mut View)) -> Vec<Effect> {
    change(&mut model.desk.view);
    let mut effects = watch(model);
    effects.extend(note(model));
    effects
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
        let views = &self.desk.welcome.as_ref()?.views;
        let shown = views.iter().find(|it| View::parse(it.address.as_str()) == self.desk.view)?;
        let may = self.is_me(&shown.by) || self.desk.may(Action::Administer);
        may.then(|| shown.clone())
    }
}

/// Somebody comes to the address of a view.
pub(in crate::model) fn arrive(model: &mut Model, address: &str) -> Vec<Effect> {
    let view = View::parse(address);
    if model.desk.view == view {
        return find(model);
    }
    model.desk.view = view;
    let mut effects = if model.desk.link.is_live() { watch(model) } else { Vec::new() };
    effects.push(Effect::KeepView(model.desk.view.address()));
    effects.extend(find(model));
    effects
}

/// What this browser showed last, unless the address says what to show.
pub(super) fn come_back(model: &mut Model, address: &str) -> Vec<Effect> {
    if matches!(model.route, Route::List(_)) {
        return Vec::new();
    }
    model.desk.view = View::parse(address);
    let mut effects = if model.desk.link.is_live() { watch(model) } else { Vec::new() };
    effects.extend(find(model));
    effects
}

/// Keeps the view on screen, and says it in the address where that is of a list.
fn note(model: &mut Model) -> Vec<Effect> {
    let address = model.desk.view.address();
    let mut effects = vec![Effect::KeepView(address.clone())];
    if matches!(model.route, Route::Desk | Route::List(_)) {
        let route = Route::of_list(address);
        if route != model.route {
            model.route = route.clone();
            effects.push(Effect::Go(route));
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
            note(model)
        }
        Some(_) | None => Vec::new(),
    }
}
