//! What the loader is given: a site's live campaigns as compact data, in one language.

use std::collections::BTreeMap;

use inbox_types::{Campaign, Language, MemberId, Name, ProactiveSettings};
use serde_json::{Value, json};

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
}

/// The data; none if no campaign is live, and then the loader comes without its evaluator.
#[must_use]
pub fn compile(publication: &Publication<'_>) -> Option<Value> {
    if publication.campaigns.is_empty() { None } else { Some(json!([])) }
}
