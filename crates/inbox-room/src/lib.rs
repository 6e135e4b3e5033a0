//! One conversation with everybody connected to it ([`Room`]), and the desk with
//! every agent connected to it ([`Desk`]).
//!
//! Both are `handle(now, input) -> outputs`: no socket, no storage, no clock.
//! The order of the outputs is the contract: *store, then tell*. Whoever runs
//! them does what they say one after the other, and if storing fails it drops the
//! room and everything that was still to be done; the next input wakes a new
//! room from what was stored.
//!
//! This is the only crate that knows both the rules (`inbox-core`) and the wire
//! (`inbox-protocol`). [`frame_for`] is the whole privacy policy. `SPEC.md` names
//! the rules.

mod desk;
mod exchange;
mod facts;
mod identity;
mod log;
mod mask;
mod project;
mod rate;
mod reader;
mod room;
mod rows;
mod transcript;
mod wire;

pub use desk::{
    AvailableTeam, BulkChange, BulkItem, BulkRow, BulkState, ClosedPlace, ClosedQuery, ClosedScope,
    Desk, DeskBatch, DeskInput, DeskOutput, DeskRows, DeskSnapshot, FirstAnswer, PresenceRow,
    Signer, Whose, wanted,
};
pub use exchange::{
    Added, AgentSocket, DeskCommand, LastMessage, OfferReport, OfferSummary, RoomReport,
    SessionSummary, SocketsRow, Summary, Version,
};
pub use facts::{CampaignSnapshot, DeskFacts, Facts, MemberFacts, SiteFacts, is_zero};
pub use identity::Identity;
pub use log::{EventBody, Log, Numbering, Placed, Stored, StoredFile, UpTo, Written};
pub use project::{AgentView, Frame, View, frame_for};
pub use reader::{Conn, Connection, DeskConnection, Grant, Principal, VisitorCredentials};
pub use room::{AnsweredCampaign, Beforehand, Erasure, IndexCard, Input, Needs, Output, Room};
pub use rows::{
    Audited, AuditedDeed, Batch, Checkpoint, ConversationRecord, OwnerSaid, SeenBy, SeenMark,
    Snapshot,
};
pub use transcript::Transcript;
