//! What was decided, as it is stored for ever: the log of a conversation.
//!
//! Events carry no text that a visitor or an agent wrote; that is [`Content`], which lies
//! beside them and may be changed, deleted and erased without touching the log.
//! Names of members and departments are part of events, because a transcript
//! shows who somebody was then.

use inbox_types::{
    Author, BotId, CampaignId, ClientId, CloseCause, ContactField, DepartmentId, Detection,
    Language, LanguageSource, LegState, MemberCard, MemberId, Name, OfferId, OfferKind,
    OfferOutcome, Place, Seq, SessionNo, Timestamp, TopicId, VariantKey, Visibility,
};
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

/// One event of a conversation's log, from which the state is folded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Event {
    /// When; never before the event before it.
    pub at: Timestamp,
    /// The session it belongs to; 0 before the first.
    pub session: SessionNo,
    /// What happened; what this version cannot read is [`EventKind::Later`].
    #[serde(deserialize_with = "known_or_later")]
    pub kind: EventKind,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
// S15
pub enum EventKind {
    /// A session began; it waits for an agent, or a bot serves it.
    Opened {
        /// The bot that serves it.
        bot: Option<BotId>,
        department: Option<Department>,
        /// The campaign it answers.
        campaign: Option<CampaignId>,
        /// What that was called then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        campaign_name: Option<Name>,
        /// Which of its variants.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        variant: Option<VariantKey>,
    },
    /// Somebody wrote. What is [`Content::Message`].
    Posted {
        /// The sender's name for it.
        client_id: ClientId,
        by: Speaker,
        /// Who may read it.
        visibility: Visibility,
        /// What the detector said of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detection: Option<Detection>,
        /// Where the conversation's language came from then; on visitors' messages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language_source: Option<LanguageSource>,
    },
    /// A message says something else. What is [`Content::Edit`].
    Edited {
        of: Seq,
        /// Its place in the visitor's count, if it has one.
        n: Option<Place>,
        /// Who may read it.
        visibility: Visibility,
    },
    /// A message was withdrawn.
    Deleted {
        of: Seq,
        /// Its place in the visitor's count, if it has one.
        n: Option<Place>,
        /// Who may read it.
        visibility: Visibility,
    },
    /// A keyword or a module of the bot matched.
    BotMatched { bot: BotId },
    /// The session waits for an agent.
    Queued { cause: QueueCause, department: Option<Department> },
    /// One agent is asked.
    Offered {
        offer: OfferId,
        agent: MemberCard,
        #[serde(rename = "for")]
        offer_kind: OfferKind,
        deadline: Timestamp,
        /// Who asks; none is the desk.
        from: Option<MemberCard>,
        /// A wrap-up reason was given when asking; it lies beside this event.
        held_reason: bool,
    },
    /// An offer waits behind another one that its agent is shown first, so its time begins later.
    OfferPostponed {
        offer: OfferId,
        /// Until when it can be answered.
        deadline: Timestamp,
    },
    /// An offer ended; each does so once.
    OfferEnded {
        offer: OfferId,
        agent: MemberCard,
        #[serde(rename = "for")]
        offer_kind: OfferKind,
        /// Who asked; none is the desk.
        from: Option<MemberCard>,
        outcome: OfferOutcome,
    },
    /// An agent owns the session, which had no owner.
    Taken {
        agent: MemberCard,
        /// Whether the visitor is told.
        shown: bool,
    },
    /// An agent takes part beside the owner.
    Joined {
        agent: MemberCard,
        /// In silence, to supervise.
        silent: bool,
        /// Whether the visitor is told.
        shown: bool,
    },
    /// Another agent owns the session.
    OwnerChanged {
        agent: MemberCard,
        /// Whether the visitor is told.
        shown: bool,
    },
    /// An agent takes part no longer.
    Left {
        agent: MemberCard,
        /// What became of the leg: left, or a wrap-up is due.
        leg: LegState,
        /// Whether the visitor is told.
        shown: bool,
    },
    /// An owner was without a connection for too long, or was removed.
    OwnerLost { agent: MemberCard },
    /// An agent finished the wrap-up. What was said is [`Content::Wrapup`].
    WrappedUp {
        agent: MemberCard,
        of: SessionNo,
        /// The event beside which the reason lies, if it was given before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<Seq>,
        /// It was said to hand the session over.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        handed_over: bool,
    },
    /// The session is put aside.
    Snoozed {
        by: MemberCard,
        /// Until when; none is until the visitor writes.
        until: Option<Timestamp>,
    },
    /// The session goes on with its owner.
    Woken,
    /// The visitor is asked "Do you still have questions?".
    Asked {
        by: MemberCard,
        /// The session ends if there is no answer (the closing mark, G6).
        closing: bool,
        /// A wrap-up reason was given when ending; it lies beside this event.
        held_reason: bool,
    },
    Answered {
        /// Whether there are more questions.
        more: bool,
    },
    /// The session is over.
    Closed {
        cause: CloseCause,
        /// Which agent ended it.
        by: Option<MemberCard>,
        /// What becomes of the legs that had joined.
        legs: Vec<ClosedLeg>,
        /// Whether the visitor is asked for a rating.
        rating: RatingCard,
    },
    /// An ended session goes on.
    Reopened { to: Reopening },
    /// The visitor rated a session. A remark is [`Content::Rating`].
    Rated {
        /// 1 to 5.
        stars: u8,
    },
    /// The language changed, or what it is decided from.
    LanguageSet {
        evidence: LanguageEvidence,
        /// By which agent, if by one.
        by: Option<MemberCard>,
    },
    /// The contact's fields were replaced by [`Content::Contact`].
    ContactSet {
        /// By which agent; none is the visitor's page.
        by: Option<MemberCard>,
        /// Which fields an agent typed from now on.
        fields: Vec<ContactField>,
    },
    /// The contact's tags were replaced by [`Content::Tags`].
    TagsSet { by: MemberCard },
    /// The session's topics were replaced.
    TopicsSet { by: MemberCard, topics: Vec<TopicId> },
    /// The session belongs to another queue; its owner stays.
    DepartmentSet { by: MemberCard, department: Department },
    /// The session's queue is no longer one; its state and its owner stay.
    DepartmentGone {
        /// Where it belongs from now on; none is everybody's.
        to: Option<Department>,
    },
    /// The contact is blocked.
    Blocked {
        by: MemberCard,
        /// No campaign reaches the contact either.
        unsubscribed: bool,
        /// When the conversation is erased, if it is (D-block-and-erase).
        purge_at: Option<Timestamp>,
    },
    /// The contact is no longer blocked.
    Unblocked { by: MemberCard },
    /// What let the visitor's browsers in is worth nothing any more, so nobody reads here until
    /// the visitor writes again.
    SignedOut {
        /// By whom; none is the visitor's page.
        by: Option<MemberCard>,
    },
    /// Transcript and files are to be erased; nothing follows this event.
    Erased {
        /// By whom; none is the end of a grace.
        by: Option<MemberCard>,
    },
    /// A member is called something else.
    MemberRenamed {
        /// Who, with the new name.
        agent: MemberCard,
    },
    /// An event of a later version. It holds its place and changes nothing.
    #[serde(other)]
    Later,
}

/// A queue with its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Department {
    pub id: DepartmentId,
    /// What it was called then.
    pub name: Name,
}

/// Who wrote a message, with the name that was shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "who", rename_all = "snake_case")]
pub enum Speaker {
    Visitor,
    /// A member of the team.
    Agent(MemberCard),
    Bot(BotId),
    /// The inbox core that the customer already has.
    Bridge,
    /// Somebody who answers there; no member of the team.
    External(Name),
    /// Nobody by name: a campaign spoke for the team.
    Team,
}

impl Speaker {
    /// The same without the name.
    #[must_use]
    pub fn author(&self) -> Author {
        match self {
            Self::Visitor => Author::Visitor,
            Self::Agent(card) => Author::Agent(card.id.clone()),
            Self::Bot(bot) => Author::Bot(bot.clone()),
            Self::Bridge | Self::External(_) => Author::Bridge,
            Self::Team => Author::System,
        }
    }
}

/// Why a session waits for an agent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueCause {
    /// The bot handed it over, or nothing matched.
    HandOff,
    /// The visitor asked for a person.
    AskedForPerson,
    /// An agent passed it to a queue, or the bridge took it from its owner.
    Transfer,
    /// Nobody else took part when the owner left.
    OwnerLeft,
    /// The owner was without a connection or was removed.
    OwnerLost,
    /// The visitor wrote or the time came, and the owner was not available.
    Woken,
    /// The visitor has more questions, and the owner is gone (D-closing-question).
    MoreQuestions,
}

/// What becomes of a leg when its session ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClosedLeg {
    pub agent: MemberId,
    /// Left, or a wrap-up is due.
    pub leg: LegState,
    /// The wrap-up is overdue: a topic is missing (D-missing-topic).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overdue: bool,
}

/// Whether a closed session asks for a rating.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingCard {
    #[default]
    None,
    Optional,
    /// Yes, and no new session begins before it is given (D-mandatory-rating).
    Mandatory,
}

/// With whom an ended session goes on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "who", rename_all = "snake_case")]
pub enum Reopening {
    /// The visitor wrote, and a bot serves it.
    Bot(BotId),
    /// The visitor wrote, and it waits for an agent.
    Queue,
    /// An agent reopened it, and owns it.
    Agent(MemberCard),
}

/// What somebody says about the language of a conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "language", rename_all = "snake_case")]
pub enum LanguageEvidence {
    /// The browser's first language.
    Browser(Language),
    /// The visitor chose it.
    Visitor(Language),
    /// The visitor writes it.
    Text(Language),
    /// An agent chose it; none clears the choice.
    Agent(Option<Language>),
}

impl Event {
    /// Whether the visitor may see it. The answer is the event's own and never
    /// changes, because its place in the visitor's count is fixed when it is stored.
    #[must_use]
    // V8
    pub fn visitor_sees(&self) -> bool {
        match &self.kind {
            EventKind::Posted { visibility, .. }
            | EventKind::Edited { visibility, .. }
            | EventKind::Deleted { visibility, .. } => match visibility {
                Visibility::Public => true,
                Visibility::Note | Visibility::Whisper => false,
            },
            EventKind::Taken { shown, .. }
            | EventKind::Joined { shown, .. }
            | EventKind::OwnerChanged { shown, .. }
            | EventKind::Left { shown, .. } => *shown,
            EventKind::Queued { cause, department } => match cause {
                QueueCause::Transfer => department.is_some(),
                QueueCause::HandOff
                | QueueCause::AskedForPerson
                | QueueCause::OwnerLeft
                | QueueCause::OwnerLost
                | QueueCause::Woken
                | QueueCause::MoreQuestions => false,
            },
            EventKind::Closed { cause, .. } => match cause {
                CloseCause::Agent
                | CloseCause::Customer
                | CloseCause::Inactivity
                | CloseCause::Solved
                | CloseCause::AssetDeleted => true,
                CloseCause::Blocked => false,
            },
            EventKind::Answered { more } => *more,
            EventKind::Asked { .. } | EventKind::Reopened { .. } | EventKind::Rated { .. } => true,
            EventKind::Opened { .. }
            | EventKind::BotMatched { .. }
            | EventKind::Offered { .. }
            | EventKind::OfferPostponed { .. }
            | EventKind::OfferEnded { .. }
            | EventKind::OwnerLost { .. }
            | EventKind::WrappedUp { .. }
            | EventKind::Snoozed { .. }
            | EventKind::Woken
            | EventKind::LanguageSet { .. }
            | EventKind::ContactSet { .. }
            | EventKind::TagsSet { .. }
            | EventKind::TopicsSet { .. }
            | EventKind::DepartmentSet { .. }
            | EventKind::DepartmentGone { .. }
            | EventKind::Blocked { .. }
            | EventKind::Unblocked { .. }
            | EventKind::SignedOut { .. }
            | EventKind::Erased { .. }
            | EventKind::MemberRenamed { .. }
            | EventKind::Later => false,
        }
    }
}

/// A later version may have written a kind, a cause or a field that this one does not
/// know. Loading never fails (the log is for ever), so such an event changes nothing.
// S16
fn known_or_later<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EventKind, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Known(EventKind),
        Unknown(IgnoredAny),
    }
    Ok(match Stored::deserialize(deserializer)? {
        Stored::Known(kind) => kind,
        Stored::Unknown(_) => EventKind::Later,
    })
}
