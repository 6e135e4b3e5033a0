//! The rules of searching, each by its name.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod feed;
mod find;
mod stage;
