//! When a delivery is tried again, and when not.
//!
//! A chat cannot wait five minutes for its first retry, so the table of Standard
//! Webhooks begins with quick steps here.

use std::time::UNIX_EPOCH;

use inbox_protocol::http::DeliveryFailure;
use inbox_types::{Millis, Timestamp};

/// The rests after each failed attempt.
const RESTS: [Millis; 13] = [
    Millis::seconds(1),
    Millis::seconds(2),
    Millis::seconds(5),
    Millis::seconds(10),
    Millis::seconds(30),
    Millis::minutes(5),
    Millis::minutes(30),
    Millis::hours(2),
    Millis::hours(5),
    Millis::hours(10),
    Millis::hours(14),
    Millis::hours(20),
    Millis::hours(24),
];

/// The longest rest that a receiver can ask for with `Retry-After`.
const LONGEST_ASKED: Millis = Millis::hours(24);

/// What came of an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The receiver answered with this status.
    Status {
        /// The status.
        status: u16,
        /// What its `Retry-After` asks for, if it does.
        retry_after: Option<Millis>,
    },
    /// There was no answer.
    None(DeliveryFailure),
}

impl Answer {
    /// Why this attempt failed, for whoever looks after the receiver.
    #[must_use]
    pub fn failure(self) -> DeliveryFailure {
        match self {
            Self::Status { status, .. } => DeliveryFailure::Status { status },
            Self::None(failure) => failure,
        }
    }
}

/// How long a `Retry-After` asks to wait: a number of seconds, or a date in one of the three forms
/// of RFC 9110. None if it is neither. A date that has passed asks for nothing.
// HO11
#[must_use]
pub fn retry_after(header: &str, now: Timestamp) -> Option<Millis> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|it| it.is_ascii_digit()) {
        // More digits than a number holds ask for longer than we ever wait.
        let seconds = header.parse().unwrap_or(u64::MAX);
        return Some(Millis(seconds.saturating_mul(1_000)));
    }
    let date = httpdate::parse_http_date(header).ok()?;
    let at = date.duration_since(UNIX_EPOCH).ok()?.as_millis();
    let at = u64::try_from(at).unwrap_or(u64::MAX);
    Some(Millis(at.saturating_sub(now.as_millis())))
}

/// What follows from an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Delivered: on to what follows in the log.
    Advance,
    /// Try the same again then.
    Retry(Timestamp),
    /// Tried for days: this one is given up, and what follows is tried.
    Skip,
    /// The receiver is gone: the webhook is switched off.
    SwitchOff,
}

/// What follows from an answer. `n_tries` counts this attempt; `chance` is a random
/// number, so that many conversations do not knock at the same moment.
// HO4, HO11
#[must_use]
pub fn after_attempt(answer: Answer, n_tries: u32, now: Timestamp, chance: u32) -> Next {
    let asked = match answer {
        Answer::Status { status: 200..=299, .. } => return Next::Advance,
        Answer::Status { status: 410, .. } => return Next::SwitchOff,
        Answer::Status { status: 429 | 502 | 503 | 504, retry_after } => retry_after,
        Answer::Status { .. } | Answer::None(_) => None,
    };
    let step = usize::try_from(n_tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(rest) = RESTS.get(step) else { return Next::Skip };
    let rest = asked.map_or(*rest, |it| it.min(LONGEST_ASKED).max(*rest));
    Next::Retry(now.after(Millis(rest.0 + jitter(rest, chance))))
}

/// Up to a tenth of the rest.
fn jitter(rest: Millis, chance: u32) -> u64 {
    u64::from(chance) % (rest.0 / 10 + 1)
}

#[cfg(test)]
mod tests {
    use inbox_types::limits::INBOX_LINK_LIFE;

    use super::*;
    use crate::forward::PATIENCE;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn failed(n_tries: u32, chance: u32) -> Next {
        after_attempt(Answer::None(DeliveryFailure::TooSlow), n_tries, NOW, chance)
    }

    #[test]
    fn ho4_a_failure_is_tried_again_after_longer_and_longer_rests() {
        let mut rests = Vec::new();
        for n_tries in 1..=13 {
            let Next::Retry(at) = failed(n_tries, 0) else {
                panic!("attempt {n_tries} is not the last")
            };
            rests.push(at.since(NOW).0 / 1_000);
        }
        assert_eq!(
            rests,
            [1, 2, 5, 10, 30, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
        );
        assert_eq!(failed(14, 0), Next::Skip);
    }

    #[test]
    fn ho3_ho7_only_2xx_is_success() {
        let status =
            |status| after_attempt(Answer::Status { status, retry_after: None }, 1, NOW, 0);
        assert_eq!(status(200), Next::Advance);
        assert_eq!(status(204), Next::Advance);
        assert_eq!(status(410), Next::SwitchOff);
        for other in [302, 400, 404, 500, 503] {
            assert!(matches!(status(other), Next::Retry(_)), "{other}");
        }
    }

    #[test]
    fn ho11_a_receiver_can_ask_for_a_longer_rest_but_not_for_ever() {
        let asked = |span| {
            let answer = Answer::Status { status: 429, retry_after: Some(span) };
            let Next::Retry(at) = after_attempt(answer, 1, NOW, 0) else {
                panic!("it is tried again")
            };
            at.since(NOW)
        };
        assert_eq!(asked(Millis::minutes(2)), Millis::minutes(2));
        assert_eq!(asked(Millis(1)), Millis::seconds(1));
        assert_eq!(asked(Millis::days(90)), Millis::hours(24));
    }

    #[test]
    fn ho11_retry_after_is_read_in_every_form_of_the_standard() {
        // Sun, 06 Nov 1994 08:49:25 GMT, twelve seconds before the dates of the standard.
        let now = Timestamp::from_millis(784_111_765_000);
        let twelve = Some(Millis::seconds(12));
        let table = [
            ("0", Some(Millis(0))),
            ("120", Some(Millis::minutes(2))),
            (" 120 ", Some(Millis::minutes(2))),
            ("9007199254740993", Some(Millis(9_007_199_254_740_993_000))),
            ("18446744073709551615", Some(Millis(u64::MAX))),
            ("99999999999999999999999999", Some(Millis(u64::MAX))),
            ("Sun, 06 Nov 1994 08:49:37 GMT", twelve),
            ("Sunday, 06-Nov-94 08:49:37 GMT", twelve),
            ("Sun Nov  6 08:49:37 1994", twelve),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(Millis(0))),
            ("", None),
            ("-5", None),
            ("+5", None),
            ("1.5", None),
            ("1e9", None),
            ("soon", None),
            ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        ];
        for (header, span) in table {
            assert_eq!(retry_after(header, now), span, "{header:?}");
            let answer = Answer::Status { status: 503, retry_after: retry_after(header, now) };
            let Next::Retry(at) = after_attempt(answer, 1, now, 0) else {
                panic!("{header:?} is tried again")
            };
            assert!(at.since(now) <= Millis::hours(24), "{header:?}");
        }
    }

    #[test]
    fn ho90_the_address_of_a_file_outlives_the_retries() {
        let rests: u64 = RESTS.iter().map(|it| it.0 + it.0 / 10).sum();
        assert!(rests + RESTS.len() as u64 * PATIENCE.0 < INBOX_LINK_LIFE.0);
    }

    #[test]
    fn ho4_jitter_is_at_most_a_tenth() {
        for chance in [0, 7, 499, 500, u32::MAX] {
            let Next::Retry(at) = failed(3, chance) else { panic!("it is tried again") };
            assert!((5_000..=5_500).contains(&at.since(NOW).0), "{chance}");
        }
    }
}
