//! With which secret of a site's webhook something was signed, noted without the secret.
//!
//! - **AP40** An upload of a site's own inbox is kept if what it was signed with is still taken when all
//!   of it is there, as a message is: a secret that was ended meanwhile, or an inbox that may not answer any
//!   more, leaves no file.

use serde::{Deserialize, Serialize};

use super::keys::fingerprint;

/// The digest of a secret, or of a public key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretMark(String);

impl SecretMark {
    /// The mark of the first of the secrets that are taken by which something `holds`.
    #[must_use]
    pub fn of(taken: &[&str], holds: impl Fn(&str) -> bool) -> Option<Self> {
        taken.iter().find(|it| holds(it)).map(|it| Self(fingerprint(it)))
    }

    /// Whether it is of one of the secrets that are taken.
    // AP40
    #[must_use]
    pub fn is_one_of(&self, taken: &[&str]) -> bool {
        taken.iter().any(|it| fingerprint(it) == self.0)
    }
}
