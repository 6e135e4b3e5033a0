//! What the desk has not been told yet of how a conversation stands.

use crate::RoomReport;

/// Keeps account of it, while the object is awake (RM37). Whoever wakes knows only that the desk may
/// know nothing.
///
/// A report that the desk did not get is not kept: others may have come after it. The next one is
/// made of what is stored by then.
#[derive(Debug, Default)]
pub struct Telling {
    /// The newest report, if it was not sent yet.
    waiting: Option<RoomReport>,
    /// Changes that the desk is to know of.
    n_changes: u64,
    /// How many of them it knows; none if it may not even know what was before.
    n_known: Option<u64>,
}

/// What the desk knows once it has a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told(u64);

impl Telling {
    /// Something has changed.
    pub fn change(&mut self) {
        self.n_changes += 1;
    }

    /// The conversation stands like this now: what was to be told before need not be.
    pub fn wait(&mut self, report: RoomReport) {
        self.waiting = Some(report);
    }

    /// What is to be told now.
    pub fn take(&mut self) -> Option<(RoomReport, Told)> {
        self.waiting.take().map(|it| (it, Told(self.n_changes)))
    }

    /// The desk has a report. The answer to a later one may have come before.
    pub fn told(&mut self, told: Told) {
        self.n_known = self.n_known.max(Some(told.0));
    }

    /// Whether the desk knows everything.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.n_known == Some(self.n_changes)
    }

    /// Whether a report must be made of what is stored.
    #[must_use]
    pub fn lacks_report(&self) -> bool {
        !self.is_complete() && self.waiting.is_none()
    }

    /// The report that was made of what is stored; none if there is nothing to be told.
    pub fn stands(&mut self, report: Option<RoomReport>) {
        if report.is_none() {
            self.told(Told(self.n_changes));
        }
        self.waiting = report;
    }

    /// What was to be told is not so any more.
    pub fn drop_report(&mut self) {
        self.waiting = None;
    }
}
