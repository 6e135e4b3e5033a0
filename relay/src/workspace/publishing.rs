//! What visitors' pages and browsers are given of the workspace: the site's configuration, its live
//! campaigns, and who is available.

use std::collections::BTreeMap;

use inbox_campaigns::{Publication, compile, words};
use inbox_protocol::Refusal;
use inbox_room::{AvailableTeam, CampaignSnapshot, FirstAnswer};
use inbox_types::{
    Campaign, CampaignCard, CampaignId, CampaignPlan, CampaignStatus, DepartmentId, Language,
    MemberCard, MemberId, Millis, Name, Schedule, Sender, SiteId, Timestamp, VariantKey,
    limits::{WAITS, WAITS_LIFE},
};
use serde_json::Value as Json;

use super::{
    counts::Countable,
    request::{AnsweredBy, LoaderPage, SiteAvailability, SitePage},
    state::{SiteRow, WorkspaceState},
    tables::{Published, Result, Workspace},
};
use crate::{
    chat_language,
    platform::{now, sql::json},
};

/// How long it is kept what loaders evaluate: a schedule may end meanwhile.
const PUBLISHED_FOR: Millis = Millis::minutes(1);

impl Workspace {
    /// What everybody may read of a site, and who may embed it. `NotFound` if it is not served.
    pub(super) fn site_page(&self, site: &SiteId) -> Result<SitePage> {
        let (origin, team) = (&self.config()?.origins.widget, self.team()?);
        let answers = self.answers()?;
        let answered_by = self.answered_by(site)?;
        let page = self.look(|it| {
            it.site(site).map(|row| SitePage {
                config: it.public(site, row, origin, &team),
                origins: row.origins.iter().map(|it| it.as_str().to_owned()).collect(),
                hours: it.hours_of(row),
                usual_wait: wait_of(&answers, row.department.as_ref(), now()),
                answered_by,
            })
        })?;
        Ok(page.flatten().ok_or(Refusal::NotFound)?)
    }

    /// Who answers the visitors of a site now.
    // AP50
    fn answered_by(&self, site: &SiteId) -> Result<AnsweredBy> {
        let settings = self.look(|it| it.site(site).map(|row| it.answered(row)))?.flatten();
        Ok(match settings.filter(|it| it.only_elsewhere) {
            None => AnsweredBy::Desk,
            Some(_) if self.is_inbox_away(site)? => AnsweredBy::DeskInstead,
            Some(_) => AnsweredBy::Inbox,
        })
    }

    /// What the loader of a site is made of, and one campaign if it is to be looked at.
    pub(super) fn loader(
        &self,
        site: &SiteId,
        asked: Option<&str>,
        accepted: &[Language],
        preview: Option<CampaignId>,
    ) -> Result<LoaderPage> {
        let (origin, team) = (&self.config()?.origins.widget, self.team()?);
        let config =
            self.look(|it| it.site(site).map(|row| it.public(site, row, origin, &team)))?;
        let config = config.flatten().ok_or(Refusal::NotFound)?;
        let (main, forced) = (&config.main_language, config.force_main_language);
        let language = chat_language::language(asked, accepted, main, forced);
        let language: Language = language.parse().expect("a language of the build");
        let campaigns = match preview {
            Some(campaign) => {
                self.with_state(|it| it.previewed(site, &campaign, &language, now()))?
            }
            None => self.published(site, &language)?,
        };
        Ok(LoaderPage { config, campaigns })
    }

    /// What loaders evaluate, made once in a while and after every change of the state.
    fn published(&self, site: &SiteId, language: &Language) -> Result<Option<Json>> {
        let (key, now) = ((site.clone(), language.clone()), now());
        let known = self.published.borrow().get(&key).cloned();
        if let Some(known) = known.filter(|it| now.since(it.at) < PUBLISHED_FOR) {
            return Ok(known.campaigns);
        }
        let campaigns = self.with_state(|it| it.published(site, language, now))?;
        let made = Published { at: now, campaigns: campaigns.clone() };
        self.published.borrow_mut().insert(key, made);
        Ok(campaigns)
    }

    /// What a campaign said to whoever reads these languages, the one that it was shown in first.
    pub(super) fn said(
        &self,
        site: &SiteId,
        campaign: &CampaignId,
        variant: VariantKey,
        shown_in: Option<&Language>,
        accepted: &[Language],
    ) -> Result<Option<CampaignSnapshot>> {
        let team = self.team()?;
        self.with_state(|it| {
            let settings = &it.site(site)?.settings;
            let (main, forced) = (&settings.main_language, settings.force_main_language);
            let asked = shown_in.map(Language::as_str);
            let language = chat_language::language(asked, accepted, main, forced).parse().ok()?;
            it.said(site, campaign, variant, &language, &team)
        })
    }

    /// Who is available for the visitors of a site. `NotFound` if it is not served.
    pub(super) fn availability(&self, site: &SiteId) -> Result<SiteAvailability> {
        let team = self.team()?;
        let known = self.look(|it| it.availability(site, &team))?;
        Ok(known.flatten().ok_or(Refusal::NotFound)?)
    }

    /// Keeps who is available and how long first answers took, as the desk says.
    pub(super) fn put_team(&self, team: AvailableTeam, answers: Vec<FirstAnswer>) -> Result<()> {
        if !answers.is_empty() {
            let kept = kept(self.answers()?, answers, now());
            self.store.run(
                "INSERT OR REPLACE INTO meta (key, body) VALUES ('answers', ?)",
                vec![json(&kept)?],
            )?;
        }
        self.store.run(
            "INSERT OR REPLACE INTO meta (key, body) VALUES ('team', ?)",
            vec![json(&team)?],
        )?;
        self.team.replace(Some(team));
        Ok(())
    }

    fn answers(&self) -> Result<Vec<FirstAnswer>> {
        let stored = self.store.body("SELECT body FROM meta WHERE key = 'answers'", Vec::new())?;
        Ok(stored.unwrap_or_default())
    }

    fn team(&self) -> Result<AvailableTeam> {
        if self.team.borrow().is_none() {
            let stored = self.store.body("SELECT body FROM meta WHERE key = 'team'", Vec::new())?;
            self.team.replace(Some(stored.unwrap_or_default()));
        }
        Ok(self.team.borrow().clone().unwrap_or_default())
    }
}

/// What is known of first answers with those that came since: the newest, as long as they count.
fn kept(mut known: Vec<FirstAnswer>, fresh: Vec<FirstAnswer>, now: Timestamp) -> Vec<FirstAnswer> {
    known.extend(fresh);
    known.retain(|it| now.since(it.at) < WAITS_LIFE);
    known.split_off(known.len().saturating_sub(WAITS))
}

/// Within what time a queue answers as a rule; without a queue, anybody.
// AV6
fn wait_of(
    answers: &[FirstAnswer],
    queue: Option<&DepartmentId>,
    now: Timestamp,
) -> Option<Millis> {
    let counts = |it: &&FirstAnswer| {
        now.since(it.at) < WAITS_LIFE && (queue.is_none() || it.department.as_ref() == queue)
    };
    let waits: Vec<Millis> = answers.iter().filter(counts).map(|it| it.waited).collect();
    inbox_hours::usual_wait(&waits)
}

impl WorkspaceState {
    /// What the loader of a site is given: its live campaigns in one language; none if there are none.
    #[must_use]
    pub fn published(&self, id: &SiteId, language: &Language, now: Timestamp) -> Option<Json> {
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
    ) -> Option<Json> {
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
    ) -> Option<Json> {
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
    ) -> Option<CampaignSnapshot> {
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
        Some(CampaignSnapshot {
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

    /// Who is available for the visitors of a site.
    #[must_use]
    pub fn availability(&self, id: &SiteId, team: &AvailableTeam) -> Option<SiteAvailability> {
        let row = self.site(id)?;
        let next = self.next(row, team);
        Some(SiteAvailability {
            origins: row.origins.iter().map(|it| it.as_str().to_owned()).collect(),
            on: next.is_some(),
            departments: team.departments.keys().cloned().collect(),
            next: next.and_then(|it| self.member(it)).map(|it| it.name.clone()),
        })
    }

    /// Who of a site's queue answers next, if somebody is available.
    fn next<'a>(&self, row: &SiteRow, team: &'a AvailableTeam) -> Option<&'a MemberId> {
        let next = match &row.department {
            Some(queue) => team.departments.get(queue),
            None => team.anybody.as_ref(),
        };
        next.filter(|it| self.member(it).is_some())
    }
}

/// Whether it speaks, or did until a moment ago: pages that were opened before still show it.
fn has_begun(campaign: &Campaign) -> bool {
    match campaign.status {
        CampaignStatus::Live | CampaignStatus::Paused => true,
        CampaignStatus::Draft | CampaignStatus::Archived => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use inbox_protocol::http::DepartmentForm;
    use inbox_types::{Assignment, OfficeHours, OpeningHours};

    use super::*;
    use crate::workspace::fixture::{NOW, create, form, id, name, plan, shop};

    #[test]
    fn what_has_run_out_is_not_published_but_can_be_looked_at() {
        let mut state = shop();
        let english = "en".parse().expect("a language");
        let until = Some(NOW.after(Millis(1)));
        let schedule = Schedule { from: None, until };
        create(&mut state, "a", CampaignPlan { schedule, ..plan() }).expect("a campaign");
        state.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        assert!(state.published(&id("main-s"), &english, NOW).is_some());
        let later = NOW.after(Millis(1));
        assert_eq!(state.published(&id("main-s"), &english, later), None);
        assert!(state.previewed(&id("main-s"), &id("a"), &english, later).is_some());
    }

    #[test]
    fn only_what_is_live_is_published_and_a_preview_is_of_anything() {
        let mut state = shop();
        let english = "en".parse().expect("a language");
        create(&mut state, "a", plan()).expect("a campaign");
        assert_eq!(state.published(&id("main-s"), &english, NOW), None);
        assert!(state.previewed(&id("main-s"), &id("a"), &english, NOW).is_some());
        assert_eq!(state.previewed(&id("main-t"), &id("a"), &english, NOW), None);
        state.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        assert!(state.published(&id("main-s"), &english, NOW).is_some());
        state.delete_site(&id("main-s")).expect("deleted");
        assert_eq!(state.published(&id("main-s"), &english, NOW), None);
        assert_eq!(state.previewed(&id("main-s"), &id("a"), &english, NOW), None);
        assert!(state.campaigns_page().campaigns.is_empty());
    }

    #[test]
    fn what_has_begun_counts_with_its_variants_and_the_control_group() {
        let mut state = shop();
        create(&mut state, "a", plan()).expect("a campaign");
        create(&mut state, "draft", plan()).expect("a campaign");
        state.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        let countable = state.countable(&id("main-s"));
        assert_eq!(countable.origins, ["https://shop.example"]);
        let variants = BTreeSet::from([VariantKey::CONTROL, VariantKey::FIRST]);
        assert_eq!(countable.campaigns, [(id("a"), variants)].into());
        state.delete_site(&id("main-s")).expect("deleted");
        assert_eq!(state.countable(&id("main-s")), Countable::default());
    }

    #[test]
    fn what_was_said_is_the_books_and_its_senders() {
        let mut state = shop();
        let language = |it: &str| it.parse::<Language>().expect("a language");
        let vietnamese = inbox_types::Words {
            text: "Hỏi về cước phí?".to_owned().try_into().expect("short"),
            replies: Vec::new(),
            draft: None,
        };
        let mut plan = CampaignPlan { sender: Sender::Member(id("olga")), ..plan() };
        plan.variants[0].texts.insert(language("vi"), vietnamese);
        create(&mut state, "a", plan.clone()).expect("a campaign");
        let nobody = AvailableTeam::default();
        let olga = AvailableTeam { anybody: Some(id("olga")), ..AvailableTeam::default() };
        let said = |state: &WorkspaceState, tag: &str, team: &AvailableTeam| {
            let (site, campaign) = (id("main-s"), id("a"));
            let said = state.said(&site, &campaign, VariantKey::FIRST, &language(tag), team)?;
            let by = said.by.map(|it| it.name.as_str().to_owned());
            Some((said.text.as_str().to_owned(), by.unwrap_or_default()))
        };
        let line = |text: &str, by: &str| Some((text.to_owned(), by.to_owned()));
        assert_eq!(said(&state, "en", &nobody), None);
        state.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
        assert_eq!(said(&state, "vi", &nobody), line("Hỏi về cước phí?", "Olga"));
        assert_eq!(said(&state, "uk", &nobody), line("Questions about post?", "Olga"));
        plan.sender = Sender::NextAvailable;
        state.put_campaign(&id("a"), form(plan), NOW).expect("changed");
        assert_eq!(said(&state, "en", &olga), line("Questions about post?", "Olga"));
        assert_eq!(said(&state, "en", &nobody), line("Questions about post?", ""));
        state.set_status(&id("a"), CampaignStatus::Archived, NOW).expect("put away");
        assert_eq!(said(&state, "en", &nobody), None);
    }

    #[test]
    fn visitors_see_whoever_is_there_and_are_told_the_hours_of_the_queue() {
        let mut state = shop();
        let site: SiteId = id("main-s");
        let hours = |weekday| OpeningHours {
            week: vec![OfficeHours { weekday, from: 540, until: 1_020 }],
            ..OpeningHours::default()
        };
        let seen = |state: &WorkspaceState, team: &AvailableTeam| {
            let row = state.site(&id("main-s")).expect("a site");
            let page = state.public(&id("main-s"), row, "https://w.example", team);
            let names = page.team.iter().map(|it| it.name.as_str().to_owned());
            (names.collect::<Vec<_>>().join(" "), state.hours_of(row))
        };
        let team =
            AvailableTeam { faces: vec![id("gone"), id("olga")], ..AvailableTeam::default() };
        assert_eq!(
            seen(&state, &AvailableTeam::default()),
            (String::new(), OpeningHours::default())
        );
        assert_eq!(seen(&state, &team), ("Olga".to_owned(), OpeningHours::default()));
        state.sites.get_mut(&site).expect("a site").settings.proactive.office_hours = hours(1).week;
        assert_eq!(seen(&state, &team), ("Olga".to_owned(), hours(1)));

        let mut serve = |hours| {
            let form = DepartmentForm { name: name("Sales"), assignment: Assignment::Offer, hours };
            state.put_department(id("sales"), form).expect("a queue");
            state.sites.get_mut(&site).expect("a site").department = Some(id("sales"));
            seen(&state, &team)
        };
        // Who serves another queue answers nobody here.
        assert_eq!(serve(None), (String::new(), hours(1)));
        assert_eq!(serve(Some(hours(2))), (String::new(), hours(2)));
        assert_eq!(serve(None), (String::new(), hours(2)));
        assert_eq!(serve(Some(OpeningHours::default())), (String::new(), hours(1)));
    }
}
