//! What of a conversation is for receivers outside, and how they are shown it.

use inbox_types::{SiteSettings, Visibility};

/// What a site's settings say of everything that is told outside of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ForwardPolicy {
    /// Card numbers, accounts, addresses and telephones are masked in everything that somebody wrote.
    pub masked: bool,
    /// The team's notes are told as well.
    pub notes: bool,
}

impl ForwardPolicy {
    /// What the settings of a site say.
    #[must_use]
    pub fn of(site: &SiteSettings) -> Self {
        Self { masked: site.mask_sensitive, notes: site.forward_notes }
    }

    /// The type of what is told of a message, of which `public` is for those that the visitor may see;
    /// none if it is told to nobody.
    // HO2, HO190
    pub(super) fn kind_of(
        self,
        visibility: Visibility,
        [public, note]: [&'static str; 2],
    ) -> Option<&'static str> {
        match visibility {
            Visibility::Public => Some(public),
            Visibility::Note => self.notes.then_some(note),
            Visibility::Whisper => None,
        }
    }
}
