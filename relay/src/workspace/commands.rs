//! Every command that there is, and how one is carried out.

use inbox_protocol::Refusal;
use inbox_types::Action;

use super::{
    accounts, api_keys, audit, campaigns, canned,
    changes::with_changes,
    command::{Call, Caller, Command, Done},
    deliveries, departments, links, members, settings, sites,
    tables::{Result, Workspace},
    topics, views, webhooks,
};
use crate::platform::now;

/// The tables of all domains.
const TABLES: [&[Command]; 14] = [
    accounts::COMMANDS,
    audit::COMMANDS,
    settings::COMMANDS,
    sites::COMMANDS,
    webhooks::COMMANDS,
    deliveries::COMMANDS,
    departments::COMMANDS,
    members::COMMANDS,
    links::COMMANDS,
    canned::COMMANDS,
    topics::COMMANDS,
    views::COMMANDS,
    api_keys::COMMANDS,
    campaigns::COMMANDS,
];

/// All commands.
pub fn all() -> impl Iterator<Item = &'static Command> {
    TABLES.into_iter().flatten()
}

/// The command of a name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Command> {
    all().find(|it| it.name == name)
}

impl Workspace {
    /// `Forbidden` if a member's role does not allow something.
    pub(super) fn must_allow(&self, caller: &Caller, needs: Option<Action>) -> Result<()> {
        let Some(action) = needs else { return Ok(()) };
        self.with_state(|it| it.may(&caller.row, action))?
            .then_some(())
            .ok_or_else(|| Refusal::Forbidden.into())
    }

    /// Does what a member wants, and writes it down if it is to be written down: both or neither. That
    /// something is as it was is not, nor what concerns nobody but them.
    pub(super) fn carry_out(
        &self,
        command: &Command,
        run: fn(&Self, &Call<'_>) -> Result<Done>,
        call: &Call<'_>,
    ) -> Result<Done> {
        if !command.audited {
            return run(self, call);
        }
        let done = self.transact(|| {
            let before = self.row_about(command.name, call)?;
            let done = run(self, call)?;
            if !done.is_as_before && !done.is_own {
                let after = self.row_about(command.name, call)?;
                let what = with_changes(&done.what, before.as_ref(), after.as_ref());
                self.audit(now(), Some(&call.by.id), command.name, &what)?;
            }
            Ok(done)
        });
        if done.is_err() {
            // What is known of the state may be ahead of what was stored.
            self.forget();
        }
        done
    }
}
