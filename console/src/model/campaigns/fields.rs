//! A condition as its form holds it, every field as it was typed.

use std::collections::BTreeSet;

use inbox_types::{Bounds, Condition, Device, How, Language, Text, TextMatch, ValueMatch};

use super::Kind;

/// How an attribute is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Compared {
    /// That it is there.
    Known,
    /// As a text.
    #[default]
    Text,
    /// As a number.
    Number,
}

/// One page of a funnel, as it is typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// How it is compared.
    pub how: How,
    /// With what.
    pub text: String,
}

/// What any kind of condition is filled in with; each kind reads its own fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fields {
    /// How the text is compared.
    pub how: How,
    /// With what; also a selector.
    pub text: String,
    /// The name of a parameter, an attribute or an event.
    pub name: String,
    /// How a parameter or an attribute is compared.
    pub compared: Compared,
    /// Not fewer.
    pub least: String,
    /// Not more.
    pub most: String,
    /// Seconds, days or a share.
    pub number: String,
    /// The pages of a funnel.
    pub steps: Vec<Step>,
    /// Languages, countries or days.
    pub any: BTreeSet<String>,
    /// The device.
    pub device: Device,
    /// The department; empty is any of the site's.
    pub department: String,
    /// The time from which, as `09:00`.
    pub from: String,
    /// The time until which.
    pub until: String,
}

impl Fields {
    /// What a new condition of this kind begins with.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let number = match kind {
            Kind::PageTime => "30",
            Kind::SiteTime => "60",
            Kind::Idle => "20",
            Kind::Scroll | Kind::Share => "50",
            Kind::Chatted => "7",
            Kind::Url
            | Kind::Query
            | Kind::Title
            | Kind::Referrer
            | Kind::Funnel
            | Kind::PagesViewed
            | Kind::Visits
            | Kind::Returning
            | Kind::ExitIntent
            | Kind::Click
            | Kind::Event
            | Kind::Language
            | Kind::Country
            | Kind::Device
            | Kind::Attribute
            | Kind::CartValue
            | Kind::CartItems
            | Kind::Available
            | Kind::OfficeHours
            | Kind::Weekday
            | Kind::Hours => "",
        };
        let least = if kind == Kind::PagesViewed { "3" } else { "1" };
        let any: &[&str] = if kind == Kind::Weekday { &["1", "2", "3", "4", "5"] } else { &[] };
        let step = Step { how: How::Is, text: String::new() };
        Self {
            how: if matches!(kind, Kind::Url) { How::Is } else { How::Contains },
            text: String::new(),
            name: String::new(),
            compared: Compared::default(),
            least: least.to_owned(),
            most: String::new(),
            number: number.to_owned(),
            steps: vec![step.clone(), step],
            any: any.iter().map(|it| (*it).to_owned()).collect(),
            device: Device::Phone,
            department: String::new(),
            from: "09:00".to_owned(),
            until: "17:00".to_owned(),
        }
    }

    /// The form of a condition that is there.
    #[must_use]
    pub fn of(condition: &Condition) -> (Kind, Self) {
        let kind = kind(condition);
        let mut fields = Self::new(kind);
        match condition {
            Condition::Url { matches }
            | Condition::Title { matches }
            | Condition::Referrer { matches } => fields.put_match(matches),
            Condition::Query { name, matches } => {
                name.as_str().clone_into(&mut fields.name);
                match matches {
                    Some(matches) => fields.put_match(matches),
                    None => fields.compared = Compared::Known,
                }
            }
            Condition::Funnel { steps } => {
                let step =
                    |it: &TextMatch| Step { how: it.how, text: it.value.as_str().to_owned() };
                fields.steps = steps.iter().map(step).collect();
            }
            Condition::PagesViewed { count }
            | Condition::Visits { count }
            | Condition::CartValue { count }
            | Condition::CartItems { count } => fields.put_bounds(*count),
            Condition::PageTime { seconds }
            | Condition::SiteTime { seconds }
            | Condition::Idle { seconds } => fields.number = seconds.to_string(),
            Condition::Scroll { percent } | Condition::Share { percent } => {
                fields.number = percent.to_string();
            }
            Condition::ExitIntent | Condition::Returning | Condition::OfficeHours => (),
            Condition::Click { selector } => selector.as_str().clone_into(&mut fields.text),
            Condition::Chatted { days } => fields.number = days.to_string(),
            Condition::Language { any } => {
                fields.any = any.iter().map(|it| it.as_str().to_owned()).collect();
            }
            Condition::Country { any } => {
                fields.any = any.iter().map(|it| it.as_str().to_owned()).collect();
            }
            Condition::Device { is } => fields.device = *is,
            Condition::Attribute { name, matches } => {
                name.as_str().clone_into(&mut fields.name);
                match matches {
                    ValueMatch::Text(matches) => fields.put_match(matches),
                    ValueMatch::Number(count) => {
                        fields.compared = Compared::Number;
                        fields.put_bounds(*count);
                    }
                    ValueMatch::Known => fields.compared = Compared::Known,
                }
            }
            Condition::Event { name, count } => {
                name.as_str().clone_into(&mut fields.name);
                fields.put_bounds(*count);
            }
            Condition::Available { department } => {
                fields.department =
                    department.as_ref().map(ToString::to_string).unwrap_or_default();
            }
            Condition::Weekday { any } => {
                fields.any = any.iter().map(ToString::to_string).collect();
            }
            Condition::Hours { from, until } => {
                fields.from = clock(*from);
                fields.until = clock(*until);
            }
        }
        (kind, fields)
    }

    /// The condition, if everything that its kind needs is filled in.
    #[must_use]
    pub fn condition(&self, kind: Kind) -> Option<Condition> {
        Some(match kind {
            Kind::Url => Condition::Url { matches: self.text_match()? },
            Kind::Query => Condition::Query {
                name: text(&self.name)?,
                matches: match self.compared {
                    Compared::Known => None,
                    Compared::Text | Compared::Number => Some(self.text_match()?),
                },
            },
            Kind::Title => Condition::Title { matches: self.text_match()? },
            Kind::Referrer => Condition::Referrer { matches: self.text_match()? },
            Kind::Funnel => {
                let step = |it: &Step| Some(TextMatch { how: it.how, value: text(&it.text)? });
                let steps = self.steps.iter().map(step).collect::<Option<Vec<_>>>()?;
                Condition::Funnel { steps }
            }
            Kind::PagesViewed => Condition::PagesViewed { count: self.bounds()? },
            Kind::PageTime => Condition::PageTime { seconds: whole(&self.number)? },
            Kind::SiteTime => Condition::SiteTime { seconds: whole(&self.number)? },
            Kind::Visits => Condition::Visits { count: self.bounds()? },
            Kind::Returning => Condition::Returning,
            Kind::Chatted => Condition::Chatted { days: whole(&self.number)? },
            Kind::Scroll => Condition::Scroll { percent: self.percent()? },
            Kind::ExitIntent => Condition::ExitIntent,
            Kind::Idle => Condition::Idle { seconds: whole(&self.number)? },
            Kind::Click => Condition::Click { selector: text(&self.text)? },
            Kind::Event => Condition::Event { name: text(&self.name)?, count: self.bounds()? },
            Kind::Language => {
                Condition::Language { any: self.chosen(|it| it.parse::<Language>().ok())? }
            }
            Kind::Country => Condition::Country { any: self.chosen(text)? },
            Kind::Device => Condition::Device { is: self.device },
            Kind::Attribute => Condition::Attribute {
                name: text(&self.name)?,
                matches: match self.compared {
                    Compared::Known => ValueMatch::Known,
                    Compared::Text => ValueMatch::Text(self.text_match()?),
                    Compared::Number => ValueMatch::Number(self.bounds()?),
                },
            },
            Kind::Share => Condition::Share { percent: self.percent()? },
            Kind::CartValue => Condition::CartValue { count: self.bounds()? },
            Kind::CartItems => Condition::CartItems { count: self.bounds()? },
            Kind::Available => Condition::Available { department: self.department.parse().ok() },
            Kind::OfficeHours => Condition::OfficeHours,
            Kind::Weekday => Condition::Weekday { any: self.chosen(whole)? },
            Kind::Hours => {
                Condition::Hours { from: minutes(&self.from)?, until: minutes(&self.until)? }
            }
        })
    }

    fn put_match(&mut self, matches: &TextMatch) {
        self.how = matches.how;
        matches.value.as_str().clone_into(&mut self.text);
    }

    fn put_bounds(&mut self, count: Bounds) {
        let text = |it: Option<u32>| it.map(|it| it.to_string()).unwrap_or_default();
        self.least = text(count.least);
        self.most = text(count.most);
    }

    fn text_match(&self) -> Option<TextMatch> {
        Some(TextMatch { how: self.how, value: text(&self.text)? })
    }

    /// At least one of the two; what is no number is neither.
    fn bounds(&self) -> Option<Bounds> {
        let bound = |it: &str| if it.trim().is_empty() { Some(None) } else { whole(it).map(Some) };
        let count = Bounds { least: bound(&self.least)?, most: bound(&self.most)? };
        (count.least.is_some() || count.most.is_some()).then_some(count)
    }

    fn percent(&self) -> Option<u8> {
        whole(&self.number).filter(|it| (1..=100).contains(it))
    }

    fn chosen<T>(&self, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let chosen = self.any.iter().map(|it| read(it)).collect::<Option<Vec<T>>>()?;
        (!chosen.is_empty()).then_some(chosen)
    }
}

/// Which kind a condition is.
fn kind(condition: &Condition) -> Kind {
    match condition {
        Condition::Url { .. } => Kind::Url,
        Condition::Query { .. } => Kind::Query,
        Condition::Title { .. } => Kind::Title,
        Condition::Referrer { .. } => Kind::Referrer,
        Condition::Funnel { .. } => Kind::Funnel,
        Condition::PagesViewed { .. } => Kind::PagesViewed,
        Condition::PageTime { .. } => Kind::PageTime,
        Condition::SiteTime { .. } => Kind::SiteTime,
        Condition::Scroll { .. } => Kind::Scroll,
        Condition::ExitIntent => Kind::ExitIntent,
        Condition::Idle { .. } => Kind::Idle,
        Condition::Click { .. } => Kind::Click,
        Condition::Visits { .. } => Kind::Visits,
        Condition::Returning => Kind::Returning,
        Condition::Chatted { .. } => Kind::Chatted,
        Condition::Language { .. } => Kind::Language,
        Condition::Country { .. } => Kind::Country,
        Condition::Device { .. } => Kind::Device,
        Condition::Attribute { .. } => Kind::Attribute,
        Condition::Event { .. } => Kind::Event,
        Condition::CartValue { .. } => Kind::CartValue,
        Condition::CartItems { .. } => Kind::CartItems,
        Condition::Available { .. } => Kind::Available,
        Condition::OfficeHours => Kind::OfficeHours,
        Condition::Weekday { .. } => Kind::Weekday,
        Condition::Hours { .. } => Kind::Hours,
        Condition::Share { .. } => Kind::Share,
    }
}

pub(super) fn text<const MAX: usize>(raw: &str) -> Option<Text<MAX>> {
    raw.to_owned().try_into().ok()
}

pub(super) fn whole<N: std::str::FromStr>(raw: &str) -> Option<N> {
    raw.trim().parse().ok()
}

/// A minute of the day as `09:00`.
#[must_use]
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The minute of the day; `24:00` is its end.
#[must_use]
pub fn minutes(clock: &str) -> Option<u16> {
    let (hours, minutes) = clock.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (whole(hours)?, whole(minutes)?);
    let minute = hours.checked_mul(60)? + minutes;
    (minutes < 60 && minute <= 1_440).then_some(minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(condition: &Condition) {
        let (kind, fields) = Fields::of(condition);
        assert_eq!(fields.condition(kind).as_ref(), Some(condition));
    }

    fn matches(how: How) -> TextMatch {
        TextMatch { how, value: text("/pricing").expect("a pattern") }
    }

    #[test]
    fn a_form_gives_back_the_condition_that_it_was_made_of() {
        let name = || text("plan").expect("a name");
        let count = Bounds { least: Some(2), most: Some(5) };
        check(&Condition::Url { matches: matches(How::Wildcard) });
        check(&Condition::Query { name: name(), matches: None });
        check(&Condition::Query { name: name(), matches: Some(matches(How::Is)) });
        check(&Condition::Title { matches: matches(How::Regex) });
        check(&Condition::Referrer { matches: matches(How::Begins) });
        check(&Condition::Funnel { steps: vec![matches(How::Is), matches(How::Contains)] });
        check(&Condition::PagesViewed { count });
        check(&Condition::PageTime { seconds: 45 });
        check(&Condition::SiteTime { seconds: 600 });
        check(&Condition::Scroll { percent: 70 });
        check(&Condition::ExitIntent);
        check(&Condition::Idle { seconds: 15 });
        check(&Condition::Click { selector: text("#buy").expect("a selector") });
        check(&Condition::Visits { count: Bounds { least: None, most: Some(3) } });
        check(&Condition::Returning);
        check(&Condition::Chatted { days: 14 });
        check(&Condition::Language { any: vec!["uk".parse().expect("a tag")] });
        check(&Condition::Country { any: vec![text("MT").expect("two letters")] });
        check(&Condition::Device { is: Device::Tablet });
        check(&Condition::Attribute { name: name(), matches: ValueMatch::Known });
        check(&Condition::Attribute { name: name(), matches: ValueMatch::Number(count) });
        check(&Condition::Attribute { name: name(), matches: ValueMatch::Text(matches(How::Is)) });
        check(&Condition::Event { name: name(), count });
        check(&Condition::CartValue { count });
        check(&Condition::CartItems { count });
        check(&Condition::Available { department: Some("main-d".parse().expect("an id")) });
        check(&Condition::Available { department: None });
        check(&Condition::OfficeHours);
        check(&Condition::Weekday { any: vec![1, 7] });
        check(&Condition::Hours { from: 22 * 60, until: 1_440 });
        check(&Condition::Share { percent: 10 });
    }

    #[test]
    fn what_is_not_filled_in_is_no_condition() {
        assert_eq!(Fields::new(Kind::Url).condition(Kind::Url), None);
        assert_eq!(Fields::new(Kind::Country).condition(Kind::Country), None);
        let none = Fields { least: String::new(), ..Fields::new(Kind::CartValue) };
        assert_eq!(none.condition(Kind::CartValue), None);
        let over = Fields { number: "101".to_owned(), ..Fields::new(Kind::Scroll) };
        assert_eq!(over.condition(Kind::Scroll), None);
        let late = Fields { until: "24:01".to_owned(), ..Fields::new(Kind::Hours) };
        assert_eq!(late.condition(Kind::Hours), None);
    }

    #[test]
    fn what_needs_no_filling_in_is_a_condition_at_once() {
        for kind in [Kind::PageTime, Kind::Chatted, Kind::ExitIntent, Kind::Device, Kind::Weekday] {
            assert!(Fields::new(kind).condition(kind).is_some(), "{kind:?}");
        }
    }
}
