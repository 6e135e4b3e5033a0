//! Where in the console somebody is, as the address says it. Everything stands in
//! the fragment, which never reaches a log.

use inbox_types::{CampaignId, ConversationId, DepartmentId, SiteId};

/// A place in the console.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Route {
    /// The list, with nothing open.
    #[default]
    Desk,
    /// The list that an address names, with nothing open.
    List(String),
    /// A conversation beside the list.
    Conversation(ConversationId),
    /// The campaigns of a site.
    Campaigns,
    /// What holds for all campaigns of a site.
    CampaignSettings,
    /// A campaign in its editor.
    Campaign(CampaignId),
    /// What became of a campaign.
    CampaignReport(CampaignId),
    /// One page of the settings.
    Settings(Section),
    /// A sign-in link with its token.
    SignInLink(String),
    /// An invitation with its token.
    Invitation(String),
}

/// A page of the settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Section {
    /// All sites.
    Sites,
    /// One site.
    Site(SiteId),
    /// A site that does not exist yet.
    NewSite,
    /// Departments.
    Departments,
    /// The hours of all sites and departments.
    Hours,
    /// Those of one site.
    SiteHours(SiteId),
    /// Those of one department.
    DepartmentHours(DepartmentId),
    /// Members and invitations.
    Members,
    /// Canned replies.
    Canned,
    /// Topics.
    Topics,
    /// Keys of the API.
    ApiKeys,
    /// How the team works.
    Workspace,
    /// What was done, and by whom.
    Audit,
    /// One's own password and sign-ins.
    Account,
}

impl Route {
    /// The place that a fragment names; the desk if it names none.
    #[must_use]
    pub fn parse(fragment: &str) -> Self {
        let path = fragment.trim_start_matches('#').trim_start_matches('/');
        if let Some(view) = path.strip_prefix("list?") {
            return Self::List(view.to_owned());
        }
        let (head, rest) = path.split_once('/').unwrap_or((path, ""));
        match head {
            "conversation" => rest.parse().map_or(Self::Desk, Self::Conversation),
            "campaigns" => Self::campaign(rest),
            "settings" => Self::Settings(Section::parse(rest)),
            "sign-in" if !rest.is_empty() => Self::SignInLink(rest.to_owned()),
            "invitation" if !rest.is_empty() => Self::Invitation(rest.to_owned()),
            _ => Self::Desk,
        }
    }

    /// Whether it is the address of a one-time link, which signs somebody in once it is pressed.
    #[must_use]
    pub fn is_link(&self) -> bool {
        match self {
            Self::SignInLink(_) | Self::Invitation(_) => true,
            Self::Desk
            | Self::List(_)
            | Self::Conversation(_)
            | Self::Campaigns
            | Self::CampaignSettings
            | Self::Campaign(_)
            | Self::CampaignReport(_)
            | Self::Settings(_) => false,
        }
    }

    /// The list of an address; of none it is the one that was on screen last.
    #[must_use]
    pub fn of_list(address: String) -> Self {
        if address.is_empty() { Self::Desk } else { Self::List(address) }
    }

    /// The fragment that names the place.
    #[must_use]
    pub fn fragment(&self) -> String {
        match self {
            Self::Desk => "#/".to_owned(),
            Self::List(view) => format!("#/list?{view}"),
            Self::Conversation(id) => format!("#/conversation/{id}"),
            Self::Campaigns => "#/campaigns".to_owned(),
            Self::CampaignSettings => "#/campaigns/settings".to_owned(),
            Self::Campaign(id) => format!("#/campaigns/{id}"),
            Self::CampaignReport(id) => format!("#/campaigns/{id}/report"),
            Self::Settings(section) => format!("#/settings/{}", section.path()),
            Self::SignInLink(token) => format!("#/sign-in/{token}"),
            Self::Invitation(token) => format!("#/invitation/{token}"),
        }
    }

    /// The conversation that is open, if one is.
    #[must_use]
    pub fn conversation(&self) -> Option<&ConversationId> {
        match self {
            Self::Conversation(id) => Some(id),
            Self::Desk
            | Self::List(_)
            | Self::Campaigns
            | Self::CampaignSettings
            | Self::Campaign(_)
            | Self::CampaignReport(_)
            | Self::Settings(_)
            | Self::SignInLink(_)
            | Self::Invitation(_) => None,
        }
    }

    /// Whether it is one of the marketers' pages.
    #[must_use]
    pub fn markets(&self) -> bool {
        match self {
            Self::Campaigns
            | Self::CampaignSettings
            | Self::Campaign(_)
            | Self::CampaignReport(_) => true,
            Self::Desk
            | Self::List(_)
            | Self::Conversation(_)
            | Self::Settings(_)
            | Self::SignInLink(_)
            | Self::Invitation(_) => false,
        }
    }

    /// An id of a campaign is longer than the name of the page, so neither is in the other's way.
    fn campaign(path: &str) -> Self {
        match path.split_once('/').unwrap_or((path, "")) {
            ("settings", _) => Self::CampaignSettings,
            (id, "report") => id.parse().map_or(Self::Campaigns, Self::CampaignReport),
            (id, _) => id.parse().map_or(Self::Campaigns, Self::Campaign),
        }
    }
}

impl Section {
    fn parse(path: &str) -> Self {
        match path.split_once('/').unwrap_or((path, "")) {
            ("sites", "new") => Self::NewSite,
            ("sites", id) if !id.is_empty() => id.parse().map_or(Self::Sites, Self::Site),
            ("departments", _) => Self::Departments,
            ("hours", path) => match path.split_once('/').unwrap_or((path, "")) {
                ("site", id) => id.parse().map_or(Self::Hours, Self::SiteHours),
                ("department", id) => id.parse().map_or(Self::Hours, Self::DepartmentHours),
                _ => Self::Hours,
            },
            ("members", _) => Self::Members,
            ("canned-replies", _) => Self::Canned,
            ("topics", _) => Self::Topics,
            ("api-keys", _) => Self::ApiKeys,
            ("workspace", _) => Self::Workspace,
            ("audit", _) => Self::Audit,
            ("account", _) => Self::Account,
            _ => Self::Sites,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Sites => "sites".to_owned(),
            Self::Site(id) => format!("sites/{id}"),
            Self::NewSite => "sites/new".to_owned(),
            Self::Departments => "departments".to_owned(),
            Self::Hours => "hours".to_owned(),
            Self::SiteHours(id) => format!("hours/site/{id}"),
            Self::DepartmentHours(id) => format!("hours/department/{id}"),
            Self::Members => "members".to_owned(),
            Self::Canned => "canned-replies".to_owned(),
            Self::Topics => "topics".to_owned(),
            Self::ApiKeys => "api-keys".to_owned(),
            Self::Workspace => "workspace".to_owned(),
            Self::Audit => "audit".to_owned(),
            Self::Account => "account".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fragment: &str, route: &Route) {
        assert_eq!(Route::parse(fragment), *route);
        assert_eq!(Route::parse(&route.fragment()), *route);
    }

    #[test]
    fn every_place_has_an_address() {
        let site = || "main-shop".parse().expect("an id");
        check("", &Route::Desk);
        check("#/", &Route::Desk);
        check("#/conversation/main-abc", &Route::Conversation("main-abc".parse().expect("an id")));
        check("#/list?tab=all&tag=50%25", &Route::List("tab=all&tag=50%25".to_owned()));
        check("#/settings", &Route::Settings(Section::Sites));
        check("#/settings/sites/new", &Route::Settings(Section::NewSite));
        check("#/settings/sites/main-shop", &Route::Settings(Section::Site(site())));
        check("#/settings/hours", &Route::Settings(Section::Hours));
        check("#/settings/hours/site/main-shop", &Route::Settings(Section::SiteHours(site())));
        let department = "sales".parse().expect("an id");
        check(
            "#/settings/hours/department/sales",
            &Route::Settings(Section::DepartmentHours(department)),
        );
        check("#/settings/api-keys", &Route::Settings(Section::ApiKeys));
        check("#/settings/audit", &Route::Settings(Section::Audit));
        check("#/settings/canned-replies", &Route::Settings(Section::Canned));
        let campaign = || "main-k1".parse().expect("an id");
        check("#/campaigns", &Route::Campaigns);
        check("#/campaigns/settings", &Route::CampaignSettings);
        check("#/campaigns/main-k1", &Route::Campaign(campaign()));
        check("#/campaigns/main-k1/report", &Route::CampaignReport(campaign()));
        check("#/sign-in/a.b", &Route::SignInLink("a.b".to_owned()));
        check("#/invitation/t", &Route::Invitation("t".to_owned()));
    }

    #[test]
    fn a_broken_address_is_the_desk() {
        check("#/conversation/not an id", &Route::Desk);
        check("#/sign-in/", &Route::Desk);
        check("#/nowhere", &Route::Desk);
    }
}
