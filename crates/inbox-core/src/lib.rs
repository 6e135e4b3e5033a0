//! The rules of conversations: sessions, legs, offers, permissions, ordering,
//! notifications, masking, routing. `SPEC.md` names every rule.
//!
//! Two verbs carry everything: [`apply`] says which events a request causes,
//! [`Conversation::fold`] records one event. The first may refuse; the second
//! may not, because what was stored once must load for ever.
//!
//! There is no clock, no randomness and no IO in this crate, and no wire.
//! Whoever calls it passes the time and the names in.
#![allow(missing_docs, reason = "a name that says it needs no sentence that repeats it")]

mod apply;
mod content;
mod context;
mod conversation;
mod event;
pub mod language;
pub mod limit;
pub mod masking;
pub mod notification;
pub mod ordering;
pub mod permission;
mod request;
pub mod routing;
mod timer;

pub use apply::apply;
pub use content::{Change, Content};
pub use context::{Context, OwnerPresence, Served};
pub use conversation::{
    Conversation, EarlierSession, LanguageState, Leg, LegPart, Offer, Phase, Question, Rating,
    Session, Side, Waiting,
};
pub use event::{
    ClosedLeg, Department, Event, EventKind, LanguageEvidence, QueueCause, RatingCard, Reopening,
    Speaker,
};
pub use request::{
    Actor, Agent, Answered, Asking, Block, Command, Post, Rejection, Request, Target,
};
pub use timer::{TimerKind, timers};
