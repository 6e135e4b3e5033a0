//! When a delivery is tried again, and when not.
//!
//! A chat cannot wait five minutes for its first retry, so the table of Standard
//! Webhooks begins with quick steps here.

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
    /// Nobody answered in time.
    None,
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
#[must_use]
pub fn after_attempt(answer: Answer, n_tries: u32, now: Timestamp, chance: u32) -> Next {
    let asked = match answer {
        Answer::Status { status: 200..=299, .. } => return Next::Advance,
        Answer::Status { status: 410, .. } => return Next::SwitchOff,
        Answer::Status { status: 429 | 502 | 503 | 504, retry_after } => retry_after,
        Answer::Status { .. } | Answer::None => None,
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
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn failed(n_tries: u32, chance: u32) -> Next {
        after_attempt(Answer::None, n_tries, NOW, chance)
    }

    #[test]
    fn a_failure_is_tried_again_after_longer_and_longer_rests() {
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
    fn only_2xx_is_success() {
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
    fn a_receiver_can_ask_for_a_longer_rest_but_not_for_ever() {
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
    fn jitter_is_at_most_a_tenth() {
        for chance in [0, 7, 499, 500, u32::MAX] {
            let Next::Retry(at) = failed(3, chance) else { panic!("it is tried again") };
            assert!((5_000..=5_500).contains(&at.since(NOW).0), "{chance}");
        }
    }
}
