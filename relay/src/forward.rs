//! Forwarders, as far as they need Cloudflare: where a webhook may lead, how a delivery is signed,
//! and the loop that does what `inbox_host::forward` plans.

#[cfg(target_arch = "wasm32")]
pub(crate) mod pump;
pub mod signature;
pub mod target;
