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
        if limits::RATE_SPAN <= now.since(*since) {
            (*since, *n_frames) = (now, 0);
        }
        *n_frames += 1;
        *n_frames <= limits::RATE_FRAMES
    }

    pub(crate) fn forget(&mut self, conn: Conn) {
        self.0.remove(&conn);
    }
}
