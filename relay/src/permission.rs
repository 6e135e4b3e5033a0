//! What a role may do in the workspace: the core's table, in the words of the wire.

use inbox_core::{
    Agent,
    permission::{Action as Rule, may_ever},
};
use inbox_protocol::http::Action;
use inbox_types::{Role, WorkspaceSettings};

/// Whether a role allows an action in some conversation, whichever it is.
#[must_use]
pub fn may(role: Role, action: Action, settings: &WorkspaceSettings) -> bool {
    rule(action).is_some_and(|it| may_ever(&anybody(role), settings, it))
}

/// All that a role allows.
#[must_use]
pub fn all(role: Role, settings: &WorkspaceSettings) -> Vec<Action> {
    let agent = anybody(role);
    let allowed = Rule::ALL.into_iter().filter(|it| may_ever(&agent, settings, *it));
    allowed.map(action).collect()
}

/// Somebody of this role: the table asks for nothing else.
fn anybody(role: Role) -> Agent {
    Agent {
        id: "anybody".parse().expect("letters are an id"),
        name: "anybody".to_owned().try_into().expect("letters are a name"),
        role,
        departments: Vec::new(),
    }
}

macro_rules! actions {
    ($($name:ident)*) => {
        fn rule(action: Action) -> Option<Rule> {
            match action {
                $(Action::$name => Some(Rule::$name),)*
                Action::Later => None,
            }
        }

        fn action(rule: Rule) -> Action {
            match rule {
                $(Rule::$name => Action::$name,)*
            }
        }
    };
}

actions! {
    View Reply Note Whisper Take Transfer ChangeOwner Invite Supervise Leave End Ask Wrapup
    Snooze Reopen Block Erase EditOwn DeleteOwn EditContact SeeUnmasked Administer EditCanned
    EditCampaigns Audit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_admins_administer() {
        let settings = WorkspaceSettings::default();
        let admins: Vec<Role> =
            Role::ALL.into_iter().filter(|it| may(*it, Action::Administer, &settings)).collect();
        assert_eq!(admins, [Role::Owner, Role::Admin]);
        assert!(!may(Role::Owner, Action::Later, &settings));
    }

    #[test]
    fn what_a_role_is_told_is_what_it_may() {
        let settings = WorkspaceSettings::default();
        for role in Role::ALL {
            for action in all(role, &settings) {
                assert!(may(role, action, &settings), "{role:?} {action:?}");
            }
        }
        assert!(all(Role::Marketer, &settings).contains(&Action::EditCampaigns));
    }
}
