//! Waiting, with timers that end when nobody waits any more.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use inbox_types::Millis;

/// The timers of a platform. While one runs, the platform keeps the whole object awake, which is paid for.
pub trait Timeouts {
    /// A timer that runs.
    type Timer;
    /// Ready once the timer has come.
    type Over: Future + Unpin;

    /// Starts a timer.
    fn start(&self, span: Millis) -> (Self::Timer, Self::Over);
    /// Stops one, also one that has come.
    fn stop(&self, timer: &Self::Timer);
}

/// A wait. Whoever drops it stops its timer.
#[derive(Debug)]
pub struct Sleep<T: Timeouts> {
    timeouts: T,
    timer: T::Timer,
    over: T::Over,
}

impl<T: Timeouts> Sleep<T> {
    /// Waits for so long.
    pub fn new(timeouts: T, span: Millis) -> Self {
        let (timer, over) = timeouts.start(span);
        Self { timeouts, timer, over }
    }
}

// Nothing but `over` is polled in its place, and that can be moved.
impl<T: Timeouts> Unpin for Sleep<T> {}

impl<T: Timeouts> Future for Sleep<T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.over).poll(context).map(drop)
    }
}

impl<T: Timeouts> Drop for Sleep<T> {
    // HO130
    fn drop(&mut self) {
        self.timeouts.stop(&self.timer);
    }
}

/// What `work` comes to; none if that takes longer than the patience with it.
// HO130
pub async fn within<T: Timeouts, A>(
    timeouts: T,
    patience: Millis,
    work: impl Future<Output = A>,
) -> Option<A> {
    let (mut work, mut over) = (pin!(work), Sleep::new(timeouts, patience));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => Pin::new(&mut over).poll(context).map(|()| None),
    })
    .await
}
