//! The rules of room and desk (`SPEC.md`), each by a scene, and the laws by scenes nobody wrote.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod desk_rules;
mod desk_stage;
mod laws;
mod memory;
mod privacy;
mod room_rules;
mod stage;
mod stored;
