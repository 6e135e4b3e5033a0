//! The words of a session that core, wire and interface share (model, section 3).

use serde::{Deserialize, Serialize};

use crate::{BotId, MemberId};

/// Where a session stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// A bot answers.
    Bot,
    /// Waits for an agent.
    Queued,
    /// Proposed to one agent.
    Offered,
    /// An agent owns it.
    Active,
    /// Put aside until a time or the next reply.
    Snoozed,
    /// Over.
    Closed,
}

/// Why a session is over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseCause {
    /// An agent ended it.
    Agent,
    /// The visitor ended it: read-only for ever.
    Customer,
    /// The visitor did not answer for too long.
    Inactivity,
    /// The visitor has no more questions.
    Solved,
    /// The site was deleted.
    AssetDeleted,
    /// The contact was blocked.
    Blocked,
}

/// What became of an agent's part in a session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegState {
    /// Asked, not yet answered.
    Offered,
    /// Takes part.
    Joined,
    /// Done, but still has to say how it went.
    Wrapup,
    /// Took part.
    Left,
    /// Was asked and said no.
    Declined,
    /// Was asked and did not answer.
    Rona,
    /// Was asked, and the question was withdrawn.
    Cancelled,
}

/// What an agent is asked to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferKind {
    /// Own a queued session.
    Assign,
    /// Take over from the owner.
    Transfer,
    /// Join beside the owner.
    Conference,
}

/// How an offer ended. Every offer ends exactly once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferOutcome {
    /// The agent said yes.
    Accepted,
    /// The agent said no.
    Declined,
    /// The deadline passed: redirection on no answer.
    Rona,
    /// The session went elsewhere first.
    Cancelled,
}

/// Who may read a message.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Visitor and team.
    #[default]
    Public,
    /// Every member who may view the conversation.
    Note,
    /// The agents who take part, supervisors and admins.
    Whisper,
}

/// Who wrote a message.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Author {
    /// The visitor.
    Visitor,
    /// A member of the team.
    Agent(MemberId),
    /// An automatic agent.
    Bot(BotId),
    /// The product itself, or a campaign in the team's name.
    System,
    /// The inbox core that the customer already has.
    Bridge,
}
