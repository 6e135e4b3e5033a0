//! A site's webhook: what is stored of it, what admins are shown and can do, and what became of what it
//! was to deliver.

use std::collections::BTreeMap;

use inbox_types::{ConversationId, Millis, Seq, Text, Timestamp};
use serde::{Deserialize, Serialize};

/// A site's webhook as admins see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SiteWebhook {
    /// Where to.
    pub url: Text<2_048>,
    /// `whsec_…`, in the answer to the form that made it and in no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// When the secret was made; 0 is one of a release that did not note it.
    #[serde(default)]
    pub secret_made: Timestamp,
    /// Until when the secret before it holds too, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_until: Option<Timestamp>,
    /// Whether it was switched off because the receiver answered 410.
    pub disabled: bool,
    /// Whether an admin has paused it.
    #[serde(default)]
    pub paused: bool,
    /// Whether whoever has the secret may write into the site's conversations.
    #[serde(default)]
    pub answers: bool,
    /// The public keys of the secrets that hold, `whpk_…`: for whoever only checks.
    #[serde(default)]
    pub public_keys: Vec<String>,
    /// What of it answers are not taken by any more.
    #[serde(default)]
    pub ended: EndedSecrets,
}

/// `POST /v1/sites/{id}/secret`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewSecret {
    /// `whsec_…`; no other answer has it.
    pub secret: String,
}

/// `PUT /v1/sites/{id}/pause`
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseForm {
    /// Whether nothing is sent.
    pub paused: bool,
}

/// `POST /v1/sites/{id}/ping`: a test as it was sent, and what came back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PingReport {
    /// Where to.
    pub url: Text<2_048>,
    /// What headers it had.
    pub headers: BTreeMap<String, String>,
    /// Its body, which is what was signed.
    pub body: String,
    /// How long the answer took.
    pub took: Millis,
    /// What came back.
    pub answer: PingAnswer,
}

/// What came back of a test.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PingAnswer {
    /// The receiver answered.
    Status {
        /// The status.
        status: u16,
        /// The beginning of its body.
        body: String,
    },
    /// It did not.
    Failed {
        /// Why.
        cause: DeliveryFailure,
    },
}

/// `GET /v1/sites/{id}/deliveries`: an attempt to deliver something. It has nothing of what was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// When it was made.
    pub at: Timestamp,
    /// Whose event it was.
    pub conversation: ConversationId,
    /// Its place in the conversation's log.
    pub seq: Seq,
    /// Its type, such as `message.created`.
    pub event: String,
    /// How often it has been tried, this time included.
    pub tries: u32,
    /// How long the attempt took.
    pub took: Millis,
    /// What came of it.
    pub outcome: DeliveryOutcome,
}

/// What came of an attempt to deliver something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// The receiver took it.
    Taken {
        /// Its answer.
        status: u16,
    },
    /// It did not, and is asked again.
    Failed {
        /// Why.
        cause: DeliveryFailure,
        /// When; none while the webhook is switched off.
        next: Option<Timestamp>,
    },
    /// It did not, and is not asked again.
    GivenUp {
        /// Why.
        cause: DeliveryFailure,
    },
    /// An admin has left it out.
    LeftOut,
}

/// A signed outgoing webhook (Standard Webhooks), and whether what it leads to may answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Webhook {
    /// Where to.
    pub url: Text<2_048>,
    /// `whsec_…`; an admin is told it once, when it is made.
    pub secret: String,
    /// When it was made; 0 is one of a release that did not note it.
    #[serde(default)]
    pub secret_made: Timestamp,
    /// Whether it was switched off because the receiver answered 410.
    pub disabled: bool,
    /// Whether an admin has paused it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// When the site began to have a webhook without a break: what happened before is not sent.
    /// 0 is a webhook of a release that did not note it.
    #[serde(default)]
    pub since: Timestamp,
    /// Whether whoever has the secret may write into the site's conversations.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answers: bool,
    /// The public key that answers may be signed with, `whpk_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Text<64>>,
    /// The secret before this one, which still holds for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousSecret>,
}

/// What answers to a site are not taken by any more: it was set in a sign-in by a link, and such a sign-in
/// would have ended by now.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct EndedSecrets {
    /// The newest secret.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
    /// The one before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub previous: bool,
    /// The key of the site's own inbox.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key: bool,
}

/// A secret that another one follows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PreviousSecret {
    /// `whsec_…`
    pub secret: String,
    /// Until when it holds.
    pub until: Timestamp,
}

impl Webhook {
    /// The secrets that hold now, the newest first.
    #[must_use]
    pub fn secrets(&self, now: Timestamp) -> Vec<&str> {
        let previous = self.previous_at(now).map(|it| it.secret.as_str());
        std::iter::once(self.secret.as_str()).chain(previous).collect()
    }

    /// What answers may be signed with now, but for what has ended.
    #[must_use]
    pub fn taken(&self, now: Timestamp, ended: EndedSecrets) -> Vec<&str> {
        let secret = (!ended.secret).then_some(self.secret.as_str());
        let previous = self.previous_at(now).filter(|_| !ended.previous);
        let key = self.key.as_ref().filter(|_| !ended.key);
        let previous = previous.map(|it| it.secret.as_str());
        [secret, previous, key.map(Text::as_str)].into_iter().flatten().collect()
    }

    /// The secret before the newest one, if it still holds.
    #[must_use]
    pub fn previous_at(&self, now: Timestamp) -> Option<&PreviousSecret> {
        self.previous.as_ref().filter(|it| now < it.until)
    }

    /// Why nothing is sent to it, if nothing is.
    #[must_use]
    pub fn stopped(&self) -> Option<DeliveryFailure> {
        if self.disabled {
            Some(DeliveryFailure::SwitchedOff)
        } else {
            self.paused.then_some(DeliveryFailure::Paused)
        }
    }
}

/// The conversations of a site whose next event the webhook's receiver has not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Undelivered {
    /// How many conversations wait.
    pub count: u64,
    /// Those that have waited longest, at most `limits::UNDELIVERED_SHOWN`.
    pub longest: Vec<UndeliveredEvent>,
}

/// An event that a webhook's receiver has not taken. What follows in the same conversation waits
/// behind it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UndeliveredEvent {
    /// Whose event it is.
    pub conversation: ConversationId,
    /// Its place in the conversation's log.
    pub seq: Seq,
    /// Its type, such as `message.created`.
    pub event: String,
    /// When it was tried first.
    pub since: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last attempt failed.
    pub cause: DeliveryFailure,
    /// When it is tried again; none while the webhook is switched off.
    pub next: Option<Timestamp>,
}

/// Why a delivery failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeliveryFailure {
    /// The receiver answered with a status that is no success.
    Status {
        /// The status.
        status: u16,
    },
    /// No connection, or it broke before the answer.
    Unreachable,
    /// No answer within 15 seconds.
    TooSlow,
    /// The address is not one that this deployment sends to.
    AddressRefused,
    /// The webhook is switched off.
    SwitchedOff,
    /// An admin has paused the webhook.
    Paused,
}

/// `POST /v1/sites/{id}/deliveries`: what to do with an event that was not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryForm {
    /// Whose event.
    pub conversation: ConversationId,
    /// Which one; if it is no longer the next one, nothing is done.
    pub seq: Seq,
    /// What to do.
    pub action: DeliveryAction,
}

/// What to do with an event that a webhook's receiver has not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryAction {
    /// Try it at once.
    Retry,
    /// Never send it; what follows is sent.
    Skip,
    /// Send it once more by itself: it was given up or left out.
    Replay,
}
