//! The outbox of reports' shell: letters to the desk are lost, come late and come twice.

use inbox_host::{Added, Outgoing, Receipt, ReportOutbox};
use inbox_room::RoomReport;
use inbox_types::Timestamp;

use super::{
    env::{Env, Letter},
    room_host::RoomHost,
};
use crate::Planted;

/// What the process knows of reports.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    outbox: ReportOutbox,
    /// When a wait is over that the outbox asked for.
    send_at: Option<Timestamp>,
    /// Which process it is: answers to one that is gone are not heard.
    process: u32,
}

/// Who waits for the desk's answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waits {
    process: u32,
    receipt: Receipt,
}

impl Reports {
    /// The process is gone; rows stay.
    pub(super) fn forget(&mut self) {
        *self = Self { process: self.process + 1, ..Self::default() };
    }

    /// The log was erased.
    pub(super) fn drop_report(&mut self) {
        self.outbox.drop_report();
    }

    /// When something is sent without the alarm.
    pub(super) fn send_at(&self) -> Option<Timestamp> {
        self.send_at
    }
}

impl RoomHost {
    /// The desk is owed a report.
    pub(super) fn owe_report(&mut self, env: &mut Env) {
        let now = self.skew.shows(env.now);
        let change = self.reports.outbox.owe(self.disk.report_at, now, || env.random.chance());
        self.disk.report_at = change.after(self.disk.report_at);
    }

    /// Something is to be told.
    pub(super) fn report(&mut self, env: &mut Env, report: RoomReport) {
        let now = self.skew.shows(env.now);
        let Added { row, wait } = self.reports.outbox.add(report, now, || env.random.chance());
        if let Some(report) = row {
            self.disk.put_report(report);
        }
        self.owe_report(env);
        if let Some(wait) = wait {
            let at = env.now.after(wait);
            self.reports.send_at = Some(self.reports.send_at.map_or(at, |it| it.min(at)));
        }
    }

    /// A wait is over.
    pub(super) fn send_due_reports(&mut self, env: &mut Env) {
        self.reports.send_at = None;
        self.reports.outbox.wake();
        self.send_reports(env);
    }

    /// The timer of an owed report: it goes when the desk knows everything.
    pub(super) fn report_due(&mut self, env: &mut Env) {
        if env.is(Planted::ReportForgotten) {
            self.disk.report_at = None;
            return;
        }
        if self.reports.outbox.lacks_report() {
            let report = self.current_report();
            self.reports.outbox.stands(report);
        }
        self.send_reports(env);
        let (has_rows, now) = (self.disk.first_report().is_some(), self.skew.shows(env.now));
        self.disk.report_at = self.reports.outbox.next_attempt(has_rows, now);
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
    pub(crate) fn reported(&mut self, env: &mut Env, report: &RoomReport, waits: Waits) {
        self.reports.outbox.delivered(waits.receipt);
        if let Receipt::Row(no) = waits.receipt {
            self.disk.forget_report(no, report);
            self.send_reports(env);
        }
    }

    /// The desk did not say that it has the report.
    pub(crate) fn unreported(&mut self, env: &mut Env, report: &RoomReport, waits: Waits) {
        if env.is(Planted::ReportForgotten) {
            self.reported(env, report, waits);
            return;
        }
        self.disk.report_at = Some(ReportOutbox::try_again(self.skew.shows(env.now)));
        self.arm();
    }

    /// Sends the next report. A letter that is lost is one that is not answered.
    fn send_reports(&mut self, env: &mut Env) {
        let now = self.skew.shows(env.now);
        let outgoing = self.reports.outbox.send(self.disk.first_report(), now);
        let Some(Outgoing { report, receipt }) = outgoing else { return };
        let waits = Waits { process: self.reports.process, receipt };
        if env.random.permille(env.weather.mail) || env.desk_is_away {
            self.unreported(env, &report, waits);
        } else {
            env.post(Letter::ToDesk { conversation: self.index, report, waits: Some(waits) });
        }
    }
}
