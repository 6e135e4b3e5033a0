//! The rules of room and desk (`SPEC.md`), each by a scene, and the laws by scenes nobody wrote.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]
#![allow(clippy::similar_names, reason = "heads and what was heard")]

mod again;
mod bridge;
mod desk_answers;
mod desk_bulk;
mod desk_bulk_rows;
mod desk_bulk_sessions;
mod desk_fair;
mod desk_given;
mod desk_offers;
mod desk_pages;
mod desk_rules;
mod desk_stage;
mod desk_told;
mod desk_unread;
mod desk_views;
mod desk_wanted;
mod dialled;
mod ended;
mod frames;
mod handed_on;
mod laws;
mod masked;
mod masked_tags;
mod memory;
mod one_agent;
mod owner_presence;
mod privacy;
mod rights;
mod rights_files;
mod rights_visitor;
mod room_doors;
mod room_gone;
mod room_left;
mod room_reading;
mod room_rules;
mod room_sessions;
mod shift;
mod stage;
mod stored;
#[path = "../../../inbox-core/tests/it/writings.rs"]
mod writings;
