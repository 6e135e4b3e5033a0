//! Bodies of the HTTP routes; `docs/protocol.md` has the routes themselves.

mod accounts;
mod api;
mod campaigns;
mod search;
mod settings;
mod sites;
mod webhook;

use inbox_types::{ContactId, File};
use serde::{Deserialize, Serialize};

use crate::Refusal;

pub use accounts::{
    AcceptInvitation, ChangePassword, Invitation, Invite, Me, Member, MemberPatch, OneTimeLink,
    Setup, SignIn, SignInView, UseSignInLink,
};
pub use api::{
    ApiConversation, ApiConversations, ApiFilter, ApiKey, ApiKeyForm, ApiScope, NewApiKey,
};
pub use campaigns::{
    Availability, CampaignCounts, CampaignForm, CampaignReport, CampaignSite, Campaigns,
    CountsForm, DayCounts, OrderForm, PlanForm, PreviewToken, StatusForm,
};
pub use search::{SearchForm, SearchHit, SearchPage, SnippetPart};
pub use settings::{
    Administration, App, AuditPage, AuditRow, CannedReply, CannedReplyForm, RebuildProgress, Stops,
    Topic, TopicForm,
};
pub use sites::{Department, DepartmentForm, Site, SiteForm, SiteSummary};
pub use webhook::{
    DeliveryAction, DeliveryFailure, DeliveryForm, DeliveryOutcome, DeliveryRow, EndedSecrets,
    NewSecret, PauseForm, PingAnswer, PingReport, PreviousSecret, SiteWebhook, Undelivered,
    UndeliveredEvent, Webhook,
};

/// Every refusal over HTTP has this body and a fitting status.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refused {
    /// Why.
    pub reason: Refusal,
}

/// `POST /v1/sites/{site}/visitors`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VisitorToken {
    /// Who the visitor is.
    pub contact: ContactId,
    /// The token, good for [`VISITOR_TOKEN_LIFE`](inbox_types::limits::VISITOR_TOKEN_LIFE).
    pub token: String,
}

/// The answer to an upload.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Uploaded {
    /// The file, to be named in a post.
    pub file: File,
}
