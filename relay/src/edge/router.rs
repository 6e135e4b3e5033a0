//! The router: every request comes in here, is matched with the table of routes, passes the guards,
//! and leaves as a question to an object, as a file, or as a refusal.

use inbox_protocol::{Refusal, http::CampaignReport};
use inbox_types::CampaignId;
use worker::{Env, Headers, Request, Response, ResponseBuilder};

use super::{
    accounts::SignInMethod,
    api, assets,
    incoming::{Incoming, id, no_store},
    policies,
    routes::{self, Endpoint, Matched},
    visitor_pages,
};
use crate::{
    refuse::{ApiError, Result},
    workspace::{command::Method, report},
};

pub(crate) async fn open(request: Request, env: &Env) -> worker::Result<Response> {
    let (answer, is_secure) = match Incoming::new(request, env) {
        Ok(incoming) => {
            let is_secure = incoming.config.origins.is_secure(&incoming.hosts);
            (incoming.answer().await, is_secure)
        }
        Err(error) => (error.answer("router"), false),
    };
    let mut answer = answer?;
    // A socket's answer cannot be changed any more.
    if answer.status_code() != 101 {
        secure(answer.headers_mut(), is_secure)?;
    }
    Ok(answer)
}

/// What every answer says. `is_secure` hosts are only ever asked over TLS again.
fn secure(headers: &Headers, is_secure: bool) -> worker::Result<()> {
    headers.set("x-content-type-options", "nosniff")?;
    for (name, value) in policies::of_every_answer(is_secure) {
        if !headers.has(name)? {
            headers.set(name, value)?;
        }
    }
    Ok(())
}

impl Incoming<'_> {
    async fn answer(mut self) -> worker::Result<Response> {
        let path = self.url.path().to_owned();
        let Some(matched) =
            method(&self.request).and_then(|it| routes::find(&self.hosts, it, &path))
        else {
            return ApiError::Refused(Refusal::NotFound).answer("no route");
        };
        let route = matched.route;
        let answer = match self.enter(matched).await {
            Ok(response) => Ok(response),
            // An unknown site has no loader, and nobody gets it too often, but a page that asks must
            // not break.
            Err(ApiError::Refused(reason @ (Refusal::NotFound | Refusal::Rate)))
                if route.endpoint == Endpoint::Loader =>
            {
                visitor_pages::no_loader(reason)
            }
            Err(error) => error.answer(route.path),
        };
        let mut answer = answer?;
        if let Some((name, value)) = route.hint(answer.status_code()) {
            answer.headers_mut().set(name, value)?;
        }
        if route.endpoint.is_for_other_pages() {
            answer.headers_mut().set("cross-origin-resource-policy", "cross-origin")?;
        }
        Ok(answer)
    }

    async fn enter(&mut self, matched: Matched<'_>) -> Result<Response> {
        let Matched { route, names } = matched;
        let name = |at: usize| names.get(at).copied().unwrap_or_default();
        self.guard(&route, name(0)).await?;
        match route.endpoint {
            Endpoint::Health => Ok(Response::ok("ok")?),
            Endpoint::Asset => assets::serve(self.env, &self.request, name(0)).await,
            Endpoint::Loader => self.loader(&id(name(0))?).await,
            Endpoint::Frame => self.frame(&id(name(0))?).await,
            Endpoint::NewVisitor => self.new_visitor(id(name(0))?).await,
            Endpoint::VisitorSocket => self.visitor_socket(id(name(0))?).await,
            Endpoint::VisitorUpload => self.visitor_upload(id(name(0))?).await,
            Endpoint::VisitorLogOut => self.log_out(id(name(0))?).await,
            Endpoint::Availability => self.availability(&id(name(0))?).await,
            Endpoint::Counts => self.count(id(name(0))?).await,
            Endpoint::Stop => self.stopped(name(0)).await,
            Endpoint::Console => self.console().await,
            Endpoint::File => self.file(id(name(0))?, id(name(1))?).await,
            Endpoint::Setup => self.sign_in(SignInMethod::Setup).await,
            Endpoint::RebuildDesk => self.rebuild_desk().await,
            Endpoint::DeskRebuild => self.desk_rebuild().await,
            Endpoint::SignIn => self.sign_in(SignInMethod::Password).await,
            Endpoint::UseSignInLink => self.sign_in(SignInMethod::Link).await,
            Endpoint::AcceptInvitation => self.sign_in(SignInMethod::Invitation).await,
            Endpoint::DeskSocket => self.desk_socket().await,
            Endpoint::AgentSocket => self.agent_socket(&id(name(0))?).await,
            Endpoint::Search => self.search().await,
            Endpoint::AgentUpload => self.agent_upload(&id(name(0))?).await,
            Endpoint::OpenApi => api::document(),
            Endpoint::BridgeSaid => self.bridge_said(id(name(0))?).await,
            Endpoint::BridgeMissed => self.bridge_missed(id(name(0))?, id(name(1))?).await,
            Endpoint::BridgeUpload => self.bridge_upload(id(name(0))?, id(name(1))?).await,
            Endpoint::ApiList => self.api_list().await,
            Endpoint::ApiConversation => self.api_conversation(id(name(0))?).await,
            Endpoint::ApiMessages => self.api_messages(id(name(0))?).await,
            Endpoint::ApiSaid => self.api_said().await,
            Endpoint::ApiUpload => self.api_upload(id(name(0))?).await,
            Endpoint::CampaignReport => {
                let (of, days) = self.report(name(0)).await?;
                no_store(Response::from_json(&CampaignReport { campaign: of.0, days })?)
            }
            Endpoint::CampaignTable => {
                let ((campaign, name), days) = self.report(name(0)).await?;
                table(&campaign, &report::csv(&name, &days))
            }
            Endpoint::Command(command) => {
                self.command(command, route.method, name(0).to_owned()).await
            }
        }
    }
}

fn method(request: &Request) -> Option<Method> {
    match request.method() {
        worker::Method::Get | worker::Method::Head => Some(Method::Get),
        worker::Method::Post => Some(Method::Post),
        worker::Method::Put => Some(Method::Put),
        worker::Method::Patch => Some(Method::Patch),
        worker::Method::Delete => Some(Method::Delete),
        worker::Method::Options
        | worker::Method::Connect
        | worker::Method::Trace
        | worker::Method::Report => None,
    }
}

/// A table to be saved.
fn table(campaign: &CampaignId, csv: &str) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", "text/csv; charset=utf-8")?;
    headers.set("content-disposition", &format!("attachment; filename=\"{campaign}.csv\""))?;
    headers.set("cache-control", "no-store")?;
    Ok(ResponseBuilder::new().with_headers(headers).fixed(csv.as_bytes().to_vec()))
}
