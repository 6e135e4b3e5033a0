//! Who hashes a password next. Hashing is costly on purpose, so there is one line for it, apart from
//! everything else, with an end: whoever comes when it is full is told to try again.
//!
//! Strangers stand behind whoever is known: one who holds a good link, who is signed in, or who comes
//! from where this member has signed in before. Some places are kept for these, so that a crowd of
//! strangers keeps nobody out.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use inbox_types::limits::{HASHES_OF_ONE, HASHES_WAITING, HASHES_WAITING_STRANGERS};
use serde::{Deserialize, Serialize};

/// Who wants something hashed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "who", content = "name", rename_all = "snake_case")]
pub enum Applicant {
    /// Somebody who has shown who they are, or comes from where they did before.
    Known(String),
    /// Anybody, by address.
    Stranger(String),
}

/// The line is as long as it may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many passwords are waiting to be hashed")]
pub struct Full;

/// All who wait, and the one whose turn it is.
#[derive(Debug, Default)]
pub struct Line {
    waiting: RefCell<Vec<Waiting>>,
    tickets: Cell<u64>,
}

#[derive(Debug)]
struct Waiting {
    ticket: u64,
    who: Applicant,
    waker: Option<Waker>,
}

/// A place in the line; it is given up when this is dropped, wherever it stands.
#[derive(Debug)]
pub struct Place {
    line: Rc<Line>,
    ticket: u64,
}

/// The right to hash once. Nothing else makes one, so nothing is hashed past the line.
#[derive(Debug)]
pub struct Turn(());

impl Line {
    /// Stands at the end, or before the strangers.
    ///
    /// # Errors
    ///
    /// If there is no room.
    pub fn enter(self: &Rc<Self>, who: Applicant) -> Result<Place, Full> {
        let mut waiting = self.waiting.borrow_mut();
        let of_one = waiting.iter().filter(|it| it.who == who).count();
        let (room, at) = match who {
            Applicant::Known(_) => (HASHES_WAITING, before_strangers(&waiting)),
            Applicant::Stranger(_) => (HASHES_WAITING_STRANGERS, waiting.len()),
        };
        if room <= waiting.len() || HASHES_OF_ONE <= of_one {
            return Err(Full);
        }
        let ticket = self.tickets.replace(self.tickets.get() + 1);
        waiting.insert(at, Waiting { ticket, who, waker: None });
        Ok(Place { line: Rc::clone(self), ticket })
    }

    /// How many there are.
    #[must_use]
    pub fn n_waiting(&self) -> usize {
        self.waiting.borrow().len()
    }
}

/// Where the first stranger waits. The first in the line may be at work already and stays.
fn before_strangers(waiting: &[Waiting]) -> usize {
    let is_stranger = |it: &Waiting| matches!(it.who, Applicant::Stranger(_));
    let first = waiting.iter().skip(1).position(is_stranger);
    first.map_or(waiting.len(), |it| it + 1)
}

impl Place {
    /// Waits until all who stand before have gone.
    pub async fn turn(&self) -> Turn {
        poll_fn(|context| {
            let mut waiting = self.line.waiting.borrow_mut();
            match waiting.iter().position(|it| it.ticket == self.ticket) {
                Some(0) | None => Poll::Ready(Turn(())),
                Some(at) => {
                    waiting[at].waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut waiting = self.line.waiting.borrow_mut();
        waiting.retain(|it| it.ticket != self.ticket);
        let next = waiting.first_mut().and_then(|it| it.waker.take());
        drop(waiting);
        if let Some(next) = next {
            next.wake();
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{pin::pin, task::Context};

    use super::*;

    /// A turn without anybody waiting, for tests of what is hashed.
    pub(in crate::workspace) fn turn() -> Turn {
        Turn(())
    }

    fn stranger(n: usize) -> Applicant {
        Applicant::Stranger(format!("192.0.2.{n}"))
    }

    fn known(n: usize) -> Applicant {
        Applicant::Known(format!("m{n}"))
    }

    fn has_turn(place: &Place) -> bool {
        let turn = pin!(place.turn());
        turn.poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn one_hashes_at_a_time_in_the_order_of_coming() {
        let line = Rc::<Line>::default();
        let places: Vec<Place> =
            (0..3).map(|n| line.enter(stranger(n)).expect("there is room")).collect();
        assert_eq!(places.iter().map(has_turn).collect::<Vec<_>>(), [true, false, false]);
        let mut places = places.into_iter();
        drop(places.next());
        let (second, third) = (places.next().expect("second"), places.next().expect("third"));
        assert!(has_turn(&second) && !has_turn(&third));
        // Whoever gives up in the middle is not waited for.
        drop(second);
        assert!(has_turn(&third));
        drop(third);
        assert_eq!(line.n_waiting(), 0);
    }

    #[test]
    fn however_many_come_so_many_wait_and_no_more() {
        let line = Rc::<Line>::default();
        let places: Vec<Place> = (0..1_000).filter_map(|n| line.enter(stranger(n)).ok()).collect();
        assert_eq!(places.len(), HASHES_WAITING_STRANGERS);
        let more: Vec<Place> = (0..1_000).filter_map(|n| line.enter(known(n)).ok()).collect();
        assert_eq!(more.len(), HASHES_WAITING - HASHES_WAITING_STRANGERS);
        drop((places, more));
        assert_eq!(line.n_waiting(), 0);
    }

    #[test]
    fn one_caller_takes_a_few_places_only() {
        let line = Rc::<Line>::default();
        let places: Vec<Place> = (0..1_000).filter_map(|_| line.enter(stranger(1)).ok()).collect();
        assert_eq!(places.len(), HASHES_OF_ONE);
        assert!(line.enter(stranger(2)).is_ok());
    }

    #[test]
    fn who_is_known_stands_before_strangers_and_behind_who_is_at_work() {
        let line = Rc::<Line>::default();
        let strangers = [1, 2].map(|n| line.enter(stranger(n)).expect("there is room"));
        let members = [1, 2].map(|n| line.enter(known(n)).expect("there is room"));
        let [first, second] = strangers;
        let [third, fourth] = members;
        assert!(has_turn(&first));
        drop(first);
        assert!(has_turn(&third) && !has_turn(&second));
        drop(third);
        assert!(has_turn(&fourth) && !has_turn(&second));
        drop(fourth);
        assert!(has_turn(&second));
    }

    #[test]
    fn the_next_is_woken() {
        use std::sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        };
        struct Alarm(AtomicBool);
        impl std::task::Wake for Alarm {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let line = Rc::<Line>::default();
        let first = line.enter(stranger(1)).expect("there is room");
        let second = line.enter(stranger(2)).expect("there is room");
        let alarm = Arc::new(Alarm(AtomicBool::new(false)));
        let waker = Waker::from(Arc::clone(&alarm));
        let mut turn = pin!(second.turn());
        assert!(turn.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        drop(first);
        assert!(alarm.0.load(Ordering::Relaxed));
        assert!(turn.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
    }
}
