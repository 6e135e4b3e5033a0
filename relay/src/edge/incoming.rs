//! One request, and what it takes to answer it.

use inbox_protocol::Refusal;
use inbox_types::limits::FRAME_BYTES;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use worker::{Env, Request, Response};

use super::{body, client::client_key};
use crate::{config::Config, hosts::Host, parse, platform::header, refuse::Result};

/// A request, with the configuration and what is bound to the Worker.
pub(super) struct Incoming<'env> {
    pub(super) request: Request,
    pub(super) env: &'env Env,
    pub(super) config: Config,
    pub(super) url: worker::Url,
    /// The hosts that it reached: several if they are one.
    pub(super) hosts: Vec<Host>,
}

impl<'env> Incoming<'env> {
    pub(super) fn new(request: Request, env: &'env Env) -> Result<Self> {
        let config = Config::read(env)?;
        let url = request.url()?;
        let host = url.host_str().unwrap_or_default();
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Self { hosts: config.origins.hosts(&authority), request, env, config, url })
    }

    /// A header's value; empty if there is none.
    pub(super) fn header(&self, name: &str) -> String {
        header(&self.request, name)
    }

    /// Who the browser is counted as, by the address that the platform saw.
    pub(super) fn client(&self) -> String {
        client_key(&self.header("cf-connecting-ip"))
    }

    /// The value of a parameter of the address, if it has one of this name.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|it| it.0 == name).map(|it| it.1.into_owned())
    }

    /// Reads the body as a form of the usual size.
    pub(super) async fn body<T: DeserializeOwned>(&mut self) -> Result<T> {
        self.body_of(FRAME_BYTES).await
    }

    /// The same, where a form may be left out.
    pub(super) async fn body_or_nothing(&mut self) -> Result<Json> {
        let text = body::read(&mut self.request, FRAME_BYTES).await?;
        if text.is_empty() { Ok(Json::Null) } else { Ok(parse::form(&text, FRAME_BYTES)?) }
    }

    /// Reads the body as a form. `TooLarge` if it is longer, `Malformed` if it is another one.
    pub(super) async fn body_of<T: DeserializeOwned>(&mut self, max_bytes: usize) -> Result<T> {
        let text = body::read(&mut self.request, max_bytes).await?;
        Ok(parse::form(&text, max_bytes)?)
    }
}

/// What a part of a path names; nothing is called what is no id.
pub(super) fn id<T: std::str::FromStr>(raw: &str) -> Result<T> {
    raw.parse().map_err(|_| Refusal::NotFound.into())
}

/// An answer that nobody keeps.
pub(super) fn no_store(response: Response) -> Result<Response> {
    response.headers().set("cache-control", "no-store")?;
    Ok(response)
}
