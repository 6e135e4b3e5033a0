//! The people of a workspace.

use serde::{Deserialize, Serialize};

use crate::{MemberId, Name};

/// What a member may do; `inbox_core::permission` has the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Owns the account.
    Owner,
    /// Sets everything up.
    Admin,
    /// Watches over departments.
    Supervisor,
    /// Leads a department's agents.
    TeamLead,
    /// Answers.
    Agent,
    /// A team lead for branches.
    SalesManager,
    /// An agent of a branch.
    Salesperson,
    /// Sets up proactive chat; reads no transcripts.
    Marketer,
    /// Reads only.
    Auditor,
}

impl Role {
    /// All of them, strongest first.
    pub const ALL: [Self; 9] = [
        Self::Owner,
        Self::Admin,
        Self::Supervisor,
        Self::TeamLead,
        Self::Agent,
        Self::SalesManager,
        Self::Salesperson,
        Self::Marketer,
        Self::Auditor,
    ];
}

/// Whether an agent can be asked to answer.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Wants sessions.
    Available,
    /// Is here and wants none.
    Away(AwayReason),
    /// Redirect on no answer: did not answer an offer; only a manual change ends this.
    Rona,
    /// Has had no connection for more than a minute.
    #[default]
    Offline,
}

/// Why an agent is away.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AwayReason {
    /// A short pause.
    #[default]
    Break,
    /// A meal.
    Lunch,
    /// A meeting.
    Meeting,
    /// Training.
    Training,
}

/// The id that everybody has who answers in the inbox core that the customer already has: nobody of the
/// workspace is called so.
const EXTERNAL: &str = "bridge";

/// A member as others see them. The widget shows real agents by this and nothing else.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemberCard {
    /// Who.
    pub id: MemberId,
    /// The name that visitors and colleagues see.
    pub name: Name,
}

impl MemberCard {
    /// Somebody who is no member: they answer in the inbox core that the customer already has.
    #[must_use]
    pub fn external(name: Name) -> Self {
        Self { id: Self::external_id(), name }
    }

    /// The id that all of them have.
    #[must_use]
    pub fn external_id() -> MemberId {
        EXTERNAL.parse().expect("letters are an id")
    }

    /// Whether it is somebody who is no member.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.id.as_str() == EXTERNAL
    }
}
