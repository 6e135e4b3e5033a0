//! How fast a connection speaks.

use std::collections::BTreeMap;

use inbox_types::{Timestamp, limits};

use crate::Conn;

/// The frames of each connection in the running span. Forgetting it is harmless: an object that
/// slept was silent for longer than a span.
#[derive(Debug, Default)]
pub(crate) struct Rates(BTreeMap<Conn, (Timestamp, u32)>);

impl Rates {
    /// Counts a frame; false if it is one too many.
    pub(crate) fn allow(&mut self, now: Timestamp, conn: Conn) -> bool {
        let (since, n_frames) = self.0.entry(conn).or_insert((now, 0));
        // A clock that was set back must not make the span days long.
        if limits::RATE_SPAN <= now.since(*since) || now < *since {
            (*since, *n_frames) = (now, 0);
        }
        *n_frames += 1;
        *n_frames <= limits::RATE_FRAMES
    }

    pub(crate) fn forget(&mut self, conn: Conn) {
        self.0.remove(&conn);
    }
}

#[cfg(test)]
mod tests {
    use inbox_types::Millis;

    use super::*;

    fn spent(rates: &mut Rates, now: Timestamp) -> bool {
        (0..limits::RATE_FRAMES).all(|_| rates.allow(now, Conn(1))) && !rates.allow(now, Conn(1))
    }

    #[test]
    fn a_span_ends_by_time_and_by_a_clock_that_is_set_back() {
        let mut rates = Rates::default();
        let noon = Timestamp::from_millis(Millis::minutes(12 * 60).0);
        assert!(spent(&mut rates, noon));
        assert!(spent(&mut rates, noon.after(limits::RATE_SPAN)));
        assert!(spent(&mut rates, Timestamp::from_millis(0)));
    }

    #[test]
    fn each_connection_has_a_span_of_its_own() {
        let mut rates = Rates::default();
        let now = Timestamp::from_millis(0);
        assert!(spent(&mut rates, now));
        assert!(rates.allow(now, Conn(2)));
        rates.forget(Conn(1));
        assert!(rates.allow(now, Conn(1)));
    }
}
