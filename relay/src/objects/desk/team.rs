//! Who is available, as the workspace is told: visitors' pages ask there, and never here.

use std::rc::Rc;

use inbox_types::Millis;

use super::{
    Shell,
    timers::{AGAIN, TEAM},
};
use crate::{
    config,
    platform::{self, now},
    refuse::Result,
    requests::call,
    workspace::request::WorkspaceRequest,
};

/// How often it is looked at who is available, at most.
const TEAM_STEP: Millis = Millis::seconds(1);

impl Shell {
    /// Tells the workspace soon who is available, if that is not what it was told.
    pub(super) fn look_at_team(self: &Rc<Self>) {
        if self.looking.replace(true) {
            return;
        }
        let shell = Rc::clone(self);
        self.state.wait_until(async move {
            platform::sleep(TEAM_STEP).await;
            shell.looking.set(false);
            if let Err(error) = shell.tell_team().await {
                worker::console_error!("who is available was not told: {:?}", error.reason());
                let again = Some(now().after(AGAIN));
                let set = shell.timers.set(&shell.store, TEAM, again);
                if let Err(error) = set.and_then(|()| shell.timers.arm(&shell.state, &shell.store))
                {
                    worker::console_error!("a timer could not be set: {error}");
                }
            }
        });
    }

    pub(super) async fn tell_team(self: &Rc<Self>) -> Result<()> {
        let mut desk = self.wake()?;
        let (team, answers) = (desk.available_team(), desk.take_answers());
        self.desk.replace(Some(desk));
        if self.team.borrow().as_ref() != Some(&team) || !answers.is_empty() {
            self.team.replace(Some(team.clone()));
            // Answers that are not told are a few less of those that count.
            let ask = WorkspaceRequest::TeamIs { team, answers };
            if let Err(error) = call::ask::<_, ()>(&config::workspace(&self.env)?, &ask).await {
                self.team.replace(None);
                return Err(error);
            }
        }
        Ok(self.timers.set(&self.store, TEAM, None)?)
    }
}
