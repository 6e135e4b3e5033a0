//! What the values of the domain are called.

use inbox_protocol::LegView;
use inbox_text::{Phrase, console};
use inbox_types::{
    AgentView, Assignment, AwayReason, CloseCause, DisconnectedOwner, LanguageSource, LegState,
    Presence, Role, SessionState, Visibility,
};

/// A role.
#[must_use]
pub fn role(role: Role) -> Phrase {
    match role {
        Role::Owner => console::ROLE_OWNER,
        Role::Admin => console::ROLE_ADMIN,
        Role::Supervisor => console::ROLE_SUPERVISOR,
        Role::TeamLead => console::ROLE_TEAM_LEAD,
        Role::Agent => console::ROLE_AGENT,
        Role::SalesManager => console::ROLE_SALES_MANAGER,
        Role::Salesperson => console::ROLE_SALESPERSON,
        Role::Marketer => console::ROLE_MARKETER,
        Role::Auditor => console::ROLE_AUDITOR,
    }
}

/// The name of a role on the wire, for drop-downs.
#[must_use]
pub fn role_value(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Supervisor => "supervisor",
        Role::TeamLead => "team_lead",
        Role::Agent => "agent",
        Role::SalesManager => "sales_manager",
        Role::Salesperson => "salesperson",
        Role::Marketer => "marketer",
        Role::Auditor => "auditor",
    }
}

/// The role whose name in a form this is; an agent if it is no role's.
#[must_use]
pub fn role_of(value: &str) -> Role {
    Role::ALL.into_iter().find(|it| role_value(*it) == value).unwrap_or(Role::Agent)
}

/// A presence.
#[must_use]
pub fn presence(presence: Presence) -> Phrase {
    match presence {
        Presence::Available => console::PRESENCE_AVAILABLE,
        Presence::Away(AwayReason::Break) => console::PRESENCE_BREAK,
        Presence::Away(AwayReason::Lunch) => console::PRESENCE_LUNCH,
        Presence::Away(AwayReason::Meeting) => console::PRESENCE_MEETING,
        Presence::Away(AwayReason::Training) => console::PRESENCE_TRAINING,
        Presence::Rona => console::PRESENCE_RONA,
        Presence::Offline => console::PRESENCE_OFFLINE,
    }
}

/// The colour of a presence's dot.
#[must_use]
pub fn presence_dot(presence: Presence) -> &'static str {
    match presence {
        Presence::Available => "available",
        Presence::Away(_) => "away",
        Presence::Rona => "rona",
        Presence::Offline => "offline",
    }
}

/// What an agent can choose.
pub const PRESENCES: [Presence; 5] = [
    Presence::Available,
    Presence::Away(AwayReason::Break),
    Presence::Away(AwayReason::Lunch),
    Presence::Away(AwayReason::Meeting),
    Presence::Away(AwayReason::Training),
];

/// Where a session stands.
#[must_use]
pub fn state(state: SessionState) -> Phrase {
    match state {
        SessionState::Bot => console::STATE_BOT,
        SessionState::Queued => console::STATE_QUEUED,
        SessionState::Offered => console::STATE_OFFERED,
        SessionState::Active => console::STATE_ACTIVE,
        SessionState::Snoozed => console::STATE_SNOOZED,
        SessionState::Closed => console::STATE_CLOSED,
    }
}

/// Why a session is over.
#[must_use]
pub fn closed_by(cause: CloseCause) -> Phrase {
    match cause {
        CloseCause::Agent => console::ENDED_AGENT,
        CloseCause::Customer => console::ENDED_CUSTOMER,
        CloseCause::Inactivity => console::ENDED_INACTIVITY,
        CloseCause::Solved => console::ENDED_SOLVED,
        CloseCause::AssetDeleted => console::ENDED_SITE_DELETED,
        CloseCause::Blocked => console::ENDED_BLOCKED,
    }
}

/// An agent's part in a session.
#[must_use]
pub fn leg(state: LegState) -> Phrase {
    match state {
        LegState::Offered => console::LEG_OFFERED,
        LegState::Joined => console::LEG_JOINED,
        LegState::Wrapup => console::LEG_WRAPUP,
        LegState::Left => console::LEG_LEFT,
        LegState::Declined => console::LEG_DECLINED,
        LegState::Rona => console::LEG_RONA,
        LegState::Cancelled => console::LEG_CANCELLED,
    }
}

/// What somebody is to a session. To supervise is to be there: whoever has stopped has left.
#[must_use]
pub fn part(it: &LegView, owns: bool) -> Phrase {
    match (owns, it.silent && it.state == LegState::Joined) {
        (true, _) => console::OWNER,
        (false, true) => console::LEG_SILENT,
        (false, false) => leg(it.state),
    }
}

/// Where a language comes from, and from how many words if it was found in the messages and they
/// were counted.
#[must_use]
pub fn language_source(source: LanguageSource, words: Option<u8>) -> Phrase {
    match (source, words) {
        (LanguageSource::Browser, _) => console::LANGUAGE_BROWSER,
        (LanguageSource::Text, Some(words)) => console::language_words(words.into()),
        (LanguageSource::Text, None) => console::LANGUAGE_TEXT,
        (LanguageSource::Agent, _) => console::LANGUAGE_AGENT,
    }
}

/// A kind of message.
#[must_use]
pub fn kind(visibility: Visibility) -> Phrase {
    match visibility {
        Visibility::Public => console::KIND_REPLY,
        Visibility::Note => console::KIND_NOTE,
        Visibility::Whisper => console::KIND_WHISPER,
    }
}

/// The name of a kind for styles.
#[must_use]
pub fn kind_value(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Note => "note",
        Visibility::Whisper => "whisper",
    }
}

/// How a department finds an agent.
#[must_use]
pub fn assignment(assignment: Assignment) -> Phrase {
    match assignment {
        Assignment::Manual => console::ASSIGNMENT_MANUAL,
        Assignment::Offer => console::ASSIGNMENT_OFFER,
    }
}

/// Which conversations agents see besides their own.
#[must_use]
pub fn agent_view(what: AgentView) -> Phrase {
    match what {
        AgentView::All => console::AGENT_VIEW_ALL,
        AgentView::Departments => console::AGENT_VIEW_DEPARTMENTS,
        AgentView::OwnAndUnassigned => console::AGENT_VIEW_UNOWNED,
        AgentView::Own => console::AGENT_VIEW_OWN,
    }
}

/// What happens to the sessions of an owner who is gone.
#[must_use]
pub fn disconnected(what: DisconnectedOwner) -> Phrase {
    match what {
        DisconnectedOwner::Keep => console::DISCONNECTED_KEEP,
        DisconnectedOwner::Requeue => console::DISCONNECTED_REQUEUE,
        DisconnectedOwner::Close => console::DISCONNECTED_CLOSE,
    }
}

/// Whether somebody of this role can have conversations.
#[must_use]
pub fn answers(role: Role) -> bool {
    match role {
        Role::Marketer | Role::Auditor => false,
        Role::Owner
        | Role::Admin
        | Role::Supervisor
        | Role::TeamLead
        | Role::Agent
        | Role::SalesManager
        | Role::Salesperson => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_there_supervises() {
        let states = [
            LegState::Offered,
            LegState::Joined,
            LegState::Wrapup,
            LegState::Left,
            LegState::Declined,
            LegState::Rona,
            LegState::Cancelled,
        ];
        for state in states {
            for silent in [false, true] {
                let json = serde_json::json!({
                    "agent": {"id": "sue", "name": "Sue"}, "state": state, "silent": silent,
                    "overdue": false,
                });
                let it: LegView = serde_json::from_value(json).expect("a leg");
                let supervises = part(&it, false) == console::LEG_SILENT;
                assert_eq!(supervises, silent && state == LegState::Joined, "{state:?} {silent}");
                assert_eq!(part(&it, true), console::OWNER);
            }
        }
    }
}
