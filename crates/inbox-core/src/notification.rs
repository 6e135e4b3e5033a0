//! Who is told what (D-see-and-be-told), as pure functions. What may be *seen* is
//! another table: `permission`.

use std::collections::BTreeSet;

use inbox_types::{
    ConversationId, DepartmentId, MemberId, Millis, Presence, Role, SessionState, WorkspaceSettings,
};

use crate::{
    Agent, Conversation,
    permission::{Action, SessionFacts, can_answer, may},
};

/// The shortest and the longest life of a transient notification (D-notification-time).
pub const TRANSIENT_LIFE: std::ops::RangeInclusive<Millis> =
    Millis::seconds(3)..=Millis::seconds(15);

/// A member who might be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listener {
    pub agent: Agent,
    pub presence: Presence,
    /// Whether they look at this conversation right now.
    pub focused: bool,
}

/// What of a conversation an audience depends on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Situation {
    /// Who takes part, and where.
    pub facts: SessionFacts,
    /// Where the session stands.
    pub state: Option<SessionState>,
    /// Whether the contact is blocked.
    pub blocked: bool,
}

impl Situation {
    /// What the current session says.
    #[must_use]
    pub fn of(conversation: &Conversation) -> Self {
        Self {
            facts: SessionFacts::of(conversation),
            state: conversation.state(),
            blocked: conversation.is_blocked(),
        }
    }
}

/// What there is to tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Occasion {
    /// A session waits, and no offer runs.
    Allocation,
    /// One agent is asked.
    Offer {
        to: MemberId,
    },
    Message,
    /// An agent was added, or got a single transfer.
    Added {
        agent: MemberId,
    },
    /// Several were handed over at once: the one who did it is told how many.
    BulkDone {
        by: MemberId,
    },
    /// Several were handed over at once: the other is told by whom, once.
    Received {
        by: MemberId,
    },
    /// A transfer or an invitation was declined or not answered.
    NotAccepted {
        asker: MemberId,
    },
    /// Somebody was named in a note.
    Mention {
        agents: BTreeSet<MemberId>,
    },
    /// The visitor ended, or did not answer for too long.
    Ended {
        /// Who took part until then.
        legs: BTreeSet<MemberId>,
    },
    /// The visitor has more questions, or none (D-closing-question).
    Answered,
    /// The visitor has waited for long.
    WaitLevel {
        /// 1 to 3.
        level: u8,
    },
    /// The site was deleted.
    AssetDeleted {
        /// Who took part until then.
        legs: BTreeSet<MemberId>,
    },
}

/// The name of an occasion: a newer notification of the same agent, conversation and kind
/// replaces the older.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// [`Occasion::Allocation`]
    Allocation,
    /// [`Occasion::Offer`]
    Offer,
    /// [`Occasion::Message`]
    Message,
    /// [`Occasion::Added`]
    Added,
    /// [`Occasion::BulkDone`]
    BulkDone,
    /// [`Occasion::Received`]
    Received,
    /// [`Occasion::NotAccepted`]
    NotAccepted,
    /// [`Occasion::Mention`]
    Mention,
    /// [`Occasion::Ended`]
    Ended,
    /// [`Occasion::Answered`]
    Answered,
    /// [`Occasion::WaitLevel`]
    Waiting,
    /// [`Occasion::AssetDeleted`]
    AssetDeleted,
}

impl Occasion {
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Allocation => Kind::Allocation,
            Self::Offer { .. } => Kind::Offer,
            Self::Message => Kind::Message,
            Self::Added { .. } => Kind::Added,
            Self::BulkDone { .. } => Kind::BulkDone,
            Self::Received { .. } => Kind::Received,
            Self::NotAccepted { .. } => Kind::NotAccepted,
            Self::Mention { .. } => Kind::Mention,
            Self::Ended { .. } => Kind::Ended,
            Self::Answered => Kind::Answered,
            Self::WaitLevel { .. } => Kind::Waiting,
            Self::AssetDeleted { .. } => Kind::AssetDeleted,
        }
    }
}

/// How long a notification stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    /// Until it is retracted.
    Sticky,
    Transient(Millis),
    /// Until the agent has answered it.
    Blocking,
}

impl Kind {
    /// How long it stays.
    #[must_use]
    // N6
    pub fn life(self, settings: &WorkspaceSettings) -> Life {
        match self {
            Self::Allocation => Life::Sticky,
            Self::Offer | Self::AssetDeleted => Life::Blocking,
            Self::Message
            | Self::Added
            | Self::BulkDone
            | Self::Received
            | Self::NotAccepted
            | Self::Mention
            | Self::Ended
            | Self::Answered
            | Self::Waiting => {
                let (shortest, longest) = (*TRANSIENT_LIFE.start(), *TRANSIENT_LIFE.end());
                Life::Transient(settings.notification_life.clamp(shortest, longest))
            }
        }
    }

    /// The name under which it is replaced and retracted: one an agent and conversation.
    #[must_use]
    // N13
    pub fn name(self, conversation: &ConversationId) -> String {
        let kind = match self {
            Self::Allocation => "allocation",
            Self::Offer => "offer",
            Self::Message => "message",
            Self::Added => "added",
            Self::BulkDone => "bulk-done",
            Self::Received => "received",
            Self::NotAccepted => "not-accepted",
            Self::Mention => "mention",
            Self::Ended => "ended",
            Self::Answered => "answered",
            Self::Waiting => "waiting",
            Self::AssetDeleted => "asset-deleted",
        };
        format!("{kind}:{conversation}")
    }

    /// Whether there is still something to tell; if not, it is retracted on every device.
    #[must_use]
    // N2, N16
    pub fn still_holds(self, situation: &Situation) -> bool {
        if situation.blocked || situation.facts.hidden {
            return false;
        }
        match self {
            // Whoever joins openly takes it out of the queue; who reads in silence has not joined.
            Self::Allocation => situation.state == Some(SessionState::Queued),
            Self::Offer => situation.facts.asked.is_some(),
            Self::Message | Self::Added | Self::Waiting => {
                situation.state.is_some_and(|state| state != SessionState::Closed)
            }
            Self::BulkDone
            | Self::Received
            | Self::NotAccepted
            | Self::Mention
            | Self::Ended
            | Self::Answered
            | Self::AssetDeleted => true,
        }
    }
}

#[must_use]
pub fn audience(
    occasion: &Occasion,
    situation: &Situation,
    listeners: &[Listener],
    settings: &WorkspaceSettings,
) -> BTreeSet<MemberId> {
    listeners
        .iter()
        .filter(|listener| is_told(listener, occasion, situation, settings))
        .map(|listener| listener.agent.id.clone())
        .collect()
}

// N3, N4, N5, N7, N8, N9, N10, N11, N14
fn is_told(
    listener: &Listener,
    occasion: &Occasion,
    situation: &Situation,
    settings: &WorkspaceSettings,
) -> bool {
    let facts = &situation.facts;
    let me = &listener.agent.id;
    let sees = |it: &Listener| may(&it.agent, facts, settings, Action::View);
    match occasion {
        Occasion::Allocation => is_allocated(listener, situation),
        Occasion::Message if situation.blocked || listener.focused => false,
        Occasion::Message if situation.state == Some(SessionState::Queued) => {
            is_allocated(listener, situation) || facts.ever_joined.contains(me)
        }
        Occasion::Message => facts.ever_joined.contains(me),
        Occasion::Offer { to } => to == me,
        Occasion::Added { agent } => agent == me,
        Occasion::BulkDone { by } | Occasion::Received { by } => by == me,
        Occasion::NotAccepted { asker } => asker == me,
        Occasion::Mention { agents } => agents.contains(me) && sees(listener),
        Occasion::Ended { legs } => legs.contains(me) && !listener.focused,
        Occasion::AssetDeleted { legs } => legs.contains(me),
        Occasion::Answered => facts.owner.as_ref() == Some(me) && !listener.focused,
        Occasion::WaitLevel { level } => {
            facts.owner.as_ref() == Some(me)
                || (is_called_at(&listener.agent, *level)
                    && in_department(&listener.agent, facts.department.as_ref())
                    && sees(listener))
        }
    }
}

/// Agents of the queue who are available; never admins, who see everything anyway.
// N1
fn is_allocated(listener: &Listener, situation: &Situation) -> bool {
    let is_admin = match listener.agent.role {
        Role::Owner | Role::Admin => true,
        Role::Supervisor
        | Role::TeamLead
        | Role::Agent
        | Role::SalesManager
        | Role::Salesperson
        | Role::Marketer
        | Role::Auditor => false,
    };
    !situation.blocked
        && !is_admin
        && can_answer(&listener.agent)
        && listener.presence == Presence::Available
        && in_department(&listener.agent, situation.facts.department.as_ref())
}

/// At the second level the team lead is told too, at the third the supervisor.
// N12
fn is_called_at(agent: &Agent, level: u8) -> bool {
    match agent.role {
        Role::TeamLead | Role::SalesManager => 2 <= level,
        Role::Supervisor => 3 <= level,
        Role::Owner
        | Role::Admin
        | Role::Agent
        | Role::Salesperson
        | Role::Marketer
        | Role::Auditor => false,
    }
}

fn in_department(agent: &Agent, department: Option<&DepartmentId>) -> bool {
    department.is_none_or(|department| agent.serves(department))
}
