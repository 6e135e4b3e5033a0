//! The minutes of the week at which a condition on time holds.

use inbox_hours::Week;
use inbox_types::{Condition, OfficeHours};

/// The minutes at which a condition holds; none if it does not speak of time.
pub(crate) fn week_of(condition: &Condition, office: &[OfficeHours]) -> Option<Week> {
    match condition {
        // No office hours at all is a team that is always there.
        Condition::OfficeHours if office.is_empty() => Some(Week::all()),
        Condition::OfficeHours => Some(Week::of_hours(office)),
        Condition::Weekday { any } => Some(Week::of_days(any)),
        Condition::Hours { from, until } => Some(Week::of_every_day(*from, *until)),
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
