//! What a campaign did: its sums by day of the site's zone, for the console and as a table.

use std::{collections::BTreeMap, fmt::Write as _};

use inbox_protocol::http::DayCounts;
use inbox_types::{Counts, Text, VariantKey};
use serde::{Deserialize, Serialize};

use super::counts::add;

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

/// What of it can be. Anybody may send what pages send: there are no more messages than occasions,
/// no more answers than messages and no more goals than occasions, each up to the hour. An answer may
/// come later than its message, so that no single beacon can be held to it.
fn plausible(hours: &[HourCounts]) -> Vec<HourCounts> {
    let mut so_far: BTreeMap<VariantKey, Counts> = BTreeMap::new();
    let in_order: BTreeMap<(u64, VariantKey), &HourCounts> =
        hours.iter().map(|it| ((it.hour, it.variant), it)).collect();
    let mut kept = Vec::with_capacity(hours.len());
    for ((hour, variant), it) in in_order {
        let before = so_far.entry(variant).or_default();
        let said = it.counts;
        let eligible = before.eligible + said.eligible;
        let up_to = |most: u64, before: u64, said: u64| said.min(most.saturating_sub(before));
        let n_shown = up_to(eligible, before.shown, said.shown);
        let shown = before.shown + n_shown;
        let counts = Counts {
            eligible: said.eligible,
            shown: n_shown,
            clicked: up_to(shown, before.clicked, said.clicked),
            dismissed: up_to(shown, before.dismissed, said.dismissed),
            conversations: up_to(shown, before.conversations, said.conversations),
            goals: up_to(eligible, before.goals, said.goals),
            value: said.value,
        };
        add(before, &counts);
        kept.push(HourCounts { hour, variant, counts });
    }
    kept
}

/// The sums by day and variant. An hour is of the day in which it begins: zones that are off by
/// half an hour have a midnight within one.
#[must_use]
pub fn by_day(hours: &[HourCounts], day: impl Fn(u64) -> Option<Text<10>>) -> Vec<DayCounts> {
    let hours = plausible(hours);
    let mut days: BTreeMap<u64, Option<Text<10>>> = BTreeMap::new();
    let mut sums: BTreeMap<(String, VariantKey), DayCounts> = BTreeMap::new();
    for HourCounts { hour, variant, counts } in &hours {
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

/// A text as a cell. Spreadsheets run what begins like a formula, in full-width and small signs too,
/// so such a text gets an apostrophe, which says that it is a text. What stands before the sign
/// without being seen does not save anybody from it.
fn cell(text: &str) -> String {
    const SIGNS: &str = "=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−|%";
    let unseen = |it: char| {
        (it.is_whitespace()
            || it.is_control()
            || matches!(it, '\u{200b}'..='\u{200f}' | '\u{feff}'))
            && !SIGNS.contains(it)
    };
    let is_formula = text.trim_start_matches(unseen).starts_with(|it| SIGNS.contains(it));
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
        for name in [
            "=HYPERLINK(1)",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＋1",
            "－1",
            "＠SUM(A1)",
            "﹦1",
            "﹢1",
            "﹣1",
            "﹫SUM(A1)",
            "−1",
            " =1",
            "\u{a0}=1",
            "\u{200b}=1",
            "\u{feff}＝1",
            "\u{0}=1",
            "|cmd",
            "%0A=1",
        ] {
            let table = csv(name, &by_day(&[hour(0, VariantKey::FIRST, 1)], day));
            let (_, line) = table.split_once("\r\n").expect("a line");
            assert!(line.starts_with(&format!("\"'{name}\",")), "{line}");
        }
        for name in ["Sale = now", "10 % off", "a+b", "Größe"] {
            let table = csv(name, &by_day(&[hour(0, VariantKey::FIRST, 1)], day));
            assert!(table.contains(&format!("\"{name}\",")), "{table}");
        }
    }

    #[test]
    fn nothing_is_reported_that_needs_more_than_was_reported_before() {
        let (first, control) = (VariantKey::FIRST, VariantKey::CONTROL);
        let of = |hour: u64, variant, eligible, shown, rest: u64| HourCounts {
            hour: hour * HOUR,
            variant,
            counts: Counts {
                eligible,
                shown,
                clicked: rest,
                dismissed: rest,
                conversations: rest,
                goals: rest,
                value: rest,
            },
        };
        let sums = |hours: &[HourCounts]| {
            let mut sum = Counts::default();
            for it in by_day(hours, day) {
                add(&mut sum, &it.counts);
            }
            sum
        };
        // Forged: clicks on what nobody was shown.
        let sum = sums(&[of(0, first, 0, 0, 20)]);
        assert_eq!((sum.clicked, sum.dismissed, sum.conversations, sum.goals), (0, 0, 0, 0));
        let sum = sums(&[of(0, first, 9, 5, 20), of(30, first, 1, 0, 3)]);
        assert_eq!((sum.shown, sum.clicked, sum.dismissed, sum.conversations), (5, 5, 5, 5));
        assert_eq!(sum.goals, 10);
        // A click may come a day after the message, and then it counts.
        let sum = sums(&[of(0, first, 5, 5, 0), of(30, first, 0, 0, 3)]);
        assert_eq!((sum.clicked, sum.value), (3, 3));
        // Whoever is in the control group reaches goals, and is shown nothing.
        let sum = sums(&[of(0, control, 5, 0, 3)]);
        assert_eq!((sum.eligible, sum.clicked, sum.goals), (5, 0, 3));
    }
}
