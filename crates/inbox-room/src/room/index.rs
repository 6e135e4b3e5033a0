//! What can be found of a conversation beside what was said in it.

use inbox_core::{Session, permission::SessionFacts};
use inbox_types::{
    ContactDetails, ContactId, Label, MemberCard, Name, Place, SessionState, SiteId, TopicId,
};
use serde::{Deserialize, Serialize};

use super::Room;
use crate::{Log, Numbering};

/// A conversation as an index of the workspace knows it. Nothing in it is masked: it does not leave the
/// server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IndexCard {
    /// Its site.
    pub site: SiteId,
    /// Its contact.
    pub contact: ContactId,
    /// What is known of them, the team's remarks included.
    pub details: ContactDetails,
    /// The contact's tags.
    pub tags: Vec<Label>,
    /// What the session is about.
    pub topics: Vec<TopicId>,
    /// What decides who may view it.
    pub facts: SessionFacts,
    /// How the session stands; none before the first.
    pub state: Option<SessionState>,
    /// What its queue is called.
    pub department: Option<Name>,
    /// Who owns it, or owned it last.
    pub owner: Option<MemberCard>,
}

impl Room {
    /// The conversation as an index is to know it now.
    #[must_use]
    pub fn index_card(&self, log: &dyn Log) -> IndexCard {
        let known = self.read_known(|seq| log.at(Numbering::Team, Place(seq.0)));
        let session = self.conversation.session();
        let member = |id| Some(self.facts.members.get(id)?.card(id));
        let department = session.and_then(|it| it.department.as_ref());
        let named_now = |id| self.facts.departments.get(id).cloned();
        IndexCard {
            site: self.identity.site.clone(),
            contact: self.identity.contact.clone(),
            details: known.details,
            tags: known.tags,
            topics: session.map(|it| it.topics.clone()).unwrap_or_default(),
            facts: SessionFacts::of(&self.conversation),
            state: session.map(Session::state),
            department: department.map(|it| named_now(&it.id).unwrap_or_else(|| it.name.clone())),
            owner: session.and_then(Session::owner_or_last).and_then(member),
        }
    }
}
