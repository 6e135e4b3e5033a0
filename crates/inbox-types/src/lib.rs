//! Values that cross every boundary: ids, bounded text, places and times,
//! languages, roles, states, settings, and the limits with their names.
//!
//! Parse once at the border; afterwards the type is the proof. There are no
//! rules here (`inbox-core` has them) and no frames (`inbox-protocol` has them).

mod action;
pub mod avatar;
mod campaign;
mod contact;
mod day;
mod file;
mod hours;
mod id;
mod language;
pub mod limits;
mod member;
mod notice;
mod place;
pub mod secret;
mod session;
mod settings;
mod shared;
mod size;
pub mod tagged;
mod text;
mod time;
mod visit;

pub use action::Action;
pub use campaign::{
    Bounds, Campaign, CampaignAction, CampaignCard, CampaignPlan, CampaignStatus, CampaignText,
    Condition, Counts, Device, FactName, Frequency, Goal, GoalKind, How, Pattern,
    ProactiveSettings, Rule, Schedule, Sender, TextMatch, ValueMatch, Variant, VariantKey,
    VariantKeyError, Words,
};
pub use contact::{ContactDetails, ContactField};
pub use day::{Day, NoDay};
pub use file::{File, MediaType};
pub use hours::{Holiday, OfficeHours, OpeningHours};
pub use id::{
    ApiKeyId, BotId, CampaignId, CannedReplyId, ClientId, ContactId, ConversationId, DepartmentId,
    FileId, IdError, MemberId, OfferId, SiteId, TopicId, ViewId, WorkspaceId,
};
pub use language::{Detection, Language, LanguageError, LanguageSource};
pub use member::{AwayReason, MemberCard, Presence, Role};
pub use notice::Notice;
pub use place::{Place, Seq, SessionNo};
pub use session::{
    Author, CloseCause, LegState, OfferKind, OfferOutcome, SessionState, Visibility,
};
pub use settings::{
    AgentView, Appearance, Assignment, DisconnectedOwner, ListOrder, OMNICHAT_WAITS, RoleSettings,
    SiteSettings, TransferMode, WorkspaceSettings,
};
pub use size::size;
pub use text::{
    Comment, Email, Label, MessageText, Name, PageTitle, PageUrl, Phone, Text, TextError, is_blank,
    is_invisible, turns_text,
};
pub use time::{Millis, Timestamp};
pub use visit::{StartContext, Visit};
