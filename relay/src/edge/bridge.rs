//! The way back in for the inbox core that a company already has: signed messages for its site's
//! conversations, and what it has missed of one.

use inbox_protocol::{BridgeDone, FromBridge, Refusal};
use inbox_signing::{
    ID_HEADER, Received, SIGNATURE_HEADER, TIMESTAMP_HEADER, VerifyError, may_be_signed, verify,
};
use inbox_types::{ClientId, ConversationId, Seq, SiteId, Timestamp, limits::FRAME_BYTES};
use serde_json::Value as Json;
use worker::{Response, Stub};

use super::{
    body,
    incoming::{Incoming, no_store},
    signers,
};
use crate::{
    attachments::upload::{self, BridgeUpload, Uploader},
    config, parse,
    platform::now,
    refuse::{ApiError, Result},
    requests::{
        call,
        conversation::{ConversationRequest, Program},
        sites,
    },
    signed::secret_mark::SecretMark,
    workspace::{key_names, request::SiteNow},
};

impl Incoming<'_> {
    /// The company's inbox core says something.
    pub(super) async fn bridge_said(&mut self, site: SiteId) -> Result<Response> {
        let text = body::read(&mut self.request, FRAME_BYTES).await?;
        let id = self.signed_for(&site, &text).await?;
        let said: FromBridge = parse::form(&text, FRAME_BYTES)?;
        key_names::must_be_an_inboxs(&id, Some(&said))?;
        let object = self.bridged(said.conversation())?;
        let done: BridgeDone =
            call::ask(&object, &ConversationRequest::Bridge { by: Program::Inbox(site), id, said })
                .await?;
        no_store(Response::from_json(&done)?)
    }

    /// It asks for what follows an event of a conversation. What is signed is the path with its query.
    pub(super) async fn bridge_missed(
        &self,
        site: SiteId,
        conversation: ConversationId,
    ) -> Result<Response> {
        let query = self.url.query().map(|it| format!("?{it}")).unwrap_or_default();
        self.signed_for(&site, &format!("{}{query}", self.url.path())).await?;
        let after = self.after()?;
        let object = self.bridged(&conversation)?;
        let missed: Json =
            call::ask(&object, &ConversationRequest::Missed { by: Program::Inbox(site), after })
                .await?;
        no_store(Response::from_json(&missed)?)
    }

    /// It uploads a file, to be sent with a message. What is signed is the path with its query, in
    /// which the digest of the bytes stands.
    pub(super) async fn bridge_upload(
        &mut self,
        site: SiteId,
        conversation: ConversationId,
    ) -> Result<Response> {
        let query = self.url.query().map(|it| format!("?{it}")).unwrap_or_default();
        let (id, mark) = self.signed_with(&site, &format!("{}{query}", self.url.path())).await?;
        key_names::must_be_an_inboxs(&id, None)?;
        self.bridged(&conversation)?;
        let name = self.parameter("name").ok_or(Refusal::Malformed)?;
        let digest = self.parameter("sha256").and_then(|it| parse::digest(&it));
        let digest = Some(digest.ok_or(Refusal::Malformed)?);
        let (by, signed_with) = (Program::Inbox(site), Some(mark));
        let signed = BridgeUpload { by, signed_with, conversation, id, name, digest };
        upload::receive(&mut self.request, self.env, Uploader::Bridge(signed), None).await
    }

    /// Refuses what cannot be signed by anybody, before anything is asked or read.
    pub(super) fn must_look_signed(&self) -> Result<()> {
        let [id, timestamp, signature] = self.signature();
        let received = Received { id: &id, timestamp: &timestamp, signature: &signature };
        may_be_signed(received, now()).map(drop).map_err(refused)
    }

    /// The id of a request whose signature is by a secret of the site's webhook that holds. Whoever has
    /// none is not told why not.
    async fn signed_for(&self, site: &SiteId, signed: &str) -> Result<ClientId> {
        self.signed_now(site, signed).await.map(|it| it.0)
    }

    /// The same, and with which secret it is signed: it is asked again whether that is still taken.
    async fn signed_with(&self, site: &SiteId, signed: &str) -> Result<(ClientId, SecretMark)> {
        let (id, known) = self.signed_now(site, signed).await?;
        let [received_id, timestamp, signature] = self.signature();
        let received = Received { id: &received_id, timestamp: &timestamp, signature: &signature };
        let now = now();
        let holds = |secret: &str| verify(&[secret], received, signed, now).is_ok();
        let mark = SecretMark::of(&known.taken(now), holds).ok_or(Refusal::Unauthorized)?;
        Ok((id, mark))
    }

    async fn signed_now(&self, site: &SiteId, signed: &str) -> Result<(ClientId, SiteNow)> {
        let (_, known) = sites::recent(self.env, site, Timestamp::default()).await?;
        let [id, timestamp, signature] = self.signature();
        let received = Received { id: &id, timestamp: &timestamp, signature: &signature };
        let id = verify(&known.taken(now()), received, signed, now()).map_err(refused)?;
        signers::has_held(site, &self.client());
        Ok((id, known))
    }

    fn signature(&self) -> [String; 3] {
        [ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER].map(|it| self.header(it))
    }

    /// After which event something is asked for; from the first one if none is named.
    pub(super) fn after(&self) -> Result<Seq> {
        let after = self.parameter("after").unwrap_or_else(|| "0".to_owned());
        let after = parse::whole_number(&after, parse::LAST_INSTANT);
        Ok(Seq(after.map_err(|_| Refusal::Malformed)?))
    }

    pub(super) fn bridged(&self, conversation: &ConversationId) -> Result<Stub> {
        if conversation.workspace() != config::workspace_id() {
            return Err(Refusal::NotFound.into());
        }
        Ok(config::conversation(self.env, conversation)?)
    }
}

fn refused(error: VerifyError) -> ApiError {
    worker::console_log!("refused a signed message: {error}");
    Refusal::Unauthorized.into()
}
