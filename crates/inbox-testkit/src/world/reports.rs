//! What a conversation owes the desk: told at once, and by a timer until the desk has it.

use inbox_room::RoomReport;

use super::{
    env::{Env, Letter},
    room_host::{AGAIN, RoomHost},
};
use crate::Planted;

/// What the desk does not know yet.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    /// What cannot be made again from the log: rows.
    owed: Vec<RoomReport>,
    /// The newest summary, if it was not sent yet.
    waiting: Option<RoomReport>,
    /// Letters without an answer.
    n_under_way: usize,
    /// Which process it is: answers to one that is gone are not heard.
    process: u32,
    /// The desk has answered the last summary since the process began.
    is_complete: bool,
}

impl Reports {
    /// The process is gone; rows stay.
    pub(super) fn forget(&mut self) {
        let owed = std::mem::take(&mut self.owed);
        *self = Self { owed, process: self.process + 1, ..Self::default() };
    }
}

impl RoomHost {
    /// Something is to be told.
    pub(super) fn report(&mut self, env: &mut Env, report: RoomReport) {
        match report {
            RoomReport::Summary(_) => self.reports.waiting = Some(report),
            RoomReport::OfferRefused { .. }
            | RoomReport::Bulk { .. }
            | RoomReport::Erased { .. } => self.reports.owed.push(report),
        }
        self.owe(env);
        self.send_reports(env);
    }

    /// The timer of an owed report: it goes when the desk knows everything.
    pub(super) fn report_due(&mut self, env: &mut Env) {
        if !self.reports.is_complete && self.reports.waiting.is_none() {
            // Asleep since: what was to be told is said again from what was stored.
            self.reports.waiting = self.current_report();
            self.reports.is_complete = self.reports.waiting.is_none();
        }
        self.send_reports(env);
        let reports = &self.reports;
        let is_done = reports.owed.is_empty()
            && reports.waiting.is_none()
            && reports.is_complete
            && reports.n_under_way == 0;
        self.disk.report_at = (!is_done).then(|| self.skew.shows(env.now).after(AGAIN));
    }

    /// Whether this is the process that waits for an answer.
    pub(crate) fn is_process(&self, process: u32) -> bool {
        self.reports.process == process
    }

    /// How the conversation stands, for a desk that knows nothing.
    pub(crate) fn current_report(&mut self) -> Option<RoomReport> {
        let room = self.wake();
        let report = room.report(&self.disk);
        self.room = Some(room);
        report
    }

    /// The desk has it.
    pub(crate) fn reported(&mut self, report: &RoomReport) {
        let reports = &mut self.reports;
        reports.n_under_way = reports.n_under_way.saturating_sub(1);
        reports.owed.retain(|it| it != report);
        if matches!(report, RoomReport::Summary(_)) && reports.n_under_way == 0 {
            reports.is_complete = reports.waiting.is_none();
        }
    }

    /// The desk did not say that it has the report.
    pub(crate) fn unreported(&mut self, env: &Env, report: RoomReport) {
        if env.is(Planted::ReportForgotten) {
            self.reported(&report);
            return;
        }
        let reports = &mut self.reports;
        reports.n_under_way = reports.n_under_way.saturating_sub(1);
        // By then there may be a newer one.
        if matches!(report, RoomReport::Summary(_)) && reports.waiting.is_none() {
            reports.waiting = Some(report);
        }
        self.owe(env);
        self.arm();
    }

    fn owe(&mut self, env: &Env) {
        self.reports.is_complete = false;
        let again = self.skew.shows(env.now).after(AGAIN);
        self.disk.report_at.get_or_insert(again);
    }

    fn send_reports(&mut self, env: &mut Env) {
        for report in self.reports.owed.clone() {
            if !env.random.permille(env.weather.mail) {
                self.post(env, report);
            }
        }
        if let Some(report) = self.reports.waiting.take() {
            if env.random.permille(env.weather.mail) {
                if !env.is(Planted::ReportForgotten) {
                    self.reports.waiting = Some(report);
                }
            } else {
                self.post(env, report);
            }
        }
    }

    fn post(&mut self, env: &mut Env, report: RoomReport) {
        self.reports.n_under_way += 1;
        let process = Some(self.reports.process);
        env.post(Letter::ToDesk { conversation: self.index, report, process });
    }
}
