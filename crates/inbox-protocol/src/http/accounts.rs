//! Who is of the team, and how they sign in.

use inbox_types::{Action, DepartmentId, Email, MemberId, Name, Role, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};

/// `POST /v1/setup`: the first owner. The setup token dies with its use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// From the deployment's secrets.
    pub token: String,
    /// What the workspace is called.
    pub workspace_name: Name,
    /// What the owner is called.
    pub name: Name,
    /// The owner's sign-in name.
    pub email: Email,
    /// The owner's password.
    pub password: String,
}

/// `POST /v1/sign-in`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The sign-in name.
    pub email: Email,
    /// The password.
    pub password: String,
}

/// `GET /v1/me`, and the answer to every way of signing in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Me {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What it is called.
    pub workspace_name: Name,
    /// Who I am.
    pub member: Member,
    /// What my role allows.
    pub may: Vec<Action>,
    /// This sign-in was made by a link: until then a new password needs no old one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets_password_until: Option<Timestamp>,
}

/// A member, as admins see them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub id: MemberId,
    /// The name that visitors see.
    pub name: Name,
    /// The sign-in name.
    pub email: Option<Email>,
    /// The role.
    pub role: Role,
    /// The queues they serve.
    pub departments: Vec<DepartmentId>,
    /// Their password has ended, so that only a sign-in link lets them in; for admins.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_no_password: bool,
}

/// `PATCH /v1/members/{id}`
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MemberPatch {
    /// A new name.
    pub name: Option<Name>,
    /// A new role.
    pub role: Option<Role>,
    /// New queues.
    pub departments: Option<Vec<DepartmentId>>,
    /// Queues that they serve beside those they serve now, whichever these are by then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joins: Vec<DepartmentId>,
    /// Queues that they serve no longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<DepartmentId>,
}

/// `POST /v1/invitations`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The name that visitors will see.
    pub name: Name,
    /// The sign-in name.
    pub email: Email,
    /// The role.
    pub role: Role,
    /// The queues they will serve.
    pub departments: Vec<DepartmentId>,
}

/// A link that works once: an invitation or a sign-in link. Shown once, stored as a hash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OneTimeLink {
    /// The address on the console's host, with the token in its fragment.
    pub url: String,
    /// When it stops working.
    pub expires: Timestamp,
}

/// `POST /v1/invitations/accept`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// From the link's fragment.
    pub token: String,
    /// The new member's password.
    pub password: String,
}

/// `POST /v1/sign-in-links/use`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseSignInLink {
    /// From the link's fragment.
    pub token: String,
}

/// `POST /v1/password`: ends all other sign-ins of the member, and their sockets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The old one; none is enough for a while after coming in by a sign-in link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The new one.
    pub new: String,
}

/// An invitation that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Invitation {
    /// The future member.
    pub id: MemberId,
    /// The name.
    pub name: Name,
    /// The sign-in name.
    pub email: Email,
    /// The role.
    pub role: Role,
    /// When it stops working.
    pub expires: Timestamp,
}

/// One sign-in of a member (`GET /v1/sign-ins`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignInView {
    /// Its public name, to revoke it by.
    pub id: String,
    /// When it began.
    pub since: Timestamp,
    /// When it was last used.
    pub last_used: Timestamp,
    /// What the browser called itself, cut.
    pub user_agent: String,
    /// Whether it is the one that asks.
    pub current: bool,
}
