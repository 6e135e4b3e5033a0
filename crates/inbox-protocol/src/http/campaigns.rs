//! Campaigns: what marketers work with, and what pages count.

use inbox_types::{
    Campaign, CampaignId, CampaignPlan, CampaignStatus, Counts, DepartmentId, Language, MemberCard,
    Name, ProactiveSettings, SiteId, Text, VariantKey,
};
use serde::{Deserialize, Serialize};

use super::sites::Department;

/// `GET /v1/campaigns`: all that marketers work with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Campaigns {
    /// The sites.
    pub sites: Vec<CampaignSite>,
    /// Their campaigns, archived ones included, in the order of their rank within each site.
    pub campaigns: Vec<Campaign>,
    /// Who can speak.
    pub members: Vec<MemberCard>,
    /// The queues.
    pub departments: Vec<Department>,
}

/// A site, as marketers see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CampaignSite {
    /// The site's id, which its campaigns name.
    pub id: SiteId,
    /// What it is called.
    pub name: Name,
    /// The origins that embed the widget: where a preview can be seen.
    pub origins: Vec<Text<200>>,
    /// The language of texts where the visitor's own is not there.
    pub main_language: Language,
    /// The launcher's colour, for the preview.
    pub color: Text<7>,
    /// What holds for all of its campaigns.
    pub proactive: ProactiveSettings,
}

/// `POST /v1/campaigns`: a new one, as a draft, after all others of its site.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignForm {
    /// Where it speaks.
    pub site: SiteId,
    /// What it is.
    pub plan: CampaignPlan,
}

/// `PUT /v1/campaigns/{id}`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PlanForm {
    /// The campaign's revision that this was made from; none if it is to be stored whatever there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// What it is.
    #[serde(flatten)]
    pub plan: CampaignPlan,
}

/// `POST /v1/campaigns/{id}/status`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusForm {
    /// What it shall be.
    pub status: CampaignStatus,
}

/// `POST /v1/campaigns/order`: ranks of a site's campaigns, by their order here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderForm {
    /// Of which site.
    pub site: SiteId,
    /// The first one speaks before the others.
    pub ids: Vec<CampaignId>,
}

/// `GET /v1/campaigns/{id}/report`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CampaignReport {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// By day and variant; days without any counts are not here.
    pub days: Vec<DayCounts>,
}

/// What happened on one day, in the site's zone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DayCounts {
    /// Such as `2026-11-28`.
    pub day: Text<10>,
    /// The variant, or the control group.
    pub variant: VariantKey,
    /// How often.
    pub counts: Counts,
}

/// `GET /v1/sites/{site}/availability`: asked once on a page, when a campaign lacks nothing else.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Availability {
    /// Somebody of the site's queue is available.
    pub on: bool,
    /// The queues of which somebody is.
    #[serde(default)]
    pub departments: Vec<DepartmentId>,
    /// Who answers next, if somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Name>,
    /// Where the visitor is, as the network says: ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Text<2>>,
}

/// `POST /v1/sites/{site}/counts`: what one page counted, at most once per page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountsForm {
    /// What.
    pub counts: Vec<CampaignCounts>,
}

/// What one page counted of one campaign.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignCounts {
    /// Which one.
    pub campaign: CampaignId,
    /// The visitor's variant, or the control group.
    pub variant: VariantKey,
    /// How often, at most [`COUNTS_AT_ONCE`](inbox_types::limits::COUNTS_AT_ONCE); what is 0 need not
    /// be there.
    #[serde(flatten)]
    pub counts: Counts,
}

/// `GET /v1/campaigns/{id}/preview`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PreviewToken {
    /// Goes behind `?porchlight_preview=` in the address of a page of the site; holds for
    /// [`PREVIEW_LIFE`](inbox_types::limits::PREVIEW_LIFE).
    pub token: String,
}
