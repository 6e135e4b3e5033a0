//! The routes, as one table: what leads where, and who may come in.
//!
//! The door asks this table and nothing else, and the tests that try every route as
//! every kind of caller read the same one.

use inbox_protocol::http::Action;

use self::{
    Access::{Anybody, Capability, Link, May, SetupToken, SignedIn, VisitorToken},
    Host::{Any, Desk, Files, Widget},
    Method::{Delete, Get, Patch, Post, Put},
};

/// One of the three hosts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Host {
    /// Loader and frame.
    Widget,
    /// The console.
    Desk,
    /// Attachments.
    Files,
    /// All three.
    Any,
}

/// The methods that are served.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "HTTP has said what they are")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// Who may come in. What else must hold is checked where the thing itself is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Access {
    /// Everybody.
    Anybody,
    /// Whoever has a visitor's token of the site in the path.
    VisitorToken,
    /// Whoever has the deployment's setup token in the body.
    SetupToken,
    /// Whoever has the token of a one-time link in the body.
    Link,
    /// Whoever has a signature in the address.
    Capability,
    /// Every member.
    SignedIn,
    /// Members whose role allows it.
    May(Action),
}

/// What is behind a route.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "docs/protocol.md says what each one does")]
pub enum Endpoint {
    Health,
    Asset,
    Loader,
    Frame,
    NewVisitor,
    VisitorSocket,
    VisitorUpload,
    VisitorLogOut,
    Availability,
    Counts,
    Console,
    Setup,
    SignIn,
    UseSignInLink,
    AcceptInvitation,
    SignOut,
    Me,
    ChangePassword,
    SignIns,
    Audit,
    RevokeSignIn,
    Settings,
    PutSettings,
    CreateSite,
    PutSite,
    DeleteSite,
    Deliver,
    CreateDepartment,
    PutDepartment,
    DeleteDepartment,
    Invite,
    PatchMember,
    DeleteMember,
    MakeSignInLink,
    CreateCanned,
    PutCanned,
    DeleteCanned,
    CreateTopic,
    DeleteTopic,
    Campaigns,
    CreateCampaign,
    PutCampaign,
    SetCampaignStatus,
    OrderCampaigns,
    PutProactive,
    CampaignReport,
    CampaignTable,
    CampaignPreview,
    DeskSocket,
    AgentSocket,
    AgentUpload,
    File,
}

/// One route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path; a segment in braces is a name.
    pub path: &'static str,
    /// The host it belongs to.
    pub host: Host,
    /// Who may come in.
    pub access: Access,
    /// What is behind it.
    pub endpoint: Endpoint,
}

/// All routes.
pub const ROUTES: &[Route] = &[
    route(Get, "/health", Any, Anybody, Endpoint::Health),
    // The widget's host.
    route(Get, "/s/{site}.js", Widget, Anybody, Endpoint::Loader),
    route(Get, "/frame/{site}", Widget, Anybody, Endpoint::Frame),
    route(Get, "/assets/{asset}", Widget, Anybody, Endpoint::Asset),
    route(Post, "/v1/sites/{site}/visitors", Widget, Anybody, Endpoint::NewVisitor),
    route(Get, "/v1/sites/{site}/socket", Widget, VisitorToken, Endpoint::VisitorSocket),
    route(Post, "/v1/sites/{site}/files", Widget, VisitorToken, Endpoint::VisitorUpload),
    route(Post, "/v1/sites/{site}/log-out", Widget, VisitorToken, Endpoint::VisitorLogOut),
    route(Get, "/v1/sites/{site}/availability", Widget, Anybody, Endpoint::Availability),
    route(Post, "/v1/sites/{site}/counts", Widget, Anybody, Endpoint::Counts),
    // The desk's host.
    route(Get, "/", Desk, Anybody, Endpoint::Console),
    route(Get, "/assets/{asset}", Desk, Anybody, Endpoint::Asset),
    route(Post, "/v1/setup", Desk, SetupToken, Endpoint::Setup),
    route(Post, "/v1/sign-in", Desk, Anybody, Endpoint::SignIn),
    route(Post, "/v1/sign-in-links/use", Desk, Link, Endpoint::UseSignInLink),
    route(Post, "/v1/invitations/accept", Desk, Link, Endpoint::AcceptInvitation),
    route(Post, "/v1/sign-out", Desk, SignedIn, Endpoint::SignOut),
    route(Get, "/v1/me", Desk, SignedIn, Endpoint::Me),
    route(Post, "/v1/password", Desk, SignedIn, Endpoint::ChangePassword),
    route(Get, "/v1/sign-ins", Desk, SignedIn, Endpoint::SignIns),
    route(Delete, "/v1/sign-ins/{id}", Desk, SignedIn, Endpoint::RevokeSignIn),
    route(Get, "/v1/audit", Desk, May(Action::Audit), Endpoint::Audit),
    route(Get, "/v1/settings", Desk, May(Action::Administer), Endpoint::Settings),
    route(Put, "/v1/settings", Desk, May(Action::Administer), Endpoint::PutSettings),
    route(Post, "/v1/sites", Desk, May(Action::Administer), Endpoint::CreateSite),
    route(Put, "/v1/sites/{id}", Desk, May(Action::Administer), Endpoint::PutSite),
    route(Delete, "/v1/sites/{id}", Desk, May(Action::Administer), Endpoint::DeleteSite),
    route(Post, "/v1/sites/{id}/deliveries", Desk, May(Action::Administer), Endpoint::Deliver),
    route(Post, "/v1/departments", Desk, May(Action::Administer), Endpoint::CreateDepartment),
    route(Put, "/v1/departments/{id}", Desk, May(Action::Administer), Endpoint::PutDepartment),
    route(
        Delete,
        "/v1/departments/{id}",
        Desk,
        May(Action::Administer),
        Endpoint::DeleteDepartment,
    ),
    route(Post, "/v1/invitations", Desk, May(Action::Administer), Endpoint::Invite),
    route(Patch, "/v1/members/{id}", Desk, May(Action::Administer), Endpoint::PatchMember),
    route(Delete, "/v1/members/{id}", Desk, May(Action::Administer), Endpoint::DeleteMember),
    route(
        Post,
        "/v1/members/{id}/sign-in-link",
        Desk,
        May(Action::Administer),
        Endpoint::MakeSignInLink,
    ),
    route(Post, "/v1/canned-replies", Desk, May(Action::EditCanned), Endpoint::CreateCanned),
    route(Put, "/v1/canned-replies/{id}", Desk, May(Action::EditCanned), Endpoint::PutCanned),
    route(Delete, "/v1/canned-replies/{id}", Desk, May(Action::EditCanned), Endpoint::DeleteCanned),
    route(Post, "/v1/topics", Desk, May(Action::Administer), Endpoint::CreateTopic),
    route(Delete, "/v1/topics/{id}", Desk, May(Action::Administer), Endpoint::DeleteTopic),
    route(Get, "/v1/campaigns", Desk, May(Action::EditCampaigns), Endpoint::Campaigns),
    route(Post, "/v1/campaigns", Desk, May(Action::EditCampaigns), Endpoint::CreateCampaign),
    route(Post, "/v1/campaigns/order", Desk, May(Action::EditCampaigns), Endpoint::OrderCampaigns),
    route(Put, "/v1/campaigns/{id}", Desk, May(Action::EditCampaigns), Endpoint::PutCampaign),
    route(
        Post,
        "/v1/campaigns/{id}/status",
        Desk,
        May(Action::EditCampaigns),
        Endpoint::SetCampaignStatus,
    ),
    route(
        Get,
        "/v1/campaigns/{id}/report",
        Desk,
        May(Action::EditCampaigns),
        Endpoint::CampaignReport,
    ),
    route(
        Get,
        "/v1/campaigns/{id}/report.csv",
        Desk,
        May(Action::EditCampaigns),
        Endpoint::CampaignTable,
    ),
    route(
        Get,
        "/v1/campaigns/{id}/preview",
        Desk,
        May(Action::EditCampaigns),
        Endpoint::CampaignPreview,
    ),
    route(
        Put,
        "/v1/sites/{id}/proactive",
        Desk,
        May(Action::EditCampaigns),
        Endpoint::PutProactive,
    ),
    route(Get, "/v1/desk/socket", Desk, May(Action::View), Endpoint::DeskSocket),
    route(
        Get,
        "/v1/conversations/{conversation}/socket",
        Desk,
        May(Action::View),
        Endpoint::AgentSocket,
    ),
    route(
        Post,
        "/v1/conversations/{conversation}/files",
        Desk,
        May(Action::View),
        Endpoint::AgentUpload,
    ),
    // The files' host.
    route(Get, "/f/{conversation}/{file}", Files, Capability, Endpoint::File),
];

const fn route(
    method: Method,
    path: &'static str,
    host: Host,
    access: Access,
    endpoint: Endpoint,
) -> Route {
    Route { method, path, host, access, endpoint }
}

/// A request's way through the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matched<'request> {
    /// The route.
    pub route: &'static Route,
    /// What stood where the path has names, in order.
    pub names: Vec<&'request str>,
}

/// The route of a request that reached any of these hosts; several if they are the same.
#[must_use]
pub fn find<'request>(
    hosts: &[Host],
    method: Method,
    path: &'request str,
) -> Option<Matched<'request>> {
    ROUTES
        .iter()
        .filter(|it| it.method == method && (it.host == Any || hosts.contains(&it.host)))
        .find_map(|route| names(route.path, path).map(|names| Matched { route, names }))
}

/// What stands in `path` where `pattern` has names; none if they do not fit.
fn names<'request>(pattern: &str, path: &'request str) -> Option<Vec<&'request str>> {
    let mut names = Vec::new();
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return Some(names),
            (Some(expected), Some(given)) => match expected.strip_prefix('{') {
                None if expected == given => {}
                Some(rest) => {
                    let (_, suffix) = rest.split_once('}')?;
                    names.push(given.strip_suffix(suffix).filter(|it| !it.is_empty())?);
                }
                None => return None,
            },
            (None, Some(_)) | (Some(_), None) => return None,
        }
    }
}

impl Endpoint {
    /// Whether pages of other origins may use the answer. All else is private to the host it is on: a
    /// browser gives it to no other page, whatever way that page asks.
    #[must_use]
    pub fn is_for_other_pages(self) -> bool {
        match self {
            Self::Health
            | Self::Asset
            | Self::Loader
            | Self::Frame
            | Self::Availability
            | Self::Counts
            | Self::File => true,
            Self::NewVisitor
            | Self::VisitorSocket
            | Self::VisitorUpload
            | Self::VisitorLogOut
            | Self::Console
            | Self::Setup
            | Self::SignIn
            | Self::UseSignInLink
            | Self::AcceptInvitation
            | Self::SignOut
            | Self::Me
            | Self::ChangePassword
            | Self::SignIns
            | Self::Audit
            | Self::RevokeSignIn
            | Self::Settings
            | Self::PutSettings
            | Self::CreateSite
            | Self::PutSite
            | Self::DeleteSite
            | Self::Deliver
            | Self::CreateDepartment
            | Self::PutDepartment
            | Self::DeleteDepartment
            | Self::Invite
            | Self::PatchMember
            | Self::DeleteMember
            | Self::MakeSignInLink
            | Self::CreateCanned
            | Self::PutCanned
            | Self::DeleteCanned
            | Self::CreateTopic
            | Self::DeleteTopic
            | Self::Campaigns
            | Self::CreateCampaign
            | Self::PutCampaign
            | Self::SetCampaignStatus
            | Self::OrderCampaigns
            | Self::PutProactive
            | Self::CampaignReport
            | Self::CampaignTable
            | Self::CampaignPreview
            | Self::DeskSocket
            | Self::AgentSocket
            | Self::AgentUpload => false,
        }
    }
}

impl Method {
    /// Whether it changes something.
    #[must_use]
    pub fn changes(self) -> bool {
        match self {
            Get => false,
            Post | Put | Patch | Delete => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use inbox_types::{Role, WorkspaceSettings};

    use super::*;
    use crate::permission;

    fn endpoint(host: Host, method: Method, path: &str) -> Option<(Endpoint, Vec<&str>)> {
        find(&[host], method, path).map(|it| (it.route.endpoint, it.names))
    }

    #[test]
    fn names_are_taken_from_the_path() {
        assert_eq!(endpoint(Widget, Get, "/s/main-a.js"), Some((Endpoint::Loader, vec!["main-a"])));
        assert_eq!(
            endpoint(Files, Get, "/f/main-c/f1"),
            Some((Endpoint::File, vec!["main-c", "f1"]))
        );
        assert_eq!(endpoint(Desk, Get, "/"), Some((Endpoint::Console, vec![])));
    }

    #[test]
    fn what_does_not_fit_is_not_found() {
        for path in
            ["/s/.js", "/s/main-a", "/s/a/b.js", "//s/a.js", "/frame/", "/frame", "/frame/a/"]
        {
            assert_eq!(endpoint(Widget, Get, path), None, "{path}");
        }
        assert_eq!(endpoint(Widget, Post, "/frame/a"), None);
    }

    #[test]
    fn a_route_of_one_host_is_not_found_on_another() {
        assert_eq!(endpoint(Widget, Get, "/v1/me"), None);
        assert_eq!(endpoint(Files, Get, "/frame/a"), None);
        assert_eq!(endpoint(Files, Get, "/health"), Some((Endpoint::Health, vec![])));
        assert!(find(&[Widget, Desk, Files], Get, "/v1/me").is_some());
    }

    #[test]
    fn no_two_routes_are_the_same() {
        let unique: BTreeSet<_> = ROUTES.iter().map(|it| (it.host, it.method, it.path)).collect();
        assert_eq!(unique.len(), ROUTES.len());
    }

    #[test]
    fn what_needs_a_sign_in_is_for_no_other_page() {
        for route in ROUTES.iter().filter(|it| matches!(it.access, SignedIn | May(_))) {
            assert!(!route.endpoint.is_for_other_pages(), "{route:?}");
        }
    }

    /// The door's own table says which function serves an endpoint.
    #[test]
    fn whatever_reaches_an_object_or_a_file_is_limited_by_caller() {
        let door = include_str!("door.rs");
        let (_, table) = door.split_once("match route.endpoint {").expect("the door has a table");
        let (table, _) = table.split_once("\n        }\n").expect("it ends");
        let ways: BTreeSet<&str> = table
            .match_indices("self.")
            .map(|(at, it)| table[at + it.len()..].split('(').next().unwrap_or_default())
            .filter(|it| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'_'))
            .collect();
        assert!(12 < ways.len(), "{ways:?}");
        for way in ways {
            let start = format!("async fn {way}(");
            let (_, body) = door.split_once(&start).unwrap_or_else(|| panic!("no {way}"));
            let (body, _) = body.split_once("\n    }\n").expect("it ends");
            let limit = body.find("gate::limit(").or_else(|| body.find("gate::limit_bytes("));
            let asks = [
                "call::",
                "self.ask_by(",
                "self.granted(",
                "self.agent(",
                "serve::",
                "self.site(",
                "self.page_of(",
                "self.loader_page(",
                "self.kept_availability(",
            ];
            let asked = asks.iter().filter_map(|it| body.find(it)).min();
            match (limit, asked) {
                (Some(limit), Some(asked)) => assert!(limit < asked, "{way} asks before it limits"),
                (None, Some(_)) => panic!("{way} is not limited"),
                (_, None) => {}
            }
        }
    }

    /// Which roles come in, without a visitor's token, a link, a signature or the setup token. There
    /// is no wildcard arm, so that nothing new is behind a route before somebody has said for whom.
    fn roles(endpoint: Endpoint) -> &'static [Role] {
        use Role::{
            Admin, Agent, Auditor, Marketer, Owner, SalesManager, Salesperson, Supervisor, TeamLead,
        };
        match endpoint {
            Endpoint::Health
            | Endpoint::Asset
            | Endpoint::Loader
            | Endpoint::Frame
            | Endpoint::NewVisitor
            | Endpoint::Availability
            | Endpoint::Counts
            | Endpoint::Console
            | Endpoint::SignIn
            | Endpoint::SignOut
            | Endpoint::Me
            | Endpoint::ChangePassword
            | Endpoint::SignIns
            | Endpoint::RevokeSignIn => &Role::ALL,
            Endpoint::VisitorSocket
            | Endpoint::VisitorUpload
            | Endpoint::VisitorLogOut
            | Endpoint::Setup
            | Endpoint::UseSignInLink
            | Endpoint::AcceptInvitation
            | Endpoint::File => &[],
            Endpoint::Audit
            | Endpoint::Settings
            | Endpoint::PutSettings
            | Endpoint::CreateSite
            | Endpoint::PutSite
            | Endpoint::DeleteSite
            | Endpoint::Deliver
            | Endpoint::CreateDepartment
            | Endpoint::PutDepartment
            | Endpoint::DeleteDepartment
            | Endpoint::Invite
            | Endpoint::PatchMember
            | Endpoint::DeleteMember
            | Endpoint::MakeSignInLink
            | Endpoint::CreateTopic
            | Endpoint::DeleteTopic => &[Owner, Admin],
            Endpoint::CreateCanned | Endpoint::PutCanned | Endpoint::DeleteCanned => {
                &[Owner, Admin, Supervisor, TeamLead]
            }
            Endpoint::Campaigns
            | Endpoint::CreateCampaign
            | Endpoint::PutCampaign
            | Endpoint::SetCampaignStatus
            | Endpoint::OrderCampaigns
            | Endpoint::PutProactive
            | Endpoint::CampaignReport
            | Endpoint::CampaignTable
            | Endpoint::CampaignPreview => &[Owner, Admin, Marketer],
            Endpoint::DeskSocket | Endpoint::AgentSocket | Endpoint::AgentUpload => {
                &[Owner, Admin, Supervisor, TeamLead, Agent, SalesManager, Salesperson, Auditor]
            }
        }
    }

    #[test]
    fn every_route_is_for_whom_the_table_says() {
        let settings = WorkspaceSettings::default();
        for route in ROUTES {
            for role in Role::ALL {
                let comes_in = match route.access {
                    Anybody | SignedIn => true,
                    May(action) => permission::may(role, action, &settings),
                    VisitorToken | SetupToken | Link | Capability => false,
                };
                let expected = roles(route.endpoint).contains(&role);
                assert_eq!(comes_in, expected, "{role:?} at {}", route.path);
            }
        }
    }

    #[test]
    fn everything_that_there_is_has_a_route() {
        let source = include_str!("routes.rs");
        let all = source.split_once("pub enum Endpoint {").expect("the enum").1;
        let all = all.split_once('}').expect("its end").0;
        let all: BTreeSet<&str> = all
            .lines()
            .map(|it| it.trim().trim_end_matches(','))
            .filter(|it| !it.is_empty())
            .collect();
        let routed: BTreeSet<String> =
            ROUTES.iter().map(|it| format!("{:?}", it.endpoint)).collect();
        assert_eq!(all, routed.iter().map(String::as_str).collect());
    }

    #[test]
    fn nothing_that_changes_a_workspace_is_open_to_everybody() {
        for route in ROUTES.iter().filter(|it| it.method.changes() && it.access == Anybody) {
            let is_known = matches!(
                route.endpoint,
                Endpoint::NewVisitor | Endpoint::SignIn | Endpoint::Counts
            );
            assert!(is_known, "{route:?}");
        }
    }
}
