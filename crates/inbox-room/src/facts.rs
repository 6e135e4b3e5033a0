//! What the workspace knows and conversations and desk need: settings and people.
//!
//! The shell gets it from the workspace when it wakes, and passes it in again whenever it
//! changes. Nothing of it is in the log.

use std::collections::BTreeMap;

use inbox_core::{Agent, permission::can_answer};
use inbox_protocol::{
    SavedView,
    http::{CannedReply, Department, SiteSummary, Topic},
};
use inbox_types::{
    CampaignCard, DepartmentId, Language, MemberCard, MemberId, MessageText, Name, Role,
    SiteSettings, TopicId, VariantKey, WorkspaceSettings,
};
use serde::{Deserialize, Serialize};

/// What a conversation needs to know of its site and workspace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// What visitors meet.
    pub site: SiteSettings,
    /// Where the site's sessions wait.
    pub department: Option<DepartmentId>,
    /// The site was deleted.
    pub site_deleted: bool,
    /// How the team works.
    pub workspace: WorkspaceSettings,
    /// The queues.
    pub departments: BTreeMap<DepartmentId, Name>,
    /// Where the sessions of queues belong that are no more, as far as the team said.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub successors: BTreeMap<DepartmentId, DepartmentId>,
    /// Everybody, those who were removed included: transcripts still name them.
    pub members: BTreeMap<MemberId, MemberFacts>,
    /// What a session can be about.
    pub topics: Vec<TopicId>,
    /// The languages that the catalogue speaks.
    pub translated: Vec<Language>,
    /// The inbox core that the company already has has been away for longer than the site allows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inbox_away: bool,
}

impl Facts {
    /// Whether nobody of the desk answers what nobody of it has begun to answer.
    // RM82
    #[must_use]
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.site.only_elsewhere && !self.inbox_away
    }

    /// Whether what the company's own inbox was answering is the desk's again.
    // RM82
    #[must_use]
    pub(crate) fn is_given_back(&self) -> bool {
        self.site.only_elsewhere && self.inbox_away
    }

    /// The site's settings as they can be kept: nobody can choose a topic while there is none, so
    /// none is required.
    // RM52
    #[must_use]
    pub(crate) fn site_rules(&self) -> SiteSettings {
        let topic_mandatory = self.site.topic_mandatory && !self.topics.is_empty();
        SiteSettings { topic_mandatory, ..self.site.clone() }
    }
}

/// A member, as conversations and desk need them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemberFacts {
    /// The name that visitors and colleagues see.
    pub name: Name,
    /// The role.
    pub role: Role,
    /// The queues they serve.
    pub departments: Vec<DepartmentId>,
    /// The version of their rights; rises with every change of role, departments or sign-in.
    pub version: u64,
    /// The version since which whoever signed in before is signed out; 0 if that never happened.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub signed_out: u64,
    /// No longer of the team: may do nothing.
    #[serde(default)]
    pub removed: bool,
    /// Who owns what they owned when they were removed, if the team said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<MemberId>,
}

impl MemberFacts {
    /// The member as everybody sees them.
    #[must_use]
    pub fn card(&self, id: &MemberId) -> MemberCard {
        MemberCard { id: id.clone(), name: self.name.clone() }
    }

    /// The member as the rules know them.
    #[must_use]
    pub(crate) fn agent(&self, id: &MemberId) -> Agent {
        Agent {
            id: id.clone(),
            name: self.name.clone(),
            role: self.role,
            departments: self.departments.clone(),
        }
    }

    /// Whether they can have a part in a session: they are of the team, and their role answers.
    #[must_use]
    pub(crate) fn answers(&self, id: &MemberId) -> bool {
        !self.removed && can_answer(&self.agent(id))
    }
}

/// What was asked for before a change may be answered after it. Of each member the newer row counts,
/// and whoever was removed stays so (RM49, DK35).
pub(crate) fn keep_newer(
    known: &BTreeMap<MemberId, MemberFacts>,
    said: &mut BTreeMap<MemberId, MemberFacts>,
) {
    for (id, known) in known {
        let Some(row) = said.get_mut(id) else { continue };
        if row.version < known.version || (known.removed && !row.removed) {
            *row = known.clone();
        }
    }
}

/// Whether a count is what it is by default; such a one is not stored.
#[must_use]
pub fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// What the desk needs to know of its workspace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskFacts {
    /// How the team works.
    pub settings: WorkspaceSettings,
    /// Everybody, those who were removed included.
    pub members: BTreeMap<MemberId, MemberFacts>,
    /// The queues.
    pub departments: Vec<Department>,
    /// The sites.
    pub sites: Vec<SiteFacts>,
    /// Saved replies.
    pub canned: Vec<CannedReply>,
    /// Topics.
    pub topics: Vec<Topic>,
    /// Campaigns that have begun, archived ones included: lists are filtered by them.
    #[serde(default)]
    pub campaigns: Vec<CampaignCard>,
    /// Saved lists, everybody's.
    #[serde(default)]
    pub views: Vec<SavedView>,
}

impl DeskFacts {
    /// These facts after others that are known already, whichever were made first (DK35).
    #[must_use]
    pub fn after(mut self, known: &Self) -> Self {
        keep_newer(&known.members, &mut self.members);
        self
    }

    /// A member's own lists, and those that are shared.
    // DK65
    pub(crate) fn views_of(&self, member: &MemberId) -> Vec<SavedView> {
        let seen = self.views.iter().filter(|it| it.shared || it.by == *member);
        seen.cloned().collect()
    }

    /// Whether consoles show something else by these facts than by others, saved lists aside. What ends
    /// somebody's sign-ins shows nowhere.
    // DK120
    pub(crate) fn shows_otherwise(&self, other: &Self) -> bool {
        let Self { settings, members, departments, sites, canned, topics, campaigns, views: _ } =
            self;
        let shown = |members: &BTreeMap<MemberId, MemberFacts>| -> Vec<_> {
            let members = members.iter();
            members
                .map(|(id, it)| {
                    (id.clone(), it.name.clone(), it.role, it.departments.clone(), it.removed)
                })
                .collect()
        };
        *settings != other.settings
            || shown(members) != shown(&other.members)
            || *departments != other.departments
            || *sites != other.sites
            || *canned != other.canned
            || *topics != other.topics
            || *campaigns != other.campaigns
    }
}

/// What a campaign said to a visitor, as the workspace has it. The shell asks for it when somebody
/// answers one: a site may have many, and most conversations answer none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CampaignSnapshot {
    /// Which one.
    pub campaign: CampaignCard,
    /// Which of its variants.
    pub variant: VariantKey,
    /// Who said it; none is the team.
    pub by: Option<MemberCard>,
    /// What was said, in the visitor's language.
    pub text: MessageText,
}

/// A site, as the desk needs it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SiteFacts {
    /// Which one, and what it is called.
    pub summary: SiteSummary,
    /// What is masked there.
    pub mask_sensitive: bool,
}
