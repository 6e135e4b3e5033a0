//! Forwarders: each is a cursor into a conversation's log, so there is no second
//! table that could disagree with it.

pub mod event;
#[cfg(target_arch = "wasm32")]
pub(crate) mod pump;
pub mod schedule;
pub mod signature;
pub mod target;
pub mod waiting;
