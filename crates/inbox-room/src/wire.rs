//! What the rules say, in the words of the wire.

use inbox_core::Rejection;
use inbox_protocol::Refusal;

/// A refusal: the same without its data.
pub(crate) fn refusal(rejection: Rejection) -> Refusal {
    match rejection {
        Rejection::Forbidden => Refusal::Forbidden,
        Rejection::NotFound => Refusal::NotFound,
        Rejection::Malformed => Refusal::Malformed,
        Rejection::Blocked => Refusal::Blocked,
        Rejection::Closed => Refusal::Closed,
        Rejection::State | Rejection::NotDue { .. } => Refusal::State,
        Rejection::Taken => Refusal::Taken,
        Rejection::TooFar => Refusal::TooFar,
        Rejection::Empty => Refusal::Empty,
        Rejection::TooLong { .. } => Refusal::TooLong,
        Rejection::Reserved => Refusal::Reserved,
        Rejection::TooManyFiles => Refusal::TooManyFiles,
        Rejection::TooMany { .. } => Refusal::TooMany,
        Rejection::TopicRequired => Refusal::TopicRequired,
        Rejection::ReasonRequired => Refusal::ReasonRequired,
        Rejection::RatingRequired => Refusal::RatingRequired,
        Rejection::NoCapacity => Refusal::NoCapacity,
        Rejection::AlreadyAsked => Refusal::AlreadyAsked,
        Rejection::NobodyReads => Refusal::NobodyReads,
    }
}
