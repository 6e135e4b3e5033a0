//! Bugs that can be switched on, to see that the checker sees them.
//!
//! They sit in the shell around a room, in a browser's shell, in the storage and in the
//! forwarder, where a mistake of ours would sit. Which one a world has is decided when it
//! is made, so that one build has them all.

use crate::Invariant;

/// A bug.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Planted {
    /// See [`Planted::ALL`].
    AcknowledgeBeforeWrite,
    /// See [`Planted::ALL`].
    TornBatch,
    /// See [`Planted::ALL`].
    NoDedupe,
    /// See [`Planted::ALL`].
    ResumeOffByOne,
    /// See [`Planted::ALL`].
    LoseEntry,
    /// See [`Planted::ALL`].
    LinesReversed,
    /// See [`Planted::ALL`].
    EditUntold,
    /// See [`Planted::ALL`].
    NumberReused,
    /// See [`Planted::ALL`].
    ForgetUnsent,
    /// See [`Planted::ALL`].
    FailureDropped,
    /// See [`Planted::ALL`].
    WrongRoom,
    /// See [`Planted::ALL`].
    CursorBeforeDelivery,
    /// See [`Planted::ALL`].
    CursorOutlivesErasure,
    /// See [`Planted::ALL`].
    NewNameEachTry,
    /// See [`Planted::ALL`].
    LostAlarm,
    /// See [`Planted::ALL`].
    SummaryVersionIgnored,
    /// See [`Planted::ALL`].
    ReportForgotten,
    /// See [`Planted::ALL`].
    EpochIgnored,
    /// See [`Planted::ALL`].
    EpochForgotten,
    /// See [`Planted::ALL`].
    QueuesUntold,
    /// See [`Planted::ALL`].
    ClosedRowUnwritten,
    /// See [`Planted::ALL`].
    PageSkipsRow,
    /// See [`Planted::ALL`].
    NoteToVisitor,
    /// See [`Planted::ALL`].
    TellBeforeHello,
    /// See [`Planted::ALL`].
    BridgeNotedBeforeStored,
}

/// A bug, what it does, and what it breaks first.
#[derive(Clone, Copy, Debug)]
pub struct Bug {
    /// Which one.
    pub planted: Planted,
    /// The invariant that it is planted for.
    pub breaks: Invariant,
    /// Other invariants that may be found broken before it.
    pub or: &'static [Invariant],
    /// What it does.
    pub what: &'static str,
}

const fn bug(
    planted: Planted,
    breaks: Invariant,
    or: &'static [Invariant],
    what: &'static str,
) -> Bug {
    Bug { planted, breaks, or, what }
}

impl Planted {
    /// All of them, by invariant.
    pub const ALL: [Bug; 25] = {
        use Invariant::{A5, A10, I1, I2, I3, I4, I5, I6, I7, I8, I9};
        [
            bug(
                Self::AcknowledgeBeforeWrite,
                I1,
                // What was acknowledged and is nowhere stays "sent" in its tab for good.
                &[I4],
                "an acknowledgement leaves before the rows are written",
            ),
            bug(
                Self::BridgeNotedBeforeStored,
                I1,
                &[],
                "what the inbox says is noted as done before its rows are written",
            ),
            bug(Self::TornBatch, I3, &[I1, I4, I6], "of several rows only the first is written"),
            bug(Self::NoDedupe, I2, &[], "the index of names finds nothing"),
            bug(Self::ResumeOffByOne, I3, &[], "resuming begins one place too late"),
            bug(Self::LoseEntry, I3, &[], "now and then an entry is not told"),
            bug(Self::LinesReversed, I3, &[I5], "of lines that go out at once the last goes first"),
            bug(Self::EditUntold, I4, &[], "an edit is told without its text"),
            bug(
                Self::NumberReused,
                I4,
                &[I3, I6],
                "the next socket has the number of one that was closed and still speaks",
            ),
            bug(Self::ForgetUnsent, I5, &[], "a reload forgets what was not sent"),
            bug(Self::FailureDropped, I5, &[], "a line that failed is dropped in silence"),
            bug(Self::WrongRoom, I6, &[I3], "what one visitor is told goes to another too"),
            bug(
                Self::CursorBeforeDelivery,
                I7,
                &[],
                "the cursor moves before the receiver has the event",
            ),
            bug(
                Self::CursorOutlivesErasure,
                I7,
                &[],
                "a delivery under way moves the cursor of the next epoch",
            ),
            bug(Self::NewNameEachTry, I7, &[], "a retry has another name"),
            bug(Self::LostAlarm, I7, &[I4], "a timer's row is removed before its job is done"),
            bug(Self::SummaryVersionIgnored, I7, &[], "the desk takes over whatever arrives last"),
            bug(
                Self::ReportForgotten,
                I7,
                &[I4],
                "a report that the desk did not get is not said again",
            ),
            bug(
                Self::ClosedRowUnwritten,
                I7,
                &[I4],
                "the desk's row of what is over is not written",
            ),
            bug(Self::PageSkipsRow, I4, &[], "a page of what is over leaves out its last row"),
            bug(Self::EpochIgnored, I8, &[I3, I6], "a browser does not compare the epoch"),
            bug(Self::EpochForgotten, I8, &[], "the epoch begins again with every erasure"),
            bug(
                Self::QueuesUntold,
                I9,
                &[],
                "a conversation is told everything but which queues there are",
            ),
            bug(Self::NoteToVisitor, A5, &[A10], "what an agent is shown goes to the visitor too"),
            bug(Self::TellBeforeHello, A10, &[], "sockets that have not said hello are told too"),
        ]
    };
}
