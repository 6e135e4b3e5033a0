//! What must hold before a request is answered: where it comes from, who it is, how often.

use inbox_protocol::{Refusal, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX};
use inbox_types::{Millis, SiteId};

use super::{
    cookie,
    incoming::Incoming,
    rate::Rate,
    routes::{Access, Route, Sender},
    signers,
};
use crate::{
    config,
    hosts::Host,
    platform::now,
    refuse::Result,
    requests::call,
    signed::visitor_token::{self, Verified},
    workspace::request::WorkspaceRequest,
};

impl Incoming<'_> {
    /// What the table says of a route, before anything is asked or read. `name` is the first name of the
    /// path: where messages are signed, their site.
    pub(super) async fn guard(&self, route: &Route, name: &str) -> Result<()> {
        if route.endpoint.is_socket() {
            self.must_be_socket()?;
        }
        match route.sender() {
            Sender::AnyPage => {}
            Sender::OwnPage => self.must_be_from(route.host)?,
            Sender::OwnForm => {
                self.must_be_from(route.host)?;
                self.must_be_json()?;
            }
        }
        if route.access == Access::SignedMessage {
            self.must_look_signed()?;
        }
        if route.rate == Rate::Unlimited {
            return Ok(());
        }
        let site = if route.access == Access::SignedMessage { name } else { "" };
        let (rate, key) = signers::counted(route.rate, site, &self.client());
        self.limit(rate, &key).await
    }

    /// Lets a caller through who is not too fast. `key` is a client or a name; it is not logged.
    pub(super) async fn limit(&self, rate: Rate, key: &str) -> Result<()> {
        if let Ok(limiter) = self.env.rate_limiter(rate.binding()) {
            let outcome = limiter.limit(key.to_owned()).await?;
            return if outcome.success { Ok(()) } else { Err(Refusal::Rate.into()) };
        }
        // The platform does not count here, so the workspace's object does.
        let ask = WorkspaceRequest::Count {
            key: format!("{}/{key}", rate.binding()),
            amount: 1,
            limit: rate.limit(),
            span: Millis::minutes(1),
        };
        call::ask::<_, ()>(&config::workspace(self.env)?, &ask).await
    }

    /// Refuses a browser that stands on another origin than the host's own.
    fn must_be_from(&self, host: Host) -> Result<()> {
        let own = self.config.origins.of(host);
        if Some(self.header("origin").as_str()) == own {
            Ok(())
        } else {
            Err(Refusal::Forbidden.into())
        }
    }

    fn must_be_json(&self) -> Result<()> {
        let kind = self.header("content-type");
        if kind.split(';').next().map(str::trim) == Some("application/json") {
            Ok(())
        } else {
            Err(Refusal::Malformed.into())
        }
    }

    fn must_be_socket(&self) -> Result<()> {
        if self.header("upgrade").eq_ignore_ascii_case("websocket") {
            Ok(())
        } else {
            Err(Refusal::Malformed.into())
        }
    }

    /// What the cookie of a sign-in carries.
    pub(super) fn cookie(&self) -> Result<String> {
        let header = self.header("cookie");
        let value = cookie::read(&header, self.config.origins.desk_is_secure());
        Ok(value.ok_or(Refusal::Unauthorized)?.to_owned())
    }

    /// The visitor's token out of the offered subprotocols.
    pub(super) fn socket_token(&self, site: &SiteId) -> Result<Verified> {
        let offered = self.header("sec-websocket-protocol");
        let offers: Vec<&str> = offered.split(',').map(str::trim).collect();
        if !offers.contains(&SUBPROTOCOL) {
            return Err(Refusal::Version.into());
        }
        let token = offers.iter().find_map(|it| it.strip_prefix(TOKEN_SUBPROTOCOL_PREFIX));
        self.verified(token, site)
    }

    /// The visitor's token out of `Authorization`.
    pub(super) fn bearer_token(&self, site: &SiteId) -> Result<Verified> {
        self.verified(self.header("authorization").strip_prefix("Bearer "), site)
    }

    fn verified(&self, token: Option<&str>, site: &SiteId) -> Result<Verified> {
        let token = token.ok_or(Refusal::Unauthorized)?;
        let verified = visitor_token::verify(token, site, &self.config.visitor_key, now());
        Ok(verified.map_err(|_| Refusal::Unauthorized)?)
    }
}
