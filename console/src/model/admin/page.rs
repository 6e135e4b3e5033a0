//! What a page of the settings says and shows when somebody comes to it, and when they leave.

use crate::model::{Effect, Model, Request, Route, Section, audit, inbox};

/// Somebody goes to another page: what is told once was told.
pub(in crate::model) fn left(model: &mut Model) {
    model.admin.api_key = None;
}

/// Somebody comes to another page: they were told nothing there yet.
pub(in crate::model) fn forget_told(model: &mut Model) {
    model.admin.problem = None;
    model.admin.at = None;
    model.admin.insists = false;
}

/// What a page of the settings needs.
pub(in crate::model) fn look_again(model: &mut Model) -> Vec<Effect> {
    let admin = &mut model.admin;
    admin.missing.asked_again(&mut admin.problem);
    // A page is come to again when the desk is connected again: what is told once stays on it.
    if model.route == Route::Settings(Section::ApiKeys)
        && let Some(key) = model.admin.untold_key.take()
    {
        model.admin.api_key = Some(key);
    }
    if !model.sign_in.administers() {
        return Vec::new();
    }
    let mut effects = inbox::arrive(model);
    effects.push(Effect::Ask(Request::Settings));
    if model.route == Route::Settings(Section::Audit) {
        effects.extend(audit::arrive(model));
    }
    effects
}
