//! Sites, their departments, and where their messages are sent on to.

use inbox_types::{
    Assignment, ConversationId, DepartmentId, Name, Seq, SiteId, SiteSettings, Text, Timestamp,
};
use serde::{Deserialize, Serialize};

/// A department.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Department {
    /// Which one.
    pub id: DepartmentId,
    /// What it is called.
    pub name: Name,
    /// How it finds an agent.
    pub assignment: Assignment,
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
    pub webhook: Option<Webhook>,
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

/// A signed outgoing webhook (Standard Webhooks), and whether what it leads to may answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Webhook {
    /// Where to.
    pub url: Text<2_048>,
    /// `whsec_…`; shown to admins only.
    pub secret: String,
    /// Whether it was switched off because the receiver answered 410.
    pub disabled: bool,
    /// When the site began to have a webhook without a break: what happened before is not sent.
    /// 0 is a webhook of a release that did not note it.
    #[serde(default)]
    pub since: Timestamp,
    /// Whether whoever has the secret may write into the site's conversations.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answers: bool,
    /// The secret before this one, which still holds for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousSecret>,
}

/// A secret that another one follows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PreviousSecret {
    /// `whsec_…`
    pub secret: String,
    /// Until when it holds.
    pub until: Timestamp,
}

impl Webhook {
    /// The secrets that hold now, the newest first.
    #[must_use]
    pub fn secrets(&self, now: Timestamp) -> Vec<&str> {
        let previous = self.previous.iter().filter(|it| now < it.until);
        std::iter::once(self.secret.as_str()).chain(previous.map(|it| it.secret.as_str())).collect()
    }
}

/// The conversations of a site whose next event the webhook's receiver has not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Undelivered {
    /// How many conversations wait.
    pub count: u64,
    /// Those that have waited longest, at most `limits::UNDELIVERED_SHOWN`.
    pub longest: Vec<UndeliveredEvent>,
}

/// An event that a webhook's receiver has not taken. What follows in the same conversation waits
/// behind it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UndeliveredEvent {
    /// Whose event it is.
    pub conversation: ConversationId,
    /// Its place in the conversation's log.
    pub seq: Seq,
    /// Its type, such as `message.created`.
    pub event: String,
    /// When it was tried first.
    pub since: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last attempt failed.
    pub cause: DeliveryFailure,
    /// When it is tried again; none while the webhook is switched off.
    pub next: Option<Timestamp>,
}

/// Why a delivery failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeliveryFailure {
    /// The receiver answered with a status that is no success.
    Status {
        /// The status.
        status: u16,
    },
    /// No connection, or it broke before the answer.
    Unreachable,
    /// No answer within 15 seconds.
    TooSlow,
    /// The address is not one that this deployment sends to.
    AddressRefused,
    /// The webhook is switched off.
    SwitchedOff,
}

/// `POST /v1/sites/{id}/deliveries`: what to do with an event that was not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryForm {
    /// Whose event.
    pub conversation: ConversationId,
    /// Which one; if it is no longer the next one, nothing is done.
    pub seq: Seq,
    /// What to do.
    pub action: DeliveryAction,
}

/// What to do with an event that a webhook's receiver has not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryAction {
    /// Try it at once.
    Retry,
    /// Never send it; what follows is sent.
    Skip,
}
