//! What a turn writes beside the log, and what a room wakes from.

use inbox_core::Conversation;
use inbox_types::{MemberId, Presence, Seq, Timestamp, Visit};
use serde::{Deserialize, Serialize};

use crate::{Conn, Connection, Facts, Identity, Stored, Transcript, UpTo, Written};

/// The rows of one turn: all are written, or none.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Batch {
    /// New events, in order. [`Stored::name`] goes into the unique index, [`Stored::files`] stop
    /// being pending.
    pub events: Vec<Stored>,
    /// What is written beside earlier events from now on.
    pub rewritten: Vec<(Seq, Written)>,
    /// Readers' marks that moved; one row per reader.
    pub seen: Vec<SeenMark>,
    /// Visited pages to append, each in the place of the one of its instant if there is one; only the
    /// last [`VISITS`](inbox_types::limits::VISITS) are kept.
    pub visits: Vec<Visit>,
    /// How the session's owner is, as the desk last said; one row, if it changes.
    pub owner: Option<OwnerSaid>,
    /// The one row that survives erasure, if it changes.
    pub standing: Option<ConversationRecord>,
    /// When the room wants [`Input::Fired`](crate::Input::Fired), if at all: its one row among the
    /// timers. An earlier row may stay, if the shell asks [`Room::alarm`](crate::Room::alarm)
    /// when it has come.
    pub alarm: Option<Timestamp>,
    /// The state after these events, if a checkpoint is due; replaces the one before.
    pub checkpoint: Option<Box<Checkpoint>>,
    /// What the workspace is to write down of this turn, at least once: kept until it has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audited: Vec<Audited>,
}

/// Something that somebody must be able to look up later, also when the conversation is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Audited {
    /// When.
    pub at: Timestamp,
    /// Who did it; none if a time had come.
    pub by: Option<MemberId>,
    /// What.
    pub deed: AuditedDeed,
}

/// What is written down of a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditedDeed {
    /// The contact was blocked.
    Block,
    /// The contact was blocked, and everything is to be erased after a grace.
    BlockAndPurge,
    /// The contact was unblocked.
    Unblock,
    /// Everything was erased at somebody's word.
    Erase,
    /// Everything was erased because the grace was over.
    Purge,
    /// The visitor's tokens were ended by an agent.
    RevokeVisitor,
}

impl AuditedDeed {
    /// Its name in the audit log.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::BlockAndPurge => "block_and_purge",
            Self::Unblock => "unblock",
            Self::Erase => "erase",
            Self::Purge => "purge",
            Self::RevokeVisitor => "revoke_visitor",
        }
    }
}

/// The one row that survives erasure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConversationRecord {
    /// Rises with every erasure; the first is 1.
    pub epoch: u32,
    /// Tokens of an older generation are worth nothing.
    pub generation: u32,
    /// The contact was blocked when the history was erased.
    pub blocked: bool,
    /// When the history was last erased.
    pub erased_at: Option<Timestamp>,
}

impl Default for ConversationRecord {
    fn default() -> Self {
        Self { epoch: 1, generation: 0, blocked: false, erased_at: None }
    }
}

/// How an agent is, as the desk last said. Kept, because a snoozed session wakes after everybody
/// has slept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OwnerSaid {
    /// Who.
    pub agent: MemberId,
    /// How.
    pub presence: Presence,
}

/// Whose mark it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum SeenBy {
    /// The visitor, all tabs together.
    Visitor,
    /// The team, as far as the visitor is told: whoever took part openly.
    Team,
    /// One agent, all consoles together.
    Agent(MemberId),
}

/// How far somebody has read. It never goes back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SeenMark {
    /// Whose.
    pub by: SeenBy,
    /// The last event seen.
    pub seq: Seq,
    /// What stands up to there.
    pub up_to: UpTo,
}

/// The state after an event, so that waking need not read the whole log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The rules' state.
    pub conversation: Conversation,
    /// The room's own fold of the log; knows the heads of both counts.
    pub transcript: Transcript,
}

/// What a room wakes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Which conversation it is.
    pub identity: Identity,
    /// Settings and people.
    pub facts: Facts,
    /// The row that survives erasure; the default if there is none.
    pub standing: ConversationRecord,
    /// The last checkpoint.
    pub checkpoint: Option<Checkpoint>,
    /// The events after the checkpoint, oldest first.
    pub tail: Vec<Stored>,
    /// How the owner is, as the desk last said.
    pub owner: Option<OwnerSaid>,
    /// The room's row among the timers.
    pub alarm: Option<Timestamp>,
    /// All marks.
    pub seen: Vec<SeenMark>,
    /// What is attached to the sockets that are open.
    pub readers: Vec<(Conn, Connection)>,
}
