//! Text with a bound. Characters are Unicode scalar values after NFC; the relay
//! and the browser normalise, this crate has no Unicode tables.

use std::{str::FromStr, sync::Arc};

use crate::shared::as_string;

/// A text that is trimmed, never empty, and at most `MAX` characters long.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Text<const MAX: usize>(Arc<str>);

as_string!(Text<MAX>, const MAX);

/// One message. The bound is the highest that an admin may set (model C12); the
/// site's own limit is a rule of the core.
pub type MessageText = Text<10_000>;
/// What somebody or something is called.
pub type Name = Text<80>;
/// A tag, a topic, a reason.
pub type Label = Text<60>;
/// A remark with a rating or a wrap-up.
pub type Comment = Text<1_000>;
/// The address of a visited page.
pub type PageUrl = Text<2_048>;
/// The title of a visited page.
pub type PageTitle = Text<300>;
/// An e-mail address. Nothing is ever sent to one that was not verified.
pub type Email = Text<254>;
/// A telephone number as somebody wrote it.
pub type Phone = Text<40>;

impl<const MAX: usize> Text<MAX> {
    /// The most characters it holds.
    pub const MAX_CHARS: usize = MAX;

    /// The text, ready to show.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its length in characters.
    #[must_use]
    pub fn n_chars(&self) -> usize {
        self.0.chars().count()
    }

    /// As much of `raw` as fits; nothing if there is nothing but white space.
    /// For what a browser reports, where a cut is better than a refusal.
    #[must_use]
    pub fn cut(raw: &str) -> Option<Self> {
        let kept: String = raw.trim().chars().take(MAX).collect();
        Self::try_from(kept).ok()
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = TextError;

    fn try_from(raw: String) -> Result<Self, TextError> {
        raw.parse()
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = TextError;

    fn from_str(raw: &str) -> Result<Self, TextError> {
        let text = raw.trim();
        let n_chars = text.chars().count();
        if n_chars == 0 {
            return Err(TextError::Empty);
        }
        if MAX < n_chars {
            return Err(TextError::TooLong { n_chars, max: MAX });
        }
        Ok(Self(text.into()))
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.as_str().to_owned()
    }
}

/// Why a string is not a [`Text`].
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("text is empty")]
    Empty,
    /// More characters than the bound.
    #[error("text has {n_chars} characters, the limit is {max}")]
    TooLong {
        /// How many characters there were.
        n_chars: usize,
        /// How many fit.
        max: usize,
    },
}
