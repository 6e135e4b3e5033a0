//! Minutes of the week, from Monday's first: what weekdays, hours and office hours are made of.

use inbox_types::OfficeHours;

/// Minutes of a day.
pub const DAY: u16 = 1_440;
/// Minutes of a week.
pub const WEEK: u16 = 7 * DAY;

/// Spans of a week, the second end not included; sorted, and none touches the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Week(Vec<(u16, u16)>);

impl Week {
    /// Every minute.
    #[must_use]
    pub fn all() -> Self {
        Self(vec![(0, WEEK)])
    }

    /// The minutes of these hours; what is no day of the week is left out.
    #[must_use]
    pub fn of_hours(hours: &[OfficeHours]) -> Self {
        let day = |it: &OfficeHours| Some(u16::from(it.weekday.checked_sub(1)?));
        hours.iter().filter_map(|it| Some(span(day(it)?, it.from, it.until))).collect()
    }

    /// Whole days; 1 is Monday.
    #[must_use]
    pub fn of_days(days: &[u8]) -> Self {
        days.iter().filter_map(|it| Some(span(it.checked_sub(1)?.into(), 0, DAY))).collect()
    }

    /// Hours of every day; if they end before they begin, over midnight.
    #[must_use]
    pub fn of_every_day(from: u16, until: u16) -> Self {
        (0..7).flat_map(|day| hours(day, from, until)).collect()
    }

    /// The spans.
    #[must_use]
    pub fn spans(&self) -> &[(u16, u16)] {
        &self.0
    }

    /// Whether it has no minute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it has this minute.
    #[must_use]
    pub fn has(&self, minute: u16) -> bool {
        self.0.iter().any(|(from, until)| (*from..*until).contains(&minute))
    }

    /// The first minute after this one at which a span begins or ends.
    #[must_use]
    pub fn bound_after(&self, minute: u16) -> Option<u16> {
        self.0.iter().flat_map(|it| [it.0, it.1]).find(|it| minute < *it)
    }

    /// What is not in it.
    #[must_use]
    pub fn complement(&self) -> Self {
        let starts = std::iter::once(0).chain(self.0.iter().map(|it| it.1));
        let ends = self.0.iter().map(|it| it.0).chain([WEEK]);
        starts.zip(ends).collect()
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.0
            .iter()
            .flat_map(|one| other.0.iter().map(move |two| (one.0.max(two.0), one.1.min(two.1))))
            .collect()
    }
}

impl FromIterator<(u16, u16)> for Week {
    /// Of spans in any order, also such as overlap; what ends before it begins or after the week is left out.
    fn from_iter<I: IntoIterator<Item = (u16, u16)>>(spans: I) -> Self {
        let mut spans: Vec<_> = spans.into_iter().collect();
        spans.retain(|(from, until)| from < until && *until <= WEEK);
        spans.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::new();
        for (from, until) in spans {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                Some(_) | None => merged.push((from, until)),
            }
        }
        Self(merged)
    }
}

fn span(day: u16, from: u16, until: u16) -> (u16, u16) {
    let midnight = day.min(7) * DAY;
    (midnight + from.min(DAY), midnight + until.min(DAY))
}

/// Hours of one day of the week, and what of them lies before midnight and after it.
fn hours(day: u16, from: u16, until: u16) -> Vec<(u16, u16)> {
    if until < from {
        vec![span(day, from, DAY), span(day, 0, until)]
    } else {
        vec![span(day, from, until)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_touch_are_one_span() {
        assert_eq!(Week::of_days(&[7, 1, 2]).spans(), [(0, 2 * DAY), (6 * DAY, WEEK)]);
    }

    #[test]
    fn hours_over_midnight_are_the_night_of_every_day() {
        let week = Week::of_every_day(1_320, 360);
        let night = week.spans();
        assert_eq!(night.first(), Some(&(0, 360)));
        assert_eq!(night.get(1), Some(&(1_320, DAY + 360)));
        assert_eq!(night.last(), Some(&(6 * DAY + 1_320, WEEK)));
    }

    #[test]
    fn a_week_and_its_complement_share_no_minute_and_miss_none() {
        let some = Week::of_every_day(60, 1_440);
        let others = some.complement();
        assert!(some.and(&others).is_empty());
        let both: Week = some.spans().iter().chain(others.spans()).copied().collect();
        assert_eq!(both, Week::all());
    }
}
