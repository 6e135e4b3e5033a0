//! In how many conversations there is something to read for whoever answers there, whichever list they look at.

use std::collections::{BTreeMap, BTreeSet};

use inbox_core::Agent;
use inbox_types::{ConversationId, MemberId};

use super::{
    Desk,
    summary::{is_open, unread},
};
use crate::Summary;

/// The open conversations in which the visitor has written something in this session, by their owner. What has
/// no owner waits for anybody.
#[derive(Debug, Default)]
pub(super) struct Written(BTreeMap<Option<MemberId>, BTreeSet<ConversationId>>);

impl Written {
    pub(super) fn of<'a>(summaries: impl IntoIterator<Item = &'a Summary>) -> Self {
        let mut written = Self::default();
        for summary in summaries {
            written.replace(None, summary);
        }
        written
    }

    /// A conversation stands otherwise than it stood before.
    pub(super) fn replace(&mut self, old: Option<&Summary>, new: &Summary) {
        if let Some(old) = old {
            self.forget(old);
        }
        let is_written = new.n_before_session < new.n_visitor_messages;
        if is_open(new) && is_written {
            let owner = new.session.owner.clone();
            self.0.entry(owner).or_default().insert(new.conversation.clone());
        }
    }

    pub(super) fn forget(&mut self, old: &Summary) {
        let owner = &old.session.owner;
        let Some(theirs) = self.0.get_mut(owner) else { return };
        theirs.remove(&old.conversation);
        if theirs.is_empty() {
            self.0.remove(owner);
        }
    }

    fn owned_by(&self, owner: Option<&MemberId>) -> impl Iterator<Item = &ConversationId> {
        self.0.get(&owner.cloned()).into_iter().flatten()
    }
}

impl Desk {
    /// How many conversations of a member, or of nobody, have something that they have not seen. What somebody
    /// is being asked for, and what is answered elsewhere, waits for nobody else.
    // DK171
    pub(super) fn n_unread(&self, agent: &Agent) -> u32 {
        let is_free = |it: &&Summary| it.session.offer.is_none() && !it.session.elsewhere;
        let summary = |id: &ConversationId| self.summaries.get(id);
        let written = &self.written;
        let mine = written.owned_by(Some(&agent.id)).filter_map(summary);
        let free = written.owned_by(None).filter_map(summary).filter(is_free);
        let is_unread = |it: &&Summary| 0 < unread(it, &agent.id) && self.may_view(&agent.id, it);
        u32::try_from(mine.chain(free).filter(is_unread).count()).unwrap_or(u32::MAX)
    }
}
