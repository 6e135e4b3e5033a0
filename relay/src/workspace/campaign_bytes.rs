//! How much all campaigns of a workspace may be together: all of them are read when it wakes, and sent
//! to whoever works with them.
//!
//! - **AP47** The campaigns of a workspace have so many bytes together. Where one more would be too much,
//!   archived ones are forgotten, those first that never spoke or began to longest ago; where that is not
//!   enough, it is refused. What makes a campaign shorter is always taken.

use inbox_protocol::Refusal;
use inbox_types::{Campaign, CampaignId, CampaignPlan, CampaignStatus, limits::CAMPAIGNS_BYTES};

use super::state::{Change, Row, WorkspaceState};

impl WorkspaceState {
    /// Makes room for what a campaign is to say, and gives back what is forgotten for that.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooMany`] if there is none; nothing is forgotten then.
    // AP47
    pub(super) fn make_room_for_plan(
        &mut self,
        id: &CampaignId,
        plan: &CampaignPlan,
    ) -> Result<Vec<Change>, Refusal> {
        let n_wanted = n_bytes(plan);
        if self.campaigns.get(id).is_some_and(|it| n_wanted <= n_bytes(&it.plan)) {
            return Ok(Vec::new());
        }
        let others = self.campaigns.values().filter(|it| it.id != *id);
        let (mut archived, kept): (Vec<&Campaign>, Vec<&Campaign>) =
            others.partition(|it| it.status == CampaignStatus::Archived);
        let n_kept: usize = kept.into_iter().map(|it| n_bytes(&it.plan)).sum();
        let Some(mut n_left) = CAMPAIGNS_BYTES.checked_sub(n_kept + n_wanted) else {
            return Err(Refusal::TooMany);
        };
        // Those that are kept longest come first.
        archived.sort_by_key(|it| std::cmp::Reverse((it.live_since, it.rank)));
        let mut forgotten = Vec::new();
        for campaign in archived {
            match n_left.checked_sub(n_bytes(&campaign.plan)).filter(|_| forgotten.is_empty()) {
                Some(left) => n_left = left,
                None => forgotten.push(campaign.clone()),
            }
        }
        let forget = |it: Campaign| {
            self.campaigns.remove(&it.id);
            Change::Remove(Row::Campaign(Box::new(it)).key())
        };
        Ok(forgotten.into_iter().map(forget).collect())
    }
}

/// Bytes of a plan as it is stored.
fn n_bytes(plan: &CampaignPlan) -> usize {
    serde_json::to_vec(plan).map_or(0, |it| it.len())
}

#[cfg(test)]
mod tests {
    use inbox_types::{Millis, Words, limits::FRAME_BYTES};

    use super::*;
    use crate::workspace::fixture::{NOW, create, form, id, name, plan, shop};

    /// The longest plan that a request can bring, but for a few hundred bytes.
    fn longest() -> CampaignPlan {
        let mut plan = plan();
        let letters = || b'a'..=b'z';
        for (one, other) in letters().flat_map(|one| letters().map(move |other| (one, other))) {
            let language = [char::from(one), char::from(other)].iter().collect::<String>();
            let text = "😀".repeat(400).try_into().expect("a text");
            let words = Words { text, replies: Vec::new(), draft: None };
            plan.variants[0].texts.insert(language.parse().expect("a language"), words);
            if FRAME_BYTES < n_bytes(&plan) + 2_000 {
                break;
            }
        }
        plan
    }

    fn n_stored(state: &WorkspaceState) -> usize {
        state.campaigns.values().map(|it| n_bytes(&it.plan)).sum()
    }

    #[test]
    fn ap47_all_campaigns_of_a_workspace_have_so_many_bytes_together() {
        let mut state = shop();
        let long = longest();
        assert!(60_000 < n_bytes(&long) && n_bytes(&long) <= FRAME_BYTES);
        let n_full = CAMPAIGNS_BYTES / n_bytes(&long);
        assert!(n_full < inbox_types::limits::CAMPAIGNS, "a site could have more of them");
        for n in 0..n_full {
            assert!(create(&mut state, &format!("p{n}"), long.clone()).is_ok(), "{n}");
        }
        let full = state.clone();
        assert_eq!(create(&mut state, "more", long.clone()).map(|_| ()), Err(Refusal::TooMany));
        assert_eq!(state, full, "nothing is forgotten in vain");

        // A short one still fits; it cannot become a long one, and a long one can become shorter.
        create(&mut state, "short", plan()).expect("a campaign");
        let mut put = |campaign: &str, plan: CampaignPlan| {
            state.put_campaign(&id(campaign), form(plan), NOW).map(|_| ())
        };
        assert_eq!(put("short", long.clone()), Err(Refusal::TooMany));
        let renamed = CampaignPlan { name: name("Mail"), ..long.clone() };
        assert_eq!(put("p0", renamed), Ok(()), "as long as it was");
        assert_eq!(put("p0", plan()), Ok(()));
        assert_eq!(put("short", long.clone()), Ok(()), "there is room now");
        assert!(n_stored(&state) <= CAMPAIGNS_BYTES);

        // Archived ones make room, those that began longest ago first.
        for (campaign, begins) in [("p2", 2), ("p1", 1)] {
            let at = NOW.after(Millis::days(begins));
            state.set_status(&id(campaign), CampaignStatus::Live, at).expect("it speaks");
            state.set_status(&id(campaign), CampaignStatus::Archived, at).expect("archived");
        }
        for (n, (gone, stays)) in [("p1", Some("p2")), ("p2", None)].into_iter().enumerate() {
            let name = format!("new{n}");
            let form =
                inbox_protocol::http::CampaignForm { site: id("main-s"), plan: long.clone() };
            let (_, changes) = state.create_campaign(id(&name), form, NOW).expect("a campaign");
            assert!(changes.contains(&Change::Remove(format!("campaign/{gone}"))), "{name}");
            assert!(!state.campaigns.contains_key(&id(gone)), "{name}");
            assert!(stays.is_none_or(|it| state.campaigns.contains_key(&id(it))), "{name}");
            assert!(n_stored(&state) <= CAMPAIGNS_BYTES);
        }
        assert_eq!(create(&mut state, "more", long).map(|_| ()), Err(Refusal::TooMany));
    }
}
