//! What a report shows: sums, rates beside the control group's, and lines by day.

use std::collections::BTreeMap;

use inbox_campaigns::statistics::{self, Difference, Share};
use inbox_protocol::http::CampaignReport;
use inbox_types::{Counts, VariantKey};

/// What is counted by day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Measure {
    /// Who met the conditions.
    #[default]
    Eligible,
    /// Who saw it.
    Shown,
    /// Who pressed it.
    Clicked,
    /// Who closed it.
    Dismissed,
    /// Who began a conversation.
    Conversations,
    /// Who reached the goal.
    Goals,
    /// What was bought.
    Value,
}

impl Measure {
    /// In the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Eligible,
        Self::Shown,
        Self::Clicked,
        Self::Dismissed,
        Self::Conversations,
        Self::Goals,
        Self::Value,
    ];

    /// Its value in the drop-down.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::Shown => "shown",
            Self::Clicked => "clicked",
            Self::Dismissed => "dismissed",
            Self::Conversations => "conversations",
            Self::Goals => "goals",
            Self::Value => "value",
        }
    }

    /// The one with this value.
    #[must_use]
    pub fn of(value: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.value() == value).unwrap_or_default()
    }

    /// Its number among the counts.
    #[must_use]
    pub fn read(self, counts: &Counts) -> u64 {
        match self {
            Self::Eligible => counts.eligible,
            Self::Shown => counts.shown,
            Self::Clicked => counts.clicked,
            Self::Dismissed => counts.dismissed,
            Self::Conversations => counts.conversations,
            Self::Goals => counts.goals,
            Self::Value => counts.value,
        }
    }
}

/// What a variant does beside the control group.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Effect {
    /// Which variant.
    pub variant: VariantKey,
    /// How many of its visitors did what is measured, of all who met the conditions.
    pub share: Share,
    /// The same of the control group.
    pub control: Share,
    /// The difference; none while a group is empty.
    pub difference: Option<Difference>,
}

/// How sure it is that a variant changes something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nobody was there yet.
    TooSoon,
    /// It may be nothing.
    Unsure,
    /// There is more, by between so many hundredths of a point and so many.
    Better(i64, i64),
    /// There is less, by between so many hundredths of a point and so many.
    Worse(i64, i64),
}

impl Effect {
    /// What the numbers mean.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let Some(it) = self.difference else { return Verdict::TooSoon };
        let (low, high) = (hundredths(it.low), hundredths(it.high));
        match (it.is_clear(), it.estimate < 0.0) {
            (false, _) => Verdict::Unsure,
            (true, false) => Verdict::Better(low, high),
            (true, true) => Verdict::Worse(-high, -low),
        }
    }
}

/// A share of one as hundredths of a percent, for people.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "shares lie between -1 and 1")]
pub fn hundredths(share: f64) -> i64 {
    (share * 10_000.0).round() as i64
}

/// What each variant does beside the control group; nothing without one.
#[must_use]
pub fn effects(sums: &BTreeMap<VariantKey, Counts>, measure: Measure) -> Vec<Effect> {
    let share = |it: &Counts| Share { of: it.eligible, n: measure.read(it) };
    let Some(control) = sums.get(&VariantKey::CONTROL).map(share) else { return Vec::new() };
    let others = sums.iter().filter(|it| *it.0 != VariantKey::CONTROL);
    let effect = |(variant, counts): (&VariantKey, &Counts)| {
        let share = share(counts);
        let difference = statistics::difference(share, control);
        Effect { variant: *variant, share, control, difference }
    };
    others.map(effect).collect()
}

/// How many visitors each group needs until a difference of one percentage point is noticed, and
/// how many the smallest has.
#[must_use]
pub fn sample(effects: &[Effect]) -> Option<(u64, u64)> {
    let control = effects.first()?.control;
    let needed = statistics::needed(control, 0.01)?;
    let smallest = effects.iter().map(|it| it.share.of).min()?;
    Some((needed, smallest.min(control.of)))
}

/// Several counts as one.
#[must_use]
pub fn added(one: Counts, other: Counts) -> Counts {
    Counts {
        eligible: one.eligible + other.eligible,
        shown: one.shown + other.shown,
        clicked: one.clicked + other.clicked,
        dismissed: one.dismissed + other.dismissed,
        conversations: one.conversations + other.conversations,
        goals: one.goals + other.goals,
        value: one.value + other.value,
    }
}

/// The sum of each variant, over all days.
#[must_use]
pub fn sums(report: &CampaignReport) -> BTreeMap<VariantKey, Counts> {
    let mut sums = BTreeMap::new();
    for it in &report.days {
        let sum = sums.entry(it.variant).or_default();
        *sum = added(*sum, it.counts);
    }
    sums
}

/// The sum of all variants since a day.
#[must_use]
pub fn total_since(report: &CampaignReport, day: &str) -> Counts {
    let days = report.days.iter().filter(|it| day <= it.day.as_str());
    days.fold(Counts::default(), |sum, it| added(sum, it.counts))
}

/// A line of the chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Which variant.
    pub variant: VariantKey,
    /// Its number on each day of the chart.
    pub values: Vec<u64>,
}

/// The days of the chart without a gap, and a line for each variant.
#[must_use]
pub fn lines(report: &CampaignReport, measure: Measure) -> (Vec<String>, Vec<Line>) {
    let days = report.days.iter().filter_map(|it| number_of(it.day.as_str()));
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return (Vec::new(), Vec::new());
    };
    // More than a year is no chart but a wall; the table of the file has all of it.
    let first = first.max(last - 365);
    let days: Vec<String> = (first..=last).map(day_of).collect();
    let mut values: BTreeMap<VariantKey, Vec<u64>> = BTreeMap::new();
    for it in &report.days {
        let line = values.entry(it.variant).or_insert_with(|| vec![0; days.len()]);
        if let Some(index) = days.iter().position(|day| day == it.day.as_str()) {
            line[index] += measure.read(&it.counts);
        }
    }
    let lines = values.into_iter().map(|(variant, values)| Line { variant, values });
    (days, lines.collect())
}

/// A number above which nothing is, that reads well beside an axis.
#[must_use]
pub fn ceiling(most: u64) -> u64 {
    let mut unit = 1;
    while unit * 10 < most {
        unit *= 10;
    }
    [1, 2, 5, 10].map(|it| it * unit).into_iter().find(|it| most <= *it).unwrap_or(most).max(1)
}

/// The days since 1970 of a day such as `2026-11-28`.
#[must_use]
pub fn number_of(day: &str) -> Option<i64> {
    let mut parts = day.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // March is the first month, so that the leap day is the last of its year.
    let year = if month < 3 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The day that many days after 1970 began.
#[must_use]
pub fn day_of(number: i64) -> String {
    let number = number + 719_468;
    let era = number.div_euclid(146_097);
    let of_era = number.rem_euclid(146_097);
    let years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = years + era * 400 + i64::from(month < 3);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use inbox_protocol::http::DayCounts;

    use super::*;

    fn day(day: &str, variant: VariantKey, eligible: u64) -> DayCounts {
        let counts = Counts { eligible, shown: eligible / 2, ..Counts::default() };
        DayCounts { day: day.to_owned().try_into().expect("a day"), variant, counts }
    }

    fn report() -> CampaignReport {
        CampaignReport {
            campaign: "main-k1".parse().expect("an id"),
            days: vec![
                day("2026-02-27", VariantKey::FIRST, 10),
                day("2026-02-27", VariantKey::CONTROL, 4),
                day("2026-03-01", VariantKey::FIRST, 30),
            ],
        }
    }

    #[test]
    fn days_are_counted_across_months_and_leap_years() {
        assert_eq!(number_of("1970-01-01"), Some(0));
        for it in ["2024-02-29", "2026-11-28", "2100-03-01", "1999-12-31"] {
            assert_eq!(number_of(it).map(day_of).as_deref(), Some(it));
        }
        assert_eq!(number_of("2026-13-01"), None);
    }

    #[test]
    fn a_day_without_counts_is_zero_and_not_left_out() {
        let (days, lines) = lines(&report(), Measure::Eligible);
        assert_eq!(days, ["2026-02-27", "2026-02-28", "2026-03-01"]);
        let first = lines.iter().find(|it| it.variant == VariantKey::FIRST).expect("its line");
        assert_eq!(first.values, [10, 0, 30]);
        let control = lines.iter().find(|it| it.variant == VariantKey::CONTROL).expect("its line");
        assert_eq!(control.values, [4, 0, 0]);
    }

    #[test]
    fn sums_are_by_variant_and_since_a_day() {
        assert_eq!(sums(&report())[&VariantKey::FIRST].eligible, 40);
        assert_eq!(total_since(&report(), "2026-02-28").eligible, 30);
        assert_eq!(total_since(&report(), "2026-01-01").eligible, 44);
    }

    fn counts(eligible: u64, conversations: u64) -> Counts {
        Counts { eligible, conversations, ..Counts::default() }
    }

    fn verdict(variant: Counts, control: Counts) -> Verdict {
        let sums = BTreeMap::from([(VariantKey::FIRST, variant), (VariantKey::CONTROL, control)]);
        effects(&sums, Measure::Conversations)[0].verdict()
    }

    #[test]
    fn a_difference_is_said_only_when_it_is_clear() {
        assert_eq!(verdict(counts(0, 0), counts(10, 1)), Verdict::TooSoon);
        assert_eq!(verdict(counts(100, 5), counts(100, 4)), Verdict::Unsure);
        let better = verdict(counts(20_000, 1_000), counts(20_000, 200));
        assert!(
            matches!(better, Verdict::Better(low, high) if 0 < low && low < high),
            "{better:?}"
        );
        let worse = verdict(counts(20_000, 200), counts(20_000, 1_000));
        assert!(matches!(worse, Verdict::Worse(low, high) if 0 < low && low < high), "{worse:?}");
    }

    #[test]
    fn without_a_control_group_there_is_nothing_to_say() {
        let sums = BTreeMap::from([(VariantKey::FIRST, counts(100, 5))]);
        assert_eq!(effects(&sums, Measure::Conversations), []);
        assert_eq!(sample(&[]), None);
    }

    #[test]
    fn the_axis_ends_at_a_number_that_reads_well() {
        assert_eq!([0, 1, 3, 10, 11, 47, 64, 501].map(ceiling), [1, 1, 5, 10, 20, 50, 100, 1_000]);
    }
}
