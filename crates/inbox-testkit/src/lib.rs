//! The seeded world: clients, rooms and a desk on an in-memory network, disk and
//! clock that drop, duplicate, reorder, crash and sleep.
//!
//! [`World`] runs the real `inbox-client`, `inbox-room` and `inbox-core`, and every
//! frame as the bytes that it would be on the wire. [`History`] is a pure checker
//! that knows nothing of the world, for other tests to record into. [`Planted`]
//! bugs show that the checker can see. [`FirstUses`] is a small world of its own: a browser that does
//! not know yet who it is, and [`LongConversation`] counts what a log of any length costs.

mod disk;
mod first_uses;
mod history;
mod long;
mod network;
mod planted;
mod random;
mod world;

pub use first_uses::FirstUses;
pub use history::{History, Invariant, LineName, Numbering, Observation, Violation, Whereabouts};
pub use long::LongConversation;
pub use planted::{Bug, Planted};
pub use world::{Report, World};
