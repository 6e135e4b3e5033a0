//! What a forwarder does next.

use inbox_protocol::http::{UndeliveredEvent, Webhook};
use inbox_room::{Identity, Stored};
use inbox_types::{Millis, Seq, Text, Timestamp};

use super::{
    Answer, Cursor, Delivery, Failed, ForwardPolicy, LOOK_AGAIN, Next, SWITCHED_OFF_STEP,
    after_attempt, cursor_name, delivery, notice,
};
use crate::TimerChange;

/// How a conversation's forwarder stands: what is stored of it, and whether a delivery is under way.
/// It is read anew for every question.
#[derive(Clone, Copy, Debug)]
pub struct ForwarderState<'log> {
    /// Which conversation.
    pub identity: &'log Identity,
    /// Where to send; none if the site has no webhook.
    pub webhook: Option<&'log Webhook>,
    /// What the site's settings say of what is told outside.
    pub policy: ForwardPolicy,
    /// After how long without a delivery the desk takes over what waits, if it does.
    pub failover: Option<Millis>,
    /// The epoch of the log.
    pub epoch: u32,
    /// How far this webhook has been brought.
    pub cursor: Cursor,
    /// When the forwarder's timer is due, if it is set.
    pub timer: Option<Timestamp>,
    /// What admins are shown of this conversation now.
    pub undelivered: Option<&'log UndeliveredEvent>,
    /// Whether all of it is to be erased when its grace is over.
    pub to_be_erased: bool,
    /// The first events after the cursor, oldest first.
    pub following: &'log [Stored],
    /// Whether a delivery is under way.
    pub in_flight: bool,
    /// The time.
    pub now: Timestamp,
}

/// What is to be stored, and then done.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// The cursor, if it moves.
    pub cursor: Option<Cursor>,
    /// What becomes of the forwarder's timer.
    pub timer: TimerChange,
    /// What is done then.
    pub step: Step,
}

/// One step of a forwarder.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// There is nothing to do until an event is stored, a delivery is answered or the timer is due.
    Rest,
    /// More may follow: plan again.
    Continue,
    /// An event was given up after its last attempt. Plan again.
    GiveUp,
    /// Tell the workspace what its admins are to be shown of this conversation, if anything, and keep
    /// it with the log. Then plan again.
    Notify(Option<Box<UndeliveredEvent>>),
    /// Send this, and [settle](ForwarderState::settle) the answer.
    Send(Box<Attempt>),
    /// The receiver is gone: have the workspace switch off this address if it is still the site's,
    /// learn what holds now, and plan again.
    SwitchOff(Text<2_048>),
}

/// A delivery that is sent once.
#[derive(Clone, PartialEq, Debug)]
pub struct Attempt {
    /// What is sent.
    pub delivery: Delivery,
    /// Where to.
    pub url: Text<2_048>,
    /// How often it has been tried, this time included.
    pub n_tries: u32,
    /// The event.
    pub seq: Seq,
    /// The epoch of the log that it is of.
    pub epoch: u32,
    /// The row of `cursors` that moves on once the event is taken.
    pub cursor: String,
}

impl Plan {
    fn step(step: Step) -> Self {
        Self { cursor: None, timer: TimerChange::Keep, step }
    }

    /// Everything up to there is done with, and what follows was not tried.
    fn done_up_to(seq: Seq) -> Self {
        Self { cursor: Some(Cursor { seq, tries: 0 }), ..Self::step(Step::Continue) }
    }
}

impl ForwarderState<'_> {
    /// Whether to ask the workspace what holds now before anything is planned: whoever waited may
    /// have missed that the address was changed, removed or set again.
    #[must_use]
    pub fn asks_first(&self) -> bool {
        !self.in_flight && self.undelivered.is_some() && self.is_due()
    }

    /// What to do now.
    // HO1, HO3, HO4, HO7, HO70, HO150
    #[must_use]
    pub fn plan(&self) -> Plan {
        if self.in_flight {
            return self.wait_for_the_answer();
        }
        let Some(webhook) = self.webhook.filter(|_| !self.to_be_erased) else {
            return self.idle();
        };
        let stopped = webhook.stopped();
        if 0 < self.cursor.tries && stopped.is_none() && !self.is_due() {
            return Plan::step(Step::Rest);
        }
        let Some((stored, delivery)) = self.next() else {
            let last = self.following.last();
            return last.map_or_else(|| self.idle(), |it| Plan::done_up_to(it.seq));
        };
        let cursor = self.cursor_before(stored);
        let moved = (cursor.seq != self.cursor.seq).then_some(cursor);
        if let Some(cause) = stopped {
            let timer = if self.is_due() {
                let at = self.now.after(SWITCHED_OFF_STEP);
                TimerChange::Set(self.no_later_than_failover(at, stored.seq))
            } else {
                TimerChange::Keep
            };
            let failed = Failed {
                conversation: &self.identity.conversation,
                seq: stored.seq,
                event: delivery.kind,
                tries: cursor.tries,
                cause,
                next: None,
            };
            return Plan { cursor: moved, timer, step: self.notify(Some(failed)) };
        }
        let attempt = Attempt {
            delivery,
            url: webhook.url.clone(),
            n_tries: cursor.tries + 1,
            seq: stored.seq,
            epoch: self.epoch,
            cursor: cursor_name(webhook),
        };
        Plan { cursor: moved, timer: TimerChange::Keep, step: Step::Send(Box::new(attempt)) }
    }

    /// What follows from the answer to an attempt. `chance` is a random number, so that many
    /// conversations do not try again at the same moment.
    // HO3, HO4, HO5, HO6, HO7, HO150
    #[must_use]
    pub fn settle(&self, attempt: &Attempt, answer: Answer, chance: u32) -> Plan {
        let webhook = self.webhook.filter(|it| cursor_name(it) == attempt.cursor);
        let Some(webhook) = webhook.filter(|_| self.epoch == attempt.epoch) else {
            return Plan::step(Step::Continue);
        };
        let is_elsewhere = webhook.url != attempt.url;
        // It may be kept after all, and is tried then as if this attempt had not been.
        let waits = self.to_be_erased && !is_elsewhere;
        match after_attempt(answer, attempt.n_tries, self.now, chance) {
            Next::Advance => Plan::done_up_to(attempt.seq),
            Next::Retry(_) | Next::Skip | Next::SwitchOff if is_elsewhere => {
                Plan::done_up_to(self.cursor.seq)
            }
            Next::Retry(_) | Next::Skip if waits => Plan::step(Step::Continue),
            Next::Skip => Plan { step: Step::GiveUp, ..Plan::done_up_to(attempt.seq) },
            Next::SwitchOff => Plan::step(Step::SwitchOff(attempt.url.clone())),
            Next::Retry(at) => {
                let at = self.no_later_than_failover(at, attempt.seq);
                let failed = Failed {
                    conversation: &self.identity.conversation,
                    seq: attempt.seq,
                    event: attempt.delivery.kind,
                    tries: attempt.n_tries,
                    cause: answer.failure(),
                    next: Some(at),
                };
                Plan {
                    cursor: Some(Cursor { seq: self.cursor.seq, tries: attempt.n_tries }),
                    timer: TimerChange::Set(at),
                    step: self.notify(Some(failed)),
                }
            }
        }
    }

    /// What follows from an admin's decision about the event at `seq`: to leave it out, or to try it
    /// at once. None if it is not the next one, or is being sent.
    // HO12, HO150
    #[must_use]
    pub fn decide(&self, seq: Seq, skips: bool) -> Option<Plan> {
        let may_go = self.webhook.is_some() && !self.to_be_erased && !self.in_flight;
        let (next, _) = self.next().filter(|_| may_go)?;
        let done = if skips { seq } else { self.cursor.seq };
        let timer = TimerChange::Set(self.now);
        (next.seq == seq).then_some(Plan { timer, ..Plan::done_up_to(done) })
    }

    /// Sends an event once more by itself, whatever became of it before. None if it is still to be
    /// sent, or nothing can be sent now. Nothing follows from its answer: the cursor stays.
    // HO72, HO150
    #[must_use]
    pub fn replay(&self, stored: &Stored) -> Option<Attempt> {
        let may_go = !self.to_be_erased && !self.in_flight;
        let webhook = self.webhook.filter(|it| it.stopped().is_none() && may_go)?;
        let delivery = delivery(self.identity, self.epoch, stored, self.policy)?;
        (stored.seq <= self.cursor.seq).then(|| Attempt {
            delivery,
            url: webhook.url.clone(),
            n_tries: 1,
            seq: stored.seq,
            epoch: self.epoch,
            cursor: cursor_name(webhook),
        })
    }

    /// A timer that stayed due would wake the object again at once, until the receiver answers.
    fn wait_for_the_answer(&self) -> Plan {
        let is_due = self.timer.is_some_and(|it| it <= self.now);
        let timer =
            if is_due { TimerChange::Set(self.now.after(LOOK_AGAIN)) } else { TimerChange::Keep };
        Plan { timer, ..Plan::step(Step::Rest) }
    }

    /// Nothing is owed to anybody.
    fn idle(&self) -> Plan {
        Plan { cursor: None, timer: TimerChange::Clear, step: self.notify(None) }
    }

    /// The desk takes over what waits once the receiver has been away for so long, and the conversation
    /// learns of it when it goes on: then at the latest, though the receiver would be tried later.
    // RM82
    fn no_later_than_failover(&self, at: Timestamp, seq: Seq) -> Timestamp {
        let known = self.undelivered.filter(|it| it.seq == seq);
        let since = known.map_or(self.now, |it| it.since);
        let takes_over = self.failover.map(|it| since.after(it)).filter(|it| self.now < *it);
        takes_over.map_or(at, |it| it.min(at))
    }

    /// Whether the timer says that it is time.
    fn is_due(&self) -> bool {
        self.timer.is_none_or(|it| it <= self.now)
    }

    /// The first event after the cursor that the receiver is told of, and what is sent of it.
    fn next(&self) -> Option<(&Stored, Delivery)> {
        self.following.iter().find_map(|stored| {
            Some((stored, delivery(self.identity, self.epoch, stored, self.policy)?))
        })
    }

    /// The cursor once it has passed what stands before an event and is for no receiver.
    fn cursor_before(&self, stored: &Stored) -> Cursor {
        let passed = self.following.iter().take_while(|it| it.seq < stored.seq).last();
        passed.map_or(self.cursor, |it| Cursor { seq: it.seq, tries: 0 })
    }

    /// Says what admins are to be shown, if that is not what they are shown already.
    // HO10
    fn notify(&self, failed: Option<Failed<'_>>) -> Step {
        let event = failed.and_then(|it| notice(it, self.undelivered, self.now));
        let may_be_a_hiccup = failed.is_some() && event.is_none();
        if may_be_a_hiccup || event.as_ref() == self.undelivered {
            Step::Rest
        } else {
            Step::Notify(event.map(Box::new))
        }
    }
}
