//! The routes: what leads where, who may come in, and how often. What members do with the workspace
//! stands in the tables of commands (`workspace/commands.rs`), and all else in a table here.
//!
//! The router asks this table and nothing else, and the tests that try every route as
//! every kind of caller read the same one.
//!
//! - **AP25** A program that asks too often is told in how many seconds it may ask again, and one without a
//!   good key that it needs one.

#[cfg(test)]
mod tests;

use inbox_types::Action;

use self::Access::{
    Anybody, ApiKey, Capability, Link, May, SetupToken, SignedIn, SignedMessage, VisitorToken,
};
use super::rate::Rate::{self, Unlimited};
use crate::{
    hosts::Host::{self, Any, Desk, Files, Widget},
    workspace::{
        command::{
            Command,
            Method::{self, Get, Post},
        },
        commands,
    },
};

/// Who may come in. What else must hold is checked where the thing itself is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Access {
    /// Everybody.
    Anybody,
    /// Whoever has a visitor's token of the site in the path.
    VisitorToken,
    /// Whoever has the deployment's setup token: `/v1/setup` reads it from the body, all else from
    /// `Authorization`.
    SetupToken,
    /// Whoever has the token of a one-time link in the body.
    Link,
    /// Whoever has a signature in the address.
    Capability,
    /// Whoever has the secret of the webhook of the site in the path, if its receiver may answer.
    SignedMessage,
    /// Whoever has a key that an admin has made, if it is good for this.
    ApiKey,
    /// Every member.
    SignedIn,
    /// Members whose role allows it.
    May(Action),
}

/// Whose request it has to be. Browsers say truly which page a request comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sender {
    /// Any page's, or a program's.
    AnyPage,
    /// One of a page of the host itself.
    OwnPage,
    /// A form of the host itself, as JSON.
    OwnForm,
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
    Stop,
    Console,
    Setup,
    RebuildDesk,
    DeskRebuild,
    SignIn,
    UseSignInLink,
    AcceptInvitation,
    CampaignReport,
    CampaignTable,
    DeskSocket,
    AgentSocket,
    AgentUpload,
    Search,
    OpenApi,
    BridgeSaid,
    BridgeMissed,
    BridgeUpload,
    ApiList,
    ApiConversation,
    ApiMessages,
    ApiSaid,
    ApiUpload,
    File,
    /// A command of the workspace, by its name.
    Command(&'static str),
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
    /// How often.
    pub rate: Rate,
    /// What is behind it.
    pub endpoint: Endpoint,
}

/// The routes that lead to no command.
const ROUTES: &[Route] = &[
    route(Get, "/health", Any, Anybody, Unlimited, Endpoint::Health),
    // The widget's host.
    route(Get, "/s/{site}.js", Widget, Anybody, Rate::Page, Endpoint::Loader),
    route(Get, "/frame/{site}", Widget, Anybody, Rate::Page, Endpoint::Frame),
    route(Get, "/assets/{asset}", Widget, Anybody, Unlimited, Endpoint::Asset),
    route(Post, "/v1/sites/{site}/visitors", Widget, Anybody, Rate::Start, Endpoint::NewVisitor),
    route(
        Get,
        "/v1/sites/{site}/socket",
        Widget,
        VisitorToken,
        Rate::Request,
        Endpoint::VisitorSocket,
    ),
    route(
        Post,
        "/v1/sites/{site}/files",
        Widget,
        VisitorToken,
        Rate::Upload,
        Endpoint::VisitorUpload,
    ),
    route(
        Post,
        "/v1/sites/{site}/log-out",
        Widget,
        VisitorToken,
        Rate::Request,
        Endpoint::VisitorLogOut,
    ),
    route(
        Get,
        "/v1/sites/{site}/availability",
        Widget,
        Anybody,
        Rate::Request,
        Endpoint::Availability,
    ),
    route(Post, "/v1/sites/{site}/counts", Widget, Anybody, Rate::Request, Endpoint::Counts),
    route(Post, "/v1/stops/{script}", Widget, Anybody, Rate::Request, Endpoint::Stop),
    // The desk's host.
    route(Post, "/v1/stops/{script}", Desk, Anybody, Rate::Request, Endpoint::Stop),
    route(Get, "/", Desk, Anybody, Unlimited, Endpoint::Console),
    route(Get, "/assets/{asset}", Desk, Anybody, Unlimited, Endpoint::Asset),
    route(Post, "/v1/setup", Desk, SetupToken, Rate::SignIn, Endpoint::Setup),
    route(Post, "/v1/desk/rebuild", Desk, SetupToken, Rate::SignIn, Endpoint::RebuildDesk),
    route(Get, "/v1/desk/rebuild", Desk, SetupToken, Rate::SignIn, Endpoint::DeskRebuild),
    route(Post, "/v1/sign-in", Desk, Anybody, Rate::SignIn, Endpoint::SignIn),
    route(Post, "/v1/sign-in-links/use", Desk, Link, Rate::SignIn, Endpoint::UseSignInLink),
    route(Post, "/v1/invitations/accept", Desk, Link, Rate::SignIn, Endpoint::AcceptInvitation),
    route(
        Get,
        "/v1/campaigns/{id}/report",
        Desk,
        May(Action::EditCampaigns),
        Rate::Request,
        Endpoint::CampaignReport,
    ),
    route(
        Get,
        "/v1/campaigns/{id}/report.csv",
        Desk,
        May(Action::EditCampaigns),
        Rate::Request,
        Endpoint::CampaignTable,
    ),
    route(Get, "/v1/desk/socket", Desk, May(Action::View), Rate::Request, Endpoint::DeskSocket),
    route(
        Get,
        "/v1/conversations/{conversation}/socket",
        Desk,
        May(Action::View),
        Rate::Request,
        Endpoint::AgentSocket,
    ),
    route(
        Post,
        "/v1/conversations/{conversation}/files",
        Desk,
        May(Action::View),
        Rate::Request,
        Endpoint::AgentUpload,
    ),
    route(Post, "/v1/search", Desk, May(Action::View), Rate::Request, Endpoint::Search),
    route(Get, "/v1/openapi.json", Desk, Anybody, Rate::Page, Endpoint::OpenApi),
    // What a company's own inbox core says, and asks again for.
    route(Post, "/v1/sites/{site}/bridge", Desk, SignedMessage, Rate::Bridge, Endpoint::BridgeSaid),
    route(
        Get,
        "/v1/sites/{site}/bridge/conversations/{conversation}/messages",
        Desk,
        SignedMessage,
        Rate::Bridge,
        Endpoint::BridgeMissed,
    ),
    route(
        Post,
        "/v1/sites/{site}/bridge/conversations/{conversation}/files",
        Desk,
        SignedMessage,
        Rate::Upload,
        Endpoint::BridgeUpload,
    ),
    // What programs of the company do with a key.
    route(Get, "/v1/api/conversations", Desk, ApiKey, Rate::Request, Endpoint::ApiList),
    route(
        Get,
        "/v1/api/conversations/{conversation}",
        Desk,
        ApiKey,
        Rate::Request,
        Endpoint::ApiConversation,
    ),
    route(
        Get,
        "/v1/api/conversations/{conversation}/messages",
        Desk,
        ApiKey,
        Rate::Request,
        Endpoint::ApiMessages,
    ),
    route(
        Post,
        "/v1/api/conversations/{conversation}/files",
        Desk,
        ApiKey,
        Rate::Upload,
        Endpoint::ApiUpload,
    ),
    route(Post, "/v1/api/actions", Desk, ApiKey, Rate::Request, Endpoint::ApiSaid),
    // The files' host.
    route(Get, "/f/{conversation}/{file}", Files, Capability, Rate::Page, Endpoint::File),
];

const fn route(
    method: Method,
    path: &'static str,
    host: Host,
    access: Access,
    rate: Rate,
    endpoint: Endpoint,
) -> Route {
    Route { method, path, host, access, rate, endpoint }
}

/// A request's way through the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matched<'request> {
    /// The route.
    pub route: Route,
    /// What stood where the path has names, in order.
    pub names: Vec<&'request str>,
}

/// All routes.
pub fn all() -> impl Iterator<Item = Route> {
    ROUTES.iter().copied().chain(commands::all().map(Route::of))
}

/// The route of a request that reached any of these hosts; several if they are the same.
#[must_use]
pub fn find<'request>(
    hosts: &[Host],
    method: Method,
    path: &'request str,
) -> Option<Matched<'request>> {
    all()
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
    /// Whether a socket is opened.
    #[must_use]
    pub fn is_socket(self) -> bool {
        matches!(self, Self::VisitorSocket | Self::DeskSocket | Self::AgentSocket)
    }

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
            | Self::OpenApi
            | Self::File => true,
            Self::NewVisitor
            | Self::Stop
            | Self::VisitorSocket
            | Self::VisitorUpload
            | Self::VisitorLogOut
            | Self::Console
            | Self::Setup
            | Self::RebuildDesk
            | Self::DeskRebuild
            | Self::SignIn
            | Self::UseSignInLink
            | Self::AcceptInvitation
            | Self::CampaignReport
            | Self::CampaignTable
            | Self::DeskSocket
            | Self::AgentSocket
            | Self::AgentUpload
            | Self::Search
            | Self::BridgeSaid
            | Self::BridgeMissed
            | Self::BridgeUpload
            | Self::ApiList
            | Self::ApiConversation
            | Self::ApiMessages
            | Self::ApiSaid
            | Self::ApiUpload
            | Self::Command(_) => false,
        }
    }
}

impl Route {
    /// The route of a command.
    #[must_use]
    pub fn of(command: &Command) -> Self {
        let access = command.needs.map_or(SignedIn, May);
        let endpoint = Endpoint::Command(command.name);
        route(command.method, command.path, Desk, access, Rate::Request, endpoint)
    }

    /// The header that tells a program what to do about a status: when to come again, or with what.
    // AP25
    #[must_use]
    pub fn hint(&self, status: u16) -> Option<(&'static str, &'static str)> {
        match (self.access, status) {
            // Limits are of a minute.
            (ApiKey | SignedMessage, 429) => Some(("retry-after", "60")),
            (ApiKey, 401) => Some(("www-authenticate", "Bearer")),
            _ => None,
        }
    }

    /// Whose request it has to be.
    #[must_use]
    pub fn sender(&self) -> Sender {
        let has_no_form = matches!(
            self.endpoint,
            Endpoint::VisitorUpload | Endpoint::AgentUpload | Endpoint::Stop
        );
        if self.endpoint == Endpoint::Counts || matches!(self.access, SignedMessage | ApiKey) {
            Sender::AnyPage
        } else if self.endpoint.is_socket() || has_no_form {
            Sender::OwnPage
        } else if self.method.changes() {
            if self.host == Desk { Sender::OwnForm } else { Sender::OwnPage }
        } else {
            Sender::AnyPage
        }
    }
}
