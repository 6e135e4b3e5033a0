//! What the loader is given: a site's live campaigns as compact data, in one language.
//!
//! The data are arrays whose empty ends are left off; `SPEC.md` says what stands where. A rule is
//! an array: with rules in it all of them, `["any", …]` at least one of them, and else a condition,
//! `[fact, …]`, or `["!fact", …]` that it does not hold.

use std::collections::BTreeMap;

use inbox_types::{
    Bounds, Campaign, CampaignAction, CampaignStatus, Condition, Device, Frequency, Goal, GoalKind,
    Language, MemberId, Name, ProactiveSettings, Rule, Sender, Text, TextMatch, Timestamp,
    ValueMatch, Variant, Words,
};
use serde_json::{Value, json};

use crate::regex::escaped;
use crate::text::{self, Address};
use crate::week::week_of;

/// What is made public of a site.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    /// Its campaigns, whatever their status; only live ones that have not run out are published.
    pub campaigns: &'a [Campaign],
    /// What holds for all of them.
    pub settings: &'a ProactiveSettings,
    /// The language that was negotiated.
    pub language: &'a Language,
    /// The language of texts where that one is missing.
    pub main_language: &'a Language,
    /// What the members are called.
    pub members: &'a BTreeMap<MemberId, Name>,
    pub now: Timestamp,
}

const OPENS: u8 = 1;
/// Also while a conversation is open.
const DURING: u8 = 2;
/// Whoever is available speaks.
const NEXT: u8 = 4;

/// The data; none if no campaign is live, and then the loader comes without its evaluator.
#[must_use]
// CP5
pub fn compile(publication: &Publication<'_>) -> Option<Value> {
    let mut live: Vec<&Campaign> =
        publication.campaigns.iter().filter(|it| speaks(it, publication.now)).collect();
    live.sort_by_key(|it| it.rank);
    // What cannot be compiled was not checked; the others speak all the same.
    let campaigns: Vec<Value> =
        live.into_iter().filter_map(|it| campaign(it, publication)).collect();
    if campaigns.is_empty() {
        return None;
    }
    let settings = publication.settings;
    let site = row(vec![
        json!(settings.per_visit),
        json!(settings.per_visitor),
        json!(settings.time_zone.as_str()),
        json!(u8::from(settings.remember_visitors)),
    ]);
    Some(json!([site, campaigns]))
}

fn speaks(campaign: &Campaign, now: Timestamp) -> bool {
    campaign.status == CampaignStatus::Live
        && campaign.plan.schedule.until.is_none_or(|until| now < until)
}

// CP8
fn campaign(campaign: &Campaign, publication: &Publication<'_>) -> Option<Value> {
    let plan = &campaign.plan;
    let mut flags = 0;
    if plan.action == CampaignAction::Open {
        flags |= OPENS;
    }
    if plan.during_conversation {
        flags |= DURING;
    }
    let sender = match &plan.sender {
        Sender::Team => json!(0),
        Sender::NextAvailable => {
            flags |= NEXT;
            json!(0)
        }
        Sender::Member(id) => publication.members.get(id).map_or(json!(0), |it| json!(it.as_str())),
    };
    let variants: Vec<Value> =
        plan.variants.iter().filter_map(|it| variant(it, publication)).collect();
    let frequency = match plan.frequency {
        Frequency::Visit => 0,
        Frequency::Once => -1,
        Frequency::UntilAnswered => -2,
        Frequency::EveryDays(days) => i32::from(days),
    };
    let goal = match &plan.goal {
        Some(it) => goal(it)?,
        None => json!(0),
    };
    Some(row(vec![
        json!(campaign.id.as_str()),
        guarded(campaign, publication.settings)?,
        (!variants.is_empty()).then(|| json!(variants))?,
        json!(frequency),
        json!(plan.control),
        json!(flags),
        sender,
        goal,
    ]))
}

/// The rule, the schedule, and that somebody is there unless the campaign collects messages.
// CP6
fn guarded(campaign: &Campaign, settings: &ProactiveSettings) -> Option<Value> {
    let plan = &campaign.plan;
    let mut all = match rule(&plan.rule, settings)? {
        Compiled::All(rules) => rules,
        Compiled::Other(it) => vec![it],
    };
    let second = |it: Timestamp| it.as_millis() / 1_000;
    let (from, until) = (plan.schedule.from.map(second), plan.schedule.until.map(second));
    if from.is_some() || until.is_some() {
        let last = until.map(|it| it.saturating_sub(1));
        all.push(without_nulls(vec![json!("now"), json!(from), json!(last)]));
    }
    let available = json!(["on", ""]);
    if !plan.collects_messages && !all.contains(&available) {
        all.push(available);
    }
    Some(Compiled::All(all).into_json())
}

fn variant(variant: &Variant, publication: &Publication<'_>) -> Option<Value> {
    let words = words(&variant.texts, publication.language, publication.main_language)?;
    let replies: Vec<&str> = words.replies.iter().map(Text::as_str).collect();
    Some(row(vec![
        json!(variant.key),
        json!(variant.weight),
        json!(words.text.as_str()),
        if replies.is_empty() { json!(0) } else { json!(replies) },
        words.draft.as_ref().map_or(json!(0), |it| json!(it.as_str())),
    ]))
}

/// The words in the negotiated language, else in its plain form, else in the site's, else the first.
#[must_use]
// CP7
pub fn words<'a>(
    texts: &'a BTreeMap<Language, Words>,
    language: &Language,
    main_language: &Language,
) -> Option<&'a Words> {
    let plain = |language: &Language| {
        let wanted = language.as_str().split('-').next()?;
        texts.iter().find(|(it, _)| it.as_str() == wanted).map(|it| it.1)
    };
    texts
        .get(language)
        .or_else(|| plain(language))
        .or_else(|| texts.get(main_language))
        .or_else(|| texts.values().next())
}

fn goal(goal: &Goal) -> Option<Value> {
    let hours = json!(goal.hours);
    Some(match &goal.what {
        GoalKind::Url { matches } => {
            let [parts, comparison] = Address::new(matches).to_json()?;
            json!([hours, "url", parts, comparison])
        }
        GoalKind::Event { name } => json!([hours, "event", name.as_str()]),
        GoalKind::Conversation => json!([hours, "chat"]),
        GoalKind::Purchase => json!([hours, "buy"]),
    })
}

/// A rule as the loader reads it; none if a regular expression in it is none.
#[must_use]
// CP1
pub fn compile_rule(authored: &Rule, settings: &ProactiveSettings) -> Option<Value> {
    rule(authored, settings).map(Compiled::into_json)
}

/// A compiled rule, open to be put into a larger one.
enum Compiled {
    All(Vec<Value>),
    Other(Value),
}

impl Compiled {
    fn into_json(self) -> Value {
        match self {
            // One of one is itself.
            Self::All(mut rules) if rules.len() == 1 => rules.remove(0),
            Self::All(rules) => Value::Array(rules),
            Self::Other(it) => it,
        }
    }
}

fn rule(authored: &Rule, settings: &ProactiveSettings) -> Option<Compiled> {
    match authored {
        Rule::All { of } => {
            let mut all = Vec::new();
            for it in of {
                match rule(it, settings)? {
                    Compiled::All(more) => all.extend(more),
                    Compiled::Other(it) => all.push(it),
                }
            }
            Some(Compiled::All(all))
        }
        Rule::Any { of } => {
            let mut any = vec![json!("any")];
            for it in of {
                any.push(rule(it, settings)?.into_json());
            }
            // Of one it is that one.
            Some(Compiled::Other(if any.len() == 2 { any.remove(1) } else { Value::Array(any) }))
        }
        Rule::Is { not, condition } => {
            let forgotten = matches!(condition, Condition::Visits { .. } | Condition::Returning);
            if forgotten && !settings.remember_visitors {
                return Some(Compiled::Other(json!(["any"])));
            }
            let mut parts = self::condition(condition, settings)?;
            if let Some(Value::String(fact)) = parts.first_mut().filter(|_| *not) {
                fact.insert(0, '!');
            }
            Some(Compiled::Other(without_nulls(parts)))
        }
    }
}

// CP2
fn condition(condition: &Condition, settings: &ProactiveSettings) -> Option<Vec<Value>> {
    Some(match condition {
        Condition::Url { matches } => addresses("url", [matches])?,
        Condition::Referrer { matches } => addresses("from", [matches])?,
        Condition::Funnel { steps } => addresses("past", steps)?,
        Condition::Query { name, matches } => {
            let mut parts = vec![json!("query"), json!(name.as_str().to_lowercase())];
            if let Some(it) = matches {
                parts.push(text::to_json(it)?);
            }
            parts
        }
        Condition::Title { matches } => vec![json!("title"), text::to_json(matches)?],
        Condition::PagesViewed { count } => counted("pages", *count),
        Condition::PageTime { seconds } => vec![json!("page"), json!(seconds)],
        Condition::SiteTime { seconds } => vec![json!("site"), json!(seconds)],
        Condition::Scroll { percent } => vec![json!("scroll"), json!(percent)],
        Condition::ExitIntent => vec![json!("exit"), json!(1)],
        Condition::Idle { seconds } => vec![json!("idle"), json!(seconds)],
        Condition::Click { selector } => vec![json!("click"), json!(selector.as_str())],
        Condition::Visits { count } => counted("visits", *count),
        Condition::Returning => vec![json!("visits"), json!(2)],
        Condition::Chatted { days } => vec![json!("chat"), json!(0), json!(days)],
        Condition::Language { any } => {
            let tags: Vec<String> = any.iter().flat_map(languages).collect();
            vec![json!("lang"), json!(format!("^({})(-|$)", tags.join("|")))]
        }
        Condition::Country { any } => {
            let codes: Vec<String> =
                any.iter().map(|it| escaped(&it.as_str().to_lowercase())).collect();
            vec![json!("land"), json!(codes.join("|"))]
        }
        Condition::Device { is } => {
            let letter = match is {
                Device::Phone => "p",
                Device::Tablet => "t",
                Device::Desktop => "d",
            };
            vec![json!("device"), json!(letter)]
        }
        Condition::Attribute { name, matches } => {
            let (fact, name) = (json!("attr"), json!(name.as_str()));
            match matches {
                ValueMatch::Known => vec![fact, name],
                ValueMatch::Text(it) => vec![fact, name, text::to_json(it)?],
                ValueMatch::Number(Bounds { least, most }) => {
                    vec![json!("num"), name, json!(least), json!(most)]
                }
            }
        }
        Condition::Event { name, count } => {
            let mut parts = counted("event", *count);
            parts.insert(1, json!(name.as_str()));
            parts
        }
        Condition::CartValue { count } => counted("value", *count),
        Condition::CartItems { count } => counted("items", *count),
        Condition::Available { department } => {
            vec![json!("on"), json!(department.as_ref().map_or("", |it| it.as_str()))]
        }
        Condition::OfficeHours | Condition::Weekday { .. } | Condition::Hours { .. } => {
            let week = week_of(condition, &settings.office_hours)?;
            let ends = week.spans().iter().flat_map(|it| [it.0, it.1]);
            std::iter::once(json!("week")).chain(ends.map(|it| json!(it))).collect()
        }
        Condition::Share { percent } => {
            vec![json!("share"), json!(0), json!(percent.saturating_sub(1))]
        }
    })
}

fn addresses<'a>(
    fact: &str,
    matches: impl IntoIterator<Item = &'a TextMatch>,
) -> Option<Vec<Value>> {
    let mut parts = vec![json!(fact)];
    for it in matches {
        parts.extend(Address::new(it).to_json()?);
    }
    Some(parts)
}

fn counted(fact: &str, count: Bounds) -> Vec<Value> {
    vec![json!(fact), json!(count.least.unwrap_or(0)), json!(count.most)]
}

/// A browser names Chinese by its places, not by its script.
fn languages(language: &Language) -> Vec<String> {
    let written = language.as_str().to_ascii_lowercase();
    let places: &[&str] = match written.as_str() {
        "zh-hant" => &["zh-tw", "zh-hk", "zh-mo"],
        "zh-hans" => &["zh-cn", "zh-sg"],
        _ => &[],
    };
    std::iter::once(written).chain(places.iter().map(|it| (*it).to_owned())).collect()
}

/// A condition without the bounds that it has not; a bound of 0 stays.
fn without_nulls(mut parts: Vec<Value>) -> Value {
    while parts.last().is_some_and(Value::is_null) {
        parts.pop();
    }
    Value::Array(parts)
}

/// An array without its empty end.
fn row(mut parts: Vec<Value>) -> Value {
    while parts.last().is_some_and(|it| it.is_null() || *it == json!(0)) {
        parts.pop();
    }
    Value::Array(parts)
}
