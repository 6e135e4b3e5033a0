//! What signed-in members do with the workspace. What there is to be done stands in the tables of
//! `workspace`; here a request becomes a question to it.

use inbox_protocol::http::DayCounts;
use inbox_types::CampaignId;
use serde_json::Value as Json;
use worker::Response;

use super::{
    cookie,
    incoming::{Incoming, id, no_store},
    visitor_pages,
};
use crate::{
    config,
    refuse::Result,
    requests::{call, campaigns, sites},
    workspace::{
        command::Method,
        request::{Asked, ReportOf, WorkspaceRequest},
    },
};

/// The command after which the browser forgets its cookie.
const SIGN_OUT: &str = "sign_out";

impl Incoming<'_> {
    /// Has the workspace carry out a command. `name` is what the path names; empty if it names nothing.
    pub(super) async fn command(
        &mut self,
        command: &str,
        method: Method,
        name: String,
    ) -> Result<Response> {
        let cookie = self.cookie()?;
        let asked = Asked {
            name,
            query: self.url.query_pairs().into_owned().collect(),
            form: self.form(method).await?,
        };
        let ask =
            WorkspaceRequest::By { cookie, command: command.to_owned(), asked: Box::new(asked) };
        let answer: Json = call::ask(&config::workspace(self.env)?, &ask).await?;
        if method.changes() {
            visitor_pages::forget();
            sites::forget();
        }
        let response = if answer.is_null() {
            Response::empty()?.with_status(204)
        } else {
            Response::from_json(&answer)?
        };
        if command == SIGN_OUT {
            let cookie = cookie::clear(self.config.origins.desk_is_secure());
            response.headers().set("set-cookie", &cookie)?;
        }
        no_store(response)
    }

    /// The form in the body; null where there is none.
    async fn form(&mut self, method: Method) -> Result<Json> {
        match method {
            Method::Get | Method::Delete => Ok(Json::Null),
            Method::Post | Method::Put | Method::Patch => self.body_or_nothing().await,
        }
    }

    /// What a campaign did by day, and what it is called.
    pub(super) async fn report(
        &self,
        name: &str,
    ) -> Result<((CampaignId, String), Vec<DayCounts>)> {
        let cookie = self.cookie()?;
        let campaign: CampaignId = id(name)?;
        let ask = WorkspaceRequest::ReportOf { cookie, campaign: campaign.clone() };
        let workspace = config::workspace(self.env)?;
        let ReportOf { name, site, since, time_zone } = call::ask(&workspace, &ask).await?;
        let days = match since {
            Some(since) => {
                let ask = campaigns::CampaignsRequest::Report {
                    campaign: campaign.clone(),
                    since,
                    time_zone,
                };
                call::ask(&config::campaigns(self.env, &site)?, &ask).await?
            }
            None => Vec::new(),
        };
        Ok(((campaign, name.as_str().to_owned()), days))
    }
}
