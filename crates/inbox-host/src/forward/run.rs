//! Planning a step, and keeping what was decided.

use super::{Answer, Attempt, Cursor, ForwarderState, Plan, Step};
use crate::{
    TimerChange,
    platform::{Clock, Fallible, Timer, Timers},
};

/// What is stored of a conversation's forwarder.
pub trait ForwarderRows: Fallible + Clock + Timers {
    /// Looks at the forwarder's state as it is stored now; none if this is no conversation.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn forwarder<T>(
        &self,
        in_flight: bool,
        look: impl FnOnce(&ForwarderState<'_>) -> T,
    ) -> Result<Option<T>, Self::Error>;

    /// Moves the cursor of the site's webhook.
    ///
    /// # Errors
    ///
    /// If the row is refused.
    fn put_cursor(&mut self, cursor: Cursor) -> Result<(), Self::Error>;
}

/// Whether the workspace is asked what holds before the next step: see
/// [`ForwarderState::asks_first`].
///
/// # Errors
///
/// If something cannot be read.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of a type with a lifetime is not general enough"
)]
pub fn asks_first<F: ForwarderRows>(on: &F) -> Result<bool, F::Error> {
    Ok(on.forwarder(false, |it| it.asks_first())?.unwrap_or_default())
}

/// Plans what to do next, and keeps it. Whoever calls it takes the step, and asks again until it is
/// [`Step::Rest`]; after [`Step::Send`] comes [`settle`].
///
/// # Errors
///
/// If something cannot be read or written.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of a type with a lifetime is not general enough"
)]
pub fn next_step<F: ForwarderRows>(on: &mut F, in_flight: bool) -> Result<Step, F::Error> {
    match on.forwarder(in_flight, |it| it.plan())? {
        Some(plan) => keep(on, plan),
        None => on.set(Timer::Forward, None).map(|()| Step::Rest),
    }
}

/// Keeps what follows from a receiver's answer. Much may have happened since the attempt.
///
/// # Errors
///
/// If something cannot be read or written.
// HO5
pub fn settle<F: ForwarderRows>(
    on: &mut F,
    attempt: &Attempt,
    answer: Answer,
) -> Result<Step, F::Error> {
    let chance = on.chance();
    match on.forwarder(false, |it| it.settle(attempt, answer, chance))? {
        Some(plan) => keep(on, plan),
        None => Ok(Step::Continue),
    }
}

/// Keeps where the forwarder is now, and when it goes on.
///
/// # Errors
///
/// If a row is refused.
pub fn keep<F: ForwarderRows>(on: &mut F, plan: Plan) -> Result<Step, F::Error> {
    let Plan { cursor, timer, step } = plan;
    if let Some(cursor) = cursor {
        on.put_cursor(cursor)?;
    }
    if timer != TimerChange::Keep {
        let at = timer.after(None);
        on.set(Timer::Forward, at)?;
    }
    Ok(step)
}
