//! What can be asked of a workspace.

use std::collections::BTreeMap;

use inbox_host::forward::Tried;
use inbox_protocol::{
    PublicConfig,
    http::{ApiScope, EndedSecrets, Me, UndeliveredEvent, Webhook},
};
use inbox_room::{Audited, AvailableTeam, ConversationRecord, Facts, FirstAnswer, Grant};
use inbox_types::{
    ApiKeyId, CampaignId, ContactId, ConversationId, DepartmentId, Email, Language, MemberId,
    Millis, Name, OpeningHours, SiteId, Timestamp, VariantKey,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::stops::Stop;

/// A question to the workspace's object. Only the edge and other objects can ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum WorkspaceRequest {
    /// Create the workspace. The edge has checked the setup token.
    Setup {
        /// What it is called.
        workspace_name: Name,
        /// What the owner is called.
        name: Name,
        /// The owner's sign-in name.
        email: Email,
        /// The owner's password.
        password: String,
        /// Whose browser it is.
        browser: Browser,
    },
    /// Sign in by password.
    SignIn {
        /// The sign-in name.
        email: Email,
        /// The password.
        password: String,
        /// Whose browser it is.
        browser: Browser,
    },
    /// Sign in by a one-time link.
    UseLink {
        /// The link's token.
        token: String,
        /// Whose browser it is.
        browser: Browser,
    },
    /// Accept an invitation.
    Accept {
        /// The link's token.
        token: String,
        /// The new member's password.
        password: String,
        /// Whose browser it is.
        browser: Browser,
    },
    /// A signed-in member asks for a command.
    By {
        /// What the cookie carries.
        cookie: String,
        /// The command's name.
        command: String,
        /// With what.
        asked: Box<Asked>,
    },
    /// Who it is that wants a socket or to upload.
    Granted {
        /// What the cookie carries.
        cookie: String,
    },
    /// What the report of a campaign is to be of; the sums are elsewhere.
    ReportOf {
        /// What the cookie carries.
        cookie: String,
        /// Which campaign.
        campaign: CampaignId,
    },
    /// What everybody may read of a site, and who may embed it.
    Site {
        /// Which one.
        site: SiteId,
    },
    /// What the loader of a site is made of.
    Loader {
        /// Which site.
        site: SiteId,
        /// The language that the page asks for.
        asked: Option<String>,
        /// What the browser reads.
        accepted: Vec<Language>,
        /// The one campaign that is to be looked at; the edge has checked the token.
        preview: Option<CampaignId>,
    },
    /// Who is available for the visitors of a site.
    Availability {
        /// Which site.
        site: SiteId,
    },
    /// The desk says who is available.
    TeamIs {
        /// Who.
        team: AvailableTeam,
        /// The first answers of late that it has not told yet.
        answers: Vec<FirstAnswer>,
    },
    /// What a campaign said to the visitor who answers it; none if there is no such campaign.
    Said {
        /// On which site.
        site: SiteId,
        /// Which one.
        campaign: CampaignId,
        /// Which of its variants.
        variant: VariantKey,
        /// The language that it was shown in, as the browser says.
        shown_in: Option<Language>,
        /// What the browser reads.
        accepted: Vec<Language>,
    },
    /// What may be counted of a site's campaigns.
    Countable {
        /// Which site.
        site: SiteId,
    },
    /// What a conversation of a site needs to know.
    Facts {
        /// Which site.
        site: SiteId,
    },
    /// What the desk needs to know.
    DeskFacts,
    /// A conversation is about to store its first event. The answer is that of [`WorkspaceRequest::Facts`].
    Register {
        /// Which one.
        conversation: ConversationId,
        /// Its site.
        site: SiteId,
        /// Its contact.
        contact: ContactId,
    },
    /// A conversation was erased, and is about to delete even the row that says so.
    Erased {
        /// Which one.
        conversation: ConversationId,
        /// What its next epoch begins with.
        standing: ConversationRecord,
    },
    /// A conversation has something to be written down. Saying it twice is harmless.
    Audit {
        /// Which one.
        conversation: ConversationId,
        /// Its number there.
        no: u64,
        /// What.
        audited: Audited,
    },
    /// A member's rights as they are now; none of whoever is not of the team.
    RightsOf {
        /// Whose.
        member: MemberId,
    },
    /// Whose key of the API this is; its use is noted. The answer is a [`KeyHolder`](super::api_keys::KeyHolder).
    KeyHolder {
        /// What the request has.
        secret: String,
    },
    /// Whether a key is still good for something: `Forbidden` if it is not.
    KeyMay {
        /// Which one.
        key: ApiKeyId,
        /// For what.
        scope: ApiScope,
    },
    /// Whose address somebody signs in with; none if nobody of the team does.
    MemberOf {
        /// The address.
        email: Email,
    },
    /// What a conversation that has nothing stored begins with, if it was ever erased.
    Standing {
        /// Which one.
        conversation: ConversationId,
    },
    /// How many conversations are registered.
    CountRegistered,
    /// The registered conversations after one, in their order.
    Registered {
        /// The last one that is known.
        after: Option<ConversationId>,
    },
    /// A webhook's receiver said that it is gone.
    DisableWebhook {
        /// Of which site.
        site: SiteId,
        /// Which address.
        url: String,
    },
    /// A conversation's next event was not taken by the webhook's receiver, or all is well again.
    Undelivered {
        /// Of which site.
        site: SiteId,
        /// Which conversation.
        conversation: ConversationId,
        /// Of which epoch of its log.
        #[serde(default = "first_epoch")]
        epoch: u32,
        /// The event that waits; none if nothing does.
        event: Option<UndeliveredEvent>,
    },
    /// What a conversation has tried to deliver to the webhook's receiver.
    Delivered {
        /// Of which site.
        site: SiteId,
        /// The attempts, in their order.
        rows: Vec<Tried>,
    },
    /// An app stopped in somebody's browser.
    Stopped {
        /// Which one.
        stop: Stop,
        /// From where this was told.
        client: String,
    },
    /// Counts more of something, where the platform does not.
    Count {
        /// What is counted.
        key: String,
        /// How much more.
        amount: u64,
        /// How much is not too much.
        limit: u64,
        /// In which span.
        span: Millis,
    },
    /// Takes back what was counted and did not come.
    Uncount {
        /// What was counted.
        key: String,
        /// How much of it did not come.
        amount: u64,
    },
}

/// What is known of a browser before it is known whose it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Browser {
    /// What it calls itself.
    pub user_agent: String,
    /// Where it is, as callers are counted.
    pub from: String,
}

/// With what a member asks for a command.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Asked {
    /// What the path names; empty if it names nothing.
    pub name: String,
    /// The parameters of the address.
    pub query: BTreeMap<String, String>,
    /// The form in the body; null if the request has none.
    pub form: Json,
}

/// Of which epoch is what was said before that was told.
fn first_epoch() -> u32 {
    ConversationRecord::default().epoch
}

/// The answer to every way of signing in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedIn {
    /// What the cookie is to carry.
    pub cookie: String,
    /// Who it is.
    pub me: Me,
}

/// The answer to [`WorkspaceRequest::Granted`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Granted {
    /// What is to be signed.
    pub grant: Grant,
    /// The sign-in that it rests on.
    pub sign_in: String,
}

/// The answer to [`WorkspaceRequest::Site`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SitePage {
    /// What everybody may read.
    pub config: PublicConfig,
    /// The origins that may embed the widget.
    pub origins: Vec<String>,
    /// When the team of its queue is there.
    pub hours: OpeningHours,
    /// Within what time its visitors are answered as a rule, if that is known.
    pub usual_wait: Option<Millis>,
    /// Who answers them now.
    pub answered_by: AnsweredBy,
}

/// Who answers a site's visitors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AnsweredBy {
    /// The desk, alone or beside the inbox that the company already has.
    Desk,
    /// That inbox alone.
    Inbox,
    /// The desk, because that inbox has been away for longer than the site allows.
    DeskInstead,
}

/// The answer to [`WorkspaceRequest::Facts`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SiteNow {
    /// What the room needs.
    pub facts: Facts,
    /// Where messages are sent on to.
    pub webhook: Option<Webhook>,
    /// What answers are not taken by any more.
    #[serde(default)]
    pub ended: EndedSecrets,
}

impl SiteNow {
    /// What answers to the site may be signed with now; nothing if its own inbox may not answer.
    #[must_use]
    pub fn taken(&self, now: Timestamp) -> Vec<&str> {
        let webhook = self.webhook.as_ref().filter(|it| it.answers);
        webhook.map(|it| it.taken(now, self.ended)).unwrap_or_default()
    }
}

/// A conversation of the register: one of the answers to [`WorkspaceRequest::Registered`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Registered {
    /// Which one.
    pub id: ConversationId,
    /// Its site.
    pub site: SiteId,
}

/// The answer to [`WorkspaceRequest::Loader`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoaderPage {
    /// What everybody may read.
    pub config: PublicConfig,
    /// What the loader evaluates; none where no campaign is live.
    pub campaigns: Option<Json>,
}

/// The answer to [`WorkspaceRequest::Availability`]; it is kept at the edge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SiteAvailability {
    /// The origins whose pages may know.
    pub origins: Vec<String>,
    /// Somebody of the site's queue is available.
    pub on: bool,
    /// The queues of which somebody is.
    pub departments: Vec<DepartmentId>,
    /// Who answers next.
    pub next: Option<Name>,
}

/// The answer to [`WorkspaceRequest::ReportOf`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportOf {
    /// What the campaign is called.
    pub name: Name,
    /// Whose object has the sums.
    pub site: SiteId,
    /// When it began; none if it never did.
    pub since: Option<Timestamp>,
    /// The site's zone.
    pub time_zone: String,
}
