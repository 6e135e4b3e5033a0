//! Campaigns: the marketers' pages. What is on screen, what is asked, and the order of the list.

mod asking;
mod draft;
mod fields;
mod kind;
mod problem;
pub mod report;
pub mod sentence;
mod template;
#[cfg(test)]
mod tests;
mod tree;
mod ways;

use std::collections::BTreeMap;

use inbox_campaigns::Surroundings;
use inbox_protocol::{
    Refusal,
    http::{self, CampaignForm, CampaignReport, CampaignSite, OrderForm},
};
use inbox_text::{Phrase, console};
use inbox_types::{
    Campaign, CampaignId, CampaignPlan, CampaignStatus, ProactiveSettings, Schedule, SiteId,
    Timestamp,
};

use self::asking::Asking;
use super::{Edited, Effect, Leave, Missing, Model, Request, Route, toast, unsaved};

pub use draft::{CampaignDraft, FrequencyChoice, GoalDraft, VariantDraft, WordsDraft};
pub use fields::{Compared, Fields, Step, clock, minutes};
pub use kind::{GROUPS, Kind};
pub use problem::{FieldPath, Issue};
pub use template::{Template, blank};
pub use tree::{Node, Tree, What};
pub use ways::Ways;

/// What the marketers' pages show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Campaigns {
    /// Everything, once the relay has said it.
    pub data: Option<Box<http::Campaigns>>,
    /// The site on screen; none is the first one.
    pub site: Option<SiteId>,
    /// Archived ones are shown, and only they.
    pub archived: bool,
    /// An answer is awaited.
    pub busy: bool,
    /// The changes that were asked for and are not answered.
    asking: Asking,
    /// What the editor on screen holds was made from this revision of the campaign.
    editing: Option<(CampaignId, u32)>,
    /// How often an editor in which nothing was typed had to be drawn anew.
    pub drawn: u32,
    /// How many changes were stored, and how many refused.
    pub(super) answers: (u32, u32),
    /// What is wrong with the last attempt.
    pub problem: Option<Phrase>,
    /// What the relay could not tell this page.
    missing: Missing,
    /// What was moved last, for those who do not see it.
    pub moved: Option<CampaignId>,
    /// The reports that are known.
    pub reports: BTreeMap<CampaignId, CampaignReport>,
}

/// Something that the relay changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CampaignChange {
    /// A new one.
    Create(Box<CampaignForm>),
    /// What marketers set of one, and then perhaps its status.
    Save {
        /// Which.
        id: CampaignId,
        /// What they set.
        plan: Box<CampaignPlan>,
        /// Its status.
        status: Option<CampaignStatus>,
        /// From which revision that was made, as it is known when it is sent; none if it takes the place of
        /// whatever there is.
        revision: Option<u32>,
    },
    /// Whether it speaks.
    Status(CampaignId, CampaignStatus),
    /// Their order.
    Order(OrderForm),
    /// What holds for all of a site.
    Settings(SiteId, Box<Edited<ProactiveSettings>>),
    /// A link that shows it on the page of that address.
    Preview(CampaignId, String),
}

/// What comes back from a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CampaignDone {
    /// It is done.
    Stored,
    /// It is done, and not worth a word.
    Ordered,
    /// What marketers set is stored.
    Saved {
        /// Of which.
        id: CampaignId,
        /// As what revision.
        revision: u32,
        /// Why it did not become what it was to become then.
        refused: Option<Refusal>,
    },
    /// There is a new one.
    Created(CampaignId),
    /// The address of a preview.
    Preview(String),
}

/// What happens on the marketers' pages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CampaignMsg {
    /// Everything, as it stands now.
    Known(Result<Box<http::Campaigns>, Refusal>),
    /// A report.
    Reported(CampaignId, Result<CampaignReport, Refusal>),
    /// Another site.
    Site(SiteId),
    /// Archived ones, or the others.
    Archived(bool),
    /// One changes places with its neighbour.
    Move {
        /// Which.
        id: CampaignId,
        /// To the front.
        up: bool,
    },
    /// One was dropped on another's place.
    Drop {
        /// Which.
        id: CampaignId,
        /// On whose place.
        on: CampaignId,
    },
    /// It shall speak; if something is missing, the editor says what.
    Publish {
        /// Which.
        id: CampaignId,
        /// Whether nothing is missing, as [`Model::may_speak`] said at the press: so the rules for
        /// campaigns are fetched with the marketers' pages.
        ready: bool,
    },
    /// Somebody wants something changed.
    Change(CampaignChange),
    /// A form is not complete.
    Wrong(Phrase),
    /// The answer to a change.
    Done(Result<CampaignDone, Refusal>),
}

/// Where a campaign stands, the clock considered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Not yet.
    Draft,
    /// It speaks.
    Live,
    /// It will.
    Scheduled,
    /// It did.
    Over,
    /// For a while it does not.
    Paused,
    /// Never again.
    Archived,
}

impl Standing {
    /// Of this campaign, at that time.
    #[must_use]
    pub fn of(status: CampaignStatus, schedule: Schedule, now: Timestamp) -> Self {
        match status {
            CampaignStatus::Draft => Self::Draft,
            CampaignStatus::Paused => Self::Paused,
            CampaignStatus::Archived => Self::Archived,
            CampaignStatus::Live if schedule.until.is_some_and(|it| it <= now) => Self::Over,
            CampaignStatus::Live if schedule.from.is_some_and(|it| now < it) => Self::Scheduled,
            CampaignStatus::Live => Self::Live,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn phrase(self) -> Phrase {
        match self {
            Self::Draft => console::CAMPAIGN_DRAFT,
            Self::Live => console::CAMPAIGN_LIVE,
            Self::Scheduled => console::CAMPAIGN_SCHEDULED,
            Self::Over => console::CAMPAIGN_OVER,
            Self::Paused => console::CAMPAIGN_PAUSED,
            Self::Archived => console::CAMPAIGN_ARCHIVED,
        }
    }

    /// The look of its chip.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Live => "chip good",
            Self::Scheduled => "chip accent",
            Self::Paused | Self::Over => "chip warn",
            Self::Draft | Self::Archived => "chip",
        }
    }
}

impl Campaigns {
    /// The site on screen.
    #[must_use]
    pub fn here(&self) -> Option<&CampaignSite> {
        let sites = &self.data.as_ref()?.sites;
        let chosen = self.site.as_ref().and_then(|id| sites.iter().find(|it| it.id == *id));
        chosen.or_else(|| sites.first())
    }

    /// The campaign of that id.
    #[must_use]
    pub fn find(&self, id: &CampaignId) -> Option<&Campaign> {
        self.data.as_ref()?.campaigns.iter().find(|it| it.id == *id)
    }

    /// The site of a campaign.
    #[must_use]
    pub fn site_of(&self, campaign: &Campaign) -> Option<&CampaignSite> {
        self.data.as_ref()?.sites.iter().find(|it| it.id == campaign.site)
    }

    /// The campaigns of the list, the first one first.
    #[must_use]
    pub fn listed(&self) -> Vec<CampaignId> {
        let (Some(data), Some(site)) = (&self.data, self.here()) else { return Vec::new() };
        let shown = |it: &&Campaign| {
            it.site == site.id && (it.status == CampaignStatus::Archived) == self.archived
        };
        let mut shown: Vec<&Campaign> = data.campaigns.iter().filter(shown).collect();
        shown.sort_by_key(|it| it.rank);
        shown.into_iter().map(|it| it.id.clone()).collect()
    }
}

/// The address that shows a preview on a page.
#[must_use]
pub fn preview_address(page: &str, token: &str) -> String {
    let (page, fragment) = match page.split_once('#') {
        Some((page, fragment)) => (page, format!("#{fragment}")),
        None => (page, String::new()),
    };
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}porchlight_preview={token}{fragment}")
}

pub(super) fn update(model: &mut Model, msg: CampaignMsg) -> Vec<Effect> {
    let here = &mut model.campaigns;
    match msg {
        CampaignMsg::Known(Ok(data)) => {
            here.data = Some(data);
            here.missing.told(&mut here.problem, &Request::Campaigns);
            draw_anew(model);
            reports(model)
        }
        CampaignMsg::Known(Err(reason)) => {
            here.missing.failed(&mut here.problem, Request::Campaigns, toast::refusal(reason));
            Vec::new()
        }
        CampaignMsg::Reported(id, Ok(report)) => {
            here.missing.told(&mut here.problem, &Request::CampaignReport(id.clone()));
            here.reports.insert(id, report);
            Vec::new()
        }
        CampaignMsg::Reported(id, Err(reason)) => {
            // The list shows no numbers then.
            if model.route == Route::CampaignReport(id.clone()) {
                let request = Request::CampaignReport(id);
                here.missing.failed(&mut here.problem, request, toast::refusal(reason));
            }
            Vec::new()
        }
        CampaignMsg::Site(site) => {
            if let Some(question) = unsaved::ask(model, Leave::Site(site.clone())) {
                return question;
            }
            let here = &mut model.campaigns;
            here.moved = None;
            here.site = Some(site);
            reports(model)
        }
        CampaignMsg::Archived(on) => {
            here.archived = on;
            Vec::new()
        }
        CampaignMsg::Move { id, up } => {
            let mut order = here.listed();
            let Some(index) = order.iter().position(|it| *it == id) else { return Vec::new() };
            let other = if up { index.checked_sub(1) } else { Some(index + 1) };
            match other.filter(|it| *it < order.len()) {
                Some(other) => order.swap(index, other),
                None => return Vec::new(),
            }
            here.moved = Some(id);
            arrange(model, order)
        }
        CampaignMsg::Drop { id, on } => {
            let mut order = here.listed();
            let place = |order: &[CampaignId], id| order.iter().position(|it| it == id);
            let (Some(from), Some(to)) = (place(&order, &id), place(&order, &on)) else {
                return Vec::new();
            };
            let moved = order.remove(from);
            order.insert(to, moved);
            here.moved = Some(id);
            arrange(model, order)
        }
        CampaignMsg::Publish { id, ready } => publish(model, id, ready),
        CampaignMsg::Change(change) => asking::want(model, change),
        CampaignMsg::Wrong(problem) => wrong(model, problem),
        CampaignMsg::Done(answer) => asking::receive(model, answer),
    }
}

fn wrong(model: &mut Model, problem: Phrase) -> Vec<Effect> {
    model.campaigns.problem = Some(problem);
    Vec::new()
}

impl Model {
    /// Whether a campaign has all that it needs to be published. Of one that is not known the relay
    /// decides.
    #[must_use]
    pub fn may_speak(&self, id: &CampaignId) -> bool {
        let here = &self.campaigns;
        let troubles = here.find(id).and_then(|campaign| {
            let site = here.site_of(campaign)?;
            Some(CampaignDraft::of(campaign).troubles(&Surroundings {
                settings: &site.proactive,
                main_language: &site.main_language,
                now: self.desk.relay_time(self.now),
            }))
        });
        troubles.is_none_or(|it| it.is_empty())
    }
}

fn publish(model: &mut Model, id: CampaignId, ready: bool) -> Vec<Effect> {
    if ready {
        let change = CampaignChange::Status(id, CampaignStatus::Live);
        return update(model, CampaignMsg::Change(change));
    }
    let effects = super::go(model, Route::Campaign(id));
    model.campaigns.problem = Some(console::WRONG_TROUBLES);
    effects
}

/// The list shows the new order at once.
fn arrange(model: &mut Model, ids: Vec<CampaignId>) -> Vec<Effect> {
    let here = &mut model.campaigns;
    let Some(site) = here.here().map(|it| it.id.clone()) else { return Vec::new() };
    for it in here.data.iter_mut().flat_map(|it| it.campaigns.iter_mut()) {
        if let Some(rank) = ids.iter().position(|id| *id == it.id) {
            it.rank = u32::try_from(rank).unwrap_or(u32::MAX);
        }
    }
    asking::want(model, CampaignChange::Order(OrderForm { site, ids }))
}

/// What a colleague has saved meanwhile is shown in the editor, unless something was typed there.
fn draw_anew(model: &mut Model) {
    let Route::Campaign(id) = &model.route else { return };
    let here = &mut model.campaigns;
    let Some(revision) = here.find(id).map(|it| it.revision) else { return };
    let before = here.editing.as_ref().filter(|it| it.0 == *id).map(|it| it.1);
    let is_older = before.is_some_and(|it| it != revision);
    if is_older && (model.unsaved.on_page() || here.busy) {
        return;
    }
    here.drawn += u32::from(is_older);
    here.editing = Some((id.clone(), revision));
}

/// Somebody comes to another page: they were told nothing there yet.
pub(super) fn forget_told(model: &mut Model) {
    model.campaigns.problem = None;
}

/// What a marketers' page needs.
pub(super) fn look_again(model: &mut Model) -> Vec<Effect> {
    let here = &mut model.campaigns;
    here.missing.asked_again(&mut here.problem);
    // The desk may have been connected again: what was typed there, or refused, was made from what was
    // there then.
    if !model.unsaved.on_page() && model.campaigns.problem.is_none() {
        model.campaigns.editing = None;
        asking::forget_told(model);
    }
    draw_anew(model);
    if !model.sign_in.markets() {
        return Vec::new();
    }
    let mut effects = vec![Effect::Ask(Request::Campaigns)];
    if let Route::CampaignReport(id) | Route::Campaign(id) = &model.route {
        effects.push(Effect::Ask(Request::CampaignReport(id.clone())));
    }
    effects
}

/// The list has the last month's numbers of whatever has ever been live.
fn reports(model: &Model) -> Vec<Effect> {
    if !matches!(model.route, Route::Campaigns | Route::Desk | Route::List(_)) {
        return Vec::new();
    }
    let here = &model.campaigns;
    let counted = |id: &CampaignId| here.find(id).is_some_and(|it| it.live_since.is_some());
    let ids = here.listed().into_iter().filter(counted);
    ids.map(|id| Effect::Ask(Request::CampaignReport(id))).collect()
}
