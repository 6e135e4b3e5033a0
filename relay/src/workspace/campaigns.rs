//! Campaigns: what marketers set up. What of it visitors get is in [`super::publishing`].
//!
//! - **AP41** Archived campaigns keep no new one out. Of one site so many are kept as
//!   `limits::CAMPAIGNS_ARCHIVED` says: one more makes the archived one be forgotten that never spoke,
//!   or began to longest ago.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use inbox_campaigns::{Problem, Surroundings, check, regex_steps};
use inbox_protocol::{
    Refusal,
    http::{CampaignForm, CampaignSite, Campaigns, OrderForm, PlanForm, PreviewToken, StatusForm},
};
use inbox_types::{
    Action, Campaign, CampaignId, CampaignPlan, CampaignStatus, Condition, MemberCard, Rule,
    Sender, SiteId, Timestamp,
    limits::{CAMPAIGNS, CAMPAIGNS_ARCHIVED, CAMPAIGNS_LIVE, SITE_REGEX_STEPS},
};

use super::{
    command::{Command, Done, Method, Run, new_id},
    news::News,
    request::ReportOf,
    state::{Change, Row, SiteRow, WorkspaceState, campaign_key, put},
    tables::{Result, Workspace},
};
use crate::{platform::now, signed::preview};

/// What can be done with campaigns. The desk is told of those that its lists name; who edits one wakes
/// no conversation.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "campaigns",
        method: Method::Get,
        path: "/v1/campaigns",
        needs: Some(Action::EditCampaigns),
        audited: false,
        tells: None,
        run: Run::Now(|workspace, _| {
            Ok(Done::with(&workspace.with_state(WorkspaceState::campaigns_page)?))
        }),
    },
    Command {
        name: "create_campaign",
        method: Method::Post,
        path: "/v1/campaigns",
        needs: Some(Action::EditCampaigns),
        audited: true,
        tells: None,
        run: Run::Now(|workspace, call| {
            let form = call.form()?;
            workspace.made(|it| it.create_campaign(new_id("p"), form, now()))
        }),
    },
    Command {
        name: "order_campaigns",
        method: Method::Post,
        path: "/v1/campaigns/order",
        needs: Some(Action::EditCampaigns),
        audited: true,
        tells: None,
        run: Run::Now(|workspace, call| {
            let form: OrderForm = call.form()?;
            Ok(workspace.changed(|it| it.order_campaigns(&form))?.about(&form.site))
        }),
    },
    Command {
        name: "put_campaign",
        method: Method::Put,
        path: "/v1/campaigns/{id}",
        needs: Some(Action::EditCampaigns),
        audited: true,
        tells: Some(News::Desk),
        run: Run::Now(|workspace, call| {
            let (id, form) = (call.id()?, call.form()?);
            workspace.made(|it| it.put_campaign(&id, form, now()))
        }),
    },
    Command {
        name: "set_campaign_status",
        method: Method::Post,
        path: "/v1/campaigns/{id}/status",
        needs: Some(Action::EditCampaigns),
        audited: true,
        tells: Some(News::Desk),
        run: Run::Now(|workspace, call| {
            let (id, form): (_, StatusForm) = (call.id()?, call.form()?);
            let done = workspace.changed(|it| it.set_status(&id, form.status, now()))?;
            Ok(done.about(&format!("{id} {:?}", form.status)))
        }),
    },
    Command {
        name: "preview_campaign",
        method: Method::Get,
        path: "/v1/campaigns/{id}/preview",
        needs: Some(Action::EditCampaigns),
        audited: true,
        tells: None,
        run: Run::Now(|workspace, call| {
            let id = call.id()?;
            let site = workspace.with_state(|it| it.campaign(&id).map(|it| it.site.clone()))??;
            let token = preview::sign(&site, &id, &workspace.config()?.preview_key, now());
            Ok(Done::with(&PreviewToken { token }).about(&id))
        }),
    },
];

impl Workspace {
    /// What the report of a campaign is to be of.
    pub(super) fn report_of(&self, id: &CampaignId) -> Result<ReportOf> {
        let of = self.with_state(|it| {
            let campaign = it.campaign(id)?;
            let row = it.site(&campaign.site).ok_or(Refusal::NotFound)?;
            Ok::<_, Refusal>(ReportOf {
                name: campaign.plan.name.clone(),
                site: campaign.site.clone(),
                since: campaign.live_since,
                time_zone: row.settings.proactive.time_zone.as_str().to_owned(),
            })
        })?;
        Ok(of?)
    }
}

impl WorkspaceState {
    /// A campaign of a site that is served.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn campaign(&self, id: &CampaignId) -> Result<&Campaign, Refusal> {
        let campaign = self.campaigns.get(id).ok_or(Refusal::NotFound)?;
        self.site(&campaign.site).map(|_| campaign).ok_or(Refusal::NotFound)
    }

    /// A new campaign, as a draft, after all others of its site.
    ///
    /// # Errors
    ///
    /// If there is no such site, there are too many, or something is over a limit.
    pub fn create_campaign(
        &mut self,
        id: CampaignId,
        form: CampaignForm,
        now: Timestamp,
    ) -> Result<(Campaign, Vec<Change>), Refusal> {
        let CampaignForm { site, plan } = form;
        self.site(&site).ok_or(Refusal::NotFound)?;
        let kept = self.of_site(&site).filter(|it| it.status != CampaignStatus::Archived);
        if CAMPAIGNS <= kept.count() {
            return Err(Refusal::TooMany);
        }
        self.must_be_saveable(&site, &plan, now)?;
        let rank = self.of_site(&site).map(|it| it.rank + 1).max().unwrap_or_default();
        let mut changes = self.make_room_for_plan(&id, &plan)?;
        let status = CampaignStatus::Draft;
        let (made, kept) =
            self.keep(Campaign { id, site, status, rank, live_since: None, revision: 0, plan });
        changes.extend(kept);
        Ok((made, changes))
    }

    /// Changes a campaign.
    ///
    /// # Errors
    ///
    /// If there is none, it is archived, somebody has changed it since, or it would speak and something is
    /// wrong with it.
    pub fn put_campaign(
        &mut self,
        id: &CampaignId,
        PlanForm { revision, plan }: PlanForm,
        now: Timestamp,
    ) -> Result<(Campaign, Vec<Change>), Refusal> {
        let known = self.campaign(id)?.clone();
        // What is saved twice, because the first answer was lost, was changed by nobody else.
        if revision.is_some_and(|it| it != known.revision) && plan != known.plan {
            return Err(Refusal::Changed);
        }
        match known.status {
            CampaignStatus::Archived => return Err(Refusal::State),
            CampaignStatus::Live => {
                self.must_be_sound(&known.site, &plan, now)?;
                self.must_be_quick(&known, &plan)?;
            }
            CampaignStatus::Draft | CampaignStatus::Paused => {
                self.must_be_saveable(&known.site, &plan, now)?;
            }
        }
        let mut changes = self.make_room_for_plan(id, &plan)?;
        let revision = known.revision + u32::from(plan != known.plan);
        let (made, kept) = self.keep(Campaign { plan, revision, ..known });
        changes.extend(kept);
        Ok((made, changes))
    }

    /// Begins, pauses or archives a campaign.
    ///
    /// # Errors
    ///
    /// If there is none, it cannot become so, or something is wrong with it.
    pub fn set_status(
        &mut self,
        id: &CampaignId,
        status: CampaignStatus,
        now: Timestamp,
    ) -> Result<Vec<Change>, Refusal> {
        use CampaignStatus::{Archived, Draft, Live, Paused};

        let known = self.campaign(id)?.clone();
        match (known.status, status) {
            (Draft, Draft) | (Live, Live) | (Paused, Paused) | (Archived, Archived) => {
                return Ok(Vec::new());
            }
            (Draft | Paused, Live) => {
                self.must_be_sound(&known.site, &known.plan, now)?;
                self.must_be_quick(&known, &known.plan)?;
                let n_live = self.of_site(&known.site).filter(|it| it.status == Live).count();
                if CAMPAIGNS_LIVE <= n_live {
                    return Err(Refusal::TooMany);
                }
            }
            (Live, Paused) | (Draft | Live | Paused, Archived) => {}
            (Live | Paused | Archived, Draft) | (Draft | Archived, Paused) | (Archived, Live) => {
                return Err(Refusal::State);
            }
        }
        let begins = (status == Live).then_some(now);
        let mut changes = match status {
            Archived => self.make_room_for_archived(&known.site),
            Draft | Live | Paused => Vec::new(),
        };
        let (_, kept) =
            self.keep(Campaign { status, live_since: known.live_since.or(begins), ..known });
        changes.extend(kept);
        Ok(changes)
    }

    /// Forgets archived campaigns of a site until there is room for one more.
    // AP41
    fn make_room_for_archived(&mut self, site: &SiteId) -> Vec<Change> {
        let archived = self.of_site(site).filter(|it| it.status == CampaignStatus::Archived);
        let mut archived: Vec<_> =
            archived.map(|it| (it.live_since, it.rank, it.id.clone())).collect();
        archived.sort();
        let n_over = (archived.len() + 1).saturating_sub(CAMPAIGNS_ARCHIVED);
        let forget = |(_, _, id): (_, _, CampaignId)| {
            self.campaigns.remove(&id);
            Change::Remove(campaign_key(&id))
        };
        archived.into_iter().take(n_over).map(forget).collect()
    }

    /// Ranks a site's campaigns; those that are not named come after, as they stood.
    ///
    /// # Errors
    ///
    /// If one of them is none of the site's, or is named twice.
    pub fn order_campaigns(&mut self, form: &OrderForm) -> Result<Vec<Change>, Refusal> {
        self.site(&form.site).ok_or(Refusal::NotFound)?;
        let named: BTreeSet<&CampaignId> = form.ids.iter().collect();
        if named.len() != form.ids.len() {
            return Err(Refusal::Malformed);
        }
        let mut known: Vec<&Campaign> = self.of_site(&form.site).collect();
        if !named.iter().all(|id| known.iter().any(|it| it.id == **id)) {
            return Err(Refusal::NotFound);
        }
        known.sort_by_key(|it| it.rank);
        let rest = known.iter().map(|it| &it.id).filter(|it| !named.contains(it));
        let order: Vec<CampaignId> = form.ids.iter().chain(rest).cloned().collect();
        let mut changes = Vec::new();
        for (rank, id) in (0..).zip(order) {
            let moved = self.campaigns.get_mut(&id).filter(|it| it.rank != rank);
            if let Some(campaign) = moved {
                campaign.rank = rank;
                changes.push(put(Row::Campaign(Box::new(campaign.clone()))));
            }
        }
        Ok(changes)
    }

    /// All that marketers work with.
    #[must_use]
    pub fn campaigns_page(&self) -> Campaigns {
        let sites = self.sites.iter().filter(|(_, it)| !it.deleted);
        let mut campaigns: Vec<Campaign> =
            self.campaigns.values().filter(|it| self.site(&it.site).is_some()).cloned().collect();
        campaigns.sort_by(|a, b| (&a.site, a.rank).cmp(&(&b.site, b.rank)));
        let speaks =
            self.members.iter().filter(|(_, it)| it.is_here() && self.may(it, Action::Reply));
        Campaigns {
            sites: sites.map(|(id, row)| campaign_site(id, row)).collect(),
            campaigns,
            members: speaks
                .map(|(id, it)| MemberCard { id: id.clone(), name: it.name.clone() })
                .collect(),
            departments: self.departments.values().cloned().collect(),
        }
    }

    pub(super) fn of_site(&self, id: &SiteId) -> impl Iterator<Item = &Campaign> {
        self.campaigns.values().filter(move |it| it.site == *id)
    }

    fn keep(&mut self, campaign: Campaign) -> (Campaign, Vec<Change>) {
        self.campaigns.insert(campaign.id.clone(), campaign.clone());
        (campaign.clone(), vec![put(Row::Campaign(Box::new(campaign)))])
    }

    /// A draft may be unfinished, but nothing is over a limit or speaks for nobody.
    fn must_be_saveable(
        &self,
        site: &SiteId,
        plan: &CampaignPlan,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let problems = self.problems(site, plan, now)?;
        if problems.iter().any(Problem::is_over_limit) { Err(Refusal::Malformed) } else { Ok(()) }
    }

    /// What speaks has nothing wrong with it.
    fn must_be_sound(
        &self,
        site: &SiteId,
        plan: &CampaignPlan,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let problems = self.problems(site, plan, now)?;
        if problems.is_empty() { Ok(()) } else { Err(Refusal::Malformed) }
    }

    /// A page goes through the regular expressions of all that is live on its site.
    fn must_be_quick(&self, campaign: &Campaign, plan: &CampaignPlan) -> Result<(), Refusal> {
        let others = self.of_site(&campaign.site).filter(|it| it.id != campaign.id);
        let live = others.filter(|it| it.status == CampaignStatus::Live);
        let n_steps: usize = live.map(|it| regex_steps(&it.plan)).sum();
        if n_steps + regex_steps(plan) <= SITE_REGEX_STEPS { Ok(()) } else { Err(Refusal::TooMany) }
    }

    fn problems(
        &self,
        site: &SiteId,
        plan: &CampaignPlan,
        now: Timestamp,
    ) -> Result<Vec<Problem>, Refusal> {
        if let Sender::Member(id) = &plan.sender {
            self.member(id).ok_or(Refusal::NotFound)?;
        }
        if !self.knows_queues(&plan.rule) {
            return Err(Refusal::NotFound);
        }
        let settings = &self.site(site).ok_or(Refusal::NotFound)?.settings;
        let (settings, main_language) = (&settings.proactive, &settings.main_language);
        Ok(check(plan, &Surroundings { settings, main_language, now }))
    }

    /// Whether there are all queues for which a rule asks who is available.
    fn knows_queues(&self, rule: &Rule) -> bool {
        match rule {
            Rule::All { of } | Rule::Any { of } => of.iter().all(|it| self.knows_queues(it)),
            Rule::Is { condition: Condition::Available { department: Some(id) }, .. } => {
                self.departments.contains_key(id)
            }
            Rule::Is { .. } => true,
        }
    }
}

fn campaign_site(id: &SiteId, row: &SiteRow) -> CampaignSite {
    CampaignSite {
        id: id.clone(),
        name: row.name.clone(),
        origins: row.origins.clone(),
        main_language: row.settings.main_language.clone(),
        color: row.settings.appearance.color.clone(),
        proactive: row.settings.proactive.clone(),
    }
}
