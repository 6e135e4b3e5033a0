//! How the team works, and the page that shows admins everything.

use inbox_protocol::{Refusal, http::Administration};
use inbox_types::{Action, Millis, WorkspaceSettings, limits};

use super::{
    command::{Command, Done, Method, Run},
    news::News,
    state::{Change, Row, WorkspaceState, put},
    tables::{Result, Workspace},
};
use crate::platform::now;

/// What can be done with the workspace as a whole.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "settings",
        method: Method::Get,
        path: "/v1/settings",
        needs: Some(Action::Administer),
        audited: false,
        tells: None,
        run: Run::Now(|workspace, _| Ok(Done::with(&workspace.administration()?))),
    },
    Command {
        name: "put_settings",
        method: Method::Put,
        path: "/v1/settings",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let form = call.form()?;
            workspace.changed(|it| it.put_settings(form))
        }),
    },
];

impl WorkspaceState {
    /// Changes how the team works.
    ///
    /// # Errors
    ///
    /// If a value is outside of its bounds.
    pub fn put_settings(&mut self, settings: WorkspaceSettings) -> Result<Vec<Change>, Refusal> {
        let sane = (3_000..=15_000).contains(&settings.notification_life.0)
            && (5_000..=600_000).contains(&settings.offer_deadline.0)
            && (1..=100).contains(&settings.capacity)
            && are_waits(settings.wait_levels);
        if !sane {
            return Err(Refusal::Malformed);
        }
        self.settings = settings.clone();
        Ok(vec![put(Row::Workspace(self.name.clone(), Box::new(settings)))])
    }
}

/// Each is longer than the one before, and none is too long.
fn are_waits([first, second, third]: [Millis; 3]) -> bool {
    Millis(0) < first && first < second && second < third && third <= limits::WAIT_LEVEL
}

impl Workspace {
    /// Everything that admins set up, and how it goes.
    fn administration(&self) -> Result<Administration> {
        let links = self.invitation_links()?;
        let origin = &self.config()?.origins.widget;
        let mut all = self.with_state(|it| it.administration(origin, &links, now()))?;
        for site in &mut all.sites {
            site.undelivered = self.undelivered(&site.id)?;
        }
        let with_password = self.members_with_password()?;
        for member in &mut all.members {
            member.has_no_password = !with_password.contains(member.id.as_str());
        }
        all.api_keys = self.api_keys()?;
        all.stops = self.stops()?;
        Ok(all)
    }
}
