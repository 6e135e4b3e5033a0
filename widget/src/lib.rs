//! The visitor's chat, for the iframe.
//!
//! Three parts: [`model`] is pure and decides everything, `view` shows it and
//! decides nothing, `shell` has the only calls to the browser. The host compiles
//! the model alone.

pub mod model;
#[cfg(target_arch = "wasm32")]
pub mod shell;
#[cfg(target_arch = "wasm32")]
pub mod view;
