//! What the desk has not been told yet of a conversation.
//!
//! How a conversation stands can be made again of its log, so a summary that the desk did not get is
//! not kept: the next one is made of what is stored by then. Everything else that is to be reported
//! (an answer to the desk, who has a socket, an erasure) is a row until the desk has it.
//!
//! The account of it lives as long as the process. Whoever wakes knows only that the desk may know
//! nothing; the timer's row, which is written with what is to be reported, brings it back.

use inbox_room::{OfferSummary, RoomReport, Summary};
use inbox_types::{DepartmentId, MemberId, Millis, SessionNo, SessionState, Timestamp};

use crate::TimerChange;

/// How soon the desk hears of what matters for routing.
const SOON: Millis = Millis(40);
/// How often it hears of the same state with new messages, at most.
const STEP: Millis = Millis::seconds(2);
/// How much longer that may be by chance, so that conversations which began together do not come to
/// the desk together ever after.
const SPREAD: Millis = Millis::seconds(1);
/// When a report that the desk did not get is tried again.
const AGAIN: Millis = Millis::seconds(5);
/// When a report is sent that was owed when the process was lost. It is sent long before that; each
/// alarm costs a write, so it is not set for every one of them. By chance it is up to twice as long,
/// so that conversations which began together do not wake together ever after.
const LATEST: Millis = Millis::seconds(20);

/// What is owed to the desk, while the process lives.
#[derive(Debug, Default)]
pub struct ReportOutbox {
    /// The newest summary, if it was not sent yet.
    waiting: Option<RoomReport>,
    /// Whether a time to send it is set.
    is_scheduled: bool,
    /// Changes that the desk is to know of.
    n_changes: u64,
    /// How many of them it knows; none if it may not even know what was before.
    n_known: Option<u64>,
    /// What the desk was told last of the things that matter at once.
    told: Option<RoutingKey>,
    /// When a summary was sent last.
    sent_at: Timestamp,
}

/// What lists and the routing depend on: a mere message changes nothing of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoutingKey {
    session: SessionNo,
    state: SessionState,
    owner: Option<MemberId>,
    offer: Option<OfferSummary>,
    department: Option<DepartmentId>,
    others: Vec<MemberId>,
    wrapup: Vec<MemberId>,
    is_blocked: bool,
}

/// What becomes of a report that is to be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Added {
    /// A report that is to be kept in a row until the desk has it.
    pub row: Option<RoomReport>,
    /// After which span [`ReportOutbox::wake`] is to be called; none if that is on its way already.
    pub wait: Option<Millis>,
}

/// A report that is sent now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// The report.
    pub report: RoomReport,
    /// What is settled once the desk has it.
    pub receipt: Receipt,
}

/// What is settled once the desk has a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receipt {
    /// The row of this number is deleted, if it still holds this report.
    Row(u64),
    /// The desk knows so many changes.
    Changes(u64),
}

impl ReportOutbox {
    /// Something has changed, and the desk is owed a report. Says what becomes of the timer.
    // HO13
    pub fn owe(
        &mut self,
        timer: Option<Timestamp>,
        now: Timestamp,
        chance: impl FnOnce() -> u32,
    ) -> TimerChange {
        self.n_changes += 1;
        match timer {
            Some(_) => TimerChange::Keep,
            None => TimerChange::Set(now.after(LATEST).after(below(LATEST, chance()))),
        }
    }

    /// Takes a report. It is sent soon if it matters for routing, and together with what follows it if
    /// it only says that somebody has written.
    // HO14, HO15
    pub fn add(
        &mut self,
        report: RoomReport,
        now: Timestamp,
        chance: impl FnOnce() -> u32,
    ) -> Added {
        let (row, is_urgent) = match report {
            RoomReport::Summary(ref summary) => {
                let is_urgent = self.told.as_ref() != Some(&RoutingKey::of(summary));
                self.waiting = Some(report);
                (None, is_urgent)
            }
            RoomReport::Wanted { .. }
            | RoomReport::OfferRefused { .. }
            | RoomReport::Bulk { .. }
            | RoomReport::Sockets { .. }
            | RoomReport::Erased { .. } => (Some(report), true),
        };
        let wait = if is_urgent {
            Some(SOON)
        } else if self.is_scheduled {
            None
        } else {
            self.is_scheduled = true;
            let at = self.sent_at.after(STEP).after(below(SPREAD, chance()));
            Some(at.since(now).max(SOON))
        };
        Added { row, wait }
    }

    /// The wait that [`add`](Self::add) asked for is over: send.
    pub fn wake(&mut self) {
        self.is_scheduled = false;
    }

    /// What to send now, given the first row. Once the desk has a row, ask again; what is sent last
    /// is how the conversation stands.
    // HO16
    pub fn send(&mut self, row: Option<(u64, RoomReport)>, now: Timestamp) -> Option<Outgoing> {
        if let Some((no, report)) = row {
            return Some(Outgoing { report, receipt: Receipt::Row(no) });
        }
        let report = self.waiting.take()?;
        self.sent_at = now;
        self.told = match &report {
            RoomReport::Summary(summary) => Some(RoutingKey::of(summary)),
            RoomReport::Wanted { .. }
            | RoomReport::OfferRefused { .. }
            | RoomReport::Bulk { .. }
            | RoomReport::Sockets { .. }
            | RoomReport::Erased { .. } => None,
        };
        Some(Outgoing { report, receipt: Receipt::Changes(self.n_changes) })
    }

    /// The desk has a report. The answer to a later one may have come before.
    // HO13
    pub fn delivered(&mut self, receipt: Receipt) {
        if let Receipt::Changes(n) = receipt {
            self.n_known = self.n_known.max(Some(n));
        }
    }

    /// When a report is sent again of which nobody knows whether the desk has it.
    // HO13
    #[must_use]
    pub fn try_again(now: Timestamp) -> Timestamp {
        now.after(AGAIN)
    }

    /// Whether the desk is owed a summary and none is prepared. Once the timer is due, whoever runs the
    /// conversation makes one of what is stored and hands it to [`stands`](Self::stands).
    // HO13
    #[must_use]
    pub fn lacks_report(&self) -> bool {
        !self.knows_all() && self.waiting.is_none()
    }

    /// Takes the report to be sent next, made of what is stored. None says that the desk is owed nothing.
    // HO13
    pub fn stands(&mut self, report: Option<RoomReport>) {
        if report.is_none() {
            self.n_known = Some(self.n_changes);
        }
        self.waiting = report;
    }

    /// When the timer is due next, after it was and everything was sent that there was: never, once
    /// the desk knows everything.
    // HO13
    #[must_use]
    pub fn next_attempt(&self, has_rows: bool, now: Timestamp) -> Option<Timestamp> {
        let is_done = self.knows_all() && !has_rows;
        (!is_done).then(|| Self::try_again(now))
    }

    /// What was to be told is not so any more: the log was erased.
    pub fn drop_report(&mut self) {
        self.waiting = None;
    }

    fn knows_all(&self) -> bool {
        self.n_known == Some(self.n_changes)
    }
}

impl RoutingKey {
    /// What a summary says of it.
    #[must_use]
    pub fn of(summary: &Summary) -> Self {
        let session = &summary.session;
        Self {
            session: session.no,
            state: session.state,
            owner: session.owner.clone(),
            offer: session.offer.clone(),
            department: session.department.clone(),
            others: session.others.clone(),
            wrapup: session.wrapup.clone(),
            is_blocked: summary.blocked,
        }
    }
}

/// A span below `most`.
fn below(most: Millis, chance: u32) -> Millis {
    Millis(u64::from(chance) % most.0)
}
