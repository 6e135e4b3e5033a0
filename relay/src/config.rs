//! The deployment's configuration, read once per isolate.

#[cfg(target_arch = "wasm32")]
mod bindings;

use inbox_types::WorkspaceId;

#[cfg(target_arch = "wasm32")]
pub(crate) use self::bindings::{campaigns, conversation, desk, hasher, search, workspace};

use crate::{
    forward::target::Reach,
    hosts::Origins,
    signed::{
        grant::Grants,
        keys::{Key, Master, Purpose},
    },
};

/// The one workspace of a deployment.
pub const WORKSPACE: &str = "main";

/// What the deployment says.
#[derive(Clone)]
pub struct Config {
    /// The three hosts.
    pub origins: Origins,
    /// The secret that all keys are made of.
    pub master: Master,
    /// Signs visitors' tokens.
    pub visitor_key: Key,
    /// Signs addresses of files.
    pub file_key: Key,
    /// Signs links to previews of campaigns.
    pub preview_key: Key,
    /// Names the places that members sign in from.
    pub place_key: Key,
    /// Where webhooks may lead.
    pub reach: Reach,
}

impl Config {
    /// The configuration that these values make. `reach` says where webhooks may lead.
    #[must_use]
    pub fn new(origins: Origins, master: Master, reach: Reach) -> Self {
        Self {
            origins,
            visitor_key: master.key(Purpose::Visitor),
            file_key: master.key(Purpose::File),
            preview_key: master.key(Purpose::Preview),
            place_key: master.key(Purpose::Place),
            reach,
            master,
        }
    }

    /// The signer of grants.
    #[must_use]
    pub fn grants(&self) -> Grants {
        Grants::new(self.master.key(Purpose::Grant), workspace_id())
    }
}

/// The one workspace's name.
///
/// # Panics
///
/// Never: it is made of letters.
#[must_use]
pub fn workspace_id() -> WorkspaceId {
    WORKSPACE.parse().expect("letters are an id")
}
