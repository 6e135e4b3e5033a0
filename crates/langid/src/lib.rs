//! Language detection for short chat messages.
//!
//! One verb: [`detect`] reads a text and says which language it is in, how sure it is,
//! and what else it could be. [`Evidence`] is the same in two steps, for texts that are
//! read together. A [`Prior`] tells what is known beforehand, which is
//! the languages of the browser and of the site.
//!
//! Nothing is allocated, nothing panics, and there is no state: the weights are
//! read in place. Whether a conversation changes its language is not decided here.

#![no_std]

#[cfg(test)]
extern crate std;

mod compose;
mod detect;
pub mod feature;
mod gather;
mod language;
pub mod model;
mod prior;
mod row;
pub mod script;
pub mod token;

pub use detect::{Alternatives, Candidate, Detection, Evidence, detect, detect_with};
pub use language::Language;
pub use prior::Prior;
