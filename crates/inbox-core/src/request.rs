//! Who asks for what, and why it is refused.

use inbox_types::{
    Author, BotId, CampaignCard, ClientId, Comment, ContactDetails, DepartmentId, Detection, File,
    Label, Language, MemberCard, MemberId, MessageText, Millis, Name, OfferId, PageUrl, Place,
    Role, Seq, SessionNo, Timestamp, TopicId, TransferMode, VariantKey, Visibility,
};

use crate::{Department, Speaker, TimerKind};

/// Something that somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    pub by: Actor,
    /// When, by the relay's clock.
    pub at: Timestamp,
    pub command: Command,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// The visitor of this conversation.
    Visitor,
    /// A member of the team.
    Agent(Agent),
    Bot(BotId),
    /// The desk: routing, presence, administration.
    Desk,
    /// A timer of this conversation.
    Timer,
    /// The inbox core that the customer already has, in the name of whoever answers there, if it says
    /// in whose.
    Bridge(Option<Name>),
}

/// A member whose grant was verified. Whoever has one has asked the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agent {
    pub id: MemberId,
    /// The name that visitors and colleagues see.
    pub name: Name,
    pub role: Role,
    /// The queues that they serve.
    pub departments: Vec<DepartmentId>,
}

impl Agent {
    /// How others see them.
    #[must_use]
    pub fn card(&self) -> MemberCard {
        MemberCard { id: self.id.clone(), name: self.name.clone() }
    }

    /// Whether they serve a queue.
    #[must_use]
    pub fn serves(&self, department: &DepartmentId) -> bool {
        self.departments.contains(department)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Says something. Repeats of a client id are answered before they come here.
    Post(Post),
    /// Changes the text of an own message.
    Edit {
        /// Which one, as the log has it.
        target: Target,
        text: MessageText,
    },
    /// Withdraws an own message.
    Delete {
        /// Which one, as the log has it.
        target: Target,
    },
    /// Follows up, takes over.
    Take,
    /// Yes to an offer.
    Accept {
        offer: OfferId,
    },
    /// No to an offer.
    Decline {
        offer: OfferId,
    },
    /// Hands the session to an agent.
    Transfer {
        to: Agent,
        /// Whether the other must accept; the workspace's setting if none.
        mode: Option<TransferMode>,
        /// The id of the offer, if it becomes one.
        offer: OfferId,
        reason: Option<Label>,
    },
    /// The bridge says whose the session is.
    Assign {
        /// Who owns it from now on; none is nobody, and it waits for an agent.
        to: Option<Agent>,
    },
    /// Hands the session to a queue.
    TransferToQueue {
        department: Department,
        reason: Option<Label>,
    },
    /// Adds an agent. A supervisor who names themselves joins.
    Invite {
        agent: Agent,
        /// Whether the other must accept; the workspace's setting if none.
        mode: Option<TransferMode>,
        /// The id of the offer, if it becomes one.
        offer: OfferId,
    },
    /// Withdraws a pending transfer or invitation.
    CancelOffer,
    Leave,
    Supervise,
    /// Ends the session; agents, visitors and the bridge.
    End {
        /// Whether to ask first (D-closing-question); visitors and the bridge never do.
        ask: Asking,
        reason: Option<Label>,
    },
    /// Asks "Do you still have questions?" without ending (D-closing-question).
    Ask,
    Answer {
        /// Whether there are more questions.
        more: bool,
    },
    /// Says how a session went.
    Wrapup {
        session: SessionNo,
        reason: Option<Label>,
        /// A remark for the team.
        remark: Option<Comment>,
    },
    /// Puts the session aside.
    Snooze {
        /// Until when; none is until the visitor writes.
        until: Option<Timestamp>,
    },
    /// Takes a snoozed session up again.
    Wake,
    /// Reopens an ended session.
    Reopen,
    Rate {
        session: SessionNo,
        /// 1 to 5.
        stars: u8,
        comment: Option<Comment>,
    },
    /// Blocks the contact (D-block-and-erase).
    Block(Block),
    /// Unblocks the contact, and keeps what was to be erased.
    Unblock,
    /// Ends what lets the visitor's browsers in.
    SignOut,
    Erase,
    /// Chooses the language; none clears an agent's choice.
    SetLanguage {
        language: Option<Language>,
    },
    /// Replaces the contact's fields; a visitor's page only adds to them.
    SetContact {
        details: Box<ContactDetails>,
        /// The fields as they stand, for what the page of a visitor only adds to.
        known: Box<ContactDetails>,
    },
    /// Replaces the contact's tags.
    SetTags {
        tags: Vec<Label>,
    },
    /// Replaces the session's topics.
    SetTopics {
        topics: Vec<TopicId>,
    },
    /// Moves the session to another queue without changing its owner.
    SetDepartment {
        department: Department,
    },
    /// The bot: a keyword or module matched.
    BotMatched,
    /// The bot gives up, or the visitor asks for a person.
    HandOff,
    /// The desk: asks one agent.
    Offer {
        offer: OfferId,
        to: Agent,
    },
    /// The desk: an offer waits behind another one of its agent, who is shown it afterwards.
    PostponeOffer {
        offer: OfferId,
        /// Until when it can be answered.
        until: Timestamp,
    },
    /// The desk: an agent has been without a connection for too long.
    PresenceLost {
        agent: MemberId,
        /// They were there at some time since they have had their part; what was given to somebody
        /// who was not is not theirs to keep.
        was_there: bool,
    },
    /// The desk: a member is no longer one, or may not answer any more.
    MemberRemoved {
        agent: MemberId,
        /// Who owns from now on what they owned; none is as when an owner leaves.
        to: Option<Agent>,
    },
    /// The desk: a queue is no longer one.
    DepartmentRemoved {
        department: DepartmentId,
        /// Where its sessions belong from now on; none is everybody's.
        to: Option<Department>,
    },
    /// The desk: a member is called something else.
    MemberRenamed {
        /// Who, with the new name.
        agent: MemberCard,
    },
    /// The desk: the site was deleted.
    SiteDeleted,
    /// The desk: from now on only the inbox core of the customer answers what nobody of the desk owns.
    AnsweredElsewhere,
    /// A timer of [`timers`](crate::timers) fired. A stale one is refused.
    Timer(TimerKind),
}

/// A message to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Post {
    /// The sender's name for it.
    pub client_id: ClientId,
    /// Who may read it.
    pub visibility: Visibility,
    pub text: Option<MessageText>,
    /// What was uploaded for it.
    pub files: Vec<File>,
    /// What the detector says of the visitor's last messages.
    pub detection: Option<Detection>,
    /// The page it was written on; kept if it opens a session.
    pub page: Option<PageUrl>,
    /// The campaign it answers; kept if it opens a session.
    pub campaign: Option<Box<Answered>>,
}

/// A campaign that a visitor answers, as the workspace has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    pub campaign: CampaignCard,
    /// Which of its variants.
    pub variant: VariantKey,
    /// The name of its message among those of its author.
    pub client_id: ClientId,
    pub by: Speaker,
    pub text: MessageText,
}

/// A message of the log, as the shell found it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    pub seq: Seq,
    /// Its place in the visitor's count.
    pub n: Option<Place>,
    pub author: Author,
    /// Who may read it.
    pub visibility: Visibility,
    /// Whether it was withdrawn.
    pub deleted: bool,
    pub session: SessionNo,
}

/// Whether "Do you still have questions?" is asked before the end (D-closing-question).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Asking {
    /// If the site's setting is on.
    First,
    Never,
}

/// What a block does besides blocking (D-block-and-erase).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// No campaign reaches the contact either.
    pub unsubscribe: bool,
    /// The conversation is erased after the grace.
    pub purge: bool,
}

impl Block {
    /// What blocking one contact does by itself.
    pub const SINGLE: Self = Self { unsubscribe: false, purge: false };
    /// What blocking several at once does by itself, after a typed confirmation.
    pub const BULK: Self = Self { unsubscribe: true, purge: true };
}

/// Why a request was refused. Nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, thiserror::Error)]
pub enum Rejection {
    /// The role, or being who one is, does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// There is no such session, message or offer.
    #[error("there is no such thing")]
    NotFound,
    /// The contact is blocked.
    #[error("the contact is blocked")]
    Blocked,
    /// The session is over.
    #[error("the session is over")]
    Closed,
    /// The state of the session does not allow it.
    #[error("the state of the session does not allow it")]
    State,
    /// Somebody else was faster.
    #[error("somebody else was faster")]
    Taken,
    /// Not a possible value.
    #[error("not a possible value")]
    Malformed,
    /// Further ahead than anybody plans.
    #[error("too far ahead")]
    TooFar,
    /// Neither text nor file.
    #[error("the message is empty")]
    Empty,
    /// More characters than the site allows.
    #[error("the text is longer than {max} characters")]
    TooLong { max: u32 },
    /// `<` and `>` are reserved (D-message-length).
    #[error("angle brackets are reserved")]
    Reserved,
    /// More attachments than one message holds.
    #[error("too many files")]
    TooManyFiles,
    /// More than one operation takes.
    #[error("too many at once, the limit is {max}")]
    TooMany { max: usize },
    /// A topic must be chosen first.
    #[error("a topic is required")]
    TopicRequired,
    /// A wrap-up reason must be chosen first.
    #[error("a reason is required")]
    ReasonRequired,
    /// A rating must be given first.
    #[error("a rating is required")]
    RatingRequired,
    /// The agent has no room for another session.
    #[error("no capacity left")]
    NoCapacity,
    /// The question was asked already (D-closing-question).
    #[error("the question was asked already")]
    AlreadyAsked,
    /// Nobody is there who would read it: whom a whisper is for, or a visitor who was signed out.
    #[error("nobody would read it")]
    NobodyReads,
    /// The timer is stale, or fires too early.
    #[error("not due")]
    NotDue {
        /// How long until it is, if it is set at all.
        wait: Option<Millis>,
    },
}
