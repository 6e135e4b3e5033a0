//! What pages count of campaigns: which of it is believed, and how it is added up. Pure; the
//! object around it stores the sums.

use std::collections::{BTreeMap, BTreeSet};

use inbox_protocol::{
    Refusal,
    http::{CampaignCounts, CountsForm},
};
use inbox_types::{
    CampaignId, Counts, Millis, Timestamp, VariantKey,
    limits::{COUNTS_AT_ONCE, COUNTS_ENTRIES, PURCHASE_VALUE},
};
use serde::{Deserialize, Serialize};

use crate::hosts;

/// One sum is of so long.
pub const SPAN: Millis = Millis::minutes(60);

/// What may be counted of a site. The workspace says so; anything else is dropped.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Countable {
    /// The origins that embed the widget.
    pub origins: Vec<String>,
    /// Its campaigns that have begun, and their variants, the control group included.
    pub campaigns: BTreeMap<CampaignId, BTreeSet<VariantKey>>,
}

/// The hour, campaign and variant that a sum is of.
pub type Of = (u64, CampaignId, VariantKey);

/// Sums that are not stored yet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sums(BTreeMap<Of, Counts>);

impl Countable {
    /// What of a beacon from a page of `origin` is to be added up.
    ///
    /// # Errors
    ///
    /// If the page is none of the site's, or counted what one page cannot.
    pub fn validate(&self, origin: &str, form: CountsForm) -> Result<Vec<CampaignCounts>, Refusal> {
        if !self.origins.iter().any(|it| hosts::embeds(it, origin)) {
            return Err(Refusal::Forbidden);
        }
        if COUNTS_ENTRIES < form.counts.len() {
            return Err(Refusal::TooMany);
        }
        let mut seen = BTreeSet::new();
        let once =
            |it: &CampaignCounts| is_of_one_page(&it.counts) && is_silent(it.variant, &it.counts);
        let sane = form.counts.iter().all(|it| once(it) && seen.insert((&it.campaign, it.variant)));
        if !sane {
            return Err(Refusal::Malformed);
        }
        // A page may be older than what is live now.
        let known = |it: &CampaignCounts| {
            self.campaigns.get(&it.campaign).is_some_and(|known| known.contains(&it.variant))
        };
        Ok(form.counts.into_iter().filter(known).collect())
    }
}

/// A page counts an occasion and what is shown on it in one moment. One message may have been shown
/// before the page sent its last beacon, and is answered in this one.
fn is_of_one_page(counts: &Counts) -> bool {
    let Counts { eligible, shown, clicked, dismissed, conversations, goals, value } = *counts;
    let in_bounds = [eligible, shown, clicked, dismissed, conversations, goals]
        .iter()
        .all(|it| *it <= COUNTS_AT_ONCE);
    let answered =
        [clicked, dismissed, conversations].iter().all(|it| *it <= shown.saturating_add(1));
    in_bounds
        && value <= PURCHASE_VALUE
        && shown <= eligible
        && answered
        && goals <= eligible.saturating_add(1)
}

/// The control group is shown nothing.
fn is_silent(variant: VariantKey, counts: &Counts) -> bool {
    let Counts { shown, clicked, dismissed, conversations, .. } = *counts;
    variant != VariantKey::CONTROL || [shown, clicked, dismissed, conversations] == [0; 4]
}

impl Sums {
    /// Adds what a page counted just now.
    pub fn add(&mut self, now: Timestamp, counted: Vec<CampaignCounts>) {
        let hour = hour(now);
        for CampaignCounts { campaign, variant, counts } in counted {
            add(self.0.entry((hour, campaign, variant)).or_default(), &counts);
        }
    }

    /// Whether there is nothing to store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sums, by what they are of.
    #[must_use]
    pub fn into_rows(self) -> BTreeMap<Of, Counts> {
        self.0
    }
}

/// The hour of an instant, by its beginning.
#[must_use]
pub fn hour(at: Timestamp) -> u64 {
    at.as_millis() - at.as_millis() % SPAN.0
}

/// Adds counts to a sum.
pub fn add(sum: &mut Counts, more: &Counts) {
    let Counts { eligible, shown, clicked, dismissed, conversations, goals, value } = *more;
    sum.eligible += eligible;
    sum.shown += shown;
    sum.clicked += clicked;
    sum.dismissed += dismissed;
    sum.conversations += conversations;
    sum.goals += goals;
    sum.value += value;
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "https://shop.example";

    fn countable() -> Countable {
        let variants = [VariantKey::CONTROL, VariantKey::FIRST].into();
        Countable {
            origins: vec![SHOP.to_owned()],
            campaigns: [("p1".parse().expect("an id"), variants)].into(),
        }
    }

    fn counted(campaign: &str, variant: VariantKey, counts: Counts) -> CampaignCounts {
        CampaignCounts { campaign: campaign.parse().expect("an id"), variant, counts }
    }

    fn form(counts: Vec<CampaignCounts>) -> CountsForm {
        CountsForm { counts }
    }

    fn shown() -> Counts {
        Counts { eligible: 1, shown: 1, ..Counts::default() }
    }

    fn met() -> Counts {
        Counts { eligible: 1, ..Counts::default() }
    }

    #[test]
    fn only_pages_of_the_site_count() {
        let beacon = || form(vec![counted("p1", VariantKey::FIRST, shown())]);
        assert_eq!(countable().validate(SHOP, beacon()).map(|it| it.len()), Ok(1));
        for origin in ["", "null", "https://evil.example", "http://shop.example"] {
            assert_eq!(countable().validate(origin, beacon()), Err(Refusal::Forbidden), "{origin}");
        }
        assert_eq!(Countable::default().validate(SHOP, beacon()), Err(Refusal::Forbidden));
    }

    #[test]
    fn a_page_counts_what_one_page_can() {
        let often = Counts { clicked: COUNTS_AT_ONCE + 1, ..Counts::default() };
        let rich = Counts { value: PURCHASE_VALUE + 1, ..Counts::default() };
        // The fields are eligible, shown, clicked, dismissed, conversations and goals.
        let of = |[eligible, shown, clicked, dismissed, conversations, goals]: [u64; 6]| Counts {
            eligible,
            shown,
            clicked,
            dismissed,
            conversations,
            goals,
            value: 0,
        };
        for counts in
            [[1, 1, 1, 1, 1, 1], [0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 1], [3, 2, 3, 2, 1, 4]]
        {
            let beacon = form(vec![counted("p1", VariantKey::FIRST, of(counts))]);
            assert!(countable().validate(SHOP, beacon).is_ok(), "{counts:?}");
        }
        let made_up = [
            [0, 0, 20, 0, 0, 0],
            [0, 1, 0, 0, 0, 0],
            [2, 2, 4, 0, 0, 0],
            [2, 2, 0, 4, 0, 0],
            [2, 2, 0, 0, 4, 0],
            [0, 0, 0, 0, 0, 2],
        ];
        for counts in made_up.map(of).into_iter().chain([often, rich]) {
            let beacon = form(vec![counted("p1", VariantKey::FIRST, counts)]);
            assert_eq!(countable().validate(SHOP, beacon), Err(Refusal::Malformed), "{counts:?}");
        }
        let answered = counted("p1", VariantKey::CONTROL, of([1, 0, 1, 0, 0, 0]));
        assert_eq!(countable().validate(SHOP, form(vec![answered])), Err(Refusal::Malformed));
        let entry = || counted("p1", VariantKey::FIRST, shown());
        let again = form(vec![entry(), entry()]);
        assert_eq!(countable().validate(SHOP, again), Err(Refusal::Malformed));
        let crowd = form((0..=COUNTS_ENTRIES).map(|_| entry()).collect());
        assert_eq!(countable().validate(SHOP, crowd), Err(Refusal::TooMany));
    }

    #[test]
    fn what_is_not_counted_now_is_dropped_and_the_rest_counts() {
        let second = VariantKey::nth(1).expect("a letter");
        let beacon = form(vec![
            counted("gone", VariantKey::FIRST, shown()),
            counted("p1", second, shown()),
            counted("p1", VariantKey::CONTROL, met()),
        ]);
        let believed = countable().validate(SHOP, beacon).expect("a page of the shop");
        assert_eq!(believed, [counted("p1", VariantKey::CONTROL, met())]);
    }

    #[test]
    fn sums_are_of_an_hour() {
        let mut sums = Sums::default();
        let one = || vec![counted("p1", VariantKey::FIRST, shown())];
        sums.add(Timestamp::from_millis(7_200_000), one());
        sums.add(Timestamp::from_millis(10_799_999), one());
        sums.add(Timestamp::from_millis(10_800_000), one());
        let rows = sums.into_rows();
        let read: Vec<_> = rows.iter().map(|((hour, ..), it)| (*hour, it.eligible)).collect();
        assert_eq!(read, [(7_200_000, 2), (10_800_000, 1)]);
    }
}
