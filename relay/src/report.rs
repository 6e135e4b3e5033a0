//! What a campaign did: its sums by day of the site's zone, for the console and as a table.

use std::{collections::BTreeMap, fmt::Write as _};

use inbox_protocol::http::DayCounts;
use inbox_types::{Counts, Text, VariantKey};
use serde::{Deserialize, Serialize};

use crate::counts::add;

/// The sum of one hour.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HourCounts {
    /// When it began.
    pub hour: u64,
    /// The variant, or the control group.
    pub variant: VariantKey,
    /// How often.
    pub counts: Counts,
}

/// The sums by day and variant. An hour is of the day in which it begins: zones that are off by
/// half an hour have a midnight within one.
#[must_use]
pub fn by_day(hours: &[HourCounts], day: impl Fn(u64) -> Option<Text<10>>) -> Vec<DayCounts> {
    let mut days: BTreeMap<u64, Option<Text<10>>> = BTreeMap::new();
    let mut sums: BTreeMap<(String, VariantKey), DayCounts> = BTreeMap::new();
    for HourCounts { hour, variant, counts } in hours {
        let Some(day) = days.entry(*hour).or_insert_with(|| day(*hour)).clone() else { continue };
        let sum = sums.entry((day.as_str().to_owned(), *variant)).or_insert_with(|| DayCounts {
            day,
            variant: *variant,
            counts: Counts::default(),
        });
        add(&mut sum.counts, counts);
    }
    sums.into_values().collect()
}

/// The report as comma-separated values (RFC 4180).
#[must_use]
pub fn csv(campaign: &str, days: &[DayCounts]) -> String {
    let mut table = String::from(
        "campaign,day,variant,eligible,shown,clicked,dismissed,conversations,goals,value\r\n",
    );
    let campaign = cell(campaign);
    for DayCounts { day, variant, counts } in days {
        let Counts { eligible, shown, clicked, dismissed, conversations, goals, value } = *counts;
        let variant = match *variant {
            VariantKey::CONTROL => "control".to_owned(),
            other => other.letter().to_string(),
        };
        let (units, hundredths) = (value / 100, value % 100);
        // Writing to a string cannot fail.
        let _ = write!(
            table,
            "{campaign},{},{variant},{eligible},{shown},{clicked},{dismissed},{conversations},{goals},{units}.{hundredths:02}\r\n",
            day.as_str(),
        );
    }
    table
}

/// A text as a cell. Spreadsheets run what begins like a formula, so such a text gets an
/// apostrophe, which says that it is a text.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000;

    fn hour(hour: u64, variant: VariantKey, eligible: u64) -> HourCounts {
        let counts = Counts { eligible, value: 5, ..Counts::default() };
        HourCounts { hour: hour * HOUR, variant, counts }
    }

    /// Days of a zone that is seven hours ahead, numbered.
    fn day(at: u64) -> Option<Text<10>> {
        Text::try_from(format!("day {}", (at / HOUR + 7) / 24)).ok()
    }

    #[test]
    fn hours_are_added_to_the_days_of_the_zone() {
        let first = VariantKey::FIRST;
        let hours = [
            hour(16, first, 1),
            hour(17, first, 2),
            hour(18, first, 3),
            hour(18, VariantKey::CONTROL, 9),
        ];
        let days = by_day(&hours, day);
        let read: Vec<_> =
            days.iter().map(|it| (it.day.as_str(), it.variant, it.counts.eligible)).collect();
        assert_eq!(
            read,
            [("day 0", first, 1), ("day 1", VariantKey::CONTROL, 9), ("day 1", first, 5)]
        );
    }

    #[test]
    fn a_table_has_a_line_for_each_day_and_variant() {
        let days = by_day(&[hour(0, VariantKey::CONTROL, 3), hour(1, VariantKey::FIRST, 4)], day);
        assert_eq!(
            csv("Free \"post\", today", &days),
            "campaign,day,variant,eligible,shown,clicked,dismissed,conversations,goals,value\r\n\
             \"Free \"\"post\"\", today\",day 0,control,3,0,0,0,0,0,0.05\r\n\
             \"Free \"\"post\"\", today\",day 0,a,4,0,0,0,0,0,0.05\r\n"
        );
    }

    #[test]
    fn a_name_is_never_a_formula() {
        for name in ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"] {
            let table = csv(name, &by_day(&[hour(0, VariantKey::FIRST, 1)], day));
            let line = table.lines().nth(1).expect("a line");
            assert!(line.starts_with(&format!("\"'{name}\",")), "{line}");
        }
    }
}
