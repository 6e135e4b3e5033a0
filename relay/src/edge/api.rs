//! The API: what programs of the company read and say with a key that an admin has made. What they say is
//! what the company's inbox core says over the bridge, and comes to the same.

use inbox_protocol::{
    BridgeDone, FromBridge, Refusal,
    http::{ApiConversation, ApiConversations, ApiScope},
};
use inbox_types::{ApiKeyId, ClientId, ConversationId, limits::FRAME_BYTES};
use serde_json::Value as Json;
use worker::Response;

use super::{
    body,
    incoming::{Incoming, no_store},
    listing::Listing,
    openapi::DOCUMENT,
    rate::Rate,
};
use crate::{
    attachments::upload::{self, BridgeUpload, Uploader},
    config, parse,
    platform::random,
    refuse::Result,
    requests::{
        call,
        conversation::{ConversationRequest, Program},
        desk::DeskRequest,
    },
    signed::keys::base32,
    workspace::{
        api_keys::{KeyHolder, is_one},
        key_names,
        request::WorkspaceRequest,
    },
};

/// The header with the caller's name for what they say: said again under it, it is not done again.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What programs may ask, for whoever wants to know: pages that show or try it too.
pub(super) fn document() -> Result<Response> {
    let response = Response::from_bytes(DOCUMENT.as_bytes().to_vec())?;
    let headers = response.headers();
    headers.set("content-type", "application/json")?;
    headers.set("cache-control", "public, max-age=3600")?;
    headers.set("access-control-allow-origin", "*")?;
    Ok(response)
}

impl Incoming<'_> {
    pub(super) async fn api_list(&self) -> Result<Response> {
        self.holder().await?.must(ApiScope::Read)?;
        let Listing { before, filter } = Listing::read(self.url.query_pairs().into_owned())?;
        let ask = DeskRequest::Page { before, filter };
        let page: ApiConversations = call::ask(&config::desk(self.env)?, &ask).await?;
        no_store(Response::from_json(&page)?)
    }

    pub(super) async fn api_conversation(&self, conversation: ConversationId) -> Result<Response> {
        self.holder().await?.must(ApiScope::Read)?;
        let ask = DeskRequest::Conversation { conversation };
        let row: ApiConversation = call::ask(&config::desk(self.env)?, &ask).await?;
        no_store(Response::from_json(&row)?)
    }

    /// What followed an event of a conversation, as the bridge is told it.
    pub(super) async fn api_messages(&self, conversation: ConversationId) -> Result<Response> {
        let holder = self.holder().await?;
        holder.must(ApiScope::Read)?;
        let ask = ConversationRequest::Missed { by: Program::Key(holder.id), after: self.after()? };
        let page: Json = call::ask(&self.bridged(&conversation)?, &ask).await?;
        no_store(Response::from_json(&page)?)
    }

    /// Something is said, as the bridge says it.
    pub(super) async fn api_said(&mut self) -> Result<Response> {
        let text = body::read(&mut self.request, FRAME_BYTES).await?;
        let holder = self.holder().await?;
        let said: FromBridge = parse::form(&text, FRAME_BYTES)?;
        holder.must(said.scope())?;
        let id = self.idempotency_key(&holder.id)?;
        let said = key_names::in_its_names(&holder.id, said)?;
        let object = self.bridged(said.conversation())?;
        let ask = ConversationRequest::Bridge { by: Program::Key(holder.id), id, said };
        let done: BridgeDone = call::ask(&object, &ask).await?;
        no_store(Response::from_json(&done)?)
    }

    pub(super) async fn api_upload(&mut self, conversation: ConversationId) -> Result<Response> {
        let holder = self.holder().await?;
        holder.must(ApiScope::Write)?;
        self.bridged(&conversation)?;
        let id = self.idempotency_key(&holder.id)?;
        let name = self.parameter("name").ok_or(Refusal::Malformed)?;
        let by = Program::Key(holder.id);
        let upload = BridgeUpload { by, signed_with: None, conversation, id, name, digest: None };
        upload::receive(&mut self.request, self.env, Uploader::Bridge(upload), None).await
    }

    /// Whose key it is. Each request asks: a key that was revoked is worth nothing at the next one.
    async fn holder(&self) -> Result<KeyHolder> {
        let header = self.header("authorization");
        let secret = header.strip_prefix("Bearer ").filter(|it| is_one(it));
        let secret = secret.ok_or(Refusal::Unauthorized)?.to_owned();
        let ask = WorkspaceRequest::KeyHolder { secret };
        let holder: KeyHolder = call::ask(&config::workspace(self.env)?, &ask).await?;
        self.limit(Rate::Request, &format!("key/{}", holder.id)).await?;
        Ok(holder)
    }

    /// The caller's name for what they say, set apart from those of other keys; a new one if they have none.
    fn idempotency_key(&self, key: &ApiKeyId) -> Result<ClientId> {
        let given = self.header(IDEMPOTENCY_KEY);
        let name = if given.is_empty() { base32(&random::<10>()) } else { given };
        Ok(key_names::name(key, &name)?)
    }
}
