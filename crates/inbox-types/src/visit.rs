//! What the loader records of a visit, and what is known of a contact.

use serde::{Deserialize, Serialize};

use crate::{CampaignId, Email, Language, Name, PageTitle, PageUrl, Phone, Timestamp, VariantKey};

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

/// The fields of a contact. Every one is text that somebody typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ContactDetails {
    /// What to call them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// An e-mail address, not verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// One more field, such as a customer number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<crate::Text<200>>,
    /// Remarks of the team; never sent to the visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<crate::Text<2_000>>,
    /// The language an agent chose, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}
