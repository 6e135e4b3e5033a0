//! What conversations and the desk say to each other: plain messages, at least once, and
//! saying them twice is harmless. Text in them is not masked: they never leave the server.

use std::collections::BTreeMap;

use inbox_protocol::{BulkOperation, Refusal};
use inbox_types::{
    CampaignCard, CloseCause, ContactDetails, ContactId, ConversationId, DepartmentId, Label,
    Language, MemberId, OfferId, OfferKind, OfferOutcome, PageUrl, Presence, Seq, SessionNo,
    SessionState, SiteId, Timestamp, TopicId,
};
use serde::{Deserialize, Serialize};

use crate::{Conn, Grant};

/// What the desk wants of a conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskCommand {
    /// Offer the waiting session to this agent. The conversation may refuse; the outcome comes
    /// in a summary, a refusal as [`RoomReport::OfferRefused`].
    Offer {
        /// Which session was meant.
        session: SessionNo,
        /// Since when it waits, as far as the desk knows; comes back with a refusal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queued_at: Option<Timestamp>,
        /// To whom, and what the agent may do, checked again by the rules.
        grant: Grant,
    },
    /// The agent answered in the pop-up.
    Answer {
        /// Who answers.
        grant: Grant,
        /// Which offer.
        offer: OfferId,
        /// Yes or no.
        accept: bool,
    },
    /// The agent at this connection follows up the session that waits: they have room.
    Take {
        /// From which connection it was asked for; nobody else is told if it fails.
        conn: Conn,
        /// Which session was meant.
        session: SessionNo,
        /// Since when it had waited.
        queued_at: Option<Timestamp>,
        /// Who does it.
        grant: Grant,
    },
    /// What an agent asked for cannot be.
    Refuse {
        /// From which connection it was asked for.
        conn: Conn,
        /// Why not.
        reason: Refusal,
    },
    /// One item of a bulk operation.
    Bulk {
        /// Who does it.
        grant: Grant,
        /// The operation's name; comes back in [`RoomReport::Bulk`].
        ticket: String,
        /// What.
        operation: BulkOperation,
        /// To which session it is done, where it is done to one: that which was on screen when it was asked
        /// for, or which the desk knew then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionNo>,
    },
    /// How the owner, or an agent who is asked, is from now on. Offline is the desk's last word
    /// after a minute without a connection: offers end, sessions go as the setting says.
    Presence {
        /// Who.
        agent: MemberId,
        /// How.
        presence: Presence,
        /// Since when they have had no connection; only of who is offline. What was given to them
        /// after that is not left with them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
    /// Another offer of the same agent is shown first: this one can be answered until then. It must
    /// be heard before the offer ends, so the shell retries it.
    Postpone {
        /// Which offer.
        offer: OfferId,
        /// Until when.
        until: Timestamp,
    },
    /// The member's rights changed: grants of an older version end here. The console dials
    /// again with a new grant.
    RightsChanged {
        /// Who.
        agent: MemberId,
        /// The version that holds from now on.
        version: u64,
    },
    /// The member is no longer of the team: sockets close for good, legs end.
    MemberRemoved {
        /// Who.
        agent: MemberId,
        /// Who owns from now on what they owned; none is as when an owner leaves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<MemberId>,
    },
    /// Something that the conversation names may be gone: a queue, a member or the site. The shell
    /// asks the workspace how things are before it passes this on.
    Look,
    /// Say again how the conversation stands, and which agents have a socket there: the desk is being
    /// rebuilt.
    Report,
}

/// What a conversation tells the desk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RoomReport {
    /// How it stands. Applied if its version is newer than the one that the desk has.
    Summary(Box<Summary>),
    /// An agent wants to follow up a session that waits. Whether they have room only the desk knows,
    /// which answers by [`DeskCommand::Take`] or [`DeskCommand::Refuse`].
    Wanted {
        /// From which connection.
        conn: Conn,
        /// Which session.
        session: SessionNo,
        /// Since when it waits: what is said twice is no wish for its next turn in the queue.
        queued_at: Option<Timestamp>,
        /// How the conversation stood then: what it told before says nothing of this wish.
        #[serde(default)]
        version: Version,
        /// Who.
        agent: MemberId,
    },
    /// An offer was refused, so the reserved place is free again.
    OfferRefused {
        /// Which session was meant.
        session: SessionNo,
        /// Which turn in the queue: a refusal that is said twice frees no place of a later one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queued_at: Option<Timestamp>,
        /// Who was to be asked.
        agent: MemberId,
        /// Why.
        reason: Refusal,
    },
    /// How one item of a bulk operation ended.
    Bulk {
        /// The operation's name.
        ticket: String,
        /// None is success.
        refused: Option<Refusal>,
        /// How the conversation stands after it, so that the desk knows what was done before it hears
        /// that it was done: summaries go another way and may come later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<Box<Summary>>,
    },
    /// The conversation was erased: the desk forgets it. Summaries of an older epoch that still
    /// arrive are ignored.
    Erased {
        /// The epoch from now on.
        epoch: u32,
    },
    /// Which agents have a socket here: a change of rights must reach them all, whatever part
    /// they have in the session. A number is never given twice, so that what is not listed up to
    /// the last one is gone for good, in whichever order reports arrive.
    Sockets {
        /// The last number that is known of.
        up_to: Conn,
        /// Those that are open.
        agents: Vec<AgentSocket>,
    },
}

/// An agent's socket to a conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgentSocket {
    /// Its number there.
    pub conn: Conn,
    /// Whose.
    pub agent: MemberId,
    /// The version of the rights that it was opened with.
    pub version: u64,
}

/// The agents' sockets of one conversation, as the desk keeps them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SocketsRow {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Those that are open, as far as it said; a row of none is deleted.
    pub agents: Vec<AgentSocket>,
}

/// The order of a conversation's summaries: it never goes back.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub struct Version {
    /// Rises with every erasure.
    pub epoch: u32,
    /// The last event.
    pub seq: Seq,
    /// The sum of all marks of what was seen.
    pub seen: u64,
}

/// How a conversation stands, for lists, routing and notifications.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Its version.
    pub version: Version,
    /// The site.
    pub site: SiteId,
    /// The contact.
    pub contact: ContactId,
    /// What is known of the contact, without the team's remarks.
    pub details: ContactDetails,
    /// The contact's tags.
    pub tags: Vec<Label>,
    /// Whether the contact is blocked.
    pub blocked: bool,
    /// To be erased, and shown to nobody until then (D-block-and-erase).
    pub hidden: bool,
    /// The language in force.
    pub language: Language,
    /// The current or last session.
    pub session: SessionSummary,
    /// The last public message.
    pub last: Option<LastMessage>,
    /// The last public messages, oldest first, for the pop-up; only while an offer runs.
    pub recent: Vec<LastMessage>,
    /// Messages of the visitor so far.
    pub n_visitor_messages: u64,
    /// How many of those stood before the session was opened or reopened.
    pub n_before_session: u64,
    /// How many of those each agent has seen who ever looked.
    pub seen: BTreeMap<MemberId, u64>,
}

/// A public message, as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LastMessage {
    /// Its beginning; empty if only files were sent or it was deleted.
    pub text: String,
    /// Its beginning with all masked that its whole text hides, if that is longer: an address of
    /// which the end is cut off would not be known for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked: Option<String>,
    /// Whether the visitor wrote it.
    pub by_visitor: bool,
    /// When.
    pub at: Timestamp,
}

/// How a session stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SessionSummary {
    /// Which one.
    pub no: SessionNo,
    /// Where it stands.
    pub state: SessionState,
    /// Why it is over, if it is.
    pub closed_by: Option<CloseCause>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it was last queued: turns of the queue are counted by it.
    pub queued_at: Option<Timestamp>,
    /// Its queue.
    pub department: Option<DepartmentId>,
    /// Its owner, or its last owner once it is over.
    pub owner: Option<MemberId>,
    /// How the conversation takes its owner to be, if not available: what the desk said last of them,
    /// which may have been while they owned it at another time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_presence: Option<Presence>,
    /// Joined beside the owner, oldest first; silent supervisors are not here.
    pub others: Vec<MemberId>,
    /// Joined to supervise in silence.
    pub silent: Vec<MemberId>,
    /// Everybody who ever joined this session.
    pub ever_joined: Vec<MemberId>,
    /// Agents who were put in by somebody else, oldest first.
    pub added: Vec<Added>,
    /// Agents whose wrap-up is due.
    pub wrapup: Vec<MemberId>,
    /// Agents who are not offered this session again before it is queued anew.
    pub excluded: Vec<MemberId>,
    /// What somebody is being asked.
    pub offer: Option<OfferSummary>,
    /// The last offers that ended, oldest first.
    pub outcomes: Vec<OfferReport>,
    /// Since when the visitor waits for a reply.
    pub customer_waiting_since: Option<Timestamp>,
    /// Its place in the queue: the longest wait first.
    pub queued_since: Timestamp,
    /// When somebody last followed up: the order of group C.
    pub followed_up_at: Timestamp,
    /// Where it was opened.
    pub page: Option<PageUrl>,
    /// Whether a campaign opened it.
    pub proactive: bool,
    /// That campaign, as it was called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignCard>,
    /// What it was about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<TopicId>,
    /// How the visitor rated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<u8>,
    /// The inbox core that the company already has is answering it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// It is answered there alone, so that the desk only reads it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
}

/// An agent who was put into the session by somebody else.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Added {
    /// Who.
    pub agent: MemberId,
    /// By whom.
    pub by: MemberId,
    /// The event: what stands after the version that the desk has is news.
    pub seq: Seq,
}

/// A running offer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfferSummary {
    /// Which one.
    pub id: OfferId,
    /// Who is asked.
    pub agent: MemberId,
    /// For what.
    pub kind: OfferKind,
    /// Who asks; none is the desk.
    pub from: Option<MemberId>,
    /// Until when.
    pub deadline: Timestamp,
    /// Why, as whoever asks said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Label>,
}

/// An offer that ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfferReport {
    /// Which one.
    pub id: OfferId,
    /// The event that ended it: what stands after the version that the desk has is news.
    pub seq: Seq,
    /// Who was asked.
    pub agent: MemberId,
    /// For what.
    pub kind: OfferKind,
    /// Who asked; none is the desk.
    pub from: Option<MemberId>,
    /// How it ended.
    pub outcome: OfferOutcome,
    /// Who ended it; none if the relay did, because of what else happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
}
