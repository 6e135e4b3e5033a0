//! The desk of a workspace with every agent connected to it: who should answer what.
//!
//! It holds nothing that cannot be derived but presence: summaries are copies of what the
//! conversations say, and a conversation is always the authority on its own session.

use inbox_protocol::{CloseCode, FromDesk, Refusal, ToDesk};
use inbox_types::{ConversationId, MemberId, Presence, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Conn, DeskCommand, DeskFacts, DeskReader, Grant, RoomReport, Summary};

/// Signs grants. It is the shell's, because the key is.
pub trait Signer {
    /// The grant as a console carries it.
    fn sign(&self, grant: &Grant) -> String;
}

/// What a desk wakes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeskSnapshot {
    /// Settings and people.
    pub facts: DeskFacts,
    /// Who is how.
    pub presences: Vec<PresenceRow>,
    /// The last summary of each conversation.
    pub summaries: Vec<Summary>,
    /// Erased conversations and their epoch.
    pub erased: Vec<(ConversationId, u32)>,
    /// What is attached to the sockets that are open.
    pub readers: Vec<(Conn, DeskReader)>,
}

/// How a member is; one row each.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PresenceRow {
    /// Who.
    pub member: MemberId,
    /// How.
    pub presence: Presence,
    /// Since when.
    pub since: Timestamp,
    /// When the last connection was lost; none while there is one.
    pub lost_at: Option<Timestamp>,
    /// When the last session was taken: who has been idle longest is asked first.
    pub last_taken_at: Timestamp,
}

/// What reaches a desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeskInput {
    /// A signed-in member's socket was accepted. Nothing is told until it says hello.
    Connected {
        /// Its number; the shell mints it.
        conn: Conn,
        /// Whose it is.
        member: MemberId,
    },
    /// A console's frame.
    Said {
        /// From which connection.
        conn: Conn,
        /// What it says.
        frame: FromDesk,
    },
    /// Bytes that are no frame of this protocol, or too many.
    Garbled {
        /// From which connection.
        conn: Conn,
        /// [`Refusal::Malformed`] or [`Refusal::TooLarge`].
        reason: Refusal,
    },
    /// A socket closed, failed, or has not answered the heartbeat for long. Twice is harmless.
    Closed {
        /// Which one.
        conn: Conn,
    },
    /// The alarm has come; too early or twice is harmless.
    Fired,
    /// A conversation tells something. Twice is harmless.
    Report {
        /// Which conversation.
        conversation: ConversationId,
        /// What.
        report: RoomReport,
    },
    /// Settings or people changed.
    Facts(Box<DeskFacts>),
    /// All sign-ins of a member ended (password changed, signed out everywhere).
    SignedOut {
        /// Who.
        member: MemberId,
    },
}

/// What the shell must do, in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeskOutput {
    /// Write these rows, all or none. If that fails, forget this desk and stop.
    Store(DeskBatch),
    /// Attach this to the connection, so that [`Desk::wake`] gets it back.
    Remember {
        /// Which one.
        conn: Conn,
        /// What to attach.
        reader: DeskReader,
    },
    /// Tell one connection. If that fails, the connection is about to report its own close.
    Tell {
        /// Which one.
        conn: Conn,
        /// What to tell it.
        frame: ToDesk,
    },
    /// Close one connection; the desk has already forgotten it.
    Close {
        /// Which one.
        conn: Conn,
        /// Why.
        code: CloseCode,
    },
    /// Say this to a conversation. If it cannot be reached, the desk notices by itself and asks
    /// again, but for `rights_changed`, `member_removed` and `presence`, which the shell retries.
    Command {
        /// Which conversation.
        conversation: ConversationId,
        /// What.
        command: DeskCommand,
    },
    /// When the desk wants [`DeskInput::Fired`]; replaces what was set, none clears it.
    Alarm(Option<Timestamp>),
}

/// The rows of one turn.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct DeskBatch {
    /// Presences that changed.
    pub presences: Vec<PresenceRow>,
    /// Summaries that are new.
    pub summaries: Vec<Summary>,
    /// Conversations that were erased, and their epoch: their summary is deleted.
    pub erased: Vec<(ConversationId, u32)>,
}

/// The desk of one workspace.
#[derive(Debug)]
pub struct Desk {
    facts: DeskFacts,
}

impl Desk {
    /// The desk that a snapshot describes.
    #[must_use]
    pub fn wake(snapshot: DeskSnapshot) -> Self {
        Self { facts: snapshot.facts }
    }

    /// Turns one input into what the shell must do, in order.
    pub fn handle(
        &mut self,
        now: Timestamp,
        input: DeskInput,
        signer: &dyn Signer,
    ) -> Vec<DeskOutput> {
        let _ = (now, input, signer, &self.facts);
        Vec::new()
    }
}
