//! Close codes of the sockets: what a browser does next follows from the number.

/// Why the relay closes a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CloseCode {
    /// A frame was malformed, too large or too early. Come back with backoff.
    Protocol,
    /// The token or grant does not hold. Get a new one first.
    Unauthorized,
    /// Do not come back: blocked, site deleted, or removed from the workspace.
    Gone,
    /// This version is not served any more: load the page again.
    Version,
    /// Too many sockets or frames. Come back later.
    Rate,
    /// The relay starts anew. Come back soon.
    Restart,
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Protocol => 4400,
            Self::Unauthorized => 4401,
            Self::Gone => 4410,
            Self::Version => 4426,
            Self::Rate => 4429,
            Self::Restart => 4503,
        }
    }

    /// The meaning of a number, if it is one of ours.
    #[must_use]
    pub fn of(code: u16) -> Option<Self> {
        [Self::Protocol, Self::Unauthorized, Self::Gone, Self::Version, Self::Rate, Self::Restart]
            .into_iter()
            .find(|it| it.code() == code)
    }
}
