//! Bugs that a build for tests has on purpose, one at a time, to see that the tests see them.
//!
//! They are only in a build with the feature `planted`, in which the Worker's variable `PLANTED`
//! names one; in every other build [`has`] is always false and the compiler drops them.

use inbox_core::Content;
use inbox_room::{Batch, Written};
use inbox_types::Place;
use worker::Env;

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

/// A planted bug: a browser is taken to have one event more than it says.
pub(crate) fn resume_too_late(after: &mut Option<Place>) {
    if has(Planted::ResumeOffByOne) {
        *after = after.map(|it| if Place(1) < it { it.next() } else { it });
    }
}

/// A planted bug: what is stored is not what was said.
pub(crate) fn garbled(batch: &Batch) -> Option<Batch> {
    has(Planted::OtherWords).then(|| {
        let mut batch = batch.clone();
        let beside = batch.events.iter_mut().filter_map(|it| it.written.as_mut());
        beside.chain(batch.rewritten.iter_mut().map(|it| &mut it.1)).for_each(garble);
        batch
    })
}

fn garble(written: &mut Written) {
    if let Some(Content::Message { text, .. }) = &mut written.content {
        *text = "something else".to_owned().try_into().ok();
    }
}
