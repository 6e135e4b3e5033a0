//! Stored files, for whoever has an address of one.

use std::collections::BTreeMap;

use inbox_protocol::Refusal;
use inbox_types::{ConversationId, FileId};
use worker::Response;

use super::incoming::Incoming;
use crate::{
    attachments::serve,
    config, parse,
    platform::now,
    refuse::Shut,
    requests::call,
    signed::file_address::{Capability, Viewer},
    workspace::ask::Ask,
};

impl Incoming<'_> {
    pub(super) async fn file(
        &self,
        conversation: ConversationId,
        file: FileId,
    ) -> Result<Response, Shut> {
        let query: BTreeMap<_, _> = self.url.query_pairs().into_owned().collect();
        let part = |name: &str| query.get(name).cloned().unwrap_or_default();
        let expires = parse::instant(&part("expires")).map_err(|_| Refusal::Forbidden)?;
        let (viewer, masked) = (part("viewer"), query.contains_key("masked"));
        let capability = Capability { conversation, file, viewer, masked, expires };
        if !capability.holds(&part("signature"), &self.config.file_key, now()) {
            return Err(Refusal::Forbidden.into());
        }
        self.must_still_view(&capability).await?;
        serve::answer(self.env, &self.request, &capability).await
    }

    /// The address of a file was made for somebody whose rights may have ended since.
    async fn must_still_view(&self, capability: &Capability) -> Result<(), Shut> {
        match Viewer::read(&capability.viewer) {
            Some(Viewer::Visitor) => Ok(()),
            Some(Viewer::Member(member, version)) => {
                let ask = Ask::RightsOf { member };
                let now: Option<u64> = call::ask(&config::workspace(self.env)?, &ask).await?;
                if now == Some(version) { Ok(()) } else { Err(Refusal::Forbidden.into()) }
            }
            None => Err(Refusal::Forbidden.into()),
        }
    }
}
