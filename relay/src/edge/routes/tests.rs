//! The table of routes: what is found, for whom, and how often.

use std::collections::BTreeSet;

use inbox_core::permission::may_ever;
use inbox_types::{Role, WorkspaceSettings};

use super::*;

fn endpoint(host: Host, method: Method, path: &str) -> Option<(Endpoint, Vec<&str>)> {
    find(&[host], method, path).map(|it| (it.route.endpoint, it.names))
}

#[test]
fn names_are_taken_from_the_path() {
    assert_eq!(endpoint(Widget, Get, "/s/main-a.js"), Some((Endpoint::Loader, vec!["main-a"])));
    assert_eq!(endpoint(Files, Get, "/f/main-c/f1"), Some((Endpoint::File, vec!["main-c", "f1"])));
    assert_eq!(endpoint(Desk, Get, "/"), Some((Endpoint::Console, vec![])));
}

#[test]
fn what_does_not_fit_is_not_found() {
    for path in ["/s/.js", "/s/main-a", "/s/a/b.js", "//s/a.js", "/frame/", "/frame", "/frame/a/"] {
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
    let unique: BTreeSet<_> = all().map(|it| (it.host, it.method, it.path)).collect();
    assert_eq!(unique.len(), all().count());
}

#[test]
fn what_needs_a_sign_in_is_for_no_other_page() {
    for route in all().filter(|it| matches!(it.access, SignedIn | May(_))) {
        assert!(!route.endpoint.is_for_other_pages(), "{route:?}");
    }
}

#[test]
fn ap25_programs_are_told_when_to_come_again_and_with_what() {
    for route in all() {
        let is_of_programs = matches!(route.access, SignedMessage | ApiKey);
        let later = is_of_programs.then_some(("retry-after", "60"));
        assert_eq!(route.hint(429), later, "{route:?}");
        let with = (route.access == ApiKey).then_some(("www-authenticate", "Bearer"));
        assert_eq!(route.hint(401), with, "{route:?}");
        assert_eq!((route.hint(200), route.hint(403)), (None, None), "{route:?}");
    }
}

#[test]
fn whatever_reaches_an_object_or_a_file_is_limited_by_caller() {
    let unlimited = all().filter(|it| it.rate == Unlimited);
    let unlimited: BTreeSet<&str> = unlimited.map(|it| it.path).collect();
    assert_eq!(unlimited, ["/", "/assets/{asset}", "/health"].into());
}

/// A caller who has shown nothing yet comes as often as any other, whatever the route.
#[test]
fn no_stranger_comes_more_often_than_a_page_is_loaded() {
    for route in all().filter(|it| it.rate != Unlimited) {
        let limit = route.rate.of_stranger().limit();
        assert!(limit <= Rate::Page.limit(), "{route:?}: {limit} in a minute");
        if route.access == SignedMessage {
            assert!(limit <= Rate::Request.limit(), "{route:?}: {limit} in a minute");
        }
    }
}

#[test]
fn what_changes_something_or_opens_a_socket_is_asked_by_the_hosts_own_pages() {
    for route in all().filter(|it| it.method.changes() || it.endpoint.is_socket()) {
        let is_beacon = route.endpoint == Endpoint::Counts;
        let is_signed = matches!(route.access, SignedMessage | ApiKey);
        assert_eq!(route.sender() == Sender::AnyPage, is_beacon || is_signed, "{route:?}");
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
        | Endpoint::Stop
        | Endpoint::Console
        | Endpoint::OpenApi
        | Endpoint::SignIn => &Role::ALL,
        Endpoint::VisitorSocket
        | Endpoint::VisitorUpload
        | Endpoint::VisitorLogOut
        | Endpoint::Setup
        | Endpoint::RebuildDesk
        | Endpoint::DeskRebuild
        | Endpoint::UseSignInLink
        | Endpoint::AcceptInvitation
        | Endpoint::BridgeSaid
        | Endpoint::BridgeMissed
        | Endpoint::BridgeUpload
        | Endpoint::ApiList
        | Endpoint::ApiConversation
        | Endpoint::ApiMessages
        | Endpoint::ApiSaid
        | Endpoint::ApiUpload
        | Endpoint::File => &[],
        Endpoint::CampaignReport | Endpoint::CampaignTable => &[Owner, Admin, Marketer],
        Endpoint::DeskSocket | Endpoint::AgentSocket | Endpoint::AgentUpload | Endpoint::Search => {
            &[Owner, Admin, Supervisor, TeamLead, Agent, SalesManager, Salesperson, Auditor]
        }
        Endpoint::Command(name) => match name {
            "me" | "sign_out" | "sign_ins" | "revoke_sign_in" | "change_password" => &Role::ALL,
            "audit" | "settings" | "put_settings" | "create_site" | "put_site" | "delete_site"
            | "deliver" | "deliveries" | "rotate_secret" | "end_secret" | "pause_webhook"
            | "ping_webhook" | "create_department" | "put_department" | "delete_department"
            | "invite" | "patch_member" | "delete_member" | "make_sign_in_link"
            | "create_topic" | "delete_topic" | "create_api_key" | "delete_api_key"
            | "take_api_key" => &[Owner, Admin],
            "create_view" | "delete_view" => {
                &[Owner, Admin, Supervisor, TeamLead, Agent, SalesManager, Salesperson, Auditor]
            }
            "create_canned" | "put_canned" | "delete_canned" => {
                &[Owner, Admin, Supervisor, TeamLead]
            }
            "campaigns"
            | "create_campaign"
            | "put_campaign"
            | "set_campaign_status"
            | "order_campaigns"
            | "put_proactive"
            | "preview_campaign" => &[Owner, Admin, Marketer],
            other => panic!("say here who may {other}"),
        },
    }
}

#[test]
fn every_route_is_for_whom_the_table_says() {
    let settings = WorkspaceSettings::default();
    for route in all() {
        for role in Role::ALL {
            let comes_in = match route.access {
                Anybody | SignedIn => true,
                May(action) => may_ever(role, &settings, action),
                VisitorToken | SetupToken | Link | Capability | SignedMessage | ApiKey => false,
            };
            let expected = roles(route.endpoint).contains(&role);
            assert_eq!(comes_in, expected, "{role:?} at {}", route.path);
        }
    }
}

/// The scenes try every route as every kind of caller, and cannot read the tables.
#[test]
fn the_scenes_know_every_route() {
    let mut list: Vec<String> = all()
        .map(|it| {
            let access = match it.access {
                May(action) => format!("May(Action::{action:?})"),
                Anybody | VisitorToken | SetupToken | Link | Capability | SignedMessage
                | ApiKey | SignedIn => {
                    format!("{:?}", it.access)
                }
            };
            let (method, path, host) = (it.method, it.path, it.host);
            let method = format!("{method:?}").to_uppercase();
            format!(r#"  {{ "method": "{method}", "path": "{path}", "host": "{host:?}", "access": "{access}" }}"#)
        })
        .collect();
    list.sort();
    let list = format!("[\n{}\n]\n", list.join(",\n"));
    let known = include_str!("../../../../tests/harness/routes.json");
    assert!(known == list, "tests/harness/routes.json has to be:\n{list}");
}

#[test]
fn nothing_that_changes_a_workspace_is_open_to_everybody() {
    for route in all().filter(|it| it.method.changes() && it.access == Anybody) {
        let is_known = matches!(
            route.endpoint,
            Endpoint::NewVisitor | Endpoint::SignIn | Endpoint::Counts | Endpoint::Stop
        );
        assert!(is_known, "{route:?}");
    }
}
