//! What a conversation owes the desk: told at once, and by a timer until the desk has it.

use inbox_room::{RoomReport, Telling, Told};

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
    telling: Telling,
    /// Which process it is: answers to one that is gone are not heard.
    process: u32,
}

/// Who waits for the desk's answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waits {
    process: u32,
    /// What the desk knows then, if it is about how the conversation stands.
    told: Option<Told>,
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
            RoomReport::Summary(_) => self.reports.telling.wait(report),
            RoomReport::OfferRefused { .. }
            | RoomReport::Bulk { .. }
            | RoomReport::Sockets { .. }
            | RoomReport::Erased { .. } => self.reports.owed.push(report),
        }
        self.reports.telling.change();
        self.try_reports_again(env);
        self.send_reports(env);
    }

    /// The timer of an owed report: it goes when the desk knows everything.
    pub(super) fn report_due(&mut self, env: &mut Env) {
        if self.reports.telling.lacks_report() {
            let report = self.current_report();
            self.reports.telling.stands(report);
        }
        self.send_reports(env);
        let is_done = self.reports.owed.is_empty() && self.reports.telling.is_complete();
        self.disk.report_at = (!is_done).then(|| self.skew.shows(env.now).after(AGAIN));
    }

    /// Whether this is the process that waits for an answer.
    pub(crate) fn is_waiting(&self, waits: Waits) -> bool {
        self.reports.process == waits.process
    }

    /// How the conversation stands, for a desk that knows nothing.
    pub(crate) fn current_report(&mut self) -> Option<RoomReport> {
        let room = self.wake();
        let report = room.report(&self.disk);
        self.room = Some(room);
        report
    }

    /// Which agents have a socket, for a desk that knows nothing.
    pub(crate) fn current_sockets(&mut self) -> RoomReport {
        let room = self.wake();
        let report = room.sockets();
        self.room = Some(room);
        report
    }

    /// The desk has it.
    pub(crate) fn reported(&mut self, report: &RoomReport, waits: Waits) {
        self.reports.owed.retain(|it| it != report);
        if let Some(told) = waits.told {
            self.reports.telling.told(told);
        }
    }

    /// The desk did not say that it has the report.
    pub(crate) fn unreported(&mut self, env: &Env, report: &RoomReport, waits: Waits) {
        if env.is(Planted::ReportForgotten) {
            self.reported(report, waits);
            return;
        }
        self.try_reports_again(env);
        self.arm();
    }

    fn try_reports_again(&mut self, env: &Env) {
        let again = self.skew.shows(env.now).after(AGAIN);
        self.disk.report_at.get_or_insert(again);
    }

    fn send_reports(&mut self, env: &mut Env) {
        for report in self.reports.owed.clone() {
            self.send(env, report, None);
        }
        if let Some((report, told)) = self.reports.telling.take() {
            self.send(env, report, Some(told));
        }
    }

    /// A letter that is lost is one that is not answered.
    fn send(&mut self, env: &mut Env, report: RoomReport, told: Option<Told>) {
        let waits = Waits { process: self.reports.process, told };
        if env.random.permille(env.weather.mail) {
            self.unreported(env, &report, waits);
        } else {
            env.post(Letter::ToDesk { conversation: self.index, report, waits: Some(waits) });
        }
    }
}
