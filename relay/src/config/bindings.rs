//! What the platform binds to the Worker: its variables and its objects.

use worker::{Env, Error, ObjectNamespace, Result, Stub};

use super::{Config, WORKSPACE};
use crate::{forward::target::Reach, hosts::Origins, signed::keys::Master};

impl Config {
    /// Reads the deployment's variables.
    pub(crate) fn read(env: &Env) -> Result<Self> {
        let var = |name: &str| env.var(name).map(|it| it.to_string());
        let origins =
            Origins::new(&var("WIDGET_ORIGIN")?, &var("DESK_ORIGIN")?, &var("FILES_ORIGIN")?)
                .map_err(|it| Error::RustError(it.to_string()))?;
        let secret = env.secret("MASTER_KEY")?.to_string();
        let master = Master::parse(&secret).map_err(|it| Error::RustError(it.to_string()))?;
        let loopback = var("WEBHOOKS_TO_LOOPBACK").is_ok_and(|it| it == "1");
        let reach = if loopback { Reach::Loopback } else { Reach::Public };
        Ok(Self::new(origins, master, reach))
    }
}

pub(crate) fn workspace(env: &Env) -> Result<Stub> {
    object(&env.durable_object("WORKSPACE")?, WORKSPACE)
}

pub(crate) fn desk(env: &Env) -> Result<Stub> {
    object(&env.durable_object("DESK")?, WORKSPACE)
}

/// The object that finds conversations.
pub(crate) fn search(env: &Env) -> Result<Stub> {
    object(&env.durable_object("SEARCH")?, WORKSPACE)
}

/// The object that hashes passwords.
pub(crate) fn hasher(env: &Env) -> Result<Stub> {
    object(&env.durable_object("HASHER")?, WORKSPACE)
}

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
