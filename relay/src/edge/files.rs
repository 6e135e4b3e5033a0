//! Stored files, for whoever has an address of one.

use std::collections::BTreeMap;

use inbox_protocol::{Refusal, http::ApiScope};
use inbox_room::Grant;
use inbox_types::{ApiKeyId, ConversationId, FileId, SiteId, Timestamp};
use worker::Response;

use super::incoming::Incoming;
use crate::{
    attachments::serve,
    config, parse,
    platform::now,
    refuse::Result,
    requests::{
        call,
        conversation::{self, Caller, CallerKind, Program},
        sites,
    },
    signed::file_address::{Capability, Viewer},
    workspace::request::WorkspaceRequest,
};

impl Incoming<'_> {
    pub(super) async fn file(
        &self,
        conversation: ConversationId,
        file: FileId,
    ) -> Result<Response> {
        let query: BTreeMap<_, _> = self.url.query_pairs().into_owned().collect();
        let part = |name: &str| query.get(name).cloned().unwrap_or_default();
        let expires = parse::instant(&part("expires")).map_err(|_| Refusal::Forbidden)?;
        let (viewer, masked) = (part("viewer"), query.contains_key("masked"));
        let capability = Capability { conversation, file, viewer, masked, expires };
        if !capability.holds(&part("signature"), &self.config.file_key, now()) {
            return Err(Refusal::Forbidden.into());
        }
        let is_masked_by_now = self.is_masked_by_now(&capability).await?;
        let masked = capability.masked || is_masked_by_now;
        serve::answer(self.env, &self.request, &Capability { masked, ..capability }).await
    }

    /// The address of a file was made for somebody whose rights may have ended since, or who sees the
    /// conversation masked by now.
    // RM56
    async fn is_masked_by_now(&self, capability: &Capability) -> Result<bool> {
        match Viewer::read(&capability.viewer) {
            Some(Viewer::Visitor) => Ok(false),
            Some(Viewer::Member(member, version)) => {
                let ask = WorkspaceRequest::RightsOf { member };
                let now: Option<Grant> = call::ask(&config::workspace(self.env)?, &ask).await?;
                let grant = now.filter(|it| it.version == version).ok_or(Refusal::Forbidden)?;
                let conversation = capability.conversation.clone();
                let object = config::conversation(self.env, &conversation)?;
                let caller = Caller { conversation, who: CallerKind::Agent { grant } };
                call::ask(&object, &conversation::ConversationRequest::IsMaskedFor { caller }).await
            }
            Some(Viewer::Inbox(site, _)) => self.is_masked_for_inbox(&site, capability).await,
            Some(Viewer::Key(site, key)) => self.is_masked_for_key(&site, key, capability).await,
            None => Err(Refusal::Forbidden.into()),
        }
    }

    /// The key may be deleted by now, or have stopped, and the conversation may be about to be erased.
    // AP22, RM57
    async fn is_masked_for_key(
        &self,
        site: &SiteId,
        key: ApiKeyId,
        capability: &Capability,
    ) -> Result<bool> {
        let ask = WorkspaceRequest::KeyMay { key: key.clone(), scope: ApiScope::Read };
        call::ask::<_, ()>(&config::workspace(self.env)?, &ask).await?;
        self.is_still_read_by(Program::Key(key), capability).await?;
        let (_, known) = sites::recent(self.env, site, Timestamp::default()).await?;
        Ok(known.facts.site.mask_sensitive)
    }

    /// The site may tell another address by now, or none, and the conversation may be about to be erased.
    // HO90, RM57
    async fn is_masked_for_inbox(&self, site: &SiteId, capability: &Capability) -> Result<bool> {
        let (_, known) = sites::recent(self.env, site, Timestamp::default()).await?;
        let address = known.webhook.map(|it| it.url).ok_or(Refusal::Forbidden)?;
        let holds = Viewer::inbox(site, address.as_str(), &self.config.file_key).to_string();
        if capability.viewer != holds {
            return Err(Refusal::Forbidden.into());
        }
        self.is_still_read_by(Program::Inbox(site.clone()), capability).await?;
        Ok(known.facts.site.mask_sensitive)
    }

    /// Nothing of what is to be erased is there for a program.
    // RM57
    async fn is_still_read_by(&self, by: Program, capability: &Capability) -> Result<()> {
        let object = config::conversation(self.env, &capability.conversation)?;
        call::ask(&object, &conversation::ConversationRequest::IsOpenToBridge { by }).await
    }
}
