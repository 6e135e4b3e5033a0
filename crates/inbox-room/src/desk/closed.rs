//! What is over and leaves nobody anything to do. The desk does not hold it in memory: it is rows, of
//! which a list reads a page, and a report or an action the one that it concerns.
//!
//! [`ClosedQuery::of`] says what a page is; whoever stores the rows answers it from an index.

use std::{cmp::Ordering, collections::BTreeSet};

use inbox_core::permission::Reach;
use inbox_protocol::ListFilter;
use inbox_types::{CampaignId, ConversationId, DepartmentId, MemberId, Timestamp, limits};

use super::{filter::lets_through, summary::is_open};
use crate::Summary;

/// A read-only view of what a desk has stored. Reading is synchronous; a read that fails is noted by
/// whoever implements this, and what the desk decided from it is not done.
pub trait DeskRows {
    /// How a conversation stands that the desk does not hold.
    fn summary(&self, conversation: &ConversationId) -> Option<Summary>;
    /// The epoch of a conversation that was erased.
    fn erased(&self, conversation: &ConversationId) -> Option<u32>;
    /// A page of what is over.
    fn closed(&self, query: &ClosedQuery) -> Vec<Summary>;
    /// How much is over, as [`ClosedScope::count`] says.
    fn n_closed(&self, scope: &ClosedScope) -> u32;
    /// What is over and names a department that is none of these, the newest first, after a place.
    fn strays(
        &self,
        departments: &[DepartmentId],
        after: Option<&ClosedPlace>,
        limit: usize,
    ) -> Vec<ClosedPlace>;
}

/// Which of what is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClosedScope {
    /// Who asks.
    pub member: MemberId,
    /// The departments they serve.
    pub departments: Vec<DepartmentId>,
    /// How far they see.
    pub reach: Reach,
    /// Whose.
    pub whose: Whose,
    /// Only of this department.
    pub department: Option<DepartmentId>,
    /// Only what this campaign opened.
    pub campaign: Option<CampaignId>,
    /// Only what this lets through.
    pub filter: ListFilter,
}

/// Whose conversations are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// Anybody's and nobody's.
    All,
    /// What the reader owned last.
    Mine,
    /// What somebody else owned last.
    Team,
}

/// A place in the order of what is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClosedPlace {
    /// When the last public message was written; the beginning of time if there is none.
    pub last_at: Timestamp,
    /// Which conversation; it breaks ties.
    pub conversation: ConversationId,
}

/// A page of what is over, by the last message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClosedQuery {
    /// Which.
    pub scope: ClosedScope,
    /// The oldest first, which is the newest first backwards.
    pub oldest_first: bool,
    /// What comes after this place; none is from the beginning.
    pub after: Option<ClosedPlace>,
    /// How many at most.
    pub limit: usize,
}

impl Summary {
    /// Whether the session is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !is_open(self)
    }

    /// Whether somebody has something to do in it: it is held in memory. All else is only rows.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !self.is_over() || !self.session.wrapup.is_empty()
    }

    /// Who sees it whatever their departments are, once it is over.
    #[must_use]
    pub fn involved(&self) -> BTreeSet<&MemberId> {
        self.session.owner.iter().chain(&self.session.ever_joined).collect()
    }

    /// Its place among what is over.
    #[must_use]
    pub fn closed_place(&self) -> ClosedPlace {
        ClosedPlace {
            last_at: self.last.as_ref().map(|it| it.at).unwrap_or_default(),
            conversation: self.conversation.clone(),
        }
    }
}

impl ClosedScope {
    /// Whether a conversation is meant.
    #[must_use]
    // DK37
    pub fn has(&self, summary: &Summary) -> bool {
        let session = &summary.session;
        let is_owner = session.owner.as_ref() == Some(&self.member);
        let is_involved = || summary.involved().contains(&self.member);
        let in_departments =
            || session.department.as_ref().is_none_or(|it| self.departments.contains(it));
        let is_seen = match self.reach {
            Reach::Everything => true,
            Reach::Departments => in_departments() || is_involved(),
            Reach::UnownedOfDepartments => {
                session.owner.is_none() && in_departments() || is_involved()
            }
            Reach::Involved => is_involved(),
            Reach::Nothing => false,
        };
        let is_whose = match self.whose {
            Whose::All => true,
            Whose::Mine => is_owner,
            Whose::Team => session.owner.is_some() && !is_owner,
        };
        let campaign = session.campaign.as_ref().map(|it| &it.id);
        !summary.is_live()
            && !summary.hidden
            && is_seen
            && is_whose
            && (self.department.is_none() || self.department == session.department)
            && (self.campaign.is_none() || self.campaign.as_ref() == campaign)
            && lets_through(&self.filter, summary, &self.member)
    }

    /// How many of all summaries are meant. Of what a filter lets through one more is counted than
    /// [`LIST_COUNTED`](limits::LIST_COUNTED) at most: sums are kept of no filter.
    // DK60
    pub fn count<'a>(&self, all: impl Iterator<Item = &'a Summary>) -> u32 {
        let meant = all.filter(|it| self.has(it));
        let n = if self.is_summed() {
            meant.count()
        } else {
            meant.take(limits::LIST_COUNTED + 1).count()
        };
        u32::try_from(n).unwrap_or(u32::MAX)
    }

    /// Whether everything that is meant is counted.
    #[must_use]
    pub fn is_summed(&self) -> bool {
        self.filter.is_empty()
    }
}

impl ClosedQuery {
    /// In which order places come.
    #[must_use]
    pub fn compare(&self, one: &ClosedPlace, other: &ClosedPlace) -> Ordering {
        let newest = one.cmp_newest(other);
        if self.oldest_first { newest.reverse() } else { newest }
    }

    /// Of all summaries those of the page, in its order.
    #[must_use]
    // DK37
    pub fn of(&self, all: impl Iterator<Item = Summary>) -> Vec<Summary> {
        let meant = |it: &Summary| {
            let comes = |after| self.compare(after, &it.closed_place()).is_lt();
            self.scope.has(it) && self.after.as_ref().is_none_or(comes)
        };
        let mut page: Vec<Summary> = all.filter(meant).collect();
        page.sort_by(|one, other| self.compare(&one.closed_place(), &other.closed_place()));
        page.truncate(self.limit);
        page
    }
}

impl ClosedPlace {
    /// Which of two places comes first, the newest first.
    #[must_use]
    pub fn cmp_newest(&self, other: &Self) -> Ordering {
        let newest = other.last_at.cmp(&self.last_at);
        newest.then_with(|| self.conversation.cmp(&other.conversation))
    }
}
