//! What is wrong with a campaign, before it is saved.

use inbox_types::{CampaignPlan, ProactiveSettings};

/// Something that a marketer has to mend. The console says it in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// There is nothing to say.
    NoVariant,
}

/// Everything that is wrong with a campaign; nothing if it may be saved.
#[must_use]
pub fn check(plan: &CampaignPlan, site: &ProactiveSettings) -> Vec<Problem> {
    let _ = site;
    if plan.variants.is_empty() { vec![Problem::NoVariant] } else { Vec::new() }
}
