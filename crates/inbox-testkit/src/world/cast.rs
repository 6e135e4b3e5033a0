//! Who is in the world, and how its workspace is set up.

use std::collections::BTreeMap;

use inbox_protocol::http::{Department, SiteSummary};
use inbox_room::{DeskFacts, Facts, Identity, MemberFacts, SiteFacts};
use inbox_types::{
    Assignment, DepartmentId, Millis, Name, Role, RoleSettings, SiteId, SiteSettings,
    WorkspaceSettings,
};

use crate::random::Random;

/// Visitors of the world.
pub(super) const N_VISITORS: usize = 2;
/// Whose tab it is, and in which conversation.
pub(super) const TABS: [(usize, usize); 4] = [(0, 0), (0, 0), (1, 1), (1, 2)];
/// Conversations: name, contact, site.
pub(super) const CONVERSATIONS: [(&str, &str, &str); 3] = [
    ("main-a1", "contact-a", "main-s1"),
    ("main-b1", "contact-b", "main-s1"),
    ("main-b2", "contact-b", "main-s2"),
];
pub(super) const TEAM: [(&str, Role); 3] =
    [("ana", Role::Agent), ("ben", Role::Agent), ("sue", Role::Supervisor)];

pub(super) fn identity((conversation, contact, site): &(&str, &str, &str)) -> Identity {
    Identity { conversation: parse(conversation), site: parse(site), contact: parse(contact) }
}

/// One of the visitors that a browser can become.
pub(crate) fn first_identity(n: usize) -> Identity {
    let (conversation, contact) = (format!("first-{n}"), format!("contact-{n}"));
    identity(&(conversation.as_str(), contact.as_str(), "main-s1"))
}

pub(super) fn parse<T: std::str::FromStr>(raw: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    raw.parse().expect("a name of letters and hyphens")
}

pub(super) fn name(raw: &str) -> Name {
    Name::try_from(raw.to_owned()).expect("a short name")
}

pub(crate) fn facts(random: &mut Random) -> Facts {
    let sales: DepartmentId = parse("sales");
    let (ask_still_questions, show_joins) = (random.permille(500), random.permille(700));
    let site = SiteSettings {
        ask_still_questions,
        show_joins,
        // So that some worlds send them and others do not.
        forward_notes: !show_joins,
        rating_mandatory: random.permille(200),
        reopen_window: *random.pick(&[Millis(0), Millis::hours(24)]),
        ..SiteSettings::default()
    };
    let members = TEAM.iter().map(|(id, role)| {
        let facts = MemberFacts {
            name: name(id),
            role: *role,
            departments: vec![sales.clone()],
            version: 1,
            signed_out: 0,
            removed: false,
            successor: None,
        };
        (parse(id), facts)
    });
    Facts {
        site,
        department: Some(sales.clone()),
        site_deleted: false,
        workspace: WorkspaceSettings {
            roles: RoleSettings {
                supervisor_deletes: random.permille(500),
                ..RoleSettings::default()
            },
            ..WorkspaceSettings::default()
        },
        departments: BTreeMap::from([(sales.clone(), name("Sales"))]),
        successors: BTreeMap::new(),
        members: members.collect(),
        topics: Vec::new(),
        translated: ["en", "uk", "vi"].map(parse).into(),
        inbox_away: false,
    }
}

pub(super) fn desk_facts(random: &mut Random, facts: &Facts) -> DeskFacts {
    let assignment = *random.pick(&[Assignment::Manual, Assignment::Offer]);
    let departments = facts.departments.iter().map(|(id, name)| Department {
        id: id.clone(),
        name: name.clone(),
        assignment,
        hours: inbox_types::OpeningHours::default(),
    });
    let sites = ["main-s1", "main-s2"].map(|id| SiteFacts {
        summary: SiteSummary { id: parse::<SiteId>(id), name: name("Shop") },
        mask_sensitive: false,
    });
    DeskFacts {
        settings: facts.workspace.clone(),
        members: facts.members.clone(),
        departments: departments.collect(),
        sites: sites.to_vec(),
        canned: Vec::new(),
        topics: Vec::new(),
        campaigns: Vec::new(),

        views: Vec::new(),
    }
}
