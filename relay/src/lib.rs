//! The Cloudflare Worker: all I/O of the server.
//!
//! Each floor uses those below it only:
//!
//! | floor | what it is |
//! |---|---|
//! | [`edge`] | which route, who is it, may it, how often |
//! | `objects` | the Durable Objects: they load, ask a machine, store and tell |
//! | [`attachments`] | files in the bucket |
//! | `requests` | what the edge and the objects ask each other |
//! | [`workspace`] | what admins set up, and the rules for changing it |
//! | [`forward`] | where a webhook may lead, how a delivery is signed and posted |
//! | `platform` | Cloudflare's database, sockets, timers, clock and randomness |
//! | [`signed`] | visitors' tokens, agents' grants, addresses of files, previews |
//! | `config`, [`hosts`], [`language`], [`limits`], [`parse`] | what all of them use |
//!
//! Rules of conversations are not here: `inbox-core` has them. What needs Cloudflare is compiled for
//! wasm only, so that the rest is tested on the host.

pub mod attachments;
pub mod chat_language;
pub mod config;
pub mod edge;
pub mod forward;
pub mod hosts;
pub mod language;
pub mod limits;
pub mod parse;
#[cfg_attr(not(target_arch = "wasm32"), path = "platform/host.rs")]
pub mod platform;
pub mod refuse;
pub mod signed;
pub mod workspace;

#[cfg(target_arch = "wasm32")]
mod objects;
#[cfg(target_arch = "wasm32")]
mod planted;
#[cfg(target_arch = "wasm32")]
mod requests;
#[cfg(any(target_arch = "wasm32", test))]
mod ttl_cache;

#[cfg(target_arch = "wasm32")]
pub use objects::{
    campaigns::CampaignsObject, conversation::ConversationObject, desk::DeskObject,
    hasher::HasherObject, search::SearchObject, workspace::WorkspaceObject,
};

/// Every request comes in here.
#[cfg(target_arch = "wasm32")]
#[worker::event(fetch)]
async fn fetch(
    request: worker::Request,
    env: worker::Env,
    _context: worker::Context,
) -> worker::Result<worker::Response> {
    edge::router::open(request, &env).await
}
