//! Who may do what: the table of roles, with the settings.
//!
//! The answer depends on the role, the departments, the part one has in the session
//! and the workspace's switches, and on nothing else. Whether the *state* allows an
//! action is for [`apply`](crate::apply) and [`possible`] to say.

mod possible;
mod table;

pub use inbox_types::Action;
use inbox_types::{AgentView, DepartmentId, LegState, MemberId, Role, WorkspaceSettings};
use serde::{Deserialize, Serialize};

pub(crate) use possible::reopens;
pub use possible::{BULK, SessionOutline, needs_room, possible, possible_in_bulk};
pub use table::{all_of, can_answer, may_ever, may_exceed_capacity};

use crate::{Agent, Conversation, Leg};

/// What of a conversation a permission depends on.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SessionFacts {
    /// The queue of the session.
    pub department: Option<DepartmentId>,
    /// Its owner, or its last owner once it is over.
    pub owner: Option<MemberId>,
    /// Who takes part, openly or in silence.
    pub participants: Vec<MemberId>,
    /// Who ever took part.
    pub ever_joined: Vec<MemberId>,
    /// Who is asked to take part.
    pub asked: Option<MemberId>,
    /// Who owes a wrap-up, of this session or of an earlier one.
    pub owes: Vec<MemberId>,
    /// The conversation is to be erased, and hidden until then (D-block-and-erase).
    pub hidden: bool,
}

impl SessionFacts {
    /// What the current session says.
    #[must_use]
    pub fn of(conversation: &Conversation) -> Self {
        let hidden = conversation.purge_at().is_some() || conversation.is_erased();
        let Some(session) = conversation.session() else {
            return Self { hidden, ..Self::default() };
        };
        let ids = |wanted: fn(&Leg) -> bool| {
            session.legs.iter().filter(|leg| wanted(leg)).map(|leg| leg.agent.id.clone()).collect()
        };
        Self {
            department: session.department.as_ref().map(|it| it.id.clone()),
            owner: session.owner_or_last().cloned(),
            participants: ids(|leg| leg.state == LegState::Joined),
            ever_joined: ids(|leg| leg.ever_joined),
            asked: session.offer().map(|offer| offer.agent.id.clone()),
            owes: conversation.wrapups_due().map(|(_, card)| card.id.clone()).collect(),
            hidden,
        }
    }

    fn is_owner(&self, agent: &Agent) -> bool {
        self.owner.as_ref() == Some(&agent.id)
    }

    fn has_part(&self, agent: &Agent) -> bool {
        self.participants.contains(&agent.id)
    }

    /// In one of the agent's queues. What belongs to no queue belongs to everybody.
    fn is_in_departments_of(&self, agent: &Agent) -> bool {
        self.department.as_ref().is_none_or(|department| agent.serves(department))
    }
}

/// Whether an agent may do something in one conversation.
#[must_use]
pub fn may(
    agent: &Agent,
    facts: &SessionFacts,
    settings: &WorkspaceSettings,
    action: Action,
) -> bool {
    may_ever(agent.role, settings, action) && may_here(agent, facts, settings, action)
}

// B8
fn may_here(
    agent: &Agent,
    facts: &SessionFacts,
    settings: &WorkspaceSettings,
    action: Action,
) -> bool {
    // Nobody reads what is to be erased; whoever can undo the block can still keep it.
    let views = !facts.hidden && may_view(agent, facts, settings);
    match action {
        Action::View
        | Action::Reply
        | Action::Note
        | Action::Take
        | Action::Leave
        | Action::End
        | Action::Ask
        | Action::Wrapup
        | Action::Snooze
        | Action::Reopen
        | Action::EditOwn
        | Action::DeleteOwn
        | Action::EditContact
        | Action::SeeUnmasked => views,
        Action::Block | Action::Erase => may_view(agent, facts, settings),
        Action::Whisper => views && (facts.has_part(agent) || oversees(agent, facts)),
        Action::Transfer => views && facts.is_owner(agent),
        Action::ChangeOwner => views && changes_owner_here(agent, facts),
        Action::Invite => views && (facts.has_part(agent) || may_exceed_capacity(agent)),
        Action::Supervise => views && oversees(agent, facts),
        Action::Administer | Action::EditCanned | Action::EditCampaigns | Action::Audit => true,
        Action::Later => false,
    }
}

/// Which conversations a member may view whatever part they have in them. Whoever was asked, took part
/// or owes a wrap-up sees what it is about, in whichever queue it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reach {
    /// All of them.
    Everything,
    /// Those in their departments, or in none.
    Departments,
    /// Of those the ones that nobody owns.
    UnownedOfDepartments,
    /// No others.
    Involved,
    /// None at all, not even those.
    Nothing,
}

/// How far a member sees, by role and settings.
// P3
#[must_use]
pub fn reach(agent: &Agent, settings: &WorkspaceSettings) -> Reach {
    match agent.role {
        Role::Owner | Role::Admin | Role::Auditor => Reach::Everything,
        Role::Supervisor if !settings.roles.supervisor_own_departments => Reach::Everything,
        Role::Supervisor | Role::TeamLead | Role::SalesManager | Role::Salesperson => {
            Reach::Departments
        }
        Role::Agent => match settings.roles.agent_view {
            AgentView::All => Reach::Everything,
            AgentView::Departments => Reach::Departments,
            AgentView::OwnAndUnassigned => Reach::UnownedOfDepartments,
            AgentView::Own => Reach::Involved,
        },
        Role::Marketer => Reach::Nothing,
    }
}

// P3
fn may_view(agent: &Agent, facts: &SessionFacts, settings: &WorkspaceSettings) -> bool {
    let involved = facts.is_owner(agent)
        || facts.ever_joined.contains(&agent.id)
        || facts.owes.contains(&agent.id)
        || facts.asked.as_ref() == Some(&agent.id);
    let departments = facts.is_in_departments_of(agent);
    match reach(agent, settings) {
        Reach::Everything => true,
        Reach::Departments => involved || departments,
        Reach::UnownedOfDepartments => involved || departments && facts.owner.is_none(),
        Reach::Involved => involved,
        Reach::Nothing => false,
    }
}

fn changes_owner_here(agent: &Agent, facts: &SessionFacts) -> bool {
    match agent.role {
        Role::TeamLead | Role::SalesManager => facts.is_in_departments_of(agent),
        Role::Owner
        | Role::Admin
        | Role::Supervisor
        | Role::Agent
        | Role::Salesperson
        | Role::Marketer
        | Role::Auditor => true,
    }
}

/// Supervises this conversation by role: a team lead only those of the own departments.
fn oversees(agent: &Agent, facts: &SessionFacts) -> bool {
    match agent.role {
        Role::Owner | Role::Admin | Role::Supervisor => true,
        Role::TeamLead => facts.is_in_departments_of(agent),
        Role::Agent | Role::SalesManager | Role::Salesperson | Role::Marketer | Role::Auditor => {
            false
        }
    }
}
