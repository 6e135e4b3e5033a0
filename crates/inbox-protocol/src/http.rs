//! Bodies of the HTTP routes; `docs/protocol.md` has the routes themselves.

use inbox_types::{
    Action, Assignment, Campaign, CampaignId, CampaignPlan, CampaignStatus, CannedReplyId,
    ContactId, ConversationId, Counts, DepartmentId, Email, File, FileId, Label, Language,
    MemberCard, MemberId, MessageText, Name, Place, ProactiveSettings, Role, Seq, SessionState,
    SiteId, SiteSettings, Text, Timestamp, TopicId, VariantKey, WorkspaceId, WorkspaceSettings,
};
use serde::{Deserialize, Serialize};

use crate::Refusal;

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

/// `GET /v1/audit`: what was done, newest first. `?before=` the number of the last row that is known
/// gives the page after it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AuditPage {
    /// At most [`AUDIT_ROWS`](inbox_types::limits::AUDIT_ROWS); fewer are the last.
    pub rows: Vec<AuditRow>,
}

/// One thing that was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its number; a later one is higher.
    pub no: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it; none if a time had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberCard>,
    /// What, by a word that never changes.
    pub deed: String,
    /// To what: an id, or a word; empty if there is nothing to say.
    pub what: String,
    /// What that is called now, if it is still known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By whose links whoever did it was signed in: it may have been one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub behind: Vec<MemberCard>,
}

/// `POST /v1/setup`: the first owner. The setup token dies with its use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// From the deployment's secrets.
    pub token: String,
    /// What the workspace is called.
    pub workspace_name: Name,
    /// What the owner is called.
    pub name: Name,
    /// The owner's sign-in name.
    pub email: Email,
    /// The owner's password.
    pub password: String,
}

/// `POST /v1/sign-in`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The sign-in name.
    pub email: Email,
    /// The password.
    pub password: String,
}

/// `GET /v1/me`, and the answer to every way of signing in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Me {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What it is called.
    pub workspace_name: Name,
    /// Who I am.
    pub member: Member,
    /// What my role allows.
    pub may: Vec<Action>,
    /// This sign-in was made by a link: until then a new password needs no old one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets_password_until: Option<Timestamp>,
}

/// A member, as admins see them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub id: MemberId,
    /// The name that visitors see.
    pub name: Name,
    /// The sign-in name.
    pub email: Option<Email>,
    /// The role.
    pub role: Role,
    /// The queues they serve.
    pub departments: Vec<DepartmentId>,
    /// Their password has ended, so that only a sign-in link lets them in; for admins.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_no_password: bool,
}

/// `PATCH /v1/members/{id}`
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MemberPatch {
    /// A new name.
    pub name: Option<Name>,
    /// A new role.
    pub role: Option<Role>,
    /// New queues.
    pub departments: Option<Vec<DepartmentId>>,
}

/// `POST /v1/invitations`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The name that visitors will see.
    pub name: Name,
    /// The sign-in name.
    pub email: Email,
    /// The role.
    pub role: Role,
    /// The queues they will serve.
    pub departments: Vec<DepartmentId>,
}

/// A link that works once: an invitation or a sign-in link. Shown once, stored as a hash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OneTimeLink {
    /// The address on the console's host, with the token in its fragment.
    pub url: String,
    /// When it stops working.
    pub expires: Timestamp,
}

/// `POST /v1/invitations/accept`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// From the link's fragment.
    pub token: String,
    /// The new member's password.
    pub password: String,
}

/// `POST /v1/sign-in-links/use`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseSignInLink {
    /// From the link's fragment.
    pub token: String,
}

/// `POST /v1/password`: ends all other sign-ins of the member, and their sockets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The old one; none is enough for a while after coming in by a sign-in link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The new one.
    pub new: String,
}

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

/// A saved reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CannedReply {
    /// Which one.
    pub id: CannedReplyId,
    /// What to type after `/`.
    pub shortcut: Label,
    /// The text; `{{name}}` stands for the contact's name.
    pub text: MessageText,
    /// Whose; none is everybody's.
    pub department: Option<DepartmentId>,
}

/// `POST /v1/canned-replies`, `PUT /v1/canned-replies/{id}`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CannedReplyForm {
    /// What to type after `/`.
    pub shortcut: Label,
    /// The text.
    pub text: MessageText,
    /// Whose; none is everybody's.
    #[serde(default)]
    pub department: Option<DepartmentId>,
}

/// What a session can be about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Topic {
    /// Which one.
    pub id: TopicId,
    /// What it is called.
    pub name: Label,
}

/// `POST /v1/topics`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicForm {
    /// What it is called.
    pub name: Label,
}

/// `GET /v1/settings`: all that the admin page shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Administration {
    /// What the workspace is called.
    pub workspace_name: Name,
    /// How the team works.
    pub settings: WorkspaceSettings,
    /// The sites.
    pub sites: Vec<Site>,
    /// The queues.
    pub departments: Vec<Department>,
    /// The people.
    pub members: Vec<Member>,
    /// Invitations that wait: name, e-mail, role, until when.
    pub invitations: Vec<Invitation>,
    /// Saved replies.
    pub canned: Vec<CannedReply>,
    /// Topics.
    pub topics: Vec<Topic>,
    /// How often apps stopped in browsers, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<Stops>,
}

/// How often an app of one build stopped in somebody's browser because of a mistake of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stops {
    /// Which app.
    pub app: App,
    /// Which build, by its hash; none if it is not the one that was served then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Text<10>>,
    /// How often.
    pub n: u64,
    /// When last.
    pub last: Timestamp,
}

/// What runs in browsers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum App {
    /// The visitor's chat.
    Widget,
    /// The desk.
    Console,
}

/// An invitation that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Invitation {
    /// The future member.
    pub id: MemberId,
    /// The name.
    pub name: Name,
    /// The sign-in name.
    pub email: Email,
    /// The role.
    pub role: Role,
    /// When it stops working.
    pub expires: Timestamp,
}

/// One sign-in of a member (`GET /v1/sign-ins`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignInView {
    /// Its public name, to revoke it by.
    pub id: String,
    /// When it began.
    pub since: Timestamp,
    /// When it was last used.
    pub last_used: Timestamp,
    /// What the browser called itself, cut.
    pub user_agent: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Where an upload stands, for resuming and for errors.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UploadState {
    /// Which file.
    pub file: FileId,
    /// Whether all its bytes are stored.
    pub complete: bool,
}

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
    /// Which one.
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

/// `POST /v1/search`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchForm {
    /// Words, quoted phrases and operators. No text is wrong.
    pub text: String,
    /// [`SearchPage::next`] of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// By how much the reader's days begin before those of UTC.
    #[serde(default)]
    pub minutes_east: i32,
}

/// The answer to a search, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SearchPage {
    /// At most [`SEARCH_ROWS`](inbox_types::limits::SEARCH_ROWS).
    pub hits: Vec<SearchHit>,
    /// Where the next page begins; none if there is none. A page need not be full to have a next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Nothing was asked for that could be looked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
    /// More was asked for than is looked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Operators whose value means nothing, as they were typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<String>,
}

/// A find, masked for its reader.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SearchHit {
    /// In which conversation.
    pub conversation: ConversationId,
    /// The message; none if it is what is known of the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// When.
    pub at: Timestamp,
    /// The contact, by name, e-mail address or telephone; none if nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Who of the team wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberCard>,
    /// The visitor wrote it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_visitor: bool,
    /// Only the team reads it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub note: bool,
    /// How the conversation stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<SessionState>,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberCard>,
    /// What was found, and what stands around it.
    pub snippet: Vec<SnippetPart>,
}

/// A part of what was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SnippetPart {
    /// The text.
    pub text: String,
    /// It was looked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub found: bool,
}
