//! Everything that admins set up, and the rules for changing it.
//!
//! A change is made to the book and returned as the rows to store; if storing fails, the
//! book is read again. Members and sites are never removed for good, because transcripts
//! still name them.

use std::collections::BTreeMap;

use inbox_core::permission::may_ever;
use inbox_protocol::{
    Refusal,
    http::{
        CannedReply, CannedReplyForm, Department, DepartmentForm, Invite, MemberPatch, SiteForm,
        Topic, TopicForm, Webhook,
    },
};
use inbox_types::{
    Action, Campaign, CampaignId, CannedReplyId, DepartmentId, Email, MemberId, Name,
    ProactiveSettings, Role, SiteId, SiteSettings, Text, Timestamp, TopicId, WorkspaceSettings,
    limits::{
        MESSAGE_CHARS_MAX, OFFICE_HOURS, ORIGINS, SECRET_PARAMETERS, SITE_SPAN_MAX, WORKSPACE_ITEMS,
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    forward::target::{Reach, target},
    hosts,
};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

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
}

/// One row of the book.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum Row {
    /// What the workspace is called, and how the team works.
    Workspace(Name, Box<WorkspaceSettings>),
    /// A member.
    Member(MemberId, Box<MemberRow>),
    /// A site.
    Site(SiteId, Box<SiteRow>),
    /// A queue.
    Department(Department),
    /// Where the sessions of a queue belong that is no more.
    Successor(DepartmentId, DepartmentId),
    /// A saved reply.
    Canned(CannedReply),
    /// A topic.
    Topic(Topic),
    /// A campaign.
    Campaign(Box<Campaign>),
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
            Self::Member(id, _) => format!("member/{id}"),
            Self::Site(id, _) => format!("site/{id}"),
            Self::Department(it) => department_key(&it.id),
            Self::Successor(gone, _) => successor_key(gone),
            Self::Canned(it) => canned_key(&it.id),
            Self::Topic(it) => topic_key(&it.id),
            Self::Campaign(it) => format!("campaign/{}", it.id),
        }
    }
}

pub(super) fn department_key(id: &DepartmentId) -> String {
    format!("department/{id}")
}

pub(super) fn successor_key(gone: &DepartmentId) -> String {
    format!("successor/{gone}")
}

fn canned_key(id: &CannedReplyId) -> String {
    format!("canned/{id}")
}

fn topic_key(id: &TopicId) -> String {
    format!("topic/{id}")
}

pub(super) fn put(row: Row) -> Change {
    Change::Put(Box::new(row))
}

/// Everything that admins set up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Book {
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
}

impl Book {
    /// The book that these rows are; none before there is a workspace.
    #[must_use]
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Option<Self> {
        let mut head = None;
        let (mut members, mut sites) = (BTreeMap::new(), BTreeMap::new());
        let (mut departments, mut canned, mut topics) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (mut campaigns, mut successors) = (BTreeMap::new(), BTreeMap::new());
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
        };
        let rows = [Row::Workspace(name, Box::default()), Row::Member(owner, Box::new(owner_row))];
        let book = Self::from_rows(rows.clone()).expect("the first row is the workspace");
        (book, rows.into_iter().map(put).collect())
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

    /// Changes how the team works.
    ///
    /// # Errors
    ///
    /// If a value is outside of its bounds.
    pub fn put_settings(&mut self, settings: WorkspaceSettings) -> Result<Vec<Change>, Refusal> {
        let sane = (3_000..=15_000).contains(&settings.notification_life.0)
            && (5_000..=600_000).contains(&settings.offer_deadline.0)
            && (1..=100).contains(&settings.capacity);
        if !sane {
            return Err(Refusal::Malformed);
        }
        self.settings = settings.clone();
        Ok(vec![put(Row::Workspace(self.name.clone(), Box::new(settings)))])
    }

    /// Creates or replaces a site. `new_webhook` says with what secret a new webhook signs and since
    /// when the site has one, and `is_zone` knows the names of time zones. What holds for its campaigns is set when it is created, and by
    /// [`Self::put_proactive`] afterwards.
    ///
    /// # Errors
    ///
    /// If the form breaks a rule, or there is no such site.
    pub fn put_site(
        &mut self,
        id: SiteId,
        form: SiteForm,
        reach: Reach,
        is_zone: impl FnOnce(&str) -> bool,
        new_webhook: impl FnOnce() -> (String, Timestamp),
    ) -> Result<Vec<Change>, Refusal> {
        let known = self.sites.get(&id);
        if known.is_some_and(|it| it.deleted) {
            return Err(Refusal::NotFound);
        }
        if known.is_none() && WORKSPACE_ITEMS <= self.sites.len() {
            return Err(Refusal::TooMany);
        }
        let row = SiteRow {
            origins: origins(&form.origins)?,
            department: self.known_department(form.department)?,
            webhook: webhook(
                form.webhook_url,
                known.and_then(|it| it.webhook.clone()),
                reach,
                new_webhook,
            )?,
            settings: SiteSettings {
                proactive: match known {
                    Some(known) => known.settings.proactive.clone(),
                    None => proactive(form.settings.proactive.clone(), is_zone)?,
                },
                ..site_settings(form.settings)?
            },
            name: form.name,
            deleted: false,
        };
        self.sites.insert(id.clone(), row.clone());
        Ok(vec![put(Row::Site(id, Box::new(row)))])
    }

    /// Serves a site no longer.
    ///
    /// # Errors
    ///
    /// If there is no such site.
    pub fn delete_site(&mut self, id: &SiteId) -> Result<Vec<Change>, Refusal> {
        let row = self.sites.get_mut(id).filter(|it| !it.deleted).ok_or(Refusal::NotFound)?;
        row.deleted = true;
        Ok(vec![put(Row::Site(id.clone(), Box::new(row.clone())))])
    }

    /// Sends no more to a site's webhook: its receiver said that it is gone.
    #[must_use]
    pub fn disable_webhook(&mut self, id: &SiteId) -> Vec<Change> {
        let Some(row) = self.sites.get_mut(id) else { return Vec::new() };
        if let Some(webhook) = &mut row.webhook {
            webhook.disabled = true;
        }
        vec![put(Row::Site(id.clone(), Box::new(row.clone())))]
    }

    /// Creates or replaces a queue.
    ///
    /// # Errors
    ///
    /// If there are too many.
    pub fn put_department(
        &mut self,
        id: DepartmentId,
        form: DepartmentForm,
    ) -> Result<(Department, Vec<Change>), Refusal> {
        room_for(&self.departments, &id)?;
        let department =
            Department { id: id.clone(), name: form.name, assignment: form.assignment };
        self.departments.insert(id, department.clone());
        Ok((department.clone(), vec![put(Row::Department(department))]))
    }

    /// Invites somebody; they are a member when they accept.
    ///
    /// # Errors
    ///
    /// If the sign-in name is taken, or the role stronger than the inviter's.
    pub fn invite(
        &mut self,
        by: &MemberRow,
        id: MemberId,
        invite: Invite,
    ) -> Result<Vec<Change>, Refusal> {
        if invite.role < by.role {
            return Err(Refusal::Forbidden);
        }
        room_for(&self.members, &id)?;
        if self.by_email(&invite.email).is_some() {
            return Err(Refusal::Taken);
        }
        let row = MemberRow {
            name: invite.name,
            email: invite.email,
            role: invite.role,
            departments: self.known_departments(invite.departments)?,
            version: 1,
            signed_out: 0,
            removed: false,
            invited: true,
            successor: None,
        };
        self.members.insert(id.clone(), row.clone());
        Ok(vec![put(Row::Member(id, Box::new(row)))])
    }

    /// The invited person came.
    ///
    /// # Errors
    ///
    /// If nobody of that name was invited.
    pub fn accept(&mut self, id: &MemberId) -> Result<Vec<Change>, Refusal> {
        let row = self
            .members
            .get_mut(id)
            .filter(|it| it.invited && !it.removed)
            .ok_or(Refusal::NotFound)?;
        row.invited = false;
        Ok(vec![put(Row::Member(id.clone(), Box::new(row.clone())))])
    }

    /// Changes a member.
    ///
    /// # Errors
    ///
    /// If the member is stronger than who asks, would become so, or is the last owner.
    pub fn patch_member(
        &mut self,
        by: &MemberRow,
        id: &MemberId,
        patch: MemberPatch,
    ) -> Result<Vec<Change>, Refusal> {
        let departments = patch.departments.map(|it| self.known_departments(it)).transpose()?;
        let row = self.members.get(id).filter(|it| !it.removed).ok_or(Refusal::NotFound)?;
        let role = patch.role.unwrap_or(row.role);
        if row.role < by.role || role < by.role {
            return Err(Refusal::Forbidden);
        }
        if role != Role::Owner && self.is_last_owner(id) {
            return Err(Refusal::State);
        }
        let row = self.members.get_mut(id).ok_or(Refusal::NotFound)?;
        let departments = departments.unwrap_or_else(|| row.departments.clone());
        if role != row.role || departments != row.departments {
            row.version += 1;
        }
        // An admin may have come in by a link before.
        if role == Role::Owner && row.role != Role::Owner {
            row.signed_out = row.version;
        }
        row.role = role;
        row.departments = departments;
        row.name = patch.name.unwrap_or_else(|| row.name.clone());
        Ok(vec![put(Row::Member(id.clone(), Box::new(row.clone())))])
    }

    /// Removes a member from the team. `to` owns from now on what they owned; without it that goes on
    /// as when an owner leaves.
    ///
    /// # Errors
    ///
    /// If the member is stronger than who asks, or the last owner, or `to` cannot answer.
    pub fn delete_member(
        &mut self,
        by: &MemberRow,
        id: &MemberId,
        to: Option<&MemberId>,
    ) -> Result<Vec<Change>, Refusal> {
        let row = self.members.get(id).filter(|it| !it.removed).ok_or(Refusal::NotFound)?;
        if row.role < by.role {
            return Err(Refusal::Forbidden);
        }
        if self.is_last_owner(id) {
            return Err(Refusal::State);
        }
        if let Some(to) = to {
            let heir = self.member(to).filter(|_| to != id).ok_or(Refusal::NotFound)?;
            self.may(heir, Action::Reply).then_some(()).ok_or(Refusal::State)?;
        }
        let row = self.members.get_mut(id).ok_or(Refusal::NotFound)?;
        row.removed = true;
        row.version += 1;
        row.successor = to.cloned();
        let mut changes = vec![put(Row::Member(id.clone(), Box::new(row.clone())))];
        changes.extend(self.leave_to_heir(id, to));
        Ok(changes)
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
        member
            .map(|(_, it)| named(&it.name))
            .or_else(|| site().map(|(_, it)| named(&it.name)))
            .or_else(|| department().map(|(_, it)| named(&it.name)))
            .or_else(|| topic().map(|(_, it)| it.name.as_str().to_owned()))
            .or_else(|| canned().map(|(_, it)| format!("/{}", it.shortcut.as_str())))
            .or_else(|| campaign().map(|(_, it)| named(&it.plan.name)))
    }

    /// Creates or replaces a saved reply.
    ///
    /// # Errors
    ///
    /// If there are too many, or it is of a queue that the member does not lead.
    pub fn put_canned(
        &mut self,
        by: &MemberRow,
        id: CannedReplyId,
        form: CannedReplyForm,
    ) -> Result<(CannedReply, Vec<Change>), Refusal> {
        room_for(&self.canned, &id)?;
        let department = self.known_department(form.department)?;
        self.may_edit_canned(by, department.as_ref())?;
        if let Some(known) = self.canned.get(&id) {
            self.may_edit_canned(by, known.department.as_ref())?;
        }
        let reply =
            CannedReply { id: id.clone(), shortcut: form.shortcut, text: form.text, department };
        self.canned.insert(id, reply.clone());
        Ok((reply.clone(), vec![put(Row::Canned(reply))]))
    }

    /// Removes a saved reply.
    ///
    /// # Errors
    ///
    /// If there is none, or it is of a queue that the member does not lead.
    pub fn delete_canned(
        &mut self,
        by: &MemberRow,
        id: &CannedReplyId,
    ) -> Result<Vec<Change>, Refusal> {
        let department = self.canned.get(id).ok_or(Refusal::NotFound)?.department.clone();
        self.may_edit_canned(by, department.as_ref())?;
        self.canned.remove(id);
        Ok(vec![Change::Remove(canned_key(id))])
    }

    /// Creates a topic.
    ///
    /// # Errors
    ///
    /// If there are too many.
    pub fn create_topic(
        &mut self,
        id: TopicId,
        form: TopicForm,
    ) -> Result<(Topic, Vec<Change>), Refusal> {
        room_for(&self.topics, &id)?;
        let topic = Topic { id: id.clone(), name: form.name };
        self.topics.insert(id, topic.clone());
        Ok((topic.clone(), vec![put(Row::Topic(topic))]))
    }

    /// Removes a topic.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn delete_topic(&mut self, id: &TopicId) -> Result<Vec<Change>, Refusal> {
        self.topics.remove(id).ok_or(Refusal::NotFound)?;
        Ok(vec![Change::Remove(topic_key(id))])
    }

    /// Team leads change the replies of their own queues; who sets up the workspace or leads
    /// all queues changes any.
    fn may_edit_canned(
        &self,
        by: &MemberRow,
        department: Option<&DepartmentId>,
    ) -> Result<(), Refusal> {
        let of_own_queue = department.is_some_and(|it| by.departments.contains(it));
        let everywhere = self.may(by, Action::Administer) || by.role == Role::Supervisor;
        if everywhere || of_own_queue { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    fn is_last_owner(&self, id: &MemberId) -> bool {
        let mut owners =
            self.members.iter().filter(|(_, it)| it.is_here() && it.role == Role::Owner);
        owners.next().is_some_and(|(first, _)| first == id) && owners.next().is_none()
    }

    fn known_department(&self, id: Option<DepartmentId>) -> Result<Option<DepartmentId>, Refusal> {
        match id {
            Some(id) if !self.departments.contains_key(&id) => Err(Refusal::NotFound),
            known => Ok(known),
        }
    }

    fn known_departments(&self, mut ids: Vec<DepartmentId>) -> Result<Vec<DepartmentId>, Refusal> {
        ids.sort();
        ids.dedup();
        if ids.iter().all(|it| self.departments.contains_key(it)) {
            Ok(ids)
        } else {
            Err(Refusal::NotFound)
        }
    }
}

fn room_for<K: Ord, V>(items: &BTreeMap<K, V>, id: &K) -> Result<(), Refusal> {
    if items.contains_key(id) || items.len() < WORKSPACE_ITEMS {
        Ok(())
    } else {
        Err(Refusal::TooMany)
    }
}

fn origins(raw: &[Text<200>]) -> Result<Vec<Text<200>>, Refusal> {
    if ORIGINS < raw.len() {
        return Err(Refusal::TooMany);
    }
    raw.iter()
        .map(|it| {
            let origin = hosts::embedder(it.as_str()).map_err(|_| Refusal::Malformed)?;
            Text::try_from(origin).map_err(|_| Refusal::Malformed)
        })
        .collect()
}

fn site_settings(settings: SiteSettings) -> Result<SiteSettings, Refusal> {
    let chars = 1..=MESSAGE_CHARS_MAX;
    let color = settings.appearance.color.as_str();
    let is_color = color.len() == 7
        && color.starts_with('#')
        && color[1..].bytes().all(|it| it.is_ascii_hexdigit());
    let sane = chars.contains(&settings.visitor_max_chars)
        && chars.contains(&settings.agent_max_chars)
        && settings.secret_parameters.len() <= SECRET_PARAMETERS
        && [settings.inactivity, settings.reopen_window, settings.still_questions_wait]
            .iter()
            .all(|it| *it <= SITE_SPAN_MAX)
        && is_color;
    if sane { Ok(settings) } else { Err(Refusal::Malformed) }
}

/// What holds for all campaigns of a site, if it can.
pub(super) fn proactive(
    settings: ProactiveSettings,
    is_zone: impl FnOnce(&str) -> bool,
) -> Result<ProactiveSettings, Refusal> {
    let hours = &settings.office_hours;
    if OFFICE_HOURS < hours.len() {
        return Err(Refusal::TooMany);
    }
    let sane = hours
        .iter()
        .all(|it| (1..=7).contains(&it.weekday) && it.from < it.until && it.until <= DAY);
    if sane && is_zone(settings.time_zone.as_str()) {
        Ok(settings)
    } else {
        Err(Refusal::Malformed)
    }
}

/// The webhook of a form: the same address keeps its secret, another one gets a new secret. Only where
/// there was none before does the past end: an address that is corrected is sent what is stored.
fn webhook(
    url: Option<Text<2_048>>,
    known: Option<Webhook>,
    reach: Reach,
    new_webhook: impl FnOnce() -> (String, Timestamp),
) -> Result<Option<Webhook>, Refusal> {
    let Some(url) = url else { return Ok(None) };
    target(url.as_str(), reach).map_err(|_| Refusal::Malformed)?;
    Ok(Some(match known {
        Some(known) if known.url == url => Webhook { disabled: false, ..known },
        Some(Webhook { since, .. }) => {
            Webhook { url, secret: new_webhook().0, disabled: false, since }
        }
        None => {
            let (secret, since) = new_webhook();
            Webhook { url, secret, disabled: false, since }
        }
    }))
}

#[cfg(test)]
mod tests {
    use inbox_types::Millis;

    use super::*;

    fn book() -> (Book, MemberRow) {
        let (book, _) =
            Book::new(name("Pots"), id("owner"), name("Olga"), email("olga@pots.example"));
        let owner = book.members[&id("owner")].clone();
        (book, owner)
    }

    fn name(raw: &str) -> Name {
        raw.to_owned().try_into().expect("a name")
    }

    fn email(raw: &str) -> Email {
        raw.to_owned().try_into().expect("an e-mail")
    }

    fn id<T: std::str::FromStr<Err = inbox_types::IdError>>(raw: &str) -> T {
        raw.parse().expect("an id")
    }

    fn any_zone(_: &str) -> bool {
        true
    }

    fn invitation(role: Role) -> Invite {
        Invite {
            name: name("Ana"),
            email: email("ana@pots.example"),
            role,
            departments: Vec::new(),
        }
    }

    fn site(origin: &str) -> SiteForm {
        SiteForm {
            name: name("Shop"),
            origins: vec![Text::try_from(origin.to_owned()).expect("short")],
            department: None,
            settings: SiteSettings::default(),
            webhook_url: None,
        }
    }

    fn new_webhook() -> (String, Timestamp) {
        ("whsec_new".to_owned(), Timestamp::default())
    }

    #[test]
    fn a_book_is_what_its_rows_say() {
        let (mut book, owner) = book();
        let mut changes = book.invite(&owner, id("ana"), invitation(Role::Agent)).expect("invited");
        changes.extend(
            book.put_site(
                id("main-s"),
                site("https://shop.example"),
                Reach::Public,
                any_zone,
                new_webhook,
            )
            .expect("a site"),
        );
        let rows = changes.into_iter().filter_map(|it| match it {
            Change::Put(row) => Some(*row),
            Change::Remove(_) => None,
        });
        let head = [
            Row::Workspace(book.name.clone(), Box::new(book.settings.clone())),
            Row::Member(id("owner"), Box::new(owner)),
        ];
        assert_eq!(Book::from_rows(head.into_iter().chain(rows)), Some(book));
    }

    #[test]
    fn nobody_makes_anybody_stronger_than_themselves() {
        let (mut book, owner) = book();
        book.invite(&owner, id("ana"), invitation(Role::Admin)).expect("invited");
        book.accept(&id("ana")).expect("accepted");
        let admin = book.members[&id("ana")].clone();
        let mut other = invitation(Role::Owner);
        other.email = email("ben@pots.example");
        assert_eq!(book.invite(&admin, id("ben"), other), Err(Refusal::Forbidden));
        let patch = MemberPatch { role: Some(Role::Owner), ..MemberPatch::default() };
        assert_eq!(book.patch_member(&admin, &id("ana"), patch), Err(Refusal::Forbidden));
        assert_eq!(book.delete_member(&admin, &id("owner"), None), Err(Refusal::Forbidden));
        assert_eq!(book.may_link(&admin, &id("owner")), Err(Refusal::Forbidden));
        assert_eq!(book.may_link(&admin, &id("ana")), Ok(()));
    }

    #[test]
    fn whoever_becomes_an_owner_is_signed_out_and_nobody_else() {
        let roles = [Role::Owner, Role::Admin, Role::TeamLead, Role::Agent, Role::Marketer];
        for role in roles {
            let (mut book, owner) = book();
            book.invite(&owner, id("ana"), invitation(Role::Agent)).expect("invited");
            book.accept(&id("ana")).expect("accepted");
            let patch = MemberPatch { role: Some(role), ..MemberPatch::default() };
            book.patch_member(&owner, &id("ana"), patch.clone()).expect("changed");
            let row = &book.members[&id("ana")];
            let wanted = if role == Role::Owner { row.version } else { 0 };
            assert_eq!(row.signed_out, wanted, "{role:?}");
            let before = row.clone();
            book.patch_member(&owner, &id("ana"), patch).expect("the same again");
            assert_eq!(book.members[&id("ana")], before, "{role:?}");
            drop(book.sign_out(&id("ana")));
            let row = &book.members[&id("ana")];
            assert_eq!((row.version, row.signed_out), (before.version + 1, before.version + 1));
        }
    }

    #[test]
    fn a_member_of_before_was_never_signed_out() {
        let stored = r#"{"name":"Ana","email":"ana@pots.example","role":"agent","departments":[],"version":3}"#;
        let row: MemberRow = serde_json::from_str(stored).expect("a row of before");
        assert_eq!((row.version, row.signed_out), (3, 0));
    }

    #[test]
    fn the_last_owner_stays() {
        let (mut book, owner) = book();
        let patch = MemberPatch { role: Some(Role::Admin), ..MemberPatch::default() };
        assert_eq!(book.patch_member(&owner, &id("owner"), patch), Err(Refusal::State));
        assert_eq!(book.delete_member(&owner, &id("owner"), None), Err(Refusal::State));
    }

    #[test]
    fn a_change_of_rights_ends_older_grants_and_a_new_name_does_not() {
        let (mut book, owner) = book();
        book.invite(&owner, id("ana"), invitation(Role::Agent)).expect("invited");
        let rename = MemberPatch { name: Some(name("Anna")), ..MemberPatch::default() };
        book.patch_member(&owner, &id("ana"), rename).expect("renamed");
        assert_eq!(book.members[&id("ana")].version, 1);
        let promote = MemberPatch { role: Some(Role::TeamLead), ..MemberPatch::default() };
        book.patch_member(&owner, &id("ana"), promote).expect("promoted");
        assert_eq!(book.members[&id("ana")].version, 2);
    }

    #[test]
    fn a_sign_in_name_is_of_one_member() {
        let (mut book, owner) = book();
        let mut again = invitation(Role::Agent);
        again.email = email("OLGA@pots.example");
        assert_eq!(book.invite(&owner, id("ana"), again), Err(Refusal::Taken));
    }

    #[test]
    fn an_origin_that_is_none_is_refused() {
        let (mut book, _) = book();
        for origin in
            ["*", "https://shop.example/path", "shop.example", "https://a.example; script-src *"]
        {
            let answer =
                book.put_site(id("main-s"), site(origin), Reach::Public, any_zone, new_webhook);
            assert_eq!(answer, Err(Refusal::Malformed), "{origin}");
        }
    }

    #[test]
    fn a_span_that_is_no_span_is_refused() {
        let (mut book, _) = book();
        let mut put = |change: fn(&mut SiteSettings, Millis), span| {
            let mut form = site("https://shop.example");
            change(&mut form.settings, span);
            book.put_site(id("main-s"), form, Reach::Public, any_zone, new_webhook).map(|_| ())
        };
        let spans: [fn(&mut SiteSettings, Millis); 3] = [
            |it, span| it.inactivity = span,
            |it, span| it.reopen_window = span,
            |it, span| it.still_questions_wait = span,
        ];
        for change in spans {
            assert_eq!(put(change, SITE_SPAN_MAX), Ok(()));
            for millis in [SITE_SPAN_MAX.0 + 1, 1 << 53, 1 << 63, u64::MAX] {
                assert_eq!(put(change, Millis(millis)), Err(Refusal::Malformed), "{millis}");
            }
        }
    }

    #[test]
    fn a_webhook_keeps_its_secret_until_its_address_changes() {
        let (mut book, _) = book();
        let mut put = |url: &str, secret: &str| {
            let mut form = site("https://shop.example");
            form.webhook_url = Some(url.to_owned().try_into().expect("short"));
            let new = || (secret.to_owned(), Timestamp::default());
            book.put_site(id("main-s"), form, Reach::Public, any_zone, new).map(|_| ())?;
            Ok::<_, Refusal>(book.sites[&id("main-s")].webhook.clone().expect("a webhook").secret)
        };
        assert_eq!(put("https://hooks.example/a", "one"), Ok("one".to_owned()));
        assert_eq!(put("https://hooks.example/a", "two"), Ok("one".to_owned()));
        assert_eq!(put("https://hooks.example/b", "two"), Ok("two".to_owned()));
        assert_eq!(put("https://10.0.0.1/", "three"), Err(Refusal::Malformed));
    }

    #[test]
    fn a_webhook_is_owed_what_happened_since_the_site_has_had_one_without_a_break() {
        let (mut book, _) = book();
        let at = Timestamp::from_millis;
        let mut put = |url: Option<&str>, now: u64| {
            let mut form = site("https://shop.example");
            form.webhook_url = url.map(|it| it.to_owned().try_into().expect("short"));
            let new = || ("whsec_".to_owned(), at(now));
            book.put_site(id("main-s"), form, Reach::Public, any_zone, new).expect("a site");
            book.sites[&id("main-s")].webhook.clone()
        };
        let (a, b) = (Some("https://hooks.example/a"), Some("https://hooks.example/b"));
        assert_eq!(put(a, 1).map(|it| it.since), Some(at(1)), "new");
        assert_eq!(put(a, 2).map(|it| it.since), Some(at(1)), "saved again");
        assert_eq!(put(b, 3).map(|it| it.since), Some(at(1)), "corrected");
        assert_eq!(put(None, 4), None);
        assert_eq!(put(b, 5).map(|it| it.since), Some(at(5)), "set anew");
        drop(book.disable_webhook(&id("main-s")));
        let again = put_again(&mut book, b.expect("an address"));
        assert_eq!((again.since, again.disabled), (at(5), false), "set again after 410");
    }

    fn put_again(book: &mut Book, url: &str) -> Webhook {
        let mut form = site("https://shop.example");
        form.webhook_url = Some(url.to_owned().try_into().expect("short"));
        book.put_site(id("main-s"), form, Reach::Public, any_zone, new_webhook).expect("a site");
        book.sites[&id("main-s")].webhook.clone().expect("a webhook")
    }

    #[test]
    fn a_team_lead_changes_replies_of_own_queues_only() {
        let (mut book, owner) = book();
        let form =
            DepartmentForm { name: name("Sales"), assignment: inbox_types::Assignment::Offer };
        book.put_department(id("sales"), form).expect("a queue");
        let lead =
            MemberRow { role: Role::TeamLead, departments: vec![id("sales")], ..owner.clone() };
        let reply = |department: Option<&str>| CannedReplyForm {
            shortcut: "hi".to_owned().try_into().expect("short"),
            text: "Hello".to_owned().try_into().expect("short"),
            department: department.map(id),
        };
        assert!(book.put_canned(&lead, id("c1"), reply(Some("sales"))).is_ok());
        assert_eq!(
            book.put_canned(&lead, id("c2"), reply(None)).map(|_| ()),
            Err(Refusal::Forbidden)
        );
        assert!(book.put_canned(&owner, id("c2"), reply(None)).is_ok());
        assert_eq!(
            book.put_canned(&lead, id("c2"), reply(Some("sales"))).map(|_| ()),
            Err(Refusal::Forbidden)
        );
    }
}
