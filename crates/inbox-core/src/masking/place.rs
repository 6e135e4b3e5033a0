//! Where in a web address something stands.

use std::ops::Range;

use super::reading::Reading;

/// What is known of the place of a character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Within {
    /// Where the part of a web address begins in which it stands; 0 outside of web addresses.
    pub(super) begin: usize,
    /// It stands in the host.
    pub(super) host: bool,
}

/// Where the part of a web address begins in which each character stands: its path, its query and
/// the like are taken apart, so that an `@` in one value reaches into no other part. A sign that was
/// escaped is part of a value and takes nothing apart. Outside of web addresses it is 0.
pub(super) fn places(text: &Reading) -> Vec<Within> {
    let mut places = Vec::with_capacity(text.len());
    let (mut place, mut start) = (Place::Outside, 0);
    for (at, it) in text.iter().enumerate() {
        places.push(Within { begin: start, host: place == Place::Host });
        let sign = if it.escaped { '\0' } else { it.is };
        let next = if sign.is_whitespace() || matches!(sign, '<' | '>' | '"') {
            (place != Place::Outside).then_some((Place::Outside, 0))
        } else if opens(text, at..at + 3) {
            // The host begins behind the slashes, which belong to nothing.
            Some((Place::Host, at + 3))
        } else {
            place.after(sign).filter(|_| start <= at).map(|place| (place, at + 1))
        };
        if let Some(next) = next {
            (place, start) = next;
        }
    }
    places
}

/// `://`, as it was written.
fn opens(text: &Reading, range: Range<usize>) -> bool {
    let signs = text.get(range).unwrap_or_default();
    signs.len() == 3
        && signs.iter().zip("://".chars()).all(|(it, sign)| it.is == sign && !it.escaped)
}

/// Where in a web address something stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Outside,
    Host,
    Path,
    Key,
    Value,
    Fragment,
}

impl Place {
    /// Where what follows a sign stands, if another part begins.
    fn after(self, sign: char) -> Option<Self> {
        match (self, sign) {
            (Self::Host | Self::Path, '/') => Some(Self::Path),
            (Self::Host | Self::Path, '?') | (Self::Key | Self::Value, '&' | ';') => {
                Some(Self::Key)
            }
            (Self::Key, '=') => Some(Self::Value),
            (Self::Host | Self::Path | Self::Key | Self::Value, '#')
            | (Self::Fragment, '/' | '?' | '&' | '=' | '#') => Some(Self::Fragment),
            (
                Self::Outside | Self::Host | Self::Path | Self::Key | Self::Value | Self::Fragment,
                _,
            ) => None,
        }
    }
}
