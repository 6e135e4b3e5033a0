//! The outbox of reports' shell: letters to the desk are lost, come late and come twice.

use inbox_host::{Outgoing, Receipt};
use inbox_room::RoomReport;
use inbox_types::Timestamp;

use super::{
    env::{Env, Letter},
    room_host::RoomHost,
};
use crate::Planted;

/// Disks are full only while a turn is written.
const CALM: &str = "a row can be written outside a transaction";

/// What the process knows of reports beside its machine.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    /// When a wait is over that the machine asked for.
    pub(super) send_at: Option<Timestamp>,
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
        *self = Self { process: self.process + 1, send_at: None };
    }
}

impl RoomHost {
    /// A wait is over.
    pub(super) fn send_due_reports(&mut self, env: &mut Env) {
        self.reports.send_at = None;
        self.runner.send_wait_is_over();
        self.send_reports(env);
    }

    /// The timer of an owed report.
    pub(super) fn report_due(&mut self, env: &mut Env) {
        if env.is(Planted::ReportForgotten) {
            self.disk.report_at = None;
            return;
        }
        let prepared = self.run(env, |runner, on| runner.report_due(on));
        self.send_reports(env);
        prepared.and_then(|()| self.run(env, |runner, on| runner.reports_sent(on))).expect(CALM);
    }

    /// Whether this is the process that waits for an answer.
    pub(crate) fn is_waiting(&self, waits: Waits) -> bool {
        self.reports.process == waits.process
    }

    /// How the conversation stands and which agents have a socket, for a desk that knows nothing.
    pub(crate) fn current_reports(&mut self, env: &mut Env) -> Vec<RoomReport> {
        let reports = self.run(env, |runner, on| {
            runner.look(on, |room, log| {
                room.report(log).into_iter().chain([room.sockets()]).collect()
            })
        });
        reports.expect(CALM)
    }

    /// The desk has it.
    pub(crate) fn reported(&mut self, env: &mut Env, report: &RoomReport, waits: Waits) {
        let more = self.run(env, |runner, on| runner.reported(on, report, waits.receipt));
        if more.expect(CALM) {
            self.send_reports(env);
        }
    }

    /// The desk did not say that it has the report.
    pub(crate) fn unreported(&mut self, env: &mut Env, report: &RoomReport, waits: Waits) {
        if env.is(Planted::ReportForgotten) {
            self.reported(env, report, waits);
            return;
        }
        self.run(env, |runner, on| runner.unreported(on)).expect(CALM);
    }

    /// Sends the next report. A letter that is lost is one that is not answered.
    fn send_reports(&mut self, env: &mut Env) {
        let next = self.run(env, |runner, on| runner.next_report(on)).expect(CALM);
        let Some(Outgoing { report, receipt }) = next else { return };
        let waits = Waits { process: self.reports.process, receipt };
        if env.random.permille(env.fault_plan.mail) || env.desk_is_away {
            self.unreported(env, &report, waits);
        } else {
            env.post(Letter::ToDesk { conversation: self.index, report, waits: Some(waits) });
        }
    }
}
