//! A browser's side of a conversation: transcript, local echo, unsent lines,
//! reconnect and resume.
//!
//! One verb: [`Client::handle`] turns an input into outputs. There is no socket,
//! no clock, no storage and no chance in here; a shell has those and does what
//! the outputs say, in order. The rules are in `SPEC.md`.
//!
//! This crate is compiled into the widget, where every kilobyte is paid by
//! somebody's customer: it neither reads nor writes JSON, and it formats nothing.

mod client;
mod connector;
mod frame;
mod identity;
pub mod presentation;
mod queue;
mod transcript;
mod typing;

pub use client::{Client, Input, Output};
pub use connector::{Call, Connector, Status};
pub use frame::{Frame, Say};
pub use identity::{Identity, Step};
pub use queue::{Failure, NewMessage, SavedMessage, UnsentMessage, UnsentState, adoptable};
pub use typing::Typist;
