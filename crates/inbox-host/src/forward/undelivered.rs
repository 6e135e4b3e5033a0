//! When an admin is shown that an event was not taken.

use inbox_protocol::http::{DeliveryFailure, UndeliveredEvent};
use inbox_types::{ConversationId, Seq, Timestamp, limits::UNDELIVERED_TRIES};

/// An attempt that failed.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'event> {
    /// Whose event.
    pub conversation: &'event ConversationId,
    /// Its place.
    pub seq: Seq,
    /// Its type.
    pub event: &'event str,
    /// How often it was tried.
    pub tries: u32,
    /// Why.
    pub cause: DeliveryFailure,
    /// When it is tried again.
    pub next: Option<Timestamp>,
}

/// What an admin is shown of a failed attempt; none while it may still be a hiccup. `before` is what
/// was shown of the same conversation.
// HO10
#[must_use]
pub fn notice(
    failed: Failed<'_>,
    before: Option<&UndeliveredEvent>,
    now: Timestamp,
) -> Option<UndeliveredEvent> {
    let is_off = matches!(failed.cause, DeliveryFailure::SwitchedOff | DeliveryFailure::Paused);
    if failed.tries < UNDELIVERED_TRIES && !is_off {
        return None;
    }
    let known = before.filter(|it| it.seq == failed.seq);
    let shown = UndeliveredEvent {
        conversation: failed.conversation.clone(),
        seq: failed.seq,
        event: failed.event.to_owned(),
        since: known.map_or(now, |it| it.since),
        tries: failed.tries,
        cause: failed.cause,
        next: failed.next,
    };
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ho10_a_hiccup_is_not_shown_and_a_failure_keeps_its_beginning() {
        let conversation: ConversationId = "main-c".parse().expect("an id");
        let failed = |seq, tries, cause| Failed {
            conversation: &conversation,
            seq: Seq(seq),
            event: "message.created",
            tries,
            cause,
            next: None,
        };
        let at = Timestamp::from_millis;
        let status = DeliveryFailure::Status { status: 400 };
        assert_eq!(notice(failed(1, 1, status), None, at(1)), None);
        assert_eq!(notice(failed(1, 2, status), None, at(1)), None);
        let first = notice(failed(1, 3, status), None, at(10)).expect("shown");
        let again = notice(failed(1, 4, status), Some(&first), at(20)).expect("shown");
        assert_eq!((again.since, again.tries, again.cause), (at(10), 4, status));
        let next = notice(failed(2, 3, status), Some(&first), at(30)).expect("shown");
        assert_eq!(next.since, at(30));
        // Switched off is no hiccup.
        assert!(notice(failed(1, 0, DeliveryFailure::SwitchedOff), None, at(1)).is_some());
    }
}
