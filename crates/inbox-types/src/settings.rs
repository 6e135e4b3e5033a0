//! What admins can set, with its default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Language, Millis, ProactiveSettings, Text, limits, secret::ParameterName};

/// Settings of one site: what visitors meet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the settings page")]
pub struct SiteSettings {
    /// The language of system messages where the visitor's own is not translated.
    pub main_language: Language,
    /// The main language for everybody (D-language-of-system-lines).
    pub force_main_language: bool,
    /// Tell visitors when an agent joins, leaves or changes.
    pub show_joins: bool,
    /// Ask "Do you still have questions?" when an agent ends (D-closing-question).
    pub ask_still_questions: bool,
    /// How long that question waits for an answer (D-closing-question).
    pub still_questions_wait: Millis,
    /// Ask for a rating after a session.
    pub ask_rating: bool,
    /// The rating blocks the start of the next session (D-mandatory-rating).
    pub rating_mandatory: bool,
    /// An agent cannot end a session without a topic (D-missing-topic).
    pub topic_mandatory: bool,
    /// An agent cannot finish a session without a wrap-up reason.
    pub wrapup_reason_required: bool,
    /// Close a session whose visitor does not answer.
    /// Zero switches it off.
    pub inactivity: Millis,
    /// For how long an ended session can go on; zero always opens a new one.
    pub reopen_window: Millis,
    /// Characters of a visitor's message.
    pub visitor_max_chars: u32,
    /// Characters of an agent's message.
    pub agent_max_chars: u32,
    /// Refuse `<` and `>` in agents' messages (D-message-length).
    pub reserve_angle_brackets: bool,
    /// Mask card numbers, accounts, addresses and telephones for roles that may not see them.
    pub mask_sensitive: bool,
    /// What is sent outside has the team's notes, too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub forward_notes: bool,
    /// Only the inbox that the company already has answers; the desk shows its conversations.
    pub only_elsewhere: bool,
    /// How long that inbox may be away before conversations come to the desk after all; zero is for
    /// ever.
    pub failover: Millis,
    /// The public key that its answers may be signed with, `whpk_…`, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox_key: Option<Text<64>>,
    /// Parameters of addresses whose values are secret, besides those that are known (`secret`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secret_parameters: Vec<ParameterName>,
    /// How it looks.
    pub appearance: Appearance,
    /// What holds for all of its campaigns.
    pub proactive: ProactiveSettings,
}

impl SiteSettings {
    /// After how long without its own inbox the desk takes over what waits, if it does.
    #[must_use]
    pub fn takes_over_after(&self) -> Option<Millis> {
        Some(self.failover).filter(|it| self.only_elsewhere && *it != Millis(0))
    }
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            main_language: "en".parse().expect("en is a language"),
            force_main_language: false,
            show_joins: true,
            ask_still_questions: false,
            still_questions_wait: Millis::minutes(5),
            ask_rating: true,
            rating_mandatory: false,
            topic_mandatory: false,
            wrapup_reason_required: false,
            inactivity: Millis::minutes(15),
            reopen_window: Millis::hours(24),
            visitor_max_chars: limits::MESSAGE_CHARS_DEFAULT,
            agent_max_chars: limits::MESSAGE_CHARS_DEFAULT,
            reserve_angle_brackets: false,
            mask_sensitive: false,
            forward_notes: false,
            only_elsewhere: false,
            failover: Millis::minutes(15),
            inbox_key: None,
            secret_parameters: Vec::new(),
            appearance: Appearance::default(),
            proactive: ProactiveSettings::default(),
        }
    }
}

/// How the widget looks on one site.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Appearance {
    /// `#rrggbb`; text on it is black or white, whichever reads better.
    pub color: Text<7>,
    /// At the inline start of the page instead of its end.
    pub at_start: bool,
    /// The team's name in the panel's head; the site's name if empty.
    pub title: Option<Text<80>>,
    /// The first words in the panel, by language; the catalogue's words if a language is missing.
    pub greeting: BTreeMap<Language, Text<400>>,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            color: Text::try_from("#0b5fff".to_owned()).expect("seven characters"),
            at_start: false,
            title: None,
            greeting: BTreeMap::new(),
        }
    }
}

/// Settings of the workspace: how the team works.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkspaceSettings {
    /// What single transfers and invitations do if the agent does not say (D-direct-or-asked).
    pub transfer_mode: TransferMode,
    /// How long an agent may think about an offer.
    pub offer_deadline: Millis,
    /// Open sessions that an agent can have.
    pub capacity: u32,
    /// What happens to an owner's sessions when the connection is lost for long.
    pub disconnected_owner: DisconnectedOwner,
    /// What roles may do beyond the table.
    pub roles: RoleSettings,
    /// How long a transient notification stays, 3 to 15 seconds (D-notification-time).
    pub notification_life: Millis,
    /// How long a conversation that is to be erased can still be kept (D-block-and-erase), at most 30 days.
    pub purge_grace: Millis,
    /// In which order lists are, where nobody chose another.
    pub list_order: ListOrder,
    /// The waits from which a row looks different, each longer than the one before.
    pub wait_levels: [Millis; 3],
}

/// The waits of [`ListOrder::Omnichat`].
pub const OMNICHAT_WAITS: [Millis; 3] = [Millis::minutes(30), Millis::hours(1), Millis::hours(2)];

impl WorkspaceSettings {
    /// The waits from which a row looks different. Each begins at its boundary.
    #[must_use]
    pub fn waits(&self) -> [Millis; 3] {
        match self.list_order {
            ListOrder::Waiting => self.wait_levels,
            ListOrder::Omnichat => OMNICHAT_WAITS,
        }
    }
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self {
            transfer_mode: TransferMode::Request,
            offer_deadline: Millis::seconds(30),
            capacity: 5,
            disconnected_owner: DisconnectedOwner::Keep,
            roles: RoleSettings::default(),
            notification_life: Millis::seconds(6),
            purge_grace: Millis::days(30),
            list_order: ListOrder::default(),
            wait_levels: [1, 3, 5].map(Millis::minutes),
        }
    }
}

/// The switches of the permission table (`inbox_core::permission`). All switches are off by default.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the settings page")]
pub struct RoleSettings {
    /// Team leads may transfer their own sessions.
    pub team_lead_transfers: bool,
    /// Agents may change somebody else's owner, and take over (D-two-permissions).
    pub agent_changes_owner: bool,
    /// Agents and salespeople may block contacts.
    pub agent_blocks: bool,
    /// Team leads and sales managers may block contacts.
    pub team_lead_blocks: bool,
    /// Supervisors may delete conversations.
    pub supervisor_deletes: bool,
    /// Agents cannot edit what they sent.
    pub forbid_editing: bool,
    /// Agents cannot delete what they sent.
    pub forbid_deleting: bool,
    /// Supervisors and team leads see unmasked data even when masking is on.
    pub leads_see_unmasked: bool,
    /// Supervisors see their own departments only.
    pub supervisor_own_departments: bool,
    /// Which conversations agents see.
    pub agent_view: AgentView,
}

/// In which order a team works (D-order-of-the-list).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ListOrder {
    /// Who waits for a reply, the longest first; waits are of minutes.
    #[default]
    Waiting,
    /// Long waits, then unread, then the rest; waits are [`OMNICHAT_WAITS`].
    Omnichat,
}

/// Which conversations agents see besides those that they take or took part in.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AgentView {
    /// All.
    All,
    /// Those of their departments.
    #[default]
    Departments,
    /// Those of their departments that nobody owns.
    OwnAndUnassigned,
    /// None.
    Own,
}

/// Whether a transfer needs the other agent's word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferMode {
    /// At once.
    Direct,
    /// The owner stays until the other accepts.
    Request,
}

/// How a department finds an agent.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    /// Everybody is told, and somebody follows up.
    Manual,
    /// One agent is asked at a time; if nobody can be asked, as manual.
    #[default]
    Offer,
}

/// What happens to an active session whose owner has been without a connection for long.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisconnectedOwner {
    /// Nothing.
    Keep,
    /// It goes back to the queue.
    Requeue,
    /// It is closed.
    Close,
}
