//! What the tests of the workspace begin with.

use inbox_protocol::{
    Refusal,
    http::{CampaignForm, PlanForm, SiteForm},
};
use inbox_types::{
    Campaign, CampaignAction, CampaignPlan, Condition, Email, Frequency, IdError, Name, Rule,
    Schedule, Sender, SiteSettings, Timestamp, Variant, VariantKey, Words,
};

use super::state::{MemberRow, WorkspaceState};
use crate::forward::target::Reach;

/// When the tests happen.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

pub(super) fn id<T: std::str::FromStr<Err = IdError>>(raw: &str) -> T {
    raw.parse().expect("an id")
}

pub(super) fn name(raw: &str) -> Name {
    raw.to_owned().try_into().expect("a name")
}

/// The address of somebody of the team.
pub(super) fn email(who: &str) -> Email {
    format!("{who}@pots.example").try_into().expect("an e-mail")
}

/// A workspace that Olga owns, and Olga.
pub(super) fn state() -> (WorkspaceState, MemberRow) {
    let (state, _) = WorkspaceState::new(name("Pots"), id("olga"), name("Olga"), email("olga"));
    let olga = state.members[&id("olga")].clone();
    (state, olga)
}

/// The form of a shop's site.
pub(super) fn site_form(settings: SiteSettings) -> SiteForm {
    SiteForm {
        name: name("Shop"),
        origins: vec!["https://shop.example".to_owned().try_into().expect("short")],
        department: None,
        settings,
        webhook_url: None,
        webhook_answers: false,
    }
}

/// The same with the shop's site, `main-s`.
pub(super) fn shop() -> WorkspaceState {
    let (mut state, _) = state();
    let form = site_form(SiteSettings::default());
    state.put_site(id("main-s"), form, Reach::Public, |_| true, Default::default).expect("a site");
    state
}

/// What a campaign may be.
pub(super) fn plan() -> CampaignPlan {
    let text = "Questions about post?".to_owned().try_into().expect("short");
    let words = Words { text, replies: Vec::new(), draft: None };
    CampaignPlan {
        name: name("Post"),
        rule: Rule::Is { not: false, condition: Condition::PageTime { seconds: 5 } },
        schedule: Schedule::default(),
        sender: Sender::Team,
        action: CampaignAction::Bubble,
        variants: vec![Variant {
            key: VariantKey::FIRST,
            weight: 1,
            texts: [("en".parse().expect("a language"), words)].into(),
        }],
        control: 0,
        frequency: Frequency::Visit,
        during_conversation: false,
        collects_messages: false,
        goal: None,
    }
}

/// What is saved whatever there is.
pub(super) fn form(plan: CampaignPlan) -> PlanForm {
    PlanForm { revision: None, plan }
}

/// Makes a campaign of the shop.
pub(super) fn create(
    state: &mut WorkspaceState,
    campaign: &str,
    plan: CampaignPlan,
) -> Result<Campaign, Refusal> {
    let form = CampaignForm { site: id("main-s"), plan };
    state.create_campaign(id(campaign), form, NOW).map(|it| it.0)
}
