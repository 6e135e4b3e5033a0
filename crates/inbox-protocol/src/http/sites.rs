//! Sites and their departments.

use inbox_types::{Assignment, DepartmentId, Name, OpeningHours, SiteId, SiteSettings, Text};
use serde::{Deserialize, Serialize};

use super::{SiteWebhook, Undelivered};

/// A department.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Department {
    /// Which one.
    pub id: DepartmentId,
    /// What it is called.
    pub name: Name,
    /// How it finds an agent.
    pub assignment: Assignment,
    /// When it is there; without hours of its own, when the site is.
    #[serde(default, skip_serializing_if = "is_unset")]
    pub hours: OpeningHours,
}

fn is_unset(hours: &OpeningHours) -> bool {
    *hours == OpeningHours::default()
}

/// `POST /v1/departments`, `PUT /v1/departments/{id}`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentForm {
    /// What it is called.
    pub name: Name,
    /// How it finds an agent.
    #[serde(default)]
    pub assignment: Assignment,
    /// When it is there; left out, that stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<OpeningHours>,
}

/// A site, as everybody in the team sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SiteSummary {
    /// Which one.
    pub id: SiteId,
    /// What it is called.
    pub name: Name,
}

/// A site, as admins see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Site {
    /// Which one.
    pub id: SiteId,
    /// What it is called.
    pub name: Name,
    /// The origins that may embed the widget, such as `https://shop.example`.
    pub origins: Vec<Text<200>>,
    /// Where its sessions wait.
    pub department: Option<DepartmentId>,
    /// What visitors meet.
    pub settings: SiteSettings,
    /// What the owner pastes into their pages.
    pub script_tag: String,
    /// Where messages are sent on to, if anywhere.
    pub webhook: Option<SiteWebhook>,
    /// What the webhook's receiver has not taken; none if it took everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<Undelivered>,
}

/// `POST /v1/sites`, `PUT /v1/sites/{id}`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteForm {
    /// What it is called.
    pub name: Name,
    /// The origins that may embed the widget.
    pub origins: Vec<Text<200>>,
    /// Where its sessions wait.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// What visitors meet.
    #[serde(default)]
    pub settings: SiteSettings,
    /// Where messages are sent on to, if anywhere.
    #[serde(default)]
    pub webhook_url: Option<Text<2_048>>,
    /// Whether whoever has the webhook's secret may write into the site's conversations.
    #[serde(default)]
    pub webhook_answers: bool,
}
