//! Which events a webhook is owed, and when an admin is shown that one was not taken.

use inbox_protocol::http::{DeliveryFailure, UndeliveredEvent, Webhook};
use inbox_types::{ConversationId, Seq, Timestamp, limits::UNDELIVERED_TRIES};

/// Where a webhook begins in a conversation's log that has no cursor of it yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Beginning {
    /// After the last event that is older than this.
    After(Timestamp),
    /// After the last event.
    AtTheEnd,
}

/// A webhook is owed what happened since the site has had one without a break. A webhook of which
/// nobody noted when that was is owed what comes.
#[must_use]
pub fn beginning(webhook: &Webhook) -> Beginning {
    if webhook.since == Timestamp::default() {
        Beginning::AtTheEnd
    } else {
        Beginning::After(webhook.since)
    }
}

/// The name of a webhook's cursor. After a time without a webhook the name is another one, so that
/// what was said meanwhile is before the new cursor's beginning, whenever the conversation learns of it.
#[must_use]
pub fn cursor_name(webhook: &Webhook) -> String {
    if webhook.since == Timestamp::default() {
        "webhook".to_owned()
    } else {
        format!("webhook/{}", webhook.since.as_millis())
    }
}

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
#[must_use]
pub fn shown(
    failed: Failed<'_>,
    before: Option<&UndeliveredEvent>,
    now: Timestamp,
) -> Option<UndeliveredEvent> {
    let is_off = failed.cause == DeliveryFailure::SwitchedOff;
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

    fn webhook(since: u64) -> Webhook {
        Webhook {
            url: "https://hooks.example/a".to_owned().try_into().expect("short"),
            secret: "whsec_".to_owned(),
            disabled: false,
            since: Timestamp::from_millis(since),
        }
    }

    #[test]
    fn after_a_time_without_a_webhook_there_is_another_cursor() {
        assert_eq!(cursor_name(&webhook(5)), cursor_name(&webhook(5)));
        assert_ne!(cursor_name(&webhook(5)), cursor_name(&webhook(6)));
        assert_eq!(beginning(&webhook(6)), Beginning::After(Timestamp::from_millis(6)));
    }

    #[test]
    fn a_webhook_of_an_older_release_goes_on_where_it_was() {
        assert_eq!(cursor_name(&webhook(0)), "webhook");
        assert_eq!(beginning(&webhook(0)), Beginning::AtTheEnd);
    }

    #[test]
    fn a_hiccup_is_not_shown_and_a_failure_keeps_its_beginning() {
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
        assert_eq!(shown(failed(1, 1, status), None, at(1)), None);
        assert_eq!(shown(failed(1, 2, status), None, at(1)), None);
        let first = shown(failed(1, 3, status), None, at(10)).expect("shown");
        let again = shown(failed(1, 4, status), Some(&first), at(20)).expect("shown");
        assert_eq!((again.since, again.tries, again.cause), (at(10), 4, status));
        let next = shown(failed(2, 3, status), Some(&first), at(30)).expect("shown");
        assert_eq!(next.since, at(30));
        // Switched off is no hiccup.
        assert!(shown(failed(1, 0, DeliveryFailure::SwitchedOff), None, at(1)).is_some());
    }
}
