//! Changes of campaigns on their way to the relay: one after the other, so that each gets its own answer,
//! however long that takes and wherever whoever asked has gone meanwhile.

use std::collections::VecDeque;

use inbox_protocol::Refusal;

use super::{CampaignChange, CampaignDone, wrong};
use crate::model::{Dialog, Effect, Missing, Model, Request, Route, ToastKind, go, toast};

/// The changes that were asked for and are not answered.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Asking {
    /// The one that the relay has.
    asked: Option<Asked>,
    /// Those that it gets next.
    waiting: VecDeque<Asked>,
    /// What was saved last on this page a colleague has changed meanwhile, and whoever saves was told so:
    /// the next time it replaces that.
    insists: bool,
}

/// A change, and where somebody asked for it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Asked {
    change: CampaignChange,
    /// The question over the page.
    dialog: Option<Dialog>,
    page: Route,
}

impl Asked {
    /// An order is shown at once, and nobody waits for it.
    fn is_awaited(&self) -> bool {
        !matches!(self.change, CampaignChange::Order(_))
    }

    /// Whether it says all that another one says, too.
    fn replaces(&self, other: &Self) -> bool {
        match (&self.change, &other.change) {
            (CampaignChange::Order(it), CampaignChange::Order(other)) => it.site == other.site,
            _ => false,
        }
    }
}

impl Asking {
    fn is_busy(&self) -> bool {
        self.asked.iter().chain(&self.waiting).any(Asked::is_awaited)
    }
}

/// Somebody wants something changed.
pub(super) fn want(model: &mut Model, change: CampaignChange) -> Vec<Effect> {
    let asked = Asked { change, dialog: model.dialog.clone(), page: model.route.clone() };
    let here = &mut model.campaigns;
    here.problem = None;
    here.missing = Missing::default();
    let mut effects = Vec::new();
    if here.asking.asked.is_none() {
        effects.push(ask(model, asked));
    } else {
        let waiting = &mut here.asking.waiting;
        waiting.retain(|it| !asked.replaces(it));
        // Pressed twice is meant once.
        if waiting.back().or(here.asking.asked.as_ref()) != Some(&asked) {
            waiting.push_back(asked);
        }
    }
    model.campaigns.busy = model.campaigns.asking.is_busy();
    effects
}

fn ask(model: &mut Model, asked: Asked) -> Effect {
    let here = &mut model.campaigns;
    let mut change = asked.change.clone();
    if let CampaignChange::Save { id, revision, .. } = &mut change {
        let made_from = here.editing.as_ref().filter(|it| it.0 == *id).map(|it| it.1);
        *revision = made_from.filter(|_| !here.asking.insists);
    }
    if let CampaignChange::Settings(_, settings) = &mut change {
        settings.insists = here.asking.insists;
    }
    here.asking.asked = Some(asked);
    Effect::Ask(Request::Campaign(change))
}

/// The answer to a change.
pub(super) fn receive(model: &mut Model, answer: Result<CampaignDone, Refusal>) -> Vec<Effect> {
    let asked = model.campaigns.asking.asked.take();
    let mut effects = match answer {
        Ok(done) => finish(model, done, asked.as_ref()),
        Err(reason) => refuse(model, reason, asked.as_ref()),
    };
    if let Some(next) = model.campaigns.asking.waiting.pop_front() {
        effects.push(ask(model, next));
    }
    model.campaigns.busy = model.campaigns.asking.is_busy();
    effects
}

/// Whoever comes to a page was told nothing there yet.
pub(super) fn forget_told(model: &mut Model) {
    model.campaigns.asking.insists = false;
}

/// What is refused is said where it was asked for; once that page was left, by itself.
fn refuse(model: &mut Model, reason: Refusal, asked: Option<&Asked>) -> Vec<Effect> {
    if asked.is_some_and(|it| it.page != model.route) {
        toast::show(model, ToastKind::Refused(reason));
    } else {
        if asked.is_some_and(Asked::is_awaited) {
            model.campaigns.answers.1 += 1;
            model.campaigns.asking.insists = reason == Refusal::Changed;
        }
        wrong(model, toast::refusal(reason));
    }
    // What was shown in advance may not be so.
    vec![Effect::Ask(Request::Campaigns)]
}

fn finish(model: &mut Model, done: CampaignDone, asked: Option<&Asked>) -> Vec<Effect> {
    if done == CampaignDone::Ordered {
        return Vec::new();
    }
    let is_left = asked.is_none_or(|it| it.page != model.route);
    if !is_left {
        model.campaigns.answers.0 += 1;
        model.campaigns.asking.insists = false;
    }
    // Nobody is thrown out of a question that was opened meanwhile, nor taken from where they have gone.
    if asked.is_some_and(|it| it.dialog == model.dialog) {
        model.dialog = None;
    }
    let mut effects = Vec::new();
    match done {
        CampaignDone::Stored => toast::show(model, ToastKind::Saved),
        CampaignDone::Created(_) if is_left => toast::show(model, ToastKind::Saved),
        CampaignDone::Created(id) => {
            // What was not saved on this page is saved as that.
            model.unsaved.clear();
            effects.extend(go(model, Route::Campaign(id)));
        }
        CampaignDone::Preview(url) => return vec![Effect::OpenLink(url)],
        CampaignDone::Saved { id, revision, refused } => {
            if model.campaigns.editing.as_ref().is_some_and(|it| it.0 == id) {
                model.campaigns.editing = Some((id, revision));
            }
            match refused {
                Some(reason) => return refuse(model, reason, asked),
                None => toast::show(model, ToastKind::Saved),
            }
        }
        CampaignDone::Ordered => (),
    }
    effects.push(Effect::Ask(Request::Campaigns));
    effects
}
