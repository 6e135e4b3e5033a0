//! The grant of an agent, as a console carries it: signed, good for minutes, on every
//! conversation of the workspace.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use inbox_room::{Grant, Signer};
use inbox_types::{Timestamp, WorkspaceId};

use crate::signed::keys::Key;

/// Signs and reads grants of one workspace.
#[derive(Clone)]
pub struct Grants {
    key: Key,
    workspace: WorkspaceId,
}

impl Grants {
    /// Grants under this key.
    #[must_use]
    pub fn new(key: Key, workspace: WorkspaceId) -> Self {
        Self { key, workspace }
    }

    /// What was signed, if it was signed here and is not over.
    #[must_use]
    pub fn read(&self, signed: &str, now: Timestamp) -> Option<Grant> {
        let (body, signature) = signed.split_once('.')?;
        if !self.key.verify(&[self.workspace.as_str(), body], signature) {
            return None;
        }
        let json = BASE64_URL_SAFE_NO_PAD.decode(body).ok()?;
        let grant: Grant = serde_json::from_slice(&json).ok()?;
        (now <= grant.expires).then_some(grant)
    }
}

impl Signer for Grants {
    fn sign(&self, grant: &Grant) -> String {
        let json = serde_json::to_vec(grant).expect("a grant is plain data");
        let body = BASE64_URL_SAFE_NO_PAD.encode(json);
        let signature = self.key.sign(&[self.workspace.as_str(), &body]);
        format!("{body}.{signature}")
    }
}

#[cfg(test)]
mod tests {
    use inbox_types::Role;

    use super::*;
    use crate::signed::keys::{Master, Purpose};

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn grants(workspace: &str) -> Grants {
        let master =
            Master::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").expect("a good secret");
        Grants::new(master.key(Purpose::Grant), workspace.parse().expect("a workspace"))
    }

    #[test]
    fn a_grant_holds_in_its_workspace_until_it_ends() {
        let grant = Grant {
            agent: "ana".parse().expect("a member"),
            role: Role::Agent,
            departments: Vec::new(),
            version: 2,
            load: 0,
            expires: Timestamp::from_millis(2_000),
        };
        let signed = grants("main").sign(&grant);
        assert_eq!(grants("main").read(&signed, NOW), Some(grant));
        assert_eq!(grants("main").read(&signed, Timestamp::from_millis(2_001)), None);
        assert_eq!(grants("other").read(&signed, NOW), None);
        assert_eq!(grants("main").read(&format!("x{signed}"), NOW), None);
        assert_eq!(grants("main").read("", NOW), None);
    }
}
