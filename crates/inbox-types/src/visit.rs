//! What the loader records of a visit.

use serde::{Deserialize, Serialize};

use crate::{CampaignId, Language, PageTitle, PageUrl, Timestamp, VariantKey};

/// One page view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Visit {
    /// The page.
    pub url: PageUrl,
    /// Its title, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<PageTitle>,
    /// Where the visitor came from; on the first page of a visit only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<PageUrl>,
    /// When, by the browser's clock.
    pub at: Timestamp,
}

/// Where and why a session began.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct StartContext {
    /// The page it was written on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<PageUrl>,
    /// The campaign it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignId>,
    /// Which of its variants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantKey>,
    /// The language that its message was shown in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}
