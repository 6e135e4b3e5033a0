//! Minutes of the week, from Monday's first: what weekdays, hours and office hours are made of.

use inbox_types::{Condition, OfficeHours};

/// Minutes of a day.
pub(crate) const DAY: u16 = 1_440;
const WEEK: u16 = 7 * DAY;

/// Spans of a week, the second end not included; sorted, and none touches the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Week(Vec<(u16, u16)>);

impl Week {
    /// The minutes at which a condition holds; none if it does not speak of time.
    pub(crate) fn of(condition: &Condition, office: &[OfficeHours]) -> Option<Self> {
        match condition {
            Condition::OfficeHours => Some(Self::office(office)),
            Condition::Weekday { any } => {
                let days = any.iter().filter_map(|day| Some(day.checked_sub(1)?.into()));
                Some(Self::new(days.map(|day: u16| span(day, 0, DAY)).collect()))
            }
            Condition::Hours { from, until } => {
                Some(Self::new((0..7).flat_map(|day| hours(day, *from, *until)).collect()))
            }
            Condition::Url { .. }
            | Condition::Query { .. }
            | Condition::Title { .. }
            | Condition::Referrer { .. }
            | Condition::Funnel { .. }
            | Condition::PagesViewed { .. }
            | Condition::PageTime { .. }
            | Condition::SiteTime { .. }
            | Condition::Scroll { .. }
            | Condition::ExitIntent
            | Condition::Idle { .. }
            | Condition::Click { .. }
            | Condition::Visits { .. }
            | Condition::Returning
            | Condition::Chatted { .. }
            | Condition::Language { .. }
            | Condition::Country { .. }
            | Condition::Device { .. }
            | Condition::Attribute { .. }
            | Condition::Event { .. }
            | Condition::CartValue { .. }
            | Condition::CartItems { .. }
            | Condition::Available { .. }
            | Condition::Share { .. } => None,
        }
    }

    /// No office hours at all is a team that is always there.
    fn office(hours: &[OfficeHours]) -> Self {
        if hours.is_empty() {
            return Self(vec![(0, WEEK)]);
        }
        let day = |it: &OfficeHours| Some(u16::from(it.weekday.checked_sub(1)?));
        let spans = hours.iter().filter_map(|it| Some(span(day(it)?, it.from, it.until)));
        Self::new(spans.collect())
    }

    fn new(mut spans: Vec<(u16, u16)>) -> Self {
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

    pub(crate) fn spans(&self) -> &[(u16, u16)] {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn complement(&self) -> Self {
        let starts = std::iter::once(0).chain(self.0.iter().map(|it| it.1));
        let ends = self.0.iter().map(|it| it.0).chain([WEEK]);
        Self::new(starts.zip(ends).collect())
    }

    /// What is in both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let both = self
            .0
            .iter()
            .flat_map(|one| other.0.iter().map(move |two| (one.0.max(two.0), one.1.min(two.1))));
        Self::new(both.collect())
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

    fn week(condition: &Condition) -> Vec<(u16, u16)> {
        Week::of(condition, &[]).unwrap().spans().to_vec()
    }

    #[test]
    fn days_that_touch_are_one_span() {
        let any = vec![7, 1, 2];
        assert_eq!(week(&Condition::Weekday { any }), [(0, 2 * DAY), (6 * DAY, WEEK)]);
    }

    #[test]
    fn hours_over_midnight_are_the_night_of_every_day() {
        let night = week(&Condition::Hours { from: 1_320, until: 360 });
        assert_eq!(night.first(), Some(&(0, 360)));
        assert_eq!(night.get(1), Some(&(1_320, DAY + 360)));
        assert_eq!(night.last(), Some(&(6 * DAY + 1_320, WEEK)));
    }

    #[test]
    fn a_week_and_its_complement_share_no_minute_and_miss_none() {
        let some = Week::of(&Condition::Hours { from: 60, until: 1_440 }, &[]).unwrap();
        let others = some.complement();
        assert!(some.and(&others).is_empty());
        let both = [some.spans(), others.spans()].concat();
        assert_eq!(Week::new(both).spans(), [(0, WEEK)]);
    }
}
