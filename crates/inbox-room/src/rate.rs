//! How fast a connection speaks, and how fast all tabs of a visitor together.

use std::collections::BTreeMap;

use inbox_types::{Timestamp, limits};

use crate::Conn;

/// The frames of each connection in the running span, and of the visitor whatever the connection.
/// Forgetting it is harmless: an object that slept was silent for longer than a span.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rates {
    conns: BTreeMap<Conn, Span>,
    visitor: Span,
    bridge: Span,
    /// When something that the visitor wrote was refused last.
    refused: Option<Timestamp>,
}

/// What was counted since when.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    since: Timestamp,
    n_frames: u32,
}

impl Span {
    fn count(&mut self, now: Timestamp, cost: u32, limit: u32) -> bool {
        // A clock that was set back must not make the span days long.
        if limits::RATE_SPAN <= now.since(self.since) || now < self.since {
            *self = Self { since: now, n_frames: 0 };
        }
        self.n_frames = self.n_frames.saturating_add(cost);
        self.n_frames <= limit
    }
}

impl Rates {
    /// Counts a frame, which may cost as much as several; false if it is one too many.
    pub(crate) fn allow(&mut self, now: Timestamp, conn: Conn, cost: u32) -> bool {
        let new = Span { since: now, n_frames: 0 };
        self.conns.entry(conn).or_insert(new).count(now, cost, limits::RATE_FRAMES)
    }

    /// Counts a frame of the visitor; false if it is one too many on this connection, or on all of
    /// them.
    pub(crate) fn allow_visitor(&mut self, now: Timestamp, conn: Conn, cost: u32) -> bool {
        let on_this = self.allow(now, conn, cost);
        let on_all = self.visitor.count(now, cost, limits::RATE_VISITOR_FRAMES);
        on_this && on_all
    }

    /// Counts something that the bridge says; false if it is one too many.
    pub(crate) fn allow_bridge(&mut self, now: Timestamp) -> bool {
        self.bridge.count(now, 1, limits::RATE_BRIDGE_FRAMES)
    }

    /// What the visitor wrote was refused. A refusal without asking does not put off the next question:
    /// whoever tries without a pause would be refused for ever.
    // RM121
    pub(crate) fn refused_post(&mut self, now: Timestamp) {
        if !self.has_refused(now) {
            self.refused = Some(now);
        }
    }

    /// Whether it was refused a moment ago by what the workspace said then.
    pub(crate) fn has_refused(&self, now: Timestamp) -> bool {
        self.refused.is_some_and(|at| at <= now && now.since(at) < limits::REFUSED_POST_LIFE)
    }

    pub(crate) fn forget(&mut self, conn: Conn) {
        self.conns.remove(&conn);
    }
}

#[cfg(test)]
mod tests {
    use inbox_types::Millis;

    use super::*;

    fn spent(rates: &mut Rates, now: Timestamp) -> bool {
        (0..limits::RATE_FRAMES).all(|_| rates.allow(now, Conn(1), 1))
            && !rates.allow(now, Conn(1), 1)
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
        assert!(rates.allow(now, Conn(2), 1));
        rates.forget(Conn(1));
        assert!(rates.allow(now, Conn(1), 1));
    }
}
