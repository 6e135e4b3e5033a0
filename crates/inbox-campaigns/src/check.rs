//! What is wrong with a campaign, before it is saved.

mod contradiction;
mod fault;

use inbox_types::{
    CampaignPlan, Condition, Frequency, Goal, GoalKind, How, Language, ProactiveSettings, Rule,
    TextMatch, Timestamp, ValueMatch, Variant, VariantKey, limits,
};

use crate::regex;

pub use self::fault::Fault;

/// What a campaign's site is like, and when it is.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// What holds for all of its campaigns.
    pub settings: &'a ProactiveSettings,
    /// The language of texts where the visitor's own is not there.
    pub main_language: &'a Language,
    pub now: Timestamp,
}

/// Something that a marketer has to mend. The console says it in words. A condition is named by its
/// place in the rule, in reading order, from 0; a group by the same among groups.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Problem {
    /// There is nothing to say.
    NoVariant,
    /// There are more ways to say it than an experiment has.
    TooManyVariants {
        /// How many there may be.
        most: usize,
    },
    /// Two ways have one name.
    VariantTwice { variant: VariantKey },
    /// Nobody would see any of the ways: all weights are 0.
    NoWeight,
    /// A way has no words in the language that everybody gets whose own is missing.
    MainLanguageMissing { variant: VariantKey, language: Language },
    /// There are more answers than fit under a message.
    TooManyReplies {
        variant: VariantKey,
        language: Language,
        /// How many there may be.
        most: usize,
    },
    /// Two answers are the same.
    ReplyTwice { variant: VariantKey, language: Language },
    /// The control group is everybody, or more.
    ControlTooLarge { percent: u8 },
    /// The schedule ends before it begins.
    ScheduleUpsideDown,
    /// The schedule has ended.
    ScheduleOver { until: Timestamp },
    /// Every 0 days.
    FrequencyZero,
    /// A goal within 0 hours, or within too many.
    GoalHours {
        /// How many there may be.
        most: u16,
    },
    /// What counts as the goal cannot be compared with.
    Goal { fault: Fault },
    /// Groups within groups within groups.
    TooDeep {
        /// How many levels there may be.
        most: usize,
    },
    /// More conditions than a campaign has.
    TooManyConditions {
        /// How many there may be.
        most: usize,
    },
    /// All regular expressions together are too much work for a page.
    TooMuchRegex {
        /// Steps that their machines may have.
        most: usize,
    },
    /// A group has nothing in it.
    EmptyGroup {
        /// Which one; the outermost is 0.
        group: usize,
    },
    /// A condition by itself is wrong.
    Condition { condition: usize, fault: Fault },
    /// Two conditions exclude each other, and without both of them the campaign does not speak.
    Contradiction { first: usize, second: usize },
    /// It speaks only while nobody is available, and then it is silent because it does not collect
    /// messages.
    NobodyAvailable { condition: usize },
}

impl Problem {
    /// Whether a limit is exceeded: what is so is not even saved as a draft.
    #[must_use]
    // CK8
    pub fn is_over_limit(&self) -> bool {
        match self {
            Self::TooManyVariants { .. }
            | Self::TooManyReplies { .. }
            | Self::TooDeep { .. }
            | Self::TooManyConditions { .. }
            | Self::TooMuchRegex { .. } => true,
            Self::Condition { fault, .. } | Self::Goal { fault } => fault.is_over_limit(),
            Self::GoalHours { .. }
            | Self::NoVariant
            | Self::VariantTwice { .. }
            | Self::NoWeight
            | Self::MainLanguageMissing { .. }
            | Self::ReplyTwice { .. }
            | Self::ControlTooLarge { .. }
            | Self::ScheduleUpsideDown
            | Self::ScheduleOver { .. }
            | Self::FrequencyZero
            | Self::EmptyGroup { .. }
            | Self::Contradiction { .. }
            | Self::NobodyAvailable { .. } => false,
        }
    }
}

/// Whether a condition is about what outlives a visit. Without the site's consent setting
/// [`Condition::Chatted`] knows of this visit only, and the others never hold, nor do their opposites.
#[must_use]
// CK9
pub fn needs_memory(condition: &Condition) -> bool {
    matches!(condition, Condition::Visits { .. } | Condition::Returning | Condition::Chatted { .. })
}

/// Everything that is wrong with a campaign; nothing if it may go live.
#[must_use]
// CK1, CK7
pub fn check(plan: &CampaignPlan, on: &Surroundings<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    variants(&plan.variants, on.main_language, &mut problems);
    if 100 <= plan.control {
        problems.push(Problem::ControlTooLarge { percent: plan.control });
    }
    if let Some(until) = plan.schedule.until {
        if plan.schedule.from.is_some_and(|from| until <= from) {
            problems.push(Problem::ScheduleUpsideDown);
        } else if until <= on.now {
            problems.push(Problem::ScheduleOver { until });
        }
    }
    if plan.frequency == Frequency::EveryDays(0) {
        problems.push(Problem::FrequencyZero);
    }
    if let Some(it) = &plan.goal {
        goal(it, &mut problems);
    }
    rule(plan, on, &mut problems);
    problems
}

// CK2
fn variants(variants: &[Variant], main_language: &Language, problems: &mut Vec<Problem>) {
    if variants.is_empty() {
        problems.push(Problem::NoVariant);
        return;
    }
    if limits::VARIANTS < variants.len() {
        problems.push(Problem::TooManyVariants { most: limits::VARIANTS });
    }
    if variants.iter().all(|it| it.weight == 0) {
        problems.push(Problem::NoWeight);
    }
    for (n, it) in variants.iter().enumerate() {
        let variant = it.key;
        if variant == VariantKey::CONTROL || variants.iter().take(n).any(|it| it.key == variant) {
            problems.push(Problem::VariantTwice { variant });
        }
        if !it.texts.contains_key(main_language) {
            let language = main_language.clone();
            problems.push(Problem::MainLanguageMissing { variant, language });
        }
        for (language, words) in &it.texts {
            let language = || language.clone();
            if limits::QUICK_REPLIES < words.replies.len() {
                let most = limits::QUICK_REPLIES;
                problems.push(Problem::TooManyReplies { variant, language: language(), most });
            }
            let twice = |(n, it)| words.replies.iter().take(n).any(|earlier| earlier == it);
            if words.replies.iter().enumerate().any(twice) {
                problems.push(Problem::ReplyTwice { variant, language: language() });
            }
        }
    }
}

// CK3
fn goal(goal: &Goal, problems: &mut Vec<Problem>) {
    if !(1..=limits::GOAL_HOURS).contains(&goal.hours) {
        problems.push(Problem::GoalHours { most: limits::GOAL_HOURS });
    }
    match &goal.what {
        GoalKind::Url { matches } => {
            problems.extend(fault::text(matches).map(|fault| Problem::Goal { fault }));
        }
        GoalKind::Event { .. } | GoalKind::Conversation | GoalKind::Purchase => (),
    }
}

fn rule(plan: &CampaignPlan, on: &Surroundings<'_>, problems: &mut Vec<Problem>) {
    let mut walk = Walk::default();
    walk.rule(&plan.rule, 1);
    if limits::RULE_DEPTH < walk.depth {
        problems.push(Problem::TooDeep { most: limits::RULE_DEPTH });
    }
    if limits::RULE_CONDITIONS < walk.conditions.len() {
        problems.push(Problem::TooManyConditions { most: limits::RULE_CONDITIONS });
    }
    if limits::RULE_REGEX_STEPS < regex_steps(plan) {
        problems.push(Problem::TooMuchRegex { most: limits::RULE_REGEX_STEPS });
    }
    problems.extend(walk.empty.iter().map(|group| Problem::EmptyGroup { group: *group }));
    for (condition, it) in walk.conditions.iter().enumerate() {
        let faults = fault::of(it).into_iter();
        problems.extend(faults.map(|fault| Problem::Condition { condition, fault }));
    }
    // What is wrong by itself would be found to be contradictory as well.
    if problems.iter().all(|it| !matches!(it, Problem::Condition { .. } | Problem::TooDeep { .. }))
    {
        contradiction::find(plan, on.settings, problems);
    }
}

/// Steps of a campaign's regular expressions that a page goes through one by one, its goal included.
#[must_use]
// CK10
pub fn regex_steps(plan: &CampaignPlan) -> usize {
    let mut walk = Walk::default();
    walk.rule(&plan.rule, 1);
    let conditions = walk.conditions.into_iter().flat_map(patterns);
    let goal = plan.goal.iter().filter_map(|it| match &it.what {
        GoalKind::Url { matches } => Some(matches),
        GoalKind::Event { .. } | GoalKind::Conversation | GoalKind::Purchase => None,
    });
    conditions.chain(goal).map(steps).sum()
}

fn steps(matches: &TextMatch) -> usize {
    match matches.how {
        How::Is | How::Contains | How::Begins | How::Wildcard => 0,
        How::Regex => regex::compile(matches.value.as_str()).map_or(0, |it| it.n_slow_steps()),
    }
}

/// The texts that a condition compares with.
fn patterns(condition: &Condition) -> Vec<&TextMatch> {
    match condition {
        Condition::Url { matches }
        | Condition::Title { matches }
        | Condition::Referrer { matches }
        | Condition::Query { matches: Some(matches), .. }
        | Condition::Attribute { matches: ValueMatch::Text(matches), .. } => vec![matches],
        Condition::Funnel { steps } => steps.iter().collect(),
        Condition::Query { matches: None, .. }
        | Condition::Attribute { matches: ValueMatch::Number(_) | ValueMatch::Known, .. }
        | Condition::PagesViewed { .. }
        | Condition::Visits { .. }
        | Condition::Event { .. }
        | Condition::CartValue { .. }
        | Condition::CartItems { .. }
        | Condition::Scroll { .. }
        | Condition::Chatted { .. }
        | Condition::Share { .. }
        | Condition::Click { .. }
        | Condition::Language { .. }
        | Condition::Country { .. }
        | Condition::Weekday { .. }
        | Condition::Hours { .. }
        | Condition::PageTime { .. }
        | Condition::SiteTime { .. }
        | Condition::ExitIntent
        | Condition::Idle { .. }
        | Condition::Returning
        | Condition::Device { .. }
        | Condition::Available { .. }
        | Condition::OfficeHours => Vec::new(),
    }
}

/// What is met on the way through a rule.
#[derive(Default)]
// CK4
struct Walk<'a> {
    conditions: Vec<&'a Condition>,
    empty: Vec<usize>,
    n_groups: usize,
    depth: usize,
}

impl<'a> Walk<'a> {
    fn rule(&mut self, rule: &'a Rule, depth: usize) {
        match rule {
            Rule::All { of } | Rule::Any { of } => {
                let group = self.n_groups;
                self.n_groups += 1;
                self.depth = self.depth.max(depth);
                // The outermost group may be empty: the campaign is for everybody.
                if of.is_empty() && (group != 0 || matches!(rule, Rule::Any { .. })) {
                    self.empty.push(group);
                }
                for it in of {
                    self.rule(it, depth + 1);
                }
            }
            Rule::Is { condition, .. } => self.conditions.push(condition),
        }
    }
}
