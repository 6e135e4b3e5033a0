//! Who is it, and how often: addresses, cookies, tokens, rates.

use inbox_protocol::{Refusal, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX};
use inbox_types::{
    Millis, SiteId,
    limits::{PENDING_FILE_LIFE, UPLOAD_BYTES_OF_CLIENT},
};
use worker::{Env, Request};

use crate::{
    config::{self, Config},
    edge::{client::client_key, cookie},
    objects::call,
    platform::now,
    refuse::Shut,
    token::{self, Verified},
    workspace::ask::{Ask, Browser},
};

/// What is limited at the door; each has its binding in `wrangler.toml`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rate {
    /// New visitors and conversations.
    Start,
    /// Ways of signing in.
    SignIn,
    /// Uploads.
    Upload,
    /// Everything else that reaches an object.
    Request,
    /// What pages and conversations are made of: loaders, frames, files.
    Page,
}

impl Rate {
    fn binding(self) -> &'static str {
        match self {
            Self::Start => "RATE_START",
            Self::SignIn => "RATE_SIGN_IN",
            Self::Upload => "RATE_UPLOAD",
            Self::Request => "RATE_REQUEST",
            Self::Page => "RATE_PAGE",
        }
    }

    /// How many in a minute, where the platform does not count.
    fn limit(self) -> u64 {
        match self {
            Self::Start => 30,
            Self::SignIn => 10,
            Self::Upload => 60,
            Self::Request => 600,
            Self::Page => 1_200,
        }
    }
}

/// Lets a caller through who is not too fast. `key` is what [`client`] says, or a name; it is not logged.
pub(crate) async fn limit(env: &Env, rate: Rate, key: &str) -> Result<(), Shut> {
    if let Ok(limiter) = env.rate_limiter(rate.binding()) {
        let outcome = limiter.limit(key.to_owned()).await?;
        return if outcome.success { Ok(()) } else { Err(Refusal::Rate.into()) };
    }
    // The platform does not count here, so the workspace's object does.
    let ask = Ask::Count {
        key: format!("{}/{key}", rate.binding()),
        amount: 1,
        limit: rate.limit(),
        span: Millis::minutes(1),
    };
    call::ask::<_, ()>(&config::workspace(env)?, &ask).await
}

/// Lets a visitor's upload through, if there were not too many bytes from there already. What was
/// uploaded and never sent is swept after the same span, so this bounds what waits as well. Whatever
/// does not come is to be given back.
pub(crate) async fn limit_bytes(env: &Env, client: &str, bytes: u64) -> Result<(), Shut> {
    let ask = Ask::Count {
        key: bytes_of(client),
        amount: bytes,
        limit: UPLOAD_BYTES_OF_CLIENT,
        span: PENDING_FILE_LIFE,
    };
    call::ask::<_, ()>(&config::workspace(env)?, &ask).await
}

/// Of what was counted, so many bytes did not come: announcing alone uses up nothing.
pub(crate) async fn give_back_bytes(env: &Env, client: &str, bytes: u64) -> Result<(), Shut> {
    let ask = Ask::Uncount { key: bytes_of(client), amount: bytes };
    call::ask::<_, ()>(&config::workspace(env)?, &ask).await
}

fn bytes_of(client: &str) -> String {
    format!("upload/{client}")
}

/// Who a browser is counted as, by the address that the platform saw.
pub(crate) fn client(request: &Request) -> String {
    client_key(&header(request, "cf-connecting-ip"))
}

/// What is known of a browser before it is known whose it is.
pub(crate) fn browser(request: &Request) -> Browser {
    Browser { user_agent: header(request, "user-agent"), from: client(request) }
}

/// A header's value; empty if there is none.
pub(crate) fn header(request: &Request, name: &str) -> String {
    request.headers().get(name).ok().flatten().unwrap_or_default()
}

/// Refuses a browser that stands on another origin.
pub(crate) fn same_origin(request: &Request, origin: &str) -> Result<(), Shut> {
    if header(request, "origin") == origin { Ok(()) } else { Err(Refusal::Forbidden.into()) }
}

/// What the cookie of a sign-in carries.
pub(crate) fn cookie_of(request: &Request, config: &Config) -> Result<String, Shut> {
    let header = header(request, "cookie");
    let value = cookie::read(&header, config.origins.desk_is_secure());
    Ok(value.ok_or(Refusal::Unauthorized)?.to_owned())
}

/// The visitor's token out of the offered subprotocols.
pub(crate) fn socket_token(
    request: &Request,
    site: &SiteId,
    config: &Config,
) -> Result<Verified, Shut> {
    let offered = header(request, "sec-websocket-protocol");
    let offers: Vec<&str> = offered.split(',').map(str::trim).collect();
    if !offers.contains(&SUBPROTOCOL) {
        return Err(Refusal::Version.into());
    }
    let token = offers.iter().find_map(|it| it.strip_prefix(TOKEN_SUBPROTOCOL_PREFIX));
    verified(token, site, config)
}

/// The visitor's token out of `Authorization`.
pub(crate) fn bearer_token(
    request: &Request,
    site: &SiteId,
    config: &Config,
) -> Result<Verified, Shut> {
    verified(header(request, "authorization").strip_prefix("Bearer "), site, config)
}

fn verified(token: Option<&str>, site: &SiteId, config: &Config) -> Result<Verified, Shut> {
    let token = token.ok_or(Refusal::Unauthorized)?;
    Ok(token::verify(token, site, &config.visitor_key, now()).map_err(|_| Refusal::Unauthorized)?)
}
