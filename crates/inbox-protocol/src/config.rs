//! What the loader's response carries for everybody to read.

use inbox_types::{Appearance, Language, MemberCard, SiteId};
use serde::{Deserialize, Serialize};

/// The public configuration of a site. Anybody can read it: nothing in it is secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PublicConfig {
    /// Which site.
    pub site: SiteId,
    /// The relay's origin for frame and socket.
    pub origin: String,
    /// What the team calls itself.
    pub title: String,
    /// How it looks.
    pub appearance: Appearance,
    /// The language of system messages where the visitor's own is not translated.
    pub main_language: Language,
    /// The language for everybody, whatever the browser says (C10).
    pub force_main_language: bool,
    /// Up to three members to show in the panel's head (#107).
    pub team: Vec<MemberCard>,
    /// Characters of a visitor's message.
    pub max_chars: u32,
}
