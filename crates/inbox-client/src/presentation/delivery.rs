//! How far a message is, as its writer sees it, and which messages stand together.

use inbox_types::{ClientId, Millis, Place, Timestamp};

use crate::{Failure, UnsentMessage, UnsentState};

/// Messages of one person that are not further apart make one group.
const GROUP_SPAN: Millis = Millis::minutes(5);

/// How far a message is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Delivery {
    /// There is nothing to say.
    Quiet,
    /// It is on its way.
    Sending,
    /// It waits for a connection.
    Waiting,
    /// Its files are on their way.
    Uploading {
        /// Which line can be given up.
        client_id: ClientId,
        /// How much, in percent; none if they wait for a connection.
        percent: Option<u32>,
    },
    /// It is stored.
    Sent,
    /// The other side has seen it.
    Seen,
    /// It was not sent.
    Failed {
        /// Which line can be sent again.
        client_id: ClientId,
        /// Why.
        why: Failure,
    },
}

impl Delivery {
    /// How far a stored message is, if the other side has seen everything up to `seen`.
    #[must_use]
    pub fn of_stored(place: Place, seen: Place) -> Self {
        if place <= seen { Self::Seen } else { Self::Sent }
    }

    /// How far a line is that has not come back as an entry. `percent` is how much of its files is
    /// uploaded.
    #[must_use]
    pub fn of_line(line: &UnsentMessage, seen: Place, is_live: bool, percent: Option<u32>) -> Self {
        let client_id = || line.client_id.clone();
        match line.state {
            UnsentState::Sending if !line.draft.uploads.is_empty() => {
                Self::Uploading { client_id: client_id(), percent }
            }
            UnsentState::Sending if is_live => Self::Sending,
            UnsentState::Sending => Self::Waiting,
            UnsentState::Sent { place, .. } => Self::of_stored(place, seen),
            UnsentState::Failed(why) => Self::Failed { client_id: client_id(), why },
        }
    }
}

/// Leaves "Seen" under the last message that was seen, and "Sent" under the last one if it was not;
/// above them they go without saying. The messages are one person's, newest first.
// CL42
pub fn say_once<'a>(newest_first: impl Iterator<Item = &'a mut Delivery>) {
    let (mut is_stored, mut is_seen) = (false, false);
    for delivery in newest_first {
        let goes_without_saying = match delivery {
            Delivery::Sent => std::mem::replace(&mut is_stored, true),
            Delivery::Seen => {
                is_stored = true;
                std::mem::replace(&mut is_seen, true)
            }
            Delivery::Quiet
            | Delivery::Sending
            | Delivery::Waiting
            | Delivery::Uploading { .. }
            | Delivery::Failed { .. } => false,
        };
        if goes_without_saying {
            *delivery = Delivery::Quiet;
        }
    }
}

/// Whether a message belongs to the group of the same person's message right before it. One that
/// failed ends its group, because it says so below itself.
#[must_use]
// CL41
pub fn is_grouped(before: (Timestamp, &Delivery), at: Timestamp) -> bool {
    let has_failed = matches!(before.1, Delivery::Failed { .. });
    !has_failed && at.since(before.0) <= GROUP_SPAN
}
