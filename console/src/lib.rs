//! The desk for agents, supervisors, marketers and admins.
//!
//! Three parts: [`model`] is pure and decides, `view` shows and reports presses, `shell` has the
//! browser. Only the first is compiled outside one.

pub mod model;
#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "the component macro writes `pub` items, whatever it is given")]
mod shell;
#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "the component macro writes `pub` items, whatever it is given")]
pub mod view;
