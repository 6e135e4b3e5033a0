//! Campaigns: what marketers say to visitors who have not said anything, when, and to whom.
//!
//! Values only. `inbox-campaigns` has the rules: what may be saved, what the loader is given,
//! and what a report says.

mod rule;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    CampaignId, Holiday, Label, Language, MemberId, Name, OfficeHours, OpeningHours, SiteId, Text,
    Timestamp,
};

pub use rule::{Bounds, Condition, Device, How, Rule, TextMatch, ValueMatch};

/// The words of a campaign.
pub type CampaignText = Text<400>;
/// What something of a page is compared with: part of an address, a title, an attribute.
pub type Pattern = Text<500>;
/// The name of an attribute, of an event or of a part of a query.
pub type FactName = Text<60>;

/// A campaign, as it is stored and as marketers see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Campaign {
    /// Which one.
    pub id: CampaignId,
    /// The site it speaks on.
    pub site: SiteId,
    /// Whether it speaks.
    pub status: CampaignStatus,
    /// Its place among the site's campaigns: of two that could speak, the lower one does.
    pub rank: u32,
    /// When it last began to be live; counts of the report begin here.
    #[serde(default)]
    pub live_since: Option<Timestamp>,
    /// How often what marketers set was set otherwise. Whoever saves what they made from an older one is
    /// told so.
    #[serde(default, skip_serializing_if = "is_none")]
    pub revision: u32,
    /// What marketers set.
    #[serde(flatten)]
    pub plan: CampaignPlan,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_none(revision: &u32) -> bool {
    *revision == 0
}

/// A campaign, as agents see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CampaignCard {
    /// Which one.
    pub id: CampaignId,
    /// What it is called, or was called then.
    pub name: Name,
}

/// What marketers set of a campaign.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CampaignPlan {
    /// What it is called; visitors never see it.
    pub name: Name,
    /// When it speaks.
    pub rule: Rule,
    /// From when and until when.
    #[serde(default)]
    pub schedule: Schedule,
    /// Who speaks.
    #[serde(default)]
    pub sender: Sender,
    /// What happens.
    #[serde(default)]
    pub action: CampaignAction,
    /// What is said; more than one is an experiment.
    pub variants: Vec<Variant>,
    /// Of a hundred eligible visitors, how many see nothing, to compare with.
    #[serde(default)]
    pub control: u8,
    /// How often one visitor meets it.
    #[serde(default)]
    pub frequency: Frequency,
    /// Also while the visitor has an open conversation.
    #[serde(default)]
    pub during_conversation: bool,
    /// Also while nobody is available: the message waits for the team.
    #[serde(default)]
    pub collects_messages: bool,
    /// What it is for.
    #[serde(default)]
    pub goal: Option<Goal>,
}

/// Whether a campaign speaks.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CampaignStatus {
    /// Not yet.
    #[default]
    Draft,
    /// It does, within its schedule.
    Live,
    /// For a while it does not.
    Paused,
    /// Never again; its report stays.
    Archived,
}

/// From when and until when a campaign speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Schedule {
    /// The first instant; none is at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The first instant after it; none is for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// In whose name a campaign speaks.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "who", content = "member", rename_all = "snake_case")]
pub enum Sender {
    /// The team's.
    #[default]
    Team,
    /// Of whoever of the site's queue is available; the team's if nobody is.
    NextAvailable,
    /// Of one member.
    Member(MemberId),
}

/// What happens when a campaign speaks.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CampaignAction {
    /// A bubble beside the launcher.
    #[default]
    Bubble,
    /// The panel opens. On phones it is a bubble all the same: nobody wants a page covered.
    Open,
}

/// One way to say it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Variant {
    /// `a`, `b` …; never reused within a campaign.
    pub key: VariantKey,
    /// Its share of those who are not in the control group, beside the others' weights.
    pub weight: u8,
    /// The words by language; where a language is missing, the site's main language, and else the first.
    pub texts: BTreeMap<Language, Words>,
}

/// What is said in one language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Words {
    /// The message.
    pub text: CampaignText,
    /// Answers to press; pressing one sends it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<Label>,
    /// What stands in the composer, to be sent or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<CampaignText>,
}

/// A variant's name within its campaign; the control group has one too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VariantKey(u8);

impl VariantKey {
    /// Those who see nothing.
    pub const CONTROL: Self = Self(b'0');
    /// The first way to say it.
    pub const FIRST: Self = Self(b'a');

    /// The name of the `index`-th variant; `a` to `z`, and none beyond.
    #[must_use]
    pub fn nth(index: usize) -> Option<Self> {
        let offset = u8::try_from(index).ok().filter(|it| *it < 26)?;
        Some(Self(b'a' + offset))
    }

    /// The letter.
    #[must_use]
    pub fn letter(self) -> char {
        char::from(self.0)
    }
}

/// Why a string is no [`VariantKey`].
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a variant is a letter from a to z, or 0 for the control group")]
pub struct VariantKeyError;

impl TryFrom<String> for VariantKey {
    type Error = VariantKeyError;

    fn try_from(raw: String) -> Result<Self, VariantKeyError> {
        match raw.as_bytes() {
            [it @ (b'0' | b'a'..=b'z')] => Ok(Self(*it)),
            _ => Err(VariantKeyError),
        }
    }
}

impl From<VariantKey> for String {
    fn from(key: VariantKey) -> Self {
        key.letter().into()
    }
}

/// How often one visitor meets a campaign.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(tag = "how", content = "days", rename_all = "snake_case")]
pub enum Frequency {
    /// Once, for ever; without the site's consent setting once per visit.
    Once,
    /// Once per visit.
    #[default]
    Visit,
    /// Again after so many days; needs the site's consent setting.
    EveryDays(u16),
    /// On each visit until it was answered.
    UntilAnswered,
}

/// What a campaign is for, and until when after it was met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Goal {
    /// What counts.
    pub what: GoalKind,
    /// Within so many hours after the visitor was eligible; at most
    /// [`GOAL_HOURS`](crate::limits::GOAL_HOURS), and without the site's consent setting within the visit.
    pub hours: u16,
}

/// What counts as reaching a goal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "goal", rename_all = "snake_case")]
pub enum GoalKind {
    /// A page is reached.
    Url {
        /// Which.
        matches: TextMatch,
    },
    /// The page tells of an event: `Porchlight('track', name)`.
    Event {
        /// Which.
        name: FactName,
    },
    /// A conversation starts.
    Conversation,
    /// `Porchlight('track', 'purchase', { value })`; values are added up.
    Purchase,
}

/// What a site sets for all of its campaigns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ProactiveSettings {
    /// Visitors may be remembered beyond their visit: how often they were here, what they have
    /// met, which variant is theirs. For sites that have their visitors' consent, or need none.
    pub remember_visitors: bool,
    /// Campaigns of one visit at most.
    pub per_visit: u8,
    /// Campaigns of one visitor in thirty days at most; needs [`Self::remember_visitors`].
    pub per_visitor: u8,
    /// The site's zone, an IANA name such as `Asia/Ho_Chi_Minh`.
    pub time_zone: Text<64>,
    /// When the team is there. For campaigns, none is always.
    pub office_hours: Vec<OfficeHours>,
    /// Days on which nobody is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
}

impl ProactiveSettings {
    /// When the team of the site is there.
    #[must_use]
    pub fn opening_hours(&self) -> OpeningHours {
        OpeningHours {
            time_zone: self.time_zone.clone(),
            week: self.office_hours.clone(),
            holidays: self.holidays.clone(),
        }
    }
}

impl Default for ProactiveSettings {
    fn default() -> Self {
        Self {
            remember_visitors: false,
            per_visit: 2,
            per_visitor: 6,
            time_zone: crate::hours::utc(),
            office_hours: Vec::new(),
            holidays: Vec::new(),
        }
    }
}

/// What happened to those who met the conditions of a campaign, in one variant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Visitors who met all conditions, whether they saw anything or not.
    pub eligible: u64,
    /// Who saw it.
    pub shown: u64,
    /// Who pressed the message or an answer.
    pub clicked: u64,
    /// Who closed it.
    pub dismissed: u64,
    /// Who began a conversation by it.
    pub conversations: u64,
    /// Who reached the goal in time.
    pub goals: u64,
    /// What was bought, in hundredths of a unit.
    pub value: u64,
}
