//! Numbers that cannot be within two bounds at once.

use inbox_types::{Bounds, Condition, ValueMatch};

use super::Literal;

#[derive(PartialEq, Eq)]
enum What<'a> {
    Pages,
    PageTime,
    SiteTime,
    Scroll,
    Idle,
    Visits,
    Chatted,
    Share,
    Value,
    Items,
    Event(&'a str),
    Attribute(&'a str),
}

pub(super) fn exclude(one: &Literal<'_>, two: &Literal<'_>) -> bool {
    let (Some((what, one_count)), Some((other, two_count))) =
        (count(one.condition), count(two.condition))
    else {
        return false;
    };
    if what != other {
        return false;
    }
    match (one.not, two.not) {
        (false, false) => !overlap(one_count, two_count),
        (false, true) => within(one_count, two_count),
        (true, false) => within(two_count, one_count),
        (true, true) => false,
    }
}

fn overlap(one: Bounds, two: Bounds) -> bool {
    let most = |it: Bounds| it.most.unwrap_or(u32::MAX);
    one.least.unwrap_or(0) <= most(two) && two.least.unwrap_or(0) <= most(one)
}

/// Whether whatever is within the first is within the second.
fn within(inner: Bounds, outer: Bounds) -> bool {
    outer.least.is_none_or(|least| inner.least.is_some_and(|it| least <= it))
        && outer.most.is_none_or(|most| inner.most.is_some_and(|it| it <= most))
}

fn count(condition: &Condition) -> Option<(What<'_>, Bounds)> {
    let least = |n: u32| Bounds { least: Some(n), most: None };
    let most = |n: u32| Bounds { least: None, most: Some(n) };
    Some(match condition {
        Condition::PagesViewed { count } => (What::Pages, *count),
        Condition::PageTime { seconds } => (What::PageTime, least(*seconds)),
        Condition::SiteTime { seconds } => (What::SiteTime, least(*seconds)),
        Condition::Scroll { percent } => (What::Scroll, least((*percent).into())),
        Condition::Idle { seconds } => (What::Idle, least(*seconds)),
        Condition::Visits { count } => (What::Visits, *count),
        Condition::Returning => (What::Visits, least(2)),
        Condition::Chatted { days } => (What::Chatted, most((*days).into())),
        Condition::Share { percent } => (What::Share, most((*percent).into())),
        Condition::CartValue { count } => (What::Value, *count),
        Condition::CartItems { count } => (What::Items, *count),
        Condition::Event { name, count } => (What::Event(name.as_str()), *count),
        Condition::Attribute { name, matches: ValueMatch::Number(count) } => {
            (What::Attribute(name.as_str()), *count)
        }
        Condition::Attribute { matches: ValueMatch::Text(_) | ValueMatch::Known, .. }
        | Condition::Url { .. }
        | Condition::Query { .. }
        | Condition::Title { .. }
        | Condition::Referrer { .. }
        | Condition::Funnel { .. }
        | Condition::ExitIntent
        | Condition::Click { .. }
        | Condition::Language { .. }
        | Condition::Country { .. }
        | Condition::Device { .. }
        | Condition::Available { .. }
        | Condition::OfficeHours
        | Condition::Weekday { .. }
        | Condition::Hours { .. } => return None,
    })
}
