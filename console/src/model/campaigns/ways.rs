//! What the editor offers to do with what it holds. Whatever a colleague has made of the campaign meanwhile,
//! nobody is left with a text that they can only lose.

use inbox_types::CampaignStatus;

/// The ways on from an editor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ways {
    /// It can be saved.
    pub save: bool,
    /// It can be saved and then become this.
    pub then: Option<CampaignStatus>,
    /// It can only become a new campaign: this one is archived, and something is not saved.
    pub anew: bool,
}

impl Ways {
    /// Of a campaign of this status, if it is known, where something is not saved or all is.
    #[must_use]
    pub fn of(status: Option<CampaignStatus>, unsaved: bool) -> Self {
        match status {
            Some(CampaignStatus::Live) => {
                Self { save: true, then: Some(CampaignStatus::Paused), anew: false }
            }
            Some(CampaignStatus::Draft | CampaignStatus::Paused) => {
                Self { save: true, then: Some(CampaignStatus::Live), anew: false }
            }
            Some(CampaignStatus::Archived) => Self { save: false, then: None, anew: unsaved },
            None => Self { save: false, then: None, anew: false },
        }
    }
}
