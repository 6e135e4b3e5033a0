//! Webhooks: where one may lead, and how a delivery is posted. What is posted when is planned by
//! `inbox_host::forward`, and signed by `inbox_signing`.

#[cfg(target_arch = "wasm32")]
pub(crate) mod post;
pub mod target;
