//! The desk for agents, supervisors, marketers and admins.
//!
//! Three parts: [`model`] is pure and decides, `view` shows and reports presses, `shell` has the
//! sockets, the storage and the clock. Below both, `browser` has what views ask of the page, and
//! `part` what is only fetched when it is needed. Only
//! the model is compiled outside a browser.

#[cfg(target_arch = "wasm32")]
mod browser;
pub mod model;
#[cfg(target_arch = "wasm32")]
mod part;
#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "the component macro writes `pub` items, whatever it is given")]
mod shell;
#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "the component macro writes `pub` items, whatever it is given")]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
#[expect(clippy::must_use_candidate, reason = "a component is used by the macro that names it")]
pub mod view;
