//! The Cloudflare Worker: all I/O of the server.
//!
//! A request comes in by the [`edge`], which knows who it is; the objects around rooms and
//! desk load, call, store and tell; [`forward`] reads what was stored. Rules are not here:
//! `inbox-core` has them. What needs Cloudflare is compiled for wasm only, so that the rest
//! is tested on the host.

pub mod attachments;
pub mod capability;
pub mod counts;
pub mod edge;
pub mod forward;
pub mod grant;
pub mod keys;
pub mod language;
pub mod limits;
pub mod parse;
pub mod permission;
pub mod preview;
pub mod report;
pub mod token;
pub mod workspace;

#[cfg(target_arch = "wasm32")]
mod config;
#[cfg(target_arch = "wasm32")]
mod objects;
#[cfg(target_arch = "wasm32")]
mod planted;
#[cfg(target_arch = "wasm32")]
mod platform;
#[cfg(target_arch = "wasm32")]
mod refuse;
#[cfg(target_arch = "wasm32")]
mod store;

#[cfg(target_arch = "wasm32")]
pub use objects::{
    campaigns::CampaignsObject, conversation::ConversationObject, desk::DeskObject,
    hasher::HasherObject, workspace::WorkspaceObject,
};

/// Every request comes in here.
#[cfg(target_arch = "wasm32")]
#[worker::event(fetch)]
async fn fetch(
    request: worker::Request,
    env: worker::Env,
    _context: worker::Context,
) -> worker::Result<worker::Response> {
    edge::door::open(request, &env).await
}
