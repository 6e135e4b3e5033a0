//! What the desk is to be told, and when it is told again.

use inbox_types::Millis;

/// Something that the desk must hear of. Hearing it twice is harmless, so it is enough to know that
/// it is still to be told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum News {
    /// Settings, people or sign-ins changed; whoever must know hears it from the desk.
    Facts,
    /// Something changed that only the desk shows (campaigns, saved views, saved replies), or a sign-in
    /// ended. No conversation is asked for it, however many there are: the desk tells those in which the
    /// member is.
    Desk,
}

impl News {
    /// All that there is.
    pub const ALL: [Self; 2] = [Self::Facts, Self::Desk];

    /// The name of the timer by which it is told again.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            // As it was called when nothing else was of the desk alone: timers have it stored.
            Self::Desk => "campaigns",
        }
    }

    /// What a timer is for.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// How long is waited at most before it is told again.
const LONGEST: Millis = Millis::minutes(1);

/// How long is waited after so many times that the desk did not hear: rights may have ended, so it is
/// never given up.
#[must_use]
pub fn wait_after(n_failed: u32) -> Millis {
    let seconds = 1_u64.checked_shl(n_failed).unwrap_or(u64::MAX);
    Millis(seconds.saturating_mul(1_000)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_told_until_they_are_heard_and_at_least_every_minute() {
        let waits: Vec<u64> = (0..8).map(|it| wait_after(it).0 / 1_000).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        for n_failed in [31, 63, 64, 1_000, u32::MAX] {
            assert_eq!(wait_after(n_failed), LONGEST, "{n_failed}");
        }
    }

    #[test]
    fn every_news_has_a_timer_of_its_own() {
        for news in News::ALL {
            assert_eq!(News::of(news.word()), Some(news));
        }
        assert_eq!(News::of("something else"), None);
    }
}
