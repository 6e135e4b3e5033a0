//! Refusals over HTTP: a fixed word, a fitting status, and a line in the log.

use inbox_protocol::Refusal;
#[cfg(target_arch = "wasm32")]
use inbox_protocol::http::Refused;

/// What the relay's functions return: a value, or an [`ApiError`].
pub type Result<T, E = ApiError> = std::result::Result<T, E>;

/// Why something is not done: a refusal to be told, or a fault to be logged.
#[derive(Debug)]
pub enum ApiError {
    /// The caller is told why.
    Refused(Refusal),
    /// Something broke, and how; the caller is told to try again.
    Fault(String),
}

impl From<Refusal> for ApiError {
    fn from(reason: Refusal) -> Self {
        Self::Refused(reason)
    }
}

#[cfg(target_arch = "wasm32")]
impl From<worker::Error> for ApiError {
    fn from(error: worker::Error) -> Self {
        Self::Fault(error.to_string())
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl From<inbox_host::SqliteError> for ApiError {
    fn from(error: inbox_host::SqliteError) -> Self {
        Self::Fault(error.to_string())
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.to_string())
    }
}

impl ApiError {
    /// What is stored is not what was stored.
    #[must_use]
    pub fn broken(what: &str) -> Self {
        Self::Fault(what.to_owned())
    }

    /// The fixed word.
    #[must_use]
    pub fn reason(&self) -> Refusal {
        match self {
            Self::Refused(reason) => *reason,
            Self::Fault(_) => Refusal::Unavailable,
        }
    }
}

#[cfg(target_arch = "wasm32")]
impl ApiError {
    /// The answer, and its line in the log. `place` is a route or an object, never an address.
    pub(crate) fn answer(&self, place: &str) -> worker::Result<worker::Response> {
        let reason = self.reason();
        match self {
            Self::Refused(_) => worker::console_log!("refused {reason:?} at {place}"),
            Self::Fault(error) => worker::console_error!("fault at {place}: {error}"),
        }
        let response =
            worker::Response::from_json(&Refused { reason })?.with_status(status(reason));
        response.headers().set("cache-control", "no-store")?;
        Ok(response)
    }
}

/// The HTTP status that fits a refusal.
#[cfg(any(target_arch = "wasm32", test))]
pub(crate) fn status(reason: Refusal) -> u16 {
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
        | Refusal::Changed
        | Refusal::SuccessorRequired => 409,
        Refusal::TooLarge | Refusal::FileTooLarge => 413,
        Refusal::Version => 426,
        Refusal::Rate => 429,
        Refusal::Unavailable => 503,
    }
}
