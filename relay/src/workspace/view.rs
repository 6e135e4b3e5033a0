//! What admins set up as others need it: admins themselves, visitors, the desk and conversations.

use std::collections::BTreeMap;

use inbox_core::permission::all_of;
use inbox_protocol::{
    PublicConfig,
    http::{
        Administration, EndedSecrets, Invitation, Me, Member, Site, SiteSummary, SiteWebhook,
        Webhook,
    },
};
use inbox_room::{AvailableTeam, DeskFacts, Facts, MemberFacts, SiteFacts};
use inbox_types::{
    Action, CampaignCard, MemberCard, MemberId, OpeningHours, SiteId, SiteSettings, Timestamp,
    WorkspaceId,
};

use super::state::{MemberRow, SiteRow, WorkspaceState};

impl WorkspaceState {
    /// Who somebody is.
    #[must_use]
    pub fn me(&self, workspace: WorkspaceId, id: &MemberId, row: &MemberRow) -> Me {
        Me {
            workspace,
            workspace_name: self.name.clone(),
            member: member(id, row),
            may: all_of(row.role, &self.settings),
            sets_password_until: None,
        }
    }

    /// All that the admin page shows.
    #[must_use]
    pub fn administration(
        &self,
        widget_origin: &str,
        links: &BTreeMap<MemberId, Timestamp>,
        now: Timestamp,
    ) -> Administration {
        let here = self.members.iter().filter(|(_, it)| it.is_here());
        let invited = self.members.iter().filter(|(_, it)| it.invited && !it.removed);
        Administration {
            workspace_name: self.name.clone(),
            settings: self.settings.clone(),
            sites: self
                .sites
                .iter()
                .filter(|(_, it)| !it.deleted)
                .map(|(id, it)| self.site_view(id, it, widget_origin, now))
                .collect(),
            departments: self.departments.values().cloned().collect(),
            members: here.map(|(id, it)| member(id, it)).collect(),
            invitations: invited
                .map(|(id, it)| Invitation {
                    id: id.clone(),
                    name: it.name.clone(),
                    email: it.email.clone(),
                    role: it.role,
                    expires: links.get(id).copied().unwrap_or_default(),
                })
                .collect(),
            canned: self.canned.values().cloned().collect(),
            topics: self.topics.values().cloned().collect(),
            api_keys: Vec::new(),
            stops: Vec::new(),
        }
    }

    /// What everybody may read of a site.
    #[must_use]
    pub fn public(
        &self,
        id: &SiteId,
        row: &SiteRow,
        widget_origin: &str,
        team: &AvailableTeam,
    ) -> PublicConfig {
        let title =
            row.settings.appearance.title.as_ref().map_or(row.name.as_str(), |it| it.as_str());
        PublicConfig {
            site: id.clone(),
            origin: widget_origin.to_owned(),
            title: title.to_owned(),
            appearance: row.settings.appearance.clone(),
            main_language: row.settings.main_language.clone(),
            force_main_language: row.settings.force_main_language,
            team: self.faces(row, team),
            max_chars: row.settings.visitor_max_chars,
            secret_parameters: row.settings.secret_parameters.clone(),
            hint: None,
        }
    }

    /// What a conversation of a site needs to know; deleted sites included.
    #[must_use]
    pub fn facts(&self, id: &SiteId) -> Option<Facts> {
        let site = self.sites.get(id)?;
        Some(Facts {
            site: self.answered(site),
            department: site.department.clone(),
            site_deleted: site.deleted,
            workspace: self.settings.clone(),
            departments: self
                .departments
                .iter()
                .map(|(id, it)| (id.clone(), it.name.clone()))
                .collect(),
            successors: self.successors.clone(),
            members: self.member_facts(),
            topics: self.topics.keys().cloned().collect(),
            translated: inbox_text::LANGUAGES.iter().filter_map(|it| it.parse().ok()).collect(),
            inbox_away: false,
        })
    }

    /// What the desk needs to know.
    #[must_use]
    pub fn desk_facts(&self) -> DeskFacts {
        DeskFacts {
            settings: self.settings.clone(),
            members: self.member_facts(),
            departments: self.departments.values().cloned().collect(),
            sites: self
                .sites
                .iter()
                .filter(|(_, it)| !it.deleted)
                .map(|(id, it)| SiteFacts {
                    summary: SiteSummary { id: id.clone(), name: it.name.clone() },
                    mask_sensitive: it.settings.mask_sensitive,
                })
                .collect(),
            canned: self.canned.values().cloned().collect(),
            topics: self.topics.values().cloned().collect(),
            campaigns: self
                .campaigns
                .values()
                .filter(|it| it.live_since.is_some() && self.site(&it.site).is_some())
                .map(|it| CampaignCard { id: it.id.clone(), name: it.plan.name.clone() })
                .collect(),
            views: self.views.values().cloned().collect(),
        }
    }

    fn member_facts(&self) -> BTreeMap<MemberId, MemberFacts> {
        let known = self.members.iter().filter(|(_, it)| !it.invited);
        known
            .map(|(id, it)| {
                let facts = MemberFacts {
                    name: it.name.clone(),
                    role: it.role,
                    departments: it.departments.clone(),
                    version: it.version,
                    signed_out: it.signed_out,
                    removed: it.removed,
                    successor: it.successor.clone(),
                };
                (id.clone(), facts)
            })
            .collect()
    }

    /// Who is shown to visitors of a site: those who are there.
    fn faces(&self, site: &SiteRow, team: &AvailableTeam) -> Vec<MemberCard> {
        let faces = match &site.department {
            Some(queue) => team.faces_of.get(queue).map_or(&[][..], Vec::as_slice),
            None => &team.faces[..],
        };
        let card = |id: &MemberId| {
            let row = self.member(id).filter(|it| self.may(it, Action::Reply))?;
            Some(MemberCard { id: id.clone(), name: row.name.clone() })
        };
        faces.iter().filter_map(card).collect()
    }

    /// A site, as admins see it.
    #[must_use]
    pub(super) fn site_view(
        &self,
        id: &SiteId,
        row: &SiteRow,
        widget_origin: &str,
        now: Timestamp,
    ) -> Site {
        let ended = self.ended_secrets(row);
        Site {
            id: id.clone(),
            name: row.name.clone(),
            origins: row.origins.clone(),
            department: row.department.clone(),
            settings: row.settings.clone(),
            script_tag: format!("<script async src=\"{widget_origin}/s/{id}.js\"></script>"),
            webhook: row.webhook.as_ref().map(|it| webhook(it, ended, now)),
            undelivered: None,
        }
    }

    /// A site's settings with what can hold of them: only who may answer can be the only one who does.
    pub(super) fn answered(&self, site: &SiteRow) -> SiteSettings {
        let ended = self.ended_secrets(site);
        // A secret of before holds for a day at most, so nothing rests on that alone.
        let can_sign = |it: &Webhook| !ended.secret || (it.key.is_some() && !ended.key);
        let answers = site.webhook.as_ref().is_some_and(|it| it.answers && can_sign(it));
        let only_elsewhere = site.settings.only_elsewhere && answers;
        SiteSettings { only_elsewhere, ..site.settings.clone() }
    }

    /// When the team of a site's queue is there: by the queue's own hours, if it has some.
    #[must_use]
    // AV1
    pub fn hours_of(&self, site: &SiteRow) -> OpeningHours {
        let queue = site.department.as_ref().and_then(|it| self.departments.get(it));
        match queue {
            Some(queue) if !queue.hours.week.is_empty() => queue.hours.clone(),
            Some(_) | None => site.settings.proactive.opening_hours(),
        }
    }
}

/// A member, as admins see them.
#[must_use]
pub(super) fn member(id: &MemberId, row: &MemberRow) -> Member {
    Member {
        id: id.clone(),
        name: row.name.clone(),
        email: Some(row.email.clone()),
        role: row.role,
        departments: row.departments.clone(),
        has_no_password: false,
    }
}

/// A webhook, as admins see it: without its secrets.
fn webhook(row: &Webhook, ended: EndedSecrets, now: Timestamp) -> SiteWebhook {
    SiteWebhook {
        url: row.url.clone(),
        secret: None,
        secret_made: row.secret_made,
        previous_until: row.previous_at(now).map(|it| it.until),
        disabled: row.disabled,
        paused: row.paused,
        answers: row.answers,
        public_keys: row
            .secrets(now)
            .iter()
            .filter_map(|it| inbox_signing::public_key(it).ok())
            .collect(),
        ended,
    }
}
