//! What a filter lets through: one function, for what is in memory and for rows alike.
//!
//! What rows are found by is said as short texts, [`Summary::facets`], so that a table of them serves every
//! filter and a new kind of filter needs no new table.

use std::collections::BTreeSet;

use inbox_protocol::ListFilter;
use inbox_types::{MemberId, Timestamp};

use super::summary::unread;
use crate::Summary;

impl Summary {
    /// What the conversation can be found by.
    #[must_use]
    // DK60
    pub fn facets(&self) -> BTreeSet<String> {
        let session = &self.session;
        let mut found: BTreeSet<String> = languages(self.language.as_str()).collect();
        found.insert(facet("site", self.site.as_str()));
        found.extend(session.owner.iter().map(|it| facet("owner", it.as_str())));
        found.extend(self.tags.iter().map(|it| facet("tag", it.as_str())));
        found.extend(session.topics.iter().map(|it| facet("topic", it.as_str())));
        found.extend(session.stars.iter().map(|it| facet("stars", &it.to_string())));
        found
    }
}

fn facet(kind: &str, value: &str) -> String {
    format!("{kind}/{value}")
}

/// A language and those that it is a kind of: `pt-BR` is `pt` too.
fn languages(tag: &str) -> impl Iterator<Item = String> {
    let ends = tag.match_indices('-').map(|(at, _)| at).chain([tag.len()]);
    ends.map(|end| facet("language", &tag[..end].to_ascii_lowercase()))
}

/// The facets that a conversation must have, the rarest kind first.
#[must_use]
// DK60
pub fn wanted(filter: &ListFilter) -> Vec<String> {
    let ListFilter { site, owner, tag, topic, language, stars, .. } = filter;
    let tag = tag.iter().map(|it| facet("tag", it.as_str()));
    let topic = topic.iter().map(|it| facet("topic", it.as_str()));
    let owner = owner.iter().map(|it| facet("owner", it.as_str()));
    let stars = stars.iter().map(|it| facet("stars", &it.to_string()));
    let language = language.iter().map(|it| facet("language", &it.as_str().to_ascii_lowercase()));
    let site = site.iter().map(|it| facet("site", it.as_str()));
    tag.chain(topic).chain(owner).chain(stars).chain(language).chain(site).collect()
}

/// Whether a conversation stands in a list with this filter.
// DK60
pub(super) fn lets_through(filter: &ListFilter, summary: &Summary, reader: &MemberId) -> bool {
    if filter.is_empty() {
        return true;
    }
    let facets = summary.facets();
    let last_at = summary.closed_place().last_at;
    let is_new = || summary.is_live() && 0 < unread(summary, reader);
    let waits = || summary.is_live() && summary.session.customer_waiting_since.is_some();
    wanted(filter).iter().all(|it| facets.contains(it))
        && is_in_time(filter, last_at)
        && (!filter.unread || is_new())
        && (!filter.waiting || waits())
}

fn is_in_time(filter: &ListFilter, last_at: Timestamp) -> bool {
    filter.from.is_none_or(|from| from <= last_at) && filter.before.is_none_or(|it| last_at < it)
}
