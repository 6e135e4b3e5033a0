//! Clocks on walls.

use inbox_types::{Day, Timestamp};

/// Minutes of a day.
const DAY: i64 = 1_440;

/// A time zone, as the host knows it.
pub trait Zone {
    /// What its clocks show at a minute: both are counted from the beginning of 1970, the one in UTC and the
    /// other there.
    fn wall(&self, minute: i64) -> i64;
}

/// What clocks show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Wall(i64);

impl Wall {
    /// What the clocks of a zone show at a minute.
    pub(crate) fn at(zone: &(impl Zone + ?Sized), minute: i64) -> Self {
        Self(zone.wall(minute))
    }

    /// What clocks show of this day at this minute of it.
    #[must_use]
    pub fn of(day: Day, minute: u16) -> Self {
        Self(day.number() * DAY + i64::from(minute))
    }

    /// As minutes since 1970 began there.
    #[must_use]
    pub fn minutes(self) -> i64 {
        self.0
    }

    /// How many days after 1970 began there.
    pub(crate) fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// Minutes since Monday began. The first day of 1970 was a Thursday.
    pub(crate) fn of_week(self) -> u16 {
        let minute = (self.0 + 3 * DAY).rem_euclid(7 * DAY);
        u16::try_from(minute).expect("a week has 10,080 minutes")
    }
}

/// The minute in which an instant is.
pub(crate) fn minute_of(at: Timestamp) -> i64 {
    i64::try_from(at.as_millis() / 60_000).unwrap_or(i64::MAX)
}

/// The instant at which a minute begins.
pub(crate) fn instant_of(minute: i64) -> Timestamp {
    Timestamp::from_millis(u64::try_from(minute).unwrap_or_default() * 60_000)
}

impl Wall {
    /// What a host writes of an instant in a zone, as ISO 8601 has it: `2026-11-28 14:05`, and perhaps more.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (day, time) = (text.get(..10)?.parse().ok()?, text.get(11..16)?);
        let (hours, minutes) = time.split_once(':')?;
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours < 24 && minutes < 60).then(|| Self::of(day, hours * 60 + minutes))
    }
}
