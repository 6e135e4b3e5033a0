//! Bugs that can be switched on, to see that the checker sees them.

/// A bug in the shell around a room, in a browser's shell, or in the storage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Planted {
    /// Frames are sent before the rows are written.
    AcknowledgeBeforeWrite,
    /// The index of names finds nothing.
    NoDedupe,
    /// Resuming begins one place too late.
    ResumeOffByOne,
    /// Sockets that have not said hello are told too.
    TellBeforeHello,
    /// What an agent is shown goes to the visitor too.
    NoteToVisitor,
    /// Of several rows only the first is written.
    TornBatch,
    /// What one visitor is told goes to another too.
    WrongRoom,
    /// A reload forgets what was not sent.
    ForgetUnsent,
    /// New entries are not told to everybody.
    LoseEntry,
}

impl Planted {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::AcknowledgeBeforeWrite,
        Self::NoDedupe,
        Self::ResumeOffByOne,
        Self::TellBeforeHello,
        Self::NoteToVisitor,
        Self::TornBatch,
        Self::WrongRoom,
        Self::ForgetUnsent,
        Self::LoseEntry,
    ];
}
