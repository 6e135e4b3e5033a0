//! The table itself: what a role allows in some conversation, whichever it is.

use inbox_types::{Role, RoleSettings, WorkspaceSettings};

use crate::{Agent, permission::Action};

/// One row of the table; the columns are in the order of [`column`].
type Row = [bool; 9];

const YES: bool = true;
const NO_: bool = false;

const NOBODY: Row = [NO_; 9];
const ADMINS: Row = [YES, YES, NO_, NO_, NO_, NO_, NO_, NO_, NO_];
const LEADS: Row = [YES, YES, YES, YES, NO_, NO_, NO_, NO_, NO_];
const ANSWERING: Row = [YES, YES, YES, YES, YES, YES, YES, NO_, NO_];

/// Whether a role allows an action in some conversation, whichever it is.
#[must_use]
pub fn may_ever(role: Role, settings: &WorkspaceSettings, action: Action) -> bool {
    row(action, &settings.roles)[column(role)]
}

/// All that a role allows in some conversation, whichever it is.
#[must_use]
pub fn all_of(role: Role, settings: &WorkspaceSettings) -> Vec<Action> {
    Action::ALL.into_iter().filter(|it| may_ever(role, settings, *it)).collect()
}

/// Whether a member can be asked to answer at all.
#[must_use]
pub fn can_answer(agent: &Agent) -> bool {
    ANSWERING[column(agent.role)]
}

/// Whether a member may take a queued session beyond their capacity, and add others to
/// a session without taking part.
#[must_use]
// P6
pub fn may_exceed_capacity(agent: &Agent) -> bool {
    LEADS[column(agent.role)]
}

#[rustfmt::skip]
// P1, P2
fn row(action: Action, set: &RoleSettings) -> Row {
    let edits = !set.forbid_editing;
    let deletes = !set.forbid_deleting;
    match action {
        //                   owner admin supervisor               team lead                agent                    sales manager            salesperson              marketer auditor
        Action::View =>        [YES, YES, YES,                    YES,                     YES,                     YES,                     YES,                     NO_, YES],
        Action::Transfer =>    [YES, YES, YES,                    set.team_lead_transfers, YES,                     YES,                     YES,                     NO_, NO_],
        Action::ChangeOwner => [YES, YES, YES,                    YES,                     set.agent_changes_owner, set.agent_changes_owner, set.agent_changes_owner, NO_, NO_],
        Action::Block =>       [YES, YES, YES,                    set.team_lead_blocks,    set.agent_blocks,        set.team_lead_blocks,    set.agent_blocks,        NO_, NO_],
        Action::Erase =>       [YES, YES, set.supervisor_deletes, NO_,                     NO_,                     NO_,                     NO_,                     NO_, NO_],
        Action::EditOwn =>     [YES, YES, YES,                    YES,                     edits,                   edits,                   edits,                   NO_, NO_],
        Action::DeleteOwn =>   [YES, YES, YES,                    YES,                     deletes,                 deletes,                 deletes,                 NO_, NO_],
        Action::SeeUnmasked => [YES, YES, set.leads_see_unmasked, set.leads_see_unmasked,  NO_,                     NO_,                     NO_,                     NO_, NO_],
        Action::EditCampaigns => [YES, YES, NO_,                  NO_,                     NO_,                     NO_,                     NO_,                     YES, NO_],
        Action::Supervise | Action::EditCanned => LEADS,
        Action::Administer | Action::Audit => ADMINS,
        Action::Later => NOBODY,
        Action::Reply
        | Action::Note
        | Action::Whisper
        | Action::Take
        | Action::Invite
        | Action::Leave
        | Action::End
        | Action::Ask
        | Action::Wrapup
        | Action::Snooze
        | Action::Reopen
        | Action::EditContact => ANSWERING,
    }
}

fn column(role: Role) -> usize {
    match role {
        Role::Owner => 0,
        Role::Admin => 1,
        Role::Supervisor => 2,
        Role::TeamLead => 3,
        Role::Agent => 4,
        Role::SalesManager => 5,
        Role::Salesperson => 6,
        Role::Marketer => 7,
        Role::Auditor => 8,
    }
}
