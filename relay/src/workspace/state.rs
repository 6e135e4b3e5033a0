//! Everything that admins set up, as rows of a table and in memory. The rules for changing it stand
//! in the file of each domain.
//!
//! A change is made to the state and returned as the rows to store; if storing fails, the state is
//! read again. Members and sites are never removed for good, because transcripts still name them.

use std::collections::BTreeMap;

use inbox_core::permission::may_ever;
use inbox_protocol::{
    Refusal, SavedView,
    http::{CannedReply, Department, Topic, Webhook},
};
use inbox_types::{
    Action, Campaign, CampaignId, CannedReplyId, DepartmentId, Email, MemberId, Name, Role, SiteId,
    SiteSettings, Text, TopicId, ViewId, WorkspaceSettings,
    limits::{FORMER_ITEMS, WORKSPACE_ITEMS},
};
use serde::{Deserialize, Serialize};

use super::linked::SecretMakers;

/// A member, as stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemberRow {
    /// The name that visitors see.
    pub name: Name,
    /// The sign-in name.
    pub email: Email,
    /// The role.
    pub role: Role,
    /// The queues they serve.
    pub departments: Vec<DepartmentId>,
    /// The version of their rights: grants of an older one are worth nothing.
    pub version: u64,
    /// The version since which whoever signed in before is signed out.
    #[serde(default, skip_serializing_if = "inbox_room::is_zero")]
    pub signed_out: u64,
    /// No longer of the team.
    #[serde(default)]
    pub removed: bool,
    /// Invited, and has not answered yet.
    #[serde(default)]
    pub invited: bool,
    /// Who owns what they owned when they were removed, if the team said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<MemberId>,
    /// Of those who were removed, the how-manieth; 0 is one of a release that did not count.
    #[serde(default, skip_serializing_if = "inbox_room::is_zero")]
    pub left: u64,
}

impl MemberRow {
    /// Whether they can sign in.
    #[must_use]
    pub fn is_here(&self) -> bool {
        !self.removed && !self.invited
    }
}

/// A site, as stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SiteRow {
    /// What it is called.
    pub name: Name,
    /// The origins that may embed the widget.
    pub origins: Vec<Text<200>>,
    /// Where its sessions wait.
    pub department: Option<DepartmentId>,
    /// What visitors meet.
    pub settings: SiteSettings,
    /// Where messages are sent on to.
    pub webhook: Option<Webhook>,
    /// No longer served.
    #[serde(default)]
    pub deleted: bool,
    /// In which sign-ins by a link what its own inbox answers with was set.
    #[serde(default, skip_serializing_if = "SecretMakers::is_empty")]
    pub makers: SecretMakers,
}

/// One row of the state.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum Row {
    /// What the workspace is called, and how the team works.
    Workspace(Name, Box<WorkspaceSettings>),
    /// A member.
    Member(MemberId, Box<MemberRow>),
    /// A site.
    Site(SiteId, Box<SiteRow>),
    /// A department.
    Department(Department),
    /// Where the sessions of a queue belong that is no more.
    Successor(DepartmentId, DepartmentId),
    /// A saved reply.
    Canned(CannedReply),
    /// A topic.
    Topic(Topic),
    /// A campaign.
    Campaign(Box<Campaign>),
    /// A saved list.
    View(SavedView),
}

/// What is to be stored of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Write this row in place of the one of the same name.
    Put(Box<Row>),
    /// Remove the row of this name.
    Remove(String),
}

impl Row {
    /// The row's name in the database.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Workspace(..) => "workspace".to_owned(),
            Self::Member(id, _) => member_key(id),
            Self::Site(id, _) => format!("site/{id}"),
            Self::Department(it) => department_key(&it.id),
            Self::Successor(gone, _) => successor_key(gone),
            Self::Canned(it) => canned_key(&it.id),
            Self::Topic(it) => topic_key(&it.id),
            Self::Campaign(it) => campaign_key(&it.id),
            Self::View(it) => view_key(&it.id),
        }
    }
}

pub(super) fn member_key(id: &MemberId) -> String {
    format!("member/{id}")
}

pub(super) fn department_key(id: &DepartmentId) -> String {
    format!("department/{id}")
}

pub(super) fn successor_key(gone: &DepartmentId) -> String {
    format!("successor/{gone}")
}

pub(super) fn canned_key(id: &CannedReplyId) -> String {
    format!("canned/{id}")
}

pub(super) fn topic_key(id: &TopicId) -> String {
    format!("topic/{id}")
}

pub(super) fn campaign_key(id: &CampaignId) -> String {
    format!("campaign/{id}")
}

pub(super) fn view_key(id: &ViewId) -> String {
    format!("view/{id}")
}

pub(super) fn put(row: Row) -> Change {
    Change::Put(Box::new(row))
}

/// Everything that admins set up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkspaceState {
    /// What the workspace is called.
    pub name: Name,
    /// How the team works.
    pub settings: WorkspaceSettings,
    /// Everybody, those who were removed or have not come yet included.
    pub members: BTreeMap<MemberId, MemberRow>,
    /// The sites, deleted ones included.
    pub sites: BTreeMap<SiteId, SiteRow>,
    /// The queues.
    pub departments: BTreeMap<DepartmentId, Department>,
    /// Of queues that are no more: where their sessions belong.
    pub successors: BTreeMap<DepartmentId, DepartmentId>,
    /// Saved replies.
    pub canned: BTreeMap<CannedReplyId, CannedReply>,
    /// Topics.
    pub topics: BTreeMap<TopicId, Topic>,
    /// Campaigns, archived ones and those of deleted sites included.
    pub campaigns: BTreeMap<CampaignId, Campaign>,
    /// Saved lists.
    pub views: BTreeMap<ViewId, SavedView>,
}

impl WorkspaceState {
    /// The state that these rows are; none before there is a workspace.
    #[must_use]
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Option<Self> {
        let mut head = None;
        let (mut members, mut sites) = (BTreeMap::new(), BTreeMap::new());
        let (mut departments, mut canned, mut topics) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (mut campaigns, mut successors, mut views) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for row in rows {
            match row {
                Row::Workspace(name, settings) => head = Some((name, *settings)),
                Row::Member(id, row) => drop(members.insert(id, *row)),
                Row::Site(id, row) => drop(sites.insert(id, *row)),
                Row::Department(it) => drop(departments.insert(it.id.clone(), it)),
                Row::Successor(gone, to) => drop(successors.insert(gone, to)),
                Row::Canned(it) => drop(canned.insert(it.id.clone(), it)),
                Row::Topic(it) => drop(topics.insert(it.id.clone(), it)),
                Row::Campaign(it) => drop(campaigns.insert(it.id.clone(), *it)),
                Row::View(it) => drop(views.insert(it.id.clone(), it)),
            }
        }
        let (name, settings) = head?;
        Some(Self {
            name,
            settings,
            members,
            sites,
            departments,
            successors,
            canned,
            topics,
            campaigns,
            views,
        })
    }

    /// A workspace with its first owner.
    ///
    /// # Panics
    ///
    /// Never: the rows begin with the workspace.
    #[must_use]
    pub fn new(name: Name, owner: MemberId, owner_name: Name, email: Email) -> (Self, Vec<Change>) {
        let owner_row = MemberRow {
            name: owner_name,
            email,
            role: Role::Owner,
            departments: Vec::new(),
            version: 1,
            signed_out: 0,
            removed: false,
            invited: false,
            successor: None,
            left: 0,
        };
        let rows = [Row::Workspace(name, Box::default()), Row::Member(owner, Box::new(owner_row))];
        let state = Self::from_rows(rows.clone()).expect("the first row is the workspace");
        (state, rows.into_iter().map(put).collect())
    }

    /// A member who is of the team.
    #[must_use]
    pub fn member(&self, id: &MemberId) -> Option<&MemberRow> {
        self.members.get(id).filter(|it| it.is_here())
    }

    /// The member with this sign-in name.
    #[must_use]
    pub fn by_email(&self, email: &Email) -> Option<(&MemberId, &MemberRow)> {
        let wanted = email.as_str().to_lowercase();
        self.members
            .iter()
            .find(|(_, it)| !it.removed && it.email.as_str().to_lowercase() == wanted)
    }

    /// A site that is served.
    #[must_use]
    pub fn site(&self, id: &SiteId) -> Option<&SiteRow> {
        self.sites.get(id).filter(|it| !it.deleted)
    }

    /// What a member may do, whatever the conversation.
    #[must_use]
    pub fn may(&self, member: &MemberRow, action: Action) -> bool {
        may_ever(member.role, &self.settings, action)
    }

    /// Sign-ins of the member ended: open grants and consoles end with them. Those of other sign-ins
    /// dial again, and theirs still hold.
    #[must_use]
    pub fn sign_out(&mut self, id: &MemberId) -> Vec<Change> {
        let Some(row) = self.members.get_mut(id) else { return Vec::new() };
        row.version += 1;
        row.signed_out = row.version;
        vec![put(Row::Member(id.clone(), Box::new(row.clone())))]
    }

    /// What something is called that an audit row names by its id.
    #[must_use]
    pub fn name_of(&self, id: &str) -> Option<String> {
        let named = |it: &Name| it.as_str().to_owned();
        let member = self.members.iter().find(|(key, _)| key.as_str() == id);
        let site = || self.sites.iter().find(|(key, _)| key.as_str() == id);
        let department = || self.departments.iter().find(|(key, _)| key.as_str() == id);
        let topic = || self.topics.iter().find(|(key, _)| key.as_str() == id);
        let canned = || self.canned.iter().find(|(key, _)| key.as_str() == id);
        let campaign = || self.campaigns.iter().find(|(key, _)| key.as_str() == id);
        let view = || self.views.iter().find(|(key, it)| key.as_str() == id && it.shared);
        member
            .map(|(_, it)| named(&it.name))
            .or_else(|| site().map(|(_, it)| named(&it.name)))
            .or_else(|| department().map(|(_, it)| named(&it.name)))
            .or_else(|| topic().map(|(_, it)| it.name.as_str().to_owned()))
            .or_else(|| canned().map(|(_, it)| format!("/{}", it.shortcut.as_str())))
            .or_else(|| campaign().map(|(_, it)| named(&it.plan.name)))
            .or_else(|| view().map(|(_, it)| it.name.as_str().to_owned()))
    }

    /// A department that a form names. `NotFound` if there is none.
    pub(super) fn known_department(
        &self,
        id: Option<DepartmentId>,
    ) -> Result<Option<DepartmentId>, Refusal> {
        match id {
            Some(id) if !self.departments.contains_key(&id) => Err(Refusal::NotFound),
            known => Ok(known),
        }
    }
}

/// Whether one more fits of what is never removed for good. Those who are gone count by themselves, so
/// that they keep nobody out. `TooMany` if not.
pub(super) fn room_beside<V>(
    items: impl Iterator<Item = V>,
    is_gone: impl Fn(&V) -> bool,
) -> Result<(), Refusal> {
    let (mut n_here, mut n_gone) = (0, 0);
    for item in items {
        *if is_gone(&item) { &mut n_gone } else { &mut n_here } += 1;
    }
    (n_here < WORKSPACE_ITEMS && n_gone < FORMER_ITEMS).then_some(()).ok_or(Refusal::TooMany)
}

/// Whether one more of something fits, or one in place of what is there. `TooMany` if not.
pub(super) fn room_for<K: Ord, V>(items: &BTreeMap<K, V>, id: &K) -> Result<(), Refusal> {
    if items.contains_key(id) || items.len() < WORKSPACE_ITEMS {
        Ok(())
    } else {
        Err(Refusal::TooMany)
    }
}

#[cfg(test)]
mod tests {
    use inbox_protocol::http::{Invite, SiteForm};
    use inbox_types::Timestamp;

    use super::*;
    use crate::{
        forward::target::Reach,
        workspace::fixture::{email, id, name, state},
    };

    #[test]
    fn a_state_is_what_its_rows_say() {
        let (mut state, owner) = state();
        let invite = Invite {
            name: name("Ana"),
            email: email("ana"),
            role: Role::Agent,
            departments: Vec::new(),
        };
        let mut changes = state.invite(&owner, id("ana"), invite).expect("invited");
        let site = SiteForm {
            name: name("Shop"),
            origins: vec!["https://shop.example".to_owned().try_into().expect("short")],
            department: None,
            settings: SiteSettings::default(),
            webhook_url: None,
            webhook_answers: false,
        };
        let new_webhook = || ("whsec_new".to_owned(), Timestamp::default());
        changes.extend(
            state
                .put_site(id("main-s"), site, Reach::Public, |_| true, new_webhook)
                .expect("a site"),
        );
        let rows = changes.into_iter().filter_map(|it| match it {
            Change::Put(row) => Some(*row),
            Change::Remove(_) => None,
        });
        let head = [
            Row::Workspace(state.name.clone(), Box::new(state.settings.clone())),
            Row::Member(id("olga"), Box::new(owner)),
        ];
        assert_eq!(WorkspaceState::from_rows(head.into_iter().chain(rows)), Some(state));
    }

    #[test]
    fn a_member_of_before_was_never_signed_out() {
        let stored = r#"{"name":"Ana","email":"ana@pots.example","role":"agent","departments":[],"version":3}"#;
        let row: MemberRow = serde_json::from_str(stored).expect("a row of before");
        assert_eq!((row.version, row.signed_out), (3, 0));
    }
}
