//! What consoles ask for beside forms: the desk's socket, a conversation's socket, an upload.

use inbox_protocol::Refusal;
use inbox_types::ConversationId;
use worker::Response;

use super::{incoming::Incoming, rate::Rate};
use crate::{
    attachments::upload::{self, Uploader},
    config,
    refuse::Result,
    requests::{call, conversation, desk},
    workspace::request::{Granted, WorkspaceRequest},
};

impl Incoming<'_> {
    pub(super) async fn desk_socket(&self) -> Result<Response> {
        let granted = self.granted().await?;
        let caller = desk::Caller { member: granted.grant.agent, rights: granted.grant.version };
        call::open_socket(&config::desk(self.env)?, &caller).await
    }

    pub(super) async fn agent_socket(&self, conversation: &ConversationId) -> Result<Response> {
        let caller = self.agent(conversation).await?;
        call::open_socket(&config::conversation(self.env, conversation)?, &caller).await
    }

    pub(super) async fn agent_upload(&mut self, conversation: &ConversationId) -> Result<Response> {
        let caller = self.agent(conversation).await?;
        let conversation::CallerKind::Agent { grant } = &caller.who else {
            return Err(Refusal::Forbidden.into());
        };
        self.limit(Rate::Upload, grant.agent.as_str()).await?;
        upload::receive(&mut self.request, self.env, Uploader::Person(caller), None).await
    }

    async fn agent(&self, conversation: &ConversationId) -> Result<conversation::Caller> {
        if conversation.workspace() != config::workspace_id() {
            return Err(Refusal::NotFound.into());
        }
        let who = conversation::CallerKind::Agent { grant: self.granted().await?.grant };
        Ok(conversation::Caller { conversation: conversation.clone(), who })
    }

    /// Who it is that wants a socket, to upload or to search.
    pub(super) async fn granted(&self) -> Result<Granted> {
        let cookie = self.cookie()?;
        let ask = WorkspaceRequest::Granted { cookie };
        call::ask(&config::workspace(self.env)?, &ask).await
    }
}
