//! Conditions that exclude each other. A rule is taken apart into the ways in which it can hold;
//! if each of them has two conditions that cannot hold at once, the campaign can never speak.

mod bounds;
mod texts;

use std::collections::BTreeSet;

use inbox_hours::Week;
use inbox_types::{CampaignPlan, Condition, Device, Language, ProactiveSettings, Rule};

use super::Problem;
use crate::week::week_of;

/// Ways in which a rule can hold that are looked at: more than a rule within the limits has.
const WAYS: usize = 4_096;

/// A condition that must hold, or must not.
#[derive(Clone, Copy, Debug)]
struct Literal<'a> {
    at: usize,
    not: bool,
    condition: &'a Condition,
}

/// Says what excludes what, if the rule can never hold.
// CK6
pub(super) fn find(plan: &CampaignPlan, settings: &ProactiveSettings, problems: &mut Vec<Problem>) {
    let Some(ways) = ways(&plan.rule, &mut 0) else { return };
    let found: Option<BTreeSet<Problem>> =
        ways.iter().map(|way| impossible(way, plan.collects_messages, settings)).collect();
    problems.extend(found.into_iter().flatten());
}

/// All ways in which a rule can hold; none if there are too many to look at.
fn ways<'a>(rule: &'a Rule, next: &mut usize) -> Option<Vec<Vec<Literal<'a>>>> {
    match rule {
        Rule::Is { not, condition } => {
            let at = *next;
            *next += 1;
            Some(vec![vec![Literal { at, not: *not, condition }]])
        }
        Rule::Any { of } => {
            let mut all = Vec::new();
            for it in of {
                all.extend(ways(it, next)?);
            }
            (all.len() <= WAYS).then_some(all)
        }
        Rule::All { of } => {
            let mut all = vec![Vec::new()];
            for it in of {
                let more = ways(it, next)?;
                if WAYS < all.len() * more.len() {
                    return None;
                }
                all = all
                    .iter()
                    .flat_map(|one| more.iter().map(move |two| [one.as_slice(), two].concat()))
                    .collect();
            }
            Some(all)
        }
    }
}

fn impossible(
    way: &[Literal<'_>],
    collects: bool,
    settings: &ProactiveSettings,
) -> Option<Problem> {
    pair(way).or_else(|| device(way)).or_else(|| week(way, settings)).or_else(|| {
        let nobody = |it: &&Literal<'_>| {
            it.not && matches!(it.condition, Condition::Available { department: None })
        };
        let it = way.iter().find(nobody).filter(|_| !collects)?;
        Some(Problem::NobodyAvailable { condition: it.at })
    })
}

fn pair(way: &[Literal<'_>]) -> Option<Problem> {
    way.iter().enumerate().find_map(|(n, second)| {
        let first = way.iter().take(n).find(|first| exclude(first, second))?;
        Some(Problem::Contradiction { first: first.at, second: second.at })
    })
}

fn exclude(one: &Literal<'_>, two: &Literal<'_>) -> bool {
    (one.not != two.not && one.condition == two.condition)
        || bounds::exclude(one, two)
        || texts::exclude(one, two)
        || places_exclude(one, two)
}

/// Languages and countries, of which a visitor has one.
fn places_exclude(one: &Literal<'_>, two: &Literal<'_>) -> bool {
    if let (Condition::Country { any: one_any }, Condition::Country { any: two_any }) =
        (one.condition, two.condition)
    {
        return match (one.not, two.not) {
            (false, false) => one_any.iter().all(|it| !two_any.contains(it)),
            (false, true) => one_any.iter().all(|it| two_any.contains(it)),
            (true, false) => two_any.iter().all(|it| one_any.contains(it)),
            (true, true) => false,
        };
    }
    if let (Condition::Language { any: one_any }, Condition::Language { any: two_any }) =
        (one.condition, two.condition)
    {
        return match (one.not, two.not) {
            (false, false) => {
                one_any.iter().all(|a| two_any.iter().all(|b| !covers(a, b) && !covers(b, a)))
            }
            (false, true) => one_any.iter().all(|a| two_any.iter().any(|b| covers(b, a))),
            (true, false) => two_any.iter().all(|a| one_any.iter().any(|b| covers(b, a))),
            (true, true) => false,
        };
    }
    false
}

/// `pt` covers `pt-BR`.
fn covers(wide: &Language, narrow: &Language) -> bool {
    let (wide, narrow) = (wide.as_str().to_ascii_lowercase(), narrow.as_str().to_ascii_lowercase());
    narrow == wide || narrow.strip_prefix(&wide).is_some_and(|rest| rest.starts_with('-'))
}

/// No device is left over.
fn device(way: &[Literal<'_>]) -> Option<Problem> {
    let mut left = BTreeSet::from([Device::Phone, Device::Tablet, Device::Desktop]);
    let mut first = None;
    for it in way {
        match (it.condition, it.not) {
            (Condition::Device { is }, false) => left.retain(|left| left == is),
            (Condition::Device { is }, true) => drop(left.remove(is)),
            // Phones have no pointer that could leave the page.
            (Condition::ExitIntent, false) => drop(left.remove(&Device::Phone)),
            _ => continue,
        }
        if left.is_empty() {
            return Some(Problem::Contradiction { first: first.unwrap_or(it.at), second: it.at });
        }
        first.get_or_insert(it.at);
    }
    None
}

/// No minute of the week is left over.
fn week(way: &[Literal<'_>], settings: &ProactiveSettings) -> Option<Problem> {
    let mut left: Option<(usize, Week)> = None;
    for it in way {
        let Some(week) = week_of(it.condition, &settings.office_hours) else { continue };
        let week = if it.not { week.complement() } else { week };
        let (first, both) = match &left {
            Some((first, left)) => (*first, left.and(&week)),
            None => (it.at, week),
        };
        if both.is_empty() {
            return Some(Problem::Contradiction { first, second: it.at });
        }
        left = Some((first, both));
    }
    None
}
