//! Refusals over HTTP: a fixed word, a fitting status, and a line in the log.

use inbox_protocol::{Refusal, http::Refused};
use worker::{Error, Response, Result};

/// Why something is not done: a refusal to be told, or a fault to be logged.
#[derive(Debug)]
pub(crate) enum Shut {
    /// The caller is told why.
    Refused(Refusal),
    /// Something broke; the caller is told to try again.
    Fault(Error),
}

impl From<Refusal> for Shut {
    fn from(reason: Refusal) -> Self {
        Self::Refused(reason)
    }
}

impl From<Error> for Shut {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<serde_json::Error> for Shut {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Shut {
    /// What is stored is not what was stored.
    pub(crate) fn broken(what: &str) -> Self {
        Self::Fault(Error::RustError(what.to_owned()))
    }

    /// The fixed word.
    pub(crate) fn reason(&self) -> Refusal {
        match self {
            Self::Refused(reason) => *reason,
            Self::Fault(_) => Refusal::Unavailable,
        }
    }

    /// The answer, and its line in the log. `place` is a route or an object, never an address.
    pub(crate) fn answer(&self, place: &str) -> Result<Response> {
        let reason = self.reason();
        match self {
            Self::Refused(_) => worker::console_log!("refused {reason:?} at {place}"),
            Self::Fault(error) => worker::console_error!("fault at {place}: {error}"),
        }
        let response = Response::from_json(&Refused { reason })?.with_status(status(reason));
        response.headers().set("cache-control", "no-store")?;
        Ok(response)
    }
}

/// The HTTP status that fits a refusal.
fn status(reason: Refusal) -> u16 {
    match reason {
        Refusal::Malformed
        | Refusal::Empty
        | Refusal::TooLong
        | Refusal::Reserved
        | Refusal::TooManyFiles
        | Refusal::TooMany
        | Refusal::TooFar
        | Refusal::HelloFirst
        | Refusal::Unknown => 400,
        Refusal::Unauthorized => 401,
        Refusal::Forbidden | Refusal::Blocked | Refusal::Masked => 403,
        Refusal::NotFound => 404,
        Refusal::Closed
        | Refusal::State
        | Refusal::Taken
        | Refusal::TopicRequired
        | Refusal::ReasonRequired
        | Refusal::RatingRequired
        | Refusal::NoCapacity
        | Refusal::AlreadyAsked
        | Refusal::NobodyReads
        | Refusal::Offline
        | Refusal::SuccessorRequired => 409,
        Refusal::TooLarge | Refusal::FileTooLarge => 413,
        Refusal::Version => 426,
        Refusal::Rate => 429,
        Refusal::Unavailable => 503,
    }
}
