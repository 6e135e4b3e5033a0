//! What the workspace says of a site, for the conversations of this isolate: a thousand visitors who
//! come ask the workspace once every two seconds, and not a thousand times.

use std::rc::Rc;

use inbox_types::{SiteId, Timestamp};
use worker::Env;

use super::call;
use crate::{
    config,
    platform::now,
    refuse::Result,
    ttl_cache::TtlCache,
    workspace::request::{SiteNow, WorkspaceRequest},
};

thread_local! {
    /// None of what is no site.
    static SITES: Rc<TtlCache<Option<SiteNow>>> = Rc::new(TtlCache::new());
}

/// What the workspace says now, and when it was asked.
pub(crate) async fn ask(env: &Env, site: &SiteId) -> Result<(Timestamp, SiteNow)> {
    let asked = now();
    let ask = WorkspaceRequest::Facts { site: site.clone() };
    let answer: SiteNow = call::ask(&config::workspace(env)?, &ask).await?;
    keep(site, asked, &answer);
    Ok((asked, answer))
}

/// The same, or what it has said just now to somebody else, if that was not before an instant.
pub(crate) async fn recent(
    env: &Env,
    site: &SiteId,
    not_before: Timestamp,
) -> Result<(Timestamp, SiteNow)> {
    let fresh = async { ask(env, site).await.map(|it| it.1) };
    SITES.with(Rc::clone).find_or_ask(site.as_str(), not_before, now, fresh).await
}

/// Keeps what the workspace has answered to somebody who asked at an instant.
pub(crate) fn keep(site: &SiteId, asked: Timestamp, answer: &SiteNow) {
    SITES.with(|it| it.put(site.as_str(), asked, Some(answer.clone())));
}

/// Forgets everything: something was changed through this isolate.
pub(crate) fn forget() {
    SITES.with(|it| it.clear());
}
