//! Sign-ins by a link, and who may in truth have been signed in by one, as they are stored. What follows
//! from that is in [`super::makers`] and [`super::secret_makers`].

use inbox_types::{MemberId, Role};
use serde::{Deserialize, Serialize};

/// Somebody of whom nothing was noted.
pub(super) const UNKNOWN: &str = "unknown";

/// One of those who may in truth have made something.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Maker {
    /// Who; nobody knows of links that were made before that was noted.
    pub(super) id: Option<MemberId>,
    /// How strong they were when it came of the link.
    pub(super) role: Role,
    /// They may know a password that led to it. A password outlasts its maker, so their leaving ends
    /// nothing; but nobody may become stronger by it than they were.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) by_password: bool,
}

impl Maker {
    pub(super) fn unknown() -> Self {
        Self { id: None, role: Role::Admin, by_password: false }
    }
}

/// All who may in truth have made something: whoever asked for it, and those by whose links or
/// passwords they may have been signed in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Makers(pub(super) Vec<Maker>);

impl Makers {
    /// As stored; none if nobody stored that. Before there was a list, one maker was stored, or only
    /// who it was, or nothing where that was not known.
    #[must_use]
    pub fn read(stored: &str) -> Option<Self> {
        let one = match stored.as_bytes().first() {
            None => Maker::unknown(),
            Some(b'[') => return serde_json::from_str(stored).ok(),
            Some(b'{') => serde_json::from_str(stored).ok()?,
            Some(_) => Maker { id: Some(stored.parse().ok()?), ..Maker::unknown() },
        };
        Some(Self(vec![one]))
    }

    /// Nobody knows who.
    #[must_use]
    pub fn unknown() -> Self {
        Self(vec![Maker::unknown()])
    }

    /// The same, of a sign-in by a password that they made.
    #[must_use]
    pub fn by_password(self) -> Self {
        Self(self.0.into_iter().map(|it| Maker { by_password: true, ..it }).collect())
    }

    /// The ids of those by whose links whoever asked for it is signed in, as the audit log names them.
    #[must_use]
    pub fn behind(&self) -> String {
        let behind = self.0.iter().skip(1).filter(|it| !it.by_password);
        let ids = behind.map(|it| it.id.as_ref().map_or(UNKNOWN, MemberId::as_str));
        ids.collect::<Vec<_>>().join(" ")
    }
}

/// A sign-in by a link.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct LinkedSignIn {
    /// Whose.
    pub(super) member: MemberId,
    /// Who may in truth have been signed in by it.
    pub(super) makers: Makers,
}

/// Of each thing that answers may be signed with, the sign-in by a link in which it was set; none if it
/// was set in another one.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct SecretMakers {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<LinkedSignIn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) previous: Option<LinkedSignIn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<LinkedSignIn>,
}

impl SecretMakers {
    /// Whether nothing was set in a sign-in by a link.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
