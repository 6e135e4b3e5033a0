//! Days of the calendar, whichever zone they are in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A day between 1970 and 9999, as a text `2026-12-24`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(i32);

/// It is no day, or not written as `2026-12-24`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("not a day such as 2026-12-24")]
pub struct NoDay;

/// The first of 10000, as a number of days since 1970 began.
const END: i32 = 2_932_897;
/// Days from the first of March in the year 0 to 1970: with March as the first month, a leap day is the
/// last day of its year.
const TO_1970: i32 = 719_468;
/// Days of 400 years, after which the calendar repeats itself.
const ERA: i32 = 146_097;

impl Day {
    /// The day so many days after 1970 began, if that is before the year 10000.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        i32::try_from(number).ok().filter(|it| (0..END).contains(it)).map(Self)
    }

    /// How many days after 1970 began.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0.into()
    }

    /// Year, month and day of the month.
    #[must_use]
    pub fn parts(self) -> (i32, i32, i32) {
        let days = self.0 + TO_1970;
        let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (years, month) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
        (era * 400 + year + years, month, day)
    }

    fn of(year: i32, month: i32, day: i32) -> Option<Self> {
        let (shifted, place) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
        let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
        let of_year = (153 * place + 2) / 5 + day - 1;
        let days = era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - TO_1970;
        // The 31st of April became the first of May.
        Self::from_number(days.into()).filter(|it| it.parts() == (year, month, day))
    }
}

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let is_written_so = text.len() == 10
            && text.bytes().enumerate().all(|(at, it)| match at {
                4 | 7 => it == b'-',
                _ => it.is_ascii_digit(),
            });
        if !is_written_so {
            return Err(NoDay);
        }
        let number = |range| text.get(range).and_then(|it: &str| it.parse().ok()).ok_or(NoDay);
        Self::of(number(0..4)?, number(5..7)?, number(8..10)?).ok_or(NoDay)
    }
}

impl TryFrom<String> for Day {
    type Error = NoDay;

    fn try_from(text: String) -> Result<Self, NoDay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_read_as_it_was_written_and_follows_the_one_before() {
        let mut before = (1969, 12, 31);
        for number in 0..END {
            let day = Day::from_number(number.into()).expect("a day");
            assert_eq!(day.to_string().parse(), Ok(day));
            let now = day.parts();
            let follows = now == (before.0, before.1, before.2 + 1)
                || now == (before.0, before.1 + 1, 1) && 28 <= before.2
                || now == (before.0 + 1, 1, 1) && before.1 == 12 && before.2 == 31;
            assert!(follows, "{before:?} {now:?}");
            before = now;
        }
        assert_eq!(before, (9999, 12, 31));
        assert_eq!(Day::from_number(0).map(|it| it.to_string()).as_deref(), Some("1970-01-01"));
        assert_eq!(
            Day::from_number(20_787).map(|it| it.to_string()).as_deref(),
            Some("2026-11-30")
        );
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for no_day in [
            "",
            "2026-2-1",
            "2026-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "1969-12-31",
            "+026-01-01",
            "2026-01-011",
            "２026-01-01",
            "2026/01/01",
            "20260101",
        ] {
            assert_eq!(no_day.parse::<Day>(), Err(NoDay), "{no_day}");
        }
        assert!("2028-02-29".parse::<Day>().is_ok() && "2100-02-29".parse::<Day>().is_err());
    }
}
