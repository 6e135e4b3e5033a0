//! The deployment's configuration, read once per isolate.

use inbox_types::WorkspaceId;
use worker::{Env, Error, ObjectNamespace, Result, Stub};

use crate::{
    forward::target::Reach,
    hosts::Origins,
    signed::{
        grant::Grants,
        keys::{Key, Master, Purpose},
    },
};

/// The one workspace of a deployment.
pub(crate) const WORKSPACE: &str = "main";

/// What the deployment says.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) origins: Origins,
    pub(crate) master: Master,
    pub(crate) visitor_key: Key,
    pub(crate) file_key: Key,
    pub(crate) preview_key: Key,
    pub(crate) place_key: Key,
    pub(crate) reach: Reach,
}

impl Config {
    pub(crate) fn read(env: &Env) -> Result<Self> {
        let var = |name: &str| env.var(name).map(|it| it.to_string());
        let origins =
            Origins::new(&var("WIDGET_ORIGIN")?, &var("DESK_ORIGIN")?, &var("FILES_ORIGIN")?)
                .map_err(|it| Error::RustError(it.to_string()))?;
        let secret = env.secret("MASTER_KEY")?.to_string();
        let master = Master::parse(&secret).map_err(|it| Error::RustError(it.to_string()))?;
        let loopback = var("WEBHOOKS_TO_LOOPBACK").is_ok_and(|it| it == "1");
        Ok(Self {
            origins,
            visitor_key: master.key(Purpose::Visitor),
            file_key: master.key(Purpose::File),
            preview_key: master.key(Purpose::Preview),
            place_key: master.key(Purpose::Place),
            reach: if loopback { Reach::Loopback } else { Reach::Public },
            master,
        })
    }

    /// The signer of grants.
    pub(crate) fn grants(&self) -> Grants {
        Grants::new(self.master.key(Purpose::Grant), workspace_id())
    }
}

/// The one workspace's name.
pub(crate) fn workspace_id() -> WorkspaceId {
    WORKSPACE.parse().expect("letters are an id")
}

/// The workspace's object.
pub(crate) fn workspace(env: &Env) -> Result<Stub> {
    object(&env.durable_object("WORKSPACE")?, WORKSPACE)
}

/// The desk's object.
pub(crate) fn desk(env: &Env) -> Result<Stub> {
    object(&env.durable_object("DESK")?, WORKSPACE)
}

/// The object that hashes passwords.
pub(crate) fn hasher(env: &Env) -> Result<Stub> {
    object(&env.durable_object("HASHER")?, WORKSPACE)
}

/// A conversation's object.
pub(crate) fn conversation(env: &Env, id: &inbox_types::ConversationId) -> Result<Stub> {
    object(&env.durable_object("CONVERSATION")?, id.as_str())
}

/// The object that counts what a site's campaigns do.
pub(crate) fn campaigns(env: &Env, site: &inbox_types::SiteId) -> Result<Stub> {
    object(&env.durable_object("CAMPAIGNS")?, site.as_str())
}

fn object(namespace: &ObjectNamespace, name: &str) -> Result<Stub> {
    namespace.id_from_name(name)?.get_stub()
}
