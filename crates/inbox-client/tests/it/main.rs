//! The rules of `SPEC.md` and the laws behind them.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod files;
mod identity;
mod laws;
mod link;
mod presentation;
mod rules;
mod seen;
mod tab;
