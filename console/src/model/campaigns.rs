//! Campaigns: the marketers' pages. What is on screen, what is asked, and the order of the list.

mod draft;
mod fields;
mod kind;
mod problem;
pub mod report;
pub mod sentence;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeMap;

use inbox_campaigns::Surroundings;
use inbox_protocol::{
    Refusal,
    http::{self, CampaignForm, CampaignReport, CampaignSite, OrderForm},
};
use inbox_text::{Phrase, console};
use inbox_types::{
    Campaign, CampaignAction, CampaignId, CampaignPlan, CampaignStatus, Condition, Frequency, How,
    Name, ProactiveSettings, Rule, Schedule, Sender, SiteId, TextMatch, Timestamp, Variant,
    VariantKey,
};

use super::{Dialog, Effect, Leave, Model, Request, Route, ToastKind, toast, unsaved};

pub use draft::{CampaignDraft, FrequencyChoice, GoalDraft, VariantDraft, WordsDraft};
pub use fields::{Compared, Fields, Step, clock, minutes};
pub use kind::{GROUPS, Kind};
pub use problem::{FieldPath, Issue};
pub use tree::{Node, Tree, What};

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
    /// The page on which the change was asked for that is awaited, and the question over it.
    asked_on: Option<(Route, Option<Dialog>)>,
    /// How many changes were stored, and how many refused.
    pub(super) answers: (u32, u32),
    /// What is wrong with the last attempt.
    pub problem: Option<Phrase>,
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
    Save(CampaignId, Box<CampaignPlan>, Option<CampaignStatus>),
    /// Whether it speaks.
    Status(CampaignId, CampaignStatus),
    /// Their order.
    Order(OrderForm),
    /// What holds for all of a site.
    Settings(SiteId, Box<ProactiveSettings>),
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

/// What a new campaign begins with.
#[must_use]
pub fn blank(name: Name) -> CampaignPlan {
    CampaignPlan {
        name,
        rule: Rule::All { of: Vec::new() },
        schedule: Schedule::default(),
        sender: Sender::default(),
        action: CampaignAction::default(),
        variants: vec![Variant { key: VariantKey::FIRST, weight: 1, texts: BTreeMap::new() }],
        control: 0,
        frequency: Frequency::default(),
        during_conversation: false,
        collects_messages: false,
        goal: None,
    }
}

/// What a new campaign can begin with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Template {
    /// Somebody looks at the prices for a while.
    Pricing,
    /// Somebody is about to leave.
    Exit,
    /// Somebody is here again.
    Return,
}

impl Template {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Pricing, Self::Exit, Self::Return];

    /// What it is called, and what it says.
    #[must_use]
    pub fn phrases(self) -> (Phrase, Phrase) {
        match self {
            Self::Pricing => (console::TEMPLATE_PRICING, console::TEMPLATE_PRICING_TEXT),
            Self::Exit => (console::TEMPLATE_EXIT, console::TEMPLATE_EXIT_TEXT),
            Self::Return => (console::TEMPLATE_RETURN, console::TEMPLATE_RETURN_TEXT),
        }
    }

    /// When it speaks.
    #[must_use]
    pub fn rule(self) -> Rule {
        let rule = |not, condition| Rule::Is { not, condition };
        let of = match self {
            Self::Pricing => {
                let value = "/pricing".to_owned().try_into().expect("a short pattern");
                let matches = TextMatch { how: How::Begins, value };
                vec![
                    rule(false, Condition::Url { matches }),
                    rule(false, Condition::PageTime { seconds: 30 }),
                    rule(true, Condition::Chatted { days: 7 }),
                ]
            }
            Self::Exit => {
                let seconds = 20;
                vec![
                    rule(false, Condition::SiteTime { seconds }),
                    rule(false, Condition::ExitIntent),
                ]
            }
            Self::Return => vec![
                rule(false, Condition::Returning),
                rule(false, Condition::PageTime { seconds: 10 }),
            ],
        };
        Rule::All { of }
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
            reports(model)
        }
        CampaignMsg::Known(Err(reason)) => wrong(model, toast::refusal(reason)),
        CampaignMsg::Reported(id, Ok(report)) => {
            here.reports.insert(id, report);
            Vec::new()
        }
        CampaignMsg::Reported(id, Err(reason)) => {
            // The list shows no numbers then.
            let here = model.route == Route::CampaignReport(id);
            if here { wrong(model, toast::refusal(reason)) } else { Vec::new() }
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
        CampaignMsg::Change(change) => {
            here.busy = true;
            here.problem = None;
            here.asked_on = Some((model.route.clone(), model.dialog.clone()));
            vec![Effect::Ask(Request::Campaign(change))]
        }
        CampaignMsg::Wrong(problem) => wrong(model, problem),
        CampaignMsg::Done(Ok(done)) => finish(model, done),
        CampaignMsg::Done(Err(reason)) => {
            here.answers.1 += 1;
            let is_left = here.asked_on.as_ref().is_some_and(|it| it.0 != model.route);
            let mut effects = if is_left {
                here.busy = false;
                toast::show(model, ToastKind::Refused(reason));
                Vec::new()
            } else {
                wrong(model, toast::refusal(reason))
            };
            // What was shown in advance may not be so.
            effects.push(Effect::Ask(Request::Campaigns));
            effects
        }
    }
}

fn wrong(model: &mut Model, problem: Phrase) -> Vec<Effect> {
    model.campaigns.busy = false;
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
    here.problem = None;
    vec![Effect::Ask(Request::Campaign(CampaignChange::Order(OrderForm { site, ids })))]
}

fn finish(model: &mut Model, done: CampaignDone) -> Vec<Effect> {
    model.campaigns.answers.0 += 1;
    // It was asked for beside whatever else is awaited.
    if done == CampaignDone::Ordered {
        return Vec::new();
    }
    model.campaigns.busy = false;
    let (page, dialog) = model.campaigns.asked_on.take().unzip();
    // Nobody is thrown out of a question that was opened meanwhile, nor taken from where they have gone.
    if model.dialog == dialog.flatten() {
        model.dialog = None;
    }
    // Of two answers the second is not known to belong here.
    let is_left = page.is_none_or(|it| it != model.route);
    let mut effects = Vec::new();
    match done {
        CampaignDone::Stored => toast::show(model, ToastKind::Saved),
        CampaignDone::Created(_) if is_left => toast::show(model, ToastKind::Saved),
        CampaignDone::Created(id) => effects.extend(super::go(model, Route::Campaign(id))),
        CampaignDone::Preview(url) => return vec![Effect::OpenLink(url)],
        CampaignDone::Ordered => (),
    }
    effects.push(Effect::Ask(Request::Campaigns));
    effects
}

/// Somebody comes to a marketers' page.
pub(super) fn arrive(model: &mut Model) -> Vec<Effect> {
    model.campaigns.problem = None;
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
