//! Alarms as the platform has them: one for each object, tried again six times if the
//! handler fails, and then given up.

use inbox_types::{Millis, Timestamp};

use super::{
    env::Env,
    room_host::{AGAIN, RoomHost},
};
use crate::Planted;

/// How often the platform tries again.
const RETRIES: u32 = 6;
/// The first of its rests; each is twice the one before.
const FIRST_REST: Millis = Millis::seconds(2);
/// When an object that dies at its alarm wants to be woken in any case.
const SAFETY: Millis = Millis::minutes(1);

/// The platform's alarm of an object. It outlives the process.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Alarm {
    /// When, on the object's clock.
    pub(super) at: Option<Timestamp>,
    n_failed: u32,
}

/// A timer of a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Job {
    Room,
    Report,
    Forward,
}

impl RoomHost {
    /// When it must act by itself.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let alarm = self.alarm.at.map(|it| self.skew.when(it));
        let others = [self.forwarder.answer_at(), self.reports.send_at, self.inbox.due()];
        others.into_iter().chain([alarm]).flatten().min()
    }

    pub(crate) fn act(&mut self, env: &mut Env) {
        if self.forwarder.answer_at().is_some_and(|it| it <= env.now) {
            self.receive_from_receiver(env);
        }
        if self.inbox.due().is_some_and(|it| it <= env.now) {
            self.inbox_says(env);
        }
        if self.reports.send_at.is_some_and(|it| it <= env.now) {
            self.send_due_reports(env);
        }
        if self.alarm.at.is_some_and(|it| self.skew.when(it) <= env.now) {
            self.ring(env);
        }
    }

    /// Sets the alarm for the earliest timer; one that is set too early is left.
    pub(super) fn arm(&mut self) {
        let Some(earliest) = self.disk.due() else { return };
        if self.alarm.at.is_none_or(|it| earliest < it) {
            self.alarm.at = Some(earliest);
        }
    }

    /// The alarm. A new one is set before anything is done: a handler that dies seven times
    /// would be the last.
    fn ring(&mut self, env: &mut Env) {
        let now = self.skew.shows(env.now);
        self.alarm.at = self.disk.due().map(|_| now.after(SAFETY));
        for job in self.due_jobs(now) {
            if env.is(Planted::LostAlarm) {
                self.put(job, None);
            }
            if 0 < self.n_killed {
                self.n_killed -= 1;
                env.tell(|| format!("{} is killed at its alarm", self.id));
                self.crash(env);
                self.try_again(now);
                return;
            }
            if !self.do_job(env, job) {
                self.try_again(now);
                return;
            }
        }
        self.alarm.n_failed = 0;
        self.arm();
    }

    /// The platform tries again, up to a point.
    fn try_again(&mut self, now: Timestamp) {
        self.alarm.n_failed += 1;
        if RETRIES < self.alarm.n_failed {
            self.alarm.n_failed = 0;
            return;
        }
        let rest = Millis(FIRST_REST.0 << self.alarm.n_failed);
        let at = now.after(rest);
        self.alarm.at = Some(self.alarm.at.map_or(at, |it| it.min(at)));
    }

    fn due_jobs(&self, now: Timestamp) -> Vec<Job> {
        let disk = &self.disk;
        let timers = [
            (Job::Room, disk.alarm),
            (Job::Report, disk.report_at),
            (Job::Forward, disk.forward_at),
        ];
        let due = timers.into_iter().filter(|(_, at)| at.is_some_and(|it| it <= now));
        due.map(|(job, _)| job).collect()
    }

    /// False if the process died of it.
    fn do_job(&mut self, env: &mut Env, job: Job) -> bool {
        match job {
            Job::Room => {
                let done = self.run(env, |runner, on| runner.room_due(on));
                if let Err(fault) = done
                    && !self.fail(env, None, fault)
                {
                    // Its row is still there, unless the room wrote another.
                    let again = self.skew.shows(env.now).after(AGAIN);
                    let lost = env.is(Planted::LostAlarm);
                    self.put(job, (!lost).then_some(again));
                    return false;
                }
            }
            Job::Report => self.report_due(env),
            Job::Forward => self.forward(env),
        }
        true
    }

    fn put(&mut self, job: Job, at: Option<Timestamp>) {
        match job {
            Job::Room => self.disk.alarm = at,
            Job::Report => self.disk.report_at = at,
            Job::Forward => self.disk.forward_at = at,
        }
    }
}
