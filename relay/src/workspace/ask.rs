//! What can be asked of a workspace.

use inbox_protocol::{
    PublicConfig,
    http::{
        CampaignForm, CannedReplyForm, DeliveryForm, DepartmentForm, Invite, Me, MemberPatch,
        OrderForm, SiteForm, StatusForm, TopicForm, UndeliveredEvent, Webhook,
    },
};
use inbox_room::{Audited, AvailableTeam, Facts, Grant, Standing};
use inbox_types::{
    Action, CampaignId, CampaignPlan, CannedReplyId, ContactId, ConversationId, DepartmentId,
    Email, Language, MemberId, Millis, Name, ProactiveSettings, SiteId, Timestamp, TopicId,
    VariantKey, WorkspaceSettings,
};
use serde::{Deserialize, Serialize};

use super::stops::Stop;

/// A question to the workspace's object. Only the edge and other objects can ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
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
    /// A signed-in member wants something.
    By {
        /// What the cookie carries.
        cookie: String,
        /// What the role must allow, as the route says.
        needs: Option<Action>,
        /// What.
        deed: Box<Deed>,
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
    /// A conversation is about to store its first event. The answer is that of [`Ask::Facts`].
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
        standing: Standing,
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
    /// What a conversation that has nothing stored begins with, if it was ever erased.
    Standing {
        /// Which one.
        conversation: ConversationId,
    },
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
        /// The event that waits; none if nothing does.
        event: Option<UndeliveredEvent>,
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

/// What a signed-in member can want.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
#[expect(missing_docs, reason = "docs/protocol.md has a line for each")]
pub enum Deed {
    Me,
    /// Who it is, for a socket or an upload.
    Grant,
    SignOut,
    ChangePassword {
        old: Option<String>,
        new: String,
    },
    SignIns,
    /// What was done, newest first.
    Audit {
        before: Option<u64>,
    },
    RevokeSignIn {
        id: String,
    },
    Settings,
    PutSettings {
        settings: Box<WorkspaceSettings>,
    },
    CreateSite {
        form: Box<SiteForm>,
    },
    PutSite {
        id: SiteId,
        form: Box<SiteForm>,
    },
    DeleteSite {
        id: SiteId,
    },
    /// What becomes of an event that the site's webhook has not delivered.
    Deliver {
        id: SiteId,
        form: DeliveryForm,
    },
    CreateDepartment {
        form: DepartmentForm,
    },
    PutDepartment {
        id: DepartmentId,
        form: DepartmentForm,
    },
    DeleteDepartment {
        id: DepartmentId,
        /// Where its conversations, its sites and its people go.
        to: Option<DepartmentId>,
    },
    Invite {
        invite: Invite,
    },
    PatchMember {
        id: MemberId,
        patch: MemberPatch,
    },
    DeleteMember {
        id: MemberId,
        /// Who owns what they owned.
        to: Option<MemberId>,
    },
    MakeSignInLink {
        id: MemberId,
    },
    CreateCanned {
        form: CannedReplyForm,
    },
    PutCanned {
        id: CannedReplyId,
        form: CannedReplyForm,
    },
    DeleteCanned {
        id: CannedReplyId,
    },
    CreateTopic {
        form: TopicForm,
    },
    DeleteTopic {
        id: TopicId,
    },
    Campaigns,
    CreateCampaign {
        form: Box<CampaignForm>,
    },
    PutCampaign {
        id: CampaignId,
        plan: Box<CampaignPlan>,
    },
    SetCampaignStatus {
        id: CampaignId,
        form: StatusForm,
    },
    OrderCampaigns {
        form: OrderForm,
    },
    PutProactive {
        site: SiteId,
        settings: Box<ProactiveSettings>,
    },
    /// What a report is to be of; the sums are elsewhere.
    ReportOf {
        id: CampaignId,
    },
    Preview {
        id: CampaignId,
    },
}

/// The answer to every way of signing in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedIn {
    /// What the cookie is to carry.
    pub cookie: String,
    /// Who it is.
    pub me: Me,
}

/// The answer to [`Deed::Grant`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Granted {
    /// What is to be signed.
    pub grant: Grant,
    /// The sign-in that it rests on.
    pub sign_in: String,
}

/// The answer to [`Ask::Site`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SitePage {
    /// What everybody may read.
    pub config: PublicConfig,
    /// The origins that may embed the widget.
    pub origins: Vec<String>,
}

/// The answer to [`Ask::Facts`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SiteNow {
    /// What the room needs.
    pub facts: Facts,
    /// Where messages are sent on to.
    pub webhook: Option<Webhook>,
}

/// A conversation of the register: one of the answers to [`Ask::Registered`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Registered {
    /// Which one.
    pub id: ConversationId,
    /// Its site.
    pub site: SiteId,
}

/// The answer to [`Ask::Loader`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoaderPage {
    /// What everybody may read.
    pub config: PublicConfig,
    /// What the loader evaluates; none where no campaign is live.
    pub campaigns: Option<serde_json::Value>,
}

/// The answer to [`Ask::Availability`]; it is kept at the edge.
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

/// The answer to [`Deed::ReportOf`].
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
