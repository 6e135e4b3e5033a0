//! What the deployment's operator does, who has the setup token and need not be a member.

use inbox_protocol::{Refusal, http::RebuildProgress};
use worker::Response;

use super::incoming::{Incoming, no_store};
use crate::{
    config,
    refuse::Result,
    requests::{call, desk::DeskRequest},
    signed::keys,
};

impl Incoming<'_> {
    /// Begins a rebuild of the desk, or goes on with the one that is under way, and says how far it is.
    pub(super) async fn rebuild_desk(&self) -> Result<Response> {
        self.ask_desk(&DeskRequest::Rebuild).await
    }

    /// How far the last rebuild of the desk is.
    pub(super) async fn desk_rebuild(&self) -> Result<Response> {
        self.ask_desk(&DeskRequest::RebuildProgress).await
    }

    async fn ask_desk(&self, question: &DeskRequest) -> Result<Response> {
        let authorization = self.header("authorization");
        self.must_be_setup_token(authorization.strip_prefix("Bearer ").unwrap_or_default())?;
        let progress: RebuildProgress = call::ask(&config::desk(self.env)?, question).await?;
        no_store(Response::from_json(&progress)?)
    }

    /// Refuses what is not the deployment's setup token; every token, where the deployment has none: its
    /// operator takes it away once it was used.
    pub(super) fn must_be_setup_token(&self, token: &str) -> Result<()> {
        let expected = self.env.secret("SETUP_TOKEN").map(|it| it.to_string()).unwrap_or_default();
        if expected.is_empty() || !keys::same(token, &expected) {
            return Err(Refusal::Unauthorized.into());
        }
        Ok(())
    }
}
