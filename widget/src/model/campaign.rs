//! What a campaign says before anybody has written, and who writes to a visitor.

use inbox_types::{CampaignId, Language, Timestamp, VariantKey};

/// Who wrote a message, as the visitor sees them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Writer {
    /// The visitor.
    Me,
    /// A real agent; the only kind of writer with a badge.
    Agent(String),
    /// An automatic agent.
    Bot,
    /// The team, without saying who.
    Team,
}

/// A campaign's message, in place of the greeting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Campaign {
    /// Which one.
    pub id: CampaignId,
    /// Which way to say it.
    pub variant: Option<VariantKey>,
    /// What it says.
    pub text: String,
    /// In which language.
    pub language: Option<Language>,
    /// Who says it; the team if nobody.
    pub who: Option<String>,
    /// Answers to press.
    pub replies: Vec<String>,
    /// When it was said.
    pub at: Timestamp,
}

impl Campaign {
    /// Who says it.
    #[must_use]
    pub fn writer(&self) -> Writer {
        self.who.clone().map_or(Writer::Team, Writer::Agent)
    }
}
