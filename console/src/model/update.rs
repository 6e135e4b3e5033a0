//! What follows from what happens, whichever part of the console it is of.

use inbox_types::Timestamp;

use super::{
    CampaignMsg, Dialog, Effect, Leave, Model, Msg, Request, RoomMsg, Route, SignInMsg,
    SignInState, ToastKind, View, admin, audit, campaigns, desk, draft, go, look_again, room,
    search, selection, sign_in, toast, unsaved,
};

/// The first effects: whoever is signed in need not sign in again.
#[must_use]
pub fn start(model: &mut Model, route: Route) -> Vec<Effect> {
    if let Route::List(address) = &route {
        model.desk.view = View::parse(address);
    }
    model.route = route;
    vec![Effect::Ask(Request::Me)]
}

/// Changes the model and says what follows.
pub fn update(model: &mut Model, now: Timestamp, msg: Msg) -> Vec<Effect> {
    model.now = model.now.max(now);
    let is_alert = |it: &Dialog| matches!(it, Dialog::SiteDeleted { .. });
    let alert = model.dialog.clone().filter(is_alert);
    let effects = follow(model, msg);
    match (&model.dialog, alert) {
        (None, _) => model.dialog = model.alerts.pop_front(),
        // Whatever was opened over it comes first.
        (Some(now), Some(alert)) if *now != alert => model.alerts.push_front(alert),
        (Some(_), Some(_) | None) => (),
    }
    effects
}

fn follow(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Ticked => tick(model),
        Msg::Routed(route) => routed(model, route),
        Msg::Focused(focused) => look(model, focused),
        Msg::Woken => woken(model),
        Msg::Online(online) => {
            model.online = online;
            let mut effects = Vec::new();
            if online {
                effects.extend(woken(model));
                effects.extend(ask_again(model));
            }
            effects
        }
        Msg::Permission(permission) => {
            model.permission = permission;
            Vec::new()
        }
        Msg::AskPermission => vec![Effect::AskPermission],
        // Of whoever was signed in before nothing comes back, but that nothing of theirs is to stay here.
        Msg::Answer(person, msg) if person != model.person => {
            let is_out = matches!(*msg, Msg::SignIn(SignInMsg::SignedOut));
            let nobody_is_in = !matches!(model.sign_in, SignInState::In(_));
            Vec::from_iter((is_out && nobody_is_in).then_some(Effect::ForgetAll))
        }
        Msg::Answer(_, msg) => follow(model, *msg),
        Msg::SignIn(msg) => sign_in::update(model, msg),
        Msg::Desk(msg) => desk::update(model, msg),
        Msg::Bulk(msg) => selection::update(model, msg),
        Msg::Room(id, msg) => {
            let mut effects = if let RoomMsg::Choose { other } = msg {
                draft::choose(model, &id, other)
            } else {
                room::update(model, &id, msg)
            };
            // Whatever happens, what is written afterwards is kept.
            effects.extend(draft::sync(model, &id));
            effects
        }
        Msg::Answered(id, frames) => {
            let mut effects = room::answer(model, &id, frames);
            effects.extend(draft::sync(model, &id));
            effects
        }
        Msg::Admin(msg) => admin::update(model, msg),
        Msg::Audit(msg) => audit::update(model, msg),
        Msg::Search(msg) => {
            let mut effects = search::update(model, msg);
            effects.extend(desk::searched(model));
            effects
        }
        Msg::Campaign(msg) => campaigns::update(model, msg),
        Msg::Opened(Dialog::Unsaved(way)) => match unsaved::ask(model, way.clone()) {
            Some(effects) => effects,
            None => leave(model, way),
        },
        Msg::Opened(dialog)
            if dialog.conversation().is_some_and(|id| model.is_cut_off_from(id)) =>
        {
            toast::show(model, ToastKind::NotConnected);
            Vec::new()
        }
        Msg::Opened(dialog) => {
            model.admin.problem = None;
            model.campaigns.problem = None;
            let saved = if let Dialog::Download(id) = &dialog { Some(id.clone()) } else { None };
            model.dialog = Some(dialog);
            saved.map(|id| room::seek(model, &id)).unwrap_or_default()
        }
        Msg::Closed => {
            model.dialog = None;
            Vec::new()
        }
        Msg::Dismissed(id) => toast::put_away(model, |it| it.id == id),
        Msg::DismissedAll => toast::put_away(model, |_| true),
        Msg::Details(open) => {
            model.details = open;
            Vec::new()
        }
        Msg::Copy(text) => {
            toast::show(model, ToastKind::Copied);
            vec![Effect::Copy(text)]
        }
        Msg::Step { down } => step(model, down),
        Msg::Goto(id) => go(model, Route::Conversation(id)),
        Msg::StillMe(true) => Vec::new(),
        Msg::StillMe(false) => sign_in::update(model, SignInMsg::Ended),
        Msg::Unsaved { form, dialog, on } => {
            model.unsaved.set(form, dialog, on);
            Vec::new()
        }
        Msg::Leave(way) => leave(model, way),
        Msg::Drafts(all) => draft::known(model, all),
        Msg::DraftElsewhere(id, draft) => draft::elsewhere(model, &id, *draft),
        Msg::DraftDiffers(id, draft) => draft::differs(model, &id, *draft),
        Msg::NotKept => draft::refused(model),
        // What its page asked of the relay meanwhile was not answered either.
        Msg::PartCame => look_again(model),
    }
}

/// Whoever rests dials, and whoever is connected asks whether that is so.
pub(super) fn woken(model: &mut Model) -> Vec<Effect> {
    let mut effects = desk::woken(model);
    effects.extend(room::woken(model));
    effects
}

/// What a page could not be told without a network it asks for again; its forms are not there yet.
fn ask_again(model: &mut Model) -> Vec<Effect> {
    let failed = match &model.route {
        Route::Settings(_) => model.admin.data.is_none() && model.admin.problem.is_some(),
        Route::Campaigns
        | Route::CampaignSettings
        | Route::Campaign(_)
        | Route::CampaignReport(_) => {
            model.campaigns.data.is_none() && model.campaigns.problem.is_some()
        }
        Route::Desk
        | Route::List(_)
        | Route::Conversation(_)
        | Route::SignInLink(_)
        | Route::Invitation(_) => false,
    };
    if failed { look_again(model) } else { Vec::new() }
}

pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    model.toasts.retain(|it| it.until.is_none_or(|until| now < until));
    let mut effects = desk::tick(model);
    // What is done is kept no longer.
    for id in room::settle_all(model) {
        effects.extend(draft::sync(model, &id));
    }
    effects.extend(room::tick(model));
    let asked = search::tick(model);
    if !asked.is_empty() {
        effects.extend(asked);
        effects.extend(desk::searched(model));
    }
    effects
}

pub(super) fn routed(model: &mut Model, route: Route) -> Vec<Effect> {
    if model.route == route {
        return Vec::new();
    }
    if let Some(question) = unsaved::ask(model, Leave::To(route.clone())) {
        return question;
    }
    let was_list = matches!(model.route, Route::List(_));
    model.route = route;
    admin::left(model);
    room::at_its_end(model);
    // Whoever goes back from a list goes to the one before.
    if was_list && model.route == Route::Desk {
        return desk::arrive(model, "");
    }
    if model.route.is_link() { vec![Effect::Ask(Request::Me)] } else { arrive(model) }
}

/// Somebody comes to a place. What was wrong somewhere else is not said there.
fn arrive(model: &mut Model) -> Vec<Effect> {
    admin::forget_told(model);
    campaigns::forget_told(model);
    look_again(model)
}

/// The person goes, and what is unsaved is given up.
pub(super) fn leave(model: &mut Model, way: Leave) -> Vec<Effect> {
    model.dialog = None;
    model.unsaved.clear();
    match way {
        Leave::To(route) => go(model, route),
        Leave::Site(site) => campaigns::update(model, CampaignMsg::Site(site)),
        // The view speaks another language itself.
        Leave::Speak(_) => Vec::new(),
        Leave::SignOut => sign_in::update(model, SignInMsg::SignOut),
    }
}

pub(super) fn look(model: &mut Model, focused: bool) -> Vec<Effect> {
    if model.focused == focused {
        return Vec::new();
    }
    model.focused = focused;
    let mut effects = room::looked(model);
    if model.desk.link.is_live() {
        effects.push(desk::focus(model));
    }
    effects
}

pub(super) fn step(model: &mut Model, down: bool) -> Vec<Effect> {
    // The question on screen is about the conversation under it.
    if model.dialog.is_some() {
        return Vec::new();
    }
    let Some(order) = &model.desk.order else { return Vec::new() };
    let current = model.route.conversation().and_then(|id| order.iter().position(|it| it == id));
    let next = match (current, down) {
        (Some(index), true) => index + 1,
        (Some(index), false) => index.saturating_sub(1),
        (None, _) => 0,
    };
    match order.get(next).cloned() {
        Some(id) => {
            let mut effects = go(model, Route::Conversation(id));
            effects.push(Effect::FocusComposer);
            effects
        }
        None => Vec::new(),
    }
}
