//! The run loop of a conversation: load, ask, store, acknowledge, tell, report, forward, wake, erase.
//!
//! Nothing waits between an input and the last of its outputs, so nothing else happens between an event
//! and its row. What must wait for others (a report, a delivery) is handed out, and whoever sends it
//! says what came of it.

use inbox_room::{Batch, Input, Log, Output, Room, RoomReport};
use inbox_types::{Timestamp, limits::SEARCH_WAIT};

use crate::{
    Added, Outgoing, Receipt, ReportOutbox,
    forward::{ForwarderRows, LOOK_AGAIN},
    platform::{Clock, Hooks, Peers, Rows, Sockets, Timer, Timers},
};

/// All that a conversation's machine runs on.
pub trait Platform: Clock + Timers + Sockets + Rows + Peers + Hooks + ForwarderRows {}

impl<P: Clock + Timers + Sockets + Rows + Peers + Hooks + ForwarderRows> Platform for P {}

/// One conversation's machine while its process lives. It may be dropped at any time: the next one
/// wakes from what is stored.
#[derive(Debug, Default)]
pub struct ConversationRunner {
    /// None while the room sleeps.
    room: Option<Box<Room>>,
    outbox: ReportOutbox,
}

impl ConversationRunner {
    /// The room falls asleep: the next input wakes another one from what is stored.
    pub fn sleep(&mut self) {
        self.room = None;
    }

    /// The log was erased or given up: what was to be told of it is not so any more.
    pub fn forget_report(&mut self) {
        self.outbox.drop_report();
    }

    /// Gives the room one input and does what it answers, in order.
    ///
    /// # Errors
    ///
    /// What the platform failed with. The room is dropped then, because it may be ahead of what is
    /// stored, and nothing that would have come after is done.
    // HO27
    pub fn drive<P: Platform>(&mut self, on: &mut P, input: Input) -> Result<(), P::Error> {
        let mut room = self.wake(on)?;
        let mut outputs = room.handle(on.now(), input, on.log());
        if let Some(failure) = on.take_failure() {
            return Err(failure);
        }
        on.decided(&mut outputs);
        let reports = outputs.iter().any(|it| matches!(it, Output::Report(_)));
        let mut is_erased = false;
        for output in outputs {
            on.next_output()?;
            is_erased |= matches!(output, Output::Erase(_));
            self.carry_out(on, output, reports)?;
        }
        on.arm()?;
        on.turn_is_over()?;
        if !is_erased {
            self.room = Some(room);
        }
        Ok(())
    }

    /// Looks at the room, which wakes if it sleeps.
    ///
    /// # Errors
    ///
    /// If what it wakes from cannot be read, or something that `look` read.
    // HO30
    pub fn look<P: Platform, T>(
        &mut self,
        on: &mut P,
        look: impl FnOnce(&Room, &dyn Log) -> T,
    ) -> Result<T, P::Error> {
        let room = self.wake(on)?;
        let seen = look(&room, on.log());
        self.room = Some(room);
        match on.take_failure() {
            Some(failure) => Err(failure),
            None => Ok(seen),
        }
    }

    /// The room's timer is due. It may have come too early, so the room says when it is due next.
    ///
    /// # Errors
    ///
    /// What the platform failed with.
    // HO29
    pub fn room_due<P: Platform>(&mut self, on: &mut P) -> Result<(), P::Error> {
        self.drive(on, Input::Fired)?;
        let alarm = self.look(on, |room, _| room.alarm())?;
        on.set(Timer::Room, alarm)
    }

    fn wake<P: Platform>(&mut self, on: &mut P) -> Result<Box<Room>, P::Error> {
        match self.room.take() {
            Some(room) => Ok(room),
            None => Ok(Box::new(Room::wake(on.snapshot()?))),
        }
    }

    fn carry_out<P: Platform>(
        &mut self,
        on: &mut P,
        output: Output,
        reports: bool,
    ) -> Result<(), P::Error> {
        match output {
            Output::Store(batch) => self.store(on, &batch, reports),
            Output::Remember { conn, reader } => on.remember(conn, &reader),
            Output::Tell { conn, frame } => on.tell(conn, frame),
            Output::Close { conn, code } => {
                on.close(conn, code);
                Ok(())
            }
            Output::SignLink { conn, file, masked } => on.sign_link(conn, file, masked),
            Output::RenewToken { conn, generation } => on.renew_token(conn, generation),
            Output::AnswerBridge(answer) => {
                on.answer_bridge(answer);
                Ok(())
            }
            Output::Report(report) => self.report(on, *report),
            Output::DropFiles(files) => {
                on.forget_files(&files)?;
                on.set(Timer::Sweep, Some(on.now()))
            }
            Output::Erase(erasure) => {
                let outbox = &mut self.outbox;
                on.transaction(|on| {
                    on.clear(&erasure)?;
                    outbox.drop_report();
                    for timer in [Timer::Audit, Timer::Sweep, Timer::Purge] {
                        on.set(timer, Some(on.now()))?;
                    }
                    owe(outbox, on)
                })?;
                on.erased(&erasure);
                Ok(())
            }
        }
    }

    /// Writes a turn's rows, and with them the timers that bring back what follows from them: all or
    /// none.
    // HO27, HO28
    fn store<P: Platform>(
        &mut self,
        on: &mut P,
        batch: &Batch,
        reports: bool,
    ) -> Result<(), P::Error> {
        let forwards = !batch.events.is_empty() && on.forwards()?;
        let outbox = &mut self.outbox;
        on.transaction(|on| {
            on.write(batch)?;
            on.set_by(Timer::Room, batch.alarm)?;
            if reports {
                owe(outbox, on)?;
            }
            if !batch.audited.is_empty() {
                on.set(Timer::Audit, Some(on.now()))?;
            }
            if forwards && on.at(Timer::Forward)?.is_none() {
                on.set(Timer::Forward, Some(on.now().after(LOOK_AGAIN)))?;
            }
            if !batch.events.is_empty() {
                on.set_by(Timer::Index, Some(on.now().after(SEARCH_WAIT)))?;
            }
            Ok(())
        })?;
        on.stored(batch);
        if forwards {
            on.start_forwarding();
        }
        Ok(())
    }

    // The desk.

    fn report<P: Platform>(&mut self, on: &mut P, report: RoomReport) -> Result<(), P::Error> {
        let now = on.now();
        let Added { row, wait } = self.outbox.add(report, now, || on.chance());
        if let Some(report) = row {
            on.put_report(report)?;
        }
        owe(&mut self.outbox, on)?;
        if let Some(wait) = wait {
            on.send_reports_after(wait);
        }
        Ok(())
    }

    /// A wait is over that [`Peers::send_reports_after`](crate::Peers::send_reports_after) was asked for.
    pub fn send_wait_is_over(&mut self) {
        self.outbox.wake();
    }

    /// What to send to the desk now, if there is anything.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO16
    pub fn next_report<P: Platform>(&mut self, on: &mut P) -> Result<Option<Outgoing>, P::Error> {
        let row = on.first_report()?;
        Ok(self.outbox.send(row, on.now()))
    }

    /// The desk has a report. Whether the next one is to be sent at once.
    ///
    /// # Errors
    ///
    /// If its row cannot be removed.
    // HO14
    pub fn reported<P: Platform>(
        &mut self,
        on: &mut P,
        report: &RoomReport,
        receipt: Receipt,
    ) -> Result<bool, P::Error> {
        self.outbox.delivered(receipt);
        match receipt {
            Receipt::Row(no) => on.forget_report(no, report).map(|()| true),
            Receipt::Changes(_) => Ok(false),
        }
    }

    /// The desk did not say that it has a report.
    ///
    /// # Errors
    ///
    /// If the timer cannot be set.
    // HO13
    pub fn unreported<P: Platform>(&mut self, on: &mut P) -> Result<(), P::Error> {
        on.set(Timer::Report, Some(ReportOutbox::try_again(on.now())))?;
        on.arm()
    }

    /// The timer of an owed report is due. If nobody has said how the conversation stands, or the room
    /// has slept since, that is made of what is stored. Then [`next_report`](Self::next_report) is
    /// sent, and [`reports_sent`](Self::reports_sent) sets the timer.
    ///
    /// # Errors
    ///
    /// If what is stored cannot be read.
    // HO13
    pub fn report_due<P: Platform>(&mut self, on: &mut P) -> Result<(), P::Error> {
        if self.outbox.lacks_report() {
            let report = self.look(on, Room::report)?;
            self.outbox.stands(report);
        }
        Ok(())
    }

    /// Everything was sent that there was: the timer goes when the desk knows everything.
    ///
    /// # Errors
    ///
    /// If a row cannot be read or written.
    // HO13
    pub fn reports_sent<P: Platform>(&mut self, on: &mut P) -> Result<(), P::Error> {
        let has_rows = on.first_report()?.is_some();
        let again = self.outbox.next_attempt(has_rows, on.now());
        on.set(Timer::Report, again)
    }
}

/// The desk is owed a report.
// HO13
fn owe<P: Clock + Timers>(outbox: &mut ReportOutbox, on: &mut P) -> Result<(), P::Error> {
    let set: Option<Timestamp> = on.at(Timer::Report)?;
    let now = on.now();
    let change = outbox.owe(set, now, || on.chance());
    on.set(Timer::Report, change.after(set))
}
