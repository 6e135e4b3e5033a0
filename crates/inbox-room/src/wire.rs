//! What the rules say, in the words of the wire.

use inbox_core::{Rejection, permission::Action};
use inbox_protocol::{Refusal, http};

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

/// An action's name on the wire.
pub(crate) fn action(action: Action) -> http::Action {
    match action {
        Action::View => http::Action::View,
        Action::Reply => http::Action::Reply,
        Action::Note => http::Action::Note,
        Action::Whisper => http::Action::Whisper,
        Action::Take => http::Action::Take,
        Action::Transfer => http::Action::Transfer,
        Action::ChangeOwner => http::Action::ChangeOwner,
        Action::Invite => http::Action::Invite,
        Action::Supervise => http::Action::Supervise,
        Action::Leave => http::Action::Leave,
        Action::End => http::Action::End,
        Action::Ask => http::Action::Ask,
        Action::Wrapup => http::Action::Wrapup,
        Action::Snooze => http::Action::Snooze,
        Action::Reopen => http::Action::Reopen,
        Action::Block => http::Action::Block,
        Action::Erase => http::Action::Erase,
        Action::EditOwn => http::Action::EditOwn,
        Action::DeleteOwn => http::Action::DeleteOwn,
        Action::EditContact => http::Action::EditContact,
        Action::SeeUnmasked => http::Action::SeeUnmasked,
        Action::Administer => http::Action::Administer,
        Action::EditCanned => http::Action::EditCanned,
        Action::EditCampaigns => http::Action::EditCampaigns,
        Action::Audit => http::Action::Audit,
    }
}
