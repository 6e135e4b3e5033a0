//! Rules as people say them.

use inbox_text::{Phrase, console};
use inbox_types::{
    Bounds, CampaignAction, Condition, DepartmentId, Device, Frequency, Goal, GoalKind, How,
    MemberId, Rule, Schedule, Sender, TextMatch, Timestamp, ValueMatch,
};

use super::fields::clock;

/// What is called differently in every language or workspace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named<'a> {
    /// A language, by its tag.
    Language(&'a str),
    /// A country, by its two letters.
    Country(&'a str),
    /// A day of the week, 1 is Monday.
    Weekday(u8),
    /// A day and its time.
    Moment(Timestamp),
    /// A department.
    Department(&'a DepartmentId),
    /// Somebody of the team.
    Member(&'a MemberId),
}

/// Whoever speaks the reader's language.
pub trait Tongue {
    /// The phrase.
    fn say(&self, phrase: &Phrase) -> String;
    /// The name.
    fn name(&self, named: Named<'_>) -> String;
}

/// The rule as the end of "When a visitor …".
#[must_use]
pub fn rule(rule: &Rule, tongue: &impl Tongue) -> String {
    match rule {
        Rule::All { of } if of.is_empty() => tongue.say(&console::RULE_ALWAYS),
        Rule::All { of } => joined(of, tongue, console::rule_and),
        Rule::Any { of } => joined(of, tongue, console::rule_or),
        Rule::Is { not, condition: it } => condition(*not, it, tongue),
    }
}

fn joined(of: &[Rule], tongue: &impl Tongue, join: fn(&str, &str) -> Phrase) -> String {
    let part = |it: &Rule| match it {
        Rule::All { of } | Rule::Any { of } if 1 < of.len() => {
            tongue.say(&console::rule_group(&rule(it, tongue)))
        }
        Rule::All { .. } | Rule::Any { .. } | Rule::Is { .. } => rule(it, tongue),
    };
    of.iter().map(part).reduce(|first, it| tongue.say(&join(&first, &it))).unwrap_or_default()
}

/// The condition as the end of "When a visitor …".
#[must_use]
#[expect(clippy::too_many_lines, reason = "a sentence for each kind")]
pub fn condition(not: bool, condition: &Condition, tongue: &impl Tongue) -> String {
    let either = |holds: Phrase, fails: Phrase| tongue.say(if not { &fails } else { &holds });
    let with = |value: &str, holds: fn(&str) -> Phrase, fails: fn(&str) -> Phrase| {
        tongue.say(&if not { fails(value) } else { holds(value) })
    };
    let named = |name: &str, value: &str, holds: Two, fails: Two| {
        tongue.say(&if not { fails(name, value) } else { holds(name, value) })
    };
    match condition {
        Condition::Url { matches: TextMatch { how: How::Is, value } } => {
            with(value.as_str(), console::when_page, console::when_page_not)
        }
        Condition::Url { matches } => {
            with(&matched(matches, tongue), console::when_url, console::when_url_not)
        }
        Condition::Query { name, matches: None } => {
            with(name.as_str(), console::when_query_there, console::when_query_there_not)
        }
        Condition::Query { name, matches: Some(matches) } => named(
            &matched(matches, tongue),
            name.as_str(),
            console::when_query,
            console::when_query_not,
        ),
        Condition::Title { matches } => {
            with(&matched(matches, tongue), console::when_title, console::when_title_not)
        }
        Condition::Referrer { matches } => {
            with(&matched(matches, tongue), console::when_referrer, console::when_referrer_not)
        }
        Condition::Funnel { steps } => {
            let pages: Vec<&str> = steps.iter().map(|it| it.value.as_str()).collect();
            with(&pages.join(" → "), console::when_funnel, console::when_funnel_not)
        }
        Condition::PagesViewed { count } => {
            with(&range(*count, tongue), console::when_pages, console::when_pages_not)
        }
        Condition::PageTime { seconds } => {
            with(&span(*seconds, tongue), console::when_page_time, console::when_page_time_not)
        }
        Condition::SiteTime { seconds } => {
            with(&span(*seconds, tongue), console::when_site_time, console::when_site_time_not)
        }
        Condition::Scroll { percent } => {
            with(&percent.to_string(), console::when_scroll, console::when_scroll_not)
        }
        Condition::ExitIntent => either(console::WHEN_EXIT, console::WHEN_EXIT_NOT),
        Condition::Idle { seconds } => {
            with(&span(*seconds, tongue), console::when_idle, console::when_idle_not)
        }
        Condition::Click { selector } => {
            with(selector.as_str(), console::when_click, console::when_click_not)
        }
        Condition::Visits { count } => {
            with(&range(*count, tongue), console::when_visits, console::when_visits_not)
        }
        Condition::Returning => either(console::WHEN_RETURNING, console::WHEN_RETURNING_NOT),
        Condition::Chatted { days } => {
            let days = u64::from(*days);
            either(console::when_chatted(days), console::when_chatted_not(days))
        }
        Condition::Language { any } => {
            let all = any.iter().map(|it| tongue.name(Named::Language(it.as_str())));
            with(&list(all, tongue), console::when_language, console::when_language_not)
        }
        Condition::Country { any } => {
            let all = any.iter().map(|it| tongue.name(Named::Country(it.as_str())));
            with(&list(all, tongue), console::when_country, console::when_country_not)
        }
        Condition::Device { is } => {
            let name = tongue.say(&device(*is));
            with(&name, console::when_device, console::when_device_not)
        }
        Condition::Attribute { name, matches } => attribute(not, name.as_str(), matches, tongue),
        Condition::Event { name, count: Bounds { least: Some(1), most: None } } => {
            with(name.as_str(), console::when_event, console::when_event_not)
        }
        Condition::Event { name, count } => named(
            &range(*count, tongue),
            name.as_str(),
            console::when_event_count,
            console::when_event_count_not,
        ),
        Condition::CartValue { count } => {
            with(&range(*count, tongue), console::when_cart_value, console::when_cart_value_not)
        }
        Condition::CartItems { count } => {
            with(&range(*count, tongue), console::when_cart_items, console::when_cart_items_not)
        }
        Condition::Available { department: None } => {
            either(console::WHEN_AVAILABLE, console::WHEN_AVAILABLE_NOT)
        }
        Condition::Available { department: Some(id) } => with(
            &tongue.name(Named::Department(id)),
            console::when_available_in,
            console::when_available_in_not,
        ),
        Condition::OfficeHours => either(console::WHEN_OFFICE, console::WHEN_OFFICE_NOT),
        Condition::Weekday { any } => {
            let all = any.iter().map(|it| tongue.name(Named::Weekday(*it)));
            with(&list(all, tongue), console::when_weekday, console::when_weekday_not)
        }
        Condition::Hours { from, until } => {
            named(&clock(*from), &clock(*until), console::when_hours, console::when_hours_not)
        }
        Condition::Share { percent } => {
            with(&percent.to_string(), console::when_share, console::when_share_not)
        }
    }
}

type Two = fn(&str, &str) -> Phrase;

fn attribute(not: bool, name: &str, matches: &ValueMatch, tongue: &impl Tongue) -> String {
    let value = match matches {
        ValueMatch::Known => {
            let known = if not { console::when_known_not } else { console::when_known };
            return tongue.say(&known(name));
        }
        ValueMatch::Text(matches) => matched(matches, tongue),
        ValueMatch::Number(count) => tongue.say(&console::match_number(&range(*count, tongue))),
    };
    let phrase: Two = if not { console::when_attribute_not } else { console::when_attribute };
    tongue.say(&phrase(&value, name))
}

/// How a text is compared, as the end of "that …".
fn matched(matches: &TextMatch, tongue: &impl Tongue) -> String {
    let value = matches.value.as_str();
    tongue.say(&match matches.how {
        How::Is => console::match_is(value),
        How::Contains => console::match_contains(value),
        How::Begins => console::match_begins(value),
        How::Wildcard => console::match_wildcard(value),
        How::Regex => console::match_regex(value),
    })
}

fn range(count: Bounds, tongue: &impl Tongue) -> String {
    match (count.least, count.most) {
        (Some(least), Some(most)) if least == most => least.to_string(),
        (Some(least), Some(most)) => {
            tongue.say(&console::range_between(&least.to_string(), &most.to_string()))
        }
        (Some(least), None) => tongue.say(&console::range_least(&least.to_string())),
        (None, Some(most)) => tongue.say(&console::range_most(&most.to_string())),
        (None, None) => String::new(),
    }
}

fn span(seconds: u32, tongue: &impl Tongue) -> String {
    tongue.say(&if seconds != 0 && seconds.is_multiple_of(60) {
        console::time_minutes(&(seconds / 60).to_string())
    } else {
        console::time_seconds(&seconds.to_string())
    })
}

/// One of these, as a language has it.
fn list(names: impl Iterator<Item = String>, tongue: &impl Tongue) -> String {
    let mut names: Vec<String> = names.collect();
    let Some(last) = names.pop() else { return String::new() };
    let comma = |first: String, it: String| tongue.say(&console::list_comma(&first, &it));
    match names.into_iter().reduce(comma) {
        Some(first) => tongue.say(&console::list_or(&first, &last)),
        None => last,
    }
}

/// What a device is called.
#[must_use]
pub fn device(device: Device) -> Phrase {
    match device {
        Device::Phone => console::DEVICE_PHONE,
        Device::Tablet => console::DEVICE_TABLET,
        Device::Desktop => console::DEVICE_DESKTOP,
    }
}

/// What happens.
#[must_use]
pub fn action(action: CampaignAction) -> Phrase {
    match action {
        CampaignAction::Bubble => console::ACTION_BUBBLE,
        CampaignAction::Open => console::ACTION_OPEN,
    }
}

/// In whose name.
#[must_use]
pub fn sender(sender: &Sender, tongue: &impl Tongue) -> String {
    tongue.say(&match sender {
        Sender::Team => console::SENDER_TEAM,
        Sender::NextAvailable => console::SENDER_NEXT,
        Sender::Member(id) => console::sender_member(&tongue.name(Named::Member(id))),
    })
}

/// How often.
#[must_use]
pub fn frequency(frequency: Frequency) -> Phrase {
    match frequency {
        Frequency::Once => console::FREQUENCY_ONCE,
        Frequency::Visit => console::FREQUENCY_VISIT,
        Frequency::EveryDays(days) => console::frequency_days(u64::from(days)),
        Frequency::UntilAnswered => console::FREQUENCY_UNTIL_ANSWERED,
    }
}

/// From when and until when.
#[must_use]
pub fn schedule(schedule: Schedule, tongue: &impl Tongue) -> String {
    let moment = |at: Timestamp| tongue.name(Named::Moment(at));
    tongue.say(&match (schedule.from, schedule.until) {
        (None, None) => console::SCHEDULE_ALWAYS,
        (Some(from), None) => console::schedule_from(&moment(from)),
        (None, Some(until)) => console::schedule_until(&moment(until)),
        (Some(from), Some(until)) => console::schedule_between(&moment(from), &moment(until)),
    })
}

/// What counts as success.
#[must_use]
pub fn goal(goal: Option<&Goal>, tongue: &impl Tongue) -> String {
    let Some(goal) = goal else { return tongue.say(&console::GOAL_NONE) };
    let what = match &goal.what {
        GoalKind::Url { matches } => tongue.say(&console::goal_url(&matched(matches, tongue))),
        GoalKind::Event { name } => tongue.say(&console::goal_event(name.as_str())),
        GoalKind::Conversation => tongue.say(&console::GOAL_CONVERSATION),
        GoalKind::Purchase => tongue.say(&console::GOAL_PURCHASE),
    };
    tongue.say(&console::goal_within(u64::from(goal.hours), &what))
}

// The texts themselves are on the host only.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) mod tests {
    use inbox_text::Catalogue;

    use super::*;

    /// Speaks as the console does, with names as they are written.
    pub(in crate::model) struct English(Catalogue);

    impl English {
        pub(in crate::model) fn new() -> Self {
            Self::of("en")
        }

        fn of(language: &str) -> Self {
            let lines = inbox_text::asset("console", language).expect("it is published");
            let form = |n: u64| if n == 1 { "one" } else { "other" }.to_owned();
            Self(Catalogue::parse(lines, Box::new(form)))
        }
    }

    impl Tongue for English {
        fn say(&self, phrase: &Phrase) -> String {
            self.0.say(phrase)
        }

        fn name(&self, named: Named<'_>) -> String {
            match named {
                Named::Language(tag) | Named::Country(tag) => tag.to_owned(),
                Named::Weekday(day) => format!("day {day}"),
                Named::Moment(at) => at.as_millis().to_string(),
                Named::Department(id) => id.to_string(),
                Named::Member(id) => id.to_string(),
            }
        }
    }

    fn pattern(how: How, value: &str) -> TextMatch {
        TextMatch { how, value: value.to_owned().try_into().expect("a pattern") }
    }

    fn is(condition: Condition) -> Rule {
        Rule::Is { not: false, condition }
    }

    fn not(condition: Condition) -> Rule {
        Rule::Is { not: true, condition }
    }

    #[track_caller]
    fn check(said: &Rule, expected: &str) {
        assert_eq!(rule(said, &English::new()), expected);
    }

    #[test]
    fn the_issues_own_sentence_is_said() {
        let said = Rule::All {
            of: vec![
                is(Condition::Url { matches: pattern(How::Is, "/pricing") }),
                is(Condition::PageTime { seconds: 30 }),
                not(Condition::Chatted { days: 7 }),
            ],
        };
        check(
            &said,
            "is on /pricing and has been active on the page for 30 s and has not chatted in the last 7 days",
        );
    }

    #[test]
    fn a_group_within_another_is_in_brackets() {
        let either = Rule::Any { of: vec![is(Condition::ExitIntent), is(Condition::Returning)] };
        let said = Rule::All { of: vec![is(Condition::SiteTime { seconds: 120 }), either] };
        check(
            &said,
            "has been active on the site for 2 min and (is about to leave the page or has been here before)",
        );
        check(&Rule::All { of: Vec::new() }, "comes to the site");
    }

    #[test]
    fn numbers_and_lists_read_well() {
        let pages = |least, most| Condition::PagesViewed { count: Bounds { least, most } };
        check(&is(pages(Some(3), None)), "has seen at least 3 pages");
        check(&is(pages(Some(3), Some(3))), "has seen 3 pages");
        check(&not(pages(Some(2), Some(4))), "has not seen 2 to 4 pages");
        let days = Condition::Weekday { any: vec![1, 2, 5] };
        check(&is(days), "comes on day 1, day 2 or day 5");
    }
}
