//! How far a webhook has been brought in a conversation's log, and where it begins.

use inbox_protocol::http::Webhook;
use inbox_types::{Seq, Timestamp};

/// How far a forwarder has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cursor {
    /// The last event that is done with.
    pub seq: Seq,
    /// How often the next one was tried.
    pub tries: u32,
}

/// Where a webhook begins in a conversation's log that has no cursor of it yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Beginning {
    /// After the last event that is older than this.
    After(Timestamp),
    /// After the last event.
    AtTheEnd,
}

/// Where a webhook begins in a conversation's log that has no cursor of it yet.
// HO9
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
// HO9
#[must_use]
pub fn cursor_name(webhook: &Webhook) -> String {
    if webhook.since == Timestamp::default() {
        "webhook".to_owned()
    } else {
        format!("webhook/{}", webhook.since.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(since: u64) -> Webhook {
        Webhook {
            url: "https://hooks.example/a".to_owned().try_into().expect("short"),
            secret: "whsec_".to_owned(),
            secret_made: Timestamp::default(),
            disabled: false,
            paused: false,
            since: Timestamp::from_millis(since),
            answers: false,
            key: None,
            previous: None,
        }
    }

    #[test]
    fn ho9_after_a_time_without_a_webhook_there_is_another_cursor() {
        assert_eq!(cursor_name(&webhook(5)), cursor_name(&webhook(5)));
        assert_ne!(cursor_name(&webhook(5)), cursor_name(&webhook(6)));
        assert_eq!(beginning(&webhook(6)), Beginning::After(Timestamp::from_millis(6)));
    }

    #[test]
    fn ho9_a_webhook_of_an_older_release_goes_on_where_it_was() {
        assert_eq!(cursor_name(&webhook(0)), "webhook");
        assert_eq!(beginning(&webhook(0)), Beginning::AtTheEnd);
    }
}
