//! An agent's socket to the desk: lists, offers, notifications, presence.
//! Messages never travel through the desk.

mod bulk;

use std::collections::BTreeMap;

use inbox_types::{
    Action, CampaignCard, CloseCause, ConversationId, DepartmentId, Email, Label, Language,
    MemberCard, MemberId, Millis, Name, OfferId, OfferKind, PageUrl, Phone, Presence, Role,
    SessionNo, SessionState, SiteId, Timestamp, WorkspaceSettings, tagged,
};
use serde::{Deserialize, Serialize};

use crate::{
    ListQuery, ListTab, Refusal, SavedView,
    http::{CannedReply, Department, SiteSummary, Topic},
};

pub use bulk::{BulkFailure, BulkOperation, BulkOutcome, BulkView};

/// What a console may say to the desk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromDesk {
    /// The first frame on every socket.
    Hello {
        /// The sender's [`VERSION`](crate::VERSION).
        version: u16,
    },
    /// The agent's own choice. `Rona` and `Offline` are refused: only the desk sets them.
    SetPresence {
        /// Which one.
        presence: Presence,
    },
    /// Which list is on screen; its first page follows, and every change of it.
    Watch {
        /// Which list.
        query: ListQuery,
        /// Where a later page begins, as `next` of a list or of the page before said. That page is sent
        /// once; the list that is watched stays as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// Which conversation is on screen and focused, if any; it is not notified about.
    Focus {
        /// Which one.
        conversation: Option<ConversationId>,
    },
    /// Answers an offer; the conversation decides.
    Answer {
        /// Which conversation.
        conversation: ConversationId,
        /// Which offer.
        offer: OfferId,
        /// Yes or no.
        accept: bool,
    },
    /// Does the same to several conversations.
    Bulk {
        /// What.
        operation: BulkOperation,
        /// Which ones.
        conversations: Vec<ConversationId>,
        /// The session that was on screen of each; without one it is the one that the desk knows when it
        /// begins. What is done to a session is not done to the one after it.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        sessions: BTreeMap<ConversationId, SessionNo>,
    },
    /// Does the same to all that stand in a list, at most
    /// [`BULK_ALL`](inbox_types::limits::BULK_ALL) of them; a transfer to as many as ever.
    BulkAll {
        /// What.
        operation: BulkOperation,
        /// Which list.
        query: ListQuery,
    },
    /// What came of a bulk operation has been read and is not told again.
    PutAway {
        /// Its [`BulkView::id`].
        bulk: String,
    },
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_yes(it: &bool) -> bool {
    *it
}

tagged! {
    "type", "ToDesk":
    /// What the desk may say.
    pub enum ToDesk {
        /// The answer to hello.
        Welcome(Box<DeskWelcome>),
        /// The workspace's people and things changed; replaces what was known.
        Workspace(Box<DeskWelcome>),
        /// The watched list: the first page in order, with the rows that changed.
        List(DeskList),
        /// A page of the watched list after its first one.
        Page(DeskPage),
        /// An agent is asked.
        Offer(Box<OfferPopup>),
        /// The offer is over; the pop-up closes on every device.
        OfferGone {
            /// Which one.
            offer: OfferId,
        },
        /// Something to notify the agent of.
        Notify(NotificationView),
        /// A notification is obsolete on every device.
        Retract {
            /// The same id as in [`NotificationView`].
            id: String,
        },
        /// Who is how.
        Presence {
            /// Who.
            member: MemberId,
            /// How.
            presence: Presence,
            /// Open sessions.
            load: u32,
        },
        /// A newer grant for conversation sockets.
        Grant {
            /// The grant.
            grant: String,
        },
        /// How far a bulk operation of this member is, and at last what came of it; told to each
        /// of their consoles.
        Bulk(Box<BulkView>),
        /// What came of a bulk operation was put away, here or on another console.
        BulkGone {
            /// Its [`BulkView::id`].
            bulk: String,
        },
        /// Somebody handed conversations to this agent.
        Received {
            /// Who.
            from: MemberCard,
            /// How many.
            count: u32,
        },
        /// The desk does not do what was asked.
        Refused {
            /// Why.
            reason: Refusal,
        },
        /// A frame of a later version. Readers skip it.
        #[serde(other)]
        Unknown,
    }
}

/// What a console must know of its workspace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskWelcome {
    /// The version both speak from now on.
    pub version: u16,
    /// The relay's clock.
    pub now: Timestamp,
    /// Who I am.
    pub me: MemberView,
    /// What my role allows, whatever the conversation.
    pub may: Vec<Action>,
    /// Everybody, me included.
    pub members: Vec<MemberView>,
    /// The queues.
    pub departments: Vec<Department>,
    /// The sites.
    pub sites: Vec<SiteSummary>,
    /// Saved replies that I may use.
    pub canned: Vec<CannedReply>,
    /// Topics to choose from.
    pub topics: Vec<Topic>,
    /// Campaigns to filter by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub campaigns: Vec<CampaignCard>,
    /// How the team works.
    pub settings: WorkspaceSettings,
    /// A grant for conversation sockets.
    pub grant: String,
    /// My open offers.
    pub offers: Vec<OfferPopup>,
    /// One digest instead of a burst: notifications that still hold.
    pub notifications: Vec<NotificationView>,
    /// Lists that I or others saved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<SavedView>,
    /// My bulk operations: what runs, and what came of those that were not put away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bulks: Vec<BulkView>,
}

/// A member as colleagues see them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemberView {
    /// Who.
    pub id: MemberId,
    /// The name.
    pub name: Name,
    /// The role.
    pub role: Role,
    /// The queues they serve.
    pub departments: Vec<DepartmentId>,
    /// Whether they can be asked.
    pub presence: Presence,
    /// Open sessions.
    pub load: u32,
}

/// The watched list as it stands now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskList {
    /// The conversations in order, at most [`LIST_ROWS`](inbox_types::limits::LIST_ROWS).
    pub order: Vec<ConversationId>,
    /// The rows that are new or changed since the last list on this socket.
    pub rows: Vec<ListRow>,
    /// How many there are in each tab, with the same states, department and campaign.
    pub counts: Counts,
    /// How many match in all; more than `order` holds if the list is cut.
    pub total: u32,
    /// In how many conversations there is something that this reader has not seen and that waits for them or
    /// for anybody, whichever list this is; none from a relay of the release before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u32>,
    /// The tabs that have more than `counts` says: of what is over only the first
    /// [`LIST_COUNTED`](inbox_types::limits::LIST_COUNTED) that a filter lets through are counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_least: Vec<ListTab>,
    /// Where the next page begins; none if there is no more. A console sends it back as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What stood in the list and does not belong to it any more. A console that has only the first
    /// page need not look; rows that changed beyond it are among `rows`, but not in `order`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<ConversationId>,
}

/// A page of a list after its first one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskPage {
    /// The place after which it begins, as the console asked for it.
    pub before: String,
    /// Its rows in order, at most [`LIST_ROWS`](inbox_types::limits::LIST_ROWS).
    pub rows: Vec<ListRow>,
    /// Where the next page begins; none if there is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How many rows each tab has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// [`ListTab::Mine`]
    pub mine: u32,
    /// [`ListTab::Team`]
    #[serde(default)]
    pub team: u32,
    /// [`ListTab::Unassigned`]
    pub unassigned: u32,
    /// [`ListTab::All`]
    pub all: u32,
}

/// How long the visitor has waited: 0 below 30 min, 1 from 30 min, 2 from 1 h, 3 from 2 h.
pub type WaitLevel = u8;

/// A row of the list, already masked for its reader.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own in the row")]
pub struct ListRow {
    /// Which conversation.
    pub conversation: ConversationId,
    /// The site.
    pub site: SiteId,
    /// The current or last session.
    pub session: SessionNo,
    /// Where it stands.
    pub state: SessionState,
    /// Why it is over, if it is.
    pub closed_by: Option<CloseCause>,
    /// What to call the contact; none shows "Visitor" and the end of the id.
    pub name: Option<Name>,
    /// The contact's e-mail, if known.
    pub email: Option<Email>,
    /// The contact's telephone, if known.
    pub phone: Option<Phone>,
    /// The language in force.
    pub language: Language,
    /// The first 140 characters of the last public message.
    pub preview: String,
    /// Whether the visitor wrote it.
    pub preview_by_visitor: bool,
    /// When that was.
    pub last_message_at: Option<Timestamp>,
    /// Visitor messages that this reader has not seen.
    pub unread: u32,
    /// Since when the visitor waits for a reply.
    pub customer_waiting_since: Option<Timestamp>,
    /// How long that is.
    pub wait_level: WaitLevel,
    /// Its queue.
    pub department: Option<DepartmentId>,
    /// Its owner.
    pub owner: Option<MemberCard>,
    /// Who takes part besides the owner.
    pub others: Vec<MemberCard>,
    /// Whether a campaign opened it.
    pub proactive: bool,
    /// That campaign, as it was called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignCard>,
    /// The company's own inbox is answering it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// The contact's tags.
    pub tags: Vec<Label>,
    /// A conference was asked for, and nobody has answered yet (D-direct-or-asked).
    pub conference_requested: bool,
    /// My wrap-up is due.
    pub wrapup_due: bool,
    /// What its reader may do here of what can be done to several conversations at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may: Vec<Action>,
}

/// A session is proposed to this agent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfferPopup {
    /// Which offer.
    pub id: OfferId,
    /// Which conversation.
    pub conversation: ConversationId,
    /// For what.
    pub kind: OfferKind,
    /// What to call the contact.
    pub name: Option<Name>,
    /// Its queue.
    pub department: Option<Name>,
    /// Who asks; none is the desk itself.
    pub from: Option<MemberCard>,
    /// The last messages, oldest first: whether the visitor wrote it, and the text, masked.
    pub messages: Vec<(bool, String)>,
    /// Whether a campaign opened it.
    pub proactive: bool,
    /// That campaign, as it was called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignCard>,
    /// Where it was opened.
    pub page: Option<PageUrl>,
    /// Why, as whoever asks said; masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Label>,
    /// When the session began.
    pub received_at: Timestamp,
    /// Until when.
    pub deadline: Timestamp,
}

/// Something to notify an agent of, already masked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NotificationView {
    /// One per agent, conversation and kind; a newer one replaces the older.
    pub id: String,
    /// What it is about.
    pub kind: NotificationKind,
    /// Which conversation.
    pub conversation: ConversationId,
    /// What to call the contact.
    pub name: Option<Name>,
    /// The beginning of the message, if it is about one.
    pub preview: String,
    /// Hidden by itself after this; none stays until it is retracted.
    pub life: Option<Millis>,
    /// How many open sites ended or failed beside it; counts per kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, u32>,
}

/// What a notification is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A session waits.
    Allocation,
    /// A visitor wrote.
    Message,
    /// This agent was added or got a transfer.
    Added,
    /// A transfer or an invitation was not accepted.
    NotAccepted,
    /// The visitor ended, or did not answer.
    Ended,
    /// The visitor has waited for long.
    Waiting,
    /// The site was deleted.
    AssetDeleted,
    /// A kind of a later version.
    #[serde(other)]
    Later,
}
