//! The rules of proactive chat.
//!
//! [`check`] says in so many words what is wrong with a campaign before it is saved, [`compile`]
//! makes of a site's live campaigns the data that the loader evaluates, and [`statistics`] says what
//! counts mean. When a campaign speaks is decided in the visitor's browser, by one evaluator in
//! `widget/loader/src/proactive/`; `tests/campaigns/vectors.json` holds both sides to the same answers.
#![allow(missing_docs, reason = "a name that says it needs no sentence that repeats it")]

mod check;
mod compile;
pub mod regex;
pub mod statistics;
mod text;
mod week;

pub use check::{Fault, Problem, Surroundings, check, needs_memory, regex_steps};
pub use compile::{Publication, compile, compile_rule, words};
