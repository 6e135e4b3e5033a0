//! What can be asked of a conversation.

use inbox_protocol::{FromBridge, http::DeliveryAction};
use inbox_room::{DeskCommand, Grant, Principal, VisitorCredentials};
use inbox_types::{
    ApiKeyId, ClientId, ContactId, ConversationId, File, FileId, Language, MediaType, Seq, SiteId,
};
use serde::{Deserialize, Serialize};

use crate::signed::secret_mark::SecretMark;

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

/// A program of the company that asks, as the edge knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Program {
    /// The inbox core that this site tells; its signature was checked.
    Inbox(SiteId),
    /// Whoever has this key of the API, which is good for all sites.
    Key(ApiKeyId),
}

impl Program {
    /// Whether it has to do with conversations of a site.
    pub(crate) fn is_of(&self, site: &SiteId) -> bool {
        match self {
            Self::Inbox(its) => its == site,
            Self::Key(_) => true,
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
    /// A program of the company says something.
    Bridge { by: Program, id: ClientId, said: FromBridge },
    /// It is about to upload. The answer is the file that came of the same upload before, if one did.
    BeginBridgeUpload { by: Program, id: ClientId, file: File },
    /// All bytes of its upload are stored, and are those that it signed. The answer is the file that this
    /// upload stands for from now on: of two that were under way at once, the first.
    FinishBridgeUpload {
        by: Program,
        /// What the site's own inbox has signed it with; none of a key.
        signed_with: Option<SecretMark>,
        id: ClientId,
        file: FileId,
        media: MediaType,
    },
    /// It asks for what follows an event.
    Missed { by: Program, after: Seq },
    /// A program has the address of a file: is there still anything here for it to read?
    IsOpenToBridge { by: Program },
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
