//! Why the relay does not do what was asked. The set is fixed and carries no
//! data, so that a refusal can tell nobody anything.

use serde::{Deserialize, Serialize};

/// Why a frame or a request was refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Not a frame of this protocol.
    Malformed,
    /// Longer than a frame may be.
    TooLarge,
    /// This version is not served any more: load the page again.
    Version,
    /// No valid token, grant or sign-in.
    Unauthorized,
    /// Known, but not allowed.
    Forbidden,
    /// There is no such thing, or it may not be seen.
    NotFound,
    /// The first frame was not hello.
    HelloFirst,
    /// The contact is blocked.
    Blocked,
    /// The session is over.
    Closed,
    /// The state does not allow it.
    State,
    /// Somebody else was faster.
    Taken,
    /// A text is empty.
    Empty,
    /// A text is longer than the site allows.
    TooLong,
    /// `<` and `>` are reserved on this site (D-message-length).
    Reserved,
    /// More attachments than one message holds.
    TooManyFiles,
    /// An attachment is larger than allowed.
    FileTooLarge,
    /// More than one operation takes.
    TooMany,
    /// Too fast: wait and try again.
    Rate,
    /// A topic must be chosen first.
    TopicRequired,
    /// A wrap-up reason must be chosen first.
    ReasonRequired,
    /// A rating must be given first.
    RatingRequired,
    /// The agent has no room for another session.
    NoCapacity,
    /// The question was asked already and is not asked twice in a row (D-closing-question).
    AlreadyAsked,
    /// Nobody is there who would read the whisper; a note is there for whoever comes.
    NobodyReads,
    /// Whoever it would go to is offline.
    Offline,
    /// Somebody has changed it since what is sent was made from it.
    Changed,
    /// Something belongs to it: say first where that goes.
    SuccessorRequired,
    /// A part of it is hidden from the reader, or would be, so they cannot say what it should be.
    Masked,
    /// Further ahead than may be.
    TooFar,
    /// It could not be stored; nothing has changed; try again.
    Unavailable,
    /// A refusal of a later version.
    #[serde(other)]
    Unknown,
}
