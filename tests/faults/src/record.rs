//! Where everybody writes down what happens, and a clock that all of them share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use inbox_types::{Place, Timestamp};
use tokio::sync::broadcast;
use tokio::time::Instant;

use crate::history::{Acknowledged, Count, History, LineName, Typed};

/// Something at which a relay can be taken away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Moment {
    Opened,
    Said,
    /// A message was acknowledged.
    Acknowledged,
    /// A new row came.
    Told,
    /// Part of a file has left.
    Uploading,
}

/// The record of one run.
#[derive(Debug)]
pub(crate) struct Record {
    history: Mutex<History>,
    moments: broadcast::Sender<Moment>,
    began: Instant,
    began_at: Timestamp,
}

impl Record {
    pub(crate) fn new() -> Self {
        let since_1970 = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        let millis = u64::try_from(since_1970.as_millis()).unwrap_or_default();
        Self {
            history: Mutex::default(),
            moments: broadcast::Sender::new(1_024),
            began: Instant::now(),
            began_at: Timestamp::from_millis(millis),
        }
    }

    /// What was recorded so far.
    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody typed a line.
    pub(crate) fn typed(&self, line: LineName, tab: u32, text: String) {
        self.history().typed.push(Typed { line, tab, text });
    }

    /// Its author was told of its place.
    pub(crate) fn told(&self, line: LineName, count: Count, place: u64) {
        let (place, at) = (Place(place), self.elapsed());
        self.history().acknowledged.push(Acknowledged { line, count, place, at });
    }

    pub(crate) fn opened(&self) {
        let at = self.elapsed();
        self.history().opened_at.push(at);
        self.moment(Moment::Opened);
    }

    /// Says that something happens now.
    pub(crate) fn moment(&self, moment: Moment) {
        // Nobody needs to be waiting for it.
        let _ = self.moments.send(moment);
    }

    /// Waits until this happens.
    pub(crate) async fn next(&self, wanted: Moment) {
        let mut moments = self.moments.subscribe();
        loop {
            match moments.recv().await {
                Ok(moment) if moment == wanted => return,
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => (),
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    /// Milliseconds since the run began.
    pub(crate) fn elapsed(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The clock that browsers have: it never goes back.
    pub(crate) fn now(&self) -> Timestamp {
        self.began_at.after(inbox_types::Millis(self.elapsed()))
    }

    /// The instant of a timestamp of [`Record::now`].
    pub(crate) fn instant(&self, at: Timestamp) -> Instant {
        self.began + std::time::Duration::from_millis(at.since(self.began_at).0)
    }
}
