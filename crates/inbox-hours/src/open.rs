//! Whether a team is there, and until when.

use inbox_types::{Holiday, OpeningHours, Timestamp, limits::HOURS_HORIZON_DAYS};

use crate::{
    week::{DAY, Week},
    zone::{Wall, Zone, instant_of, minute_of},
};

/// Whether a team is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpenState {
    /// Nobody has said when.
    Unset,
    /// It is.
    Open {
        /// Until when; none if that is far off.
        until: Option<Timestamp>,
    },
    /// It is not.
    Closed {
        /// Until when; none if that is far off.
        until: Option<Timestamp>,
    },
}

/// Whether a team with these hours is there at an instant, and when that changes.
#[must_use]
pub fn open_state(hours: &OpeningHours, zone: &(impl Zone + ?Sized), now: Timestamp) -> OpenState {
    let week = Week::of_hours(&hours.week);
    // AV1
    if week.is_empty() {
        return OpenState::Unset;
    }
    let plan = Plan { week: &week, holidays: &hours.holidays };
    let minute = minute_of(now);
    let is_open = plan.is_open(Wall::at(zone, minute));
    let until = plan.change(zone, minute, is_open).map(instant_of);
    if is_open { OpenState::Open { until } } else { OpenState::Closed { until } }
}

struct Plan<'a> {
    week: &'a Week,
    holidays: &'a [Holiday],
}

impl Plan<'_> {
    // AV2
    fn is_open(&self, wall: Wall) -> bool {
        let day = wall.day();
        let is_holiday =
            self.holidays.iter().any(|it| (it.from.number()..=it.until.number()).contains(&day));
        !is_holiday && self.week.has(wall.of_week())
    }

    /// The first minute after `from` at which the answer is another one.
    // AV3
    fn change(&self, zone: &(impl Zone + ?Sized), from: i64, is_open: bool) -> Option<i64> {
        let mut at = from;
        // AV4
        let end = from + HOURS_HORIZON_DAYS * i64::from(DAY);
        while at <= end {
            let wall = Wall::at(zone, at);
            // As far as no bound is passed, unless the clocks are changed before.
            let next = at + self.until_bound(wall);
            let shown = zone.wall(next) - next;
            let next =
                if shown == wall.minutes() - at { next } else { clock_change(zone, at, next) };
            if self.is_open(Wall::at(zone, next)) != is_open {
                return (next <= end).then_some(next);
            }
            at = next;
        }
        None
    }

    /// Minutes on the wall until hours begin or end or the day is over, whichever comes first.
    fn until_bound(&self, wall: Wall) -> i64 {
        let minute = wall.of_week();
        let midnight = minute - minute % DAY + DAY;
        let bound = self.week.bound_after(minute).map_or(midnight, |it| it.min(midnight));
        i64::from(bound - minute)
    }
}

/// The first minute after `from` at which the clocks of a zone are set otherwise; at `until` they are. No
/// zone changes its clocks twice within a day.
fn clock_change(zone: &(impl Zone + ?Sized), from: i64, until: i64) -> i64 {
    let before = zone.wall(from) - from;
    let (mut same, mut other) = (from, until);
    while 1 < other - same {
        let middle = same + (other - same) / 2;
        if zone.wall(middle) - middle == before {
            same = middle;
        } else {
            other = middle;
        }
    }
    other
}
