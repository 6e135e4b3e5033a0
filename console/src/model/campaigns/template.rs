//! What a new campaign can begin with.

use std::collections::BTreeMap;

use inbox_text::{Phrase, console};
use inbox_types::{
    CampaignAction, CampaignPlan, Condition, Frequency, How, Name, Rule, Schedule, Sender,
    TextMatch, Variant, VariantKey,
};

/// What a new campaign begins with.
#[must_use]
pub fn blank(name: Name) -> CampaignPlan {
    CampaignPlan {
        name,
        rule: Rule::All { of: Vec::new() },
        schedule: Schedule::default(),
        sender: Sender::default(),
        action: CampaignAction::default(),
        variants: vec![Variant { key: VariantKey::FIRST, weight: 1, texts: BTreeMap::new() }],
        control: 0,
        frequency: Frequency::default(),
        during_conversation: false,
        collects_messages: false,
        goal: None,
    }
}

/// What a new campaign can begin with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Template {
    /// Somebody looks at the prices for a while.
    Pricing,
    /// Somebody is about to leave.
    Exit,
    /// Somebody is here again.
    Return,
}

impl Template {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Pricing, Self::Exit, Self::Return];

    /// What it is called, and what it says.
    #[must_use]
    pub fn phrases(self) -> (Phrase, Phrase) {
        match self {
            Self::Pricing => (console::TEMPLATE_PRICING, console::TEMPLATE_PRICING_TEXT),
            Self::Exit => (console::TEMPLATE_EXIT, console::TEMPLATE_EXIT_TEXT),
            Self::Return => (console::TEMPLATE_RETURN, console::TEMPLATE_RETURN_TEXT),
        }
    }

    /// When it speaks.
    #[must_use]
    pub fn rule(self) -> Rule {
        let rule = |not, condition| Rule::Is { not, condition };
        let of = match self {
            Self::Pricing => {
                let value = "/pricing".to_owned().try_into().expect("a short pattern");
                let matches = TextMatch { how: How::Begins, value };
                vec![
                    rule(false, Condition::Url { matches }),
                    rule(false, Condition::PageTime { seconds: 30 }),
                    rule(true, Condition::Chatted { days: 7 }),
                ]
            }
            Self::Exit => {
                let seconds = 20;
                vec![
                    rule(false, Condition::SiteTime { seconds }),
                    rule(false, Condition::ExitIntent),
                ]
            }
            Self::Return => vec![
                rule(false, Condition::Returning),
                rule(false, Condition::PageTime { seconds: 10 }),
            ],
        };
        Rule::All { of }
    }
}
