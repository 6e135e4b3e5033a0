//! The edge: which host, which route, who is it, may it, how often.

pub mod chat;
pub mod client;
pub mod cookie;
pub mod hours;
pub mod html;
pub mod listing;
pub mod openapi;
pub mod policies;
pub mod rate;
pub mod routes;

#[cfg(target_arch = "wasm32")]
mod accounts;
#[cfg(target_arch = "wasm32")]
mod admin;
#[cfg(target_arch = "wasm32")]
mod agents;
#[cfg(target_arch = "wasm32")]
mod api;
#[cfg(target_arch = "wasm32")]
mod assets;
#[cfg(target_arch = "wasm32")]
mod body;
#[cfg(target_arch = "wasm32")]
mod bridge;
#[cfg(target_arch = "wasm32")]
mod files;
#[cfg(target_arch = "wasm32")]
mod guards;
#[cfg(target_arch = "wasm32")]
mod incoming;
#[cfg(target_arch = "wasm32")]
mod operator;
#[cfg(target_arch = "wasm32")]
mod reader;
#[cfg(target_arch = "wasm32")]
pub(crate) mod router;
#[cfg(target_arch = "wasm32")]
mod search;
#[cfg(any(target_arch = "wasm32", test))]
mod signers;
#[cfg(target_arch = "wasm32")]
mod visitor_pages;
#[cfg(target_arch = "wasm32")]
mod visitors;
