//! When a team is there, as its form holds it, and what visitors would be told of that.

use inbox_hours::{OpenState, When, Zone, open_state, when};
use inbox_text::{Phrase, console, hours as words};
use inbox_types::{Day, Holiday, OfficeHours, OpeningHours, Timestamp};

use super::campaigns::{clock, minutes};

/// The form, every field as it was typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HoursDraft {
    /// Whose clocks are meant.
    pub zone: String,
    /// The hours.
    pub open: Vec<OpenLine>,
    /// The days on which nobody is there.
    pub holidays: Vec<HolidayLine>,
}

/// Hours of one day of the week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenLine {
    /// Which line it is.
    pub number: u32,
    /// 1 is Monday.
    pub day: u8,
    /// From when.
    pub from: String,
    /// Until when; midnight is the day's end.
    pub until: String,
}

/// Whole days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HolidayLine {
    /// Which line it is.
    pub number: u32,
    /// The first.
    pub from: String,
    /// The last; nothing is the first.
    pub until: String,
}

impl HoursDraft {
    /// The form of these hours.
    #[must_use]
    pub fn of(hours: &OpeningHours) -> Self {
        let open = |(number, it): (u32, &OfficeHours)| OpenLine {
            number,
            day: it.weekday,
            from: clock(it.from),
            // A field of time has no 24:00.
            until: clock(it.until % 1_440),
        };
        let holiday = |(number, it): (u32, &Holiday)| HolidayLine {
            number,
            from: it.from.to_string(),
            until: it.until.to_string(),
        };
        Self {
            zone: hours.time_zone.as_str().to_owned(),
            open: (0..).zip(&hours.week).map(open).collect(),
            holidays: (0..).zip(&hours.holidays).map(holiday).collect(),
        }
    }

    /// What it says, or what is wrong with it.
    ///
    /// # Errors
    ///
    /// If a line is not complete or ends before it begins, or the zone is unknown.
    pub fn hours(&self, knows_zone: impl Fn(&str) -> bool) -> Result<OpeningHours, Phrase> {
        let zone = self.zone.trim();
        let known = Some(zone).filter(|it| knows_zone(it)).ok_or(console::WRONG_TIME_ZONE)?;
        Ok(OpeningHours {
            time_zone: known.to_owned().try_into().map_err(|_| console::WRONG_TIME_ZONE)?,
            week: self.open.iter().map(OpenLine::hours).collect::<Result<_, _>>()?,
            holidays: self.holidays.iter().map(HolidayLine::holiday).collect::<Result<_, _>>()?,
        })
    }

    /// Adds a line of hours: most teams have the same on the next day.
    pub fn add_open(&mut self) {
        let number = self.open.iter().map(|it| it.number + 1).max().unwrap_or_default();
        let next = self.open.last().map_or(
            OpenLine { number, day: 1, from: "09:00".to_owned(), until: "17:00".to_owned() },
            |last| OpenLine { number, day: last.day % 7 + 1, ..last.clone() },
        );
        self.open.push(next);
    }

    /// Adds a line of holidays.
    pub fn add_holiday(&mut self) {
        let number = self.holidays.iter().map(|it| it.number + 1).max().unwrap_or_default();
        self.holidays.push(HolidayLine { number, from: String::new(), until: String::new() });
    }
}

impl OpenLine {
    fn hours(&self) -> Result<OfficeHours, Phrase> {
        let from = minutes(&self.from).ok_or(console::WRONG_OFFICE_HOURS)?;
        let until = minutes(&self.until).map(|it| if it == 0 { 1_440 } else { it });
        let until = until.filter(|it| from < *it).ok_or(console::WRONG_OFFICE_HOURS)?;
        Ok(OfficeHours { weekday: self.day, from, until })
    }
}

impl HolidayLine {
    fn holiday(&self) -> Result<Holiday, Phrase> {
        let day = |it: &str| it.parse::<Day>().map_err(|_| console::WRONG_HOLIDAY);
        let from = day(&self.from)?;
        let until = if self.until.is_empty() { from } else { day(&self.until)? };
        if until < from { Err(console::WRONG_HOLIDAY) } else { Ok(Holiday { from, until }) }
    }
}

/// What visitors are told at an instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Whether the team is there; none if nobody has said when it is.
    pub is_open: Option<bool>,
    /// In words, if anything is said for certain.
    pub words: Option<Phrase>,
}

/// What visitors with these clocks are told, where `day` and `time` are how their browsers write both.
#[must_use]
pub fn told(
    hours: &OpeningHours,
    (zone, reader): (&impl Zone, &impl Zone),
    now: Timestamp,
    day: impl Fn(Timestamp, When) -> String,
    time: impl Fn(Timestamp) -> String,
) -> Told {
    match open_state(hours, zone, now) {
        OpenState::Unset => Told { is_open: None, words: None },
        // Of this the words depend on who is there then.
        OpenState::Open { .. } => Told { is_open: Some(true), words: None },
        OpenState::Closed { until: None } => {
            Told { is_open: Some(false), words: Some(words::CLOSED) }
        }
        OpenState::Closed { until: Some(at) } => {
            let words = match when(reader, now, at) {
                When::Today => words::back_today(&time(at)),
                When::Tomorrow => words::back_tomorrow(&time(at)),
                named @ (When::Weekday | When::Date) => words::back_on(&day(at, named), &time(at)),
            };
            Told { is_open: Some(false), words: Some(words) }
        }
    }
}
