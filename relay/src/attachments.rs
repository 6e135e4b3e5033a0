//! Attachments: streamed into the bucket, never buffered, and served as what they are.

pub mod disposition;
pub mod sniff;

#[cfg(target_arch = "wasm32")]
pub(crate) mod serve;
#[cfg(target_arch = "wasm32")]
pub(crate) mod upload;
