//! What can be asked of a conversation.

use inbox_protocol::{FromBridge, http::DeliveryAction};
use inbox_room::{DeskCommand, Grant, Principal, VisitorCredentials};
use inbox_types::{
    ClientId, ContactId, ConversationId, File, FileId, Language, MediaType, Seq, SiteId,
};
use serde::{Deserialize, Serialize};

/// Who comes to a conversation, as the edge knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Caller {
    pub(crate) conversation: ConversationId,
    pub(crate) who: CallerKind,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum CallerKind {
    /// The visitor; the token's signature, site and end were checked.
    Visitor { site: SiteId, contact: ContactId, pass: VisitorCredentials, languages: Vec<Language> },
    /// A signed-in member.
    Agent { grant: Grant },
}

impl Caller {
    /// Who it is, as the room knows them.
    pub(crate) fn who(&self) -> Principal {
        match &self.who {
            CallerKind::Visitor { pass, .. } => Principal::Visitor(*pass),
            CallerKind::Agent { grant } => Principal::Agent(grant.clone()),
        }
    }
}

/// A question to a conversation. Only the edge and the desk can ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum ConversationRequest {
    /// The desk wants something.
    Command { command: DeskCommand },
    /// Settings or people changed.
    FactsChanged,
    /// An admin decides what becomes of an event that the webhook's receiver has not taken.
    Deliver { seq: Seq, action: DeliveryAction },
    /// The company's inbox core says something, or whoever has a key of the API. The edge has checked the
    /// signature for the site, or the key, which is good for all sites and names none.
    Bridge { site: Option<SiteId>, id: ClientId, said: FromBridge },
    /// It is about to upload. The answer is the file that came of the same upload before, if one did.
    BeginBridgeUpload { site: Option<SiteId>, id: ClientId, file: File },
    /// All bytes of its upload are stored, and are those that it signed.
    FinishBridgeUpload { site: Option<SiteId>, id: ClientId, file: FileId, media: MediaType },
    /// It asks for what follows an event.
    Missed { site: Option<SiteId>, after: Seq },
    /// What the desk should know.
    Report,
    /// Somebody is about to upload.
    BeginUpload { caller: Caller, file: File },
    /// All bytes are stored.
    FinishUpload { caller: Caller, file: FileId, media: MediaType },
    /// Somebody has the address of a file: do they still see the conversation, and masked?
    IsMaskedFor { caller: Caller },
    /// The visitor logs out: tokens of before are worth nothing.
    LogOut { caller: Caller },
    /// The bytes did not come.
    AbandonUpload { file: FileId },
}
