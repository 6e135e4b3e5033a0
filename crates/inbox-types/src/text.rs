//! Text with a bound. Characters are Unicode scalar values after NFC; the relay
//! and the browser normalise, this crate has no Unicode tables.

use std::{str::FromStr, sync::Arc};

use crate::shared::as_string;

/// A text that is trimmed, never empty, and at most `MAX` characters long.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Text<const MAX: usize>(Arc<str>);

as_string!(Text<MAX>, const MAX);

/// One message. The bound is the highest that an admin may set (D-message-length); the
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

    /// The text of somebody who writes it now, if anything of it can be seen (X15). What was
    /// stored before that was a rule is read by [`FromStr`].
    #[must_use]
    pub fn written(raw: &str) -> Option<Self> {
        raw.parse().ok().filter(|it: &Self| !it.is_blank())
    }

    /// Whether nothing of it can be seen.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        is_blank(&self.0)
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

/// Whether nothing of a text can be seen; an empty one is blank.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// Whether a character leaves no ink: white space, controls, what Unicode says to ignore where it
/// is not known (`Default_Ignorable_Code_Point`), and letters that are drawn as nothing.
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\0'..=' ' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
            | '\u{115f}'..='\u{1160}' | '\u{1680}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3000}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}'
            | '\u{13441}'..='\u{13442}' | '\u{16fe4}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character can be seen by nobody and turns around what stands beside it, so that `exe.gpj`
/// is read as `jpg.exe`.
#[must_use]
pub fn turns_text(letter: char) -> bool {
    matches!(
        letter,
        '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
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
