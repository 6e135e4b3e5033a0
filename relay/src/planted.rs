//! Bugs that a build for tests has on purpose, one at a time, to see that the tests see them.
//!
//! They are only in a build with the feature `planted`, in which the Worker's variable `PLANTED`
//! names one; in every other build [`has`] is always false and the compiler drops them.

use worker::Env;

/// A bug.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Planted {
    /// A turn is told before its rows are written.
    AcknowledgeBeforeWrite,
    /// The index of names finds nothing, and refuses nothing.
    NoDedupe,
    /// Resuming begins one place too late.
    ResumeOffByOne,
    /// New entries are not told to agents.
    LoseEntry,
    /// Of a message other words are stored.
    OtherWords,
    /// A delivery of the webhook that failed counts as made.
    ForgetDelivery,
}

#[cfg(feature = "planted")]
thread_local! {
    static CHOSEN: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
}

/// Reads which bug is wanted.
#[cfg(feature = "planted")]
pub(crate) fn choose(env: &Env) {
    let chosen = env.var("PLANTED").map(|it| it.to_string()).unwrap_or_default();
    CHOSEN.set(chosen);
}

/// There is none to be chosen.
#[cfg(not(feature = "planted"))]
pub(crate) fn choose(_: &Env) {}

/// Whether this bug is in.
#[cfg(feature = "planted")]
pub(crate) fn has(planted: Planted) -> bool {
    CHOSEN.with_borrow(|it| *it == format!("{planted:?}"))
}

/// No bug is in.
#[cfg(not(feature = "planted"))]
pub(crate) const fn has(_: Planted) -> bool {
    false
}
