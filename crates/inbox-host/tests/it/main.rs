//! The rules of running a machine, each by its name.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of a type with a lifetime is not general enough"
)]

mod desk;
mod desk_bulks;
mod desk_facts;
mod desk_learn;
mod desk_rebuild;
mod forward;
mod forward_owner;
mod forward_record;
mod log;
mod log_beside;
mod log_files;
mod outbox;
mod run;
mod sleep;
mod state;
mod thousand;
