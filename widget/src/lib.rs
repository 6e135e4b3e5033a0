//! The visitor's chat, for the iframe.
//!
//! Three parts: [`model`] is pure and decides everything, `view` shows it and
//! decides nothing, `shell` has the only calls to the browser. The host compiles
//! the model alone.

#[cfg(target_arch = "wasm32")]
mod memory;
pub mod model;
#[cfg(target_arch = "wasm32")]
pub mod shell;
#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "the component macro writes `pub` items, whatever it is given")]
pub mod view;
