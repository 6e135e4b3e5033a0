//! An agent's socket to one conversation.

use inbox_types::{
    Action, CampaignCard, ClientId, CloseCause, Comment, ContactDetails, ContactField, ContactId,
    ConversationId, DepartmentId, FileId, Label, Language, LanguageSource, LegState, MemberCard,
    MemberId, MessageText, OfferId, OfferKind, PageUrl, Place, SessionNo, SessionState, SiteId,
    SiteSettings, Timestamp, TopicId, TransferMode, VariantKey, Visibility, Visit, tagged,
};
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

use crate::{AgentBody, Entry, Refusal};

/// What an agent's console may say to a conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromAgent {
    /// The first frame on every socket.
    Hello(AgentHello),
    /// A newer grant, received over the desk's socket.
    Renew {
        /// The grant.
        grant: String,
    },
    /// A message, a note or a whisper.
    Post {
        /// Minted where it was typed.
        client_id: ClientId,
        /// Who may read it.
        #[serde(default)]
        visibility: Visibility,
        /// What was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<MessageText>,
        /// What was uploaded for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileId>,
    },
    /// The text of a sent message changes.
    Edit {
        /// The message's place.
        of: Place,
        /// Its new text.
        text: MessageText,
    },
    /// A sent message is withdrawn.
    Delete {
        /// The message's place.
        of: Place,
    },
    /// The agent is typing, or stopped.
    Typing {
        /// Whether it goes on.
        on: bool,
    },
    /// Everything up to here was on screen.
    Seen {
        /// The last place seen.
        place: Place,
    },
    /// Follow up, reply to dialog, take over.
    Take,
    /// Yes to an offer.
    Accept {
        /// Which offer.
        offer: OfferId,
    },
    /// No to an offer.
    Decline {
        /// Which offer.
        offer: OfferId,
    },
    /// Hands the session over.
    Transfer {
        /// To whom.
        to: TransferTarget,
        /// Whether the other must accept; the workspace's setting if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<TransferMode>,
        /// How it went, said when asking and kept until it is accepted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Label>,
        /// Of which session, for another one may have begun when it comes: that is not done to the next
        /// one. None is the current one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionNo>,
    },
    /// Adds an agent.
    Invite {
        /// Whom.
        agent: MemberId,
        /// Whether the other must accept; the workspace's setting if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<TransferMode>,
        /// Of which session, for another one may have begun when it comes: that is not done to the next
        /// one. None is the current one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionNo>,
    },
    /// Withdraws the pending transfer or invitation.
    CancelOffer,
    /// Leaves; if the owner leaves, the oldest other agent owns, else it is queued.
    Leave {
        /// Of which session, for another one may have begun when it comes: that is not done to the next
        /// one. None is the current one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionNo>,
    },
    /// Joins in silence to supervise; the visitor is not told.
    Supervise,
    /// Ends the session.
    End {
        /// Ask "Do you still have questions?" first, if the site's setting is on (D-closing-question).
        ask: bool,
        /// Why, for the report.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Label>,
        /// Of which session, for another one may have begun when it comes: that is not done to the next
        /// one. None is the current one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionNo>,
    },
    /// Asks "Do you still have questions?" without ending (D-closing-question).
    Ask,
    /// Finishes the agent's wrap-up.
    Wrapup {
        /// Which session.
        session: SessionNo,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Label>,
        /// A remark for the team.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Comment>,
    },
    /// Puts the session aside.
    Snooze {
        /// Until when; none is until the next reply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// Of which session, for another one may have begun when it comes: that is not done to the next
        /// one. None is the current one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionNo>,
    },
    /// Takes a snoozed session up again.
    Wake,
    /// Reopens an ended session.
    Reopen,
    /// Blocks the contact.
    Block,
    /// Unblocks the contact.
    Unblock,
    /// Ends the visitor's tokens: every browser that has one begins as a new visitor. For who may
    /// block.
    Revoke,
    /// Erases the conversation: transcript and files.
    Erase,
    /// Fixes the language, or clears the choice.
    SetLanguage {
        /// Which one; none clears.
        language: Option<Language>,
    },
    /// Replaces the contact's fields.
    SetContact {
        /// All of them.
        details: ContactDetails,
    },
    /// Replaces the contact's tags.
    SetTags {
        /// All of them.
        tags: Vec<Label>,
    },
    /// Replaces the session's topics.
    SetTopics {
        /// All of them.
        topics: Vec<TopicId>,
        /// For which session they were chosen, which may be over when they come; none is the current
        /// one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionNo>,
    },
    /// Moves the session to another department without changing its owner; only for its owner and
    /// for who may change owners.
    SetDepartment {
        /// Which one.
        department: DepartmentId,
    },
    /// Asks for the page before `before`.
    History {
        /// The first place that the browser has.
        before: Place,
    },
    /// Asks for the address of a file in this conversation.
    Link {
        /// Which file.
        file: FileId,
    },
}

/// Who says hello, and what they have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentHello {
    /// The sender's [`VERSION`](crate::VERSION).
    pub version: u16,
    /// The epoch of what the browser has; 0 if it has nothing.
    pub epoch: u32,
    /// The last place that the browser has without a gap; none asks for the newest page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Place>,
}

/// To whom a session goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum TransferTarget {
    /// One agent.
    Agent(MemberId),
    /// A department.
    Department(DepartmentId),
}

tagged! {
    "type", "ToAgent":
    /// What the relay may say to an agent's console about one conversation.
    pub enum ToAgent {
        /// The first answer to hello.
        Welcome(Box<AgentWelcome>),
        /// What the browser missed, oldest first.
        Entries {
            /// The lines.
            entries: Vec<Entry<AgentBody>>,
        },
        /// The answer to hello is complete.
        Ready {
            /// The last place.
            head: Place,
        },
        /// Something was stored.
        Entry {
            /// The line.
            entry: Entry<AgentBody>,
        },
        /// A message has its place.
        Ack {
            /// Which message.
            client_id: ClientId,
            /// Its place.
            place: Place,
            /// When it was stored.
            at: Timestamp,
        },
        /// The conversation as it stands now; replaces what was known.
        Conversation {
            /// All but the lines.
            conversation: Box<ConversationView>,
        },
        /// The visitor or a colleague is typing, or stopped.
        Typing {
            /// The colleague; none is the visitor.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            agent: Option<MemberCard>,
            /// Whether it goes on.
            on: bool,
        },
        /// The visitor has seen everything up to here.
        Seen {
            /// The last place seen.
            place: Place,
        },
        /// This agent has seen everything up to here, in another tab or browser.
        SeenByMe {
            /// The last place seen.
            place: Place,
        },
        /// Pages the visitor went to, oldest first; replaces what was known.
        Visits {
            /// At most [`VISITS`](inbox_types::limits::VISITS).
            visits: Vec<Visit>,
        },
        /// The page before what the browser has.
        History {
            /// The lines.
            entries: Vec<Entry<AgentBody>>,
        },
        /// Where a file can be fetched for the next minutes.
        Link {
            /// Which file.
            file: FileId,
            /// Its address on the files host.
            url: String,
        },
        /// The relay does not do what was asked.
        Refused {
            /// The message that was refused, if it was one.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            client_id: Option<ClientId>,
            /// Why.
            reason: Refusal,
        },
        /// A frame of a later version. Readers skip it.
        #[serde(other)]
        Unknown,
    }
}

/// What a console must know before the first line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgentWelcome {
    /// The version both speak from now on.
    pub version: u16,
    /// The epoch of the conversation.
    pub epoch: u32,
    /// The relay's clock.
    pub now: Timestamp,
    /// What the visitor has seen.
    pub seen: Place,
    /// The last place that this agent had seen.
    pub seen_by_me: Place,
    /// Where the visitor went, oldest first.
    pub visits: Vec<Visit>,
    /// The conversation.
    pub conversation: ConversationView,
}

/// A conversation as the team sees it, already masked for its reader.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConversationView {
    /// Which one.
    pub id: ConversationId,
    /// The site.
    pub site: SiteId,
    /// The contact.
    pub contact: ContactView,
    /// The language in force.
    pub language: Language,
    /// Where it comes from.
    pub language_source: LanguageSource,
    /// The current or last session.
    pub session: Option<SessionDetail>,
    /// All sessions before it, oldest first: number, start, end and its cause.
    pub earlier: Vec<(SessionNo, Timestamp, Timestamp, CloseCause)>,
    /// What this reader may do now; the console shows nothing else.
    pub may: Vec<Action>,
    /// What the site asks of its agents.
    #[serde(default)]
    pub rules: AgentRules,
    /// The reader sees addresses and numbers masked. When that changes, what was told of the
    /// transcript before is to be forgotten and asked for again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// Of which sessions this reader's wrap-up is due, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrapups_due: Vec<SessionNo>,
    /// When everything will be erased, if it will. Until then nobody reads it, and whoever may block
    /// can keep it by unblocking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purge_at: Option<Timestamp>,
    /// The visitor was signed out everywhere: nobody reads here until they write again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed_out: bool,
}

/// What the site's settings ask of its agents, so that a console can say it before the relay refuses.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the site")]
pub struct AgentRules {
    /// Characters of a message.
    pub max_chars: u32,
    /// `<` and `>` are refused (D-message-length).
    pub reserve_angle_brackets: bool,
    /// Ending can ask "Do you still have questions?" first (D-closing-question).
    pub ask_still_questions: bool,
    /// No ending without a topic.
    pub topic_mandatory: bool,
    /// No wrap-up without a reason.
    pub wrapup_reason_required: bool,
}

impl From<&SiteSettings> for AgentRules {
    fn from(settings: &SiteSettings) -> Self {
        Self {
            max_chars: settings.agent_max_chars,
            reserve_angle_brackets: settings.reserve_angle_brackets,
            ask_still_questions: settings.ask_still_questions,
            topic_mandatory: settings.topic_mandatory,
            wrapup_reason_required: settings.wrapup_reason_required,
        }
    }
}

impl Default for AgentRules {
    fn default() -> Self {
        Self::from(&SiteSettings::default())
    }
}

/// A contact, already masked for its reader.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContactView {
    /// Who.
    pub id: ContactId,
    /// The fields.
    pub details: ContactDetails,
    /// The tags.
    pub tags: Vec<Label>,
    /// Whether the contact is blocked.
    pub blocked: bool,
    /// The fields of which this reader sees less than is there, and which they cannot change.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "known_to_us")]
    pub hidden: Vec<ContactField>,
}

/// Those of a list that this version knows; a later one may add more.
fn known_to_us<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Listed<T> {
        Known(T),
        Later(IgnoredAny),
    }
    let listed = Vec::<Listed<T>>::deserialize(deserializer)?.into_iter();
    Ok(listed.filter_map(|it| if let Listed::Known(it) = it { Some(it) } else { None }).collect())
}

/// A session as the team sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SessionDetail {
    /// Which one.
    pub no: SessionNo,
    /// Where it stands.
    pub state: SessionState,
    /// Why it is over, if it is.
    pub closed_by: Option<CloseCause>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// Its queue.
    pub department: Option<DepartmentId>,
    /// Its owner.
    pub owner: Option<MemberId>,
    /// Every agent's part, oldest first.
    pub legs: Vec<LegView>,
    /// What somebody is being asked.
    pub offer: Option<OfferView>,
    /// Since when the visitor waits for a reply.
    pub customer_waiting_since: Option<Timestamp>,
    /// Snoozed until then; a snoozed session without it waits for the next reply.
    pub snoozed_until: Option<Timestamp>,
    /// "Do you still have questions?" waits for an answer.
    pub still_questions: bool,
    /// Where it was opened.
    pub page: Option<PageUrl>,
    /// Whether a campaign opened it.
    pub proactive: bool,
    /// That campaign, as it was called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignCard>,
    /// Which of its variants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantKey>,
    /// What it was about.
    pub topics: Vec<TopicId>,
    /// Stars, if it was rated.
    pub stars: Option<u8>,
    /// The remark with the rating.
    pub rating_comment: Option<Comment>,
}

/// One agent's part in a session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LegView {
    /// Who.
    pub agent: MemberCard,
    /// What became of it.
    pub state: LegState,
    /// Joined in silence.
    pub silent: bool,
    /// A wrap-up is due.
    pub overdue: bool,
}

/// What somebody is being asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfferView {
    /// Which offer.
    pub id: OfferId,
    /// Who is asked.
    pub agent: MemberCard,
    /// For what.
    pub kind: OfferKind,
    /// Until when.
    pub deadline: Timestamp,
}
