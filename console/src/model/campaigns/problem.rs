//! What the rules say is wrong with a campaign, in a marketer's words and beside the right field.

use inbox_campaigns::{Fault, Problem, regex::Reason};
use inbox_text::{Phrase, console};
use inbox_types::{Language, VariantKey};

/// A field of the editor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Spot {
    /// The name.
    Name,
    /// The rule as a whole.
    Rule,
    /// One condition, by its number.
    Condition(u32),
    /// From when and until when.
    Schedule,
    /// How often.
    Frequency,
    /// The goal.
    Goal,
    /// The control group.
    Control,
    /// The ways to say it.
    Variants,
    /// One way to say it.
    Variant(VariantKey),
    /// The words in one language.
    Words(VariantKey, Language),
}

/// What is wrong, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// Beside which field it is said.
    pub at: Spot,
    /// The sentence.
    pub said: Phrase,
    /// It is not even saved as a draft.
    pub hard: bool,
}

/// Where a problem is said, and how. `conditions` are the numbers of the rule's conditions in
/// reading order.
pub(super) fn troubles(problem: &Problem, conditions: &[u32]) -> Vec<Trouble> {
    let hard = problem.is_over_limit();
    let one = |at: Spot, said: Phrase| vec![Trouble { at, said, hard }];
    let condition =
        |index: &usize| conditions.get(*index).map_or(Spot::Rule, |it| Spot::Condition(*it));
    match problem {
        Problem::NoVariant => one(Spot::Variants, console::TROUBLE_NO_TEXT),
        Problem::TooManyVariants { most } => {
            one(Spot::Variants, console::trouble_variants(&most.to_string()))
        }
        Problem::VariantTwice { variant } => one(Spot::Variant(*variant), console::TROUBLE_TWICE),
        Problem::NoWeight => one(Spot::Variants, console::TROUBLE_WEIGHT),
        Problem::MainLanguageMissing { variant, language } => {
            one(Spot::Words(*variant, language.clone()), console::TROUBLE_MAIN_LANGUAGE)
        }
        Problem::TooManyReplies { variant, language, most: _ } => {
            one(Spot::Words(*variant, language.clone()), console::TROUBLE_REPLIES)
        }
        Problem::ReplyTwice { variant, language } => {
            one(Spot::Words(*variant, language.clone()), console::TROUBLE_REPLY_TWICE)
        }
        Problem::ControlTooLarge { percent: _ } => one(Spot::Control, console::TROUBLE_CONTROL),
        Problem::ScheduleUpsideDown => one(Spot::Schedule, console::TROUBLE_SCHEDULE),
        Problem::ScheduleOver { until: _ } => one(Spot::Schedule, console::TROUBLE_OVER),
        Problem::FrequencyZero => one(Spot::Frequency, console::TROUBLE_DAYS),
        Problem::GoalHours { most: _ } => one(Spot::Goal, console::TROUBLE_HOURS),
        Problem::Goal { fault: it } => one(Spot::Goal, fault(*it)),
        Problem::TooDeep { most } => one(Spot::Rule, console::trouble_deep(&most.to_string())),
        Problem::TooManyConditions { most } => {
            one(Spot::Rule, console::trouble_conditions(&most.to_string()))
        }
        Problem::TooMuchRegex { most: _ } => one(Spot::Rule, console::TROUBLE_REGEX_SUM),
        Problem::EmptyGroup { group: _ } => one(Spot::Rule, console::TROUBLE_EMPTY_GROUP),
        Problem::Condition { condition: it, fault: of } => one(condition(it), fault(*of)),
        Problem::Contradiction { first, second } => {
            let said = console::TROUBLE_CONTRADICTION;
            [first, second].map(|it| Trouble { at: condition(it), said: said.clone(), hard }).into()
        }
        Problem::NobodyAvailable { condition: it } => one(condition(it), console::TROUBLE_NOBODY),
    }
}

fn fault(fault: Fault) -> Phrase {
    match fault {
        Fault::Regex { reason: Reason::LookAround | Reason::Reference, at: _ } => {
            console::TROUBLE_REGEX_LOOK
        }
        Fault::Regex {
            reason:
                Reason::Unsupported
                | Reason::GroupUnclosed
                | Reason::GroupUnopened
                | Reason::ClassUnclosed
                | Reason::ClassRange
                | Reason::NothingRepeated
                | Reason::Count
                | Reason::Escape
                | Reason::TooDeep
                | Reason::Other,
            at,
        } => console::trouble_regex(&(at + 1).to_string()),
        Fault::RegexTooLarge { most: _ } => console::TROUBLE_REGEX_LARGE,
        Fault::NoValues | Fault::NoBounds => console::TROUBLE_UNFINISHED,
        Fault::TooManyValues { most } => console::trouble_values(&most.to_string()),
        Fault::BoundsUpsideDown => console::TROUBLE_BOUNDS,
        Fault::NeverSoFew { least } => console::trouble_few(&least.to_string()),
        Fault::OutOfRange { least, most } => {
            console::trouble_range(&least.to_string(), &most.to_string())
        }
        Fault::NoHours => console::TROUBLE_NO_HOURS,
        Fault::Selector => console::TROUBLE_SELECTOR,
    }
}
