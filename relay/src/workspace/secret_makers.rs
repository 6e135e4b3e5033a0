//! For how long it is taken what a site's own inbox answers with, that was set in a sign-in by a link.
//!
//! - **AP43** A secret of a webhook, or a site's key, that was set in a sign-in by a link is taken no longer
//!   than such a sign-in goes on, because whoever made the link may have it. What is sent is signed with it
//!   all the same, so that the receiver misses nothing. The settings say so: an admin makes a new secret,
//!   or sets the key again. The audit log says by whose links it was.

use inbox_protocol::http::EndedSecrets;
use inbox_types::SiteId;

use super::{
    command::Caller,
    linked::{LinkedSignIn, SecretMakers},
    makers,
    state::{Change, Row, SiteRow, WorkspaceState, put},
    tables::{Result, Workspace},
};

impl Workspace {
    /// The sign-in of a caller, if it was by a link.
    pub(super) fn linked(&self, by: &Caller) -> Result<Option<LinkedSignIn>> {
        let makers = self.makers_by(by)?;
        let is_linked = !makers.behind().is_empty();
        Ok(is_linked.then(|| LinkedSignIn { member: by.id.clone(), makers }))
    }
}

impl LinkedSignIn {
    /// What the audit log says of a site whose secrets were set in it.
    pub(super) fn written_down(&self, site: &SiteId) -> String {
        makers::written_down(site.as_str(), &self.makers)
    }
}

impl WorkspaceState {
    /// Notes in which sign-in what is now otherwise than before was set.
    // AP43
    pub(super) fn note_secrets(
        &mut self,
        id: &SiteId,
        before: Option<&SiteRow>,
        by: Option<&LinkedSignIn>,
    ) -> Vec<Change> {
        let Some(row) = self.sites.get_mut(id) else { return Vec::new() };
        let secret = |it: &SiteRow| it.webhook.as_ref().map(|it| it.secret.clone());
        let (was, is) = (before.and_then(secret), secret(row));
        if is != was {
            let previous = row.webhook.as_ref().and_then(|it| it.previous.as_ref());
            let goes_on = previous.is_some_and(|it| Some(&it.secret) == was.as_ref());
            let of_before = row.makers.secret.take();
            row.makers.previous = of_before.filter(|_| goes_on);
            row.makers.secret = by.filter(|_| is.is_some()).cloned();
        }
        let key = row.settings.inbox_key.as_ref();
        if key != before.and_then(|it| it.settings.inbox_key.as_ref()) {
            row.makers.key = by.filter(|_| key.is_some()).cloned();
        }
        vec![put(Row::Site(id.clone(), Box::new(row.clone())))]
    }

    /// What answers to a site are not taken by any more.
    // AP43
    #[must_use]
    pub fn ended_secrets(&self, row: &SiteRow) -> EndedSecrets {
        let has_ended = |it: &Option<LinkedSignIn>| {
            it.as_ref().is_some_and(|it| !self.link_holds(&it.makers, &it.member))
        };
        let SecretMakers { secret, previous, key } = &row.makers;
        EndedSecrets {
            secret: has_ended(secret),
            previous: has_ended(previous),
            key: has_ended(key),
        }
    }
}
