//! What the desk's socket says, and what follows.

use inbox_protocol::{
    DeskWelcome, FromDesk, NotificationKind, NotificationView, OfferPopup, ToDesk,
};
use inbox_types::{MemberId, Millis, OfferId, Presence, Timestamp};

use super::{
    super::{
        Alert, Dialog, Effect, Model, Sound, Toast, ToastKind, pending::pings::Said, room,
        selection, toast,
    },
    list::{forget_pages, take_list, take_page, watch},
    views::keep_up,
};

pub(super) fn receive(model: &mut Model, frame: ToDesk) -> Vec<Effect> {
    match frame {
        ToDesk::Welcome(welcome) => greet(model, welcome),
        ToDesk::Workspace(welcome) => {
            set_clock(model, welcome.now);
            rewrite(model, &welcome);
            let (is_other, mut effects) = keep_up(model, welcome);
            // Settings that are on screen follow.
            let is_shown = matches!(model.route, crate::model::Route::Settings(_));
            if is_shown && model.sign_in.administers() {
                effects.push(Effect::Ask(crate::model::Request::Settings));
            }
            if is_other {
                effects.extend(watch(model));
            } else if model.desk.has_pages() {
                // Of later pages nobody knows what I may see now.
                forget_pages(&mut model.desk);
                let query = model.desk.query();
                effects.push(Effect::SayDesk(FromDesk::Watch { query, before: None }));
            }
            effects
        }
        ToDesk::List(list) => {
            let shown: Vec<_> = list.rows.iter().map(|it| it.conversation.clone()).collect();
            take_list(&mut model.desk, list);
            shown.iter().flat_map(|it| room::come_back(model, it)).collect()
        }
        ToDesk::Offer(offer) => {
            let mut effects = room::come_back(model, &offer.conversation);
            effects.extend(ask(model, *offer));
            effects
        }
        ToDesk::Page(page) => {
            take_page(&mut model.desk, page);
            Vec::new()
        }
        ToDesk::OfferGone { offer } => {
            let was_shown = model.desk.offers.first().is_some_and(|it| it.id == offer);
            model.desk.offers.retain(|it| it.id != offer);
            let mut effects = vec![Effect::Unalert(offer_alert(&offer))];
            // The next one is shown only now, so it is heard now.
            if was_shown && !model.desk.offers.is_empty() {
                effects.push(Effect::Play(Sound::Offer));
            }
            effects
        }
        ToDesk::Notify(notification) => {
            let mut effects = room::come_back(model, &notification.conversation);
            effects.extend(notify(model, notification));
            effects
        }
        ToDesk::Retract { id } => {
            model.toasts.retain(|it| it.id != id);
            model.put_away.remove(&id);
            vec![Effect::Unalert(id)]
        }
        ToDesk::Presence { member, presence, load } => set_presence(model, &member, presence, load),
        ToDesk::Grant { grant } => {
            if let Some(welcome) = &mut model.desk.welcome {
                welcome.grant.clone_from(&grant);
            }
            room::renew(model, &grant)
        }
        ToDesk::Bulk(view) => selection::heard(model, *view),
        ToDesk::BulkGone { bulk } => {
            selection::gone(model, &bulk);
            Vec::new()
        }
        ToDesk::Unknown => Vec::new(),
        ToDesk::Received { from, count } => {
            let name = from.name.as_str().to_owned();
            toast::show(model, ToastKind::Received { name, count });
            Vec::new()
        }
        ToDesk::Refused { reason } => {
            selection::refused(model, reason);
            toast::show(model, ToastKind::Refused(reason));
            Vec::new()
        }
    }
}

pub(super) fn greet(model: &mut Model, welcome: Box<DeskWelcome>) -> Vec<Effect> {
    model.desk.link.ready(model.now);
    forget_pages(&mut model.desk);
    set_clock(model, welcome.now);
    let undone = selection::greeted(model, welcome.bulks.clone());
    // After a reconnect, an offer that has been heard before makes no sound again.
    let heard = |id: &OfferId| model.desk.offers.iter().any(|it| it.id == *id);
    let is_new = welcome.offers.iter().any(|it| !heard(&it.id));
    model.desk.offers.clone_from(&welcome.offers);
    model.desk.offers.sort_by_key(|it| it.deadline);
    // One line for all of them instead of a burst.
    toast::digest(model, &welcome.notifications);
    let (is_other, mut effects) = keep_up(model, welcome);
    if is_other {
        model.desk.order = None;
    }
    let conversation = model.route.conversation().filter(|_| model.focused).cloned();
    effects.extend(choose_again(model));
    effects.extend([
        Effect::SayDesk(FromDesk::Watch { query: model.desk.query(), before: None }),
        Effect::SayDesk(FromDesk::Focus { conversation }),
    ]);
    effects.extend(undone);
    effects.extend(crate::model::look_again(model));
    if is_new {
        effects.push(Effect::Play(Sound::Offer));
    }
    effects
}

/// The presence that was chosen is said again if the desk does not have it.
fn choose_again(model: &mut Model) -> Option<Effect> {
    let now = model.desk.presence();
    model.desk.wanted.take_if(|(presence, _)| *presence == now);
    let next = model.desk.pings.next();
    let (presence, said) = model.desk.wanted.as_mut()?;
    *said = Said::Yes(next);
    Some(Effect::SayDesk(FromDesk::SetPresence { presence: *presence }))
}

/// What is on screen, as this agent may see it from now on.
pub(super) fn rewrite(model: &mut Model, welcome: &DeskWelcome) {
    for offer in &mut model.desk.offers {
        if let Some(now) = welcome.offers.iter().find(|it| it.id == offer.id) {
            offer.clone_from(now);
        }
    }
    for toast in &mut model.toasts {
        let Some(now) = welcome.notifications.iter().find(|it| it.id == toast.id) else { continue };
        let name = crate::model::text(now.name.as_ref());
        if let Some(kind) = ToastKind::of(now.kind, name, now.preview.clone()) {
            toast.kind = kind;
        }
    }
}

pub(super) fn set_clock(model: &mut Model, relay: Timestamp) {
    let ahead = i128::from(relay.as_millis()) - i128::from(model.now.as_millis());
    model.desk.skew = i64::try_from(ahead).unwrap_or_default();
}

pub(super) fn ask(model: &mut Model, offer: OfferPopup) -> Vec<Effect> {
    let alert = Alert {
        id: offer_alert(&offer.id),
        toast: ToastKind::Offered { name: crate::model::text(offer.name.as_ref()) },
        conversation: None,
        sticky: true,
    };
    let is_new = model.desk.offers.iter().all(|it| it.id != offer.id);
    model.desk.offers.retain(|it| it.id != offer.id);
    model.desk.offers.push(offer);
    // One is shown at a time: the one that ends first.
    model.desk.offers.sort_by_key(|it| it.deadline);
    if !is_new {
        return Vec::new();
    }
    let mut effects = vec![Effect::Play(Sound::Offer)];
    if !model.focused && model.permission == crate::model::Permission::Granted {
        effects.push(Effect::Alert(alert));
    }
    effects
}

pub(super) fn offer_alert(offer: &OfferId) -> String {
    format!("offer:{offer}")
}

pub(super) fn set_presence(
    model: &mut Model,
    member: &MemberId,
    presence: Presence,
    load: u32,
) -> Vec<Effect> {
    let Some(welcome) = &mut model.desk.welcome else { return Vec::new() };
    if welcome.me.id == *member {
        model.desk.wanted.take_if(|(wanted, _)| *wanted == presence);
    }
    let me = (welcome.me.id == *member).then_some(&mut welcome.me);
    for view in welcome.members.iter_mut().filter(|it| it.id == *member).chain(me) {
        view.presence = presence;
        view.load = load;
    }
    Vec::new()
}

/// A toast where somebody looks, a desktop notification where nobody does.
pub(super) fn notify(model: &mut Model, notification: NotificationView) -> Vec<Effect> {
    let NotificationView { id, kind, conversation, name, preview, life, counts: _ } = notification;
    let name = crate::model::text(name.as_ref());
    if kind == NotificationKind::AssetDeleted {
        let alert = Dialog::SiteDeleted { conversation, name };
        if model.dialog.as_ref() != Some(&alert) && !model.alerts.contains(&alert) {
            model.alerts.push_back(alert);
        }
        return vec![Effect::Play(Sound::Message)];
    }
    let Some(kind) = ToastKind::of(kind, name, preview) else { return Vec::new() };
    let relevant = kind.is_loud();
    let alert = Alert {
        id: id.clone(),
        toast: kind.clone(),
        conversation: Some(conversation.clone()),
        sticky: life.is_none(),
    };
    // It may be told again after it was put away: then there is news.
    model.put_away.remove(&id);
    let until = life.map(|it| model.now.after(it));
    let hidden = !model.focused && model.permission == crate::model::Permission::Granted;
    // What nobody looks at would be gone before somebody does.
    let until = if hidden { until.map(|it| it.after(Millis::seconds(4))) } else { until };
    toast::put(model, Toast { id, kind, conversation: Some(conversation), until });
    let mut effects = Vec::new();
    if hidden {
        effects.push(Effect::Alert(alert));
    }
    if relevant {
        effects.push(Effect::Play(Sound::Message));
    }
    effects
}
