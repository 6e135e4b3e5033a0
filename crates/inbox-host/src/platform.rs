//! What a conversation's machine runs on: the relay implements these traits on Cloudflare, and the
//! seeded world in memory.

use inbox_protocol::{BridgeDone, CloseCode, Refusal};
use inbox_room::{Batch, Conn, Connection, Erasure, Frame, Log, Output, RoomReport, Snapshot};
use inbox_types::{FileId, Millis, Timestamp};

/// Something that can fail.
pub trait Fallible {
    /// Why it fails.
    type Error;
}

/// Time and chance.
pub trait Clock {
    /// The instant that the object's clock shows.
    fn now(&self) -> Timestamp;
    /// A random number.
    fn chance(&mut self) -> u32;
}

/// A timer of a conversation; each is one row, and one alarm is set for the earliest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Timer {
    /// The earliest time at which a rule of the room is due; the room is told that it came.
    Room,
    /// The desk is to be told.
    Report,
    /// Something is to be sent on.
    Forward,
    /// The bucket may hold files that no row names.
    Sweep,
    /// Somebody came, and may have said nothing.
    Vacant,
    /// The workspace is to write something down.
    Audit,
    /// What was erased still lies in unused parts of the database.
    Purge,
    /// The index of the workspace is to be told.
    Index,
}

impl Timer {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Room,
        Self::Report,
        Self::Forward,
        Self::Sweep,
        Self::Vacant,
        Self::Audit,
        Self::Purge,
        Self::Index,
    ];

    /// The name of its row.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Report => "report",
            Self::Forward => "forward",
            Self::Sweep => "sweep",
            Self::Vacant => "vacant",
            Self::Audit => "audit",
            Self::Purge => "purge",
            Self::Index => "index",
        }
    }

    /// The timer whose row has this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// The rows of timers.
pub trait Timers: Fallible {
    /// When a timer is due, if it is set.
    ///
    /// # Errors
    ///
    /// If its row cannot be read.
    fn at(&self, timer: Timer) -> Result<Option<Timestamp>, Self::Error>;

    /// Sets or clears a timer.
    ///
    /// # Errors
    ///
    /// If its row cannot be written.
    fn set(&mut self, timer: Timer, at: Option<Timestamp>) -> Result<(), Self::Error>;

    /// Sets the alarm for the earliest timer. One that is set too early may be left.
    ///
    /// # Errors
    ///
    /// If the platform refuses it.
    fn arm(&mut self) -> Result<(), Self::Error>;

    /// Sets a timer that may come too early: an earlier row stays, because waking once for nothing is
    /// cheaper than a row with every message. Whoever wakes sets it anew.
    ///
    /// # Errors
    ///
    /// If its row cannot be read or written.
    fn set_by(&mut self, timer: Timer, at: Option<Timestamp>) -> Result<(), Self::Error> {
        let set = self.at(timer)?;
        if set.zip(at).is_some_and(|(set, at)| set <= at) {
            return Ok(());
        }
        self.set(timer, at)
    }
}

/// The open sockets of a conversation.
pub trait Sockets: Fallible {
    /// Attaches to a connection what must survive a sleep.
    ///
    /// # Errors
    ///
    /// If the platform refuses it.
    fn remember(&mut self, conn: Conn, reader: &Connection) -> Result<(), Self::Error>;

    /// Tells one connection. One that cannot be told is about to report its own close.
    ///
    /// # Errors
    ///
    /// If the frame cannot be written.
    fn tell(&mut self, conn: Conn, frame: Frame) -> Result<(), Self::Error>;

    /// Closes one connection and forgets it.
    fn close(&mut self, conn: Conn, code: CloseCode);

    /// Signs the address of a file for this connection, and tells it.
    ///
    /// # Errors
    ///
    /// If there is no key, or the frame cannot be written.
    fn sign_link(&mut self, conn: Conn, file: FileId, masked: bool) -> Result<(), Self::Error>;

    /// Makes the visitor of this connection a token of this generation, and tells it.
    ///
    /// # Errors
    ///
    /// If there is no key, or the frame cannot be written.
    fn renew_token(&mut self, conn: Conn, generation: u32) -> Result<(), Self::Error>;
}

/// What is stored of a conversation.
pub trait Rows: Fallible {
    /// The log as a room reads it.
    fn log(&self) -> &dyn Log;

    /// Why a read of [`Rows::log`] failed since somebody last asked, if one did.
    fn take_failure(&mut self) -> Option<Self::Error> {
        None
    }

    /// What a room wakes from.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn snapshot(&mut self) -> Result<Snapshot, Self::Error>;

    /// Runs `rows`; if it fails, nothing that it wrote stays, and nothing is remembered of it.
    ///
    /// # Errors
    ///
    /// What `rows` failed with, or that the database refuses the transaction.
    fn transaction(
        &mut self,
        rows: impl FnMut(&mut Self) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;

    /// Writes a turn's rows; inside a transaction.
    ///
    /// # Errors
    ///
    /// If a row is refused.
    fn write(&mut self, batch: &Batch) -> Result<(), Self::Error>;

    /// Removes everything but what an erasure leaves; inside a transaction.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    fn clear(&mut self, erasure: &Erasure) -> Result<(), Self::Error>;

    /// Keeps a report until the desk has it.
    ///
    /// # Errors
    ///
    /// If the row is refused.
    fn put_report(&mut self, report: RoomReport) -> Result<(), Self::Error>;

    /// The oldest report that is kept, and its number.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn first_report(&mut self) -> Result<Option<(u64, RoomReport)>, Self::Error>;

    /// The desk has a report.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    fn forget_report(&mut self, no: u64, report: &RoomReport) -> Result<(), Self::Error>;

    /// Files are not wanted any more.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    fn forget_files(&mut self, files: &[FileId]) -> Result<(), Self::Error>;
}

/// Everybody else whom a conversation has to do with.
pub trait Peers: Fallible {
    /// Whether anything is sent on to a webhook. One that is switched off counts: what it is owed is
    /// noted, and sent when it is set again.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn forwards(&self) -> Result<bool, Self::Error>;

    /// There is something to send on; a forwarder is started unless one is at work.
    fn start_forwarding(&mut self);

    /// What the bridge said last is done, or refused.
    fn answer_bridge(&mut self, answer: Result<BridgeDone, Refusal>);

    /// Reports are to be sent after this span: see [`ConversationRunner::send_wait_is_over`](crate::ConversationRunner::send_wait_is_over).
    fn send_reports_after(&mut self, wait: Millis);
}

/// Where tests look at a turn, and where their faults and planted bugs live. A relay does nothing here
/// but keep what it derives from the log in step with it.
pub trait Hooks: Fallible {
    /// The room has decided; nothing is done yet.
    fn decided(&mut self, _outputs: &mut Vec<Output>) {}

    /// The next output is about to be carried out.
    ///
    /// # Errors
    ///
    /// A fault that ends the turn here.
    fn next_output(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    /// All outputs are carried out.
    ///
    /// # Errors
    ///
    /// A fault that takes the room's memory.
    fn turn_is_over(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    /// A turn's rows are stored.
    fn stored(&mut self, _batch: &Batch) {}

    /// Everything was erased but what this leaves.
    fn erased(&mut self, _erasure: &Erasure) {}
}
