//! Webhooks: where one may lead, how a delivery is signed, and how it is posted. What is posted when
//! is planned by `inbox_host::forward`.

#[cfg(target_arch = "wasm32")]
pub(crate) mod post;
pub mod signature;
pub mod target;
