//! A workspace, set up over the public API as its owner would.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use inbox_types::MemberId;
use serde_json::{Value, json};

use crate::http::{Request, Response, send};
use crate::relay::Relay;

const SETUP_TOKEN: &str = "5e705e705e705e705e705e705e705e70";

/// Where everything happens, and the owner's key to it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) address: SocketAddr,
    pub(crate) widget: String,
    pub(crate) desk: String,
    pub(crate) site: String,
    pub(crate) owner: MemberId,
    pub(crate) cookie: String,
    /// What the webhook is signed with, if there is one.
    pub(crate) secret: String,
}

/// Somebody new on the site.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) token: String,
}

impl Place {
    /// A workspace with one site, whose webhook goes to `webhook`, which may answer.
    pub(crate) async fn set_up(relay: &Relay, webhook: Option<&str>) -> Result<Self> {
        let mut place = Self {
            address: relay.address(),
            widget: relay.origin("w"),
            desk: relay.origin("desk"),
            site: String::new(),
            owner: "nobody".parse()?,
            cookie: String::new(),
            secret: String::new(),
        };
        let setup = json!({
            "token": SETUP_TOKEN, "workspace_name": "Faults", "name": "Olga",
            "email": "olga@shop.example", "password": "the kiln is at 1240 degrees",
        });
        let answer = place.ask("/v1/setup", &setup).await?;
        place.owner = text(&answer.json()?["member"], "id")?.parse()?;
        place.cookie = answer.cookie().context("setting up gives a cookie")?;
        let form = json!({ "name": "Everything", "assignment": "manual" });
        let department = text(&place.ask("/v1/departments", &form).await?.json()?, "id")?;
        let form = json!({
            "name": "Shop", "origins": ["http://shop.localhost:1"],
            "department": department, "webhook_url": webhook, "webhook_answers": webhook.is_some(),
        });
        let site = place.ask("/v1/sites", &form).await?.json()?;
        place.site = text(&site, "id")?;
        if webhook.is_some() {
            place.secret = text(&site["webhook"], "secret")?;
        }
        Ok(place)
    }

    pub(crate) async fn visitor(&self) -> Result<Ticket> {
        let path = format!("/v1/sites/{}/visitors", self.site);
        let request = Request {
            method: "POST",
            origin: &self.widget,
            path: &path,
            headers: vec![("Content-Type", "application/json".to_owned())],
            body: b"{}".to_vec(),
        };
        let answer = send(self.address, &request).await?.json()?;
        Ok(Ticket { token: text(&answer, "token")? })
    }

    async fn ask(&self, path: &str, body: &Value) -> Result<Response> {
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        if !self.cookie.is_empty() {
            headers.push(("Cookie", self.cookie.clone()));
        }
        let body = body.to_string().into_bytes();
        let request = Request { method: "POST", origin: &self.desk, path, headers, body };
        send(self.address, &request).await
    }
}

fn text(value: &Value, name: &str) -> Result<String> {
    let text = value.get(name).and_then(Value::as_str);
    text.map(str::to_owned).with_context(|| format!("the answer has no `{name}`: {value}"))
}
