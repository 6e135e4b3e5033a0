//! What the rules say is wrong with a campaign, in a marketer's words and beside the right field.

use inbox_campaigns::{Fault, Problem, regex::Reason};
use inbox_text::{Phrase, console};
use inbox_types::{Language, VariantKey};

/// A field of the editor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FieldPath {
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
pub struct Issue {
    /// Beside which field it is said.
    pub at: FieldPath,
    /// The sentence.
    pub said: Phrase,
    /// It is not even saved as a draft.
    pub hard: bool,
}

/// Where a problem is said, and how. `conditions` are the numbers of the rule's conditions in
/// reading order.
pub(super) fn troubles(problem: &Problem, conditions: &[u32]) -> Vec<Issue> {
    let hard = problem.is_over_limit();
    let one = |at: FieldPath, said: Phrase| vec![Issue { at, said, hard }];
    let condition = |index: &usize| {
        conditions.get(*index).map_or(FieldPath::Rule, |it| FieldPath::Condition(*it))
    };
    match problem {
        Problem::NoVariant => one(FieldPath::Variants, console::TROUBLE_NO_TEXT),
        Problem::TooManyVariants { most } => {
            one(FieldPath::Variants, console::trouble_variants(&most.to_string()))
        }
        Problem::VariantTwice { variant } => {
            one(FieldPath::Variant(*variant), console::TROUBLE_TWICE)
        }
        Problem::NoWeight => one(FieldPath::Variants, console::TROUBLE_WEIGHT),
        Problem::MainLanguageMissing { variant, language } => {
            one(FieldPath::Words(*variant, language.clone()), console::TROUBLE_MAIN_LANGUAGE)
        }
        Problem::TooManyReplies { variant, language, most: _ } => {
            one(FieldPath::Words(*variant, language.clone()), console::TROUBLE_REPLIES)
        }
        Problem::ReplyTwice { variant, language } => {
            one(FieldPath::Words(*variant, language.clone()), console::TROUBLE_REPLY_TWICE)
        }
        Problem::ControlTooLarge { percent: _ } => {
            one(FieldPath::Control, console::TROUBLE_CONTROL)
        }
        Problem::ScheduleUpsideDown => one(FieldPath::Schedule, console::TROUBLE_SCHEDULE),
        Problem::ScheduleOver { until: _ } => one(FieldPath::Schedule, console::TROUBLE_OVER),
        Problem::FrequencyZero => one(FieldPath::Frequency, console::TROUBLE_DAYS),
        Problem::GoalHours { most: _ } => one(FieldPath::Goal, console::TROUBLE_HOURS),
        Problem::Goal { fault: it } => one(FieldPath::Goal, fault(*it)),
        Problem::TooDeep { most } => one(FieldPath::Rule, console::trouble_deep(&most.to_string())),
        Problem::TooManyConditions { most } => {
            one(FieldPath::Rule, console::trouble_conditions(&most.to_string()))
        }
        Problem::TooMuchRegex { most: _ } => one(FieldPath::Rule, console::TROUBLE_REGEX_SUM),
        Problem::EmptyGroup { group: _ } => one(FieldPath::Rule, console::TROUBLE_EMPTY_GROUP),
        Problem::Condition { condition: it, fault: of } => one(condition(it), fault(*of)),
        Problem::Contradiction { first, second } => {
            let said = console::TROUBLE_CONTRADICTION;
            [first, second].map(|it| Issue { at: condition(it), said: said.clone(), hard }).into()
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
