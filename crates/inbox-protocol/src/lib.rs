//! The wire and only the wire: what browsers say, what the relay says, close
//! codes, the public configuration and the bodies of the HTTP routes.
//!
//! One JSON object per text frame, tagged by `type`. What a browser sends is
//! strict; what a browser receives is lenient (`Unknown`, `Later`), because
//! widgets in the field are older than the relay. Nothing here decides.

mod agent;
pub mod audit;
mod bridge;
mod close;
mod config;
mod desk;
mod entry;
pub mod http;
mod list;
mod refusal;
mod visitor;

pub use agent::{
    AgentHello, AgentRules, AgentWelcome, ContactView, ConversationView, FromAgent, LegView,
    OfferView, SessionDetail, ToAgent, TransferTarget,
};
pub use bridge::{
    BridgeAgent, BridgeAssignee, BridgeDeletion, BridgeDone, BridgeEdit, BridgeFields,
    BridgeMember, BridgeMessage, BridgeSeen, BridgeSession, BridgeStatus, BridgeTags, BridgeTyping,
    FromBridge,
};
pub use close::CloseCode;
pub use config::{LauncherConfig, LauncherTexts, PublicConfig, TeamHint};
pub use desk::{
    BulkFailure, BulkOperation, BulkOutcome, BulkView, Counts, DeskList, DeskPage, DeskWelcome,
    FromDesk, ListRow, MemberView, NotificationKind, NotificationView, OfferPopup, ToDesk,
    WaitLevel,
};
pub use entry::{AgentBody, Entry, EntryBody, InternalNotice, Message, VisitorBody};
pub use list::{ListFilter, ListQuery, ListSort, ListTab, SavedView, ViewAddress, ViewForm};
pub use refusal::Refusal;
pub use visitor::{
    FromVisitor, RatingView, ToVisitor, VisitorHello, VisitorSession, VisitorWelcome,
};

/// The version of the wire that this build speaks. The relay serves this one and
/// the one before.
pub const VERSION: u16 = 1;

/// The heartbeat's question. Answered by the platform without waking the object.
pub const PING: &str = "ping";
/// The heartbeat's answer.
pub const PONG: &str = "pong";

/// The subprotocol that the relay selects. The visitor's token is offered beside
/// it as `token.<token>`, so that it never stands in a URL.
pub const SUBPROTOCOL: &str = "porchlight.v1";
/// What stands before the token in the offered subprotocol.
pub const TOKEN_SUBPROTOCOL_PREFIX: &str = "token.";
