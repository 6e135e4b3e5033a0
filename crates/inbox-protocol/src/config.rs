//! What loader and frame are given, for everybody to read.

use inbox_types::{
    Appearance, Language, MemberCard, SiteId, Text, Timestamp, secret::ParameterName,
};
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
    /// The language for everybody, whatever the browser says (D-language-of-system-lines).
    pub force_main_language: bool,
    /// Up to three members to show in the panel's head.
    pub team: Vec<MemberCard>,
    /// Characters of a visitor's message.
    pub max_chars: u32,
    /// Parameters of addresses whose values are secret, besides those that are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secret_parameters: Vec<ParameterName>,
    /// That nobody is there, for the chat's own page; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<TeamHint>,
}

/// That nobody is there to answer, in words of the page's language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TeamHint {
    /// The words.
    pub text: String,
    /// From when on it may not be true any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What the loader needs of it, in the one language that was negotiated: its size does not depend
/// on how many languages there are. `C` is what the build of campaigns makes of them; only the
/// loader looks into it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LauncherConfig<'a, C> {
    /// Which site.
    pub site: &'a SiteId,
    /// The relay's origin.
    pub origin: &'a str,
    /// `#rrggbb`.
    pub color: &'a Text<7>,
    /// What reads well on it.
    pub on_color: &'static str,
    /// At the inline start of the page instead of its end.
    pub at_start: bool,
    /// The language of the texts.
    pub language: &'a str,
    /// What the launcher says.
    pub texts: LauncherTexts,
    /// What is secret in an address, as a pattern.
    pub secrets: String,
    /// The language that the page itself asked for, in its own spelling, if there are texts in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<&'a str>,
    /// What the loader evaluates; none where no campaign is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaigns: Option<&'a C>,
    /// It is one campaign, to be looked at: it speaks whatever its conditions say, and nothing counts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub preview: bool,
}

/// What the launcher says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LauncherTexts {
    /// The button of a closed chat.
    pub open: String,
    /// The button of an open one.
    pub close: String,
    /// The frame's title.
    pub title: String,
    /// How many messages are unread; the number stands where `{count}` is.
    pub unread: String,
    /// The chat did not come.
    pub failed: String,
    /// The button that fetches it once more.
    pub again: String,
}
