//! Campaigns: what marketers set up. What of it visitors get is in [`super::publishing`].

use std::collections::BTreeSet;

use inbox_campaigns::{Problem, Surroundings, check, regex_steps};
use inbox_protocol::{
    Refusal,
    http::{CampaignForm, CampaignSite, Campaigns, OrderForm, PreviewToken, StatusForm},
};
use inbox_types::{
    Action, Campaign, CampaignId, CampaignPlan, CampaignStatus, Condition, MemberCard, Rule,
    Sender, SiteId, Timestamp,
    limits::{CAMPAIGNS, CAMPAIGNS_LIVE, SITE_REGEX_STEPS, WORKSPACE_ITEMS},
};

use super::{
    command::{Command, Done, Method, Run, new_id},
    news::News,
    request::ReportOf,
    state::{Change, Row, SiteRow, WorkspaceState, put},
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
            let (id, plan) = (call.id()?, call.form()?);
            workspace.made(|it| it.put_campaign(&id, plan, now()))
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
        let (n_all, n_kept) = self.of_site(&site).fold((0, 0), |(all, kept), it| {
            (all + 1, kept + usize::from(it.status != CampaignStatus::Archived))
        });
        if CAMPAIGNS <= n_kept || WORKSPACE_ITEMS <= n_all {
            return Err(Refusal::TooMany);
        }
        self.must_be_saveable(&site, &plan, now)?;
        let rank = self.of_site(&site).map(|it| it.rank + 1).max().unwrap_or_default();
        let status = CampaignStatus::Draft;
        Ok(self.keep(Campaign { id, site, status, rank, live_since: None, plan }))
    }

    /// Changes a campaign.
    ///
    /// # Errors
    ///
    /// If there is none, it is archived, or it would speak and something is wrong with it.
    pub fn put_campaign(
        &mut self,
        id: &CampaignId,
        plan: CampaignPlan,
        now: Timestamp,
    ) -> Result<(Campaign, Vec<Change>), Refusal> {
        let known = self.campaign(id)?.clone();
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
        Ok(self.keep(Campaign { plan, ..known }))
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
        let (_, changes) =
            self.keep(Campaign { status, live_since: known.live_since.or(begins), ..known });
        Ok(changes)
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

#[cfg(test)]
mod tests {
    use inbox_types::{Millis, limits::RULE_CONDITIONS};

    use super::*;
    use crate::workspace::fixture::{NOW, create, id, plan, shop};

    fn order(state: &WorkspaceState) -> Vec<String> {
        state.campaigns_page().campaigns.iter().map(|it| it.id.to_string()).collect()
    }

    #[test]
    fn a_campaign_begins_as_a_draft_after_all_others() {
        let mut state = shop();
        for campaign in ["z", "a", "m"] {
            let made = create(&mut state, campaign, plan()).expect("a campaign");
            assert_eq!((made.status, made.live_since), (CampaignStatus::Draft, None));
        }
        assert_eq!(order(&state), ["z", "a", "m"]);
        let form = OrderForm { site: id("main-s"), ids: vec![id("m"), id("z")] };
        state.order_campaigns(&form).expect("an order");
        assert_eq!(order(&state), ["m", "z", "a"]);
    }

    #[test]
    fn an_order_names_each_campaign_of_its_site_once() {
        let mut state = shop();
        create(&mut state, "a", plan()).expect("a campaign");
        let mut order = |ids: &[&str]| {
            let ids = ids.iter().map(|it| id(it)).collect();
            state.order_campaigns(&OrderForm { site: id("main-s"), ids }).map(|_| ())
        };
        assert_eq!(order(&["a", "a"]), Err(Refusal::Malformed));
        assert_eq!(order(&["b"]), Err(Refusal::NotFound));
        assert_eq!(order(&["a"]), Ok(()));
    }

    #[test]
    fn a_status_goes_one_way_and_archived_is_for_ever() {
        use CampaignStatus::{Archived, Draft, Live, Paused};
        let mut state = shop();
        create(&mut state, "a", plan()).expect("a campaign");
        let mut go = |status| state.set_status(&id("a"), status, NOW).map(|_| ());
        assert_eq!(go(Paused), Err(Refusal::State));
        assert_eq!(go(Live), Ok(()));
        assert_eq!(go(Draft), Err(Refusal::State));
        assert_eq!(go(Paused), Ok(()));
        assert_eq!(go(Live), Ok(()));
        assert_eq!(go(Archived), Ok(()));
        assert_eq!(go(Archived), Ok(()));
        assert_eq!(go(Live), Err(Refusal::State));
        assert_eq!(state.put_campaign(&id("a"), plan(), NOW).map(|_| ()), Err(Refusal::State));
    }

    #[test]
    fn a_report_begins_when_the_campaign_first_did() {
        let mut state = shop();
        create(&mut state, "a", plan()).expect("a campaign");
        let later = NOW.after(Millis::days(1));
        for (status, at) in [
            (CampaignStatus::Live, NOW),
            (CampaignStatus::Paused, later),
            (CampaignStatus::Live, later),
        ] {
            state.set_status(&id("a"), status, at).expect("a status");
        }
        assert_eq!(state.campaigns[&id("a")].live_since, Some(NOW));
    }

    #[test]
    fn what_is_unfinished_is_saved_and_does_not_speak() {
        let mut state = shop();
        create(&mut state, "a", CampaignPlan { variants: Vec::new(), ..plan() }).expect("a draft");
        let live = state.set_status(&id("a"), CampaignStatus::Live, NOW);
        assert_eq!(live.map(|_| ()), Err(Refusal::Malformed));
        state.put_campaign(&id("a"), plan(), NOW).expect("it is finished");
        state.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        let empty = CampaignPlan { variants: Vec::new(), ..plan() };
        assert_eq!(state.put_campaign(&id("a"), empty, NOW).map(|_| ()), Err(Refusal::Malformed));
    }

    #[test]
    fn nothing_over_a_limit_is_saved_and_nobody_speaks_who_is_not_there() {
        let mut state = shop();
        let is = || Rule::Is { not: false, condition: Condition::ExitIntent };
        let rule = Rule::All { of: (0..=RULE_CONDITIONS).map(|_| is()).collect() };
        let made = create(&mut state, "a", CampaignPlan { rule, ..plan() });
        assert_eq!(made, Err(Refusal::Malformed));
        let nobody = CampaignPlan { sender: Sender::Member(id("nobody")), ..plan() };
        assert_eq!(create(&mut state, "a", nobody), Err(Refusal::NotFound));
        // An editor that was open while the queue was deleted.
        let asks = |department: Option<&str>| {
            let department = department.map(id);
            let is = Rule::Is { not: false, condition: Condition::Available { department } };
            CampaignPlan { rule: Rule::All { of: vec![is] }, ..plan() }
        };
        assert_eq!(create(&mut state, "a", asks(Some("gone"))), Err(Refusal::NotFound));
        assert!(create(&mut state, "a", asks(None)).is_ok());
    }

    #[test]
    fn a_site_has_room_for_so_many_and_fewer_speak_at_once() {
        let mut state = shop();
        for n in 0..CAMPAIGNS {
            create(&mut state, &format!("p{n}"), plan()).expect("there is room");
        }
        assert_eq!(create(&mut state, "more", plan()), Err(Refusal::TooMany));
        let mut live = |n| state.set_status(&id(&format!("p{n}")), CampaignStatus::Live, NOW);
        for n in 0..CAMPAIGNS_LIVE {
            live(n).expect("there is room");
        }
        assert_eq!(live(CAMPAIGNS_LIVE).map(|_| ()), Err(Refusal::TooMany));
        let archived = state.set_status(&id("p0"), CampaignStatus::Archived, NOW);
        archived.expect("it can be put away");
        create(&mut state, "more", plan()).expect("there is room again");
    }

    #[test]
    fn what_is_live_on_a_site_is_no_more_work_for_a_page_than_it_can_do() {
        let with = |n: usize| {
            let value = format!("(a|b){{{n}}}").try_into().expect("short");
            let matches = inbox_types::TextMatch { how: inbox_types::How::Regex, value };
            let condition = Condition::Title { matches };
            CampaignPlan { rule: Rule::Is { not: false, condition }, ..plan() }
        };
        let heavy = with(83);
        let each = regex_steps(&heavy);
        let n_fit = SITE_REGEX_STEPS / each;
        assert!((2..CAMPAIGNS_LIVE).contains(&n_fit), "{each}");
        let mut state = shop();
        for n in 0..=n_fit {
            create(&mut state, &format!("p{n}"), heavy.clone()).expect("a campaign");
        }
        let mut live = |n| state.set_status(&id(&format!("p{n}")), CampaignStatus::Live, NOW);
        for n in 0..n_fit {
            live(n).expect("it is quick enough");
        }
        assert_eq!(live(n_fit).map(|_| ()), Err(Refusal::TooMany));
        // What speaks already cannot grow into it either, but it can shrink.
        let larger = state.put_campaign(&id("p0"), with(99), NOW).map(|_| ());
        assert_eq!(larger, Err(Refusal::TooMany));
        state.put_campaign(&id("p0"), plan(), NOW).expect("it is quicker");
        state
            .set_status(&id(&format!("p{n_fit}")), CampaignStatus::Live, NOW)
            .expect("there is room");
    }

    #[test]
    fn who_can_speak_is_who_answers() {
        let state = shop();
        let members: Vec<String> =
            state.campaigns_page().members.iter().map(|it| it.id.to_string()).collect();
        assert_eq!(members, ["olga"]);
    }
}
