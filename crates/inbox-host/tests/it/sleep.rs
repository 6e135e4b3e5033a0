//! HO130: timers end with what they were set for.

use std::{
    cell::{Cell, RefCell},
    future::{pending, poll_fn, ready},
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll, Waker},
};

use inbox_host::{Sleep, Timeouts, forward::PATIENCE, within};
use inbox_types::Millis;

/// Counts the timers that run. Either each comes at once, or none ever.
#[derive(Clone, Default)]
struct Counted {
    running: Rc<RefCell<Vec<u32>>>,
    n_started: Rc<Cell<u32>>,
    spans: Rc<RefCell<Vec<Millis>>>,
    comes: bool,
}

impl Timeouts for Counted {
    type Timer = u32;
    type Over = Pin<Box<dyn Future<Output = ()>>>;

    fn start(&self, span: Millis) -> (u32, Self::Over) {
        let no = self.n_started.get();
        self.n_started.set(no + 1);
        self.running.borrow_mut().push(no);
        self.spans.borrow_mut().push(span);
        (no, if self.comes { Box::pin(ready(())) } else { Box::pin(pending()) })
    }

    fn stop(&self, timer: &u32) {
        self.running.borrow_mut().retain(|it| it != timer);
    }
}

impl Counted {
    fn n_running(&self) -> usize {
        self.running.borrow().len()
    }
}

#[test]
fn ho130_the_timer_of_a_delivery_runs_no_longer_than_the_delivery() {
    let timeouts = Counted::default();
    let answer = Cell::new(None);
    let receiver = poll_fn(|_| answer.get().map_or(Poll::Pending, Poll::Ready));
    let mut context = Context::from_waker(Waker::noop());
    {
        let mut waited = pin!(within(timeouts.clone(), PATIENCE, receiver));
        assert_eq!(timeouts.n_running(), 0, "nothing was asked yet");
        assert_eq!(waited.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(waited.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!((timeouts.n_running(), timeouts.n_started.get()), (1, 1));
        assert_eq!(*timeouts.spans.borrow(), [PATIENCE]);
        answer.set(Some(200));
        assert_eq!(waited.as_mut().poll(&mut context), Poll::Ready(Some(200)));
        // What was waited for may be kept for long.
        assert_eq!(timeouts.n_running(), 0, "the answer is there");
    }
    let hasty = Counted { comes: true, ..Counted::default() };
    let mut waited = pin!(within(hasty.clone(), PATIENCE, pending::<u32>()));
    assert_eq!(waited.as_mut().poll(&mut context), Poll::Ready(None));
    assert_eq!((hasty.n_running(), hasty.n_started.get()), (0, 1));
}

#[test]
fn ho130_a_wait_that_is_dropped_leaves_no_timer() {
    let timeouts = Counted::default();
    let sleep = |it| Sleep::new(timeouts.clone(), Millis::seconds(it));
    let mut sleeps: Vec<_> = (1..=3).map(sleep).collect();
    assert_eq!(timeouts.n_running(), 3);
    sleeps.truncate(1);
    assert_eq!(timeouts.n_running(), 1);
    sleeps.clear();
    assert_eq!(timeouts.n_running(), 0);
    let mut delivery = Box::pin(within(timeouts.clone(), PATIENCE, pending::<u32>()));
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(delivery.as_mut().poll(&mut context), Poll::Pending);
    assert_eq!(timeouts.n_running(), 1);
    drop(delivery);
    assert_eq!(timeouts.n_running(), 0);
}
