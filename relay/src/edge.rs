//! The door: which host, which route, who is it, may it, how often.

pub mod chat;
pub mod client;
pub mod cookie;
pub mod hosts;
pub mod pages;
pub mod routes;
pub mod wanted;

#[cfg(any(target_arch = "wasm32", test))]
mod recent;

#[cfg(target_arch = "wasm32")]
pub(crate) mod assets;
#[cfg(target_arch = "wasm32")]
pub(crate) mod body;
#[cfg(target_arch = "wasm32")]
pub(crate) mod door;
#[cfg(target_arch = "wasm32")]
pub(crate) mod gate;
