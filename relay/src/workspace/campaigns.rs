//! Campaigns in the book: what marketers set up, and what of it is published.

use std::collections::{BTreeMap, BTreeSet};

use inbox_campaigns::{Problem, Publication, Surroundings, check, compile, regex_steps, words};
use inbox_protocol::{
    Refusal,
    http::{CampaignForm, CampaignSite, Campaigns, OrderForm},
};
use inbox_room::{AvailableTeam, CampaignSaid};
use inbox_types::{
    Action, Campaign, CampaignCard, CampaignId, CampaignPlan, CampaignStatus, Condition, Language,
    MemberCard, MemberId, Name, ProactiveSettings, Rule, Schedule, Sender, SiteId, Timestamp,
    VariantKey,
    limits::{CAMPAIGNS, CAMPAIGNS_LIVE, SITE_REGEX_STEPS, WORKSPACE_ITEMS},
};
use serde_json::Value;

use super::book::{Book, Change, Row, SiteRow, proactive, put};
use crate::counts::Countable;

impl Book {
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

    /// Sets what holds for all campaigns of a site.
    ///
    /// # Errors
    ///
    /// If there is no such site, or a value is outside of its bounds.
    pub fn put_proactive(
        &mut self,
        id: &SiteId,
        settings: ProactiveSettings,
        is_zone: impl FnOnce(&str) -> bool,
    ) -> Result<Vec<Change>, Refusal> {
        let row = self.sites.get_mut(id).filter(|it| !it.deleted).ok_or(Refusal::NotFound)?;
        row.settings.proactive = proactive(settings, is_zone)?;
        Ok(vec![put(Row::Site(id.clone(), Box::new(row.clone())))])
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

    /// What the loader of a site is given: its live campaigns in one language; none if there are none.
    #[must_use]
    pub fn published(&self, id: &SiteId, language: &Language, now: Timestamp) -> Option<Value> {
        let campaigns: Vec<Campaign> = self.of_site(id).cloned().collect();
        self.compiled(id, &campaigns, language, now)
    }

    /// What the loader is given to show one campaign, live or not and whatever its schedule.
    #[must_use]
    pub fn previewed(
        &self,
        site: &SiteId,
        id: &CampaignId,
        language: &Language,
        now: Timestamp,
    ) -> Option<Value> {
        let campaign = self.campaign(id).ok().filter(|it| it.site == *site)?.clone();
        let plan = CampaignPlan { schedule: Schedule::default(), ..campaign.plan };
        let shown = Campaign { status: CampaignStatus::Live, plan, ..campaign };
        self.compiled(site, &[shown], language, now)
    }

    fn compiled(
        &self,
        id: &SiteId,
        campaigns: &[Campaign],
        language: &Language,
        now: Timestamp,
    ) -> Option<Value> {
        let settings = &self.site(id)?.settings;
        let names = self.members.iter().filter(|(_, it)| it.is_here());
        let members: BTreeMap<MemberId, Name> =
            names.map(|(id, it)| (id.clone(), it.name.clone())).collect();
        compile(&Publication {
            campaigns,
            settings: &settings.proactive,
            language,
            main_language: &settings.main_language,
            members: &members,
            now,
        })
    }

    /// What a campaign said to a visitor who answers it, in the language that the loader was given it
    /// in; none if it never spoke, or not for long.
    #[must_use]
    pub fn said(
        &self,
        site: &SiteId,
        campaign: &CampaignId,
        variant: VariantKey,
        language: &Language,
        team: &AvailableTeam,
    ) -> Option<CampaignSaid> {
        let row = self.site(site)?;
        let campaign = self.of_site(site).find(|it| it.id == *campaign && has_begun(it))?;
        let variant = campaign.plan.variants.iter().find(|it| it.key == variant)?;
        let words = words(&variant.texts, language, &row.settings.main_language)?;
        let by = match &campaign.plan.sender {
            Sender::Team => None,
            Sender::NextAvailable => self.next(row, team),
            Sender::Member(id) => Some(id),
        };
        let by = by.and_then(|id| Some((id, self.member(id)?)));
        Some(CampaignSaid {
            campaign: CampaignCard { id: campaign.id.clone(), name: campaign.plan.name.clone() },
            variant: variant.key,
            by: by.map(|(id, it)| MemberCard { id: id.clone(), name: it.name.clone() }),
            text: words.text.as_str().to_owned().try_into().ok()?,
        })
    }

    /// What may be counted of a site: nothing of one that is not served.
    #[must_use]
    pub fn countable(&self, id: &SiteId) -> Countable {
        let Some(row) = self.site(id) else { return Countable::default() };
        let begun = self.of_site(id).filter(|it| has_begun(it));
        Countable {
            origins: row.origins.iter().map(|it| it.as_str().to_owned()).collect(),
            campaigns: begun
                .map(|it| {
                    let variants = it.plan.variants.iter().map(|it| it.key);
                    (it.id.clone(), variants.chain([VariantKey::CONTROL]).collect())
                })
                .collect(),
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
}

impl Book {
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

/// Whether it speaks, or did until a moment ago: pages that were opened before still show it.
fn has_begun(campaign: &Campaign) -> bool {
    match campaign.status {
        CampaignStatus::Live | CampaignStatus::Paused => true,
        CampaignStatus::Draft | CampaignStatus::Archived => false,
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
    use inbox_protocol::http::SiteForm;
    use inbox_types::{
        Condition, IdError, Millis, OfficeHours, Rule, SiteSettings, Text, Variant, Words,
        limits::RULE_CONDITIONS,
    };

    use super::*;
    use crate::forward::target::Reach;

    /// Minutes of a day.
    const DAY: u16 = 24 * 60;
    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn id<T: std::str::FromStr<Err = IdError>>(raw: &str) -> T {
        raw.parse().expect("an id")
    }

    fn name(raw: &str) -> Name {
        raw.to_owned().try_into().expect("a name")
    }

    fn site_form(settings: SiteSettings) -> SiteForm {
        SiteForm {
            name: name("Shop"),
            origins: vec![Text::try_from("https://shop.example".to_owned()).expect("short")],
            department: None,
            settings,
            webhook_url: None,
        }
    }

    fn book() -> Book {
        let email = "olga@pots.example".to_owned().try_into().expect("an e-mail");
        let (mut book, _) = Book::new(name("Pots"), id("owner"), name("Olga"), email);
        let form = site_form(SiteSettings::default());
        book.put_site(id("main-s"), form, Reach::Public, |_| true, Default::default)
            .expect("a site");
        book
    }

    fn plan() -> CampaignPlan {
        let text = "Questions about post?".to_owned().try_into().expect("short");
        let words = Words { text, replies: Vec::new(), draft: None };
        CampaignPlan {
            name: name("Post"),
            rule: Rule::Is { not: false, condition: Condition::PageTime { seconds: 5 } },
            schedule: Schedule::default(),
            sender: Sender::Team,
            action: inbox_types::CampaignAction::Bubble,
            variants: vec![Variant {
                key: VariantKey::FIRST,
                weight: 1,
                texts: [("en".parse().expect("a language"), words)].into(),
            }],
            control: 0,
            frequency: inbox_types::Frequency::Visit,
            during_conversation: false,
            collects_messages: false,
            goal: None,
        }
    }

    fn create(book: &mut Book, campaign: &str, plan: CampaignPlan) -> Result<Campaign, Refusal> {
        let form = CampaignForm { site: id("main-s"), plan };
        book.create_campaign(id(campaign), form, NOW).map(|it| it.0)
    }

    fn order(book: &Book) -> Vec<String> {
        book.campaigns_page().campaigns.iter().map(|it| it.id.to_string()).collect()
    }

    #[test]
    fn a_campaign_begins_as_a_draft_after_all_others() {
        let mut book = book();
        for campaign in ["z", "a", "m"] {
            let made = create(&mut book, campaign, plan()).expect("a campaign");
            assert_eq!((made.status, made.live_since), (CampaignStatus::Draft, None));
        }
        assert_eq!(order(&book), ["z", "a", "m"]);
        let form = OrderForm { site: id("main-s"), ids: vec![id("m"), id("z")] };
        book.order_campaigns(&form).expect("an order");
        assert_eq!(order(&book), ["m", "z", "a"]);
    }

    #[test]
    fn an_order_names_each_campaign_of_its_site_once() {
        let mut book = book();
        create(&mut book, "a", plan()).expect("a campaign");
        let mut order = |ids: &[&str]| {
            let ids = ids.iter().map(|it| id(it)).collect();
            book.order_campaigns(&OrderForm { site: id("main-s"), ids }).map(|_| ())
        };
        assert_eq!(order(&["a", "a"]), Err(Refusal::Malformed));
        assert_eq!(order(&["b"]), Err(Refusal::NotFound));
        assert_eq!(order(&["a"]), Ok(()));
    }

    #[test]
    fn a_status_goes_one_way_and_archived_is_for_ever() {
        use CampaignStatus::{Archived, Draft, Live, Paused};
        let mut book = book();
        create(&mut book, "a", plan()).expect("a campaign");
        let mut go = |status| book.set_status(&id("a"), status, NOW).map(|_| ());
        assert_eq!(go(Paused), Err(Refusal::State));
        assert_eq!(go(Live), Ok(()));
        assert_eq!(go(Draft), Err(Refusal::State));
        assert_eq!(go(Paused), Ok(()));
        assert_eq!(go(Live), Ok(()));
        assert_eq!(go(Archived), Ok(()));
        assert_eq!(go(Archived), Ok(()));
        assert_eq!(go(Live), Err(Refusal::State));
        assert_eq!(book.put_campaign(&id("a"), plan(), NOW).map(|_| ()), Err(Refusal::State));
    }

    #[test]
    fn a_report_begins_when_the_campaign_first_did() {
        let mut book = book();
        create(&mut book, "a", plan()).expect("a campaign");
        let later = NOW.after(Millis::days(1));
        for (status, at) in [
            (CampaignStatus::Live, NOW),
            (CampaignStatus::Paused, later),
            (CampaignStatus::Live, later),
        ] {
            book.set_status(&id("a"), status, at).expect("a status");
        }
        assert_eq!(book.campaigns[&id("a")].live_since, Some(NOW));
    }

    #[test]
    fn what_is_unfinished_is_saved_and_does_not_speak() {
        let mut book = book();
        create(&mut book, "a", CampaignPlan { variants: Vec::new(), ..plan() }).expect("a draft");
        let live = book.set_status(&id("a"), CampaignStatus::Live, NOW);
        assert_eq!(live.map(|_| ()), Err(Refusal::Malformed));
        book.put_campaign(&id("a"), plan(), NOW).expect("it is finished");
        book.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        let empty = CampaignPlan { variants: Vec::new(), ..plan() };
        assert_eq!(book.put_campaign(&id("a"), empty, NOW).map(|_| ()), Err(Refusal::Malformed));
    }

    #[test]
    fn nothing_over_a_limit_is_saved_and_nobody_speaks_who_is_not_there() {
        let mut book = book();
        let is = || Rule::Is { not: false, condition: Condition::ExitIntent };
        let rule = Rule::All { of: (0..=RULE_CONDITIONS).map(|_| is()).collect() };
        let made = create(&mut book, "a", CampaignPlan { rule, ..plan() });
        assert_eq!(made, Err(Refusal::Malformed));
        let nobody = CampaignPlan { sender: Sender::Member(id("nobody")), ..plan() };
        assert_eq!(create(&mut book, "a", nobody), Err(Refusal::NotFound));
        // An editor that was open while the queue was deleted.
        let asks = |department: Option<&str>| {
            let department = department.map(id);
            let is = Rule::Is { not: false, condition: Condition::Available { department } };
            CampaignPlan { rule: Rule::All { of: vec![is] }, ..plan() }
        };
        assert_eq!(create(&mut book, "a", asks(Some("gone"))), Err(Refusal::NotFound));
        assert!(create(&mut book, "a", asks(None)).is_ok());
    }

    #[test]
    fn what_has_run_out_is_not_published_but_can_be_looked_at() {
        let mut book = book();
        let english = "en".parse().expect("a language");
        let until = Some(NOW.after(Millis(1)));
        let schedule = Schedule { from: None, until };
        create(&mut book, "a", CampaignPlan { schedule, ..plan() }).expect("a campaign");
        book.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        assert!(book.published(&id("main-s"), &english, NOW).is_some());
        let later = NOW.after(Millis(1));
        assert_eq!(book.published(&id("main-s"), &english, later), None);
        assert!(book.previewed(&id("main-s"), &id("a"), &english, later).is_some());
    }

    #[test]
    fn a_site_has_room_for_so_many_and_fewer_speak_at_once() {
        let mut book = book();
        for n in 0..CAMPAIGNS {
            create(&mut book, &format!("p{n}"), plan()).expect("there is room");
        }
        assert_eq!(create(&mut book, "more", plan()), Err(Refusal::TooMany));
        let mut live = |n| book.set_status(&id(&format!("p{n}")), CampaignStatus::Live, NOW);
        for n in 0..CAMPAIGNS_LIVE {
            live(n).expect("there is room");
        }
        assert_eq!(live(CAMPAIGNS_LIVE).map(|_| ()), Err(Refusal::TooMany));
        let archived = book.set_status(&id("p0"), CampaignStatus::Archived, NOW);
        archived.expect("it can be put away");
        create(&mut book, "more", plan()).expect("there is room again");
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
        let mut book = book();
        for n in 0..=n_fit {
            create(&mut book, &format!("p{n}"), heavy.clone()).expect("a campaign");
        }
        let mut live = |n| book.set_status(&id(&format!("p{n}")), CampaignStatus::Live, NOW);
        for n in 0..n_fit {
            live(n).expect("it is quick enough");
        }
        assert_eq!(live(n_fit).map(|_| ()), Err(Refusal::TooMany));
        // What speaks already cannot grow into it either, but it can shrink.
        let larger = book.put_campaign(&id("p0"), with(99), NOW).map(|_| ());
        assert_eq!(larger, Err(Refusal::TooMany));
        book.put_campaign(&id("p0"), plan(), NOW).expect("it is quicker");
        book.set_status(&id(&format!("p{n_fit}")), CampaignStatus::Live, NOW)
            .expect("there is room");
    }

    #[test]
    fn only_what_is_live_is_published_and_a_preview_is_of_anything() {
        let mut book = book();
        let english = "en".parse().expect("a language");
        create(&mut book, "a", plan()).expect("a campaign");
        assert_eq!(book.published(&id("main-s"), &english, NOW), None);
        assert!(book.previewed(&id("main-s"), &id("a"), &english, NOW).is_some());
        assert_eq!(book.previewed(&id("main-t"), &id("a"), &english, NOW), None);
        book.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        assert!(book.published(&id("main-s"), &english, NOW).is_some());
        book.delete_site(&id("main-s")).expect("deleted");
        assert_eq!(book.published(&id("main-s"), &english, NOW), None);
        assert_eq!(book.previewed(&id("main-s"), &id("a"), &english, NOW), None);
        assert!(book.campaigns_page().campaigns.is_empty());
    }

    #[test]
    fn what_has_begun_counts_with_its_variants_and_the_control_group() {
        let mut book = book();
        create(&mut book, "a", plan()).expect("a campaign");
        create(&mut book, "draft", plan()).expect("a campaign");
        book.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        let countable = book.countable(&id("main-s"));
        assert_eq!(countable.origins, ["https://shop.example"]);
        let variants = BTreeSet::from([VariantKey::CONTROL, VariantKey::FIRST]);
        assert_eq!(countable.campaigns, [(id("a"), variants)].into());
        book.delete_site(&id("main-s")).expect("deleted");
        assert_eq!(book.countable(&id("main-s")), Countable::default());
    }

    #[test]
    fn what_was_said_is_the_books_and_its_senders() {
        let mut book = book();
        let language = |it: &str| it.parse::<Language>().expect("a language");
        let vietnamese = Words {
            text: "Hỏi về cước phí?".to_owned().try_into().expect("short"),
            replies: Vec::new(),
            draft: None,
        };
        let mut plan = CampaignPlan { sender: Sender::Member(id("owner")), ..plan() };
        plan.variants[0].texts.insert(language("vi"), vietnamese);
        create(&mut book, "a", plan.clone()).expect("a campaign");
        let nobody = AvailableTeam::default();
        let olga = AvailableTeam { anybody: Some(id("owner")), ..AvailableTeam::default() };
        let said = |book: &Book, tag: &str, team: &AvailableTeam| {
            let (site, campaign) = (id("main-s"), id("a"));
            let said = book.said(&site, &campaign, VariantKey::FIRST, &language(tag), team)?;
            let by = said.by.map(|it| it.name.as_str().to_owned());
            Some((said.text.as_str().to_owned(), by.unwrap_or_default()))
        };
        let line = |text: &str, by: &str| Some((text.to_owned(), by.to_owned()));
        assert_eq!(said(&book, "en", &nobody), None);
        book.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        assert_eq!(said(&book, "vi", &nobody), line("Hỏi về cước phí?", "Olga"));
        assert_eq!(said(&book, "uk", &nobody), line("Questions about post?", "Olga"));
        plan.sender = Sender::NextAvailable;
        book.put_campaign(&id("a"), plan, NOW).expect("changed");
        assert_eq!(said(&book, "en", &olga), line("Questions about post?", "Olga"));
        assert_eq!(said(&book, "en", &nobody), line("Questions about post?", ""));
        book.set_status(&id("a"), CampaignStatus::Archived, NOW).expect("put away");
        assert_eq!(said(&book, "en", &nobody), None);
    }

    #[test]
    fn hours_and_zone_of_a_site_are_such() {
        let mut book = book();
        let hours = |weekday, from, until| ProactiveSettings {
            office_hours: vec![OfficeHours { weekday, from, until }],
            ..ProactiveSettings::default()
        };
        let mut put = |settings, is_zone| {
            book.put_proactive(&id("main-s"), settings, |_| is_zone).map(|_| ())
        };
        assert_eq!(put(hours(7, 0, DAY), true), Ok(()));
        assert_eq!(put(hours(7, 0, DAY), false), Err(Refusal::Malformed));
        for (weekday, from, until) in [(0, 0, 1), (8, 0, 1), (1, 9, 9), (1, 0, DAY + 1)] {
            assert_eq!(put(hours(weekday, from, until), true), Err(Refusal::Malformed));
        }
    }

    #[test]
    fn an_admin_who_saves_a_site_leaves_what_marketers_set() {
        let mut book = book();
        let settings = ProactiveSettings { per_visit: 9, ..ProactiveSettings::default() };
        book.put_proactive(&id("main-s"), settings, |_| true).expect("settings");
        let form = site_form(SiteSettings::default());
        book.put_site(id("main-s"), form, Reach::Public, |_| true, Default::default)
            .expect("a site");
        assert_eq!(book.sites[&id("main-s")].settings.proactive.per_visit, 9);
    }

    #[test]
    fn who_can_speak_is_who_answers() {
        let book = book();
        let members: Vec<String> =
            book.campaigns_page().members.iter().map(|it| it.id.to_string()).collect();
        assert_eq!(members, ["owner"]);
    }
}
